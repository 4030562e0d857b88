"""A lesson as a Jupyter notebook: its text, cells to fill in, and cells that check them."""

import base64
import re
from collections.abc import Iterator
from typing import Any

from glassnet.tutor.lessons.text import LessonSection, LessonText
from glassnet.views.lesson.markdown import details, heading
from glassnet.views.notebook_document import code_cell, notebook_document, text_cell

BEFORE = "What you wrote in the lessons before this one; run it, and go on."
CHECK = """\
from glassnet.tutor.lessons.check import check_functions
from glassnet.views.text.check import check_text

print(check_text(check_functions({number}, globals())))"""
PROGRAM_CHECK = """\
assert abs(loss(A2) / {loss} - 1) < 1e-8, "the loss should be {loss}"
print("right: the loss is that of the worked example after ten thousand steps")"""


def lesson_notebook(lesson: LessonText, picture: str = "") -> str:
    """The notebook's JSON, nbformat 4.

    Args: picture, the drawing of its idea as SVG, kept in the notebook.
    """
    return notebook_document(_cells(lesson, picture), f"lesson-{lesson.number}")


def _cells(lesson: LessonText, picture: str) -> Iterator[dict[str, Any]]:
    yield _text(f"# {heading(lesson)}")
    for section in lesson.sections:
        yield _text("\n\n".join(_words(section, picture)), picture)
        if section.title == "Type it":
            if lesson.before and lesson.functions:
                yield _text(BEFORE)
                yield code_cell(lesson.before.rstrip("\n"))
            yield code_cell(lesson.stub.rstrip("\n") or _program(section))
        elif section.title == "Expect":
            yield from map(code_cell, typed_lines(section.text))
        elif section.title == "Check it":
            yield code_cell(_check(lesson))


def _words(section: LessonSection, picture: str) -> Iterator[str]:
    yield f"## {section.title}"
    if section.picture and picture:
        yield f"![{section.alt}](attachment:{section.picture}.svg)"
    yield section.text
    yield from map(details, section.folded)


def typed_lines(text: str) -> list[str]:
    """What is typed in each session of a text, without what Python answers."""
    sessions = re.findall(r"^```pycon\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [
        "\n".join(line[4:] for line in session.splitlines() if line[:4] in (">>> ", "... "))
        for session in sessions
    ]


def _check(lesson: LessonText) -> str:
    if lesson.functions:
        return CHECK.format(number=lesson.number)
    printed = re.search(r"^loss (\S+)", lesson.section("Expect").text, re.MULTILINE)
    return PROGRAM_CHECK.format(loss=printed[1] if printed else "")


def _program(section: LessonSection) -> str:
    found = re.search(r"^```python\n(.*?)^```", section.text, re.DOTALL | re.MULTILINE)
    return found[1].rstrip("\n") if found else ""


def _text(source: str, attached: str = "") -> dict[str, Any]:
    cell = text_cell(source)
    name = re.search(r"\(attachment:(.+?)\)", source)
    if name and attached:
        encoded = base64.b64encode(attached.encode()).decode()
        cell["attachments"] = {name[1]: {"image/svg+xml": encoded}}
    return cell
