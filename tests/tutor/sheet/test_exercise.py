"""Worksheets: answerable for every seed, checked fairly, and the first mistake found and named.

What a learner computes is computed here by plain loops over the given numbers, never by glassnet.
"""

import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from seeds import drawn

from glassnet.core.errors import InputError
from glassnet.tutor.sheet.check import Entry, SheetReport, check_worksheet, solved
from glassnet.tutor.sheet.exercise import (
    BLANK,
    Exercise,
    SheetSettings,
    make_exercise,
    read_sizes,
)
from glassnet.tutor.sheet.filled_in import read_worksheet
from glassnet.tutor.sheet.numbers import read_number
from glassnet.views.sheet.markdown import worksheet_markdown

KINDS = [
    ((1, 1), "sigmoid", ""),
    ((2, 2, 1), "sigmoid", ""),
    ((2, 3, 2), "sigmoid", "softmax"),
    ((2, 3, 2), "relu", "softmax"),
    ((2, 2, 1), "tanh", ""),
    ((2, 3, 1), "relu", ""),
    ((3, 2), "sigmoid", "softmax"),
    ((2, 2, 2, 1), "tanh", "sigmoid"),
]
Numbers = dict[str, float]


def settings(seed: int) -> SheetSettings:
    sizes, activation, output = KINDS[seed % len(KINDS)]
    return SheetSettings(sizes, activation, output, digits=(4, 4, 5, 3)[seed // 8 % 4], seed=seed)


def fill(sheet: str, values: Mapping[str, float | str], digits: int = 4) -> str:
    """The sheet with those numbers written into its blanks."""
    for address, value in values.items():
        text = value if isinstance(value, str) else f"{value:.{digits}f}"
        sheet, count = re.subn(
            rf"^(- {re.escape(address)} =) .*$", rf"\g<1> {text}", sheet, flags=re.MULTILINE
        )
        assert count == 1, address
    return sheet


def blanks(sheet: str) -> Numbers:
    """What stands in the blanks of a sheet."""
    found = re.findall(r"^- (\S+) = (\S+)$", sheet, flags=re.MULTILINE)
    return {address: float(text.replace("−", "-")) for address, text in found}


def entries_of(report: SheetReport) -> dict[str, Entry]:
    return {entry.address: entry for entry in report.entries}


def checked(path: Path, sheet: str) -> SheetReport:
    file = path / "sheet.md"
    file.write_text(sheet, encoding="utf-8")
    return check_worksheet(read_worksheet(file))


# -- the same by hand ------------------------------------------------------------------------


def sigma(z: float) -> float:
    return 1 / (1 + math.exp(-z))


FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sigmoid": sigma, "tanh": math.tanh, "relu": lambda z: max(z, 0.0), "identity": lambda z: z,
}  # fmt: skip
SLOPES: dict[str, Callable[[float, float], float]] = {
    "sigmoid": lambda z, a: a * (1 - a), "tanh": lambda z, a: 1 - a * a,
    "relu": lambda z, a: float(z > 0), "identity": lambda z, a: 1.0,
}  # fmt: skip


def by_hand(
    exercise: Exercise,
    digits: int | None = None,
    slip: Mapping[str, Callable[..., float]] | None = None,
) -> Numbers:
    """All numbers of a sheet, loop by loop; rounded on the way where digits are given.

    slip: from an address, or the name of an array, to what is done instead there, given the
    numbers so far and the indexes.
    """
    v: Numbers = dict(exercise.given)
    sizes, names = exercise.settings.sizes, exercise.example.activations
    last, rate = len(sizes) - 1, 0.5
    out: Numbers = {}

    def put(name: str, index: tuple[int, ...], value: Callable[[], float]) -> None:
        address = name + (f"[{','.join(map(str, index))}]" if index else "")
        own = (slip or {}).get(address) or (slip or {}).get(name)
        number = own(v, *index) if own else value()
        out[address] = v[address] = number if digits is None else round(number, digits)

    def value(name: str, *index: int) -> float:
        return v[f"{name}[{','.join(map(str, index))}]"]

    def before(l: int, j: int) -> float:
        return value("x", j) if l == 1 else value(f"a{l - 1}", j)

    for l in range(1, last + 1):
        for i in range(sizes[l]):
            put(f"z{l}", (i,), lambda l=l, i=i: value(f"b{l}", i) + sum(
                value(f"W{l}", i, j) * before(l, j) for j in range(sizes[l - 1])))  # fmt: skip
        for i in range(sizes[l]):
            if names[l - 1] == "softmax":
                put(f"a{l}", (i,), lambda l=l, i=i: math.exp(value(f"z{l}", i)) / sum(
                    math.exp(value(f"z{l}", k)) for k in range(sizes[l])))  # fmt: skip
            else:
                f = FUNCTIONS[names[l - 1]]
                put(f"a{l}", (i,), lambda l=l, i=i, f=f: f(value(f"z{l}", i)))
    pairs = [(value(f"a{last}", i), value("y", i)) for i in range(sizes[last])]
    if names[-1] == "softmax":
        put("loss", (), lambda: -sum(y * math.log(a) for a, y in pairs))
    else:
        put("loss", (), lambda: sum((a - y) ** 2 for a, y in pairs) / 2)
    for l in range(last, 0, -1):
        for i in range(sizes[l]):

            def delta(l: int = l, i: int = i) -> float:
                if l == last and names[-1] == "softmax":
                    return value(f"a{l}", i) - value("y", i)
                slope = SLOPES[names[l - 1]](value(f"z{l}", i), value(f"a{l}", i))
                if l == last:
                    return (value(f"a{l}", i) - value("y", i)) * slope
                return slope * sum(
                    value(f"W{l + 1}", k, i) * value(f"delta{l + 1}", k)
                    for k in range(sizes[l + 1])
                )

            put(f"delta{l}", (i,), delta)
    for l in range(last, 0, -1):
        for i in range(sizes[l]):
            for j in range(sizes[l - 1]):
                put(f"dW{l}", (i, j), lambda l=l, i=i, j=j: value(f"delta{l}", i) * before(l, j))
        for i in range(sizes[l]):
            put(f"db{l}", (i,), lambda l=l, i=i: value(f"delta{l}", i))
    for l in range(1, last + 1):
        for name in ("W", "b"):
            for address in [a for a in exercise.given if a.startswith(f"{name}{l}[")]:
                index = tuple(map(int, address[:-1].partition("[")[2].split(",")))
                put(f"new.{name}{l}", index,
                    lambda a=address: v[a] - rate * v["d" + a])  # fmt: skip
    return out


@pytest.mark.parametrize("seed", range(24))
def test_the_exact_numbers_are_those_of_plain_loops(seed: int) -> None:
    exercise = make_exercise(settings(seed))
    assert exercise.exact == pytest.approx(by_hand(exercise), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("rounding", [True, False])
def test_rounding_on_the_way_or_only_at_the_end_are_both_right(
    tmp_path: Path, seed: int, rounding: bool
) -> None:
    exercise = make_exercise(settings(seed))
    digits = exercise.settings.digits
    mine = by_hand(exercise, digits if rounding else None)
    assert checked(tmp_path, fill(worksheet_markdown(exercise), mine, digits)).passed


# -- a thousand seeds ------------------------------------------------------------------------


def solution_passes_and_a_perturbed_value_is_found(path: Path, seed: int) -> None:
    exercise = make_exercise(settings(seed))
    digits, rng = exercise.settings.digits, np.random.default_rng(seed + 10**6)
    solution = worksheet_markdown(exercise, solved(exercise))
    values = blanks(solution)
    assert set(values) == set(exercise.exact)
    report = checked(path, solution)
    assert report.passed, report.counts

    address = list(values)[rng.integers(len(values))]
    # what rounding before it can do stays below 3 units at these sizes
    units = int(rng.choice([-1, 1]) * rng.integers(4, 300))
    wrong = values[address] + units * 10.0**-digits
    report = checked(path, fill(solution, {address: wrong}, digits))
    assert report.counts["wrong"] == 1
    assert report.first is not None
    assert report.first.address == address
    assert report.counts["blank"] == report.counts["follows"] == 0


@pytest.mark.parametrize("start", range(0, 160, 32))
def test_solutions_pass_and_a_perturbed_value_is_found(tmp_path: Path, start: int) -> None:
    for seed in range(start, start + 4):
        solution_passes_and_a_perturbed_value_is_found(tmp_path, seed)


@pytest.mark.campaign
@pytest.mark.parametrize("start", range(0, 1000, 50))
def test_a_thousand_seeds(tmp_path: Path, start: int) -> None:
    for seed in range(start, start + 50):
        solution_passes_and_a_perturbed_value_is_found(tmp_path, seed)


@pytest.mark.parametrize("seed", drawn(64, 16))
def test_numbers_are_friendly(seed: int) -> None:
    exercise = make_exercise(settings(seed))
    s, exact = exercise.settings, exercise.exact
    for value in exercise.given.values():
        assert abs(value) <= 1
        assert value * 10 == pytest.approx(round(value * 10), abs=1e-12)
    assert all(value for address, value in exercise.given.items() if address[0] != "y")
    for address, value in exact.items():
        if value or s.activation != "relu":
            assert abs(value) >= 10.0**-s.digits, address
        if address[0] == "z":
            assert abs(value) <= (3 if s.activation != "relu" else 10)
    if s.activation == "relu":
        hidden = [v for address, v in exact.items() if address.startswith("z1[")]
        assert max(hidden) > 0
        assert min(map(abs, hidden)) >= 0.05


def test_no_neuron_saturates() -> None:
    for seed in range(20):  # six inputs of such sizes may well sum up to more
        exact = make_exercise(SheetSettings((6, 3), "tanh", seed=seed)).exact
        assert max(abs(v) for address, v in exact.items() if address[0] == "z") <= 2


def test_a_seed_fixes_the_exercise() -> None:
    one, same = make_exercise(SheetSettings(seed=7)), make_exercise(SheetSettings(seed=7))
    assert one.given == same.given
    assert (
        len({tuple(make_exercise(SheetSettings(seed=k)).given.values()) for k in range(50)}) == 50
    )


# -- errors carried forward ------------------------------------------------------------------


@pytest.mark.parametrize("seed", drawn(32, 8))
@pytest.mark.parametrize("rounding", [True, False])
def test_what_follows_from_a_wrong_z_is_no_further_mistake(
    tmp_path: Path, seed: int, rounding: bool
) -> None:
    exercise = make_exercise(settings(seed))
    digits = exercise.settings.digits
    right = by_hand(exercise)
    wrong = {"z1[0]": lambda v, i: right["z1[0]"] + 0.137}
    mine = by_hand(exercise, digits if rounding else None, wrong)
    report = checked(tmp_path, fill(worksheet_markdown(exercise), mine, digits))
    assert report.counts["wrong"] == 1
    assert report.first is not None
    assert report.first.address == "z1[0]"
    for address, entry in entries_of(report).items():
        if entry.status == "follows":
            assert entry.follows_from == ("z1[0]",)
        # what is said to be right is: it is what it would be without the mistake
        if entry.status == "right":
            assert mine[address] == pytest.approx(right[address], abs=2 * 10.0**-digits)
        elif address != "z1[0]":
            assert entry.status == "follows"
    if right["z1[0]"] > 0 or exercise.settings.activation != "relu":
        assert entries_of(report)["a1[0]"].status == "follows"


@pytest.mark.parametrize("seed", drawn(8, 2))
def test_a_number_miscopied_leaves_the_exact_ones_after_it_right(tmp_path: Path, seed: int) -> None:
    exercise = make_exercise(settings(seed))
    digits = exercise.settings.digits
    mine = by_hand(exercise)
    for address in mine:
        miscopied = {**mine, address: mine[address] + 0.3}
        report = checked(tmp_path, fill(worksheet_markdown(exercise), miscopied, digits))
        assert (report.counts["wrong"], report.counts["right"]) == (1, len(mine) - 1)


def test_two_mistakes_are_two(tmp_path: Path) -> None:
    exercise = make_exercise(SheetSettings(seed=3))
    right = by_hand(exercise)
    slip = {
        "z1[1]": lambda v, i: right["z1[1]"] + 0.2,
        "delta2": lambda v, i: -right["delta2[0]"],
    }
    mine = by_hand(exercise, 4, slip)
    report = checked(tmp_path, fill(worksheet_markdown(exercise), mine))
    assert report.counts["wrong"] == 2
    assert entries_of(report)["dW2[0,0]"].follows_from == ("delta2[0]",)
    assert set(entries_of(report)["dW2[0,1]"].follows_from) == {"z1[1]", "delta2[0]"}


def test_through_blanks_a_later_number_still_follows(tmp_path: Path) -> None:
    exercise = make_exercise(SheetSettings(seed=3))
    right = by_hand(exercise)
    mine = by_hand(exercise, None, {"z1[0]": lambda v, i: right["z1[0]"] + 0.2})
    kept = {a: mine[a] for a in ("z1[0]", "z1[1]", "loss", "new.W2[0,0]")}
    report = checked(tmp_path, fill(worksheet_markdown(exercise), kept))
    assert entries_of(report)["loss"].status == "follows"
    assert entries_of(report)["loss"].follows_from == ("z1[0]",)
    assert entries_of(report)["new.W2[0,0]"].status == "follows"
    assert report.counts["wrong"] == 1


# -- known mistakes, made by hand ------------------------------------------------------------

Slip = Mapping[str, Callable[..., float]]


def at(v: Numbers, name: str, *index: int) -> float:
    return v[f"{name}[{','.join(map(str, index))}]"]


def _slope2(v: Numbers) -> float:
    return v["a2[0]"] * (1 - v["a2[0]"])


def _slope1(v: Numbers, i: int) -> float:
    return at(v, "a1", i) * (1 - at(v, "a1", i))


def _layer(l: int, W: Any, inputs: str, bias: float) -> Callable[..., float]:
    """z of a layer of the network 2-2-1 with other weights, inputs or part of the bias."""
    return lambda v, i: (
        bias * at(v, f"b{l}", i)
        + sum(at(v, W[0], *((j, i) if W[1] else (i, j))) * at(v, inputs, j) for j in range(2))
    )


MADE: dict[str, Slip] = {
    "bias-left-out": {"z1": _layer(1, ("W1", 0), "x", 0), "z2": _layer(2, ("W2", 0), "a1", 0)},
    "bias-left-out-at-the-output": {"z2": _layer(2, ("W2", 0), "a1", 0)},
    "bias-subtracted": {"z1": _layer(1, ("W1", 0), "x", -1), "z2": _layer(2, ("W2", 0), "a1", -1)},
    "weights-transposed": {"z1": _layer(1, ("W1", 1), "x", 1)},
    "z-fed-onward": {"z2": _layer(2, ("W2", 0), "z1", 1)},
    "input-fed-to-every-layer": {"z2": _layer(2, ("W2", 0), "x", 1)},
    "sigmoid-sign": {f"a{l}": lambda v, i, l=l: sigma(-at(v, f"z{l}", i)) for l in (1, 2)},
    "sigmoid-brackets": {
        f"a{l}": lambda v, i, l=l: 1 + math.exp(-at(v, f"z{l}", i)) for l in (1, 2)
    },
    "tanh-for-sigmoid": {f"a{l}": lambda v, i, l=l: math.tanh(at(v, f"z{l}", i)) for l in (1, 2)},
    "activation-left-off-at-the-output": {"a2": lambda v, i: v["z2[0]"]},
    "ten-to-the-power": {
        f"a{l}": lambda v, i, l=l: 1 / (1 + 10 ** -at(v, f"z{l}", i)) for l in (1, 2)
    },
    "loss-half-left-out": {"loss": lambda v: (v["a2[0]"] - v["y[0]"]) ** 2},
    "loss-not-squared": {"loss": lambda v: (v["a2[0]"] - v["y[0]"]) / 2},
    "output-slope-lost": {"delta2": lambda v, i: v["a2[0]"] - v["y[0]"]},
    "output-delta-sign": {"delta2": lambda v, i: (v["y[0]"] - v["a2[0]"]) * _slope2(v)},
    "output-delta-doubled": {"delta2": lambda v, i: 2 * (v["a2[0]"] - v["y[0]"]) * _slope2(v)},
    "derivative-given-z": {
        "delta2": lambda v, i: (v["a2[0]"] - v["y[0]"]) * v["z2[0]"] * (1 - v["z2[0]"]),
    },
    "hidden-slope-lost": {"delta1": lambda v, i: at(v, "W2", 0, i) * v["delta2[0]"]},
    "hidden-error-carried-back": {
        "delta1": lambda v, i: at(v, "W2", 0, i) * (v["a2[0]"] - v["y[0]"]) * _slope1(v, i)
    },
    "hidden-weights-left-out": {"delta1": lambda v, i: v["delta2[0]"] * _slope1(v, i)},
    "hidden-sign": {"delta1": lambda v, i: -at(v, "W2", 0, i) * v["delta2[0]"] * _slope1(v, i)},
    "gradient-from-z": {"dW2": lambda v, i, j: v["delta2[0]"] * at(v, "z1", j)},
    "gradient-input-lost": {
        "dW2": lambda v, i, j: v["delta2[0]"],
        "dW1": lambda v, i, j: at(v, "delta1", i),
    },
    "outer-product-wrong-way": {"dW1": lambda v, i, j: at(v, "x", i) * at(v, "delta1", j)},
    "bias-gradient-times-bias": {
        "db2": lambda v, i: v["delta2[0]"] * v["b2[0]"],
        "db1": lambda v, i: at(v, "delta1", i) * at(v, "b1", i),
    },
    "update-adds": {
        f"new.{p}{l}": lambda v, *at_, p=p, l=l: (
            at(v, f"{p}{l}", *at_) + 0.5 * at(v, f"d{p}{l}", *at_)
        )
        for p in "Wb"
        for l in (1, 2)
    },
    "rate-left-out": {
        f"new.{p}{l}": lambda v, *at_, p=p, l=l: at(v, f"{p}{l}", *at_) - at(v, f"d{p}{l}", *at_)
        for p in "Wb"
        for l in (1, 2)
    },
    "bias-never-updated": {f"new.b{l}": lambda v, i, l=l: at(v, f"b{l}", i) for l in (1, 2)},
}


@pytest.mark.parametrize("seed", [1, 2, 4])
@pytest.mark.parametrize("name", MADE)
def test_a_known_mistake_is_named(tmp_path: Path, name: str, seed: int) -> None:
    exercise = make_exercise(SheetSettings(seed=seed, digits=5))
    mine = by_hand(exercise, 5, MADE[name])
    report = checked(tmp_path, fill(worksheet_markdown(exercise), mine, 5))
    assert report.first is not None
    arrays = {address.partition("[")[0] for address, e in entries_of(report).items()
              if e.status == "wrong"}  # fmt: skip
    assert arrays <= set(MADE[name])
    assert report.first.address.partition("[")[0] == next(iter(MADE[name]))
    found = [mistake.name for mistake in report.first.mistakes]
    assert name in found
    assert len(found) <= 4, found
    assert not report.first.here_alone


def test_softmax_has_its_own_mistakes(tmp_path: Path) -> None:
    exercise = make_exercise(SheetSettings((2, 2, 3), output="softmax", seed=2))

    def slope(v: Numbers, i: int) -> float:
        a = at(v, "a2", i)
        return (a - at(v, "y", i)) * a * (1 - a)

    for slip, name in (
        ({"delta2": slope}, "output-slope-beside-cross-entropy"),
        ({"loss": lambda v: -math.log10(next(
            at(v, "a2", i) for i in range(3) if at(v, "y", i)))}, "common-logarithm"),
        ({"a2": lambda v, i: 10 ** at(v, "z2", i) / sum(
            10 ** at(v, "z2", k) for k in range(3))}, "softmax-of-ten"),
    ):  # fmt: skip
        mine = by_hand(exercise, 4, slip)
        report = checked(tmp_path, fill(worksheet_markdown(exercise), mine))
        assert report.first is not None
        assert [mistake.name for mistake in report.first.mistakes] == [name]


def test_what_fits_the_rest_of_the_sheet_is_named_alone(tmp_path: Path) -> None:
    """The output's bias left out is no bias left out everywhere: z1 is right."""
    exercise = make_exercise(SheetSettings(seed=1))
    mine = by_hand(exercise, 4, MADE["bias-left-out-at-the-output"])
    report = checked(tmp_path, fill(worksheet_markdown(exercise), mine))
    assert report.first is not None
    assert [m.name for m in report.first.mistakes] == ["bias-left-out-at-the-output"]


def test_a_mistake_made_in_one_entry_is_said_to_be_there_alone(tmp_path: Path) -> None:
    exercise = make_exercise(SheetSettings(seed=4))
    mine = by_hand(exercise, 4, {"a1[1]": lambda v, i: sigma(-v["z1[1]"])})
    report = checked(tmp_path, fill(worksheet_markdown(exercise), mine))
    assert report.first is not None
    assert report.first.addresses == ("a1[1]",)
    assert "sigmoid-sign" in [m.name for m in report.first.mistakes]
    assert report.first.here_alone


def test_the_same_mistake_made_again_is_said_to_be_the_same(tmp_path: Path) -> None:
    exercise = make_exercise(SheetSettings(seed=4))
    mine = by_hand(exercise, 4, MADE["update-adds"])
    report = checked(tmp_path, fill(worksheet_markdown(exercise), mine))
    assert report.first is not None
    assert report.first.also == ("new.b1", "new.W2", "new.b2")
    mine["new.b1[0]"] += 0.3
    report = checked(tmp_path, fill(worksheet_markdown(exercise), mine))
    assert report.first is not None
    assert report.first.also == ("new.W2", "new.b2")


# -- slips of the hand -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "slip"),
    [
        ("sign-turned", lambda text: text[1:] if text[0] == "-" else "-" + text),
        ("decimal-point", lambda text: f"{float(text) * 10:.3f}"),
        ("digits-transposed", lambda text: text[:-2] + text[-1] + text[-2]),
        ("too-few-digits", lambda text: f"{float(text):.2f}"),
        ("twice-too-large", lambda text: f"{float(text) * 2:.4f}"),
        ("one-digit", lambda text: text[:-3] + str((int(text[-3]) + 5) % 10) + text[-2:]),
    ],
)
def test_a_slip_is_named(tmp_path: Path, name: str, slip: Callable[[str], str]) -> None:
    exercise = make_exercise(SheetSettings(seed=7))
    mine = by_hand(exercise, 4)
    text = f"{mine['a1[1]']:.4f}"
    assert text[-1] != text[-2]
    report = checked(tmp_path, fill(worksheet_markdown(exercise), {**mine, "a1[1]": slip(text)}))
    assert report.first is not None
    assert report.first.address == "a1[1]"
    assert report.first.here_alone
    assert name in [mistake.name for mistake in report.first.mistakes]


def test_numbers_cut_off_instead_of_rounded_are_said_to_be(tmp_path: Path) -> None:
    exercise = make_exercise(SheetSettings(seed=6))
    right = by_hand(exercise, 4)
    exact = {a: 1 / (1 + math.exp(-right[f"z1[{a[-2]}]"])) for a in ("a1[0]", "a1[1]")}
    cut = {a: math.floor(v * 1e4) / 1e4 for a, v in exact.items()}
    off = [a for a in cut if exact[a] - cut[a] > 0.7e-4]
    assert off
    report = checked(tmp_path, fill(worksheet_markdown(exercise), {**right, **cut}))
    assert report.first is not None
    assert report.first.addresses == tuple(off)
    assert "truncated" in [m.name for m in report.first.mistakes]


def test_neighbours_exchanged_are_said_to_be(tmp_path: Path) -> None:
    exercise = make_exercise(SheetSettings(seed=2))
    right = by_hand(exercise, 4)
    swapped = {**right, "z1[0]": right["z1[1]"], "z1[1]": right["z1[0]"]}
    report = checked(tmp_path, fill(worksheet_markdown(exercise), swapped))
    assert report.first is not None
    assert report.first.addresses == ("z1[0]", "z1[1]")
    assert "neighbour" in [m.name for m in report.first.mistakes]


def test_what_nobody_knows_is_called_unknown(tmp_path: Path) -> None:
    exercise = make_exercise(SheetSettings(seed=2))
    right = by_hand(exercise, 4)
    odd = {**right, "a1[0]": right["a1[0]"] + 0.0377, "a1[1]": right["a1[1]"] - 0.0613}
    report = checked(tmp_path, fill(worksheet_markdown(exercise), odd))
    assert report.first is not None
    assert report.first.unknown
    assert report.first.expected == pytest.approx(right["a1[0]"])


def test_a_last_place_that_is_off_where_nothing_was_rounded_is_wrong(tmp_path: Path) -> None:
    exercise = make_exercise(SheetSettings(seed=2))
    right = by_hand(exercise, 4)
    report = checked(
        tmp_path,
        fill(worksheet_markdown(exercise), {**right, "z1[0]": right["z1[0]"] + 1e-4}),
    )
    assert entries_of(report)["z1[0]"].status == "wrong"


# -- numbers, as people write them -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.45", 0.45), (" 0,45 ", 0.45), ("−0.45", -0.45), ("–0,45", -0.45), ("- 0.45", -0.45),
        (".5", 0.5), ("5.", 5), ("+3", 3), ("1/4", 0.25), ("−1/3", -1 / 3), ("½", 0.5),
        ("-½", -0.5), ("1½", 1.5), ("1 1/2", 1.5), ("-1 1/2", -1.5), ("4.5e-3", 0.0045),
        ("4,5E-3", 0.0045), ("4.5·10^-3", 0.0045), ("4.5 × 10⁻³", 0.0045), ("0.45__", 0.45),
        ("__0.45__", 0.45), ("**0.45**", 0.45), ("`0.45`", 0.45), ("≈ 0.45", 0.45), ("0.45.", 0.45),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_meant(text: str, value: float) -> None:
    written = read_number(text)
    assert written is not None
    assert written.value == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("text", ["", BLANK, "_______", " ", "?", "…", "...", "-", "—"])
def test_a_blank_stays_blank(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    "text", ["abc", "0.5 0.6", "1/0", "1e999", "nan", "inf", "1.234,5", "0.45x", "0x1F", "٣", "1_0"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        read_number(text)


@given(st.floats(-1e6, 1e6), st.integers(0, 8), st.booleans(), st.booleans())
def test_a_written_number_is_read_back(v: float, digits: int, comma: bool, minus: bool) -> None:
    plain = f"{v:.{digits}f}"
    text = plain.replace(".", ",") if comma else plain
    written = read_number(text.replace("-", "−") if minus else text)
    assert written is not None
    assert written.value == float(plain)
    assert written.decimals == digits


# -- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"sizes": (2,)}, "at least one layer"),
        ({"sizes": (2, 0, 1)}, "each 1 or more"),
        ({"sizes": (7, 2)}, "too large"),
        ({"sizes": (2, 2, 2, 2, 2, 2)}, "too large"),
        ({"sizes": (6, 6, 6, 6)}, "too large"),
        ({"sizes": (2, 1), "output": "softmax"}, "2 or more"),
        ({"activation": "softmax"}, "choose sigmoid"),
        ({"output": "relu"}, "choose sigmoid"),
        ({"digits": 1}, "2 to 8"),
        ({"digits": 9}, "2 to 8"),
        ({"seed": -1}, "from 0 up"),
    ],
)
def test_settings_that_do_not_fit_are_refused(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        SheetSettings(**settings)


def test_too_few_digits_for_a_network_are_refused() -> None:
    with pytest.raises(InputError, match="would round to 0"):
        make_exercise(SheetSettings((4, 4, 4), digits=2))


@pytest.mark.parametrize("text", ["", "2", "2-", "2-x", "-2-1", "2--1", "2,1", "2-3-1.5", "²-1"])
def test_sizes_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="as 2-3-1"):
        read_sizes(text)


@pytest.mark.parametrize("end", ["z1", "a2", "loss", "delta1", "db2", "new.W2"])
def test_a_sheet_can_end_before_the_step_does(end: str, tmp_path: Path) -> None:
    asked = SheetSettings((2, 2, 2), seed=5, up_to=end)
    part, whole = make_exercise(asked), make_exercise(SheetSettings((2, 2, 2), seed=5))
    assert part.quantities[-1].name == end
    assert list(part.exact) == list(whole.exact)[: len(part.exact)]
    sheet = worksheet_markdown(part)
    assert ("y[0] =" in sheet) == ("loss" in [q.name for q in part.quantities])
    file = tmp_path / "sheet.md"
    file.write_text(worksheet_markdown(part, solved(part)), encoding="utf-8")
    assert check_worksheet(read_worksheet(file)).passed


def test_a_mistake_is_named_on_a_sheet_that_ends_with_it(tmp_path: Path) -> None:
    made = make_exercise(SheetSettings((2, 2, 2), seed=5, up_to="delta1"))
    having = {address: answer.value for address, answer in solved(made).items()}
    for j in range(2):  # back through the weights, without the derivative
        having[f"delta1[{j}]"] = sum(
            having[f"delta2[{i}]"] * made.given[f"W2[{i},{j}]"] for i in range(2)
        )
    file = tmp_path / "sheet.md"
    file.write_text(fill(worksheet_markdown(made), having), encoding="utf-8")
    first = check_worksheet(read_worksheet(file)).first
    assert first is not None
    assert [mistake.name for mistake in first.mistakes] == ["hidden-slope-lost"]


def test_an_end_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="up_to is 'delta3': a sheet 2-2-1 can end with z1, a1"):
        SheetSettings((2, 2, 1), up_to="delta3")
