"""A learner's file is run in a process of its own: with limits, and nothing of it trusted.

What is held, and by what:

| | Linux with namespaces | Linux without | elsewhere (not tried) |
|---|---|---|---|
| time of the whole (`seconds`) | our clock, without waiting | the same | our clock |
| the end of all that it started | the namespace's end | the guard, which adopts | its group |
| how many processes and threads | the guard counts | the guard counts | - |
| memory of each process | RLIMIT_AS | RLIMIT_AS | - |
| what it prints, what it replies | cut off; refused | the same | the same |
| its folder | a copy | a copy | a copy |
| writing elsewhere | all is read-only | Python refuses | Python refuses |
| signals to others | it sees none | Python refuses | Python refuses where it can tell |
| how much it writes | the copy lies in a memory of fixed size | each file | - |
| network | a namespace without one | Python refuses | Python refuses |
| environment | what Python needs | the same | the same |

Namespaces are in `walls`, the guard in `guard`, Python's refusals in `refusals`, the copy in
`folder`; `child` is the learner's process, and `messages` guards what comes back. Whatever the
file does is one sentence here.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import shutil
import signal
import site
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from glassnet.tutor.process import clock
from glassnet.tutor.process.messages import Torn, fits, read_messages, write_message
from glassnet.tutor.process.protocol import KINDS, NO_REPLY, ChildOrder, Trouble

LOOK = 0.25  # seconds between two looks at how long what runs was kept waiting


@dataclass(frozen=True)
class Limits:
    """What a learner's file may take.

    seconds: of all runs of one Sandbox together, by `clock`. memory: bytes, of each process.
    output: characters kept of what it prints. processes: with their threads. folder: bytes, up to
    which what lies beside the file is copied; beyond, files are as they are opened. written:
    bytes, of one file, and of all that it writes where that is in memory. reply: bytes.
    namespaces: False is as on a system that has none.
    """

    seconds: float = 30.0
    memory: int = 2 << 30
    output: int = 20_000
    processes: int = 128
    folder: int = 50 << 20
    written: int = 256 << 20
    reply: int = 256 << 20
    namespaces: bool = True


@dataclass(frozen=True)
class Reply:
    """What the job gave, part by part; what the file printed; what kept it from ending well."""

    parts: list[Any]
    printed: str
    trouble: Trouble | None = None


_UNKNOWN = ("anything for certain: what is held could not be told, so count on nothing",)


class Sandbox:
    """Where a learner's file runs, as often as one check needs it; its time begins now.

    not_held: what this system cannot hold, in words, known after the first run.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.not_held: tuple[str, ...] = ()
        self._heard = False
        self._until = clock.Deadline(self.limits.seconds)

    @property
    def left(self) -> float:
        """Of its time, the seconds that are left."""
        return self._until.left

    def run(
        self,
        job: str,
        request: Mapping[str, Any],
        path: Path,
        part: Any = object,
        share: float = 1.0,
    ) -> Reply:
        """Does job, "package.module:function", upon the file in a process apart.

        The function gets (path, request) there, and gives parts, JSON-like with NumPy arrays.

        Args:
            part: the shape that each must have, as `messages.fits` tells.
            share: of the whole time, what this run may take.
        """
        path = Path(path).resolve()
        seconds = min(self.left, share * self.limits.seconds)
        until = clock.Deadline(seconds, self._until.wall)
        with (
            _post() as post,
            open(post / "reply", "w+b") as reply,
            open(post / "line", "w+b") as at,
        ):
            # Both stay ours when their names are taken: no pipe, no link, no other file is read.
            with open(post / "request", "wb") as file:
                write_message(file, dict(request))
            try:
                order = self._order(job, path, post, until)
                verdict, printed = _run_child(order, until, self.limits.output)
            finally:
                self._until.made_up += until.made_up
                self._hear_what_is_held(reply)
            printed = printed.replace(str(post / "desk" / "work"), str(path.parent))
            return self._reply(_Ended(path, post, verdict, printed, at), reply, part)

    def _order(self, job: str, path: Path, post: Path, until: clock.Deadline) -> ChildOrder:
        limits = self.limits
        return ChildOrder(
            post=str(post), script=str(path), job=job, verdict=-1, parent=os.getpid(),
            memory=limits.memory, processes=limits.processes, folder=limits.folder,
            written=limits.written, namespaces=limits.namespaces,
            seconds=until.left,
        )  # fmt: skip

    def _hear_what_is_held(self, reply: BinaryIO) -> None:
        """The child's first word, also where its run was cut short; once is enough."""
        if self._heard:
            return
        self.not_held = _UNKNOWN
        with contextlib.suppress(Torn, StopIteration):
            first = next(read_messages(reply, self.limits.reply))
            if fits(first, {"not_held": [str]}):
                self._heard, self.not_held = True, tuple(first["not_held"])

    def _reply(self, ended: _Ended, reply: BinaryIO, part: Any) -> Reply:
        parts: list[Any] = []
        last: dict[str, Any] = {}
        try:
            for message in read_messages(reply, self.limits.reply, _a_message):
                if "part" in message:
                    if not fits(message["part"], part):
                        raise Torn("another part than was asked for")
                    parts.append(message["part"])
                elif "not_held" not in message:
                    last = message
        except Torn:
            said = f"{ended.path.name} wrote into what is sent back, which is no answer any more: "
            trouble = Trouble(said + "take out what writes to files that it did not open.", "reply")
            return Reply([], ended.printed, trouble)
        if "end" in last:
            self.not_held = tuple(dict.fromkeys((*self.not_held, *last["end"])))
            return Reply(parts, ended.printed)
        return Reply(parts, ended.printed, ended.trouble(last.get("trouble"), self.limits))


def _a_message(value: Any) -> bool:
    trouble = {"message": str, "kind": KINDS.__contains__, "line": int | None}
    return any(
        fits(value, shape)
        for shape in ({"part": object}, {"not_held": [str]}, {"end": [str]}, {"trouble": trouble})
    )


@dataclass(frozen=True)
class _Ended:
    """A run that is over: how, and at which line it was last seen."""

    path: Path
    post: Path
    verdict: str  # "time", "processes", "exit 3", "signal 9"
    printed: str
    at: BinaryIO

    def trouble(self, told: Mapping[str, Any] | None, limits: Limits) -> Trouble:
        """Why there is no whole reply: what the child told, else what was seen from outside."""
        name, (how, _, number) = self.path.name, self.verdict.partition(" ")
        if told is not None:
            own = told["message"].replace(str(self.post / "desk" / "work"), str(self.path.parent))
            return Trouble(" ".join(own.split())[:2000], told["kind"], told["line"])
        line = self._line()
        if how == "time":
            where = f"; it was at line {line}" if line else ""
            return Trouble(
                f"{name} did not end within {limits.seconds:g} s{where}: is there a loop that "
                "never ends? --seconds gives it longer.",
                "time",
                line,
            )
        if how == "processes":
            return Trouble(
                f"{name} started more than {limits.processes} processes and threads, and was "
                "ended with all of them: let it start less.",
                "processes",
                line,
            )
        if self.verdict == f"exit {NO_REPLY}":
            said = "closed the file into which its answer is written"
        elif how == "exit":
            said = f"ended the process itself, with status {number}"
        elif how == "signal" and int(number) in set(signal.Signals):
            said = f"was ended by the signal {signal.Signals(int(number)).name}"
        else:
            said = f"was ended ({self.verdict})"
        return Trouble(
            f"{name} {said}, before it could be checked: take out what ends or kills the process.",
            "exit",
            line,
        )

    def _line(self) -> int | None:
        """The line at which the child was when it looked last."""
        self.at.seek(0)
        try:
            return int(self.at.read(12))
        except ValueError:
            return None


@contextlib.contextmanager
def _post() -> Iterator[Path]:
    """A folder for the request, the reply and the learner's desk, gone afterwards."""
    post = Path(tempfile.mkdtemp(prefix="glassnet-"))
    try:
        for name in ("desk", "dev"):
            (post / name).mkdir()
        yield post
    finally:
        try:
            shutil.rmtree(post, ignore_errors=True)
        except RecursionError:  # folders in folders, a thousand and more
            subprocess.run(["rm", "-rf", str(post)], check=False)


def _run_child(order: ChildOrder, until: clock.Deadline, most: int) -> tuple[str, str]:
    """The verdict on a child that was waited for until then, and what it printed."""
    mark = f"GLASSNET_CHECK={secrets.token_hex(16)}"
    on_linux = sys.platform == "linux"
    ours, theirs = os.pipe() if on_linux else (-1, -1)
    order["verdict"] = theirs
    child = subprocess.Popen(
        [sys.executable, "-m", "glassnet.tutor.process.child", json.dumps(order)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=order["post"],
        env=_surroundings(Path(order["post"]), mark),
        pass_fds=(theirs,) if on_linux else (),
        start_new_session=os.name != "nt",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    assert child.stdout is not None
    drain = _Drain(child.stdout, 4 * most)
    try:
        if on_linux:
            os.close(theirs)
            verdict = _verdict(ours, until, child.pid) or _status(child, until)
        else:
            verdict = _status(child, until)
    finally:
        _end(child, mark)
        drain.join(timeout=2.0)
        child.stdout.close()
        if on_linux:
            os.close(ours)
    return verdict, drain.kept.decode("utf-8", "replace")[:most]


class _Drain(threading.Thread):
    """Reads a pipe to its end and keeps no more than so many bytes of it."""

    def __init__(self, pipe: IO[bytes], most: int) -> None:
        super().__init__(daemon=True)
        self._pipe, self._most = pipe, most
        self.kept = bytearray()
        self.start()

    def run(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while part := os.read(self._pipe.fileno(), 1 << 20):
                self.kept += part[: self._most - len(self.kept)]


def _verdict(pipe: int, until: clock.Deadline, guard: int) -> str:
    """The guards' first line, as the learner's process ends; "" where they fell; or "time"."""
    said = b""
    while b"\n" not in said:
        ready, _, _ = select.select([pipe], [], [], min(max(0.0, until.left), LOOK))
        until.look(guard)
        if not ready and until.left <= 0:
            return "time"
        if not ready:
            continue
        part = os.read(pipe, 64)
        if not part:
            break
        said += part
    return said.partition(b"\n")[0].decode("ascii", "replace")


def _status(child: subprocess.Popen[bytes], until: clock.Deadline) -> str:
    """The same where there is no guard, or not any more."""
    try:
        code = child.wait(timeout=max(0.0, until.left))
    except subprocess.TimeoutExpired:
        return "time"
    return f"signal {-code}" if code < 0 else f"exit {code}"


def _end(child: subprocess.Popen[bytes], mark: str) -> None:
    """Ends the process and all that it started; no clock and no Ctrl-C cuts this short."""
    if sys.platform == "linux":
        from glassnet.tutor.process.descendants import end_all, left_of

        names = ("SIGALRM", "SIGINT", "SIGTERM", "SIGHUP")
        waiting = {getattr(signal, name) for name in names if hasattr(signal, name)}
        kept = signal.pthread_sigmask(signal.SIG_BLOCK, waiting)
        try:
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                child.terminate()  # the guard ends the others, and itself
                child.send_signal(signal.SIGCONT)  # also where it was stopped
                child.wait(timeout=3)
            if child.returncode != 0:  # it could not: what is below it, or bears our mark, is ended
                end_all(lambda: left_of(child.pid, mark), child.poll)
            child.kill()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, kept)
    else:
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(child.pid, signal.SIGKILL)
            else:
                child.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.kill()
        child.wait(timeout=5)


# What Python and NumPy may need to be found and to begin; all else stays here, secrets with it.
_NEEDED = (
    "PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "PYTHONHOME", "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH", "__PYVENV_LAUNCHER__", "SYSTEMROOT", "WINDIR",
)  # fmt: skip


def _surroundings(post: Path, mark: str) -> dict[str, str]:
    needed = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    if path := os.environ.get("PYTHONPATH"):
        needed["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, path.split(os.pathsep)))
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    own = dict.fromkeys(
        ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(post / "desk" / "tmp")
    )
    name, _, value = mark.partition("=")
    return {
        **needed,
        **one,
        **own,
        name: value,
        "PYTHONUSERBASE": site.getuserbase(),
        "MPLBACKEND": "Agg",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONHASHSEED": "0",
    }
