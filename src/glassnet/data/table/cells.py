"""What a cell says: a number, a date, yes or no, or that it is missing; whole columns at a time.

missing       an empty cell, a null, a NaN, or one of MISSING; among numbers and dates
              NO_NUMBER too
number        as Python writes it, or with a decimal comma; spaces around it do not count
date          one of FORMATS, the same in the whole column
yes and no    one pair of BOOLEANS in the whole column, in any case
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glassnet.data.table.frames import import_polars

if TYPE_CHECKING:
    import polars as pl

MISSING = (
    "", "NA", "na", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NAN", "null", "NULL", "Null", "?",
)  # fmt: skip
NO_NUMBER = ("-", "--", ".", "none", "None", "NONE")  # a word of its own in a category

BOOLEANS = (
    ("no", "yes"), ("n", "y"), ("false", "true"), ("f", "t"), ("off", "on"),
    ("nein", "ja"), ("n", "j"), ("falsch", "wahr"), ("nee", "ja"),
    ("non", "oui"), ("faux", "vrai"), ("no", "si"), ("no", "sí"), ("falso", "verdadero"),
)  # fmt: skip
YES = frozenset(yes for _, yes in BOOLEANS)
NO = frozenset(no for no, _ in BOOLEANS)

# Where the order of day and month shows in no cell, the earlier format is taken.
FORMATS = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f%#z",
    "%Y-%m-%dT%H:%M:%S%.f%#z",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S%.f",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S%.f",
    "%m/%d/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S%.f",
    "%d/%m/%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S%.f",
    "%d-%m-%Y",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y %H:%M:%S%.f",
)
_DATE = re.compile(r"(\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{4})([ T]\d.*)?")

MICROSECONDS = 86_400_000_000  # in a day


class Misfit(NamedTuple):
    """Cells that are there and are no numbers: how many, and the first of them."""

    count: int
    row: int
    value: str


class Numbers(NamedTuple):
    """Columns read as numbers.

    x        (N, C) float64; NaN where a cell is missing or no number
    missing  (C,) cells that are missing, whatever the column holds
    misfits  by column: the cells that are no numbers
    cells    the cells, trimmed and null where missing, in the columns that are not all numbers
    """

    x: NDArray[np.float64]
    missing: NDArray[np.int64]
    misfits: dict[int, Misfit]
    cells: "pl.DataFrame"


def read_numbers(frame: "pl.DataFrame", decimal: str = ".") -> Numbers:
    """Every column as numbers; text is parsed, and what does not parse is counted.

    Args:
        frame: columns of text, numbers or booleans, (N, C).
        decimal: what stands before the fraction in text, "." or ",".
    """
    pl = import_polars()
    rows, types = frame.height, dict(frame.schema)
    names = list(types)
    x = _parsed(frame, decimal).to_numpy() if names else np.empty((rows, 0))
    x = np.array(x, dtype=np.float64, order="F")  # polars' own memory is read-only
    missing = np.isnan(x).sum(axis=0)
    nulls = frame.null_count().row(0) if names else ()
    doubtful = [
        name
        for name, unread, empty in zip(names, missing, nulls, strict=True)
        if unread > empty and types[name] == pl.String
    ]
    misfits: dict[int, Misfit] = {}
    if doubtful:
        # most columns of numbers parse as they stand; the others are trimmed and read again
        place = {name: i for i, name in enumerate(names)}
        cells = trimmed(frame.select(doubtful))
        again = _parsed(cells, decimal)
        x[:, [place[name] for name in doubtful]] = again.to_numpy()
        unread = again.select(pl.all().is_null() | pl.all().is_nan()).get_columns()
        odd = cells.select(pl.all().is_not_null() & ~pl.all().is_in(NO_NUMBER))
        odd = odd.select(pl.col(name) & no for name, no in zip(doubtful, unread, strict=True))
        counts, firsts = odd.sum().row(0), odd.select(pl.all().arg_max()).row(0)
        empty = cells.null_count().row(0)
        for name, count, first, gaps in zip(doubtful, counts, firsts, empty, strict=True):
            i = place[name]
            missing[i] = gaps
            if count:
                misfits[i] = Misfit(count, first, cells[name][first])
        frame = frame.with_columns(cells)
    return Numbers(x, missing, misfits, frame)


def plain(frame: "pl.DataFrame") -> "pl.DataFrame":
    """The frame with its categorical columns as text."""
    pl = import_polars()
    coded = [name for name, t in frame.schema.items() if t in (pl.Categorical, pl.Enum)]
    return frame.with_columns(pl.col(coded).cast(pl.String)) if coded else frame


def trimmed(frame: "pl.DataFrame") -> "pl.DataFrame":
    """Columns of text without spaces around their cells, null where one is missing."""
    pl = import_polars()
    if not frame.width:
        return frame
    texts = frame.select(pl.all().str.strip_chars())
    return texts.select(pl.when(~pl.all().is_in(MISSING)).then(pl.all()))


def read_words(frame: "pl.DataFrame") -> "pl.DataFrame":
    """Columns of any simple type as text, trimmed, null where missing; 3.0 becomes 3."""
    pl = import_polars()
    texts = []
    for cells in frame.get_columns():
        if cells.dtype.is_float():
            cells = _whole(cells)
        texts.append(cells if cells.dtype == pl.String else cells.cast(pl.String))
    return trimmed(pl.DataFrame(texts))


def _whole(cells: "pl.Series") -> "pl.Series":
    """Floats as integers, if they are whole numbers and no more."""
    pl = import_polars()
    cells = cells.fill_nan(None)
    whole = cells.cast(pl.Int64, strict=False)
    same = whole.null_count() == cells.null_count() and (whole.cast(cells.dtype) == cells).all()
    return whole if same else cells


def read_codes(texts: "pl.DataFrame", levels: Sequence[Sequence[str]]) -> NDArray[np.intp]:
    """The place of each text among the levels of its column, (N, C); −1 where it is none."""
    pl = import_polars()
    coded = [
        cells.cast(pl.Enum(known), strict=False)
        for cells, known in zip(texts.get_columns(), levels, strict=True)
    ]
    codes = pl.DataFrame(coded).select(pl.all().to_physical().cast(pl.Int64).fill_null(-1))
    return codes.to_numpy().astype(np.intp, copy=False)


def read_booleans(series: "pl.Series") -> "pl.Series":
    """yes as 1, no as 0, numbers as they are, all as text again; other words unchanged."""
    pl = import_polars()
    if series.dtype != pl.String:
        return series
    text = series.str.strip_chars().str.to_lowercase()
    return (
        pl.select(
            pl.when(text.is_in(list(YES)))
            .then(pl.lit("1"))
            .when(text.is_in(list(NO)))
            .then(pl.lit("0"))
            .otherwise(series)
        )
        .to_series()
        .alias(series.name)
    )


def may_be_date(text: str) -> bool:
    """Whether a cell looks like one of FORMATS.

    >>> may_be_date("2024-02-29"), may_be_date("1.2.2024 12:30"), may_be_date("12-34")
    (True, True, False)
    """
    return _DATE.fullmatch(text) is not None


def read_days(series: "pl.Series", form: str) -> "pl.Series | None":
    """Days since 1970-01-01, float64, null where missing; None where a cell does not fit.

    Args:
        series: trimmed text, in which NO_NUMBER too is missing.
        form: one of FORMATS.
    """
    pl = import_polars()
    series = series.to_frame("x").select(pl.when(~pl.col("x").is_in(NO_NUMBER)).then("x"))["x"]
    if not series.str.contains(f"^{_DATE.pattern}$").all():
        return None
    times = read_times_as(series, form)
    if times.null_count() > series.null_count():
        return None
    return typed_days(times)


def read_times_as(series: "pl.Series", form: str) -> "pl.Series":
    """Points in time of text in one of FORMATS; null where a cell is none."""
    zone: dict[str, Any] = {"time_zone": "UTC"} if form.endswith("z") else {}
    return series.str.to_datetime(form, strict=False, time_unit="us", **zone)


def typed_days(series: "pl.Series") -> "pl.Series":
    """Days since 1970-01-01 of dates and times, by the clock of their own time zone."""
    pl = import_polars()
    if series.dtype != pl.Date:
        series = series.dt.replace_time_zone(None)
    return series.cast(pl.Datetime("us")).dt.timestamp("us") / MICROSECONDS


def _parsed(frame: "pl.DataFrame", decimal: str) -> "pl.DataFrame":
    pl = import_polars()
    if decimal == ",":
        # a point would stand between thousands, or be another notation: no number, never a guess
        text = pl.col(pl.String)
        pointless = ~text.str.contains(".", literal=True)
        frame = frame.with_columns(
            pl.when(pointless).then(text.str.replace(",", ".", literal=True))
        )
    return frame.select(pl.all().cast(pl.Float64, strict=False))
