"""Text that is not Python 3 as it stands, line by line: magics, shell lines, Python 2."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

_MAGIC = re.compile(r"(\s*)%(time|timeit|prun|memit)\s+(?!-)(.+)")
_ASSIGNED = re.compile(r"(\s*[\w\s,.\[\]]+=\s*)[!%][^=].*")
_ASIDE = re.compile(r"(\s*)([%!?]|get_ipython\(\)).*|(\s*)[\w.]+\?{1,2}\s*")
_FUTURE = re.compile(r"(\s*)from\s+__future__\s+import\b.*")
_PRINT = re.compile(r"(\s*(?:[^'\"#]*:\s*)?)print(\s+(?!\()|(?=['\"`]))(.*?)\s*")
_BARE_PRINT = re.compile(r"(\s*)print\s*")
_PRINT_CALLED = re.compile(r"(\s*(?:[^'\"#]*:\s*)?)print\s+(\(.*)")
_OLD = (
    (re.compile(r"\bexcept\s+([\w.()\s,]+?)\s*,\s*(\w+)\s*:"), r"except \1 as \2:"),
    (re.compile(r"\braise\s+(\w+)\s*,\s*(.+)"), r"raise \1(\2)"),
    (re.compile(r"<>"), "!="),
    (re.compile(r"\b(xrange|unicode|raw_input|long)\("), lambda m: _NEW[m[1]] + "("),
    (re.compile(r"\.(iteritems|itervalues|iterkeys)\(\)"), lambda m: f".{m[1][4:]}()"),
    (re.compile(r"\.has_key\(([^()]*)\)"), r".__contains__(\1)"),
    (re.compile(r"`([^`]+)`"), r"repr(\1)"),
    (re.compile(r"(?<![\w.])(\d+)[lL]\b"), r"\1"),
    (re.compile(r"(?<![\w.])0(\d+)(?![\w.])"), r"0o\1"),
    (re.compile(r"\bur(['\"])"), r"r\1"),
)  # fmt: skip
_TAKEN_APART = re.compile(r"\blambda\s*\(\s*(\w+(?:\s*,\s*\w+)*)\s*,?\s*\)\s*:")
_NEW = {"xrange": "range", "unicode": "str", "raw_input": "input", "long": "int"}


def without_magics(lines: list[str]) -> list[str]:
    """The lines of a cell, or of an exported notebook; what is no Python does nothing."""
    if lines and lines[0].startswith("%%"):
        if not lines[0].startswith(("%%time", "%%capture", "%%prun")):
            return ["pass"] * len(lines)
        lines = ["pass", *lines[1:]]
    made: list[str] = []
    aside = False
    for line in lines:
        if aside:  # a shell line that goes on
            aside = line.rstrip().endswith("\\")
            made.append("")
        elif timed := _MAGIC.fullmatch(line):
            made.append(timed[1] + timed[3])
        elif given := _ASSIGNED.fullmatch(line):
            made.append(f"{given[1]}[]")
        elif _ASIDE.fullmatch(line):
            aside = line.rstrip().endswith("\\")
            made.append(line[: len(line) - len(line.lstrip())] + "pass")
        else:
            made.append(line)
    return made


def begun_at_the_margin(lines: list[str]) -> list[str]:
    """A cell without the white space that its first line begins with, as Jupyter takes it off."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return [line.removeprefix(indent) for line in lines]


def without_late_futures(lines: list[str]) -> list[str]:
    """A future import is the first statement of a file, or Python refuses the whole of it."""
    return [f"{late[1]}pass" if (late := _FUTURE.fullmatch(line)) else line for line in lines]


def as_python_3(lines: list[str]) -> list[str] | None:
    """What is written for Python 2: `print x`, `except E, e`, `xrange`, tabs among spaces.

    None where nothing tells that it is.
    """
    made: list[str] = []
    depth = 0  # brackets that a print statement leaves open for the lines after it
    goes_on = False
    for line in (line.expandtabs(8) for line in lines):
        code, comment = _parted(line)
        found = None if goes_on else _PRINT.fullmatch(code)
        depth = depth + _left_open(code) if goes_on or found else 0
        last = depth <= 0 and not code.endswith("\\")
        if goes_on:
            made.append(f"{code}){comment}" if last else line)
        elif found and not last:
            made.append(f"{found[1]}print({found[3]}{comment}")
        else:
            made.append(_line_as_python_3(line))
        goes_on = not last and (goes_on or found is not None)
    return None if made == lines else made


def _left_open(code: str) -> int:
    """How many brackets more a line opens than it closes, those in quotes left out."""
    plain = re.sub(r"'(\\.|[^'\\])*'|\"(\\.|[^\"\\])*\"", "", code)
    return sum(plain.count(o) for o in "([{") - sum(plain.count(c) for c in ")]}")


def _line_as_python_3(line: str) -> str:
    for pattern, new in _OLD:
        line = pattern.sub(new, line)  # type: ignore[arg-type]
    while taken := _TAKEN_APART.search(line):  # lambda (a, b): a + b
        rest = line[taken.end() :]
        for place, name in enumerate(re.findall(r"\w+", taken[1])):
            rest = re.sub(rf"(?<![\w.]){name}\b", f"_pair[{place}]", rest)
        line = f"{line[: taken.start()]}lambda _pair:{rest}"
    if bare := _BARE_PRINT.fullmatch(line):
        return f"{bare[1]}print()"
    code, comment = _parted(line)
    if (found := _PRINT.fullmatch(code)) and not found[3].startswith("="):
        said = re.sub(r"^>>\s*[\w.]+\s*,?\s*", "", found[3])
        ends = said.rstrip().endswith(",")
        said = said.rstrip().rstrip(",")
        return f"{found[1]}print({said}{', end=chr(32)' if ends else ''}){comment}"
    if (found := _PRINT_CALLED.fullmatch(code)) and not _is_python(code.strip()):
        return f"{found[1]}print({found[2]}){comment}"
    return line


def _parted(line: str) -> tuple[str, str]:
    """The code of a line, and its comment."""
    quote = ""
    for place, sign in enumerate(line):
        if quote:
            quote = "" if sign == quote and line[place - 1] != "\\" else quote
        elif sign in "'\"":
            quote = sign
        elif sign == "#":
            return line[:place].rstrip(), "  " + line[place:]
    return line, ""


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def code_cells(document: Any) -> Iterator[tuple[int, str]]:
    """The texts of a notebook's code cells, counted from 1; of the present format and the third.

    Raises: KeyError, TypeError where it is none.
    """
    if "cells" in document:
        cells = document["cells"]
    else:
        cells = [cell for sheet in document["worksheets"] for cell in sheet["cells"]]
    codes = [cell for cell in cells if cell["cell_type"] == "code"]
    for number, cell in enumerate(codes, 1):
        yield number, "".join(cell["source"] if "source" in cell else cell["input"])


def is_notebook(text: str) -> bool:
    """Whether a text is a notebook's JSON, whatever its file is called."""
    if not text.lstrip().startswith("{") or not ('"cells"' in text or '"worksheets"' in text):
        return False
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
