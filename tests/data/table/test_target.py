"""What is to be predicted of a table: found out, read, and refused where nothing can be."""

import datetime
import json
import math

import numpy as np
import pytest

pl = pytest.importorskip("polars")

from glassnet.data import DataError, Target  # noqa: E402

FOUND = [
    (["a", "b", "a", "-"], "classes", ("-", "a", "b")),
    (["yes", "no"], "classes", ("no", "yes")),
    ([True, False, None], "classes", ("false", "true")),
    ([0, 1, 1, 0], "classes", (0, 1)),  # four rows of exclusive or
    (["3", "10", " 3"], "classes", (3, 10)),
    ([1.0, 2.0, 3.0] * 5, "classes", (1, 2, 3)),
    (["1,0", "2,0", "3"] * 5, "classes", (1, 2, 3)),
    (["1", "2", "-", "NA"] * 5, "classes", (1, 2)),
    (pl.Series(["u", "v"] * 5, dtype=pl.Categorical), "classes", ("u", "v")),
    (["0", "1", "2", "3+"] * 5, "classes", ("0", "1", "2", "3+")),
    (list(range(20)) * 5, "classes", tuple(range(20))),
    (list(range(21)) * 9, "number", ()),
    ([1, 2, 3, 4, 5, 3], "number", ()),  # few rows of each
    ([0.5, 1.5] * 9, "number", ()),
    ([str(i * 37 % 100) for i in range(99)], "number", ()),
]


@pytest.mark.parametrize("cells, task, classes", FOUND)
def test_what_there_is_to_predict_is_what_a_person_would_say(cells, task, classes):
    frame = pl.DataFrame({"x": range(len(cells)), "y": cells})
    target = Target.learn(frame, "y", ",")
    assert (target.task, target.classes) == (task, classes)
    parts = Target.learn((frame[i : i + 2] for i in range(0, len(frame), 2)), ["y"], ",")
    assert parts == target
    assert Target.from_spec(json.loads(json.dumps(target.spec()))) == target
    known = frame.filter(~target.missing(frame))
    if task == "classes":
        assert set(target.read(known).tolist()) == set(classes)


def test_a_person_may_know_the_task_better():
    frame = pl.DataFrame({"y": [0, 1, 0, 1, 2] * 9})
    assert Target.learn(frame, "y", task="number").read(frame).dtype == np.float64
    wide = pl.DataFrame({"y": list(range(40)) * 2})
    assert Target.learn(wide, "y", task="classes").classes == tuple(range(40))


def test_labels_are_read_in_the_type_that_they_have_as_classes():
    target = Target.learn(pl.DataFrame({"y": ["0", "1", "0"]}), "y")
    for cells in ([1, 0], [1.0, 0.0], ["1", " 0"], [True, False]):
        assert target.read(pl.DataFrame({"y": cells})).tolist() == [1, 0]
    target = Target.learn(pl.DataFrame({"y": ["u", "v"]}), "y")
    labels = target.read(pl.DataFrame({"y": pl.Series([" v", "w"], dtype=pl.Categorical)}))
    assert labels.tolist() == ["v", "w"]
    assert labels.dtype.kind == "U"


def test_several_numbers_are_a_column_each():
    frame = pl.DataFrame({"u": [0.5, 1, 2], "x": ["a", "b", "c"], "v": ["1,5", "2,5", "4"]})
    target = Target.learn(frame, ["v", "u"], ",")
    np.testing.assert_array_equal(target.read(frame), [[1.5, 0.5], [2.5, 1], [4, 2]])


def test_names_beyond_53_bits_stay_names():
    cells = [2**60 + 1, 2**60 + 2] * 5
    target = Target.learn(pl.DataFrame({"y": cells}), "y", task="classes")
    assert target.classes == (str(2**60 + 1), str(2**60 + 2))
    assert target.read(pl.DataFrame({"y": cells[:2]})).tolist() == list(target.classes)


def test_rows_without_a_target_are_told():
    frame = pl.DataFrame({"u": [1.5, None, 3, math.nan], "v": ["1", "2", "-", "4"]})
    target = Target.learn(frame, ["u", "v"])
    assert target.missing(frame).tolist() == [False, True, True, True]
    with pytest.raises(DataError, match="'u' or 'v' is missing in 3 rows, first at row 1"):
        target.read(frame)
    words = Target.learn(pl.DataFrame({"y": ["a", "-", "b", "?"]}), "y")
    assert words.missing(pl.DataFrame({"y": ["a", "-", "b", "?"]})).tolist() == [False] * 3 + [True]


DAYS = [datetime.date(2020, 1, i + 1) for i in range(9)]
REFUSED = [
    (["x"] * 9, None, "the target 'y' is 'x' in every row; a classifier needs two classes"),
    ([7] * 9, None, "is 7 in every row"),
    ([7.5] * 9, None, r"is 7\.5 in every row"),
    (["", None, "NA"], None, "has no cell that is not missing"),
    ([f"n{i}" for i in range(20_000)], None, "more than 1,000 different values"),
    ([f"n{i}" for i in range(100)], None, "has 100 classes in 100 rows"),
    ([*map(str, range(50)), "abc"], None, "'y' holds 'abc' at row 50, which is no number"),
    ([1.5, math.inf, 2], None, "'y' holds 'inf' at row 1"),
    ([*map(str, range(50)), "1e300"], None, r"'y' holds '1e\+300' at row 50"),
    ([1.5, 2.5] * 9, "classes", "numbers with fractions, which name no classes"),
    (["a", "b"] * 9, "number", "'y' holds 'a' at row 0, which is no number"),
    ([True, False] * 9, "number", "holds true and false, no numbers"),
    (DAYS, None, "holds Date, which cannot be predicted"),
    ([[1], [2]], None, r"holds List\(Int64\), which cannot be predicted"),
    ([1, 2], "ranks", "task must be 'classes', 'number' or 'yes_no'"),
    ([0, 1], "yes_no", "task 'yes_no' is of several targets"),
    ([], None, "the table has no rows"),
]


@pytest.mark.parametrize("cells, task, said", REFUSED, ids=[said[:30] for *_, said in REFUSED])
def test_a_target_that_cannot_be_learned_is_one_sentence(cells, task, said):
    with pytest.raises(DataError, match=said) as caught:
        Target.learn(pl.DataFrame({"y": cells}), "y", task=task)
    assert "\n" not in str(caught.value)


SEVERAL = pl.DataFrame(
    {
        "a": [0, 1, 1, 0], "b": ["no", "yes", "yes", None], "c": ["nein", "ja", "ja", "nein"],
        "d": ["dry", "rain", "rain", "rain"], "e": [True, False, True, True],
        "kind": ["u", "v", "w", "u"], "price": [1.5, 2.5, 3.5, 4.5], "same": ["x"] * 4,
    }
)  # fmt: skip


def test_several_columns_of_two_values_are_yes_or_no():
    target = Target.learn(SEVERAL, ["a", "b", "c", "d", "e"])
    assert target.task == "yes_no"
    assert target.pairs == (
        (0, 1), ("no", "yes"), ("nein", "ja"), ("dry", "rain"), ("false", "true"),
    )  # fmt: skip
    assert target.missing(SEVERAL).tolist() == [False, False, False, True]
    known = SEVERAL[:3]
    expected = [[0, 0, 0, 0, 1], [1, 1, 1, 1, 0], [1, 1, 1, 1, 1]]
    np.testing.assert_array_equal(target.read(known), expected)
    assert Target.from_spec(json.loads(json.dumps(target.spec()))) == target
    assert Target.learn(SEVERAL, ["a", "price"]).task == "number"
    both = SEVERAL.select("a", z=1 - pl.col("a"))
    assert Target.learn(both, ["a", "z"], task="number").read(both).tolist()[0] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("names", "task", "said"),
    [
        (["b", "price"], None, "'b' has two different words, and 'price' others than two values"),
        (["a", "kind"], "yes_no", "the target 'kind' has 3 values; of several yes/no targets"),
        (["a", "same"], None, "the target 'same' is the same in every row"),
        (["a", "b"], "classes", "as numbers, or as yes or no; got 2 for task 'classes'"),
    ],
)
def test_several_targets_of_other_kinds_are_refused_in_a_sentence(names, task, said):
    with pytest.raises(DataError, match=said):
        Target.learn(SEVERAL, names, task=task)


def test_a_word_that_training_did_not_have_is_neither_yes_nor_no():
    target = Target.learn(SEVERAL, ["b", "d"])
    other = pl.DataFrame({"b": ["yes"], "d": ["snow"]})
    with pytest.raises(DataError, match="'d' holds 'snow' at row 0, which is neither 'dry' nor"):
        target.read(other)


def test_a_target_that_is_not_there_is_said_with_the_nearest():
    frame = pl.DataFrame({"price": [1.5, 2], "area": [1, 2]})
    for name, said in (("prise", "did you mean 'price'"), ("y", "its columns are 'price', 'area'")):
        with pytest.raises(DataError, match=said):
            Target.learn(frame, name)
    with pytest.raises(DataError, match="no column 'price': did you mean 'pric'"):
        Target.learn(frame, "price").read(frame.rename({"price": "pric"}))
    with pytest.raises(DataError, match="each once"):
        Target.learn(frame, ["price", "price"])
    with pytest.raises(DataError, match="several targets are predicted as numbers"):
        Target.learn(frame, ["price", "area"], task="classes")


@pytest.mark.parametrize(
    "cells, said",
    [
        (["1", "x"], "'y' holds 'x' at row 1"),
        (["1", "0.5"], r"'y' holds 0\.5 at row 1, which is none of the classes"),
        (["1", "inf"], "'y' holds 'inf' at row 1"),
        (["", "1"], "is missing in 1 row, first at row 0"),
    ],
)
def test_a_cell_that_is_no_target_is_named_by_its_row(cells, said):
    target = Target.learn(pl.DataFrame({"y": [0, 1, 0]}), "y")
    with pytest.raises(DataError, match=said):
        target.read(pl.DataFrame({"y": cells}))


GOOD = Target.learn(pl.DataFrame({"y": ["a", "b"]}), "y").spec()


@pytest.mark.parametrize(
    "change",
    [
        {"names": []}, {"names": "y"}, {"names": [3]}, {"names": ["y", "z"]}, {"task": "rank"},
        {"task": "number"}, {"classes": ["a"]}, {"classes": ["a", "a"]}, {"classes": ["a", 1]},
        {"classes": [True, False]}, {"classes": None}, {"classes": [0.5, 1]}, {"decimal": ";"},
    ],
)  # fmt: skip
def test_a_description_of_a_target_that_makes_no_sense_is_refused(change):
    with pytest.raises(DataError):
        Target.from_spec(GOOD | change)
    for missing in GOOD:
        with pytest.raises(DataError):
            Target.from_spec({key: GOOD[key] for key in GOOD if key != missing})
    with pytest.raises(DataError):
        Target.from_spec([])
