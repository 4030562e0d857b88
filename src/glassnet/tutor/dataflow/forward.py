"""What goes forward and is not learned, and what is computed and kept nowhere."""

from __future__ import annotations

import numpy as np

from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.parameters import FoundParameters
from glassnet.tutor.dataflow.targets import FoundTarget


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


def unused(graph: Graph, parameters: FoundParameters, target: FoundTarget) -> tuple[str, ...]:
    """Arrays that are stepped by what the error gives and are used nowhere else."""
    errors = graph.descendants([pair.node for pair in target.pairs], parameters.made)
    elsewhere: set[int] = set()
    found: dict[int, str] = {}
    for node in graph.nodes:
        own = node.name in ("add", "subtract") and node.value.ndim and node.index in graph.names
        if not own or node.index in parameters.made:
            continue
        before, step = node.operands
        begun = graph.nodes[before].name == "leaf" or graph.nodes[before].site == node.site
        if any(graph.nodes[u].site != node.site for u in graph.users[node.index]):
            elsewhere.add(node.site)
        if begun and before not in errors and step in errors and graph.users[node.index]:
            found.setdefault(node.site, graph.names[node.index])
    return tuple(name for site, name in found.items() if site not in elsewhere)


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
            elif drawn(graph, other) and added_again(graph, other):
                found.setdefault(other, graph.names.get(other, graph.site(index).text))
    return found


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
    alike = {n.index for n in graph.nodes
             if n.name == "leaf" and np.array_equal(n.value, value)} | {node}  # fmt: skip
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
