import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.data import DataError, check_arrays, check_features, check_labels

X3 = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def test_good_data_pass_unchanged():
    X, y = check_arrays(np.array([[0, 255], [7, 1]], dtype=np.uint8), ["a", "b"])
    assert X.dtype == np.uint8
    assert X.tolist() == [[0, 255], [7, 1]]
    assert y.tolist() == ["a", "b"]


@given(
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=6),
    st.sampled_from([np.nan, np.inf, -np.inf]),
    st.data(),
)
def test_a_value_that_is_not_finite_is_named_by_row_and_column(shape, bad, data):
    row = data.draw(st.integers(0, shape[0] - 1))
    column = data.draw(st.integers(0, shape[1] - 1))
    X = np.zeros(shape)
    X[row, column] = bad
    with pytest.raises(DataError, match=rf"X holds {bad} at row {row}, column {column} \(1 such"):
        check_features(X)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([1.0, 2.0], r"2 dimensions .* shape \(2,\); for a single row write x\[None, :\]"),
        (np.zeros((2, 8, 8)), r"shape \(2, 8, 8\); reshape each sample"),
        (np.zeros((0, 4)), "X is empty: it has 0 rows and 4 columns"),
        (np.zeros((4, 0)), "X is empty: it has 4 rows and 0 columns"),
        ([[1.0, 2.0], [3.0]], "the rows of X differ in length"),
        ([["red", "3"]], r"must hold numbers; it holds <U3 \(the first value is 'red'\)"),
        ([[None, 1.0]], r"must hold numbers; it holds object \(the first value is None\)"),
        ([[1j]], "must hold numbers; it holds complex128"),
    ],
)
def test_rows_that_are_no_table_of_numbers_are_refused(X, message):
    with pytest.raises(DataError, match=message):
        check_features(X)


@pytest.mark.parametrize(
    ("y", "task", "message"),
    [
        ([0, 1], "classes", "X has 3 rows and y has 2; every row needs exactly one target"),
        (["a"] * 3, "classes", r"one class only \('a', 3 rows\)"),
        ([7, 7, 7], "classes", r"one class only \(7, 3 rows\)"),
        ([[0], [1], [0]], "classes", r"one label a row, shape \(N,\); it has shape \(3, 1\)"),
        ([0.0, 0.5, 1.0], "classes", "y holds 0.5 at row 1, which is no class label"),
        ([0.0, 1.0, np.nan], "classes", "y holds nan at row 2, which is no class label"),
        (["a", 1, "b"], "classes", "y mixes text with 1 at row 1"),
        (np.array(["a", 1, "b"], dtype=object), "classes", r"mixes str with int \(1 at row 1\)"),
        (np.array([1, None, 2], dtype=object), "classes", r"mixes int with NoneType .* row 1"),
        (np.array([None, 1, 2], dtype=object), "classes", r"it holds \[None\] at row 0"),
        (np.array(["2020", "2021", "2022"], dtype="M8[Y]"), "classes", "it holds datetime64"),
        ([0.0, np.inf, 1.0], "number", "y holds inf at row 1 "),
        (["a", "b", "c"], "number", "y must hold numbers"),
        (np.zeros((3, 1, 1)), "number", "a number a row"),
        ([0, 1, 0], "regression", "task must be 'classes' or 'number'; got 'regression'"),
    ],
)
def test_targets_that_cannot_be_learned_are_refused(y, task, message):
    with pytest.raises(DataError, match=message):
        check_arrays(X3, y, task)


def test_labels_that_come_as_objects_become_a_plain_array():
    assert check_labels(np.array(["a", "bb"], dtype=object)).dtype == np.dtype("<U2")
    assert check_labels(np.array([1, 20], dtype=object)).dtype.kind == "i"


def test_numbers_may_have_several_columns():
    _, y = check_arrays(X3, [[0.0, 1.0]] * 3, "number")
    assert y.shape == (3, 2)
