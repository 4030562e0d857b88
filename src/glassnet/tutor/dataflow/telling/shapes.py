"""What shapes tell: where a program ended on them, and where two were stretched into a square."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from glassnet.tutor.dataflow.graph import Graph

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Shaped:
    """An expression as it was written, its shape, and the line in which it was made; 0 unknown."""

    text: str
    shape: Shape
    line: int = 0


@dataclass(frozen=True)
class Stretched:
    """A row and a column of as many numbers, of which NumPy made a square.

    summed: the sum that left the axis out by which the row would be a column, where that is why.
    """

    node: int
    line: int
    text: str
    first: Shaped
    second: Shaped
    summed: Shaped | None = None

    @property
    def row(self) -> Shaped:
        """The one of the two that lies flat."""
        return self.first if len(self.first.shape) == 1 else self.second

    @property
    def mended(self) -> str:
        """The row as the other stands."""
        column = self.second if self.row is self.first else self.first
        if len(self.row.shape) > 1:
            return f"{_in_brackets(self.row.text)}.T"
        way = "(-1, 1)" if column.shape[-1] == 1 else "(1, -1)"
        return f"{_in_brackets(self.row.text)}.reshape{way}"

    def told(self, where: Callable[[int], str]) -> str:
        """What happened there, and what to do; where: a line as the learner counts it."""
        one, other = self.first, self.second
        n = max(one.shape)
        cure = f"Give both one shape: {self.mended}."
        if self.summed is not None:
            cure = (
                f"`{self.summed.text}` ({where(self.summed.line)}) leaves the axis out over which "
                "it sums: with keepdims=True it stays a column."
            )
        return (
            f"`{self.text}` makes {(n, n)} of {one.text}, {one.shape}, and {other.text}, "
            f"{other.shape}: every number of the one meets every number of the other, without an "
            f"error message. {cure}"
        )


@dataclass(frozen=True)
class ShapeError:
    """A program that ended on shapes: at which expression, upon what.

    product: whether it is one of matrices. began: where a square arose that should be none. wanted:
    what the chain rule asks for there; instead: the expression that gives it.
    """

    line: int
    text: str
    product: bool
    given: tuple[Shaped, ...]
    began: Stretched | None = None
    wanted: str = ""
    instead: str = ""

    def told(self, where: Callable[[int], str]) -> str:
        """The whole of it; where: a line as the learner counts it."""
        given = [f"{g.text} has shape {g.shape}" + (f" (made in {where(g.line)})" if g.line else "")
                 for g in self.given]  # fmt: skip
        said = [f"{where(self.line)}: `{self.text}` can't be computed: {' and '.join(given)}."]
        if self.product and len(self.given) == 2:
            a, b = (g.shape for g in self.given)
            inner = (a[-1], b[-2 if len(b) > 1 else 0])
            if inner[0] != inner[1]:
                said.append(
                    f"In a product the inner numbers must be alike, and {inner[0]} is not "
                    f"{inner[1]}."
                )
        if self.began:
            said.append(f"It began in {where(self.began.line)}: {self.began.told(where)}")
        return " ".join([*said, self.wanted]).strip()


def stretched(
    graph: Graph, among: Collection[int], names: Collection[str] = ("subtract",)
) -> Iterator[Stretched]:
    """The differences of a row and a column of n numbers each, which gave (n, n); n > 1."""
    for index in sorted(among):
        node = graph.nodes[index]
        if node.name not in names or len(node.operands) != 2 or node.value.ndim != 2:
            continue
        one, other = (graph.value(o) for o in node.operands)
        n = one.size
        if n > 1 and other.size == n and node.value.shape == (n, n):
            site = graph.site(index)
            first, second = (_shaped(graph, o, t) for o, t in zip(
                node.operands, _parts(site.text, 2) or ["", ""]))  # fmt: skip
            row = node.operands[0] if len(first.shape) == 1 else node.operands[1]
            yield Stretched(index, site.line, site.text, first, second, _summed(graph, row))


def _summed(graph: Graph, row: int) -> Shaped | None:
    """The sum over a matrix's last axis, without it, of which a row of numbers comes."""
    size = graph.value(row).size
    while True:
        own = graph.nodes[row]
        if own.name in ("sum", "mean") and not own.static.get("keepdims"):
            shape = graph.value(own.operands[0]).shape
            site = graph.site(row)
            flat = len(shape) == 2 and own.static.get("axis") in (1, -1, [1], [-1])
            return Shaped(site.text, own.value.shape, site.line) if flat else None
        inner = [o for o in own.operands if graph.value(o).size == size]
        if own.name not in ("multiply", "divide", "gather") or len(inner) != 1:
            return None
        (row,) = inner


def shape_error(graph: Graph) -> ShapeError | None:
    """Why the run ended, where that was on the shapes of an operation's arrays."""
    found = graph.broken
    if found is None or not 0 < len(found[1]) <= 2:
        return None
    site, nodes = found
    texts = _parts(site.text, len(nodes)) or [""] * len(nodes)
    given = tuple(_shaped(graph, n, t) for n, t in zip(nodes, texts))
    behind = graph.ancestors(nodes)
    began = next(stretched(graph, behind), None) or next(
        stretched(graph, behind, ("add", "multiply")), None
    )
    operation = _operation(site.text)
    product, wanted, instead = operation == "product", "", ""
    if product and len(nodes) == 2:
        wanted, instead = _wanted(graph, nodes, given, site.text)
    elif operation == "change" and len(nodes) == 2:
        wanted = f"A step has the shape of what it changes, {given[0].shape}."
        if given[1].shape[::-1] == given[0].shape:
            wanted += " Transposed it has: look at the order of its product."
    return ShapeError(site.line, site.text, product, given, began, wanted, instead)


def _shaped(graph: Graph, node: int, text: str) -> Shaped:
    """An array as it is called at an expression; by its own name or expression without one."""
    sources = graph.sources(node)
    own = next((n for n in (node, *sources[:1]) if n in graph.names), None)
    made = graph.site(node)
    if not made.line and len(sources):
        made = graph.site(sources[0])
    name = text or (graph.names[own] if own is not None else made.text) or "an array"
    known = graph.nodes[sources[0]].name not in ("leaf", "constant") if len(sources) else False
    return Shaped(name, graph.value(node).shape, made.line if known else 0)


def _statement(text: str) -> ast.stmt | None:
    """An expression or statement as a tree; None where its text was cut off."""
    try:
        body = ast.parse(text.strip()).body
    except (SyntaxError, ValueError):
        return None
    return body[0] if len(body) == 1 else None


def _operation(text: str) -> str:
    """What an expression's operation is: "product", "change" in place, or "" for others."""
    only = _statement(text)
    if isinstance(only, ast.AugAssign):
        return "change"
    own = only.value if isinstance(only, ast.Expr) else None
    if isinstance(own, ast.BinOp):
        return "product" if isinstance(own.op, ast.MatMult) else ""
    if isinstance(own, ast.Call):
        name = own.func.attr if isinstance(own.func, ast.Attribute) else ast.unparse(own.func)
        return "product" if name in ("dot", "matmul") else ""
    return ""


def _parts(text: str, count: int) -> list[str]:
    """What an expression's operation is given, as it was written; [] where that can't be told."""
    only = _statement(text)
    parts: Sequence[ast.expr] = []
    if isinstance(only, ast.AugAssign):
        parts = [only.target, only.value]
    elif isinstance(only, ast.Expr) and isinstance(only.value, ast.BinOp):
        parts = [only.value.left, only.value.right]
    elif isinstance(only, ast.Expr) and isinstance(only.value, ast.Call):
        call = only.value
        parts = call.args
        if isinstance(call.func, ast.Attribute) and len(parts) == count - 1:
            parts = [call.func.value, *parts]
    if len(parts) != count:
        return []
    return [ast.get_source_segment(text.strip(), part) or "" for part in parts]


def _wanted(
    graph: Graph, nodes: Sequence[int], given: Sequence[Shaped], text: str
) -> tuple[str, str]:
    """What the chain rule asks for where a product goes back along one that went forward."""
    for here, other in ((0, 1), (1, 0)):
        along = set(graph.sources(nodes[here]))
        behind = graph.ancestors([nodes[other]])
        for index in sorted(behind, reverse=True):
            node = graph.nodes[index]
            if node.name != "einsum" or len(node.operands) != 2:
                continue
            mine = [o for o in node.operands if along & set(graph.sources(o))]
            theirs = [o for o in node.operands if o not in mine]
            if len(mine) != 1 or not theirs:
                continue
            site, shape = graph.site(index), node.value.shape
            if given[other].shape != shape:
                return (
                    f"The chain rule wants {given[other].text} in the shape of `{site.text}` "
                    f"({graph.where(site.line)}), {shape}.{_not_come_by(graph, index, behind)}"
                ), ""
            back = _shaped(graph, graph.sources(theirs[0])[0], "")
            wish = f"The derivative by {back.text} has its shape, {back.shape}"
            way = _turned(given, back.shape, text)
            return (f"{wish}: `{way}`." if way else f"{wish}."), way
    return "", ""


def _not_come_by(graph: Graph, first: int, behind: Collection[int]) -> str:
    """What is said where the way back comes to a product before it has come by those after it."""
    products = [n for n in sorted(behind) if graph.nodes[n].name == "einsum"]
    after = [n for n in products if n > first and first in graph.ancestors([n])]
    weights = [
        {s for o in graph.nodes[n].operands if first not in graph.ancestors([o])
         for s in graph.sources(o)} for n in after
    ]  # fmt: skip
    again = [bool(own & {s for o in graph.nodes[n].operands for s in graph.sources(o)})
             for own in weights for n in after]  # fmt: skip
    if not after or sum(again) > len(after):
        return ""
    others = f"{len(after)} weighted sums" if len(after) > 1 else "a weighted sum"
    return (
        f" After that went forward through {others}, by which the way back has not come yet: "
        "go from the last layer to the first."
    )


def _turned(given: Sequence[Shaped], shape: Shape, text: str) -> str:
    """The product of the two that has a shape, with as little turned as can be."""
    ways: list[tuple[int, str]] = []
    for swapped, *turns in itertools.product((0, 1), repeat=3):
        order = given[::-1] if swapped else given
        shapes = [g.shape[::-1] if turn else g.shape for g, turn in zip(order, turns)]
        fits = all(len(s) == 2 for s in shapes) and shapes[0][1] == shapes[1][0]
        if fits and (shapes[0][0], shapes[1][1]) == shape:
            texts = [_transposed(g.text) if t else g.text for g, t in zip(order, turns)]
            ways.append((sum(turns) + 2 * swapped, _product(texts, text)))
    return min(ways, default=(0, ""))[1]


def _product(texts: Sequence[str], like: str) -> str:
    if "@" in like:
        return " @ ".join(map(_in_brackets, texts))
    head = like.partition("dot(")[0] if "dot(" in like else "np."
    if head.strip() in ("np.", "numpy."):
        return f"{head}dot({', '.join(texts)})"
    return f"{_in_brackets(texts[0])}.dot({texts[1]})"


def _transposed(text: str) -> str:
    return text[:-2] if text.endswith(".T") else f"{_in_brackets(text)}.T"


def _in_brackets(text: str) -> str:
    """An expression that may be followed by a dot."""
    try:
        simple = isinstance(
            ast.parse(text, mode="eval").body, ast.Name | ast.Attribute | ast.Subscript | ast.Call
        )
    except (SyntaxError, ValueError):
        simple = False
    return text if simple else f"({text})"
