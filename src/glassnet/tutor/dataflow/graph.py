"""The graph of a run, on our side of the wall: nodes, whose they are, and who uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.tutor.dataflow.recording.instrument import Site
from glassnet.tutor.dataflow.recording.packing import SHAPE, Packed, unpacked
from glassnet.tutor.process.messages import Torn
from glassnet.tutor.process.sandbox import Sandbox, Trouble
from glassnet.tutor.process.source import read_source

RECORD = "glassnet.tutor.dataflow.recording.child:record"
Array = np.ndarray
RUN = {
    **SHAPE, "sites": [(int, int, int, int, str, str, str)], "stacks": np.ndarray,
    "names": [(int, str)], "ended": str, "line": int, "broken": [int],
    "stood_in": [str],
    "idle": str,
    "form": {"rows": int, "columns": int, "classes": int, "side": int, "full": int, "colours": int,
             "images": bool, "shrunk": bool, "sizes": bool, "arguments": [str], "short": bool,
             "narrow": bool},
    "bare": bool, "late": bool,
}  # fmt: skip
NONE = Site(0, 0, 0, 0, "", "")


@dataclass(frozen=True)
class Node:
    """An operation that was done. value: what it gave, in float64 as long as it is a number.

    site: the expression; stack: from where its function was called.
    """

    index: int
    name: str
    operands: Sequence[int]
    static: dict[str, Any]
    value: Array
    site: int
    stack: int
    single: bool  # computed in less than double precision


class Graph:
    """All nodes of a run, each after its operands. where: a line, as the learner counts it."""

    def __init__(
        self, told: dict[str, Any], where: Callable[[int], str] = "line {}".format,
        nodes: Iterable[tuple[Packed, bool]] | None = None,
    ) -> None:  # fmt: skip
        self.where = where
        self.sites = [Site(*each) for each in told["sites"]]
        self.stacks = [(int(site), int(outer)) for site, outer in told["stacks"]]
        self.ended, self.line = str(told["ended"]), int(told["line"])
        self.stood_in: list[str] = told["stood_in"]
        self.idle: str = told["idle"]  # of a loop that went round no times
        self._broken: list[int] = told["broken"]
        self.form: dict[str, Any] = told["form"]  # of the tiny data with which it ran
        self.bare = bool(told.get("bare"))  # only what the file defines was run
        self.late = bool(told.get("late"))  # its time was over before it had trained enough
        self.nodes: list[Node] = []
        for index, (each, single) in enumerate(unpacked(told) if nodes is None else nodes):
            self.nodes.append(Node(index, *each, single))
        self.names: dict[int, str] = {}
        for node, name in told["names"]:
            self.names.setdefault(node, name)
        self.users: list[list[int]] = [[] for _ in self.nodes]
        for node in self.nodes:
            for operand in node.operands:
                self.users[operand].append(node.index)

    def __len__(self) -> int:
        return len(self.nodes)

    def value(self, node: int) -> Array:
        return self.nodes[node].value

    def site(self, node: int) -> Site:
        place = self.nodes[node].site
        return self.sites[place] if 0 <= place < len(self.sites) else NONE

    @property
    def broken(self) -> tuple[Site, list[int]] | None:
        """The expression at which the run ended with a ValueError, and the arrays it was given."""
        if not self._broken or not 0 <= self._broken[0] < len(self.sites):
            return None
        return self.sites[self._broken[0]], [n for n in self._broken[1:] if 0 <= n < len(self)]

    def callers(self, node: int) -> list[Site]:
        """The expressions that called on the way to a node, the innermost first."""
        found: list[Site] = []
        stack = self.nodes[node].stack
        while stack > 0:
            site, stack = self.stacks[stack]
            found.append(self.sites[site])
        return found

    def called_within(self, node: int, other: int) -> bool:
        """Whether a node was computed in the same call as another, or in one from there."""
        stack, call = self.nodes[node].stack, self.nodes[other].stack
        while stack > 0 and stack != call:
            stack = self.stacks[stack][1]
        return stack == call

    def entries(self, node: int) -> tuple[Array, Array]:
        """Whose each number is: the node that computed it, and its place there, in a row."""
        own = self.nodes[node]
        if own.name != "gather":
            return np.full(own.value.size, node), np.arange(own.value.size)
        sizes = [self.value(o).size for o in own.operands]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        which = own.static["which"].reshape(-1)
        owner = np.searchsorted(starts, which, side="right") - 1
        return np.asarray(own.operands)[owner], which - starts[owner]

    def sources(self, node: int) -> Sequence[int]:
        """The nodes that computed its numbers."""
        own = self.nodes[node]
        return own.operands if own.name == "gather" else (node,)

    def ancestors(
        self, nodes: Iterable[int], cut: frozenset[int] | set[int] = frozenset()
    ) -> set[int]:
        """All that these were computed from, themselves too; nothing beyond those in `cut`."""
        found: set[int] = set()
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node in found:
                continue
            found.add(node)
            if node not in cut:
                waiting += self.nodes[node].operands
        return found

    def descendants(
        self, nodes: Iterable[int], cut: frozenset[int] | set[int] = frozenset()
    ) -> set[int]:
        """All that was computed from these, themselves too; nothing beyond those in `cut`."""
        start = set(nodes)
        found = set(start)
        for node in range(min(start, default=0), len(self.nodes)):
            if node not in found and any(
                o in found and (o not in cut or o in start) for o in self.nodes[node].operands
            ):
                found.add(node)
        return found


def recorded(
    path: Path, *, seed: int = 0, more: str = "", sandbox: Sandbox | None = None,
    share: float = 1.0, cut: bool = True, instead: tuple[str, str] | None = None,
    like: Graph | None = None, bare: bool = False,
) -> Graph:  # fmt: skip
    """Runs the script apart and gives the graph of what it computed.

    more: lines to run at its end. instead: a text in its calls, and the one to put in its place.
    like: an earlier run of it, whose tiny data it had to try for. bare: whether only what the file
    defines is run before these lines.

    Raises: Trouble where it cannot be run at all.
    """
    request = {"seed": seed, "more": more, "cut": cut, "instead": instead,
               "form": like.form if like else None,
               "bare": like.bare if like else bare}  # fmt: skip
    reply = (sandbox or Sandbox()).run(RECORD, request, path, RUN, share)
    if reply.trouble is not None:
        raise reply.trouble
    if not reply.parts:
        raise Trouble(f"{path.name} wrote into what is sent back: there is no answer.", "reply")
    try:
        return Graph(reply.parts[-1], read_source(path).where)
    except (Torn, ValueError, IndexError, TypeError):
        raise Trouble(
            f"{path.name} wrote into what is sent back: no answer is whole.", "reply"
        ) from None
