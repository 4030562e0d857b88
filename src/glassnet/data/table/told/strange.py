"""What rows hold that training did not: levels never met, dates and numbers beyond its range.

level    a text that has no input, or a missing cell where training had none
date     beyond the range that training had by more than a hundredth of it
number   beyond that range by more than a standard deviation

Where training had rare levels a new one counts as one of those, and is not told from them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.table.inputs import CategoryInput, NumberInput, clipped
from glassnet.data.table.kinds import Column, day_of
from glassnet.data.table.preparation import TablePreparation

NEAR = 0.01  # of a range of dates


def strange_cells(preparation: TablePreparation, x: NDArray[Any]) -> dict[str, NDArray[np.bool_]]:
    """By column, where there are any: which of the rows hold what training did not, (N,).

    Args: x, the inputs that the preparation made of the rows, (N, n_inputs).

    >>> import polars as pl
    >>> known = TablePreparation.learn(pl.DataFrame({"a": [1.0, 2.0, 4.0], "b": ["u", "v", "u"]}))
    >>> new = pl.DataFrame({"a": [3.0, 99.0], "b": ["v", "u"]})
    >>> {name: rows.tolist() for name, rows in strange_cells(known, known.apply(new)).items()}
    {'a': [False, True]}
    """
    found = {
        column.name: _strange(column, x[:, preparation.places[column.name]])
        for column in preparation.used
    }
    return {name: rows for name, rows in found.items() if rows.any()}


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


def strangeness(column: Column) -> str:
    """What is strange of such cells, in words."""
    if isinstance(column.code, CategoryInput):
        return "never met"
    assert column.low is not None
    assert column.high is not None
    if isinstance(column.code, NumberInput):
        return f"far outside {column.low:.6g} to {column.high:.6g}"
    return f"outside {day_of(column.low)} to {day_of(column.high)}"
