"""The columns of a table as they are told: of few a line each, of many a page."""

import numpy as np
import pytest

pl = pytest.importorskip("polars")

from glassnet.data import TablePreparation  # noqa: E402
from glassnet.data.table.told.columns import columns_told  # noqa: E402


def wide(columns):
    rng = np.random.default_rng(0)
    cells = {f"f{j}": rng.normal(size=40) for j in range(columns - 8)}
    more = {f"note{j}": [f"the words of row {i}, {j}" for i in range(40)] for j in range(7)}
    colour = pl.Series(["red", "blue", None, "red"] * 10)
    return TablePreparation.learn(pl.DataFrame({**cells, **more, "colour": colour}))


@pytest.mark.parametrize("columns", [90, 2000])
def test_many_columns_are_told_in_a_page(columns):
    lines = columns_told(wide(columns)).splitlines()
    assert len(lines) <= 20
    assert lines[0].startswith(f"  numbers: {columns - 8:,} columns (f0, f1, ")
    assert lines[0].endswith(f"… f{columns - 9})")
    assert "  categories: 1 column (colour 2)" in lines
    assert "  missing cells: in 1 column, colour 10" in lines
    assert "  left out: 7 columns, 7 texts" in lines
    assert lines[-1].strip() == "… and 1 more"


def test_few_columns_have_a_line_each():
    frame = pl.DataFrame({"a": [1.5, 2, 3], "b": ["x", "y", "x"], "month": [1, 2, 1]})
    lines = columns_told(TablePreparation.learn(frame)).splitlines()
    assert [line.split()[0] for line in lines] == ["a", "b", "month", "look:"]
    assert "--categories month makes names of them" in lines[-1]
