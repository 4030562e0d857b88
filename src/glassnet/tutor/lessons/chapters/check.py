"""A chapter's exercise checked: its function is tried, and a usual slip in it is named."""

from __future__ import annotations

import shlex
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from glassnet.tutor.compare import Observed
from glassnet.tutor.lessons.chapters.exercises import EXERCISES, ChapterExercise
from glassnet.tutor.lessons.chapters.slips import CHAPTER_MISTAKES, CHAPTER_SLIPS
from glassnet.tutor.lessons.chapters.trials import trials_of_chapter
from glassnet.tutor.lessons.check import gives
from glassnet.tutor.lessons.slips import Slip
from glassnet.tutor.lessons.typed import HEAD
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.process.sandbox import Sandbox
from glassnet.tutor.process.source import read_source
from glassnet.tutor.report import CheckReport
from glassnet.tutor.skeleton.check import check_trials
from glassnet.tutor.skeleton.contract import Trial


def check_chapter(
    path: Path, asked: ChapterExercise, sandbox: Sandbox | None = None
) -> CheckReport:
    """The report on the function that a chapter asks for; of the file nothing else is looked at.

    Raises: Trouble where the file itself cannot be run.
    """
    trials = trials_of_chapter(asked.number, asked.function.name)
    source = read_source(path)
    report = check_trials(path, source, "functions", trials, sandbox or Sandbox(), _explained)
    if not report.unknown or "NotImplementedError" in report.reason:
        return report
    named = "" if path == Path("mine.py") else f" {shlex.quote(str(path))}"  # the one of no name
    where = f"Its hints: `glassnet learn{named} --chapter {asked.number} --unfold`."
    return replace(report, reason=f"{report.unknown_in_words()} {where}".strip())


def _explained(
    trials: Sequence[Trial], seen: Sequence[Observed], stage: str
) -> tuple[list[Mistake], bool]:
    """The slips that give just what was seen."""
    function = trials[0].step.name
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):
        found = [
            CHAPTER_MISTAKES[slip.name]
            for slip in CHAPTER_SLIPS
            if slip.function == function and gives(_program(slip), trials, seen)
        ]
    return found, False


def _program(slip: Slip) -> str:
    head = next(e.function.head for e in EXERCISES if e.function.name == slip.function)
    return f"{HEAD}\n\n{head}{slip.body}"
