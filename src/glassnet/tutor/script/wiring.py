"""What is wrong on the way forward: how the layers are joined, and what stands for f(z).

A chain of right layers ends where a program does something else. What it did there is looked for
among the usual slips: another layer's bias or weights, a neuron's place, a product for a sum, an
activation that is right for a part of its values alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from glassnet.core import activations
from glassnet.tutor.script.network import FoundNetwork, Layer
from glassnet.tutor.script.recognition import Finder
from glassnet.tutor.script.updates import faces
from glassnet.tutor.script.variables import Held, is_vector, matrix
from glassnet.tutor.textbook import Array


def forward_fault(finder: Finder, network: FoundNetwork) -> tuple[str, int, int] | None:
    """(the mistake's name or "" where it is on no list, its layer, the event that shows it)."""
    for number, layer in enumerate(network.layers, 1):
        if layer.wrong_activation:
            return layer.wrong_activation, number, layer.a_order
        if layer.fed_z:
            return "z-fed-onward", number, layer.z_order
    shared = _shared_bias(finder, network.layers)
    if shared:
        return "bias-of-another-layer", shared, network.layers[shared - 1].z_order
    left = left_over(finder, network)
    last = network.layers[-1]
    if left:
        again = _fed_again(finder, network, left)
        if again is not None:
            return "first-weights-everywhere", len(network.layers) + 1, again
        moved = _moved_places(finder, last, left)
        if moved is not None:
            return "", len(network.layers) + 1, moved
    if last.activation == "identity":
        for slip in (_times_a_bias, _partly_right):
            found = slip(finder, last)
            if found is not None:
                return "", len(network.layers), found
    return None


def left_over(finder: Finder, network: FoundNetwork) -> list[Held]:
    """Matrices that are updated, were there before the first pass, and are in none of its layers.

    Data that are shuffled or scaled in place are none of them.
    """
    used = {(layer.weights.name, layer.weights.owner) for layer in network.layers}
    return [
        h
        for h in finder.matrices
        if min(matrix(h.values[0]).shape) > 1
        and (h.name, h.owner) not in used
        and h.orders[0] < network.layers[0].z_order
        and h.first_change >= network.layers[0].z_order
        and not np.array_equal(np.sort(h.values[0], None), np.sort(h.values[-1], None))
    ]


def _shared_bias(finder: Finder, layers: Sequence[Layer]) -> int:
    """The layer that adds the bias of another, while one of its own size stands idle; else 0."""
    for number, layer in enumerate(layers, 1):
        for other in layers[number:]:
            if layer.bias is None or other.bias is None or not layer.b.any():
                continue
            if (layer.bias.name, layer.bias.owner) != (other.bias.name, other.bias.owner):
                continue
            used = {(l.bias.name, l.bias.owner) for l in layers if l.bias}
            idle = [
                h
                for h in finder.biases
                if (h.name, h.owner) not in used
                and h.updated
                and is_vector(h.values[0])
                and h.values[0].size == len(layer.W)
            ]
            if idle:
                own = layer.bias.number == layer.weights.number
                return layers.index(other) + 1 if own else number
    return 0


def _fed_again(finder: Finder, network: FoundNetwork, left: Sequence[Held]) -> int | None:
    """Where the weights of a layer before met the last activations, in place of those left over."""
    last = network.layers[-1]
    for layer in network.layers:
        fits = layer.W.shape[1] == len(last.a) and any(
            sorted(matrix(h.values[0]).shape) == sorted(layer.W.shape) for h in left
        )
        if fits:
            z = layer.W @ last.a
            until = network.first_change
            found = finder.seen.find(z, last.a_order, until)
            if found:
                return found[0]
    return None


def _moved_places(finder: Finder, last: Layer, left: Sequence[Held]) -> int | None:
    """Where the next weights met the activations in another order of the neurons."""
    wanted = np.sort(last.a, axis=None)
    until = min(h.first_change for h in left)
    for order in range(last.a_order + 1, min(until, len(finder.events))):
        for fed in faces(finder.events[order].array, last.a.shape):
            if np.allclose(fed, last.a) or not np.allclose(np.sort(fed, axis=None), wanted):
                continue
            for W in _either_way(left, len(fed)):
                if finder.seen.find(W @ fed, order, until):
                    return order
    return None


def _times_a_bias(finder: Finder, layer: Layer) -> int | None:
    """Where a layer's products were multiplied by a bias, which should be added."""
    until = min(layer.weights.first_change, len(finder.events))
    for bias in finder.fitting_biases(layer.weights, len(layer.W)):
        b = bias.values[0]
        if b.size == len(layer.W) and b.any():
            found = finder.seen.find(layer.z * b.reshape(-1, 1), layer.z_order, until)
            if found and layer.bias is None:
                return found[0]
    return None


def _partly_right(finder: Finder, layer: Layer) -> int | None:
    """Where values were made of z that are f(z) for a part of them alone, or but for a factor."""
    z = layer.z
    until = min(layer.weights.first_change, len(finder.events))
    for order in range(layer.z_order + 1, until):
        event = finder.events[order]
        if event.entry:
            continue
        for a in faces(event.array, z.shape):
            if a.size < 3 or np.allclose(a, z):
                continue
            for kind in ("sigmoid", "tanh", "softmax"):
                right = activations.get(kind).f(z.T).T
                if kind == "softmax":
                    if len(z) > 2 and _shares(event.text, a, right):
                        return order
                    continue
                same = np.isclose(a, right, rtol=1e-9, atol=0)
                if 2 <= same.sum() < same.size and same.sum() * 3 >= same.size:
                    return order
    return None


def _shares(text: str, a: Array, right: Array) -> bool:
    """Whether these are a softmax whose shares do not add up to 1: divided by something else."""
    factor = a / right
    return (
        "/" in text
        and bool(np.allclose(factor, factor[:1], rtol=1e-9))
        and not np.allclose(factor, 1)
        and bool((a > 0).all())
    )


def _either_way(left: Sequence[Held], n_in: int) -> Iterator[Array]:
    for held in left:
        W = matrix(held.values[0])
        for M in (W, W.T):
            if M.shape[1] == n_in:
                yield M
