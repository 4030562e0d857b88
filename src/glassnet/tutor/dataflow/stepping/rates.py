"""Rates that change from round to round: by a schedule of the program's, or by a clipped norm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.stepping.rounds import Round

LIKE = 3e-6  # rates that differ by less are one


def same_rates(
    one: Mapping[int, float], other: Mapping[int, float], tolerance: float = LIKE
) -> bool:
    """Whether two parameters move by the same rate wherever both can be told."""
    pairs = [
        (a, other[n]) for n, a in one.items() if n in other and a == a and other[n] == other[n]
    ]
    return all(abs(a - b) <= tolerance * max(abs(a), abs(b)) for a, b in pairs)


def alike(every: Sequence[Mapping[int, float]], tolerance: float = LIKE) -> np.ndarray:
    """Of each pair of parameters whether their rates are the same, as `same_rates` has it."""
    numbers = sorted({n for rates in every for n in rates})
    told = np.array([[rates.get(n, np.nan) for n in numbers] for rates in every])
    same = np.empty((len(every), len(every)), bool)
    for row, own in enumerate(told):
        apart = np.abs(told - own) > tolerance * np.maximum(np.abs(told), np.abs(own))
        same[row] = ~apart.any(axis=1)
    return same


def known(rates: Mapping[int, float]) -> list[float]:
    return [rate for rate in rates.values() if rate == rate]


def steady(rates: Mapping[int, float], tolerance: float = LIKE) -> bool:
    """Whether it is one rate in all rounds."""
    own = known(rates)
    return not own or max(own) - min(own) <= tolerance * max(map(abs, own))


def scheduled(
    graph: Graph, live: set[int], made: set[int], rounds: Sequence[Round],
    rates: Mapping[int, float],
) -> bool:  # fmt: skip
    """Whether the rates go as numbers do that the program computes, and from no parameter."""
    told = [each for each in rounds if not np.isnan(rates.get(each.number, np.nan))]
    if len(told) < 2:
        return False
    series: dict[tuple[int, int], dict[int, float]] = defaultdict(dict)
    for each in told:
        nodes = {step.node for step in each.nodes}
        for index in graph.ancestors(nodes, made - nodes):
            node = graph.nodes[index]
            for slot, operand in enumerate(node.operands):
                if operand not in live and node.name in ("multiply", "divide"):
                    value = graph.value(operand)
                    if value.size == 1 and float(value.reshape(())):
                        series[node.site, slot][each.number] = float(value.reshape(()))
    wanted = np.array([rates[each.number] for each in told])
    columns = [np.array([own[each.number] for each in told]) for own in series.values()
               if len(own) == len(told)]  # fmt: skip
    changing = [c for c in columns if np.ptp(c) > LIKE * np.abs(c).max()][:12]
    powers = [c**p for c in changing for p in (1, -1)]
    return any(
        np.ptp(ratio := wanted / (first * second)) <= 10 * LIKE * np.abs(ratio).max()
        for number, first in enumerate(powers)
        for second in (np.ones_like(first), *powers[:number])
    )


def norm_clipped(rates: Mapping[int, float], norms: Sequence[Mapping[int, float]]) -> bool:
    """Whether its steps are all of one length, or as much shorter as the one rate gives."""
    own = {n: r for n, r in rates.items() if r == r}
    most = max(own.values(), default=0.0)
    for norm in norms:
        less = [n for n, r in own.items() if r < most * (1 - LIKE)]
        lengths = [own[n] * norm[n] for n in less if norm.get(n)]
        if len(lengths) > 1 and np.ptp(lengths) <= 1e-5 * max(lengths):
            return True
    return False
