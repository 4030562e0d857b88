"""Whether a parameter's steps are what its slope asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from glassnet.tutor.dataflow.adjoints import Adjoints
from glassnet.tutor.dataflow.graph import Array, Graph
from glassnet.tutor.dataflow.parameters import FoundParameters
from glassnet.tutor.dataflow.stepping.rates import alike, known, same_rates, steady
from glassnet.tutor.dataflow.stepping.rounds import (
    EXACT,
    SINGLE,
    Round,
    begin_anew,
    coarsen,
    multiple_of,
    rounds_of,
)
from glassnet.tutor.dataflow.stepping.rules import (
    StepRule,
    along,
    clipped,
    decayed_in_part,
    optimized,
    remembering,
)

_ROOTS = ("sqrt", "power")
PEERS = 3  # numbers that move alike, where none is more than a number


@dataclass
class Judged:
    """A parameter, its rounds, and the rule that explains them; None where there is none."""

    parameter: int
    rounds: list[Round]
    rule: StepRule | None = None

    @property
    def size(self) -> int:
        return self.rounds[0].step.size

    @property
    def first(self) -> int:
        """The node of its first step."""
        return self.rounds[0].nodes[0].node

    def named(self, graph: Graph) -> str:
        """The learner's name for it, after its first step or before; "" where there is none."""
        step = self.rounds[0].nodes[0]
        nodes = step.node, int(step.owner[0])
        return next((graph.names[node] for node in nodes if node in graph.names), "")

    @property
    def alone(self) -> bool:
        """Whether all its slopes are along one line, so that a multiple of them is easily had."""
        if self.size == 1:
            return True
        slopes = np.stack([each.slope for each in self.rounds])
        longest = slopes[np.abs(slopes).max(1).argmax()]
        square = float(longest @ longest) or 1.0
        rest = slopes - np.outer(slopes @ longest / square, longest)
        return bool(np.abs(rest).max() <= 1e-9 * np.abs(longest).max())

    @property
    def how(self) -> str:
        return self.rule.how if self.rule else ""

    @property
    def rates(self) -> list[float]:
        """Of its rounds, what the slope is multiplied by."""
        if self.rule is None:
            return []
        return [self.rule.rates.get(each.number, float("nan")) for each in self.rounds]

    @property
    def moved(self) -> set[int]:
        """The rounds, by their numbers, in which it moved as it is explained."""
        rates = self.rule.rates if self.rule else {}
        return {own.number for own in self.rounds if own.tells and rates.get(own.number, 0) != 0}


def judge_steps(
    graph: Graph, parameters: FoundParameters, adjoints: Adjoints, last: set[int]
) -> list[Judged]:
    """Every parameter, each by itself; numbers that are alone must move as others do.

    last: the parameters next to the outputs.
    """
    found = {p: rounds_of(graph, steps, adjoints) for p, steps in parameters.steps.items()}
    judged = [Judged(p, rounds) for p, rounds in found.items() if rounds]
    coarsen([each.rounds for each in judged])
    single = any(node.single for node in graph.nodes[:2000])
    tolerance = SINGLE if single else EXACT
    rows = [each for each in judged if not each.alone]
    for each in rows:
        each.rule = along(each.rounds, tolerance)
        if each.rule is None:
            begin_anew(graph, parameters, each.rounds)
        for rule in (remembering, clipped, decayed_in_part):
            each.rule = each.rule or rule(each.rounds, tolerance)
    for each in sorted(rows, key=lambda e: e.size):
        if each.rule is None:
            each.rule = _like(each, rows, tolerance) or _optimized(
                graph, parameters, each, tolerance
            )
    _singles(graph, parameters, judged, last, tolerance)
    return judged


def _like(each: Judged, others: Sequence[Judged], tolerance: float) -> StepRule | None:
    """The rule of another, by which this one moves too."""
    for other in others:
        if other.rule and other is not each and other.how != "slope":
            for biased in (False, True):
                if follows(each, other.rule, tolerance, biased=biased):
                    return other.rule
    return None


def follows(each: Judged, rule: StepRule, tolerance: float, *, biased: bool = False) -> bool:
    """Whether a parameter moves by a rule in every round that tells."""
    for own, step in zip(each.rounds, rule.steps(each.rounds, biased=biased)):
        if not np.isfinite(step).all():
            continue
        size = max(own.size, float(np.abs(step).max(initial=0.0)))
        if np.abs(own.step - step).max() > tolerance * size + 100 * own.grain:
            return False
    return True


def _optimized(
    graph: Graph, parameters: FoundParameters, each: Judged, tolerance: float
) -> StepRule | None:
    """An optimizer's rule, with the constants that stand behind the step."""
    own = each.rounds[0]
    if len(own.nodes) != 1 or not np.any(own.slope):
        return None
    node = own.nodes[0].node
    times: dict[tuple[float, float], None] = {}
    holders: set[int] = set()
    for index in sorted(graph.ancestors([node], parameters.made - {node}), reverse=True):
        value = graph.value(index)
        if value.size == each.size:
            c = multiple_of(value, own.slope, tolerance)
            if c > 0:
                times.setdefault((float(f"{c:.9g}"), 0.0))
                holders.add(index)
            elif index != node and _with_decay(value, own, tolerance, times):
                holders.add(index)
    if not holders:
        return None
    after = graph.ancestors([node], parameters.made - {node} | {min(holders)})
    if not any(graph.nodes[i].name in _ROOTS for i in after):
        return None
    constants = {
        float(graph.value(i).reshape(()))
        for i in after
        if graph.nodes[i].name in ("leaf", "constant") and graph.value(i).size == 1
    }
    return optimized(each.rounds, list(times), sorted(constants), tolerance)


def under_a_root(graph: Graph, step: int, made: set[int]) -> int:
    """The gradient that an optimizer was given: what it squares and then divides by; -1: none.

    Whatever is squared before that, as in tanh's derivative, is no optimizer's.
    """
    behind = graph.ancestors([step], made - {step})
    size = graph.value(step).size
    below = [graph.nodes[n].operands[1] for n in behind if graph.nodes[n].name == "divide"]
    roots = [n for n in behind if graph.nodes[n].name == "sqrt" or _is_power(graph, n, 0.5)]
    roots += [n for n in below if graph.value(n).size == size > 1]
    found: list[int] = []
    for index in sorted(graph.ancestors(roots, made - {step}) & behind, reverse=True):
        node = graph.nodes[index]
        twice = node.name == "multiply" and node.operands[0] == node.operands[1]
        squared = node.name == "square" or twice or _is_power(graph, index, 2.0)
        if squared and node.value.size == size:
            found.append(node.operands[0])
    # (1 − β2)² is a square too, of numbers alone
    whole = (n for n in found if any(graph.value(o).size > 1 for o in graph.ancestors([n])))
    return next(whole, found[0] if found else -1)


def _is_power(graph: Graph, index: int, exponent: float) -> bool:
    node = graph.nodes[index]
    return node.name == "power" and bool(np.all(graph.value(node.operands[1]) == exponent))


def _with_decay(
    value: Array, own: Round, tolerance: float, times: dict[tuple[float, float], None]
) -> bool:
    """A gradient with a share of the parameter itself, as L2 adds it."""
    if value.size < 8 or not np.isfinite(value).all():
        return False
    A = np.stack([own.slope, own.before], 1)
    x = np.linalg.lstsq(A, value.reshape(-1), rcond=None)[0]
    size = float(np.abs(value).max())
    near = np.abs(A @ x - value.reshape(-1)).max() <= tolerance * size
    if not near or (x * np.abs(A).max(0) <= 100 * tolerance * size).any():
        return False
    times.setdefault((float(f"{x[0]:.9g}"), float(f"{x[1]:.9g}")))
    return True


def _singles(
    graph: Graph, parameters: FoundParameters, judged: Sequence[Judged], last: set[int],
    tolerance: float,
) -> None:  # fmt: skip
    """A number alone fits any rate: it must move as the rows do, or as other numbers."""
    singles = [each for each in judged if each.alone]
    rules = [each.rule for each in judged if each.rule]
    if not singles:
        return
    if not rules:
        rule = _of_singles(graph, parameters, singles, last, tolerance)
        rules = [rule] if rule else []
    for each in singles:
        for rule in rules:
            free = rule.how != "slope"
            if any(
                follows(each, rule, tolerance, biased=b) for b in (False, True)[: 1 + bool(free)]
            ):
                own = along(each.rounds, tolerance)
                each.rule = replace(rule, rates=own.rates) if own and not free else rule
                break
    for each in singles:  # what it is, though it is not as the others
        if each.rule is None and (each.size > 1 or len(judged) == 1):
            each.rule = along(each.rounds, tolerance)


def _of_singles(
    graph: Graph, parameters: FoundParameters, singles: Sequence[Judged], last: set[int],
    tolerance: float,
) -> StepRule | None:  # fmt: skip
    """The rule that most of the numbers move by: a steady rate, or one that all share."""
    alone = [(each, rule) for each in singles if (rule := along(each.rounds, tolerance))]
    clusters: list[tuple[tuple[bool, int], StepRule]] = []
    same = alike([rule.rates for _, rule in alone])
    told = np.array([bool(known(rule.rates)) for _, rule in alone], bool)
    for row, (_, rule) in enumerate(alone):
        if len(known(rule.rates)) < 2:
            continue
        like = [alone[n][0] for n in np.flatnonzero(same[row] & told)]
        near = not last or any(o.parameter in last for o in like)
        even = steady(rule.rates)
        enough = len(like) >= PEERS or len(like) == len(singles) or (even and len(like) > 1)
        if near and enough and (even or len(like) == len(singles)):
            clusters.append(((even, len(like)), rule))
    if clusters:
        return max(clusters, key=lambda c: c[0])[1]
    for each in singles:
        begin_anew(graph, parameters, each.rounds)
    for group in ([e for e in singles if e.parameter in last], list(singles)):
        rounds = _stacked(group)
        rule = remembering(rounds, tolerance) if len(rounds) > 1 else None
        if rule is not None:
            return rule
    return None


def _stacked(group: Sequence[Judged]) -> list[Round]:
    """Numbers that move in the same rounds, as one row of them."""
    numbers = (
        set.intersection(*({r.number for r in each.rounds} for each in group)) if group else ()
    )
    stacked: list[Round] = []
    for number in sorted(numbers):
        own = [r for each in group for r in each.rounds if r.number == number]
        before, step, slope = (
            np.concatenate([getattr(r, name) for r in own]) for name in ("before", "step", "slope")
        )
        nodes = [node for r in own for node in r.nodes]
        grain, anew = max(r.grain for r in own), all(r.anew for r in own)
        stacked.append(Round(before, step, slope, nodes, number, grain, anew))
    return stacked


def common_rate(judged: Sequence[Judged]) -> dict[int, float]:
    """The rate that most numbers move by, a steady one before others."""
    moving = [e for e in judged if e.rule and not e.rule.optimizer and known(e.rule.rates)]
    rates = [e.rule.rates for e in moving if e.rule]
    if not rates:
        return {}
    votes = alike(rates) @ np.array([e.size for e in moving])
    best = max(range(len(rates)), key=lambda n: (steady(rates[n]), votes[n]))
    common = dict(rates[best])
    for each in moving:  # a number that stands still in a round tells nothing of it
        if each.rule and same_rates(each.rule.rates, common):
            common.update({n: r for n, r in each.rule.rates.items() if r == r})
    return common
