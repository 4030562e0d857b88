"""Whether a parameter's steps are what its slope asks for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from glassnet.tutor.dataflow.adjoints import Adjoints
from glassnet.tutor.dataflow.graph import Array, Graph
from glassnet.tutor.dataflow.parameters import Parameters, Step

EXACT, SINGLE = 1e-6, 2e-3  # of the whole, what may remain unexplained


@dataclass
class Round:
    """A parameter's step once: from where, by how much, and its slope there, in a row each."""

    before: Array
    step: Array
    slope: Array
    nodes: list[Step]


@dataclass
class Judged:
    """A parameter, its rounds, and how they are explained; `how` is empty where they are not.

    rates: of each round, what the slope is multiplied by; decay and momentum: the shares of the
    parameter itself and of its last step.
    """

    parameter: int
    rounds: list[Round]
    how: str = ""
    rates: list[float] = field(default_factory=list)
    decay: float = 0.0
    momentum: float = 0.0

    @property
    def size(self) -> int:
        return self.rounds[0].step.size


def judge_steps(graph: Graph, parameters: Parameters, adjoints: Adjoints) -> list[Judged]:
    """Every parameter, each by itself; numbers that are alone are left for the common rate."""
    judged: list[Judged] = []
    for parameter, steps in parameters.steps.items():
        rounds = _rounds(graph, steps, adjoints)
        if rounds:
            judged.append(Judged(parameter, rounds))
    tolerance = SINGLE if any(node.single for node in graph.nodes[:2000]) else EXACT
    for each in judged:
        _explain(each, tolerance)
    held = [each for each in judged if not each.how]
    for each in held:
        _by_gradient(graph, each, parameters, tolerance)
    _agree(judged)
    return judged


def _agree(judged: list[Judged]) -> None:
    """A number alone fits any rate: its own must be another's too."""
    known = [each.rates for each in judged if each.how and each.size > 1]
    single = [each for each in judged if each.how and each.size == 1]
    for each in single:
        alike = sum(same_rates(each.rates, rates) for rates in known)
        peers = sum(same_rates(each.rates, other.rates) for other in single)
        if not alike and peers < 3 and not (peers == len(judged) and peers > 1):
            each.how = ""


def same_rates(one: list[float], other: list[float]) -> bool:
    """Whether two parameters move by the same rate wherever both can be told."""
    pairs = [(a, b) for a, b in zip(one, other) if a == a and b == b]
    return all(abs(a - b) <= 1e-4 * max(abs(a), abs(b)) for a, b in pairs)


def _by_gradient(graph: Graph, judged: Judged, parameters: Parameters, tolerance: float) -> None:
    """Steps of Adam and its like: the slope is there, whole, and only memory is added to it."""
    holders: set[int] = set()
    rates: list[float] = []
    for each in judged.rounds:
        if len(each.nodes) != 1 or not np.any(each.slope):
            return
        step = each.nodes[0]
        inner = graph.ancestors([step.node], parameters.made - {step.node})
        shape = graph.value(step.node).shape
        found = [
            (i, r)
            for i in sorted(inner, reverse=True)
            if (r := multiple_of(graph.value(i), each.slope.reshape(shape), tolerance))
        ]
        if not found or (float(each.step @ each.slope) > 0 and each is judged.rounds[0]):
            return
        holders |= {i for i, _ in found}
        rates.append(found[-1][1])
    own = {int(o) for each in judged.rounds for step in each.nodes for o in step.owner}
    own |= {step.node for each in judged.rounds for step in each.nodes}
    others = (parameters.made | parameters.before) - own
    for each in judged.rounds:
        reached = graph.ancestors([each.nodes[0].node], holders | own - {each.nodes[0].node})
        if reached & others:
            return
    if same_rates(rates, [rates[0]] * len(rates)) or all(r > 0 for r in rates):
        judged.how, judged.rates = "gradient", rates


def multiple_of(value: Array, slope: Array, tolerance: float) -> float:
    """c where a value is c times a slope or its transpose, number by number; else 0."""
    if value.size != slope.size or not np.isfinite(value).all():
        return 0.0
    square = float((slope * slope).sum())
    if square == 0:
        return 0.0
    for own in (value, value.T) if value.ndim == 2 else (value,):
        flat, wanted = own.reshape(-1), slope.reshape(-1)
        c = float(flat @ wanted) / square
        if c and np.abs(flat - c * wanted).max() <= tolerance * np.abs(flat).max():
            return c
    return 0.0


def _rounds(graph: Graph, steps: list[Step], adjoints: Adjoints) -> list[Round]:
    later: dict[int, list[Step]] = defaultdict(list)
    for step in steps:
        later[step.later].append(step)
    rounds: list[Round] = []
    for _, own in sorted(later.items()):
        parts = [_part(graph, step, adjoints) for step in own]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            continue
        before, after, slope = (np.concatenate(each) for each in zip(*known))
        rounds.append(Round(before, after - before, slope, own))
    return rounds


def _part(graph: Graph, step: Step, adjoints: Adjoints) -> tuple[Array, Array, Array] | None:
    before = np.empty(len(step.owner))
    slope = np.zeros(len(step.owner))
    for owner in set(step.owner.tolist()):
        mine = step.owner == owner
        before[mine] = graph.value(owner).reshape(-1)[step.place[mine]]
        adjoint = adjoints.of.get(owner)
        if adjoint is None:
            return None
        slope[mine] = adjoint.reshape(-1)[step.place[mine]]
    return before, graph.value(step.node).reshape(-1), slope


def _explain(judged: Judged, tolerance: float) -> None:
    rounds = judged.rounds
    rates: list[float] = []
    for each in rounds:
        if not np.isfinite(each.step).all() or not np.isfinite(each.slope).all():
            return
        square = float(each.slope @ each.slope)
        if square == 0:
            if np.abs(each.step).max(initial=0.0) > 1e-15:
                break
            rates.append(float("nan"))
            continue
        rate = -float(each.step @ each.slope) / square
        rest = each.step + rate * each.slope
        if not np.abs(rest).max() <= tolerance * np.abs(each.step).max() + _grain(each):
            break
        rates.append(rate)
    else:
        judged.how, judged.rates = "slope", rates
        return
    _with_memory(judged, tolerance)


def _grain(each: Round) -> float:
    """What rounding leaves of a difference of neighbouring numbers."""
    return 1e-14 * float(np.abs(each.before).max(initial=0.0))


def _with_memory(judged: Judged, tolerance: float) -> None:
    """−rate · slope − decay · itself + momentum · its last step, with the same three throughout."""
    rounds = judged.rounds
    last = [np.zeros_like(rounds[0].step), *(each.step for each in rounds[:-1])]
    columns = [
        np.concatenate([each.slope for each in rounds]),
        np.concatenate([each.before for each in rounds]),
        np.concatenate(last),
    ]
    step = np.concatenate([each.step for each in rounds])
    if len(step) < 8 or not all(np.isfinite(c).all() for c in (*columns, step)):
        return
    for kept in ((0, 1), (0, 2), (0, 1, 2)):
        A = np.stack([columns[i] for i in kept], axis=1)
        scale = np.abs(A).max(axis=0)
        if (scale == 0).any():
            continue
        x = np.linalg.lstsq(A / scale, step, rcond=None)[0] / scale
        if np.abs(A @ x - step).max() <= tolerance * np.abs(step).max():
            shares = dict(zip(kept, x))
            judged.how = "slope with memory"
            judged.rates = [-float(shares[0])] * len(rounds)
            judged.decay, judged.momentum = -shares.get(1, 0.0), shares.get(2, 0.0)
            return
