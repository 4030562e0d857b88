"""A lesson as a marimo notebook: a Python file, whose check runs again when a function changes."""

import base64
import symtable
from collections.abc import Iterator, Sequence
from textwrap import indent

from glassnet.tutor.lessons.text import LessonSection, LessonText
from glassnet.views.lesson.cells import CodeCell, TextCell, lesson_cells

HEAD = "import marimo\n\napp = marimo.App()\n\n\n"
FOOT = 'if __name__ == "__main__":\n    app.run()\n'


def lesson_marimo(lesson: LessonText, picture: str = "") -> str:
    """The file's text, as marimo itself writes it.

    Args: picture, the drawing of its idea as SVG, kept in the file.
    """
    cells = [CodeCell("import marimo as mo", given=True)]
    cells += [
        cell if isinstance(cell, CodeCell) else CodeCell(_text(cell, picture), given=True)
        for cell in lesson_cells(lesson, _functions, tell="mo.plain_text")
    ]
    names = [_names(cell.code) for cell in cells]
    everywhere = set().union(*(defined for defined, _ in names))
    used = set().union(*(wanted for _, wanted in names))
    written = [
        _cell(cell, sorted((wanted & everywhere) - defined), sorted(defined & used))
        for cell, (defined, wanted) in zip(cells, names)
    ]
    return HEAD + "".join(written) + FOOT


def _functions(names: Sequence[str]) -> str:
    """Each is named, so that marimo runs the check again when the cell that defines it changes."""
    return "{f.__name__: f for f in [\n    " + ",\n    ".join(names) + ",\n]}"


def _text(cell: TextCell, picture: str) -> str:
    words = "\n\n".join(_words(cell.section, picture))
    quotes = "'''" if '"""' in words else '"""'
    return f"mo.md(r{quotes}\n{words}\n{quotes})"


def _words(section: LessonSection, picture: str) -> Iterator[str]:
    if section.title:
        yield f"## {section.title}"
    if section.picture and picture:
        encoded = base64.b64encode(picture.encode()).decode()
        yield f"![{section.alt}](data:image/svg+xml;base64,{encoded})"
    yield section.text
    for part in section.folded:
        yield f"/// details | {part.title}\n\n{part.text}\n\n///"


def _names(code: str) -> tuple[set[str], set[str]]:
    """The names that a cell gives to the others, and those that it may take from them."""
    top = symtable.symtable(code, "cell", "exec")
    defined = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    wanted, tables = set[str](), [top]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        wanted |= {s.get_name() for s in table.get_symbols() if s.is_referenced() and s.is_global()}
    return defined, wanted


def _cell(cell: CodeCell, wanted: list[str], given: list[str]) -> str:
    mark = "@app.cell(hide_code=True)" if cell.given else "@app.cell"
    back = f"({given[0]},)" if len(given) == 1 else ", ".join(given)
    body = indent(cell.code, "    ")
    return f"{mark}\ndef _({', '.join(wanted)}):\n{body}\n    return {back}".rstrip() + "\n\n\n"
