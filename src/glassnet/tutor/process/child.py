"""The process in which a learner's file runs: puts up the walls, does its job, writes the reply."""

from __future__ import annotations

import contextlib
import errno
import importlib
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO

from glassnet.tutor.process.folder import copy_folder, link_folder
from glassnet.tutor.process.protocol import NO_REPLY, ChildOrder, Trouble, as_sentences, not_held


def main(text: str) -> None:
    """Does what the order says, which lies in the folder that it names."""
    order: ChildOrder = json.loads(text)
    post, script = Path(order["post"]), Path(order["script"])
    reply, clock = open(post / "reply", "r+b"), open(post / "line", "r+b", buffering=0)  # noqa: SIM115
    open_to, path = _put_up_walls(order, post, script)
    # we are the learner's process now, and NumPy may be loaded
    from glassnet.tutor.process.messages import read_messages, write_message

    with open(post / "request", "rb") as file:
        (request,) = read_messages(file, 1 << 28)
    module, _, function = order["job"].partition(":")
    job = getattr(importlib.import_module(module), function)
    importlib.import_module("glassnet.tutor.process.source")  # before theirs may stand in its way
    write_message(reply, {"not_held": open_to})
    not_limited = _limit(order)
    os.chdir(path.parent)
    sys.path[:0] = [str(path.parent), str(script.parent)]
    sys.argv = [str(path)]
    _write_line_reached(clock, path, threading.main_thread().ident or 0)
    try:
        for part in job(
            path, {**request, "folder": str(script.parent), "seconds": order["seconds"]}
        ):
            write_message(reply, {"part": part})
        last: dict[str, Any] = {"end": not_limited}
    except BaseException as error:  # SystemExit and KeyboardInterrupt too
        last = {"trouble": _told(error, path)}
    with contextlib.suppress(Exception):
        sys.stdout.flush()
    try:
        write_message(reply, last)
    except (OSError, ValueError):
        os._exit(NO_REPLY)
    os._exit(0)  # no atexit of theirs, no thread of theirs


def _put_up_walls(order: ChildOrder, post: Path, script: Path) -> tuple[list[str], Path]:
    """What is not held on this system, in words; and the copy of the script.

    On Linux the process forks here: the guards stay behind, what returns is the learner's.
    """
    desk, walls, files = post / "desk", False, False
    linux, stand_guard = _on_linux()
    if linux is not None:
        walls = order["namespaces"] and linux.enter(post, order["folder"] + order["written"])
    for name in ("work", "tmp"):
        (desk / name).mkdir()
    copied = copy_folder(script, desk / "work", order["folder"])
    if linux is not None:

        def close() -> None:
            nonlocal files
            files = linux.close(post)

        stand_guard(order["verdict"], order["parent"], order["processes"], close if walls else None)
        linux.drop_privileges()
    host = linux is not None and linux.no_host_sockets()
    if files and not copied:
        link_folder(script, desk / "work")
    if not (walls and files and host):
        from glassnet.tutor.process.refusals import refuse

        refuse(None if files else desk, network=not walls)
    return not_held(linux is not None, walls, files, host), desk / "work" / script.name


def _on_linux() -> tuple[Any, Any]:
    """What walls and guards are made by; nothing on other systems, and without ctypes."""
    if sys.platform == "linux":
        with contextlib.suppress(ImportError):
            from glassnet.tutor.process import namespaces
            from glassnet.tutor.process.guard import stand_guard

            return namespaces, stand_guard
    return None, None


def _told(error: BaseException, path: Path) -> dict[str, Any]:
    from glassnet.tutor.process.source import line_in, read_source, source_line

    if isinstance(error, Trouble):
        return {"message": str(error), "kind": error.kind, "line": error.line}
    line = line_in(error, path)
    if isinstance(error, MemoryError):
        return {
            "message": f"{path.name} used more memory than it may: is an array far too large?",
            "kind": "memory",
            "line": line,
        }
    if isinstance(error, SystemExit):
        return {
            "message": f"{path.name} calls exit before there was anything to check.",
            "kind": "exit",
            "line": line,
        }
    where = ""
    if line:
        with contextlib.suppress(Exception):
            source = read_source(path)
            where = f" at {source.where(line)}, `{source_line(source, line)}`"
    said = " ".join(str(error).split())[:300]
    told = f"{path.name} raised {type(error).__name__}{where}: {said or 'no message'}{_why(error)}"
    notes = as_sentences(getattr(error, "stood_in", []))
    return {
        "message": " ".join([told.rstrip(".") + "." * bool(notes), *notes]),
        "kind": "raised",
        "line": line,
    }


def _why(error: BaseException) -> str:
    """A sentence more where it is we who refused. -3 is EAI_AGAIN: no server tells addresses."""
    causes: Iterator[Any] = iter((error, getattr(error, "reason", None), error.__context__))
    numbers = {cause.errno for cause in causes if isinstance(cause, OSError)}
    if numbers & {errno.ENETUNREACH, -3}:
        return ". A script that is checked has no network: put what it loads beside it."
    if errno.EROFS in numbers:
        return ". A script that is checked writes in a copy of its own folder alone."
    if errno.ENOSPC in numbers:
        return ". A script that is checked may write only so much."
    return ""


def _limit(order: ChildOrder) -> list[str]:
    """So much address space beyond what is taken now, and so long a file, where that is known.

    Gives what is not held, in words.
    """
    if hasattr(signal, "SIGXFSZ"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # an error in a sentence, not an end
    try:
        import resource

        taken = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        most = taken + order["memory"]
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["written"], order["written"]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        return ["how much memory it takes"]
    return []


def _write_line_reached(clock: BinaryIO, path: Path, thread: int) -> None:
    """Notes from time to time at which of the file's lines it is: for the case that it hangs."""

    wait, write = threading.Event().wait, clock.write  # time.sleep may be theirs
    seek = clock.seek

    def look() -> None:
        while True:
            wait(0.25)
            frame: FrameType | None = sys._current_frames().get(thread)
            while frame is not None and Path(frame.f_code.co_filename).name != path.name:
                frame = frame.f_back
            if frame is not None:
                with contextlib.suppress(OSError):
                    seek(0)
                    write(b"%12d" % frame.f_lineno)

    threading.Thread(target=look, daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1])
