"""Working a formula out: so that what is printed is true, it is tried before it is printed."""

import ast
import math
import re
from collections.abc import Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

from glassnet.explain.ask.answer import HOLE

ALL_DIGITS = 17  # significant ones, which tell a float64 from every other

_SIGNS = {"·": "*", "−": "-", "²": "**2", "½": "0.5", "π": "pi", "≤": "<=", "^": "**"}
_WORDS: dict[str, Any] = {
    "exp": math.exp, "ln": math.log, "tanh": math.tanh, "erf": math.erf, "sqrt": math.sqrt,
    "min": min, "max": max, "sign": lambda v: (v > 0) - (v < 0), "abs": abs, "pi": math.pi,
    "f": None, "__builtins__": {},
}  # fmt: skip


def worked_out(template: str, values: Mapping[str, float], digits: int | None = None) -> float:
    """What a formula with {addresses} gives, its numbers to so many significant digits first.

    NaN where it gives nothing, as by a division by 0 or a word that is no function here.

    >>> worked_out("{W}·(1 − {a})", {"W": 2.0, "a": 0.75})
    0.5
    """
    names = list(dict.fromkeys(HOLE.findall(template)))
    pattern = HOLE.sub(lambda hole: f"(v{names.index(hole[1])})", template)
    numbers = [values[name] if digits is None else float(f"{values[name]:.{digits}g}")
               for name in names]  # fmt: skip
    try:
        given = {f"v{n}": number for n, number in enumerate(numbers)}
        return float(eval(_code(pattern), _WORDS, given))
    except (ArithmeticError, ValueError, NameError, SyntaxError, TypeError):
        return math.nan


def digits_that_hold(template: str, values: Mapping[str, float], value: float, least: int) -> int:
    """How many digits of the numbers put in make a formula give its value to `least` digits.

    From `least` up, all of them where none do; a unit in the last digit is let pass. What cannot be
    worked out, as it calls somebody's own function, is written to `least`.
    """
    if not template or not math.isfinite(value) or not all(map(math.isfinite, values.values())):
        return least
    if math.isnan(worked_out(template, values)):  # a function that is somebody's own
        return least
    return next(
        (n for n in range(least, ALL_DIGITS) if gives(template, values, value, least, n)),
        ALL_DIGITS,
    )


def gives(
    template: str, values: Mapping[str, float], value: float, least: int, digits: int
) -> bool:
    """Whether a formula gives its value to `least` digits, its numbers put in to `digits`."""
    printed = float(f"{value:.{least}g}")
    unit = 10.0 ** (math.floor(math.log10(abs(printed))) - least + 1) if printed else 1e-15
    return abs(worked_out(template, values, digits) - printed) <= 1.001 * unit


@lru_cache(maxsize=4096)
def _code(pattern: str) -> CodeType:
    """The formula as code; the same for all whose numbers alone differ."""
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", pattern)
    for sign, python in _SIGNS.items():
        text = text.replace(sign, python)
    return compile(ast.parse(text, mode="eval"), "<formula>", "eval")
