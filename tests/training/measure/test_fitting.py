"""Over-fitting and under-fitting, each said where it is and nowhere else."""

import pytest

from glassnet.jobs.threads_and_signals import followed
from glassnet.jobs.train import train
from glassnet.jobs.training.task import Task
from glassnet.training.measure.estimate import Figure
from glassnet.training.measure.fitting import fitting_said


@pytest.mark.parametrize(
    ("metric", "learned", "test", "constant", "says"),
    [
        ("accuracy", 1.0, (0.80, 0.7, 0.9), 0.5, "over-fitting"),
        ("accuracy", 1.0, (0.96, 0.9, 0.99), 0.5, None),  # above the limits, by what is nothing
        ("accuracy", 0.95, (0.80, 0.6, 0.96), 0.5, None),  # within the limits
        ("accuracy", 0.55, (0.52, 0.4, 0.6), 0.5, "under-fitting"),
        ("accuracy", 0.90, (0.90, 0.8, 0.95), 0.89, "under-fitting"),
        ("accuracy", 1.0, (1.0, 0.9, 1.0), 1.0, None),
        ("accuracy", 0.99, (0.6, None, None), None, "over-fitting"),
        ("r2", 0.9, (0.2, -0.3, 0.5), None, "over-fitting"),
        ("r2", 0.1, (0.08, -0.1, 0.2), -0.01, "under-fitting"),
        ("r2", 0.6, (0.5, 0.3, 0.7), 0.0, None),
        ("r2", 0.6, (None, None, None), 0.0, None),
    ],
)
def test_the_sentence_fits_the_figures(metric, learned, test, constant, says):
    said = fitting_said(metric, learned, Figure(*test, "a test"), constant)
    assert (says in said) if says else said == ""


def test_training_tells_the_figures_of_the_rows_it_learned_from():
    done = followed(train(Task("moons", given={"epochs": 1, "l2": 0.0})), lambda event: None)
    assert done.result.learned.keys() == {"accuracy", "loss"}
    plain = followed(train(Task("xor", given={"epochs": 2})), lambda event: None)
    assert plain.result.learned == {}  # its test rows are those that it learned from
