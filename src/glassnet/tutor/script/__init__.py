"""What was found in a stranger's program, and the verdict on it."""
