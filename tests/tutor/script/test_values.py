"""The numbers of a run found again, whatever their axes, and only those."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.tutor.script.run import TracedEvent
from glassnet.tutor.script.values import Seen


def event(array):
    return TracedEvent(1, "line 1", "", "", "", 0, np.asarray(array, float), False, False, False)


@pytest.fixture
def numbers():
    return np.random.default_rng(0).normal(size=(3, 4))


@pytest.mark.parametrize("as_seen", [np.transpose, np.ravel, lambda a: a.reshape(4, 3), np.array])
def test_numbers_are_found_whatever_their_axes(numbers, as_seen):
    seen = Seen([event(1.0), event(as_seen(numbers)), event(numbers[:2])])
    assert seen.find(numbers) == [1]


def test_numbers_that_differ_in_the_eighth_digit_are_others(numbers):
    seen = Seen([event(numbers * (1 + 1e-8)), event(numbers + 1e-12)])
    assert seen.find(numbers) == [1]


def test_only_between_two_moments_they_are_looked_for(numbers):
    seen = Seen([event(numbers)] * 4)
    assert seen.find(numbers, after=0, before=3) == [1, 2]
    assert seen.orders(12, 0, 3) == [1, 2]
    assert seen.orders(7, -1, 9) == []


def test_what_is_not_finite_or_empty_is_never_found():
    seen = Seen([event([np.nan, 1.0]), event([np.inf, 1.0]), event([])])
    assert seen.find(np.array([np.inf, 1.0])) == []
    assert seen.find(np.array([])) == []


@given(st.floats(1e-6, 1e6), st.booleans())
def test_scaled_numbers_are_found_by_any_factor(factor, negative):
    numbers = np.random.default_rng(1).normal(size=6)
    seen = Seen([event(numbers + 1), event((-factor if negative else factor) * numbers)])
    assert seen.find_scaled(numbers) == [1]
    assert seen.find_scaled(numbers, after=1) == []


def test_one_number_is_scaled_by_its_sign_alone_and_zeros_by_nothing():
    seen = Seen([event(2.0), event(-2.0), event(4.0), event([0.0, 0.0])])
    assert seen.find_scaled(np.array(2.0)) == [0, 1]
    assert seen.find_scaled(np.zeros(2)) == []
