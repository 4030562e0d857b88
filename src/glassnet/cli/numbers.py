"""Whole numbers as a person writes them at the door: 1.5 epochs are refused, not rounded."""

from collections.abc import Sequence
from typing import Annotated, Any

from cyclopts import Parameter

LONGEST = 18  # digits


def whole(_type: Any, tokens: Sequence[Any]) -> int:
    """The whole number that a word says.

    Raises: ValueError, for cyclopts to name the option.
    """
    text = tokens[0].value.strip()
    try:
        if len(text) > LONGEST:
            raise ValueError
        return int(text)
    except ValueError:
        shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        raise ValueError(
            f"expected a whole number of at most {LONGEST} digits, got '{shown}'"
        ) from None


Whole = Annotated[int, Parameter(converter=whole)]
WholeOrNone = Annotated[int | None, Parameter(converter=whole)]
