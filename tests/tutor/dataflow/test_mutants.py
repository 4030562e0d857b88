"""Correct programs with one thing changed at a time: none may be called right without a reason.

A mutant that is called right must be shown to be: its steps are the original's, up to one factor
(or to a decay); or it does the same with other numbers; or its own slopes, by central differences
through its own way forward, are what it steps along.

The counts of a run are printed: `pytest -s -m campaign tests/tutor/dataflow/test_mutants.py`.
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.tutor.dataflow.graph import Graph, recorded
from glassnet.tutor.dataflow.judge import judge
from glassnet.tutor.dataflow.parameters import find_parameters
from glassnet.tutor.dataflow.readings import best_reading, followed
from glassnet.tutor.dataflow.replay import replayed

pytestmark = pytest.mark.outside  # takes long: a program is run, and judged, in each

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


def verdict(path: Path, text: str, line: int) -> tuple[str, Graph | None]:
    path.write_text(text, encoding="utf-8")
    try:
        graph = recorded(path, seed=1)
    except InputError:
        return "raises", None
    found = judge(graph)
    if found.verdict == "wrong" and found.fault:
        return ("its line" if found.fault.line == line else "another line"), graph
    return ("raises" if graph.ended not in ("done", "enough") else found.verdict), graph


# why a mutant is right


def reason(original: Graph, mutant: Graph, line: int) -> str:
    """What shows that a mutant is right; "" where nothing does."""
    one, other = (steps(graph, only_first=False) for graph in (original, mutant))
    if _alike(one, other) and abs(_factor(one, other) - 1) < 1e-9:
        return "the same steps"
    one, other = (steps(graph, only_first=True) for graph in (original, mutant))
    if _alike(one, other) and _factor(one, other) > 0:
        return "only a factor"
    if _alike(one, other) and _decayed(one, other):
        return "only a factor, beside a decay"
    if _computation(original) == _computation(mutant) and _prepares(mutant, line):
        return "the same with other numbers"
    return "slopes of its own" if _numerically(original, mutant) else ""


Steps = list[tuple[np.ndarray, np.ndarray]]  # from where, by how much


def steps(graph: Graph, *, only_first: bool) -> Steps:
    found: Steps = []
    for own in find_parameters(graph).steps.values():
        for step in own:
            if step.later and only_first:
                continue
            before = np.array(
                [graph.value(o).reshape(-1)[p] for o, p in zip(step.owner, step.place)]
            )
            found.append((before, graph.value(step.node).reshape(-1) - before))
    return found


def _alike(one: Steps, other: Steps) -> bool:
    same = len(one) == len(other) and all(a[0].size == b[0].size for a, b in zip(one, other))
    return same and all(np.allclose(a[0], b[0], 1e-6) for a, b in zip(one, other))


def _factor(one: Steps, other: Steps) -> float:
    """What all steps of one are multiplied by; else 0."""
    first, second = (np.concatenate([step for _, step in each]) for each in (one, other))
    c = float(first @ second) / float(first @ first)
    near = all(
        np.abs(b - c * a).max() <= 1e-5 * np.abs(b).max() + 1e-12
        for (_, a), (_, b) in zip(one, other)
    )
    return c if near else 0.0


def _decayed(one: Steps, other: Steps) -> bool:
    shares = [np.linalg.lstsq(np.stack([a, at], 1), b)[0] for (at, a), (_, b) in zip(one, other)
              if np.any(at)]  # fmt: skip
    near = [np.abs(c * a + k * at - b).max() <= 1e-6 * np.abs(b).max()
            for (c, k), (at, a), (_, b) in zip(shares, *([e for e in x if np.any(e[0])]
                                                        for x in (one, other)))]  # fmt: skip
    return all(near) and float(np.ptp(np.array(shares), axis=0).max()) < 1e-6


def _computation(graph: Graph) -> list[object]:
    """All that is computed from parameters: by which operation, from which of it."""
    parameters = find_parameters(graph)
    live = sorted(graph.descendants(parameters.made | parameters.before))
    number = {node: at for at, node in enumerate(live)}
    told: list[object] = []
    begun = parameters.before - parameters.made
    for node in (graph.nodes[n] for n in live if n not in begun):
        fixed = {k: v for k, v in node.static.items() if k != "which"}
        told.append((node.name, [number.get(o) for o in node.operands], fixed, node.value.shape))
    return told


def _prepares(graph: Graph, line: int) -> bool:
    """Whether a line computes nothing from parameters: it draws them, or makes the data."""
    parameters = find_parameters(graph)
    live = graph.descendants(parameters.made | parameters.before) - parameters.before
    return all(graph.site(n).line != line for n in live)


LOSSES = {
    "squared error": lambda a, t: ((a - t) ** 2).sum() / 2,
    "cross-entropy": lambda a, t: -(t * np.log(a)).sum(),
    "binary cross-entropy": lambda a, t: -(t * np.log(a) + (1 - t) * np.log(1 - a)).sum(),
    "absolute error": lambda a, t: np.abs(a - t).sum(),
}


def _numerically(original: Graph, mutant: Graph) -> bool:
    """Whether the first steps go along central differences of the loss that the original has.

    Of an optimizer the slopes, where it is the original's, with one factor throughout.
    """
    theirs, own = (best_reading(followed(graph)) for graph in (original, mutant))
    if theirs is None or own is None or theirs.target.loss != own.target.loss:
        return False
    same = [{replace(r.optimizer, times=1.0) for each in reading.judged
             if (r := each.rule) and r.optimizer} for reading in (theirs, own)]  # fmt: skip
    times = [e.rule.optimizer.times for e in own.judged if e.rule and e.rule.optimizer]
    if same[0] != same[1] or (times and np.ptp(times) > 1e-6 * max(times)):
        return False
    parameters = find_parameters(mutant)
    slopes: list[float] = []
    moved: list[float] = []
    for first in (s for every in parameters.steps.values() for s in every if s.later == 0):
        for at in {0, len(first.owner) // 2, len(first.owner) - 1}:
            owner, place = int(first.owner[at]), int(first.place[at])
            two = [_loss(mutant, own, parameters.made, owner, place, h) for h in (1e-5, -1e-5)]
            slopes.append((two[0] - two[1]) / 2e-5)
            before = mutant.value(owner).reshape(-1)[place]
            step = mutant.value(first.node).reshape(-1)[at] - before
            moved.append(-own.adjoints.of[owner].reshape(-1)[place] if times else step)
    slope, step = np.array(slopes), np.array(moved)
    rate = -float(slope @ step) / float(slope @ slope)
    return rate > 0 and bool(np.abs(step + rate * slope).max() <= 1e-5 * np.abs(step).max())


def _loss(graph: Graph, reading, made: set[int], owner: int, place: int, by: float) -> float:
    """The loss with one number of a parameter moved, all that follows computed once more."""
    value = graph.value(owner).copy()
    value.reshape(-1)[place] += by
    changed = {owner: value}
    for node in graph.nodes[owner + 1 : max(p.output for p in reading.target.pairs) + 1]:
        if node.index not in made and any(o in changed for o in node.operands):
            again = replayed(node, [changed.get(o, graph.value(o)) for o in node.operands])
            if again is not None:
                changed[node.index] = again
    loss = LOSSES[reading.target.loss]
    return sum(
        float(loss(changed[p.output], p.target))
        for p in reading.target.pairs
        if p.output in changed
    )


def counted(folder: Path, every: int) -> tuple[Counter[str], list[str]]:
    """How many of each verdict, with the reasons; and those that are right without one."""
    counts: Counter[str] = Counter()
    falsely: list[str] = []
    number = 0
    for program in PROGRAMS:
        tree = ast.parse(program.read_text(encoding="utf-8"))
        lines = ast.unparse(tree)  # lines as the mutants have them
        original: Graph | None = None
        for line, what, text in mutants(ast.parse(lines)):
            number += 1
            if number % every:
                continue
            found, graph = verdict(folder / program.name, text, line)
            if found == "right" and graph is not None:
                if original is None:
                    _, original = verdict(folder / program.name, lines, 0)
                assert original is not None
                why = reason(original, graph, line)
                found = f"right: {why}" if why else "falsely right"
                if not why:
                    falsely.append(f"{program.name}:{line} {what}: {text.splitlines()[line - 1]}")
            counts[found] += 1
    return counts, falsely


def test_some_mutants_are_judged_and_none_is_right_without_a_reason(tmp_path):
    counts, falsely = counted(tmp_path, every=67)
    assert sum(counts.values()) > 5
    assert falsely == []


@pytest.mark.campaign
def test_no_mutant_is_right_without_a_reason(tmp_path):
    counts, falsely = counted(tmp_path, every=1)
    print("\n", dict(counts), *falsely, sep="\n")
    assert sum(counts.values()) > 500
    assert falsely == []
