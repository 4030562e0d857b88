"""A lesson's own check: its functions and those before it, one by one, and its usual slips."""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.tutor.compare import Observed, close, explaining
from glassnet.tutor.lessons.contract import trials_of
from glassnet.tutor.lessons.course import (
    COURSE,
    MANY,
    Lesson,
    exercises_up_to,
    functions_up_to,
    lesson,
)
from glassnet.tutor.lessons.more_slips import MORE_SLIPS
from glassnet.tutor.lessons.program import check_program, line_of, typed_otherwise
from glassnet.tutor.lessons.typed import FUNCTIONS, SKELETON, typed_file
from glassnet.tutor.lessons.wording import in_its_lesson
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.process.calls import answers_of
from glassnet.tutor.process.sandbox import Sandbox
from glassnet.tutor.process.source import PythonSource, read_source, source_line
from glassnet.tutor.report import CheckReport, CodePlace, place_in
from glassnet.tutor.skeleton.check import check_trials, definition, first_unwritten, observed
from glassnet.tutor.skeleton.contract import Trial

ALL_SLIPS = [*(slip for each in COURSE for slip in each.slips), *MORE_SLIPS]
LIKE = 0.75  # from there on a line is the slip's own, written in another way
# what gives the numbers of a function that is right for one sample, on many
AS_BEFORE = ("loss-summed-over-samples", "gradients-of-one-sample")


def check_lesson(path: Path, asked: Lesson, sandbox: Sandbox | None = None) -> CheckReport:
    """The report on what a lesson asks for, and on what came before it.

    Every function is tried by the rules of its own lesson, in the order of the lessons; of the
    exercises' functions those that are written. The lesson on many samples comes after all that.

    Raises: Trouble where the file itself cannot be run.
    """
    sandbox = sandbox or Sandbox()
    if not asked.functions:
        return check_program(path, sandbox)
    source = read_source(path)
    before = COURSE[: min(asked.number + 1, MANY)]
    trials = trials_of([name for each in before for name in _written(each, source)])
    report = _told(check_trials(path, source, "functions", trials, sandbox, _explained), source)
    if asked.number < MANY or not report.passed:
        return report
    others = [n for n in functions_up_to(MANY - 1) if n in SKELETON and n not in asked.changed]
    trials = trials_of([*asked.changed, *others, *_written(asked, source)], many=True)
    many = check_trials(path, source, "functions", trials, sandbox, _explained)
    many = _to_change(_told(many, source), first_unwritten(source.tree, asked.functions) != "")
    again = {trial.step.name for trial in trials}
    right = [stage for stage in report.stages if stage.name not in again]
    return replace(many, stages=[*right, *many.stages])


def _written(each: Lesson, source: PythonSource) -> list[str]:
    """What is tried of a lesson: its functions, and that of its exercise once it is written."""
    solved = each.exercise and not first_unwritten(source.tree, [each.exercise])
    return [*each.functions, *([each.exercise] if solved else [])]


def _to_change(report: CheckReport, begun: bool) -> CheckReport:
    """What stands as its first lesson left it is no mistake while the lesson is being done."""
    still = [m for m in report.mistakes if m.name in AS_BEFORE]
    if not begun or not still or report.wrong is None:
        return report
    name = report.wrong.stage
    return CheckReport(
        report.file, report.style, report.stages[:-1], unwritten=name, later=report.later,
        reason=f"Next to change: {name}. As it is, it is right for one sample, and this lesson "
        "makes it right for many.",
    )  # fmt: skip


def _told(report: CheckReport, source: PythonSource) -> CheckReport:
    """The report with what the course knows of the place, and of what nobody knows."""
    return _pointed(_at_its_slip(_at_its_number(report, source), source))


def _at_its_slip(report: CheckReport, source: PythonSource) -> CheckReport:
    """In a function of several lines: the line that is like the slip's own, else all of them."""
    wrong = report.wrong
    node = definition(source.tree, report.wrong_step)
    returned = wrong is not None and wrong.place and wrong.place.source.startswith("return")
    if wrong is None or node is None or not returned or len(node.body) < 3:
        return report
    right = FUNCTIONS[wrong.stage].body
    known = {mistake.name for mistake in report.mistakes}
    slips = (slip for slip in ALL_SLIPS if slip.function == wrong.stage and slip.name in known)
    odd = [line for slip in slips for line in slip.body.splitlines() if line not in right]
    own = range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)
    likeness = (
        (SequenceMatcher(None, source_line(source, at), line.strip()).ratio(), -at)
        for at in own
        for line in odd
    )
    alike = max(likeness, default=(0.0, 0))
    place = CodePlace(f"{source.where(node.lineno)} ff.", f"def {node.name}(…)")
    if alike[0] > LIKE:
        place = place_in(source, -alike[1])
    return replace(report, wrong=replace(wrong, place=place))


def _at_its_number(report: CheckReport, source: PythonSource) -> CheckReport:
    """Of a given number that was typed otherwise: the line in which it stands."""
    if report.wrong_step != "example" or report.wrong is None or report.wrong.place is None:
        return report
    quantity = report.wrong.quantity
    name = "weights" if quantity[0] == "W" else "biases" if quantity[0] == "b" else quantity[:1]
    line = line_of(source, name, report.wrong.got)
    place = place_in(source, line) if line else report.wrong.place
    return replace(report, wrong=replace(report.wrong, place=place))


def _pointed(report: CheckReport) -> CheckReport:
    """Of a slip that nobody knows: what it resembles, and where its lesson speaks of it."""
    name = report.wrong_step
    if not report.unknown or report.address or "NotImplementedError" in report.reason:
        return report
    if name == "example" and report.wrong is not None and "[" in report.wrong.quantity:
        return replace(report, reason=typed_otherwise(report.wrong))
    own = next(each for each in COURSE if name in (*each.functions, each.exercise))
    where = (
        f"Lesson {own.number} has hints for it: `glassnet learn --lesson {own.number} --unfold`."
        if name == own.exercise
        else f"Lesson {own.number} has its formula: `glassnet learn --lesson {own.number}`."
    )
    return replace(report, reason=f"{report.unknown_in_words()} {where}".strip())


def check_functions(
    number: int, functions: Mapping[str, Callable[..., Any]], sandbox: Sandbox | None = None
) -> CheckReport:
    """The same of functions that were written in a notebook: of their source, in a file aside.

    Raises: InputError where the lesson asks for a program, or no source is known of a function.
    """
    asked = lesson(number)
    if not asked.functions:
        raise InputError("this lesson is about a whole program: glassnet check FILE looks at it.")
    wanted = [*functions_up_to(number), *exercises_up_to(number)]
    parts = ["import numpy as np\n"]
    for name in wanted:
        if callable(functions.get(name)):
            try:
                # marimo's files have a cell set in
                parts.append(dedent(inspect.getsource(functions[name])))
            except (OSError, TypeError):
                raise InputError(
                    f"the source of {name} is not known here: write it with def, in a cell."
                ) from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"lesson-{number}.py"
        path.write_text("\n\n".join(parts), encoding="utf-8")
        report = check_lesson(path, asked, sandbox)
    return replace(report, file=path.stem)


def _explained(
    trials: Sequence[Trial], seen: Sequence[Observed], stage: str
) -> tuple[list[Mistake], bool]:
    """A mistake of the textbook's steps, else a slip of a lesson that gives the same."""
    name = trials[0].step.name
    if stage or name in SKELETON:
        found, together = explaining(trials, seen, stage)
        if all(trial.case.samples == 1 for trial in trials):
            found = [in_its_lesson(mistake, name) for mistake in found]
        if found:
            return found, together
    own = [slip for slip in ALL_SLIPS if slip.function == name]
    found = [s.mistake for s in own if _gives(s.function, s.body, trials, seen)]
    return list({mistake.name: mistake for mistake in found}.values()), False


def _gives(function: str, body: str, trials: Sequence[Trial], seen: Sequence[Observed]) -> bool:
    """Whether the course's file with this body in it gives what was seen, in every trial."""
    names = dict.fromkeys((*functions_up_to(len(COURSE)), function))
    return gives(typed_file("mine.py", list(names), True, {function: body}), trials, seen)


def gives(program: str, trials: Sequence[Trial], seen: Sequence[Observed]) -> bool:
    """Whether the functions of this program, which is ours, give what was seen, in every trial."""
    namespace: dict[str, Any] = {}
    exec(program, namespace)
    for trial, came in zip(trials, seen):
        with np.errstate(all="ignore"):
            own = observed(trial, answers_of(namespace, trial.calls(), Path("mine.py")))
        if isinstance(own, str) or isinstance(came, str):
            if own != came:
                return False
        elif len(own) != len(came) or not all(map(close, came, own)):
            return False
    return True
