"""Why an answer came out so, and what would change it, for who owns the table."""
