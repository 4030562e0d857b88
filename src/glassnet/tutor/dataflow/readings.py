"""A run read one way: what its outputs are compared with, by which loss, and what that explains."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import numpy as np

from glassnet.tutor.dataflow.adjoints import Adjoints
from glassnet.tutor.dataflow.forward import put
from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.parameters import (
    FoundParameters,
    ParameterStep,
    find_parameters,
)
from glassnet.tutor.dataflow.stepping.rates import (
    LIKE,
    known,
    norm_clipped,
    same_rates,
    scheduled,
    steady,
)
from glassnet.tutor.dataflow.stepping.steps import Judged, common_rate, judge_steps
from glassnet.tutor.dataflow.targets import FoundTarget, find_targets

SURE = 3e-7  # of a rate, what two parameters whose steps tell it may differ by
MOST_TRIED = 40  # readings of what is compared with what


@dataclass(frozen=True)
class Followed:
    """A run with its parameters. live: all that depends on one."""

    graph: Graph
    parameters: FoundParameters
    live: set[int]


def followed(graph: Graph) -> Followed:
    """The run, its parameters found."""
    parameters = find_parameters(graph)
    _name_begun(graph, parameters)
    return Followed(graph, parameters, graph.descendants(parameters.made | parameters.before))


def _name_begun(graph: Graph, parameters: FoundParameters) -> None:
    """What was there when the recording began is called as it is at its first step."""
    for first, *_ in parameters.steps.values():
        for owner in first.owners if first.node in graph.names else ():
            if graph.value(owner).size == len(first.owner):
                graph.names.setdefault(owner, graph.names[first.node])


@dataclass
class StepReading:
    """One way to read a run: what is the target, which loss, and what that explains."""

    followed: Followed
    target: FoundTarget
    adjoints: Adjoints
    judged: list[Judged]
    last: set[int]  # the parameters next to the outputs
    common: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.common = common_rate(self.judged)

    @property
    def graph(self) -> Graph:
        return self.followed.graph

    @property
    def parameters(self) -> FoundParameters:
        return self.followed.parameters

    @property
    def live(self) -> set[int]:
        return self.followed.live

    def right(self, each: Judged) -> bool:
        rule = each.rule
        if rule is None or not all(rate > 0 for rate in known(rule.rates)):
            return False
        if rule.optimizer:
            return True
        if same_rates(rule.rates, self.common):
            return self._still(each) and not self.hardly(each)
        return norm_clipped(rule.rates, self.norms)

    def hardly(self, each: Judged) -> bool:
        """Whether its rate is nearly the others', and not so near as the digits of both tell."""
        for own, rate in zip(each.rounds, each.rates):
            common = self.common.get(own.number, float("nan"))
            known_to = SURE + 8 * (
                self._digits.get(own.number, 0.0) + own.grain / (own.size or 1.0)
            )
            if LIKE * common > abs(rate - common) > known_to * common:
                return True
        return False

    @cached_property
    def _digits(self) -> dict[int, float]:
        """How far the common rate of each round is told."""
        return {
            own.number: own.grain / own.size
            for other in self.judged
            for own in other.rounds
            if self._gives(other, own.number) and own.tells
        }

    def _gives(self, other: Judged, number: int) -> bool:
        """Whether the common rate of a round is that of this parameter."""
        return other.rule is not None and other.rule.rates.get(number) == self.common.get(number)

    def _still(self, each: Judged) -> bool:
        """Whether a step that is too small to tell is so because its slope is."""
        if each.rule is None or each.how != "slope":
            return True
        for own, rate in zip(each.rounds, each.rates):
            common = self.common.get(own.number, float("nan"))
            if rate != rate and common == common:
                rest = np.abs(own.step + common * own.slope).max()
                if rest > 1e-3 * common * np.abs(own.slope).max() and rest > 1e6 * own.grain:
                    return False
        return True

    @property
    def seen(self) -> set[int]:
        """The rounds in which something moved."""
        return set().union(*(each.moved for each in self.judged))

    @property
    def norms(self) -> list[dict[int, float]]:
        """How long the slopes are in each round: of one parameter, and of all together."""
        own = [{r.number: float(np.sqrt(r.slope @ r.slope)) for r in each.rounds}
               for each in self.judged]  # fmt: skip
        numbers = {n for norm in own for n in norm}
        return [*own, {n: float(np.sqrt(sum(o.get(n, 0) ** 2 for o in own))) for n in numbers}]

    @property
    def wrong(self) -> list[Judged]:
        return [each for each in self.judged if not self.right(each)]

    @cached_property
    def whole(self) -> bool:
        """Whether no round was left out between others, in which something moved.

        Of a comparison that some samples alone meet, no slope is known in the others' rounds.
        """
        for each in self.judged:
            seen = {own.number for own in each.rounds}
            for step in self.parameters.steps[each.parameter]:
                if step.later < max(seen) and step.later not in seen and self._moved(step):
                    return False
        return True

    def _moved(self, step: ParameterStep) -> bool:
        before = [self.graph.value(int(o)).reshape(-1)[at] for o, at in zip(step.owner, step.place)]
        return bool(np.any(self.graph.value(step.node).reshape(-1) != before))

    @property
    def near(self) -> bool:
        """Whether it explains a parameter next to the outputs."""
        return any(each.parameter in self.last and self.right(each) for each in self.judged)

    @property
    def score(self) -> tuple[bool, bool, int, bool, int]:
        """Whether it explains one next to the outputs, in all rounds; how many, and steadily."""
        right = [each for each in self.judged if self.right(each)]
        even = any(e.rule and known(e.rule.rates) for e in right) and steady(self.common)
        return self.near, self.whole, len(right), even, sum(bool(j.how) for j in self.judged)

    @property
    def steps_told(self) -> bool:
        """Whether the rate is one, or follows a schedule."""
        plain = [e for e in self.judged if e.rule and not e.rule.optimizer]
        if steady(self.common) or not plain:
            return True
        if norm_clipped(self.common, self.norms):
            return True
        most = max(plain, key=lambda e: len(known(e.rule.rates) if e.rule else ()))
        return most.rule is not None and scheduled(
            self.graph, self.live, self.parameters.made, most.rounds, most.rule.rates
        )

    @property
    def rate_told(self) -> bool:
        """Whether its steps tell its rate; of several outputs none can hide in it."""
        several = any(self.graph.value(pair.output).size > 1 for pair in self.target.pairs)
        return several or self.steps_told


def best_reading(run: Followed) -> StepReading | None:
    """The reading that explains most; None where no step is seen, or nothing is compared."""
    if not run.parameters.steps:
        return None
    targets = find_targets(run.graph, run.parameters, run.live)
    return best_of(run, islice(targets, MOST_TRIED))


def best_of(run: Followed, targets: Iterable[FoundTarget]) -> StepReading | None:
    """The reading that explains most, of these."""
    graph, parameters = run.graph, run.parameters
    best: StepReading | None = None
    cuts: dict[tuple[int, ...], set[int]] = {}  # of each comparison, where no slope goes back
    for target in targets:
        if (
            best is not None
            and best.score[1:3] == (True, len(parameters.steps))
            and (target.pairs[0].node != best.target.pairs[0].node)
        ):  # a single output's steps are along the slope of each loss, by an even rate of one
            return best
        seeds = target.seeds(graph)
        last = _last(graph, parameters, target)
        met = tuple(pair.node for pair in target.pairs)
        if met not in cuts:  # what an error gave goes forward as it is
            cuts[met] = parameters.made | put(graph, parameters, target).keys()
        for tie in (0, 1):
            adjoints = Adjoints(graph, seeds, run.live, cuts[met], tie)
            if tie and not adjoints.tied:
                break  # it is the same
            judged = judge_steps(graph, parameters, adjoints, last)
            reading = StepReading(run, target, adjoints, judged, last)
            if best is None or reading.score > best.score:
                best = reading
            if best.score[1:4] == (True, len(parameters.steps), True):
                return best
    return best


def _last(graph: Graph, parameters: FoundParameters, target: FoundTarget) -> set[int]:
    """The parameters of the layer that is met first on the way back from the outputs."""
    waiting, seen = [target.pairs[0].output], set[int]()
    found: set[int] = set()
    more = 2  # the bias is added last: the weights are a product further
    while waiting and more:
        sources = {s for node in waiting for s in graph.sources(node)}
        met = sources & (parameters.before | parameters.made)
        for parameter, steps in parameters.steps.items():
            if any(met & step.owners or step.node in met for step in steps):
                found.add(parameter)
        more -= bool(found)
        seen |= set(waiting)
        waiting = [o for s in sources - met for o in graph.nodes[s].operands if o not in seen]
    return found
