"""Nodes as a few long arrays, on their way from the learner's process to ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from glassnet.tutor.process.messages import Torn

# name, operands, what else decides it, value, site, stack
Packed = tuple[str, list[int], dict[str, Any], np.ndarray, int, int]
LARGE = 4_000_000  # numbers of an array that is kept as it is; what is taken from it is copied
SHAPE = {
    "kinds": [str], "nodes": np.ndarray, "operands": np.ndarray, "shapes": np.ndarray,
    "values": np.ndarray, "which": np.ndarray, "statics": [(int, dict)],
}  # fmt: skip


def as_kept(nodes: Sequence[Packed]) -> Iterator[tuple[Packed, bool]]:
    """What `unpacked` gives, of nodes that stay in this process; large arrays as they are."""
    for name, own, static, value, site, stack in nodes:
        kept = value if value.size > LARGE else value.astype(np.float64)
        yield (name, own, static, kept, site, stack), _single(value)


def _single(value: np.ndarray) -> bool:
    """Whether it was computed in less than double precision."""
    return value.dtype.kind == "f" and value.dtype.itemsize < 8


def since(nodes: Sequence[Packed], begin: int) -> tuple[Sequence[Packed], dict[int, int]]:
    """The nodes from one on, with the new index of each; what they take from before is given."""
    if not begin:
        return nodes, {index: index for index in range(len(nodes))}
    taken = {operand for node in nodes[begin:] for operand in node[1] if operand < begin}
    old = [*sorted(taken), *range(begin, len(nodes))]
    new = {index: number for number, index in enumerate(old)}
    kept: list[Packed] = []
    for index in old:
        name, own, static, value, site, stack = nodes[index]
        given = index < begin
        kept.append(
            ("leaf", [], {}, value, site, stack)
            if given
            else (name, [new[o] for o in own], static, value, site, stack)
        )
    return kept, new


def packed(nodes: Sequence[Packed]) -> dict[str, Any]:
    """The nodes, as JSON with few arrays in it."""
    kinds: dict[str, int] = {}
    heads: list[list[int]] = []
    operands: list[int] = []
    shapes: list[int] = []
    values: list[np.ndarray] = []
    which: list[np.ndarray] = []
    statics: list[list[Any]] = []
    for index, (name, own, static, value, site, stack) in enumerate(nodes):
        kind = kinds.setdefault(name, len(kinds))
        heads.append([kind, len(own), value.ndim, site, stack, _single(value)])
        operands += own
        shapes += value.shape
        values.append(value.astype(np.float64).reshape(-1))
        if name == "gather":
            which.append(static["which"].reshape(-1))
        elif static:
            statics.append([index, dict(static)])
    return {
        "kinds": list(kinds),
        "nodes": np.array(heads, np.int64).reshape(-1, 6),
        "operands": np.array(operands, np.int64),
        "shapes": np.array(shapes, np.int64),
        "values": np.concatenate([np.zeros(0), *values]),
        "which": np.concatenate([np.zeros(0, np.int64), *which]),
        "statics": statics,
    }


def unpacked(told: Mapping[str, Any]) -> Iterator[tuple[Packed, bool]]:
    """Each node, and whether it was computed in less than double precision. Raises: Torn."""
    kinds, statics = told["kinds"], dict(map(tuple, told["statics"]))
    operands, shapes = told["operands"].tolist(), told["shapes"].tolist()
    values, which = told["values"], told["which"]
    at = shape_at = value_at = which_at = 0
    for index, head in enumerate(told["nodes"].tolist()):
        kind, count, axes, site, stack, single = head
        own = operands[at : at + count]
        shape = shapes[shape_at : shape_at + axes]
        size = prod(shape)
        value = values[value_at : value_at + size]
        whole = 0 <= kind < len(kinds) and len(own) == count and len(value) == size
        if not whole or not all(0 <= o < index for o in own):
            raise Torn("no graph")
        static = statics.get(index, {})
        if kinds[kind] == "gather":
            static = {"which": which[which_at : which_at + size].reshape(shape)}
            which_at += size
        yield (kinds[kind], own, static, value.reshape(shape), site, stack), bool(single)
        at, shape_at, value_at = at + count, shape_at + axes, value_at + size
