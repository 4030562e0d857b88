"""The cells of a table written as inputs, all columns of one sort together.

Ten thousand columns of numbers are one array here, and one subtraction: a loop over them would
cost more than what is computed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.checks import CellError, DataError
from glassnet.data.table.cells import (
    FORMATS,
    read_booleans,
    read_codes,
    read_days,
    read_numbers,
    read_words,
    typed_days,
)
from glassnet.data.table.frames import import_polars, shortened
from glassnet.data.table.inputs import CategoryInput, DateInput, NumberInput, clipped
from glassnet.data.table.kinds import Column

if TYPE_CHECKING:
    import polars as pl

NEITHER = "neither yes nor no"


@dataclass(frozen=True)
class NumberColumns:
    """All columns of numbers at once."""

    names: list[str]
    mean: NDArray[np.float64]  # (C,)
    scale: NDArray[np.float64]
    lenient: NDArray[np.bool_]
    clip: NDArray[np.intp]  # the columns that are clipped
    words: list[str]  # those in which yes and no are read
    at: NDArray[np.intp]  # the places of the inputs
    gaps: NDArray[np.intp]  # the columns with an input for missing cells
    gaps_at: NDArray[np.intp]

    @classmethod
    def of(cls, columns: Iterable[Column], places: Mapping[str, slice]) -> "NumberColumns":
        found = [(c.name, c.code) for c in columns if isinstance(c.code, NumberInput)]
        at = np.array([places[name].start for name, _ in found], dtype=np.intp)
        gaps = np.flatnonzero([code.gaps for _, code in found])
        return cls(
            [name for name, _ in found],
            np.array([code.mean for _, code in found]),
            np.array([code.scale for _, code in found]),
            np.array([code.lenient for _, code in found], dtype=bool),
            np.flatnonzero([code.clip for _, code in found]),
            [name for name, code in found if code.words],
            at,
            gaps,
            at[gaps] + 1,
        )

    def fill(self, part: "pl.DataFrame", out: NDArray[Any], start: int, decimal: str) -> None:
        if not self.names:
            return
        part = part.select(self.names)
        for name, dtype in part.schema.items():
            if not (dtype.is_numeric() or str(dtype) in ("String", "Boolean", "Null")):
                raise DataError(
                    f"column {name!r} held numbers in training and holds {dtype} here; "
                    "give it as numbers"
                )
        if self.words:
            part = part.with_columns([read_booleans(part[name]) for name in self.words])
        read = read_numbers(part, decimal)
        x = read.x  # (N, C)
        for i, misfit in read.misfits.items():
            if self.names[i] in self.words:
                raise _holds(self.names[i], misfit.value, start + misfit.row, NEITHER)
            if not self.lenient[i]:
                raise _misfit(self.names[i], misfit.value, start + misfit.row, decimal)
        infinite = np.isinf(x)
        if infinite.any():
            if infinite[:, ~self.lenient].any():
                row, i = np.argwhere(infinite & ~self.lenient)[0].tolist()
                raise _misfit(self.names[i], part[self.names[i]][row], start + row, decimal)
            x[infinite] = np.nan
        gaps = np.isnan(x)
        if self.words:
            self._check_words(x, part, start)
        try:
            with np.errstate(over="raise", invalid="raise"):
                x -= self.mean
                x /= self.scale
                if len(self.clip) == x.shape[1]:
                    x = clipped(x)
                elif len(self.clip):
                    x[:, self.clip] = clipped(x[:, self.clip])
                if gaps.any():
                    x[gaps] = 0
                out[:, self.at] = x
        except FloatingPointError:
            x = read_numbers(part, decimal).x
            with np.errstate(over="ignore", invalid="ignore"):
                scaled = ((x - self.mean) / self.scale).astype(out.dtype)
            row, i = np.argwhere(~np.isfinite(scaled) & ~gaps)[0].tolist()
            raise _too_large(self.names[i], x[row, i].item(), start + row) from None
        out[:, self.gaps_at] = gaps[:, self.gaps]

    def _check_words(self, x: NDArray[np.float64], part: "pl.DataFrame", start: int) -> None:
        for name in self.words:
            column = x[:, self.names.index(name)]
            odd = np.flatnonzero(~np.isnan(column) & (column != 0) & (column != 1))
            if len(odd):
                row = int(odd[0])
                raise _holds(name, part[name][row], start + row, NEITHER)


@dataclass(frozen=True)
class CategoryColumns:
    """All columns of categories, with the places of their inputs."""

    columns: tuple[tuple[str, CategoryInput, slice], ...]

    def fill(self, part: "pl.DataFrame", out: NDArray[Any]) -> None:
        if not self.columns:
            return
        part = part.select([name for name, *_ in self.columns])
        for name, dtype in part.schema.items():
            if dtype.is_nested() or str(dtype) in ("Binary", "Object"):
                raise DataError(
                    f"column {name!r} held categories in training and holds {dtype} here; "
                    "give it as text"
                )
        texts = read_words(part)
        gaps = texts.select(import_polars().all().is_null()).to_numpy()
        codes = read_codes(texts, [code.levels for _, code, _ in self.columns])
        for i, (_, code, place) in enumerate(self.columns):
            code.fill(codes[:, i], gaps[:, i], out[:, place])


def read_dates(
    cells: "pl.Series", column: Column, code: DateInput, start: int
) -> NDArray[np.float64]:
    pl = import_polars()
    if cells.dtype in (pl.Date, pl.Datetime):
        return typed_days(cells).to_numpy()
    if cells.dtype == pl.Null:
        return np.full(len(cells), np.nan)
    if cells.dtype != pl.String:
        raise DataError(
            f"column {column.name!r} held dates in training and holds {cells.dtype} here; "
            "give it as dates"
        )
    cells = read_words(cells.to_frame()).to_series()
    for form in FORMATS if code.form is None else (code.form,):
        days = read_days(cells, form)
        if days is not None:
            return days.to_numpy()
    alone = (read_days(cells[i : i + 1], code.form or FORMATS[0]) for i in range(len(cells)))
    row = next((i for i, days in enumerate(alone) if days is None), 0)
    raise _holds(column.name, cells[row], start + row, f"no date as {code.form or 'in training'}")


def _holds(name: str, cell: Any, row: int, what: str) -> DataError:
    after = f", which is {what}; correct the cell or empty it"
    return CellError(f"column {name!r} holds {shortened(str(cell))!r}", row, after, name, str(cell))


def _misfit(name: str, cell: Any, row: int, decimal: str) -> DataError:
    hint, value = "", str(cell)
    if "," in value and decimal == ".":
        hint = " with a decimal point"
    elif "." in value and decimal == ",":
        hint = " with a decimal comma"
    return _holds(name, value, row, f"no finite number{hint}")


def _too_large(name: str, value: float, row: int) -> DataError:
    return CellError(
        f"column {name!r} holds {value:g}", row,
        ", which is too large; check its unit, correct the cell or empty it", name, repr(value),
    )  # fmt: skip
