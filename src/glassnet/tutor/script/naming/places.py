"""Where a wrong quantity arises: an expression, the function that is called, or the call."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from glassnet.core import activations
from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.stepping.rounds import multiple_of
from glassnet.tutor.script.computed import Computed
from glassnet.tutor.script.network import FoundNetwork
from glassnet.tutor.script.read_run import SeenRun, step_of
from glassnet.tutor.textbook import Array, TextbookPass

MOST = 12  # calls of one function that are looked at


@dataclass(frozen=True)
class WrongQuantity:
    """A quantity by its name, of a stage and a layer; as it should be and as it is."""

    name: str
    stage: str
    layer: int
    right: Array
    wrong: Array


@dataclass(frozen=True)
class WrongPlace:
    """The node at which a quantity becomes wrong, -1 where that is not told; so many calls up."""

    quantity: WrongQuantity
    node: int
    up: int = 0


def place_of(
    seen: SeenRun, network: FoundNetwork, right: TextbookPass, wrong: TextbookPass
) -> WrongPlace | None:
    """What one would change: of the first step that is wrong, where it was wrong first in the run.

    A mistake that is made in every layer is mended in several lines; the first of them is told.
    """
    for _, own in groupby(_differing(right, wrong), key=lambda q: q.stage):
        places = [WrongPlace(q, *_place(seen, network, wrong, q)) for q in own]
        found = [place for place in places if place.node >= 0]
        return min(found, key=lambda place: place.node) if found else places[0]
    return None


def _place(
    seen: SeenRun, network: FoundNetwork, wrong: TextbookPass, q: WrongQuantity
) -> tuple[int, int]:
    """The node of one quantity, and how many calls up from there its mistake stands."""
    if q.stage == "update":
        return step_of(seen.run, network, q.layer, bias=q.name.startswith("new.b")), 0
    if q.stage == "derivative":
        delta = computed(seen, wrong.delta[q.layer])
        node = slope_of(seen, delta, q.wrong)
        return node, calls_up(seen, node) if node != delta else 0
    node = computed(seen, q.wrong)
    return (where_carried(seen, wrong, q.layer, node) if q.stage == "hidden delta" else node), 0


def _differing(right: TextbookPass, wrong: TextbookPass) -> Iterator[WrongQuantity]:
    for (name, stage, l, a), (*_, b) in zip(_quantities(right), _quantities(wrong)):
        if a.shape != b.shape or not np.allclose(a, b, rtol=1e-9, atol=1e-15):
            yield WrongQuantity(name, stage, l, a, b)


def _quantities(p: TextbookPass) -> list[tuple[str, str, int, Array]]:
    layers = range(p.last, 0, -1)
    sloped = layers[1:] if p.case.natural else layers  # there the output's slope is not asked for
    return [
        *((f"f′(z{l})", "derivative", l, p.slope[l]) for l in sloped),
        ("delta" + str(p.last), "output delta", p.last, p.delta[p.last]),
        *((f"delta{l}", "hidden delta", l, p.delta[l]) for l in layers[1:]),
        *((f"dW{l}", "gradients", l, p.dW[l]) for l in layers),
        *((f"db{l}", "gradients", l, p.db[l]) for l in layers),
        *((f"new.W{l}", "update", l, p.new_W[l]) for l in layers),
        *((f"new.b{l}", "update", l, p.new_b[l]) for l in layers),
    ]


def computed(seen: SeenRun, values: Array) -> int:
    """The node behind the steps that holds these numbers, or a multiple of them; -1: none."""
    asked = Computed(seen.run.graph, seen.run.graph.ancestors(seen.run.parameters.made))
    if values.size > 1 and np.ptp(values) == 0:  # one number for many
        values = values.reshape(-1)[:1]
    at = asked.find_scaled(values, seen.first)
    return -1 if at is None else at


def slope_of(seen: SeenRun, delta: int, slope: Array) -> int:
    """Where the derivative was computed that a delta was multiplied by; else where that was."""
    graph, chain = seen.run.graph, set[int]()
    own = graph.nodes[delta].site  # a sample after another: the same expression gives each delta
    deltas = {n.index for n in graph.nodes if delta >= 0 and n.site == own}
    waiting = list(deltas)
    while waiting:
        chain.add(node := waiting.pop())
        if graph.nodes[node].name in ("multiply", "gather"):
            waiting += [o for o in graph.nodes[node].operands if o not in chain]
    at = Computed(graph, chain - deltas).find_scaled(slope)
    if at is None:
        return delta if delta >= 0 else computed(seen, slope)
    forward = at in graph.ancestors([seen.first])  # what goes forward is right, and used wrongly
    return delta if forward else at


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

    It is the call itself where its function is right: where that gives the derivative of what it is
    given, or what goes forward; else the function that is called where the derivative is used.
    """
    graph = seen.run.graph
    if node < 0 or not graph.callers(node):
        return 0
    depth = len(graph.callers(node))
    used = min((len(graph.callers(u)) for u in _users(graph, node)), default=depth)
    within = max(depth - used, 0)  # calls between
    if within and (_given_wrongly(seen, node) or _goes_forward_too(seen, node)):
        return within
    return max(within - 1, 0)


def _users(graph: Graph, node: int) -> set[int]:
    """What is made of a node's numbers, not counting what only hands them on."""
    handed = _handed_on(graph, node)
    return {user for each in handed for user in graph.users[each]} - handed


def last_division(graph: Graph, node: int) -> int:
    """Where a node's numbers are divided by one number, the last time; else the node itself."""
    handed = _handed_on(graph, node)
    return max((n for n in handed if graph.nodes[n].name == "divide"), default=node)


def _handed_on(graph: Graph, node: int) -> set[int]:
    """A node, and those behind it that hold its numbers, or a multiple of them."""
    found, waiting = {node}, [node]
    while waiting:
        of = waiting.pop()
        for user in graph.users[of]:
            same = graph.value(user).size == graph.value(of).size
            if user not in found and same and multiple_of(graph.value(user), graph.value(of), 1e-9):
                found.add(user)
                waiting.append(user)
    return found


def _goes_forward_too(seen: SeenRun, node: int) -> bool:
    """Whether the same expression gives what goes forward."""
    graph = seen.run.graph
    forward = graph.ancestors([seen.first])
    return any(graph.nodes[n].site == graph.nodes[node].site for n in forward)


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
