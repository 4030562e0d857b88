"""Steps beside their slopes: along them, with a memory, or by an optimizer."""
