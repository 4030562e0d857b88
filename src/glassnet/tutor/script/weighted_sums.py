"""Weighted sums in a graph: which numbers are Σ weight · input + bias, whatever their layout.

A sum is the last node on the way forward that is linear in the parameters alone. What multiplies
each of its parameters is found by going back through it once for each sample: matrices with rows
or columns for neurons, lists of neurons, and single numbers need no case of their own.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from glassnet.tutor.dataflow.adjoints import RULES, fitted
from glassnet.tutor.dataflow.graph import Array, Graph

MOST_PASSES = 3_000  # samples of a sum; with more, it is not read
MOST_WORK = 1e10  # samples squared times weights, which is what it costs
_PRODUCTS = {"einsum", "multiply", "outer", "vdot", "divide"}
_SUMS = {"add", "subtract", "sum"}
Entry = tuple[int, int]  # a number: the node that computed it, and its place there


@dataclass(frozen=True)
class Neuron:
    """A neuron's weighted sums.

    parameters: its weights and its bias, as the program orders them. factors: what multiplies
    each, (parameters, samples). added: the parameters that are added as they are. places: where
    its sum stands, a number a sample; z: (samples,).
    """

    parameters: tuple[Entry, ...]
    factors: Array
    added: frozenset[Entry]
    places: tuple[Entry, ...]
    z: Array

    @property
    def node(self) -> int:
        """The node of its first sum."""
        return self.places[0][0]

    @property
    def fed(self) -> Array:
        """What its weights are multiplied by: (inputs, samples)."""
        return self.factors[[e not in self.added for e in self.parameters]]

    def turned(self) -> Neuron:
        """The same with the sign of its sums."""
        return replace(self, factors=-self.factors, z=-self.z)


class WeightedSums:
    """Those of one pass forward.

    own: the nodes that hold the parameters of this pass. inside: all nodes that its outputs come
    from. live: all that depends on a parameter.
    """

    def __init__(self, graph: Graph, own: set[int], inside: set[int], live: set[int]) -> None:
        self._graph, self._own, self._inside, self._live = graph, own, inside, live
        self._carried: dict[int, set[int]] = {}
        self._kind = self._linear()

    def neurons(self) -> list[Neuron]:
        """All of them, in the order of their first sum; empty where one can't be read."""
        found: dict[tuple[Entry, ...], list[tuple[Array, frozenset[Entry], Entry, float]]] = {}
        covered: set[Entry] = set()
        for top in self._tops():
            owner, place = self._origin(top)
            entries = list(zip(owner.tolist(), place.tolist()))
            if covered.issuperset(entries):
                continue
            covered |= set(entries)
            for neuron, factors, added, at in self._read(top):
                value = float(self._graph.value(top).reshape(-1)[at])
                found.setdefault(neuron, []).append((factors, added, entries[at], value))
        return [
            Neuron(
                parameters,
                np.stack([sample[0] for sample in samples], axis=1),
                samples[0][1],
                tuple(sample[2] for sample in samples),
                np.array([sample[3] for sample in samples]),
            )
            for parameters, samples in found.items()
        ]

    def _linear(self) -> dict[int, str]:
        """node → "weight", where its numbers are parameters, or "sum", where they are linear.

        `_carried` tells through which of its operands they come.
        """
        kind: dict[int, str] = dict.fromkeys(self._own, "weight")
        for index in sorted(self._inside - self._own):
            node = self._graph.nodes[index]
            known = {o: kind[o] for o in node.operands if o in kind}
            others = [o for o in node.operands if o not in known]
            given = all(o not in self._live for o in others)
            if not known:
                continue
            weights = [o for o in node.operands if known.get(o) == "weight"]
            sums = list(known.values()) == ["sum", "sum"]
            if node.name in _PRODUCTS:
                if len(weights) != 1 or (node.name == "divide" and node.operands[0] != weights[0]):
                    continue
                number = all(self._graph.nodes[o].name == "constant" for o in others)
                kind[index] = "weight" if given and number and len(known) == 1 else "sum"
                self._carried[index] = set(weights)
            elif node.name == "gather" and not others:
                kind[index] = "sum" if "sum" in known.values() else "weight"
                self._carried[index] = set(known)
            elif node.name in _SUMS and given and (node.name != "subtract" or not sums):
                kind[index] = "sum"
                self._carried[index] = set(known)
        return kind

    def _tops(self) -> Iterator[int]:
        """What is linear and goes on into something that is not."""
        for index, kind in self._kind.items():
            users = [u for u in self._graph.users[index] if u in self._inside]
            onward = any(index not in self._carried.get(u, ()) for u in users)
            if kind == "sum" and (not users or onward):
                yield index

    def _origin(self, node: int) -> tuple[Array, Array]:
        """Whose each number is, through views of views."""
        owner, place = self._graph.entries(node)
        for _ in range(8):
            moved = [o for o in set(owner.tolist()) if self._graph.nodes[o].name == "gather"]
            if not moved:
                break
            owner, place = owner.copy(), place.copy()
            for one in moved:
                mine = owner == one
                theirs, at = self._graph.entries(one)
                owner[mine], place[mine] = theirs[place[mine]], at[place[mine]]
        return owner, place

    def _read(self, top: int) -> Iterator[tuple[tuple[Entry, ...], Array, frozenset[Entry], int]]:
        """(parameters, what multiplies each, those added, place) of each number of a sum."""
        shape = self._graph.value(top).shape
        over = self._axes_of_neurons(top)
        neurons = list(product(*(range(n if o else 1) for n, o in zip(shape, over))))
        samples = list(product(*(range(1 if o else n) for n, o in zip(shape, over))))
        weights = sum(self._graph.value(o).size for o in self._own)
        if len(samples) > MOST_PASSES or len(neurons) > MOST_PASSES:
            return
        if len(samples) ** 2 * weights > MOST_WORK:
            return
        own = self._of_each(top, neurons)
        chosen = [_indices(parameters) for parameters, _, _ in own]
        for sample in samples:
            seed = np.zeros(shape)
            for neuron in neurons:
                seed[tuple(map(sum, zip(neuron, sample)))] = 1.0
            factors = self._back(top, seed)
            for neuron, which, (parameters, added, alone) in zip(neurons, chosen, own):
                index = tuple(map(sum, zip(neuron, sample)))
                mine = factors
                if not alone:  # it shares a parameter: what multiplies it is asked for by itself
                    seed = np.zeros(shape)
                    seed[index] = 1.0
                    mine = self._back(top, seed)
                row = np.concatenate([mine[node].reshape(-1)[at] for node, at in which.items()])
                place = int(np.ravel_multi_index(index, shape)) if shape else 0
                yield parameters, row, added, place

    def _of_each(
        self, top: int, neurons: Sequence[tuple[int, ...]]
    ) -> list[tuple[tuple[Entry, ...], frozenset[Entry], bool]]:
        """Of each neuron: its parameters, those that are added, and whether they are its own."""
        shape = self._graph.value(top).shape
        seed, count = np.zeros(shape), np.zeros(shape)
        for label, neuron in enumerate(neurons, 1):
            seed[neuron], count[neuron] = label, 1.0
        told, often = self._back(top, seed, 1.0), self._back(top, count, 1.0)
        twice = self._back(top, count, 2.0)
        if any((own > 1).any() for own in often.values()):  # one number in several neurons
            return [self._alone(top, neuron) for neuron in neurons]
        found: dict[int, list[tuple[Entry, bool]]] = {n: [] for n in range(1, len(neurons) + 1)}
        for node in sorted(told):
            flat, doubled = told[node].reshape(-1), twice[node].reshape(-1)
            for at in np.flatnonzero(flat):
                found[round(flat[at])].append(((node, int(at)), doubled[at] == 1.0))
        return [self._listed(own, True) for own in found.values()]

    def _alone(
        self, top: int, neuron: tuple[int, ...]
    ) -> tuple[tuple[Entry, ...], frozenset[Entry], bool]:
        seed = np.zeros(self._graph.value(top).shape)
        seed[neuron] = 1.0
        once, twice = self._back(top, seed, 1.0), self._back(top, seed, 2.0)
        return self._listed(
            [
                ((node, int(at)), twice[node].reshape(-1)[at] == once[node].reshape(-1)[at])
                for node in sorted(once)
                for at in np.flatnonzero(once[node].reshape(-1))
            ],
            False,
        )

    @staticmethod
    def _listed(
        own: Sequence[tuple[Entry, bool]], alone: bool
    ) -> tuple[tuple[Entry, ...], frozenset[Entry], bool]:
        return tuple(e for e, _ in own), frozenset(e for e, plain in own if plain), alone

    def _axes_of_neurons(self, top: int) -> list[bool]:
        """Along which axes other parameters are met; along the others are samples."""
        shape = self._graph.value(top).shape
        first = self._support(top, (0,) * len(shape))
        found = []
        for axis, n in enumerate(shape):
            beside = tuple(int(i == axis) for i in range(len(shape)))
            found.append(n > 1 and self._support(top, beside) != first)
        return found

    def _support(self, top: int, index: tuple[int, ...]) -> set[Entry]:
        seed = np.zeros(self._graph.value(top).shape)
        seed[index] = 1.0
        told = self._back(top, seed, 1.0)
        return {(node, int(at)) for node, v in told.items() for at in np.flatnonzero(v)}

    def _back(self, top: int, seed: Array, instead: float = 0.0) -> dict[int, Array]:
        """What multiplies each parameter in a sum; with `instead`, were every input that number."""
        graph = self._graph
        reached: dict[int, Array] = {top: seed}
        found: dict[int, Array] = {}
        waiting = [-top]
        while waiting:  # the latest first: then all that uses a node went before it
            index = -heapq.heappop(waiting)
            part = reached.pop(index)
            if index in self._own:
                found[index] = part
                continue
            node = graph.nodes[index]
            values = [graph.value(o) for o in node.operands]
            name = node.name
            if instead:
                values = [np.full(v.shape, instead) for v in values]
                name = {"subtract": "add", "divide": "multiply"}.get(name, name)
            for operand, back in zip(node.operands, RULES[name](node, values, part)):
                if operand in self._carried[index] and back is not None:
                    back = fitted(np.asarray(back), graph.value(operand).shape)
                    if operand in reached:
                        reached[operand] = reached[operand] + back
                    else:
                        reached[operand] = back
                        heapq.heappush(waiting, -operand)
        return found


def _indices(parameters: Sequence[Entry]) -> dict[int, Array]:
    """node → the places of its numbers among these, which stand node by node."""
    places: dict[int, list[int]] = {}
    for node, at in parameters:
        places.setdefault(node, []).append(at)
    return {node: np.array(own) for node, own in places.items()}
