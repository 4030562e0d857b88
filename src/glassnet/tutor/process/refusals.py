"""Where the system builds no walls, Python itself refuses: writing elsewhere, and the network.

An audit hook cannot be taken away by a script, but sees only what goes through Python: a program
that the script starts, or a library in C, is not held by it.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# which of an event's arguments are paths that it changes
_CHANGES = {
    "os.remove": (0,), "os.rmdir": (0,), "os.mkdir": (0,), "os.rename": (0, 1), "os.link": (0, 1),
    "os.symlink": (1,), "os.truncate": (0,), "os.chmod": (0,), "os.chown": (0,), "os.utime": (0,),
    "os.setxattr": (0,), "os.removexattr": (0,), "shutil.rmtree": (0,), "shutil.move": (0, 1),
    "shutil.copyfile": (1,), "sqlite3.connect": (0,),
}  # fmt: skip
_NETWORK = {"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo",
            "socket.gethostbyname", "socket.gethostbyaddr"}  # fmt: skip


def refuse(own: Path | None, network: bool) -> None:
    """From now on: no writing but in the folder own (None: anywhere); no network where asked."""
    inside = (os.path.realpath(own) + os.sep, os.devnull) if own else ()

    def told(event: str, arguments: tuple[Any, ...]) -> None:
        if own:
            if event == "open":
                if isinstance(arguments[2], int) and arguments[2] & _WRITES:
                    check(arguments[0])
            elif event in _CHANGES:
                for position in _CHANGES[event]:
                    check(arguments[position])
        if network and event in _NETWORK:
            address = arguments[1] if event in ("socket.connect", "socket.bind") else None
            if not isinstance(address, str | bytes):  # a name in the file system
                raise OSError(errno.ENETUNREACH, "a script that is checked has no network")

    def check(path: Any) -> None:
        if isinstance(path, str | bytes | os.PathLike):
            whole = os.path.realpath(os.fsdecode(path))
            if not (whole + os.sep).startswith(inside):
                raise OSError(
                    errno.EROFS, "a script that is checked writes in its copy alone", path
                )

    sys.addaudithook(told)
