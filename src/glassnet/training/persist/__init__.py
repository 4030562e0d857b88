"""A training on disk: recorded step by step, or saved to go on from."""
