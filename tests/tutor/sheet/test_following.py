"""What follows from the numbers in hand, and how far their rounding can move it."""

import numpy as np
import pytest

from glassnet.core import losses
from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.tutor.sheet.exercise import SheetSettings, make_exercise
from glassnet.tutor.sheet.following import by_address, following, inputs, slack, solution

SETTINGS = [
    SheetSettings(),
    SheetSettings((2, 3, 2), "tanh", "softmax", seed=3),
    SheetSettings((3, 2, 2), "relu", seed=5, digits=6),
]


def walked(exercise):
    """Every quantity from the right ones before it."""
    having = {}
    for q in exercise.quantities:
        having[q.name] = following(exercise, having, q)
    return having


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_from_right_numbers_follow_those_of_core(settings):
    exercise = make_exercise(settings)
    case, having = exercise.case, walked(make_exercise(settings))
    layers = [
        Dense(W.shape[1], W.shape[0], f, W=W, b=b[:, 0])
        for W, b, f in zip(case.weights, case.biases, case.activations)
    ]
    net = Network(layers, losses.get(exercise.example.loss), dtype="float64")
    made = net.forward(case.x.T)
    net.backward(made, case.y.T)
    for l, layer in enumerate(net.dense_layers, 1):
        np.testing.assert_allclose(having[f"a{l}"].ravel(), made.dense[l - 1].a[0], rtol=1e-12)
        np.testing.assert_allclose(having[f"dW{l}"], layer.dW, rtol=1e-9)
        np.testing.assert_allclose(having[f"new.b{l}"].ravel(), layer.b - 0.5 * layer.db)


def test_from_a_wrong_number_follows_what_it_gives():
    exercise = make_exercise(SheetSettings())
    having = walked(exercise)
    by_name = {q.name: q for q in exercise.quantities}
    having["z1"] = having["z1"] + 1
    np.testing.assert_allclose(
        following(exercise, having, by_name["a1"]), 1 / (1 + np.exp(-having["z1"]))
    )
    # and a derivative is taken as by hand, a(1 − a) with the a that stands there
    having["a1"] = np.full_like(having["a1"], 0.25)
    delta = following(exercise, having, by_name["delta1"])
    np.testing.assert_allclose(delta, exercise.case.weights[1].T @ having["delta2"] * 0.25 * 0.75)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_no_rounding_moves_a_number_further_than_its_slack(settings):
    exercise = make_exercise(settings)
    having = walked(exercise)
    rng, half = np.random.default_rng(0), settings.unit / 2
    for q in exercise.quantities:
        names = inputs(exercise, q)
        assert set(names) <= {each.name for each in exercise.quantities}
        most = slack(exercise, having, q, names)
        for _ in range(20):
            moved = dict(having)
            for name in names:
                moved[name] = having[name] + rng.choice([-half, half], having[name].shape)
            off = np.abs(following(exercise, moved, q) - having[q.name])
            assert (off <= most * (1 + 1e-3) + half * 1e-2).all(), q.name


def test_the_careful_learners_numbers_are_rounded_on_the_way():
    exercise = make_exercise(SheetSettings(digits=2, seed=1))
    rounded = solution(exercise)
    assert all(value == round(value, 2) for value in rounded.values())
    a = rounded["a1[0]"]
    assert a == round(1 / (1 + np.exp(-rounded["z1[0]"])), 2)
    assert by_address(exercise, {"loss": np.array(-0.0)}) == {"loss": 0.0}
