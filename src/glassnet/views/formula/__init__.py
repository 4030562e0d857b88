"""Formulas set as text, LaTeX, Markdown and MathML."""
