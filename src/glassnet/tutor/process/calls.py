"""In the learner's process: their functions are called with our numbers, their answers taken down.

Nothing here judges. A call that raises is an answer too: what was raised, and at which line.
"""

import contextlib
import copy
import io
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np


def perform(path: Path, request: Mapping[str, Any]) -> Iterator[list[Any]]:
    """The answers to each of request["trials"], a list of calls upon one object or the module.

    A call is {"do": "call" | "make" | "method" | "read", "name": …, "args": […]}: a function of the
    module, an instance of a class (kept for the trial), its method, or its attribute. A trial
    ends at the first call that fails. An answer is {"value": …} or {"raised": …, "line": …},
    with "changed": the positions of the arguments, arrays and lists of them, that the call altered.
    """
    from glassnet.tutor.process.source import load_definitions

    namespace = load_definitions(path, request)
    for calls in request["trials"]:
        yield answers_of(namespace, calls, path)


def answers_of(namespace: dict[str, Any], calls: list[dict[str, Any]], path: Path) -> list[Any]:
    """The answers of one trial, up to the first call that fails."""
    made: Any = None
    answers: list[Any] = []
    for call in calls:
        arguments = copy.deepcopy(call.get("args", []))
        try:
            if call["do"] == "read":
                value = getattr(made, call["name"])
            elif call["do"] == "method":
                value = getattr(made, call["name"])(*arguments)
            else:
                value = namespace[call["name"]](*arguments)
        except Exception as error:
            answers.append(_raised(error, path))
            break
        if call["do"] == "make":
            made, value = value, None
        answers.append(
            {"value": plain(value), "changed": _changed(arguments, call.get("args", []))}
        )
    return answers


def plain(value: Any, depth: int = 0) -> Any:
    """What was given back: None, an array, a list of such, or {"type": its class}."""
    if value is None:
        return None
    if isinstance(value, bool | int | float | np.ndarray | np.generic):
        array = np.asarray(value)
        return array.copy() if array.dtype.kind in "biuf" else {"type": f"array of {array.dtype}"}
    if isinstance(value, list | tuple) and depth < 4:
        if value and all(isinstance(item, int | float | np.generic) for item in value):
            return plain(np.array(value))
        return [plain(item, depth + 1) for item in value]
    return {"type": type(value).__name__}


def _changed(after: Any, before: Any) -> list[int]:
    pairs = enumerate(zip(after, before))
    return [position for position, (one, other) in pairs if not _left_as_it_was(one, other)]


def _left_as_it_was(one: Any, other: Any) -> bool:
    """Of an array, and of a list of arrays. What was nudged and put back differs by rounding."""
    if isinstance(other, np.ndarray):
        same = np.shape(one) == other.shape
        return same and np.allclose(one, other, rtol=1e-12, atol=1e-14, equal_nan=True)
    if isinstance(other, list) and any(isinstance(each, np.ndarray) for each in other):
        return len(one) == len(other) and all(map(_left_as_it_was, one, other))
    return True


def _raised(error: BaseException, path: Path) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).name == path.name]
    return {
        "raised": type(error).__name__,
        "message": " ".join(str(error).split())[:300],
        "line": own[-1].lineno if own else None,
    }


def values(path: Path, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What the program's names hold at its end, for each of request["rounds"], as `values_after`.

    Only of a run with all rounds, asked for by -1, is printed what it prints.
    """
    from glassnet.tutor.process.source import read_source
    from glassnet.tutor.process.standing_in.install import install

    code = compile(read_source(path).tree, str(path), "exec")
    install(0, Path(request["folder"]))
    for rounds in request["rounds"]:
        with contextlib.redirect_stdout(io.StringIO() if rounds >= 0 else sys.stdout):
            yield values_after(code, rounds, request["names"], path)


def values_after(code: CodeType, rounds: int, names: Sequence[str], path: Path) -> dict[str, Any]:
    """{"values": by name}, or {"raised": …, "line": …} as of calls.

    A loop over a range of more than two makes so many rounds, all of them for -1.
    """

    def shortened(*limits: int) -> range:
        asked = range(*limits)
        return asked if rounds < 0 or len(asked) <= 2 else asked[:rounds]

    namespace: dict[str, Any] = {"__name__": "__main__", "__file__": str(path), "range": shortened}
    try:
        exec(code, namespace)
    except Exception as error:
        return _raised(error, path)
    return {"values": {name: plain(namespace[name]) for name in names if name in namespace}}
