"""From a raw table to the inputs of a network: learned in one pass over the training rows."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from glassnet.core.display.one_line import telling
from glassnet.data.checks import DataError
from glassnet.data.table.cells import plain
from glassnet.data.table.fill import CategoryColumns, NumberColumns, read_dates
from glassnet.data.table.frames import as_polars, import_polars, is_frame, no_column
from glassnet.data.table.inputs import CategoryInput, DateInput, NumberInput, entry, text
from glassnet.data.table.kinds import KINDS, Column, Kind, called_identifier, judge
from glassnet.data.table.said import Said
from glassnet.data.table.summaries import Summaries

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
    decimal: str = "."

    __repr__ = telling("columns", "n_inputs", "decimal")

    @classmethod
    def learn(
        cls,
        frames: Iterable[Any],
        decimal: str = ".",
        leave_out: Sequence[str] = (),
        kinds: Mapping[str, Kind | Said] | None = None,
    ) -> "TablePreparation":
        """Learn from the training rows alone, in one pass and bounded memory.

        Args:
            frames: consecutive parts of the table, each with all its columns; text as in the
                file, or typed. A single frame too.
            decimal: what stands before the fraction in cells of text.
            leave_out: columns that are no inputs: the targets, a column of groups or times.
            kinds: the kinds of columns that are known better than they can be found out; one
                that is to be left out is of kind 'ignore'.

        Raises:
            DataError: no rows, no column to learn from, an infinite number, a column that cannot
                be of the kind given, or parts that do not fit each other.
        """
        seen = cls.summaries(decimal, leave_out, kinds)
        for frame in [frames] if is_frame(frames) else frames:
            seen.add(as_polars(frame))
        return cls.of(seen, kinds)

    @staticmethod
    def summaries(
        decimal: str = ".",
        leave_out: Sequence[str] = (),
        kinds: Mapping[str, Kind | Said] | None = None,
    ) -> Summaries:
        """What looks at the rows for `of`: a part of them each, where several do."""
        kinds = dict(kinds or {})
        strange = [kind for kind in kinds.values() if kind not in (*KINDS, "ignore")]
        if strange:
            known = ", ".join((*KINDS, "ignore"))
            raise DataError(f"a column's kind is one of {known}; got {strange[0]!r}")
        return Summaries(decimal, leave_out, lambda name: called_identifier(name) or name in kinds)

    @classmethod
    def of(
        cls, seen: Summaries, kinds: Mapping[str, Kind | Said] | None = None
    ) -> "TablePreparation":
        """The preparation by what was seen of all rows; see `learn`."""
        kinds = dict(kinds or {})
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
        return cls(columns, seen.decimal)

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
        frame = self.frame(X)
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

    def frame(self, X: Any) -> "pl.DataFrame":
        """What `apply` takes, as a polars frame."""
        return as_polars(X) if is_frame(X) else self._named(X)

    def typical(self) -> "pl.DataFrame":
        """A typical row: the mean of each number and date, and what was most often else.

        Raises: DataError where the preparation, as one from an earlier version, does not know it.
        """
        cells = {column.name: [column.typical] for column in self.used}
        unknown = next((name for name, (cell,) in cells.items() if cell is None), None)
        if unknown is not None:
            raise DataError(
                f"the model does not know which {unknown!r} is usual, as one trained by an "
                "earlier version: name rows to compare with, or train again"
            )
        return import_polars().DataFrame(cells)

    def reading(self, decimal: str) -> "TablePreparation":
        """The same preparation for text with another decimal sign."""
        return self if decimal == self.decimal else replace(self, decimal=decimal)

    def clipped(self) -> "TablePreparation":
        """The same preparation, with what lies far out in a column of numbers drawn in."""
        return replace(self, columns=tuple(column.clipped() for column in self.columns))

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
        return cls(made, decimal)

    # -- cells to inputs -----------------------------------------------------------------

    @cached_property
    def places(self) -> dict[str, slice]:
        """Which inputs each used column becomes, and alone decides."""
        places, start = {}, 0
        for column in self.used:
            places[column.name] = slice(start, start + len(column.inputs))
            start = places[column.name].stop
        return places

    @cached_property
    def _numbers(self) -> "NumberColumns":
        return NumberColumns.of(self.used, self.places)

    @cached_property
    def _categories(self) -> "CategoryColumns":
        found = [(c.name, c.code) for c in self.used if isinstance(c.code, CategoryInput)]
        return CategoryColumns(tuple((name, code, self.places[name]) for name, code in found))

    def _fill(self, part: "pl.DataFrame", x: NDArray[Any], start: int) -> None:
        """Writes the inputs of rows, the first of which is row `start` of the table."""
        self._numbers.fill(part, x, start, self.decimal)
        self._categories.fill(part, x)
        for column in self.used:
            if isinstance(column.code, DateInput):
                out = x[:, self.places[column.name]]
                column.code.fill(read_dates(part[column.name], column, column.code, start), out)

    def _check_columns(self, names: Sequence[str]) -> None:
        known = set(names)
        absent = [column.name for column in self.used if column.name not in known]
        if absent:
            near = difflib.get_close_matches(absent[0], names, n=1)
            guess = f" (did you mean {near[0]!r}? Rename it)" if near else ""
            more = f", and {len(absent) - 1} more" if len(absent) > 1 else ""
            raise DataError(
                f"the column {absent[0]!r} is missing{guess}{more}: the network was trained with it"
            )

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


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value
