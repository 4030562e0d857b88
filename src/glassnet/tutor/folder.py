"""A class's work checked: every program of a folder, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from glassnet.core.errors import InputError
from glassnet.tutor.check import check_file
from glassnet.tutor.process.sandbox import Limits, Sandbox
from glassnet.tutor.report import CheckReport
from glassnet.tutor.trying.companions import companions

MOST = 2_000  # programs of a folder
AT_ONCE = 2
GRACE = 2.0  # seconds in which a run that is over is ended and told
START = 30.0  # seconds that a process may take to begin
ENDINGS = (".py", ".ipynb")
STATUS = {"right": 0, "in part": 3, "wrong": 1, "not judged": 2}  # the worst last


@dataclass(frozen=True)
class CheckedProgram:
    """A program's row. what: the mistake, or why it was not judged; where: the line."""

    file: str
    verdict: Literal["right", "wrong", "in part", "not judged"]
    what: str
    where: str
    seconds: float


@dataclass(frozen=True)
class CheckedFolder:
    """All of them. passed_over: what is no program, or belongs to another, and why.

    not_held: what this system does not hold of the limits, in words.
    """

    kind, version = "check_folder", 1

    folder: str
    programs: tuple[CheckedProgram, ...]
    passed_over: tuple[str, ...] = ()
    not_held: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """The exit status: that of the worst."""
        found = {program.verdict for program in self.programs}
        return next((STATUS[each] for each in reversed(STATUS) if each in found), 0)

    @property
    def counts(self) -> dict[str, int]:
        """How many programs have each verdict."""
        verdicts = [program.verdict for program in self.programs]
        return {each: verdicts.count(each) for each in STATUS if each in verdicts}


def check_folder(
    folder: Path, seconds: float, told: Callable[[CheckedProgram, int, int], None] | None = None
) -> CheckedFolder:
    """Every script and notebook below a folder, two at a time, each within so many seconds.

    Args:
        told: is given each program as it is done, how many are, and of how many.

    Raises: InputError where there is none, or more than are checked.
    """
    files, others = _files(folder)
    if not files:
        raise InputError(
            f"{folder} has no program: expected .py or .ipynb files in it or in its folders."
        )
    if len(files) > MOST:
        raise InputError(
            f"{folder} has {len(files):,} programs, and {MOST:,} are checked at most: give a "
            "folder of it."
        )
    rows: dict[Path, CheckedProgram] = {}
    held: dict[str, None] = {}
    for path, row, not_held in _done(files, seconds):
        rows[path] = replace(row, file=path.relative_to(folder).as_posix())
        held |= dict.fromkeys(not_held)
        if told is not None:
            told(rows[path], len(rows), len(files))
    programs: list[CheckedProgram] = []
    passed = [f"{path.relative_to(folder).as_posix()}: no .py or .ipynb" for path in others]
    for path in files:
        beside = companions(path) if rows[path].verdict == "not judged" else []
        if beside:
            passed.append(f"{rows[path].file}: imported by {beside[0].name}")
        else:
            programs.append(rows[path])
    return CheckedFolder(str(folder), tuple(programs), tuple(passed), tuple(held))


def _files(folder: Path) -> tuple[list[Path], list[Path]]:
    """The programs of a folder and of those in it, and its other files; nothing that is hidden."""
    programs: list[Path] = []
    others: list[Path] = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") or part == "__pycache__" for part in parts):
            continue
        if path.is_file():
            (programs if path.suffix in ENDINGS else others).append(path)
    return programs, others


def _done(
    files: list[Path], seconds: float
) -> Iterator[tuple[Path, CheckedProgram, tuple[str, ...]]]:
    """The rows as they come, from two threads that each wait for one process after another."""
    waiting: queue.SimpleQueue[Path] = queue.SimpleQueue()
    came: queue.SimpleQueue[tuple[Path, CheckedProgram, tuple[str, ...]]] = queue.SimpleQueue()
    for path in files:
        waiting.put(path)
    stopped = threading.Event()

    def work() -> None:
        while not stopped.is_set():
            try:
                path = waiting.get_nowait()
            except queue.Empty:
                return
            came.put((path, *_in_a_process(path, seconds, stopped)))

    workers = [threading.Thread(target=work, daemon=True) for _ in range(AT_ONCE)]
    for worker in workers:
        worker.start()
    try:
        for _ in files:
            yield came.get()
    finally:
        stopped.set()
        for worker in workers:
            worker.join()


def _in_a_process(
    path: Path, seconds: float, stopped: threading.Event
) -> tuple[CheckedProgram, tuple[str, ...]]:
    """A program's row; whatever becomes of the process that judges it, there is one."""
    begun = time.monotonic()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_judge, args=(theirs, path, seconds), daemon=True)
    process.start()
    theirs.close()
    found: tuple[CheckedProgram, tuple[str, ...]] | None = None
    until = begun + START
    try:
        while found is None and not stopped.is_set() and time.monotonic() < until:
            if ours.poll(0.2):
                found = ours.recv()
                until = time.monotonic() + seconds + GRACE
    except EOFError:
        until = float("inf")
    finally:
        ours.close()
        process.join(0.0 if found is None else 5.0)
        if process.is_alive():
            process.terminate()
            process.join()
    if found is not None:
        return found
    why = f"what it computes was not judged within {seconds:g} s"
    if time.monotonic() < until:
        why = "the process that judged it ended before it told anything"
    spent = round(time.monotonic() - begun, 2)
    return CheckedProgram(path.name, "not judged", why, "", spent), ()


def _judge(reply: Connection, path: Path, seconds: float) -> None:
    """In a process of its own: that it began, then one program's row."""
    reply.send(None)
    begun = time.monotonic()
    sandbox = Sandbox(Limits(seconds=seconds))
    try:
        row = _row(check_file(path, sandbox=sandbox))
    except InputError as error:
        own = str(error).replace(str(path), path.name)
        row = CheckedProgram(path.name, "not judged", own, "", 0.0)
    spent = round(time.monotonic() - begun, 2)
    reply.send((replace(row, seconds=spent), sandbox.not_held))
    reply.close()


def _row(report: CheckReport) -> CheckedProgram:
    place = report.wrong.place if report.wrong else None
    where = place.where if place else ""
    return CheckedProgram(report.file, report.verdict, _what(report), where, 0.0)


def _what(report: CheckReport) -> str:
    """What is wrong in as few words as can be, or what was not judged."""
    if report.unwritten:
        return f"still to be written: {report.unwritten}"
    if report.mistakes:
        joint = " and " if report.together else " or "
        return joint.join(mistake.title for mistake in report.mistakes)
    if report.wrong is not None:
        return f"something unknown in the {report.wrong.stage}: {report.wrong.quantity}"
    return report.partly
