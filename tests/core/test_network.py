"""The whole network: golden passes, one vector for all, float64 sums, and what it refuses."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.core.activations import ACTIVATIONS
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense, Dropout
from glassnet.core.losses import CrossEntropy
from glassnet.core.network import PREDICT_BATCH, Network, shares
from glassnet.core.optimizers import SGD, Adam

GOLDEN = Path(__file__).parents[1] / "golden" / "networks.json"
CASES = json.loads(GOLDEN.read_text("utf-8"))["cases"]
by_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])


def built(case) -> Network:
    parts = zip(case["sizes"], case["sizes"][1:], case["activations"], case["W"], case["b"])
    row = [Dense(n_in, n_out, f, W=W, b=b) for n_in, n_out, f, W, b in parts]
    return Network(row, case["loss_name"], dtype="float64", l2=case["l2"])


def mixed(dtype: str = "float64", **settings) -> Network:
    """Layers of every kind: 3-5-4-2, dropout, a frozen layer, a shared and a frozen bias."""
    row = [
        Dense(3, 5, "tanh", bias="layer"),
        Dropout(0.25),
        Dense(5, 4, {"name": "leaky_relu", "slope": 0.2}, frozen=True),
        Dense(4, 2, "softmax", bias="frozen", b=[0.5, -0.5]),
    ]
    return Network(row, CrossEntropy(0.1), seed=5, dtype=dtype, **settings)


def batch(rows: int = 6, seed: int = 0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, 3)), rng.integers(0, 2, rows)


# -- against golden numbers ---------------------------------------------------------------


@by_case
def test_a_pass_and_its_gradients_agree_with_golden_numbers(case):
    net = built(case)
    p = net.backward(net.forward(case["x"]), case["y"])

    def close(ours, golden):
        np.testing.assert_allclose(ours, golden, rtol=1e-12, atol=1e-14)

    close(p.loss, case["loss"])
    close(net.dense_layers[0].dx(p.dense[0], p.dense[0].delta), case["dx"])
    for l, (step, layer) in enumerate(zip(p.dense, net.dense_layers)):
        for name, ours in (("z", step.z), ("a", step.a), ("delta", step.delta),
                           ("dW", layer.dW), ("db", layer.db)):  # fmt: skip
            close(ours, case[name][l])
    close(net.gradient(case["x"], case["y"]), case["objective"])
    for l, layer in enumerate(net.dense_layers):
        close(layer.dW, case["dW_objective"][l])
        close(layer.db, case["db"][l])


@by_case
def test_five_steps_of_adam_agree_with_golden_numbers(case):
    net, rule = built(case), Adam(**case["adam"]["settings"])
    for objective in case["adam"]["objectives"]:
        assert net.gradient(case["x"], case["y"]) == pytest.approx(objective, rel=1e-10)
        rule.step(net.theta, net.grad)
    for l, layer in enumerate(net.dense_layers):
        np.testing.assert_allclose(layer.W, case["adam"]["W"][l], rtol=1e-10)
        np.testing.assert_allclose(layer.b, case["adam"]["b"][l], rtol=1e-10)


# -- one vector for all parameters --------------------------------------------------------


def test_parameters_are_views_into_theta_and_grad():
    net = mixed()
    assert net.theta.size == net.grad.size == 15 + 1 + 20 + 4 + 8 + 2
    assert net.n_learned == 15 + 8 + 1
    net.theta[...] = np.arange(net.theta.size)
    seen = np.concatenate([values.ravel() for _, values, _ in net.parameters()])
    assert sorted(seen) == list(range(net.theta.size))
    # learned weights, then learned biases, then the rest
    first, second, third = net.dense_layers
    assert first.W[0].tolist() == [0, 1, 2]
    assert third.W[0].tolist() == [15, 16, 17, 18]
    assert first.b.tolist() == [23]
    assert min(second.W.min(), second.b.min(), third.b.min()) == 24
    net.gradient(*batch())
    parts = np.concatenate([grad.ravel() for _, _, grad in net.parameters()])
    assert sorted(parts) == sorted(net.grad)
    assert [name for name, _, _ in net.parameters()] == ["W1", "b1", "W2", "b2", "W3", "b3"]


def test_an_update_leaves_what_is_frozen_untouched():
    net, n = mixed(l2=0.1), mixed().n_learned
    before = {name: values.copy() for name, values, _ in net.parameters()}
    net.gradient(*batch())
    SGD(0.5).step(net.theta[:n], net.grad[:n])
    still = {k for k, v, _ in net.parameters() if (v == before[k]).all()}
    assert still == {"W2", "b2", "b3"}
    assert net.dense_layers[1].dW.any()  # its gradient is computed all the same


@given(st.lists(st.integers(1, 3), max_size=5), st.booleans())
def test_freezing_and_thawing_keep_every_parameter(numbers, frozen):
    net = mixed()
    before = {name: values.copy() for name, values, _ in net.parameters()}
    net.freeze(*numbers, frozen=frozen)
    for name, values, _ in net.parameters():
        np.testing.assert_array_equal(values, before[name])
        assert np.shares_memory(values, net.theta)
    kept = {1: 15 + 1, 2: 20 + 4, 3: 8}
    learned = {2: False, 1: True, 3: True} | dict.fromkeys(numbers, not frozen)
    assert net.n_learned == sum(kept[k] for k in kept if learned[k])


def test_a_layer_that_is_not_there_cannot_be_frozen():
    net = mixed()
    with pytest.raises(InputError, match=r"^there is no layer 4: the layers are 1 to 3\.$"):
        net.freeze(1, 4)
    assert not net.dense_layers[0].frozen


# -- the mean over the batch --------------------------------------------------------------

weights = st.lists(st.floats(0.01, 10), min_size=1, max_size=5)


@given(weights, st.integers(0, 1000))
def test_the_batch_gradient_is_the_weighted_mean_of_single_sample_gradients(w, seed):
    net = mixed(l1=0.01)
    X, y = batch(len(w), seed)
    value, grad, total = 0.0, np.zeros_like(net.theta), sum(w)
    for x, label, share in zip(X, y, w):
        value += share / total * net.gradient(x, [label])
        grad += share / total * net.grad
    assert net.gradient(X, y, w) == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(net.grad, grad, rtol=1e-10, atol=1e-13)


def test_equal_weights_are_no_weights_and_a_zero_leaves_a_sample_out():
    net, (X, y) = mixed(), batch(4)
    plain = net.gradient(X, y), net.grad.copy()
    assert net.gradient(X, y, 4 * [7.0]) == pytest.approx(plain[0], rel=1e-14)
    np.testing.assert_allclose(net.grad, plain[1], rtol=1e-13, atol=1e-16)
    fewer = net.gradient(X[:3], y[:3])
    assert net.gradient(X, y, [1, 1, 1, 0]) == pytest.approx(fewer, rel=1e-14)


def test_the_mean_over_a_float32_batch_is_summed_in_float64():
    # |a − y| is 2²⁴ once and 1 for the others, which a float32 sum would drop
    rows = 1024
    x = np.ones((rows, 1))
    x[0] = 2**24
    net = Network([Dense(1, 1, "identity", W=[[1.0]])], "absolute_error", dtype="float32")
    p = net.measure(net.forward(x), np.zeros(rows))
    assert p.loss == (2**24 + rows - 1) / rows
    assert p.sample_loss.dtype == p.share.dtype == np.float64


def test_the_penalty_counts_weights_and_no_biases():
    net = mixed(l1=0.25, l2=0.5)
    numbers = [float(v) for layer in net.dense_layers for v in layer.W.ravel()]
    by_hand = sum(0.25 * abs(v) + 0.5 * v * v / 2 for v in numbers)
    assert net.penalty() == pytest.approx(by_hand, rel=1e-13)
    X, y = batch()
    loss = net.backward(net.forward(X), y).loss
    plain = {name: grad.copy() for name, _, grad in net.parameters()}
    assert net.gradient(X, y) == pytest.approx(loss + by_hand, rel=1e-13)
    for name, values, grad in net.parameters():
        extra = 0.25 * np.sign(values) + 0.5 * values if name[0] == "W" else 0
        np.testing.assert_allclose(grad, plain[name] + extra, rtol=1e-12)


def test_max_norm_shortens_long_rows_of_learned_weights_alone():
    net = mixed(max_norm=0.7)
    net.theta *= 3
    before = [(layer.W.copy(), layer.b.copy()) for layer in net.dense_layers]
    net.dense_layers[0].W[0] = before[0][0][0] = [0.1, 0.2, -0.3]  # short: stays
    net.constrain()
    for layer, (W, b) in zip(net.dense_layers, before):
        np.testing.assert_array_equal(layer.b, b)
        for row, was in zip(layer.W, W):
            length = math.hypot(*was)
            factor = 1 if layer.frozen or length <= 0.7 else 0.7 / length
            np.testing.assert_allclose(row, was * factor, rtol=1e-13)
    without = mixed()
    kept = without.theta.copy()
    without.constrain()
    np.testing.assert_array_equal(without.theta, kept)


# -- dtype --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_every_array_has_the_networks_dtype_even_far_out(hidden, dtype):
    row = [Dense(2, 3, hidden), Dropout(0.5), Dense(3, 2, "softmax")]
    net = Network(row, dtype=dtype, l1=0.1, l2=0.1, max_norm=2.0)
    p = net.forward(np.array([[1000.0, -1000.0], [1.0, 2.0]]), np.random.default_rng(0))
    p = net.backward(p, np.array([0, 1]), [1.0, 2.0])
    net.penalize()
    net.constrain()
    arrays = [net.theta, net.grad, p.y, p.y_hat, p.x, net.predict_proba([[1.0, 2.0]])]
    arrays += [part for s in p.dense for part in (s.x, s.z, s.a, s.delta)]
    arrays += [part for layer in net.dense_layers for part in (layer.W, layer.db)]
    assert {part.dtype for part in arrays} == {np.dtype(dtype)}
    assert all(np.isfinite(part).all() for part in arrays)
    assert math.isfinite(p.loss)


def test_float32_agrees_with_float64_to_its_own_precision():
    X, y = batch(20)
    fine, coarse = mixed(), mixed().astype("float32")
    assert coarse.gradient(X, y) == pytest.approx(fine.gradient(X, y), rel=1e-5)
    np.testing.assert_allclose(coarse.grad, fine.grad, rtol=1e-3, atol=1e-6)


# -- as data ------------------------------------------------------------------------------


def test_a_network_is_rebuilt_from_its_specification():
    net = mixed("float32", l1=0.5, l2=0.25, max_norm=3.0)
    net.classes = ["no", "yes"]
    spec = net.spec()
    again = Network.from_spec(json.loads(json.dumps(spec)))
    assert again.spec() == spec
    assert again.classes == ["no", "yes"]
    assert again.theta.shape == net.theta.shape
    # the same seed draws the same weights (b3 was given, which a specification leaves out)
    np.testing.assert_array_equal(again.theta[: net.n_learned], net.theta[: net.n_learned])


@pytest.mark.parametrize("copied", [Network.copy, lambda net: net.astype("float32")])
def test_a_copy_has_the_same_parameters_and_memory_of_its_own(copied):
    net = mixed("float32")
    net.freeze(3)
    net.classes, net.preparation = ["a", "b"], gn.Preparation.learn(np.eye(3))
    net.theta[...] = np.arange(net.theta.size)
    other = copied(net)
    np.testing.assert_array_equal(other.theta, net.theta)
    assert (other.spec(), other.preparation) == (net.spec(), net.preparation)
    for (_, W, dW), (_, V, dV) in zip(net.parameters(), other.parameters()):
        assert not np.shares_memory(W, V)
        assert not np.shares_memory(dW, dV)
    other.theta += 1
    other.freeze(1)
    assert net.theta[0] == 0
    assert not net.dense_layers[0].frozen


def test_the_seed_decides_the_weights():
    sizes = [4, 3, 2]
    first, again, other = (Network.dense(sizes, seed=s).theta for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_dense_lays_out_sizes_activations_and_dropout():
    net = Network.dense([4, 3, 5, 2], hidden="tanh", output="softmax", dropout=0.5, bias="layer")
    kinds = [(type(l).__name__, getattr(l, "n_out", l.spec().get("rate"))) for l in net.layers]
    assert kinds == [("Dense", 3), ("Dropout", 0.5), ("Dense", 5), ("Dropout", 0.5), ("Dense", 2)]
    assert [d.activation.name for d in net.dense_layers] == ["tanh", "tanh", "softmax"]
    assert {d.bias for d in net.dense_layers} == {"layer"}
    assert net.loss.name == "cross_entropy"
    assert repr(net) == (
        "Network(4-3-5-2: tanh, tanh, softmax; cross_entropy; 40 parameters, float32)"
    )


# -- use ----------------------------------------------------------------------------------


def test_prediction_in_pieces_is_the_forward_pass_without_dropout():
    net = mixed()
    X = np.random.default_rng(0).normal(size=(PREDICT_BATCH + 1, 3))
    np.testing.assert_allclose(net.predict_proba(X), net.forward(X).y_hat, rtol=1e-13)
    assert net.predict_proba(np.empty((0, 3))).shape == (0, 2)


@pytest.mark.parametrize("n", [1, 3, 5000])
@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
def test_predict_names_a_number_that_is_none_whatever_the_weights(n, strange):
    net = gn.Network.dense([3, 4, 2], hidden="relu", output="softmax", seed=1)
    net.dense_layers[0].W[:, 1] = 0  # and so weighs nothing
    X = np.zeros((n, 3))
    X[-1, 1] = strange
    with pytest.raises(InputError, match=f"at row {n - 1}, column 1"):
        net.predict_proba(X)
    X[-1, 1] = 1e30  # whose square float32 cannot hold, and no fault
    net.dense_layers[0].W[...] = 1
    assert np.isfinite(net.predict_proba(X)).all()


def test_predict_speaks_in_classes_where_it_has_them():
    net, X = mixed(), batch(8)[0]
    out = net.forward(X).y_hat
    np.testing.assert_allclose(net.predict(X), out)
    net.classes = ["left", "right"]
    assert net.predict(X).tolist() == ["left" if a > b else "right" for a, b in out]
    one = Network([Dense(1, 1, "sigmoid", W=[[1.0]])], dtype="float64")
    assert one.predict([[0.0], [2.0]]).tolist() == [0.5, pytest.approx(0.8807970779778823)]
    one.classes = ["no", "yes"]
    assert one.predict([[-0.1], [0.0], [2.0]]).tolist() == ["no", "yes", "yes"]


def test_raw_rows_go_through_the_preparation_first():
    class Half:
        def apply(self, X, dtype="float64"):
            return np.asarray(X, dtype) / 2

    net, X = mixed(), batch()[0]
    plain = net.predict_proba(X / 2)
    net.preparation = Half()
    np.testing.assert_array_equal(net.predict_proba(X), plain)


def test_a_single_sample_is_a_row():
    assert mixed().forward([1, 2, 3]).y_hat.shape == (1, 2)


@given(weights)
def test_shares_sum_to_1(w):
    assert shares(w, len(w)).sum() == pytest.approx(1, rel=1e-14)
    assert shares(None, len(w)).tolist() == len(w) * [1 / len(w)]


# -- refusals -----------------------------------------------------------------------------

D = Dense


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: Network([D(2, 3), D(4, 1)]),
            "^a layer of 3 neurons is followed by one that takes 4",
        ),
        (lambda: Network([]), "needs layers, and its last must be Dense"),
        (lambda: Network([D(2, 3), Dropout(0.5)]), "its last must be Dense"),
        (
            lambda: Network([D(2, 3, "relu")], "cross_entropy"),
            "goes with a softmax output; .* relu",
        ),
        (lambda: Network([D(2, 3, "softmax")], "binary_cross_entropy"), "with a sigmoid output"),
        (lambda: Network([D(2, 3)], "mse"), "unknown loss 'mse'"),
        (
            lambda: Network([D(2, 3)], dtype="float16"),
            "dtype is 'float16': give float32 or float64",
        ),
        (lambda: Network([D(2, 3)], dtype="flaot32"), "dtype is 'flaot32'"),
        (lambda: Network([D(2, 3)], l1=-1), "l1 is -1: give a number from 0 up"),
        (lambda: Network([D(2, 3)], l2=math.nan), "l2 is nan"),
        (lambda: Network([D(2, 3)], max_norm=0), "max_norm is 0: give a number above 0"),
        (lambda: Network.dense([3]), r"sizes are \[3\]: give at least inputs and outputs"),
        (lambda: Network.dense([3, 0, 2]), r"sizes\[1\] is 0: give a whole number from 1 up"),
        (lambda: Network.dense([3, 2], hidden="relu", output="rleu"), "did you mean 'relu'"),
        (lambda: Network.from_spec({"layers": [D(2, 3).spec()], "speed": 1}), "does not fit"),
        (lambda: mixed().forward(np.zeros((2, 4))), "^x has 4 features; this network takes 3"),
        (lambda: mixed().forward(np.zeros((2, 3, 1))), r"x has shape \(2, 3, 1\)"),
        (lambda: mixed().forward(1.0), r"x has shape \(\)"),
        (lambda: mixed().predict(np.zeros((2, 4))), "x has 4 features"),
        (
            lambda: mixed().gradient(np.zeros((2, 3)), [0, 1, 1]),
            "there are 2 rows of x and 3 targets",
        ),
        (lambda: mixed().gradient(np.zeros((2, 3)), [0, 2]), "the labels hold 2, outside"),
        (
            lambda: mixed().gradient(np.zeros((2, 3)), np.zeros((2, 3))),
            "targets have 3 numbers a row",
        ),
        (
            lambda: mixed().gradient(np.zeros((2, 3)), [0, 1], [1]),
            "sample weights must be 2 numbers",
        ),
        (lambda: mixed().gradient(np.zeros((2, 3)), [0, 1], [1, -1]), "numbers from 0 up"),
        (lambda: mixed().gradient(np.zeros((2, 3)), [0, 1], [0, 0]), "not all zero"),
        (lambda: mixed().gradient(np.zeros((2, 3)), [0, 1], [1, math.inf]), "sample weights"),
        (lambda: mixed().gradient(np.zeros((0, 3)), np.zeros(0, int)), "^there are no rows"),
    ],
)
def test_what_does_not_fit_is_refused_with_one_sentence(call, message):
    with pytest.raises(InputError, match=message) as refusal:
        call()
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


def test_networks_of_two_rooms_that_compute_the_same_are_equal():
    class Other(gn.Network):
        def forward(self, x, rng=None):
            return super().forward(x, rng)

    assert gn.Network.dense([3, 2]) == Network.dense([3, 2])
    assert Network.dense([3, 2]) == gn.Network.dense([3, 2])
    assert Other.dense([3, 2]) != gn.Network.dense([3, 2])
