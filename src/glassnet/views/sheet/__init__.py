"""Worksheets in every form, and their checked result."""
