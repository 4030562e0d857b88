"""The trials of the skeleton: their right answers are what the answers of the skeleton give."""

import numpy as np
import pytest

from glassnet.tutor.skeleton.answers import filled_in
from glassnet.tutor.skeleton.contract import CASES, class_trials, function_trials
from glassnet.tutor.skeleton.skeleton import FUNCTIONS


def test_each_function_of_the_skeleton_has_trials():
    assert list(dict.fromkeys(trial.step.name for trial in function_trials())) == list(FUNCTIONS)
    assert {trial.step.name for trial in class_trials()} == {"predict", "error", "train"}


@pytest.mark.parametrize("name", ["gradients", "update", "train"])
def test_a_trial_asks_for_more_than_one_size_and_number_of_samples(name):
    cases = [trial.case for trial in function_trials() if trial.step.name == name]
    assert len({tuple(W.shape for W in case.weights) for case in cases}) > 3
    assert {case.samples for case in cases} >= {1, 5}
    assert len({case.depth for case in cases}) > 2


def test_the_worked_example_is_the_published_one():
    case = CASES["the worked example"]
    assert case.learning_rate == 0.5
    np.testing.assert_array_equal(case.weights[0], [[0.15, 0.20], [0.25, 0.30]])
    np.testing.assert_array_equal(case.y[:, 0], [0.01, 0.99])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_answers_written_as_a_learner_would_give_what_is_expected():
    """exec of the filled-in skeleton: another writing of the same computation."""
    names = {"__name__": "learner"}
    exec(filled_in("mine.py"), names)
    with np.errstate(all="ignore"):
        for trial in function_trials():
            got = []
            for call in trial.calls():
                value = names[call["name"]](*call["args"])
                parts = value if isinstance(value, tuple) else [value]
                got += [a for part in parts for a in (part if isinstance(part, list) else [part])]
            for array, (name, expected) in zip(got, trial.expected(), strict=True):
                np.testing.assert_allclose(array, expected, rtol=1e-12, err_msg=name)
