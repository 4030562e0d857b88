"""A filled-in worksheet read back: which exercise it is, and what stands in its blanks."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glassnet.core.errors import InputError
from glassnet.files.plain import from_plain, from_text
from glassnet.files.whole import read_text
from glassnet.tutor.sheet.exercise import BLANK, MARK, Exercise, SheetSettings, make_exercise
from glassnet.tutor.sheet.numbers import Written, read_number

_SETTINGS = re.compile(MARK + r" (\{[^{}]*\})")
_ADDRESS = r"(?:new\.)?[A-Za-z]+\d*(?:\[\d+(?:\s*,\s*\d+)?\])?"
_FILLED = re.compile(rf"^[\s>|*+`-]*({_ADDRESS})[\s`*]*[=:|]\s*(.*?)\s*\|?\s*$")
_ROW = re.compile(r"^\s*\|\s*(?:inputs|targets|layer \d+, neuron \d+)\s*\|(.*)$", re.MULTILINE)
_GIVEN = re.compile(r"([A-Za-z]\d*\[\d+(?:,\d+)?\])\s*=\s*([^|]*)")


@dataclass(frozen=True)
class Filled:
    """A worksheet with what was written into it: by address, an empty blank left out."""

    file: str
    exercise: Exercise
    written: Mapping[str, Written]


def read_worksheet(path: str | Path) -> Filled:
    """What a learner filled in, in a Markdown worksheet or in a notebook.

    Raises: InputError, one sentence, for what is no worksheet, was changed beyond its blanks, or
        has a blank that holds no number.
    """
    text = _text_of(Path(path))
    if text.lstrip().startswith("{"):
        sheet, blanks = _of_notebook(text, path)
    else:
        _refuse_paper(text, path)
        sheet, blanks = text, list(_of_markdown(text))
    exercise = _exercise_of(sheet, path)
    _compare_given(sheet, exercise, path)
    written: dict[str, Written] = {}
    for address, content, where in blanks:
        if address not in exercise.exact:
            continue
        try:
            number = read_number(content)
        except ValueError:
            raise InputError(
                f"{path}, {where}: {address} = {content.strip()[:40]} is no number: write one such "
                f"as 0.4512, −0,45, 1/3 or 4.5e-3, or leave {BLANK} for a blank."
            ) from None
        if number is not None:
            written[address] = number
    return Filled(str(path), exercise, written)


def _text_of(path: Path) -> str:
    text = read_text(path, "the worksheet", instead=f"give one that `{MARK}` wrote")
    if "\0" in text:
        raise InputError(f"{path} is no text file: give a worksheet that `{MARK}` wrote.")
    if not text.strip():
        raise InputError(f"{path} is empty: give a worksheet that `{MARK}` wrote.")
    return text


def _refuse_paper(text: str, path: str | Path) -> None:
    if MARK in text and re.search(r"<html|<!doctype html", text[:500], re.IGNORECASE):
        raise InputError(
            f"{path} is the page itself, which does not keep what is typed into it: open it, press "
            "'Save my answers', and check the file that it saves."
        )
    if MARK in text and "\\documentclass" in text:
        raise InputError(
            f"{path} is LaTeX, a sheet for paper: to have answers checked, fill in the Markdown "
            "sheet or the notebook of the same seed."
        )


def _of_markdown(text: str) -> Iterator[tuple[str, str, str]]:
    """Each line that looks like a blank: its address, what stands in it, and where."""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _FILLED.match(line):
            yield found[1].replace(" ", ""), found[2], f"line {number}"


def _of_notebook(text: str, path: str | Path) -> tuple[str, list[tuple[str, str, str]]]:
    """The notebook's text, and what its dictionary `answers` holds; nothing of it is run."""
    try:
        cells = [(cell["cell_type"], _joined(cell["source"])) for cell in json.loads(text)["cells"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(
            f"{path} is neither a notebook nor a Markdown sheet: give what `{MARK}` wrote."
        ) from None
    blanks: list[tuple[str, str, str]] = []
    for number, (kind, source) in enumerate(cells, start=1):
        if kind == "code" and "answers" in source:
            blanks += _of_dictionary(source, number, path)
    return "\n".join(source for kind, source in cells if kind == "markdown"), blanks


def _joined(source: Any) -> str:
    return source if isinstance(source, str) else "".join(map(str, source))


def _of_dictionary(source: str, cell: int, path: str | Path) -> Iterator[tuple[str, str, str]]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        raise InputError(
            f"{path}, cell {cell}, line {line}: this is no Python; write each answer as a number "
            'with a point, or in quotes: "z1[0]": 0.4512, or "z1[0]": "1/3".'
        ) from None
    for node in tree.body:
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)):
            continue
        if not any(isinstance(t, ast.Name) and t.id == "answers" for t in node.targets):
            continue
        for key, value in zip(node.value.keys, node.value.values):
            if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                continue
            if isinstance(value, ast.Constant) and isinstance(value.value, str | None):
                content = value.value or ""
            elif isinstance(value, ast.Constant) and value.value is ...:
                content = ""
            else:
                content = ast.get_source_segment(source, value) or ""
            yield key.value.replace(" ", ""), content, f"cell {cell}, line {value.lineno}"


def _exercise_of(sheet: str, path: str | Path) -> Exercise:
    found = _SETTINGS.search(sheet)
    if found is None:
        raise InputError(
            f"{path} is no worksheet: the line with its settings is not in it; write a sheet with "
            f"`{MARK} --out sheet.md` and fill that in."
        )
    try:
        settings = from_plain(SheetSettings, from_text(found[1]), "settings")
    except InputError as error:
        raise InputError(
            f"{path}: the line with its settings was changed; write the sheet anew and copy your "
            f"answers into it: {error}"
        ) from None
    return make_exercise(settings)


def _compare_given(sheet: str, exercise: Exercise, path: str | Path) -> None:
    """Refuses a sheet whose given numbers are no longer those of its seed."""
    # only in the table: notes elsewhere may well say x[0]·W1[0,0] = 0.3
    told_of = [found for row in _ROW.findall(sheet) for found in _GIVEN.findall(row)]
    for address, content in told_of:
        right = exercise.given.get(address)
        if right is None:
            continue
        try:
            told = read_number(content)
        except ValueError:
            told = None
        if told is None or abs(told.value - right) > 1e-9:
            raise InputError(
                f"{path}: a given number was changed: {address} is {content.strip()} in the sheet "
                f"and {right:g} in exercise {exercise.settings.seed}; put it back, or write the "
                "sheet anew and copy your answers into it."
            )
