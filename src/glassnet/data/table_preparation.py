"""From a raw table to the inputs of a network: learned in one pass over the training rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

from glassnet.data.cells import (
    FORMATS,
    plain,
    read_booleans,
    read_codes,
    read_days,
    read_numbers,
    read_words,
    typed_days,
)
from glassnet.data.checks import DataError
from glassnet.data.column_inputs import CategoryInput, DateInput, NumberInput, entry, text
from glassnet.data.column_summaries import Summaries
from glassnet.data.columns import KINDS, Column, Kind, called_identifier, judge
from glassnet.data.frames import as_polars, import_polars, is_frame, no_column

if TYPE_CHECKING:
    import polars as pl

CELLS = 4_000_000  # prepared at a time
FEWEST = 1_000  # rows, however many columns: each column costs, however few its rows


@dataclass(frozen=True)
class TablePreparation:
    """The columns of a table, and how each becomes inputs.

    Attributes:
        columns: every column of the training table but the targets, in its order.
        decimal: what stands before the fraction in cells of text, "." or ",".

    >>> import polars as pl
    >>> table = pl.DataFrame({"age": ["4", "", "8"], "colour": ["red", "blue", "red"]})
    >>> preparation = TablePreparation.learn([table])
    >>> preparation.inputs
    ('age', 'age missing', 'colour = red', 'colour = other')
    >>> preparation.apply(pl.DataFrame({"colour": ["red", "green"], "age": [10, None]}))
    array([[2., 0., 1., 0.],
           [0., 1., 0., 1.]], dtype=float32)
    """

    columns: tuple[Column, ...]
    decimal: Literal[".", ","] = "."

    @classmethod
    def learn(
        cls,
        frames: Iterable[Any],
        decimal: Literal[".", ","] = ".",
        leave_out: Sequence[str] = (),
        kinds: Mapping[str, Kind] | None = None,
    ) -> "TablePreparation":
        """Learn from the training rows alone, in one pass and bounded memory.

        Args:
            frames: consecutive parts of the table, each with all its columns; text as in the
                file, or typed. A single frame too.
            decimal: what stands before the fraction in cells of text.
            leave_out: columns that are no inputs: the targets, a column of groups or times.
            kinds: the kinds of columns that are known better than they can be found out.

        Raises:
            DataError: no rows, no column to learn from, an infinite number, a column that cannot
                be of the kind given, or parts that do not fit each other.
        """
        kinds = dict(kinds or {})
        strange = [kind for kind in kinds.values() if kind not in KINDS]
        if strange:
            raise DataError(f"a column's kind is one of {', '.join(KINDS)}; got {strange[0]!r}")
        seen = Summaries(decimal, leave_out, lambda name: called_identifier(name) or name in kinds)
        for frame in [frames] if is_frame(frames) else frames:
            seen.add(as_polars(frame))
        for name in kinds:
            if name not in seen.names:
                raise DataError(no_column(name, seen.names))
        if not seen.rows:
            raise DataError("the table has no rows; give at least one")
        summaries = list(seen.summaries())
        columns = tuple(judge(s, kinds.get(s.name)) for s in summaries)
        if not any(column.used for column in columns):
            # a running number that stands alone is all there is to learn from
            columns = tuple(judge(s, kinds.get(s.name), running=False) for s in summaries)
        if not any(column.used for column in columns):
            said = "; ".join(f"{c.name!r} is left out: {c.why}" for c in columns[:3])
            raise DataError(
                f"no column is left to learn from{': ' if said else ''}{said}; "
                "add a column of numbers, dates or categories"
            )
        return cls(columns, decimal)

    @cached_property
    def used(self) -> tuple[Column, ...]:
        """The columns that inputs are made of."""
        return tuple(column for column in self.columns if column.used)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """A name for each input: `age`, `age missing`, `colour = red`, `colour = other`."""
        return tuple(name for column in self.columns for name in column.inputs)

    @property
    def n_inputs(self) -> int:
        return len(self.inputs)

    def apply(self, X: Any, dtype: DTypeLike = np.float32) -> NDArray[Any]:
        """The inputs for a network.

        Args:
            X: a table (polars, pandas, rows as dictionaries) with at least the columns used, in
                any order; or, where all of those are numbers or booleans, an array (N, n_used)
                with them in training order, NaN where missing.
            dtype: of the result, a float type.

        Returns:
            A new array, (N, n_inputs).

        Raises:
            DataError: a column is missing, a cell is not of its column's kind, infinite, or too
                large for dtype; the message names column and row (from 0).
        """
        dtype = np.dtype(dtype)
        if dtype.kind != "f":
            raise DataError(f"inputs are of a float type; got {dtype}: use float32")
        frame = as_polars(X) if is_frame(X) else self._named(X)
        self._check_columns(frame.columns)
        if not frame.height:
            raise DataError("the table has no rows; give at least one")
        x = np.zeros((frame.height, self.n_inputs), dtype)
        step = max(CELLS // len(self.used), FEWEST)
        names = [column.name for column in self.used]
        for start in range(0, frame.height, step):
            part = plain(frame.slice(start, step).select(names))
            self._fill(part, x[start : start + step], start)
        return x

    def reading(self, decimal: Literal[".", ","]) -> "TablePreparation":
        """The same preparation for text with another decimal sign."""
        return self if decimal == self.decimal else replace(self, decimal=decimal)

    def shown(self) -> str:
        """A line a column, for people: its name, its kind, and what was found or why it is left
        out; of many columns the first, and how many more there are."""
        rows = [("column", "kind", "inputs", "")]
        for column in self.columns[:_SHOWN]:
            gaps = f"; {column.missing:,} missing" if column.missing and column.used else ""
            n = str(len(column.inputs)) if column.used else "left out"
            rows.append((_short(column.name), column.kind, n, column.why + gaps))
        widths = [max(len(row[i]) for row in rows) for i in range(3)]
        lines = [
            "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[3]])
            for row in rows
        ]
        if len(self.columns) > _SHOWN:
            rest = self.columns[_SHOWN:]
            used = sum(column.used for column in rest)
            lines.append(f"… and {len(rest):,} more: {used:,} used, {len(rest) - used:,} left out")
        return "\n".join(line.rstrip() for line in lines)

    def spec(self) -> dict[str, Any]:
        """Everything as plain JSON; floats survive it exactly, since JSON writes their repr."""
        return {
            "kind": "table",
            "decimal": self.decimal,
            "columns": [column.spec() for column in self.columns],
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "TablePreparation":
        """The preparation that `spec` describes.

        Raises:
            DataError: the description is incomplete or makes no sense.
        """
        decimal = entry(spec, "decimal", text)
        if spec.get("kind") != "table" or decimal not in (".", ","):
            raise DataError(
                "the preparation of a table is of kind 'table', with decimal '.' or ','; the "
                f"description has {spec.get('kind')!r:.40} and {decimal!r:.40}"
            )
        columns = entry(spec, "columns", _list)
        made = tuple(Column.from_spec(column) for column in columns)
        if len({column.name for column in made}) != len(made):
            raise DataError("the description of a table names a column twice")
        if not any(column.used for column in made):
            raise DataError("the description of a table has no column with inputs")
        return cls(made, "," if decimal == "," else ".")

    # -- cells to inputs -----------------------------------------------------------------

    @cached_property
    def _places(self) -> dict[str, slice]:
        """Where each used column's inputs stand."""
        places, start = {}, 0
        for column in self.used:
            places[column.name] = slice(start, start + len(column.inputs))
            start = places[column.name].stop
        return places

    @cached_property
    def _numbers(self) -> "_Numbers":
        return _Numbers.of(self.used, self._places)

    @cached_property
    def _categories(self) -> "_Categories":
        found = [(c.name, c.code) for c in self.used if isinstance(c.code, CategoryInput)]
        return _Categories(tuple((name, code, self._places[name]) for name, code in found))

    def _fill(self, part: "pl.DataFrame", x: NDArray[Any], start: int) -> None:
        """Writes the inputs of rows, the first of which is row `start` of the table."""
        self._numbers.fill(part, x, start, self.decimal)
        self._categories.fill(part, x)
        for column in self.used:
            if isinstance(column.code, DateInput):
                out = x[:, self._places[column.name]]
                column.code.fill(_days(part[column.name], column, column.code, start), out)

    def _check_columns(self, names: Sequence[str]) -> None:
        known = set(names)
        absent = [column.name for column in self.used if column.name not in known]
        if absent:
            more = f" ({len(absent)} columns are missing in all)" if len(absent) > 1 else ""
            raise DataError(no_column(absent[0], names) + more)

    def _named(self, X: Any) -> "pl.DataFrame":
        """An array as a table of the used columns."""
        try:
            x = np.asarray(X)
        except ValueError:
            x = np.empty(0, dtype=object)
        used = self.used
        odd = next((c for c in used if not isinstance(c.code, NumberInput)), None)
        if odd is not None:
            raise DataError(
                f"expected a table with named columns, since {odd.name!r} is a {odd.kind}; got "
                f"{type(X).__name__}: give a polars or pandas frame"
            )
        if x.shape[1:] != (len(used),) or x.dtype.kind not in "biuf":
            raise DataError(
                f"expected a table with named columns, or an array of numbers (N, {len(used)}) "
                f"with the used columns in training order; got {type(X).__name__} of shape "
                f"{x.shape} and type {x.dtype}"
            )
        return import_polars().DataFrame(
            np.asarray(x, np.float64), schema=[column.name for column in used]
        )


@dataclass(frozen=True)
class _Numbers:
    """All columns of numbers at once."""

    names: list[str]
    mean: NDArray[np.float64]  # (C,)
    scale: NDArray[np.float64]
    lenient: NDArray[np.bool_]
    words: list[str]  # those in which yes and no are read
    at: NDArray[np.intp]  # the places of the inputs
    gaps: NDArray[np.intp]  # the columns with an input for missing cells
    gaps_at: NDArray[np.intp]

    @classmethod
    def of(cls, columns: Iterable[Column], places: Mapping[str, slice]) -> "_Numbers":
        found = [(c.name, c.code) for c in columns if isinstance(c.code, NumberInput)]
        at = np.array([places[name].start for name, _ in found], dtype=np.intp)
        gaps = np.flatnonzero([code.gaps for _, code in found])
        return cls(
            [name for name, _ in found],
            np.array([code.mean for _, code in found]),
            np.array([code.scale for _, code in found]),
            np.array([code.lenient for _, code in found], dtype=bool),
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
            if not self.lenient[i]:
                raise _misfit(self.names[i], misfit.value, start + misfit.row, decimal)
        gaps = np.isnan(x)
        if self.words:
            self._check_words(x, part, start)
        try:
            with np.errstate(over="raise", invalid="raise"):
                x -= self.mean
                x /= self.scale
                x[gaps] = 0
                out[:, self.at] = x
        except FloatingPointError:
            x = read_numbers(part, decimal).x
            with np.errstate(over="ignore", invalid="ignore"):
                scaled = ((x - self.mean) / self.scale).astype(out.dtype)
            row, i = np.argwhere(~np.isfinite(scaled) & ~gaps)[0].tolist()
            raise _too_large(self.names[i], x[row, i].item(), start + row) from None
        if np.isinf(x).any():
            row, i = np.argwhere(np.isinf(x))[0].tolist()
            raise _too_large(self.names[i], x[row, i].item(), start + row)
        out[:, self.gaps_at] = gaps[:, self.gaps]

    def _check_words(self, x: NDArray[np.float64], part: "pl.DataFrame", start: int) -> None:
        for name in self.words:
            column = x[:, self.names.index(name)]
            odd = np.flatnonzero(~np.isnan(column) & (column != 0) & (column != 1))
            if len(odd):
                row = int(odd[0])
                raise DataError(
                    f"column {name!r} holds {part[name][row]!r} at row {start + row}; it holds "
                    "yes or no: correct the cell or empty it"
                )


@dataclass(frozen=True)
class _Categories:
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


_SHOWN = 60  # columns
_LONG = 32  # characters of a name


def _days(cells: "pl.Series", column: Column, code: DateInput, start: int) -> NDArray[np.float64]:
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
    raise DataError(
        f"column {column.name!r} holds {_short(cells[row])!r} at row {start + row}, which is no "
        f"date as {code.form or 'in training'}; correct the cell or empty it"
    )


def _misfit(name: str, value: str, row: int, decimal: str) -> DataError:
    hint = ""
    if "," in value and decimal == ".":
        hint = " with a decimal point"
    elif "." in value and decimal == ",":
        hint = " with a decimal comma"
    return DataError(
        f"column {name!r} holds {_short(value)!r} at row {row}, which is no number{hint}; "
        "correct the cell or empty it"
    )


def _too_large(name: str, value: float, row: int) -> DataError:
    return DataError(
        f"column {name!r} holds {value:g} at row {row}, which is too large; "
        "check its unit, correct the cell or empty it"
    )


def _short(name: str) -> str:
    return name if len(name) <= _LONG else name[: _LONG - 1] + "…"


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value
