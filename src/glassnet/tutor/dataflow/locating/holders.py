"""Which expressions of the way back hold an adjoint, or a multiple of one."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from glassnet.tutor.dataflow.graph import Array
from glassnet.tutor.dataflow.readings import StepReading
from glassnet.tutor.dataflow.stepping.rounds import multiple_of

CLOSE = 1e-6
USUAL = (1.0, -1.0, 2.0, -2.0, 0.5, -0.5)  # what a single number may be a multiple by
OFTEN = 2  # other rounds in which it is the same multiple, whatever that is


class Holders:
    """Of one reading of a run: what comes from the errors, and which of it is right.

    errors: the nodes that come from the comparison with the target. right: of those that were
    looked at, whose adjoint each holds, times what.
    """

    def __init__(self, reading: StepReading) -> None:
        graph, parameters, target = reading.graph, reading.parameters, reading.target
        self._graph, self._parameters, self._target = graph, parameters, target
        self._adjoints, self._live = reading.adjoints, reading.live
        meetings = [pair.node for pair in target.pairs] + self._written_again()
        self.errors = graph.descendants(meetings, parameters.made)
        self._forward = set(reading.adjoints.of) - self.errors
        self._quantities = self._named_quantities()
        self._keys, self._places = self._same_places()
        self.right: dict[int, tuple[int, float]] = {}  # node → (whose adjoint it is, times what)

    def _written_again(self) -> list[int]:
        """The same comparison at other places; `1 - a` is none, though a target may be 1."""
        graph = self._graph
        alike: dict[int, list[tuple[int, bool]]] = defaultdict(list)
        for pair in self._target.pairs:
            for user in graph.users[pair.output]:
                others = [o for o in graph.nodes[user].operands if o not in self._live]
                if graph.nodes[user].name in ("subtract", "divide") and others:
                    value = graph.value(others[0])
                    same = value.size == pair.target.size and np.array_equal(
                        value.reshape(-1), pair.target.reshape(-1)
                    )
                    alike[graph.nodes[user].site].append((user, same))
        return [user for each in alike.values() if all(s for _, s in each) for user, _ in each]

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
        return all(abs(t - times) <= 1e-4 * abs(times) for t in self._elsewhere(node, forward))

    def _elsewhere(self, node: int, forward: int) -> list[float]:
        """In the other rounds, what the same expression is of the adjoint of the same quantity."""
        keys, found = self._keys, list[float]()
        forwards = self._places[keys[forward]]
        ago = bisect_left(forwards, node) - bisect_left(forwards, forward)
        if ago < 1:
            return []  # it went forward later
        turns: dict[int, int] = defaultdict(int)  # of each pass, how often it came there
        seen: list[tuple[int, int, int]] = []
        for other in self._places[keys[node]]:
            gone = bisect_left(forwards, other)
            seen.append((other, gone, turns[gone]))
            turns[gone] += 1
        own_turn = next((turn for other, _, turn in seen if other == node), -1)
        for other, gone, turn in seen:
            if other == node or turn != own_turn or gone < ago:
                continue
            adjoint = self._adjoints.of.get(forwards[gone - ago])
            if adjoint is not None:
                times = multiple_of(self._graph.value(other), adjoint, CLOSE)
                found += [times] if times else []
        return found

    def _same_places(self) -> tuple[list[int], dict[int, list[int]]]:
        """Of each node how it was computed, as a number; and all that were computed so."""
        graph = self._graph
        numbers: dict[tuple[object, ...], int] = {}
        keys: list[int] = []
        places: dict[int, list[int]] = defaultdict(list)
        own: dict[int, int] = {}
        for parameter, steps in self._parameters.steps.items():
            for step in steps:
                own.update(dict.fromkeys([*step.owners, step.node], parameter))
        for node in graph.nodes[: max(self._parameters.made) + 1]:
            sources = graph.sources(node.index)
            if all(s in own for s in sources):
                key: tuple[object, ...] = ("parameter", *dict.fromkeys(own[s] for s in sources))
            elif node.name in ("leaf", "constant"):
                key = (node.name,)
            else:
                key = (node.name, node.site, node.stack, *(keys[o] for o in node.operands))
            keys.append(numbers.setdefault(key, len(numbers)))
            places[keys[-1]].append(node.index)
        return keys, places

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
            if adjoint.size == 1 and self._range[0] <= forward < node:
                times = multiple_of(value.reshape(()), adjoint.reshape(()), CLOSE)
                if any(abs(times - usual) < 1e-7 for usual in USUAL) or (
                    times and self._always(node, forward, times)
                ):
                    yield forward, times

    def _always(self, node: int, forward: int, times: float) -> bool:
        """Whether it is so in so many rounds that it is no chance."""
        others = self._elsewhere(node, forward)
        return len(others) >= OFTEN and all(abs(t - times) <= CLOSE * abs(times) for t in others)

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

    def holder_of(self, forward: int) -> int | None:
        """A node that holds the adjoint of a quantity; None where the program has none.

        Of those that were not looked at yet, arrays alone: a number is some multiple of any other.
        """
        known = next((n for n, (f, _) in self.right.items() if f == forward), None)
        adjoint = self._adjoints.of[forward]
        if known is not None or adjoint.size == 1:
            return known
        first, last = self._range
        for node in sorted(self.errors):
            value = self._graph.value(node)
            alike = first <= node <= last and value.shape == adjoint.shape
            if alike and multiple_of(value, adjoint, CLOSE):
                return node
        return None

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
