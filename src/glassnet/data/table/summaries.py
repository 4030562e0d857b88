"""What one pass over a table finds out about its columns, in memory that the rows do not set."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glassnet.data.checks import DataError
from glassnet.data.table.cells import (
    FORMATS,
    NO_NUMBER,
    Misfit,
    may_be_date,
    plain,
    read_days,
    read_numbers,
    read_words,
    typed_days,
)
from glassnet.data.table.frames import import_polars

if TYPE_CHECKING:
    import polars as pl

CELLS = 4_000_000  # taken at a time
FEWEST = 1_000  # rows, however many columns
MOST_LEVELS = 10_000  # different texts that are counted in a column
FEW_WHOLE = 16  # different whole numbers that are, of a column that came as numbers
MOST_COUNTS = 2_000_000  # and in all columns together
LONGEST = 200  # characters that a category's name may have
FEW = 1_000  # rows that rule out most of what holds of few columns
LARGEST = 1e140  # in size: what can be squared and summed in float64


class ColumnMoments(NamedTuple):
    """How numbers lie: count, mean, Σ(x − mean)², least, largest, whether all are whole.

    Each a scalar, or an array with a value a column; nothing is counted where a number is NaN.
    """

    n: Any
    mean: Any
    M2: Any
    least: Any
    largest: Any
    whole: Any

    def and_also(self, other: "ColumnMoments") -> "ColumnMoments":
        """The moments of both parts together.

            n = n₁ + n₂,   δ = mean₂ − mean₁
            mean = mean₁ + δ n₂/n
            M2 = M2₁ + M2₂ + δ² n₁n₂/n

        Source: Chan, Golub & LeVeque (1979), Updating formulae and a pairwise algorithm for
        computing sample variances, equation 2.1.
        """
        n = self.n + other.n
        share = other.n / np.maximum(n, 1)
        delta = np.where((self.n > 0) & (other.n > 0), other.mean - self.mean, 0.0)
        return ColumnMoments(
            n,
            np.where(self.n > 0, self.mean + delta * share, other.mean),
            self.M2 + other.M2 + delta**2 * self.n * share,
            np.minimum(self.least, other.least),
            np.maximum(self.largest, other.largest),
            self.whole & other.whole,
        )

    def at(self, i: int) -> "ColumnMoments":
        """Those of column i, as plain numbers."""
        return ColumnMoments(*(np.asarray(value)[i].item() for value in self))

    @property
    def std(self) -> float:
        """√(M2/n); where that underflows, the range: above 0 unless all numbers are one."""
        std = float(np.sqrt(self.M2 / max(self.n, 1)))
        return std if std > 0 else float(self.largest - self.least)


def moments(x: NDArray[np.float64]) -> ColumnMoments:
    """The moments of each column of x, (N, C), in which NaN stands for nothing."""
    there = ~np.isnan(x)
    n = there.sum(axis=0)
    # Seen from each column's first number, a large common offset costs no digits, and a constant
    # column has M2 = 0 exactly.
    first = np.where(n > 0, x[there.argmax(axis=0), np.arange(x.shape[1])], 0.0)
    full = bool((n == len(x)).all())

    def known(values: NDArray[np.float64], otherwise: float) -> NDArray[np.float64]:
        return values if full else np.where(there, values, otherwise)

    d = known(x - first, 0.0)
    mean = d.sum(axis=0) / np.maximum(n, 1)
    d -= mean
    M2 = known(d, 0.0)
    M2 = np.square(M2, out=M2).sum(axis=0)
    whole = _as_at_first(x, lambda x: (np.isnan(x) | (x == np.floor(x))).all(axis=0))
    return ColumnMoments(
        n,
        first + mean,
        M2,
        known(x, np.inf).min(axis=0),
        known(x, -np.inf).max(axis=0),
        whole,
    )


def _as_at_first(
    x: NDArray[np.float64], holds: Callable[[NDArray[np.float64]], Any]
) -> NDArray[np.bool_]:
    """Of which columns of x something holds in all rows; the first few rows rule most out."""
    found = holds(x[:FEW])
    left = np.flatnonzero(found)
    found[left] = holds(x[:, left])
    return found


@dataclass
class Summary:
    """What is known of one column.

    Attributes:
        name: of the column.
        family: 'text', 'number', 'boolean', 'date', 'other' by its type; 'null' where nothing
            but nulls came.
        dtype: the type's name.
        rows, missing: cells in all, and missing ones.
        numbers: of the cells that are numbers; of typed dates, the days since 1970-01-01.
        misfit: cells that are no finite numbers.
        unfit: the first row and number that is too large to be squared.
        increasing: whether there is no cell without a number, and each exceeds the one before.
        levels: how often each text occurs, or each of a few whole numbers; None where they are
            too many or too long.
        dates: the moments of the days in each format that fits every cell so far; None before
            the first cell.
        clock: whether a date has a time of day.
    """

    name: str
    family: str
    dtype: str
    rows: int
    missing: int
    numbers: ColumnMoments
    misfit: Misfit | None
    unfit: tuple[int, float] | None
    increasing: bool
    levels: dict[str, int] | None
    dates: dict[str, ColumnMoments] | None
    clock: bool

    @property
    def present(self) -> int:
        return self.rows - self.missing


@dataclass
class _Words:
    """The part of a column's summary that grows by its texts."""

    levels: dict[str, int] | None = field(default_factory=dict)
    dates: dict[str, ColumnMoments] | None = None
    clock: bool = False

    def join(self, other: "_Words", most: int) -> None:
        """Takes in the texts of the rows that follow; levels up to so many."""
        if self.levels is not None and other.levels is not None:
            for level, n in other.levels.items():
                self.levels[level] = self.levels.get(level, 0) + n
            if len(self.levels) > most:
                self.levels = None
        else:
            self.levels = None
        if self.dates is None or other.dates is None:
            self.dates = other.dates if self.dates is None else self.dates
        else:
            both = [form for form in self.dates if form in other.dates]
            self.dates = {form: self.dates[form].and_also(other.dates[form]) for form in both}
        self.clock |= other.clock


class Summaries:
    """Learns about every column of a table in one pass over its frames.

    Args:
        decimal: what stands before the fraction in cells of text, "." or ",".
        leave_out: columns to pass over.
        count: columns of numbers whose different values are to be counted too, by name or by
            a function of the name.
    """

    def __init__(
        self, decimal: str = ".", leave_out: Sequence[str] = (), count: Any = lambda name: False
    ) -> None:
        if decimal not in (".", ","):
            raise DataError(f"the decimal sign is '.' or ','; got {decimal!r}")
        self.decimal, self.leave_out, self.count = decimal, frozenset(leave_out), count
        self.names: list[str] = []
        self.rows = 0

    def add(self, frame: "pl.DataFrame") -> None:
        """Takes the next rows; DataError where they have other columns, or types that clash."""
        names = [name for name in frame.columns if name not in self.leave_out]
        if not self.names:
            self._begin(names)
        elif set(names) != set(self.names):
            odd = sorted(set(names) ^ set(self.names))[0]
            raise DataError(
                f"column {odd!r} is not in every part of the table: its parts from row "
                f"{self.rows} on have other columns than those before; give them all the same"
            )
        if not names:
            return
        step = max(CELLS // len(names), FEWEST)
        for start in range(0, frame.height, step):
            self._add(plain(frame.slice(start, step).select(self.names)))

    def join(self, other: "Summaries") -> None:
        """Takes in what was learned of the rows that follow, as if they had been added here.

        Counts come out the same, means and spreads to rounding.

        Raises: DataError where a column is of another type there.
        """
        if not other.rows:
            return
        if not self.rows:
            self.__dict__ |= vars(other) | {"count": self.count}
            return
        for i, family in enumerate(other._family):
            self._agree(i, family, other._dtype[i])
        for i, misfit in other._misfit.items():
            self._misfits(i, misfit)
        for i, (row, value) in other._unfit.items():
            self._unfit.setdefault(i, (self.rows + row, value))
        self._missing += other._missing
        self._moments = self._moments.and_also(other._moments)
        self._increasing &= other._increasing & (other._first > self._last)
        self._last = other._last
        for i, (text, new) in enumerate(zip(self._words, other._words, strict=True)):
            few = self._family[i] == "number" and not self._counted[i]
            text.join(new, FEW_WHOLE if few else self._most)
        self.rows += other.rows

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"count": None}  # a function, and what it says is known by then

    def summaries(self) -> Iterator[Summary]:
        """What is known of each column, in the table's order."""
        for i, name in enumerate(self.names):
            text = self._words[i]
            yield Summary(
                name=name,
                family=self._family[i],
                dtype=self._dtype[i],
                rows=self.rows,
                missing=int(self._missing[i]),
                numbers=self._moments.at(i),
                misfit=self._misfit.get(i),
                unfit=self._unfit.get(i),
                increasing=bool(self._increasing[i]),
                levels=text.levels,
                dates=text.dates,
                clock=text.clock,
            )

    def _begin(self, names: list[str]) -> None:
        C = len(names)
        self.names = names
        self._place = {name: i for i, name in enumerate(names)}
        self._most = max(min(MOST_LEVELS, MOST_COUNTS // max(C, 1)), 1)
        self._counted = [bool(self.count(name)) for name in names]
        self._family, self._dtype = ["null"] * C, ["Null"] * C
        self._missing = np.zeros(C, dtype=np.int64)
        self._moments = moments(np.full((1, C), np.nan))
        self._increasing, self._last = np.ones(C, dtype=bool), np.full(C, -np.inf)
        self._first = np.full(C, np.nan)
        self._misfit: dict[int, Misfit] = {}
        self._unfit: dict[int, tuple[int, float]] = {}
        self._words = [_Words() for _ in names]

    def _add(self, part: "pl.DataFrame") -> None:
        families = [self._meet(i, dtype) for i, dtype in enumerate(part.dtypes)]
        x = np.full((part.height, len(self.names)), np.nan, order="F")
        readable = [i for i, family in enumerate(families) if family in _NUMERIC]
        if readable:
            read = read_numbers(part.select([self.names[i] for i in readable]), self.decimal)
            x[:, readable] = read.x
            self._missing[readable] += read.missing
            for j, misfit in read.misfits.items():
                self._misfits(readable[j], misfit)
            part = part.with_columns(read.cells)
        columns = part.get_columns()
        for i, (cells, family) in enumerate(zip(columns, families, strict=True)):
            if family == "text":
                self._read_words(self._words[i], cells)
            elif family == "date":
                x[:, i] = typed_days(cells).to_numpy()
                self._words[i].clock |= bool((x[:, i] % 1 > 0).any())
            if family in ("number", "boolean") and self._counted[i]:
                self._count(self._words[i], read_words(cells.to_frame())[self.names[i]], self._most)
            elif family == "number":
                self._count_few(self._words[i], cells)
            if family not in _NUMERIC:
                self._missing[i] += cells.null_count()
        self._measure(x, columns)
        self.rows += part.height

    def _measure(self, x: NDArray[np.float64], columns: "list[pl.Series]") -> None:
        if not (np.fmax.reduce(np.abs(x), axis=0) <= LARGEST).all():
            self._leave_out(x, columns)
        self._moments = self._moments.and_also(moments(x))
        rising = _as_at_first(x, lambda x: (x[1:] > x[:-1]).all(axis=0))
        self._increasing &= (x[0] > self._last) & rising
        self._first = x[0].copy() if not self.rows else self._first
        self._last = x[-1].copy()

    def _leave_out(self, x: NDArray[np.float64], columns: "list[pl.Series]") -> None:
        """Numbers that are infinite, or too large to be computed with, become NaN in x."""
        infinite = np.isinf(x)
        for i in np.flatnonzero(infinite.any(axis=0)).tolist():
            row = int(infinite[:, i].argmax())
            cells = int(infinite[:, i].sum())
            self._misfits(i, Misfit(cells, row, str(columns[i][row])))
        x[infinite] = np.nan
        unfit = np.abs(x) > LARGEST
        for i in np.flatnonzero(unfit.any(axis=0)).tolist():
            row = int(unfit[:, i].argmax())
            self._unfit.setdefault(i, (self.rows + row, float(x[row, i])))
        x[unfit] = np.nan

    def _meet(self, i: int, dtype: Any) -> str:
        family = _family(dtype)
        self._agree(i, family, str(dtype))
        return family

    def _agree(self, i: int, family: str, dtype: str) -> None:
        known = self._family[i]
        if known == "null":
            self._family[i], self._dtype[i] = family, dtype
        elif family not in ("null", known):
            raise DataError(
                f"column {self.names[i]!r} holds {self._dtype[i]} in the first rows and {dtype} "
                f"from row {self.rows} on: give the whole column one type"
            )

    def _misfits(self, i: int, new: Misfit) -> None:
        new = new._replace(row=self.rows + new.row)
        known = self._misfit.get(i, new)
        first = min(known, new, key=lambda misfit: misfit.row)
        total = new.count + (known.count if known is not new else 0)
        self._misfit[i] = first._replace(count=total)

    def _read_words(self, text: _Words, cells: "pl.Series") -> None:
        self._count(text, cells, self._most)
        if text.dates == {}:
            return
        some = next((cell for cell in cells.head(100).to_list() if _tells(cell)), None)
        if some is not None and not may_be_date(some):
            text.dates = {}
            return
        there = cells.filter(~cells.is_in(NO_NUMBER)).drop_nulls()
        if there.is_empty():
            return
        formats: Iterable[str] = FORMATS if text.dates is None else text.dates
        known, text.dates = text.dates or {}, {}
        for form in formats:
            days = read_days(there, form)
            if days is not None:
                x = days.to_numpy()
                new = moments(x[:, None]).at(0)
                text.clock |= bool((x % 1 > 0).any())
                text.dates[form] = known[form].and_also(new) if form in known else new

    def _count_few(self, text: _Words, cells: "pl.Series") -> None:
        """Counts numbers that may be names, as long as they are few and whole."""
        if text.levels is None:
            return
        first = cells.head(4 * FEW_WHOLE).to_list()
        if any(x is not None and x % 1 != 0 and x == x for x in first):
            text.levels = None
        else:
            self._count(text, read_words(cells.to_frame()).to_series(), FEW_WHOLE)

    def _count(self, text: _Words, cells: "pl.Series", most: int) -> None:
        """Adds to the levels, until they are too many or too long."""
        levels = text.levels
        if levels is None:
            return
        # of many rows the first tell a column of all different texts, without counting the rest
        if cells.head(4 * most).n_unique() > most + 1:  # one may be null
            text.levels = None
            return
        for level, n in cells.value_counts(name=_COUNT).rows():
            if level is not None:
                levels[level] = levels.get(level, 0) + n
        if len(levels) > most or any(len(level) > LONGEST for level in levels):
            text.levels = None


def _tells(cell: str | None) -> bool:
    return cell is not None and cell not in NO_NUMBER


_COUNT = "\x00count"  # a name that no column has
_NUMERIC = frozenset({"text", "number", "boolean"})


def _family(dtype: Any) -> str:
    pl = import_polars()
    if dtype.is_numeric():
        return "number"
    if dtype in (pl.String, pl.Categorical, pl.Enum):
        return "text"
    if dtype == pl.Boolean:
        return "boolean"
    if dtype in (pl.Date, pl.Datetime):
        return "date"
    return "null" if dtype == pl.Null else "other"
