"""A script's tree with reports put in: each expression and assignment tells its value.

What the script computes stays the same, but for training loops, which are cut to a few rounds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from glassnet.tutor.process.source import PythonSource

LONG = 500  # rounds of a loop that does not look like one over updates
TRAINING = re.compile(
    r"epoch|iter|step|round|generation|times|n_train|num_train|max_it|cycles|updates|loops", re.I
)
SEEN, HELD, ROUNDS, GOES = (
    "_glassnet_seen",
    "_glassnet_held",
    "_glassnet_rounds",
    "_glassnet_goes",
)


@dataclass
class Mark:
    """What a report in the rewritten tree is about."""

    line: int
    text: str
    name: str = ""
    scope: str = ""
    assign: bool = False
    augmented: bool = False
    entry: bool = False


class ReportRewriter(ast.NodeTransformer):
    """Puts the reports into a tree."""

    def __init__(self, source: PythonSource, marks: list[Mark], iterations: int) -> None:
        self._source, self._marks, self._iterations = source, marks, iterations
        self._scopes: list[str] = []
        self._own: list[tuple[str, set[str]]] = []  # each function around, and what it binds

    # what is reported

    def _mark(self, node: Any, text: str, name: str = "", **flags: bool) -> ast.Constant:
        # a name is the innermost function's that binds it, else the module's
        scope = next((s for s, names in reversed(self._own) if name in names), "")
        self._marks.append(Mark(node.lineno, text[:120], name, scope, **flags))
        return ast.Constant(len(self._marks) - 1)

    def _seen(self, node: Any) -> ast.expr:
        text = " ".join((ast.get_source_segment(self._source.text, node) or "").split())
        self.generic_visit(node)
        return ast.Call(ast.Name(SEEN, ast.Load()), [node, self._mark(node, text)], [])

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        return self._seen(node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        return self._seen(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        return self._seen(node) if isinstance(node.op, ast.USub) else self.generic_visit(node)  # type: ignore[return-value]

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        return self._seen(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        return self._seen(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if isinstance(node.ctx, ast.Load):
            text = ast.unparse(node)
            node.value = self.visit(node.value)
            return ast.Call(ast.Name(SEEN, ast.Load()), [node, self._mark(node, text)], [])
        return node

    # assignments

    def visit_Assign(self, node: ast.Assign) -> Any:
        own = {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
        attributes = {ast.unparse(n) for n in ast.walk(node.value) if isinstance(n, ast.Attribute)}
        node.value = self.visit(node.value)
        reports = [
            report
            for target in node.targets
            for report in self._held(target, node, own | attributes)
        ]
        return [node, *reports]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is None:
            return node
        node.value = self.visit(node.value)
        return [node, *self._held(node.target, node, set())]

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        node.value = self.visit(node.value)
        return [node, *self._held(node.target, node, None)]

    def _held(
        self, target: ast.expr, at: ast.AST, own: set[str] | None, entry: bool = False
    ) -> Iterator[ast.stmt]:
        """Reports of what the target holds after the statement; own: the names in its value."""
        if isinstance(target, ast.Tuple | ast.List):
            for part in target.elts:
                yield from self._held(part, at, own, entry)
            return
        text = ast.unparse(target)
        root = target
        while isinstance(root, ast.Subscript | ast.Starred):
            root = root.value
        name, owner = "", None
        if isinstance(root, ast.Name):
            name = root.id
        elif isinstance(root, ast.Attribute):
            name, owner = root.attr, root.value
        if not name:
            return
        inside = own is None or ast.unparse(root) in own or isinstance(target, ast.Subscript)
        mark = self._mark(
            at, text, name, assign=not entry, augmented=inside and not entry, entry=entry
        )
        value = _loaded(root)
        arguments: list[ast.expr] = [value, mark]
        if owner is not None:
            arguments.append(_loaded(owner))
        yield ast.Expr(ast.Call(ast.Name(HELD, ast.Load()), arguments, []))

    def visit_Expr(self, node: ast.Expr) -> Any:
        reports: list[ast.stmt] = []
        if isinstance(node.value, ast.Call):
            for changed in _changed_by(node.value):
                reports += self._held(changed, node, set())
        self.generic_visit(node)
        return [node, *reports]

    # scopes

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        self._scopes.append(node.name)
        self._own.append((".".join(self._scopes), _local_names(node)))
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        reports: list[ast.stmt] = []
        for argument in arguments:
            if argument.arg not in ("self", "cls"):
                reports += self._held(
                    ast.copy_location(ast.Name(argument.arg, ast.Load()), argument),
                    node, set(), entry=True,
                )  # fmt: skip
        body = [item for each in node.body for item in _listed(self.visit(each))]
        first = 1 if ast.get_docstring(node, clean=False) is not None else 0
        node.body = [*body[:first], *reports, *body[first:]]
        self._scopes.pop()
        self._own.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        self._scopes.append(node.name)
        node.body = [item for each in node.body for item in _listed(self.visit(each))]
        self._scopes.pop()
        return node

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        node.body = self.visit(node.body)
        return node

    # loops

    def visit_For(self, node: ast.For) -> Any:
        most = self._most_rounds(node.iter, node.target)
        reports = list(self._held(node.target, node, set()))
        mark = self._mark(node, ast.unparse(node.target))
        node.iter = ast.Call(
            ast.Name(ROUNDS, ast.Load()), [self.visit(node.iter), mark, ast.Constant(most)], []
        )
        node.body = [*reports, *(item for each in node.body for item in _listed(self.visit(each)))]
        node.orelse = [item for each in node.orelse for item in _listed(self.visit(each))]
        return node

    def visit_While(self, node: ast.While) -> Any:
        counter = f"_glassnet_counter_{len(self._marks)}"
        mark = self._mark(node, "while")
        go = ast.Call(
            ast.Name(GOES, ast.Load()),
            [ast.Name(counter, ast.Load()), mark, ast.Constant(self._iterations * 10)], [],
        )  # fmt: skip
        node.test = ast.BoolOp(ast.And(), [go, self.visit(node.test)])
        node.body = [item for each in node.body for item in _listed(self.visit(each))]
        node.orelse = [item for each in node.orelse for item in _listed(self.visit(each))]
        start = ast.Assign(
            [ast.Name(counter, ast.Store())], ast.List([ast.Constant(0)], ast.Load())
        )
        return [ast.copy_location(start, node), node]

    def _most_rounds(self, over: ast.expr, target: ast.expr) -> int:
        """A loop over updates is known by its names, or by a large number written out."""
        text = ast.unparse(over)
        numbers = [
            n.value for n in ast.walk(over) if isinstance(n, ast.Constant) and type(n.value) is int
        ]
        counts = "range" in text or "arange" in text
        if counts and "len(" not in text and "shape" not in text:
            if TRAINING.search(text) or TRAINING.search(ast.unparse(target)):
                return self._iterations
            if max(numbers, default=0) >= 50:
                return self._iterations
        return LONG


class Instead(ast.NodeTransformer):
    """Another text where a call or a default gives one: an activation by its name."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new

    def _swapped(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            if isinstance(node, ast.List):
                self._swapped(node.elts)
            elif isinstance(node, ast.Constant) and node.value == self._old:
                node.value = self._new

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self._swapped([*node.args, *(keyword.value for keyword in node.keywords)])
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._swapped(node.args.defaults)
        return self.generic_visit(node)


def _local_names(function: ast.FunctionDef) -> set[str]:
    """The names that a function binds: its arguments, and what it assigns and not to a global."""
    found: set[str] = set()
    shared: set[str] = set()
    for each in ast.walk(function):
        if isinstance(each, ast.Global | ast.Nonlocal):
            shared.update(each.names)
        elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            found.add(each.id)
        elif isinstance(each, ast.arg):
            found.add(each.arg)
    return found - shared


def _changed_by(call: ast.Call) -> Iterator[ast.expr]:
    """What a call by itself changes: the list it appends to, the array it writes out to."""
    places = ast.Name | ast.Attribute | ast.Subscript
    changing = ("append", "insert", "fill", "update", "setdefault", "sort")
    on = call.func
    if isinstance(on, ast.Attribute) and on.attr in changing and isinstance(on.value, places):
        yield on.value
    for keyword in call.keywords:
        if keyword.arg == "out" and isinstance(keyword.value, places):
            yield keyword.value


def _listed(node: Any) -> list[Any]:
    return node if isinstance(node, list) else [node]


def _loaded(node: ast.expr) -> ast.expr:
    """The same expression, to be read."""
    return ast.parse(ast.unparse(node), mode="eval").body
