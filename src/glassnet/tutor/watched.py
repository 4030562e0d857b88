"""What a run of a learner's file showed, on our side of the wall between the processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from glassnet.tutor.sandbox import USUAL, Limits, run_apart
from glassnet.tutor.textbook import Array

WATCH = "glassnet.tutor.watching:watch"


@dataclass(frozen=True)
class Event:
    """A value that was computed.

    text: the source of the expression, or the target of an assignment, whose `name` is then not
    empty. scope: the function in which it was; object: which one, for an attribute of an object.
    """

    line: int
    where: str
    text: str
    name: str
    scope: str
    object: int
    array: Array
    kind: str
    assign: bool
    augmented: bool
    entry: bool


@dataclass(frozen=True)
class Watched:
    """A whole run: its values in order, how it ended ("done" or why it stopped).

    cut: the lines of the loops that were shortened; stood_in: what took the place of data that
    are not here.
    """

    events: Sequence[Event]
    ended: str
    cut: Sequence[int]
    stood_in: Sequence[str]
    truncated: bool
    printed: str


def watch_file(
    path: Path,
    *,
    seed: int = 0,
    iterations: int = 3,
    limits: Limits = USUAL,
    more: str = "",
    instead: tuple[str, str] | None = None,
) -> Watched:
    """Runs the script apart, watched, its training loops cut to so many rounds; then more lines.

    instead: an activation's name in its calls, and the one to put in its place.

    Raises: Trouble where it cannot be run at all.
    """
    request = {"seed": seed, "iterations": iterations, "more": more, "instead": instead}
    reply = run_apart(WATCH, request, path, limits)
    found = reply.result
    arrays: list[Array] = found["arrays"]
    events = [
        Event(
            int(line), where, text, name, scope, int(obj),
            np.asarray(arrays[index], dtype=np.float64), kind, *(bool(int(f)) for f in flags),
        )
        for line, where, text, name, scope, obj, index, kind, flags in found["events"]
    ]  # fmt: skip
    return Watched(
        events,
        str(found["ended"]),
        [int(line) for line in found["cut"]],
        [str(sentence) for sentence in found["stood_in"]],
        bool(found["truncated"]),
        reply.printed,
    )
