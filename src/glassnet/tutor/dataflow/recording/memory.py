"""Numbers known by their objects: which node a value is now, through views and changes in place.

A number is known by its object: each float and each array that an operation gave is kept, so that
no other can come to its place. Whole numbers and truth values are no objects of their own, and
count as constants. An array's memory is a buffer with versions: a view is a selection from it, a
change in place a new version of it, and both are the one operation "gather", in which selections
of selections become one. So transposes, slices, bias columns and loops over entries need no more.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.tutor.dataflow.recording.packing import LARGE, Packed

MOST_NODES = 60_000
MOST_NUMBERS = 20_000_000


class Enough(BaseException):
    """As much was seen as can be looked at."""


class TimeOver(Enough):
    """The time of a run is over, wherever it was."""


class _Buffer:
    """The memory of an array, and the node that its numbers are now."""

    def __init__(self, root: np.ndarray, node: int) -> None:
        self.root, self.node, self.version = root, node, 0
        self.then = _seen(root)


class Memory:
    """The nodes in the order in which they were computed, and who is which.

    site, stack: the expression that is computed now, and from where its function was called.
    numbers: how many were kept.
    """

    most_nodes, most_numbers = MOST_NODES, MOST_NUMBERS

    def __init__(self) -> None:
        self.nodes: list[Packed] = []
        self.site, self.stack = -1, 0
        self._kept: list[Any] = []
        self._known: dict[int, int] = {}
        self._constants: dict[Any, int] = {}
        self._buffers: dict[int, _Buffer] = {}
        self._maps: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self._layouts: dict[int, np.ndarray] = {}
        self._views: dict[tuple[int, int], int] = {}
        self.numbers = 0

    def is_known(self, value: Any) -> bool:
        """Whether an object was seen before: as a number, or by its array's memory."""
        if isinstance(value, np.ndarray):
            return id(root_of(value)) in self._buffers
        return id(value) in self._known

    def now(self, value: Any) -> int | None:
        """The node that a number or a whole array is now; None where it was not seen so."""
        if isinstance(value, np.ndarray):
            buffer = self._buffers.get(id(value))
            return buffer.node if buffer is not None and _seen(value) == buffer.then else None
        return self._known.get(id(value))

    def copied(self, memo: dict[int, Any]) -> None:
        """Copies, by the objects' ids, are the same nodes as what they were copied from."""
        for key, copy in list(memo.items()):
            buffer = self._buffers.get(key)
            if buffer is not None and isinstance(copy, np.ndarray):
                self.tied(copy, self.array(buffer.root))

    def node(
        self, name: str, operands: list[int], value: Any, site: int, static: dict[str, Any]
    ) -> int:
        large = name == "leaf" and np.size(value) > LARGE
        array = value if large else np.array(value)
        self.numbers += 0 if large else array.size
        if len(self.nodes) >= self.most_nodes or self.numbers > self.most_numbers:
            raise Enough
        self.nodes.append((name, operands, static, array, site, self.stack))
        return len(self.nodes) - 1

    def node_of(self, value: Any) -> int | None:
        """The node that a value is now; a new one where it comes from what is not watched."""
        if isinstance(value, np.ndarray):
            return self.array(value) if value.dtype.kind in "biuf" else None
        if isinstance(value, float | np.floating | np.integer):
            node = self._known.get(id(value))
            return self.tied(value, self.leaf(value)) if node is None else node
        if isinstance(value, int | np.bool_):
            if isinstance(value, int) and abs(value) > 2**53:
                return None
            key = (type(value), value)
            if key not in self._constants:
                self._constants[key] = self.node("constant", [], value, -1, {})
            return self._constants[key]
        if isinstance(value, list | tuple) and value:
            return self._listed(value)
        return None

    def leaf(self, value: Any) -> int:
        return self.node("leaf", [], value, self.site, {})

    def tied(self, value: Any, node: int) -> int:
        """From now on this object is that node."""
        if isinstance(value, np.ndarray):
            root = root_of(value)
            if root is value:
                self._buffers[id(value)] = _Buffer(value, node)
                self._kept.append(value)
            elif id(root) not in self._buffers:
                self.array(root)
                self.write(value, node)
        else:
            self._known[id(value)] = node
            self._kept.append(value)
        return node

    def array(self, array: np.ndarray) -> int:
        root = root_of(array)
        buffer = self._buffers.get(id(root))
        if buffer is None:
            self.tied(root, self.leaf(root))
            buffer = self._buffers[id(root)]
        elif _seen(root) != buffer.then:  # changed where nobody watched
            buffer.node, buffer.then = self.leaf(root), _seen(root)
            buffer.version += 1
        if array is root:
            return buffer.node
        key = (id(array), buffer.version)
        if key not in self._views:
            which = self._map(array, root)
            self._kept.append(array)  # its id is a key
            self._views[key] = (
                self.leaf(array) if which is None else self.gather([buffer.node], which, array)
            )
        return self._views[key]

    def _map(self, array: np.ndarray, root: np.ndarray) -> np.ndarray | None:
        """Which entries of its root an array shows, by their number there."""
        found = self._maps.get(id(array))
        if found is not None:
            return found[1]
        if array.itemsize != root.itemsize or root.size > LARGE:
            return None
        if id(root) not in self._layouts:
            layout = np.empty(root.size, np.int64)
            strides = [s // root.itemsize * 8 for s in root.strides]
            np.ndarray(root.shape, np.int64, layout, 0, strides)[...] = np.arange(
                root.size
            ).reshape(root.shape)
            self._layouts[id(root)] = layout
        start = (_address(array) - _address(root)) // root.itemsize * 8
        strides = [s // root.itemsize * 8 for s in array.strides]
        try:
            seen = np.ndarray(array.shape, np.int64, self._layouts[id(root)], start, strides)
        except (ValueError, TypeError):
            return None
        self._maps[id(array)] = (array, seen.copy())
        return self._maps[id(array)][1]

    def _listed(self, values: Any) -> int | None:
        """A list of numbers as the array that NumPy makes of it."""
        flat: list[Any] = []
        try:
            array = np.array(values)
        except (ValueError, TypeError):
            return None
        if array.dtype.kind not in "biuf":
            return None
        flatten(values, flat)
        if not any(isinstance(v, np.ndarray | float | np.floating) for v in flat):
            return self.leaf(array)
        nodes = [self.node_of(v) for v in flat]
        if None in nodes:
            return None
        return self.gather(nodes, np.arange(array.size).reshape(array.shape), array)  # type: ignore[arg-type]

    def gather(self, operands: list[int], which: np.ndarray, value: Any, site: int = -1) -> int:
        """A node of numbers taken from others': entry which[i] of all of theirs in a row."""
        if which.size == 0:  # of nobody's
            return self.node("leaf", [], value, self.site if site < 0 else site, {})
        sizes = [self.nodes[o][3].size for o in operands]
        if any(self.nodes[o][0] == "gather" for o in operands):
            sources: list[int] = []
            places: list[np.ndarray] = []
            start = 0
            for operand, size in zip(operands, sizes):
                name, inner, static, *_ = self.nodes[operand]
                if name == "gather":
                    places.append(static["which"].reshape(-1) + start)
                    sources += inner
                    start += sum(self.nodes[o][3].size for o in inner)
                else:
                    places.append(np.arange(start, start + size))
                    sources.append(operand)
                    start += size
            which = np.concatenate(places)[which]
            operands, sizes = sources, [self.nodes[o][3].size for o in sources]
        if len(operands) > 1:
            operands, which = self._used(operands, sizes, which)
        only = self.nodes[operands[0]][3]
        whole = len(operands) == 1 and only.shape == which.shape
        if whole and np.array_equal(which.reshape(-1), np.arange(which.size)):
            return operands[0]
        return self.node(
            "gather", operands, value, self.site if site < 0 else site, {"which": which}
        )

    def _used(
        self, operands: list[int], sizes: list[int], which: np.ndarray
    ) -> tuple[list[int], np.ndarray]:
        """The same without the operands that nothing is taken from, each once."""
        starts = np.concatenate([[0], np.cumsum(sizes)])
        owner = np.searchsorted(starts, which, side="right") - 1
        own = which - starts[owner]
        used = [operands[i] for i in np.unique(owner)]
        kept = list(dict.fromkeys(used))
        begins = np.concatenate([[0], np.cumsum([self.nodes[o][3].size for o in kept])])
        place = np.zeros(len(operands), np.int64)
        for i in np.unique(owner):
            place[i] = begins[kept.index(operands[i])]
        return kept, place[owner] + own

    def write(self, array: np.ndarray, node: int) -> None:
        """A change in place: the array's numbers are that node's from now on."""
        root = root_of(array)
        buffer = self._buffers[id(root)]
        buffer.version += 1
        if array is root:
            buffer.node = node
        else:
            seen = self._map(array, root)
            if seen is None:
                buffer.node = self.leaf(root)
            else:
                which = np.arange(root.size)
                which[seen.reshape(-1)] = root.size + np.arange(array.size)
                which = which.reshape(root.shape)
                buffer.node = self.gather([buffer.node, node], which, root)
        buffer.then = _seen(root)


def root_of(array: np.ndarray) -> np.ndarray:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]


def _seen(root: np.ndarray) -> tuple[tuple[int, ...], bytes]:
    """An array's shape and bytes, by which a change shows; of a large one some thousand bytes."""
    few = root.reshape(-1, order="A")[:: root.size // 10_000] if root.size > LARGE else root
    return root.shape, few.tobytes()


def tracked(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biuf"
    return isinstance(value, float | np.floating | np.integer)


def holds_arrays(value: Any) -> bool:
    """Whether it is an array of arrays: a layer's in each place."""
    return (
        isinstance(value, np.ndarray)
        and value.dtype == object
        and value.size > 0
        and isinstance(value.flat[0], np.ndarray)
    )


def flatten(values: Any, into: list[Any]) -> None:
    for value in values:
        if isinstance(value, list | tuple):
            flatten(value, into)
        else:
            into.append(value)
