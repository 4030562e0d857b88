"""The complete program: its steps by the names of its page, and what it prints at the end."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.explain.walks.example import WORKED
from glassnet.tutor.check import check_file
from glassnet.tutor.compare import close, differing_entry
from glassnet.tutor.lessons.more_slips import MORE_SLIPS
from glassnet.tutor.lessons.place import PROGRAM_FILE
from glassnet.tutor.lessons.slips import SLIPS, Slip
from glassnet.tutor.lessons.typed import PROGRAM, PROGRAM_WITH_BIASES
from glassnet.tutor.process.calls import values_after
from glassnet.tutor.process.messages import fits
from glassnet.tutor.process.sandbox import Reply, Sandbox
from glassnet.tutor.process.source import PythonSource, read_source
from glassnet.tutor.report import CheckedStage, CheckReport, Wrong, place_in, steps_up_to
from glassnet.tutor.textbook import Array

STEPS = 10_000
ROUNDS = (0, 1, 3)  # loops of the program are cut to these
# the page's names in the order in which they are worked out, and the step that each belongs to
GIVEN = dict.fromkeys(("X", "Y", "W1", "b1", "W2", "b2", "learning_rate"), "inputs")
FIRST = {"A1": "forward", "A2": "forward"}
THEN = {"delta2": "output delta", "delta1": "hidden delta",
        "W2": "update", "W1": "update", "b2": "update", "b1": "update"}  # fmt: skip
NAMES = tuple(dict.fromkeys((*GIVEN, *FIRST, *THEN)))
PROGRAM_SLIPS = [slip for slip in (*SLIPS[-1], *MORE_SLIPS) if not slip.function]
OUTPUT_DELTA = (
    "Your loss is ½Σ(A2 − Y)². Its slope by the sums of the outputs is their delta, (A2 − Y) ⊙ A2 "
    "⊙ (1 − A2); yours is another."
)
Values = Mapping[str, Array]


@dataclass(frozen=True)
class _Run:
    """What the program's names held after so many rounds, by these; and what it printed whole."""

    after: Mapping[int, Values]
    printed: str
    raised: Mapping[str, Any] | None


def check_program(path: Path, sandbox: Sandbox) -> CheckReport:
    """The report on the course's program: that of `check`, and where the page tells more, that.

    Raises: InputError, Trouble where the file cannot be run, or no network is found in it.
    """
    source = read_source(path)
    try:
        report = check_file(path, sandbox=sandbox)
    except InputError:
        stopped = _stopped(path, source, _run(path, sandbox))
        if stopped is None:
            raise
        return stopped
    run = _run(path, sandbox)
    if run.raised is not None:
        return _stopped(path, source, run) or report
    x = run.after.get(0, {}).get("X")
    if x is None or np.size(x) != len(WORKED.inputs):  # a program about other data
        return report
    wrong = _wrong_step(source, run)
    if wrong is not None:
        return _with_step(report, run, wrong)
    if report.verdict == "wrong":
        return report
    wrong, reason = _wrong_print(source, run, report.partly)
    if wrong is not None and len(run.printed) < sandbox.limits.output:  # all of it was kept
        stages = [*report.stages, CheckedStage("what it prints", 1, 0)]
        found = report.found[:1] if report.partly else report.found
        return replace(
            report, wrong=wrong, reason=reason, stages=stages, found=found, partly="", notes=[]
        )
    if set(THEN) - {"b2", "b1"} <= set(run.after[1]):  # each of its steps was compared
        report = replace(report, partly="")
    note = "it prints the loss that the lesson comes to."
    return replace(report, notes=[*report.notes, note])


def _run(path: Path, sandbox: Sandbox) -> _Run:
    request = {"rounds": [*ROUNDS, -1], "names": list(NAMES)}
    return _read(sandbox.run("glassnet.tutor.process.calls:values", request, path, _an_answer))


def _read(reply: Reply) -> _Run:
    raised = next((part for part in reply.parts if "raised" in part), None)
    after = {
        rounds: {n: np.asarray(v) for n, v in part["values"].items() if isinstance(v, np.ndarray)}
        for rounds, part in zip(ROUNDS, reply.parts)
        if "values" in part
    }
    return _Run(after if len(after) == len(ROUNDS) else {}, reply.printed, raised)


def _an_answer(answer: Any) -> bool:
    raised = {"raised": str, "message": str, "line": int | None}
    return fits(answer, {"values": dict}) or fits(answer, raised)


def _stopped(path: Path, source: PythonSource, run: _Run) -> CheckReport | None:
    """Of a program that does not come to its end: where it stops, and why."""
    if run.raised is None or not run.raised["line"]:
        return None
    error = f"{run.raised['raised']}: {run.raised['message']}"
    place = place_in(source, run.raised["line"])
    wrong = Wrong("the program", "forward", "the way to its end", "", error, place)
    missing = re.fullmatch(r"name '(\w+)' is not defined", run.raised["message"])
    reason = (
        f"It stops there: {missing[1]} has no value yet. What a line uses has to be worked out "
        "above it, in the loop too."
        if missing
        else f"It stops there: {error}."
    )
    return CheckReport(str(path), "script", [], wrong, reason=reason)


@cache
def _of(program: str) -> Mapping[int, Values]:
    """The same of a program of ours."""
    code = compile(program, PROGRAM_FILE, "exec")
    with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        return {n: values_after(code, n, NAMES, Path(PROGRAM_FILE))["values"] for n in ROUNDS}


def _alike(own: Array, right: Array) -> bool:
    return close(own, right) or close(np.transpose(own), right)


def _steps_agree(after: Mapping[int, Values], program: str, names: Sequence[str]) -> bool:
    right = _of(program)
    return all(
        _alike(after[rounds][name], right[rounds][name])
        for rounds in ROUNDS[1:]
        for name in names
        if name in after[rounds]
    )


def _wrong_step(source: PythonSource, run: _Run) -> Wrong | None:
    """The first of the page's quantities that is another than the page's."""
    if not run.after:
        return None
    moved = ("W2", "W1", "b2", "b1")
    fine = any(_steps_agree(run.after, each, moved) for each in (PROGRAM, PROGRAM_WITH_BIASES))
    learns = not _alike(run.after[1].get("b2", np.zeros(0)), _of(PROGRAM)[1]["b2"])
    right = _of(PROGRAM_WITH_BIASES if learns else PROGRAM)
    for rounds, names in ((0, GIVEN), (0, FIRST), (1, THEN), (3, THEN)):
        for name, stage in names.items():
            own = run.after[rounds].get(name)
            want = right[rounds][name]
            # what is moved in the other direction may have the other sign
            if own is None or _alike(own, want) or (fine and names is THEN):
                continue
            if (
                want.ndim and "W" not in name and own.size == want.size
            ):  # a sample's numbers as a column
                want, own = want.reshape(-1, 1), own.reshape(-1, 1)
            label, expected, got = differing_entry([(name, want)], [own])
            case = "the page's program" if not rounds else "its first step"
            place = line_of(source, name, got if names is GIVEN else "", last=names is THEN)
            told = place_in(source, place) if place else None
            return Wrong(label or name, stage, case, expected, got, told)
    return None


def line_of(source: PythonSource, name: str, number: str = "", last: bool = False) -> int:
    """Where the name gets its value: the first time or the last; there, where the number is."""
    lines: list[int] = []
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Assign | ast.AugAssign):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if name in {n.id for each in targets for n in ast.walk(each) if isinstance(n, ast.Name)}:
            typed = [n for n in ast.walk(node.value) if isinstance(n, ast.Constant)]
            lines += [n.lineno for n in typed if repr(n.value) == number] or [node.lineno]
    return (max if last else min)(lines, default=0)


def _with_step(report: CheckReport, run: _Run, wrong: Wrong) -> CheckReport:
    """The report with a step that is wrong by the page, and the slip that gives the same."""
    slips = [slip for slip in PROGRAM_SLIPS if _same_run(run, slip)]
    mistakes = list({slip.name: slip.mistake for slip in slips}.values())
    known = {mistake.name for mistake in report.mistakes}
    if known and (not mistakes or known == {mistake.name for mistake in mistakes}):
        return report
    stages, later = steps_up_to(wrong.stage, 1)
    reason = OUTPUT_DELTA if wrong.stage == "output delta" and not mistakes else ""
    if wrong.stage == "inputs":
        stages, later, reason = [], (), typed_otherwise(wrong)
    return CheckReport(
        report.file, report.style, stages, wrong, mistakes, later=later, found=report.found[:1],
        reason=reason,
    )  # fmt: skip


def _same_run(run: _Run, slip: Slip) -> bool:
    theirs = _of(slip.body)
    return all(
        _alike(own, theirs[rounds][name])
        for rounds in ROUNDS
        for name, own in run.after[rounds].items()
        if name in theirs[rounds]
    )


def typed_otherwise(wrong: Wrong) -> str:
    """Of a number that was typed: whether its digits stand the other way round."""
    swapped = sorted(wrong.expected) == sorted(wrong.got)
    return (
        f"{wrong.quantity} is one of the numbers that all begins with: the page has "
        f"{wrong.expected}, yours has {wrong.got}{', two digits exchanged' * swapped}."
    )


def _wrong_print(source: PythonSource, run: _Run, partly: str) -> tuple[Wrong | None, str]:
    """Whether the loss that it prints is the one after all steps, and if not, what it is."""
    printed = [(float(t), t) for t in re.findall(r"\d+\.?\d*(?:e[-+]?\d+)?", run.printed)]
    frozen, learnt = (_losses(each) for each in (False, True))
    if any(_says(text, losses[STEPS]) for _, text in printed for losses in (frozen, learnt)):
        return None, ""
    learns = not _alike(run.after[1].get("b2", np.zeros(0)), _of(PROGRAM)[1]["b2"])
    losses = learnt if learns else frozen
    expected = f"loss {losses[STEPS]!r}"
    loop = [n.lineno for n in ast.walk(source.tree) if isinstance(n, ast.For)]
    of_loss = [n.body[-1].lineno for n in source.tree.body if isinstance(n, ast.FunctionDef)
               and n.name == "loss"]  # fmt: skip
    whole = np.array(losses)
    for value, text in reversed(printed):
        for times, why in ((1.0, ""), (2.0, "the ½ of the loss is missing"), (0.5, "it is halved")):
            at = np.flatnonzero(np.isclose(times * whole, value, rtol=1e-9, atol=0))
            if len(at) == 0 or value == 0:
                continue
            n = int(at[0])
            lines = of_loss if why else loop
            place = place_in(source, lines[0]) if lines else None
            told = (
                f"Its steps are right. The loss that it prints is that after {n:,} of them, and "
                f"the lesson makes {STEPS:,}."
                if not why
                else f"Its steps are right, and of the loss that it prints {why}: L = ½ Σ(A2 − Y)²."
            )
            return Wrong("the loss at the end", "loss", "all its steps", expected, f"loss {text}",
                         place), told  # fmt: skip
    got = f"loss {printed[-1][1]}" if printed else "no number"
    if found := re.search(r"loss\D*(\S+)", run.printed):
        got = f"loss {found[1]}"
    said = "Its first steps are right; compare what it does after them, and what it prints."
    if partly:
        at = re.search(r"line \d+", partly)
        said = (
            "Its steps do not lead to where the lesson's do. Compare its output delta"
            f"{f', in {at[0]},' if at else ''} with (A2 − Y) ⊙ A2 ⊙ (1 − A2)."
        )
    return Wrong("the loss at the end", "loss", "all its steps", expected, got), said


def _says(text: str, value: float) -> bool:
    """Whether a number is printed as this one, to as many digits as it has, three at least."""
    digits = len(re.sub(r"e.*|\.|^0+\.?0*", "", text))
    return digits >= 3 and abs(float(text) - value) <= 0.6 * 10.0 ** (1 - digits) * value


@cache
def _losses(learns: bool) -> list[float]:
    """The loss of the worked example before the first step, and after each."""
    return list(_trained(learns))


def _trained(learns: bool) -> Iterator[float]:
    start = _of(PROGRAM)[0]
    X, Y, W1, W2 = start["X"], start["Y"], start["W1"], start["W2"]
    b1, b2, rate = start["b1"], start["b2"], WORKED.learning_rate
    for _ in range(2 * STEPS + 1):
        A1 = 1 / (1 + np.exp(-(X @ W1.T + b1)))
        A2 = 1 / (1 + np.exp(-(A1 @ W2.T + b2)))
        yield float(0.5 * np.sum((A2 - Y) ** 2))
        delta2 = (A2 - Y) * A2 * (1 - A2)
        delta1 = (delta2 @ W2) * A1 * (1 - A1)
        W2, W1 = W2 - rate * delta2.T @ A1, W1 - rate * delta1.T @ X
        if learns:
            b2, b1 = b2 - rate * delta2[0], b1 - rate * delta1[0]
