"""A few remarks on style: loops where one line of matrix algebra would do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from glassnet.tutor.process.source import PythonSource
from glassnet.tutor.report import CodePlace, place_in

MOST = 3
_SETTING = re.compile(r"(learning_?rate|lr|alpha|eta|epochs?|n_?iter\w*|num_iter\w*|batch_?size|"
                      r"momentum|reg|lambd\w*)", re.I)  # fmt: skip


def style_remarks(source: PythonSource) -> list[str]:
    """At most three sentences, each with its line and the line that would do instead."""
    return list(dict.fromkeys(_remarks(source)))[:MOST]


def ignored_parameters(source: PythonSource) -> list[tuple[CodePlace, str]]:
    """Parameters of a training that a function takes and never reads, with the function's line."""
    found: list[tuple[CodePlace, str]] = []
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.FunctionDef) or _is_empty(node):
            continue
        read = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        for argument in (*node.args.args, *node.args.kwonlyargs):
            if argument.arg not in read and _SETTING.fullmatch(argument.arg):
                found.append((place_in(source, node.lineno), argument.arg))
    return found


def _is_empty(function: ast.FunctionDef) -> bool:
    """Whether it only says something, or passes: an interface."""
    return all(isinstance(n, ast.Pass | ast.Expr | ast.Raise | ast.Return) for n in function.body)


def _remarks(source: PythonSource) -> Iterator[str]:
    inner: set[ast.AST] = set()
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.For) or node in inner:
            continue
        inner.update(each for each in ast.walk(node) if isinstance(each, ast.For))
        loops = [each for each in ast.walk(node) if isinstance(each, ast.For)]
        names = [each.target.id for each in loops if isinstance(each.target, ast.Name)]
        for change in ast.walk(node):
            if isinstance(change, ast.AugAssign):
                line = _instead(change, names)
                if line:
                    where = source.where(change.lineno)
                    yield f"{where}: the loop around `{ast.unparse(change)}` can be {line}"
                    break


def _instead(change: ast.AugAssign, loops: list[str]) -> str:
    """The line of matrix algebra for a sum or an update entry by entry, "" for other loops."""
    indexes = _indexes(change.target)
    used = [name for name in loops if name in {i for part in indexes for i in part}]
    product = isinstance(change.value, ast.BinOp) and isinstance(change.value.op, ast.Mult)
    factors = _indexes(change.value)
    if not used and product and len([f for f in factors if set(f) & set(loops)]) >= 2:
        return "one product: z = W @ a + b, for all neurons at once."
    if len(used) == 2 and isinstance(change.op, ast.Sub | ast.Add):
        return "one line for the whole matrix: W -= learning_rate * np.outer(delta, a)."
    if len(used) == 1 and product and len(factors) >= 2:
        return "one product: W @ a, or W.T @ delta, for all neurons at once."
    return ""


def _indexes(node: ast.AST) -> list[tuple[str, ...]]:
    """The names that index each subscripted expression within."""
    found: list[tuple[str, ...]] = []
    skip: set[ast.AST] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Subscript) and each not in skip:
            names: list[str] = []
            part: ast.expr = each
            while isinstance(part, ast.Subscript):
                skip.add(part)
                names += [n.id for n in ast.walk(part.slice) if isinstance(n, ast.Name)]
                part = part.value
            found.append(tuple(names))
    return found
