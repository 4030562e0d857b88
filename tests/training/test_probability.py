"""Figures of classes and numbers against scikit-learn's, and against loops over pairs and bins."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.errors import InputError
from glassnet.training import brier_score, confusion, figures, log_loss, mae, r2, rmse, roc_auc
from glassnet.training.probability import (
    at_temperature,
    auc_influence,
    calibration_error,
    reliability,
    said_and_happened,
    temperature,
)

CLASS_FIGURES = ("accuracy", "balanced_accuracy", "log_loss", "roc_auc", "brier")
FEW = st.integers(0, 5).map(lambda i: i / 5)


def pairs_won(positive, negative) -> float:
    won = 0.0
    for a in positive:
        for b in negative:
            won += 1.0 if a > b else 0.5 if a == b else 0.0
    return won / (len(positive) * len(negative))


@pytest.mark.parametrize("number", [0, 1, 2])
def test_figures_of_classes_are_scikit_learns(golden, number):
    case = golden("figures")["classes"][number]
    n_classes = len(case["p"][0])
    found = figures(case["k"], case["p"], classes=range(n_classes))
    for name in CLASS_FIGURES:
        assert found[name] == pytest.approx(case[name], rel=1e-12), name
    choice = np.argmax(case["p"], axis=1)
    assert confusion(case["k"], choice, n_classes).tolist() == case["confusion"]


@pytest.mark.parametrize("number", [0, 1])
def test_figures_of_numbers_are_scikit_learns(golden, number):
    case = golden("figures")["numbers"][number]
    found = figures(case["y"], case["y_hat"])
    for name in ("r2", "mae", "rmse"):
        assert found[name] == pytest.approx(case[name], rel=1e-12)
        if len(case["each"][name]) > 1:
            each = [found[f"{name}[{j}]"] for j in range(len(case["each"][name]))]
            assert each == pytest.approx(case["each"][name], rel=1e-12)


def test_the_reliability_table_is_scikit_learns_quantile_curve(golden):
    case = golden("figures")["calibration"]
    table = reliability(case["said"], case["happened"])
    assert [b.mean for b in table] == pytest.approx(case["mean"], rel=1e-12)
    assert [b.happened for b in table] == pytest.approx(case["share"], rel=1e-12)


@given(st.lists(st.tuples(st.booleans(), FEW), min_size=2, max_size=40))
def test_the_auc_is_the_share_of_pairs_in_order_ties_half(rows):
    k, s = (np.array(column) for column in zip(*rows))
    p = np.stack([1 - s, s], axis=1)
    if k.all() or not k.any():
        assert roc_auc(k, p) is None
    else:
        assert roc_auc(k, p) == pytest.approx(pairs_won(s[k], s[~k]), rel=1e-12)


@given(st.lists(st.tuples(st.booleans(), FEW), min_size=4, max_size=25))
def test_the_influence_gives_delongs_variance(rows):
    k, s = (np.array(column) for column in zip(*rows))
    if k.all() or not k.any():
        return
    positive, negative = s[k], s[~k]
    auc = pairs_won(positive, negative)
    wins = [pairs_won([a], negative) for a in positive]
    losses = [pairs_won(positive, [b]) for b in negative]
    variance = sum((v - auc) ** 2 for v in wins) / len(wins) ** 2
    variance += sum((v - auc) ** 2 for v in losses) / len(losses) ** 2
    influence = auc_influence(k.astype(int), np.stack([1 - s, s], axis=1))
    assert (influence**2).sum() / len(k) ** 2 == pytest.approx(variance, abs=1e-15)
    assert influence.mean() == pytest.approx(0, abs=1e-12)


def test_the_influence_of_a_mean_auc_is_what_a_row_more_would_change():
    rng = np.random.default_rng(3)
    k = np.repeat([0, 1, 2], 30)
    p = rng.dirichlet([1, 1, 1], 90)
    influence = auc_influence(k, p)
    # a row counted twice moves the AUC by about φ/N
    once = roc_auc(k, p)
    for row in (0, 35, 80):
        twice = roc_auc(np.append(k, k[row]), np.vstack([p, p[row]]))
        assert (twice - once) * 91 == pytest.approx(influence[row], rel=0.1, abs=0.02)


@given(st.lists(st.tuples(FEW, st.booleans()), min_size=1, max_size=60), st.integers(1, 8))
def test_the_calibration_error_is_the_mean_gap_of_its_bins(rows, bins):
    said, happened = (np.array(column) for column in zip(*rows))
    table = reliability(said, happened, bins)
    assert sum(b.rows for b in table) == len(rows)
    expected = 0.0
    for b in table:
        inside = [(p, h) for p, h in rows if b.least <= p <= b.most]
        assert len(inside) == b.rows  # equal p stay together, and bins do not overlap
        gap = sum(p for p, _ in inside) - sum(h for _, h in inside)
        expected += abs(gap) / len(rows)
    assert calibration_error(table) == pytest.approx(expected, abs=1e-12)


@given(st.permutations(range(30)))
def test_the_reliability_table_does_not_depend_on_the_order_of_the_rows(order):
    said = np.repeat([0.1, 0.3, 0.3, 0.5, 0.9], 6)
    happened = np.arange(30) % 3 == 0
    order = list(order)
    table, other = reliability(said, happened, 4), reliability(said[order], happened[order], 4)
    assert [(b.rows, b.least, b.most) for b in table] == [(b.rows, b.least, b.most) for b in other]
    assert [b.happened for b in table] == pytest.approx([b.happened for b in other], rel=1e-12)


def test_bins_hold_about_equally_many_rows_at_least_ten():
    said = np.random.default_rng(0).random(1000)
    assert [b.rows for b in reliability(said, said > 0.5)] == [100] * 10
    assert [b.rows for b in reliability(said[:47], said[:47] > 0.5)] == [11, 12, 12, 12]
    assert len(reliability(said[:9], said[:9] > 0.5)) == 1


def test_calibration_looks_at_the_second_of_two_classes_and_else_at_the_choice():
    said, happened = said_and_happened(np.array([0, 1]), np.array([[0.7, 0.3], [0.6, 0.4]]))
    assert said.tolist() == [0.3, 0.4]
    assert happened.tolist() == [False, True]
    p = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])
    said, happened = said_and_happened(np.array([0, 1]), p)
    assert said.tolist() == [0.7, 0.6]
    assert happened.tolist() == [True, False]


def test_a_certain_mistake_costs_what_a_probability_of_1e_15_does():
    assert log_loss([0, 1], [[0.0, 1.0], [0.0, 1.0]]) == pytest.approx(15 * math.log(10) / 2)
    assert brier_score([0, 1], [[0.0, 1.0], [0.0, 1.0]]) == 0.5
    assert brier_score([0], [[0.0, 1.0, 0.0]]) == 2.0


def test_a_class_without_rows_leaves_the_auc_undefined_and_the_rest_defined():
    found = figures(["a", "b"], [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]], classes=["a", "b", "c"])
    assert found["roc_auc"] is None
    assert found["balanced_accuracy"] == 1.0
    one = figures(["b"], [[0.2, 0.8]], classes=["a", "b"])
    assert one["roc_auc"] is None
    assert one["log_loss"] == pytest.approx(-math.log(0.8))


def test_scores_that_are_no_probabilities_rank_but_cost_nothing():
    found = figures([0, 0, 1, 1], [[3, -1], [2, 0], [-1, 4], [0, 9.0]], classes=[0, 1])
    assert (found["accuracy"], found["roc_auc"]) == (1.0, 1.0)
    assert found["log_loss"] is found["brier"] is found["calibration_error"] is None
    with pytest.raises(InputError, match="no probabilities"):
        log_loss([0], [[2.0, -1.0]])


def test_one_column_is_the_probability_of_the_second_class():
    y, p = ["no", "yes", "yes"], np.array([0.2, 0.5, 0.9])
    found = figures(y, p, classes=["no", "yes"])
    assert found == figures(y, p[:, None], classes=["no", "yes"])
    assert found["accuracy"] == 1.0  # ½ speaks for the second, as Network.choose has it
    assert found["log_loss"] == pytest.approx(-np.log([0.8, 0.5, 0.9]).mean())


def test_constant_targets_have_no_r2_but_errors():
    found = figures([2.0, 2.0], [1.0, 2.0])
    assert found == {"r2": None, "mae": 0.5, "rmse": pytest.approx(math.sqrt(0.5))}
    found = figures([[2.0, 1.0], [2.0, 3.0]], [[2.0, 1.0], [2.0, 3.0]], names=["a", "b"])
    assert found["r2"] is found["r2[a]"] is None
    assert found["r2[b]"] == 1.0


@pytest.mark.parametrize("size", [1e300, 1e-300, 1e154])
def test_figures_of_huge_and_tiny_numbers_do_not_overflow(size):
    y, y_hat = np.array([1.0, 2.0, 3.0]) * size, np.array([1.0, 2.0, 2.0]) * size
    assert r2(y, y_hat) == pytest.approx(0.5)
    assert mae(y, y_hat) / size == pytest.approx(1 / 3)
    assert rmse(y, y_hat) / size == pytest.approx(math.sqrt(1 / 3))


@pytest.mark.parametrize(
    ("k", "p", "said"),
    [
        ([0, 1], [[0.5, 0.5]], "shapes"),
        ([], np.zeros((0, 2)), "shapes"),
        ([0, 2], [[0.5, 0.5]] * 2, "encode the labels"),
        ([0, 1], [[0.5, 0.5], [float("nan"), 1]], "row 1"),
        ([0.5, 1], [[0.5, 0.5]] * 2, "encode the labels"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(k, p, said):
    for metric in (log_loss, roc_auc, brier_score):
        with pytest.raises(InputError, match=said):
            metric(k, p)


def test_predictions_that_are_not_finite_are_refused():
    with pytest.raises(InputError, match="diverge"):
        figures([1.0, 2.0], [1.0, float("inf")])
    with pytest.raises(InputError, match="names"):
        figures(np.eye(2), np.eye(2), names=["a"])


def test_the_temperature_is_found_that_made_probabilities_too_sure():
    rng = np.random.default_rng(0)
    z = rng.normal(size=(5000, 4)) * 2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    k = np.array([rng.choice(4, p=row) for row in p])
    for T in (0.5, 2.0):
        moved = at_temperature(p, 1 / T)
        assert abs(temperature(k, moved) / T - 1) < 0.05
        assert np.allclose(at_temperature(moved, T), p, atol=1e-6)
    assert (at_temperature(p, 3.0).argmax(axis=1) == p.argmax(axis=1)).all()


def test_a_temperature_divides_what_softmax_takes():
    z = np.random.default_rng(1).normal(size=(20, 3))
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    told = np.exp(z / 1.7) / np.exp(z / 1.7).sum(axis=1, keepdims=True)
    assert np.allclose(at_temperature(p, 1.7), told)


def test_no_temperature_near_it_has_a_lower_loss():
    rng = np.random.default_rng(2)
    p = rng.dirichlet([0.3, 0.3, 0.3], size=200)
    k = np.array([rng.choice(3, p=row) for row in at_temperature(p, 2.0)])
    T = temperature(k, p)
    best = log_loss(k, at_temperature(p, T))
    assert all(log_loss(k, at_temperature(p, T * f)) >= best - 1e-9 for f in (0.9, 0.99, 1.01, 1.1))
