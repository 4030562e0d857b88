"""The layers of a stranger's network, as the textbook has them, from the graph of one update.

W has a row a neuron, samples are columns, and each number is known by the node that held it: so
the same update can be computed again by any rule, and the network be saved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.tutor.dataflow.graph import Array, Graph
from glassnet.tutor.dataflow.parameters import FoundParameters
from glassnet.tutor.dataflow.targets import FoundTarget, Pair
from glassnet.tutor.script.activation import Told, activation_of
from glassnet.tutor.script.weighted_sums import Entry, Neuron, WeightedSums

CLOSE = 1e-9


@dataclass(frozen=True)
class FoundLayer:
    """W: (n_out, n_in) and b: (n_out, 1), before the update; z, a: (n_out, samples).

    weights, biases: the entries that hold them, a list a neuron; no bias is None. node: where its
    first sum was computed.
    """

    W: Array
    b: Array
    weights: Sequence[Sequence[Entry]]
    biases: Sequence[Entry | None]
    z: Array
    a: Array
    told: Told
    node: int

    @property
    def activation(self) -> Any:
        return self.told.activation

    def turned(self) -> FoundLayer:
        """The same sums with the sign of all that goes in: W and b stay, z is −z."""
        return replace(self, b=-self.b, z=-self.z, a=-self.a)


@dataclass(frozen=True)
class FoundNetwork:
    """The network at one update. x: (n_in, samples), y: (n_out, samples)."""

    layers: tuple[FoundLayer, ...]
    x: Array
    y: Array
    moves: dict[int, Array]  # node → how far each of its numbers moved in this update

    def moved(self, layer: FoundLayer) -> tuple[Array, Array | None]:
        """By how much W and b went down, in the textbook's shapes; b None where it has none."""
        dW = np.array([[-self._move(e) for e in row] for row in layer.weights])
        if all(e is None for e in layer.biases):
            return dW, None
        return dW, np.array([[0.0 if e is None else -self._move(e)] for e in layer.biases])

    def without_decay(self, share: float) -> FoundNetwork:
        """The same, moved as if no weight had lost that share of itself."""
        moves = {node: moved.copy() for node, moved in self.moves.items()}
        for layer in self.layers:
            for row, values in zip(layer.weights, layer.W):
                for (node, place), value in zip(row, values):
                    if node in moves:
                        moves[node][place] += share * value
        return replace(self, moves=moves)

    def _move(self, entry: Entry) -> float:
        own = self.moves.get(entry[0])
        return 0.0 if own is None else float(own[entry[1]])


def found_networks(
    graph: Graph, parameters: FoundParameters, target: FoundTarget, live: set[int], number: int = 0
) -> Iterator[FoundNetwork]:
    """The network at the update of that number, by each of the ways to read its outputs."""
    own, moves = update_of(graph, parameters, number)
    for pairs, ordered in _read(graph, parameters, target, live, own):
        found = _joined(graph, ordered, pairs, moves)
        if found is not None:
            yield found


def odd_activation(
    graph: Graph, parameters: FoundParameters, target: FoundTarget, live: set[int]
) -> int:
    """The node at which something is made of a layer's sums that is no activation; -1: nowhere.

    Of a hidden layer the node of its first sum, or, where it hands on a sum as it is, of that
    which takes it; of the last layer the outputs'.
    """
    own, _ = update_of(graph, parameters, 0)
    for pairs, ordered in _read(graph, parameters, target, live, own):
        for number, (neurons, after) in enumerate(pairwise(ordered)):
            layer, fed = _layer(graph, neurons, neurons[0].fed), after[0].fed
            if layer is not None and not any(_fed_by(layer, fed, first=number == 0)):
                same = layer.z.shape == fed.shape and (layer.z == fed).all(axis=1).any()
                return after[0].node if same else neurons[0].node
        return pairs[0].output if len(ordered) > 1 else ordered[0][0].node
    return -1


def _read(
    graph: Graph, parameters: FoundParameters, target: FoundTarget, live: set[int], own: set[int]
) -> Iterator[tuple[list[Pair], list[list[Neuron]]]]:
    """The outputs of each reading of a pass, and its neurons by layers, as many samples in each."""
    for pairs in passes(graph, parameters, target, own):
        inside = graph.ancestors([pair.output for pair in pairs], own | parameters.made)
        neurons = WeightedSums(graph, own & inside, inside, live).neurons()
        ordered = _in_layers(graph, neurons, own)
        if ordered:
            yield pairs, ordered


def passes(
    graph: Graph, parameters: FoundParameters, target: FoundTarget, own: set[int]
) -> Iterator[list[Pair]]:
    """The outputs that one set of parameters gave, each with a target.

    All together, then those compared at one place, then those computed at one.
    """
    pairs = [p for p in target.pairs if _goes_with(graph, parameters, own, p)]
    if not pairs:
        return
    first = own & graph.ancestors([pairs[0].output], parameters.made | own)
    pairs = [p for p in pairs if first & graph.ancestors([p.output], parameters.made | own)]
    met: dict[int, list[Pair]] = {}
    for pair in pairs:
        met.setdefault(graph.nodes[pair.node].site, []).append(pair)
    given: dict[int, list[Pair]] = {}
    for pair in pairs:
        given.setdefault(graph.nodes[pair.output].site, []).append(pair)
    tried: list[list[int]] = []
    for every in (pairs, *met.values(), *given.values()):
        chosen = list({p.output: p for p in reversed(every)}.values())[::-1]
        if (nodes := [p.node for p in chosen]) not in tried:
            tried.append(nodes)
            yield chosen


def update_of(
    graph: Graph, parameters: FoundParameters, number: int
) -> tuple[set[int], dict[int, Array]]:
    """The nodes that hold the parameters before an update, and how far each number moved."""
    own: set[int] = set()
    moves: dict[int, Array] = {}
    for steps in parameters.steps.values():
        for step in steps:
            if step.later != number:
                continue
            after = graph.value(step.node).reshape(-1)
            for owner in set(step.owner.tolist()):
                mine = step.owner == owner
                before = graph.value(owner).reshape(-1)
                place = step.place[mine]
                moved = moves.setdefault(owner, np.zeros(before.size))
                moved[place] = after[mine] - before[place]
            own |= set(step.owner.tolist())
    return own, moves


def _goes_with(graph: Graph, parameters: FoundParameters, own: set[int], pair: Pair) -> bool:
    """Whether an output was computed with these parameters and none of later ones."""
    met = graph.ancestors([pair.output], parameters.made | own)
    later = parameters.made & met
    return bool(own & met) and not any(n > max(own) for n in later - own)


def _in_layers(graph: Graph, neurons: Sequence[Neuron], own: set[int]) -> list[list[Neuron]]:
    """The neurons by how many others stand before them."""
    depth: dict[int, int] = {}
    nodes = sorted({n.node for n in neurons})
    for node in nodes:
        behind = graph.ancestors([node], own) - {node}
        depth[node] = 1 + max((depth[o] for o in behind & set(depth)), default=0)
    layers: dict[int, list[Neuron]] = {}
    for neuron in neurons:
        layers.setdefault(depth[neuron.node], []).append(neuron)
    ordered = [layers[d] for d in sorted(layers)]
    counts = {len(n.places) for layer in ordered for n in layer}
    return ordered if len(counts) == 1 else []


def _joined(
    graph: Graph, left: Sequence[Sequence[Neuron]], pairs: Sequence[Pair],
    moves: dict[int, Array], layers: tuple[FoundLayer, ...] = (), x: Array | None = None,
) -> FoundNetwork | None:  # fmt: skip
    """The layers from the data to the outputs, each one's weights in the order of those before."""
    if not left:
        last = _outputs(graph, layers[-1], pairs)
        if last is None or x is None:
            return None
        return FoundNetwork((*layers[:-1], last[0]), x, last[1], moves)
    fed = left[0][0].fed
    if x is None:
        if not left[0][0].added:  # beside a bias, a column of ones is data
            fed = fed[[not _ones(row, fed) for row in fed]]
        if not len(fed):  # biases alone are no layer
            return None
        layer = _layer(graph, left[0], fed)
        return _joined(graph, left[1:], pairs, moves, (layer,), fed) if layer else None
    for before, sign, turned in _fed_by(layers[-1], fed, first=len(layers) == 1):
        neurons = [neuron.turned() for neuron in left[0]] if sign < 0 else left[0]
        layer = _layer(graph, neurons, before.a)
        own = (*layers[:-1], before, layer) if layer else ()
        found = _joined(graph, left[1:], pairs, moves, own, -x if turned else x) if own else None
        if found is not None:
            return found
    return None


def _ones(row: Array, fed: Array) -> bool:
    """Whether an input is the 1 that a bias within the weights is multiplied by."""
    return bool((row == 1).all()) and len(row) > 1 and bool(np.ptp(fed, axis=1).any())


def _fed_by(
    layer: FoundLayer, fed: Array, *, first: bool
) -> Iterator[tuple[FoundLayer, int, bool]]:
    """A layer with the activation that feeds the next; the sign with which it is fed.

    The first layer's own sign shows here alone: of −x and −W·x nobody can tell which is meant.
    """
    for sign in (1, -1):
        for turned in (False, True)[: 1 + first]:
            own = layer.turned() if turned else layer
            told = activation_of(own.z, sign * fed)
            if told is not None:
                yield replace(own, told=told, a=told.a), sign, turned


def _layer(graph: Graph, neurons: Sequence[Neuron], fed: Array) -> FoundLayer | None:
    """A layer with its weights in the order of what feeds it."""
    weights: list[list[Entry]] = []
    biases: list[Entry | None] = []
    W, b = np.zeros((len(neurons), len(fed))), np.zeros((len(neurons), 1))
    for row, neuron in enumerate(neurons):
        left = [k for k, e in enumerate(neuron.parameters) if e not in neuron.added]
        chosen = _matched(neuron.factors[left], fed)
        if chosen is None:
            return None
        mine = [neuron.parameters[left[k]] for k in chosen]
        rest = [neuron.parameters[left[k]] for k in range(len(left)) if k not in chosen]
        ones = [e for e in rest if (neuron.factors[neuron.parameters.index(e)] == 1).all()]
        plain = [*neuron.added, *ones]
        if len(plain) > 1 or len(rest) > len(ones):
            return None
        weights.append(mine)
        biases.append(plain[0] if plain else None)
        W[row] = [_value(graph, e) for e in mine]
        offset = neuron.z - W[row] @ fed  # the bias; a constant that no step moves as well
        if np.ptp(offset) > 1e-6 * max(1.0, float(np.abs(neuron.z).max())):
            return None
        own = _value(graph, plain[0]) if plain else 0.0
        b[row] = own if plain and abs(own - offset[0]) <= 1e-9 * max(1.0, abs(own)) else offset[0]
    z = np.stack([n.z for n in neurons])
    return FoundLayer(W, b, weights, biases, z, z, Told("identity", z), neurons[0].node)


def _value(graph: Graph, entry: Entry) -> float:
    return float(graph.value(entry[0]).reshape(-1)[entry[1]])


def _matched(factors: Array, fed: Array) -> list[int] | None:
    """Of each input, which of the factors it is; in their own order where that fits."""
    if len(factors) < len(fed):
        return None
    if np.allclose(factors[: len(fed)], fed, rtol=CLOSE, atol=1e-12):
        return list(range(len(fed)))
    chosen: list[int] = []
    for row in fed:
        near = (
            k
            for k, own in enumerate(factors)
            if k not in chosen and np.allclose(own, row, rtol=CLOSE, atol=1e-12)
        )
        found = next(near, None)
        if found is None:
            return None
        chosen.append(found)
    return chosen


def _outputs(
    graph: Graph, layer: FoundLayer, pairs: Sequence[Pair]
) -> tuple[FoundLayer, Array] | None:
    """The last layer with its activation, and the targets beside it: (n_out, samples)."""
    n, B = layer.z.shape
    values = np.concatenate([graph.value(p.output).reshape(-1) for p in pairs])
    targets = np.concatenate([np.asarray(p.target, float).reshape(-1) for p in pairs])
    if values.size != n * B:
        return None
    by_sample, by_neuron = (values.reshape(B, n).T, values.reshape(n, B))
    for a, y in ((by_sample, targets.reshape(B, n).T), (by_neuron, targets.reshape(n, B))):
        told = activation_of(layer.z, a, outputs=True)
        if told is not None:
            return replace(layer, told=told, a=told.a), y
    return None
