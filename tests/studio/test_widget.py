"""The studio in a notebook: what is changed in the widget is changed in Python."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.studio import opening, widget
from glassnet.studio.widget import Studio


@pytest.fixture(autouse=True)
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("index.html", "page.js", "page.css"):
        (tmp_path / name).write_text("")
    monkeypatch.setattr(opening, "PAGE", tmp_path)
    monkeypatch.setattr(widget, "PAGE", tmp_path)


def hear(studio: Any, **wish: Any) -> list[Any]:
    told: list[Any] = []
    studio.send = lambda content, buffers=None: told.append(content)
    studio._hear(studio, {"id": 1, **wish}, [])
    return told


def test_a_weight_set_on_the_page_is_set_in_python():
    net = gn.Network.dense([2, 3, 1], hidden="tanh", output="sigmoid", dtype="float64")
    studio = Studio(net, [0.5, -0.5], [1.0])
    assert studio.opens == "worked"
    hear(studio, do="worked.set", address="W1[2,1]", value=0.75)
    assert net.dense_layers[0].W[2, 1] == 0.75
    assert studio.network is net


def test_updates_made_on_the_page_are_made_to_the_network():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    net = gn.Network.dense([2, 5, 2], hidden="relu", output="softmax")
    before = net.theta.copy()
    studio = Studio(net, X, y)
    hear(studio, do="play.step", updates=20)
    assert not np.array_equal(net.theta, before)
    assert np.array_equal(studio.network.theta, net.theta)


def test_it_says_hello_and_refuses_as_the_server_does():
    studio = Studio()
    assert hear(studio, do="hello")[0]["kind"] == "welcome"
    assert hear(studio, do="play.nonsense")[0]["kind"] == "refused"


@pytest.mark.parametrize("rows", [np.zeros((4, 3)), np.zeros((2, 2, 2))])
def test_rows_that_are_no_plane_are_refused(rows: Any):
    net = gn.Network.dense([2, 2, 2], output="softmax")
    with pytest.raises(gn.InputError, match="plane"):
        Studio(net, rows, [0, 1])
