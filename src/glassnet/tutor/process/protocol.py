"""What our side and the child's agree upon: the order, and the kinds of trouble."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from glassnet.core.errors import InputError

NO_REPLY = 71  # the exit status where the reply could not be written


class ChildOrder(TypedDict):
    """What the child is told when it begins."""

    post: str
    script: str
    job: str
    verdict: int
    parent: int
    memory: int
    processes: int
    folder: int
    written: int
    namespaces: bool
    seconds: float


class Trouble(InputError):
    """What the learner's file did instead of running, in one sentence.

    kind: one of `KINDS`.
    """

    def __init__(self, message: str, kind: str, line: int | None = None) -> None:
        super().__init__(message)
        self.kind, self.line = kind, line


def as_sentences(notes: Sequence[str]) -> list[str]:
    """Notes as they stand in a text: each with a large letter.

    >>> as_sentences(["it is so."])
    ['It is so.']
    """
    return [note[:1].upper() + note[1:] for note in notes]


def not_held(guarded: bool, walls: bool, files: bool, host: bool) -> list[str]:
    """What a system does not hold, in words.

    guarded: a guard counts and ends processes. walls: namespaces. files: all else is read-only.
    host: no socket leads from a virtual machine to its host.
    """
    found = []
    if not guarded:
        found.append("how many processes it starts, and the end of those that leave its group")
    elif not walls:
        found.append("the end of what it starts in another environment after it killed its guard")
    if not files:
        found.append(
            "files elsewhere, where a program that it starts writes them, Python too, or a library "
            "in C, or one of the calls that Python does not tell of"
        )
        found.append("how much it writes beyond the limit of each file")
    if not walls:
        found.append("the network, where such a program or library asks for it")
        found.append("signals from such a program or library to your other processes")
    elif not host:
        found.append("sockets to a virtual machine's host, where such a program asks for them")
    return found


KINDS = ("syntax", "time", "memory", "processes", "exit", "raised", "missing", "reply")
