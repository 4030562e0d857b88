"""Time in which others have the processor does not count, up to a limit."""

import time

import pytest

from glassnet.core.errors import InputError
from glassnet.runtime.signals import ended_after
from glassnet.tutor.process import clock


def test_waiting_is_time_that_passes_by(monkeypatch):
    monkeypatch.setattr(clock, "waited", lambda pid: 5.0)
    assert clock.now() == pytest.approx(time.monotonic() - 5.0, abs=0.5)


def test_what_nobody_tells_is_no_waiting():
    assert clock.waited(2**30) == 0.0


def test_a_deadline_moves_on_with_what_waits_and_not_beyond_the_wall(monkeypatch):
    waits = {"self": 0.0, 7: 3.0, 8: 1.0}
    monkeypatch.setattr(clock, "waited", waits.__getitem__)
    monkeypatch.setattr(
        "glassnet.tutor.process.descendants.descendants", lambda pid: [(7, 1), (8, 1)]
    )
    until = clock.Deadline(10.0, time.monotonic() + 15.0)
    assert until.left == pytest.approx(10.0, abs=0.5)
    until.look(1)
    assert until.left == pytest.approx(13.0, abs=0.5)
    waits[7] = 0.5  # it has ended: what was seen stays
    until.look(1)
    assert until.left == pytest.approx(13.0, abs=0.5)
    waits["self"], waits[7] = 2.0, 90.0
    until.look(1)
    assert until.left == pytest.approx(15.0, abs=0.5)


def test_a_block_has_the_time_that_is_left_when_its_clock_rings():
    left = iter([0.05, 0.05, 0.0])

    def never_ends() -> None:
        with ended_after(0.05, InputError("late"), lambda: next(left)):
            while True:
                time.sleep(5)

    began = time.monotonic()
    with pytest.raises(InputError, match="late"):
        never_ends()
    assert next(left, None) is None
    assert time.monotonic() - began >= 0.15
