"""Numbers and texts as Python writes them, laid out in lines of at most 88 columns."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from glassnet.core.activations import Array

WIDTH = 88
MODULES = ("csv", "datetime", "math", "re", "sys")  # of Python's own, that a file may call


def modules_in(body: str) -> list[str]:
    """The modules that a program calls, to be imported.

    >>> modules_in("x = math.exp(1)")
    ['math']
    """
    return [module for module in MODULES if re.search(rf"\b{module}\.", body)]


def number(value: Any) -> str:
    """The fewest digits that give the number back, in its own type.

    >>> number(np.float32(0.1)), number(np.float64(2)), number(1e-8)
    ('0.1', '2.0', '1e-08')
    """
    return str(value) if isinstance(value, np.floating) else repr(value)


def array(values: Array) -> str:
    """An array as nested lists, a row a line, long rows filled into lines."""
    if values.ndim == 1:
        return _filled(map(number, values), "")
    rows = "".join(f"    {_filled(map(number, row), '    ')},\n" for row in values)
    return f"[\n{rows}]"


def _filled(parts: Iterable[str], margin: str) -> str:
    """[1.0, 2.0] in a line, or where it is too long in several."""
    parts = list(parts)
    line = f"[{', '.join(parts)}]"
    if len(line) + len(margin) + 20 <= WIDTH:  # what stands before and after it
        return line
    lines, inner = [""], f"{margin}    "
    for part in parts:
        if len(inner) + len(lines[-1]) + len(part) + 2 > WIDTH and lines[-1]:
            lines.append("")
        lines[-1] += f"{part}, "
    return "[\n" + "".join(f"{inner}{line.rstrip()}\n" for line in lines) + f"{margin}]"


def listed(values: Iterable[Any]) -> str:
    """Texts or numbers as a list.

    >>> listed(["it's", 'a "b"'])
    '["it\\'s", \\'a "b"\\']'
    """
    return _filled(map(literal, values), "")


def literal(value: Any) -> str:
    """A text, a number, a list or a table of them, as ruff would quote it."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        told = ", ".join(map(literal, value))
        return f"[{told}]" if isinstance(value, list) else f"({told}{',' * (len(value) == 1)})"
    return repr(value)


def quoted(text: str) -> str:
    """A text between double quotes, where that takes no more backslashes.

    >>> print(quoted("it's"), quoted('a "b"'), quoted("two\\nlines"))
    "it's" 'a "b"' "two\\nlines"
    """
    told = repr(text)
    if told.startswith("'") and '"' not in told and "\\'" not in told:
        return f'"{told[1:-1]}"'
    return told
