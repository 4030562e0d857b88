"""Learning rates over time, against PyTorch's."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core import schedules
from glassnet.core.errors import InputError
from glassnet.core.schedules import Constant, Cosine, CosineOfLog, OneCycle, StepDecay, WarmUp

GOLDEN = Path(__file__).parents[1] / "golden" / "schedules.json"
CASES = json.loads(GOLDEN.read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["source"].split(".")[-1])
def test_60_steps_agree_with_golden_numbers(case):
    schedule = schedules.get(case["schedule"])
    rates = [case["learning_rate"] * schedule(t) for t in range(60)]
    np.testing.assert_allclose(rates, case["learning_rates"], rtol=1e-12, atol=1e-16)


def test_every_schedule_has_golden_numbers():
    ours = {CosineOfLog.name}  # which PyTorch has not
    assert {case["schedule"]["name"] for case in CASES} == set(schedules.SCHEDULES) - ours


@pytest.mark.parametrize("waves", [1, 2, 4])
def test_the_waves_of_the_logarithm_meet_at_0_and_each_is_twice_as_long(waves):
    total = 2**waves - 1
    schedule = schedules.get({"name": "cosine_of_log", "total": total, "waves": waves})
    ends = [2**k - 1 for k in range(waves + 1)]  # 0, 1, 3, 7, …
    assert [schedule(t) for t in ends] == pytest.approx([0] * len(ends), abs=1e-12)
    # a wave is at its top where the logarithm is: half-way between its ends' logarithms
    fine = CosineOfLog(total=1000 * total, waves=waves)
    tops = [round(1000 * (2 ** (k + 0.5) - 1)) for k in range(waves)]
    assert [fine(t) for t in tops] == pytest.approx([1] * waves, abs=1e-5)
    assert schedule(total + 9) == pytest.approx(0, abs=1e-12)


def test_the_length_of_training_fills_in_what_was_left_open():
    assert Cosine().over(40) == Cosine(total=40)
    assert Cosine(total=7).over(40) == Cosine(total=7)
    assert Constant().over(40) == Constant()
    assert WarmUp(10, Cosine()).over(40) == WarmUp(10, Cosine(total=30))


@given(
    st.sampled_from([Cosine(), OneCycle(), OneCycle(rise=0.1), OneCycle(rise=0.5), CosineOfLog(),
                     WarmUp(5, Cosine()), WarmUp(3, OneCycle()), StepDecay(4)]),
    st.integers(1, 60),
)  # fmt: skip
def test_a_multiplier_stays_from_0_to_1_however_short_the_training(schedule, total):
    multipliers = [schedule.over(total)(t) for t in range(total + 5)]
    assert all(0 <= m <= 1 for m in multipliers)


def test_one_cycle_whose_rise_is_a_single_step_starts_at_the_top():
    assert OneCycle(total=10, rise=0.1)(0) == 1


@pytest.mark.parametrize(
    ("which", "message"),
    [
        ("cosin", r"unknown schedule 'cosin': did you mean 'cosine'\?"),
        ("step", "StepDecay needs every too"),
        ({"name": "cosine", "speed": 2}, "Cosine takes no speed"),
        ({"name": "step", "every": 0}, r"every is 0: give a whole number from 1 up\.$"),
        ({"name": "warm_up", "steps": 2, "then": "cosin"}, "unknown schedule"),
    ],
)
def test_what_is_no_schedule_is_refused(which, message):
    with pytest.raises(InputError, match=message):
        schedules.get(which)


def test_a_schedule_by_name_object_or_none():
    assert schedules.get(None) == schedules.get("constant") == Constant()
    assert schedules.get(Cosine(3)) == Cosine(3)
