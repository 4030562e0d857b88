"""A network found by its numbers, however it is written down: which arrays are which."""

import numpy as np
import pytest
from watched_scripts import TWO_LAYERS, changed, events_of, finder_of

from glassnet.tutor.script.recognition import Finder, inputs_seen

COLUMNS = """
import numpy as np
rng = np.random.default_rng(1)
x, y = rng.normal(size=(3, 5)), rng.uniform(size=(2, 5))
net = {"W1": rng.normal(size=(4, 3)), "b1": rng.normal(size=(4, 1)),
       "W2": rng.normal(size=(2, 4)), "b2": rng.normal(size=(2, 1))}
for step in range(500):
    a = np.maximum(net["W1"] @ x + net["b1"], 0)
    e = np.exp(net["W2"] @ a + net["b2"])
    p = e / e.sum(axis=0)
    d = p - y
    h = (net["W2"].T @ d) * (a > 0)
    net["W2"] = net["W2"] - 0.1 * d @ a.T
    net["b2"] = net["b2"] - 0.1 * d.sum(axis=1, keepdims=True)
    net["W1"] = net["W1"] - 0.1 * h @ x.T
    net["b1"] = net["b1"] - 0.1 * h.sum(axis=1, keepdims=True)
"""
BIAS_IN_MATRIX = """
import numpy as np
rng = np.random.default_rng(1)
x = np.hstack([rng.normal(size=(5, 3)), np.ones((5, 1))])
y = rng.uniform(size=(5, 1))
V = rng.normal(size=(4, 1))
for epoch in range(500):
    out = 1 / (1 + np.exp(-x.dot(V)))
    V -= 0.1 * x.T.dot((out - y) * out * (1 - out))
"""
SINGLE_NUMBERS = """
import math
import random
random.seed(2)
W = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(2)]
b = [0.3, -0.2]
x, y = [0.5, -0.3, 0.8], [0.2, 0.9]
for epoch in range(500):
    a = []
    for i in range(2):
        z = sum(W[i][j] * x[j] for j in range(3)) + b[i]
        a.append(1 / (1 + math.exp(-z)))
    for i in range(2):
        d = (a[i] - y[i]) * a[i] * (1 - a[i])
        b[i] -= 0.1 * d
        for j in range(3):
            W[i][j] -= 0.1 * d * x[j]
"""


def layers_of(seen):
    return finder_of(seen).networks()[0][0].layers


def named(layers):
    return [(l.weights.name, l.bias.name if l.bias else None, l.activation) for l in layers]


def test_rows_of_samples(watch):
    layers = layers_of(watch(TWO_LAYERS))
    assert named(layers) == [("W1", "b1", "tanh"), ("W2", "b2", "sigmoid")]
    assert all(layer.flipped for layer in layers)  # the script holds (n_in, n_out)
    assert layers[0].W.shape == (4, 3)
    np.testing.assert_allclose(layers[1].fed, layers[0].a)


def test_columns_of_samples_in_a_dictionary_with_relu_and_softmax(watch):
    layers = layers_of(watch(COLUMNS))
    assert named(layers) == [
        ("net['W1']", "net['b1']", "relu"), ("net['W2']", "net['b2']", "softmax"),
    ]  # fmt: skip
    assert not any(layer.flipped for layer in layers)
    np.testing.assert_allclose(layers[1].a.sum(axis=0), 1)


def test_a_bias_within_the_matrix_is_taken_apart(watch):
    (layer,) = layers_of(watch(BIAS_IN_MATRIX))
    assert layer.bias_column == 3
    assert layer.W.shape == (1, 3)
    assert layer.b.shape == (1, 1)
    assert (layer.fed.shape, layer.activation) == ((3, 5), "sigmoid")


def test_loops_over_single_numbers(watch):
    (layer,) = layers_of(watch(SINGLE_NUMBERS))
    assert named([layer]) == [("W", "b", "sigmoid")]
    assert layer.W.shape == (2, 3)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("np.maximum(Z1, 0)", "relu"), ("Z1 * (Z1 > 0)", "relu"),
        ("np.log(1 + np.exp(Z1))", "softplus"), ("Z1 / (1 + np.exp(-Z1))", "silu"),
        ("(np.exp(2 * Z1) - 1) / (np.exp(2 * Z1) + 1)", "tanh"),
        ("np.where(Z1 > 0, Z1, 0.07 * Z1)", {"name": "leaky_relu", "slope": 0.07}),
        ("1.0 * Z1", "identity"),
    ],
)  # fmt: skip
def test_an_activation_is_known_by_what_it_gives(watch, written, found):
    layers = layers_of(watch(changed(TWO_LAYERS, ("np.tanh(Z1)", written))))
    kind = layers[0].activation
    if isinstance(found, dict):
        assert kind["name"] == found["name"]
        assert kind["slope"] == pytest.approx(found["slope"])
    else:
        assert kind == found


def test_a_mistake_in_the_activation_is_named(watch):
    text = changed(TWO_LAYERS, ("1 / (1 + np.exp(-Z2))", "1 / (1 + np.exp(Z2))"))
    assert layers_of(watch(text))[1].wrong_activation == "sigmoid-sign"


def test_what_is_fed_with_z_is_told(watch):
    layers = layers_of(watch(changed(TWO_LAYERS, ("A1 @ W2", "Z1 @ W2"))))
    assert [layer.fed_z for layer in layers] == [False, True]


def test_a_name_that_is_given_is_believed(watch):
    events = events_of(watch(TWO_LAYERS))
    (network, *_), *_ = Finder(events, {"W1": "W2", "b1": "b2"}).networks()
    assert named(network.layers) == [("W2", "b2", "sigmoid")]


def test_layers_that_do_not_learn_are_found_around_those_that_do(watch):
    still = changed(TWO_LAYERS, ("    W1 -= 0.1 * dW1\n    b1 -= 0.1 * db1\n", ""))
    finder = finder_of(watch(still))
    networks = finder.networks()[0]
    assert named(networks[0].layers) == [("W2", "b2", "sigmoid")]
    (extended, *_) = finder.extended(networks)
    assert [layer.weights.name for layer in extended.layers] == ["W1", "W2"]


def test_each_pass_is_a_network_of_its_own_and_the_first_change_ends_it(watch):
    finder = finder_of(watch(TWO_LAYERS, iterations=3))
    (own,) = finder.networks()
    assert own[0].first_change == min(h.first_change for h in finder.matrices)
    assert own[0].x_order < own[0].layers[0].z_order < own[0].layers[1].a_order


@pytest.mark.parametrize(
    "text",
    ["x = 1.5\n", "import numpy as np\nW = np.random.rand(3, 3)\nfor i in range(9): W = 0.9 * W\n"],
)
def test_where_there_is_no_network_none_is_found(watch, text):
    assert finder_of(watch(text)).networks() == []


def test_what_may_be_fed_is_told_once_each_with_its_samples_in_columns(watch):
    events = events_of(watch("import numpy as np\nx = np.arange(6.0).reshape(2, 3)\ny = x * 1\n"))
    fed = list(inputs_seen(events, 3, len(events), set()))
    assert [face.shape for _, face in fed if face.shape[1] == 2] == [(3, 2)]
