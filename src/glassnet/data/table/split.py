"""The column that rows are split by: groups as they stand, times as numbers that can be ordered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.checks import CellError
from glassnet.data.table.cells import (
    FORMATS,
    NO_NUMBER,
    read_days,
    read_numbers,
    read_times_as,
    read_words,
    typed_days,
)
from glassnet.data.table.frames import import_polars, shortened

if TYPE_CHECKING:
    import polars as pl


def read_groups(cells: pl.Series) -> NDArray[Any]:
    """A group a row, (N,). Raises: CellError where one is missing."""
    _check_there("--group", cells, read_words(cells.to_frame()).to_series())
    return cells.to_numpy()


def read_times(cells: pl.Series, decimal: str = ".") -> NDArray[Any]:
    """A time a row, (N,): numbers, or days since 1970-01-01 of dates in any one of FORMATS.

    Raises: CellError where a cell is missing, or is no time as the others are.
    """
    pl = import_polars()
    if cells.dtype in (pl.Date, pl.Datetime):
        _check_there("--time", cells, cells)
        return typed_days(cells).to_numpy()
    words = read_words(cells.to_frame()).to_series()
    words = words.set(words.is_in(NO_NUMBER).fill_null(False), None)
    _check_there("--time", cells, words)
    numbers = read_numbers(cells.to_frame(), decimal).x[:, 0]
    if np.isfinite(numbers).all():
        return numbers
    for form in FORMATS:
        days = read_days(words, form)
        if days is not None:
            return days.to_numpy()
    try:
        return np.array(words.to_list(), dtype="datetime64[us]")  # other forms of ISO 8601
    except ValueError:
        raise _no_time(cells, words, int(np.isfinite(numbers).argmin())) from None


def _check_there(option: str, cells: pl.Series, read: pl.Series) -> None:
    gone = read.is_null()
    if gone.any():
        rows = f"{int(gone.sum()):,} row{'s' * (gone.sum() != 1)}"
        row = int(gone.arg_max() or 0)
        raise CellError(
            f"{option} is {cells.name!r}, which is missing in {rows}, first", row,
            ": fill it in, or leave those rows out", cells.name, cells[row],
        )  # fmt: skip


def _no_time(cells: pl.Series, words: pl.Series, row: int) -> CellError:
    """The first cell that is not as the most rows before it are. Args: row, the first no number."""
    form = None
    for each in FORMATS:
        unread = read_times_as(words, each).is_null()
        if (first := int(unread.arg_max() or 0)) > row:
            row, form = first, each
    wanted = (
        "dates such as 2024-03-01, 01.03.2024 or 2024-03-01 12:30"
        if form is None
        else f"a date as {form}, like those before it"
    )
    return CellError(
        f"--time is {cells.name!r}, which holds {shortened(words[row])!r}", row,
        f", which is no time: expected a number or {wanted}; correct the cell, or leave --time out",
        cells.name, str(cells[row]),
    )  # fmt: skip
