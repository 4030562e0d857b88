"""An update against the right one and each mistake's; the right ones are made by core."""

from dataclasses import replace

import numpy as np
import pytest

from glassnet.core import optimizers
from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES, mistake_named
from glassnet.tutor.script.activation import wrong_activations
from glassnet.tutor.script.naming.rivals import (
    Observed,
    in_proportion,
    rightly,
    same,
    wrongly,
)
from glassnet.tutor.textbook import TEXTBOOK, compute, random_case


def case_of(output="sigmoid", natural=False, hidden="tanh", sizes=(4, 3, 2), samples=5):
    rng = np.random.default_rng(7)
    return random_case(sizes, samples, rng, hidden=hidden, output=output, natural=natural)


def updated_by_core(case, optimizer, l2=0.0, clip=False):
    """What core moves: the gradients are its own, and the optimizer is its own."""
    loss = "squared_error"
    if case.natural:
        softmax = case.activations[-1] == "softmax"
        loss = "cross_entropy" if softmax else "binary_cross_entropy"
    layers = [
        Dense(W.shape[1], W.shape[0], f, W=W, b=b[:, 0])
        for W, b, f in zip(case.weights, case.biases, case.activations)
    ]
    net = Network(layers, loss, l2=l2, dtype="float64")
    net.backward(net.forward(case.x.T), case.y.T)
    net.penalize()
    g = net.grad.copy()
    if clip:  # so that about half of the entries are cut
        bound = np.median(np.abs(g))
        g = np.clip(g, -bound, bound)
    optimizer.step(net.theta, g)
    dW = [W - layer.W for W, layer in zip(case.weights, net.dense_layers)]
    db = [b - layer.b[:, None] for b, layer in zip(case.biases, net.dense_layers)]
    # a reader of scripts knows neither rate nor loss
    return Observed(replace(case, learning_rate=1.0, natural=False), dW, db)


@pytest.mark.parametrize(
    ("output", "natural"),
    [("sigmoid", False), ("sigmoid", True), ("softmax", True), ("identity", False)],
)
@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu"])
def test_gradient_descent_is_right_at_whatever_rate(output, natural, hidden):
    observed = updated_by_core(
        case_of(output, natural, hidden), optimizers.get("sgd", learning_rate=0.03)
    )
    match = rightly(observed)
    assert match is not None
    assert (match.kind, match.natural) == ("plain", natural)
    assert match.factor == pytest.approx(0.03, rel=1e-9)


@pytest.mark.parametrize(
    ("kind", "optimizer", "more"),
    [
        ("penalty", "sgd", {"l2": 0.2}),
        ("clipped", "sgd", {"clip": True}),
        ("adaptive", "adam", {}),
        ("adaptive", "rmsprop", {}),
        ("adaptive", "adagrad", {}),
        ("plain", "momentum", {}),
        ("plain", "nesterov", {}),
    ],
)
def test_a_convention_of_ones_own_is_right(kind, optimizer, more):
    match = rightly(updated_by_core(case_of(), optimizers.get(optimizer), **more))
    assert match is not None
    assert match.kind == kind


def observed_with(case, mistakes):
    changes = {k: v for name in mistakes for k, v in mistake_named(name).changes.items()}
    p = compute(replace(case, learning_rate=0.2), TEXTBOOK.changed(changes))[0]
    dW = [old - new for old, new in zip(p.W[1:], p.new_W[1:])]
    db = [old - new for old, new in zip(p.b[1:], p.new_b[1:])]
    return Observed(replace(case, learning_rate=1.0, natural=False), dW, db)


@pytest.mark.parametrize(
    "name",
    [
        "hidden-slope-lost", "hidden-error-carried-back", "hidden-from-updated-weights",
        "bias-gradient-one-number", "bias-gradient-not-averaged", "gradient-from-z",
        "bias-update-adds", "only-last-layer-updated", "derivative-given-z",
    ],
)  # fmt: skip
def test_a_mistake_in_the_update_is_named_and_not_right(name):
    observed = observed_with(case_of(hidden="sigmoid"), [name])
    assert rightly(observed) is None
    found, match = wrongly(observed)
    assert name in [mistake.name for mistake in found]
    assert match is not None


def test_what_no_mistake_gives_is_unknown():
    observed = observed_with(case_of(), [])
    cubed = replace(observed, dW=[d**3 for d in observed.dW])
    assert wrongly(cubed) == ([], None)


def test_each_mistake_of_an_activation_is_another_function_of_z():
    z = np.random.default_rng(0).normal(size=(3, 4))
    found = list(wrong_activations(z))
    assert len({mistake for _, mistake, _ in found}) > 5
    assert {mistake for _, mistake, _ in found} <= {mistake.name for mistake in KNOWN_MISTAKES}
    by_name = {mistake: a for kind, mistake, a in found if kind == "sigmoid"}
    np.testing.assert_allclose(by_name["sigmoid-sign"], 1 / (1 + np.exp(z)))


def test_a_change_is_the_same_to_the_digits_that_subtracting_leaves():
    value, g = np.full(3, 1e8), np.array([1.0, 2.0, 3.0])
    d = value - (value - g)
    assert same(d, g, value)
    assert not same(d, g + [0, 0, 1e-3], np.ones(3))
    assert in_proportion(3 * g, g, np.ones(3))
    assert not in_proportion(-3 * g, g, np.ones(3))
    assert not in_proportion(g, g[:2], np.ones(3))
