"""The course's file, typed as it is printed, and checked in this process."""

import contextlib
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from glassnet.tutor.lessons.check import check_lesson
from glassnet.tutor.lessons.course import COURSE, MANY, exercises_up_to, functions_up_to
from glassnet.tutor.lessons.typed import PROGRAM, typed_file
from glassnet.tutor.process import calls
from glassnet.tutor.process.sandbox import Reply, Sandbox
from glassnet.tutor.report import CheckReport

Checked = Callable[..., CheckReport]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The functions are called in this process: the files are ours, and many."""

    def run(self, job, request, path, part):
        work = getattr(calls, job.rpartition(":")[2])
        printed = io.StringIO()
        with np.errstate(all="ignore"), contextlib.redirect_stdout(printed):  # as in a process
            answers = list(work(path, {**request, "folder": path.parent}))
        return Reply(answers, printed.getvalue())

    monkeypatch.setattr(Sandbox, "run", run)
    monkeypatch.setattr("glassnet.tutor.process.standing_in.install.install", lambda *_: [])


@pytest.fixture
def in_part(here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `check` alone says of a program whose delta is the slope of no loss that it knows."""

    def check(path: Path, sandbox: Sandbox) -> CheckReport:
        return CheckReport(str(path), "script", [], partly="not judged: its delta, in line 24")

    monkeypatch.setattr("glassnet.tutor.lessons.program.check_file", check)


@pytest.fixture
def checked(tmp_path: Path) -> Checked:
    """checked(4, forward="    return …") writes the file up to that lesson and checks it."""

    def check(number: int, **bodies: str) -> CheckReport:
        lesson = COURSE[number]
        path = tmp_path / "mine.py"
        text = bodies.get("", PROGRAM)
        if lesson.functions:
            names = [*functions_up_to(number), *exercises_up_to(number)]
            text = typed_file("mine.py", names, number >= MANY, bodies)
        path.write_text(text, encoding="utf-8")
        return check_lesson(path, lesson)

    return check
