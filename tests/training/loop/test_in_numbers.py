"""Steps of plain numbers, beside the same steps made of arrays."""

import numpy as np
import pytest
from training.cases import worked_example

import glassnet as gn
from glassnet.core import schedules
from glassnet.core.activations import ACTIVATIONS
from glassnet.core.optimizers import OPTIMIZERS
from glassnet.exchange.code.steps import steps_in_numbers, text_of_steps
from glassnet.training import Settings, TrainingEnd, fit_with
from glassnet.training.loop import in_numbers
from glassnet.training.loop.in_numbers import InNumbers

LOSSES = {
    "squared_error": [name for name in ACTIVATIONS if name != "softmax"],
    "absolute_error": ["identity", "tanh"],
    "huber": ["identity", "sigmoid"],
    "poisson": ["exp"],
    "cross_entropy": ["softmax"],
    "binary_cross_entropy": ["sigmoid"],
}
CASES = [(loss, output) for loss, outputs in LOSSES.items() for output in outputs]


def made(seed, loss, output, hidden="tanh", dtype="float64", **about):
    layers = [gn.Dense(3, 4, hidden, **about), gn.Dense(4, 2, output)]
    return gn.Network(layers, loss, seed=seed, dtype=dtype)


def rows(seed, loss, n=7):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    if loss == "cross_entropy":
        return X, rng.integers(0, 2, n)
    if loss == "binary_cross_entropy":
        return X, rng.integers(0, 2, (n, 2)).astype(float)
    return X, rng.integers(0, 4, (n, 2)) / (1 if loss == "poisson" else 4)


def both(net, X, y, epochs=60, **settings):
    """The network trained by numbers and by arrays, and the histories."""
    other = net.copy()
    chosen = {"epochs": epochs, **settings}
    histories = []
    for each, make in ((net, steps_in_numbers), (other, None)):
        events = fit_with(each, X, y, None, Settings(in_numbers=make, **chosen))
        end = list(events)[-1]
        assert isinstance(end, TrainingEnd)
        histories.append(end.history)
    return net, other, *histories


@pytest.fixture(autouse=True)
def always(monkeypatch):
    """However short the training."""
    monkeypatch.setattr(in_numbers, "WORTH", 1)


@pytest.mark.parametrize(("loss", "output"), CASES)
@pytest.mark.parametrize("size", [1, 3, 7])
def test_they_end_where_arrays_end(loss, output, size):
    net = made(1, loss, output)
    X, y = rows(2, loss)
    ours, other, history, theirs = both(
        net, X, y, batch_size=size, optimizer="sgd", learning_rate=0.02
    )
    np.testing.assert_allclose(ours.theta, other.theta, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(history["loss"], theirs["loss"], rtol=1e-9, atol=1e-12)
    assert history.steps == theirs.steps
    assert history["learning_rate"] == theirs["learning_rate"]


@pytest.mark.parametrize("hidden", [name for name in ACTIVATIONS if name != "softmax"])
@pytest.mark.parametrize("size", [1, 7])
def test_every_hidden_activation(hidden, size):
    X, y = rows(3, "squared_error")
    ours, other, *_ = both(
        made(4, "squared_error", "identity", hidden), X, y, batch_size=size, optimizer="sgd",
        learning_rate=0.01,
    )  # fmt: skip
    np.testing.assert_allclose(ours.theta, other.theta, rtol=1e-8, atol=1e-11)


RULES = {name: lambda name=name: OPTIMIZERS[name]() for name in OPTIMIZERS} | {
    "rmsprop, centered, with momentum": lambda: gn.RMSProp(momentum=0.5, centered=True),
    "amsgrad as in its paper": lambda: gn.AMSGrad(form="paper"),
    "adamw as in pytorch": lambda: gn.AdamW(weight_decay=0.1, form="pytorch"),
    "adagrad, slowing down": lambda: gn.AdaGrad(lr_decay=0.1),
}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize(("dtype", "near"), [("float64", 1e-9), ("float32", 2e-4)])
def test_every_optimizer_and_its_state(name, size, dtype, near):
    X, y = rows(5, "cross_entropy")
    net = made(6, "cross_entropy", "softmax", dtype=dtype)
    rules = RULES[name](), RULES[name]()
    other = net.copy()
    for each, rule, make in ((net, rules[0], steps_in_numbers), (other, rules[1], None)):
        chosen = Settings(epochs=40, batch_size=size, optimizer=rule, in_numbers=make)
        list(fit_with(each, X, y, None, chosen))
    np.testing.assert_allclose(net.theta, other.theta, rtol=near, atol=near)
    assert rules[0].t == rules[1].t == 40 * (7 if size == 1 else 3)
    for kept in rules[0].state:
        np.testing.assert_allclose(
            rules[0].state[kept], rules[1].state[kept], rtol=100 * near, atol=near
        )


@pytest.mark.parametrize("bias", ["neuron", "layer", "frozen"])
@pytest.mark.parametrize("frozen", [False, True])
def test_biases_and_layers_that_stand_still(bias, frozen):
    net = made(7, "squared_error", "sigmoid", bias=bias, frozen=frozen)
    X, y = rows(8, "squared_error")
    before = net.copy()
    ours, other, *_ = both(net, X, y, batch_size=3, optimizer="adam")
    np.testing.assert_allclose(ours.theta, other.theta, rtol=1e-9, atol=1e-12)
    assert np.array_equal(ours.dense_layers[0].W, before.dense_layers[0].W) == frozen


def test_whoever_looks_gets_the_same_bits():
    X, y = rows(9, "squared_error")
    found = []
    for callbacks in ([], [lambda event: None]):
        for size in (1, 3, 7):
            net = made(10, "squared_error", "sigmoid")
            schedule = schedules.get({"name": "step", "every": 50, "factor": 0.5})
            gn.fit(net, X, y, epochs=300, batch_size=size, schedule=schedule, callbacks=callbacks)
            found.append(net.theta.tobytes())
    assert found[:3] == found[3:]


def test_an_epoch_of_one_step_is_told_with_its_loss_rate_and_time():
    X, y = rows(11, "squared_error")
    told, seen = [], []
    settings = {"epochs": 250, "batch_size": 8, "schedule": {"name": "step", "every": 100}}
    for callbacks in ([], [seen.append]):
        net = made(12, "squared_error", "sigmoid")
        told.append(gn.fit(net, X, y, callbacks=callbacks, **settings))
    ours, theirs = told
    assert len(seen) > 250
    for name in ("epoch", "loss", "learning_rate"):
        assert ours[name] == theirs[name]
    assert ours["seconds"] == sorted(ours["seconds"])
    assert ours["seconds"][-1] <= ours.seconds


def test_a_rule_goes_on_from_its_state():
    X, y = rows(13, "squared_error")
    whole, parts = (made(14, "squared_error", "identity") for _ in range(2))
    gn.fit(whole, X, y, epochs=200, batch_size=7, optimizer=gn.Adam())
    rule = gn.Adam()
    for _ in range(2):
        gn.fit(parts, X, y, epochs=100, batch_size=7, optimizer=rule, keep_state=True)
    assert whole.theta.tobytes() == parts.theta.tobytes()


def test_a_divergence_is_told_as_by_arrays():
    X, y = rows(15, "squared_error")
    settings = {"batch_size": 7, "optimizer": "sgd", "learning_rate": 1e9, "epochs": 400}
    ours, other, history, theirs = both(
        made(16, "squared_error", "identity", "relu"), X, y, **settings
    )
    assert history.stopped == theirs.stopped == "diverged"
    assert history.message == theirs.message
    np.testing.assert_allclose(ours.theta, other.theta, rtol=1e-9)


def test_a_number_too_large_for_a_float_is_a_step_of_arrays():
    net = made(17, "binary_cross_entropy", "sigmoid", "sigmoid")
    net.dense_layers[0].W *= 1e4  # e^8000 is no float64
    X, y = rows(18, "binary_cross_entropy")
    ours, other, history, theirs = both(net, X, y, batch_size=1)
    np.testing.assert_allclose(ours.theta, other.theta, rtol=1e-9)
    assert history.steps == theirs.steps


def test_a_checkpoint_is_gone_on_from_to_the_same_bits(tmp_path):
    X, y = rows(19, "squared_error")
    whole, parts = (made(20, "squared_error", "sigmoid") for _ in range(2))
    gn.fit(whole, X, y, epochs=90, batch_size=3)

    def stop(event):
        return "stop" if getattr(event, "epoch", 0) == 37 else None

    first = gn.fit(parts, X, y, epochs=90, batch_size=3, checkpoint=tmp_path, callbacks=[stop])
    assert len(first) < 90
    again = made(20, "squared_error", "sigmoid")
    gn.fit(again, X, y, epochs=90, batch_size=3, checkpoint=tmp_path, resume=True)
    assert again.theta.tobytes() == whole.theta.tobytes()


@pytest.mark.parametrize(
    "settings",
    [
        {"clip_norm": 1.0}, {"clip_value": 1.0}, {"class_weight": "balanced"}, {"shards": 2},
        {"batch_size": 40},
    ],
)  # fmt: skip
def test_what_has_no_lines_of_numbers_goes_by_arrays(settings):
    X, y = rows(21, "cross_entropy", 50)
    net = made(22, "cross_entropy", "softmax")
    ours, other, *_ = both(net, X, y, epochs=30, **settings)
    assert ours.theta.tobytes() == other.theta.tobytes()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("output", ["identity", "softmax"])
def test_one_number_that_learns_and_one_output(output, dtype):
    layers = [gn.Dense(1, 1, output, bias="frozen")]
    net = gn.Network(layers, "cross_entropy" if output == "softmax" else "squared_error", seed=0,
                     dtype=dtype)  # fmt: skip
    ours, other, history, _ = both(net, [[1.0], [2.0]], [[1.0], [1.0]], optimizer="sgd")
    assert history.stopped == "finished"
    np.testing.assert_allclose(ours.theta, other.theta, rtol=1e-6)


@pytest.mark.parametrize("about", [{"l2": 0.1}, {"l1": 0.1}, {"max_norm": 1.0}])
def test_nor_has_a_penalty_or_a_bound(about):
    X, y = rows(23, "squared_error")
    layers = [gn.Dense(3, 4, "tanh"), gn.Dense(4, 2)]
    ours, other, *_ = both(gn.Network(layers, "squared_error", **about), X, y)
    assert ours.theta.tobytes() == other.theta.tobytes()


@pytest.mark.parametrize("rule", [gn.SGD(0.1), gn.Adam(0.1)])
def test_a_penalty_is_in_a_row_alone_as_in_a_batch_of_it(rule):
    layers = [gn.Dense(3, 4, "tanh"), gn.Dense(4, 2)]
    net = gn.Network(layers, "squared_error", l1=0.1, l2=0.2, seed=3, dtype="float64")
    row, n = (1.0, -2.0, 0.5, 1.0, 0.0), net.theta.size
    made = []
    for alone in (True, False):
        state = {name: [0.0] * n for name in rule.arrays}
        steps = steps_in_numbers(net, rule, alone)
        assert steps is not None
        batch = row if alone else [row]
        made.append(steps(net.theta.tolist(), state, [batch] * 5, [0.1] * 5, 0)[0])
    np.testing.assert_allclose(*made, rtol=1e-12)


def test_one_s_own_parts_and_dropout_have_no_text():
    class Own(gn.SGD):
        name = "own"

        def update(self, theta, g, s, rate):
            theta -= rate * g

    net = made(24, "squared_error", "identity")
    assert text_of_steps(net, gn.SGD(0.1), alone=True)
    assert text_of_steps(net, Own(0.1), alone=True) is None
    assert text_of_steps(net, gn.Adam(eps=0.0), alone=True) is None
    dropping = gn.Network([gn.Dense(3, 4, "tanh"), gn.Dropout(0.5), gn.Dense(4, 2)])
    assert text_of_steps(dropping, gn.SGD(0.1), alone=True) is None


def test_the_worked_example_is_made_in_numbers(monkeypatch):
    """The golden error after 10,000 steps, and not one step of arrays on the way."""
    used = []
    own = InNumbers._many
    monkeypatch.setattr(InNumbers, "_many", lambda self, batch: used.append(1) or own(self, batch))
    _, error = worked_example(epochs=10_000)
    assert error == pytest.approx(3.510187782978846e-05, rel=1e-12)  # in 40-digit arithmetic
    assert len(used) == 100
