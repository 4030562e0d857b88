"""Answers: each formula, with its numbers put in and worked out, gives the number it explains.

A formula is turned into Python here, sign by sign, and evaluated with the standard library's
functions alone.
"""

import copy
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_asks import every_address, passes, worked_out

from glassnet.core import optimizers
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense, Dropout
from glassnet.core.network import Network
from glassnet.core.optimizers import SGD
from glassnet.explain import Answer, Ask, parse, why_it_moved
from glassnet.explain.ask.addresses import STATE
from glassnet.files.plain import from_plain, to_plain

GIVEN = {"x", "y", "W", "b", "learning_rate", "mask"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("½·(3 − (−2))²", 12.5),
        ("|1 − 3| + |4 − 3|", 3.0),
        ("−(1·ln(exp(2)))", -2.0),
        ("exp(−½·2²)", math.exp(-2)),
        ("max(−1, min(2 − 5, 1))", -1.0),
        ("(3 > 0) + 0.1·(3 ≤ 0)", 1.0),
        ("2·sign((−4))", -2.0),
        ("1 − 0.5^3", 0.875),
    ],
)
def test_the_reader_of_formulas_reads(text: str, value: float):
    assert worked_out(text) == value


@given(passes())
def test_every_formula_gives_its_number(ask: Ask):
    for address in every_address(ask):
        answer = ask.at(address)
        assert answer.address == address
        assert answer.depends_on == (
            [] if answer.expression is None else answer.expression.symbols()
        )
        if answer.expression is not None:
            assert answer.expression.evaluate(answer.values) == pytest.approx(
                answer.value, rel=1e-9, abs=1e-14
            ), answer
            value = worked_out(answer.put_in())
            assert value == pytest.approx(answer.value, rel=1e-9, abs=1e-14), answer
        for name, value in answer.values.items():
            assert ask.at(name).value == value


@given(passes(dtypes=("float32", "float64")))
def test_no_answer_has_a_sign_or_a_bracket_too_many(ask: Ask):
    for address in every_address(ask):
        answer = ask.at(address)
        steps = str(answer).split(" = ")
        assert len(set(steps)) == len(steps), answer  # nothing is said twice
        for told in (str(answer), answer.algebra, answer.note):
            assert "-" not in told, told  # − is the minus sign
            assert not re.search(r"\(\([^()]*\)\)", told), told
            assert not re.search(r"−0(?![.\d])|\d [\d.]", told), told


def printed(value: float, digits: int) -> tuple[float, float]:
    """A value as it is printed, and a unit of its last digit."""
    shown = float(f"{value:.{digits}g}")
    return shown, 10.0 ** (math.floor(math.log10(abs(shown))) - digits + 1) if shown else 1e-15


@given(passes(dtypes=("float32", "float64")))
def test_every_formula_gives_its_number_as_they_are_printed(ask: Ask):
    """With bounds of the norm, of the entries and both, in the network's own dtype."""
    eps = float(np.finfo(ask.net.dtype).eps)
    for address in every_address(ask):
        answer = ask.at(address)
        if answer.expression is None:
            continue
        shown, unit = printed(answer.value, answer.digits)
        value = worked_out(answer.put_in(answer.digits_put_in))
        if abs(value - shown) > 1.01 * unit:
            assert "Worked out from these numbers" in answer.note, answer
            # then no more than what moves of every number put in, by its last bits, explain
            moves = 0.0
            for name, number in answer.values.items():
                moved = {**answer.values, name: number * (1 + eps)}
                moves += abs(worked_out(replace(answer, values=moved).put_in()) - value)
            assert abs(value - answer.value) <= 32 * (moves + eps * abs(value)) + 1e-15, answer


def test_a_clipped_gradient_is_told_as_clipped_in_float32_too():
    net = Network([Dense(1, 1, "identity", W=[[3.0]])], dtype="float32")
    ask = Ask(net, [1.0], [0.0], clip_value=0.1)
    answer = ask.at("g.W1[0,0]")
    assert answer.formula == "max(−0.1, min(dW1[0,0], 0.1))"
    assert worked_out(answer.put_in(answer.digits_put_in)) == pytest.approx(answer.value)
    assert Ask(net, [0.01], [0.0], clip_value=0.1).at("g.W1[0,0]").formula == "dW1[0,0]"


def test_as_many_digits_are_printed_as_make_the_result_true():
    # a rounds to 1 in six digits, and 1 − 1 is not what is left
    row = [Dense(1, 1, "sigmoid", W=[[16.0]], b=[0.0]), Dense(1, 1, "identity", W=[[1.0]])]
    ask = Ask(Network(row, dtype="float32"), [1.0], [0.0])
    answer = ask.at("delta1[0]")
    assert "(1 − 1)" in answer.put_in(6)
    assert answer.digits_put_in > 6
    assert "(1 − 1)" not in str(answer)
    value = worked_out(answer.put_in(answer.digits_put_in))
    assert value == pytest.approx(answer.value, rel=1e-5)
    plain = by_hand().at("z1[0]")
    assert (plain.digits, plain.digits_put_in) == (9, 9)


@given(passes())
def test_every_number_comes_from_given_ones_in_no_circle(ask: Ask):
    finished: set[str] = set()

    def follow(address: str, path: tuple[str, ...] = ()) -> None:
        assert address not in path, f"a circle: {path}"
        if address in finished:
            return
        needs = ask.at(address).depends_on
        if not needs:
            place = parse(address)
            assert place.prefix in STATE if place.prefix else place.name in GIVEN
        for need in needs:
            follow(need, (*path, address))
        finished.add(address)

    for address in every_address(ask):
        follow(address)


@given(passes())
def test_what_each_sample_adds_sums_to_the_gradient(ask: Ask):
    for n in range(1, len(ask.net.dense_layers) + 1):
        for name in ("dW", "db"):
            for place in ask.addresses(name, n):
                parts = [ask.at(f"{place}@{k}").value for k in range(ask.batch)]
                assert sum(parts) == pytest.approx(ask.at(place).value, rel=1e-9, abs=1e-14)


@given(passes())
def test_passes_of_one_sample_average_to_the_gradient_of_the_batch(ask: Ask):
    if any((mask != 1).any() for mask in ask.masks.values()):
        return  # other masks would be drawn
    x, y, share = ask.p.x, _unsmoothed(ask), ask.p.share
    alone = [Ask(ask.net, x[k : k + 1], y[k : k + 1]) for k in range(ask.batch)]
    for n in range(1, len(ask.p.dense) + 1):
        for name in ("dW", "db"):
            for place in ask.addresses(name, n):
                mean = sum(s * one.at(place).value for s, one in zip(share, alone, strict=True))
                assert mean == pytest.approx(ask.at(place).value, rel=1e-9, abs=1e-13)


@given(passes())
def test_the_updated_parameters_are_those_of_a_step_of_the_optimizer(ask: Ask):
    net, rule = ask.net.copy(), copy.deepcopy(ask.rule)
    net.theta[...] = ask.net.theta
    learned, grad = net.theta[: net.n_learned], net.grad[: net.n_learned]
    rng = np.random.default_rng(1) if any((m != 1).any() for m in ask.masks.values()) else None
    net.gradient(ask.p.x, _unsmoothed(ask), ask.p.share, rng)
    if ask.clip_norm:
        optimizers.clip_by_norm(grad, ask.clip_norm)
    if ask.clip_value:
        optimizers.clip_by_value(grad, ask.clip_value)
    rule.step(learned, grad, ask.factor)
    net.constrain()
    for name, values, _ in net.parameters():
        for index in np.ndindex(values.shape):
            address = f"new.{name}[{','.join(map(str, index))}]"
            # to smooth the targets again rounds, and a rule that divides by √v enlarges that
            assert ask.at(address).value == pytest.approx(values[index], rel=1e-12, abs=1e-8)


def _unsmoothed(ask: Ask):
    eps = getattr(ask.net.loss, "smoothing", 0.0)
    spread = ask.net.n_out if ask.net.loss.name == "cross_entropy" else 2
    return (ask.p.y - eps / spread) / (1 - eps)


@given(passes(), st.integers(0, 5))
def test_the_gradient_of_the_input_is_the_slope_of_the_loss(ask: Ask, seed: int):
    net, y = ask.net, _unsmoothed(ask)
    v = np.random.default_rng(seed).normal(size=ask.p.x.shape)
    h = 1e-6
    up, down = (net.measure(net.forward(ask.p.x + s * h * v), y, ask.p.share).loss for s in (1, -1))
    at = ["" if ask.batch == 1 else f"@{k}" for k in range(ask.batch)]
    analytic = sum(ask.at(f"dx[{j}]{at[k]}").value * v[k, j] for k, j in np.ndindex(ask.p.x.shape))
    kinked = {"relu", "leaky_relu", "selu", "elu"} & {d.activation.name for d in net.dense_layers}
    if any((mask != 1).any() for mask in ask.masks.values()):
        return  # other masks would be drawn
    if kinked or net.loss.name in ("absolute_error", "huber", "pinball"):
        return  # a corner may lie between
    assert analytic == pytest.approx((up - down) / (2 * h), rel=1e-5, abs=1e-8)


# -- a pass that can be followed by hand --------------------------------------------------


def by_hand(l2: float = 0.0, **settings) -> Ask:
    """2 inputs, 1 sigmoid: z = 2·0.5 − 1·1 + 0.25 = 0.25."""
    row = [Dense(2, 1, "sigmoid", W=[[2.0, -1.0]], b=[0.25])]
    net = Network(row, "squared_error", dtype="float64", l2=l2)
    return Ask(net, [0.5, 1.0], [1.0], **settings)


def test_an_answer_tells_its_formula_its_numbers_and_its_value():
    answer = by_hand().at("z1[0]")
    told = to_plain(answer)
    assert told["values"] == answer.values
    assert from_plain(Answer, told) == answer
    in_words = told.keys() - {"expression", "values", "equation", "digits", "digits_put_in"}
    assert {name: told[name] for name in in_words} == {
        "address": "z1[0]",
        "symbol": "z¹₀",
        "meaning": "weighted sum, layer 1",
        "formula": "W1[0,0]·x[0] + W1[0,1]·x[1] + b1[0]",
        "substituted": "2·0.5 + (−1)·1 + 0.25",
        "value": 0.25,
        "unit": "",
        "depends_on": ["W1[0,0]", "x[0]", "W1[0,1]", "x[1]", "b1[0]"],
        "algebra": "z1 = W1 x + b1",
        "shapes": {"W1": [1, 2], "x": [2], "b1": [1], "z1": [1]},
        "note": "",
    }
    a = 1 / (1 + math.exp(-0.25))
    delta = by_hand().at("delta1[0]")
    assert delta.formula == "(a1[0] − y[0])·a1[0]·(1 − a1[0])"
    assert delta.value == pytest.approx((a - 1) * a * (1 - a), rel=1e-14)
    new = by_hand(learning_rate=0.1).at("new.W1[0,1]")
    assert new.formula == "W1[0,1] − learning_rate·dW1[0,1]"
    assert new.value == pytest.approx(-1 - 0.1 * delta.value * 1.0, rel=1e-14)


@pytest.mark.parametrize(
    ("address", "symbol"),
    [
        ("W1[0,1]", "W¹₀,₁"), ("delta1[0]", "δ¹₀"), ("dW1[0,1]", "∂L/∂W¹₀,₁"), ("loss", "L"),
        ("dx[1]", "∂L/∂x₁"), ("learning_rate", "η"), ("new.b1[0]", "b′¹₀"), ("objective", "J"),
    ],
)  # fmt: skip
def test_symbols_are_a_textbooks(address: str, symbol: str):
    assert by_hand().at(address).symbol == symbol


def test_numbers_are_put_in_to_as_many_digits_as_asked():
    net = Network([Dense(1, 1, "identity", W=[[-1 / 3]], b=[0.0])], dtype="float64")
    answer = Ask(net, [2 / 3], [1.0]).at("z1[0]")
    assert answer.put_in(3) == "(−0.333)·0.667 + 0"
    assert answer.put_in() == "(−0.3333333333333333)·0.6666666666666666 + 0"


def test_what_is_given_depends_on_nothing():
    for address in ("x[0]", "y[0]", "W1[0,0]", "b1[0]", "learning_rate"):
        answer = by_hand().at(address)
        assert (answer.expression, answer.depends_on, answer.formula) == (None, [], "")


def test_a_pass_is_a_record_that_later_passes_leave_alone():
    ask = by_hand(l2=0.1)
    before = {address: ask.at(address).value for address in every_address(ask)}
    ask.net.gradient([[9.0, 9.0]], [[0.0]])
    ask.net.theta += 1
    assert {address: ask.at(address).value for address in every_address(ask)} == before


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("z1", r"an entry, as z1\[0\]"),
        ("W1", r"an entry, as W1\[0,0\]"),
        ("z1[1]", "lies outside"),
        ("W1[0,2]", "lies outside"),
        ("x[2]", "lies outside"),
        ("z2[0]", "the layers are 1 to 1"),
        ("z0[0]", "the layers are 1 to 1"),
        ("z1[0]@1", "there are 0 to 0"),
        ("dW1[0,0]@4", "there are 0 to 0"),
        ("nonsense", "known are"),
    ],
)
def test_what_is_not_there_cannot_be_asked(address: str, says: str):
    with pytest.raises(InputError, match=says):
        by_hand().at(address)


def test_a_batch_needs_to_know_of_which_sample():
    ask = Ask(by_hand().net, [[0.5, 1.0], [1.0, 0.0]], [[1.0], [0.0]])
    with pytest.raises(InputError, match="@0 to @1"):
        ask.at("z1[0]")
    assert ask.at("z1[0]@1").value == 2.25
    assert ask.at("z1[0]@1").formula == "W1[0,0]·x[0]@1 + W1[0,1]·x[1]@1 + b1[0]"


def test_dropout_stands_in_the_formulas_with_the_masks_that_were_drawn():
    net = Network([Dense(2, 2, "tanh"), Dropout(0.5), Dense(2, 1)], dtype="float64")
    ask = Ask(net, [1.0, 2.0], [0.0], rng=np.random.default_rng(3))
    assert ask.at("z2[0]").formula == "W2[0,0]·a1[0]·mask1[0] + W2[0,1]·a1[1]·mask1[1] + b2[0]"
    assert {ask.at(f"mask1[{i}]").value for i in range(2)} <= {0.0, 2.0}
    assert ask.at("delta1[0]").formula == "delta2[0]·W2[0,0]·mask1[0]·(1 − a1[0]²)"
    with pytest.raises(InputError, match="masks here: mask1"):
        ask.at("mask0[0]")


def test_labels_and_single_samples_are_taken():
    net = Network.dense([2, 3], output="softmax", dtype="float64")
    ask = Ask(net, [1.0, 2.0], 2)
    assert [ask.at(f"y[{i}]").value for i in range(3)] == [0, 0, 1]
    assert Ask(net, [[1.0, 2.0]], [2]).at("loss").value == ask.at("loss").value


class Signs(SGD):
    """Somebody's own rule: a step of one length, whatever the slope's."""

    def update(self, theta, g, s, rate):
        theta -= rate * np.sign(g)


def test_an_optimizer_of_ones_own_is_told_by_its_name_never_by_its_parents_formula():
    net = Network.dense([2, 3, 1], hidden="tanh", dtype="float64", seed=1)
    ask = Ask(net, [0.5, -1.0], [1.0], optimizer=Signs(0.25))
    answer = ask.at("new.W1[0,1]")
    before = ask.at("W1[0,1]").value
    assert answer.formula == "Signs(W1[0,1], dW1[0,1])"
    assert abs(answer.value - before) == pytest.approx(0.25)
    move = why_it_moved(ask, "W1[0,1]")
    assert [part.reason for part in move.parts] == ["the optimizer Signs, a rule of one's own"]
    assert move.parts[0].change == pytest.approx(answer.value - before)


def test_an_update_has_the_rate_of_its_optimizer_or_the_one_that_is_said():
    net = Network.dense([2, 1], dtype="float64")

    def rate(**settings) -> float:
        return Ask(net, [1.0, 2.0], [1.0], **settings).at("learning_rate").value

    assert rate() == rate(optimizer="sgd") == SGD().learning_rate
    assert rate(learning_rate=0.3) == rate(optimizer="momentum", learning_rate=0.3) == 0.3
    assert rate(optimizer=SGD(0.7)) == 0.7
    with pytest.raises(InputError, match=r"learning_rate is 0.3, and SGD\(.*has its own: leave"):
        rate(optimizer=SGD(0.7), learning_rate=0.3)
    with pytest.raises(InputError, match="L-BFGS makes no update of one pass: give 'sgd'"):
        rate(optimizer="lbfgs")
    note = Ask(net, [1.0, 2.0], [1.0], optimizer="adam", factor=0.5).at("learning_rate").note
    assert note == "It is that of adam, 0.001, times the schedule's factor 0.5."
