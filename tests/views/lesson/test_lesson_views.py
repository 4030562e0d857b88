"""The lessons' pictures, and their notebooks: filled in, every cell runs and every check passes."""

import ast
import json
import linecache
import re
import xml.etree.ElementTree as ET
from graphlib import TopologicalSorter
from html import escape
from pathlib import Path
from typing import Any

import nbformat
import pytest

from glassnet.tutor.lessons.course import COURSE
from glassnet.tutor.lessons.figures import LandscapeShown, lesson_figures
from glassnet.tutor.lessons.text import lesson_text
from glassnet.tutor.lessons.typed import FOR_MANY, FUNCTIONS
from glassnet.views import colours
from glassnet.views.lesson.book import lesson_page
from glassnet.views.lesson.cells import typed_lines
from glassnet.views.lesson.marimo import lesson_marimo
from glassnet.views.lesson.markdown import lesson_markdown
from glassnet.views.lesson.notebook import lesson_notebook
from glassnet.views.lesson.pictures import draw_lesson_picture, in_the_dark

NUMBERS = [lesson.number for lesson in COURSE]


@pytest.mark.parametrize("n", NUMBERS)
def test_every_lesson_has_a_picture_for_light_and_dark_pages(n: int):
    figure = lesson_figures()[n]
    if isinstance(figure, LandscapeShown):
        pytest.importorskip("matplotlib")
    drawn = draw_lesson_picture(figure)
    assert ET.fromstring(drawn).tag.endswith("svg")
    dark = in_the_dark(drawn, figure)
    assert colours.PAPER in drawn
    for colour in (colours.PAPER, colours.INK):
        assert colour not in dark
    assert lesson_text(n).section("The idea").picture


def test_the_numbers_in_the_pictures_are_those_of_the_example():
    texts = [draw_lesson_picture(lesson_figures()[n]) for n in (0, 1, 2, 8, 9, 10)]
    for drawn, number in zip(
        texts, ("0.0275", "0.3775", "0.3925", "0.1385", "0.008771", "0.08217")
    ):
        assert number in drawn
    assert "z1[0]" in texts[1]
    assert "a1[0]" not in texts[1]
    sigmoid, error, nudge = (draw_lesson_picture(lesson_figures()[n]) for n in (3, 5, 6))
    assert "z1[0] = 0.3775, a1[0] = 0.5933" in sigmoid
    assert "logarithmic" not in sigmoid
    assert "target 0.01" in error
    assert nudge.count('class="place"') == 2


def test_a_road_has_the_colour_of_its_weight_and_goes_both_ways():
    drawn = draw_lesson_picture(lesson_figures()[9])
    assert colours.NEGATIVE not in drawn  # both weights are above 0, though one delta is not
    assert drawn.count("W2[1,0] = 0.5") == 2
    assert "z1[0]" in drawn


def cells(n: int) -> list[dict[str, Any]]:
    notebook = json.loads(lesson_notebook(lesson_text(n), "<svg/>"))
    nbformat.validate(notebook)
    return notebook["cells"]


def filled_in(source: str, n: int) -> str:
    for name in COURSE[n].changed:
        source = source.replace(FOR_MANY[name].stub.rstrip("\n"), FOR_MANY[name].text)
    for name in (*COURSE[n].functions, *filter(None, [COURSE[n].exercise])):
        source = source.replace(FUNCTIONS[name].stub.rstrip("\n"), FUNCTIONS[name].text)
    return source


def run(n: int, change: Any, capsys: pytest.CaptureFixture[str]) -> str:
    """What the cells print, each run as a notebook runs it: its source can be asked for."""
    names: dict[str, Any] = {}
    for k, cell in enumerate(cells(n)):
        if cell["cell_type"] != "code":
            continue
        source = change(cell["source"], n)
        name = f"<lesson {n}, cell {k}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        exec(compile(source, name, "exec"), names)
    return capsys.readouterr().out


@pytest.mark.parametrize("n", [0, 4, 9, 11])
def test_a_notebook_filled_in_passes_its_own_check(n: int, capsys):
    told = run(n, filled_in, capsys)
    assert told.count("All of it is right.") == 2
    assert re.search(rf"✓ {COURSE[n].exercise} +right", told)


def test_the_notebook_of_the_program_checks_its_loss(capsys):
    assert "right: the loss is that of the worked example" in run(12, filled_in, capsys)
    with pytest.raises(AssertionError, match=re.escape("the loss should be 3.51018778")):
        run(12, lambda source, n: source.replace("10_000", "9_999"), capsys)


def test_a_cell_that_is_not_filled_in_is_told(capsys):
    lines = typed_lines(lesson_text(9).section("Expect").text)

    def without_session(source: str, n: int) -> str:
        return "pass" if source in lines else source

    assert "Next to write: hidden_delta" in run(9, without_session, capsys)


def test_what_is_typed_is_told_from_what_is_answered():
    text = "a\n```pycon\n>>> def f():\n...     return 2\n>>> f()\n2\n```\n"
    assert typed_lines(text) == ["def f():\n    return 2\nf()"]
    assert typed_lines("```pycon\n>>> 1\n1\n>>> 2\n2\n```\n") == ["1", "2"]


@pytest.mark.parametrize("n", NUMBERS)
def test_in_marimo_a_name_is_defined_by_one_cell_and_no_two_cells_wait_for_each_other(n: int):
    text = lesson_marimo(lesson_text(n), "<svg/>")
    taken: dict[str, set[str]] = {}
    given: dict[str, str] = {}
    for k, cell in enumerate(ast.parse(filled_in(text, n)).body[2:-1]):
        assert isinstance(cell, ast.FunctionDef)
        back = cell.body[-1]
        assert isinstance(back, ast.Return)
        names = [node.id for node in ast.walk(back) if isinstance(node, ast.Name)]
        assert not given.keys() & names
        given |= dict.fromkeys(names, f"cell {k}")
        taken[f"cell {k}"] = {argument.arg for argument in cell.args.args}
    order = {cell: {given[name] for name in names} for cell, names in taken.items()}
    assert list(TopologicalSorter(order).static_order())
    assert text.count("data:image/svg+xml") == 1


def test_hints_are_folded_until_they_are_asked_for():
    folded, whole = (lesson_markdown(lesson_text(9), unfolded) for unfolded in (False, True))
    assert "### Solution" not in folded
    titles = "first hint, second hint, solution, hint for two outputs, solution for two outputs"
    assert f"*Folded away: {titles}, " in folded
    assert "; `--unfold` shows them.*" in folded
    assert "### Solution" in whole
    assert "Forward, the hidden neuron nought sends its activation along two roads" in folded


@pytest.mark.parametrize("n", NUMBERS)
def test_a_page_of_the_book_shows_the_lesson_and_folds_what_is_not_read_at_once(n: int):
    text = lesson_text(n)
    page = lesson_page(text)
    idea = text.section("The idea")
    for ground in ("light", "dark"):
        assert f"{idea.picture}-{ground}.svg" in page
        assert f":class: only-{ground}" in page
    assert page.count(f":alt: {idea.alt}") == 2
    assert page.count(f">{escape(idea.alt)}.</p>") == 1
    folded = [part.title for section in text.sections for part in section.folded]
    assert re.findall(r"<summary>(.+?)</summary>", page) == folded
    assert f"<{text.page}.ipynb>" in page
    assert f"<{text.page}.py>" in page
    assert ("```{studio} " in page) == (n in (4, 8, 9, 10))


def test_every_page_of_the_docs_stands_behind_one_of_four_doors():
    docs = Path(__file__).parents[3] / "docs"
    index = (docs / "index.md").read_text(encoding="utf-8")
    doors = re.findall(r":caption: (\w+)\n(?::.*\n)*\n((?:[\w/-]+\n)+)", index)
    assert [name for name, _ in doors] == ["Learn", "Teach", "Use", "Build"]
    named = [page for _, pages in doors for page in pages.split() if "/" not in page]
    assert sorted(named) == sorted(p.stem for p in docs.glob("*.md") if p.stem != "index")
    linked = set(re.findall(r"\]\(([\w-]+)\.md\)", index))
    assert linked == set(named)
