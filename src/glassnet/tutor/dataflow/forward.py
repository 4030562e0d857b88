"""What goes forward and is not learned, and what is computed and kept nowhere."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glassnet.tutor.dataflow.adjoints import Adjoints, fitted
from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.parameters import FoundParameters
from glassnet.tutor.dataflow.stepping.rounds import multiple_of
from glassnet.tutor.dataflow.targets import FoundTarget

CLOSE = 1e-6
MOST = 12  # passes that are looked at


def unmoved(
    graph: Graph, parameters: FoundParameters, target: FoundTarget, live: set[int]
) -> dict[int, str]:
    """Weights of the way forward that no step moves: a product of two that are no parameters.

    Their nodes, with their names, "" where they have none.
    """
    outputs = [pair.output for pair in target.pairs[:1]]
    found: dict[int, str] = {}
    names: dict[frozenset[int], str] = {}
    for node, name in graph.names.items():
        names.setdefault(frozenset(graph.sources(node)), name)
    for index in sorted(graph.ancestors(outputs, parameters.made)):
        node = graph.nodes[index]
        if node.name != "einsum":
            continue
        sources = {o: frozenset(graph.sources(o)) for o in node.operands}
        every = frozenset().union(*sources.values())
        if not every.isdisjoint(parameters.made | parameters.before):
            continue
        for operand, own in sources.items():
            if live.isdisjoint({operand, *own}):
                found[operand] = graph.names.get(operand) or names.get(own, "")
    return found


def left_behind(
    graph: Graph, parameters: FoundParameters, target: FoundTarget, live: set[int]
) -> tuple[int, int] | None:
    """A number that no step moves, where others in its place of a product are parameters.

    The first step of one of those, and the product; None where all are moved.
    """
    stepped = parameters.made | parameters.before
    seen: dict[int, int] = {}  # in how many passes each was taken, beside what is not 0
    for pair in target.pairs[:MOST]:
        moving: dict[tuple[int, int], int] = {}
        still: dict[tuple[int, int], list[int]] = {}
        for index in graph.ancestors([pair.output], stepped):
            node = graph.nodes[index]
            if node.name != "multiply" or node.value.size > 1:
                continue
            sources = [set(graph.sources(o)) for o in node.operands]
            for slot, own in enumerate(sources):
                if not own.isdisjoint(stepped):
                    moving[node.site, slot] = min(own & stepped)
            if live.isdisjoint(set.union(*sources, set(node.operands))) and np.any(node.value):
                for slot in (0, 1):
                    still.setdefault((node.site, slot), []).append(index)
        for key in moving.keys() & still.keys():
            for index in still[key]:
                own = graph.nodes[index].operands[key[1]]
                seen[own] = seen.get(own, 0) + 1
                if seen[own] > 1:
                    return _step_of(parameters, moving[key]), index
    return None


def _step_of(parameters: FoundParameters, node: int) -> int:
    """The first step of the parameter that a node is of."""
    return next(
        own[0].node
        for own in parameters.steps.values()
        if any(node in step.owners or node == step.node for step in own)
    )


@dataclass(frozen=True)
class Idle:
    """An array that is stepped, or added up, by what the error gives and is used nowhere else.

    first: its first node. step: what is added there.
    """

    name: str
    first: int
    step: int


def unused(graph: Graph, parameters: FoundParameters, target: FoundTarget) -> list[Idle]:
    """The arrays that are brought up to date round by round, and never looked at."""
    errors = graph.descendants([pair.node for pair in target.pairs], parameters.made)
    begun: dict[int, int] = {}  # of each node, the first of its kind
    found: dict[int, Idle] = {}
    within: set[tuple[int, int]] = set()  # who uses whom to go on
    for node in graph.nodes:
        if node.name not in ("add", "subtract") or not node.value.ndim:
            continue
        for carrier, step in (node.operands, node.operands[::-1])[: 1 + (node.name == "add")]:
            way = _stem(graph, carrier)
            begins = graph.nodes[way[-1]].name == "leaf" and step in errors
            if way[-1] not in parameters.made and (begins or way[-1] in begun):
                first = begun[node.index] = begun.get(way[-1], node.index)
                within |= set(zip(way, (node.index, *way)))
                name = graph.names.get(way[-1]) or graph.names.get(node.index)
                if first not in found and name:
                    found[first] = Idle(name, first, step)
                break
    used = {begun[n] for n in begun for u in _users(graph, n) if (n, u) not in within}
    again = {first for node, first in begun.items() if node != first}
    return [idle for first, idle in found.items() if first in again - used - parameters.made]


def put_in_place(
    graph: Graph, parameters: FoundParameters, target: FoundTarget
) -> tuple[int, str] | None:
    """What an error gives and goes forward by itself, where something else stood at first.

    Its node and what that is called: a bias, or weights, in whose place the step is put.
    """
    return next(iter(put(graph, parameters, target).items()), None)


def put(graph: Graph, parameters: FoundParameters, target: FoundTarget) -> dict[int, str]:
    """All that an error gives and that goes forward by itself, in two passes and more."""
    paces = {len(steps) for steps in parameters.steps.values()}
    if len(paces) > 1 or not target.pairs:  # else one is no longer followed
        return {}
    errors = graph.descendants([pair.node for pair in target.pairs], parameters.made)
    errors -= parameters.made
    given: dict[tuple[int, int, str], set[int]] = {}  # of each sum, which operands were given
    stood = set[int]()  # what they were given
    for index in graph.ancestors([target.pairs[0].output], parameters.made):
        node = graph.nodes[index]
        if node.name in ("add", "subtract", "einsum"):
            own = {slot for slot, o in enumerate(node.operands) if _is_given(graph, o)}
            stood |= {s for slot in own for s in graph.sources(node.operands[slot])}
            given.setdefault((node.site, node.stack, node.name), own).intersection_update(own)
    found: dict[tuple[int, int, str, int], set[int]] = {}
    for node in graph.nodes[: max(parameters.made)]:
        for slot in given.get((node.site, node.stack, node.name), ()):
            sources = errors.intersection(graph.sources(node.operands[slot]))
            if sources and not _made_of(graph, min(sources), stood):
                key = node.site, node.stack, node.name, slot
                found.setdefault(key, set()).add(min(sources))
    return {
        node: "weights-replaced" if key[2] == "einsum" else "bias-replaced"
        for key, nodes in found.items()
        for node in sorted(nodes)
        if len(nodes) > 1
    }


def _made_of(graph: Graph, node: int, stood: set[int]) -> bool:
    """Whether something is what stood there with a step taken from it, cut or shrunk maybe."""
    size, waiting = graph.value(node).size, [node]
    while waiting:
        node = waiting.pop()
        if node in stood:
            return True
        if graph.nodes[node].name != "einsum":
            waiting += [o for o in graph.nodes[node].operands if graph.value(o).size == size]
    return False


def _is_given(graph: Graph, node: int) -> bool:
    return all(graph.nodes[s].name in ("leaf", "constant") for s in graph.sources(node))


def _stem(graph: Graph, node: int) -> list[int]:
    """What a share of is taken, a number times it: the nodes on the way there."""
    way = [node]
    while graph.nodes[way[-1]].name == "multiply":
        first, second = graph.nodes[way[-1]].operands
        numbers = [o for o in (first, second) if graph.value(o).size == 1]
        if len(numbers) != 1:
            break
        way.append(second if numbers == [first] else first)
    return way


def _users(graph: Graph, node: int) -> list[int]:
    """Who uses a node; not who only looks at a part of it."""
    return [u for u in graph.users[node] if graph.nodes[u].name != "gather" or graph.users[u]]


def biases_left(
    graph: Graph, parameters: FoundParameters, target: FoundTarget, live: set[int]
) -> dict[int, str]:
    """What is added to a weighted sum and is no parameter, though it has a name or was drawn."""
    outputs = [pair.output for pair in target.pairs[:1]]
    found: dict[int, str] = {}
    for index in graph.ancestors(outputs, parameters.made):
        node = graph.nodes[index]
        if node.name != "add" or index not in live:
            continue
        for own, other in (node.operands, node.operands[::-1]):
            if own not in live or other in live:
                continue
            other = _begun(graph, other)
            if other not in graph.names and len(graph.sources(other)) == 1:
                other = graph.sources(other)[0]  # what it is a view of
            if graph.nodes[own].name == "einsum" and other in graph.names:
                found.setdefault(other, graph.names[other])
            elif (drawn(graph, other) or _zeros(graph, other)) and added_again(graph, other):
                found.setdefault(other, graph.names.get(other, _added(graph.site(index).text)))
    return found


def _zeros(graph: Graph, node: int) -> bool:
    """Whether it was begun as an array of zeros, as biases are."""
    value = graph.value(node)
    return graph.nodes[node].name == "leaf" and value.size > 1 and not np.any(value)


def _added(text: str) -> str:
    """What a sum's text adds last: `b["1"]` of `x @ W + b["1"]`; the whole where it is no sum."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return text
    is_sum = isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add)
    return ast.unparse(tree.right) if is_sum and isinstance(tree, ast.BinOp) else text


def learned_biases(graph: Graph, parameters: FoundParameters) -> bool:
    """Whether a parameter is added to a weighted sum."""
    return any(
        graph.nodes[user].name == "add"
        and any(graph.nodes[o].name == "einsum" for o in graph.nodes[user].operands)
        for node in parameters.made
        for view in (node, *(u for u in graph.users[node] if graph.nodes[u].name == "gather"))
        for user in graph.users[view]
    )


def step_beside(graph: Graph, parameters: FoundParameters, bias: int) -> int:
    """The first step of the weights whose sum a bias is added to; of any, where none is found."""
    views = {bias, *(u for u in graph.users[bias] if graph.nodes[u].name == "gather")}
    users = {user for view in views for user in graph.users[view]}
    sums = {o for user in users for o in graph.nodes[user].operands} - views
    weights = {s for o in sums for w in (o, *graph.nodes[o].operands) for s in graph.sources(w)}
    steps = [step.node for own in parameters.steps.values() for step in own
             if not step.owners.isdisjoint(weights)]  # fmt: skip
    return min(steps or parameters.made)


def slope_kept(
    graph: Graph, parameters: FoundParameters, target: FoundTarget, adjoints: Adjoints, bias: int,
    idle: Sequence[Idle],
) -> bool:  # fmt: skip
    """Whether the derivative by what is added to a sum was computed, and used for nothing."""
    sums = [u for u in graph.users[bias] if u in adjoints.of]
    slopes = [fitted(adjoints.of[u], graph.value(bias).shape) for u in sums]
    errors = graph.descendants([pair.node for pair in target.pairs], parameters.made)
    left = [n for n in errors if not _users(graph, n)] + [each.step for each in idle]
    return any(multiple_of(graph.value(n), slope, CLOSE) for n in left for slope in slopes)


def _begun(graph: Graph, node: int) -> int:
    """What a sum that began at 0 began with."""
    while graph.nodes[node].name == "add":
        other = [o for o in graph.nodes[node].operands if np.any(graph.value(o))]
        if len(other) != 1:
            break
        node = other[0]
    return node


def drawn(graph: Graph, node: int) -> bool:
    """Whether its numbers have more digits than one writes."""
    value = graph.value(node)
    leaves = all(graph.nodes[s].name == "leaf" for s in graph.sources(node))
    return leaves and bool(np.any(np.round(value, 6) != value))


def added_again(graph: Graph, node: int) -> bool:
    """Whether the same numbers are added at one place in several rounds, and do nothing else."""
    value = graph.value(node)
    alike = {n.index for n in graph.nodes if np.any(value)
             and n.name == "leaf" and np.array_equal(n.value, value)} | {node}  # fmt: skip
    alike |= set(graph.sources(node))
    views = {u for n in alike for u in graph.users[n] if graph.nodes[u].name == "gather"}
    users = {u for n in alike | views for u in graph.users[n]} - views
    sites = [graph.nodes[u].site for u in users]
    added = all(graph.nodes[u].name == "add" for u in users)
    return added and any(sites.count(s) > 1 for s in sites)


def dropped(
    graph: Graph, parameters: FoundParameters, target: FoundTarget, biases: dict[int, str]
) -> list[int]:
    """Steps that are computed and kept nowhere."""
    errors = graph.descendants([pair.node for pair in target.pairs], parameters.made)
    return [
        user
        for bias in biases
        for user in graph.users[bias]
        if graph.nodes[user].name in ("add", "subtract")
        and graph.nodes[user].operands[0] == bias
        and graph.nodes[user].operands[1] in errors
    ]


def loss_told(graph: Graph, target: FoundTarget, live: set[int]) -> str:
    """The loss that the program itself computes, to print or to keep; "" where it does not."""
    outputs = {pair.output for pair in target.pairs}
    differences = {
        n.index
        for n in graph.nodes
        if n.name == "subtract" and outputs & set(n.operands)
        and not all(o in live for o in n.operands)
    }  # fmt: skip
    near = set(outputs)  # the outputs, kept away from 0 and 1
    for node in graph.nodes:
        kept = node.name in ("clip", "add", "subtract", "maximum", "minimum", "gather")
        if kept and not near.isdisjoint(node.operands) and node.index not in differences:
            near.add(node.index)
    logs = {n.index for n in graph.nodes if n.name == "log" and near & set(n.operands)}
    for node in graph.nodes:
        squared = node.name == "square" or (
            node.name == "power" and np.all(graph.value(node.operands[1]) == 2)
        )
        summed = any(graph.nodes[u].name in ("sum", "mean") for u in graph.users[node.index])
        if squared and summed and node.operands[0] in differences:
            return "squared error"
        if node.index in logs and any(
            graph.nodes[u].name == "multiply" for u in graph.users[node.index]
        ):
            return "cross-entropy"
    return ""
