"""The chapters' exercises: solutions pass, usual slips are named, the text is what was computed."""

import re
from pathlib import Path

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.tutor.hints import COURSE as HINTS
from glassnet.tutor.hints import hinted
from glassnet.tutor.lessons.chapters.check import check_chapter
from glassnet.tutor.lessons.chapters.exercises import EXERCISES, exercise_of
from glassnet.tutor.lessons.chapters.slips import CHAPTER_MISTAKES, CHAPTER_SLIPS
from glassnet.tutor.lessons.chapters.text import chapter_text
from glassnet.tutor.lessons.course import COURSE
from glassnet.tutor.lessons.own_mistakes import OWN_MISTAKES
from glassnet.tutor.lessons.typed import FUNCTIONS, HEAD
from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES
from glassnet.tutor.report import CheckReport

NUMBERS = [each.number for each in EXERCISES]


def report_on(folder: Path, number: int, body: str) -> CheckReport:
    asked = exercise_of(number)
    path = folder / "mine.py"
    path.write_text(f"{HEAD}\n\n{asked.function.head}{body}", encoding="utf-8")
    return check_chapter(path, asked)


def printed_code(number: int) -> str:
    """What a reader types from the solution."""
    (solution,) = (p for p in chapter_text(number).sections[0].folded if p.title == "Solution")
    return "\n".join(re.findall(r"^```python\n(.*?)^```", solution.text, re.M | re.S))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("number", NUMBERS)
def test_the_solution_as_printed_passes(here, tmp_path: Path, number: int):
    path = tmp_path / "mine.py"
    path.write_text(f"import numpy as np\n\n\n{printed_code(number)}", encoding="utf-8")
    report = check_chapter(path, exercise_of(number))
    assert report.passed, report.wrong
    assert [stage.name for stage in report.stages] == [exercise_of(number).function.name]
    assert report.stages[0].trials >= 2


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("slip", CHAPTER_SLIPS, ids=[slip.name for slip in CHAPTER_SLIPS])
def test_a_usual_slip_is_named(here, tmp_path: Path, slip):
    (number,) = (e.number for e in EXERCISES if e.function.name == slip.function)
    report = report_on(tmp_path, number, slip.body)
    assert [mistake.name for mistake in report.mistakes] == [slip.name]
    assert report.wrong is not None
    assert report.wrong.place is not None
    told = hinted(report, 3).hints
    assert CHAPTER_MISTAKES[slip.name].title not in " ".join(told)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_wrong_otherwise_is_told_with_where_its_hints_are(
    here, tmp_path: Path, number: int
):
    body = exercise_of(number).function.body
    larger = (
        "(lambda a: [1.7 * np.asarray(x) for x in a] if isinstance(a, (list, tuple)) "
        r"else 1.7 * np.asarray(a))((\1))"
    )
    wrong = re.sub(r"return (.+)\n", rf"return {larger}\n", body)
    report = report_on(tmp_path, number, wrong)
    assert not report.mistakes
    assert report.wrong is not None
    assert f"`glassnet learn {tmp_path / 'mine.py'} --chapter {number} --unfold`" in report.reason
    question, formula = HINTS[exercise_of(number).function.name]
    told = " ".join(hinted(report, 3).hints)
    assert question in told
    assert formula in told


def test_every_chapter_has_slips_of_its_own_and_no_name_is_taken_twice():
    for each in EXERCISES:
        assert sum(slip.function == each.function.name for slip in CHAPTER_SLIPS) >= 3
    names = [slip.name for slip in CHAPTER_SLIPS]
    assert sorted(names) == sorted(CHAPTER_MISTAKES)
    assert not set(names) & ({m.name for m in KNOWN_MISTAKES} | set(OWN_MISTAKES))
    assert not {e.function.name for e in EXERCISES} & set(FUNCTIONS)
    assert EXERCISES[0].number == len(COURSE)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_text_has_question_hint_and_a_solution_that_ran(number: int):
    section = chapter_text(number).section("Exercise")
    titles = [part.title for part in section.folded]
    assert titles == ["Hint", "Solution"]
    function = exercise_of(number).function
    assert f"`{function.name}(" in section.text
    assert printed_code(number) == function.text
    answers = re.findall(r"^```pycon\n(.*?)^```", section.folded[1].text, re.M | re.S)
    assert any(function.name in answer for answer in answers)
    assert max(map(len, "\n".join([*answers, function.text]).splitlines())) <= 88


def test_what_a_solution_prints_is_what_the_page_says_of_it():
    told = {n: chapter_text(n).section("Exercise").folded[1].text for n in NUMBERS}
    curve = re.findall(r"^\[(0\.0474 .*)\]$", told[13], re.MULTILINE)
    assert len(curve) == 2
    assert curve[0] == curve[1]
    kept = re.search(r"^\[(.+)\]$", told[25], re.MULTILINE)[1].split(", ")
    assert float(kept[0]) < 0.1
    assert np.all(np.diff(np.array(kept, dtype=float)) > 0)
    assert kept[-1] == "1.0"
    assert "0.99 0.5" in told[24]
    assert "[0.995]" in told[17]
    assert "-inf" not in told[20]


def test_in_a_process_of_its_own_it_is_the_same(tmp_path: Path):
    assert report_on(tmp_path, 21, exercise_of(21).function.body).passed
    lost = next(slip for slip in CHAPTER_SLIPS if slip.name == "rest-thrown-away")
    assert [m.name for m in report_on(tmp_path, 21, lost.body).mistakes] == [lost.name]


@pytest.mark.parametrize("number", [0, 12, 27])
def test_another_number_is_refused(number: int):
    with pytest.raises(InputError, match="they are 13 to 26"):
        exercise_of(number)
