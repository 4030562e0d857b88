"""What came against what was expected: the same numbers, the first that differs, the mistake."""

import numpy as np
import pytest

from glassnet.tutor.compare import close, differing_entry, explaining, fitted, matches
from glassnet.tutor.mistakes.catalogue import mistake_named
from glassnet.tutor.skeleton.contract import function_trials
from glassnet.tutor.textbook import TEXTBOOK


@pytest.mark.parametrize(
    ("got", "expected", "whether"),
    [
        (1.0, 1.0 + 1e-10, True),
        (1.0, 1.0 + 1e-8, False),
        ([1e-12, 1.0], [0.0, 1.0], True),  # beside a large one
        ([[1.0], [2.0]], [1.0, 2.0], True),
        ([1.0, 2.0], [[1.0, 2.0]], True),
        ([[1.0, 2.0]], [[1.0], [2.0]], True),
        (np.ones((2, 3)), np.ones((3, 2)), False),
        ([np.nan, 1.0], [np.nan, 1.0], True),
        ([np.nan, 1.0], [0.0, 1.0], False),
        ([np.inf], [np.inf], True),
        ([-np.inf], [np.inf], False),
    ],
)
def test_the_same_numbers_are_close_where_axes_of_length_1_differ(got, expected, whether):
    assert close(np.array(got), np.array(expected)) is whether


def test_only_axes_of_length_1_are_changed():
    assert fitted(np.ones((3, 1)), np.ones(3)).shape == (3,)
    assert fitted(np.ones((2, 3)), np.ones((3, 2))).shape == (2, 3)


def test_an_error_of_shapes_matches_where_none_could_fit():
    assert matches("ValueError: shapes (2,3) and (2,3) not aligned", None)
    assert not matches("ZeroDivisionError: division by zero", None)
    assert not matches("ValueError: no", [("a", np.ones(1))])
    assert not matches([np.ones(1)], None)
    assert not matches([np.ones(1)], [("a", np.ones(1)), ("b", np.ones(1))])


@pytest.mark.parametrize(
    ("name", "got", "address", "came"),
    [
        ("W1", [[1.0, 2.0], [3.0, 5.0]], "W1[1,1]", "5"),
        ("a1", [[1.0, 2.0], [3.5, 4.0]], "a1[1]@0", "3.5"),
        ("a1", np.ones((3, 2)), "a1", "shape (3, 2)"),
        ("a1", [[1.0, np.nan], [3.0, 4.0]], "a1[0]@1", "nan"),
    ],
)
def test_the_first_entry_that_differs_has_its_address(name, got, address, came):
    right = np.array([[1.0, 2.0], [3.0, 4.0]])
    where, _, told = differing_entry([("same", right), (name, right)], [right, np.array(got)])
    assert (where, told) == (address, came)


def test_one_number_has_no_index_and_one_sample_none():
    one = differing_entry([("loss", np.array(1.0))], [np.array(2.0)])
    assert one == ("loss", "1", "2")
    column = differing_entry([("a1", np.ones((2, 1)))], [np.array([[1.0], [0.5]])])
    assert column == ("a1[1]", "1", "0.5")
    assert differing_entry([("a", np.ones(2))], [np.ones(2)]) == ("", "", "")


def seen_with(step, *names):
    trials = [trial for trial in function_trials() if trial.step.name == step]
    changes = {k: v for name in names for k, v in mistake_named(name).changes.items()}
    answers = [trial.expected(TEXTBOOK.changed(changes)) for trial in trials]
    seen = [
        "ValueError: shapes" if answer is None else [array for _, array in answer]
        for answer in answers
    ]
    return trials, seen


@pytest.mark.parametrize(
    ("step", "name"),
    [("hidden_delta", "hidden-slope-lost"), ("gradients", "bias-gradient-one-number"),
     ("update", "rate-twice"), ("sigmoid", "sigmoid-sign"), ("train", "one-step-too-few")],
)  # fmt: skip
def test_a_mistake_is_found_by_what_it_gives(step, name):
    trials, seen = seen_with(step, name)
    found, together = explaining(trials, seen, trials[0].step.stage)
    assert name in [mistake.name for mistake in found]
    assert not together


def test_two_are_found_together_and_nothing_for_what_is_right():
    names = ("weight-gradient-not-averaged", "bias-gradient-first-sample")
    found, together = explaining(*seen_with("gradients", *names))
    assert (together, {mistake.name for mistake in found}) == (True, set(names))
    trials, _ = seen_with("gradients")
    nonsense = [[np.full(3, 7.0)]] * len(trials)
    assert explaining(trials, nonsense) == ([], False)
