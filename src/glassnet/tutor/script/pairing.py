"""Whether each sample still goes with its own target, where samples were put in another order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.tutor.dataflow.graph import Array, Graph
from glassnet.tutor.script.network import FoundNetwork
from glassnet.tutor.script.read_run import SeenRun

ENOUGH = 4  # samples that stand in another order than their data


def parted(seen: SeenRun, network: FoundNetwork) -> int | None:
    """Where samples were taken in another order than their targets; None where they were not.

    Both are looked up in the first arrays that hold them all: there a sample and its target stand
    in one row. Where an order is ambiguous, as of equal rows or of labels that were put in two
    orders, nothing is said.
    """
    graph, first = seen.run.graph, seen.first
    y = network.y.T  # a row a sample
    x, data = next(((x, each) for x in _written(network) for each in _holding(graph, x, first)),
                   (y, None))  # fmt: skip
    if data is None or len(np.unique(data[1], axis=0)) < len(data[1]):
        return None
    rows = np.array([int((data[1] == row).all(axis=1).argmax()) for row in x])
    if len(rows) < ENOUGH or (np.diff(rows) > 0).all() or (np.diff(rows) < 0).all():
        return None
    moved = _moved(graph, data, x, first)
    met = [pair.node for pair in seen.run.target.pairs[:1]] if seen.run.target else []
    whole = _rows(graph.value(moved), x.shape[1])
    compared = graph.ancestors(met)
    known = [each for each in _holding(graph, y, moved)
             if not compared.isdisjoint({each[0], *graph.sources(each[0])})
             and len(each[1]) == len(data[1]) and each[0] != data[0]]  # fmt: skip
    if not known or any(_goes_with(each[rows], y) for _, each in known):
        return None
    if _several_orders(graph, known[0], data, first):
        return None
    if whole is not None and len(whole) == len(data[1]):
        return moved  # all samples, without their targets
    taken = (
        node
        for node in sorted(graph.ancestors(met, {first}))
        if node > moved and graph.nodes[node].name == "gather" and graph.value(node).size == y.size
    )
    return next(taken, moved)


def _written(network: FoundNetwork) -> Iterator[Array]:
    """The samples as they may stand in a program, (B, n_in): with a column of ones, too."""
    x = network.x.T
    ones = np.ones((len(x), 1))
    yield from (x, np.hstack([x, ones]), np.hstack([ones, x]))


def _goes_with(own: Array, y: Array) -> bool:
    return np.array_equal(own, y) or np.array_equal(1 - own, y)  # where 1 − t is met first


def _rows(value: Array, width: int) -> Array | None:
    """The array with a row of that many numbers a sample; None where it has no such shape."""
    if value.ndim == 1 and width == 1:
        return value.reshape(-1, 1)
    if value.ndim != 2 or width not in value.shape:
        return None
    return value if value.shape[1] == width else value.T


def _holding(graph: Graph, samples: Array, before: int) -> Iterator[tuple[int, Array]]:
    """The arrays that hold all of these rows, the first first."""
    wanted = {row.tobytes() for row in np.ascontiguousarray(samples)}
    for node in graph.nodes[: max(before, 0)]:
        rows = _rows(node.value, samples.shape[1])
        if rows is None or len(rows) < len(samples):
            continue
        if wanted <= {row.tobytes() for row in np.ascontiguousarray(rows)}:
            yield node.index, rows


def _same_rows(one: Array, other: Array) -> bool:
    """Whether they hold the same rows, in whatever order."""
    return bool(np.array_equal(np.sort(one, axis=0), np.sort(other, axis=0)))


def _moved(graph: Graph, data: tuple[int, Array], x: Array, first: int) -> int:
    """The first array in which the samples stand in the order of the pass, or so many of them."""
    for node in graph.nodes[data[0] + 1 : first]:
        rows = _rows(node.value, x.shape[1])
        if rows is not None and any(
            np.array_equal(rows[at : at + len(x)], x)
            for at in range(0, len(rows) - len(x) + 1, len(x))
        ):
            return node.index
    return first


def _several_orders(
    graph: Graph, targets: tuple[int, Array], data: tuple[int, Array], first: int
) -> bool:
    """Whether targets or their labels stand elsewhere in another order, or are made of one."""
    own = targets[1]
    labels = own.argmax(axis=1) if own.shape[1] > 1 else own[:, 0]
    behind = graph.ancestors([targets[0]]) - {targets[0], data[0]}
    for node in graph.nodes[:first]:
        flat = node.value.reshape(-1)
        other = flat.size == len(labels) and not np.array_equal(flat, labels)
        if other and np.array_equal(np.sort(flat), np.sort(labels)):
            return True
        rows = _rows(node.value, data[1].shape[1]) if node.index in behind else None
        if rows is None or rows.shape != data[1].shape:
            continue
        if not np.array_equal(rows, data[1]) and _same_rows(rows, data[1]):
            return True  # they are made of what was moved already
    return False
