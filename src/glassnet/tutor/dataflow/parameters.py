"""Which numbers are parameters, told by the graph's structure alone.

A number p is one where p ± δ takes its place: δ was computed from p, and what is used later where
p was used is the sum. Names, shapes and where it is kept do not count.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from glassnet.tutor.dataflow.graph import Array, Graph

ROUNDS = 6  # steps of each parameter that are looked at
_ENTRYWISE = {"add", "subtract", "multiply", "divide", "negative", "sqrt", "power", "square"}
DEEPEST = 6  # sums upon sums in one step: decay, then slope, then momentum


@dataclass
class ParameterStep:
    """One step of a parameter or a part of it: `node` is what it became.

    owner, place: whose each of its numbers was before. path: the sums between, carriers: the
    operand of each through which it comes. later: how many steps of it went before. given: the
    gradient of which an optimizer made it, where that is looked at in its place; else -1.
    """

    node: int
    owner: Array
    place: Array
    path: tuple[int, ...]
    carriers: tuple[int, ...]
    parameter: int = 0
    later: int = 0
    given: int = -1

    @cached_property
    def owners(self) -> frozenset[int]:
        """All whose its numbers were before."""
        return frozenset(np.unique(self.owner).tolist())

    def deltas(self, graph: Graph) -> list[int]:
        """What is added on the way, and taken off."""
        return [
            o
            for node, carrier in zip(self.path, self.carriers)
            for slot, o in enumerate(graph.nodes[node].operands)
            if slot != graph.nodes[node].operands.index(carrier)
        ]


@dataclass
class FoundParameters:
    """The steps of each parameter in their order, and all nodes that became one.

    last: the node that each became last, in steps that are not looked at too.
    """

    steps: dict[int, list[ParameterStep]] = field(default_factory=dict)  # parameter → steps
    made: set[int] = field(default_factory=set)
    before: set[int] = field(default_factory=set)  # nodes whose numbers were stepped from
    last: dict[int, int] = field(default_factory=dict)


@lru_cache(1)  # of one run it is asked more than once
def find_parameters(graph: Graph) -> FoundParameters:
    """All of them."""
    uses = uses_of(graph)
    found: dict[int, list[ParameterStep]] = {}
    for node in graph.nodes:
        if node.name in ("add", "subtract") and uses[node.index] and node.value.size:
            ways = list(_ways(graph, node.index, uses))
            if ways:
                found[node.index] = ways
    found = _without_accumulators(graph, found)
    cut = set(found)
    kept: dict[int, ParameterStep] = {}
    for index, every in found.items():
        ways = [step for step in every if cut.isdisjoint(step.path[1:])]  # one step, not several
        for step in sorted(ways, key=lambda s: -int(s.owner.max())):
            if _comes_from_itself(graph, step, cut):
                kept[index] = step
                break
    _last_ones(graph, kept)
    return _chains(kept)


def unkept(graph: Graph) -> tuple[int, int] | None:
    """Where weights get a step again and again, and nobody keeps what it gives.

    The first such sum, and the weights; None where there is none.
    """
    found: dict[tuple[int, int], int] = {}
    for node in graph.nodes:
        if node.name not in ("add", "subtract") or not node.value.ndim or graph.users[node.index]:
            continue
        for weights, step in (node.operands, node.operands[::-1])[: 1 + (node.name == "add")]:
            whole = graph.value(weights).shape == node.value.shape and _goes_forward(graph, weights)
            if not whole or weights not in graph.ancestors([step]):
                continue
            first = found.setdefault((node.site, weights), node.index)
            if first != node.index:
                return first, weights
    return None


def uses_of(graph: Graph) -> list[set[tuple[int, str, int]]]:
    """Where the numbers of each node are used: (expression, operation, which operand)."""
    uses: list[set[tuple[int, str, int]]] = [set() for _ in graph.nodes]
    for node in graph.nodes:
        if node.name in ("gather", "leaf", "constant"):
            continue
        for slot, operand in enumerate(node.operands):
            for source in graph.sources(operand):
                uses[source].add((node.site, node.name, slot))
    return uses


def _ways(graph: Graph, index: int, uses: list[set[tuple[int, str, int]]]) -> list[ParameterStep]:
    """What a sum may be a step of: an operand used elsewhere where the sum is used too."""
    ways: list[ParameterStep] = []
    size = graph.value(index).size
    waiting: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((index,), ())]
    while waiting:
        path, through = waiting.pop()
        at = path[-1]
        node = graph.nodes[at]
        own = {graph.nodes[n].site for n in path}
        for operand in _carriers(graph, at):
            if graph.value(operand).size != size:
                continue
            owner, place = graph.entries(operand)
            theirs = set(owner.tolist())
            common = [
                key
                for key in uses[index]
                if key[0] not in own and all(key in uses[source] for source in theirs)
            ]
            if common:
                ways.append(ParameterStep(index, owner, place, path, (*through, operand)))
            elif len(path) < DEEPEST and len(theirs) == 1 and node.name != "gather":
                inner = next(iter(theirs))
                sums = graph.nodes[inner].name in ("add", "subtract", "multiply")
                if sums and graph.value(inner).size == size:
                    waiting.append(((*path, inner), (*through, operand)))
    return ways


def _carriers(graph: Graph, index: int) -> list[int]:
    """The operands that a sum adds something to; of a product, what decays a little."""
    node = graph.nodes[index]
    if node.name == "add":
        return list(node.operands)
    if node.name == "subtract":
        return [node.operands[0]]
    if node.name == "multiply":
        first, second = node.operands
        both = ((first, second), (second, first))
        return [o for o, c in both if graph.value(c).size == 1 and 0.5 <= graph.value(c) <= 1]
    return []


def _comes_from_itself(graph: Graph, step: ParameterStep, cut: set[int]) -> bool:
    """Whether a step's change was computed from what is stepped, without another step between."""
    others = step.deltas(graph)
    passed = {*others, *_states(graph, others, cut)}
    first = min(step.owners)  # what was computed before cannot come from it
    waiting, seen = list(others), set(others)
    while waiting:
        node = waiting.pop()
        if node in step.owners:
            return True
        if node not in cut or node in passed:
            more = [o for o in graph.nodes[node].operands if o >= first and o not in seen]
            seen.update(more)
            waiting += more
    return False


def _states(graph: Graph, others: list[int], cut: set[int]) -> set[int]:
    """What an optimizer remembers: it comes into a step entry by entry."""
    found: set[int] = set()
    waiting, seen = list(others), set[int]()
    while waiting:
        index = waiting.pop()
        if index in seen:
            continue
        seen.add(index)
        node = graph.nodes[index]
        if index in cut:
            if not _goes_forward(graph, index):
                found.add(index)
        elif node.name in _ENTRYWISE:
            known = [o for o in node.operands if graph.nodes[o].name in ("leaf", "constant")]
            if node.value.size > 1 or known or node.name in ("add", "subtract"):
                waiting += [o for o in node.operands if graph.value(o).size == node.value.size]
    return found


def _goes_forward(graph: Graph, index: int) -> bool:
    """Whether a product of matrices or more numbers than it has itself are made of it."""
    size = graph.value(index).size
    return any(
        graph.nodes[user].name in ("einsum", "outer") or graph.value(user).size > size > 1
        for user in graph.users[index]
    )


def _last_ones(graph: Graph, kept: dict[int, ParameterStep]) -> None:
    """The steps after which the run ended: at the same place, of what was stepped before."""
    places = {graph.nodes[n].site: len(step.path) for n, step in kept.items()}
    for node in graph.nodes:
        if node.site not in places or node.index in kept or node.name not in ("add", "subtract"):
            continue
        path, carriers = [node.index], []
        while len(path) <= DEEPEST:
            first = [
                o for o in _carriers(graph, path[-1]) if graph.value(o).size == node.value.size
            ]
            after = [o for o in first if any(s in kept for s in graph.sources(o))]
            if after:
                owner, place = graph.entries(after[0])
                kept[node.index] = ParameterStep(
                    node.index, owner, place, tuple(path), (*carriers, after[0])
                )
                break
            inner = [o for o in first if graph.nodes[o].name in ("add", "subtract", "multiply")]
            if not inner:
                break
            path.append(inner[0])
            carriers.append(inner[0])


def _without_accumulators(
    graph: Graph, found: dict[int, list[ParameterStep]]
) -> dict[int, list[ParameterStep]]:
    """Without sums from a whole number that no step goes on from: `s = 0; s += w * x`.

    All equal whole numbers are one node, so that one may seem to come from itself.
    """
    stepped = {o for ways in found.values() for step in ways for o in step.owner.tolist()}

    def begun(step: ParameterStep) -> bool:
        return all(graph.nodes[owner].name == "constant" for owner in step.owner.tolist())

    kept = {index: [step for step in ways if index in stepped or not begun(step)]
            for index, ways in found.items()}  # fmt: skip
    return {index: ways for index, ways in kept.items() if ways}


def _chains(kept: dict[int, ParameterStep]) -> FoundParameters:
    above: dict[int, int] = {}

    def top(node: int) -> int:
        while above.get(node, node) != node:
            node = above[node]
        return node

    late: dict[int, int] = defaultdict(int)
    result = FoundParameters()
    inside = {n for step in kept.values() for n in step.path[1:]}
    for index, step in sorted(kept.items()):
        if index in inside:
            continue
        for owner in step.owners:
            above.setdefault(owner, owner)
            above[top(index) if index in above else index] = top(owner)
            late[index] = max(late[index], late[owner] + 1)
        step.later = late[index] - 1
        if step.later >= ROUNDS:
            continue
        result.made.add(index)
        result.before |= step.owners
    for index in sorted(result.made):
        step = kept[index]
        step.parameter = top(index)
        result.steps.setdefault(step.parameter, []).append(step)
    for index in sorted(kept.keys() - inside):
        result.last[top(index)] = index
    return result
