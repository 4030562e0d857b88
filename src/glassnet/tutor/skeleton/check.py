"""A filled-in skeleton checked step by step, up to the first that is wrong."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.tutor.compare import Observed, differing_entry, explaining, matches
from glassnet.tutor.mistakes.behaviour import INPUTS_CHANGED
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.process.messages import fits
from glassnet.tutor.process.sandbox import Sandbox, Trouble
from glassnet.tutor.process.source import PythonSource
from glassnet.tutor.report import CheckedStage, CheckReport, CodePlace, Wrong, place_in
from glassnet.tutor.skeleton.contract import Trial, class_trials, function_trials
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
    unwritten = _unwritten(source.tree, names)
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
        altered = _altered(own, answers)
        if all(right) and not altered:
            continue
        later = names[names.index(name) + 1 :]
        if all(right):
            wrong = Wrong(
                name, name, own[0].name, "its arguments left as they were",
                "an argument changed in place", _own_place(source, name),
            )  # fmt: skip
            return CheckReport(
                str(path), style, [*stages[:-1], CheckedStage(name, len(own), 0)], wrong,
                [INPUTS_CHANGED], later=later, trials=len(own),
            )  # fmt: skip
        found, together = explained(own, seen, own[0].step.stage)
        wrong = _wrong(own, seen, right, answers, source)
        return CheckReport(
            str(path), style, stages, wrong, found, together, later=later, trials=len(own)
        )
    return CheckReport(
        str(path), style, stages, unwritten=unwritten, later=names[len(reached) + 1 :]
    )


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
        return f"{len(arrays)} arrays, where {len(expected)} are wanted"
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
        shapes = ", ".join(f"{label} {np.shape(array)}" for label, array in expected)
        return Wrong(name, name, trial.name, shapes, came, place)
    label, want, got = differing_entry(expected, came)
    return Wrong(label, name, trial.name, want, got, place)


def _definition(tree: ast.Module, name: str) -> ast.FunctionDef | None:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node
    return None


def _unwritten(tree: ast.Module, names: Sequence[str]) -> str:
    """The first function that is absent, or only says that it is to be written."""
    for name in names:
        node = _definition(tree, name)
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
    node = _definition(source.tree, name)
    if node is None:
        return None
    returns = [each for each in ast.walk(node) if isinstance(each, ast.Return)]
    return place_in(source, (returns[-1] if returns else node).lineno)
