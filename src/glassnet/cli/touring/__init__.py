"""What a first visit calls: the tour that `glassnet demo` gives, and data that are fetched."""
