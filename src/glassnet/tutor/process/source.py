"""From a learner's file, a script or a notebook, to its syntax tree, and to its definitions."""

from __future__ import annotations

import ast
import io
import json
import tokenize
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glassnet.core.errors import InputError
from glassnet.files.whole import read_bytes
from glassnet.tutor.process.dialects import (
    as_python_3,
    begun_at_the_margin,
    code_cells,
    is_notebook,
    without_late_futures,
    without_magics,
)
from glassnet.tutor.process.protocol import Trouble

LARGEST = 5 * 2**20  # bytes, of which most may be a notebook's pictures
LONGEST = 2**19  # characters of Python: its tree can take 600 times as many bytes
_Cells = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class PythonSource:
    """A file's Python: its text, its tree, and for a notebook each line's cell."""

    path: Path
    text: str
    tree: ast.Module
    cells: _Cells = ()  # (which cell or file, line in it) of each line
    python_2: bool = False  # it was written for that

    def where(self, line: int) -> str:
        """ "line 31", or "code cell 3, line 5"."""
        if self.cells and 0 < line <= len(self.cells):
            cell, own = self.cells[line - 1]
            return f"{cell}, line {own}"
        return f"line {line}"


def source_line(source: PythonSource, line: int) -> str:
    """The text of a line, without the white space around it."""
    lines = source.text.splitlines()
    return lines[line - 1].strip() if 0 < line <= len(lines) else ""


def read_source(path: Path) -> PythonSource:
    """The file as Python. Raises: Trouble where it cannot be read, or is not Python."""
    path = Path(path)
    try:
        raw = read_bytes(path, "the script", LARGEST, "give a .py or .ipynb file of one's own")
    except InputError as error:
        raise Trouble(str(error), "missing") from None
    text, cells = _text(raw, path)
    if len(text) > LONGEST:
        raise Trouble(
            f"{path} has {len(text):,} characters of Python, and {LONGEST:,} are read at most: "
            "keep data in a file of their own.",
            "missing",
        )
    return _parsed(path, text, cells)


def _parsed(path: Path, text: str, cells: _Cells) -> PythonSource:
    """The text as Python 3 reads it, and its tree; an exported notebook's and Python 2's too."""
    first: Exception | None = None
    for made, python_2 in _readings(text):
        try:
            return PythonSource(path, made, ast.parse(made, str(path)), cells, python_2)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            first = first or error
    if not isinstance(first, SyntaxError):
        raise Trouble(f"{path} is not valid Python: {first}.", "syntax") from None
    source = PythonSource(path, text, ast.Module([], []), cells)
    line = first.lineno or 1
    said = (first.msg or "invalid syntax").split(" (")[0]
    raise Trouble(
        f"{path} is not valid Python: {said}, {source.where(line)}: `{source_line(source, line)}`.",
        "syntax",
        line,
    ) from None


def _readings(text: str) -> Iterator[tuple[str, bool]]:
    """The text in the ways that it may be meant, each made where it is asked for; of Python 2?"""
    yield text, False
    lines = text.split("\n")
    magic = without_late_futures(without_magics(lines))
    yield "\n".join(magic), False
    for way in (lines, magic):
        if (old := as_python_3(way)) is not None:
            yield "\n".join(old), True


def _text(raw: bytes, path: Path) -> tuple[str, _Cells]:
    """The Python in a file, and for a notebook, under whichever name, each line's cell."""
    if path.suffix == ".ipynb":
        return _cells(raw, path)
    text = _decoded(raw, path)
    return _cells(raw, path) if is_notebook(text) else (text, ())


def _decoded(raw: bytes, path: Path) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        text = raw.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        raise Trouble(
            f"{path} is no text: expected a Python script or a notebook (.ipynb).", "syntax"
        ) from None
    return io.IncrementalNewlineDecoder(None, translate=True).decode(text)


def _cells(raw: bytes, path: Path) -> tuple[str, _Cells]:
    """The code cells one after another; magics and shell lines do nothing."""
    try:
        codes = list(code_cells(json.loads(raw.decode("utf-8"))))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Trouble(f"{path} is not a notebook: expected JSON with cells.", "syntax") from None
    lines: list[str] = []
    places: list[tuple[str, int]] = []
    for number, code in codes:
        own = without_late_futures(without_magics(begun_at_the_margin(code.splitlines())))
        lines += own
        places += [(f"code cell {number}", line) for line in range(1, len(own) + 1)]
    return "\n".join(lines) + "\n", tuple(places)


def line_in(error: BaseException, path: Path) -> int | None:
    """The file's own line at which it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame.lineno for frame in frames if frame.filename == str(path)]
    return own[-1] if own else None


def load_definitions(path: Path, request: Mapping[str, Any]) -> dict[str, Any]:
    """The names that the file defines: its imports, functions, classes and constants.

    What would train or print at the top level is left out: loops, calls, and the part under
    `if __name__ == "__main__"`.
    """
    from glassnet.tutor.process.standing_in.install import install

    source = read_source(path)
    install(int(request.get("seed", 0)), Path(request["folder"]))
    namespace: dict[str, Any] = {"__name__": "learner", "__file__": str(path)}
    for node in source.tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
            _execute(node, namespace, path)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and _is_constant(node.value):
            try:
                _execute(node, namespace, path)
            except Exception:  # a constant made from what was left out
                continue
    return namespace


def only_definitions(source: PythonSource) -> str:
    """The text without what trains, asks or prints at its top level, each line in its place."""
    lines = source.text.split("\n")
    for node in source.tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
            continue
        if isinstance(node, ast.Assign | ast.AnnAssign) and _is_constant(node.value):
            continue
        for line in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[line] = ""
    return "\n".join(lines)


def _execute(node: ast.stmt, namespace: dict[str, Any], path: Path) -> None:
    exec(compile(ast.Module([node], []), str(path), "exec"), namespace)


def _is_constant(value: ast.expr | None) -> bool:
    """Whether a value is made of literals, names, and the functions of NumPy and Python."""
    if value is None:
        return False
    for node in ast.walk(value):
        if isinstance(node, ast.Call):
            root: ast.expr = node.func
            while isinstance(root, ast.Attribute):
                root = root.value
            if not isinstance(root, ast.Name) or root.id not in _HARMLESS:
                return False
    return True


_HARMLESS = {"np", "numpy", "math", "float", "int", "len", "range", "list", "tuple", "dict",
             "random", "sum", "max", "min", "abs", "set", "zip"}  # fmt: skip
