"""Reverse mode on the learner's own operations: the derivative of a loss by every node."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from glassnet.tutor.dataflow.graph import Array, Graph, Node

Rule = Callable[[Node, Sequence[Array], Array], Sequence["Array | None"]]


class Adjoints:
    """∂L/∂node for every node between the seeds and what is cut.

    tie: the derivative of max(0, z) at z = 0, where 0 and 1 are both right.
    """

    def __init__(
        self,
        graph: Graph,
        seeds: Mapping[int, Array],
        live: set[int],
        cut: set[int],
        tie: float = 0,
    ) -> None:
        self.of: dict[int, Array] = {}
        self.tied = False  # whether a number lay at a kink
        self.opaque: set[int] = set()  # through which nothing could be followed
        for node, seed in seeds.items():
            self._add(node, seed)
        for index in range(max(seeds, default=-1), -1, -1):
            adjoint = self.of.get(index)
            if adjoint is None or index in cut:
                continue
            node = graph.nodes[index]
            ways = [o in live for o in node.operands]
            if not any(ways):
                continue
            rule = RULES.get(node.name)
            if rule is None:
                if node.name not in FLAT:
                    self.opaque.add(index)
                continue
            values = [self._at_ties(graph, o, tie) for o in node.operands]
            if node.name in ("maximum", "minimum"):
                self.tied = self.tied or bool(np.any(values[0] == values[1]))
                parts = _extreme(node, values, adjoint, tie)
            else:
                parts = rule(node, values, adjoint)
            for operand, part, way in zip(node.operands, parts, ways):
                if way and part is not None:
                    self._add(operand, fitted(part, graph.value(operand).shape))

    def _at_ties(self, graph: Graph, index: int, tie: float) -> Array:
        """A node's value; of a comparison, at equal numbers, by the rule for them."""
        node = graph.nodes[index]
        if node.name in ("greater", "greater_equal", "less", "less_equal"):
            equal = graph.value(node.operands[0]) == graph.value(node.operands[1])
            if np.any(equal):
                self.tied = True
                return np.where(equal, tie if node.name.startswith("g") else 1 - tie, node.value)
        return node.value

    def _add(self, node: int, part: Array) -> None:
        known = self.of.get(node)
        self.of[node] = part if known is None else known + part


# what is constant in pieces: nothing flows back through it
FLAT = {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "sign", "floor",
        "ceil", "rint", "floor_divide", "leaf", "constant"}  # fmt: skip


def fitted(part: Array, shape: tuple[int, ...]) -> Array:
    """The sum over the axes along which an operand was repeated."""
    part = np.asarray(part, dtype=np.float64)
    if part.shape == shape:
        return part
    if part.ndim < len(shape) or part.size < int(np.prod(shape)):
        return np.broadcast_to(part, shape) * 1.0
    part = part.sum(axis=tuple(range(part.ndim - len(shape)))) if part.ndim > len(shape) else part
    over = tuple(i for i, n in enumerate(shape) if n == 1 and part.shape[i] != 1)
    return part.sum(axis=over, keepdims=True) if over else part


def _extreme(node: Node, values: Sequence[Array], g: Array, tie: float) -> Sequence[Array]:
    a, b = values
    first = (a > b) if node.name == "maximum" else (a < b)
    # the operand that changes is not the constant 0
    share = np.where(a == b, tie if a.size >= b.size else 1 - tie, first)
    return g * share, g * (1 - share)


def _unary(slope: Callable[[Array, Array], Array]) -> Rule:
    return lambda node, v, g: (g * slope(v[0], node.value),)


def _over(node: Node, array: Array, part: Array) -> Array:
    """A reduced array's part, spread over the axis that was reduced."""
    axis = node.static.get("axis")
    if axis is not None and not node.static.get("keepdims"):
        axes = axis if isinstance(axis, list) else [axis]
        part = np.expand_dims(part, tuple(a % array.ndim for a in axes))
    return np.broadcast_to(part, array.shape)


def _count(node: Node, array: Array) -> float:
    return array.size / max(np.size(node.value), 1)


def _chosen(node: Node, v: Sequence[Array], g: Array) -> Sequence[Array]:
    largest = v[0] == _over(node, v[0], node.value)
    share = largest / _over(node, v[0], _summed(node, largest))
    return (_over(node, v[0], g) * share,)


def _summed(node: Node, array: Array) -> Array:
    axis = node.static.get("axis")
    axis = tuple(axis) if isinstance(axis, list) else axis
    return array.sum(axis=axis, keepdims=bool(node.static.get("keepdims")))


def _deviation(node: Node, v: Sequence[Array], g: Array) -> Sequence[Array]:
    mean = _over(node, v[0], _summed(node, v[0]) / _count(node, v[0]))
    slope = 2 * (v[0] - mean) / _count(node, v[0])
    if node.name == "std":
        slope = slope / (2 * _over(node, v[0], node.value))
    return (_over(node, v[0], g) * slope,)


def _einsum(node: Node, v: Sequence[Array], g: Array) -> Sequence[Array | None]:
    spec = node.static["spec"]
    inputs, out = spec.split("->")
    names = inputs.split(",")
    parts: list[Array | None] = []
    for at, own in enumerate(names):
        if len(set(own)) < len(own):
            parts.append(None)
            continue
        others = [n for i, n in enumerate(names) if i != at]
        arrays = [a for i, a in enumerate(v) if i != at]
        reach = "".join(c for c in own if c in out or any(c in n for n in others))
        part = np.einsum(",".join([out, *others]) + "->" + reach, g, *arrays)
        if reach != own:
            part = np.broadcast_to(
                np.expand_dims(part, tuple(i for i, c in enumerate(own) if c not in reach)),
                v[at].shape,
            )
        parts.append(part)
    return parts


def _gathered(node: Node, v: Sequence[Array], g: Array) -> Sequence[Array]:
    sizes = [a.size for a in v]
    flat = np.bincount(
        node.static["which"].reshape(-1), weights=np.asarray(g).reshape(-1), minlength=sum(sizes)
    )
    parts = np.split(flat, np.cumsum(sizes)[:-1])
    return [part.reshape(a.shape) for part, a in zip(parts, v)]


def _softmaxed(node: Node, v: Sequence[Array], g: Array) -> Sequence[Array]:
    axis = node.static.get("axis")
    along = tuple(axis) if isinstance(axis, list) else axis
    if node.name == "softmax":
        return (node.value * (g - (g * node.value).sum(axis=along, keepdims=True)),)
    if node.name == "log_softmax":
        return (g - np.exp(node.value) * g.sum(axis=along, keepdims=True),)
    soft = np.exp(v[0] - _over(node, v[0], node.value))
    return (_over(node, v[0], g) * soft,)


def _power(node: Node, v: Sequence[Array], g: Array) -> Sequence[Array]:
    base, exponent = v
    logs = np.log(np.where(base > 0, base, 1.0))
    return g * exponent * base ** (exponent - 1), g * node.value * logs


RULES: dict[str, Rule] = {
    "exp": _unary(lambda x, y: y),
    "log": _unary(lambda x, y: 1 / x),
    "log2": _unary(lambda x, y: 1 / (x * np.log(2))),
    "log10": _unary(lambda x, y: 1 / (x * np.log(10))),
    "log1p": _unary(lambda x, y: 1 / (1 + x)),
    "expm1": _unary(lambda x, y: y + 1),
    "tanh": _unary(lambda x, y: 1 - y * y),
    "expit": _unary(lambda x, y: y * (1 - y)),
    "sqrt": _unary(lambda x, y: 0.5 / y),
    "square": _unary(lambda x, y: 2 * x),
    "absolute": _unary(lambda x, y: np.sign(x)),
    "negative": _unary(lambda x, y: -np.ones_like(x)),
    "reciprocal": _unary(lambda x, y: -y * y),
    "sin": _unary(lambda x, y: np.cos(x)),
    "cos": _unary(lambda x, y: -np.sin(x)),
    "tan": _unary(lambda x, y: 1 + y * y),
    "arctan": _unary(lambda x, y: 1 / (1 + x * x)),
    "sinh": _unary(lambda x, y: np.cosh(x)),
    "cosh": _unary(lambda x, y: np.sinh(x)),
    "add": lambda node, v, g: (g, g),
    "subtract": lambda node, v, g: (g, -g),
    "multiply": lambda node, v, g: (g * v[1], g * v[0]),
    "divide": lambda node, v, g: (g / v[1], -g * v[0] / (v[1] * v[1])),
    "logaddexp": lambda node, v, g: (g * np.exp(v[0] - node.value), g * np.exp(v[1] - node.value)),
    "power": _power,
    "remainder": lambda node, v, g: (g, None),
    "maximum": lambda node, v, g: (g, g),
    "minimum": lambda node, v, g: (g, g),
    "where": lambda node, v, g: (None, g * (v[0] != 0), g * (v[0] == 0)),
    "clip": lambda node, v, g: (g * ((v[0] >= v[1]) & (v[0] <= v[2])), None, None),
    "sum": lambda node, v, g: (_over(node, v[0], g),),
    "mean": lambda node, v, g: (_over(node, v[0], g) / _count(node, v[0]),),
    "prod": lambda node, v, g: (_over(node, v[0], g * node.value) / v[0],),
    "max": _chosen,
    "min": _chosen,
    "var": _deviation,
    "std": _deviation,
    "norm": lambda node, v, g: (v[0] * _over(node, v[0], g / node.value),),
    "einsum": _einsum,
    "outer": lambda node, v, g: ((g @ v[1].reshape(-1)).reshape(v[0].shape),
                                 (v[0].reshape(-1) @ g).reshape(v[1].shape)),
    "vdot": lambda node, v, g: (g * v[1].reshape(v[0].shape), g * v[0].reshape(v[1].shape)),
    "gather": _gathered,
    "softmax": _softmaxed,
    "log_softmax": _softmaxed,
    "logsumexp": _softmaxed,
}  # fmt: skip
