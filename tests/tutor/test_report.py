"""What a report says of itself: passed or not, the step to look at."""

import pytest

from glassnet.tutor.mistakes.catalogue import mistake_named
from glassnet.tutor.report import CheckedStage, CheckReport, Wrong

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
