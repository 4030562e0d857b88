"""Data by name: what ships with the package, and what a formula makes."""
