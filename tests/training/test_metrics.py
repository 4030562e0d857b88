"""Metrics against numbers worked out by hand, and those of scikit-learn's documentation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.errors import InputError
from glassnet.training import accuracy, confusion, r2

LABELS = st.lists(st.integers(0, 3), min_size=1, max_size=30)


def test_accuracy_is_the_share_of_equal_labels():
    assert accuracy([0, 2, 1, 3], [0, 1, 2, 3]) == 0.5  # scikit-learn's example
    assert accuracy(["x"], ["x"]) == 1.0
    assert accuracy(["x", "y"], ["y", "x"]) == 0.0


def test_r2_has_the_published_values():
    assert r2([3, -0.5, 2, 7], [2.5, 0.0, 2, 8]) == pytest.approx(0.9486081370449679, rel=1e-14)
    # two outputs, averaged: 1 − 1.25/36.1666… and 1 − 3/32.6666…
    y, y_hat = [[0.5, 1], [-1, 1], [7, -6]], [[0, 2], [-1, 2], [8, -5]]
    expected = ((1 - 1.25 / (217 / 6)) + (1 - 3 / (98 / 3))) / 2
    assert r2(y, y_hat) == pytest.approx(expected, rel=1e-14)


def test_r2_of_the_mean_is_0_and_of_worse_is_below():
    assert r2([1.0, 2.0, 3.0], [2.0, 2.0, 2.0]) == 0.0
    assert r2([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]) == -3.0
    assert math.isnan(r2([2.0, 2.0], [1.0, 2.0]))


def test_confusion_has_the_published_table():
    table = confusion([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2], 3)
    assert table.tolist() == [[2, 0, 0], [0, 0, 1], [1, 0, 2]]


@given(LABELS, st.randoms())
def test_confusion_counts_every_row_and_its_diagonal_is_the_accuracy(y, random):
    y_hat = [random.randrange(4) for _ in y]
    table = confusion(y, y_hat, 4)
    assert table.shape == (4, 4)
    assert table.sum() == len(y)
    assert np.trace(table) / len(y) == pytest.approx(accuracy(y, y_hat))
    assert table.sum(axis=1).tolist() == [y.count(c) for c in range(4)]
    assert table.sum(axis=0).tolist() == [y_hat.count(c) for c in range(4)]


@pytest.mark.parametrize("metric", [accuracy, r2, lambda y, y_hat: confusion(y, y_hat, 2)])
@pytest.mark.parametrize(("y", "y_hat"), [([], []), ([0, 1], [0]), ([0, 1], [[0], [1]])])
def test_what_does_not_pair_is_refused(metric, y, y_hat):
    with pytest.raises(InputError, match="as many predictions as targets"):
        metric(y, y_hat)


@pytest.mark.parametrize(("y", "y_hat"), [([0, 2], [0, 1]), ([0, 1], [-1, 0]), (["a"], ["a"])])
def test_confusion_refuses_what_is_no_class(y, y_hat):
    with pytest.raises(InputError, match="classes"):
        confusion(y, y_hat, 2)
