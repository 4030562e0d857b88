"""A network that is trained in the running program, watched and judged there."""
