"""The progress bar: what it shows, and that it is silent where nobody looks."""

import numpy as np

import glassnet as gn


def fit(progress: bool | None) -> None:
    rng = np.random.default_rng(0)
    net = gn.Network.dense([3, 4, 2], output="softmax")
    X, y = rng.normal(size=(40, 3)), rng.integers(0, 2, 40)
    gn.fit(net, X, y, epochs=3, validation=0.25, progress=progress)


def test_the_bar_shows_epoch_loss_metric_and_speed_on_stderr(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    fit(progress=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    for text in ("epoch 3/3", "loss ", "val accuracy ", "samples/s", "left"):
        assert text in captured.err


def test_nothing_is_shown_where_nobody_looks(capsys):
    fit(progress=None)
    assert capsys.readouterr() == ("", "")
