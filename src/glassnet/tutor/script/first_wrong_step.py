"""Something is wrong that is on no list: which step is the first that is not right.

From the output back, a layer is right where its weights moved along their gradient. In the first
that is not, the delta that was used tells more: it is the array whose product with the layer's
input gives the move.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from glassnet.tutor.script.recognition import Finder
from glassnet.tutor.script.rivals import in_proportion
from glassnet.tutor.script.updates import UpdateReading, faces
from glassnet.tutor.textbook import Array, TextbookPass, compute


def right_layers(finder: Finder, reading: UpdateReading) -> int:
    """How many layers, from the output back, moved along their gradient."""
    return _count(reading, _right_pass(finder, reading))


def first_wrong(finder: Finder, reading: UpdateReading) -> tuple[str, int]:
    """(stage, layer) of the first quantity that is not as it should be; layer 0 where all are."""
    seen = finder.seen
    after = reading.network.layers[-1].a_order
    p = _right_pass(finder, reading)
    l = p.last - _count(reading, p)
    if l == 0:
        return "gradients", 0
    if seen.find_scaled(p.dW[l], after):
        return "update", l
    if _delta_right(finder, reading, p, l):
        return "gradients", l
    used = _delta_used(finder, reading, p, l)
    if l == p.last and used is not None and l > 1 and _right_behind(reading, p, used):
        return "output delta", l
    slope = (p.slope[l] == 1).all() or bool(seen.find_scaled(p.slope[l], after))
    carried = p.error if l == p.last else p.W[l + 1].T @ p.delta[l + 1]
    if seen.find_scaled(carried, after) and not slope:
        return "derivative", l
    return ("output delta" if l == p.last else "hidden delta"), l


def _right_pass(finder: Finder, reading: UpdateReading) -> TextbookPass:
    """What the update should have computed, by the loss under which more layers are right.

    Where that is no answer, cross-entropy where a logarithm was taken.
    """
    case = reading.observed.case
    if case.activations[-1] not in ("sigmoid", "softmax"):
        return compute(replace(case, natural=False))[0]
    logs = any("log(" in event.text for event in finder.events[: reading.end])
    passes = [compute(replace(case, natural=natural))[0] for natural in (logs, not logs)]
    return max(passes, key=lambda p: _count(reading, p))


def _count(reading: UpdateReading, p: TextbookPass) -> int:
    observed = reading.observed
    for count, l in enumerate(range(p.last, 0, -1)):
        if not in_proportion(observed.dW[l - 1], p.dW[l], observed.case.weights[l - 1]):
            return count
    return p.last


def _delta_right(finder: Finder, reading: UpdateReading, p: TextbookPass, l: int) -> bool:
    observed = reading.observed
    db = observed.db[l - 1]
    used = _delta_used(finder, reading, p, l)
    if used is not None:
        return _along(used, p.delta[l])
    if db is not None and db.any() and db.size > 1:
        return in_proportion(db, p.db[l], observed.case.biases[l - 1])
    return bool(finder.seen.find_scaled(p.delta[l], reading.network.layers[-1].a_order))


def _delta_used(finder: Finder, reading: UpdateReading, p: TextbookPass, l: int) -> Array | None:
    """The array seen whose product with the layer's input gives the move of its weights."""
    dW, W = reading.observed.dW[l - 1], reading.observed.case.weights[l - 1]
    x = p.a[l - 1]
    for event in finder.events[reading.network.layers[-1].a_order : reading.end]:
        for delta in faces(event.array, p.delta[l].shape):
            for signed in (delta, -delta):
                if signed.any() and in_proportion(dW, signed @ x.T, W):
                    return signed
    return None


def _right_behind(reading: UpdateReading, p: TextbookPass, delta: Array) -> bool:
    """Whether the layer below is right, given the delta that was used in the last one."""
    l = p.last - 1
    behind = (p.W[p.last].T @ delta) * p.slope[l]
    dW, W = reading.observed.dW[l - 1], reading.observed.case.weights[l - 1]
    return in_proportion(dW, behind @ p.a[l - 1].T, W)


def _along(delta: Array, right: Array) -> bool:
    scale = float(np.vdot(delta, right) / max(np.vdot(right, right), 1e-300))
    return scale > 0 and np.allclose(delta, scale * right, rtol=1e-7, atol=1e-12)
