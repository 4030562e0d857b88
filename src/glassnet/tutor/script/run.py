"""What a run of a learner's file showed, on our side of the wall between the processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from glassnet.tutor.process.sandbox import Sandbox, Trouble
from glassnet.tutor.textbook import Array

WATCH = "glassnet.tutor.watching.recording:watch"
# what a run tells: line, where, text, name, scope, object, array, and three flags
_EVENT = (int, str, str, str, str, int, int, (bool, bool, bool))
_RUN = {"events": [_EVENT], "arrays": [np.ndarray], "ended": str, "cut": [int], "stood_in": [str]}


@dataclass(frozen=True)
class TracedEvent:
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
    assign: bool
    augmented: bool
    entry: bool


@dataclass(frozen=True)
class Watched:
    """A whole run: its values in order, how it ended ("done" or why it stopped).

    cut: the lines of the loops that were shortened; stood_in: what took the place of data that
    are not here.
    """

    events: Sequence[TracedEvent]
    ended: str
    cut: Sequence[int]
    stood_in: Sequence[str]
    printed: str


def watch_file(
    path: Path,
    *,
    seed: int = 0,
    iterations: int = 3,
    sandbox: Sandbox | None = None,
    share: float = 1.0,
    more: str = "",
    instead: tuple[str, str] | None = None,
) -> Watched:
    """Runs the script apart, watched, its training loops cut to so many rounds; then more lines.

    Args:
        sandbox: where it runs; without one, in a new one with the usual limits.
        share: of that one's time, what this run may take.
        instead: an activation's name in its calls, and the one to put in its place.

    Raises: Trouble where it cannot be run at all.
    """
    request = {"seed": seed, "iterations": iterations, "more": more, "instead": instead}
    reply = (sandbox or Sandbox()).run(WATCH, request, path, _RUN, share)
    if reply.trouble is not None:
        raise reply.trouble
    found = reply.parts[-1] if reply.parts else None
    if found is None or not all(0 <= each[6] < len(found["arrays"]) for each in found["events"]):
        raise Trouble(f"{path.name} wrote into what is sent back: there is no answer.", "reply")
    arrays: list[Array] = found["arrays"]
    events = [
        TracedEvent(line, where, text, name, scope, obj,
              np.asarray(arrays[index], dtype=np.float64), *flags)
        for line, where, text, name, scope, obj, index, flags in found["events"]
    ]  # fmt: skip
    return Watched(
        events,
        found["ended"],
        found["cut"],
        found["stood_in"],
        reply.printed,
    )
