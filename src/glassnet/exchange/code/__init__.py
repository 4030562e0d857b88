"""A network as code: one printer of formula trees a language, and what surrounds the formulas."""
