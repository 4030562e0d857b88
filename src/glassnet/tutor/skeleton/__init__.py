"""The skeleton to fill in, and its check step by step."""
