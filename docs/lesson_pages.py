"""Writes the course's pages, pictures and notebooks into docs/learn when the book is built."""

from pathlib import Path
from typing import Any

from glassnet.files.whole import write_whole
from glassnet.tutor.lessons.learning import lessons, pictures
from glassnet.views.lesson.book import DARK, LIGHT, lesson_page
from glassnet.views.lesson.marimo import lesson_marimo
from glassnet.views.lesson.notebook import lesson_notebook
from glassnet.views.lesson.pictures import draw_lesson_picture, in_the_dark


def write_pages(app: Any) -> None:
    folder = Path(app.srcdir) / "learn"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for text, figure in zip(lessons(), pictures()):
        drawn = draw_lesson_picture(figure)
        name = text.section("The idea").picture
        write_whole(folder / f"{name}-{LIGHT}.svg", drawn)
        write_whole(folder / f"{name}-{DARK}.svg", in_the_dark(drawn, figure))
        write_whole(folder / f"{text.page}.md", lesson_page(text))
        write_whole(folder / f"{text.page}.ipynb", lesson_notebook(text, drawn))
        write_whole(folder / f"{text.page}.py", lesson_marimo(text, drawn))


def setup(app: Any) -> dict[str, bool]:
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True}
