"""Each lesson's code passes its check as it is printed, and each usual slip in it is named."""

import ast
import re

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.tutor.check import check_file
from glassnet.tutor.lessons.check import check_functions
from glassnet.tutor.lessons.course import COURSE, MANY, functions_up_to
from glassnet.tutor.lessons.more_slips import MORE_SLIPS
from glassnet.tutor.lessons.own_mistakes import OWN_MISTAKES
from glassnet.tutor.lessons.program import PROGRAM_SLIPS
from glassnet.tutor.lessons.text import lesson_text
from glassnet.tutor.lessons.typed import (
    FUNCTIONS,
    PROGRAM,
    PROGRAM_ON_FOUR,
    PROGRAM_WITH_BIASES,
    typed_file,
)
from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES


def lesson_of(function: str, body: str) -> int:
    """The lesson in which a slip is made; the one on many samples where it speaks of them."""
    if function in COURSE[MANY].changed and re.search(r"shape|len\(|dbs = deltas", body):
        return MANY
    return next(
        e.number
        for e in COURSE
        if (function in (*e.functions, e.exercise) if function else not e.functions)
    )


SLIPS = [(lesson.number, slip) for lesson in COURSE for slip in lesson.slips]
SLIPS += [(lesson_of(slip.function, slip.body), slip) for slip in MORE_SLIPS]
TYPED = [each for each in COURSE if each.functions]


def printed_code(number: int) -> str:
    """What a reader types from the pages of the lessons up to this one, in their order."""
    parts = ["import numpy as np\n"]
    for lesson in COURSE[: number + 1]:
        text = lesson_text(lesson.number)
        parts += re.findall(r"^```python\n(.*?)^```", text.section("Type it").text, re.M | re.S)
        for part in text.section("Exercise").folded:
            parts += re.findall(r"^```python\n(def .*?)^```", part.text, re.M | re.S)
    return "\n\n".join(parts)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("number", [each.number for each in TYPED])
def test_the_code_as_printed_passes(here, tmp_path, number: int):
    from glassnet.tutor.lessons.check import check_lesson

    path = tmp_path / "mine.py"
    path.write_text(printed_code(number), encoding="utf-8")
    report = check_lesson(path, COURSE[number])
    assert report.passed, report.wrong
    assert {s.name for s in report.stages} >= {*COURSE[number].functions, COURSE[number].exercise}


def test_each_lesson_has_five_slips_of_its_own_functions():
    for lesson in COURSE:
        assert len({slip.name for slip in lesson.slips}) == 5
        asked = {*lesson.functions, *lesson.changed}
        assert {slip.function for slip in lesson.slips} <= (asked or {""})


def test_a_mistake_of_the_course_is_none_of_the_others_and_is_made():
    assert not set(OWN_MISTAKES) & {m.name for m in KNOWN_MISTAKES}
    assert set(OWN_MISTAKES) <= {slip.name for _, slip in SLIPS}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("number", "slip"),
    [(n, s) for n, s in SLIPS if s.function],
    ids=[f"{n}-{s.function}-{s.name}" for n, s in SLIPS if s.function],
)
def test_a_slip_is_named(here, checked, number: int, slip):
    report = checked(number, **{slip.function: slip.body})
    assert [m.name for m in report.mistakes] == [slip.name]
    assert report.wrong_step == slip.function


@pytest.mark.parametrize("slip", COURSE[-1].slips, ids=[slip.name for slip in COURSE[-1].slips])
def test_a_slip_in_the_program_is_named(checked, slip):
    report = checked(COURSE[-1].number, **{"": slip.body})
    assert [m.name for m in report.mistakes] == [slip.name]


@pytest.mark.parametrize("slip", PROGRAM_SLIPS)
def test_a_slip_in_the_program_is_named_by_its_page(in_part, checked, slip):
    report = checked(COURSE[-1].number, **{"": slip.body})
    assert [m.name for m in report.mistakes] == [slip.name]
    assert report.verdict == "wrong"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("exercise", [each.exercise for each in TYPED])
def test_a_wrong_exercise_is_told(here, checked, exercise: str):
    number = next(each.number for each in TYPED if each.exercise == exercise)
    body = FUNCTIONS[exercise].body
    wrong = re.sub(r"return (.+)\n", r"return np.asarray(\1) * 1.01\n", body)
    assert wrong != body
    report = checked(number, **{exercise: wrong})
    assert report.wrong_step == exercise
    assert report.unknown


def test_an_exercise_that_is_not_done_is_not_asked_for(here, tmp_path):
    from glassnet.tutor.lessons.check import check_lesson

    path = tmp_path / "mine.py"
    path.write_text(typed_file("mine.py", functions_up_to(2)), encoding="utf-8")
    report = check_lesson(path, COURSE[2])
    assert report.passed
    assert [s.name for s in report.stages] == ["example", "neuron", "layer"]


def test_what_is_not_written_is_no_mistake(here, tmp_path):
    from glassnet.tutor.lessons.check import check_lesson

    path = tmp_path / "mine.py"
    text = typed_file("mine.py", functions_up_to(3)) + "\n\n" + FUNCTIONS["forward"].stub
    path.write_text(text, encoding="utf-8")
    report = check_lesson(path, COURSE[4])
    assert report.unwritten == "forward"
    assert report.wrong is None


@pytest.mark.parametrize("number", [0, 6])
def test_in_a_process_of_its_own_it_is_the_same(checked, number: int):
    assert checked(number).passed
    slip = COURSE[number].slips[1]
    assert [m.name for m in checked(number, **{slip.function: slip.body}).mistakes] == [slip.name]


def test_many_samples_are_asked_for_from_their_lesson_on(here, checked):
    summed = FUNCTIONS["loss"].body  # right for one sample, summed for several
    assert checked(MANY - 1, loss=summed).passed
    assert [m.name for m in checked(MANY, loss=summed).mistakes] == ["loss-summed-over-samples"]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_finished_file_is_a_skeleton_filled_in(here, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(typed_file("mine.py", functions_up_to(MANY), many=True), encoding="utf-8")
    report = check_file(path)
    assert report.style == "functions"
    assert report.passed


@pytest.mark.parametrize(
    ("program", "key"),
    [(PROGRAM, "biases_frozen"), (PROGRAM_WITH_BIASES, "biases_learned")],
)
def test_the_program_reaches_the_golden_numbers_and_passes(golden, tmp_path, program, key):
    path = tmp_path / "network.py"
    path.write_text(program, encoding="utf-8")
    report = check_file(path)
    assert report.verdict == "right"
    names: dict = {}
    exec(program.replace("print(", "(lambda *_: None)("), names)
    expected = golden("worked_example")[key]
    assert len(program.splitlines()) < 40
    assert np.allclose(names["A2"][0], expected["output_after_10000"], rtol=1e-11, atol=0)
    for name in ("W1", "W2", "b1", "b2"):
        assert np.allclose(names[name], expected["after_10000"][name], rtol=1e-10, atol=0), name
    reached = names["loss"](names["A2"])
    assert reached == pytest.approx(expected["error_after_10000"], rel=1e-10)
    if program == PROGRAM:
        assert f"{1 - reached / names['at_first']:.3%}" == "99.988%"


def test_the_program_on_other_data_passes_and_answers_what_it_never_saw(tmp_path):
    path = tmp_path / "network.py"
    path.write_text(PROGRAM_ON_FOUR, encoding="utf-8")
    assert check_file(path).verdict == "right"
    names: dict = {}
    exec(PROGRAM_ON_FOUR.replace("print(", "(lambda *_: None)("), names)
    answers = names["forward"](np.array([[0.9, 0.1], [0.1, 0.9], [0.9, 0.9], [0.1, 0.1]]))[1]
    assert (answers.ravel() > 0.5).tolist() == [True, True, False, False]


def test_the_program_on_the_page_is_the_one_that_is_tested():
    (block,) = re.findall(
        r"^```python\n(.*?)^```", lesson_text(12).section("Type it").text, re.M | re.S
    )
    assert ast.dump(ast.parse(block)) == ast.dump(ast.parse(PROGRAM))
    assert block.rstrip("\n") == PROGRAM.rstrip("\n")


def test_functions_of_a_notebook_are_checked_by_their_source():
    report = check_functions(1, {"neuron": 3})
    assert report.unwritten == "example"
    with pytest.raises(InputError, match="whole program"):
        check_functions(12, {})
    with pytest.raises(InputError, match="source of example"):
        check_functions(1, {"example": eval("lambda: 0")})


@pytest.mark.parametrize(
    ("old", "new", "got", "sentence"),
    [
        ("range(10_000)", "range(9_999)", "loss 3.510854812251261e-05", "after 9,999 of them"),
        ("range(10_000)", "range(10)", "", "after 10 of them"),
        ("0.5 * np.sum", "np.sum", "loss 7.020375565957718e-05", "the ½ of the loss is missing"),
        ("0.45", "0.54", "0.54", "two digits exchanged"),
        ("rate = 0.5", "rate = 0.05", "0.05", "learning_rate is one of the numbers"),
        ("A2 * (1 - A2)", "A2 * (2 - A2)", "0.695534379", "Your loss is ½Σ(A2 − Y)²."),
    ],
)  # fmt: skip
def test_a_program_is_held_to_its_page(
    in_part, checked, old: str, new: str, got: str, sentence: str
):
    assert PROGRAM.count(old) == 1
    report = checked(COURSE[-1].number, **{"": PROGRAM.replace(old, new)})
    assert report.verdict == "wrong"
    assert report.wrong is not None
    assert got in report.wrong.got
    assert sentence in report.reason


def test_a_program_that_does_not_come_to_its_end_is_told_where_it_stops(checked):
    text = re.sub(r"    A1, A2 = forward\(.*\)\n    d", "    d", PROGRAM)
    report = checked(COURSE[-1].number, **{"": text})
    assert report.verdict == "wrong"
    assert "A2 has no value yet" in report.reason


def test_under_other_names_a_wrong_delta_is_not_called_right(in_part, checked):
    text = PROGRAM.replace("A2 * (1 - A2)", "A2 * (1 - A1)")
    for name, other in {"delta": "d", "A": "h", "W": "w"}.items():
        text = re.sub(rf"\b{name}([12])\b", rf"{other}\1", text)
    report = checked(COURSE[-1].number, **{"": text})
    assert report.verdict == "wrong"
    assert "Compare its output delta, in line" in report.reason


def test_a_number_that_was_typed_otherwise_is_told_with_its_line(here, checked):
    body = FUNCTIONS["example"].body.replace("0.45", "0.54")
    report = checked(0, example=body)
    assert report.wrong is not None
    assert (report.wrong.quantity, report.wrong.got) == ("W2[0,1]", "0.54")
    assert "0.54" in report.wrong.place.source
    assert "two digits exchanged" in report.reason


def test_the_output_of_tanh_is_tried_on_the_network_of_the_page(here, checked):
    """Its hidden layer keeps its sigmoid: who compares with the page finds the page's number."""
    wrong = checked(8, tanh_output_delta="    return 2 * (a - y) * (1 - a**2)\n").wrong
    assert wrong is not None
    assert (wrong.case, wrong.expected[:9]) == ("the worked example", "0.2820238")


def test_in_a_longer_function_the_slips_own_line_is_named(here, checked):
    body = FUNCTIONS["slope"].body.replace("[i, j] += nudge", "[i] += nudge")
    report = checked(6, slope=body)
    assert report.wrong is not None
    assert report.wrong.place is not None
    assert report.wrong.place.source == "nudged[l][i] += nudge"
    other = FUNCTIONS["slope"].body.replace("    return (", "    return 1.7 + (")
    unknown = checked(6, slope=other).wrong
    assert unknown is not None
    assert unknown.place is not None
    assert unknown.place.source == "def slope(…)"


@pytest.mark.parametrize(
    ("number", "function", "line"),
    [
        (10, "update", "        W -= learning_rate * dW\n"),
        (7, "descend", "        W -= learning_rate * S\n"),
        (7, "descend", "        weights[l] = weights[l] - learning_rate * slopes[l]\n"),
    ],
)
def test_an_array_that_is_changed_where_it_lies_is_told(here, checked, number, function, line):
    """In the course: whoever calls it again would find other numbers. The skeleton lets it be."""
    right = FUNCTIONS[function].body
    if function == "update":
        body = (
            "    for W, b, dW, db in zip(weights, biases, dWs, dbs):\n"
            f"{line}        b -= learning_rate * db\n    return weights, biases\n"
        )
    elif "weights[l] =" in line:
        body = right.replace(
            "        weights = [W - learning_rate * S for W, S in zip(weights, slopes)]\n",
            f"        for l in range(len(weights)):\n    {line}",
        )
    else:
        body = right.replace(
            "        weights = [W - learning_rate * S for W, S in zip(weights, slopes)]\n",
            f"        for W, S in zip(weights, slopes):\n    {line}",
        )
    report = checked(number, **{function: body})
    assert [m.name for m in report.mistakes] == ["inputs-changed-in-place"]
    assert report.wrong is not None
    assert report.wrong.stage == function
    assert report.wrong.place is not None
    assert report.wrong.place.source == line.strip()
    assert report.mistakes[0].wrong == line.strip()


def test_what_is_nudged_and_put_back_is_left_as_it_was(here, checked):
    body = """\
    losses = []
    weights[l][i, j] += step
    losses.append(loss(forward(x, weights, biases)[1][-1], y))
    weights[l][i, j] -= 2 * step
    losses.append(loss(forward(x, weights, biases)[1][-1], y))
    weights[l][i, j] += step
    return (losses[0] - losses[1]) / (2 * step)
"""
    assert checked(7, slope=body).passed
