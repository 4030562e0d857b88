"""A lesson as a Jupyter notebook: its text, cells to fill in, and cells that check them."""

import base64
from collections.abc import Iterator
from typing import Any

from glassnet.tutor.lessons.text import LessonSection, LessonText
from glassnet.views.lesson.cells import CodeCell, lesson_cells
from glassnet.views.lesson.markdown import details
from glassnet.views.notebook_document import code_cell, notebook_document, text_cell


def lesson_notebook(lesson: LessonText, picture: str = "") -> str:
    """The notebook's JSON, nbformat 4.

    Args: picture, the drawing of its idea as SVG, kept in the notebook.
    """
    cells = (
        code_cell(cell.code) if isinstance(cell, CodeCell) else _text(cell.section, picture)
        for cell in lesson_cells(lesson)
    )
    return notebook_document(cells, f"lesson-{lesson.number}")


def _text(section: LessonSection, picture: str) -> dict[str, Any]:
    cell = text_cell("\n\n".join(_words(section, picture)))
    if section.picture and picture:
        encoded = base64.b64encode(picture.encode()).decode()
        cell["attachments"] = {f"{section.picture}.svg": {"image/svg+xml": encoded}}
    return cell


def _words(section: LessonSection, picture: str) -> Iterator[str]:
    if section.title:
        yield f"## {section.title}"
    if section.picture and picture:
        yield f"![{section.alt}](attachment:{section.picture}.svg)"
    yield section.text
    yield from map(details, section.folded)
