"""The model file: what is saved is loaded, to the bit, and nothing else is taken for a model."""

import os
import subprocess
import sys
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.activations import ACTIVATIONS
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense, Dropout
from glassnet.core.network import Network
from glassnet.data import Preparation, TargetScale
from glassnet.exchange import load, read_training, save


@st.composite
def networks(draw) -> Network:
    """Networks of any layers, dtype and companions, some with arrays in Fortran order."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    row: list[Dense | Dropout] = []
    for n_in, n_out in pairwise(sizes):
        row.append(
            Dense(
                n_in,
                n_out,
                draw(st.sampled_from(sorted(ACTIVATIONS))),
                initializer=draw(st.sampled_from([None, "orthogonal", "lecun_uniform"])),
                bias=draw(st.sampled_from(["neuron", "layer", "frozen"])),
                frozen=draw(st.booleans()),
            )
        )
        if draw(st.booleans()):
            row.append(Dropout(draw(st.floats(0, 0.9))))
    while isinstance(row[-1], Dropout):
        row.pop()
    loss = draw(st.sampled_from(["squared_error", {"name": "huber", "threshold": 0.3}]))
    net = Network(
        row, loss, seed=draw(st.integers(0, 99)),
        dtype=draw(st.sampled_from(["float32", "float64"])),
        l1=draw(st.floats(0, 1)), l2=draw(st.floats(0, 1)),
        max_norm=draw(st.none() | st.floats(0.1, 9)),
    )  # fmt: skip
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    net.theta[...] = rng.normal(size=net.theta.size)
    if draw(st.booleans()):
        rows = rng.normal(size=(4, sizes[0])) * 100
        net.preparation = Preparation.learn(np.abs(rows), image=draw(st.booleans()))
    if draw(st.booleans()):
        net.target_scale = TargetScale.learn(rng.normal(size=5))
    n = max(net.n_out, 2)
    labels = st.text(max_size=5).filter(lambda label: not label.endswith("\0"))
    kind = draw(st.sampled_from([labels, st.integers(-(10**9), 10**9), None]))
    if kind is not None:
        net.classes = draw(st.lists(kind, min_size=n, max_size=n, unique=True))
    if draw(st.booleans()):
        for layer in net.dense_layers:
            vars(layer)["W"] = np.asfortranarray(layer.W)
    return net


@given(net=networks())
def test_save_then_load_is_the_identity(net: Network, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "identity.safetensors"
    save(net, path)
    again = load(path)
    assert again.spec() == net.spec()
    assert again.preparation == net.preparation
    assert again.target_scale == net.target_scale
    assert again.n_learned == net.n_learned
    for (name, ours, _), (name2, theirs, _) in zip(net.parameters(), again.parameters()):
        assert name == name2
        assert ours.dtype == theirs.dtype
        assert np.array_equal(ours, theirs)
        assert np.shares_memory(theirs, again.theta)  # views, so that training goes on
    content = path.read_bytes()
    save(again, path)
    assert path.read_bytes() == content


def trained(**settings) -> Network:
    """A network with everything a model carries, though no training made it."""
    net = Network.dense([3, 4, 2], hidden="tanh", output="softmax", seed=3, **settings)
    net.preparation = Preparation.learn(np.arange(12.0).reshape(4, 3) ** 2)
    net.classes = ["ja", "nein"]
    return net


def test_what_lies_transposed_is_stored_as_it_reads(tmp_path):
    net = trained()
    other = trained()
    for layer in other.dense_layers:
        vars(layer)["W"] = np.array(layer.W.T, order="C").T  # the same numbers, other strides
        assert not layer.W.flags["C_CONTIGUOUS"]
    paths = tmp_path / "c.safetensors", tmp_path / "f.safetensors"
    save(net, paths[0])
    save(other, paths[1])
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_another_process_predicts_the_same_bits(tmp_path, dtype: str):
    net = trained(dtype=dtype)
    path = tmp_path / "model.safetensors"
    save(net, path)
    X = np.random.default_rng(0).normal(size=(9, 3)) * 30
    np.save(tmp_path / "X.npy", X)
    code = (
        "import sys, numpy as np, glassnet as gn;"
        "net = gn.load(sys.argv[1]); X = np.load(sys.argv[2]);"
        "print(net.predict_proba(X).tobytes().hex(), *net.predict(X))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path, tmp_path / "X.npy"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    bits, *labels = done.stdout.split()
    assert bits == net.predict_proba(X).tobytes().hex()
    assert labels == net.predict(X).tolist()


def test_the_same_training_in_two_processes_writes_the_same_bytes(tmp_path):
    files = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-m", "glassnet", "train", "iris", "--seed", "3", "--epochs", "40",
             "--out", "model.safetensors", "--json"],
            cwd=folder, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        files.append((folder / "model.safetensors").read_bytes())
    assert files[0] == files[1]
    told = files[0].split(b"}}}")[0]
    today = date.today().isoformat()
    for trace in (str(tmp_path), "tmp", "seconds", "model.safetensors", today, today[:8]):
        assert trace.encode() not in told, trace


def test_what_is_to_be_remembered_of_the_training_is_remembered(tmp_path):
    path = tmp_path / "model.safetensors"
    about = {"data": "iris", "seed": 3, "metrics": {"accuracy": 0.1 + 0.2}, "ü": None}
    save(trained(), path, about)
    assert read_training(path) == about
    save(trained(), path)
    assert read_training(path) == {}


def test_the_arrays_are_read_by_any_reader_of_safetensors(tmp_path):
    net = trained()
    path = tmp_path / "model.safetensors"
    save(net, path)
    arrays = safetensors.numpy.load_file(path)
    assert sorted(arrays) == ["W1", "W2", "b1", "b2"]
    assert np.array_equal(arrays["W1"], net.dense_layers[0].W)


def test_nan_is_remembered_as_none_and_an_infinite_number_by_its_name(tmp_path):
    path = tmp_path / "m"
    save(trained(), path, {"metrics": {"r2": float("nan"), "losses": (1.5, float("inf"))}})
    assert read_training(path) == {"metrics": {"r2": None, "losses": [1.5, "Infinity"]}}


HOLDS_ITSELF: dict[str, Any] = {}
HOLDS_ITSELF["again"] = HOLDS_ITSELF


@pytest.mark.parametrize(
    "training",
    [{"when": object()}, {"x": "\ud800"}, {(1, 2): 3}, HOLDS_ITSELF, [1]],
)
def test_what_is_not_plain_json_is_not_saved(tmp_path, training):
    path = tmp_path / "m"
    path.write_bytes(b"old")
    with pytest.raises(InputError, match=r"JSON|levels"):
        save(trained(), path, training)
    assert path.read_bytes() == b"old"


def test_more_than_is_read_is_not_saved(tmp_path):
    with pytest.raises(InputError, match="more than a model file holds"):
        save(trained(), tmp_path / "m", {"rows": [[] for _ in range(300_000)]})
    save(trained(), tmp_path / "m", {"rows": list(range(200_000))})
    assert len(read_training(tmp_path / "m")["rows"]) == 200_000


@pytest.mark.parametrize("classes", [["a\0", "b"], [1, "b"], [None, 2], ["a", "b", "c"]])
def test_labels_that_would_come_out_as_others_are_not_saved(tmp_path, classes):
    net = trained()
    with pytest.raises(InputError, match="classes"):
        net.classes = classes
    vars(net)["classes"] = classes  # past the network's own check
    with pytest.raises(InputError, match="classes"):
        save(net, tmp_path / "m")
    assert not (tmp_path / "m").exists()
