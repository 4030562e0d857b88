"""A lesson's own check: its functions and those before it, one by one, and its usual slips."""

from __future__ import annotations

import ast
import inspect
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.tutor.check import check_file
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
from glassnet.tutor.lessons.typed import typed_file
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.process.calls import answers_of
from glassnet.tutor.process.sandbox import Sandbox
from glassnet.tutor.process.source import read_source
from glassnet.tutor.report import CheckReport
from glassnet.tutor.skeleton.check import check_trials, observed
from glassnet.tutor.skeleton.contract import Trial


def check_lesson(path: Path, asked: Lesson, sandbox: Sandbox | None = None) -> CheckReport:
    """The report on what a lesson asks for, and on what came before it.

    Of the exercises' functions those are tried that the file holds.

    Raises: Trouble where the file itself cannot be run.
    """
    sandbox = sandbox or Sandbox()
    if not asked.functions:
        return check_file(path, sandbox=sandbox)
    source = read_source(path)
    there = {node.name for node in source.tree.body if isinstance(node, ast.FunctionDef)}
    solved = [name for name in exercises_up_to(asked.number) if name in there]
    functions = [*functions_up_to(asked.number), *solved]
    trials = trials_of(functions, many=asked.number >= MANY)
    return check_trials(path, source, "functions", trials, sandbox, _explained)


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
                parts.append(inspect.getsource(functions[name]))
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
    if stage:
        found, together = explaining(trials, seen, stage)
        if found:
            return found, together
    name = trials[0].step.name
    slips = [slip for each in COURSE for slip in each.slips if slip.function == name]
    found = [s.mistake for s in slips if _gives(s.function, s.body, trials, seen)]
    return found, False


def _gives(function: str, body: str, trials: Sequence[Trial], seen: Sequence[Observed]) -> bool:
    """Whether the course's file with this body in it gives what was seen, in every trial."""
    names = functions_up_to(len(COURSE))
    namespace: dict[str, Any] = {}
    exec(typed_file("mine.py", names, bodies={function: body}), namespace)
    for trial, came in zip(trials, seen):
        with np.errstate(all="ignore"):
            own = observed(trial, answers_of(namespace, trial.calls(), Path("mine.py")))
        if isinstance(own, str) or isinstance(came, str):
            if own != came:
                return False
        elif len(own) != len(came) or not all(map(close, came, own)):
            return False
    return True
