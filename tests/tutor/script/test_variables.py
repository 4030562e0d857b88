"""Variables that keep arrays: which change, when first, and which are one under two names."""

import sys

import numpy as np
import pytest
from watched_scripts import TWO_LAYERS, events_of

from glassnet.tutor.script.variables import (
    Held,
    held_variables,
    is_vector,
    matrix,
    until_anew,
    without_aliases,
)


def held(*values, name="W1", updated=True, orders=None):
    arrays = tuple(np.asarray(value, float) for value in values)
    return Held(name, ("", 0), tuple(orders or range(0, 10 * len(arrays), 10)), arrays, updated)


def test_its_value_at_a_moment_and_its_first_change():
    w = held([1, 2], [1, 2], [3, 4])
    assert w.before(-1) is None
    np.testing.assert_array_equal(w.before(15), [1, 2])
    np.testing.assert_array_equal(w.before(20), [3, 4])
    assert w.first_change == 20
    assert held([1], [1]).first_change == sys.maxsize
    assert held([1], [[1]]).first_change == 10  # another shape is another value


@pytest.mark.parametrize(
    ("values", "returns"),
    [((0, 1, 2, 0), True), ((0, 0, 1), False), ((0, 1, 1), False), ((0,), False)],
)
def test_a_sum_that_is_set_back_returns(values, returns):
    assert held(*values).returns is returns


@pytest.mark.parametrize(
    ("values", "counts"), [((0, 1, 2), True), ((0, 0.5), False), (([1, 2],), False)]
)
def test_whole_numbers_count(values, counts):
    assert held(*values).counts is counts


@pytest.mark.parametrize(
    ("name", "number"), [("W1", "1"), ("params['b12']", "12"), ("weights[0]", "0"), ("w", "")]
)
def test_names_hold_together_by_their_digits(name, number):
    assert held(1, name=name).number == number


def test_parameters_are_among_what_changes_and_data_among_what_does_not(watch):
    events = events_of(watch(TWO_LAYERS))
    changing = {h.name: h for h in held_variables(events)}
    assert {name for name, h in changing.items() if h.updated} == {"W1", "b1", "W2", "b2"}
    assert not changing["D2"].updated
    assert {h.name for h in held_variables(events, changing=False)} >= {"X", "Y"}


def test_objects_and_functions_keep_variables_of_one_name_apart(watch):
    seen = watch(
        """
        class Layer:
            def __init__(self, w):
                self.w = w
        layers = [Layer(1.0), Layer(2.0)]
        for step in range(3):
            for layer in layers:
                layer.w = layer.w - 0.5
        """
    )
    own = [h for h in held_variables(events_of(seen)) if h.name == "w" and h.owner[1]]
    assert [h.values[0].item() for h in own] == [1, 2]


def test_a_run_that_begins_again_is_looked_at_until_then(watch):
    text = """
        import numpy as np
        for rate in (0.25, 0.5):
            W = np.array([[1.0, 2.0]])
            for epoch in range(2):
                W -= rate
        """
    events = events_of(watch(text))
    first = until_anew(events)
    assert len(first) < len(events)
    assert [e.array.tolist() for e in first if e.name == "W"] == [
        [[1, 2]], [[0.75, 1.75]], [[0.5, 1.5]],
    ]  # fmt: skip
    once = events_of(watch(text.replace("(0.25, 0.5)", "(0.25,)")))
    assert until_anew(once) == once


def test_of_two_names_for_one_the_one_that_is_changed_stays():
    w, argument = held([1, 2], [2, 3]), held([1, 2], name="weights", updated=False)
    assert without_aliases([argument, w]) == [w]
    zeros = [held([0, 0], name="b1"), held([0, 0], name="b2")]
    assert without_aliases(zeros) == zeros  # at the start they are told apart by name alone


def test_a_vector_is_one_row():
    assert matrix(np.array(3.0)).shape == (1, 1)
    assert matrix(np.zeros(4)).shape == (1, 4)
    assert matrix(np.zeros((2, 3))).shape == (2, 3)
    assert is_vector(np.zeros((1, 3)))
    assert is_vector(np.zeros(()))
    assert not is_vector(np.zeros((2, 3)))
