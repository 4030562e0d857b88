"""Drawings that are SVG."""
