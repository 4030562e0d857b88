"""A parameter's steps beside its slopes, round by round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from glassnet.tutor.dataflow.adjoints import Adjoints
from glassnet.tutor.dataflow.graph import Array, Graph
from glassnet.tutor.dataflow.parameters import FoundParameters, ParameterStep

EXACT, SINGLE = 2e-7, 2e-3  # of the whole, what may remain unexplained


@dataclass
class Round:
    """A parameter's step once: from where, by how much, and its slope there, in a row each.

    number: how many steps of it went before. grain: below which a step says nothing. anew: what
    it moved by before is not among what this step was computed from, as in another training.
    """

    before: Array
    step: Array
    slope: Array
    nodes: list[ParameterStep]
    number: int = 0
    grain: float = 0.0
    anew: bool = False

    @property
    def size(self) -> float:
        return float(np.abs(self.step).max(initial=0.0))

    @property
    def tells(self) -> bool:
        """Whether it is more than what rounding leaves."""
        return self.size > 1e6 * self.grain


def rounds_of(graph: Graph, steps: Sequence[ParameterStep], adjoints: Adjoints) -> list[Round]:
    """The rounds in which all of a parameter moved and its slope is known."""
    later: dict[int, list[ParameterStep]] = defaultdict(list)
    for step in steps:
        later[step.later].append(step)
    rounds: list[Round] = []
    for number, own in sorted(later.items()):
        parts = [_part(graph, step, adjoints) for step in own]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            continue
        before, after, slope = (np.concatenate(each) for each in zip(*known))
        if not (np.isfinite(slope).all() and np.isfinite(after).all()):
            break  # it left the numbers, and what follows says nothing
        grain = 4e-16 * float(np.abs(before).max(initial=0.0))
        rounds.append(Round(before, after - before, slope, own, number, grain))
    whole = max((each.step.size for each in rounds), default=0)
    return [each for each in rounds if each.step.size == whole]  # the last may be cut off


def begin_anew(graph: Graph, parameters: FoundParameters, rounds: Sequence[Round]) -> None:
    """Marks the rounds in which nothing comes back that was computed for the last step."""
    stepped = parameters.made | parameters.before
    for last, own in pairwise(rounds):
        live: set[int] = set()
        for node in sorted(graph.ancestors(own.nodes[0].deltas(graph), stepped)):
            if node in stepped or not live.isdisjoint(graph.nodes[node].operands):
                live.add(node)
        earlier = {node for node in live - stepped if node < last.nodes[0].node}
        own.anew = own.number == last.number + 1 and not earlier


def coarsen(all_rounds: Sequence[Sequence[Round]]) -> None:
    """What a layer further back gets is rounded as coarsely as what the largest step holds."""
    largest: dict[int, float] = defaultdict(float)
    for rounds in all_rounds:
        for each in rounds:
            largest[each.number] = max(largest[each.number], each.size)
    for rounds in all_rounds:
        for each in rounds:
            each.grain += 1e-15 * largest[each.number]


def _part(
    graph: Graph, step: ParameterStep, adjoints: Adjoints
) -> tuple[Array, Array, Array] | None:
    before = np.empty(len(step.owner))
    slope = np.zeros(len(step.owner))
    for owner in step.owners:
        mine = step.owner == owner
        before[mine] = graph.value(owner).reshape(-1)[step.place[mine]]
        adjoint = adjoints.of.get(owner)
        if adjoint is None:
            return None
        slope[mine] = adjoint.reshape(-1)[step.place[mine]]
    if step.given >= 0:
        return before, before - graph.value(step.given).reshape(-1), slope
    return before, graph.value(step.node).reshape(-1), slope


def multiple_of(value: Array, slope: Array, tolerance: float) -> float:
    """c where a value is c times a slope, number by number; else 0."""
    if value.size != slope.size or not np.isfinite(value).all():
        return 0.0
    square = float((slope * slope).sum())
    if square == 0:
        return 0.0
    flat, wanted = value.reshape(-1), slope.reshape(-1)
    c = float(flat @ wanted) / square
    if c and np.abs(flat - c * wanted).max() <= tolerance * np.abs(flat).max():
        return c
    return 0.0


def unit(values: Array) -> Array:
    """Numbers in a row, of length 1."""
    length = float(np.sqrt((values * values).sum()))
    flat = values.reshape(-1)
    return flat / length if 0 < length < np.inf else np.zeros_like(flat)


def differing(got: Array, slope: Array) -> tuple[str, str]:
    """The entry that differs most, both in the learner's own scale; nothing where none can be told.

    A single number is some multiple of any other.
    """
    square = float((slope * slope).sum())
    times = float((got * slope).sum()) / square if square else 1.0
    wanted = times * slope
    index = np.unravel_index(int(np.abs(got - wanted).argmax()), got.shape)
    told = f"{wanted[index]:.6g}", f"{got[index]:.6g}"
    return told if told[0] != told[1] else ("", "")
