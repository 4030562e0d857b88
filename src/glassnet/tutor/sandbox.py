"""A learner's file is run in a process of its own: with limits, and nothing of it trusted.

What comes back is JSON and plain arrays, never pickle. Whatever the file does, run for ever, print
a gigabyte, leave, fork, eat memory, is one sentence here.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from glassnet.core.errors import InputError
from glassnet.tutor.letters import read_letter, write_letter


@dataclass(frozen=True)
class Limits:
    """seconds of time, bytes of memory (where the system can limit it), characters kept of what
    the file prints; what it prints beyond is thrown away."""

    seconds: float = 20.0
    memory: int = 2 << 30
    output: int = 20_000


USUAL = Limits()


@dataclass(frozen=True)
class Reply:
    """What the job gave back, with arrays where it put arrays; what the file printed."""

    result: Any
    printed: str


class Trouble(InputError):
    """What the learner's file did instead of running, in one sentence.

    kind: "syntax", "time", "memory", "exit", "raised", "missing" or "reply".
    """

    def __init__(self, message: str, kind: str, line: int | None = None) -> None:
        super().__init__(message)
        self.kind, self.line = kind, line


class _Drain(threading.Thread):
    """Reads a pipe to its end and keeps no more than so many bytes of it."""

    def __init__(self, pipe: IO[bytes], most: int) -> None:
        super().__init__(daemon=True)
        self._pipe, self._most = pipe, most
        self.kept = bytearray()
        self.start()

    def run(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while part := os.read(self._pipe.fileno(), 1 << 16):
                self.kept += part[: self._most - len(self.kept)]


def run_apart(job: str, request: Mapping[str, Any], path: Path, limits: Limits = USUAL) -> Reply:
    """Runs job, "package.module:function", upon the file in a process apart.

    The function gets (path, request) there and gives back JSON-like data with NumPy arrays.
    Raises: Trouble.
    """
    path = Path(path).resolve()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        (work / "desk").mkdir()
        write_letter(
            work / "request",
            {"job": job, "path": str(path), "request": request, "memory": limits.memory},
        )
        child = subprocess.Popen(
            [sys.executable, "-m", "glassnet.tutor.apart", str(work)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=work / "desk",
            env=_surroundings(),
            start_new_session=os.name != "nt",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert child.stdout is not None
        drain = _Drain(child.stdout, 4 * limits.output)
        try:
            status = _wait(child, work, limits.seconds)
        finally:
            _end(child)
            drain.join(timeout=2.0)
            child.stdout.close()
        printed = drain.kept.decode("utf-8", "replace")[: limits.output]
        return _reply(work, path, status, printed, limits)


def _wait(child: subprocess.Popen[bytes], work: Path, seconds: float) -> int | None:
    """The exit status; None where the time was over. The clock runs from the file's own start."""
    started: float | None = None
    born = time.monotonic()
    while True:
        try:
            return child.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            now = time.monotonic()
            if started is None and (work / "started").exists():
                started = now
            if now - (started if started is not None else born + 30) > seconds:
                return None


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ends the process and all that it started."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(timeout=5)


def _reply(work: Path, path: Path, status: int | None, printed: str, limits: Limits) -> Reply:
    where = _line_reached(work)
    if status is None:
        at = f"; it was at line {where}" if where else ""
        raise Trouble(
            f"{path.name} did not end within {limits.seconds:g} s{at}: is there a loop that never "
            "ends? --seconds gives it longer.",
            "time",
            where,
        )
    try:
        letter = read_letter(work / "reply")
    except (OSError, ValueError, KeyError):
        letter = None
    if isinstance(letter, dict) and isinstance(letter.get("trouble"), dict):
        trouble = letter["trouble"]
        raise Trouble(str(trouble["message"]), str(trouble["kind"]), trouble.get("line"))
    if isinstance(letter, dict) and "result" in letter:
        return Reply(letter["result"], printed)
    if status < 0:
        name = signal.Signals(-status).name if -status in set(signal.Signals) else str(-status)
        said = f"was ended by the signal {name}"
    else:
        said = f"ended the process itself, with status {status}"
    raise Trouble(
        f"{path.name} {said}, before it could be checked: take out what ends or kills the process.",
        "exit",
        where,
    )


def _line_reached(work: Path) -> int | None:
    """The line at which the child was when it looked last."""
    try:
        return int((work / "line").read_text())
    except (OSError, ValueError):
        return None


def _surroundings() -> dict[str, str]:
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {
        **os.environ,
        **one,
        "MPLBACKEND": "Agg",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONHASHSEED": "0",
    }
