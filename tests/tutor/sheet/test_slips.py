"""Slips of the hand: each is known by the number that it leaves, and no other is."""

import numpy as np
import pytest

from glassnet.tutor.sheet.numbers import Written, read_number
from glassnet.tutor.sheet.slips import KEYS, Missed, slips
from glassnet.tutor.textbook import TEXTBOOK, compute, forward, random_case


def named(text, wanted, neighbours=(), digits=4):
    written = read_number(text)
    missed = Missed(written, wanted, 0.5 * 10.0**-digits, digits, neighbours)
    return [slip.name for slip in slips(missed)]


@pytest.mark.parametrize(
    ("text", "wanted", "name"),
    [
        ("-0.4512", 0.4512, "sign-turned"),
        ("0.9024", 0.4512, "twice-too-large"),
        ("0.2256", 0.4512, "half-too-small"),
        ("4.512", 0.4512, "decimal-point"),
        ("0.0451", 0.4512, "decimal-point"),
        ("0.4512", 0.45129, "truncated"),
        ("-0.4512", -0.45129, "truncated"),
        ("0.45", 0.4537, "too-few-digits"),
        ("0.4521", 0.4512, "digits-transposed"),
        ("0.4152", 0.4512, "digits-transposed"),
        ("0.4712", 0.4512, "one-digit"),
    ],
)
def test_a_slip_is_known_by_its_number(text, wanted, name):
    assert named(text, wanted) == [name]


def test_a_neighbours_value_is_known():
    assert named("0.7711", 0.4512, [0.1234, 0.7711]) == ["neighbour"]


@pytest.mark.parametrize("text", ["0.9999", "0.5241", "12.3456"])
def test_what_no_slip_gives_is_unknown(text):
    assert named(text, 0.4512) == []


def test_a_fraction_has_no_decimals_to_be_too_few():
    assert Written(0.5, "1/2", None) == read_number("1/2")
    assert named("1/2", 0.4537) == []


def right_and_wrong(key, **kinds):
    case = random_case((2, 3, 2), 1, np.random.default_rng(0), **kinds)
    (slip,) = [slip for slip in KEYS if slip.name == key]
    return case, TEXTBOOK.changed(slip.changes)


@pytest.mark.parametrize(
    ("key", "kinds", "wrong"),
    [
        ("ten-to-the-power", {"output": "sigmoid"}, lambda z: 1 / (1 + 10.0**-z)),
        ("softmax-of-ten", {"output": "softmax"}, lambda z: 10**z / (10**z).sum()),
        ("tangent-for-tanh", {"output": "tanh"}, np.tan),
        ("tangent-of-degrees", {"output": "tanh"}, lambda z: np.tan(z * np.pi / 180)),
    ],
)
def test_a_wrong_key_of_the_calculator_gives_its_own_number(key, kinds, wrong):
    case, rules = right_and_wrong(key, hidden="relu", **kinds)
    p = forward(case, rules)
    np.testing.assert_allclose(p.a[2], wrong(p.z[2]), rtol=1e-12)
    np.testing.assert_array_equal(p.a[1], np.maximum(p.z[1], 0))  # no other function's key


def test_the_key_log_is_to_base_10_of_a_cross_entropy_alone():
    for natural, factor in ((True, np.log(10)), (False, 1)):
        case, rules = right_and_wrong("common-logarithm", natural=natural)
        right, wrong = compute(case)[0], compute(case, rules)[0]
        assert wrong.loss == pytest.approx(right.loss / factor)
