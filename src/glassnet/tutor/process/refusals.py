"""What Python itself refuses: writing elsewhere, the network, signals to others.

An audit hook cannot be taken away by a script, but sees only what Python tells it: any program
that the script starts, another Python too, and a library in C are not held by it, nor the calls
for which Python has no event (os.mkfifo, os.mknod, signal.pidfd_send_signal).

Source: the table of audit events in Python's library reference.
"""

from __future__ import annotations

import errno
import os
import socket
import stat
import sys
from pathlib import Path
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# which of an event's arguments are paths that it changes, and where the folder of each stands
_CHANGES: dict[str, tuple[tuple[int, int | None], ...]] = {
    "os.remove": ((0, 1),), "os.rmdir": ((0, 1),), "os.mkdir": ((0, 2),),
    "os.rename": ((0, 2), (1, 3)), "os.link": ((0, 2), (1, 3)), "os.symlink": ((1, 2),),
    "os.truncate": ((0, None),), "os.chmod": ((0, 2),), "os.chown": ((0, 3),),
    "os.utime": ((0, 3),), "os.setxattr": ((0, None),), "os.removexattr": ((0, None),),
    "shutil.rmtree": ((0, 1),), "shutil.move": ((0, None), (1, None)),
    "shutil.copyfile": ((1, None),), "sqlite3.connect": ((0, None),),
}  # fmt: skip
_NETWORK = {"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo",
            "socket.gethostbyname", "socket.gethostbyaddr"}  # fmt: skip
_HOST = getattr(socket, "AF_VSOCK", None)  # from a virtual machine to its host


def refuse(own: Path | None, network: bool) -> None:
    """From now on: no writing but in the folder own, and no signal but to what this process started
    (None: both anywhere); no network where asked; no socket to the host of a virtual machine.
    """
    inside = (os.path.realpath(own) + os.sep, os.path.realpath(os.devnull)) if own else ()

    def told(event: str, arguments: tuple[Any, ...]) -> None:
        if own:
            if event == "open":
                check_open(*arguments[:3])
            elif event in _CHANGES:
                for path, folder in _CHANGES[event]:
                    if event == "os.truncate" and isinstance(arguments[path], int):
                        continue  # it was opened to be written
                    check(arguments[path], -1 if folder is None else arguments[folder])
            elif event in ("os.kill", "os.killpg") and not _is_own(event, arguments[0]):
                raise PermissionError(errno.EPERM, "a script that is checked ends its own alone")
        if network and event in _NETWORK:
            address = arguments[1] if event in ("socket.connect", "socket.bind") else None
            if not isinstance(address, str | bytes):  # a name in the file system
                raise OSError(errno.ENETUNREACH, "a script that is checked has no network")
        if event == "socket.__new__" and arguments[1] == _HOST is not None:
            raise OSError(errno.EAFNOSUPPORT, "a script that is checked has no network")

    def check_open(path: Any, mode: Any, flags: Any) -> None:
        if isinstance(path, int):  # open already
            return
        # os.open, which does not tell in which folder: so none that is elsewhere is opened
        if (isinstance(flags, int) and flags & _WRITES) or (mode is None and _is_folder(path)):
            check(path, -1)

    def check(path: Any, folder: Any) -> None:
        if isinstance(path, str | bytes | int | os.PathLike):
            whole = _whole(path, folder)
            if whole is None or not (whole + os.sep).startswith(inside):
                raise OSError(
                    errno.EROFS, "a script that is checked writes in its copy alone", path
                )

    sys.addaudithook(told)


def _whole(path: Any, folder: Any) -> str | None:
    """Where a path leads that may be a number, or begin in an open folder; None if not known."""
    try:
        if isinstance(path, int):
            return _path_of(path)
        above = _path_of(folder) if isinstance(folder, int) and folder >= 0 else ""
        return os.path.realpath(os.path.join(above, os.fsdecode(path)))
    except (OSError, ValueError, ImportError, AttributeError):
        return None


def _path_of(number: int) -> str:
    """The path of an open file or folder."""
    if sys.platform == "linux":
        return os.readlink(f"/proc/self/fd/{number}")
    import fcntl

    name: bytes = fcntl.fcntl(number, fcntl.F_GETPATH, bytes(1024))  # type: ignore[attr-defined]
    return os.fsdecode(name.rstrip(b"\0"))


def _is_folder(path: Any) -> bool:
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)
    except (OSError, ValueError, TypeError):
        return False


def _is_own(event: str, number: int) -> bool:
    """Whether a process, or the group that a number below 1 means, is this one or its child."""
    if not hasattr(os, "waitid"):  # nothing tells
        return True
    if event == "os.kill" and number < 0:
        event, number = "os.killpg", -number
    groups = event == "os.killpg"
    if number in ((0, os.getpgrp()) if groups else (0, os.getpid())):
        return True
    if number == 1 and groups:  # kill(-1): all that there are
        return False
    try:
        os.waitid(os.P_PID, number, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except OSError:
        return False
    return True
