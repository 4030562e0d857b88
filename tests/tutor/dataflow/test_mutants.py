"""Correct programs with one thing changed at a time: none may be called right without a reason.

The counts of a run are printed: `pytest -s -m campaign tests/tutor/dataflow/test_mutants.py`.
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from glassnet.core.errors import InputError
from glassnet.tutor.dataflow.graph import recorded
from glassnet.tutor.dataflow.judge import judge

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
OTHERS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}


def mutants(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """(line, what was changed, the program): operators, factors, transposes, indexes, signs."""
    for number, node in enumerate(ast.walk(tree)):
        made = copy.deepcopy(tree)
        (own,) = [n for at, n in enumerate(ast.walk(made)) if at == number]
        if isinstance(own, ast.BinOp | ast.AugAssign) and type(own.op) in OTHERS:
            own.op = OTHERS[type(own.op)]()
            yield node.lineno, "operator", ast.unparse(made)
        if isinstance(own, ast.Attribute) and own.attr == "T":
            yield node.lineno, "transpose", _without(made, own, own.value)
        if isinstance(own, ast.BinOp) and isinstance(own.op, ast.Mult):
            yield node.lineno, "factor", _without(made, own, own.left)
        constant = isinstance(own, ast.Subscript) and isinstance(own.slice, ast.Constant)
        if constant and type(own.slice.value) is int:
            own.slice.value = 1 if own.slice.value == 0 else own.slice.value - 1
            yield node.lineno, "index", ast.unparse(made)


def _without(tree: ast.Module, old: ast.expr, new: ast.expr) -> str:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and old in value:
                value[value.index(old)] = new
    return ast.unparse(tree)


def verdict(path: Path, text: str, line: int) -> str:
    path.write_text(text, encoding="utf-8")
    try:
        graph = recorded(path, seed=1)
    except InputError:
        return "raises"
    found = judge(graph)
    if found.verdict == "wrong" and found.fault:
        return "its line" if found.fault.line == line else "another line"
    return "raises" if graph.ended not in ("done", "enough") else found.verdict


def counted(folder: Path, every: int) -> tuple[Counter[str], list[str]]:
    counts: Counter[str] = Counter()
    right: list[str] = []
    number = 0
    for program in PROGRAMS:
        tree = ast.parse(program.read_text(encoding="utf-8"))
        lines = ast.unparse(tree)  # lines as the mutants have them
        for line, what, text in mutants(ast.parse(lines)):
            number += 1
            if number % every:
                continue
            found = verdict(folder / program.name, text, line)
            counts[found] += 1
            if found == "right":
                right.append(
                    f"{program.name}:{line} {what}: {lines.splitlines()[line - 1].strip()}"
                )
    return counts, right


def test_some_mutants_are_judged_without_a_traceback(tmp_path):
    counts, _ = counted(tmp_path, every=67)
    assert sum(counts.values()) > 5


@pytest.mark.campaign
def test_all_mutants_are_judged(tmp_path):
    counts, right = counted(tmp_path, every=1)
    print("\n", dict(counts), *right, sep="\n")
    assert sum(counts.values()) > 500
