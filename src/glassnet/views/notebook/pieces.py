"""The pieces of what a notebook shows: HTML without a script, in the notebook's own colours.

A notebook from elsewhere is not trusted, and JupyterLab then takes out much: SVG and MathML, of
which only the words stay, and the styles that it does not know. So a drawing is an image, a
formula stands beside its text, and every style is one of those that it keeps. Each piece is a
macro of `templates/notebook.html`; a text that is no piece is escaped in it.
"""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from glassnet.core.display.numbers import written
from glassnet.views.html.page import macro


def _piece(name: str) -> Callable[..., str]:
    return lambda *told: macro("notebook.html", name)(*told)


block, title, facts, sentence = map(_piece, ("block", "title", "facts", "sentence"))
wide, folded, table, image = map(_piece, ("wide", "folded", "table", "image"))
formula, lines = map(_piece, ("formula", "lines"))


def picture(svg: str, told: str) -> str:
    """A drawing as an image, which trust is not asked for."""
    return image(b64encode(svg.encode()).decode(), told)


def share(part: float, whole: float) -> str:
    return written(100 * part / whole, 3) + " %" if whole else ""


def shape(array: Any) -> str:
    return "×".join(map(str, array.shape))
