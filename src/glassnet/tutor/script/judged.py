"""A script that was run with several seeds and judged, and what is said where that gave nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from glassnet.core.errors import InputError
from glassnet.tutor.dataflow.graph import Graph, recorded
from glassnet.tutor.dataflow.judge import judged_run
from glassnet.tutor.dataflow.trials import SEEDS, trials
from glassnet.tutor.dataflow.verdict import JudgedRun, Judgement
from glassnet.tutor.process.sandbox import Sandbox
from glassnet.tutor.process.source import PythonSource, source_line
from glassnet.tutor.report import CodePlace
from glassnet.tutor.trying.drive import Driven, drive


@dataclass(frozen=True)
class JudgedScript:
    """The runs of a script with several seeds, and the verdict in which they agree."""

    path: Path
    source: PythonSource
    driven: Driven
    runs: Sequence[JudgedRun]
    flow: Judgement

    @property
    def graph(self) -> Graph:
        return self.runs[0].graph

    def place(self, node: int, up: int = 0) -> CodePlace:
        """Where a node was computed, or so many calls up, as the learner's file has it."""
        site = self.graph.callers(node)[up - 1] if up else self.graph.site(node)
        if (site.file or self.driven.path.name) == self.path.name:
            return self.at_line(site.line)
        file = site.file or self.driven.path.name
        return CodePlace(f"line {site.line} of {file}", site.text)

    def at_line(self, line: int) -> CodePlace:
        """A line of the learner's file."""
        return CodePlace(self.source.where(line), source_line(self.source, line))


def judged_script(path: Path, source: PythonSource, run: str, sandbox: Sandbox) -> JudgedScript:
    """The runs of the script, in the simplest way in which it trains."""
    driven = drive(path, source, run, sandbox)
    first = driven.first or recorded(driven.path, seed=SEEDS[0], more=driven.more, sandbox=sandbox,
                                     bare=driven.bare)  # fmt: skip
    runs, flow = trials(driven.path, driven.more, sandbox, judged_run(first))
    return JudgedScript(path, source, driven, runs, flow)


class NotFollowed(InputError):
    """A script that could not be followed.

    Args:
        why: what was expected, what came, and what to change in the script.
        commands: what else can be done at a terminal, or "".
    """

    def __init__(self, why: str, commands: str = "") -> None:
        super().__init__(" ".join(filter(None, (why, commands))))
        self.why, self.commands = why, commands


def not_followed(script: JudgedScript) -> NotFollowed:
    """What was expected, what came, and what to do."""
    path, graph, run = script.path, script.graph, script.runs[0]
    add = (  # all that could be thought of was tried
        f"`glassnet check {path} --run LINE` runs a line of yours at its end that makes the "
        "network and trains it, for which X and y are given."
    )
    if script.flow.ended is not None:
        return NotFollowed(f"{path} stops in {script.flow.ended.told(script.source.where)}")
    if graph.ended == "enough" and not run.parameters.steps:
        return NotFollowed(
            f"{path} did not end within the time that a run has, and nothing was changed till "
            "then as weights are. Give it fewer rounds.",
            f"--seconds gives it more time. {add}",
        )
    if graph.ended not in ("done", "enough"):
        why = f"{path} stopped before its network could be found: {graph.ended}"
        return NotFollowed(why, add)
    if not any(node.operands for node in graph.nodes):
        return NotFollowed(
            f"{path} computed nothing that can be looked at: expected a script that trains a "
            "network; add a few lines that make one and train it on a few numbers.",
            add,
        )
    if not run.parameters.steps:
        why = (
            f"{path} ran, but none of its arrays changed as weights do, by themselves plus or "
            "minus a step, again and again: put the update into a loop, as `for step in "
            f"range(5):`, with the pass before it. {graph.idle}"
        )
        return NotFollowed(why.rstrip(), add)
    names = ", ".join(
        dict.fromkeys(filter(None, (graph.names.get(n, "") for n in run.parameters.made)))
    )
    return NotFollowed(
        f"{path} ran, and {script.flow.why} (changed were: {names or 'numbers without a name'}).",
        f"Say which name is which: `glassnet check {path} --draft` writes a map to fill in, and "
        f"--map takes it. {add}",
    )
