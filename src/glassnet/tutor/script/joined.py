"""One report from two looks at a script: who was computed from what, and what its values are."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

from glassnet.core.errors import InputError
from glassnet.tutor.dataflow.judge import Judgement
from glassnet.tutor.dataflow.locating.locate import Fault
from glassnet.tutor.dataflow.telling.rewriting import rewritten
from glassnet.tutor.dataflow.trials import SEEDS
from glassnet.tutor.mistakes.behaviour import BROADCAST
from glassnet.tutor.process.source import PythonSource, source_line
from glassnet.tutor.report import CheckReport, CodePlace, Wrong, steps_up_to
from glassnet.tutor.script.verdict import NOT_CHECKED
from glassnet.tutor.trying.drive import line_to_add

# Samples that never go forward leave no trace in who was computed from what, and gradients that
# are added up for ever are, by their steps, a momentum of 1.
LEFT_OUT = ("only-first-sample", "only-last-sample", "gradients-never-reset")


def joined(
    path: Path, source: PythonSource, flow: Judgement, found: CheckReport | str
) -> CheckReport:
    """The report; found is what the values gave, or the sentence on why they gave nothing.

    Raises: InputError where neither could follow the script.
    """
    report = _joined(path, source, flow, found)
    if flow.ended is None:
        return report
    if report.unknown and flow.fault and flow.fault.line == flow.ended.line:
        ended, line = flow.ended, source_line(source, flow.ended.line)
        answer = line.replace(ended.text, ended.instead) if ended.instead else ""
        said = f"As it is, it stops in {ended.told(source.where)}"
        return replace(report, reason=said, answer=answer)
    return replace(report, notes=[*report.notes, f"it stops in {flow.ended.told(source.where)}"])


def _joined(
    path: Path, source: PythonSource, flow: Judgement, found: CheckReport | str
) -> CheckReport:
    own = CheckReport(str(path), "script", [], trials=len(SEEDS), found=_found(flow))
    if isinstance(found, str):
        if flow.verdict == "none":
            if flow.ended is not None:
                raise InputError(f"{path} stops in {flow.ended.told(source.where)}")
            raise InputError(found + _to_add(path, source))
        found = own
    notes = [note for note in found.notes if NOT_CHECKED not in note]
    whole = flow.verdict == "right" or (flow.verdict == "wrong" and not found.mistakes)
    if whole and len(notes) < len(found.notes):
        # by its values the network was found in part; by what was computed from what it was whole
        found = replace(own, notes=notes)
    elif not found.found:
        found = replace(found, found=own.found)
    if flow.verdict == "right":
        around = found.mistakes and all(not m.changes or m.name in LEFT_OUT for m in found.mistakes)
        if found.verdict == "wrong" and not around:
            found = own
        return replace(found, notes=list(dict.fromkeys((*found.notes, *flow.notes))))
    rates = flow.fault is not None and flow.fault.kind == "rate"
    if rates and found.verdict == "right":
        return found  # several trainings in turn, each at a rate of its own
    if flow.verdict == "wrong":
        return _with_fault(source, flow, found)
    if found.verdict == "wrong":
        return found
    return replace(found, stages=[], notes=[n for n in found.notes if n], partly=_partly(flow))


def _found(flow: Judgement) -> list[str]:
    if not flow.explained:
        return []
    names = ", ".join(flow.explained)
    return [f"parameters that were followed: {names}; each of their steps is the slope of the "
            f"{flow.loss}"]  # fmt: skip


def _with_fault(source: PythonSource, flow: Judgement, found: CheckReport) -> CheckReport:
    fault = flow.fault
    assert fault is not None
    said = flow.why if fault.kind == "broadcast" else reason(fault)
    if fault.kind == "broadcast":
        stages, later = steps_up_to("output delta", len(SEEDS), looked_at=False)
        found = replace(
            found, stages=stages, later=later, mistakes=[BROADCAST], together=False, wrong=None
        )
    place = CodePlace(source.where(fault.line), source_line(source, fault.line))
    if found.wrong is None or found.wrong.place is None or found.wrong.place.where == place.where:
        found = replace(found, answer=rewritten(fault, lambda line: source_line(source, line)))
    if found.mistakes and fault.kind == "expression":  # the mistake's name says it already
        return found
    if found.mistakes and found.wrong and fault.kind == "rate":  # of two, the one that is rarer
        wrong = Wrong(fault.quantity, found.wrong.stage, found.wrong.case, "", "", place)
        return replace(found, wrong=wrong, reason=said)
    if found.mistakes and fault.kind != "broadcast":
        return replace(found, reason=said)
    if found.wrong is not None:
        wrong = replace(found.wrong, place=place)
    else:
        wrong = Wrong(fault.quantity, stage_of(fault), "the first update", fault.expected,
                      fault.got, place)  # fmt: skip
        if not found.mistakes:
            found = replace(found, stages=[], later=())
    return replace(found, wrong=wrong, reason=said)


def _partly(flow: Judgement) -> str:
    followed = f"The steps of {', '.join(flow.explained)} are right. " if flow.explained else ""
    left = f"Not explained: {', '.join(flow.open)}; " if flow.open else "Not all of it was judged: "
    return f"{followed}{left}{flow.why or 'the rest could not be followed'}."


def _to_add(path: Path, source: PythonSource) -> str:
    """A line to run that trains, with the names of the script in it."""
    line = line_to_add(source)
    if not line:
        return ""
    quoted = shlex.quote(line)
    return (
        f" Add a line that trains: `glassnet check {path} --run {quoted}`, with your own numbers."
    )


# the step of the computation that a fault is told of
STAGES = {
    "forward": "forward",
    "broadcast": "output delta",
    "direction": "update",
    "rate": "update",
    "dropped": "update",
}


def stage_of(fault: Fault) -> str:
    """The step of the computation in which a fault lies."""
    return STAGES.get(fault.kind, "gradients")


def reason(fault: Fault) -> str:
    """Why it is wrong, and what to do."""
    own, name = f"`{fault.text}`", fault.quantity
    if fault.kind == "version":
        return (
            f"{own} takes {fault.operand} as it is after its update in line {fault.line_of}. The "
            f"chain rule asks for {fault.operand} as it was on the way forward: work out all "
            "gradients first, then update."
        )
    if fault.kind == "operand":
        takes = f"{fault.operand} where {fault.wanted} belongs (line {fault.line_of})"
        if fault.operand == fault.wanted:
            takes = f"another {fault.wanted} than that of line {fault.line_of}, which belongs there"
        return f"{own} takes {takes}: with that in its place the gradient of {name} would be right."
    if fault.kind == "missing":
        return (
            f"The gradient of {name} is computed from {own}, as if that were the derivative of "
            f"the loss by {fault.wanted} (line {fault.line_of}). It is not yet: a factor of the "
            "chain rule is missing, or one too many, usually the derivative of the activation "
            "between them."
        )
    if fault.kind == "forward":
        return (
            f"{own} is the output as it is, and in line {fault.line_of} its error is multiplied by "
            f"the derivative of {fault.wanted}, as if that were its activation. Apply it here, or "
            "leave that factor out there."
        )
    if fault.kind == "direction":
        return (
            f"{own} moves {name} uphill: its steps are the slope of the loss, with the wrong sign. "
            "Take the slope times the learning rate away, or turn the sign of the error around."
        )
    if fault.kind == "rate":
        return (
            f"{own} moves {name} {_times(fault.got)} as far for its slope as the other parameters "
            "move for theirs, in every round. Divide all gradients by the same number, and use "
            "one learning rate."
        )
    if fault.kind == "dropped":
        return (
            f"{own} computes the new {name} and keeps it nowhere: {name} stays as it began. "
            f"Assign the result to {name}, and return it where a function does this."
        )
    numbers = ""
    if fault.expected:
        numbers = (
            f" Where it differs most it is {fault.got}; the chain rule asks for {fault.expected}."
        )
    return (
        f"What goes into {own} is right, and what comes out is not what the chain rule asks for "
        f"on the way to the gradient of {name}.{numbers} Compare this expression with the formula "
        "for this step."
    )


def _times(factor: str) -> str:
    """A factor in words: "30 times", or "1/30"."""
    number = float(factor or "nan")
    return f"1/{1 / number:.6g}" if 0 < number < 1 else f"{factor} times"
