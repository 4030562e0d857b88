"""Training by compiled functions, which are handed in by who can make them."""
