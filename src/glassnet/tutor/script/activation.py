"""Which activation a program computed of a layer's weighted sums: told by the numbers alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from glassnet.core import activations
from glassnet.tutor.script.network import Layer
from glassnet.tutor.script.rivals import wrong_activations
from glassnet.tutor.script.values import Seen
from glassnet.tutor.textbook import Array

KINDS = {
    kind: activations.get(kind)
    for kind in ("sigmoid", "tanh", "relu", "softmax", "softplus", "silu", "elu")
}
SLOPES = (0.01, 0.1, 0.2, 0.3)  # of a leaky ReLU, as they are usual


def activated(seen: Seen, layer: Layer, until: int, shown: bool) -> Iterator[Layer]:
    """The layer with what was seen of f(z) after it, until a moment.

    Args: shown, whether z itself was seen: then one activation is told, a mistaken one too, or
    none, which is the identity. Else each that could be.
    """
    usual = _usual(seen, layer, until)
    if not shown:
        for kind, a, at in usual:
            yield replace(layer, a=a, activation=kind, a_order=at[0], z_order=at[0])
        return
    first = next(usual, None)
    if first is not None:
        kind, a, at = first
        wrong = None
        if layer.z.min() < 0 < layer.z.max() and not _is_kept(seen, at):
            # 1 − σ(−z) is σ(z), but who keeps σ(−z) goes on with that, where it can't be σ(|z|)
            wrong = _wrong(seen, layer, at[0])
        yield wrong or replace(layer, a=a, activation=kind, a_order=at[0])
    elif leaky := _leaky(seen, layer, until):
        yield leaky
    elif layer.fed.any():
        if wrong := _wrong(seen, layer, until):
            yield wrong
        yield layer


def _usual(seen: Seen, layer: Layer, until: int) -> Iterator[tuple[str, Array, list[int]]]:
    """The usual activations whose values were seen: name, values, and when."""
    z = layer.z
    for name, kind in KINDS.items():
        if name == "softmax" and z.shape[0] == 1:
            continue
        with np.errstate(all="ignore"):
            a = kind.f(z.T).T
        if a.any() and not np.array_equal(a, z):
            at = seen.find(a, layer.z_order, until)
            if at:
                yield name, a, at


def _leaky(seen: Seen, layer: Layer, until: int) -> Layer | None:
    """With a leaky ReLU, of whatever slope where some z are positive."""
    z, start = layer.z, layer.z_order
    low = z < 0
    if low.all():  # every unit on the slope: one of the usual ones
        for slope in SLOPES:
            at = seen.find(slope * z, start, until)
            if at:
                spec = {"name": "leaky_relu", "slope": slope}
                return replace(layer, a=slope * z, activation=spec, a_order=at[0])
    if low.all() or not low.any():
        return None
    high = tuple(np.argwhere(~low)[0])  # a must be z here: looked at first
    for order in seen.orders(z.size, start, until):
        a = seen.events[order].array
        if a.shape not in (z.shape, z.T.shape):
            continue
        a = a if a.shape == z.shape else a.T
        if abs(a[high] - z[high]) > 1e-7 + 1e-8 * abs(z[high]):
            continue
        slope = float(np.median(a[low] / z[low]))
        if 0 < slope < 1 and np.allclose(a, np.where(low, slope * z, z), rtol=1e-9):
            spec = {"name": "leaky_relu", "slope": slope}
            return replace(layer, a=a, activation=spec, a_order=order)
    return None


def _wrong(seen: Seen, layer: Layer, until: int) -> Layer | None:
    """With the first mistaken activation that was kept.

    What stands within an expression may be part of another one: 1 + e⁻ᶻ of 2/(1 + e⁻ᶻ) − 1.
    """
    for kind, mistake, a in wrong_activations(layer.z):
        at = seen.find(a, layer.z_order, until)
        if _is_kept(seen, at):
            return replace(layer, a=a, activation=kind, a_order=at[0], wrong_activation=mistake)
    return None


def _is_kept(seen: Seen, orders: Sequence[int]) -> bool:
    """Whether a variable, or an argument, got one of these."""
    return any(seen.events[order].assign or seen.events[order].entry for order in orders)
