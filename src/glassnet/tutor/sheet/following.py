"""What follows from the numbers that a learner has, right or wrong, by the rules of the textbook.

A number in hand is rounded: `slack` says how far that can move what is computed from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from glassnet.core import activations
from glassnet.tutor import textbook
from glassnet.tutor.sheet.exercise import Exercise, Quantity
from glassnet.tutor.textbook import TEXTBOOK, Array, Rules, TextbookCase, TextbookPass

Having = Mapping[str, Array]  # arrays by the name of their quantity, columns


def _slope_in_hand(p: TextbookPass, l: int) -> Array:
    """f′ as one takes it by hand, a(1 − a) with the a that stands on the sheet."""
    kind = activations.get(p.case.activations[l - 1])
    return textbook.slope(p, l) if kind.name == "softmax" else kind.df(p.z[l], p.a[l])


BY_HAND = TEXTBOOK.changed({"slope": _slope_in_hand})


def following(exercise: Exercise, having: Having, q: Quantity, rules: Rules = BY_HAND) -> Array:
    """The array q as it follows from the numbers in hand, in the shape of q.

    Raises: ValueError where a wrong rule meets shapes that do not fit.
    """
    with np.errstate(all="ignore"):
        found = np.asarray(_by_rule(_pass(exercise.case, having, rules), q), dtype=np.float64)
    return found.reshape(q.shape)


def slack(
    exercise: Exercise,
    having: Having,
    q: Quantity,
    names: Sequence[str],
    rules: Rules = BY_HAND,
) -> Array:
    """How far q can move if every number of those names is half a unit off.

    The sum over them of |∂q/∂number|·½ unit, by a difference in each.
    """
    half = exercise.settings.unit / 2
    here = following(exercise, having, q, rules)
    moved = np.zeros(q.shape)
    for name in names:
        for index in np.ndindex(having[name].shape):
            other = having[name].copy()
            other[index] += half
            there = following(exercise, {**having, name: other}, q, rules)
            with np.errstate(invalid="ignore"):  # numbers beyond all measure, infinity − infinity
                moved += np.abs(there - here)
    return moved


def inputs(exercise: Exercise, q: Quantity) -> list[str]:
    """The quantities that q is computed from directly."""
    l, last = q.layer, len(exercise.settings.sizes) - 1
    match q.kind:
        case "z":
            return [f"a{l - 1}"] if l > 1 else []
        case "a":
            return [f"z{l}"]
        case "loss":
            return [f"a{last}"]
        case "delta":
            return [f"a{l}", f"z{l}"] + ([f"delta{l + 1}"] if l < last else [])
        case "dW":
            return [f"delta{l}"] + ([f"a{l - 1}"] if l > 1 else [])
        case "db":
            return [f"delta{l}"]
        case _:
            return [f"d{q.kind[-1]}{l}"]


def _pass(case: TextbookCase, having: Having, rules: Rules) -> TextbookPass:
    p = TextbookPass(case, rules, case.weights, case.biases, {})
    for name, values in having.items():
        kind = name.rstrip("0123456789").replace("new.", "new_")
        if kind == "loss":
            p.loss = float(values.sum())
        else:
            getattr(p, kind)[int(name[len(kind) :])] = values
    for l in range(1, p.last + 1):
        if p.a[l].size:
            p.slope[l] = rules.slope(p, l)
    return p


def _by_rule(p: TextbookPass, q: Quantity) -> Array | float:
    l, rules = q.layer, p.rules
    match q.kind:
        case "z":
            return rules.weighted_sum(p, l)
        case "a":
            return rules.activation(p, l)
        case "loss":
            return np.sum(rules.loss(p))
        case "delta":
            return rules.output_delta(p) if l == p.last else rules.hidden_delta(p, l)
        case "dW":
            return rules.weight_gradient(p, l)
        case "db":
            return rules.bias_gradient(p, l)
        case "new.W":
            return rules.new_weights(p, l)
        case _:
            return rules.new_biases(p, l)


def solution(exercise: Exercise) -> dict[str, float]:
    """Every number as a careful learner writes it: rounded, and gone on with as rounded."""
    having: dict[str, Array] = {}
    for q in exercise.quantities:
        having[q.name] = np.round(following(exercise, having, q), exercise.settings.digits)
    return by_address(exercise, having)


def by_address(exercise: Exercise, having: Having) -> dict[str, float]:
    """The entries of arrays by their addresses."""
    return {
        address: float(value) + 0.0
        for q in exercise.quantities
        if q.name in having
        for address, value in zip(q.addresses, having[q.name].ravel(), strict=True)
    }
