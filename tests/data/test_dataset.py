from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data import DataError, Dataset, split_train_test, stratified_split

X2 = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
labels = st.lists(st.sampled_from("abcde"), min_size=2, max_size=60)
fractions = st.floats(0.01, 0.95)
seeds = st.integers(0, 2**32 - 1)


def test_a_dataset_names_its_columns_and_describes_itself():
    data = Dataset("tiny", X2, ["a", "b"], X_test=X2, y_test=["a", "a"])
    assert data.features == ("x[0]", "x[1]", "x[2]")
    assert repr(data) == "Dataset tiny: 2 rows, 3 columns, 2 classes, 2 test rows"
    assert repr(Dataset("n", X2[:, :1], [0.5, 1.5], task="number")) == "Dataset n: 2 rows, 1 column"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"features": ("a", "b")}, "names 2 features; X has 3 columns"),
        ({"image_shape": (2, 2)}, r"shape \(2, 2\) has 4 pixels; X has 3 columns"),
        ({"X_test": X2}, "only one of X_test and y_test"),
        ({"X_test": X2[:, :2], "y_test": ["a", "b"]}, "X_test has 2 columns and X has 3"),
        ({"X_test": X2, "y_test": ["a"]}, "X_test has 2 rows and y_test has 1"),
        ({"X_test": X2 * np.nan, "y_test": ["a", "b"]}, "X_test holds nan at row 0, column 0"),
        ({"X_test": X2, "y_test": [0.5, 1.0]}, "y_test holds 0.5 at row 0"),
        ({"y": ["a", "a"]}, "one class only"),
    ],
)
def test_parts_that_do_not_fit_are_refused(fields, message):
    with pytest.raises(DataError, match=message):
        Dataset(**{"name": "tiny", "X": X2, "y": ["a", "b"], **fields})


def test_the_datas_own_test_part_is_used_where_there_is_one():
    data = Dataset("tiny", X2, [0, 1], X_test=X2 + 10, y_test=[1, 1])
    X, y, X_test, y_test = split_train_test(data)
    assert X is data.X
    assert y is data.y
    assert X_test is data.X_test
    assert y_test is data.y_test


def test_without_one_a_fifth_is_held_back_with_its_labels():
    y = np.repeat([0, 1, 2], [50, 30, 20])
    data = Dataset("rows", np.arange(100.0)[:, None], y)
    parts = split_train_test(data, seed=3)
    assert Counter(parts.y_test.tolist()) == {0: 10, 1: 6, 2: 4}
    assert sorted(np.concatenate([parts.X, parts.X_test])[:, 0].tolist()) == list(range(100))
    assert (y[parts.X_test[:, 0].astype(int)] == parts.y_test).all()
    assert (y[parts.X[:, 0].astype(int)] == parts.y).all()


def test_numbers_are_split_at_random():
    data = Dataset("line", np.arange(50.0)[:, None], np.arange(50.0), task="number")
    parts = split_train_test(data)
    assert len(parts.X_test) == 10
    assert sorted([*parts.y, *parts.y_test]) == list(range(50))


def test_the_split_follows_its_seed():
    data = Dataset("rows", np.arange(100.0)[:, None], np.arange(100) % 2)
    first, again, other = (split_train_test(data, seed).X_test.tolist() for seed in (0, 0, 1))
    assert first == again
    assert first != other


@given(labels, fractions, seeds, st.booleans())
def test_a_split_keeps_every_row_once_and_every_class_in_training(y, fraction, seed, stratify):
    counts = Counter(y)
    if stratify and max(counts.values()) == 1:
        return  # refused: tested below
    keep, held = stratified_split(y, fraction, np.random.default_rng(seed), stratify)
    assert sorted([*keep, *held]) == list(range(len(y)))
    assert len(held) >= 1
    assert len(keep) >= 1
    if stratify:
        assert {y[i] for i in keep} == set(y)
    else:
        assert len(held) == min(max(round(fraction * len(y)), 1), len(y) - 1)


@given(st.lists(st.integers(2, 40), min_size=1, max_size=8), st.floats(0.05, 0.5), seeds)
def test_each_class_is_held_in_proportion(sizes, fraction, seed):
    y = np.repeat(np.arange(len(sizes)), sizes)
    _, held = stratified_split(y, fraction, np.random.default_rng(seed))
    h = max(round(fraction * len(y)), 1)
    assert len(held) == h
    for c, size in enumerate(sizes):
        quota = Fraction(h * size, len(y))
        assert abs(int((y[held] == c).sum()) - quota) < 1


def test_what_is_missing_to_the_whole_goes_to_the_largest_remainders():
    y = np.repeat(["a", "b", "c"], [54, 28, 18])  # shares 5.4, 2.8, 1.8 of ten
    _, held = stratified_split(y, 0.1, np.random.default_rng(0))
    assert Counter(y[held].tolist()) == {"a": 5, "b": 3, "c": 2}


@given(seeds)
def test_ten_small_classes_still_give_a_validation_part(seed):
    y = np.arange(40) % 10  # rounding each class for itself would hold none of them
    _, held = stratified_split(y, 0.1, np.random.default_rng(seed))
    assert len(held) == len(set(y[held])) == 4


def test_equal_classes_are_held_equally_often():
    y = [0, 0, 1, 1]
    held = [stratified_split(y, 0.25, np.random.default_rng(seed))[1][0] for seed in range(400)]
    assert all(70 < held.count(row) < 130 for row in range(4))  # 100 expected, deviation 9


def test_a_fraction_of_zero_holds_nothing_back():
    keep, held = stratified_split([0, 1, 1], 0, np.random.default_rng(0))
    assert keep.tolist() == [0, 1, 2]
    assert held.tolist() == []


@pytest.mark.parametrize("fraction", [1.0, -0.1, float("nan")])
def test_a_fraction_out_of_range_is_refused(fraction):
    with pytest.raises(DataError, match="fraction must be at least 0 and below 1"):
        stratified_split([0, 0, 1], fraction, np.random.default_rng(0))


@pytest.mark.parametrize(("y", "stratify"), [(["a", "b", "c"], True), ([1.5], False), ([], True)])
def test_where_no_row_can_be_spared_the_split_is_refused(y, stratify):
    with pytest.raises(DataError, match="no row can be held back"):
        stratified_split(y, 0.2, np.random.default_rng(0), stratify)
