"""A worksheet as a Jupyter notebook: a dictionary of answers to fill in, and to have checked."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from glassnet.explain import Answer
from glassnet.tutor.sheet.exercise import Exercise
from glassnet.views.notebook_document import code_cell, notebook_document, text_cell
from glassnet.views.sheet import words
from glassnet.views.sheet.markdown import derivation_lines, head_lines
from glassnet.views.sheet.words import Solution
from glassnet.views.svg.network import draw_network

PICTURE = "network.svg"
CLOSING = (
    "Write a number in the place of each `None`, save the notebook, and have it checked in a "
    "terminal: `glassnet exercise --check FILE.ipynb`. What is not known yet may stay `None`."
)


def worksheet_notebook(exercise: Exercise, solution: Solution = None) -> str:
    """The sheet as a notebook's JSON, nbformat 4."""
    cells = [_first(exercise, solution), _sections(exercise)]
    cells.append(code_cell(_dictionary(exercise, solution)))
    cells += [text_cell(CLOSING)] if solution is None else _solved(exercise, solution)
    return notebook_document(cells, "sheet")


def _first(exercise: Exercise, solution: Solution) -> dict[str, Any]:
    lines = list(head_lines(exercise, solution))
    start = lines.index("```text")
    end = lines.index("```", start)
    lines[start : end + 1] = [f"![The network](attachment:{PICTURE})"]
    cell = text_cell("\n".join(lines).rstrip())
    svg = draw_network(exercise.network).encode()
    cell["attachments"] = {PICTURE: {"image/svg+xml": base64.b64encode(svg).decode()}}
    return cell


def _sections(exercise: Exercise) -> dict[str, Any]:
    lines = ["## What to fill in", ""]
    lines += [
        f"{number}. **{q.title}**: {words.says(exercise, q)}"
        for number, q in enumerate(exercise.quantities, start=1)
    ]
    return text_cell("\n".join(lines))


def _dictionary(exercise: Exercise, solution: Solution) -> str:
    lines = ["answers = {"]
    for number, q in enumerate(exercise.quantities, start=1):
        lines.append(f"    # {number}. {q.title}")
        for address in q.addresses:
            value = None
            if solution:
                value = words.entry(exercise, solution, address).replace("−", "-")
            lines.append(f'    "{address}": {value},')
    return "\n".join([*lines, "}"])


def _solved(exercise: Exercise, solution: Mapping[str, Answer]) -> Iterator[dict[str, Any]]:
    yield text_cell("## Where each number comes from")
    for number, q in enumerate(exercise.quantities, start=1):
        lines = [f"### {number}. {q.title}", ""]
        for address in q.addresses:
            lines += derivation_lines(solution[address])
        yield text_cell("\n".join(lines).rstrip())
