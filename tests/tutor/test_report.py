"""What a report says of itself: passed or not, the step to look at."""

import pytest

from glassnet.tutor.mistakes.catalogue import mistake_named
from glassnet.tutor.report import STEPS, CheckedStage, CheckReport, Wrong, steps_up_to

MISTAKE = mistake_named("hidden-slope-lost")
WRONG = Wrong("delta1[0]", "hidden delta", "a case", "1", "2")


def report(**fields):
    return CheckReport("mine.py", "script", [CheckedStage("forward", 2, 2)], **fields)


@pytest.mark.parametrize(
    ("fields", "passed", "unknown", "step"),
    [
        ({}, True, False, ""),
        ({"wrong": WRONG}, False, True, "hidden delta"),
        ({"wrong": WRONG, "mistakes": [MISTAKE]}, False, False, "hidden delta"),
        ({"mistakes": [MISTAKE]}, False, False, ""),
        ({"unwritten": "loss"}, False, False, "loss"),
        ({"notes": ["odd"], "remarks": ["a loop"]}, True, False, ""),
    ],
)
def test_it_passed_where_nothing_is_wrong_or_still_to_be_written(fields, passed, unknown, step):
    made = report(**fields)
    assert (made.passed, made.unknown, made.wrong_step) == (passed, unknown, step)


def test_a_stage_passed_where_all_its_trials_are_right():
    assert CheckedStage("f", 3, 3).passed
    assert not CheckedStage("f", 3, 2).passed


@pytest.mark.parametrize(
    ("wrong", "looked_at", "told", "later"),
    [
        ("", True, list(STEPS), ()),
        ("hidden delta", True, list(STEPS[:4]), STEPS[4:]),
        ("output delta", False, ["output delta"], (*STEPS[:2], *STEPS[3:])),
        ("activation", False, ["activation"], STEPS[1:]),
        ("activation", True, ["activation"], STEPS[1:]),
        ("initialisation", True, ["initialisation"], STEPS),
        ("metric", True, [*STEPS, "metric"], ()),
    ],
)
def test_what_is_told_of_steps_is_of_those_that_were_looked_at(wrong, looked_at, told, later):
    stages, left = steps_up_to(wrong, 2, looked_at)
    assert ([s.name for s in stages], left) == (told, later)
    assert [s.name for s in stages if not s.passed] == [wrong] * bool(wrong)
