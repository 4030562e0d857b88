"""Where a step takes what one sample adds to a slope, in place of what all of them add."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.tutor.dataflow.adjoints import RULES, fitted
from glassnet.tutor.dataflow.graph import Array
from glassnet.tutor.dataflow.parameters import ParameterStep
from glassnet.tutor.dataflow.readings import StepReading
from glassnet.tutor.dataflow.stepping.rounds import Round

NEAR = 1e-6  # of a step, what may remain


@dataclass(frozen=True)
class OneShare:
    """The node that holds it, which of the shares it is, from 0, and how many there are.

    all, one: the number of the slope in which they differ most.
    """

    node: int
    which: int
    count: int
    all: float
    one: float


def one_share(reading: StepReading, each: Round, rate: float) -> OneShare | None:
    """The share of a slope, Σ over the uses of its parameter, that a step takes alone.

    rate: the other parameters' in this round; where it is not known, nothing is said.
    """
    step = each.nodes[0]
    if len(each.nodes) != 1 or not np.isfinite(rate):
        return None
    uses = shares(reading, step)
    size = float(np.abs(each.step).max(initial=0.0))
    if len(uses) < 2 or not size or not _whole(uses, each.slope):
        return None
    for which, (use, share) in enumerate(uses):
        if np.abs(each.step + rate * share).max() <= NEAR * size:
            node = _where(reading, step, use)
            if node >= 0:
                at = int(np.abs(each.slope - share).argmax())
                whole, own = float(each.slope[at]), float(share[at])
                return OneShare(node, which, len(uses), whole, own)
    return None


def shares(reading: StepReading, step: ParameterStep) -> list[tuple[int, Array]]:
    """By each use of a parameter, in their order, what it adds to the slope of a step's numbers."""
    graph, made = reading.graph, reading.parameters.made
    steps = list(zip(step.owner.tolist(), step.place.tolist()))
    numbers = {own: i for i, own in enumerate(dict.fromkeys(steps))}  # one may stand in many places
    read = step.owners | {u for o in step.owners for u in graph.users[o]
                          if graph.nodes[u].name == "gather" and u not in made}  # fmt: skip
    found: dict[int, Array] = {}
    for node in read:
        own = [numbers.get(each, -1) for each in zip(*(e.tolist() for e in graph.entries(node)))]
        for use in set(graph.users[node]) - made - read:
            part = _part(reading, use, node)
            if part is not None and np.any(part):
                share = found.setdefault(use, np.zeros(len(numbers)))
                for i, number in zip(own, part.reshape(-1)):
                    share[i] += number if i >= 0 else 0
    seats = [numbers[own] for own in steps]
    return sorted((use, share[seats]) for use, share in found.items() if np.any(share))


def _part(reading: StepReading, use: int, of: int) -> Array | None:
    """∂L/∂of by way of one expression that takes it, as its value; None where none is known."""
    graph, own = reading.graph, reading.graph.nodes[use]
    rule, adjoint = RULES.get(own.name), reading.adjoints.of.get(use)
    if rule is None or adjoint is None:
        return None
    values = [graph.value(o) for o in own.operands]
    parts = (p for o, p in zip(own.operands, rule(own, values, adjoint)) if o == of)
    shape = graph.value(of).shape
    return sum((fitted(p, shape) for p in parts if p is not None), np.zeros(shape))


def _whole(uses: list[tuple[int, Array]], slope: Array) -> bool:
    """Whether the slope is their sum, and no share is all of it."""
    shares = np.stack([share for _, share in uses])
    size = float(np.abs(shares).sum(axis=0).max())
    alone = np.abs(shares - slope).max(axis=1) <= NEAR * size
    return bool(np.abs(shares.sum(axis=0) - slope).max() <= NEAR * size) and not alone.any()


def _where(reading: StepReading, step: ParameterStep, use: int) -> int:
    """The last expression behind a step that takes what the parameter was multiplied by."""
    graph = reading.graph
    partners = {s for o in graph.nodes[use].operands for s in graph.sources(o)} - step.owners

    def takes(node: int) -> bool:
        operands = graph.nodes[node].operands
        return node > use and any(s in partners for o in operands for s in graph.sources(o))

    behind = graph.ancestors(step.deltas(graph), reading.parameters.made)
    return max((node for node in behind if takes(node)), default=-1)
