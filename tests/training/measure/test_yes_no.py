"""Several yes/no targets measured: each by itself, all together, and beside simple answers."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.data import YesNo
from glassnet.training.measure.baselines import Baseline, baseline_from, baselines_of
from glassnet.training.measure.estimate import estimate
from glassnet.training.rows import measure, prepare_rows
from glassnet.training.settings import Settings
from glassnet.training.targets import one_target

rng = np.random.default_rng(0)
X = rng.normal(size=(400, 3))
SHARE = 1 / (1 + np.exp(-(X @ [[1.0, 0, -2], [0, 2, 0.5], [0.5, 1, 0]]) - [0, -1, 1.5]))
Y = (rng.random(SHARE.shape) < SHARE).astype(float)
MEANING = YesNo((("no", "yes"), (0, 1), ("dry", "rain")), (0.5, 0.3, 0.6))


@pytest.fixture(scope="module")
def net():
    made = gn.Network.dense([3, 8, 3], output="sigmoid", seed=0)
    gn.fit(made, X[:300], Y[:300], epochs=60, optimizer="adam", learning_rate=0.01)
    made.yes_no = MEANING
    return made


def test_the_figures_are_what_counting_gives(net):
    held, so = X[300:], Y[300:]
    told = estimate(net, held, so, names=["a", "b", "c"])
    p = net.predict_proba(held).astype(float)
    said = p >= [0.5, 0.3, 0.6]
    assert told.figures["accuracy"].value == pytest.approx((said == so).mean())
    rows = [all(s == y for s, y in zip(row, true)) for row, true in zip(said, so)]
    assert told.figures["all_right"].value == pytest.approx(sum(rows) / len(rows))
    losses = [-np.log(q if y else 1 - q) for row, true in zip(p, so) for q, y in zip(row, true)]
    assert told.figures["log_loss"].value == pytest.approx(np.mean(losses), rel=1e-5)
    f1 = []
    for j, name in enumerate("abc"):
        found = sum(1 for s, y in zip(said[:, j], so[:, j]) if s and y)
        precision, recall = found / said[:, j].sum(), found / so[:, j].sum()
        f1.append(2 / (1 / precision + 1 / recall))
        assert told.figures[f"f1[{name}]"].value == pytest.approx(f1[-1])
        assert told.figures[f"accuracy[{name}]"].value == pytest.approx(
            np.mean(said[:, j] == so[:, j])
        )
        (right_no, false), (missed, right) = told.yes_no[j].confusion
        assert (right, false) == (found, said[:, j].sum() - found)
        assert missed + right == told.yes_no[j].rows_yes == so[:, j].sum()
        assert right_no + false + missed + right == 100
        one = told.figures[f"f1[{name}]"]
        assert one.low < one.value < one.high
    assert told.figures["f1"].value == pytest.approx(np.mean(f1))
    for name in ("accuracy", "all_right", "f1", "log_loss"):
        of = told.figures[name]
        assert of.low < of.value < of.high
    assert (told.task, told.targets) == ("yes_no", ["a", "b", "c"])


def test_the_metric_while_training_is_the_share_of_right_answers(net):
    rows, _ = prepare_rows(net, X[300:], Y[300:], None, None, None)
    said = net.predict_proba(X[300:]) >= np.array([0.5, 0.3, 0.6])
    assert measure(net, rows)["accuracy"] == pytest.approx(np.mean(said == Y[300:]))
    assert net.score(X[300:], Y[300:]) == pytest.approx(np.mean(said == Y[300:]))
    assert net.score(X[300:], MEANING.words(Y[300:])) == pytest.approx(np.mean(said == Y[300:]))


def test_one_target_answers_as_it_does_among_the_others(net):
    for j in range(3):
        one = one_target(net, j)
        np.testing.assert_allclose(
            one.predict_proba(X)[:, 0], net.predict_proba(X)[:, j], rtol=1e-5
        )
        assert one.predict(X).tolist() == [row[j] for row in net.predict(X).tolist()]


def test_it_beats_each_targets_share_and_a_network_that_knows_nothing_does_not(net):
    rows, _ = prepare_rows(net, X[:300], Y[:300], None, None, None)
    others = baselines_of(net, rows, None, Y[:300], Settings())
    told = estimate(net, X[300:], Y[300:], baselines=others)
    assert "beats each target's share of yes (log loss" in told.verdict
    np.testing.assert_allclose(others[0].constant, Y[:300].mean(axis=0))
    blind = gn.Network.dense([3, 8, 3], output="sigmoid", initializer="zeros")
    blind.yes_no = MEANING
    told = estimate(blind, X[300:], Y[300:], baselines=others)
    assert "does not beat" in told.verdict


def test_baselines_come_back_from_the_model_file_with_their_thresholds(net):
    rows, _ = prepare_rows(net, X[:300], Y[:300], None, None, None)
    for each in baselines_of(net, rows, None, Y[:300], Settings()):
        again = baseline_from(net, each.spec())
        assert isinstance(again, Baseline)
        if each.net is not None:
            assert again.net.yes_no == each.net.yes_no
            assert again.net.yes_no.thresholds != MEANING.thresholds


def test_a_target_that_is_never_yes_in_these_rows_leaves_the_others_their_figures(net):
    so = Y[300:].copy()
    so[:, 0] = 0
    told = estimate(net, X[300:], so, names=["a", "b", "c"])
    assert told.figures["roc_auc[a]"].value is None
    assert told.figures["f1[a]"].value == 0  # some are called yes, and none is
    assert told.figures["f1"].low < told.figures["f1"].value < told.figures["f1"].high


def test_outputs_and_meaning_fit_each_other_or_are_refused():
    other = gn.Network.dense([3, 2], output="sigmoid")
    with pytest.raises(gn.InputError, match="3 yes/no targets, and this network has 2 outputs"):
        other.yes_no = MEANING
    with pytest.raises(gn.InputError, match="yes_no is"):
        other.yes_no = 3


def test_two_networks_that_call_otherwise_are_not_equal(net):
    other = net.copy()
    assert other == net
    other.yes_no = YesNo.of(MEANING.pairs)
    assert other != net
