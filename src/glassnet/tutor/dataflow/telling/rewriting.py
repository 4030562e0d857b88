"""One way to write a wrong line, in the learner's own words, where a fault tells enough."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from glassnet.tutor.dataflow.locating.fault import Fault


def rewritten(fault: Fault, line_at: Callable[[int], str]) -> str:
    """The line as it could stand; "" where what is known of the fault does not say.

    line_at: a line's source, by its number.
    """
    line = line_at(fault.line)
    match fault.kind:
        case "operand" | "broadcast" if fault.operand != fault.wanted:
            return _instead(line, fault.text, fault.operand, fault.wanted)
        case "version" if fault.line_of < fault.line:
            update = line_at(fault.line_of)
            return f"{line}\n{update}" if line and update and line != update else ""
        case "direction":
            return _turned(line)
        case "rate":
            return _averaged(line, float(fault.got or "nan"))
        case "dropped":
            return f"{fault.quantity} = {fault.text}"
        case _:
            return ""


def _instead(line: str, text: str, operand: str, wanted: str) -> str:
    """The line with another operand in an expression; "" where it stands there more than once."""
    whole = rf"(?<![\w.]){re.escape(operand)}(?![\w(\[])"
    if line.count(text) != 1 or len(re.findall(whole, text)) != 1:
        return ""
    simple = re.fullmatch(r"[\w.\[\]'\"(), -]+", wanted)
    changed = re.sub(whole, lambda _: wanted if simple else f"({wanted})", text)
    return _whole(line.replace(text, changed))


def _turned(line: str) -> str:
    """The line with the sign of its step, or of its error, turned around."""
    statement = _statement(line)
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add | ast.Sub):
        old, new = ("-=", "+=") if isinstance(statement.op, ast.Sub) else ("+=", "-=")
        return line.replace(old, new, 1)
    value = statement.value if isinstance(statement, ast.Assign | ast.Return) else None
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Add | ast.Sub):
        return ""
    left, right = (ast.get_source_segment(line, e) or "" for e in (value.left, value.right))
    head = line[: value.col_offset] if line.isascii() else ""
    target = ast.unparse(statement.targets[0]) if isinstance(statement, ast.Assign) else ""
    if not head:
        return ""
    if target != left and isinstance(value.op, ast.Sub):
        return f"{head}{right} - {left}"
    sign = "+" if isinstance(value.op, ast.Sub) else "-"
    return f"{head}{left} {sign} {right}"


def _averaged(line: str, ratio: float) -> str:
    """The line with a sum for a mean, where the mean is too small by it, or the other way round."""
    old, new = ("mean(", "sum(") if ratio < 1 else ("sum(", "mean(")
    return _whole(line.replace(old, new)) if line.count(old) == 1 else ""


def _whole(line: str) -> str:
    """A line that is a statement by itself; "" for a part of one."""
    return line if _statement(line) is not None else ""


def _statement(line: str) -> ast.stmt | None:
    try:
        body = ast.parse(line).body
    except (SyntaxError, ValueError):
        return None
    return body[0] if len(body) == 1 else None
