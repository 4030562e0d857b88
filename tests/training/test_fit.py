"""Training: what an epoch does to the parameters, and every way a training can end."""

import math
import warnings
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
from glassnet.training import fit as training_fit
from glassnet.training import fit as _fit
from glassnet.training import fit as fit_events

HISTORY_FIGURES = {"epoch", "loss", "learning_rate", "seconds"}


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
    w = net.theta
    assert sorted(w) == [in_twos] * 2 + [in_fours] * 8
    in_order = list(w) == [in_fours] * 8 + [in_twos] * 2
    assert in_order == (not shuffle)


def test_each_epoch_has_an_order_of_its_own():
    net, X = seen(12)
    short: list[set[int]] = []
    before = net.theta.copy()
    for event in fit(net, X, np.zeros(12), epochs=4, batch_size=8, optimizer=SGD(0.5)):
        if isinstance(event, EpochEnd):
            factor = net.theta / before
            short.append(set(np.flatnonzero(np.isclose(factor, 1 - 0.5 / 4)).tolist()))
            before = net.theta.copy()
    assert [len(s) for s in short] == [4] * 4
    assert len({frozenset(s) for s in short}) > 1


def test_the_loss_of_an_epoch_counts_a_short_batch_by_its_samples():
    X, y = table(10)
    net = classifier(l2=0.1)
    whole = net.measure(net.forward(X), y)  # the penalty is no part of it
    history = trained(net, X, y, epochs=1, batch_size=4, optimizer=SGD(1e-13))
    assert history["loss"][0] == pytest.approx(whole, rel=1e-10)


def test_the_loss_of_an_epoch_counts_samples_by_their_weights():
    X, y = table(10)
    w = np.arange(10.0)  # the first row counts nothing
    net = classifier()
    whole = net.measure(net.forward(X), y, w)
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
    expected = net.copy()
    objective = expected.gradient(X, y, w)
    learned = slice(0, net.n_learned)
    expected.theta[learned] -= 0.5 * expected.grad[learned]
    history = trained(
        net, X, y, sample_weight=w, epochs=1, batch_size=len(X), optimizer=SGD(0.5), shuffle=False
    )
    np.testing.assert_allclose(net.theta, expected.theta, rtol=1e-12, atol=1e-13)
    assert history["loss"][0] + _penalty(case[0].copy(), expected, objective) == pytest.approx(
        objective, rel=1e-10, abs=1e-12
    )


def _penalty(_after: Network, stepped: Network, _objective: float) -> float:
    # the penalty where the step was taken: undo it
    start = stepped.copy()
    learned = slice(0, start.n_learned)
    start.theta[learned] += 0.5 * stepped.grad[learned]
    return start.penalty()
