"""The verdict on a run: right, wrong and where, judged in part, or not judged and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from glassnet.tutor.dataflow.forward import (
    Idle,
    added_again,
    biases_left,
    drawn,
    dropped,
    learned_biases,
    left_behind,
    loss_told,
    slope_kept,
    step_beside,
    unmoved,
    unused,
)
from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.locating.factors import against, by_itself, in_step, origin
from glassnet.tutor.dataflow.locating.locate import Fault, Locator
from glassnet.tutor.dataflow.locating.optimizers import by_gradients_given, optimizer_fault
from glassnet.tutor.dataflow.own_delta import odd_delta, own_deltas
from glassnet.tutor.dataflow.parameters import FoundParameters
from glassnet.tutor.dataflow.rates import known
from glassnet.tutor.dataflow.readings import (
    MOST_TRIED,
    Followed,
    StepReading,
    best_of,
    best_reading,
    followed,
)
from glassnet.tutor.dataflow.rounds import Round, multiple_of
from glassnet.tutor.dataflow.steps import Judged
from glassnet.tutor.dataflow.targets import OWN, FoundTarget, find_targets
from glassnet.tutor.dataflow.telling.names import clear_names, grouped
from glassnet.tutor.dataflow.telling.shapes import ShapeError, shape_error, stretched


@dataclass(frozen=True)
class Judgement:
    """What was found.

    verdict: "right", where every parameter's steps over two rounds and more are explained by one
    rate; "wrong", with the fault; "in part", with what was not explained; "none".
    explained, open: the parameters, by the learner's names for them. faint: other random numbers
    may tell more, as too little moved. cause: where it is judged in part, of what kind the reason
    is: "unmoved", "unused", "another loss", "own delta", "rate", or "" for others. ended: where
    the program stopped on shapes; what it computed before is judged.
    """

    verdict: str
    why: str = ""
    fault: Fault | None = None
    explained: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    loss: str = ""
    notes: tuple[str, ...] = ()
    faint: bool = False
    cause: str = ""
    ended: ShapeError | None = None


@dataclass(frozen=True)
class JudgedRun:
    """A run with the verdict on it, and what that was read from; target None: nothing was."""

    graph: Graph
    judgement: Judgement
    parameters: FoundParameters
    live: set[int]
    target: FoundTarget | None = None


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
            why = "no number of it was replaced by itself plus or minus a step"
            found = Judgement("none", why)
        found = replace(_with_squares(run, found), ended=shape_error(graph))
        target = reading.target if reading else None
        return JudgedRun(graph, found, run.parameters, run.live, target)


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
            told = square.told.removesuffix(".")
            why = f"no step comes from {graph.where(square.line)}, where {told}"
            return replace(found, verdict="in part", why=why) if found.verdict == "right" else found
        if found.verdict != "right":
            shapes = [f"shape {graph.value(n).shape}" for n in (outputs[0], square.node)]
            fault = Fault("broadcast", square.node, square.line, square.text, square.text,
                          *shapes, operand=square.row.text, wanted=square.mended)  # fmt: skip
            return replace(found, verdict="wrong", why=square.told, fault=fault)
    return found


def _judged(reading: StepReading) -> Judgement:
    graph, parameters, live = reading.graph, reading.parameters, reading.live
    wrong = reading.wrong
    right = [each for each in reading.judged if each not in wrong]
    called = clear_names(graph, reading.judged)
    names = grouped(called[each.parameter] for each in right)
    left = grouped(called[each.parameter] for each in wrong)
    loss = reading.target.loss
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
    if not reading.rate_told:
        why = "every step is along its slope, but by a rate that changes: a factor may be wrong"
        return Judgement("in part", why, None, names, (), loss)
    biases = biases_left(graph, parameters, reading.target, live)
    still = tuple(
        dict.fromkeys(filter(None, unmoved(graph, parameters, reading.target, live).values()))
    )
    behind = left_behind(graph, parameters, reading.target, live)
    if behind is not None:
        place, product = graph.site(behind[0]), graph.site(behind[1])
        fault = Fault("left", behind[0], place.line, place.text, product.text)
        return Judgement("wrong", "", fault, names, (), loss)
    idle = unused(graph, parameters, reading.target)
    forgotten = _of_biases(reading, biases, names, idle)
    if forgotten is not None and forgotten.verdict == "wrong":
        return forgotten
    forgetting = _of_memory(reading, idle, names)
    if forgetting is not None:
        return forgetting
    for cause, why, left in (
        ("unmoved", "went forward, and no step changed it", still),
        ("unused", "is changed step by step, and used nowhere", grouped(i.name for i in idle)),
    ):
        if left:
            said = f"{' and '.join(left)} {why}"
            return Judgement("in part", said, None, names, left, loss, cause=cause)
    told = loss_told(graph, reading.target, live)
    if told and ("cross" in told) != ("cross" in loss):
        why = f"its slopes are those of {_with_article(loss)}, and what it prints is {told}"
        return Judgement("in part", why, None, names, (), loss, cause="another loss")
    if forgotten is not None:
        return forgotten
    notes = (f"{name} is added on the way forward and never updated." for name in biases.values())
    return Judgement("right", "", None, names, (), loss, tuple(dict.fromkeys(notes)))


def _of_biases(
    reading: StepReading, biases: dict[int, str], names: tuple[str, ...], idle: Sequence[Idle]
) -> Judgement | None:
    """What is said of biases that no step changes; None of zeros, or of numbers written out."""
    graph, parameters, loss = reading.graph, reading.parameters, reading.target.loss
    for node in dropped(graph, parameters, reading.target, biases):
        fault = Fault("dropped", node, graph.site(node).line, graph.site(node).text, biases[
            graph.nodes[node].operands[0]])  # fmt: skip
        return Judgement("wrong", "", fault, names, tuple(biases.values()), loss)
    own = {n for n in biases if drawn(graph, n)}
    arrays = {n for n in biases if graph.value(n).size > 1} | own  # zeros, too, are to be learned
    fixed = {n for n in biases if n in arrays or np.any(graph.value(n))}
    fixed = {n for n in fixed if n in own or added_again(graph, n)}
    left = tuple(dict.fromkeys(biases[n] for n in own or fixed))
    learned = fixed and learned_biases(graph, parameters)
    if own or learned or any(
        slope_kept(graph, parameters, reading.target, reading.adjoints, n, idle) for n in fixed
    ):  # fmt: skip
        node = step_beside(graph, parameters, min(own or fixed))
        site = graph.site(node)
        fault = Fault("still", node, site.line, site.text, " and ".join(left))
        return Judgement("wrong", "", fault, names, left, loss)
    # an array of which each number was written out is meant to stay, as Mazur's
    if any(len(graph.sources(n)) < graph.value(n).size for n in fixed):
        why = f"{' and '.join(left)} went forward, and no step changed it"
        return Judgement("in part", why, None, names, left, loss)
    return None


def _of_memory(
    reading: StepReading, idle: Sequence[Idle], names: tuple[str, ...]
) -> Judgement | None:
    """A parameter that moves by its slope alone, though what it should remember is kept."""
    graph = reading.graph
    plain = [e for e in reading.judged if e.how == "slope" and not e.alone]
    if all(e.rule is None or not e.rule.momentum for e in reading.judged):
        return None
    for each in plain:
        for kept in idle:
            if multiple_of(graph.value(kept.step), each.rounds[0].slope, 1e-6):
                site = graph.site(each.first)
                name = clear_names(graph, reading.judged)[each.parameter]
                fault = Fault("memory", each.first, site.line, site.text, name, operand=kept.name)
                return Judgement("wrong", "", fault, names, (name,), reading.target.loss)
    return None


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
        return InHaste(reading.score[1] - stretched, count, outputs)


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
        fault = _of_step(reading, faster[0], right)
        fault = replace(fault, quantity=called[faster[0].parameter])
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
    return Fault("rate", node, site.line, site.text, name, "1", f"{ratio:.6g}")


def _with_article(loss: str) -> str:
    return f"the {loss}" if "error" in loss else loss
