"""The history of a training: what it says it has is what it gives."""

import numpy as np
import pytest

from glassnet.core.errors import NameMissing
from glassnet.training import History

ROW = {"epoch": 1, "loss": 0.5, "val_loss": 0.6, "seconds": 0.1}


@pytest.mark.parametrize("epochs", [[], [ROW], [ROW, ROW]], ids=len)
@pytest.mark.parametrize("name", ["loss", "val_loss", "val_accuracy", "", "Loss"])
def test_in_is_true_where_indexing_answers(epochs, name):
    history = History(epochs)
    try:
        history[name]
    except NameMissing:
        assert name not in history
    else:
        assert name in history


def test_epochs_that_are_noted_are_rows_when_they_are_read():
    history = History(epochs=[{"epoch": 1, "loss": 9.0, "learning_rate": 0.1, "seconds": 1.0}])
    history.note([8.0, 7.0], [0.1, 0.2], 1.0, 2.0)
    assert len(history) == 3
    history.note(np.array([6.0]), np.array([0.3]), 2.0, 4.0)
    assert len(history) == 4
    assert history["epoch"] == [1, 2, 3, 4]
    assert history["loss"] == [9.0, 8.0, 7.0, 6.0]
    assert history["learning_rate"] == [0.1, 0.1, 0.2, 0.3]
    assert history["seconds"] == [1.0, 1.5, 2.0, 4.0]
    assert all(type(number) is float for number in list(history.epochs[-1].values())[1:])
    assert len(history) == 4
