"""The studio in a notebook: what is changed in the widget is changed in Python."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.studio import opening, widget


@pytest.fixture(autouse=True)
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("index.html", "page.js", "page.css"):
        (tmp_path / name).write_text("")
    monkeypatch.setattr(opening, "PAGE", tmp_path)
    monkeypatch.setattr(opening, "digest_of_sources", lambda: "built")
    (tmp_path / opening.BUILT_OF).write_text("built")
    monkeypatch.setattr(widget, "PAGE", tmp_path)


def hear(studio: Any, **wish: Any) -> list[Any]:
    told: list[Any] = []
    studio.send = lambda content, buffers=None: told.append(content)
    studio._hear(studio, {"id": 1, **wish}, [])
    return told


def test_a_weight_set_on_the_page_is_set_in_python():
    net = gn.Network.dense([2, 3, 1], hidden="tanh", output="sigmoid", dtype="float64")
    studio = gn.Studio(net, [0.5, -0.5], [1.0])
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
    studio = gn.Studio(net, X, y)
    hear(studio, do="play.step", updates=20)
    assert not np.array_equal(net.theta, before)
    assert studio.network is net
    assert net.classes == [0, 1]
    assert set(net.predict(X)) <= {0, 1}


def test_another_rate_or_penalty_is_learned_by_the_same_network():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2))
    y = (X[:, 0] > 0).astype(int)
    net = gn.Network.dense([2, 3, 2], hidden="tanh", output="softmax", seed=0)
    studio = gn.Studio(net, X, y)
    hear(studio, do="play.step", updates=50)
    hear(studio, do="play.change", settings={"learning_rate": 0.001, "l2": 0.5})
    assert studio.network is net
    before = np.abs(net.dense_layers[0].W).sum()
    hear(studio, do="play.change", settings={"optimizer": "sgd", "learning_rate": 0.1})
    hear(studio, do="play.step", updates=100)
    assert studio.network is net
    assert np.abs(net.dense_layers[0].W).sum() < before / 2  # the penalty is at work
    hear(studio, do="play.restart")
    first = net.theta.copy()
    hear(studio, do="play.step", updates=3)
    assert studio.network is net
    assert not np.array_equal(net.theta, first)


def test_a_network_that_layers_are_added_to_keeps_its_labels():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2))
    y = np.where(X[:, 0] > 0, "right", "left")
    net = gn.Network.dense([2, 3, 2], hidden="tanh", output="softmax")
    studio = gn.Studio(net, X, y)
    layers = [{"n": 3, "activation": "tanh"}, {"n": 4, "activation": "relu"}]
    hear(studio, do="play.change", settings={"layers": layers})
    hear(studio, do="play.step", updates=20)
    assert studio.network is not net
    assert [each.n_out for each in studio.network.dense_layers] == [3, 4, 2]
    assert set(studio.network.predict(X)) <= {"left", "right"}
    assert hear(studio, do="play.diagnose")[0]["kind"] != "refused"


def test_it_says_hello_and_refuses_as_the_server_does():
    studio = gn.Studio()
    assert hear(studio, do="hello")[0]["kind"] == "welcome"
    assert hear(studio, do="play.nonsense")[0]["kind"] == "refused"


@pytest.mark.parametrize("rows", [np.zeros((4, 3)), np.zeros((2, 2, 2))])
def test_rows_that_are_no_plane_are_refused(rows: Any):
    net = gn.Network.dense([2, 2, 2], output="softmax")
    with pytest.raises(gn.InputError, match="plane"):
        gn.Studio(net, rows, [0, 1])


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [([0.5] * 3, [1.0], r"x has the shape \(3,\)"), ([0.5, 1.0], [1.0, 0.0], r"y has the shape"),
     ([0.5, 1.0], None, "rows and their targets both"), ("moons.csv", [0.0], "X is 'moons.csv'")],
)  # fmt: skip
def test_a_sample_that_does_not_fit_is_refused_in_a_sentence(x: Any, y: Any, said: str):
    net = gn.Network.dense([2, 3, 1], output="sigmoid")
    with pytest.raises(gn.InputError, match=said):
        net.play(x, y)


def test_a_network_alone_opens_with_a_sample_to_be_moved():
    net = gn.Network.dense([3, 4, 2], output="softmax")
    studio = net.play()
    assert studio.opens == "worked"
    told = hear(studio, do="worked.more")[0]["example"]
    assert (told["inputs"], told["targets"]) == ([0.5] * 3, [1.0, 0.0])


def test_a_data_set_is_the_plane():
    iris = gn.load_data("iris")
    two = gn.Dataset("two", iris.X[:, :2], iris.y, task="classes")
    net = gn.Network.dense([2, 6, 3], output="softmax")
    assert gn.Studio(net, two).opens == "play"


def test_what_python_changes_is_shown_after_refresh():
    net = gn.Network.dense([2, 3, 1], hidden="tanh", output="sigmoid", dtype="float64")
    studio = net.play([0.5, -0.5], [1.0])
    hear(studio, do="worked.more")
    net.dense_layers[0].W[2, 1] = 0.125
    told: list[Any] = []
    studio.send = lambda content, buffers=None: told.append(content)
    studio.refresh()
    assert [each["kind"] for each in told] == ["worked"]
    assert told[0]["example"]["weights"][0][2][1] == 0.125
    assert studio.network is net


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "glassnet.studio.widget")
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(gn.InputError, match=r"glassnet\[studio\]"):
        gn.Studio()
