"""Runs with different random numbers: what they agree in is said, and no more."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from glassnet.tutor.dataflow import trials as trials_of
from glassnet.tutor.dataflow.locating.fault import Fault
from glassnet.tutor.dataflow.parameters import FoundParameters
from glassnet.tutor.dataflow.stepping import rounds
from glassnet.tutor.dataflow.trials import agreed
from glassnet.tutor.dataflow.verdict import JudgedRun, Judgement
from glassnet.tutor.process.protocol import Trouble

RIGHT = Judgement("right")
FAINT = Judgement("in part", "W moved too little to tell", faint=True)
PART = Judgement("in part", "not every parameter could be followed")


def wrong(line: int) -> Judgement:
    return Judgement("wrong", "", Fault("expression", 1, line, "a * b", "W"))


def test_runs_that_agree_are_believed():
    assert agreed([RIGHT, RIGHT]) is RIGHT
    assert agreed([wrong(3), wrong(3)]).verdict == "wrong"


def test_a_run_in_which_too_little_moved_contradicts_no_other():
    assert agreed([FAINT, wrong(3), wrong(3)]).verdict == "wrong"
    assert agreed([RIGHT, FAINT, RIGHT]).verdict == "right"
    assert agreed([RIGHT, FAINT]).verdict == "in part"


def test_two_runs_decide_on_the_place_against_one():
    found = agreed([wrong(3), wrong(8), wrong(8)])
    assert found.fault
    assert found.fault.line == 8
    assert agreed([wrong(3), wrong(8)]).verdict == "in part"


def test_nothing_is_accused_that_was_right_in_one_run():
    for found in ([wrong(3), wrong(3), RIGHT], [RIGHT, wrong(3)], [wrong(3), PART]):
        assert agreed(found).verdict == "in part"


def test_a_last_round_that_was_cut_off_is_left_out(monkeypatch):
    part = (np.ones(2), np.zeros(2), np.ones(2))
    monkeypatch.setattr(rounds, "_part", lambda *_: part)
    steps: Any = [SimpleNamespace(later=number) for number in (0, 0, 1, 1, 2)]
    unused: Any = None
    assert [each.step.size for each in rounds.rounds_of(unused, steps, unused)] == [4, 4]


def seen_by(verdict: Judgement, late: bool) -> Any:
    return JudgedRun(cast(Any, SimpleNamespace(late=late)), verdict, FoundParameters(), set())


@pytest.mark.parametrize("found", [wrong(3), RIGHT], ids=["wrong", "right"])
@pytest.mark.parametrize("late", [(True, True), (False, True), (True, False)])
def test_a_run_that_was_cut_says_in_part_at_most(monkeypatch, found, late):
    second = seen_by(found, late[1])
    monkeypatch.setattr(trials_of, "recorded", lambda *_, **__: None)
    monkeypatch.setattr(trials_of, "judged_run", lambda _: second)
    sandbox: Any = SimpleNamespace(left=1.0, limits=SimpleNamespace(seconds=30.0))
    _, flow = trials_of.trials(Path("mine.py"), "", sandbox, seen_by(found, late[0]))
    assert (flow.verdict, flow.fault, flow.cause) == ("in part", None, "time")


@pytest.mark.parametrize("found", [wrong(3), RIGHT], ids=["wrong", "right"])
def test_one_run_alone_says_in_part_at_most(monkeypatch, found):
    def too_late(*_: Any, **__: Any) -> None:
        raise Trouble("mine.py did not end", "time")

    monkeypatch.setattr(trials_of, "recorded", too_late)
    sandbox: Any = SimpleNamespace(left=1.0, limits=SimpleNamespace(seconds=30.0))
    _, flow = trials_of.trials(Path("mine.py"), "", sandbox, seen_by(found, False))
    assert (flow.verdict, flow.fault, flow.cause) == ("in part", None, "time")
