"""How a file comes to train: as it is, by a line, by a file that imports it, or by trying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glassnet.core.errors import InputError
from glassnet.tutor.dataflow.graph import Graph, recorded
from glassnet.tutor.dataflow.judge import judge
from glassnet.tutor.dataflow.parameters import find_parameters, unkept
from glassnet.tutor.dataflow.telling.shapes import shape_error
from glassnet.tutor.dataflow.trials import SEEDS
from glassnet.tutor.process.sandbox import Sandbox, Trouble
from glassnet.tutor.process.source import PythonSource
from glassnet.tutor.trying.companions import companions
from glassnet.tutor.trying.given import GivenForm, Sizes
from glassnet.tutor.trying.plan import TrainingPlan
from glassnet.tutor.trying.plans import plans_for

ATTEMPT = "glassnet.tutor.trying.attempts:attempt"
SHARE = 0.5  # of the time, for all attempts
BESIDE = 0.25  # of the time, for a file that imports it
_TOLD = {
    "plan": int,
    "x": str,
    "y": str,
    "sizes": [int],
    "trained": bool,
    "bare": bool,
    "raised": str,
}


@dataclass(frozen=True)
class Driven:
    """A run in which a network is trained, or as near as it came.

    path: what is run: the file, or one that imports it. more: lines at its end; line: the same as
    it is told, and can be given by --run. data: how those look that it was given. first: what
    was recorded with the first seed, where that is known already. bare: only what the file defines
    is run, because the rest of it does not end.
    """

    path: Path
    more: str = ""
    line: str = ""
    data: str = ""
    first: Graph | None = None
    beside: bool = False
    bare: bool = False

    @property
    def said(self) -> str:
        """How it ran, in a sentence; "" where it ran as it is."""
        if self.beside:
            return f"ran by {self.path.name}, which imports it"
        if not self.line:
            return ""
        return f"ran as `{self.line}`{f', with {self.data}' if self.data else ''}"


def drive(path: Path, source: PythonSource, run: str, sandbox: Sandbox) -> Driven:
    """The simplest way in which the file trains.

    run: a line that the reader gives, which is obeyed, or refused.
    Raises: InputError where that line trains nothing; Trouble where the file can't be run.
    """
    if run:
        found, raised = _tried(path, source, run, sandbox)
        if found is None:
            raise InputError(_refused(run, raised))
        return found
    as_it_is = _as_it_is(path, sandbox)
    if isinstance(as_it_is, Graph) and _trains_or_fails(as_it_is):
        return Driven(path, first=as_it_is)
    for beside in companions(path):
        by = _by_companion(path, beside, sandbox)
        if by is not None:
            return by
    found, _ = _tried(path, source, "", sandbox)
    if found is not None:
        return found
    if isinstance(as_it_is, Trouble):
        raise as_it_is
    return Driven(path, first=as_it_is)


def _trains_or_fails(graph: Graph) -> bool:
    """Whether a file is to be judged as it ran: it trains, or shows by itself why it does not.

    So it is where steps are worked out and kept nowhere, and where it stops on the shapes of its
    own data.
    """
    if find_parameters(graph).steps or unkept(graph) is not None:
        return True
    return not graph.stood_in and shape_error(graph) is not None


def _as_it_is(path: Path, sandbox: Sandbox) -> Graph | Trouble:
    try:
        return recorded(path, seed=SEEDS[0], sandbox=sandbox)
    except Trouble as trouble:
        return trouble


def _by_companion(path: Path, beside: Path, sandbox: Sandbox) -> Driven | None:
    """The run of a file that imports it, where what it trains is computed there."""
    try:
        graph = recorded(beside, seed=SEEDS[0], sandbox=sandbox, share=BESIDE)
    except Trouble:
        return None
    there = any(graph.site(node.index).file == path.name for node in graph.nodes)
    if not there or not judge(graph).explained:
        return None
    return Driven(beside, first=graph, beside=True)


def _tried(
    path: Path, source: PythonSource, run: str, sandbox: Sandbox
) -> tuple[Driven | None, str]:
    """The best of the plans, where it trains; and what the best one raised."""
    plans = plans_for(source, run)
    if not plans:
        return None, ""
    request = {"seed": SEEDS[0], "run": run}
    reply = sandbox.run(ATTEMPT, request, path, _TOLD, SHARE)
    best: dict[str, Any] | None = reply.parts[-1] if reply.parts else None
    if best is None or not _whole(best, plans):
        if run and reply.trouble is not None:
            raise reply.trouble
        return None, ""
    if not best["trained"]:
        return None, best["raised"]
    plan = plans[best["plan"]]
    form, sizes = GivenForm(best["x"], best["y"]), Sizes(*best["sizes"])
    line = run or plan.said(sizes, form)
    data = form.said if plan.needs_data else ""
    return Driven(path, plan.code(sizes, form), line, data, bare=best["bare"]), ""


def _whole(best: dict[str, Any], plans: Sequence[TrainingPlan]) -> bool:
    """Whether a reply is one of ours."""
    if not 0 <= best["plan"] < len(plans) or len(best["sizes"]) != len(Sizes.__annotations__):
        return False
    forms = [(form.x, form.y) for form in plans[best["plan"]].forms()]
    return (best["x"], best["y"]) in forms and all(0 < n < 5000 for n in best["sizes"])


def _refused(run: str, raised: str) -> str:
    why = (
        f"it raised {raised.rstrip('.')}" if raised else "it ran, and no number of the file's moved"
    )
    return (
        f"The line to run, `{run}`, did not train: {why}. Expected a line that makes the network "
        "and trains it; X and y are given where the file has none."
    )
