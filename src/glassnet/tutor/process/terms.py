"""What our side and the child's agree upon: the order, and the kinds of trouble."""

from __future__ import annotations

from typing import TypedDict

from glassnet.core.errors import InputError

NO_REPLY = 71  # the exit status where the reply could not be written


class Order(TypedDict):
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


class Trouble(InputError):
    """What the learner's file did instead of running, in one sentence.

    kind: one of `KINDS`.
    """

    def __init__(self, message: str, kind: str, line: int | None = None) -> None:
        super().__init__(message)
        self.kind, self.line = kind, line


KINDS = ("syntax", "time", "memory", "processes", "exit", "raised", "missing", "reply")
