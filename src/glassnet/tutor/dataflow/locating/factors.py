"""Where a factor comes into a parameter's steps that the others' have not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.parameters import FoundParameters
from glassnet.tutor.dataflow.rates import known
from glassnet.tutor.dataflow.rounds import EXACT, multiple_of
from glassnet.tutor.dataflow.rules import StepRule, along
from glassnet.tutor.dataflow.steps import Judged

NEAR = 1e-4


def origin(
    graph: Graph, parameters: FoundParameters, each: Judged, others: Sequence[Judged], ratio: float
) -> int:
    """The node at which steps become `ratio` times as long as others'; else that of the step.

    A gradient is computed first at one place, and multiplied by what comes after it.
    """
    chain = _gradients(graph, parameters, each)
    if not chain:
        return each.first
    first, times = chain[0]
    for other in others:
        theirs = _gradients(graph, parameters, other)
        if theirs and abs(times / theirs[0][1] - ratio) <= NEAR * abs(ratio):
            return first
    if ratio < 0:  # where it is turned around
        for (_, before), (node, after) in pairwise(chain):
            if before * after < 0 and graph.nodes[node].name in ("negative", "multiply"):
                return node
    return each.first


def _gradients(graph: Graph, parameters: FoundParameters, each: Judged) -> list[tuple[int, float]]:
    """The nodes of a first step that hold its slope, and what times: as they were computed."""
    own = next((r for r in each.rounds if r.tells and len(r.nodes) == 1), None)
    if own is None or each.size == 1:
        return []
    node = own.nodes[0].node
    behind = graph.ancestors([node], parameters.made - {node}) - {node}
    found = ((n, multiple_of(graph.value(n), own.slope, NEAR)) for n in sorted(behind))
    return [(n, times) for n, times in found if times and graph.nodes[n].name != "gather"]


def against(each: Judged, common: dict[int, float]) -> list[float]:
    """Of its rounds, its rate over the others'."""
    rates = each.rule.rates if each.rule else {}
    return known({n: r / common[n] for n, r in rates.items() if common.get(n)})


def by_itself(each: Judged, common: dict[int, float]) -> StepRule | None:
    """A number's own rate, where it is the same multiple of the others' in rounds enough."""
    rule = along(each.rounds, EXACT)
    if rule is None:
        return None
    ratios = against(replace(each, rule=rule), common)
    return rule if len(ratios) > 2 and np.ptp(ratios) <= EXACT * abs(ratios[0]) else None


def in_step(each: Judged, common: dict[int, float]) -> bool:
    """Whether a parameter moves by the same multiple of the others' rate in every round."""
    ratios = against(each, common)
    return len(ratios) > 1 and max(ratios) - min(ratios) <= 1e-4 * abs(ratios[0])
