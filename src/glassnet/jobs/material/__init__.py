"""Data to train on, in memory or in blocks, and what is to be known of them."""
