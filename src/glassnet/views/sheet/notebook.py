"""A worksheet as a Jupyter notebook: a dictionary of answers to fill in, and to have checked."""

import base64
import json
from collections.abc import Iterator
from typing import Any

from glassnet.tutor.sheet.check import solved
from glassnet.tutor.sheet.exercise import Exercise
from glassnet.views.sheet import words
from glassnet.views.sheet.markdown import derivation_lines, head_lines
from glassnet.views.svg.network import draw_network

PICTURE = "network.svg"


def worksheet_notebook(exercise: Exercise, answers: bool = False) -> str:
    """The sheet as a notebook's JSON, nbformat 4."""
    cells = [_first(exercise, answers), _sections(exercise)]
    cells += [_code(_dictionary(exercise, answers)), _text(_closing(answers))]
    if answers:
        cells += _solution(exercise)
    for number, cell in enumerate(cells):
        cell["id"] = f"sheet-{number}"
    document: dict[str, Any] = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _first(exercise: Exercise, answers: bool) -> dict[str, Any]:
    lines = list(head_lines(exercise, answers))
    start = lines.index("```text")
    end = lines.index("```", start)
    lines[start : end + 1] = [f"![The network](attachment:{PICTURE})"]
    cell = _text("\n".join(lines).rstrip())
    svg = draw_network(exercise.walk.net).encode()
    cell["attachments"] = {PICTURE: {"image/svg+xml": base64.b64encode(svg).decode()}}
    return cell


def _sections(exercise: Exercise) -> dict[str, Any]:
    lines = ["## What to fill in", ""]
    lines += [
        f"{number}. **{q.title}**: {words.says(exercise, q)}"
        for number, q in enumerate(exercise.quantities, start=1)
    ]
    return _text("\n".join(lines))


def _dictionary(exercise: Exercise, answers: bool) -> str:
    found = solved(exercise)
    lines = ["answers = {"]
    for number, q in enumerate(exercise.quantities, start=1):
        lines.append(f"    # {number}. {q.title}")
        for address in q.addresses:
            value = f"{found[address].value + 0.0:.{exercise.settings.digits}f}"
            lines.append(f'    "{address}": {value if answers else None},')
    return "\n".join([*lines, "}"])


def _closing(answers: bool) -> str:
    if answers:
        return "## Where each number comes from"
    return (
        "Write a number in the place of each `None`, save the notebook, and have it checked in a "
        "terminal: `glassnet exercise --check FILE.ipynb`. What is not known yet may stay `None`."
    )


def _solution(exercise: Exercise) -> Iterator[dict[str, Any]]:
    found = solved(exercise)
    for number, q in enumerate(exercise.quantities, start=1):
        lines = [f"### {number}. {q.title}", ""]
        for address in q.addresses:
            lines += derivation_lines(found[address])
        yield _text("\n".join(lines).rstrip())


def _text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _code(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }
