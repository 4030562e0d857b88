"""The kind of each column, on columns as people have them."""

import datetime
import math

import numpy as np
import pytest

pl = pytest.importorskip("polars")

from glassnet.data import DataError, TablePreparation  # noqa: E402
from glassnet.data.table.kinds import Column, called_identifier  # noqa: E402

N = 200
rng = np.random.default_rng(0)
DAY = datetime.date(2020, 1, 1)


def column(name, cells, **more):
    """What becomes of a column beside one that can always be learned from."""
    frame = pl.DataFrame(
        {name: cells, "beside": [0.5, 1.5] * (len(cells) // 2) + [2.5] * (len(cells) % 2)},
        strict=False,
    )
    return TablePreparation.learn(frame, **more).columns[0]


KINDS = [
    ("price", [f"{x:.2f}" for x in rng.normal(size=N)], "number"),
    ("rooms", [str(x) for x in rng.integers(1, 5, N)], "number"),  # few, and whole
    ("rooms", rng.integers(1, 5, N), "number"),
    ("ratio", [1.5, math.nan] * 100, "number"),
    ("big", [str(10**30 + i * 10**28) for i in rng.permutation(N).tolist()], "number"),
    ("colour", ["red", "blue", " red ", "NA"] * 50, "category"),
    ("dependents", ["0", "1", "2", "3+"] * 50, "category"),
    ("size", pl.Series(["s", "m"] * 100, dtype=pl.Categorical), "category"),
    ("seen", ["x", None] * 100, "category"),  # whether it is there tells something
    ("smoker", ["Yes", "no"] * 100, "boolean"),
    ("smoker", ["ja", "nein", "", "JA"] * 50, "boolean"),
    ("smoker", ["0", "1"] * 100, "boolean"),
    ("smoker", [0.0, 1.0] * 100, "boolean"),
    ("smoker", [True, None] * 100, "boolean"),
    ("day", [str(DAY + datetime.timedelta(i * 7 % 100)) for i in range(N)], "date"),
    ("day", [f"{i % 28 + 1}.{i % 12 + 1}.2020" for i in range(N)], "date"),
    ("day", [DAY + datetime.timedelta(i) for i in range(N)], "date"),
    ("when", [datetime.datetime(2020, 1, 1, i % 24) for i in range(N)], "date"),
    ("row", list(range(N)), "identifier"),
    ("", [str(i + 1) for i in range(N)], "identifier"),
    ("customer_id", rng.permutation(10**6)[:N], "identifier"),
    ("PassengerId", [str(i * 1000) for i in range(9)], "identifier"),
    ("uuid", [f"{x:032x}" for x in map(int, rng.integers(0, 2**62, N))], "identifier"),
    ("key", [f"A-{i * 7919 % 10007}" for i in range(N)], "identifier"),
    ("name", [f"Person number {i}" for i in range(N)], "text"),
    ("note", ["a very long remark " * 20, "another"] * 100, "text"),
    ("tags", [["a"], ["b"]] * 100, "text"),
    ("unit", ["cm"] * N, "constant"),
    ("unit", [3] * N, "constant"),
    ("unit", [3.0, 3] * 100, "constant"),
    ("empty", [None] * N, "constant"),
    ("empty", ["", "NA"] * 100, "constant"),
    ("empty", [math.nan] * N, "constant"),
]  # fmt: skip


@pytest.mark.parametrize(
    "name, cells, kind", KINDS, ids=[f"{k}-{i}" for i, (*_, k) in enumerate(KINDS)]
)
def test_a_column_is_of_the_kind_that_a_person_would_say(name, cells, kind):
    found = column(name, cells)
    assert found.kind == kind
    assert found.used == (kind in ("number", "category", "boolean", "date"))
    assert found.used or found.why
    assert Column.from_spec(found.spec()) == found


def test_a_store_number_that_comes_again_is_no_identifier():
    assert column("store_id", [i % 20 for i in range(N)]).kind == "number"


def test_a_year_with_gaps_and_a_few_rows_that_rise_are_numbers():
    assert column("year", list(range(1900, 1900 + 3 * N, 3))).kind == "number"
    assert column("dose", [1, 2, 3, 4]).kind == "number"


def test_a_running_number_that_stands_alone_is_learned_from():
    (only,) = TablePreparation.learn(pl.DataFrame({"x": list(range(100))})).columns
    assert only.kind == "number"
    with pytest.raises(DataError, match="no column is left to learn from: 'id' is left out"):
        TablePreparation.learn(pl.DataFrame({"id": list(range(100))}))


def test_a_few_strays_among_numbers_are_missing_and_the_first_is_named():
    found = column("age", [str(i * 37 % 90) for i in range(98)] + ["abc", "inf"])
    assert found.kind == "number"
    assert "2 cells are no finite number ('abc' the first), taken as missing" in found.why
    assert found.missing == 2


def test_many_strays_make_a_text_and_the_first_is_named():
    found = column("age", [str(i * 37) for i in range(80)] + [f"about {i}" for i in range(20)])
    assert found.kind == "text"
    assert "but not 'about 0'" in found.why


def test_rare_levels_are_others_and_a_column_of_them_alone_is_text():
    found = column("c", ["red"] * 98 + ["green", "blue"])
    assert found.inputs == ("c = red", "c = other")
    assert "2 rare ones as 'other'" in found.why
    assert column("c", ["red"] * 40 + [f"n {i}" for i in range(60)]).kind == "text"


def test_of_many_rows_one_in_a_thousand_makes_a_level():
    found = column("c", ["red"] * 9979 + ["green"] * 11 + ["blue"] * 10)
    assert found.inputs == ("c = blue", "c = green", "c = red")
    found = column("c", ["red"] * 9980 + ["green"] * 11 + ["blue"] * 9)
    assert found.inputs == ("c = green", "c = red", "c = other")


def test_day_and_month_are_told_by_the_cells_that_tell_and_else_it_is_said():
    assert column("d", ["1/2/2020", "13/2/2020"] * 9).code.form == "%d/%m/%Y"
    assert column("d", ["1/2/2020", "2/13/2020"] * 9).code.form == "%m/%d/%Y"
    unclear = column("d", ["1/2/2020", "3/4/2020"] * 9)
    assert unclear.code.form == "%m/%d/%Y"
    assert "could be the other way round" in unclear.why


def test_a_number_too_large_to_be_squared_is_refused_by_column_and_row():
    with pytest.raises(DataError, match=r"column 'v' holds 1e\+300 at row 2, too large"):
        column("v", ["1.5", "2.5", "1e300", "7"])


def test_a_person_may_know_the_kind_better():
    kinds = {"v": "category"}
    assert column("v", [1, 2, 3, 1] * 9, kinds=kinds).inputs == ("v = 1", "v = 2", "v = 3")
    assert column("v", ["1", "0"] * 9, kinds={"v": "number"}).kind == "number"
    assert not column("v", ["1", "0"] * 9, kinds={"v": "text"}).used
    assert column("id", list(range(30)), kinds={"id": "number"}).kind == "number"
    for kind, cells in [("number", ["a", "b"]), ("date", ["1", "2"]), ("category", [1.5, 2.5]),
                        ("boolean", ["a", "b"]), ("number", [None, None])]:  # fmt: skip
        with pytest.raises(DataError, match=f"column 'v' cannot be a {kind}"):
            column("v", cells * 9, kinds={"v": kind})
    with pytest.raises(DataError, match="a column's kind is one of"):
        column("v", [1, 2], kinds={"v": "colour"})
    with pytest.raises(DataError, match="no column 'colour': did you mean 'color'"):
        column("color", [1, 2], kinds={"colour": "number"})


@pytest.mark.parametrize("name", ["humid", "valid", "paid", "index2", "width", "video", "key", "x"])
def test_words_that_end_like_identifiers_are_none(name):
    assert not called_identifier(name)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "colour"}, {"name": 3}, {"missing": -1}, {"missing": True}, {"why": None},
        {"input": 3}, {"input": {"sort": "number"}}, {"kind": "category"},
        {"input": {"sort": "x"}},
    ],
)  # fmt: skip
def test_a_description_of_a_column_that_makes_no_sense_is_refused(change):
    spec = column("v", [1.5, 2.5, 3.5]).spec()
    with pytest.raises(DataError):
        Column.from_spec(spec | change)
