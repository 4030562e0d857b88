"""The updates that train are those of the papers' lines in core."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training.cases import of_every_rule

from glassnet.core import optimizers
from glassnet.core.network import Network
from glassnet.core.optimizers import SGD, Adam, AMSGrad, Optimizer
from glassnet.training import fit
from glassnet.training.events import EpochEnd
from glassnet.training.loop.fast_update import CHUNK, update_for


@of_every_rule
@given(
    seed=st.integers(0, 2**16),
    dtype=st.sampled_from(["float32", "float64"]),
    rate=st.sampled_from([1e-4, 1e-2, 0.3]),
    size=st.floats(-3, 3),
)
def test_the_fast_form_stays_with_the_readable_one_over_many_steps(
    name, more, seed, dtype, rate, size
):
    rng, steps, P = np.random.default_rng(seed), 300, 5
    readable, fast = (optimizers.get(name, learning_rate=rate, **more) for _ in range(2))
    slow = rng.normal(size=P).astype(dtype)
    theta, g = slow.copy(), np.empty(P, dtype)
    update, path = update_for(fast, theta, g), 0.0
    for step in range(steps):
        # gradients of one mean and of very different sizes, one of them now and then 0
        g[...] = (rng.normal(size=P) + 0.3) * 10.0 ** (size + np.arange(P) - 2)
        g[0] *= step % 3 == 0
        factor, before = float(rng.uniform(0.1, 1)), slow.copy()
        readable.step(slow, g, factor)
        update(factor)
        path += np.abs(slow - before)
    assert (readable.t, fast.t) == (steps, steps)
    # a step's rounding is a few parts in 1/eps of the step and of theta, and steps add up
    eps = float(np.finfo(dtype).eps)
    bound = 8 * eps * (path + steps * (1 + np.abs(slow)))
    assert (np.abs(theta - slow) <= bound).all()
    if not isinstance(readable, Adam):
        np.testing.assert_array_equal(theta, slow)
    told = update.of_paper()
    assert list(told) == list(readable.state)
    for array, state in readable.state.items():
        np.testing.assert_allclose(
            told[array], state, rtol=64 * eps, atol=64 * eps * abs(state).max()
        )


@of_every_rule
def test_a_long_theta_moves_entry_by_entry_as_short_ones_do(name, more):
    rng, size = np.random.default_rng(4), 2 * CHUNK + 5_000
    start, steps = rng.normal(size=size), rng.normal(size=(3, size))
    theta, g = start.copy(), np.empty(size)
    whole = update_for(optimizers.get(name, **more), theta, g)
    for g[...] in steps:
        whole(1.0)
    at = CHUNK
    for part in (slice(0, 7), slice(at - 8, at + 7), slice(2 * at - 6, 2 * at), slice(-1, None)):
        rule, short = optimizers.get(name, **more), start[part].copy()
        for row in steps:
            rule.step(short, row[part].copy())
        np.testing.assert_allclose(theta[part], short, rtol=1e-13)


@of_every_rule
def test_the_state_of_a_parameter_without_gradient_ends_at_zero_without_denormals(name, more):
    theta, g = np.ones(3, np.float32), np.ones(3, np.float32)
    update = update_for(optimizers.get(name, **more), theta, g)
    smallest = np.finfo(np.float32).smallest_normal
    update(1.0)
    g[:] = 0
    for _ in range(3000):
        update(1.0)
        for array in update.state.values():
            size = np.abs(array)
            assert ((size == 0) | (size >= smallest)).all()


@pytest.mark.parametrize(("dtype", "steps"), [("float32", 2000), ("float64", 9000)])
def test_a_weight_that_a_penalty_alone_moves_ends_at_zero_without_denormals(dtype, steps):
    theta, g = np.ones(3, dtype), np.ones(3, dtype)
    theta[1] = 1e-29 if dtype == "float32" else 1e-250  # small, and not as good as 0
    update = update_for(optimizers.get("sgd", learning_rate=0.1), theta, g)
    smallest = np.finfo(dtype).smallest_normal
    kept = []
    for _ in range(steps):
        g[:] = theta  # a penalty of 1
        g[2] = 0
        update(1.0)
        kept.append(theta[1])
        assert ((theta == 0) | (np.abs(theta) >= smallest)).all()
    assert theta.tolist() == [0, 0, 1]
    assert kept[20] > 0


@of_every_rule
def test_a_rule_tells_its_state_while_it_trains_and_has_it_afterwards(name, more):
    net = Network.dense([3, 4, 2], output="softmax", dtype="float64", seed=1)
    X = np.random.default_rng(0).normal(size=(12, 3))
    rule = optimizers.get(name, **more)
    copies: list[Optimizer] = []

    def keep(event):
        if isinstance(event, EpochEnd):
            copies.append(copy.deepcopy(rule))
            copies.append(pickle.loads(pickle.dumps(rule)))

    list(fit(net, X, np.arange(12) % 2, epochs=3, batch_size=12, optimizer=rule, callbacks=[keep]))
    by_hand = Network.dense([3, 4, 2], output="softmax", dtype="float64", seed=1)
    readable = optimizers.get(name, **more)
    for epoch in range(3):
        by_hand.gradient(X, np.arange(12) % 2)
        readable.step(by_hand.theta, by_hand.grad)
        for kept in copies[2 * epoch : 2 * epoch + 2]:
            assert kept.t == epoch + 1
            assert list(kept.state) == list(readable.state)
            for array, state in readable.state.items():
                np.testing.assert_allclose(kept.state[array], state, rtol=1e-9, atol=1e-15)
    # what was trained goes on by hand as what was not
    net.gradient(X, np.arange(12) % 2)
    for one, g in ((rule, net), (readable, by_hand)):
        one.step(g.theta, net.grad.copy())
    np.testing.assert_allclose(net.theta, by_hand.theta, rtol=1e-9, atol=1e-12)
    assert type(rule.state) is dict


def test_a_class_of_ones_own_takes_the_fast_form_only_where_it_changes_no_line():
    class Renamed(AMSGrad):
        name = "renamed"

    class Halved(SGD):
        def update(self, theta, g, s, rate):
            theta -= 0.5 * rate * g

    theta, g = np.ones(2), np.ones(2)
    update_for(Halved(1.0), theta, g)(1.0)
    np.testing.assert_array_equal(theta, [0.5, 0.5])
    assert set(update_for(Renamed(), theta, g).state) == {"m_sum", "v_sum", "v_sum_max"}
    assert list(update_for(Adam(), theta, g).of_paper()) == ["m", "v"]
