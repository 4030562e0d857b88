"""The course's file, typed as it is printed, and checked in this process."""

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
        with np.errstate(all="ignore"):  # as in a fresh process, where a warning is printed
            return Reply(list(calls.perform(path, {**request, "folder": path.parent})), "")

    monkeypatch.setattr(Sandbox, "run", run)
    monkeypatch.setattr("glassnet.tutor.process.standing_in.install.install", lambda *_: [])


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
