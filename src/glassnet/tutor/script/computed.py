"""The numbers that a run computed, to be found again by their values, whatever their layout."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

import numpy as np

from glassnet.tutor.dataflow.graph import Array, Graph

TOLERANCE = 1e-7


class Computed:
    """Where an array of numbers was computed: transposed, flattened, or a number a node.

    among: the nodes that are looked at; all without them.
    """

    def __init__(self, graph: Graph, among: set[int] | None = None) -> None:
        self._graph = graph
        self._by_size: dict[int, list[int]] = defaultdict(list)
        for node in graph.nodes:
            inside = among is None or node.index in among
            if inside and node.name != "constant" and np.isfinite(node.value).all():
                self._by_size[node.value.size].append(node.index)

    def find(self, wanted: Array, after: int = -1) -> int | None:
        """The first node after one that holds these numbers."""
        return self._first(wanted, after, scaled=False)

    def find_scaled(self, wanted: Array, after: int = -1) -> int | None:
        """The same, where all may be multiplied by one factor; a single number by −1 alone."""
        return self._first(wanted, after, scaled=True)

    def _first(self, wanted: Array, after: int, *, scaled: bool) -> int | None:
        wanted = np.asarray(wanted, dtype=np.float64)
        if not np.isfinite(wanted).all() or not np.any(wanted):
            return None
        faces = _faces(wanted)
        if wanted.size == 1:
            return self._single(float(faces[0][0]), after, scaled)
        for index in self._by_size.get(wanted.size, ()):
            if index > after:
                own = self._graph.value(index).reshape(-1)
                if any(_alike(own, face, scaled) for face in faces):
                    return index
        in_parts = self._in_parts(wanted, 1, after, scaled)
        if in_parts is None and wanted.ndim == 2 and min(wanted.shape) > 1:  # a sample a node
            return self._in_parts(wanted, len(wanted), after, scaled)
        return in_parts

    def _single(self, wanted: float, after: int, scaled: bool) -> int | None:
        """The first single number, of all looked at together."""
        nodes, values = self._singles
        if scaled:
            values, wanted = np.abs(values), abs(wanted)
        near = (np.abs(values - wanted) <= TOLERANCE * abs(wanted)) & (nodes > after)
        return int(nodes[near.argmax()]) if near.any() else None

    @cached_property
    def _singles(self) -> tuple[Array, Array]:
        nodes = self._by_size.get(1, [])
        return np.array(nodes, int), np.array([self._graph.value(n).item() for n in nodes], float)

    def _in_parts(self, wanted: Array, size: int, after: int, scaled: bool) -> int | None:
        """Of so many numbers each that one expression gave one after another, the first.

        Of a sum that is added up term by term the last counts, as it is used elsewhere.
        """
        own: dict[tuple[int, str], list[int]] = defaultdict(list)
        for index in self._by_size.get(size, ()):
            if index > after:
                own[self._graph.nodes[index].site, self._graph.nodes[index].name].append(index)
        count = wanted.size // size
        for every in own.values():
            whole = [n for n in every if self._ends(n)]
            for nodes in (every, whole)[: 1 + (len(whole) < len(every))]:
                first = [self._graph.value(n).reshape(-1) for n in nodes[:count]]
                orders = (first, first[::-1]) if len(nodes) >= count else ()
                ways = (np.concatenate(order) for order in orders)
                if any(_alike(v, face, scaled) for v in ways for face in _faces(wanted)):
                    return nodes[0]
        return None

    def _ends(self, node: int) -> bool:
        """Whether a sum is not added to by the same expression."""
        graph = self._graph
        return all(graph.nodes[u].site != graph.nodes[node].site for u in graph.users[node])


def _faces(array: Array) -> list[Array]:
    return [array.reshape(-1), array.T.reshape(-1)] if array.ndim > 1 else [array.reshape(-1)]


def _alike(own: Array, wanted: Array, scaled: bool) -> bool:
    size = np.abs(wanted).max()
    if not scaled:
        return bool(np.abs(own - wanted).max() <= TOLERANCE * size)
    if own.size == 1:
        return bool(abs(abs(own[0]) - size) <= TOLERANCE * size)
    square = float(wanted @ wanted)
    times = float(own @ wanted) / square
    return times != 0 and bool(np.abs(own - times * wanted).max() <= TOLERANCE * abs(times) * size)
