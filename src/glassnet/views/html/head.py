"""The head of every page that is one file, and the palette that some share.

Its Content-Security-Policy lets a page load nothing from elsewhere; a script only where it has one.
"""

from html import escape
from importlib import resources

from glassnet.views import colours


def page_head(title: str, style: str, script: bool = False) -> str:
    """The page's beginning after the doctype: <html> and the whole <head>."""
    scripts = "script-src 'unsafe-inline'; " if script else ""
    return f"""<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'; {scripts}img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="glassnet">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>"""


def asset(name: str) -> str:
    """A file of the folder `assets`: a page's style or script."""
    return (resources.files("glassnet.views") / "assets" / name).read_text(encoding="utf-8")


def palette(more: str = "") -> str:
    """The pictures' palette as the page's own names; on a dark ground its lighter half.

    more: further names of the page, as CSS.
    """
    positive, negative = colours.DIVERGING[4], colours.DIVERGING[2]
    return f"""
:root {{ --ink: {colours.INK}; --muted: {colours.MUTED}; --rule: {colours.RULE};
  {more}--positive: {colours.POSITIVE}; --negative: {colours.NEGATIVE}; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --positive: {positive}; --negative: {negative}; }}
}}
"""
