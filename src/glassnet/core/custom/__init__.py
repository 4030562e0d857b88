"""Parts of one's own: made known by name, and tried on a few rows."""
