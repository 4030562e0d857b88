"""Nudges follow the gradient, and the reasons of a move sum to it."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from random_asks import passes

from glassnet.core import optimizers
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.explain import Ask
from glassnet.explain.walks.changes import influences, nudge, why_it_moved

KINKED = {"relu", "leaky_relu", "selu", "elu"}


@given(passes())
def test_a_small_nudge_does_what_its_gradient_predicts(ask: Ask):
    assume(not KINKED & {d.activation.name for d in ask.net.dense_layers})
    assume(ask.net.loss.name not in ("absolute_error", "huber", "pinball"))
    last = len(ask.p.dense)
    names = [("x", None), *((name, n) for n in range(1, last + 1) for name in "Wbza")]
    for name, layer in names:
        if name == "a" and layer == last and ask.net.loss.joint:
            continue
        for place in ask.addresses(name, layer)[:3]:
            made = nudge(ask, place, 1e-6)
            assert made.loss == pytest.approx(ask.p.loss, rel=1e-12)
            assert made.happened == pytest.approx(made.predicted, rel=1e-4, abs=1e-11)


@given(passes(), st.integers(1, 3))
def test_the_reasons_of_a_move_sum_to_it(ask: Ask, most: int):
    for n in range(1, len(ask.p.dense) + 1):
        for name in "Wb":
            for place in ask.addresses(name, n):
                move = why_it_moved(ask, place, most=most)
                assert move.before == ask.at(place).value
                assert move.after == ask.at(place.under("new")).value
                total = sum(part.change for part in move.parts)
                assert total == pytest.approx(move.change, rel=1e-9, abs=1e-14)


def by_hand(optimizer, x=((1.0,), (3.0,)), **settings) -> Ask:
    """One weight 0.5 on two samples, targets 0: the gradient is (0.5·1 + 4.5)/2 = 2.5."""
    net = Network([Dense(1, 1, "identity", bias="frozen", W=[[0.5]], b=0.0)], "squared_error",
                  dtype="float64", **settings)  # fmt: skip
    return Ask(net, x, [[0.0]] * len(x), optimizer=optimizer)


def test_a_move_of_gradient_descent_is_its_samples_gradients():
    move = why_it_moved(by_hand(optimizers.SGD(0.1)), "W1[0,0]", np.array([7, 9]))
    assert [(p.reason, round(p.change, 12)) for p in move.parts] == [
        ("the gradient of sample 1, row 9", -0.225), ("the gradient of sample 0, row 7", -0.025),
    ]  # fmt: skip


def test_momentum_penalty_and_decay_have_their_parts():
    rule = optimizers.Momentum(0.1, momentum=0.9)
    rule.start(np.zeros(1))
    rule.t, rule.state["v"][:] = 1, 2.0
    parts = {p.reason: p.change for p in why_it_moved(by_hand(rule, l2=0.2), "W1[0,0]").parts}
    assert parts["what earlier gradients left (momentum)"] == pytest.approx(-0.1 * 1.8)
    assert parts["the penalty on large weights"] == pytest.approx(-0.1 * 0.2 * 0.5)
    decayed = why_it_moved(by_hand(optimizers.AdamW(0.01, weight_decay=0.1)), "W1[0,0]")
    assert {p.reason: p.change for p in decayed.parts}["weight decay"] == pytest.approx(-0.0005)
    bounded = why_it_moved(by_hand(optimizers.SGD(0.01), max_norm=0.1), "W1[0,0]")
    assert bounded.after == pytest.approx(0.1)
    assert bounded.parts[-1].reason == "max_norm's bound on the neuron"


def test_many_samples_are_summed_beyond_the_first():
    ask = by_hand(optimizers.SGD(0.1), x=[[float(k)] for k in range(1, 31)])
    move = why_it_moved(ask, "W1[0,0]", most=3)
    assert [p.reason for p in move.parts] == [
        "the gradient of sample 29", "the gradient of sample 28", "the gradient of sample 27",
        "the gradients of 27 other samples",
    ]  # fmt: skip


def test_what_is_frozen_does_not_move():
    move = why_it_moved(by_hand(optimizers.SGD(0.1)), "b1[0]")
    assert (move.change, move.parts[0].reason) == (0.0, "it is frozen")


def test_the_inputs_that_matter_come_first():
    net = Network([Dense(3, 1, "identity", W=[[1.0, -4.0, 2.0]], b=0.0)], dtype="float64")
    found = influences(Ask(net, [1.0, 1.0, 0.5], [5.0]), most=2)
    assert [f.address for f in found] == ["x[1]", "x[2]"]
    assert found[0].product == found[0].gradient == pytest.approx(28.0)


@pytest.mark.parametrize("address", ["delta1[0]", "loss", "new.W1[0,0]", "y[0]", "dW1[0,0]"])
def test_what_cannot_be_nudged_is_refused(address: str):
    with pytest.raises(InputError, match="cannot be nudged"):
        nudge(by_hand(optimizers.SGD(0.1), x=[[1.0]]), address)


def test_an_output_whose_loss_is_told_from_z_is_nudged_there():
    net = Network.dense([2, 2], output="softmax", dtype="float64")
    with pytest.raises(InputError, match="nudge an entry of z1"):
        nudge(Ask(net, [1.0, 2.0], 0), "a1[0]")


def test_only_parameters_move():
    with pytest.raises(InputError, match="is no parameter"):
        why_it_moved(by_hand(optimizers.SGD(0.1)), "dW1[0,0]")
