"""The exercises of parts two and three that `glassnet learn --chapter N` hands out and checks."""
