"""Training: what an epoch does to the parameters, and every way a training can end."""

import math
from importlib import import_module
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.errors import InputError
from glassnet.core.layers import Dense, Dropout
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network
from glassnet.core.optimizers import SGD, Adam
from glassnet.core.schedules import Cosine, Exponential
from glassnet.data import Preparation, TargetScale
from glassnet.training import EpochEnd, History, Progress, TrainingEnd, fit


def trained(net: Network, X, y, **settings) -> History:
    *_, end = fit(net, X, y, **settings)
    assert isinstance(end, TrainingEnd)
    return end.history


def classifier(seed: int = 0, **settings) -> Network:
    return Network.dense(
        [3, 5, 2], hidden="tanh", output="softmax", seed=seed, dtype="float64", **settings
    )


def table(rows: int = 40, seed: int = 1):
    """Rows (N, 3) whose label is mostly a function of them, and partly noise."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 3))
    return X, (X[:, 0] + 0.7 * rng.normal(size=rows) > 0).astype(int)


def seen(rows: int, outputs: int = 1) -> tuple[Network, np.ndarray]:
    """A linear network on unit rows: weight k moves only where row k is learned from.

    With targets 0 each sight of row k in a batch of B multiplies it by 1 − learning_rate/B.
    """
    W = np.ones((outputs, rows))
    layer = Dense(rows, outputs, "identity", bias="frozen", W=W)
    return Network([layer], "squared_error", dtype="float64"), np.eye(rows)


# -- what an epoch is ---------------------------------------------------------------------


@pytest.mark.parametrize("shuffle", [True, False])
def test_an_epoch_sees_every_row_once_and_its_last_batch_may_be_short(shuffle: bool):
    net, X = seen(10)
    history = trained(
        net, X, np.zeros(10), epochs=1, batch_size=4, optimizer=SGD(0.5), shuffle=shuffle
    )
    in_fours, in_twos = 1 - 0.5 / 4, 1 - 0.5 / 2
    assert history.steps == 3
    w = net.dense_layers[0].W[0]
    assert sorted(w) == [in_twos] * 2 + [in_fours] * 8
    in_order = list(w) == [in_fours] * 8 + [in_twos] * 2
    assert in_order == (not shuffle)


def test_each_epoch_has_an_order_of_its_own():
    net, X = seen(12)
    short: list[set[int]] = []
    W = net.dense_layers[0].W[0]
    before = W.copy()
    for event in fit(net, X, np.zeros(12), epochs=4, batch_size=8, optimizer=SGD(0.5)):
        if isinstance(event, EpochEnd):
            short.append(set(np.flatnonzero(np.isclose(W / before, 1 - 0.5 / 4)).tolist()))
            before = W.copy()
    assert [len(s) for s in short] == [4] * 4
    assert len({frozenset(s) for s in short}) > 1


def test_the_loss_of_an_epoch_counts_a_short_batch_by_its_samples():
    X, y = table(10)
    net = classifier(l2=0.1)
    whole = net.measure(net.forward(X), y).loss  # the penalty is no part of it
    history = trained(net, X, y, epochs=1, batch_size=4, optimizer=SGD(1e-13))
    assert history["loss"][0] == pytest.approx(whole, rel=1e-10)


def test_the_loss_of_an_epoch_counts_samples_by_their_weights():
    X, y = table(10)
    w = np.arange(10.0)  # the first row counts nothing
    net = classifier()
    whole = net.measure(net.forward(X), y, w).loss
    history = trained(net, X, y, sample_weight=w, epochs=1, batch_size=3, optimizer=SGD(1e-13))
    assert history["loss"][0] == pytest.approx(whole, rel=1e-10)


def test_batches_of_no_weight_are_passed_over():
    X, y = table(6)
    net = classifier()
    start = net.theta.copy()
    w = [0, 0, 0, 1, 1, 1]
    history = trained(net, X, y, sample_weight=w, epochs=1, batch_size=3, shuffle=False)
    assert history.steps == 1
    assert not np.array_equal(net.theta, start)


ACTIVATIONS = ["identity", "relu", "tanh", "sigmoid", "softplus", "gelu"]


@st.composite
def nets_with_rows(draw):
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    loss = draw(st.sampled_from(["squared_error", "cross_entropy", "binary_cross_entropy"]))
    smoothing = draw(st.sampled_from([0.0, 0.2]))
    last = {"squared_error": "tanh", "cross_entropy": "softmax"}.get(loss, "sigmoid")
    if loss == "cross_entropy":
        sizes[-1] = max(sizes[-1], 2)
    row = []
    for number, (n_in, n_out) in enumerate(pairwise(sizes)):
        f = last if number == len(sizes) - 2 else draw(st.sampled_from(ACTIVATIONS))
        bias = draw(st.sampled_from(["neuron", "layer", "frozen"]))
        row.append(Dense(n_in, n_out, f, bias=bias, frozen=draw(st.booleans())))
    which = loss if loss == "squared_error" else {"name": loss, "smoothing": smoothing}
    net = Network(
        row, which, seed=draw(st.integers(0, 99)), dtype="float64",
        l1=draw(st.sampled_from([0.0, 0.1])), l2=draw(st.sampled_from([0.0, 0.1])),
    )  # fmt: skip
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    n = draw(st.integers(1, 6))
    X = rng.normal(size=(n, sizes[0]))
    if loss == "cross_entropy" and draw(st.booleans()):
        y = rng.integers(0, sizes[-1], n)
    elif loss == "cross_entropy":
        y = rng.dirichlet(np.ones(sizes[-1]), n)
    else:
        y = rng.random((n, sizes[-1]))
    w = draw(st.sampled_from([None, rng.random(n) + 0.1]))
    return net, X, y, w


@given(nets_with_rows())
def test_a_step_on_all_rows_is_the_gradient_of_the_readable_path(case):
    net, X, y, w = case
    start, expected = net.copy(), net.copy()
    objective = expected.gradient(X, y, w)
    learned = slice(0, net.n_learned)
    expected.theta[learned] -= 0.5 * expected.grad[learned]
    history = trained(
        net, X, y, sample_weight=w, epochs=1, batch_size=len(X), optimizer=SGD(0.5), shuffle=False
    )
    np.testing.assert_allclose(net.theta, expected.theta, rtol=1e-12, atol=1e-13)
    told = history["loss"][0] + start.penalty()
    assert told == pytest.approx(objective, rel=1e-10, abs=1e-12)


# -- the same seed, the same bits ---------------------------------------------------------


def with_everything(seed: int, dtype: str = "float32") -> np.ndarray:
    row = [Dense(3, 6, "relu"), Dropout(0.3), Dense(6, 2, "softmax")]
    net = Network(row, seed=4, dtype=dtype)
    trained(net, *table(), epochs=3, batch_size=7, validation=0.2, seed=seed)
    return net.theta


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_same_seed_gives_the_same_bits_and_another_gives_others(dtype: str):
    assert with_everything(3, dtype).tobytes() == with_everything(3, dtype).tobytes()
    assert not np.array_equal(with_everything(3, dtype), with_everything(4, dtype))


def test_training_draws_nothing_from_the_global_generator():
    np.random.seed(0)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    with_everything(0)
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_training_leaves_the_data_as_they_were():
    X, y = table()
    kept = X.copy(), y.copy()
    trained(classifier(), X, y, epochs=2, validation=0.2)
    assert np.array_equal(X, kept[0])
    assert np.array_equal(y, kept[1])


# -- validation ---------------------------------------------------------------------------


def test_a_share_to_validate_on_is_stratified_and_never_learned_from():
    net, X = seen(30, outputs=2)
    y = np.array(["often"] * 20 + ["seldom"] * 10)
    history = trained(net, X, y, epochs=2, batch_size=4, optimizer=SGD(0.5), validation=0.2)
    W = net.dense_layers[0].W
    held = np.flatnonzero((W == 1).all(axis=0))
    assert len(held) == 6
    assert (y[held] == "often").sum() == 4
    assert set(history.epochs[0]) >= {"val_loss", "val_accuracy"}


def test_validation_rows_given_are_measured_and_all_others_learned_from():
    X, y = table()
    X_val, y_val = table(15, seed=9)
    net = classifier()
    history = trained(net, X, y, epochs=3, batch_size=40, validation=(X_val, y_val))
    expected = net.measure(net.forward(X_val), y_val).loss
    assert history["val_loss"][-1] == pytest.approx(expected, rel=1e-12)
    assert history["val_accuracy"][-1] == np.mean(net.predict(X_val) == y_val)
    other = classifier()
    trained(other, X, y, epochs=3, batch_size=40)
    assert np.array_equal(other.theta, net.theta)  # validating changes nothing


def test_validation_of_numbers_tells_r2():
    X, _ = table()
    y = X @ [1.0, -2.0, 0.5] + 1
    net = Network.dense([3, 1], dtype="float64")
    history = trained(net, X, y, epochs=60, optimizer=SGD(0.1), validation=0.25)
    assert history["val_r2"][-1] > 0.999
    assert "val_accuracy" not in history.epochs[0]


def test_validation_counts_the_weights_of_its_rows():
    X, y = table(40)
    net = classifier()
    w = np.where(y == 1, 3.0, 1.0)
    by_row = trained(net, X, y, epochs=1, validation=0.5, sample_weight=w)["val_loss"]
    other = classifier()
    by_class = trained(other, X, y, epochs=1, validation=0.5, class_weight={1: 3.0})["val_loss"]
    plain = trained(classifier(), X, y, epochs=1, validation=0.5)["val_loss"]
    assert by_row == by_class
    assert by_row != plain


def test_early_stopping_takes_the_best_parameters_back():
    X, y = table(30)
    X_val, y_val = table(30, seed=2)
    net = Network.dense([3, 30, 2], hidden="tanh", output="softmax", dtype="float64")
    settings = {"epochs": 500, "optimizer": Adam(0.05), "validation": (X_val, y_val)}
    history = trained(net, X, y, early_stopping=4, **settings)
    assert (history.stopped, history.restored) == ("early", True)
    assert len(history) == history.best_epoch + 4 < 500
    best = min(history["val_loss"])
    assert history["val_loss"][history.best_epoch - 1] == best
    assert history["val_loss"][-1] > best
    assert net.measure(net.forward(X_val), y_val).loss == pytest.approx(best, rel=1e-12)
    assert f"epoch {history.best_epoch}" in history.message


# -- ends ---------------------------------------------------------------------------------


def interrupt_after(epoch: int):
    def callback(event):
        if isinstance(event, EpochEnd) and event.epoch == epoch:
            raise KeyboardInterrupt

    return callback


def test_an_interrupt_keeps_the_latest_parameters_where_nothing_validates():
    X, y = table()
    net, other = classifier(), classifier()
    history = trained(net, X, y, epochs=50, callbacks=[interrupt_after(3)])
    trained(other, X, y, epochs=3)
    assert (history.stopped, len(history), history.restored) == ("interrupted", 3, False)
    assert history.best_epoch == 3
    assert "interrupted after 6 steps" in history.message
    assert np.array_equal(net.theta, other.theta)


def overfitting(**settings):
    """A training whose validation loss rises soon: its net, validation rows and generator."""
    X, y = table(30)
    held = table(30, seed=2)
    net = Network.dense([3, 30, 2], hidden="tanh", output="softmax", dtype="float64")
    events = fit(net, X, y, epochs=60, optimizer=Adam(0.05), validation=held, **settings)
    return net, held, events


def test_an_interrupt_keeps_the_best_parameters_where_something_validates():
    net, held, events = overfitting(callbacks=[interrupt_after(50)])
    *_, end = events
    history = end.history
    assert (history.stopped, history.restored) == ("interrupted", True)
    assert history.best_epoch < 50
    best = min(history["val_loss"])
    assert net.measure(net.forward(held[0]), held[1]).loss == pytest.approx(best, rel=1e-12)


def test_an_interrupt_handed_in_by_who_runs_the_training_ends_it_the_same_way():
    net, held, events = overfitting()
    losses = [e.row["val_loss"] for e in (next(events) for _ in range(50)) if hasattr(e, "row")]
    end = events.throw(KeyboardInterrupt())
    assert isinstance(end, TrainingEnd)
    assert end.history.stopped == "interrupted"
    expected = pytest.approx(min(losses), rel=1e-12)
    assert net.measure(net.forward(held[0]), held[1]).loss == expected
    assert list(events) == []


def test_closing_the_events_keeps_the_best_parameters_and_says_so():
    told: list[History] = []
    net, held, events = overfitting()
    losses = []
    for event in events:
        if isinstance(event, EpochEnd):
            losses.append(event.row["val_loss"])
            if event.epoch == 40:
                break
    told.append(events.gi_frame.f_locals["self"].history)
    events.close()
    expected = pytest.approx(min(losses), rel=1e-12)
    assert net.measure(net.forward(held[0]), held[1]).loss == expected
    assert told[0].stopped == "interrupted"
    assert "interrupted" in told[0].message
    assert told[0].restored


def test_a_callback_sees_every_event_and_may_stop_the_training():
    X, y = table()
    events = []

    def callback(event):
        events.append(event)
        return "stop" if isinstance(event, EpochEnd) and event.epoch == 2 else None

    yielded = list(fit(classifier(), X, y, epochs=9, callbacks=[callback]))
    assert yielded == events
    history = events[-1].history
    assert (history.stopped, len(history)) == ("early", 2)
    assert "callback" in history.message


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_training_that_diverges_stops_and_says_where(dtype: str):
    X, _ = table()
    net = Network.dense([3, 4, 1], hidden="relu", dtype=dtype)
    start = net.theta.copy()
    history = trained(net, X, X.sum(axis=1), epochs=30, optimizer=SGD(1e3))
    assert history.stopped == "diverged"
    assert np.isfinite(net.theta).all()
    assert np.array_equal(net.theta, start)  # under 100 steps: those of the start
    for word in ("step", "layer", "learning rate", "1000", "step 0 are kept"):
        assert word in history.message
    assert history.message.count("\n") == 0


def test_a_divergence_falls_back_to_the_last_hundredth_step():
    # grows by 9 a step: 1.79e308 is reached at about step 320
    net, X = seen(1)
    history = trained(net, X, np.zeros(1), epochs=1000, batch_size=1, optimizer=SGD(10.0))
    assert history.stopped == "diverged"
    assert "step 100 are kept" in history.message  # (9¹⁶⁰)² overflows
    assert net.theta[0] == pytest.approx(9.0**100)


def test_a_divergence_is_told_from_the_layer_where_it_begins():
    row = [Dense(1, 1, "identity", W=[[1.0]]), Dense(1, 1, "identity", W=[[1e200]])]
    net = Network(row, dtype="float64")
    history = trained(net, np.array([[1e200]]), np.zeros(1), epochs=1)
    assert "the weighted sums of layer 2" in history.message


def test_lbfgs_from_a_start_without_a_value_diverges_in_silence():
    row = [Dense(1, 1, "identity", W=[[1e200]])]
    net = Network(row, dtype="float64")
    start = net.theta.copy()
    history = trained(net, np.array([[1e200]]), np.zeros(1), optimizer="lbfgs")
    assert history.stopped == "diverged"
    assert "layer 1" in history.message
    assert np.array_equal(net.theta, start)


# -- weights, bounds, rates ---------------------------------------------------------------


def test_a_row_of_weight_2_counts_as_the_row_twice():
    X, y = table(9)
    net, other = classifier(), classifier()
    w = np.ones(9)
    w[4] = 2
    settings = {"epochs": 5, "batch_size": 10, "optimizer": SGD(0.5)}
    one = trained(net, X, y, sample_weight=w, **settings)
    two = trained(other, np.vstack([X, X[4:5]]), np.append(y, y[4]), **settings)
    np.testing.assert_allclose(net.theta, other.theta, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(one["loss"], two["loss"], rtol=1e-12)


def test_a_class_weight_is_the_weight_of_its_rows_and_multiplies():
    X, y = table(12)
    labels = np.array(["no", "yes"])[y]
    settings = {"epochs": 3, "batch_size": 5, "optimizer": SGD(0.5)}
    w = np.linspace(0.5, 2, 12)
    net, other = classifier(), classifier()
    trained(net, X, labels, class_weight={"yes": 3.0}, sample_weight=w, **settings)
    trained(other, X, labels, sample_weight=w * np.where(y == 1, 3.0, 1.0), **settings)
    assert np.array_equal(net.theta, other.theta)
    assert net.classes == ["no", "yes"]


def test_balanced_counts_each_label_as_much_however_few_its_rows_are():
    X, y = table(40)
    y = np.array([0] * 8 + [1] * 32)[np.argsort(y, kind="stable")]
    n = np.bincount(y)
    by_hand = {0: 40 / (2 * n[0]), 1: 40 / (2 * n[1])}
    settings = {"epochs": 2, "optimizer": SGD(0.5), "validation": 0.25}
    net, other, plain = classifier(), classifier(), classifier()
    one = trained(net, X, y, class_weight="balanced", **settings)
    two = trained(other, X, y, class_weight=by_hand, **settings)
    trained(plain, X, y, **settings)
    assert np.array_equal(net.theta, other.theta)
    assert one["val_loss"] == two["val_loss"]
    assert not np.allclose(net.theta, plain.theta)


def test_class_weights_count_in_validation_rows_of_their_own_too():
    X, y = table(40)
    own = {"epochs": 1, "validation": (X[:20], y[:20])}
    weighted = trained(classifier(), X, y, class_weight={1: 3.0}, **own)["val_loss"][0]
    net = classifier()
    trained(net, X, y, class_weight={1: 3.0}, epochs=1)
    p = net.measure(net.forward(X[:20]), y[:20], np.where(y[:20] == 1, 3.0, 1.0))
    assert weighted == pytest.approx(p.loss, rel=1e-12)


def moved(**settings) -> np.ndarray:
    X, y = table(12)
    net = classifier()
    start = net.theta.copy()
    trained(net, X, y, epochs=1, batch_size=12, optimizer=SGD(1.0), shuffle=False, **settings)
    return net.theta - start


def test_clipping_by_norm_keeps_the_direction():
    free, clipped = moved(), moved(clip_norm=0.01)
    assert np.linalg.norm(clipped) == pytest.approx(0.01)
    np.testing.assert_allclose(clipped / 0.01, free / np.linalg.norm(free), atol=1e-10)
    np.testing.assert_array_equal(moved(clip_norm=100.0), free)


def test_clipping_by_value_bounds_each_entry():
    free, clipped = moved(), moved(clip_value=0.02)
    np.testing.assert_allclose(clipped, np.clip(free, -0.02, 0.02), atol=1e-14)
    assert np.abs(free).max() > 0.02


def test_clipping_sees_the_penalty_too():
    X, y = table(12)
    net = classifier(l2=1000.0)
    start = net.theta.copy()
    trained(net, X, y, epochs=1, batch_size=12, optimizer=SGD(1.0), clip_norm=0.01)
    assert np.linalg.norm(net.theta - start) == pytest.approx(0.01)


def test_the_schedule_spans_the_whole_training_and_multiplies_each_step():
    X, y = table(40)
    history = trained(
        classifier(), X, y, epochs=4, batch_size=16, optimizer=SGD(0.2), schedule=Cosine()
    )
    last_steps = [2, 5, 8, 11]  # 3 steps an epoch
    expected = [0.2 * (1 + math.cos(math.pi * t / 12)) / 2 for t in last_steps]
    np.testing.assert_allclose(history["learning_rate"], expected, rtol=1e-12)
    # a schedule that leaves the first step alone
    net, other = classifier(), classifier()
    first_only = Exponential(gamma=1e-15)
    trained(net, X, y, epochs=5, batch_size=40, optimizer=SGD(0.2), schedule=first_only)
    trained(other, X, y, epochs=1, batch_size=40, optimizer=SGD(0.2))
    np.testing.assert_allclose(net.theta, other.theta, atol=1e-12)


def test_max_norm_holds_after_every_step():
    X, y = table()
    net = classifier(max_norm=0.3)
    for event in fit(net, X, y, epochs=3, optimizer=SGD(1.0)):
        if isinstance(event, EpochEnd):
            for layer in net.dense_layers:
                assert np.linalg.norm(layer.W, axis=1).max() <= 0.3 * (1 + 1e-12)


def test_what_is_frozen_stays():
    X, y = table()
    net = classifier()
    net.freeze(1)
    first = net.dense_layers[0].W.copy()
    second = net.dense_layers[1].W.copy()
    trained(net, X, y, epochs=2)
    assert np.array_equal(net.dense_layers[0].W, first)
    assert not np.array_equal(net.dense_layers[1].W, second)


def test_an_optimizer_is_started_anew():
    X, y = table()
    rule, net, other = Adam(0.01), classifier(), classifier()
    trained(classifier(), X, y, epochs=2, optimizer=rule)
    trained(net, X, y, epochs=2, optimizer=rule)
    trained(other, X, y, epochs=2, optimizer=Adam(0.01))
    assert np.array_equal(net.theta, other.theta)


# -- L-BFGS -------------------------------------------------------------------------------


def test_lbfgs_finds_the_minimum_that_has_a_closed_form():
    rng = np.random.default_rng(0)
    X, w = rng.normal(size=(30, 3)), rng.random(30) + 0.5
    y = rng.normal(size=30)
    net = Network.dense([3, 1], bias="frozen", dtype="float64", l2=0.3)
    history = trained(net, X, y, epochs=200, optimizer=LBFGS(), sample_weight=w)
    # ½ Σ w(Xv − y)²/Σw + ½ λ v²: (XᵀDX + λI) v = XᵀDy
    D = np.diag(w / w.sum())
    expected = np.linalg.solve(X.T @ D @ X + 0.3 * np.eye(3), X.T @ D @ y)
    np.testing.assert_allclose(net.theta[:3], expected, rtol=1e-7)
    assert history.stopped == "finished"
    assert "minimum" in history.message
    off = X @ expected - y
    assert history["loss"][-1] == pytest.approx(0.5 * off @ D @ off, rel=1e-9)
    assert "learning_rate" not in history.epochs[0]


def test_lbfgs_by_name_learns_and_stops_early():
    X, y = table(30)
    net = Network.dense([3, 30, 2], hidden="tanh", output="softmax", dtype="float64")
    held = table(30, seed=2)
    history = trained(net, X, y, optimizer="lbfgs", epochs=300, validation=held, early_stopping=5)
    assert (history.stopped, history.restored) == ("early", True)
    best = min(history["val_loss"])
    assert net.measure(net.forward(held[0]), held[1]).loss == pytest.approx(best, rel=1e-12)


# -- labels, raw data, events -------------------------------------------------------------


@pytest.mark.parametrize("names", [["ape", "cat"], [7, -3], [1, 2], [False, True]])
def test_labels_of_any_kind_are_learned_and_answered(names):
    rng = np.random.default_rng(0)
    y = np.arange(60) % 2
    X = np.where(y[:, None] == 1, 2.0, -2.0) + 0.1 * rng.normal(size=(60, 3))
    labels = np.array(names)[y]
    for as_given in (labels, labels.tolist()):
        net = classifier()
        trained(net, X, as_given, epochs=20, optimizer=Adam(0.05), validation=0.2)
        assert (net.predict(X) == labels).all()


def test_raw_rows_and_targets_go_through_what_the_network_carries():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2)) * [1e-3, 100.0] + [5.0, -7.0]
    y = 1000 + 50 * X[:, 1]
    net = Network.dense([2, 1], dtype="float64")
    net.preparation, net.target_scale = Preparation.learn(X), TargetScale.learn(y)
    trained(net, X, y, epochs=100, optimizer=SGD(0.1))
    np.testing.assert_allclose(net.predict(X), y, atol=1e-3)


def test_within_an_epoch_progress_is_told(monkeypatch):
    monkeypatch.setattr(import_module("glassnet.training.loop.descent"), "TELL_EVERY", 0.0)
    X, y = table(40)
    events = list(fit(classifier(), X, y, epochs=2, batch_size=16, validation=0.25))
    told = [(e.epoch, e.done, e.samples) for e in events if isinstance(e, Progress)]
    assert told == [(1, 16, 30), (1, 30, 30), (2, 16, 30), (2, 30, 30)]
    assert all(e.samples_per_second > 0 for e in events if isinstance(e, Progress))
    rows = [e.row for e in events if isinstance(e, EpochEnd)]
    last = [e.loss for e in events if isinstance(e, Progress)][-1]
    assert last == rows[-1]["loss"]
    history = events[-1].history
    assert history.epochs == rows
    assert history["epoch"] == [1, 2]
    assert 0 < rows[0]["seconds"] <= rows[1]["seconds"] <= history.seconds


def test_training_is_silent(capfd):
    X, y = table()
    trained(classifier(), X, y, epochs=2, validation=0.2)
    trained(classifier(), X, y, epochs=2, optimizer="lbfgs")
    net = Network.dense([3, 4, 1], hidden="relu")
    assert trained(net, X, y * 1.0, epochs=9, optimizer=SGD(1e30)).stopped == "diverged"
    assert capfd.readouterr() == ("", "")


# -- what is refused ----------------------------------------------------------------------

BAD = {
    "epochs": [0, -1, 2.5, "3", True],
    "batch_size": [0, 1.5, None],
    "optimizer": ["adm", "", {"name": "sgd", "learning_rate": -1.0}, {"name": "sgd", "x": 1}, 3],
    "schedule": ["cosin", {"name": "step"}, 3],
    "validation": [0.0, 1.0, -0.1, math.nan, 1e-9 - 1, "x", ([[1.0, 2.0, 3.0]],)],
    "sample_weight": [[1.0, 2.0], [-1.0] + [1.0] * 39, [math.nan] + [1.0] * 39, [0.0] * 40],
    "class_weight": [{7: 1.0}, {0: -1.0}, {0: math.inf}, "balancd", 3.0, [1.0, 2.0]],
    "clip_norm": [0.0, -1.0, math.nan],
    "clip_value": [0.0, -1.0, math.nan],
    "seed": [-1, 1.5, "x"],
    "early_stopping": [0, 3],  # without validation
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values], ids=str
)
def test_a_bad_setting_is_refused_before_anything_changes(name: str, value):
    X, y = table()
    net = classifier()
    start = net.theta.copy()
    with pytest.raises(InputError) as error:
        fit(net, X, y, **{name: value})
    assert "\n" not in str(error.value)
    assert np.array_equal(net.theta, start)
    assert net.classes is None


@pytest.mark.parametrize(
    ("X", "y", "says"),
    [
        (np.zeros((4, 2)), [0, 1, 0, 1], "2 features"),
        (np.zeros((4, 3)), [0, 1, 0], "4 rows"),
        (np.zeros((0, 3)), [], "empty"),
        (np.full((2, 3), np.nan), [0, 1], "nan"),
        (np.zeros((3, 3)), ["a", "b", "c"], "3 different labels"),
        (np.zeros((3, 3)), ["a", "a", "a"], "one label alone"),
        (np.zeros((2, 3)), [[0.5, math.nan], [0.5, 0.5]], "nan"),
        (np.zeros((2, 3)), [[0.5, 0.9], [0.5, 0.5]], "sum to 1"),
        (np.zeros((2, 3)), [1j, 2j], "complex"),
    ],
)
def test_bad_rows_are_refused_with_what_is_wrong(X, y, says: str):
    with pytest.raises(InputError, match=says):
        fit(classifier(), X, y)


def test_unknown_labels_in_the_validation_rows_are_refused():
    X, y = table()
    with pytest.raises(InputError, match="none of the classes"):
        fit(classifier(), X, y, validation=(X[:2], [0, 5]))


def test_class_weights_need_classes():
    X, _ = table()
    with pytest.raises(InputError, match="labels"):
        fit(Network.dense([3, 1]), X, X[:, 0], class_weight={0: 1.0})
    with pytest.raises(InputError, match="labels"):
        fit(Network.dense([3, 1]), X, X[:, 0], class_weight="balanced")
    labels = np.where(X[:, 0] > 0, "right", "left")
    with pytest.raises(InputError, match=r"names 'no', .* these are \['left', 'right'\]"):
        fit(Network.dense([3, 2], output="softmax"), X, labels, class_weight={"no": 2.0})


def test_early_stopping_takes_the_best_back_also_when_the_epochs_run_out():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 3)), rng.integers(0, 2, 60)  # noise: it can only overfit
    net = Network.dense([3, 32, 2], hidden="tanh", output="softmax", seed=0)
    settings = {"epochs": 40, "optimizer": Adam(0.05), "validation": 0.5}
    history = trained(net, X, y, early_stopping=99, **settings)
    assert history.stopped == "finished"
    assert history.restored
    assert history.best_epoch < 40
    again = Network.dense([3, 32, 2], hidden="tanh", output="softmax", seed=0)
    for event in fit(again, X, y, **settings):
        if isinstance(event, EpochEnd) and event.epoch == history.best_epoch:
            np.testing.assert_array_equal(net.theta, again.theta)
