"""The model file: what is saved is loaded, to the bit, and nothing else is taken for a model."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

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
    kind = draw(st.sampled_from([st.text(max_size=5), st.integers(-(10**9), 10**9), None]))
    if kind is not None:
        net.classes = draw(st.lists(kind, min_size=n, max_size=n, unique=True))
    if draw(st.booleans()):
        for layer in net.dense_layers:
            layer.W = np.asfortranarray(layer.W)
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
        layer.W = np.array(layer.W.T, order="C").T  # the same numbers, the other strides
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
    for trace in (str(tmp_path), "tmp", "seconds", "model.safetensors", "202"):
        assert trace.encode() not in files[0].split(b"}}}")[0], trace


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


# -- what is no model ---------------------------------------------------------------------


def written(path: Path, change=None, **arrays) -> Path:
    """A model file whose description and arrays have been tampered with."""
    net = trained()
    save(net, path)
    tensors = {name: values.copy() for name, values, _ in net.parameters()} | arrays
    about = {
        "format": 1, "network": net.spec(), "preparation": net.preparation.spec(),
        "target_scale": None, "training": None,
    }  # fmt: skip
    if change is not None:
        change(about)
    tensors = {name: values for name, values in tensors.items() if values is not None}
    safetensors.numpy.save_file(tensors, path, {"glassnet": json.dumps(about)})
    return path


def test_what_was_written_the_way_of_these_tests_loads(tmp_path):
    assert load(written(tmp_path / "m")).spec() == trained().spec()


DAMAGES = {
    "another format": lambda about: about.update(format=2),
    "no format": lambda about: about.pop("format"),
    "no network": lambda about: about.pop("network"),
    "a number for the network": lambda about: about.update(network=3),
    "a list for the network": lambda about: about.update(network=[1, 2]),
    "no layers": lambda about: about["network"].update(layers=[]),
    "a number for the layers": lambda about: about["network"].update(layers=3),
    "another size": lambda about: about["network"]["layers"][0].update(n_in=4),
    "a word for a size": lambda about: about["network"]["layers"][0].update(n_in="four"),
    "a huge size": lambda about: about["network"]["layers"][0].update(n_in=10**15),
    "an unknown layer": lambda about: about["network"]["layers"][0].update(kind="conv"),
    "an unknown activation": lambda about: about["network"]["layers"][0].update(activation="rlu"),
    "a number for an activation": lambda about: about["network"]["layers"][0].update(activation=3),
    "an unknown entry": lambda about: about["network"].update(depth=3),
    "an unknown loss": lambda about: about["network"].update(loss="los"),
    "another dtype": lambda about: about["network"].update(dtype="float64"),
    "no dtype": lambda about: about["network"].update(dtype="complex128"),
    "a word for l1": lambda about: about["network"].update(l1="much"),
    "a preparation without kind": lambda about: about["preparation"].pop("kind"),
    "a number for the preparation": lambda about: about.update(preparation=3),
    "a word for the target's scale": lambda about: about.update(target_scale="wide"),
    "a number for the classes": lambda about: about["network"].update(classes=3),
    "too few classes": lambda about: about["network"].update(classes=["ja"]),
}


@pytest.mark.parametrize("change", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_description_is_refused(tmp_path, change):
    path = written(tmp_path / "m", change)
    with pytest.raises(InputError) as error:
        load(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    "arrays",
    [
        {"W1": None},
        {"W3": np.zeros((2, 2), np.float32)},
        {"W1": np.zeros((3, 4), np.float32)},
        {"W1": np.zeros((4, 3), np.float64)},
    ],
    ids=["one missing", "one too many", "transposed", "of another dtype"],
)
def test_arrays_that_do_not_fit_the_description_are_refused(tmp_path, arrays):
    with pytest.raises(InputError, match="damaged"):
        load(written(tmp_path / "m", **arrays))


def test_files_that_are_no_models_are_refused(tmp_path):
    path = tmp_path / "m"
    for content in (b"", b"x", b"\0" * 100, b"\xff" * 100, b'{"format": 1}', b"PK\x03\x04zip"):
        path.write_bytes(content)
        with pytest.raises(InputError, match="no readable model"):
            load(path)
    safetensors.numpy.save_file({"weight": np.zeros(3)}, path)
    with pytest.raises(InputError, match="another program"):
        load(path)
    for text in ("", "[]", "3", "{", "[" * 100_000):
        safetensors.numpy.save_file({"W1": np.zeros(3)}, path, {"glassnet": text})
        with pytest.raises(InputError, match="another format"):
            load(path)
    with pytest.raises(InputError, match="does not exist"):
        load(tmp_path / "absent")
    with pytest.raises(InputError, match="is a folder"):
        load(tmp_path)


@given(data=st.data())
def test_a_truncated_or_altered_file_is_a_network_or_refused(data, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "altered.safetensors"
    save(trained(), path)
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
        path.write_bytes(content)
        with pytest.raises(InputError):
            load(path)
        return
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        net = load(path)
    except InputError:
        return
    assert isinstance(net, Network)
