"""Where a wrong quantity arises: an expression, the function that is called, or the call."""

from __future__ import annotations

from copy import copy

import numpy as np

from glassnet.core import activations
from glassnet.tutor.script.computed import Computed
from glassnet.tutor.script.read_run import SeenRun
from glassnet.tutor.textbook import Array, TextbookPass

MOST = 12  # calls of one function that are looked at


def computed(seen: SeenRun, values: Array) -> int:
    """The node behind the steps that holds these numbers, or a multiple of them; -1: none."""
    asked = Computed(seen.run.graph, seen.run.graph.ancestors(seen.run.parameters.made))
    at = asked.find_scaled(values, seen.first)
    if at is None and values.size > 1 and np.ptp(values) == 0:  # one number for many
        at = asked.find_scaled(values.reshape(-1)[:1], seen.first)
    return -1 if at is None else at


def slope_of(seen: SeenRun, delta: int, slope: Array) -> int:
    """Where the derivative was computed that a delta was multiplied by; else where that was."""
    graph, chain, waiting = seen.run.graph, set[int](), [delta]
    while waiting and delta >= 0:
        chain.add(node := waiting.pop())
        if graph.nodes[node].name in ("multiply", "gather"):
            waiting += graph.nodes[node].operands
    at = Computed(graph, chain - {delta}).find_scaled(slope)
    if at is None:
        return delta if delta >= 0 else computed(seen, slope)
    return delta if graph.nodes[at].name == "leaf" else at


def where_carried(seen: SeenRun, wrong: TextbookPass, l: int, node: int) -> int:
    """Where what is carried back to a layer was computed, if it is that which is wrong."""
    passed = copy(wrong)
    passed.slope = [*wrong.slope]
    passed.slope[l] = np.ones_like(wrong.slope[l])
    carried = passed.rules.hidden_delta(passed, l)
    if np.allclose(carried, wrong.W[l + 1].T @ wrong.delta[l + 1], rtol=1e-9, atol=1e-15):
        return node
    at = computed(seen, carried)
    return min(at, node) if min(at, node) >= 0 else max(at, node)


def calls_up(seen: SeenRun, node: int) -> int:
    """How many calls up from where a derivative was computed its mistake stands.

    It is the call itself where its function gives the right derivative of what it is given, else
    the function that is called where the derivative is used.
    """
    graph = seen.run.graph
    if node < 0 or not graph.callers(node):
        return 0
    users = (u for n in (node, *graph.users[node]) for u in graph.users[n])
    depth = len(graph.callers(node))
    used = next((len(graph.callers(u)) for u in users if len(graph.callers(u)) < depth), depth)
    within = depth - used  # calls between
    if within and _given_wrongly(seen, node):
        return within
    return max(within - 1, 0)


def _given_wrongly(seen: SeenRun, node: int) -> bool:
    """Whether a function of its own gives the right derivative of what it is given there."""
    graph = seen.run.graph
    alike = [node]  # of single numbers, what the same expression gives elsewhere too
    if graph.value(node).size == 1:
        own = graph.nodes[node].site
        alike = [n.index for n in graph.nodes[node:] if n.site == own and n.value.size == 1][:MOST]
    given = [_given(seen, n) for n in alike]
    told = [n for n, own in enumerate(given) if len(own) == len(given[0])]  # 1 is no argument's
    value = np.stack([graph.value(alike[n]) for n in told])
    arguments = [
        np.stack(each)
        for each in zip(*(given[n] for n in told))
        if len({a.shape for a in each}) == 1
    ]
    layers = seen.network.layers if seen.network else ()
    for kind in {str(layer.activation): layer.activation for layer in layers}.values():
        f = activations.get(kind)
        for z in arguments if f.name != "softmax" else ():
            if z.shape == value.shape and z.size > 1:
                for a in (f.f(z), z):  # a function of z, or one of a
                    right = np.isclose(f.df(z, a), value)
                    if right[z != 0].all():  # of a ReLU at 0 both are right
                        return True
    return False


def _given(seen: SeenRun, node: int) -> list[Array]:
    """What the function in which a node was computed was given for it."""
    graph = seen.run.graph
    inside, given, waiting = {node}, dict[int, None](), [node]
    while waiting:
        for operand in graph.nodes[waiting.pop()].operands:
            if not graph.called_within(operand, node):
                given[operand] = None
            elif operand not in inside:
                inside.add(operand)
                waiting.append(operand)
    return [graph.value(n) for n in given if graph.nodes[n].name != "constant"]
