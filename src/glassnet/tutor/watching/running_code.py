"""Functions of a running program that note what they compute: their code is changed for a while.

A file is compiled a second time with the tape's calls in it, and each function that stands there
gets the code of its own lines. Its object, its defaults and its closure stay, so every class,
instance and reference made before goes on as it was.
"""

from __future__ import annotations

import ast
import gc
import linecache
import sys
import sysconfig
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

from glassnet.tutor.dataflow.recording.instrument import Site, TapeRewriter
from glassnet.tutor.process.source import LONGEST, PythonSource

_NOT_THEIRS = tuple(
    {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    | {str(Path(__file__).parents[2])}
)


class ReadFiles:
    """The files and cells of a program that were read, one below the other, and their sites."""

    def __init__(self) -> None:
        self.sites: list[Site] = []
        self.starts: dict[str, int] = {}  # file → how many lines stand above it
        self._lines: list[str] = []
        self._places: list[tuple[str, int]] = []

    def read(self, file: str) -> str:
        """The text of a file, with as many empty lines above it as were read before; or ""."""
        text = "".join(linecache.getlines(file))
        if not text or len(text) > LONGEST:
            return ""
        if file not in self.starts:
            self.starts[file] = len(self._lines)
            own = text.splitlines()
            self._lines += own
            self._places += [(label_of(file), line) for line in range(1, len(own) + 1)]
        return "\n" * self.starts[file] + text

    def rewritten(self, file: str, text: str, tree: ast.Module) -> ast.Module:
        """The same with the tape's calls, its lines counted from the file's first."""
        tree = TapeRewriter(text, self.sites).visit(tree)
        ast.fix_missing_locations(tree)
        return ast.increment_lineno(tree, -self.starts[file])  # type: ignore[type-var]

    def source(self, name: str) -> PythonSource:
        """All of it as one source, each line with its place."""
        text = "\n".join(self._lines) + "\n"
        return PythonSource(Path(name), text, ast.parse(text), tuple(self._places))


class RunningCode:
    """The functions whose code is another for now."""

    def __init__(self) -> None:
        self._before: dict[
            int, tuple[CodeType, CodeType]
        ] = {}  # by the id of the second, that notes

    def change(self, files: Iterable[str], spaces: Iterable[int], read: ReadFiles) -> int:
        """Gives functions of these namespaces, by id, code that notes; how many there were."""
        noting: dict[Any, CodeType] = {}
        for file in files:
            text = read.read(file)
            try:
                plain = compile(text[read.starts[file] :], file, "exec", dont_inherit=True)
                tree = read.rewritten(file, text, ast.parse(text, file))
                noted = compile(tree, file, "exec", dont_inherit=True)
            except (KeyError, SyntaxError, ValueError, RecursionError):
                continue  # no source, or no Python that is known by now
            noting |= {same(old): new for old, new in self.known(plain, noted)}
        own, changed = set(spaces), 0
        for function in _functions():
            code = noting.get(same(function.__code__)) if id(function.__globals__) in own else None
            if code is not None:
                self._before[id(code)] = function.__code__, code
                function.__code__, changed = code, changed + 1
        return changed

    def known(self, plain: CodeType, noting: CodeType) -> list[tuple[CodeType, CodeType]]:
        """Functions made meanwhile of the second get the code of the first back as well."""
        pairs = list(_paired(plain, noting))
        self._before |= {id(new): (old, new) for old, new in pairs}
        return pairs

    def back(self) -> None:
        """Each function has its own code again."""
        for function in _functions() if self._before else ():
            if id(function.__code__) in self._before:
                function.__code__ = self._before[id(function.__code__)][0]
        self._before = {}


def same(code: CodeType) -> tuple[Any, ...]:
    """What two codes of the same lines have in common; what ran compares unequal by ==.

    A file may have been changed since, and its operations are compared too. A cell can't, and is
    compiled a statement at a time, which gives other operations for the same lines.
    """
    consts = [same(c) if isinstance(c, CodeType) else repr(c) for c in code.co_consts]
    done = code.co_code if Path(code.co_filename).exists() else b""
    place = code.co_qualname, code.co_firstlineno
    return *place, done, *consts, *code.co_names, *code.co_varnames


def label_of(file: str) -> str:
    """A file's name; of what was typed into a notebook, the number that stands beside it."""
    if Path(file).exists():
        return Path(file).name
    cells = getattr(sys.modules.get("__main__"), "In", None)
    text = "".join(linecache.getlines(file)).strip()
    for number, cell in reversed(list(enumerate(cells or []))):
        if isinstance(cell, str) and cell.strip() == text:
            return f"cell [{number}]"
    return file.strip("<>")


def reached(frame: FrameType) -> tuple[set[str], dict[int, dict[str, Any]]]:
    """The files of a program as far as a frame's names lead to them, and its namespaces by id."""
    spaces: dict[int, dict[str, Any]] = {}
    waiting = [frame.f_globals]
    locals_ = frame.f_locals if frame.f_locals is not frame.f_globals else {}
    values = [*locals_.values()]
    while waiting or values:
        if not values:
            space = waiting.pop()
            if id(space) not in spaces:
                spaces[id(space)] = space
                values += list(space.values())
            continue
        found = _namespace_of(values.pop())
        if found is not None and id(found) not in spaces and is_theirs(found.get("__file__") or ""):
            waiting.append(found)
    own = set(spaces)
    files = {f.__code__.co_filename for f in _functions() if id(f.__globals__) in own}
    return {file for file in files if is_theirs(file)}, spaces


def is_theirs(file: str) -> bool:
    """Whether a file is the learner's: none of Python, of a package, or of ours."""
    return bool(file) and not file.startswith((*_NOT_THEIRS, "<frozen"))


def _namespace_of(value: Any) -> dict[str, Any] | None:
    """The namespace in which a value's functions are looked up."""
    if isinstance(value, ModuleType):
        return vars(value)
    if isinstance(value, FunctionType):
        return value.__globals__
    kind = value if isinstance(value, type) else type(value)
    module = sys.modules.get(kind.__module__) if isinstance(kind.__module__, str) else None
    return None if module is None or kind.__module__ == "builtins" else vars(module)


def _functions() -> list[FunctionType]:
    return [thing for thing in gc.get_objects() if type(thing) is FunctionType]


def _paired(plain: CodeType, noted: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The code of each function, and that of the same lines with the tape's calls."""
    ours = _by_place(noted)
    for place, codes in _by_place(plain).items():
        if len(codes) == len(ours[place]):
            yield from zip(codes, ours[place])


def _by_place(code: CodeType) -> dict[tuple[str, int], list[CodeType]]:
    found: dict[tuple[str, int], list[CodeType]] = defaultdict(list)
    waiting = [code]
    while waiting:
        for each in waiting.pop().co_consts:
            if isinstance(each, CodeType):
                found[each.co_qualname, each.co_firstlineno].append(each)
                waiting.append(each)
    return found
