"""The compiled step computes what the readable path computes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.activations import ACTIVATIONS
from glassnet.core.layers import BIASES, Dense, Dropout
from glassnet.core.losses import one_hot
from glassnet.core.network import Network
from glassnet.training.loop.fast_pass import Plan

HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
OUTPUTS = [
    ("softmax", "cross_entropy"),
    ("softmax", {"name": "cross_entropy", "smoothing": 0.1}),
    ("sigmoid", {"name": "binary_cross_entropy", "smoothing": 0.2}),
    ("identity", "squared_error"),
    ("tanh", "huber"),
    ("softmax", "squared_error"),
    ("identity", "absolute_error"),
]


@st.composite
def cases(draw):
    """A random network of three layers with dropout between, rows, targets and weights."""
    n = draw(st.lists(st.integers(1, 5), min_size=4, max_size=4))
    output, loss = draw(st.sampled_from(OUTPUTS))
    n[-1] += output == "softmax"
    first = Dense(
        n[0],
        n[1],
        draw(st.sampled_from(HIDDEN)),
        bias=draw(st.sampled_from(BIASES)),
        frozen=draw(st.booleans()),
    )
    second = Dense(n[1], n[2], draw(st.sampled_from(HIDDEN)), frozen=draw(st.booleans()))
    last = Dense(n[2], n[3], output, bias=draw(st.sampled_from(BIASES)))
    seed = draw(st.integers(0, 2**16))
    dtype = draw(st.sampled_from(["float32", "float64"]))
    net = Network([first, Dropout(0.3), second, last], loss, dtype=dtype, seed=seed)
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(9, n[0])).astype(dtype)
    y = rng.integers(0, n[3], 9) if n[3] > 1 else rng.random((9, 1))
    if n[3] > 1 and draw(st.booleans()):
        y = one_hot(y, n[3], dtype)
    w = rng.random(9) + 0.1 if draw(st.booleans()) else None
    size = draw(st.integers(1, 9))
    # all rows are taken as they stand, so that there their order is the only one
    index = np.arange(9) if size == 9 else rng.permutation(9)[:size]
    return net, X, y, w, index, seed


@given(cases())
def test_a_plan_gives_the_loss_and_gradient_of_the_readable_path(case):
    net, X, y, w, index, seed = case
    net.grad[...] = np.nan  # nothing that is read may be left from before
    loss = Plan(net, X, y, w, len(index))(index, np.random.default_rng(seed))
    planned = net.grad[: net.n_learned].copy()
    p = net.forward(X[index], np.random.default_rng(seed))
    expected = net.backward(p, y[index], None if w is None else w[index]).loss
    eps = float(np.finfo(net.dtype).eps)
    assert loss == pytest.approx(expected, rel=50 * eps, abs=50 * eps)
    np.testing.assert_allclose(planned, net.grad[: net.n_learned], rtol=1e3 * eps, atol=100 * eps)


def test_a_plan_reads_the_parameters_as_they_are_at_each_step():
    net = Network.dense([3, 4, 2], hidden="relu", output="softmax", dtype="float64")
    X, y = np.eye(3), np.array([0, 1, 1])
    plan = Plan(net, X, y, None, 3)
    before = plan(np.arange(3), None)
    net.theta *= 2
    assert plan(np.arange(3), None) != before
