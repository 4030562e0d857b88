"""What L-BFGS says of the place where it ended, on places that are known beforehand."""

from dataclasses import dataclass

import numpy as np
import pytest

from glassnet.core.activations import Activation
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network
from glassnet.training.events import TrainingEnd
from glassnet.training.loop.fit import fit
from glassnet.training.loop.standing_text import from_to


@dataclass(frozen=True)
class Rise(Activation):
    """f(z) = 1 − e⁻ᶻ, f′(z) = e⁻ᶻ: what Misra1a and BoxBOD rise by."""

    name = "rise"

    def f(self, z):
        return 1 - np.exp(-z)

    def df(self, z, a):
        return np.exp(-z)


def ended(net, X, y, epochs=500, **settings):
    *_, end = fit(net, X, y, epochs=epochs, **{"optimizer": "lbfgs", **settings})
    assert isinstance(end, TrainingEnd)
    return end.history


def rss(net, X, y):
    return float(((net.forward(X).y_hat[:, 0] - y) ** 2).sum())


def sigmoid_curve(seed=0, dtype="float64", **first):
    """b₁ / (1 + exp(b₂ − b₃ x)): one sigmoid neuron, and the scale of its output."""
    layers = [Dense(1, 1, "sigmoid", **first), Dense(1, 1, "identity", bias="frozen")]
    return Network(layers, dtype=dtype, seed=seed)


def rising_curve(rate):
    first = Dense(1, 1, Rise(), bias="frozen", W=[[rate]])
    return Network([first, Dense(1, 1, "identity", bias="frozen")], dtype="float64")


def standardized(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)


@pytest.fixture
def nist(golden):
    def read(name):
        entry = golden("nist")[name]
        X = np.array(entry["x"], dtype=np.float64)
        X = X[:, None] if X.ndim == 1 else X
        return X, np.array(entry["y"]), entry["parameters"], entry["residual_sum_of_squares"]

    return read


def table():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 2))
    return X, 1.5 * X[:, 0] + 0.1 * rng.normal(size=50)


# -- NIST's certified fits ----------------------------------------------------------------


def test_the_certified_parameters_have_the_certified_rest_in_networks_that_express_them(nist):
    X, y, (b1, b2, b3), least = nist("Rat42")
    net = sigmoid_curve()
    net.theta[: net.n_learned] = b3, b1, -b2
    assert rss(net, X, y) == pytest.approx(least, rel=1e-9)
    for name in ("Misra1a", "BoxBOD"):
        X, y, (b1, b2), least = nist(name)
        net = rising_curve(b2)
        net.dense_layers[1].W = [[b1]]
        assert rss(net, X, y) == pytest.approx(least, rel=1e-8)
    for name in ("Longley", "Norris"):
        X, y, b, least = nist(name)
        net = Network([Dense(len(X[0]), 1, "identity", W=[b[1:]], b=b[0])], dtype="float64")
        assert rss(net, X, y) == pytest.approx(least, rel=1e-7)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_rat42_from_the_default_start_is_a_plateau_and_no_minimum(nist, seed, dtype):
    X, y, _, least = nist("Rat42")
    net = sigmoid_curve(seed, dtype)
    history = ended(net, X, y)
    assert rss(net, X, y) > 500 * least
    assert history.message.startswith("a plateau, not known to be a minimum: the gradient vanished")
    assert "every neuron of layer 1" in history.message
    assert history.stopped == "finished"


def test_rat42_where_the_neuron_went_the_wrong_way_is_no_minimum(nist):
    X, y, _, least = nist("Rat42")
    net = sigmoid_curve(2)
    history = ended(net, X, y)
    assert rss(net, X, y) > 2000 * least
    assert "a minimum:" not in history.message.replace("no minimum", "")
    assert history.message.startswith("a saddle point, no minimum")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_on_scaled_columns_the_certified_fits_are_reached_and_called_minima(nist, dtype):
    for name, net in (
        ("Rat42", sigmoid_curve(dtype=dtype)),
        ("Longley", Network.dense([6, 1], dtype=dtype)),
        ("Norris", Network.dense([1, 1], dtype=dtype)),
    ):
        X, y, _, least = nist(name)
        history = ended(net, standardized(X), y)
        assert rss(net, standardized(X), y) == pytest.approx(least, rel=1e-4)
        assert history.message.startswith("a local minimum: the gradient vanished")
        assert history.stopped == "finished"


@pytest.mark.parametrize(("name", "scale", "start"), [("Misra1a", 1000.0, 0.3), ("BoxBOD", 1, 0.5)])
def test_certified_fits_of_an_activation_of_ones_own(nist, name, scale, start):
    X, y, (_, b2), least = nist(name)
    net = rising_curve(start)
    history = ended(net, X / scale, y)
    assert rss(net, X / scale, y) == pytest.approx(least, rel=1e-7)
    assert net.dense_layers[0].W[0, 0] == pytest.approx(b2 * scale, rel=1e-4)
    assert history.message.startswith("a local minimum")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_longley_on_raw_columns_did_not_converge_and_scaling_is_advised(nist, dtype):
    X, y, _, least = nist("Longley")
    net = Network.dense([6, 1], dtype=dtype)
    history = ended(net, X, y, epochs=2000)
    assert rss(net, X, y) > 2 * least
    assert history.stopped == "stalled"
    assert history.message.startswith("not converged: ")
    assert "bring each column to mean 0 and deviation 1" in history.message
    # the lower value that is told is one that can be had
    told = float(history.message.split(" at least")[0].split()[-1])
    assert least / 32 * (1 - 1e-4) <= told < rss(net, X, y) / 32


def test_iterations_that_ran_out_are_no_convergence(nist):
    X, y, _, _ = nist("Longley")
    history = ended(Network.dense([6, 1], dtype="float64"), X, y, epochs=5)
    assert history.message.startswith("not converged: the 5 iterations ran out")
    assert "bring each column" in history.message
    assert history.stopped == "finished"
    history = ended(Network.dense([6, 1], dtype="float64"), standardized(X), y, epochs=1)
    assert history.message.startswith("not converged: the 1 iteration ran out")
    assert "bring each column" not in history.message


# -- minima -------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_ridge_regression_ends_at_its_only_minimum(dtype):
    X, y = table()
    net = Network.dense([2, 1], bias="frozen", l2=0.1, dtype=dtype)
    history = ended(net, X, y)
    expected = np.linalg.solve(X.T @ X / 50 + 0.1 * np.eye(2), X.T @ y / 50)
    np.testing.assert_allclose(net.dense_layers[0].W[0], expected, rtol=1e-3)
    assert history.message.startswith(
        "a local minimum: the gradient vanished, and the loss with its penalty curves upward along "
        "all 2 directions"
    )


@pytest.mark.parametrize("width", [5, 60])
def test_with_a_penalty_a_hidden_layer_ends_at_what_no_way_leads_down_from(width):
    X, y = table()
    net = Network.dense([2, width, 1], hidden="tanh", l2=0.01, dtype="float64")
    history = ended(net, X, y, epochs=2000)
    start = "a local minimum" if width == 5 else "perhaps a minimum"
    assert history.message.startswith(start)
    assert width == 5 or "30 directions of 241" in history.message
    here, rng = net.theta.copy(), np.random.default_rng(1)
    value = net.gradient(X, y)
    for u in rng.normal(size=(20, here.size)):
        net.theta[...] = here + 1e-3 * u
        assert net.gradient(X, y) > value


def test_a_softmax_without_penalty_is_flat_where_all_its_outputs_move_alike():
    X, _ = table()
    labels = np.random.default_rng(3).integers(0, 3, 50)
    history = ended(Network.dense([2, 3], output="softmax", dtype="float64"), X, labels)
    assert history.message.startswith("a minimum, a plateau or a saddle, which the curvature")
    assert "of all 9 directions looked at the loss is flat along 3" in history.message


def test_a_loss_that_is_gone_is_told_as_gone():
    X, _ = table()
    history = ended(Network.dense([2, 1], dtype="float64"), X, X @ [1.0, -2.0] + 3)
    assert history.message.startswith("the loss is as good as 0: ")


def test_classes_that_a_line_parts_have_no_minimum_and_none_is_told():
    X, _ = table()
    labels = (X[:, 0] > 0).astype(int)
    history = ended(Network.dense([2, 2], output="softmax", dtype="float64"), X, labels)
    assert "minimum" not in history.message


# -- what float64 does not tell -----------------------------------------------------------


def offset_line():
    X = 1e8 + np.arange(10.0)[:, None]
    y = 1e8 * np.arange(10.0)
    return X, y - y.mean()


def offset_product():
    X = 1e8 + np.random.default_rng(0).normal(size=(40, 2))
    return X, X[:, 0] * X[:, 1] - 1e16


@pytest.mark.parametrize("data", [offset_line, offset_product])
def test_inputs_far_from_0_that_were_not_fitted_are_no_minimum(data):
    X, y = data()
    net = Network.dense([X.shape[1], 1], dtype="float64")
    history = ended(net, X, y, epochs=300)
    # what a line through the centred inputs leaves, by least squares
    A = np.column_stack([X - X.mean(axis=0), np.ones(len(X))])
    least = float(((A @ np.linalg.lstsq(A, y, rcond=None)[0] - y) ** 2).sum()) / 2 / len(y)
    assert net.gradient(X, y) > 1e6 * max(least, 1.0)
    assert history.message.startswith("not converged: ")
    assert "far from 0 beside how far they vary" in history.message
    assert history.message.endswith("bring each column to mean 0 and deviation 1.")
    assert history.stopped == "stalled"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_who_learned_only_the_mean_is_not_told_that_the_loss_vanished(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(60, 2))
    y = 1e5 + 5 * X[:, 0] * X[:, 1]
    net = Network.dense([2, 6, 1], hidden="tanh", dtype="float64", seed=seed)
    history = ended(net, X, y, epochs=300)
    assert net.gradient(X, y) > 0.1 * y.var() / 2
    assert "vanished, and the loss with it" not in history.message
    assert "as good as 0" not in history.message
    assert "local minimum" not in history.message


@pytest.mark.parametrize("depth", [1e-5, 1e-6])
def test_a_nearly_flat_saddle_is_a_saddle(depth):
    # at W = 0 the Hessian of ½(w₁w₂ − ½)² + ½ l2 (w₁² + w₂²) is [[l2, −½], [−½, l2]]
    layers = [Dense(1, 1, "identity", bias="frozen", W=[[0.0]]) for _ in range(2)]
    net = Network(layers, l2=0.5 - depth, dtype="float64")
    x = np.array([[1.0], [-1.0]])
    history = ended(net, x, x / 2, epochs=50)
    assert not net.theta.any()
    assert history.message.startswith("a saddle point, no minimum")


def test_a_curvature_below_what_float64_tells_is_told_as_flat():
    layers = [Dense(1, 1, "identity", bias="frozen", W=[[0.0]]) for _ in range(2)]
    net = Network(layers, l2=0.5 - 1e-12, dtype="float64")
    x = np.array([[1.0], [-1.0]])
    message = ended(net, x, x / 2, epochs=50).message
    assert message.startswith("a minimum, a plateau or a saddle, which the curvature cannot tell")
    assert "flat along 1" in message


@dataclass(frozen=True)
class Decay(Activation):
    name = "decay"

    def f(self, z):
        return np.exp(-z)

    def df(self, z, a):
        return -np.exp(-z)


def test_the_tail_of_a_loss_without_a_minimum_is_none():
    # ½ mean((e⁻ʷ ∓ 1)²) = ½ + ½ e⁻²ʷ falls for ever, and curves upward everywhere
    net = Network([Dense(1, 1, Decay(), bias="frozen", W=[[1.0]])], dtype="float64")
    X, y = np.ones((2, 1)), np.array([1.0, -1.0])
    message = ended(net, X, y, optimizer=LBFGS(tolerance=1e-7)).message
    assert "local minimum" not in message


def test_a_solved_problem_is_told_as_solved_before_anything_else():
    X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([0, 1, 1, 0.0])
    net = Network.dense(
        [2, 2, 1], hidden="tanh", output="sigmoid", loss="squared_error", seed=2, dtype="float64"
    )
    message = ended(net, X, y).message
    assert message.startswith("the loss is as good as 0: 4e-09, where the targets' mean")
    assert "saddle" not in message
    assert "start from other weights" not in message


@pytest.mark.parametrize("lower", [0.5, 1 - 1e-5, 1 - 1e-11, 1 - 2e-16])
def test_numbers_that_differ_are_printed_with_digits_that_differ(lower):
    _, start, _, end = from_to(1.0, lower).split()
    assert float(end) < float(start)


# -- what is no minimum -------------------------------------------------------------------


@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "gelu"])
def test_a_hidden_layer_that_begins_with_zeros_ends_on_a_saddle(hidden):
    X, y = table()
    net = Network.dense([2, 4, 1], hidden=hidden, dtype="float64")
    net.theta[...] = 0
    history = ended(net, X, y)
    assert history.message.startswith("a saddle point, no minimum")
    assert history.message.endswith("start from other weights, drawn at random.")


def test_a_saddle_of_many_parameters_is_seen_too():
    X, y = table()
    net = Network.dense([2, 60, 1], hidden="tanh", dtype="float64")
    net.theta[...] = 0
    assert ended(net, X, y).message.startswith("a saddle point, no minimum")


@pytest.mark.parametrize(("hidden", "bias"), [("sigmoid", 60.0), ("tanh", -60.0), ("relu", -60.0)])
def test_hidden_neurons_that_are_saturated_or_off_are_a_plateau(hidden, bias):
    X, y = table()
    net = Network.dense([2, 5, 1], hidden=hidden, dtype="float64")
    net.dense_layers[0].b = bias
    history = ended(net, X, y)
    assert history.message.startswith("a plateau, not known to be a minimum")
    assert "every neuron of layer 1" in history.message


def test_dead_gelu_neurons_are_told_whatever_else_is():
    X, y = table()
    net = Network.dense([2, 5, 1], hidden="gelu", dtype="float64")
    net.dense_layers[0].b = -12.0
    message = ended(net, X, y).message
    assert message.startswith("a saddle point, no minimum")  # a weight of 1e30 would lead on
    assert "it does not pass every neuron of layer 1, saturated or off on every row" in message


def test_an_output_that_is_saturated_is_a_plateau():
    X, y = table()
    net = Network.dense([2, 1], output="sigmoid", loss="squared_error", dtype="float64")
    net.dense_layers[0].b = 60.0
    assert ended(net, X, y).message.startswith("a plateau, not known to be a minimum")


def test_tiny_inputs_whose_gradient_is_below_the_tolerance_are_not_converged():
    X, y = table()
    history = ended(Network.dense([2, 1], bias="frozen", dtype="float64"), X * 1e-10, y)
    assert history.message.startswith("not converged: the gradient is below the tolerance")
    assert history.stopped == "stalled"


def test_the_kinks_of_l1_leave_a_gradient_and_no_minimum_is_claimed():
    X, y = table()
    net = Network.dense([2, 5, 1], hidden="tanh", l1=0.01, dtype="float64")
    history = ended(net, X, y)
    assert history.stopped == "stalled"
    assert history.message.startswith("not converged")


# -- what it has no use for ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "given", "says"),
    [
        ({"dropout": 0.2}, {}, "dropout"),
        ({"max_norm": 2.0}, {}, "max_norm"),
        ({}, {"clip_norm": 1.0}, "clip_norm"),
        ({}, {"clip_value": 1.0}, "clip_value"),
        ({}, {"schedule": "cosine"}, "schedule"),
    ],
)
@pytest.mark.parametrize("rule", ["lbfgs", LBFGS(memory=3)])
def test_what_it_would_ignore_is_refused(made, given, says, rule):
    X, y = table()
    net = Network.dense([2, 4, 1], **made)
    before = net.theta.copy()
    with pytest.raises(InputError, match=f"L-BFGS .*{says}.*leave it out"):
        fit(net, X, y, optimizer=rule, **given)
    assert np.array_equal(net.theta, before)
    ended(Network.dense([2, 4, 1]), X, y, epochs=2, optimizer=rule, schedule="constant")


def test_looking_about_leaves_the_network_as_it_stood():
    X, y = table()
    net = Network.dense([2, 3, 1], hidden="tanh", l2=0.1)
    stood = []
    ended(net, X, y, callbacks=[lambda event: stood.append(net.theta.copy())])
    assert np.array_equal(net.theta, stood[-1])


def test_where_the_best_epoch_was_taken_back_the_message_says_of_which_place_it_speaks():
    X, y = table()
    rng = np.random.default_rng(5)
    net = Network.dense([2, 8, 1], hidden="tanh", l2=1e-3, dtype="float64")
    held = rng.normal(size=(20, 2)), rng.normal(size=20)
    history = ended(net, X, y, epochs=30, validation=held, early_stopping=100)
    assert history.restored
    assert f"the parameters are those of epoch {history.best_epoch}" in history.message
