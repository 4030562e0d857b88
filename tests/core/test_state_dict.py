"""A network's numbers by name: out as copies, in as a whole or not at all."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.core.errors import InputError
from glassnet.core.layers import LAYERS, Dense, Dropout
from glassnet.core.network import Network
from glassnet.core.parts import Part


def of_every_kind(dtype: str, seed: int = 0) -> Network:
    row: list[Dense | Dropout] = [
        Dense(3, 5, "tanh", bias="layer"),
        Dropout(0.25),
        Dense(5, 4, {"name": "leaky_relu", "slope": 0.2}, frozen=True),
        Dense(4, 2, "softmax", bias="frozen", b=[0.5, -0.5]),
    ]
    net = Network(row, seed=seed, dtype=dtype)
    net.theta = np.random.default_rng(seed).normal(size=net.theta.size)
    return net


def test_the_network_of_these_tests_has_a_layer_of_every_kind():
    core = {kind for kind in LAYERS.values() if kind.__module__.startswith("glassnet.core")}
    assert {type(layer) for layer in of_every_kind("float32").layers} == core
    assert all(issubclass(kind, Part) for kind in core)


def as_npz(state, folder):
    np.savez(folder / "state.npz", **state)
    return np.load(folder / "state.npz")


def by_savez(state, folder):
    with as_npz(state, folder) as file:
        return dict(file)


def by_safetensors(state, folder):
    numpy = pytest.importorskip("safetensors.numpy")
    load_file, save_file = numpy.load_file, numpy.save_file

    save_file(state, folder / "state.safetensors")
    return load_file(folder / "state.safetensors")


@pytest.mark.parametrize("way", [by_savez, by_safetensors])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_out_and_in_by_the_files_of_others_is_the_same_network(tmp_path, way, dtype):
    net, other = of_every_kind(dtype), of_every_kind(dtype, seed=1)
    assert net != other
    other.load_state_dict(way(net.state_dict(), tmp_path))
    assert net == other
    assert other.theta.dtype == dtype
    np.testing.assert_array_equal(other.dense_layers[1].W, net.dense_layers[1].W)


def test_the_names_are_those_of_the_addresses_and_of_the_model_file(tmp_path):
    load_file = pytest.importorskip("safetensors.numpy").load_file

    net = gn.Network.dense([3, 4, 2], output="softmax", seed=0)
    net.save(tmp_path / "net.safetensors")
    state = net.state_dict()
    assert list(state) == ["W1", "b1", "W2", "b2"]
    assert state.keys() == net.split(net.theta).keys()
    assert load_file(tmp_path / "net.safetensors").keys() == state.keys()
    asked = gn.ask(net, [[1.0, 2.0, 3.0]], [0])
    assert state["W2"][1, 3] == np.float32(asked.at("W2[1,3]").value)


def test_what_comes_out_shares_nothing_with_the_network():
    net = of_every_kind("float64")
    before, state = net.theta.copy(), net.state_dict()
    for values in state.values():
        values += 1
    np.testing.assert_array_equal(net.theta, before)
    net.load_state_dict(state)
    state["W1"] += 1
    np.testing.assert_array_equal(net.theta, before + 1)


def test_views_of_the_network_itself_are_read_before_any_is_written():
    net = Network([Dense(3, 3), Dense(3, 3)], seed=0)
    first, second = net.dense_layers
    W1, W2 = first.W.copy(), second.W.copy()
    net.load_state_dict({"W1": second.W, "b1": second.b, "W2": first.W, "b2": first.b})
    np.testing.assert_array_equal(first.W, W2)
    np.testing.assert_array_equal(second.W, W1)


def test_an_open_npz_file_is_taken_as_it_is(tmp_path):
    net, other = of_every_kind("float32"), of_every_kind("float32", seed=1)
    with as_npz(net.state_dict(), tmp_path) as file:
        other.load_state_dict(file)
    assert net == other


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: s.pop("W2"), r"the state_dict lacks W2: give an array for each of W1, b1, W2"),
        (lambda s: s.update(W9=s["W1"]), "has 'W9' too much"),
        (lambda s: s.update({"0.weight": s.pop("W1")}), r"lacks W1 and has '0.weight' .*gn"),
        (lambda s: s.update({7: s["W1"]}), "has 7 too much"),
        (lambda s: s.update(W3=s["W3"].T), r"W3 has shape \(4, 2\) .*, and \(2, 4\)"),
        (lambda s: s.update(b3=np.float32(1)), r"b3 has shape \(\) "),
        (lambda s: s.update(b3=s["b3"].astype("float64")), "b3 is float64 .* this network float32"),
        (lambda s: s.update(b3=s["b3"].astype("float16")), "b3 is float16"),
        (lambda s: s.update(b3=np.array([1, 2])), "b3 is int64"),
        (lambda s: s.update(b3=["a", "b"]), "b3 of the state_dict holds text"),
        (lambda s: s.update(b3=np.array([1, np.nan], "float32")), "b3 holds nan .*finite"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_changes_nothing(change, said):
    net, other = of_every_kind("float32"), of_every_kind("float32", seed=1)
    before = net.theta.copy()
    state = other.state_dict()
    change(state)
    with pytest.raises(InputError, match=said) as error:
        net.load_state_dict(state)
    assert str(error.value).count("\n") == 0
    np.testing.assert_array_equal(net.theta, before)


def test_no_dictionary_and_pickled_arrays_are_refused():
    net = of_every_kind("float32")
    for odd in (net.theta, [("W1", net.theta)], "net.npz", None):
        with pytest.raises(InputError, match=r"give a dictionary of arrays by name"):
            net.load_state_dict(odd)  # type: ignore[arg-type]
    file = io.BytesIO()
    np.savez(file, W1=np.array([{}], dtype=object))
    file.seek(0)
    with np.load(file) as opened, pytest.raises(InputError, match="cannot be read"):
        net.load_state_dict(opened)


@given(st.lists(st.sampled_from(["W1", "b1", "W2", "b2", "W3", "b3"]), unique=True))
def test_only_whole_dictionaries_change_anything(names):
    net, other = of_every_kind("float64"), of_every_kind("float64", seed=1)
    before = net.theta.copy()
    state = {name: values for name, values in other.state_dict().items() if name in names}
    if len(names) == 6:
        net.load_state_dict(state)
        np.testing.assert_array_equal(net.theta, other.theta)
    else:
        with pytest.raises(InputError, match="lacks"):
            net.load_state_dict(state)
        np.testing.assert_array_equal(net.theta, before)
