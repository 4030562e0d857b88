"""Without a mistake the textbook computes what `core` computes, and what is golden."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.explain.walks.example import WORKED
from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES
from glassnet.tutor.textbook import TEXTBOOK, TextbookCase, case_of, compute, forward, random_case

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden" / "worked_example.json").read_text(encoding="utf-8")
)


def network_of(case: TextbookCase) -> Network:
    layers = [
        Dense(W.shape[1], W.shape[0], f, W=W, b=b[:, 0])
        for W, b, f in zip(case.weights, case.biases, case.activations)
    ]
    loss = "squared_error"
    if case.natural:
        softmax = case.activations[-1] == "softmax"
        loss = "cross_entropy" if softmax else "binary_cross_entropy"
    return Network(layers, loss, dtype="float64")


@st.composite
def cases(draw) -> TextbookCase:
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=5))
    output = draw(st.sampled_from(["sigmoid", "softmax", "identity", "tanh"]))
    if output == "softmax":
        sizes[-1] += 1
    return random_case(
        sizes,
        draw(st.integers(1, 6)),
        np.random.default_rng(draw(st.integers(0, 10_000))),
        hidden=draw(st.sampled_from(["sigmoid", "tanh", "relu"])),
        output=output,
        natural=output in ("sigmoid", "softmax") and draw(st.booleans()),
    )


@given(cases())
def test_without_a_mistake_it_computes_as_core_does(case):
    net = network_of(case)
    p = compute(case)[0]
    made = net.forward(case.x.T)
    assert np.allclose(made.y_hat.T, p.a[-1], rtol=1e-12)
    net.backward(made, case.y.T)
    for l, layer in enumerate(net.layers, 1):
        assert np.allclose(layer.dW, p.dW[l], rtol=1e-10, atol=1e-14)
        assert np.allclose(layer.db, p.db[l][:, 0], rtol=1e-10, atol=1e-14)


def test_the_worked_example_is_golden():
    first = GOLDEN["biases_learned"]["first_step"]
    p = compute(case_of(WORKED))[0]
    assert p.loss == pytest.approx(first["E"], abs=1e-15)
    assert p.delta[2][:, 0] == pytest.approx(first["d2"], abs=1e-15)
    assert p.delta[1][:, 0] == pytest.approx(first["d1"], abs=1e-15)
    assert p.dW[2] == pytest.approx(np.array(first["g2"]), abs=1e-15)
    assert p.dW[1] == pytest.approx(np.array(first["g1"]), abs=1e-15)


@pytest.mark.parametrize("mistake", KNOWN_MISTAKES, ids=lambda mistake: mistake.name)
def test_each_mistake_changes_the_numbers_of_its_own_step(mistake):
    """On the case that its kind of network needs; else it could never be told."""
    natural = "cross-entropy" in mistake.title
    hidden = "relu" if "relu" in mistake.name else "tanh" if "square-lost" in mistake.name else ""
    hidden = hidden or ("tanh" if mistake.name == "derivative-of-sigmoid" else "sigmoid")
    softmax = "softmax" in mistake.name
    case = random_case(
        (4, 4, 4, 4),  # square, so that wrong shapes fit
        3,
        np.random.default_rng(5),
        hidden=hidden,
        output="softmax" if softmax else "sigmoid",
        natural=natural or softmax,
        steps=3,
    )
    if mistake.name == "overflow-in-exp":
        case.x[0] = 2000.0
    rules = TEXTBOOK.changed(mistake.changes)
    if mistake.name == "weights-elementwise":  # a matrix where a column is wanted
        one = replace(case, x=case.x[:, :1])
        assert forward(one, rules).z[1].shape == (4, 4) != forward(one).z[1].shape
        return
    right, wrong = compute(case), compute(case, rules)
    if mistake.stage == "loss":
        assert right[0].loss != pytest.approx(wrong[0].loss, rel=1e-6, abs=1e-9)
    elif mistake.stage == "training loop":
        assert len(right) != len(wrong)
    else:
        pairs = zip(
            right[-1].new_W[1:] + right[-1].new_b[1:], wrong[-1].new_W[1:] + wrong[-1].new_b[1:]
        )
        assert not all(np.allclose(a, b, rtol=1e-9, atol=1e-12) for a, b in pairs)


@pytest.mark.parametrize("mistake", KNOWN_MISTAKES, ids=lambda mistake: mistake.name)
def test_each_record_says_what_it_must(mistake):
    assert mistake.why.count(". ") + mistake.why.count(": ") >= 1  # two sentences, or nearly
    assert mistake.why.endswith(".")
    assert mistake.hint.endswith("?")
    assert mistake.wrong != mistake.right
    assert mistake.name == mistake.name.lower().replace(" ", "-")


def test_there_are_at_least_forty_five_and_no_name_twice():
    names = [mistake.name for mistake in KNOWN_MISTAKES]
    assert len(names) == len(set(names)) >= 45


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_a_pass_at_another_rate_is_the_pass_computed_at_that_rate(output):
    case = random_case([3, 4, 2], 5, np.random.default_rng(0), output=output, natural=True)
    for mistake in KNOWN_MISTAKES:
        rules = TEXTBOOK.changed(mistake.changes)
        try:
            p = compute(replace(case, learning_rate=1.0), rules)[0]
        except (ValueError, IndexError):
            continue
        for rate in (2.0, 0.3):
            other, anew = p.at_rate(rate), compute(replace(case, learning_rate=rate), rules)[0]
            for l in range(1, p.last + 1):
                np.testing.assert_array_equal(other.new_W[l], anew.new_W[l], mistake.name)
                np.testing.assert_array_equal(other.new_b[l], anew.new_b[l], mistake.name)
