"""On Linux: the processes that a process started, as /proc tells; and the end of them.

Source: proc(5).
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator


def end_all(alive: Callable[[], list[int]], bury: Callable[[], object]) -> None:
    """Ends processes that may be starting others: first all are stopped, then all are killed.

    bury: what waits for those of them that are this process's children.
    """
    until = time.monotonic() + 3
    while time.monotonic() < until:
        stopped: set[int] = set()
        for _ in range(50):
            new = set(alive()) - stopped
            if not new:
                break
            _signal_all(new, signal.SIGSTOP)
            stopped |= new
        if not stopped:
            return
        _signal_all(stopped, signal.SIGKILL)
        time.sleep(0.001)
        bury()


def descendants(of: int | None = None) -> Iterator[tuple[int, int]]:
    """The processes below this one, or below another, each with how many threads it has.

    In a namespace, whose /proc does not know us, those of the namespace.
    """
    try:
        waiting = _children(of or int(os.readlink("/proc/self")))
    except OSError:
        waiting = [1]
    while waiting:
        pid = waiting.pop()
        try:
            yield pid, len(os.listdir(f"/proc/{pid}/task"))
        except OSError:
            continue
        waiting += _children(pid)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            try:
                found += map(int, _read(f"/proc/{pid}/task/{thread}/children").split())
            except FileNotFoundError:  # a kernel that does not list them
                return [int(n) for n in os.listdir("/proc") if n.isdigit() and _parent(n) == pid]
    return found


def _parent(pid: str) -> int:
    with contextlib.suppress(OSError):
        return int(_about(pid)[1])
    return 0


def _about(pid: str) -> list[bytes]:
    """What stands in /proc/PID/stat after the name: the state, the parent, …"""
    return _read(f"/proc/{pid}/stat").rpartition(b") ")[2].split()


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def left_of(guard: int, mark: str) -> list[int]:
    """What still runs below a guard, or has a text in the environment with which it began."""
    found = {pid for pid, _ in descendants(guard)}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                if mark.encode() in _read(f"/proc/{name}/environ"):
                    found.add(int(name))
    return [pid for pid in found - {guard, os.getpid()} if _runs(pid)]


def _runs(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return _about(str(pid))[0] not in b"ZX"
    return False


def buried() -> dict[int, int]:
    """The wait statuses of those children that have ended."""
    found: dict[int, int] = {}
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            found[pid] = status
    return found


def _signal_all(pids: set[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
