"""The verdict on a run: right, wrong and where, judged in part, or not judged and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from glassnet.tutor.dataflow.adjoints import Adjoints
from glassnet.tutor.dataflow.forward import biases_left, drawn, dropped, loss_told, unmoved, unused
from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.locating.factors import against, by_itself, in_step, origin
from glassnet.tutor.dataflow.locating.locate import Fault, Locator
from glassnet.tutor.dataflow.own_delta import odd_delta, own_deltas
from glassnet.tutor.dataflow.parameters import FoundParameters, find_parameters
from glassnet.tutor.dataflow.rates import known, norm_clipped, same_rates, scheduled, steady
from glassnet.tutor.dataflow.rounds import Round
from glassnet.tutor.dataflow.steps import Judged, common_rate, judge_steps
from glassnet.tutor.dataflow.targets import OWN, FoundTarget, find_targets
from glassnet.tutor.dataflow.telling.names import clear_names, grouped
from glassnet.tutor.dataflow.telling.shapes import ShapeError, shape_error, stretched

MOST_TRIED = 40  # readings of what is compared with what


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


@dataclass
class StepReading:
    """One way to read a run: what is the target, which loss, and what that explains."""

    target: FoundTarget
    adjoints: Adjoints
    judged: list[Judged]
    last: set[int]  # the parameters next to the outputs
    common: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.common = common_rate(self.judged)

    def right(self, each: Judged) -> bool:
        rule = each.rule
        if rule is None or not all(rate > 0 for rate in known(rule.rates)):
            return False
        if rule.optimizer:
            return True
        if same_rates(rule.rates, self.common):
            return self._still(each)
        return norm_clipped(rule.rates, self.norms)

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

    @property
    def near(self) -> bool:
        """Whether it explains a parameter next to the outputs."""
        return any(each.parameter in self.last and self.right(each) for each in self.judged)

    @property
    def score(self) -> tuple[bool, int, bool, int]:
        """Whether it explains a parameter next to the outputs, how many in all, and steadily."""
        right = [each for each in self.judged if self.right(each)]
        even = any(e.rule and known(e.rule.rates) for e in right) and steady(self.common)
        return self.near, len(right), even, sum(bool(j.how) for j in self.judged)


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
        parameters = find_parameters(graph)
        _name_begun(graph, parameters)
        live = graph.descendants(parameters.made | parameters.before)
        reading = _best(graph, parameters, live) if parameters.steps else None
        if reading is not None:
            chosen = _by_its_own_delta(graph, parameters, live, reading)
            found = _judged(graph, parameters, live, chosen)
        elif parameters.steps:
            found = Judgement("none", "nothing was found that its outputs are compared with")
        else:
            why = "no number of it was replaced by itself plus or minus a step"
            found = Judgement("none", why)
        found = replace(_with_squares(graph, parameters, live, found), ended=shape_error(graph))
        return JudgedRun(graph, found, parameters, live, reading.target if reading else None)


def _name_begun(graph: Graph, parameters: FoundParameters) -> None:
    """What was there when the recording began is called as it is at its first step."""
    for first, *_ in parameters.steps.values():
        for owner in first.owners if first.node in graph.names else ():
            if graph.value(owner).size == len(first.owner):
                graph.names.setdefault(owner, graph.names[first.node])


def _by_its_own_delta(
    graph: Graph, parameters: FoundParameters, live: set[int], reading: StepReading
) -> StepReading:
    """The reading; where it explains too little, the one that takes the output's delta as it is."""
    unsure = reading.wrong and not _steps_told(graph, parameters, reading, live)
    if unsure or not reading.near:
        targets = islice(own_deltas(graph, parameters, live), MOST_TRIED // 4)
        own = _best_of(graph, parameters, live, targets)
        return own if own is not None and own.near else reading
    return reading


def _with_squares(
    graph: Graph, parameters: FoundParameters, live: set[int], found: Judgement
) -> Judgement:
    """The judgement, where outputs were compared with targets as a row with a column."""
    squares = list(stretched(graph, range(len(graph))))
    asked = graph.ancestors(parameters.made) if squares else set[int]()
    for square in squares:
        outputs = [o for o in graph.nodes[square.node].operands if o in live]
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


def best_reading(graph: Graph) -> StepReading | None:
    """What its outputs are compared with, by which loss, and what of its steps that explains."""
    parameters = find_parameters(graph)
    live = graph.descendants(parameters.made | parameters.before)
    with np.errstate(all="ignore"):
        return _best(graph, parameters, live) if parameters.steps else None


def _judged(
    graph: Graph, parameters: FoundParameters, live: set[int], reading: StepReading
) -> Judgement:
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
        return _wrong(graph, parameters, live, reading, right, wrong, names, left)
    if loss == OWN:
        return _of_own_delta(graph, reading, names)
    if len(reading.seen) < 2:
        return Judgement("in part", "one update alone was seen", None, names, (), loss)
    dead = grouped(called[e.parameter] for e in right if not _told_twice(e, right))
    if dead:
        why = f"{' and '.join(dead)} moved too little to tell"
        return Judgement("in part", why, None, names, dead, loss, faint=True)
    if not _rate_told(graph, parameters, reading, live):
        why = "every step is along its slope, but by a rate that changes: a factor may be wrong"
        return Judgement("in part", why, None, names, (), loss)
    biases = biases_left(graph, parameters, reading.target, live)
    own = tuple(dict.fromkeys(name for node, name in biases.items() if drawn(graph, node)))
    still = tuple(
        dict.fromkeys(filter(None, unmoved(graph, parameters, reading.target, live).values()))
    )
    idle = unused(graph, parameters, reading.target)
    for cause, why, left in (
        ("unmoved", "went forward, and no step changed it", still),
        ("unused", "is changed step by step, and never goes forward", idle),
    ):
        if left:
            said = f"{' and '.join(left)} {why}"
            return Judgement("in part", said, None, names, left, loss, cause=cause)
    told = loss_told(graph, reading.target, live)
    if told and ("cross" in told) != ("cross" in loss):
        why = f"its slopes are those of {_with_article(loss)}, and what it prints is {told}"
        return Judgement("in part", why, None, names, (), loss, cause="another loss")
    for node in dropped(graph, parameters, reading.target, biases):
        fault = Fault("dropped", node, graph.site(node).line, graph.site(node).text, biases[
            graph.nodes[node].operands[0]])  # fmt: skip
        return Judgement("wrong", "", fault, names, tuple(biases.values()), loss)
    if own:
        why = f"{' and '.join(own)} went forward, and no step changed it"
        return Judgement("in part", why, None, names, own, loss)
    notes = (f"{name} is added on the way forward and never updated." for name in biases.values())
    return Judgement("right", "", None, names, (), loss, tuple(dict.fromkeys(notes)))


def explained(graph: Graph) -> tuple[int, int]:
    """How many parameters move by their slope, of how many: a judgement in haste, without reasons.

    None is counted where the outputs' own layer is not among them, and not all where a target is
    stretched over several outputs.
    """
    with np.errstate(all="ignore"):
        parameters = find_parameters(graph)
        _name_begun(graph, parameters)
        live = graph.descendants(parameters.made | parameters.before)
        reading = _best(graph, parameters, live)
        if reading is None or not reading.score[0] or len(reading.seen) < 2:
            return 0, len(parameters.steps)
        meeting = graph.nodes[reading.target.pairs[0].node]
        stretched = any(1 < graph.value(o).size < meeting.value.size for o in meeting.operands)
        return reading.score[1] - stretched, len(parameters.steps)


def _told_twice(each: Judged, right: list[Judged]) -> bool:
    """Whether it moved in two rounds; single numbers, whether all of them together did."""
    alike = [o for o in right if o.size == 1] if each.size == 1 and each.moved else [each]
    return len(set().union(*(o.moved for o in alike))) > 1


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


def _best(graph: Graph, parameters: FoundParameters, live: set[int]) -> StepReading | None:
    targets = islice(find_targets(graph, parameters, live), MOST_TRIED)
    return _best_of(graph, parameters, live, targets)


def _best_of(
    graph: Graph, parameters: FoundParameters, live: set[int], targets: Iterable[FoundTarget]
) -> StepReading | None:
    """The reading that explains most."""
    best: StepReading | None = None
    for target in targets:
        if (
            best is not None
            and best.score[1] == len(parameters.steps)
            and (target.pairs[0].node != best.target.pairs[0].node)
        ):  # a single output's steps are along the slope of each loss, by an even rate of one
            return best
        seeds = target.seeds(graph)
        last = _last(graph, parameters, target)
        for tie in (0, 1):
            adjoints = Adjoints(graph, seeds, live, parameters.made, tie)
            if tie and not adjoints.tied:
                break  # it is the same
            judged = judge_steps(graph, parameters, adjoints, last)
            reading = StepReading(target, adjoints, judged, last)
            if best is None or reading.score > best.score:
                best = reading
            if best.score[1:3] == (len(parameters.steps), True):
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


def _rate_told(
    graph: Graph, parameters: FoundParameters, reading: StepReading, live: set[int]
) -> bool:
    """Whether the rate is one, or follows a schedule; of several outputs none can hide in it."""
    several = any(graph.value(pair.output).size > 1 for pair in reading.target.pairs)
    return several or _steps_told(graph, parameters, reading, live)


def _steps_told(
    graph: Graph, parameters: FoundParameters, reading: StepReading, live: set[int]
) -> bool:
    """Whether the rate is one, or follows a schedule."""
    plain = [e for e in reading.judged if e.rule and not e.rule.optimizer]
    if steady(reading.common) or not plain:
        return True
    if norm_clipped(reading.common, reading.norms):
        return True
    most = max(plain, key=lambda e: len(known(e.rule.rates) if e.rule else ()))
    return most.rule is not None and scheduled(
        graph, live, parameters.made, most.rounds, most.rule.rates
    )


def _wrong(
    graph: Graph, parameters: FoundParameters, live: set[int], reading: StepReading,
    right: list[Judged], wrong: list[Judged], names: tuple[str, ...], left: tuple[str, ...],
) -> Judgement:  # fmt: skip
    loss = reading.target.loss
    called = clear_names(graph, reading.judged)
    for each in wrong:
        if each.rule is None and each.size == 1:
            each.rule = by_itself(each, reading.common)
    climbing = [e for e in wrong if e.rule and known(e.rule.rates) and max(known(e.rule.rates)) < 0]
    if climbing and len(climbing) == len(wrong):
        fault = _of_step(graph, parameters, climbing[0], right, reading.common)
        fault = replace(fault, quantity=called[climbing[0].parameter])
        return Judgement("wrong", "", fault, names, left, loss)
    faster = [e for e in wrong if e.how and e not in climbing and in_step(e, reading.common)]
    if any(_constant(graph, e) for e in reading.judged):
        why = "its weights begin all alike, and then one wrong step looks like another"
        return Judgement("in part", why, None, names, left, loss)
    if len(faster) == len(wrong) and right:
        fault = _of_step(graph, parameters, faster[0], right, reading.common)
        fault = replace(fault, quantity=called[faster[0].parameter])
        return Judgement("wrong", "", fault, names, left, loss)
    if not reading.near:
        why = "no loss of the usual ones explains its steps"
        return Judgement("none", why, None, names, left, loss)
    if not _steps_told(graph, parameters, reading, live):
        why = "what its rate is does not tell itself, and with it which steps are wrong"
        return Judgement("in part", why, None, names, left, loss, cause="rate")
    locator = Locator(graph, parameters, reading.target, reading.adjoints, live)
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


def _of_step(
    graph: Graph, parameters: FoundParameters, each: Judged, right: list[Judged],
    common: dict[int, float],
) -> Fault:  # fmt: skip
    """A step that climbs, or that is longer than the others' by a factor."""
    ratios = against(each, common)
    ratio = ratios[0] if ratios else -1.0
    node = origin(graph, parameters, each, right, ratio)
    site, name = graph.site(node), each.named(graph)
    climbs = each.rule is not None and all(rate < 0 for rate in known(each.rule.rates))
    if ratio < 0 or climbs:
        return Fault("direction", node, site.line, site.text, name)
    return Fault("rate", node, site.line, site.text, name, "1", f"{ratio:.6g}")


def _with_article(loss: str) -> str:
    return f"the {loss}" if "error" in loss else loss
