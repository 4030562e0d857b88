"""How a column becomes inputs of the network: numbers, levels and dates, each with what it learned.

    number    x = (value − mean) / scale; missing: 0, the mean
              where it is clipped, x / √(1 + (x/3)²) of that: nearly x up to 1, never beyond 3
    boolean   no −1, yes 1, missing 0: a number of mean ½ and scale ½
    category  one input a level, 1 for the row's own and 0 for the others
    date      days since 1970-01-01 as a number; the place in the year and in the week, and where
              there is a time in the day, each on a circle:  sin 2πp, cos 2πp  for p in [0, 1)

Where a cell was missing in training, an input of its own says so, 1 or 0. Of a level that was rare
in training, or never met, `other` says so; it is there only if training had rare levels, since an
input that is always 0 learns nothing: without it an unknown level is 0 in every input. A missing
cell where training had none is 0 in every input of a date, the mean of a number, and an unknown
level of a category.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from glassnet.data.checks import DataError
from glassnet.data.table.cells import FORMATS

T = TypeVar("T")

YEAR = 365.25  # days
CLIP = 3.0  # deviations from the mean that no clipped number is beyond


def clipped(x: NDArray[Any]) -> NDArray[Any]:
    """x / √(1 + (x/3)²): smooth, rising, x near 0, ±3 at infinity.

    Source: Holzmüller, Grinsztajn and Steinwart (2024), "Better by default".

    >>> clipped(np.array([0.0, 1.0, -4.0, 1e9])).round(3)
    array([ 0.   ,  0.949, -2.4  ,  3.   ])
    """
    root = x / CLIP
    root *= root
    root += 1
    return np.divide(x, np.sqrt(root, out=root), out=root)


def unclipped(x: NDArray[Any]) -> NDArray[Any]:
    """What `clipped` made x of: x / √(1 − (x/3)²).

    >>> unclipped(clipped(np.array([0.0, 1.0, -4.0]))).round(9)
    array([ 0.,  1., -4.])
    """
    return x / np.sqrt(np.maximum(1 - (x / CLIP) ** 2, 1e-12))


@dataclass(frozen=True)
class NumberInput:
    """x = (value − mean) / scale, and whether the value is missing.

    Attributes:
        mean, scale: in the column's unit.
        gaps: whether there is an input for missing cells.
        words: whether yes and no stand for 1 and 0.
        lenient: whether cells that are no numbers count as missing, as some in training did.
        clip: whether what lies far out is drawn in, so that a single cell cannot outweigh all.
    """

    sort: ClassVar[str] = "number"

    mean: float
    scale: float
    gaps: bool = False
    words: bool = False
    lenient: bool = False
    clip: bool = False

    def names(self, column: str) -> tuple[str, ...]:
        return (column, f"{column} missing") if self.gaps else (column,)

    def spec(self) -> dict[str, Any]:
        return {
            "sort": self.sort,
            "mean": self.mean,
            "scale": self.scale,
            "gaps": self.gaps,
            "words": self.words,
            "lenient": self.lenient,
            **({"clip": True} if self.clip else {}),
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "NumberInput":
        mean, scale = entry(spec, "mean", finite), entry(spec, "scale", positive)
        clip = entry(spec, "clip", truth) if "clip" in spec else False
        gaps, words, lenient = (entry(spec, key, truth) for key in ("gaps", "words", "lenient"))
        return cls(mean, scale, gaps, words, lenient, clip)


@dataclass(frozen=True)
class CategoryInput:
    """One input a level, and for rare and for missing ones.

    Attributes:
        levels: the texts that have an input of their own; none where a column's presence counts.
        other: whether there is an input for all other texts.
        gaps: whether there is an input for missing cells.
    """

    sort: ClassVar[str] = "category"

    levels: tuple[str, ...]
    other: bool = False
    gaps: bool = False

    def names(self, column: str) -> tuple[str, ...]:
        levels = [f"{column} = {level}" for level in self.levels]
        other = [f"{column} = other"] * self.other
        return (*levels, *other, *[f"{column} missing"] * self.gaps)

    def fill(self, codes: NDArray[np.intp], missing: NDArray[np.bool_], out: NDArray[Any]) -> None:
        """Writes the inputs of rows; codes: the place of each row's level, or −1. out is 0."""
        known = np.flatnonzero(codes >= 0)
        out[known, codes[known]] = 1
        if self.gaps:
            out[missing, -1] = 1
            codes = np.where(missing, 0, codes)
        if self.other:
            out[codes < 0, len(self.levels)] = 1

    def spec(self) -> dict[str, Any]:
        return {
            "sort": self.sort,
            "levels": list(self.levels),
            "other": self.other,
            "gaps": self.gaps,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "CategoryInput":
        levels = entry(spec, "levels", texts)
        other, gaps = entry(spec, "other", truth), entry(spec, "gaps", truth)
        presence = gaps and not other  # whether a column is there, whatever it holds
        if (not levels and not presence) or len(set(levels)) != len(levels):
            raise DataError(f"a category needs different levels, at least one; got {levels[:10]}")
        return cls(levels, other, gaps)


@dataclass(frozen=True)
class DateInput:
    """The day as a number, and where it lies in the year, the week and the day.

    Attributes:
        mean, scale: of the days since 1970-01-01.
        form: how text is read, one of FORMATS; None where dates came as such.
        clock: whether the time of day counts.
        gaps: whether there is an input for missing cells.
    """

    sort: ClassVar[str] = "date"

    mean: float
    scale: float
    form: str | None = None
    clock: bool = False
    gaps: bool = False

    def names(self, column: str) -> tuple[str, ...]:
        circles = ("year", "week", "day") if self.clock else ("year", "week")
        names = [f"{column}, {f} of {circle}" for circle in circles for f in ("sin", "cos")]
        return (column, *names, *[f"{column} missing"] * self.gaps)

    def fill(self, days: NDArray[np.float64], out: NDArray[Any]) -> None:
        """Writes the inputs of days since 1970-01-01, (N,), NaN where missing."""
        missing = np.isnan(days)
        days = np.where(missing, self.mean, days)
        date = np.floor(days).astype("datetime64[D]")
        in_year = (date - date.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.float64)
        in_day = days % 1
        # the first of 1970 was a Thursday: the week begins on Monday
        places = [(in_year + in_day) / YEAR, (days + 3) % 7 / 7, in_day]
        out[:, 0] = (days - self.mean) / self.scale
        for i, place in enumerate(places if self.clock else places[:2]):
            out[:, 1 + 2 * i] = np.sin(2 * math.pi * place)
            out[:, 2 + 2 * i] = np.cos(2 * math.pi * place)
        out[missing] = 0
        if self.gaps:
            out[:, -1] = missing

    def spec(self) -> dict[str, Any]:
        return {
            "sort": self.sort,
            "mean": self.mean,
            "scale": self.scale,
            "form": self.form,
            "clock": self.clock,
            "gaps": self.gaps,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "DateInput":
        form = spec.get("form")
        if form is not None and form not in FORMATS:
            raise DataError(f"a date's form must be one of {', '.join(FORMATS)}; got {form!r}")
        mean, scale = entry(spec, "mean", finite), entry(spec, "scale", positive)
        if not (_FIRST_DAY <= mean <= _LAST_DAY):
            raise DataError(f"the mean of a date, in days since 1970, cannot be {mean}")
        return cls(mean, scale, form, entry(spec, "clock", truth), entry(spec, "gaps", truth))


_FIRST_DAY, _LAST_DAY = -120_000_000, 120_000_000  # what 64 bits of microseconds hold

ColumnInput = NumberInput | CategoryInput | DateInput


def input_from_spec(spec: Any) -> ColumnInput:
    """The inputs of a column that `spec` describes; a DataError where it makes no sense."""
    if not isinstance(spec, Mapping):
        raise DataError(f"the description of a column's inputs must be an object; got {spec!r:.60}")
    for kind in (NumberInput, CategoryInput, DateInput):
        if spec.get("sort") == kind.sort:
            return kind.from_spec(spec)
    raise DataError(
        f"a column's inputs are of sort number, category or date; got {spec.get('sort')!r:.60}"
    )


def entry(spec: Mapping[str, Any], key: str, convert: Callable[[Any], T]) -> T:
    """One converted entry of a description; a DataError that names it where it does not fit."""
    try:
        return convert(spec[key])
    except (KeyError, TypeError, ValueError, OverflowError):
        got = repr(spec[key])[:60] if key in spec else "nothing"
        raise DataError(f"the description of a table needs a valid {key!r}; got {got}") from None


def finite(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("not a finite number")
    return float(value)


def positive(value: Any) -> float:
    if not finite(value) > 0:
        raise ValueError("not above 0")
    return float(value)


def truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("not true or false")
    return value


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("not a count")
    return value


def texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ValueError("not a list of texts")
    return tuple(text(item) for item in value)
