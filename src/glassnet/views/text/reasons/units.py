"""Figures and cells as the table's owner knows them: percent and points, or the target's unit."""

import math
from typing import Any

from glassnet.core.display.numbers import written
from glassnet.explain import ShapleyValues

LONG = 40  # letters of a cell
NOT_GIVEN = "not given"  # of an empty cell


class Units:
    """How an answer and what adds to it are written: percent and points, or the target's unit."""

    def __init__(self, shares: ShapleyValues) -> None:
        self.percent = shares.probability
        largest = max(
            [abs(each.value) for each in shares.contributions] + [abs(shares.value) / 10], default=0
        )
        self.digits = 1 if self.percent else digits_of(largest)
        told = [self.value(shares.value), self.value(shares.base)]
        told += [self.change(each.value) for each in shares.contributions]
        self.width = max(map(len, told))

    def plain(self, value: float, digits: int | None = None) -> str:
        value = 100 * value if self.percent else value
        if digits is not None:
            return written(float(f"{value:.{digits}g}"))
        if abs(value) >= 1e9 or self.digits > 9:
            return written(value, 4)
        return f"{value + 0.0:,.{self.digits}f}".replace("-", "−")

    def value(self, value: float) -> str:
        return self.plain(value) + (" %" if self.percent else "")

    def change(self, value: float) -> str:
        told = self.plain(value).lstrip("−")
        sign = "" if not self.counts(value) else "−" if value < 0 else "+"
        return sign + told + ("  " if self.percent else "")

    def counts(self, value: float) -> bool:
        """Whether it is not 0 as it is written."""
        return any(c in "123456789" for c in self.plain(value))


def digits_of(largest: float) -> int:
    """Digits after the point, with which the largest has three that mean something."""
    if not largest or not math.isfinite(largest):
        return 1
    return max(0, 2 - math.floor(math.log10(largest)))


def cell_text(cell: Any) -> str:
    """A cell as its table has it."""
    if cell is None or cell == "" or cell != cell:
        return NOT_GIVEN
    if isinstance(cell, float):
        return written(cell)
    text = str(cell).strip()
    return text if len(text) <= LONG else text[: LONG - 1] + "…"


def number_in(cell: Any) -> float | None:
    """The number that a cell holds, in text with a decimal point or comma; None for another."""
    if isinstance(cell, bool) or cell is None:
        return None
    try:
        value = float(str(cell).strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
