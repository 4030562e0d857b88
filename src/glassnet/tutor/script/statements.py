"""Statements of a learner's program: where a name gets its value, what a step is given."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from glassnet.tutor.process.source import PythonSource

Statement = ast.Assign | ast.AugAssign | ast.AnnAssign


def set_at(source: PythonSource, name: str, before: int) -> int:
    """The line in which a name gets its value, the last before a line if it can be; 0: none.

    Of what a loop runs through, the line of that: `for total in sums`.
    """
    root = name.partition("[")[0]
    lines = [
        node.lineno
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and root in _targets(node)
    ]
    if not lines:
        run_through = _run_through(source, root)
        return set_at(source, run_through, before) if run_through not in ("", root) else 0
    return max((line for line in lines if line < before), default=min(lines))


def counted_at(source: PythonSource, text: str, before: int) -> int:
    """The line in which a number in an expression is counted up, before a line; 0: in none."""
    try:
        names = {n.id for n in ast.walk(ast.parse(text.strip())) if isinstance(n, ast.Name)}
    except (SyntaxError, ValueError):
        return 0
    steps = (n for n in ast.walk(source.tree)
             if isinstance(n, ast.AugAssign) and isinstance(n.value, ast.Constant))  # fmt: skip
    return max((n.lineno for n in steps if n.lineno < before and ast.unparse(n.target) in names),
               default=0)  # fmt: skip


def loop_around(source: PythonSource, line: int) -> int:
    """The line of the innermost loop that counts around a line; 0: none does."""
    loops = (n for n in ast.walk(source.tree) if isinstance(n, ast.For))
    around = (n for n in loops if n.lineno < line <= (n.end_lineno or n.lineno))
    return max((n.lineno for n in around if "range(" in ast.unparse(n.iter)), default=0)


def mentioned_after(source: PythonSource, name: str, line: int) -> int:
    """The first line after one in which a name is taken for something; 0: none."""
    taken = (n.lineno for n in ast.walk(source.tree)
             if isinstance(n, ast.Name | ast.Attribute) and isinstance(n.ctx, ast.Load)
             and n.lineno > line and name and ast.unparse(n) == name)  # fmt: skip
    return min(taken, default=0)


def thrown_away_at(source: PythonSource, lines: Iterable[int]) -> int:
    """The line in which a call stands by itself whose value is returned up to there; 0: none.

    Args: lines, of what computes the value and of the calls around it, the innermost first.
    """
    statements = [n for n in ast.walk(source.tree) if isinstance(n, ast.stmt)]
    for line in lines:
        around = [n for n in statements if n.lineno <= line <= (n.end_lineno or n.lineno)]
        own = max(around, key=lambda n: n.lineno, default=None)
        if isinstance(own, ast.Expr) and isinstance(own.value, ast.Call):
            return own.lineno
        if not isinstance(own, ast.Return):
            return 0
    return 0


def renamed_at(source: PythonSource, name: str, text: str) -> int:
    """The line in which a name is put where an expression takes it from by another one; 0: none.

    >>> from pathlib import Path
    >>> lines = "cache['Z'] = Z", "cache['A'] = Z"
    >>> text = chr(10).join(lines)
    >>> renamed_at(PythonSource(Path(), text, ast.parse(text)), "Z", "dZ @ cache['A']")
    2
    """
    try:
        parts = list(ast.walk(ast.parse(text.strip())))
    except (SyntaxError, ValueError):
        return 0
    if any(isinstance(n, ast.Name) and n.id == name for n in parts):
        return 0
    taken = {ast.unparse(n.value): _kind_of(n.slice) for n in parts if isinstance(n, ast.Subscript)}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.value) == name:
            for part in _parts(node):
                if isinstance(part, ast.Subscript):
                    kind = taken.get(ast.unparse(part.value))
                    if kind is not None and kind == _kind_of(part.slice):
                        return node.lineno
    return 0


def _kind_of(key: ast.expr) -> str:
    """What all keys of one kind begin with: 'A' of f"A{l}" and of "A1"."""
    match key:
        case ast.JoinedStr(values=[ast.Constant(value=str(begun)), *_]):
            return begun
        case ast.Constant(value=str(whole)):
            return whole.rstrip("0123456789")
        case _:
            return ""


def added_to(text: str) -> str:
    """The name to which a statement adds; "" where it does not add."""
    try:
        (only,) = ast.parse(text.strip()).body
    except (SyntaxError, ValueError):
        return ""
    return ast.unparse(only.target) if isinstance(only, ast.AugAssign) else ""


def given_at(source: PythonSource, step: int) -> int:
    """The last line before a step in which something that it takes gets its value; 0: none."""
    around = [n for n in ast.walk(source.tree) if isinstance(n, Statement)]
    own = next((n for n in around if n.lineno <= step <= (n.end_lineno or n.lineno)), None)
    if own is None or own.value is None:
        return 0
    taken = {n.id for n in ast.walk(own.value) if isinstance(n, ast.Name)} - _roots(own)
    taken |= {_run_through(source, name) for name in taken}
    return max((n.lineno for n in around if n.lineno < step and taken & _roots(n)), default=0)


def _targets(statement: Statement) -> set[str]:
    """What a statement gives a value, as it is written."""
    return {ast.unparse(part) for part in _parts(statement)}


def _roots(statement: Statement) -> set[str]:
    """The names of the variables that it gives a value, or changes in a place."""
    return {n.id for part in _parts(statement) for n in ast.walk(part) if isinstance(n, ast.Name)
            and not _is_index(part, n)}  # fmt: skip


def _is_index(part: ast.expr, name: ast.Name) -> bool:
    return any(name in ast.walk(n.slice) for n in ast.walk(part) if isinstance(n, ast.Subscript))


def _parts(statement: Statement) -> Iterator[ast.expr]:
    waiting = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in waiting:
        yield from target.elts if isinstance(target, ast.Tuple | ast.List) else [target]


def _run_through(source: PythonSource, name: str) -> str:
    """What the loop goes through that a name comes from; of `zip` its own part; "" without one."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.For | ast.comprehension):
            continue
        target, through = node.target, node.iter
        each = target.elts if isinstance(target, ast.Tuple) else [target]
        places = [n for n, part in enumerate(each) if ast.unparse(part) == name]
        called = through.func.id if (
            isinstance(through, ast.Call) and isinstance(through.func, ast.Name)
        ) else ""  # fmt: skip
        if places and called == "zip" and isinstance(through, ast.Call):
            through = through.args[places[0]] if places[0] < len(through.args) else through
        if places:
            return ast.unparse(through)
    return ""
