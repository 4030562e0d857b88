"""An object in one line: what it is and holds, never where it lies in memory or all its numbers."""

import inspect
import os
import reprlib
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

import numpy as np

LONGEST = 120  # characters of a line; what does not fit is left out, and … stands for it
LONGEST_LIST = 40  # and of a list that is written out in it

_short = reprlib.Repr()
_short.maxstring = _short.maxother = _short.maxlong = 48

_nothing = object()


def telling(*names: str) -> Any:
    """A `__repr__` that tells these attributes; without names what the object was made with.

    What is as it is by default is not told.

    >>> class Line:
    ...     def __init__(self, slope, offset=0.0):
    ...         self.slope, self.offset = slope, offset
    ...
    ...     __repr__ = telling()
    >>> Line(np.ones((2, 3)))
    Line(slope=<float64 (2, 3)>)
    """

    def __repr__(self: Any) -> str:
        defaults = _defaults(type(self))
        told: dict[str, Any] = {}
        for name in names or defaults:
            value = getattr(self, name, _nothing)
            if value is not _nothing and not _same(value, defaults.get(name, _nothing)):
                told[name] = value
        return one_line(type(self).__name__, told)

    return __repr__


def one_line(name: str, told: Mapping[str, Any]) -> str:
    """name(attribute=value, …), as many as a line holds.

    >>> one_line("Square", {"side": np.float64(2.0), "colour": "red"})
    "Square(side=2.0, colour='red')"
    """
    parts: list[str] = []
    left = LONGEST - len(f"{name}(, …)")
    for attribute, value in told.items():
        part = f"{attribute}={in_few_words(value)}"
        if len(part) + 2 > left and hasattr(value, "__dict__"):
            part = f"{attribute}=<{type(value).__name__}>"
        left -= len(part) + 2
        if left < 0 and parts:
            parts.append("…")
            break
        parts.append(part)
    return f"{name}({', '.join(parts)})"


def in_few_words(value: object) -> str:
    """A value as Python writes it where that is short; else its kind and size in < >.

    >>> print(in_few_words([0.5, 1]), in_few_words([0.5] * 99), in_few_words(np.zeros(3)))
    [0.5, 1] <list of 99> <float64 (3,)>
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        return _short.repr(value)
    if isinstance(value, os.PathLike):
        return _short.repr(str(value))
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        kind = value.dtype.type if isinstance(value, np.ndarray) else type(value)
        return f"<{kind.__name__.rstrip('_')} {shape}>"
    kind = type(value).__name__
    if isinstance(value, list | tuple | dict | set | frozenset) and not hasattr(value, "_fields"):
        text = repr(value) if len(value) <= LONGEST_LIST and _plain(value) else ""
        return text if 0 < len(text) <= LONGEST_LIST else f"<{kind} of {len(value):,}>"
    if inspect.isroutine(value) or isinstance(value, type):
        return value.__name__
    try:
        text = repr(value)
    except Exception:  # what somebody's own object does
        text = ""
    short = 0 < len(text) < LONGEST and "\n" not in text and " at 0x" not in text
    return text if short else f"<{kind}>"


def some_of(words: list[str], between: str, most: int = 8) -> str:
    """A list of words, its middle left out where it is long.

    >>> some_of(list("abcdefgh"), "-", most=5)
    'a-b-c-…-h'
    """
    if len(words) > most:
        words = [*words[: most - 2], "…", words[-1]]
    return between.join(words)


def _plain(value: Any) -> bool:
    """Whether a collection holds nothing but numbers and strings of Python's own."""
    members = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    return all(type(each) in (bool, int, float, str, type(None)) for each in members)


def _defaults(kind: Any) -> dict[str, Any]:
    """What an object is made with: each name, and its default where it has one."""
    if is_dataclass(kind):
        return {
            f.name: f.default if f.default_factory is MISSING else f.default_factory()
            for f in fields(kind)
            if f.repr
        }
    if hasattr(kind, "_fields"):  # a named tuple
        return {name: kind._field_defaults.get(name, _nothing) for name in kind._fields}
    parameters = inspect.signature(kind.__init__).parameters
    return {name: parameter.default for name, parameter in parameters.items()}


def _same(value: Any, default: Any) -> bool:
    if isinstance(value, np.ndarray) and isinstance(default, np.ndarray):
        return value.size == default.size == 0
    plain = isinstance(default, str | bool | int | float | tuple | list | dict)
    return value is default or (plain and type(value) is type(default) and value == default)
