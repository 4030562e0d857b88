"""Shapley values: what defines them, sampled beside exact, and beside the shap package."""

import json
from itertools import permutations
from math import factorial
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import glassnet as gn
from glassnet.core.errors import InputError
from glassnet.data import TablePreparation
from glassnet.explain import ShapleyValues, shapley_values
from glassnet.explain.reasons.coalitions import every_coalition, exact_shares, sampled_shares

GOLDEN = Path(__file__).parents[2] / "golden" / "shapley.json"
RNG = np.random.default_rng(0)


def by_name(told: ShapleyValues) -> dict[str, float]:
    return {each.name: each.value for each in told.contributions}


def network(n: int, seed: int = 0, output: str = "softmax") -> gn.Network:
    n_out = 3 if output == "softmax" else 1
    net = gn.Network.dense([n, 8, n_out], hidden="tanh", output=output, seed=seed, dtype="float64")
    net.classes = ["a", "b", "c"] if output == "softmax" else None
    return net


def test_exact_shares_are_the_mean_over_all_orders():
    v = RNG.normal(size=2**4)
    expected = np.zeros(4)
    for order in permutations(range(4)):
        here = 0
        for j in order:
            expected[j] += (v[here | 1 << j] - v[here]) / factorial(4)
            here |= 1 << j
    np.testing.assert_allclose(exact_shares(v).values, expected, atol=1e-12)


def test_every_coalition_has_its_number():
    for n, who in enumerate(every_coalition(5)):
        assert sum(1 << j for j in np.flatnonzero(who)) == n


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("output", ["softmax", "identity"])
def test_the_base_and_all_contributions_sum_to_the_answer(exact: bool, output: str):
    for seed in range(5):
        net, X = network(6, seed, output), np.random.default_rng(seed).normal(size=(20, 6))
        told = shapley_values(net, X[0], X[1:], exact=exact)
        assert told.base + sum(by_name(told).values()) == pytest.approx(told.value, abs=1e-12)
        said = net.predict_proba(X[:1])[0]
        expected = said.max() if output == "softmax" else said[0]
        assert told.value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("exact", [True, False])
def test_columns_alike_share_alike_and_one_that_does_nothing_has_nothing(exact: bool):
    net = network(5)
    W = net.dense_layers[0].W
    W[:, 1], W[:, 4] = W[:, 0], 0.0
    X = RNG.normal(size=(30, 5))
    X[:, 1] = X[:, 0]
    told = shapley_values(net, X[0], X[1:], exact=exact)
    found = by_name(told)
    assert found["x[0]"] == pytest.approx(found["x[1]"], abs=1e-12 if exact else told.margin)
    assert found["x[4]"] == pytest.approx(0, abs=1e-15)


def test_of_a_line_each_is_its_weight_times_its_difference():
    net = gn.Network([gn.Dense(3, 1, "identity", W=[[3.0, -2.0, 0.5]])], dtype="float64")
    X = RNG.normal(size=(40, 3))
    found = by_name(shapley_values(net, X[0], X[1:]))
    expected = net.dense_layers[0].W[0] * (X[0] - X[1:].mean(axis=0))
    np.testing.assert_allclose([found[f"x[{j}]"] for j in range(3)], expected)


def test_sampled_values_lie_within_their_margin_of_the_exact_ones(monkeypatch):
    """On ten columns, all ten of them, in at least 95 of 100 rows."""
    monkeypatch.setattr("glassnet.explain.reasons.shapley.PASSES", 20_000)
    X = RNG.normal(size=(120, 10))
    net = network(10)
    net.dense_layers[0].W *= 2
    within = 0
    for k in range(100):
        exact, drawn = (
            shapley_values(net, X[k], X[100:], exact=exact, seed=k) for exact in (True, False)
        )
        assert exact.margin == 0
        off = max(abs(by_name(exact)[name] - value) for name, value in by_name(drawn).items())
        within += off <= drawn.margin
        assert 1e-4 < drawn.margin < 0.05
    assert within >= 95


def test_the_standard_error_is_that_of_repeated_drawing():
    net, X = network(6), RNG.normal(size=(30, 6))

    def v(coalitions: np.ndarray) -> np.ndarray:
        mixed = np.where(coalitions, X[0], X[1:][:, None])
        return net.predict_proba(mixed.reshape(-1, 6))[:, 0].reshape(coalitions.shape[:2])

    drawn = [
        sampled_shares(v, 6, 29, rounds=4, rng=np.random.default_rng(seed)) for seed in range(200)
    ]
    spread = np.std([each.values for each in drawn], axis=0)
    told = np.sqrt(np.mean([each.errors**2 for each in drawn], axis=0))
    np.testing.assert_allclose(told, spread, rtol=0.25)


def test_the_same_seed_draws_the_same():
    net, X = network(6), RNG.normal(size=(30, 6))
    first, again, other = (
        shapley_values(net, X[0], X[1:], exact=False, seed=seed) for seed in (3, 3, 4)
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize("case", json.loads(GOLDEN.read_text("utf-8"))["cases"])
def test_they_are_those_of_the_shap_package(case):
    sizes = case["sizes"]
    net = gn.Network.dense(sizes, hidden="tanh", output=case["output"], dtype="float64")
    for layer, W, b in zip(net.dense_layers, case["W"], case["b"]):
        layer.W[:], layer.b[:] = W, b
    net.classes = None if case["of"] is None else list(range(sizes[-1]))
    told = shapley_values(net, case["x"], case["background"], of=case["of"])
    found = by_name(told)
    assert told.base == pytest.approx(case["base"], abs=1e-9)
    np.testing.assert_allclose(
        [found[f"x[{j}]"] for j in range(sizes[0])], case["values"], atol=1e-9
    )


@pytest.fixture(scope="module")
def table() -> tuple[gn.Network, pl.DataFrame]:
    rng = np.random.default_rng(1)
    frame = pl.DataFrame(
        {
            "sex": rng.choice(["female", "male", "male"], 200),
            "age": [None if rng.random() < 0.2 else float(rng.integers(1, 80)) for _ in range(200)],
            "alone": rng.choice(["yes", "no"], 200),
        }
    )
    y = np.where(frame["sex"] == "female", "lived", "died")
    preparation = TablePreparation.learn(frame)
    net = gn.Network.dense([preparation.n_inputs, 4, 2], hidden="tanh", output="softmax")
    net.preparation = preparation
    gn.fit(net, frame, y, epochs=30, learning_rate=1e-2, progress=False)
    return net, frame


def test_a_column_of_several_inputs_is_one_player(table):
    net, frame = table
    told = shapley_values(net, frame[:1], frame[1:])
    assert {each.name: each.cell for each in told.contributions} == frame.row(0, named=True)
    assert told.contributions[0].name == "sex"
    assert told.probability
    assert told.base + sum(by_name(told).values()) == pytest.approx(told.value, abs=1e-9)


def test_without_a_background_it_is_a_typical_row(table):
    net, frame = table
    typical = {
        "sex": "male",
        "age": frame["age"].mean(),
        "alone": frame["alone"].mode().sort()[0],
    }
    told = shapley_values(net, {"sex": "female", "age": None, "alone": "yes"}, of="lived")
    labels = list(net.classes)
    expected = net.predict_proba([typical])[0, labels.index("lived")]
    assert told.base == pytest.approx(expected, abs=1e-6)
    assert told.of == "lived"
    assert told.rows == 1


def test_rows_drawn_from_a_large_background_are_a_hundred():
    net, X = network(4), RNG.normal(size=(1000, 4))
    assert shapley_values(net, X[0], X).rows == 100


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda net, X: shapley_values(net, X[:2], X), "give one"),
        (lambda net, X: shapley_values(net, X[0]), "does not know a typical row"),
        (lambda net, X: shapley_values(net, X[0], X, of="d"), "no class"),
        (lambda net, X: shapley_values(net, X[0, :3], X), "3"),
        (lambda net, X: shapley_values(net, X[0] * np.nan, X), "nan|finite"),
    ],
)
def test_what_does_not_fit_is_a_sentence(call, words):
    with pytest.raises(InputError, match=words):
        call(network(4), RNG.normal(size=(9, 4)))


def test_of_very_many_columns_fewer_rows_are_compared_with_and_it_still_adds_up():
    net, X = network(700), RNG.normal(size=(60, 700))
    told = shapley_values(net, X[0], X[1:])
    assert told.rows == 35
    assert told.base + sum(by_name(told).values()) == pytest.approx(told.value, abs=1e-9)
    assert gn.counterfactual(net, X[0], X) is not None
