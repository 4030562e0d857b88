"""Whether a parameter's steps are what its slope asks for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from glassnet.tutor.dataflow.adjoints import Adjoints
from glassnet.tutor.dataflow.graph import Array, Graph
from glassnet.tutor.dataflow.parameters import FoundParameters, ParameterStep

EXACT, SINGLE = 1e-6, 2e-3  # of the whole, what may remain unexplained


@dataclass
class Round:
    """A parameter's step once: from where, by how much, and its slope there, in a row each."""

    before: Array
    step: Array
    slope: Array
    nodes: list[ParameterStep]


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


def judge_steps(graph: Graph, parameters: FoundParameters, adjoints: Adjoints) -> list[Judged]:
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
    _agree(graph, judged, tolerance)
    return judged


def _agree(graph: Graph, judged: list[Judged], tolerance: float) -> None:
    """A number alone fits any rate: it must move as another does, or as all of its expression."""
    known = [each for each in judged if each.how and each.size > 1]
    single: dict[int, list[Judged]] = defaultdict(list)
    for each in judged:
        if each.size == 1:
            single[graph.nodes[each.rounds[0].nodes[0].node].site].append(each)
    for family in single.values():
        moving = [e for e in family if any(np.any(r.slope) for r in e.rounds)]
        peers = len(moving) > 2 and all(
            e.how and same_rates(e.rates, moving[0].rates) for e in moving
        )
        others = [e for own in single.values() for e in own if own is not family and e.how]
        for each in family:
            like = [o for o in known if o.how != "gradient" and _moves_as(each, o, tolerance)]
            alike = each.how and (
                any(same_rates(each.rates, o.rates) for o in known)
                or sum(same_rates(each.rates, o.rates) for o in others) > 2
            )
            if like and not alike:
                each.how, each.rates = like[0].how, like[0].rates
            elif not alike and not peers and len(judged) > 1:
                each.how = ""


def _moves_as(each: Judged, other: Judged, tolerance: float) -> bool:
    """Whether another parameter's rate and momentum (no decay: it may be a bias) are its own."""
    last = np.zeros_like(each.rounds[0].step)
    for own, rate in zip(each.rounds, other.rates):
        step = -rate * own.slope + other.momentum * last
        if not np.abs(own.step - step).max() <= tolerance * np.abs(own.step).max() + _grain(own):
            return False
        last = own.step
    return True


def same_rates(one: list[float], other: list[float]) -> bool:
    """Whether two parameters move by the same rate wherever both can be told."""
    pairs = [(a, b) for a, b in zip(one, other) if a == a and b == b]
    return all(abs(a - b) <= 1e-4 * max(abs(a), abs(b)) for a, b in pairs)


def _by_gradient(
    graph: Graph, judged: Judged, parameters: FoundParameters, tolerance: float
) -> None:
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
        first = each is judged.rounds[0]
        if not found or (first and not _downhill(each)) or np.any(each.slope[each.step == 0]):
            return
        holders |= {i for i, _ in found}
        rates.append(found[-1][1])
    own = {int(o) for each in judged.rounds for step in each.nodes for o in step.owner}
    own |= {step.node for each in judged.rounds for step in each.nodes}
    others = (parameters.made | parameters.before) - own
    for each in judged.rounds:
        last = each.nodes[0].node
        after = graph.ancestors([last], holders | own - {last})
        if after & others or _scaled_by_itself(graph, after, holders, own - {last}):
            return
    if all(r > 0 for r in rates):
        judged.how, judged.rates = "gradient", rates


def _downhill(each: Round) -> bool:
    """Whether a first step is an optimizer's: each number against its slope, in proportion at most.

    Adam's are all of one size; those that are clipped are proportional up to it.
    """
    size = np.abs(each.slope)
    moving = size > 1e-9 * size.max()
    if not (each.step * each.slope < 0)[moving].all():
        return False
    order = np.argsort(size[moving])
    size, step = size[moving][order], np.abs(each.step)[moving][order]
    grows = step[1:] >= step[:-1] * (1 - 1e-6)
    shrinks = step[1:] / size[1:] <= step[:-1] / size[:-1] * (1 + 1e-6)
    return bool(grows.all() and shrinks.all())


def _scaled_by_itself(graph: Graph, after: set[int], holders: set[int], own: set[int]) -> bool:
    """Whether the slope is multiplied by the parameter on its way into the step."""
    from_slope = graph.descendants(after & holders) & after
    from_itself = graph.descendants(after & own) & after
    for node in after - holders - own:
        if graph.nodes[node].name in ("multiply", "divide"):
            operands = set(graph.nodes[node].operands)
            if operands & from_slope and operands & from_itself - from_slope:
                return True
    return False


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


def _rounds(graph: Graph, steps: list[ParameterStep], adjoints: Adjoints) -> list[Round]:
    later: dict[int, list[ParameterStep]] = defaultdict(list)
    for step in steps:
        later[step.later].append(step)
    rounds: list[Round] = []
    for _, own in sorted(later.items()):
        parts = [_part(graph, step, adjoints) for step in own]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            continue
        before, after, slope = (np.concatenate(each) for each in zip(*known))
        if not (np.isfinite(slope).all() and np.isfinite(after).all()):
            break  # it left the numbers, and what follows says nothing
        rounds.append(Round(before, after - before, slope, own))
    return rounds


def _part(
    graph: Graph, step: ParameterStep, adjoints: Adjoints
) -> tuple[Array, Array, Array] | None:
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
        shares = dict(zip(kept, x))
        fades = abs(shares.get(2, 0.0)) < 0.9999  # else no step is ever forgotten
        fades = fades and -1e-9 < -shares.get(1, 0.0) < 0.5  # nor is it growth, or forgets itself
        if fades and np.abs(A @ x - step).max() <= tolerance * np.abs(step).max():
            judged.how = "slope with memory"
            judged.rates = [-float(shares[0])] * len(rounds)
            judged.decay, judged.momentum = -shares.get(1, 0.0), shares.get(2, 0.0)
            return
