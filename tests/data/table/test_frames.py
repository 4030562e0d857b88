"""Tables of any library as polars frames."""

import sys

import numpy as np
import pytest

pl = pytest.importorskip("polars")

from glassnet.data import DataError, TablePreparation, Target  # noqa: E402
from glassnet.data.table.frames import as_polars, is_frame  # noqa: E402

CELLS = {"age": [1.5, None, 4.0], "colour": ["red", "blue", None], "y": [1, 0, 1]}
FRAME = pl.DataFrame(CELLS)


def test_polars_frames_are_taken_as_they_are():
    assert as_polars(FRAME) is FRAME
    assert as_polars(FRAME.lazy()).equals(FRAME)


def test_rows_as_dictionaries_are_a_table():
    assert as_polars(FRAME.to_dicts()).equals(FRAME)
    assert as_polars([{"a": 1}, {"a": 2.5, "b": "x"}])["a"].to_list() == [1, 2.5]


def test_frames_of_pandas_are_a_table():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(CELLS, index=[7, 3, 9])
    assert is_frame(frame)
    x = TablePreparation.learn(FRAME, leave_out=["y"]).apply(frame)
    np.testing.assert_array_equal(x, TablePreparation.learn(frame, leave_out=["y"]).apply(FRAME))
    assert Target.learn(frame, "y").read(frame).tolist() == [1, 0, 1]
    mixed = pandas.DataFrame({"a": pandas.Series(["x", 3, pandas.NA, None], dtype=object)})
    assert as_polars(mixed)["a"].to_list() == ["x", "3", None, None]
    whole = pandas.DataFrame({"a": pandas.Series([1, pandas.NA], dtype="Int64")})
    assert as_polars(whole)["a"].to_list() == [1, None]
    assert as_polars(pandas.DataFrame(np.eye(2))).columns == ["0", "1"]
    with pytest.raises(DataError, match="cannot be read as a table"):
        as_polars(pandas.DataFrame(np.eye(2), columns=["a", "a"]))


@pytest.mark.parametrize("thing", [np.eye(2), [[1, 2]], [], 3, "text", None, {"a": 1}])
def test_what_has_no_named_columns_is_no_table(thing):
    assert not is_frame(thing)
    with pytest.raises(DataError, match="expected a table with named columns"):
        as_polars(thing)


def test_without_polars_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(DataError, match=r"pip install 'glassnet\[data\]'"):
        as_polars([{"a": 1}])
