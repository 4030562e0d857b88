"""Cross-validation: nothing leaks into a fold, and its limits and words follow from the folds."""

import json
import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from training.thread_team import by_ranks

from glassnet.core.network import Network
from glassnet.data import DataError, Dataset, Preparation, fold_rows, load_data
from glassnet.files.plain import to_plain
from glassnet.training import cross_validate, cross_validate_dataset, fit
from glassnet.training.measure.baselines import Baseline, constant_baseline
from glassnet.training.measure.crossvalidation import take
from glassnet.training.recipe import recipe
from glassnet.training.recipe.recipe import recipe_for
from glassnet.training.team import ALONE


def data(n=60, seed=0):
    rng = np.random.default_rng(seed)
    y = np.array(["a", "b", "c"])[np.arange(n) % 3]
    X = rng.normal(size=(n, 2)) + np.stack([y == "a", y == "b"], axis=1) * 2.0
    return X, y


def maker(X, y, seen=None, epochs=5, classes=True):
    def make(rows):
        if seen is not None:
            seen.append(rows)
        n_out = len(np.unique(y)) if classes else 1
        net = Network.dense([X.shape[1], n_out], output="softmax" if classes else "identity")
        net.preparation = Preparation.learn(np.asarray(X)[rows])
        for _ in fit(net, X[rows], y[rows], epochs=epochs, optimizer="lbfgs"):
            pass
        return net

    return make


class Columns:
    """A preparation that takes a frame."""

    def apply(self, X, dtype=np.float32):
        return X.to_numpy().astype(dtype)


def constant(y):
    return lambda net, rows: [constant_baseline(net, y[rows])]


def test_every_row_is_measured_once_by_a_network_that_never_saw_it():
    X, y = data()
    seen = []
    cv = cross_validate(maker(X, y, seen), (X, y), folds=4, seed=2)
    splits = fold_rows(60, y, folds=4, seed=2)
    assert [rows.tolist() for rows in seen] == [split.train.tolist() for split in splits]
    assert [fold.train_rows for fold in cv.folds] == [len(rows) for rows in seen]
    assert cv.rows == sum(fold.test_rows for fold in cv.folds) == 60
    assert np.sum(cv.confusion) == 60
    assert cv.classes == ["a", "b", "c"]
    assert cv.split == "by class"


def test_the_preparation_is_learned_in_each_fold_anew():
    """A column that is huge in one row alone: only that row's fold is prepared without it."""
    X, y = data()
    X[7, 0] = 1e6
    prepared = []
    d = Dataset("one huge value", X, y)
    r = recipe.recipe_for(d, epochs=1)
    real = recipe.prepare

    def watched(whole, settings, parts):
        net, parts = real(whole, settings, parts=parts)
        prepared.append((parts, net.preparation))
        return net, parts

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("glassnet.training.measure.crossvalidation.prepare", watched)
        cross_validate_dataset(d, r, folds=3, with_baselines=False)
    assert len(prepared) == 3
    without = [p for part, p in prepared if part.X.max() < 1e5]
    assert len(without) == 1
    assert max(without[0].scale) < 3
    assert all(max(p.scale) > 1e4 for part, p in prepared if part.X.max() > 1e5)


def test_the_figures_are_means_over_folds_with_corrected_limits():
    X, y = data()
    cv = cross_validate(maker(X, y, epochs=2), (X, y), folds=5, baselines=constant(y))
    each = [fold.figures["log_loss"] for fold in cv.folds]
    figure = cv.figures["log_loss"]
    assert figure.mean == pytest.approx(sum(each) / 5)
    sd = math.sqrt(sum((value - figure.mean) ** 2 for value in each) / 4)
    assert figure.sd == pytest.approx(sd)
    # t with 4 degrees is 2.776; a fold's 12 rows stand beside 48: 1/5 + 1/4
    reach = 2.776 * sd * math.sqrt(0.2 + 0.25)
    assert figure.high == pytest.approx(figure.mean + reach, rel=1e-3)
    assert figure.low == pytest.approx(max(0.0, figure.mean - reach), rel=1e-3)
    assert cv.baselines["majority"]["log_loss"] == pytest.approx(math.log(3))
    accuracy = [c for c in cv.comparisons if c.metric == "accuracy"]
    assert [c.outcome for c in accuracy] == ["beats"]
    assert "folds share" in cv.caution
    json.dumps(to_plain(cv), allow_nan=False)


def test_limits_of_folds_are_wider_than_a_plain_t_interval_and_hold_the_truth_more_often():
    """Folds share rows: over many samples the plain interval of their mean is too narrow."""
    rng, plain, widened = np.random.default_rng(0), 0, 0
    samples = 150
    truth = []
    kept = []
    for seed in range(samples):
        y = np.where(rng.random(40) < 0.5, "a", "b")
        x = rng.normal(size=(40, 1)) + (y == "a")[:, None]

        def make(rows, x=x, y=y):
            # the nearest mean, as a network: what is learned depends on the rows
            net = Network.dense([1, 2], output="softmax", dtype="float64")
            a, b = (x[rows][y[rows] == label].mean() for label in "ab")
            net.theta[...] = [a, b, -a * a / 2, -b * b / 2]
            net.classes = ["a", "b"]
            truth.append(0.5 * (1 + math.erf((1 - (a + b) / 2) / math.sqrt(2))) * 0.5)
            truth[-1] += 0.5 * 0.5 * (1 + math.erf((a + b) / 2 / math.sqrt(2)))
            return net

        kept.append(cross_validate(make, (x, y), folds=5, seed=seed).figures["accuracy"])
    true = float(np.mean(truth))
    for figure in kept:
        half = 2.776 * figure.sd / math.sqrt(5)
        plain += abs(figure.mean - true) <= half
        widened += figure.low is not None and figure.low <= true <= figure.high
    assert widened / samples > 0.95
    assert widened > plain


def test_groups_stay_whole_and_time_runs_forward():
    X, y = data()
    groups, times, seen = np.arange(60) // 6, np.arange(60)[::-1], []
    cv = cross_validate(maker(X, y, seen), (X, y), groups=groups)
    assert cv.split == "by group"
    for rows in seen:
        assert not set(groups[rows]) & set(np.delete(groups, rows))
    seen.clear()
    cv = cross_validate(maker(X, y, seen), (X, y), times=times)
    assert cv.split == "forward in time"
    assert [len(rows) for rows in seen] == [10, 20, 30, 40, 50]
    assert all(times[rows].max() == len(rows) - 1 for rows in seen)
    assert cv.rows == 50
    assert "earliest" in cv.caution


def test_a_frame_is_taken_by_rows():
    X, y = data()
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(X, schema=["u", "v"])
    net = maker(X, y)(np.arange(60))
    net.preparation = Columns()
    as_frame = cross_validate(lambda rows: net, (frame, y), folds=3)
    net.preparation = None
    as_array = cross_validate(lambda rows: net, (X, y), folds=3)
    assert to_plain(as_frame) == to_plain(as_array)
    located = SimpleNamespace(iloc=X)  # as pandas has it
    assert (take(located, np.array([2, 5])) == X[[2, 5]]).all()


def test_a_class_that_a_fold_has_not_learned_is_named():
    X, y = data()
    for labels in (y, np.unique(y, return_inverse=True)[1] * 10):  # 0, 10, 20
        groups = labels == labels[2]
        with pytest.raises(DataError, match=r"fold [12] holds \S+, and none of the rows"):
            cross_validate(maker(X, labels), (X, labels), groups=groups, folds=2, stratify=True)
    known = Network.dense([2, 2], output="softmax")
    known.classes = [0, 10]
    with pytest.raises(DataError, match="holds 20, and none"):
        cross_validate(lambda rows: known, (X, labels), folds=2)


def test_numbers_are_compared_by_r2_and_constant_ones_by_rmse():
    X, _ = data()
    y = X @ [1.0, 2.0] + 0.1
    make = maker(X, y, classes=False)
    cv = cross_validate(make, (X, y), folds=3, baselines=constant(y))
    assert cv.task == "number"
    assert cv.split == "at random"
    assert [(c.metric, c.outcome) for c in cv.comparisons] == [("r2", "beats")]
    assert cv.confusion is None
    y = np.repeat([1.0, 2.0, 3.0], 20)
    cv = cross_validate(
        maker(X, y, classes=False), (X, y), folds=3, groups=y, baselines=constant(y)
    )
    assert cv.figures["r2"].mean is None
    assert {c.metric for c in cv.comparisons} == {"rmse"}
    json.dumps(to_plain(cv), allow_nan=False)


def test_folds_that_are_all_alike_have_no_limits_rather_than_none_apart():
    X, y = data()
    net = maker(X, y)(np.arange(60))
    cv = cross_validate(
        lambda rows: net, (X, y), folds=2, baselines=lambda net, rows: [Baseline("linear", net=net)]
    )
    assert cv.comparisons[0].difference == 0
    assert cv.comparisons[0].outcome == "no difference"
    X = np.stack([y == "a", y == "b"], axis=1) * 9.0
    perfect = cross_validate(maker(X, y, epochs=30), (X, y), folds=3).figures["accuracy"]
    assert (perfect.mean, perfect.low, perfect.high) == (1.0, None, None)


def test_a_data_sets_own_test_part_is_left_alone():
    X, y = data()
    seen = []
    d = Dataset("with a test part", X, y, X_test=X[:3] + 1e3, y_test=y[:3])
    r = recipe.recipe_for(d, epochs=2)
    cv = cross_validate_dataset(d, r, folds=3, callbacks=[seen.append])
    assert cv.rows == 60
    assert len(seen) >= 6
    assert list(cv.baselines) == ["majority", "linear"]


def test_an_interrupt_ends_a_cross_validation():
    d = load_data("iris")

    def interrupt(event):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cross_validate_dataset(d, recipe.recipe_for(d, epochs=2), callbacks=[interrupt])


@pytest.mark.parametrize("groups", [False, True])
def test_ranks_that_share_the_folds_come_to_the_same_figures(groups: bool):
    data = load_data("iris")
    recipe = replace(recipe_for(data), epochs=5)
    given = {"groups": np.arange(len(data.y)) % 11} if groups else {}

    def by(team: Any) -> Any:
        return cross_validate_dataset(data, recipe, folds=5, team=team, **given)

    alone = by(ALONE)
    for size in (2, 4):
        for found in by_ranks(size, by):
            assert to_plain(found) == to_plain(alone)
            np.testing.assert_array_equal(found.scores, alone.scores)
            if groups:
                np.testing.assert_array_equal(found.groups, alone.groups)


def test_folds_that_a_rank_was_stopped_in_are_left_out_on_all():
    data = load_data("iris")
    recipe = replace(recipe_for(data), epochs=5)

    def by(team: Any) -> Any:
        team.asked_to_stop = team.rank == 1
        return cross_validate_dataset(data, recipe, folds=5, team=team)

    found = [to_plain(each) for each in by_ranks(2, by)]
    assert found[0] == found[1]
    assert len(found[0]["folds"]) == 3
    assert "2 of 5 folds are left out" in found[0]["caution"]
