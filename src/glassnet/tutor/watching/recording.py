"""In the learner's process: the whole script is run, and every number that it computes is noted.

The script's tree is rewritten so that each expression and assignment reports its value; what it
computes stays the same. Training loops are cut to a few rounds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.tutor.process.source import PythonSource, line_in, read_source, source_line
from glassnet.tutor.process.standing_in.form import form_of, unshrunk
from glassnet.tutor.watching.instrument import (
    GOES,
    HELD,
    ROUNDS,
    SEEN,
    Instead,
    Mark,
    ReportRewriter,
)

MOST_EVENTS = 20_000
MOST_NUMBERS = 20_000_000
LARGEST = 200_000  # numbers in one array


class _Enough(BaseException):
    """As much was seen as can be looked at."""


@dataclass
class _Notes:
    """All that was noted, arrays once each."""

    marks: list[Mark] = field(default_factory=list)
    arrays: list[np.ndarray] = field(default_factory=list)
    known: dict[Any, int] = field(default_factory=dict)
    events: list[list[Any]] = field(default_factory=list)
    last: dict[Any, int] = field(default_factory=dict)
    holders: dict[int, tuple[Any, Mark, str, int]] = field(default_factory=dict)
    numbers: int = 0
    cut: list[int] = field(default_factory=list)

    def seen(self, value: Any, mark: int) -> Any:
        """An expression's value, handed on."""
        array = _numeric(value)
        if array is not None:
            self._note(array, self.marks[mark], self.marks[mark].name, 0)
        return value

    def held(self, value: Any, mark: int, owner: Any = None) -> None:
        """What a variable holds now; a list or a dictionary item by item."""
        about = self.marks[mark]
        self._items(value, about, about.name, 0 if owner is None else id(owner) % 2**40, 0)

    def _items(self, value: Any, about: Mark, name: str, owner: int, depth: int) -> None:
        array = _numeric(value)
        if array is not None:
            self._note(array, about, name, owner, fresh=depth > 0)
            if isinstance(value, np.ndarray) and about.assign:
                # an array changed in place under another name is its first holder's too
                _, first, own, at = self.holders.setdefault(id(value), (value, about, name, owner))
                if about.augmented and own != name:
                    changed = replace(first, augmented=True, line=about.line)
                    self._note(array, changed, own, at)
        elif isinstance(value, list | tuple) and depth < 3 and len(value) <= 50:
            for position, item in enumerate(value):
                self._items(item, about, f"{name}[{position}]", owner, depth + 1)
        elif isinstance(value, dict) and depth < 3 and len(value) <= 50:
            for key, item in value.items():
                self._items(item, about, f"{name}[{key!r}]", owner, depth + 1)

    def _note(
        self, array: np.ndarray, about: Mark, name: str, owner: int, fresh: bool = False
    ) -> None:
        if array.size > LARGEST:
            return
        key = (array.dtype.str, array.shape, array.tobytes())
        index = self.known.get(key)
        if index is None:
            if self.numbers + array.size > MOST_NUMBERS:
                raise _Enough
            index = self.known[key] = len(self.arrays)
            self.arrays.append(array.copy())
            self.numbers += array.size
        variable = (name, about.scope, owner)
        if fresh and self.last.get(variable) == index:
            return
        self.last[variable] = index
        flags = [about.assign, about.augmented, about.entry]
        self.events.append([about.line, about.text, name, about.scope, owner, index, flags])
        if len(self.events) >= MOST_EVENTS:
            raise _Enough

    def rounds(self, values: Iterable[Any], mark: int, most: int) -> Iterator[Any]:
        """A loop's values, so many of them at most."""
        for position, value in enumerate(values):
            if position >= most:
                self._cut(mark)
                return
            yield value

    def goes(self, counter: list[int], mark: int, most: int) -> bool:
        """Whether a while loop may go round once more."""
        counter[0] += 1
        if counter[0] > most:
            self._cut(mark)
            return False
        return True

    def _cut(self, mark: int) -> None:
        if self.marks[mark].line not in self.cut:
            self.cut.append(self.marks[mark].line)


def _numeric(value: Any) -> np.ndarray | None:
    """The value as an array, where it is a number or holds numbers alone."""
    if isinstance(value, np.ndarray):
        return np.asarray(value) if value.dtype.kind in "biuf" else None
    if isinstance(value, bool | int | float | np.generic):
        if isinstance(value, int) and abs(value) > 2**53:
            return None
        array = np.asarray(value)
        return array if array.dtype.kind in "biuf" else None
    if isinstance(value, list) and value and len(value) <= LARGEST:
        first = value[0]
        if isinstance(first, bool | int | float | np.generic) or (
            isinstance(first, list) and first and isinstance(first[0], bool | int | float)
        ):
            try:
                array = np.array(value)
            except (ValueError, TypeError, OverflowError):
                return None
            return array if array.dtype.kind in "biuf" else None
    return None


def watch(path: Path, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Runs the script and gives its events, once; the file's helper modules run as they are.

    request: seed, iterations, lines to run at the end, "more", and "instead", two texts.
    """
    from glassnet.tutor.process.standing_in.install import install

    source = read_source(path)
    if request.get("more"):
        text = source.text.rstrip("\n") + "\n" + str(request["more"])
        source = PythonSource(path, text, ast.parse(text, filename=str(path)), source.cells)
    if request.get("instead"):
        Instead(*request["instead"]).visit(source.tree)
    notes = _Notes()
    tree = ReportRewriter(source, notes.marks, int(request.get("iterations", 3))).visit(source.tree)
    code = compile(ast.fix_missing_locations(tree), str(path), "exec")
    form = unshrunk(form_of(source.text))
    data = install(int(request.get("seed", 0)), Path(request["folder"]), source.text, form)
    namespace: dict[str, Any] = {
        "__name__": "__main__",
        "__file__": str(path),
        SEEN: notes.seen,
        HELD: notes.held,
        ROUNDS: notes.rounds,
        GOES: notes.goes,
    }
    ended = "done"
    try:
        with np.errstate(all="ignore"):
            exec(code, namespace)
    except (_Enough, SystemExit):
        pass
    except (Exception, KeyboardInterrupt) as error:
        if not notes.events or isinstance(error, MemoryError):
            raise
        line = line_in(error, path)
        at = f" at {source.where(line)}, `{source_line(source, line)}`" if line else ""
        ended = f"{type(error).__name__}{at}: {' '.join(str(error).split())[:200]}"
    yield {
        "events": [[line, source.where(line), *rest] for line, *rest in notes.events],
        "arrays": notes.arrays,
        "ended": ended,
        "cut": notes.cut,
        "stood_in": data.sentences(),
    }
