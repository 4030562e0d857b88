"""One judgement of a script from runs with different random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from glassnet.tutor.dataflow.graph import recorded
from glassnet.tutor.dataflow.judge import judged_run
from glassnet.tutor.dataflow.verdict import JudgedRun, Judgement
from glassnet.tutor.process.clock import now
from glassnet.tutor.process.sandbox import Sandbox, Trouble

SEEDS = (1, 2)
MORE = (3, 4)  # where those disagree
CUT = "its time was over before it had trained enough to tell; --seconds gives it more"
ONE_RUN = "there was no time for a second run, in which the same must show; --seconds gives more"
LONG, SPARE = 20, 0.3  # seconds after which, and share of the time without which, no more begin


def trials(
    path: Path, more: str, sandbox: Sandbox, first: JudgedRun
) -> tuple[list[JudgedRun], Judgement]:
    """The first run and others with other random numbers; what they say together, and no more."""
    runs = [_as_far_as_seen(first)]
    begun = now()
    for seed in (*SEEDS, *MORE)[1:]:
        try:
            graph = recorded(path, seed=seed, more=more, sandbox=sandbox, like=first.graph)
        except Trouble as trouble:
            if trouble.kind != "time":
                raise
            break  # what was recorded is judged
        runs.append(_as_far_as_seen(judged_run(graph)))
        little = sandbox.left < SPARE * sandbox.limits.seconds
        late = now() - begun > LONG or little
        if late or _alike([run.judgement for run in runs]):
            break
    alone = runs[0].judgement
    if len(runs) > 1 or alone.verdict == "none":
        return runs, agreed([run.judgement for run in runs])
    return runs, _for_want_of_time(alone, ONE_RUN if alone.verdict != "in part" else alone.why)


def _as_far_as_seen(run: JudgedRun) -> JudgedRun:
    """Of a run that was cut, no verdict but in part: what would have followed was not seen."""
    judgement = run.judgement
    if not run.graph.late or judgement.verdict not in ("right", "wrong"):
        return run
    return replace(run, judgement=_for_want_of_time(judgement, CUT))


def _for_want_of_time(judgement: Judgement, why: str) -> Judgement:
    return replace(judgement, verdict="in part", fault=None, why=why, cause="time")


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
