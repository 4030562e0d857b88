"""Where a factor comes into a parameter's steps that the others' have not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

import numpy as np

from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.parameters import FoundParameters
from glassnet.tutor.dataflow.readings import StepReading
from glassnet.tutor.dataflow.stepping.rates import known
from glassnet.tutor.dataflow.stepping.rounds import EXACT, Round, multiple_of
from glassnet.tutor.dataflow.stepping.rules import StepRule, along
from glassnet.tutor.dataflow.stepping.steps import Judged

NEAR = 1e-4
ROUNDS = 3  # in which a single number is the same multiple of its slope, if that is no chance


def origin(reading: StepReading, each: Judged, others: Sequence[Judged], ratio: float) -> int:
    """The node at which steps become `ratio` times as long as others'; else that of the step.

    Two ways from a gradient to its step are laid beside each other, node by node, or line by line
    where they are not of as many. A gradient has the factor where it is first computed, or where it
    first has a name, in an expression of more; from there it may stand in a delta behind.
    """
    graph, parameters = reading.graph, reading.parameters
    chain = _gradients(graph, parameters, each)
    for other in others if chain else ():
        theirs = _gradients(graph, parameters, other)
        for mine, own in ((chain, theirs), (_lines(graph, chain), _lines(graph, theirs))):
            parted = _parted(mine, own, ratio)
            if parted >= 0:
                return parted
        for mine, own in ((chain[:1], theirs[:1]), (_named(graph, chain), _named(graph, theirs))):
            if mine and own and abs(mine[0][1] / own[0][1] - ratio) <= NEAR * abs(ratio):
                return _in_a_delta(reading, mine[0][0], own[0][0], ratio)
    if ratio < 0:  # where it is turned around
        for (_, before), (node, after) in pairwise(chain):
            if before * after < 0 and graph.nodes[node].name in ("negative", "multiply"):
                return node
    return each.first


def _parted(
    chain: Sequence[tuple[int, float]], theirs: Sequence[tuple[int, float]], ratio: float
) -> int:
    """Where two ways from a gradient to its step part, that went alike; -1: they do not."""
    if len(chain) < 2 or len(chain) != len(theirs):
        return -1
    beside = [mine / own for (_, mine), (_, own) in zip(chain, theirs)]
    before = next((n for n, each in enumerate(beside) if abs(each - 1) > NEAR), len(beside))
    rest = beside[before:]
    whole = rest and all(abs(each - ratio) <= NEAR * abs(ratio) for each in rest)
    return chain[before][0] if before and whole else -1


def _lines(graph: Graph, chain: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """Of the nodes that follow each other in one line the first, and what times the last is."""
    found: list[tuple[int, float]] = []
    for _, each in groupby(chain, lambda e: (graph.site(e[0]).file, graph.site(e[0]).line)):
        of_line = list(each)
        found.append((of_line[0][0], of_line[-1][1]))
    return found


def stands_twice(reading: StepReading, each: Judged, other: Judged, ratio: float) -> int | None:
    """Where one number of the program's is a factor of a step twice, and of the other's once.

    n, or a rate; it may be by what the errors of both are divided already. ratio: how long the
    step is beside the other's. Returns the node of the second time, -1 where it is not known
    which, None where there is no such number.
    """
    graph, parameters = reading.graph, reading.parameters
    own, once = (_by_numbers(reading, e, ratio) for e in (each, other))
    again = sorted(set(own) - set(once))
    if len(own) == 2 and len(once) == len(again) == 1:
        return again[0]
    times, before = (
        sum(abs(f - ratio) <= NEAR * abs(ratio) for f in _factors(_gradients(graph, parameters, e)))
        for e in (each, other)
    )
    return -1 if times == 2 and before == 1 else None


def other_input(reading: StepReading, each: Judged, ratio: float) -> tuple[int, int, int] | None:
    """Where a single number's slope is made of another's input, which explains the ratio.

    Returns the product, what it takes, and what its parameter is multiplied by on the way forward.
    """
    graph, made = reading.graph, reading.parameters.made
    step = each.rounds[0].nodes[0]
    errors = graph.descendants([pair.node for pair in reading.target.pairs], made)
    views = step.owners | {u for o in step.owners for u in graph.users[o]
                           if graph.nodes[u].name == "gather"}  # fmt: skip
    uses = {u for o in views for u in graph.users[o]
            if graph.nodes[u].name == "multiply" and u not in errors | made}  # fmt: skip
    own = {o for u in uses for o in graph.nodes[u].operands
           if views.isdisjoint({o, *graph.sources(o)})}  # fmt: skip
    if each.size > 1 or len(own) != 1:
        return None
    (partner,) = own
    for node in sorted(graph.ancestors(step.deltas(graph), made) & errors, reverse=True):
        operands = graph.nodes[node].operands
        others = [o for o in operands if o not in errors]
        if graph.nodes[node].name != "multiply" or len(others) != 1:
            continue
        if set(graph.sources(others[0])) & {partner, *graph.sources(partner)}:
            return None  # its own
        taken, wanted = (float(graph.value(o).reshape(-1)[0]) for o in (others[0], partner))
        named = others[0] in graph.names and graph.value(others[0]).size == 1
        if named and wanted and abs(taken / wanted - ratio) <= NEAR * abs(ratio):
            return node, others[0], partner
    return None


def _by_numbers(reading: StepReading, each: Judged, ratio: float) -> list[int]:
    """The nodes behind a first step at which errors become `ratio` times as large by one number."""
    graph, parameters = reading.graph, reading.parameters
    errors = graph.descendants([pair.node for pair in reading.target.pairs], parameters.made)
    node = each.rounds[0].nodes[0].node
    found = []
    for at in graph.ancestors([node], parameters.made - {node}) & errors:
        own = graph.nodes[at]
        if own.name in ("multiply", "divide") and graph.value(own.operands[1]).size == 1:
            number = float(graph.value(own.operands[1]).reshape(()))
            times = 1 / number if own.name == "divide" and number else number
            found += [at] if abs(times - ratio) <= NEAR * abs(ratio) else []
    return sorted(found)


def _factors(chain: Sequence[tuple[int, float]]) -> list[float]:
    """By what a gradient is multiplied on the way to its step, signs left out."""
    return [abs(after / before) for (_, before), (_, after) in pairwise(chain)]


def _named(graph: Graph, chain: Sequence[tuple[int, float]]) -> Sequence[tuple[int, float]]:
    """From where it first has a name."""
    return [(node, times) for node, times in chain if node in graph.names][:1]


def _in_a_delta(reading: StepReading, node: int, other: int, ratio: float) -> int:
    """The first node behind a gradient whose adjoint has that factor beside another's."""
    graph = reading.graph
    met = [pair.node for pair in reading.target.pairs]
    errors = graph.descendants(met, reading.parameters.made)

    def behind(of: int) -> tuple[int, float]:
        for operand in graph.nodes[of].operands:
            for source in graph.sources(operand):
                value = graph.value(source)
                if source in errors and value.size > 1:
                    for forward, adjoint in reading.adjoints.of.items():
                        times = multiple_of(value, adjoint, NEAR) if forward < source else 0.0
                        if times:
                            return source, times
        return -1, 0.0

    _, usual = behind(other)
    while usual:
        source, times = behind(node)
        if source < 0 or abs(times / usual - ratio) > NEAR * abs(ratio):
            break
        node = source
    return node


def _gradients(graph: Graph, parameters: FoundParameters, each: Judged) -> list[tuple[int, float]]:
    """The nodes of a first step that hold its slope, and what times: as they were computed.

    Of a single number, which is some multiple of any other, those that are the same one in each
    of several rounds.
    """
    rounds = [r for r in each.rounds if r.tells and len(r.nodes) == 1]
    if not rounds or (each.size == 1 and len(rounds) < ROUNDS):
        return []
    found = _multiples(graph, parameters, rounds[0])
    for other in rounds[1:ROUNDS] if each.size == 1 else ():
        alike = {_expression(graph, n): times for n, times in _multiples(graph, parameters, other)}
        found = [
            (n, times)
            for n, times in found
            if abs(alike.get(_expression(graph, n), 0.0) / times - 1) <= NEAR
        ]
    return found


def _multiples(graph: Graph, parameters: FoundParameters, own: Round) -> list[tuple[int, float]]:
    node = own.nodes[0].node
    behind = graph.ancestors([node], parameters.made - {node}) - {node}
    found = ((n, multiple_of(graph.value(n), own.slope, NEAR)) for n in sorted(behind))
    return [(n, times) for n, times in found if times and graph.nodes[n].name != "gather"]


def _expression(graph: Graph, node: int) -> tuple[object, ...]:
    own = graph.nodes[node]
    return own.name, own.site, own.stack


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
