"""The course 'a neural network from scratch': its text, code, checks and numbers, once."""
