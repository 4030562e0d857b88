"""Which bias belongs to which layer, where their first values can't tell.

Biases that start at 0 give the same first pass wherever they stand, and so does a counter that is
taken for one. The passes after an update tell them apart: there they differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from glassnet.core import activations
from glassnet.tutor.script.network import FoundNetwork, Layer
from glassnet.tutor.script.recognition import Finder, inputs_seen
from glassnet.tutor.script.variables import Held
from glassnet.tutor.textbook import Array

MOST = 24  # ways to hand out the biases that are tried
LATER = 3  # later passes that are looked at
FED = 12  # samples that may have gone into each


def with_their_biases(finder: Finder, networks: Sequence[FoundNetwork]) -> list[FoundNetwork]:
    """The same passes, each layer with the bias with which its later sums were computed."""
    layers = networks[0].layers
    ways = [_candidates(finder, layer) for layer in layers]
    if all(len(own) == 1 for own in ways):
        return list(networks)
    handed = [way for way in product(*ways) if _each_once(way)][:MOST]
    passes = list(_later_inputs(finder, networks))
    scores = [_agreeing(finder, layers, way, passes) for way in handed]
    if not handed or not any(scores):
        return list(networks)
    best = handed[int(np.argmax(scores))]
    return [
        replace(
            network,
            layers=tuple(
                replace(layer, bias=bias) for layer, bias in zip(network.layers, best, strict=True)
            ),
        )
        for network in networks
    ]


def _candidates(finder: Finder, layer: Layer) -> list[Held | None]:
    """What may be the layer's bias, what was found first; one, where its first sum told."""
    if layer.bias_column is not None or layer.b.any():
        return [layer.bias]
    others = [
        h for h in finder.fitting_biases(layer.weights, len(layer.W)) if not h.values[0].any()
    ]
    return [layer.bias, *(b for b in (*others, None) if b is not layer.bias)]


def _each_once(way: Sequence[Held | None]) -> bool:
    own = [(b.name, b.owner) for b in way if b is not None]
    return len(set(own)) == len(own)


def _later_inputs(finder: Finder, networks: Sequence[FoundNetwork]) -> Iterator[tuple[int, Array]]:
    """(moment, x) of passes after an update: the first product is made again."""
    layer, events = networks[0].layers[0], finder.events
    first = events[layer.z_order]
    moments = [
        order
        for order in range(min(layer.weights.first_change, len(events)), len(events))
        if (events[order].line, events[order].text) == (first.line, first.text)
    ]
    fed = [network.layers[0].fed for network in networks]
    for moment in moments[:LATER]:
        seen = inputs_seen(events, len(fed[0]), moment, finder.changing)
        alike = [x for _, x in seen if x.shape == fed[0].shape]
        for x in [*fed[:FED], *alike[-FED:]]:
            yield moment, x


def _agreeing(
    finder: Finder,
    layers: Sequence[Layer],
    way: Sequence[Held | None],
    passes: Sequence[tuple[int, Array]],
) -> int:
    """How many activations of the later passes were seen that these biases give."""
    count = 0
    for moment, a in passes:
        for layer, bias in zip(layers, way, strict=True):
            W, own = replace(layer, bias=bias).parameters(moment)
            if W.shape[1] != a.shape[0]:
                break  # the layers are not in this order
            z = W @ a + (0 if own is None else own)
            a = activations.get(layer.activation).f(z.T).T
            if not a.any() or not finder.seen.find(a, moment - 1):
                break
            count += 1
    return count
