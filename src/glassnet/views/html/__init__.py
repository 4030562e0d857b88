"""Pages of one file, and what notebooks show."""
