"""A filled-in skeleton checked step by step, up to the first that is wrong."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.tutor.compare import Observed, differing_entry, explaining, matches, shape_in_words
from glassnet.tutor.mistakes.behaviour import AXIS_LOST, INPUTS_CHANGED
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.process.messages import fits
from glassnet.tutor.process.sandbox import Sandbox, Trouble
from glassnet.tutor.process.source import PythonSource
from glassnet.tutor.report import CheckedStage, CheckReport, CodePlace, Wrong, place_in
from glassnet.tutor.skeleton.contract import Trial, class_trials, function_trials
from glassnet.tutor.skeleton.likeness import likeness
from glassnet.tutor.skeleton.skeleton import CLASS, FUNCTIONS, METHODS


def skeleton_style(tree: ast.Module) -> str:
    """Which skeleton the file fills in: "functions", "class", or "" for neither."""
    functions = {
        node.name: len(node.args.args) for node in tree.body if isinstance(node, ast.FunctionDef)
    }
    if sum(functions.get(name) == count for name, count in FUNCTIONS.items()) >= 5:
        return "functions"
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == CLASS:
            methods = {
                each.name: len(each.args.args)
                for each in node.body
                if isinstance(each, ast.FunctionDef)
            }
            if all(methods.get(name) == count for name, count in METHODS.items()):
                return "class"
    return ""


# of a step's trials, what they were seen to give and the textbook's step: the mistakes that give
# the same, each alone or all together
Explaining = Callable[[Sequence[Trial], Sequence[Observed], str], tuple[list[Mistake], bool]]


def check_skeleton(path: Path, source: PythonSource, style: str, sandbox: Sandbox) -> CheckReport:
    """Runs the learner's functions on every trial, and explains the first step that is wrong.

    Raises: Trouble where the file itself cannot be run.
    """
    trials = function_trials() if style == "functions" else class_trials()
    return check_trials(path, source, style, trials, sandbox)


def check_trials(
    path: Path,
    source: PythonSource,
    style: str,
    trials: Sequence[Trial],
    sandbox: Sandbox,
    explained: Explaining = explaining,
) -> CheckReport:
    """The same for these trials, in their order. Raises: Trouble as `check_skeleton`."""
    names = list(dict.fromkeys(trial.step.name for trial in trials))
    unwritten = first_unwritten(source.tree, names)
    reached = names[: names.index(unwritten)] if unwritten else names
    stages: list[CheckedStage] = []
    for name, answers in _answers(path, trials, reached, sandbox):
        own = [trial for trial in trials if trial.step.name == name]
        if isinstance(answers, Trouble):
            place = place_in(source, answers.line) if answers.line else _own_place(source, name)
            wrong = Wrong(name, name, own[0].name, "an answer", str(answers), place)
            return CheckReport(
                str(path), style, [*stages, CheckedStage(name, len(own), 0)], wrong,
                later=names[names.index(name) + 1 :],
            )  # fmt: skip
        seen = [observed(trial, answer) for trial, answer in zip(own, answers)]
        right = [matches(got, trial.expected()) for trial, got in zip(own, seen)]
        stages.append(CheckedStage(name, len(own), sum(right)))
        later = names[names.index(name) + 1 :]
        if all(right):
            beside = _beside_the_numbers(own, seen, answers, source)
            if beside is None:
                continue
            wrong, mistake = beside
            return CheckReport(
                str(path), style, [*stages[:-1], CheckedStage(name, len(own), 0)], wrong,
                [mistake], later=later, trials=len(own),
            )  # fmt: skip
        found, together = explained(own, seen, own[0].step.stage)
        wrong = _wrong(own, seen, right, answers, source)
        said = "" if found else _beyond_the_list(own, seen, source, wrong)
        return CheckReport(
            str(path), style, stages, wrong, found, together, later=later, trials=len(own),
            reason=said,
        )  # fmt: skip
    return CheckReport(
        str(path), style, stages, unwritten=unwritten, later=names[len(reached) + 1 :],
        reason=_twice(source, unwritten),
    )  # fmt: skip


def _answers(
    path: Path, trials: Sequence[Trial], names: Sequence[str], sandbox: Sandbox
) -> Iterator[tuple[str, list[Any] | Trouble]]:
    """(step, its trials' answers, or the Trouble it makes), step by step, all in one process."""
    own = [trial for name in names for trial in trials if trial.step.name == name]
    if not own:
        return
    request = {"trials": [trial.calls() for trial in own]}
    reply = sandbox.run("glassnet.tutor.process.calls:perform", request, path, [_an_answer])
    if reply.trouble is not None and reply.trouble.kind in ("syntax", "missing"):
        raise reply.trouble
    answers = iter(reply.parts)
    for name in names:
        given = list(islice(answers, sum(trial.step.name == name for trial in own)))
        if len(given) < sum(trial.step.name == name for trial in own):
            yield name, reply.trouble or Trouble(f"{path.name} gave no answer.", "reply")
            return
        yield name, given


def _an_answer(answer: Any) -> bool:
    raised = {"raised": str, "message": str, "line": int | None}
    return fits(answer, {"value": _is_value, "changed": [int]}) or fits(answer, raised)


def _is_value(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_value, value))
    return isinstance(value, np.ndarray | None) or fits(value, {"type": str})


def observed(trial: Trial, answers: list[Any]) -> Observed:
    """The arrays that the trial's calls gave, or the sentence on why there are none."""
    arrays: list[Any] = []
    expected = trial.expected() or []
    for answer, call in zip(answers, trial.calls()):
        if "raised" in answer:
            return f"{answer['raised']}: {answer['message']}"
        if call["do"] == "make" or (call["do"] == "method" and call["name"] == "train"):
            continue
        flat = _flat(answer["value"])
        if isinstance(flat, str):
            return flat
        arrays += flat
    if len(arrays) != len(expected):
        wanted = "one is" if len(expected) == 1 else f"{len(expected)} are"
        return f"{len(arrays)} arrays, where {wanted} wanted"
    for (name, want), got in zip(expected, arrays):
        if trial.step.shaped and np.shape(got) != np.shape(want):
            return f"{name} of shape {np.shape(got)}"
    return arrays


def _flat(value: Any) -> list[Any] | str:
    if value is None:
        return "None: does the function end with `return`?"
    if isinstance(value, dict):
        return f"a value of type {value['type']}"
    if isinstance(value, list):
        found: list[Any] = []
        for item in value:
            inner = _flat(item)
            if isinstance(inner, str):
                return inner
            found += inner
        return found
    return [np.asarray(value, dtype=np.float64)]


def _beside_the_numbers(
    trials: Sequence[Trial], seen: Sequence[Observed], answers: list[Any], source: PythonSource
) -> tuple[Wrong, Mistake] | None:
    """What is wrong though all numbers are right: an argument changed, a column laid flat."""
    name = trials[0].step.name
    if _altered(trials, answers):
        place, mistake = _in_place(source, name)
        told = "its arguments left as they were", "an argument changed in place"
        return Wrong(name, name, trials[0].name, *told, place), mistake
    for trial, came in zip(trials, seen) if trials[0].step.columns else ():
        for (label, want), got in zip(trial.expected() or [], came):
            if np.shape(want) != np.shape(got):
                shapes = shape_in_words(np.shape(want)), shape_in_words(np.shape(got))
                return Wrong(label, name, trial.name, *shapes, _of_sum(source, name)), AXIS_LOST
    return None


def _of_sum(source: PythonSource, name: str) -> CodePlace | None:
    """Where the function sums up."""
    node = definition(source.tree, name)
    for each in ast.walk(node) if node else ():
        if isinstance(each, ast.Attribute) and each.attr == "sum":
            return place_in(source, each.lineno)
    return _own_place(source, name)


def _altered(trials: Sequence[Trial], answers: list[Any]) -> bool:
    for trial, given in zip(trials, answers):
        for call, answer in zip(trial.calls(), given):
            if call["do"] == "call":
                safe = trial.step.safe
                if any(safe is None or position in safe for position in answer.get("changed", ())):
                    return True
    return False


def _wrong(
    trials: Sequence[Trial],
    seen: Sequence[Observed],
    right: Sequence[bool],
    answers: list[Any],
    source: PythonSource,
) -> Wrong:
    position = right.index(False)
    trial, came = trials[position], seen[position]
    name = trial.step.name
    expected = trial.expected() or []
    raised = next((a for a in answers[position] if "raised" in a), None)
    place = _own_place(source, name)
    if raised is not None and raised["line"]:
        place = place_in(source, raised["line"])
    if isinstance(came, str):
        shapes = ", ".join(f"{label}: {shape_in_words(np.shape(a))}" for label, a in expected)
        return Wrong(name, name, trial.name, shapes, _in_words(came), place)
    label, want, got = differing_entry(expected, came)
    return Wrong(_curve_at(trial, label), name, trial.name, want, got, place)


def _curve_at(trial: Trial, label: str) -> str:
    """Of a function of z, at which z: sigmoid(-3) for the entry sigmoid(z)[0,0]."""
    found = re.fullmatch(r"(\w+)\(z\)\[(\d+),(\d+)\]", label)
    return f"{found[1]}({trial.case.x[int(found[2]), int(found[3])]:g})" if found else label


def _in_words(raised: str) -> str:
    """What NumPy says of shapes in a product, without its signature."""
    found = re.match(r"ValueError: matmul: .+ \(size (\d+) is different from (\d+)\)", raised)
    if found is None:
        return raised
    return f"an error: in a product with @ the inner sizes must be alike, {found[2]} and {found[1]}"


def _in_place(source: PythonSource, name: str) -> tuple[CodePlace | None, Mistake]:
    """Where the function writes into what it was given, and the mistake in its own words."""
    node = definition(source.tree, name)
    given = {each.arg for each in node.args.args} if node else set()
    walked = _names_in(each for each in ast.walk(node or ast.Pass()) if isinstance(each, ast.For))
    for each in ast.walk(node) if node else ():
        if isinstance(each, ast.AugAssign):
            target, op = each.target, ast.unparse(each).removeprefix(ast.unparse(each.target))
            told = f"{ast.unparse(target)} {op.split('=')[0].strip()} {ast.unparse(each.value)}"
        elif isinstance(each, ast.Assign):
            target, told = each.targets[0], ast.unparse(each.value)
        else:
            continue
        base = target
        while isinstance(base, ast.Subscript):
            base = base.value
        whole = base is target
        if not isinstance(base, ast.Name) or base.id not in given | walked:
            continue
        if whole and isinstance(each, ast.Assign):
            continue
        wrong = ast.unparse(each)
        right = f"a copy of {base.id} first, then {wrong}"
        if base.id not in given:
            right = f"{told}, put into a new list"
        elif whole:
            right = f"{base.id} = {told}"
        return place_in(source, each.lineno), replace(
            INPUTS_CHANGED, wrong=wrong, right=right,
            why=f"`{wrong}` writes into what the function was given, so that whoever computes "
            "with it next finds other numbers. A new array leaves it alone.",
        )  # fmt: skip
    return _own_place(source, name), INPUTS_CHANGED


def _names_in(loops: Iterable[ast.For]) -> set[str]:
    """What the loops call each of what they run over."""
    inside = (each for loop in loops for each in ast.walk(loop.target))
    return {each.id for each in inside if isinstance(each, ast.Name)}


def _beyond_the_list(
    trials: Sequence[Trial], seen: Sequence[Observed], source: PythonSource, wrong: Wrong
) -> str:
    """What can be said of a slip that is on no list."""
    if "bitwise_xor" in wrong.got or "for ^: " in wrong.got:
        return "A power is written **: a ** 2 is the square of a, and ^ is another operation."
    return _left_standing(source, wrong.stage, wrong) or likeness(trials, seen)


def _left_standing(source: PythonSource, name: str, wrong: Wrong) -> str:
    """Where the skeleton's own line still stands beside what was written."""
    node = definition(source.tree, name)
    if node is None or not wrong.got.startswith("NotImplementedError"):
        return ""
    stands = next(
        (n for n in ast.walk(node) if isinstance(n, ast.Raise) and _says_unwritten(n)), None
    )
    where = f"in {source.where(stands.lineno)} " if stands else ""
    return (
        f"`raise NotImplementedError` still stands {where}of your file, and ends the function "
        "there. Your lines take its place: delete it."
    )


def _twice(source: PythonSource, name: str) -> str:
    """Where a function is written, and its empty form stands below it."""
    there = [n for n in source.tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
    if len(there) < 2:
        return ""
    return (
        f"{name} is in your file {len(there)} times, and Python takes the last, in "
        f"{source.where(there[-1].lineno)}, which is still to be filled in: delete that one."
    )


def definition(tree: ast.Module, name: str) -> ast.FunctionDef | None:
    """The one that counts: of several Python takes the last."""
    for nodes in (tree.body, ast.walk(tree)):
        found = [n for n in nodes if isinstance(n, ast.FunctionDef) and n.name == name]
        if found:
            return found[-1]
    return None


def first_unwritten(tree: ast.Module, names: Sequence[str]) -> str:
    """The first function that is absent, or only says that it is to be written."""
    for name in names:
        node = definition(tree, name)
        if node is None:
            if _assigned(tree, name):
                continue
            return name
        body = [
            each
            for each in node.body
            if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        ]
        if all(isinstance(each, ast.Pass) or _says_unwritten(each) for each in body):
            return name
    return ""


def _assigned(tree: ast.Module, name: str) -> bool:
    """Whether the file binds the name by `name = …`, as to a lambda."""
    return any(
        isinstance(node, ast.Assign)
        and any(isinstance(each, ast.Name) and each.id == name for each in node.targets)
        for node in tree.body
    )


def _says_unwritten(node: ast.stmt) -> bool:
    return isinstance(node, ast.Raise) and "NotImplemented" in ast.unparse(node)


def _own_place(source: PythonSource, name: str) -> CodePlace | None:
    node = definition(source.tree, name)
    if node is None:
        return None
    returns = [each for each in ast.walk(node) if isinstance(each, ast.Return)]
    return place_in(source, (returns[-1] if returns else node).lineno)
