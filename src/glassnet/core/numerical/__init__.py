"""The proof: gradients beside numerical ones, and the curvature of a place."""
