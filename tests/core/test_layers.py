"""Layers: forward and backward number by number, three kinds of bias, and dropout."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core import layers
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense, Dropout, LayerFacts
from glassnet.core.network import Network

W = np.array([[0.5, -1.0, 2.0], [0.25, 0.0, -0.75]])
X = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 0.0], [0.0, 1.0, -2.0], [4.0, 0.0, 1.0]])
DA = np.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25], [2.0, 1.0]])


def placed(layer: Dense) -> Dense:
    """The layer with its given weights, outside of any network."""
    layer.draw(np.random.default_rng(0), np.float64)
    return layer


def test_forward_by_scalar_loops():
    layer = placed(Dense(3, 2, "tanh", W=W, b=[0.1, -0.2]))
    step = layer.forward(X)
    for s, x in enumerate(X.tolist()):
        for i in range(2):
            z = [0.1, -0.2][i] + sum(W[i, j] * x[j] for j in range(3))
            assert step.z[s, i] == pytest.approx(z, rel=1e-14)
            assert step.out[s, i] == pytest.approx(math.tanh(z), rel=1e-14)
    assert step.x is X
    assert step.out is step.a


@pytest.mark.parametrize("bias", layers.BIASES)
def test_backward_by_einsum(bias):
    layer = placed(Dense(3, 2, "tanh", W=W, b=0.1, bias=bias))
    step = layer.forward(X)
    delta = DA / np.cosh(step.z) ** 2
    np.testing.assert_allclose(layer.delta(step, DA), delta, rtol=1e-12)
    layer.backward(step, delta)
    np.testing.assert_allclose(layer.dW, np.einsum("bi,bj->ij", delta, X), rtol=1e-12)
    np.testing.assert_allclose(layer.dx(step, delta), np.einsum("bi,ij->bj", delta, W), rtol=1e-12)
    db = np.einsum("bi->", delta)[None] if bias == "layer" else np.einsum("bi->i", delta)
    np.testing.assert_allclose(layer.db, db, rtol=1e-12)


def test_one_bias_for_the_layer_is_added_to_every_neuron():
    layer = placed(Dense(3, 2, "identity", bias="layer", W=np.zeros((2, 3)), b=0.7))
    assert layer.b.shape == layer.db.shape == (1,)
    np.testing.assert_array_equal(layer.forward(X).z, np.full((4, 2), 0.7))


def test_db_of_a_long_float32_column_is_exact():
    # ones after 2²⁴, which a float32 sum drops
    n = 1000
    layer = Dense(1, 2, "identity")
    delta = np.ones((n + 1, 2), np.float32)
    delta[0] = 2**24
    assert delta.sum(axis=0)[0] == 2**24
    step = layer.forward(np.zeros((n + 1, 1), np.float32))
    layer.backward(step, delta)
    assert layer.db.tolist() == 2 * [2**24 + n]


@pytest.mark.parametrize("size", [0, -1, 2.5, "3"])
def test_a_size_that_is_no_count_is_refused(size):
    with pytest.raises(InputError, match=r"^n_in is .*: give a whole number from 1 up\.$"):
        Dense(size, 2)
    with pytest.raises(InputError, match=f"n_out is {size!r}"):
        Dense(2, size)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"bias": "none"}, r"^bias is 'none': give 'neuron', 'layer' or 'frozen'\.$"),
        ({"activation": "rleu"}, r"did you mean 'relu'"),
        ({"initializer": "he"}, "unknown initializer 'he'"),
        ({"W": np.zeros((3, 2))}, r"weights have shape \(3, 2\); a layer of 2 neurons on 3 inputs"),
        ({"W": 1.0}, r"weights have shape \(\)"),
        ({"b": [1.0, 2.0, 3.0]}, r"^the biases have shape \(3,\); .* takes \(2,\)\.$"),
        ({"bias": "layer", "b": [1.0, 2.0]}, r"takes \(1,\)"),
    ],
)
def test_settings_that_do_not_fit_are_refused(settings, message):
    with pytest.raises(InputError, match=message) as refusal:
        Dense(3, 2, **settings)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "layer",
    [
        Dense(3, 2),
        Dense(3, 2, {"name": "elu", "alpha": 0.5}, bias="layer", frozen=True),
        Dense(3, 2, "selu", initializer="orthogonal", bias="frozen"),
        Dropout(0.25),
    ],
)
def test_a_layer_is_rebuilt_from_its_specification(layer):
    spec = layer.spec()
    again = layers.from_spec(json.loads(json.dumps(spec)))
    assert type(again) is type(layer)
    assert again.spec() == spec


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"kind": "conv"}, "unknown kind of layer 'conv': Known: dense, dropout"),
        ({}, "unknown kind of layer 'None'"),
        ({"kind": "dense", "n_in": 2}, "specification of a dense layer does not fit"),
        ({"kind": "dropout", "rate": 0.1, "p": 2}, "specification of a dropout layer does not fit"),
    ],
)
def test_a_specification_that_describes_no_layer_is_refused(spec, message):
    with pytest.raises(InputError, match=message):
        layers.from_spec(spec)


# -- dropout ------------------------------------------------------------------------------


@given(st.floats(0, 0.95), st.integers(0, 2**32 - 1), st.sampled_from(["float32", "float64"]))
def test_a_mask_holds_0_and_1_over_1_minus_rate(rate, seed, dtype):
    x = np.random.default_rng(1).normal(size=(5, 4)).astype(dtype)
    step = Dropout(rate).forward(x, np.random.default_rng(seed))
    assert step.mask.dtype == step.out.dtype == dtype
    assert set(step.mask.ravel().tolist()) <= {0.0, float(np.dtype(dtype).type(1 / (1 - rate)))}
    np.testing.assert_array_equal(step.out, step.mask * x)
    again = Dropout(rate).forward(x, np.random.default_rng(seed))
    np.testing.assert_array_equal(step.mask, again.mask)


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_dropout_keeps_the_expected_value_and_drops_its_share(rate):
    n = 200_000
    mask = Dropout(rate).forward(np.ones((n, 1)), np.random.default_rng(2)).mask
    spread = math.sqrt(rate * (1 - rate) / n)
    assert (mask == 0).mean() == pytest.approx(rate, abs=5 * spread)
    assert mask.mean() == pytest.approx(1, abs=5 * spread / (1 - rate))


def test_masks_differ_from_draw_to_draw_and_backward_uses_the_one_drawn():
    rng, x = np.random.default_rng(3), np.ones((8, 8))
    layer = Dropout(0.5)
    first, second = layer.forward(x, rng), layer.forward(x, rng)
    assert (first.mask != second.mask).any()
    np.testing.assert_array_equal(layer.delta(first, 3 * x), 3 * first.mask)
    np.testing.assert_array_equal(layer.dx(first, 3 * x), 3 * x)


def test_without_a_generator_nothing_is_dropped():
    step = Dropout(0.5).forward(X)
    np.testing.assert_array_equal(step.out, X)
    np.testing.assert_array_equal(step.mask, np.ones_like(X))


@pytest.mark.parametrize("rate", [-0.1, 1.0, 1.5, math.nan])
def test_a_rate_outside_0_to_1_is_refused(rate):
    with pytest.raises(InputError, match=f"^rate is {rate}: give a number from 0 to below 1"):
        Dropout(rate)


def test_an_initializer_that_is_an_array_is_refused_in_a_sentence():
    with pytest.raises(InputError, match="initializer"):
        Dense(3, 2, initializer=np.zeros((2, 3)))  # type: ignore[arg-type]


@pytest.mark.parametrize("bias", layers.BIASES)
def test_a_network_tells_its_layers(bias):
    row = [Dense(3, 4, "tanh", bias=bias), Dropout(0.5), Dense(4, 2, "softmax", frozen=True)]
    net = Network(row, loss="cross_entropy")
    told = [LayerFacts(3, 4, "tanh", bias, False), LayerFacts(4, 2, "softmax", "neuron", True)]
    assert net.layer_facts() == told
    assert sum(facts.parameters for facts in told) == net.theta.size
