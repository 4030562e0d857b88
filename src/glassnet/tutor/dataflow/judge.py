"""The verdict on a run: right, wrong and where, judged in part, or not judged and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from glassnet.tutor.dataflow.explained import of_explained, unread_sum
from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.locating.factors import (
    against,
    by_itself,
    in_step,
    origin,
    other_input,
    stands_twice,
)
from glassnet.tutor.dataflow.locating.fault import Fault
from glassnet.tutor.dataflow.locating.locate import Locator
from glassnet.tutor.dataflow.locating.optimizers import by_gradients_given, optimizer_fault
from glassnet.tutor.dataflow.own_delta import odd_delta, own_deltas
from glassnet.tutor.dataflow.parameters import unkept
from glassnet.tutor.dataflow.readings import (
    MOST_TRIED,
    Followed,
    StepReading,
    best_of,
    best_reading,
    followed,
)
from glassnet.tutor.dataflow.stepping.rates import known
from glassnet.tutor.dataflow.stepping.remembering import velocity_put
from glassnet.tutor.dataflow.stepping.rounds import Round
from glassnet.tutor.dataflow.stepping.steps import Judged
from glassnet.tutor.dataflow.targets import OWN, find_targets
from glassnet.tutor.dataflow.telling.names import clear_names, grouped
from glassnet.tutor.dataflow.telling.shapes import shape_error, stretched
from glassnet.tutor.dataflow.verdict import JudgedRun, Judgement


def judge(graph: Graph) -> Judgement:
    """The verdict on what was recorded."""
    return judged_run(graph).judgement


def judged_run(graph: Graph) -> JudgedRun:
    """The run with the verdict on it."""
    with np.errstate(all="ignore"):
        run = followed(graph)
        reading = best_reading(run)
        if reading is not None:
            found = _of_optimizer(reading) or _judged(_by_its_own_delta(reading))
        elif run.parameters.steps:
            found = Judgement("none", "nothing was found that its outputs are compared with")
        else:
            found = _of_nothing_moved(graph)
        found = replace(_with_squares(run, found), ended=shape_error(graph))
        target = reading.target if reading else None
        return JudgedRun(graph, found, run.parameters, run.live, target, _decay(reading))


def _of_nothing_moved(graph: Graph) -> Judgement:
    """What is said where no step was seen: that one is worked out and kept nowhere, or nothing."""
    dropped = unkept(graph)
    if dropped is None:
        return Judgement("none", "no number of it was replaced by itself plus or minus a step")
    node, weights = dropped
    site, name = graph.site(node), graph.names.get(weights, "weights")
    return Judgement("wrong", "", Fault("unkept", node, site.line, site.text, name), open=(name,))


def _decay(reading: StepReading | None) -> float:
    """What weights whose steps are right lose of themselves in each."""
    judged = reading.judged if reading else ()
    shares = [e.rule.decay for e in judged if e.rule and e.rule.decay and known(e.rule.rates)]
    return max(shares, key=shares.count, default=0.0)


def _of_optimizer(reading: StepReading) -> Judgement | None:
    """What is wrong with the gradients that an optimizer was given, or with what it makes of them.

    None where its steps are right, or where it has no root by which it is known.
    """
    given = by_gradients_given(reading.followed) if reading.wrong else None
    if given is None:
        return None
    targets = find_targets(given.graph, given.parameters, given.live)
    by_gradients = best_of(given, islice(targets, MOST_TRIED))
    if by_gradients is None or not by_gradients.near or len(by_gradients.seen) < 2:
        return None
    if by_gradients.wrong:
        found = _judged(by_gradients)
        return found if found.fault is not None else None
    fault = optimizer_fault(by_gradients)
    loss = by_gradients.target.loss
    return None if fault is None else Judgement("wrong", "", fault, (), (fault.quantity,), loss)


def _by_its_own_delta(reading: StepReading) -> StepReading:
    """The reading; where it explains too little, the one that takes the output's delta as it is."""
    if (reading.wrong and not reading.steps_told) or not reading.near:
        deltas = own_deltas(reading.graph, reading.parameters, reading.live)
        own = best_of(reading.followed, islice(deltas, MOST_TRIED // 4))
        return own if own is not None and own.near else reading
    return reading


def _with_squares(run: Followed, found: Judgement) -> Judgement:
    """The judgement, where outputs were compared with targets as a row with a column."""
    graph = run.graph
    squares = list(stretched(graph, range(len(graph))))
    asked = graph.ancestors(run.parameters.made) if squares else set[int]()
    for square in squares:
        outputs = [o for o in graph.nodes[square.node].operands if o in run.live]
        if len(outputs) != 1:
            continue
        if square.node not in asked:
            told = square.told(graph.where).removesuffix(".")
            why = f"no step comes from {graph.where(square.line)}, where {told}"
            return replace(found, verdict="in part", why=why) if found.verdict == "right" else found
        if found.verdict != "right":
            shapes = [f"shape {graph.value(n).shape}" for n in (outputs[0], square.node)]
            fault = Fault("broadcast", square.node, square.line, square.text, square.text,
                          *shapes, operand=square.row.text, wanted=square.mended)  # fmt: skip
            return replace(found, verdict="wrong", why=square.told(graph.where), fault=fault)
    return found


def _judged(reading: StepReading) -> Judgement:
    graph, parameters = reading.graph, reading.parameters
    wrong = reading.wrong
    right = [each for each in reading.judged if each not in wrong]
    called = clear_names(graph, reading.judged)
    names = grouped(called[each.parameter] for each in right)
    left = grouped(called[each.parameter] for each in wrong)
    loss = reading.target.loss
    short = len(reading.judged) < len(parameters.steps) and loss != OWN
    unread = unread_sum(reading) if short else None
    if unread is not None:
        return Judgement("wrong", "", unread, names, left, loss)
    if len(reading.judged) < len(parameters.steps):
        return Judgement(
            "in part", "not every parameter could be followed", None, names, left, loss
        )
    if wrong:
        return _wrong(reading, right, wrong, names, left)
    if loss == OWN:
        return _of_own_delta(graph, reading, names)
    if len(reading.seen) < 2:
        return Judgement("in part", "one update alone was seen", None, names, (), loss)
    singles = set[int]().union(*(e.moved for e in right if e.size == 1))
    dead = grouped(called[e.parameter] for e in right if not _told_twice(e, singles))
    if dead:
        why = f"{' and '.join(dead)} moved too little to tell"
        return Judgement("in part", why, None, names, dead, loss, faint=True)
    if not reading.whole:
        why = "in some of its rounds it is not told what its outputs are compared with"
        return Judgement("in part", why, None, (), names, loss)
    if not reading.rate_told:
        why = "every step is along its slope, but by a rate that changes: a factor may be wrong"
        return Judgement("in part", why, None, names, (), loss, cause="lengths")
    return of_explained(reading, names)


@dataclass(frozen=True)
class InHaste:
    """A judgement without reasons: how many parameters move by their slope, of how many.

    None is counted where the outputs' own layer is not among them, and not all where a target is
    stretched over several outputs. outputs: the shape of what is compared with targets first.
    """

    explained: int
    parameters: int
    outputs: tuple[int, ...] = ()

    def one_output(self, samples: int) -> bool:
        """Whether it is plain that each sample has a single output."""
        size = int(np.prod(self.outputs))
        return bool(self.outputs) and size in (1, samples)


def judged_in_haste(graph: Graph) -> InHaste:
    with np.errstate(all="ignore"):
        run = followed(graph)
        count = len(run.parameters.steps)
        reading = best_reading(run)
        if reading is None:
            return InHaste(0, count)
        outputs = graph.value(reading.target.pairs[0].output).shape
        if not reading.near or len(reading.seen) < 2:
            return InHaste(0, count, outputs)
        meeting = graph.nodes[reading.target.pairs[0].node]
        stretched = any(1 < graph.value(o).size < meeting.value.size for o in meeting.operands)
        return InHaste(reading.score[2] - stretched, count, outputs)


def _told_twice(each: Judged, singles: set[int]) -> bool:
    """Whether it moved in two rounds; of single numbers, whether all of them together did."""
    moved = each.moved
    return len(singles if each.size == 1 and moved else moved) > 1


def _of_own_delta(graph: Graph, reading: StepReading, names: tuple[str, ...]) -> Judgement:
    """What is said where all steps follow from an output delta that is no usual loss's."""
    target = reading.target
    node, output = target.pairs[0].node, target.compared[0].output
    site = graph.site(node)
    odd = odd_delta(graph, target)
    if odd is None or len(reading.seen) < 2:
        why = f"its output delta, in {graph.where(site.line)}, is the slope of no usual loss"
        return Judgement("in part", why, None, names, (), OWN, cause="own delta")
    name = names[-1] if names else "the outputs' weights"
    if odd.activation:
        at = graph.site(output)
        fault = Fault("forward", output, at.line, at.text, name, wanted=odd.activation,
                      line_of=site.line)  # fmt: skip
    else:
        numbers = f"{odd.expected:.6g}", f"{odd.got:.6g}"
        fault = Fault("expression", node, site.line, site.text, name, *numbers)
    return Judgement("wrong", "", fault, names, (), OWN)


def _wrong(
    reading: StepReading, right: list[Judged], wrong: list[Judged], names: tuple[str, ...],
    left: tuple[str, ...],
) -> Judgement:  # fmt: skip
    graph = reading.graph
    loss = reading.target.loss
    called = clear_names(graph, reading.judged)
    for each in wrong:
        if each.rule is None and each.size == 1:
            each.rule = by_itself(each, reading.common)
    if wrong and all(e.how and reading.hardly(e) for e in wrong):
        why = "its rates differ by so little that it may be rounding"
        return Judgement("in part", why, None, names, left, loss, faint=True)
    put = velocity_put(graph, reading.judged)
    if put is not None and put[0] in wrong:
        site = graph.site(put[1])
        name = called[put[0].parameter]
        fault = Fault("rule", put[1], site.line, site.text, name, wanted="bias-replaced")
        return Judgement("wrong", "", fault, names, left, loss)
    climbing = [e for e in wrong if e.rule and known(e.rule.rates) and max(known(e.rule.rates)) < 0]
    if climbing and len(climbing) == len(wrong):
        fault = _of_step(reading, climbing[0], right)
        fault = replace(fault, quantity=called[climbing[0].parameter])
        return Judgement("wrong", "", fault, names, left, loss)
    faster = [e for e in wrong if e.how and e not in climbing and in_step(e, reading.common)]
    if any(_constant(graph, e) for e in reading.judged):
        why = "its weights begin all alike, and then one wrong step looks like another"
        return Judgement("in part", why, None, names, left, loss)
    if len(faster) == len(wrong) and right:
        fault = _of_factor(reading, faster[0], right)
        fault = replace(fault, quantity=called[fault.parameter])
        return Judgement("wrong", "", fault, names, left, loss)
    if not reading.near:
        why = "no loss of the usual ones explains its steps"
        return Judgement("none", why, None, names, left, loss)
    if not reading.steps_told:
        why = "what its rate is does not tell itself, and with it which steps are wrong"
        return Judgement("in part", why, None, names, left, loss, cause="rate")
    locator = Locator(reading)
    sought = [each for each in wrong if each not in faster and each not in climbing]
    for each in sought:
        each.rounds = [own for own in each.rounds if _tells(own, reading)] or each.rounds
    faults = [
        replace(fault, quantity=called[each.parameter])
        for each in sought
        if (fault := locator.fault_of(each, _in_rounds(each, reading)))
    ]
    if not faults:
        return Judgement("in part", "its other steps are of no known kind", None, names, left, loss)
    return Judgement("wrong", "", min(faults, key=lambda f: f.node), names, left, loss)


def _constant(graph: Graph, each: Judged) -> bool:
    """Whether a matrix of weights begins with one number throughout."""
    shape = graph.value(each.first).shape
    return len(shape) == 2 and min(shape) > 1 and np.ptp(each.rounds[0].before) == 0


def _in_rounds(each: Judged, reading: StepReading) -> list[float]:
    """The others' rate in the rounds of a parameter."""
    return [reading.common.get(own.number, float("nan")) for own in each.rounds]


def _tells(own: Round, reading: StepReading) -> bool:
    """Whether a step, or what it should be, is more than rounding."""
    wanted = reading.common.get(own.number, 0.0) * float(np.abs(own.slope).max())
    return own.tells or wanted > 1e6 * own.grain


def _of_factor(reading: StepReading, each: Judged, right: list[Judged]) -> Fault:
    """Of two rates the one at fault: that in which a factor stands twice, or that unlike most."""
    ratio = next(iter(against(each, reading.common)), 0.0)
    own = each.rule.rates if each.rule else {}
    taken = other_input(reading, each, ratio)
    if taken is not None:
        return _of_another_input(reading.graph, each, *taken)
    other = next((e for e in right if e.size > 1 and against(e, own)), None)
    again = None
    if other is not None and ratio > 1:
        again = stands_twice(reading, other, each, 1 / ratio)
    if other is not None and again is not None:
        turned = replace(reading)
        turned.common = dict(own)
        each, other, reading = other, each, turned
    elif other is not None:
        again = stands_twice(reading, each, other, ratio)
    if other is None or again is None:
        return replace(_of_step(reading, each, right), parameter=each.parameter)
    fault = replace(_of_step(reading, each, [other]), parameter=each.parameter, operand="twice")
    site = reading.graph.site(again)
    return fault if again < 0 else replace(fault, node=again, line=site.line, text=site.text)


def _of_another_input(graph: Graph, each: Judged, node: int, taken: int, wanted: int) -> Fault:
    """A slope that is made of another input than that by which its parameter is multiplied."""
    site = graph.site(node)
    words = [graph.names.get(n, graph.site(n).text) for n in (taken, wanted)]
    use = next(u for u in graph.users[wanted] if graph.nodes[u].name == "multiply")
    line = graph.site(use).line
    return Fault("operand", node, site.line, site.text, each.named(graph), operand=words[0],
                 wanted=words[1], line_of=line, parameter=each.parameter)  # fmt: skip


def _of_step(reading: StepReading, each: Judged, right: list[Judged]) -> Fault:
    """A step that climbs, or that is longer than the others' by a factor."""
    graph = reading.graph
    ratios = against(each, reading.common)
    ratio = ratios[0] if ratios else -1.0
    node = origin(reading, each, right, ratio)
    site, name = graph.site(node), each.named(graph)
    climbs = each.rule is not None and all(rate < 0 for rate in known(each.rule.rates))
    if ratio < 0 or climbs:
        return Fault("direction", node, site.line, site.text, name)
    return Fault("rate", node, site.line, site.text, name, "1", f"{ratio:.9g}",
                 wanted=_rate_beside(each, reading.common), parameter=each.parameter)  # fmt: skip


def _rate_beside(each: Judged, common: dict[int, float]) -> str:
    """The others' rate, in the first round in which both are told."""
    rates = each.rule.rates if each.rule else {}
    return next((repr(common[n]) for n, r in rates.items() if r == r and common.get(n)), "")
