"""A script watched as it runs: its tree rewritten, driven, every number noted."""
