"""Which activation a program computes of a layer's weighted sums, told by its numbers alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.core import activations
from glassnet.tutor.dataflow.graph import Array
from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES
from glassnet.tutor.textbook import TEXTBOOK, TextbookCase, forward

KINDS = {
    kind: activations.get(kind)
    for kind in ("identity", "sigmoid", "tanh", "relu", "softmax", "softplus", "silu", "elu")
}


@dataclass(frozen=True)
class Told:
    """An activation as core knows it, and a: (n, samples), in the order of the sums.

    mistake: the known mistake of an activation that gives these numbers.
    """

    activation: Any
    a: Array
    mistake: str = ""


def activation_of(z: Array, fed: Array, *, outputs: bool = False) -> Told | None:
    """The activation that makes these numbers of z; what it gives, a row a sum.

    fed: what was seen; beside what comes from z there may be a row of ones, in any order. Of the
    outputs the order is known. Where all z are above 0 an output is taken for linear, a hidden
    neuron for a ReLU: the numbers are the same.
    """
    if len(fed) < len(z) or (outputs and len(fed) != len(z)):
        return None
    usual = sorted(_usual(z), key=lambda own: own[0] == "identity") if not outputs else _usual(z)
    for kind, a in usual:
        if _same_rows(a, fed, outputs):
            return Told(kind, a)
    for kind, mistake, a in wrong_activations(z):
        if _same_rows(a, fed, outputs):
            return Told(kind, a, mistake)
    leaky = _leaky(z, fed)
    return leaky if leaky is not None and _same_rows(leaky.a, fed, outputs) else None


def wrong_activations(z: Array) -> Iterator[tuple[str, str, Array]]:
    """(activation, mistake, a) for each known mistake of an activation alone, of this z."""
    n = z.shape[0]
    for mistake in KNOWN_MISTAKES:
        if set(mistake.changes) not in ({"f"}, {"activation"}):
            continue
        for kind in ("sigmoid", "tanh", "softmax"):
            case = TextbookCase([np.eye(n)], [np.zeros((n, 1))], z, z, 1.0, [kind])
            right = activations.get(kind).f(z.T).T
            a = forward(case, TEXTBOOK.changed(mistake.changes)).a[1]
            if np.isfinite(a).all() and not np.allclose(a, right) and not np.allclose(a, z):
                yield kind, mistake.name, a


def _usual(z: Array) -> Iterator[tuple[str, Array]]:
    for name, kind in KINDS.items():
        if name == "softmax" and len(z) == 1:
            continue
        with np.errstate(all="ignore"):
            yield name, kind.f(z.T).T


def _leaky(z: Array, fed: Array) -> Told | None:
    """A leaky ReLU of whatever slope, its rows in the order of z."""
    low = z < 0
    a = fed[: len(z)]
    if not low.any():
        return None
    slope = float(np.median(a[low] / z[low]))
    if not 0 < slope < 1:
        return None
    return Told({"name": "leaky_relu", "slope": slope}, np.where(low, slope * z, z))


def _same_rows(a: Array, fed: Array, outputs: bool) -> bool:
    """Whether the rows of a are among those seen; of the outputs, in their order."""
    if not np.isfinite(a).all():
        return False
    if a.shape == fed.shape and np.allclose(a, fed, rtol=1e-7, atol=1e-12):
        return True
    if outputs:
        return False
    left = list(range(len(fed)))
    for row in a:
        found = next((k for k in left if np.allclose(fed[k], row, rtol=1e-7, atol=1e-12)), None)
        if found is None:
            return False
        left.remove(found)
    return True
