"""The lessons' text: complete, its numbers inserted, its promises those of the code."""

import re
from importlib.resources import files
from itertools import pairwise

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
    assert titles[-1].startswith("Solution")
    assert all("int" in title or title.startswith("Solution") for title in titles)
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


def calculated(line: str) -> float:
    """What a pocket calculator gives for a line of the lessons."""
    for sign, python in (("−", "-"), ("·", "*"), ("²", "**2"), ("½", "0.5")):
        line = line.replace(sign, python)
    return float(eval(line, {"exp": np.exp}))


@pytest.mark.parametrize("n", NUMBERS)
def test_a_pocket_calculator_comes_to_what_is_printed(n: int):
    """Wherever numbers are put in, within half a unit of the last digit that is printed."""
    numbers = re.compile(r"(?=.*\d)(?:exp|[\d.,−+·/()²½ -])+")
    told = "\n".join(
        s.text + "".join(part.text for part in s.folded) for s in lesson_text(n).sections
    )
    lines = 0
    for fence in re.findall(r"^```text\n(.*?)^```", told, re.DOTALL | re.MULTILINE):
        parts = [part.strip() for line in fence.splitlines() for part in line.split("=")]
        parts = [part for part in parts if part]
        for put_in, value in pairwise(parts):
            put_in = re.sub(r"^[a-z ]+ {2,}", "", put_in)
            if not numbers.fullmatch(put_in) or not re.fullmatch(r"−?\d+(\.\d+)?", value):
                continue
            decimals = len(value.partition(".")[2])
            half = 0.5 * 10.0**-decimals
            assert calculated(put_in) == pytest.approx(calculated(value), abs=1.001 * half), put_in
            lines += put_in != value
    wanted = {0: 2, 1: 1, 2: 2, 3: 3, 4: 4, 5: 1, 6: 3, 7: 1, 8: 2, 9: 6, 10: 3, 11: 2, 12: 0}
    assert lines == wanted[n]


@pytest.mark.parametrize("n", NUMBERS)
def test_a_line_of_code_is_read_without_scrolling(n: int):
    parts = [part for s in lesson_text(n).sections for part in (s, *s.folded)]
    code = [b for p in parts for b in re.findall(r"^```\w*\n(.*?)^```", p.text, re.M | re.S)]
    assert [line for block in code for line in block.splitlines() if len(line) > 86] == []


# words that a lesson brings, and the first that may use them
BROUGHT = {"axis": 11, "hidden": 4, "transpose": 9, "ᵀ": 8, "softmax": 13, "/ B": 11,
           "batch": 11, "delta": 8, "δ": 8, "σ′": 8, "dW": 10, "W·a": 1, "sample": 11}  # fmt: skip


@pytest.mark.parametrize("n", NUMBERS)
def test_the_slips_of_a_lesson_use_no_word_of_a_later_one(n: int):
    (slips,) = (f.text for s in lesson_text(n).sections for f in s.folded if "slips" in f.title)
    assert [word for word, first in BROUGHT.items() if first > n and word in slips] == []


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
