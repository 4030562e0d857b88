"""Hints: each level says one thing more, and none what the report alone may say."""

import pytest

from glassnet.tutor.hints import STEPS, hinted, step_of
from glassnet.tutor.mistakes.behaviour import SEEN
from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES, mistake_named
from glassnet.tutor.report import CheckedStage, CheckReport, CodePlace, Wrong
from glassnet.tutor.skeleton.skeleton import FUNCTIONS, METHODS

PLACE = CodePlace("line 31", "d1 = d2 @ W2.T * z1")
REASON = "`d2 @ W2.T * z1` takes z1 where a1 belongs."


def report(style="script", stage="hidden delta", **fields):
    wrong = Wrong("delta1[0]", stage, "a case", "0.25", "0.75", PLACE)
    return CheckReport(
        "mine.py", style, [CheckedStage("forward", 2, 2)], wrong, found=["a 2-3-1 network"],
        notes=["odd"], **fields,
    )  # fmt: skip


@pytest.mark.parametrize("mistake", [*KNOWN_MISTAKES, *SEEN], ids=lambda m: m.name)
def test_a_hint_tells_neither_a_mistakes_name_nor_why_nor_a_number(mistake):
    made = report(mistakes=[mistake])
    for level in (1, 2, 3):
        hints = hinted(made, level).hints
        assert hints == hinted(made, 3).hints[:level]
        text = " ".join(hints)
        assert mistake.title not in text
        assert mistake.why not in text
        assert "0.25" not in text
        assert "0.75" not in text
    assert hinted(made, 1).hints == [f"Look at this step: {mistake.stage}."]
    assert mistake.stage in STEPS


def test_nothing_else_of_the_report_is_told():
    made = hinted(report(mistakes=[mistake_named("hidden-slope-lost")], reason=REASON), 3)
    assert made == CheckReport("mine.py", "script", [], hints=made.hints)
    assert made.verdict == "wrong"


def test_what_may_be_one_of_two_gives_both_questions_in_one_hint():
    both = [mistake_named("output-delta-sign"), mistake_named("update-adds")]
    one, two, three = hinted(report(mistakes=both), 3).hints
    assert one == "Look at this step: output delta or update."
    assert two == f"{both[0].hint} Or: {both[1].hint}"
    assert three.startswith(f"It should be {both[0].right} or {both[1].right}.")


def test_an_unknown_mistake_that_was_placed_has_its_line_and_what_the_chain_rule_asks_for():
    one, two, three = hinted(report(reason=REASON), 3).hints
    assert one == "Look at this step: hidden delta."
    assert two.startswith("line 31, `d1 = d2 @ W2.T * z1`: ")
    assert two.endswith("?")
    assert three == REASON


def test_an_unknown_mistake_without_a_reason_has_the_formula_of_its_step():
    assert "δ = Wᵀδ ⊙ f′(z)" in hinted(report(), 3).hints[2]


@pytest.mark.parametrize("name", [*FUNCTIONS, *METHODS])
def test_every_function_of_the_skeleton_has_a_step(name):
    if not name.startswith("__"):
        step = step_of(name)
        assert STEPS[step][0].endswith("?")
        made = hinted(CheckReport("mine.py", "functions", [], unwritten=name), 3)
        assert made.hints[0] == f"Look at {name}, which is still to be written."
        assert made.hints[1] == STEPS[step][0]


def test_where_the_function_does_several_steps_the_step_is_told():
    mistakes = [mistake_named("hidden-slope-lost")]
    made = report("class", "train", mistakes=mistakes)
    assert hinted(made, 1).hints == ["Look at your function train, where it does the hidden delta."]


def test_what_is_right_or_judged_in_part_is_told_as_it_is():
    partly = CheckReport("mine.py", "script", [], partly="one update alone was seen")
    for made in (CheckReport("mine.py", "script", []), partly):
        assert hinted(made, 1) is made
