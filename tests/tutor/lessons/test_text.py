"""The lessons' text: complete, its numbers inserted, its promises those of the code."""

import re
from importlib.resources import files

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.tutor.lessons.course import COURSE, lesson
from glassnet.tutor.lessons.text import HEADINGS, lesson_text
from glassnet.tutor.lessons.values import number, worked_pass

ADDRESS = r"\b(?:[xyzabWL]|dW|delta)\d?(?:\[[\d,]+\]|\b)"
NUMBERS = [each.number for each in COURSE]


def source(n: int) -> str:
    folder = files("glassnet.tutor.lessons") / "text"
    return (folder / f"{COURSE[n].page}.md").read_text(encoding="utf-8")


def prose(text: str) -> str:
    """What is typed as prose: without sources, insertions, code, formulas and addresses."""
    text = text.split("## Sources")[0]
    for taken in (r"\{\{.*?\}\}", r"\{%.*?%\}", r"^```.*?^```", r"`[^`\n]+`", ADDRESS):
        text = re.sub(taken, " ", text, flags=re.DOTALL | re.MULTILINE)
    return text


@pytest.mark.parametrize("n", NUMBERS)
def test_every_lesson_has_every_section(n: int):
    text = lesson_text(n)
    assert tuple(section.title for section in text.sections) == HEADINGS
    for section in text.sections:
        assert section.text or section.folded, section.title
        assert "{{" not in section.text
    titles = [part.title for part in text.section("Exercise").folded]
    assert len(titles) >= 2
    assert titles[-1] == "Solution"
    assert all("int" in title for title in titles[:-1])
    assert len(text.section("The idea").alt) > 40


@pytest.mark.parametrize("n", NUMBERS)
def test_no_number_in_the_prose_is_typed(n: int):
    assert re.findall(r".{0,20}\d.{0,20}", prose(source(n))) == []
    # in formulas nothing but their own constants
    fences = re.findall(r"^```text\n(.*?)^```", source(n), re.DOTALL | re.MULTILINE)
    typed = " ".join(re.sub(r"\{\{.*?\}\}", " ", fence) for fence in fences)
    assert re.findall(r"\d+[.,]\d+", re.sub(ADDRESS, " ", typed)) == []


def test_a_typed_number_would_be_found():
    assert re.search(r"\d", prose("it is 0.75 here"))
    assert not re.search(
        r"\d", prose("`W1[0,0]` or delta2[1] is {{ n('W1[0,0]') }}\n```text\n1 / 2\n```\n")
    )


def golden_value(golden, address: str) -> float:
    """The golden number at an address, as the lessons name it."""
    numbers = golden("worked_example")["biases_frozen"]
    place, _, steps = address.partition("@")
    name, *index = re.split(r"[\[\],]+", place.strip("]"))
    at = tuple(int(i) for i in index if i)
    first = numbers["first_step"]
    theirs = {"z1": "z1", "a1": "h", "z2": "z2", "a2": "o", "delta1": "d1", "delta2": "d2",
              "dW1": "g1", "dW2": "g2"}  # fmt: skip
    given = {"x": [0.05, 0.10], "y": [0.01, 0.99], "b1": [0.35, 0.35], "b2": [0.60, 0.60],
             "W1": [[0.15, 0.20], [0.25, 0.30]], "W2": [[0.40, 0.45], [0.50, 0.55]]}  # fmt: skip
    if name == "loss":
        return numbers[f"error_after_{steps}"] if steps else first["E"]
    if name == "a2" and steps == "10000":
        return numbers["output_after_10000"][at[0]]
    if name.startswith("new."):
        return float(np.array(numbers["after_1"][name[4:]])[at])
    return float(np.array(first[theirs[name]] if name in theirs else given[name])[at])


@pytest.mark.parametrize("n", NUMBERS)
def test_what_a_lesson_comes_to_is_golden_and_stands_in_it(golden, n: int):
    text = lesson_text(n)
    told = "\n".join([*(s.text for s in text.sections), text.section("The idea").alt])
    for address in COURSE[n].expects:
        place, _, steps = address.partition("@")
        ours = float(worked_pass(int(steps or 0)).at(place).value)
        assert ours == pytest.approx(golden_value(golden, address), rel=1e-10, abs=0), address
        forms = {f"{ours:.{digits}g}" for digits in (4, 5, 6, 7, 8, 9)}
        forms |= {f"{ours:.8f}", f"{ours:.7f}", number(place, steps=int(steps or 0))}
        assert any(form in told for form in forms), address


def test_the_sessions_answer_what_the_code_gives():
    expect = lesson_text(4).section("Expect").text
    assert "array([[0.75136507],\n       [0.77292847]])" in expect
    assert "(2, 3)" in expect


def test_there_is_no_lesson_beyond_the_last():
    assert lesson(12).title == "The complete program"
    with pytest.raises(InputError, match="0 to 12"):
        lesson(13)
