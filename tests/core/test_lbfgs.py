"""L-BFGS by the minimum it finds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.errors import InputError
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network


def rosenbrock(theta):
    x, y = theta
    value = (1 - x) ** 2 + 100 * (y - x * x) ** 2
    return value, np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])


def valley(condition, n=30):
    scales, centre = np.geomspace(1, condition, n), np.linspace(-2, 3, n)
    return centre, lambda theta: (
        float(0.5 * scales @ (theta - centre) ** 2),
        scales * (theta - centre),
    )


@pytest.mark.parametrize("start", [(-1.2, 1.0), (0.0, 0.0), (3.0, -4.0), (-8.0, 50.0)])
def test_rosenbrocks_valley_is_followed_to_its_end(start):
    found = LBFGS().minimize(rosenbrock, np.array(start))
    np.testing.assert_allclose(found.theta, [1, 1], atol=1e-7)
    assert found.reason == "gradient"
    assert found.iterations < 100
    assert np.abs(found.gradient).max() <= 1e-8


@pytest.mark.parametrize("condition", [1, 1e2, 1e4])
@pytest.mark.parametrize("memory", [1, 10])
def test_an_ill_conditioned_bowl(condition, memory):
    centre, closure = valley(condition)
    found = LBFGS(memory=memory, tolerance=1e-7).minimize(closure, np.zeros(30), 2000)
    np.testing.assert_allclose(found.theta, centre, atol=1e-6)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=5))
def test_the_value_never_rises_from_one_iterate_to_the_next(start):
    _, closure = valley(100, len(start))
    walk = list(LBFGS().iterate(closure, np.array(start)))
    values = [at.value for at in walk]
    assert values == sorted(values, reverse=True)
    assert [at.reason == "" for at in walk[:-1]] == [True] * (len(walk) - 1)
    for at in walk:
        assert at.value == closure(at.theta)[0]
        np.testing.assert_array_equal(at.gradient, closure(at.theta)[1])


def test_a_small_network_comes_to_rest_at_a_minimum():
    net = Network.dense([2, 5, 3], hidden="tanh", output="softmax", dtype="float64", l2=1e-2)
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(40, 2)), rng.integers(0, 3, 40)

    def closure(theta):
        net.theta[...] = theta
        return net.gradient(X, y), net.grad

    start = net.theta.copy()
    found = LBFGS().minimize(closure, start)
    assert found.value < 0.8 * closure(start)[0]
    assert np.linalg.norm(closure(found.theta)[1]) < 1e-6
    # a minimum, not a saddle: no way leads down
    for u in rng.normal(size=(20, start.size)):
        assert closure(found.theta + 1e-3 * u)[0] > found.value


def test_regions_without_a_value_are_avoided():
    met = []

    def closure(theta):  # ln has no value from 0 down, where the first step lands
        met.append(theta[0])
        if theta[0] <= 0:
            return math.nan, np.array([math.nan])
        return float(theta[0] - 0.1 * np.log(theta[0])), 1 - 0.1 / theta

    assert LBFGS().minimize(closure, np.array([0.5])).theta[0] == pytest.approx(0.1, rel=1e-6)
    assert min(met) < 0

    def walled(theta):  # infinite beyond 2, its minimum at the wall's foot
        return (math.inf if theta[0] > 2 else float((theta[0] - 1.9) ** 2)), 2 * (theta - 1.9)

    assert LBFGS().minimize(walled, np.array([-50.0])).theta[0] == pytest.approx(1.9, rel=1e-6)


def test_a_first_step_to_a_value_whose_square_overflows_is_drawn_back():
    def steep(theta):
        with np.errstate(over="ignore"):
            e = np.exp(400 * theta)
        return float(e[0] - 400 * theta[0]), 400 * e - 400

    found = LBFGS(tolerance=1e-6).minimize(steep, np.array([-1.0]))
    assert found.theta[0] == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_start_without_a_value_is_no_minimum(value):
    found = LBFGS().minimize(lambda theta: (value, theta * math.nan), np.ones(2))
    assert (found.reason, found.iterations) == ("not finite", 0)


def test_at_the_minimum_already_nothing_moves():
    found = LBFGS().minimize(rosenbrock, np.ones(2))
    assert (found.reason, found.iterations, found.evaluations) == ("gradient", 0, 1)
    np.testing.assert_array_equal(found.theta, [1, 1])
    assert LBFGS().minimize(lambda theta: (0.0, theta), np.empty(0)).reason == "gradient"


@pytest.mark.parametrize(
    "closure",
    [
        lambda theta: (float(theta.sum()), np.ones_like(theta)),  # falls for ever
        lambda theta: (float(np.abs(theta).sum()), np.sign(theta)),  # has an edge at its bottom
        lambda theta: (float(theta @ theta), -2 * theta),  # a gradient that lies
        lambda theta: (1.0, np.ones_like(theta)),  # flat, against what its gradient says
    ],
)
def test_what_has_no_smooth_minimum_ends_all_the_same(closure):
    found = LBFGS().minimize(closure, np.array([0.3, -2.0]), 50)
    assert found.reason in ("iterations", "no descent", "gradient")
    assert found.evaluations <= 50 * 61
    assert found.value <= closure(np.array([0.3, -2.0]))[0]


@pytest.mark.parametrize("memory", [1, 3, 10])
def test_from_each_point_on_the_way_the_same_steps_follow(memory):
    def told(points):
        return [
            (
                p.theta.tobytes(),
                p.value,
                p.gradient.tobytes(),
                p.iterations,
                p.evaluations,
                p.reason,
            )
            for p in points
        ]

    rule = LBFGS(memory=memory)
    way = list(rule.iterate(rosenbrock, np.array([-1.2, 1.0])))
    assert len(way) > 20
    for number, point in enumerate(way):
        assert len(point.pairs) <= memory
        assert told(rule.iterate(rosenbrock, point)) == told(way[number:])


def test_the_limit_of_iterations_holds_and_the_start_is_left_alone():
    start = np.array([-1.2, 1.0], np.float32)
    found = LBFGS().minimize(rosenbrock, start, 3)
    assert (found.iterations, found.reason) == (3, "iterations")
    assert LBFGS().minimize(rosenbrock, start, 0).iterations == 0
    assert start.tolist() == np.array([-1.2, 1.0], np.float32).tolist()
    assert found.theta.dtype == np.float64


@pytest.mark.parametrize("shape", [rosenbrock, lambda theta: (1.0, np.ones(2))])
def test_evaluations_are_counted_on_failed_searches_too(shape):
    calls = []

    def closure(theta):
        calls.append(1)
        return shape(theta)

    assert LBFGS().minimize(closure, np.zeros(2)).evaluations == len(calls) > 20


@pytest.mark.parametrize("settings", [{"memory": 0}, {"tolerance": -1}, {"tolerance": math.nan}])
def test_settings_that_make_no_sense_are_refused(settings):
    with pytest.raises(InputError, match=r"(memory|tolerance) is .*: give"):
        LBFGS(**settings)
