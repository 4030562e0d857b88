"""Which expressions of the way back hold an adjoint, or a multiple of one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.tutor.dataflow.adjoints import Adjoints
from glassnet.tutor.dataflow.graph import Array, Graph
from glassnet.tutor.dataflow.parameters import FoundParameters
from glassnet.tutor.dataflow.rounds import multiple_of
from glassnet.tutor.dataflow.targets import FoundTarget

CLOSE = 1e-6
USUAL = (1.0, -1.0, 2.0, -2.0, 0.5, -0.5)  # what a single number may be a multiple by


class Holders:
    """Of one reading of a run: what comes from the errors, and which of it is right.

    errors: the nodes that come from the comparison with the target. right: of those that were
    looked at, whose adjoint each holds, times what.
    """

    def __init__(
        self, graph: Graph, parameters: FoundParameters, target: FoundTarget, adjoints: Adjoints,
        live: set[int],
    ) -> None:  # fmt: skip
        self._graph, self._parameters, self._target = graph, parameters, target
        self._adjoints, self._live = adjoints, live
        meetings = [pair.node for pair in target.pairs]
        meetings += [  # the same comparison, written once more
            user
            for pair in target.pairs
            for user in graph.users[pair.output]
            if graph.nodes[user].name in ("subtract", "divide")
            and any(o not in live for o in graph.nodes[user].operands)
        ]
        self.errors = graph.descendants(meetings, parameters.made)
        self._forward = set(adjoints.of) - self.errors
        self._quantities = self._named_quantities()
        self.right: dict[int, tuple[int, float]] = {}  # node → (whose adjoint it is, times what)

    def begin(self, first: int, last: int, strict: bool) -> None:
        """One round, from its first node to its last; strict: a steady multiple is asked for."""
        self._range, self._strict = (first, last), strict
        self.right = {}

    def fine(self, node: int) -> bool:
        """Whether a node went forward, or holds the adjoint of one that did."""
        if node not in self.errors or node in self._forward or node in self._parameters.made:
            return True
        if node in self.right:
            return True
        for forward, times in self._held(node):
            if self._strict and not self._steady(node, forward, times):
                continue
            self.right[node] = (forward, times)
            return True
        return False

    def _steady(self, node: int, forward: int, times: float) -> bool:
        """Whether the same expression is the same multiple of the same adjoint elsewhere too."""
        graph = self._graph
        own, theirs = graph.nodes[node], graph.nodes[forward]
        alike = [
            f
            for f in self._adjoints.of
            if graph.nodes[f].site == theirs.site and graph.nodes[f].name == theirs.name
        ]
        for other in graph.nodes:
            same = other.site == own.site and other.stack == own.stack and other.name == own.name
            if not same or other.index == node:
                continue
            before = [f for f in alike if f < other.index]
            if before:
                found = multiple_of(other.value, self._adjoints.of[max(before)], CLOSE)
                if found and abs(found - times) > 1e-4 * abs(times):
                    return False
        return True

    def _held(self, node: int) -> Iterator[tuple[int, float]]:
        value = self._graph.value(node)
        if value.size > 1:
            first, last = self._range
            for forward, adjoint in self._adjoints.of.items():
                near = first <= forward <= last or forward in self._parameters.before
                times = multiple_of(value, adjoint, CLOSE) if near else 0.0
                if times:
                    yield forward, times
            return
        group = self._alike(node, self.errors)
        values = np.array([float(self._graph.value(n).reshape(())) for n in group])
        if len(group) > 1 and node in group:
            for key in self._single_groups(len(group)):
                slopes = np.array([float(self._adjoints.of[f].reshape(())) for f in key])
                for order in (slice(None), slice(None, None, -1)):
                    times = multiple_of(values, slopes[order], CLOSE)
                    if times:
                        yield key[order][group.index(node)], times
        for forward, adjoint in self._adjoints.of.items():
            if adjoint.size == 1 and self._range[0] <= forward:
                times = multiple_of(value.reshape(()), adjoint.reshape(()), CLOSE)
                if any(abs(times - usual) < 1e-7 for usual in USUAL):
                    yield forward, times

    def _alike(self, node: int, among: set[int] | dict[int, Array]) -> list[int]:
        """The single numbers of one expression in this round."""
        own = self._graph.nodes[node]
        first, last = self._range
        return [
            n
            for n in range(first, min(last + 1, len(self._graph)))
            if n in among
            and self._graph.nodes[n].site == own.site
            and self._graph.nodes[n].name == own.name
            and self._graph.value(n).size == 1
        ]

    def _single_groups(self, size: int) -> list[list[int]]:
        groups: dict[tuple[int, str], list[int]] = {}
        first, last = self._range
        for forward in sorted(self._adjoints.of):
            node = self._graph.nodes[forward]
            if node.value.size == 1 and first <= forward <= last and node.name != "gather":
                groups.setdefault((node.site, node.name), []).append(forward)
        return [group for group in groups.values() if len(group) == size]

    def near(self) -> list[int]:
        """The quantities of this round, and what went into it."""
        first, last = self._range
        return [q for q in self._quantities if first <= q <= last or q in self._parameters.before]

    def given(self, node: int) -> bool:
        """Whether a node is taken as it is: it went forward, or holds an adjoint."""
        if node in self.errors:
            return self.fine(node)
        return node in self._forward or node in self._parameters.before or node not in self._live

    def _named_quantities(self) -> list[int]:
        """What went forward and has a name in any textbook: x, z, a, W and b."""
        graph = self._graph
        found = set(self._parameters.before) | {pair.output for pair in self._target.pairs}
        for index in self._adjoints.of:
            node = graph.nodes[index]
            if node.name == "einsum":
                found.add(index)
                found |= {s for o in node.operands for s in graph.sources(o)}
            elif node.name == "add" and any(graph.nodes[o].name == "einsum" for o in node.operands):
                found.add(index)
        return sorted(found)
