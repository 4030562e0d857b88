"""A program's tree rewritten so that every operation passes through the tape, values unchanged."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

TAPE = "_glassnet_tape"
_HELD = "_glassnet_holder"
# what looks at the frame that calls it, or needs no look
_LEFT_ALONE = {"super", "locals", "globals", "vars", "dir", "eval", "exec", "print", "range", "len",
               "isinstance", "type", "str", "repr", "format", "open", "hasattr", "id"}  # fmt: skip
_OPERATORS = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide",
    ast.FloorDiv: "floor_divide", ast.Mod: "remainder", ast.Pow: "power", ast.MatMult: "matmul",
}  # fmt: skip
_COMPARISONS = {
    ast.Gt: "greater", ast.GtE: "greater_equal", ast.Lt: "less", ast.LtE: "less_equal",
    ast.Eq: "equal", ast.NotEq: "not_equal",
}  # fmt: skip


@dataclass(frozen=True)
class Site:
    """Where an expression stands: its lines, its columns, its text, the function around it."""

    line: int
    column: int
    last_line: int
    last_column: int
    text: str
    function: str
    file: str = ""


class TapeRewriter(ast.NodeTransformer):
    """Puts the tape's calls into a tree; `sites` fills with the places of its expressions."""

    def __init__(self, text: str, sites: list[Site], file: str = "") -> None:
        self._lines, self._sites, self._file = text.splitlines(), sites, file
        self._functions: list[str] = []

    def _site(self, node: Any) -> ast.Constant:
        first, last = node.lineno, node.end_lineno or node.lineno
        self._sites.append(
            Site(first, node.col_offset, last, node.end_col_offset or 0, self._text(node)[:160],
                 ".".join(self._functions), self._file)
        )  # fmt: skip
        return ast.Constant(len(self._sites) - 1)

    def _text(self, node: Any) -> str:
        """An expression as it was written."""
        part = self._lines[node.lineno - 1 : node.end_lineno or node.lineno] or [""]
        # columns count bytes in the tree
        ends = part[-1].encode()[: node.end_col_offset].decode(errors="ignore")
        part = [*part[:-1], ends]
        starts = part[0].encode()[node.col_offset :].decode(errors="ignore")
        return " ".join(" ".join([starts, *part[1:]]).split())

    def _name(self, node: Any) -> ast.Tuple:
        """What is assigned to, as it was written; of `net[key]` in two parts, if key is no literal.

        The tape puts the key's value there: `net[name]` is each parameter in turn.
        """
        parts = [self._text(node), ""]
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant):
            parts = [self._text(node.value), self._text(node.slice)]
        return ast.Tuple([ast.Constant(part[:60]) for part in parts], ast.Load())

    # expressions

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        name = _OPERATORS.get(type(node.op))
        site = self._site(node)
        self.generic_visit(node)
        if name is None:
            return node
        return _call("binary", site, ast.Constant(name), node.left, node.right)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        if not isinstance(node.op, ast.USub):
            return self.generic_visit(node)  # type: ignore[return-value]
        if isinstance(node.operand, ast.Constant):
            if type(node.operand.value) is float:
                return _call("fresh", ast.Constant(-node.operand.value))
            return node
        return _call("negative", self._site(node), self.visit(node.operand))

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        site = self._site(node)
        self.generic_visit(node)
        name = _COMPARISONS.get(type(node.ops[0]))
        if len(node.ops) > 1 or name is None:
            return node
        return _call("compare", site, ast.Constant(name), node.left, node.comparators[0])

    def visit_Call(self, node: ast.Call) -> ast.expr:
        site = self._site(node)
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in _LEFT_ALONE:
            return node
        return ast.Call(_method("call"), [site, node.func, *node.args], node.keywords)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        site = self._site(node)
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load):
            return node
        return _call("item", site, node.value, _key(node.slice))

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        # equal literals are one object, and a weight that begins as one must be its own
        return _call("fresh", node) if type(node.value) is float else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        self.generic_visit(node)
        node.iter = _call("elements", node.iter)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        # a list that nobody keeps is a loop: `[net.step(x, t) for _ in range(100)]`
        sites = [self._site(node.value)] if isinstance(node.value, ast.ListComp) else []
        self.generic_visit(node)
        if isinstance(node.value, ast.ListComp):
            for each in node.value.generators:
                each.iter = _call("rounds", *sites, each.iter)
        return node

    # what is no expression of the program's computation

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.match_case:
        node.guard = self.visit(node.guard) if node.guard else None
        node.body = self._body(node.body)
        return node

    # statements

    def visit_Assign(self, node: ast.Assign) -> Any:
        site = self._site(node)
        target = node.targets[0]
        if len(node.targets) == 1 and isinstance(target, ast.Subscript):
            name = self._name(target)
            value, on, key = self.visit(node.value), self.visit(target.value), target.slice
            stored = _call("store", site, value, on, _key(self.visit(key)), name)
            return ast.copy_location(ast.Expr(stored), node)
        plain = (ast.Name, ast.Attribute)
        names = [self._name(t) for t in node.targets if isinstance(t, plain)]
        pairs = list(zip(target.elts, node.value.elts)) if _unpacks(node) else []  # type: ignore[attr-defined]
        held = {e: self._name(t) for e, (t, _) in enumerate(pairs) if isinstance(t, plain)}
        self.generic_visit(node)
        if isinstance(node.value, ast.Tuple):
            for each, name in held.items():
                node.value.elts[each] = _call("named", site, node.value.elts[each], name)
        if names:
            node.value = _call("named", site, node.value, names[0])
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        name = _OPERATORS.get(type(node.op))
        site, target = self._site(node), node.target
        if name is None:
            return self.generic_visit(node)
        operation, text = ast.Constant(name), self._name(target)
        value = self.visit(node.value)
        if isinstance(target, ast.Subscript):
            on, key = self.visit(target.value), _key(self.visit(target.slice))
            made = _call("changed_item", site, operation, on, key, value, text)
            return ast.copy_location(ast.Expr(made), node)
        if isinstance(target, ast.Name):
            now = ast.Name(target.id, ast.Load())
            made = _call("changed", site, operation, now, value, text)
            return ast.copy_location(ast.Assign([target], made), node)
        before: list[ast.stmt] = []
        owner = self.visit(target.value)
        if not isinstance(owner, ast.Name):
            before = [ast.copy_location(ast.Assign([ast.Name(_HELD, ast.Store())], owner), node)]
            owner = ast.Name(_HELD, ast.Load())
        now = ast.Attribute(owner, target.attr, ast.Load())
        made = _call("changed", site, operation, now, value, text)
        target.value = owner
        return [*before, ast.copy_location(ast.Assign([target], made), node)]

    def visit_For(self, node: ast.For) -> Any:
        site = self._site(node)
        node.iter = _call("rounds", site, self.visit(node.iter))
        node.body, node.orelse = self._body(node.body), self._body(node.orelse)
        return node

    def visit_While(self, node: ast.While) -> Any:
        counter = f"_glassnet_rounds_{len(self._sites)}"
        site = self._site(node)
        goes = _call("goes", ast.Name(counter, ast.Load()))
        node.test = ast.BoolOp(ast.And(), [goes, self.visit(node.test)])
        node.body, node.orelse = self._body(node.body), self._body(node.orelse)
        begins = ast.Assign([ast.Name(counter, ast.Store())], _call("loop", site))
        return [ast.copy_location(begins, node), node]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        self._functions.append(node.name)
        node.args = self.visit(node.args)
        node.decorator_list = [self.visit(each) for each in node.decorator_list]
        node.body = self._body(node.body)
        self._functions.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        self._functions.append(node.name)
        node.body = self._body(node.body)
        self._functions.pop()
        return node

    def _body(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for each in statements:
            found: Any = self.visit(each)
            made += found if isinstance(found, list) else [found]
        return made


def _unpacks(node: ast.Assign) -> bool:
    """Whether a statement gives a row of names a row of values: `a, b = c, d`."""
    target, value = node.targets[0], node.value
    return (
        len(node.targets) == 1
        and isinstance(target, ast.Tuple)
        and isinstance(value, ast.Tuple)
        and len(target.elts) == len(value.elts)
        and not any(isinstance(e, ast.Starred) for e in (*target.elts, *value.elts))
    )


def _method(name: str) -> ast.expr:
    return ast.Attribute(ast.Name(TAPE, ast.Load()), name, ast.Load())


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(_method(name), list(arguments), [])


def _key(node: ast.expr) -> ast.expr:
    """An index as an expression: `1:n` is `slice(1, n, None)`."""
    if isinstance(node, ast.Slice):
        none = ast.Constant(None)
        return _call("slice", node.lower or none, node.upper or none, node.step or none)
    if isinstance(node, ast.Tuple):
        return ast.Tuple([_key(each) for each in node.elts], ast.Load())
    return node


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
