import json
import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.core.errors import InputError
from glassnet.data import (
    DataError,
    Preparation,
    TargetScale,
    encode_labels,
    load_data,
    split_train_test,
)
from glassnet.data.preparation import Moments

shapes = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=8)
tables = hnp.arrays(np.float64, shapes, elements=st.floats(-1e6, 1e6).map(lambda v: round(v, 3)))
images = hnp.arrays(np.uint8, shapes)


@given(tables)
def test_a_standardized_column_has_mean_zero_and_deviation_one(X):
    x = Preparation.learn(X).apply(X, dtype=np.float64)
    for raw, column in zip(X.T.tolist(), x.T.tolist(), strict=True):
        if len(set(raw)) == 1:
            assert column == [0.0] * len(raw)
        else:
            assert statistics.fmean(column) == pytest.approx(0, abs=1e-6)
            assert statistics.pstdev(column) == pytest.approx(1, abs=1e-6)


@given(images)
def test_pixels_lie_between_zero_and_one_and_black_stays_zero(X):
    x = Preparation.learn(X, image=True).apply(X)
    assert x.dtype == np.float32
    assert x.min() >= 0
    assert x.max() == (1 if X.any() else 0)
    assert ((x == 0) == (X == 0)).all()


def test_the_scale_of_pixels_is_that_of_the_training_part():
    parts = split_train_test(load_data("digits"))
    preparation = Preparation.learn(parts.X, image=True)
    assert preparation.scale == (16.0,)
    assert preparation.apply(np.full((1, 64), 32)).max() == 2  # not learned from what it is given


@given(tables, st.booleans())
def test_the_description_survives_json_exactly(X, image):
    preparation = Preparation.learn(np.abs(X) if image else X, image=image)
    again = Preparation.from_spec(json.loads(json.dumps(preparation.spec())))
    assert again == preparation
    assert (again.apply(X, np.float64) == preparation.apply(X, np.float64)).all()


@given(hnp.arrays(np.float64, (7, 2), elements=st.integers(-50, 50).map(float)))
def test_a_large_common_offset_costs_no_digits(X):
    offset = 2.0**40  # exact beside small whole numbers
    near = Preparation.learn(X)
    far = Preparation.learn(X + offset)
    assert far.scale == near.scale
    assert far.apply(X + offset, np.float64) == pytest.approx(near.apply(X, np.float64), abs=0.02)


def test_a_constant_column_of_inexact_numbers_becomes_exactly_zero():
    X = np.full((1000, 1), 0.1)  # whose mean, summed, is not 0.1
    assert Preparation.learn(X).scale == (1.0,)
    assert not Preparation.learn(X).apply(X, np.float64).any()


def test_means_are_computed_in_float64_of_float32_data():
    X = np.array([[16_777_216.0], [1.0], [1.0], [1.0]], dtype=np.float32)
    assert Preparation.learn(X).mean == (16_777_219 / 4,)


@given(images, st.booleans(), st.sampled_from([np.float32, np.float64]))
def test_apply_answers_in_the_dtype_asked_for_and_leaves_the_raw_data_alone(X, image, dtype):
    before = X.copy()
    x = Preparation.learn(X, image=image).apply(X, dtype)
    assert x.dtype == dtype
    assert x.shape == X.shape
    assert np.array_equal(X, before)
    own = X.astype(dtype)  # no conversion needed: still a new array
    assert not np.shares_memory(Preparation.learn(own, image=image).apply(own, dtype), own)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([[1.0, 2.0, 3.0]], "X has 3 columns; the preparation was learned from 2"),
        ([[1.0, np.nan]], "X holds nan at row 0, column 1"),
        ([1.0, 2.0], "must have 2 dimensions"),
        ([["a", "b"]], "must hold numbers"),
        ([[1.0, -1e300]], "a value too large for float32, 1e.300 in size"),
    ],
)
@pytest.mark.parametrize("image", [False, True])
def test_data_unlike_what_was_learned_from_are_refused(X, message, image):
    preparation = Preparation.learn([[0.0, 1.0], [2.0, 5.0]], image=image)
    with pytest.raises(DataError, match=message):
        preparation.apply(X)


def test_inputs_are_floats():
    with pytest.raises(InputError, match="dtype is the class int64: give float32 or float64"):
        Preparation.learn([[1.0]]).apply([[1.0]], np.int64)


def test_values_too_large_to_square_are_refused():
    with pytest.raises(DataError, match="too large to be squared"):
        Preparation.learn([[1e200], [-1e200]])


def test_negative_pixels_are_refused():
    with pytest.raises(DataError, match=r"pixels must be 0 or more; the least is -1"):
        Preparation.learn([[0, -1]], image=True)


GOOD = {"kind": "standardize", "n_features": 2, "mean": [0.0, 1.0], "scale": [1.0, 2.0]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "magic"}, "kind must be 'standardize' or 'pixels'; the description has 'magic'"),
        ({"kind": "pixels"}, "of 2 columns needs 1 means and scales; it has 2 and 2"),
        ({"n_features": 3}, "needs 3 means and scales"),
        ({"n_features": None}, "needs a valid 'n_features'; got None"),
        ({"mean": ["a", "b"]}, "needs a valid 'mean'"),
        ({"mean": [0.0, math.nan]}, "needs a valid 'mean'"),
        ({"scale": 3}, "needs a valid 'scale'; got 3"),
        ({"scale": [1.0, 10**400]}, "needs a valid 'scale'"),
        ({"scale": [1.0, 0.0]}, r"scale\[1\] is 0.0: give a number above 0"),
        ({"scale": [1.0, -2.0]}, r"scale\[1\] is -2.0: give a number above 0"),
    ],
)
def test_a_description_that_makes_no_sense_is_refused(change, message):
    assert Preparation.from_spec(GOOD).n_features == 2
    with pytest.raises(DataError, match=message):
        Preparation.from_spec({**GOOD, **change})


def test_a_description_that_is_incomplete_is_refused():
    with pytest.raises(DataError, match="needs a valid 'kind'; got None"):
        Preparation.from_spec({})
    with pytest.raises(DataError, match="needs a valid 'kind'"):
        Preparation.from_spec([1])
    with pytest.raises(DataError, match="needs a valid 'scale'"):
        TargetScale.from_spec({"mean": 0.0})
    with pytest.raises(DataError, match="every scale must be above 0"):
        TargetScale.from_spec({"mean": 0.0, "scale": 0.0})


@given(hnp.arrays(np.float64, st.integers(1, 20), elements=st.floats(-1e6, 1e6)))
def test_inverting_a_target_scale_gives_the_targets_back(y):
    scale = TargetScale.learn(y)
    assert TargetScale.from_spec(json.loads(json.dumps(scale.spec()))) == scale
    t = scale.apply(y, np.float64)
    tolerance = 1e-9 * (1 + np.abs(y).max())
    assert scale.invert(t) == pytest.approx(y, abs=tolerance)
    assert scale.invert(t[:, None]).shape == (len(y), 1)


def test_a_target_scale_is_the_mean_and_deviation_and_keeps_float32():
    scale = TargetScale.learn([[2.0], [4.0], [9.0]])
    assert scale.mean == 5.0
    assert scale.scale == pytest.approx(statistics.pstdev([2, 4, 9]))
    assert scale.apply([5.0]).dtype == np.float32
    assert scale.invert(np.float32([0.0])).dtype == np.float32
    with pytest.raises(DataError, match="y is empty"):
        TargetScale.learn([])


some_labels = st.one_of(
    st.lists(st.integers(-1000, 1000)),
    st.lists(st.text(alphabet="abcäß ", min_size=1, max_size=4)),
)


@given(some_labels)
def test_decoding_encoded_labels_is_the_identity(y):
    y = np.array(y) if y else np.array([], dtype=int)
    classes, integers = encode_labels(y)
    assert classes.tolist() == sorted(set(y.tolist()))
    assert classes[integers].tolist() == y.tolist()


@given(some_labels.filter(len), st.randoms())
def test_labels_are_encoded_in_the_order_of_the_classes_given(y, random):
    classes = sorted(set(y))
    random.shuffle(classes)
    same, integers = encode_labels(y, classes)
    assert same.tolist() == classes
    assert integers.tolist() == [classes.index(label) for label in y]


@pytest.mark.parametrize(
    ("y", "classes", "message"),
    [
        (
            ["cat", "dog"],
            ["ape", "cat"],
            "y holds 'dog' at row 1, which is none of .* 'ape', 'cat'",
        ),
        ([3, 12], range(12), r"y holds 12 at row 1.* \(12 in all\)"),
        ([0, -1], [0, 1], "y holds -1 at row 1"),
        (["1", "2"], [1, 2], "y holds '1' at row 0, which is none of the classes 1, 2"),
        ([1, 2], ["1", "2"], "y holds 1 at row 0, which is none of the classes '1', '2'"),
        ([1, 2], [1, 2, 1], r"classes must be distinct and not empty; got \[1, 2, 1\]"),
        ([1, 2], [], "classes must be distinct and not empty"),
        ([1.5, 2.0], None, "y holds 1.5 at row 0, which is no class label"),
    ],
)
def test_labels_outside_the_classes_are_refused(y, classes, message):
    with pytest.raises(DataError, match=message):
        encode_labels(y, None if classes is None else list(classes))


def test_no_labels_are_none_of_any_class():
    classes, integers = encode_labels(np.array([], dtype=int), ["a", "b"])
    assert classes.tolist() == ["a", "b"]
    assert integers.tolist() == []


# -- in parts -------------------------------------------------------------------------------


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=8),
    st.floats(-1e6, 1e6),
    st.floats(1e-3, 1e3),
    st.integers(0, 2**16),
)
def test_rows_in_parts_teach_what_all_at_once_do(sizes, offset, spread, seed):
    X = offset + spread * np.random.default_rng(seed).normal(size=(sum(sizes), 2))
    X[:, 1] = offset
    parts = np.split(X, np.cumsum(sizes)[:-1])
    learned = Preparation.learn_blocks(parts)
    np.testing.assert_allclose(learned.mean, X.mean(axis=0), rtol=1e-12, atol=1e-12 * spread)
    expected = np.std(X[:, 0].astype(np.longdouble)) if len(X) > 1 else 1.0
    np.testing.assert_allclose(learned.scale[0], float(expected), rtol=1e-7)
    assert (learned.mean[1], learned.scale[1]) == (offset, 1.0)  # a constant, exactly


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=8).filter(any),
    st.floats(-1e6, 1e6),
    st.integers(0, 2**16),
)
def test_moments_that_are_joined_are_those_of_all_rows(sizes, offset, seed):
    X = offset + np.random.default_rng(seed).normal(size=(sum(sizes), 2))
    X[:, 1] = offset
    found = Moments()
    for part in np.split(X, np.cumsum(sizes)[:-1]):
        each = Moments()
        if len(part):
            each.add(part)
        found.join(each)
    assert found.n == len(X)
    np.testing.assert_allclose(found.mean, X.mean(axis=0), rtol=1e-12, atol=1e-12)
    expected = np.std(X[:, 0].astype(np.longdouble)) if len(X) > 1 else 1.0
    np.testing.assert_allclose(found.scale[0], float(expected), rtol=1e-7)
    assert (found.mean[1], found.scale[1]) == (offset, 1.0)


def test_pixels_in_parts_have_the_largest_of_all_for_their_scale():
    parts = [np.array([[0, 3]]), np.array([[9, 1]]), np.array([[2, 2]])]
    assert Preparation.learn_blocks(parts, image=True) == Preparation("pixels", 2, (0.0,), (9.0,))


def test_parts_with_other_columns_or_no_part_are_turned_away():
    with pytest.raises(DataError, match="3 columns and those before it have 2"):
        Preparation.learn_blocks([np.ones((2, 2)), np.ones((2, 3))])
    with pytest.raises(DataError, match="no rows"):
        Preparation.learn_blocks([])
