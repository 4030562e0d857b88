"""A script as it is: run, judged by who was computed from what, and what is wrong named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from glassnet.core.errors import InputError
from glassnet.tutor.compare import differing_entry
from glassnet.tutor.dataflow.forward import loss_told
from glassnet.tutor.dataflow.graph import recorded
from glassnet.tutor.dataflow.judge import judged_run
from glassnet.tutor.dataflow.telling.rewriting import rewritten
from glassnet.tutor.dataflow.telling.shapes import ShapeError
from glassnet.tutor.dataflow.trials import SEEDS
from glassnet.tutor.dataflow.verdict import JudgedRun
from glassnet.tutor.mistakes.behaviour import BROADCAST, CONSTANT_WEIGHTS, PARAMETER_IGNORED
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.mistakes.words import in_words_of
from glassnet.tutor.process.protocol import as_sentences
from glassnet.tutor.process.sandbox import Sandbox
from glassnet.tutor.process.source import PythonSource, source_line
from glassnet.tutor.report import CheckReport, CodePlace, Wrong, steps_up_to
from glassnet.tutor.script.judged import JudgedScript, NotFollowed, judged_script, not_followed
from glassnet.tutor.script.naming.first_wrong_step import FirstWrong, first_wrong
from glassnet.tutor.script.naming.names import agreed, is_right, named, named_though_right
from glassnet.tutor.script.naming.standing import named_by_fault
from glassnet.tutor.script.network import FoundNetwork
from glassnet.tutor.script.offered import other_activations
from glassnet.tutor.script.placing import place_of_fault, place_to_change
from glassnet.tutor.script.read_run import NamedMistakes, SeenRun, seen_run
from glassnet.tutor.script.surroundings import mistake_around, unwished
from glassnet.tutor.script.words import OF_STEPS, first_and_last, partly, reason
from glassnet.tutor.style import ignored_parameters

TRIED = 0.25  # of the time, for a run that need not succeed
OFFERED = 3  # so many other activations of a script are tried


def check_stranger(
    path: Path, source: PythonSource, names: Mapping[str, str], sandbox: Sandbox
) -> CheckReport:
    """Runs the script with several seeds, judges each run, and names what is wrong in all.

    names: quantity → the script's name for it, where a mapping gives them; "run" a line that
    trains the network.
    Raises: InputError where nothing could be followed; Trouble where the script can't be run.
    """
    with np.errstate(all="ignore"):  # a run that left the numbers is judged too
        script = judged_script(path, source, names.get("run", ""), sandbox)
        _obeyed(script, names)
        report = judged_report(script, sandbox) or _stopped(script)
        if report is None:
            stood_in = as_sentences(script.graph.stood_in)
            found = not_followed(script)
            raise NotFollowed(" ".join([found.why, *stood_in]), found.commands)
        said = script.driven.said
        return replace(report, found=[said, *report.found]) if said else report


def _stopped(script: JudgedScript) -> CheckReport | None:
    """Of a program that stops before its first update, on the shapes of its own data.

    If a row met a column before, that is why.
    """
    ended = script.flow.ended
    if ended is None or (ended.began is None and script.graph.stood_in):
        return None
    began = (ended.began and ended.began.summed) or ended.began or ended
    compared = ended.began is not None and script.graph.nodes[ended.began.node].name == "subtract"
    known = [BROADCAST] if compared else []
    place = script.at_line(began.line)
    title, stage = (BROADCAST.title, BROADCAST.stage) if known else (f"`{began.text}`", "gradients")
    wrong = Wrong(title, stage, "the first pass", "", "", place)
    told = ended.told(script.source.where)
    return CheckReport(str(script.path), "script", [], wrong, known, trials=len(script.runs),
                       reason=f"As it is, it stops in {told}")  # fmt: skip


def judged_report(script: JudgedScript, sandbox: Sandbox | None) -> CheckReport | None:
    """What is said of judged runs; None where no network can be seen in them.

    sandbox: where the script can be run once more; None where it can't.
    """
    seen = [seen_run(run) for run in script.runs]
    report = _report(script, seen)
    if report is not None and report.passed and not script.driven.beside:
        offered = _offered(script, sandbox) if sandbox is not None else None
        report = offered or _around(script, seen[0]) or report
    ended = script.flow.ended
    return report if ended is None or report is None else _ended(script, report, ended)


def _ended(script: JudgedScript, report: CheckReport, ended: ShapeError) -> CheckReport:
    """Of a program that stops on shapes: where, and if that is the fault, why."""
    told, fault = ended.told(script.source.where), script.flow.fault
    if report.unknown and fault is not None and fault.line == ended.line:
        line = source_line(script.source, ended.line)
        answer = line.replace(ended.text, ended.instead) if ended.instead else ""
        return replace(report, reason=f"As it is, it stops in {told}", answer=answer)
    stopped = _stopped(script) if report.partly and not script.driven.beside else None
    if stopped is not None and not script.graph.stood_in:
        return replace(stopped, found=report.found, notes=report.notes)
    return replace(report, notes=[*report.notes, f"it stops in {told}"])


def _obeyed(script: JudgedScript, names: Mapping[str, str]) -> None:
    """A map is obeyed, or refused. Raises: InputError for a name that is no parameter's."""
    followed = {script.graph.names.get(node, "") for run in script.runs[:1]
                for node in (*run.parameters.made, *run.parameters.before)}  # fmt: skip
    for quantity, name in names.items():
        weights = quantity not in ("x", "y", "run")
        if weights and not any(name in (own, own.rpartition(".")[2]) for own in followed):
            own = ", ".join(sorted(filter(None, followed))) or "none"
            raise InputError(
                f"the map says {quantity} = {name}, and no array of that name is changed step by "
                f"step; expected one of those that are: {own}."
            )


def _report(script: JudgedScript, seen: Sequence[SeenRun]) -> CheckReport | None:
    flow = script.flow
    own = CheckReport(
        str(script.path), "script", [], trials=len(script.runs), found=_found(script, seen[0]),
        notes=list(dict.fromkeys((*script.graph.stood_in, *flow.notes))),
    )  # fmt: skip
    if flow.verdict != "right" and (flow.cause == "time" or any(r.graph.late for r in script.runs)):
        return replace(own, partly=partly(flow)) if flow.verdict != "none" else None
    rates = flow.fault is not None and flow.fault.kind == "rate"
    if rates and all(map(is_right, seen)):  # several trainings in turn, each at a rate of its own
        flow = replace(flow, verdict="right", fault=None)
    if flow.verdict == "right":
        found = agreed([named_though_right(each) for each in seen])
    else:
        found = agreed([named(each) for each in seen])
        if found is None and flow.fault is not None:
            found = named_by_fault(seen[0].run, flow.fault)
    if found is not None and CONSTANT_WEIGHTS in found.mistakes and script.driven.line:
        why = "its weights begin all alike, unless a method draws them that was not called"
        return replace(own, partly=partly(replace(flow, why=why)))
    if found is not None:
        return _with_stages(_named_in(script, own, seen[0], found), seen[0])
    if flow.verdict == "right":
        return _with_stages(own, seen[0])
    placed = [first_wrong(each) for each in seen]
    same = len({(each.stage, each.layer) for each in placed}) == 1
    by_layers = flow.cause == "rate" and placed[0].layer > 0  # no rate makes that layer right
    shown = placed[0].shown  # else there is no place at which numbers differ
    if flow.fault is not None or (shown and same and (by_layers or _against_its_loss(seen))):
        return _with_stages(_answered(script, _placed(script, own, seen[0], placed[0])), seen[0])
    if flow.verdict != "none":
        return replace(own, partly=partly(flow))
    if not all(each.networks or each.odd_activation >= 0 for each in seen):
        if flow.open:  # what they are compared with was found, and explains no step
            return replace(own, partly=partly(flow))
        return None
    return replace(own, partly=_by_the_usual_losses(script, placed[0]))


def _named_in(
    script: JudgedScript, report: CheckReport, seen: SeenRun, found: NamedMistakes
) -> CheckReport:
    """With the mistakes, in the words of the network in which they were made."""
    network, fault = seen.network, script.flow.fault
    kinds = _activations(network) if network else []
    natural = seen.run.target is not None and "cross" in seen.run.target.loss
    mistakes = [in_words_of(mistake, kinds, natural) for mistake in found.mistakes]
    # of an expression, and of a rule, the mistake's name says it already
    told = fault is not None and fault.kind not in ("expression", "rule")
    said = reason(fault, script.source.where) if fault is not None and told else ""
    if fault is not None and fault.kind == "broadcast":
        said = script.flow.why
    report = replace(report, wrong=_wrong_of(script, seen, found), mistakes=mistakes,
                     together=found.together, reason=said)  # fmt: skip
    return _answered(script, report)


def _answered(script: JudgedScript, report: CheckReport) -> CheckReport:
    """With the script's own line as it should be, where the fault tells enough."""
    fault, wrong = script.flow.fault, report.wrong
    if fault is None or wrong is None or script.driven.beside:
        return report
    here = wrong.place is None or wrong.place.where == script.place(fault.node).where
    answer = rewritten(fault, lambda line: source_line(script.source, line)) if here else ""
    return replace(report, answer=answer)


def _against_its_loss(seen: Sequence[SeenRun]) -> bool:
    """Whether no loss explains the steps, and the program computes one of the usual losses."""
    return all(
        (each.run.judgement.verdict == "none" or each.run.judgement.cause == "own delta")
        and (each.network is not None or each.odd_activation >= 0)
        and each.run.target is not None
        and loss_told(each.run.graph, each.run.target, each.run.live)
        for each in seen
    )


def _by_the_usual_losses(script: JudgedScript, first: FirstWrong) -> str:
    """What is known of steps that come from a loss which nobody told."""
    layer = f" of layer {first.layer}" if first.layer else ""
    stage = "forward pass" if first.stage == "forward" else first.stage
    said = (
        "Its network was found, and its steps are the slopes of none of the usual losses, squared "
        f"error and cross-entropy. If it is one of these, look at the {stage}{layer}"
    )
    if first.node < 0:
        return f"{said}."
    place = script.place(first.node)
    numbers = f" ({first.got}; expected {first.expected})" if first.expected else ""
    return f"{said}, {place.where}: {place.source}{numbers}."


def _placed(
    script: JudgedScript, report: CheckReport, seen: SeenRun, first: FirstWrong
) -> CheckReport:
    """A mistake of nobody's list, where it was found."""
    fault = script.flow.fault
    stage, layer = first.stage, first.layer
    if fault is not None and fault.kind in OF_STEPS:
        stage, layer = "update", 0
    if fault is None:
        quantity = f"{stage}, layer {layer}" if layer else stage
        place = script.place(first.node) if first.node >= 0 else None
        wrong = Wrong(quantity, stage, "the first update", first.expected, first.got, place)
        return replace(report, wrong=wrong)
    numbers = (fault.expected, fault.got) if fault.expected else (first.expected, first.got)
    forward = stage == "forward" and first.shown and fault.kind in ("expression", "missing")
    if stage == "forward" and not forward:
        stage = "gradients"  # a forward pass that is written in an unusual way is no mistake
    if fault.kind in ("forward", "unread"):
        stage, layer = "forward", 0
    quantity = f"{stage}, layer {layer}" if layer else stage
    place = script.place(first.node) if forward else place_of_fault(script, seen, fault)
    named_so = quantity if layer or forward else fault.quantity
    wrong = Wrong(named_so, stage, "the first update", *numbers, place)
    why = "" if forward else reason(fault, script.source.where)
    loose = fault.kind in ("expression", "missing")  # the others are told by what mends them
    if why and loose and first.stage == "forward" and first.node >= 0:
        odd = script.place(first.node)
        why += (
            f" The way forward is taken as it is written. Its activation in {odd.where}, "
            f"`{odd.source}`, is none of the usual ones: if it is not meant so, the mistake is "
            "there."
        )
    return replace(report, wrong=wrong, reason=why)


def _with_stages(report: CheckReport, seen: SeenRun) -> CheckReport:
    """The steps up to the wrong one, as far as they were looked at."""
    bad = report.wrong.stage if report.wrong else ""
    looked_at = not bad or seen.network is not None
    stages, later = steps_up_to(bad, report.trials, looked_at)
    return replace(report, stages=stages, later=later)


def _wrong_of(script: JudgedScript, seen: SeenRun, found: NamedMistakes) -> Wrong:
    """The first wrong quantity; of one entry where the mistake can be computed."""
    fault = script.flow.fault
    place = place_to_change(script, seen, found)
    stage = found.mistakes[0].stage
    if found.shown is None and fault is not None and fault.kind in ("broadcast", "version"):
        return Wrong(fault.quantity, stage, "the first update", fault.expected, fault.got, place)
    if found.shown is None:
        when = "the first update" if stage == "update" else "the first pass"
        return Wrong(stage, stage, when, "", "", place)
    samples = seen.network.x.shape[1] if seen.network else 1
    case = f"the first update, {samples} sample{'s' if samples > 1 else ''}"
    name, stage, right, wrong = found.shown
    label, want, got = differing_entry([(name, right)], [wrong])
    return Wrong(label or name, stage, case, want, got, place)


def _found(script: JudgedScript, seen: SeenRun) -> list[str]:
    """What was found, in sentences."""
    names = ", ".join(script.flow.explained)
    told = [f"parameters that were followed: {names}; each of their steps is the slope of the "
            f"{script.flow.loss}"] if names else []  # fmt: skip
    if seen.network is None:
        return told
    layers = seen.network.layers
    sizes = "-".join(str(n) for n in (len(seen.network.x), *(len(l.W) for l in layers)))
    kinds = ", ".join(_activations(seen.network))
    own = [first_and_last(_name(seen.run, node) for row in l.weights for node, _ in row)
           for l in layers]  # fmt: skip
    named_ones = ", ".join(dict.fromkeys(filter(None, own)))
    described = f"a {sizes} network ({kinds})"
    return [f"{described}; its weights: {named_ones}" if named_ones else described, *told]


def _activations(network: FoundNetwork) -> list[str]:
    kinds = (layer.activation for layer in network.layers)
    return [kind if isinstance(kind, str) else kind["name"] for kind in kinds]


def _name(run: JudgedRun, node: int) -> str:
    return run.graph.names.get(node, "")


def _offered(script: JudgedScript, sandbox: Sandbox) -> CheckReport | None:
    """What is wrong with another activation, though with the one asked for it is right."""
    for asked, other in other_activations(script.source)[:OFFERED]:
        try:
            graph = recorded(script.path, seed=SEEDS[0], more=script.driven.more, sandbox=sandbox,
                             instead=(asked, other), share=TRIED, like=script.graph)  # fmt: skip
        except InputError:  # what it offers may not run where it was not asked for
            continue
        if graph.late:
            continue
        run = judged_run(graph)
        offered = seen_run(run)
        found = named(offered) if run.judgement.verdict != "right" else None
        if found is not None:
            again = replace(script, runs=[run], flow=run.judgement)
            note = (
                f"the script itself asks for {asked}; this is seen with {other}, which it offers."
            )
            report = CheckReport(str(script.path), "script", [], trials=1,
                                 found=_found(again, offered), notes=[note])  # fmt: skip
            return _with_stages(_named_in(again, report, offered, found), offered)
    return None


def _around(script: JudgedScript, seen: SeenRun) -> CheckReport | None:
    """What is wrong around a network whose steps are right."""
    around = mistake_around(seen, script.source)
    ignored = ignored_parameters(script.source)
    if around is not None:
        mistake, node = around
        place, quantity = script.place(node), mistake.title
    elif ignored:
        (place, name), mistake = ignored[0], PARAMETER_IGNORED
        quantity = f"the parameter {name}"
    elif why := unwished(seen):
        told = f"Not all of it was judged: {why}."
        return CheckReport(str(script.path), "script", [], found=_found(script, seen), partly=told)
    else:
        return None
    return _of_surroundings(script, seen, mistake, quantity, place)


def _of_surroundings(
    script: JudgedScript, seen: SeenRun, mistake: Mistake, quantity: str, place: CodePlace
) -> CheckReport:
    wrong = Wrong(quantity, mistake.stage, "the run", "", "", place)
    return CheckReport(str(script.path), "script", [], wrong, [mistake], found=_found(script, seen))


def drafted(path: Path, source: PythonSource, run: str, sandbox: Sandbox) -> list[str]:
    """The lines of a map: which name is which, as far as it was found out."""
    with np.errstate(all="ignore"):
        script = judged_script(path, source, run, sandbox)
        first = script.runs[0]
        network = seen_run(first).network
    lines: list[str] = []
    for number, layer in enumerate(network.layers if network else (), 1):
        weights, bias = layer.weights[0][0][0], layer.biases[0]
        lines.append(f"W{number} = {_name(first, weights)}")
        if bias is not None and bias[0] != weights:
            lines.append(f"b{number} = {_name(first, bias[0])}")
    known = [line for line in lines if not line.endswith("= ")]
    lines = known or ["# W1 = ", "# b1 = ", "# W2 = ", "# b2 = ", "# y = "]
    changed = dict.fromkeys(filter(None, (_name(first, n) for n in sorted(first.parameters.made))))
    if script.driven.line:
        lines.append(f"run = {script.driven.line}")
    elif not changed:
        lines.append("# run = ")
    if changed:
        lines.append(f"# arrays that changed while it ran: {', '.join(changed)}")
    return lines
