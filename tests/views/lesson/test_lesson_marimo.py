"""The lessons in marimo itself: run as a program, filled in and not, and looked at as an app."""

import re
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
from notebook_servers import CUT, keep_shot, marimo, page_of, run

from glassnet.tutor.lessons.course import COURSE
from glassnet.tutor.lessons.figures import lesson_figures
from glassnet.tutor.lessons.text import lesson_text
from glassnet.tutor.lessons.typed import FOR_MANY, FUNCTIONS
from glassnet.views.lesson.marimo import lesson_marimo
from glassnet.views.lesson.pictures import draw_lesson_picture

pytestmark = [pytest.mark.outside, pytest.mark.timeout(900)]


def written(folder: Path, n: int, filled_in: bool = True) -> Path:
    """The lesson's file; what is to be written in it as it is printed."""
    text = lesson_marimo(lesson_text(n), draw_lesson_picture(lesson_figures()[n]))
    if filled_in:
        lesson = COURSE[n]
        parts = [FOR_MANY[name] for name in lesson.changed]
        parts += [FUNCTIONS[name] for name in (*lesson.functions, lesson.exercise) if name]
        for part in parts:
            stub = indent(part.stub, "    ")
            assert stub in text
            text = text.replace(stub, indent(part.text, "    "))
    path = folder / f"{lesson_text(n).page}.py"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("n", [lesson.number for lesson in COURSE])
def test_a_lesson_filled_in_runs_as_a_program_and_passes_its_checks(tmp_path: Path, n: int):
    file = written(tmp_path, n)
    run(tmp_path, "marimo", "export", "html", str(file), "-o", str(tmp_path / "lesson.html"))
    told = (tmp_path / "lesson.html").read_text(encoding="utf-8")
    if COURSE[n].functions:
        assert told.count("All of it is right.") == 2
        assert re.search(rf"\b{COURSE[n].exercise} +right in", told)
    else:
        assert "right: the loss is that of the worked example" in told
    run(tmp_path, str(file))


@pytest.mark.parametrize(("theme", "width"), [("light", 1100), ("dark", 480)])
def test_as_an_app_a_lesson_shows_its_picture_folds_its_hints_and_says_what_is_next(
    tmp_path: Path, chromium: Any, theme: str, width: int
):
    file = written(tmp_path, 9, filled_in=False)
    with marimo(tmp_path, "run", theme, file) as address, page_of(chromium, address, width) as page:
        page.goto(address)
        page.wait_for_selector("text=Next to write: hidden_delta")
        picture = page.wait_for_selector("img[src^='data:image/svg']")
        assert picture.evaluate("e => e.complete && e.naturalWidth > 0")
        folded = page.query_selector_all("details")
        assert len(folded) == 8
        assert not any(each.get_attribute("open") for each in folded)
        folded[-1].evaluate("e => e.open = true")
        assert folded[-1].query_selector("p, pre")
        keep_shot(page, f"lesson-marimo-{theme}-{width}")
        for output in page.query_selector_all(".output"):
            assert output.evaluate(CUT) == []
