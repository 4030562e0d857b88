"""A run of a file in the sandbox, as it was recorded: what the variables got, what was printed."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from glassnet.tutor.dataflow.graph import RECORD, Graph
from glassnet.tutor.dataflow.graph import RUN as SHAPE
from glassnet.tutor.process.sandbox import Sandbox, Trouble


@dataclass(frozen=True)
class RecordedRun:
    """values: (name, what it got), in the order of the run; line of each, as the graph counts."""

    graph: Graph
    printed: str
    values: list[tuple[str, np.ndarray]]

    def last(self, name: str) -> np.ndarray:
        """What a variable got last."""
        return [value for own, value in self.values if own == name][-1]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.values]


def run_of(path: Path, *, seed: int = 0, sandbox: Sandbox | None = None) -> RecordedRun:
    """The run; raises Trouble where it could not be run."""
    reply = (sandbox or Sandbox()).run(RECORD, {"seed": seed}, path, SHAPE)
    if reply.trouble is not None:
        raise reply.trouble
    if not reply.parts:
        raise Trouble(f"{path.name} gave no answer", "reply")
    told = reply.parts[-1]
    graph = Graph(told)
    return RecordedRun(
        graph, reply.printed, [(name, graph.value(node)) for node, name in told["names"]]
    )
