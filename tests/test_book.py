"""Chapters of the book have what each must have; that their cells run is shown by `make docs`."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from glassnet.tutor.lessons.chapters.exercises import exercise_of

DOCS = Path(__file__).parents[1] / "docs"
CHAPTERS = sorted([*DOCS.glob("why/*.md"), *DOCS.glob("real-work/*.md")])
SECTIONS = ("What you will be able to do", "The idea", "Exercises", "In short", "Sources")
CELL = re.compile(r"```\{code-cell\} python3\n(.*?)```", re.DOTALL)
CHECKED = re.compile(r"^```\{exercise\} (\d+) (\d)\n```$", re.MULTILINE)
FOLDED = re.compile(r"<details><summary>(\w+)</summary>\n\n(.*?)\n\n</details>", re.DOTALL)


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request: pytest.FixtureRequest) -> str:
    return request.param.read_text(encoding="utf-8")


def test_a_chapter_has_its_parts_in_their_order(chapter: str):
    titles = re.findall(r"^## (.+)$", chapter, re.MULTILINE)
    assert [title for title in titles if title in SECTIONS] == list(SECTIONS)
    assert "show(" in chapter, "a chapter has a picture"


def test_each_exercise_has_a_hint_and_a_solution_and_what_is_solved_by_code_is_checked(
    chapter: str,
):
    exercises = chapter.split("## Exercises")[1].split("## In short")[0]
    asked = len(re.findall(r"^\*\*\d\.\*\* ", exercises, re.MULTILINE))
    folded = FOLDED.findall(exercises)
    assert asked + len(CHECKED.findall(exercises)) >= 3
    assert [title for title, _ in folded] == ["Hint", "Solution"] * asked
    cells = [cell for title, text in folded if title == "Solution" for cell in CELL.findall(text)]
    assert len(cells) >= 2
    typed = [cell for cell in cells if ":tags: [remove-input]" not in cell]
    assert [cell for cell in typed if "assert " not in cell] == []


def test_a_chapter_hands_out_the_exercise_that_learn_checks(chapter: str):
    exercises = chapter.split("## Exercises")[1].split("## In short")[0]
    number = re.search(r"^# Chapter (\d+): ", chapter, re.MULTILINE)[1]
    assert [n for n, _ in CHECKED.findall(exercises)] == [number]
    page = exercise_of(int(number)).page
    assert (DOCS / f"{page}.md").read_text(encoding="utf-8") == chapter
    order = re.findall(r"^(?:\*\*|```\{exercise\} \d+ )(\d)", exercises, re.MULTILINE)
    assert order == [str(k + 1) for k in range(len(order))]


def test_a_line_to_be_typed_is_read_without_scrolling(chapter: str):
    shown = [cell for cell in CELL.findall(chapter) if not cell.startswith(":tags:")]
    assert [line for cell in shown for line in cell.split("\n") if len(line) > 88] == []


@pytest.mark.outside
def test_what_is_typed_from_a_page_runs_by_itself(chapter: str, tmp_path: Path):
    cells = [cell for cell in CELL.findall(chapter) if not cell.startswith(":tags:")]
    (tmp_path / "typed.py").write_text("\n".join(cells), encoding="utf-8")
    shutil.copy(DOCS.parent / "examples" / "bakery.csv", tmp_path)
    done = subprocess.run(
        [sys.executable, "typed.py"], cwd=tmp_path, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr


def test_a_command_prints_its_parts_and_one_that_fails_ends_the_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.syspath_prepend(str(DOCS))
    import book_figures

    before = Path.cwd()
    book_figures.shell("glassnet walk --at 'z1[0]'", tmp_path, (0, 1), (1, 2))
    command, first, between, second = capsys.readouterr().out.splitlines()
    assert command == "$ glassnet walk --at 'z1[0]'"
    assert first.startswith("z1[0] = ")
    assert between == "…"
    assert "W1[0,0]" in second
    with pytest.raises(RuntimeError, match="no-such-file"):
        book_figures.shell("glassnet evaluate no-such-file.safetensors iris", tmp_path)
    assert Path.cwd() == before
    sys.modules.pop("book_figures")


def test_a_picture_has_a_form_for_each_ground_and_says_what_is_to_be_seen(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.syspath_prepend(str(DOCS))
    import book_figures

    fig = book_figures.lines({"": {"up": ([0, 1], [0, 1])}}, "x", "y")
    shown = book_figures.show(fig, 'a line "up" & away')
    html = shown._repr_html_()
    assert re.findall(r'class="only-(\w+) align-center"', html) == ["light", "dark"]
    assert html.count('alt="a line &quot;up&quot; &amp; away"') == 2
    assert html.endswith(">a line &quot;up&quot; &amp; away.</p>")
    assert book_figures.colours.PAPER in shown.light
    assert book_figures.colours.PAPER not in shown.dark
    sys.modules.pop("book_figures")
