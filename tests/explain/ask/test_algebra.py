"""Lines of matrix algebra, worked out on whole arrays, give the arrays that they stand for."""

from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from random_asks import every_address, passes

from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.explain import Ask, parse
from glassnet.explain.ask.addresses import SAMPLED, Address
from glassnet.formula import tree
from glassnet.formula.tree import Expression

Columns = np.ndarray[Any, Any]
BY_NAME = {"sign": np.sign, "sqrt": np.sqrt, "max": np.maximum, "min": np.minimum}


class NotFollowed(Exception):
    """A line that says something in words, or sums over samples."""


def column(ask: Ask, place: Address, sample: int | None) -> Columns:
    """An array as the lines have it: a matrix, or a column of what each neuron has."""
    if place.name == "learning_rate":
        return np.array([[ask.learning_rate]])
    if place.name in SAMPLED:
        place = replace(place, sample=sample)
    array = ask.array(place)
    return array if array.ndim == 2 else array.reshape(-1, 1)


def worked_out(ask: Ask, place: Address, node: Expression) -> Columns:
    """A line's right side, on columns."""

    def of(part: Expression) -> Columns:
        return worked_out(ask, place, part)

    net, n = ask.net, place.layer or 0
    match node:
        case tree.Number():
            return np.array([[node.value]])
        case tree.Symbol(name):
            return column(ask, parse(name), place.sample)
        case tree.Word("share"):
            return np.array([[ask.p.share[place.sample or 0]]])
        case tree.Word(name):
            return np.array([[getattr(net, name)]])
        case tree.Negative(body):
            return -of(body)
        case tree.Sum(terms):
            return reduce(np.add, map(of, terms))
        case tree.Product(factors, ""):
            return reduce(lambda u, v: u * v if 1 in (u.size, v.size) else u @ v, map(of, factors))
        case tree.Product(factors):
            return reduce(np.multiply, map(of, factors))
        case tree.Quotient(u, v):
            return of(u) / of(v)
        case tree.Power(u, v):
            return of(u) ** of(v)
        case tree.Transposed(body):
            return of(body).T
        case tree.Total(body) if ask.batch == 1 or place.sample is not None:
            return of(body).sum(axis=0, keepdims=True)
        case tree.Function("f′", (z,)):
            f, at = net.dense_layers[n - 1].activation, of(z).T
            return f.df(at, f.f(at)).T
        case tree.Function(name, arguments) if name in BY_NAME:
            return BY_NAME[name](*map(of, arguments))
        case tree.Function(name, (z,)) if place.name == "a":
            return net.dense_layers[n - 1].activation.f(of(z).T).T
        case tree.Slope("ℓ", a):
            y = column(ask, Address("y"), place.sample)
            return net.loss.da(of(a).T, y.T).T
    raise NotFollowed


@given(passes())
def test_every_line_gives_its_array(ask: Ask):
    entries = {parse(name).at(): name for name in every_address(ask)}  # one of each array
    for place, name in entries.items():
        answer = ask.at(name)
        line = answer.equation
        if not isinstance(line, tree.Equation) or place.name in ("x", "loss"):
            continue
        if place.name in ("dW", "db") and ask.batch > 1:
            continue
        try:
            told = worked_out(ask, place, line.right)
        except NotFollowed:
            continue
        known = column(ask, place, place.sample)
        assert np.broadcast_to(told, known.shape) == pytest.approx(known, rel=1e-9, abs=1e-13), (
            answer.algebra
        )


def test_a_softmax_s_delta_takes_every_output_s_slope_in():
    row = [Dense(2, 3, "softmax"), Dense(3, 1, "identity")]
    answer = Ask(Network(row, dtype="float64"), [1.0, 2.0], [0.0]).at("delta1[0]")
    assert answer.algebra == "delta1 = a1 ⊙ (da1 − Σ da1 ⊙ a1)"
    assert answer.shapes == {"a1": (3,), "da1": (3,), "delta1": (3,)}


def test_a_row_that_max_norm_shortened_is_said_in_the_line():
    net = Network([Dense(1, 2, "identity", W=[[3.0], [0.1]])], dtype="float64", max_norm=1.0)
    ask = Ask(net, [1.0], [[0.0, 0.0]], learning_rate=0.5)
    told = "W1 ← W1 − η dW1, a row that is longer brought back to max_norm"
    assert ask.at("new.W1[0,0]").algebra == told
    assert ask.at("new.b1[0]").algebra == "b1 ← b1 − η db1"
