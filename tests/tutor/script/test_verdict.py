"""One run judged: the right update passes, a mistake is named, what is unknown has its step."""

import pytest
from watched_scripts import TWO_LAYERS, changed, finder_of

from glassnet.tutor.script.biases import with_their_biases
from glassnet.tutor.script.surroundings import mistake_around
from glassnet.tutor.script.verdict import judged


def verdict_of(seen):
    finder = finder_of(seen)
    networks = with_their_biases(finder, finder.networks()[0])
    return judged(finder, networks, None)


def names(verdict):
    return {mistake.name for mistake in verdict.mistakes}


# the line that is changed, and what it becomes
RIGHT = {
    "as it is": [],
    "y − a and plus": [
        ("(A2 - Y)", "(Y - A2)"), ("W2 -= 0.1", "W2 += 0.1"), ("b2 -= 0.1", "b2 += 0.1"),
        ("W1 -= 0.1", "W1 += 0.1"), ("b1 -= 0.1", "b1 += 0.1"),
    ],
    "the mean": [("A1.T @ D2", "A1.T @ D2 / 5"), ("X.T @ D1", "X.T @ D1 / 5"),
                 ("D2.sum(", "D2.mean("), ("D1.sum(", "D1.mean(")],
    "a cross-entropy's delta": [("D2 = (A2 - Y) * A2 * (1 - A2)", "D2 = A2 - Y")],
    "weight decay": [("W2 -= 0.1 * dW2", "W2 = 0.99 * W2 - 0.1 * dW2"),
                     ("W1 -= 0.1 * dW1", "W1 = 0.99 * W1 - 0.1 * dW1")],
    "a linear output": [("A2 = 1 / (1 + np.exp(-Z2))", "A2 = 1.0 * Z2"), (" * A2 * (1 - A2)", "")],
    "1 − σ(−z)": [("1 / (1 + np.exp(-Z2))", "1 - 1 / (1 + np.exp(Z2))")],
}  # fmt: skip
MISTAKES = {
    "hidden-slope-lost": [(" * (1 - A1**2)", "")],
    "hidden-error-carried-back": [("(D2 @ W2.T)", "((A2 - Y) @ W2.T)")],
    "derivative-of-sigmoid": [("(1 - A1**2)", "A1 * (1 - A1)")],
    "bias-gradient-one-number": [
        ("D2.sum(axis=0, keepdims=True)", "D2.sum()"),
        ("D1.sum(axis=0, keepdims=True)", "D1.sum()"),
    ],
    "bias-never-updated": [("    b2 -= 0.1 * db2\n", ""), ("    b1 -= 0.1 * db1\n", "")],
    "update-adds": [("W2 -=", "W2 +="), ("b2 -=", "b2 +="), ("W1 -=", "W1 +="), ("b1 -=", "b1 +=")],
    "gradient-from-z": [("A1.T @ D2", "Z1.T @ D2")],
    "hidden-from-updated-weights": [
        ("    D1 = (D2", "    W2 -= 0.1 * (A1.T @ D2)\n    D1 = (D2"),
        ("    W2 -= 0.1 * dW2\n", ""),
    ],
    "constant-initial-weights": [("W1 = rng.normal(size=(3, 4))", "W1 = np.full((3, 4), 0.2)")],
    "sigmoid-sign": [("np.exp(-Z2)", "np.exp(Z2)")],
    "activation-twice-at-the-output": [
        ("A2 = 1 / (1 + np.exp(-Z2))", "S = 1 / (1 + np.exp(-Z2))\n    A2 = 1 / (1 + np.exp(-S))")
    ],
    "forward-only-once": [
        ("for epoch in range(1000):\n    Z1 = X @ W1 + b1\n    A1 = np.tanh(Z1)\n"
         "    Z2 = A1 @ W2 + b2\n    A2 = 1 / (1 + np.exp(-Z2))\n",
         "Z1 = X @ W1 + b1\nA1 = np.tanh(Z1)\nZ2 = A1 @ W2 + b2\nA2 = 1 / (1 + np.exp(-Z2))\n"
         "for epoch in range(1000):\n"),
    ],
    "z-fed-onward": [("A1 @ W2", "Z1 @ W2")],
    "penalty-in-loss-only": [
        ("    D2 =", "    L = np.sum((A2 - Y) ** 2) / 2 + 0.01 * (np.sum(W1**2) + np.sum(W2**2))\n"
         "    D2 =")
    ],
    "output-slope-beside-cross-entropy": [
        ("    D2 =", "    L = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))\n    D2 =")
    ],
    "weights-transposed": [
        ("size=(3, 4))", "size=(3, 3))"), ("size=(1, 4))", "size=(1, 3))"), ("X @ W1", "X @ W1.T"),
        ("size=(4, 2))", "size=(3, 3))"), ("size=(1, 2))", "size=(1, 3))"),
        ("A1 @ W2", "A1 @ W2.T"), ("size=(5, 2))", "size=(5, 3))"),
    ],
}  # fmt: skip
UNKNOWN = {
    ("output delta", 2): [("(A2 - Y) * A2", "(A2 - Y) ** 3 * A2")],
    ("hidden delta", 1): [("(D2 @ W2.T)", "(D2 @ np.abs(W2.T))")],
    ("gradients", 1): [("X.T @ D1", "np.abs(X.T) @ D1")],
    ("update", 1): [("W1 -= 0.1 * dW1", "W1 -= 0.1 * dW1 * np.abs(dW1)")],
    ("derivative", 1): [("* (1 - A1**2)", "* (1.1 - A1**2)")],
}


@pytest.mark.parametrize("way", RIGHT)
def test_a_right_update_passes(watch, way):
    verdict = verdict_of(watch(changed(TWO_LAYERS, *RIGHT[way])))
    assert (names(verdict), verdict.stage) == (set(), "")
    assert verdict.match is not None
    assert mistake_around(verdict) is None


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_place(watch, name):
    verdict = verdict_of(watch(changed(TWO_LAYERS, *MISTAKES[name])))
    assert name in names(verdict)
    assert not verdict.together
    assert verdict.place is not None
    assert verdict.place.where.startswith("line ")


@pytest.mark.parametrize(("stage", "layer"), UNKNOWN)
def test_what_is_on_no_list_has_its_step_and_layer(watch, stage, layer):
    verdict = verdict_of(watch(changed(TWO_LAYERS, *UNKNOWN[stage, layer])))
    assert names(verdict) == set()
    assert (verdict.stage, verdict.layer) == (stage, layer)


def test_an_activation_that_nobody_knows_is_not_called_by_a_part_of_it(watch):
    """2/(1 + e⁻ᶻ) − 1 is right, and 1 + e⁻ᶻ, of which it is made, is what σ without brackets is."""
    bipolar = [
        ("1 / (1 + np.exp(-Z2))", "2 / (1 + np.exp(-Z2)) - 1"),
        ("A2 * (1 - A2)", "0.5 * (1 - A2**2)"),
    ]
    assert names(verdict_of(watch(changed(TWO_LAYERS, *bipolar)))) == set()


def test_two_mistakes_at_once_are_both_named(watch):
    twice = [*MISTAKES["hidden-slope-lost"], *MISTAKES["bias-gradient-one-number"]]
    verdict = verdict_of(watch(changed(TWO_LAYERS, *twice)))
    assert verdict.together
    assert names(verdict) == {"hidden-slope-lost", "bias-gradient-one-number"}


def test_biases_that_start_at_0_are_told_apart_by_later_passes(watch):
    """Two of one size: only after an update does it show which was added where."""
    text = changed(
        TWO_LAYERS,
        ("b1 = rng.normal(size=(1, 4))", "b1 = np.zeros((1, 4))"),
        ("W2 = rng.normal(size=(4, 2))", "W2 = rng.normal(size=(4, 4))"),
        ("b2 = rng.normal(size=(1, 2))", "b2 = np.zeros((1, 4))"),
        ("size=(5, 2)", "size=(5, 4)"),
    )
    verdict = verdict_of(watch(text, iterations=3))
    assert [layer.bias.name for layer in verdict.network.layers] == ["b1", "b2"]
    swapped = changed(text, ("W1 + b1", "W1 + b2"), ("W2 + b2", "W2 + b1"))
    verdict = verdict_of(watch(swapped, iterations=3))
    assert [layer.bias.name for layer in verdict.network.layers] == ["b2", "b1"]


SURROUNDED = """
import numpy as np
rng = np.random.default_rng(0)
X, labels = rng.normal(size=(8, 3)), np.array([0, 1, 2, 0, 1, 2, 0, 1])
train_x, test_x = X, X[6:]
Y = np.eye(3)[labels]
W = rng.normal(size=(3, 3))
for epoch in range(1000):
    E = np.exp(X @ W)
    P = E / E.sum(axis=1, keepdims=True)
    right = (P.argmax(axis=1) == labels).mean()
    W -= 0.1 * X.T @ (P - Y)
"""
AROUND = {
    "labels-shifted": [("np.eye(3)[labels]", "np.eye(3)[labels - 1]")],
    "test-data-seen": [],
    "metric-across-samples": [
        ("X[6:]", "rng.normal(size=(2, 3))"),
        ("(P.argmax(axis=1) == labels)", "np.isin(P.argmax(axis=0), labels)"),
    ],
    "": [("X[6:]", "rng.normal(size=(2, 3))")],
}


@pytest.mark.parametrize("name", AROUND)
def test_what_is_wrong_around_a_right_network_is_named(watch, name):
    verdict = verdict_of(watch(changed(SURROUNDED, *AROUND[name])))
    assert names(verdict) == set()
    found = mistake_around(verdict)
    assert (found[0].name if found else "") == name


def test_weights_beyond_every_scale_are_named(watch):
    verdict = verdict_of(watch(changed(TWO_LAYERS, ("W1 = rng", "W1 = 40 * rng"))))
    found = mistake_around(verdict)
    assert found is not None
    assert found[0].name == "huge-initial-weights"
