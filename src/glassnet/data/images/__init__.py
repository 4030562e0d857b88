"""From pictures and archives of arrays to rows."""
