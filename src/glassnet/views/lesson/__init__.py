"""The lessons as people read them: in a terminal, a notebook, and the book."""
