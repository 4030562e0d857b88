"""Where no usual loss explains a step: the output delta as the program computes it, for given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from glassnet.tutor.dataflow.graph import Array, Graph
from glassnet.tutor.dataflow.parameters import FoundParameters
from glassnet.tutor.dataflow.replay import replayed
from glassnet.tutor.dataflow.targets import OWN, FoundTarget, Pair, find_targets

MOST = 3  # comparisons that are looked behind
ENOUGH = 4  # numbers that tell of what an output delta is a multiple
STEP = 1e-5
ENTRYWISE = {"add", "subtract", "multiply", "divide", "negative", "exp", "tanh", "expit", "power",
             "square", "maximum", "minimum", "where", "greater", "sqrt", "reciprocal", "cosh",
             "log", "absolute", "sinh", "arctan", "sin", "cos", "clip"}  # fmt: skip


def own_deltas(graph: Graph, parameters: FoundParameters, live: set[int]) -> Iterator[FoundTarget]:
    """What comes from a comparison alone and may stand for ∂L/∂z of the outputs, either sign."""
    kinds = (t for t in find_targets(graph, parameters, live) if t.loss == "squared error")
    for target in islice(kinds, MOST):
        pairs = sorted(target.pairs, key=lambda pair: pair.node)
        sums = {pair.node: _weighted_sum(graph, pair.output, live, parameters) for pair in pairs}
        met = {pair.node: pair for pair in pairs}
        places: dict[tuple[int, int, str], dict[int, Pair]] = {}  # by whose comparison it is
        forward = graph.ancestors([pair.output for pair in pairs], parameters.made)
        for node, begun in _behind_one(graph, list(met), parameters.made | forward).items():
            own, z = graph.nodes[node], sums[begun]
            if own.value.size == graph.value(z).size and np.isfinite(own.value).all():
                delta = Pair(node, z, own.value.reshape(graph.value(z).shape))
                places.setdefault((own.site, own.stack, own.name), {}).setdefault(begun, delta)
        for found in places.values():
            first = [pair.node for pair in pairs[: len(found)]]  # of the last, no step may be seen
            whole = sorted(found) == first and 2 * len(found) >= len(pairs)
            if whole and any(np.any(pair.target) for pair in found.values()):
                compared = tuple(met[begun] for begun in found)
                for sign in (1, -1):
                    turned = (Pair(p.node, p.output, sign * p.target) for p in found.values())
                    yield FoundTarget(tuple(turned), OWN, compared)


def _behind_one(graph: Graph, meetings: list[int], cut: set[int]) -> dict[int, int]:
    """The nodes that come from one comparison and no other, and from which."""
    begun: dict[int, int] = {node: node for node in meetings}
    several: set[int] = set()
    for node in graph.nodes[min(meetings) : max(cut) + 1]:
        if node.index in begun or node.index in cut:
            continue
        theirs = {begun[o] for o in node.operands if o in begun}
        if len(theirs) > 1 or any(o in several for o in node.operands):
            several.add(node.index)
        elif theirs:
            begun[node.index] = theirs.pop()
    return begun


def _weighted_sum(graph: Graph, output: int, live: set[int], parameters: FoundParameters) -> int:
    """The sum, with its bias, that an output is a function of."""
    own = parameters.made | parameters.before

    def of_weights(node: int) -> bool:
        products = ("einsum", "multiply", "outer", "vdot")
        inner = graph.nodes[node].operands if graph.nodes[node].name in products else ()
        return any(s in own for o in (node, *inner) for s in graph.sources(o))

    node, size = output, graph.value(output).size
    while True:
        operands = graph.nodes[node].operands
        if any(of_weights(o) for o in operands) or graph.nodes[node].name == "einsum":
            return node
        inner = [o for o in operands if o in live and graph.value(o).size == size]
        if not inner or graph.nodes[node].name == "sum":
            return node
        node = inner[0]


@dataclass(frozen=True)
class OddDelta:
    """How an output delta is odd: the error times `got` where f′(z) belongs, or `activation`'s.

    activation: whose derivative it takes though the output has none.
    """

    expected: float = 0.0
    got: float = 0.0
    activation: str = ""


def odd_delta(graph: Graph, target: FoundTarget) -> OddDelta | None:
    """What an output delta that is no usual one is, if it is the error times a usual wrong factor.

    Of z for the activation's derivative there is its value, itself at a and its derivative at a.
    """
    a, z, error, delta = (np.concatenate(each) for each in zip(*_numbers(graph, target)))
    told = np.abs(error) > 1e-9
    if told.sum() < ENOUGH or len(target.pairs) < 2:
        return None
    factor = delta[told] / error[told]
    if np.array_equal(a, z):
        kinds = {"the sigmoid": a * (1 - a), "tanh": 1 - a * a}
        found = [name for name, slope in kinds.items() if _multiple(factor, slope[told])]
        return OddDelta(activation=found[0]) if found else None
    f = _function(graph, target)
    if f is None:
        return None
    slope = (f(z + STEP) - f(z - STEP)) / (2 * STEP)
    slope_of_a = (f(a + STEP) - f(a - STEP)) / (2 * STEP)
    for wrong in (slope_of_a, a, f(a)):
        if _multiple(factor, wrong[told], 1e-5):
            times = float(factor @ wrong[told]) / float(wrong[told] @ wrong[told])
            at = int(np.abs((wrong - slope) * error).argmax())
            return OddDelta(times * error[at] * slope[at], times * error[at] * wrong[at])
    return None


def _numbers(graph: Graph, target: FoundTarget) -> list[tuple[Array, Array, Array, Array]]:
    """Of each output a, z, a − t and the delta, in a row each."""
    return [
        (a := graph.value(met.output).reshape(-1), graph.value(own.output).reshape(-1),
         a - met.target.reshape(-1), own.target.reshape(-1))
        for met, own in zip(target.compared, target.pairs)
    ]  # fmt: skip


def _multiple(factor: Array, wrong: Array, tolerance: float = 1e-6) -> bool:
    """Whether a factor is a positive or negative multiple of one that is not constant."""
    size = float(np.abs(wrong).max())
    if np.ptp(wrong) < 1e-3 * size:
        return False
    c = float(factor @ wrong) / float(wrong @ wrong)
    return bool(np.abs(factor - c * wrong).max() <= tolerance * np.abs(factor).max())


def _function(graph: Graph, target: FoundTarget) -> Callable[[Array], Array] | None:
    """The activation of the outputs, number by number; None where it takes several together."""
    z, a = target.pairs[0].output, target.compared[0].output
    behind = sorted(graph.ancestors([a], {z}) & graph.descendants([z], {a}))[1:]
    if any(graph.nodes[n].name not in ENTRYWISE for n in behind):
        return None

    def f(values: Array) -> Array:
        changed = {z: values}
        for index in behind:
            node = graph.nodes[index]
            made = replayed(node, [changed.get(o, graph.value(o)) for o in node.operands])
            changed[index] = values if made is None else made
        return changed[a]

    return f
