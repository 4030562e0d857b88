"""The process in which a learner's file runs: reads its job, does it, writes the reply."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from glassnet.tutor.letters import read_letter, write_letter


def main(work: Path) -> None:
    """Does the job that lies in the folder."""
    letter = read_letter(work / "request")
    path = Path(letter["path"])
    module, _, function = letter["job"].partition(":")
    job = getattr(importlib.import_module(module), function)
    _limit_memory(letter["memory"])
    sys.path.insert(0, str(path.parent))
    sys.argv = [str(path)]
    _write_line_reached(work, path, threading.main_thread().ident or 0)
    (work / "started").touch()
    try:
        reply: dict[str, Any] = {"result": job(path, letter["request"])}
    except BaseException as error:  # SystemExit and KeyboardInterrupt too
        reply = {"trouble": _told(error, path)}
    with contextlib.suppress(Exception):
        sys.stdout.flush()
    write_letter(work / "reply", reply)
    os._exit(0)  # no atexit of theirs, no thread of theirs


def _told(error: BaseException, path: Path) -> dict[str, Any]:
    from glassnet.tutor.loading import line_in, read_source, source_line
    from glassnet.tutor.sandbox import Trouble

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
    return {
        "message": f"{path.name} raised {type(error).__name__}{where}: {said or 'no message'}",
        "kind": "raised",
        "line": line,
    }


def _limit_memory(size: int) -> None:
    """So much address space beyond what is taken now, where the system knows such a limit."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (taken + size, taken + size))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 28, 1 << 28))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write_line_reached(work: Path, path: Path, thread: int) -> None:
    """Notes from time to time at which of the file's lines it is: for the case that it hangs."""

    wait, aside = threading.Event().wait, work / "line.part"  # time.sleep may be theirs

    def look() -> None:
        while True:
            wait(0.25)
            frame: FrameType | None = sys._current_frames().get(thread)
            while frame is not None and Path(frame.f_code.co_filename).name != path.name:
                frame = frame.f_back
            if frame is not None:
                with contextlib.suppress(OSError):
                    aside.write_text(str(frame.f_lineno))
                    aside.replace(work / "line")

    threading.Thread(target=look, daemon=True).start()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
