"""One judgement of a script from runs with different random numbers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from glassnet.tutor.dataflow.graph import Graph, recorded
from glassnet.tutor.dataflow.judge import Judgement, judge
from glassnet.tutor.process.sandbox import Sandbox, Trouble

SEEDS = (1, 2)
MORE = (3, 4)  # where those disagree
LONG = 20  # seconds, after which no more runs are begun
NOTHING = Judgement("none", "its computation could not be recorded")


def followed(path: Path, more: str, sandbox: Sandbox, first: Graph | None = None) -> Judgement:
    """The judgement of runs with different random numbers: in which they agree, and no more.

    first: the run with the first of `SEEDS`, where it was made already.
    """
    found: list[Judgement] = []
    begun = time.monotonic()
    try:
        for seed in (*SEEDS, *MORE):
            graph = first or recorded(path, seed=seed, more=more, sandbox=sandbox)
            found.append(judge(graph))
            first = None
            late = time.monotonic() - begun > LONG
            if len(found) >= len(SEEDS) and (_alike(found) or late):
                break
    except Trouble as trouble:
        return replace(NOTHING, why=str(trouble))
    return agreed(found)


def agreed(found: Sequence[Judgement]) -> Judgement:
    """What most runs say, if none of the others contradicts it.

    A run in which too little moved, as units that are dead, says nothing against the others.
    """
    telling = [each for each in found if not each.faint] or list(found)
    first = telling[0]
    if len(telling) > 1 and _alike(telling):
        return first
    places = [each.fault.line for each in telling if each.fault]
    often = max(places, key=places.count, default=0)
    if places.count(often) > 1 and all(each.verdict != "right" for each in telling):
        return next(each for each in telling if each.fault and each.fault.line == often)
    weaker = min(found, key=lambda each: ("none", "in part", "wrong", "right").index(each.verdict))
    if weaker.verdict in ("none", "in part"):
        return weaker
    why = "one run was right and another was not"
    if all(each.fault for each in found):
        why = "two runs point to different places"
    return replace(weaker, verdict="in part", fault=None, why=why)


def _alike(found: Sequence[Judgement]) -> bool:
    """Whether all say the same, of the same line."""
    return len({(each.verdict, each.fault.line if each.fault else 0) for each in found}) == 1
