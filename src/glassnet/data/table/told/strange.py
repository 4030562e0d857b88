"""What rows hold that training did not: levels never met, dates and numbers beyond its range.

level    a text that has no input
missing  a missing cell in a column of which training knew every cell
date     beyond the range that training had by more than a hundredth of it
number   beyond that range by more than a standard deviation

Where training had rare levels a new one counts as one of those, and is not told from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.table.cells import MISSING, NO_NUMBER, plain
from glassnet.data.table.frames import import_polars
from glassnet.data.table.inputs import CategoryInput, NumberInput, clipped
from glassnet.data.table.kinds import Column, day_of
from glassnet.data.table.preparation import TablePreparation

if TYPE_CHECKING:
    import polars as pl

NEAR = 0.01  # of a range of dates


@dataclass(frozen=True)
class StrangeCells:
    """Of a column: which rows' cells hold what training did not, (N,), and why."""

    beyond: NDArray[np.bool_]
    missing: NDArray[np.bool_]

    @property
    def rows(self) -> NDArray[np.bool_]:
        return self.beyond | self.missing


def strange_cells(
    preparation: TablePreparation, rows: Any, x: NDArray[Any]
) -> dict[str, StrangeCells]:
    """By column, where there are any: which of the rows hold what training did not.

    Args: rows, raw; x, the inputs that the preparation made of them, (N, n_inputs).

    >>> import polars as pl
    >>> known = TablePreparation.learn(pl.DataFrame({"a": [1.0, 2.0, 4.0], "b": ["u", "v", "u"]}))
    >>> new = pl.DataFrame({"a": [3.0, 99.0], "b": ["v", "u"]})
    >>> found = strange_cells(known, new, known.apply(new))
    >>> {name: cells.rows.tolist() for name, cells in found.items()}
    {'a': [False, True]}
    """
    known = [column for column in preparation.used if not column.missing]
    gone = _missing(known, plain(preparation.frame(rows)))
    found = {}
    for column in preparation.used:
        beyond = _strange(column, x[:, preparation.places[column.name]])
        missing = gone.get(column.name, np.zeros(len(x), dtype=bool))
        cells = StrangeCells(beyond & ~missing, missing)
        if cells.rows.any():
            found[column.name] = cells
    return found


def strange_in(preparation: TablePreparation, row: Any, x: NDArray[Any]) -> dict[str, str]:
    """Of a single row: what is strange of its cells, by column. Args: as `strange_cells` has."""
    columns = {column.name: column for column in preparation.used}
    found = strange_cells(preparation, row, x)
    return {name: strangeness(columns[name], cells)[0] for name, cells in found.items()}


def _missing(columns: Sequence[Column], rows: "pl.DataFrame") -> dict[str, NDArray[np.bool_]]:
    """Which cells are missing, of columns in which none was."""
    pl = import_polars()
    found = {}
    for column in columns:
        cells = rows[column.name]
        gone = cells.is_null()
        if cells.dtype.is_float():
            gone |= cells.is_nan().fill_null(True)
        if cells.dtype == pl.String:
            words = MISSING if isinstance(column.code, CategoryInput) else MISSING + NO_NUMBER
            gone |= cells.str.strip_chars().is_in(list(words)).fill_null(True)
        found[column.name] = gone.to_numpy()
    return found


def _strange(column: Column, x: NDArray[Any]) -> NDArray[np.bool_]:
    code = column.code
    if isinstance(code, CategoryInput):
        if not code.levels:  # only whether it is there counts
            return np.zeros(len(x), dtype=bool)
        return np.asarray(~x.any(axis=1))
    if code is None or column.low is None or column.high is None or column.kind == "boolean":
        return np.zeros(len(x), dtype=bool)
    low, high = ((end - code.mean) / code.scale for end in (column.low, column.high))
    far = 1.0 if isinstance(code, NumberInput) else NEAR * (high - low)
    ends = np.array([low - far, high + far])
    if isinstance(code, NumberInput) and code.clip:
        ends = clipped(ends)
    return np.asarray((x[:, 0] < ends[0]) | (x[:, 0] > ends[1]))


def strangeness(column: Column, cells: StrangeCells) -> list[str]:
    """What is strange of such cells, in words: of a single one a single thing."""
    words = []
    if cells.beyond.any():
        words.append(_beyond(column))
    if cells.missing.any():
        words.append("missing where training had none")
    return words


def _beyond(column: Column) -> str:
    if isinstance(column.code, CategoryInput):
        return "never met"
    assert column.low is not None
    assert column.high is not None
    if isinstance(column.code, NumberInput):
        return f"far outside {column.low:.6g} to {column.high:.6g}"
    return f"outside {day_of(column.low)} to {day_of(column.high)}"
