"""Safetensors that other programs wrote: arrays by name, and the activations said beside them."""

import struct
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save, save_file

import glassnet as gn
from glassnet.core.errors import InputError

BENDS = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}


def layers(*sizes, seed=0):
    rng = np.random.default_rng(seed)
    return [(rng.normal(size=(n, m)), rng.normal(size=n)) for m, n in pairwise(sizes)]


def arrays(row, names, kernel=False, bias=True, dtype="float32"):
    """The arrays of a file under names like "fc1.weight" (or, kernel, "fc1/kernel")."""
    weight, beside = ("/kernel", "/bias") if kernel else (".weight", ".bias")
    found = {}
    for (W, b), name in zip(row, names, strict=True):
        found[name + weight] = np.ascontiguousarray(W.T if kernel else W).astype(dtype)
        if bias:
            found[name + beside] = b.astype(dtype)
    return found


def outputs(row, X, bend, bias=True):
    """By hand, a row at a time."""
    for number, (W, b) in enumerate(row, start=1):
        z = np.stack([[float(np.dot(w, x)) for w in W] for x in X]) + (b if bias else 0)
        X = z if number == len(row) else BENDS[bend](z)
    return X


def load(tmp_path, found, **said):
    save_file(found, tmp_path / "their.safetensors")
    return gn.load(tmp_path / "their.safetensors", **said)


X = np.random.default_rng(5).normal(size=(7, 4))


@pytest.mark.parametrize("bend", BENDS)
@pytest.mark.parametrize(
    "names",
    [
        ["0", "2", "4"],
        ["layers.0", "layers.2", "layers.10"],
        ["fc1", "fc2", "fc3"],
        ["fc1", "fc2", "out"],
        ["model.encoder.0", "model.encoder.2", "model.head"],
        ["input", "hidden", "output"],
        ["_orig_mod.lin_9", "_orig_mod.lin_10", "_orig_mod.lin_11"],
        ["zeta", "alpha", "mu"],  # whose order the shapes alone tell
    ],
    ids=lambda names: " ".join(names),
)
def test_pytorchs_names_come_in_their_order(tmp_path, names, bend):
    row = layers(4, 6, 5, 3)
    net = load(tmp_path, arrays(row, names), hidden=bend)
    assert [layer.activation.name for layer in net.dense_layers] == [bend, bend, "identity"]
    np.testing.assert_allclose(net.predict_proba(X), outputs(row, X, bend), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("sizes", [(4, 6, 5, 3), (4, 4, 4, 4), (4, 4, 2)])
def test_kernels_that_lie_the_other_way_are_turned(tmp_path, sizes, bias):
    row = layers(*sizes)
    names = ["dense", "dense_1", "dense_2"][: len(row)]
    net = load(tmp_path, arrays(row, names, kernel=True, bias=bias), hidden="tanh")
    np.testing.assert_allclose(
        net.predict_proba(X), outputs(row, X, "tanh", bias), rtol=1e-4, atol=1e-4
    )


def test_weights_that_lie_the_other_way_are_told_by_their_shapes(tmp_path):
    row = layers(4, 6, 3)
    found = {"W1": row[0][0].T.copy(), "b1": row[0][1], "W2": row[1][0].T.copy(), "b2": row[1][1]}
    net = load(tmp_path, found, hidden="tanh")
    np.testing.assert_allclose(net.predict_proba(X), outputs(row, X, "tanh"), rtol=1e-10)
    assert net.dtype == "float64"


def test_a_state_dict_of_ours_comes_back(tmp_path):
    net = gn.Network.dense([4, 6, 5, 3], hidden="gelu", output="softmax", seed=3)
    back = load(tmp_path, net.state_dict(), hidden="gelu", output="softmax")
    assert back == net


def test_an_activation_for_each_layer_an_output_and_labels(tmp_path):
    row = layers(4, 6, 5, 3)
    found = arrays(row, ["0", "2", "4"])
    net = load(
        tmp_path,
        found,
        hidden=["tanh", {"name": "leaky_relu", "slope": 0.3}],
        classes=["a", "b", "c"],
    )
    assert [str(layer.activation.name) for layer in net.dense_layers] == [
        "tanh", "leaky_relu", "softmax",
    ]  # fmt: skip
    assert (
        net.predict(X).tolist()
        == load(
            tmp_path,
            found,
            hidden=["tanh", {"name": "leaky_relu", "slope": 0.3}],
            output="softmax",
            classes=list("abc"),
        )
        .predict(X)
        .tolist()
    )
    assert net.classes == ["a", "b", "c"]
    one = load(tmp_path, arrays(row, ["0", "2", "4"]), hidden="tanh,relu")
    assert [layer.activation.name for layer in one.dense_layers] == ["tanh", "relu", "identity"]


def test_half_precision_is_read_to_the_last_bit(tmp_path):
    row = layers(4, 3)
    net = load(tmp_path, arrays(row, ["0"], dtype="float16"), output="identity")
    np.testing.assert_array_equal(net.dense_layers[0].W, row[0][0].astype("float16"))
    upper = (row[0][0].astype("<f4").view("<u4") >> 16).astype("<u2")
    head = b'{"0.weight":{"dtype":"BF16","shape":[3,4],"data_offsets":[0,24]}}'
    path = tmp_path / "bf16.safetensors"
    path.write_bytes(struct.pack("<Q", len(head)) + head + upper.tobytes())
    expected = (upper.astype("<u4") << 16).view("<f4")
    np.testing.assert_array_equal(
        gn.load(path, output="identity").dense_layers[0].W, expected.reshape(3, 4)
    )


# -- what is not told --------------------------------------------------------------------------


def test_the_activations_are_asked_for(tmp_path):
    found = arrays(layers(4, 6, 3), ["0", "2"])
    with pytest.raises(InputError, match=r"another program.*hidden='relu'.*--hidden relu"):
        load(tmp_path, found)
    with pytest.raises(InputError, match=r"which activations stand between.*hidden='relu'"):
        load(tmp_path, found, output="softmax")


@pytest.mark.parametrize(
    ("names", "sizes", "said"),
    [
        (["query", "value"], (4, 4, 4), r"neither names nor sizes say whether .*query \(4 to 4\)"),
        (["up", "down"], (4, 6, 4), r"neither names nor sizes say"),
        (["fc1", "fc3", "fc2"], (4, 6, 5, 3), r"stand in no row .*: fc1 \(4 to 6\), "),
    ],
)
def test_an_order_that_nothing_tells_is_not_guessed(tmp_path, names, sizes, said):
    with pytest.raises(InputError, match=said):
        load(tmp_path, arrays(layers(*sizes), names), hidden="relu")


def test_two_heads_are_no_row(tmp_path):
    found = arrays(layers(4, 6), ["body"]) | arrays(layers(6, 2), ["policy"])
    found |= arrays(layers(6, 1), ["value"])
    with pytest.raises(InputError, match=r"in no row"):
        load(tmp_path, found, hidden="relu")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"conv.weight": (8, 3, 3, 3)}, r"'conv.weight' has shape \(8, 3, 3, 3\), as a convolut"),
        ({"conv.weight": (8, 3, 3)}, "as a convolution's kernel"),
        ({"ln.weight": (6,), "ln.bias": (6,)}, "'ln.weight' has shape .* as a layer normalisation"),
        ({"bn.running_mean": (6,)}, "'bn.running_mean' is a batch normalisation's.*ONNX"),
        ({"lstm.weight_ih_l0": (6, 4)}, "'lstm.weight_ih_l0', of shape .*, is neither"),
        ({"alone.bias": (6,)}, "'alone.bias' are biases of a layer that has no weights"),
        ({"9.weight": (3, 3), "9.bias": (4,)}, r"'9.bias' has shape \(4,\) beside weights"),
        ({"9.kernel": (3, 3), "9.weight": (3, 3)}, "both the layer 9's"),
        ({"9.weight": ()}, r"has shape \(\)"),
        ({"9.weight": (0, 3)}, r"has shape \(0, 3\)"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_no_dense_network_has_is_named(tmp_path, more, said):
    found = arrays(layers(4, 6, 3), ["0", "2"])
    found |= {name: np.ones(shape, "float32") for name, shape in more.items()}
    with pytest.raises(InputError, match=said) as error:
        load(tmp_path, found, hidden="relu")
    assert "\n" not in str(error.value)


def test_both_directions_in_one_file_are_refused(tmp_path):
    found = arrays(layers(4, 6), ["0"]) | arrays(layers(6, 3), ["2"], kernel=True)
    with pytest.raises(InputError, match=r"weights of 2 are \(inputs, neurons\) and those of 0"):
        load(tmp_path, found, hidden="relu")


@pytest.mark.parametrize("values", [np.ones((3, 4), "int8"), np.full((3, 4), np.nan, "float32")])
def test_no_finite_floats_are_refused(tmp_path, values):
    with pytest.raises(InputError, match=r"'0.weight' holds (I8|NaN)"):
        load(tmp_path, {"0.weight": values}, output="identity")


def test_what_says_its_activations_itself_takes_none(tmp_path):
    gn.Network.dense([4, 3]).save(tmp_path / "ours.safetensors")
    with pytest.raises(InputError, match="leave hidden, output and classes out"):
        gn.load(tmp_path / "ours.safetensors", hidden="relu")
    with pytest.raises(InputError, match="says the activations between its layers itself"):
        gn.load(tmp_path / "theirs.onnx", hidden="relu")


@pytest.mark.parametrize("hidden", ["rleu", ["relu", "rleu"], 3, {"relu": 1}, [], [3], "relu,"])
def test_what_names_no_activation_is_refused(tmp_path, hidden):
    with pytest.raises(InputError, match=r"unknown activation|hidden is|give a"):
        load(tmp_path, arrays(layers(4, 6, 3), ["0", "2"]), hidden=hidden)


def test_damaged_files_raise_nothing_else(tmp_path):
    whole = save(arrays(layers(4, 6, 3), ["0", "2"]))
    rng, path = np.random.default_rng(0), tmp_path / "their.safetensors"
    said = []
    for round_ in range(120):
        damaged = bytearray(whole)
        for place in rng.integers(0, 300 if round_ % 2 else len(whole), 3):
            damaged[place] = rng.integers(256)
        path.write_bytes(bytes(damaged[: rng.integers(len(whole)) if round_ % 5 == 0 else None]))
        try:
            gn.load(path, hidden="relu")
        except InputError as error:
            said.append(str(error))
    assert len(said) > 60
    assert not any("\n" in sentence for sentence in said)


def test_names_that_fit_together_in_countless_ways_end_soon(tmp_path):
    found = arrays(layers(*[4] * 12, 3), [f"{chr(97 + k)}x" for k in range(12)])
    found |= arrays(layers(5, 3), ["lost"])
    with pytest.raises(InputError, match=r"too many ways|in no row"):
        load(tmp_path, found, hidden="relu")


@settings(max_examples=25)
@given(st.lists(st.integers(1, 6), min_size=3, max_size=5), st.booleans(), st.randoms())
def test_whatever_comes_in_computes_what_its_layers_do(sizes, kernel, random):
    row = layers(*sizes)
    found = list(arrays(row, [f"part.{k}" for k in range(len(row))], kernel).items())
    random.shuffle(found)
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        net = load(Path(folder), dict(found), hidden="sigmoid")
    rows = np.random.default_rng(1).normal(size=(3, sizes[0]))
    np.testing.assert_allclose(
        net.predict_proba(rows), outputs(row, rows, "sigmoid"), rtol=1e-3, atol=1e-4
    )
