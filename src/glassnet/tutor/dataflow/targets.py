"""What the outputs are compared with, and by which loss: candidates, each to be tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from glassnet.tutor.dataflow.graph import Array, Graph
from glassnet.tutor.dataflow.parameters import FoundParameters

OWN = "error that it computes itself"  # and which is no usual loss's; a pair's target is its slope
LOSSES = ("squared error", "cross-entropy", "binary cross-entropy", "absolute error")


@dataclass(frozen=True)
class Pair:
    """An output and its target, where they meet. node: the comparison's."""

    node: int
    output: int
    target: Array
    quotient: bool = False  # t / a, which is cross-entropy's


@dataclass(frozen=True)
class FoundTarget:
    """All meetings at one expression, with a loss.

    compared: of a delta that is taken for given, the meetings that each pair comes from.
    """

    pairs: tuple[Pair, ...]
    loss: str
    compared: tuple[Pair, ...] = ()

    def seeds(self, graph: Graph) -> dict[int, Array]:
        """∂L/∂output at each, each output once."""
        return {pair.output: _slope(graph.value(pair.output), pair.target, self.loss)
                for pair in self.pairs}  # fmt: skip


def find_targets(
    graph: Graph, parameters: FoundParameters, live: set[int]
) -> Iterator[FoundTarget]:
    """The candidates, those that the steps come from first."""
    asked = graph.ancestors(parameters.made)
    places: dict[tuple[int, int], list[Pair]] = defaultdict(list)
    for node in graph.nodes[: max(parameters.made, default=-1) + 1]:
        pair = _pair(graph, node.index, live)
        if pair is not None and _finite(graph, pair):
            places[node.site, node.stack].append(pair)
    seen: set[tuple[tuple[int, bytes], ...]] = set()
    order = sorted(places.values(), key=lambda pairs: not any(p.node in asked for p in pairs))
    those = [pairs for pairs in order if any(p.node in asked for p in pairs)]
    again: dict[int, list[list[Pair]]] = defaultdict(list)  # one expression, in several trainings
    for pairs in those:
        again[graph.nodes[pairs[0].node].site].append([p for p in pairs if p.node in asked])
    whole = [[p for own in every for p in own] for every in again.values() if len(every) > 1]
    for pairs in [*whole, *order[:1], *_together(graph, parameters, those), *order[1:]]:
        key = tuple(sorted((p.output, p.target.tobytes()) for p in pairs))
        if key in seen:
            continue
        seen.add(key)
        for loss in LOSSES:
            if all(_suits(graph.value(p.output), p, loss) for p in pairs):
                yield FoundTarget(tuple(pairs), loss)


def _together(
    graph: Graph, parameters: FoundParameters, places: list[list[Pair]]
) -> Iterator[list[Pair]]:
    """Outputs that each have a line of their own: o1 − t1, o2 − t2; or one for each target."""
    kept: dict[int, Pair] = {}
    behind, joined = set[int](), 0
    for pairs in sorted(places, key=lambda pairs: (_in_a_slope(graph, pairs), -pairs[0].output)):
        outputs = {pair.output for pair in pairs}
        inner = graph.ancestors(outputs, parameters.made)
        if outputs.isdisjoint(behind | kept.keys()) and inner.isdisjoint(kept):
            kept |= {pair.output: pair for pair in pairs}
            behind |= inner
            joined += 1
    if joined > 1:
        yield list(kept.values())


def _in_a_slope(graph: Graph, pairs: list[Pair]) -> bool:
    """Whether it is the 1 − a of a(1 − a), where no output is compared with anything."""
    return all(
        np.all(pair.target == 1)
        and any(
            graph.nodes[user].name == "multiply"
            and set(graph.sources(pair.output))
            & {source for o in graph.nodes[user].operands for source in graph.sources(o)}
            for user in graph.users[pair.node]
        )
        for pair in pairs
    )


def _pair(graph: Graph, index: int, live: set[int]) -> Pair | None:
    node = graph.nodes[index]
    if index not in live:
        return None
    if node.name in ("subtract", "divide"):
        first, second = node.operands
        if (first in live) == (second in live):
            return None
        output, other = (first, second) if first in live else (second, first)
        if node.name == "divide" and output == first:
            return None
        met = _met(graph, index, output, graph.value(other))
        return replace(met, quotient=node.name == "divide") if met else None
    if node.name == "gather":  # p[range(n), labels] -= 1
        taken = [o for o in node.operands if graph.nodes[o].name == "subtract"]
        for subtracted in taken:
            whole = graph.sources(graph.nodes[subtracted].operands[0])
            one = len(whole) == 1 and whole[0] in node.operands and whole[0] in live
            if one and graph.value(whole[0]).shape == node.value.shape:
                target = graph.value(whole[0]) - node.value
                return Pair(index, whole[0], np.round(target, 12))
    return None


def _met(graph: Graph, index: int, output: int, target: Array) -> Pair | None:
    shape = graph.value(output).shape
    if target.size == graph.value(output).size:
        return Pair(index, output, target.reshape(shape))
    try:
        return Pair(index, output, np.broadcast_to(target, shape) * 1.0)
    except ValueError:
        return None


def _finite(graph: Graph, pair: Pair) -> bool:
    return bool(np.isfinite(graph.value(pair.output)).all() and np.isfinite(pair.target).all())


def _suits(a: Array, pair: Pair, loss: str) -> bool:
    if "cross" not in loss:
        return not pair.quotient
    t = pair.target
    inside = (t >= 0).all() and (t <= 1).all() and (a >= 0).all() and (a <= 1).all()
    return bool(inside)


def _slope(a: Array, t: Array, loss: str) -> Array:
    with np.errstate(all="ignore"):
        if loss == OWN:
            return t
        if loss == "squared error":
            return a - t
        if loss == "absolute error":
            return np.sign(a - t)
        if loss == "cross-entropy":
            return -t / a
        return (a - t) / (a * (1 - a))
