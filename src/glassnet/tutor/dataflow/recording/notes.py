"""How an operation that was done becomes a node, tied to what it gave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.tutor.dataflow.recording.memory import Memory, root_of, tracked
from glassnet.tutor.dataflow.recording.operations import Operation, moved, operation_of
from glassnet.tutor.dataflow.recording.packing import LARGE


class Notes(Memory):
    """Operations noted. broken: what one upon arrays raised, where, and the arrays."""

    def __init__(self) -> None:
        super().__init__()
        self.broken: tuple[BaseException, int, list[int]] | None = None

    def _noted(self, done: Operation, value: Any, site: int) -> int | None:
        """The node of an operation that was done, tied to what it gave."""
        self.site = site
        operands = [self.node_of(v) for v in done.values]
        if None in operands:
            return None
        found: list[int] = operands  # type: ignore[assignment]
        if done.name == "same":
            shape = self.nodes[found[0]][3].shape
            return self.gather(found, np.arange(np.size(value)).reshape(shape), value, site)
        return self.node(done.name, found, value, site, dict(done.static))

    def _result(self, done: Operation, value: Any, site: int) -> Any:
        if tracked(value) and not self.is_known(value):
            node = self._noted(done, value, site)
            if node is not None:
                self.tied(value, node)
        return value

    def _done(self, site: int, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What a function gives; where it raises, the arrays it was given are kept."""
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            own = (getattr(function, "__self__", None), *args)
            arrays = [v for v in own if isinstance(v, np.ndarray) and v.dtype.kind in "biuf"]
            self.broken = error, site, [self.array(v) for v in arrays]
            raise

    def _before(self, *values: Any) -> None:
        """Arrays that are seen for the first time, before they may be changed."""
        for value in values:
            if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
                self.array(value)

    def _moved(
        self, function: Callable[..., Any], name: str, args: tuple[Any, ...],
        kwargs: dict[str, Any], value: Any, site: int,
    ) -> None:  # fmt: skip
        self.site = site
        if any(np.size(a) > LARGE for a in args if isinstance(a, np.ndarray)):
            return
        found = moved(function, name, args, kwargs)
        nodes = [self.node_of(v) for v in found[0]] if found else []
        if found is None or None in nodes or found[1].shape != np.shape(value):
            return
        operands: list[int] = nodes  # type: ignore[assignment]
        which = found[1] - 1
        if (which < 0).any():
            filled = np.asarray(value)[which < 0]
            operands = [*operands, self.leaf(filled)]
            which[which < 0] = sum(np.size(v) for v in found[0]) + np.arange(filled.size)
        self.tied(value, self.gather(operands, which, value, site))

    def _given(
        self, site: int, function: Any, args: Any, kwargs: Any
    ) -> tuple[Operation, list[int]] | None:
        """The operation that a call is, with what it takes as that is now: it may change it."""
        done = operation_of(function, args, {k: v for k, v in kwargs.items() if k != "out"})
        if done is None:
            return None
        self.site = site
        nodes = [self.node_of(v) for v in done.values]
        return None if None in nodes else (done, nodes)  # type: ignore[return-value]

    def _into(
        self, out: np.ndarray, given: tuple[Operation, list[int]] | None, value: Any, site: int
    ) -> Any:
        """A function that wrote its result into an array that was there."""
        if given is not None and root_of(out).dtype.kind in "biuf":
            self.array(out)
            done, nodes = given
            self.write(out, self.node(done.name, nodes, value, site, dict(done.static)))
        return value
