"""The tour that `glassnet demo` gives."""
