"""What the columns of a table are: numbers, categories, booleans, dates, or nothing to learn from.

One pass over the rows is enough: of each column some sums are kept, and what it held up to a cap.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from glassnet.data.checks import DataError
from glassnet.data.csv_dialect import MISSING

if TYPE_CHECKING:
    import polars as pl

Kind = Literal["number", "boolean", "category", "date", "identifier", "constant", "text", "nested"]

DISTINCT = 5_000  # different values of a column that are kept while it is read
LEVELS = 100  # categories of a column that get an input each
LONG = 50  # letters on average, from which words are text and no category
MOSTLY = 0.9  # the share of cells that must be numbers for the others to be strays
LARGEST = 1e150  # beyond it squares overflow
TRUE = ("true", "yes", "y", "t", "ja", "j", "oui", "si", "on", "1")
FALSE = ("false", "no", "n", "f", "nein", "non", "off", "0")
DIGITS = "%Y%m%d"
DATES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y",
         "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", DIGITS)  # fmt: skip
NAMED_ID = re.compile(r"(^|[_\W])(id|uuid|guid|key|index|row)$", re.I)


@dataclass(frozen=True)
class Column:
    """What a column was found to be.

    used: whether the network is fed with it; why: the reason where it is not, or what else there
    is to say. levels: what it holds, with how often, where that is not too much.
    """

    name: str
    kind: Kind
    used: bool
    why: str
    missing: int
    mean: float = 0.0
    std: float = 1.0
    levels: tuple[tuple[str, int], ...] = ()
    form: str = ""  # of a date


@dataclass
class Seen:
    """What was seen of a column so far; `add` takes more of its rows."""

    name: str
    decimal: str = "."
    rows: int = 0
    missing: int = 0
    numbers: int = 0
    infinite: int = 0
    whole: bool = True
    rising: bool = True
    first: float = math.nan
    last: float = math.nan
    mean: float = 0.0
    square: float = 0.0
    largest: float = 0.0
    worded: int = 0
    letters: int = 0
    levels: Counter[str] | None = field(default_factory=Counter)
    forms: list[str] = field(default_factory=lambda: list(DATES))
    stray: str = ""
    typed: str = ""  # "date" or "nested", where the file says so

    def add(self, cells: pl.Series) -> None:
        """Counts some rows in."""
        import polars as pl

        self.rows += len(cells)
        if cells.dtype.is_nested() or cells.dtype == pl.Object or cells.dtype == pl.Binary:
            self.typed = "nested"
            return
        if cells.dtype.is_temporal():
            self.typed = "date"
            days = as_days(cells, "")
            self.missing += days.null_count()
            self._measure(days.drop_nulls())
            self._distinct(days.drop_nulls())
            return
        if cells.dtype == pl.Boolean:
            cells = cells.cast(pl.String)
        if cells.dtype.is_numeric():
            numbers = as_numbers(cells, self.decimal)
            self.missing += numbers.null_count()
            numbers = numbers.drop_nulls()
            self.numbers += len(numbers)
            self._distinct(numbers)
        else:
            words = as_words(cells).drop_nulls()
            self.missing += len(cells) - len(words)
            self.worded += len(words)
            self.letters += int(words.str.len_chars().sum() or 0)
            numbers = as_numbers(words, self.decimal)
            if not self.stray and numbers.null_count():
                self.stray = str(words.filter(numbers.is_null())[0])
            numbers = numbers.drop_nulls()
            self.numbers += len(numbers)
            if self.forms and len(words):
                if len(numbers) == len(words):  # of the forms only one is digits alone
                    self.forms = [f for f in self.forms if f == DIGITS]
                self.forms = [f for f in self.forms if not as_days(words, f).null_count()]
            self._distinct(words)
        finite = numbers.filter(numbers.is_finite())
        self.infinite += len(numbers) - len(finite)
        self._measure(finite)

    def _measure(self, x: pl.Series) -> None:
        n = len(x)
        if not n:
            return
        self.largest = max(self.largest, float(x.abs().max()))  # type: ignore[arg-type]
        if self.largest > LARGEST:
            return  # `found` refuses it
        self.whole = self.whole and bool((x == x.floor()).all())
        steps = x.diff().drop_nulls()
        joined = not len(steps) or bool((steps > 0).all())
        follows = math.isnan(self.last) or float(x[0]) > self.last
        self.first = float(x[0]) if math.isnan(self.first) else self.first
        self.rising = self.rising and joined and follows
        self.last = float(x[-1])
        # the sums of two parts joined (Chan, Golub and LeVeque 1983)
        counted = self.counted
        mean = float(x.mean())  # type: ignore[arg-type]
        off = mean - self.mean
        self.square += float(((x - mean) ** 2).sum()) + off**2 * counted * n / (counted + n)
        self.mean += off * n / (counted + n)
        self.counted += n

    counted: int = 0

    def _distinct(self, words: pl.Series) -> None:
        if self.levels is None:
            return
        if words.n_unique() > DISTINCT:
            self.levels = None
            return
        for value, count in words.value_counts().iter_rows():
            self.levels[str(value)] += count
        if len(self.levels) > DISTINCT:
            self.levels = None

    def found(self) -> Column:
        """What the column is."""
        present, levels = self.rows - self.missing, self.levels
        distinct = len(levels) if levels is not None else DISTINCT + 1
        std = math.sqrt(self.square / self.counted) if self.counted else 0.0

        def column(kind: Kind, why: str = "", used: bool = True, **more: Any) -> Column:
            return Column(self.name, kind, used, why, self.missing, **more)

        if self.typed == "nested":
            return column("nested", "holds lists or records, not single cells", used=False)
        if not present:
            return column("constant", "every cell is missing", used=False)
        if distinct == 1 and not self.missing:
            (value,) = levels or ("",)
            return column("constant", f"holds nothing but {value!r}", used=False)
        unique = distinct == present or (levels is None and bool(self.counted) and self.rising)
        number = self.numbers >= MOSTLY * present and present > 0
        if number and self.largest > LARGEST:
            raise DataError(
                f"the column {self.name!r} holds {self.largest:.3g}, too large to be squared: "
                "check its units."
            )
        if number and not self.typed and self.numbers == present and not self.infinite:
            # the rows that training is left with skip some numbers
            counts = self.rising and self.last - self.first < 2 * present
            if self.whole and present >= 10 and counts:
                return column("identifier", "counts the rows", used=False)
            if self.whole and unique and present > 2 and NAMED_ID.search(self.name):
                return column("identifier", "a number of its own in every row", used=False)
        if self.typed == "date":
            return column("date", mean=self.mean, std=std or 1.0)
        words = {word.lower() for word in levels or ()}
        if distinct == 2 and words & set(TRUE) and words & set(FALSE):
            return column("boolean", levels=tuple(sorted((levels or {}).items())))
        if (
            self.worded
            and self.forms
            and not (number and self.forms == [DIGITS] and not self._like_days())
        ):
            return column("date", mean=0.0, std=1.0, form=self.forms[0])
        if number:
            strays = present - self.numbers + self.infinite
            why = ""
            if strays:
                first = repr(self.stray) if self.stray else "an infinity"
                are = "cell is" if strays == 1 else "cells are"
                why = f"{strays:,} {are} no finite number ({first} first): taken as missing"
            return column("number", why, mean=self.mean, std=std or 1.0)
        length = self.letters / present
        hardly_again = distinct > (0.5 if distinct > LEVELS else 0.9) * present and present > 5
        if hardly_again or levels is None:
            if unique and length < LONG and not any(" " in word for word in list(words)[:50]):
                return column("identifier", "a value of its own in every row", used=False)
            return column("text", f"{distinct:,} or more different texts", used=False)
        if length > LONG:
            return column("text", f"texts of {length:.0f} letters on average", used=False)
        return column(
            "category", levels=tuple(sorted(levels.items(), key=lambda each: (-each[1], each[0])))
        )

    def _like_days(self) -> bool:
        """Whether eight digits are a date: years that people write of."""
        return 1.8e7 < self.mean < 2.2e7 and self.largest < 2.2e7


def as_words(cells: pl.Series) -> pl.Series:
    """Cells as text without the spaces around; what stands for a missing cell becomes null."""
    import polars as pl

    words = cells.cast(pl.String).str.strip_chars()
    missing = words.str.to_lowercase().is_in(MISSING)
    return words.set(missing.fill_null(True), None)


def as_numbers(cells: pl.Series, decimal: str) -> pl.Series:
    """Cells as float64; null where there is none, or no number."""
    import polars as pl

    if cells.dtype == pl.Boolean:
        return cells.cast(pl.Float64)
    if not cells.dtype.is_numeric():
        words = as_words(cells)
        if decimal == ",":
            words = words.str.replace(",", ".", literal=True)
        cells = words.cast(pl.Float64, strict=False)
    cells = cells.cast(pl.Float64, strict=False)
    return cells.set(cells.is_nan().fill_null(True), None)


def as_days(cells: pl.Series, form: str) -> pl.Series:
    """Dates as days since 1970 with their fraction; null where there is none."""
    import polars as pl

    if not cells.dtype.is_temporal():
        cells = as_words(cells).str.strptime(pl.Datetime("us"), form, strict=False)
    if cells.dtype == pl.Time or cells.dtype == pl.Duration:
        return cells.to_physical().cast(pl.Float64) / 86_400e6
    return cells.cast(pl.Datetime("us")).to_physical().cast(pl.Float64) / 86_400e6
