"""Records of landscapes say what the network itself says: its loss, its slope, its answers."""

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.data import Preparation, TargetScale
from glassnet.data.sets import generated
from glassnet.explain.landscape.course import Watcher, compare_optimizers, course_of, watch_run
from glassnet.explain.landscape.landscape import (
    Directions,
    bounds_of,
    hidden_space,
    loss_surface,
    principal_directions,
    regions,
    weight_directions,
)
from glassnet.training import EpochEnd, fit


def problem(seed: int = 0, **settings: object) -> tuple[Network, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    net = Network.dense([3, 4, 2], hidden="tanh", output="softmax", seed=seed, **settings)
    net.theta[...] += rng.normal(scale=0.1, size=net.theta.size)
    return net, rng.normal(size=(20, 3)), rng.integers(0, 2, 20)


def loss_of(net: Network, X: np.ndarray, y: np.ndarray) -> float:
    return net.measure(net.forward(X), y).loss


# -- the surface ---------------------------------------------------------------------------


def test_the_centre_of_a_surface_is_the_network_itself():
    net, X, y = problem(dtype="float64", l2=0.1)
    s = loss_surface(net, X, y, ["W1[2,1]", "b2[0]"], span=1.0, points=5)
    assert s.loss[2, 2] == s.centre_loss == loss_of(net, X, y)
    assert s.centre == (net.dense_layers[0].W[2, 1], net.dense_layers[1].b[0])
    assert s.u[2] == s.centre[0]
    assert s.v[2] == s.centre[1]


def test_columns_go_along_the_first_weight_and_rows_along_the_second():
    net, X, y = problem(dtype="float64")
    s = loss_surface(net, X, y, ["W1[0,1]", "W2[1,3]"], span=0.7, points=3)
    net.dense_layers[0].W[0, 1] = s.u[2]
    net.dense_layers[1].W[1, 3] = s.v[0]
    assert s.loss[0, 2] == pytest.approx(loss_of(net, X, y), rel=1e-14)


@pytest.mark.parametrize("seed", range(3))
def test_the_slope_along_a_direction_is_the_gradients(seed: int):
    net, X, y = problem(seed, dtype="float64")
    rng = np.random.default_rng(seed)
    d = Directions(rng.normal(size=(2, net.theta.size)), ("d", "e"))
    h = 1e-5
    s = loss_surface(net, X, y, d, span=h, points=3)
    net.gradient(X, y)
    slope = (s.loss[1, 2] - s.loss[1, 0]) / (2 * h), (s.loss[2, 1] - s.loss[0, 1]) / (2 * h)
    assert slope == pytest.approx(tuple(d.vectors @ net.grad), rel=1e-6, abs=1e-9)


def test_making_a_surface_leaves_the_network_as_it_was():
    net, X, y = problem()
    kept, grad = net.theta.copy(), net.grad.copy()
    loss_surface(net, X, y, ["W1[0,0]", "W1[0,1]"], points=3)
    assert (net.theta == kept).all()
    assert (net.grad == grad).all()
    assert net.classes is None


def test_labels_and_raw_rows_are_taken_as_fit_takes_them():
    net, X, y = problem(dtype="float64")
    net.preparation = Preparation.learn(X * 7 + 2)
    net.classes = ["no", "yes"]
    s = loss_surface(net, X * 7 + 2, np.array(["no", "yes"])[y], ["W1[0,0]", "W1[0,1]"], points=3)
    inputs = net.preparation.apply(X * 7 + 2, "float64")
    assert s.centre_loss == pytest.approx(loss_of(net, inputs, y), rel=1e-14)


def plane_path(net: Network, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Steps that lie in a plane and end at the network, and two vectors that span it."""
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.normal(size=(net.theta.size, 2)))[0].T
    along = np.array([[-5.0, 1.0], [-3.0, -1.0], [-2.0, 0.5], [-0.5, 0.2], [0.0, 0.0]])
    return net.theta + along @ Q, Q


def test_the_principal_directions_of_a_path_in_a_plane_span_that_plane():
    net, *_ = problem(dtype="float64")
    thetas, Q = plane_path(net)
    d = principal_directions(thetas)
    np.testing.assert_allclose(d.vectors @ d.vectors.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(d.vectors.T @ d.vectors, Q.T @ Q, atol=1e-12)
    start = d.vectors @ (thetas[0] - thetas[-1])
    assert (start < 0).all()
    moved = thetas - thetas[-1]
    first = ((moved @ d.vectors[0]) ** 2).sum() / (moved**2).sum()
    assert f"({100 * first:.0f} %)" in d.names[0]


def test_a_path_in_the_plane_lies_where_it_really_is():
    net, X, y = problem(dtype="float64")
    thetas, _ = plane_path(net)
    d = principal_directions(thetas)
    s = loss_surface(net, X, y, d, path=thetas, points=3)
    np.testing.assert_allclose(net.theta + s.path @ d.vectors, thetas, atol=1e-12)
    assert s.inside == pytest.approx(1.0)
    assert s.path_loss[-1] == s.centre_loss
    for on_axis, path in ((s.u, s.path[:, 0]), (s.v, s.path[:, 1])):
        assert on_axis[0] < path.min() < path.max() < on_axis[-1]
    for theta, loss in zip(thetas, s.path_loss):
        net.theta[...] = theta
        assert loss == pytest.approx(loss_of(net, X, y), rel=1e-14)


def test_a_path_off_the_plane_is_seen_from_above():
    net, X, y = problem(dtype="float64")
    thetas = np.stack([net.theta, net.theta])
    thetas[0, :3] += [3.0, 0.0, 4.0]
    d = weight_directions(net, ["W1[0,0]", "W1[0,1]"])
    s = loss_surface(net, X, y, d, path=thetas, points=3)
    np.testing.assert_allclose(s.path[0], thetas[0, :2])
    assert s.inside == pytest.approx(9 / 25)


@pytest.mark.parametrize(
    "addresses, words",
    [
        (["W1[0,0]"], "two directions"),
        (["W1[0,0]", "W1[0,0]"], "two directions"),
        (["W3[0,0]", "W1[0,0]"], "no single parameter"),
        (["W1[0,3]", "W1[0,0]"], "outside"),
        (["W1", "W1[0,0]"], "no single parameter"),
        (["a1[0]", "W1[0,0]"], "no single parameter"),
    ],
)
def test_what_is_no_pair_of_weights_is_refused(addresses: list[str], words: str):
    net, X, y = problem()
    with pytest.raises(InputError, match=words):
        loss_surface(net, X, y, addresses)


@pytest.mark.parametrize("thetas", [np.zeros((1, 5)), np.zeros((4, 5)), np.zeros((4, 1))])
def test_a_run_that_stands_still_has_no_directions(thetas: np.ndarray):
    with pytest.raises(InputError, match="direction"):
        principal_directions(thetas)


# -- trainings -----------------------------------------------------------------------------


def test_a_course_begins_before_training_and_ends_with_it():
    net, X, y = problem(dtype="float64")
    before = net.copy()
    run = watch_run(net, X, y, epochs=4, batch_size=5)
    assert run.thetas.shape == (5, net.theta.size)
    assert (run.thetas[0] == before.theta).all()
    assert (run.thetas[-1] == net.theta).all()
    assert run.losses[0] == loss_of(before, X, y)
    assert len(run.history) == 4
    p = net.forward(X)
    net.backward(p, y)
    sizes = [np.linalg.norm(step.a) / np.sqrt(step.a.size) for step in p.dense]
    slopes = [np.linalg.norm(d.dW) / np.sqrt(d.dW.size) for d in net.dense_layers]
    np.testing.assert_allclose(run.activations[-1], sizes, rtol=1e-12)
    np.testing.assert_allclose(run.gradients[-1], slopes, rtol=1e-12)


def test_watching_does_not_change_the_training():
    one, X, y = problem()
    other = one.copy()
    watch_run(one, X, y, epochs=3, batch_size=6, seed=4)
    for _ in fit(other, X, y, epochs=3, batch_size=6, seed=4):
        pass
    assert (one.theta == other.theta).all()


def test_a_watcher_sees_other_rows_if_it_is_given_some():
    net, X, y = problem(dtype="float64")
    watcher = Watcher(net, X[:3], y[:3])
    assert watcher.course().losses.tolist() == [loss_of(net, X[:3], y[:3])]


def test_the_course_of_kept_steps_is_that_of_the_training():
    net, X, y = problem(dtype="float64")
    kept = {0: net.copy()}
    for event in fit(net, X, y, epochs=3, batch_size=10):
        if isinstance(event, EpochEnd):
            kept[2 * event.epoch] = net.copy()
    course = course_of(kept, X, y)
    again, *_ = problem(dtype="float64")
    watched = watch_run(again, X, y, epochs=3, batch_size=10)
    assert course.at.tolist() == [0, 2, 4, 6]
    assert watched.at.tolist() == [0, 1, 2, 3]
    for name in ("thetas", "losses", "activations", "gradients"):
        np.testing.assert_array_equal(getattr(course, name), getattr(watched, name))
    s = loss_surface(net, X, y, principal_directions(course.thetas), path=course, points=3)
    assert (s.unit, s.at.tolist()) == ("step", [0, 2, 4, 6])
    with pytest.raises(InputError, match="at least one"):
        course_of({}, X, y)


def test_optimizers_start_from_one_point_and_leave_it():
    net, X, y = problem()
    kept = net.theta.copy()
    runs = compare_optimizers(net, X, y, ["sgd", "adam", "lbfgs"], epochs=3)
    assert list(runs) == ["sgd, learning rate 0.1", "adam, learning rate 0.001", "lbfgs"]
    assert (net.theta == kept).all()
    for run in runs.values():
        assert (run.thetas[0] == kept).all()
        assert not (run.thetas[-1] == kept).all()


# -- regions and hidden spaces -------------------------------------------------------------


@pytest.mark.parametrize("output, n_out", [("softmax", 2), ("softmax", 3), ("sigmoid", 1)])
def test_regions_agree_with_predict(output: str, n_out: int):
    X = generated.moons(50)[0] * 10 + 3
    net = Network.dense([2, 5, n_out], hidden="tanh", output=output, seed=2)
    net.preparation = Preparation.learn(X)
    net.classes = ["b", "a", "c"][: max(n_out, 2)]
    r = regions(net, bounds_of(X), points=9)
    assert r.chosen is not None
    for row, column in np.ndindex(9, 9):
        point = [[r.x0[column], r.x1[row]]]
        assert net.classes[r.chosen[row, column]] == net.predict(point)[0]
        np.testing.assert_allclose(r.outputs[row, column], net.predict_proba(point)[0], rtol=1e-4)
    assert [a.shape for a in r.activations] == [(9, 9, 5), (9, 9, n_out)]
    np.testing.assert_array_equal(r.activations[-1], r.outputs)


def test_regions_of_numbers_are_in_their_own_units():
    net = Network.dense([2, 3, 1], hidden="tanh", dtype="float64")
    net.target_scale = TargetScale(mean=100.0, scale=10.0)
    r = regions(net, (-1.0, 1.0, -2.0, 2.0), points=5)
    assert r.chosen is None
    assert r.outputs[1, 3, 0] == pytest.approx(net.predict([[r.x0[3], r.x1[1]]])[0])


def test_other_than_two_inputs_have_no_regions():
    with pytest.raises(InputError, match="takes 3 inputs"):
        regions(Network.dense([3, 2]), (0.0, 1.0, 0.0, 1.0))
    with pytest.raises(InputError, match="this has 4"):
        bounds_of(np.zeros((5, 4)))


def test_bounds_leave_a_margin_even_round_one_row():
    assert bounds_of([[0.0, 5.0], [10.0, 5.0]], margin=0.1) == (-1.0, 11.0, 4.0, 6.0)


def test_two_hidden_neurons_are_shown_as_they_are():
    net = Network.dense([3, 2, 2], hidden="tanh", dtype="float64")
    X = np.random.default_rng(0).normal(size=(7, 3))
    space = hidden_space(net, X)
    np.testing.assert_array_equal(space.points, net.forward(X).dense[0].a)
    assert space.axes == ("a1[0]", "a1[1]")


def test_more_neurons_are_projected_on_the_directions_of_most_variance():
    net = Network.dense([4, 6, 5, 2], hidden="tanh", dtype="float64", seed=1)
    X = np.random.default_rng(0).normal(size=(30, 4))
    space = hidden_space(net, X)
    assert (space.layer, space.neurons, space.projected) == (2, 5, True)
    a = net.forward(X).dense[1].a
    values, vectors = np.linalg.eigh(np.cov(a.T, bias=True))
    for k in (0, 1):
        expected = (a - a.mean(axis=0)) @ vectors[:, -1 - k]
        np.testing.assert_allclose(np.abs(space.points[:, k]), np.abs(expected), atol=1e-10)
        share = values[-1 - k] / values.sum()
        assert f"({100 * share:.0f} %)" in space.axes[k]


@pytest.mark.parametrize("neurons, rows", [(1, 5), (4, 2), (3, 3)])
def test_few_neurons_or_rows_have_a_space_too(neurons: int, rows: int):
    net = Network.dense([2, neurons, 1], hidden="tanh", dtype="float64")
    X = np.random.default_rng(0).normal(size=(rows, 2))
    points = hidden_space(net, X).points
    assert points.shape == (rows, 2)
    assert np.isfinite(points).all()


def test_what_has_no_hidden_space_is_refused():
    with pytest.raises(InputError, match="no hidden layer"):
        hidden_space(Network.dense([2, 2]), np.zeros((3, 2)))
    with pytest.raises(InputError, match="no hidden layer 2"):
        hidden_space(Network.dense([2, 2, 2]), np.zeros((3, 2)), layer=2)
    with pytest.raises(InputError, match="two or more"):
        hidden_space(Network.dense([2, 2, 2]), np.zeros((1, 2)))
