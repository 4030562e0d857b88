"""The history of a training: what it says it has is what it gives."""

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
