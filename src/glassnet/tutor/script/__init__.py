"""A stranger's program: its network found, its updates compared, the verdict."""
