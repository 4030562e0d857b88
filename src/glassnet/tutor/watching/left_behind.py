"""Where the numbers are kept that a training changes, to be read again when it is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import FrameType, FunctionType, ModuleType
from typing import Any

import numpy as np

MOST = 100_000  # values that are looked at
LONGEST = 5_000  # a longer list holds data

Place = tuple[Any, Any]  # a dictionary or list, and the key in it


def places_of(
    spaces: Iterable[dict[str, Any]], node_of: Callable[[Any], int | None]
) -> dict[int, Place]:
    """Node → where what it is now is kept: a variable, an attribute, in a list or dictionary."""
    found: dict[int, Place] = {}
    for container, key, value in _values(spaces):
        node = node_of(value)
        if node is not None:
            found[node] = container, key
    return found


def read_again(places: dict[int, Place]) -> dict[int, np.ndarray]:
    """What is kept there now, in a row each."""
    read: dict[int, np.ndarray] = {}
    for node, (container, key) in places.items():
        try:
            read[node] = np.array(container[key], float).reshape(-1)
        except (KeyError, IndexError, TypeError, ValueError):  # something else is there by now
            continue
    return read


def running(frame: FrameType | None, files: set[str]) -> Iterator[dict[str, Any]]:
    """The names of the learner's functions that run; what they hold can be read later."""
    while frame is not None:
        if frame.f_code.co_filename in files and frame.f_locals is not frame.f_globals:
            yield {
                "": [v for v in frame.f_locals.values() if not isinstance(v, np.ndarray | float)]
            }
        frame = frame.f_back


def _values(spaces: Iterable[dict[str, Any]]) -> Iterator[tuple[Any, Any, Any]]:
    """Each value that is reached by names, attributes, lists and dictionaries."""
    waiting: list[Any] = list(spaces)
    seen: dict[int, Any] = {}
    while waiting and len(seen) < MOST:
        container = waiting.pop()
        if id(container) in seen:
            continue
        seen[id(container)] = container
        pairs = container.items() if isinstance(container, dict) else enumerate(container)
        for key, value in list(pairs):
            if isinstance(value, np.ndarray | float):
                yield container, key, value
            elif isinstance(value, dict) or (
                isinstance(value, list | tuple) and len(value) <= LONGEST
            ):
                waiting.append(value)
            elif not isinstance(value, type | ModuleType | FunctionType):
                waiting += [vars(value)] if hasattr(value, "__dict__") else []
