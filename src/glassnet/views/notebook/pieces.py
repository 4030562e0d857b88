"""The pieces of what a notebook shows: HTML without a script, in the notebook's own colours.

A notebook from elsewhere is not trusted, and JupyterLab then takes out much: SVG and MathML, of
which only the words stay, and the styles that it does not know. So a drawing is an image, a
formula stands beside its text, and every style here is one of those that it keeps.
"""

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from typing import Any

_CELL = "padding: 0.2em 0.5em; text-align: right; border-bottom: 1px solid rgba(128, 128, 128, 0.4)"
_MUTED = "opacity: 0.75"
_MATH, _TEXT = "glassnet-math", "glassnet-text"
# Where styles are taken out, so is MathML: these rules tell a page that has both. A page that
# resets the distances of all tables gets those of MathML back.
_MATHEMATICS = (
    f"<style>.{_MATH} {{ display: inline !important }} .{_TEXT} {{ display: none }} "
    f".{_MATH} mtd {{ padding: 0.5ex 0.4em }}</style>"
)


def block(parts: Sequence[str]) -> str:
    body = "".join(parts)
    rules = _MATHEMATICS if f'class="{_MATH}"' in body else ""
    return f'<div style="line-height: 1.5">{rules}{body}</div>'


def title(text: str, more: str = "") -> str:
    told = f' <span style="{_MUTED}">&ensp;{escape(more)}</span>' if more else ""
    return f'<div style="margin-bottom: 0.3em"><b>{escape(text)}</b>{told}</div>'


def facts(told: Sequence[str]) -> str:
    return f'<div style="margin: 0.3em 0; {_MUTED}">{escape("; ".join(told))}</div>'


def sentence(text: str) -> str:
    return f'<p style="max-width: 44em; margin: 0.5em 0">{escape(text)}</p>'


def wide(body: str) -> str:
    """What may be wider than the notebook scrolls by itself."""
    return f'<div style="overflow-x: auto; max-width: 100%; margin: 0.4em 0">{body}</div>'


def folded(summary: str, body: str) -> str:
    return (
        f'<details style="margin-top: 0.5em"><summary>{escape(summary)}</summary>{body}</details>'
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of texts; what begins with '<math' is a symbol, and empty where there is no MathML.

    Args: head, empty for a table without one.
    """
    first = "".join(f'<th scope="col" style="{_CELL}">{escape(cell)}</th>' for cell in head)
    body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    style = "border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0"
    above = f"<thead><tr>{first}</tr></thead>" if head else ""
    return wide(f'<table style="{style}">{above}<tbody>{body}</tbody></table>')


def _cell(text: str) -> str:
    told = formula(text) if text.startswith("<math") else escape(text)
    whole = "" if " " in text else "; white-space: nowrap"  # a number is never broken
    return f'<td style="{_CELL}{whole}">{told}</td>'


def picture(svg: str, told: str) -> str:
    """A drawing, as wide as it is or as the notebook: as an image, which trust is not asked for."""
    data = b64encode(svg.encode()).decode()
    return (
        f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(told)}" '
        'style="max-width: 100%; height: auto; margin: 0.4em 0">'
    )


def formula(mathml: str, text: str = "") -> str:
    """A formula within a line; where there is no MathML its text."""
    plain = f'<code class="{_TEXT}">{escape(text)}</code>' if text else ""
    return f'<span class="{_MATH}" style="display: none">{mathml}</span>{plain}'


def lines(told: Sequence[str]) -> str:
    """Lines of text that may be copied; one that is too wide is broken, best before a factor."""
    style = "white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.4em 0; font-size: 0.9em"
    text = escape("\n".join(told)).replace("·", "<wbr>·")
    return f'<pre style="{style}; {_MUTED}">{text}</pre>'


def number(value: float, digits: int = 6) -> str:
    return f"{value:.{digits}g}".replace("-", "−")


def share(part: float, whole: float) -> str:
    return number(100 * part / whole, 3) + " %" if whole else ""


def shape(array: Any) -> str:
    return "×".join(map(str, array.shape))
