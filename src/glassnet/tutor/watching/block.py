"""The lines below `with gn.watch():` where nothing is around them: left out, and done noted."""

from __future__ import annotations
import __future__

import ast
import copy
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from glassnet.tutor.watching.running_code import ReadFiles, same

_FUTURES = [getattr(__future__, name) for name in __future__.all_feature_names]
_OUTWARD = (ast.Break, ast.Continue, ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Yield,
            ast.YieldFrom, ast.Return)  # fmt: skip
_OWN_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class LeftOut(BaseException):
    """Raised where a block begins, so that its lines are not done as they are."""


def block_of(frame: FrameType, read: ReadFiles) -> tuple[CodeType, CodeType, int] | None:
    """The block that a frame enters: its code, the same noting what it does, and its first line.

    None where its lines can't be done in their place: within a function, on the line of the
    `with`, without a source, or where they break out of a loop around them.
    """
    if frame.f_locals is not frame.f_globals:
        return None
    file, at = frame.f_code.co_filename, frame.f_lineno
    text = read.read(file)
    if not text:
        return None
    try:
        tree = ast.parse(text, file)
        now = compile(text[read.starts[file] :], file, "exec", dont_inherit=True)
        if Path(file).exists() and same(now) != same(frame.f_code):
            return None  # the file is another by now
    except (SyntaxError, ValueError, RecursionError):
        return None
    line = at + read.starts[file]
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.With) and node.lineno <= line < _first(node.body[0])
    ]
    if len(around) != 1 or len(around[0].items) > 1 or any(map(_leaves, around[0].body)):
        return None
    first = _first(around[0].body[0]) - read.starts[file]
    body = ast.Module(around[0].body, [])
    flags = sum({f.compiler_flag for f in _FUTURES if f.compiler_flag & frame.f_code.co_flags})
    moved = ast.increment_lineno(copy.deepcopy(body), -read.starts[file])  # type: ignore[type-var]
    plain, noting = (
        compile(tree, file, "exec", flags=flags, dont_inherit=True)
        for tree in (moved, read.rewritten(file, text, body))
    )
    return plain, noting, first


def leave_out(frame: FrameType, first: int) -> Callable[[], None]:
    """The frame raises LeftOut as soon as it comes to that line. Gives what takes this back."""
    outer, inner = sys.gettrace(), frame.f_trace

    def look(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line" and frame.f_lineno >= first:
            raise LeftOut
        return look

    def back() -> None:
        sys.settrace(outer)
        frame.f_trace = inner

    sys.settrace(lambda *_: None)
    frame.f_trace = look
    return back


def _first(statement: ast.stmt) -> int:
    above: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in above)])


def _leaves(node: ast.AST, looped: bool = False) -> bool:
    """Whether a statement goes on outside of the block, or waits."""
    if isinstance(node, _OWN_SCOPE):
        return False
    if isinstance(node, _OUTWARD):
        return not (looped and isinstance(node, ast.Break | ast.Continue))
    looped = looped or isinstance(node, ast.For | ast.While)
    return any(_leaves(child, looped) for child in ast.iter_child_nodes(node))
