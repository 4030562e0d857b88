"""An estimate tells the truth: its figures, its baselines, what it leaves undefined, its words."""

import json
import pickle
import time

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.core.losses import CrossEntropy
from glassnet.core.network import Network
from glassnet.core.optimizers import Adam
from glassnet.data import Preparation, TargetScale
from glassnet.data.images.distortion import Distortion
from glassnet.files.plain import to_plain
from glassnet.training import baseline_for, baseline_from, estimate, figures, fit
from glassnet.training.measure.baselines import Baseline, linear_model
from glassnet.training.measure.comparison import BaselineComparison, shown, verdict
from glassnet.training.measure.estimate import estimate_rows
from glassnet.training.measure.intervals import auc_interval
from glassnet.training.probability import auc_influence
from glassnet.training.rows import as_rows, prepare_rows

SETTINGS = {"epochs": 60, "optimizer": {"name": "adam", "learning_rate": 0.02}, "seed": 0}
CLASSES = ["accuracy", "balanced_accuracy", "log_loss", "roc_auc", "calibration_error", "brier"]


def trained(net, X, y, **settings):
    for _ in fit(net, X, y, **{**SETTINGS, **settings}):
        pass
    return net


def rings(n, seed=0):
    """Two classes that no line parts."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 2))
    return X, np.where((X**2).sum(axis=1) > 1.4, "outside", "inside")


@pytest.fixture(scope="module")
def ring_net():
    X, y = rings(400)
    net = Network.dense([2, 16, 2], hidden="tanh", output="softmax")
    net.preparation = Preparation.learn(X)
    trained(net, X, y)
    return net, baseline_for(net, X, y, SETTINGS)


def line(n, seed=0, n_out=1):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    y = X @ np.arange(1.0, 1 + 3 * n_out).reshape(3, n_out) * 10 + 500
    return X, (y + rng.normal(size=y.shape) * 5).squeeze()


@pytest.fixture(scope="module")
def line_net():
    X, y = line(100)
    net = Network.dense([3, 8, 1], hidden="tanh")
    net.preparation, net.target_scale = Preparation.learn(X), TargetScale.learn(y)
    trained(net, X, y)
    return net, baseline_for(net, X, y, SETTINGS)


def test_an_estimate_has_the_figures_of_what_the_network_predicts(ring_net):
    net, baselines = ring_net
    X, y = rings(300, seed=1)
    e = estimate(net, X, y, baselines=baselines)
    expected = figures(y, net.predict_proba(X), classes=net.classes)
    assert list(e.figures) == list(expected) == CLASSES
    for name, value in expected.items():
        assert e.figures[name].value == pytest.approx(value, rel=1e-6)
        assert e.figures[name].low <= value <= e.figures[name].high
    assert e.figures["accuracy"].value == np.mean(net.predict(X) == y)
    assert np.trace(e.confusion) == (net.predict(X) == y).sum()
    assert np.sum(e.confusion, axis=1).tolist() == [(y == label).sum() for label in e.classes]
    assert sum(b.rows for b in e.reliability) == e.rows == 300


def test_an_estimate_of_numbers_is_in_the_units_of_the_targets(line_net):
    net, baselines = line_net
    X, y = line(60, seed=1)
    e = estimate(net, X, y, baselines=baselines)
    expected = figures(y, net.predict(X))
    for name, value in expected.items():
        assert e.figures[name].value == pytest.approx(value, rel=1e-4)
        assert e.figures[name].low < value < e.figures[name].high
    assert 4 < e.figures["rmse"].value < 20  # the noise is 5, the scale 37
    assert (e.confusion, e.classes, e.reliability) == (None, None, None)


def test_several_targets_have_figures_of_each_and_the_mean():
    X, y = line(80, n_out=2)
    net = trained(Network.dense([3, 8, 2], hidden="tanh"), X, (y - 500) / 50)
    baselines = baseline_for(net, X, (y - 500) / 50, SETTINGS)
    e = estimate(net, X, (y - 500) / 50, baselines=baselines, names=["height", "width"])
    assert list(e.figures)[:4] == ["r2", "mae", "rmse", "r2[height]"]
    for name in ("r2", "mae", "rmse"):
        each = [e.figures[f"{name}[{target}]"].value for target in ("height", "width")]
        assert e.figures[name].value == pytest.approx(np.mean(each))
        assert e.figures[name].low < np.mean(each) < e.figures[name].high
    assert set(e.baselines["mean"]) == set(e.figures)
    assert e.targets == ["height", "width"]


def test_the_baselines_are_the_frequencies_the_mean_and_a_network_without_hidden_layers(
    ring_net, line_net
):
    net, (majority, linear) = ring_net
    y = rings(400)[1]
    shares = [np.mean(y == label) for label in net.classes]
    assert majority.constant.tolist() == pytest.approx(shares)
    assert [d.activation.name for d in linear.net.dense_layers] == ["softmax"]
    assert linear.net.preparation is net.preparation
    assert linear.net.classes == net.classes
    net, (mean, linear) = line_net
    assert mean.constant == pytest.approx([line(100)[1].mean()])
    assert linear.net.target_scale is net.target_scale


def test_the_linear_baseline_is_the_least_squares_line_but_for_its_small_penalty(line_net):
    _, (_, linear) = line_net
    X, y = line(100)
    A = np.column_stack([X, np.ones(100)])
    best = A @ np.linalg.lstsq(A, y, rcond=None)[0]
    x = linear.net.preparation.apply(X)
    off = linear.answers(x).y_hat[:, 0]
    assert np.sqrt(np.mean((off - best) ** 2)) < 0.02 * y.std()
    # trained for a single epoch it ends there too: it is not weak for want of steps
    net = Network.dense([3, 8, 1], hidden="tanh")
    net.preparation, net.target_scale = linear.net.preparation, linear.net.target_scale
    (_, short) = baseline_for(net, X, y, {"epochs": 1})
    assert short.answers(x).y_hat[:, 0] == pytest.approx(off, abs=0.05)


@pytest.mark.parametrize(("noise", "most"), [(0.0, 0.1), (30.0, 1000.0)])
def test_the_linear_baseline_has_a_penalty_of_its_own(noise: float, most: float):
    rng = np.random.default_rng(5)
    X = rng.normal(size=(60, 12))
    y = X @ rng.normal(size=12) + noise * rng.normal(size=60)
    found = set()
    for l2 in (0.0, 3.0):  # whatever the network's is
        net = Network.dense([12, 8, 1], l2=l2, l1=l2)
        (_, linear) = baseline_for(net, X, y, {"epochs": 1})
        assert linear.net is not None
        assert linear.net.l1 == 0
        found.add(linear.net.l2 * 60)
    (c,) = found
    assert c <= most if noise == 0 else c >= 10


def test_a_linear_network_is_compared_with_the_constant_alone():
    X, y = line(30)
    net = Network.dense([3, 1])
    assert [b.name for b in baseline_for(net, X, y, {})] == ["mean"]


def test_training_a_baseline_leaves_the_network_and_its_optimizer_alone(line_net):
    net, _ = line_net
    X, y = line(100)
    before, rule, seen = net.theta.copy(), Adam(0.01), []
    trained(net.copy(), X, y, optimizer=rule, epochs=2)
    state = pickle.dumps(rule)
    baseline_for(net, X, y, {"epochs": 2, "optimizer": rule, "callbacks": [seen.append]})
    assert (net.theta == before).all()
    assert seen == []
    assert pickle.dumps(rule) == state


def test_an_interrupt_while_a_baseline_is_trained_is_passed_on(line_net, monkeypatch):
    net, _ = line_net
    X, y = line(100)

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("glassnet.core.lbfgs.LBFGS.iterate", interrupt)
    with pytest.raises(KeyboardInterrupt):
        baseline_for(net, X, y, SETTINGS)


def test_baselines_survive_a_record(ring_net, line_net):
    for net, baselines in (ring_net, line_net):
        x = np.random.default_rng(0).normal(size=(5, net.n_in)).astype(np.float32)
        for baseline in baselines:
            again = baseline_from(net, json.loads(json.dumps(baseline.spec())))
            assert again.name == baseline.name
            assert np.array_equal(again.answers(x).y_hat, baseline.answers(x).y_hat)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"name": "majority"},
        {"name": "majority", "constant": [0.5]},
        {"name": "majority", "constant": [0.5, float("nan")]},
        {"name": "linear", "W": [[1.0]], "b": [0.0, 0.0]},
        {"name": "linear", "W": [["a", 1.0], [1, 1]], "b": [0.0, 0.0]},
        None,
    ],
)
def test_a_record_that_is_no_baseline_is_refused(ring_net, record):
    with pytest.raises(InputError, match="does not fit the network"):
        baseline_from(ring_net[0], record)


# -- verdicts ------------------------------------------------------------------------------


def test_a_network_that_sees_what_a_line_cannot_beats_all_baselines(ring_net):
    net, baselines = ring_net
    e = estimate(net, *rings(300, seed=1), baselines=baselines)
    assert [c.outcome for c in e.comparisons] == ["beats"] * 4
    assert e.verdict.startswith("The network beats the majority class (accuracy 9")
    assert "and the linear model (" in e.verdict


def test_a_network_that_learned_nothing_is_told_so():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 3)), rng.normal(size=200)
    net = trained(Network.dense([3, 4, 1]), X[:100], y[:100], epochs=3)
    net.theta *= 0.01
    e = estimate(net, X[100:], y[100:], baselines=baseline_for(net, X[:100], y[:100], {}))
    assert e.comparisons[0].outcome == "no difference"
    assert "no difference that the 100 test rows could show" in e.verdict
    assert e.verdict.endswith("Nothing shows yet that it knows more than the mean.")


def test_rows_that_may_have_been_learned_from_are_not_called_test_rows():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(100, 3)), rng.normal(size=100)
    net = trained(Network.dense([3, 4, 1]), X, y, epochs=3)
    simple = baseline_for(net, X, y, {})
    e = estimate_rows(net, as_rows(net, X, y, "X"), y, baselines=simple, unseen=False)
    assert e.rows_text() == "100 rows"
    assert "test rows" not in e.verdict
    assert "test row" in estimate(net, X[:1], y[:1]).rows_text()


def test_a_network_worse_than_the_line_does_not_beat_it(line_net):
    net, baselines = line_net
    worse = net.copy()
    worse.theta *= 0.7
    e = estimate(worse, *line(200, seed=2), baselines=baselines)
    assert e.comparisons[1].outcome == "does not beat"
    assert e.verdict.startswith("The network does not beat the linear model (R² ")
    assert "The linear model is the simpler choice." in e.verdict


def test_a_network_equal_to_the_line_shows_no_difference(line_net):
    linear = line_net[1][1]
    e = estimate(linear.net, *line(50, seed=2), baselines=[linear])
    assert e.comparisons[0].difference == 0
    assert e.comparisons[0].outcome == "no difference"


def test_few_wins_on_few_rows_are_no_victory():
    # 3 rows right against 0: by chance alone 1 time in 4
    net = Network.dense([1, 2], output="softmax")
    net.theta[...] = 0
    net.dense_layers[0].W[:, 0] = [-9, 9]
    X, y = np.array([[-1.0]] * 20 + [[1.0]] * 3), np.array(["a"] * 20 + ["b"] * 3)
    net.classes = ["a", "b"]
    e = estimate(net, X, y, baselines=[Baseline("majority", np.array([0.87, 0.13]))])
    assert e.figures["accuracy"].value == 1
    assert e.comparisons[0].outcome == "no difference"
    assert e.comparisons[1].outcome == "beats"  # its probabilities are better, row by row
    assert "By its log loss it beats the majority class" in e.verdict


def test_no_difference_is_seldom_called_one():
    """Two equal networks: 'beats' and 'does not beat' together at most about 5 times in 100."""
    rng, said = np.random.default_rng(0), 0
    for seed in range(200):
        y = rng.normal(size=60)
        a, b = y + rng.normal(size=60), y + rng.normal(size=60)
        net = Network.dense([2, 1], dtype="float64")
        net.theta[...] = [1, 0, 0]
        other = net.copy()
        other.theta[...] = [0, 1, 0]
        e = estimate(
            net, np.stack([a, b], 1), y, baselines=[Baseline("linear", net=other)], seed=seed
        )
        said += e.comparisons[0].outcome != "no difference"
    assert 1 <= said <= 20


def comparison(baseline, low, high, metric="accuracy"):
    called = {"majority": "the majority class", "linear": "the linear model"}[baseline]
    return BaselineComparison(baseline, called, metric, 0.9, 0.8, 0.1, low, high, "")


def test_worst_news_stand_first():
    text = verdict([comparison("majority", 0.1, 0.2), comparison("linear", -0.2, -0.1)], "9 rows")
    assert text.index("does not beat the linear model") < text.index("beats the majority class")
    assert verdict([], "9 rows") == "There is no baseline to compare with."


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("accuracy", 1.0, "100.0 %"),
        ("r2", -0.25, "−0.2500"),
        ("r2", 1e-9, "0.0000"),
        ("brier", 0.00049, "0.00049"),
        ("rmse", 12345.678, "12,345.68"),
        ("rmse", 1.5e9, "1.5e+09"),
        ("mae[price]", 1.25e-7, "1.25e-07"),
    ],
)
def test_figures_are_shown_to_the_digits_that_matter(name, value, text):
    assert shown(name, value) == text


# -- edges ---------------------------------------------------------------------------------


def test_a_class_absent_from_the_rows_leaves_the_auc_undefined_and_says_why(ring_net):
    net, baselines = ring_net
    X, y = rings(100, seed=1)
    e = estimate(net, X[y == "inside"], y[y == "inside"], baselines=baselines)
    assert e.figures["roc_auc"].value is None
    assert e.figures["roc_auc"].how == "undefined: these rows hold no 'outside'"
    assert "hold no 'outside'" in e.figures["balanced_accuracy"].how
    assert e.baselines["linear"]["roc_auc"] is None
    json.dumps(to_plain(e), allow_nan=False)


@pytest.mark.parametrize("n", [1, 2, 9])
def test_few_rows_are_measured_without_limits_that_they_cannot_show(ring_net, line_net, n):
    net, baselines = ring_net
    X, y = rings(n, seed=5)
    e = estimate(net, X, y, baselines=baselines)
    low, high = e.figures["accuracy"].low, e.figures["accuracy"].high
    assert high - low > 0.25
    assert e.figures["log_loss"].low is None
    assert "fewer than 10 rows" in e.figures["log_loss"].how
    assert f"the {n} test row" in e.verdict
    json.dumps(to_plain(e), allow_nan=False)
    net, baselines = line_net
    X, y = line(n)
    e = estimate(net, X[:n], np.atleast_1d(y), baselines=baselines)
    assert e.figures["rmse"].low is None
    assert (e.figures["r2"].value is None) == (n == 1)
    assert "no difference" in e.verdict
    json.dumps(to_plain(e), allow_nan=False)


def test_a_class_of_a_single_row_gives_an_auc_without_limits(ring_net):
    net, _ = ring_net
    X, _ = rings(60, seed=1)
    said = net.predict_proba(X)[:, net.classes.index("outside")]
    y = np.where(said == np.sort(said)[30], "inside", "outside")  # in the middle of them
    auc = estimate(net, X, y).figures["roc_auc"]
    assert 0 < auc.value < 1
    assert (auc.low, auc.high) == (None, None)
    assert "single row" in auc.how


def test_constant_targets_are_compared_by_their_errors(line_net):
    net, baselines = line_net
    X, _ = line(30)
    e = estimate(net, X, np.full(30, 500.0), baselines=baselines)
    assert e.figures["r2"].value is None
    assert "do not vary" in e.figures["r2"].how
    assert {c.metric for c in e.comparisons} == {"rmse"}
    assert e.comparisons[0].outcome == "does not beat"  # the mean is nearly right
    assert e.comparisons[0].difference < 0


def test_outputs_that_are_no_probabilities_have_no_log_loss():
    X, y = rings(40)
    net = trained(Network.dense([2, 4, 2], loss="squared_error"), X, y, epochs=5)
    e = estimate(net, X * 3, y, baselines=baseline_for(net, X, y, {"epochs": 2}))
    assert e.figures["accuracy"].value == np.mean(net.predict(X * 3) == y)
    assert e.figures["log_loss"].value is None
    assert "no probabilities" in e.figures["log_loss"].how
    assert e.reliability is None
    json.dumps(to_plain(e), allow_nan=False)


@pytest.mark.parametrize(("n_out", "output"), [(1, "sigmoid"), (3, "sigmoid"), (3, "softmax")])
def test_every_kind_of_output_gives_the_labels_that_predict_does(n_out, output):
    X, y = rings(200)
    if n_out == 3:
        y = np.where(X[:, 0] > 1, "right", y)
    net = trained(Network.dense([2, 6, n_out], hidden="tanh", output=output), X, y, epochs=15)
    e = estimate(net, X, y, baselines=baseline_for(net, X, y, {"epochs": 2}))
    assert e.figures["accuracy"].value == pytest.approx(np.mean(net.predict(X) == y))
    assert e.figures["log_loss"].value is not None
    assert 0.5 < e.figures["roc_auc"].value <= 1
    assert e.baselines["majority"]["roc_auc"] == pytest.approx(0.5)


def test_certain_and_wrong_is_finite():
    net = Network.dense([1, 2], output="softmax")
    net.theta[...] = 0
    net.dense_layers[0].W[:, 0] = [1e4, -1e4]
    net.classes = [0, 1]
    e = estimate(net, np.ones((20, 1)), np.tile([0, 1], 10))
    assert e.figures["log_loss"].value == pytest.approx(34.5388 / 2, abs=1e-3)
    json.dumps(to_plain(e), allow_nan=False)


def test_the_same_seed_gives_the_same_estimate(ring_net):
    net, baselines = ring_net
    X, y = rings(80, seed=1)
    first, again, other = (
        to_plain(estimate(net, X, y, baselines=baselines, seed=seed)) for seed in (4, 4, 5)
    )
    assert first == again != other


def test_rows_that_do_not_fit_are_refused(ring_net, line_net):
    with pytest.raises(InputError, match="columns"):
        estimate(ring_net[0], np.ones((3, 5)), ["inside"] * 3)
    with pytest.raises(InputError, match="none of the classes"):
        estimate(ring_net[0], np.ones((1, 2)), ["beside"])
    with pytest.raises(InputError, match="equal"):
        estimate(line_net[0], np.ones((3, 3)), [1.0, 2.0])


def test_the_linear_model_keeps_loss_penalty_and_type():
    net = Network.dense([4, 3, 2], output="sigmoid", loss="squared_error", l2=0.5, dtype="float64")
    linear = linear_model(net)
    assert (linear.n_in, linear.n_out, len(linear.dense_layers)) == (4, 2, 1)
    assert (linear.loss.name, linear.l2, linear.dtype) == ("squared_error", 0.5, np.float64)


def test_a_part_of_many_rows_shows_how_far_an_auc_may_be_chance():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(250_000, 1))
    y = (X[:, 0] + rng.normal(size=250_000) > 1) * 1
    net = Network.dense([1, 2], output="softmax", seed=1)
    net.theta[...] = [0, 1, 0, 0]
    auc = estimate(net, X, y).figures["roc_auc"]
    p = net.predict_proba(X)
    low, high = auc_interval(auc.value, auc_influence(y, p), 10**5)
    assert "seen in 100,000" in auc.how
    assert (auc.low, auc.high) == pytest.approx((low, high), abs=0.03 * (high - low))


def test_a_million_rows_cost_about_a_second(line_net):
    net = Network.dense([2, 2], output="softmax", seed=1)
    net.classes = [0, 1]
    X = np.random.default_rng(0).normal(size=(1_000_000, 2)).astype(np.float32)
    y = (X[:, 0] > 0) * 1
    baselines = [Baseline("majority", np.array([0.5, 0.5])), Baseline("linear", net=net.copy())]
    began = time.process_time()
    e = estimate(net, X, y, baselines=baselines)
    assert time.process_time() - began < 4  # a second where the machine does nothing else
    auc = e.figures["roc_auc"]
    assert auc.low < auc.value < auc.high < auc.low + 0.005
    assert "seen in 100,000 of the rows" in auc.how


@pytest.mark.parametrize("task", ["line", "classes"])
def test_a_linear_model_of_many_numbers_has_settings_of_its_own(monkeypatch, task):
    """Bad settings of the network, and a distortion of its pictures, leave it as it is."""
    rng = np.random.default_rng(3)
    X = rng.normal(size=(3000, 16))
    z = X @ rng.normal(size=(16, 3)) + rng.normal(size=(3000, 3))
    y = z[:, 0] if task == "line" else z.argmax(axis=1)
    of = {"output": "identity", "loss": "squared_error"} if task == "line" else {}
    net = Network.dense([16, 4, 1 if task == "line" else 3], seed=0, **of)
    trained(net, X, y, epochs=1)
    settings = {
        "epochs": 1, "optimizer": "sgd", "learning_rate": 1e-6, "batch_size": 7,
        "clip_norm": 1e-6, "augment": Distortion(shift=2),
    }  # fmt: skip
    (_, minimum) = baseline_for(net, X, y, settings)
    monkeypatch.setattr("glassnet.training.measure.baselines.FINISHED", 1000)
    (_, quick) = baseline_for(net, X, y, settings)
    assert minimum.net is not None
    assert quick.net is not None
    rows, _ = prepare_rows(net, X, y, None, None, None, 0)
    least, found = (b.net.gradient(rows.X, rows.y, None) for b in (minimum, quick))
    assert found < 1.01 * least


def test_the_linear_model_learns_from_targets_that_are_not_smoothed():
    smoothed = Network.dense([2, 3, 2], output="softmax", loss=CrossEntropy(smoothing=0.2), seed=0)
    linear = linear_model(smoothed)
    assert linear is not None
    assert linear.loss == CrossEntropy()
