"""What is said of a run: the verdict, and what it was read from."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.locating.fault import Fault
from glassnet.tutor.dataflow.parameters import FoundParameters
from glassnet.tutor.dataflow.targets import FoundTarget
from glassnet.tutor.dataflow.telling.shapes import ShapeError


@dataclass(frozen=True)
class Judgement:
    """What was found.

    verdict: "right", where every parameter's steps over two rounds and more are explained by one
    rate; "wrong", with the fault; "in part", with what was not explained; "none".
    explained, open: the parameters, by the learner's names for them. faint: other random numbers
    may tell more, as too little moved. cause: where it is judged in part, of what kind the reason
    is: "unmoved", "unused", "another loss", "own delta", "rate", "lengths", "time", where it was
    over too soon, or "" for others. ended: where the program stopped on shapes; what it computed
    before is judged.
    """

    verdict: str
    why: str = ""
    fault: Fault | None = None
    explained: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    loss: str = ""
    notes: tuple[str, ...] = ()
    faint: bool = False
    cause: str = ""
    ended: ShapeError | None = None


@dataclass(frozen=True)
class JudgedRun:
    """A run with the verdict on it, and what that was read from; target None: nothing was.

    decay: of itself, what a weight whose steps are right loses in each of them.
    """

    graph: Graph
    judgement: Judgement
    parameters: FoundParameters
    live: set[int]
    target: FoundTarget | None = None
    decay: float = 0.0
