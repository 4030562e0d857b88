"""Exercises for pencil and paper, and what was filled in checked."""
