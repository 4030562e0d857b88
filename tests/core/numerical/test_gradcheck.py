"""Every gradient against central differences, and the check itself: a wrong one is found."""

import itertools

import numpy as np
import pytest

from glassnet.core import losses
from glassnet.core.activations import ACTIVATIONS, Softmax
from glassnet.core.errors import InputError
from glassnet.core.layers import BIASES, Dense, Dropout
from glassnet.core.losses import LOSSES
from glassnet.core.network import Network
from glassnet.core.numerical.gradcheck import along_directions, gradcheck

SIZES = {1: [4, 3], 2: [4, 5, 3], 3: [4, 5, 2, 3]}  # never square
MASKS = 11

# activation × loss that go together × depth. A joint loss has its one output, and there the
# activation stands in the layers before.
TOGETHER = [
    (name, loss, depth)
    for name, loss, depth in itertools.product(ACTIVATIONS, LOSSES, SIZES)
    if losses.get(loss).joint in (None, name) or depth > 1
]


def near_kink(net: Network, x: np.ndarray, margin: float, masks: int | None = None) -> np.ndarray:
    """Which samples come within margin of a place where some f′ jumps, (B,)."""
    p = net.forward(x, None if masks is None else np.random.default_rng(masks))
    near = np.zeros(len(p.x), dtype=bool)
    for step in p.dense:
        for kink in step.layer.activation.kinks:
            near |= (np.abs(step.z - kink) < margin).any(axis=1)
    return near


def network(name: str, loss: str, depth: int, *, dropout: bool = False, **settings) -> Network:
    output = losses.get(loss).joint or name
    names = [name] * (depth - 1) + [output]
    row = [
        Dense(n_in, n_out, f, b=np.linspace(-0.4, 0.6, n_out))
        for n_in, n_out, f in zip(SIZES[depth], SIZES[depth][1:], names)
    ]
    if dropout:  # between layers where there are several
        row.insert(depth - 1, Dropout(0.3))
    return Network(row, loss, seed=depth, dtype="float64", **settings)


def samples(net: Network, rows: int = 5, masks: int | None = None):
    """Random rows, drawn again while one lies near a kink; targets that every loss takes."""
    for seed in range(1000):
        rng = np.random.default_rng(seed)
        x, y = rng.normal(size=(rows, net.n_in)), rng.dirichlet(np.ones(net.n_out), rows)
        far = np.abs(net.forward(x, masks and np.random.default_rng(masks)).y_hat - y).min() > 1e-3
        if far and not near_kink(net, x, 1e-3, masks).any():
            return x, y, rng.uniform(0.2, 3, rows)
    raise AssertionError("every draw lies near a kink")


@pytest.mark.parametrize(("name", "loss", "depth"), TOGETHER)
def test_every_gradient_agrees_with_central_differences(name, loss, depth):
    net = network(name, loss, depth)
    x, y, _ = samples(net)
    plain = gradcheck(net, x, y)
    assert plain.ok, plain.arrays
    assert (plain.rows, plain.rows_at_kink) == (5, 0)

    net = network(name, loss, depth, dropout=True, l1=0.02, l2=0.3)
    x, y, w = samples(net, masks=MASKS)
    full = gradcheck(net, x, y, w, seed=MASKS)
    assert full.ok, full.arrays
    assert any(receipt.analytic for receipt in full.receipts)


@pytest.mark.parametrize("penalty", [{"l1": 0.1}, {"l2": 0.1}])
@pytest.mark.parametrize("masks", [None, MASKS])
def test_penalties_one_by_one_with_and_without_dropout(penalty, masks):
    net = network("relu", "huber", 3, dropout=True, **penalty)
    x, y, w = samples(net, masks=masks)
    assert gradcheck(net, x, y, w, seed=masks).ok


@pytest.mark.parametrize("bias", BIASES)
@pytest.mark.parametrize("frozen", [(), (1,), (2, 3)])
def test_kinds_of_bias_and_frozen_layers_have_right_gradients(bias, frozen):
    net = Network.dense([4, 5, 2, 3], hidden="silu", output="sigmoid", bias=bias, dtype="float64")
    net.freeze(*frozen)
    x, y, w = samples(net)
    checked = gradcheck(net, x, y, w)
    assert checked.ok, checked.arrays
    # a frozen part's gradient is computed and checked all the same
    assert [v.name for v in checked.arrays] == ["dW1", "db1", "dW2", "db2", "dW3", "db3"]
    assert len(checked.receipts) == net.theta.size


@pytest.mark.parametrize(
    "loss",
    [{"name": "huber", "threshold": 0.3}, {"name": "cross_entropy", "smoothing": 0.2},
     {"name": "binary_cross_entropy", "smoothing": 0.2}],
)  # fmt: skip
def test_losses_with_settings_have_right_gradients(loss):
    output = losses.get(loss).joint or "tanh"
    net = Network.dense([4, 5, 3], hidden="softplus", output=output, loss=loss, dtype="float64")
    x, y, w = samples(net)
    assert gradcheck(net, x, y, w).ok


# -- a wrong derivative is found ----------------------------------------------------------


@pytest.mark.parametrize("place", ["hidden", "output"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_wrong_derivative_of_an_activation_is_found(monkeypatch, name, place):
    other = "sigmoid" if name == "tanh" else "tanh"
    names = (name, other) if place == "hidden" else (other, name)
    net = Network.dense(
        [4, 5, 3], hidden=names[0], output=names[1], loss="squared_error", dtype="float64"
    )
    x, y, _ = samples(net)
    assert gradcheck(net, x, y).ok
    kind = ACTIVATIONS[name]
    method = "backward" if kind is Softmax else "df"
    right = getattr(kind, method)
    monkeypatch.setattr(kind, method, lambda *given: 1.00001 * right(*given))
    verdicts = {v.name: v.ok for v in gradcheck(net, x, y).arrays}
    wrong = {"dW1", "db1"} if place == "hidden" else {"dW1", "db1", "dW2", "db2"}
    assert {name for name, ok in verdicts.items() if not ok} == wrong
    assert along_directions(net, x, y) > 1e-7


@pytest.mark.parametrize("loss", LOSSES)
def test_a_wrong_delta_of_a_loss_is_found(monkeypatch, loss):
    net = network("tanh", loss, 2)
    x, y, _ = samples(net)
    right = LOSSES[loss].delta
    monkeypatch.setattr(LOSSES[loss], "delta", lambda *given: right(*given) + 1e-6)
    checked = gradcheck(net, x, y)
    assert not checked.ok
    assert not any(v.ok for v in checked.arrays)


@pytest.mark.parametrize(
    ("kind", "method", "wrong"),
    [
        (Dense, "dx", lambda self, step, delta: delta @ self.W * 1.00001),
        (Dropout, "delta", lambda self, step, da: da),
        (Network, "penalize", lambda self: None),
    ],
)
def test_a_wrong_backward_is_found(monkeypatch, kind, method, wrong):
    net = network("tanh", "squared_error", 2, dropout=True, l2=0.1)
    x, y, _ = samples(net, masks=MASKS)
    assert gradcheck(net, x, y, seed=MASKS).ok
    monkeypatch.setattr(kind, method, wrong)
    assert not gradcheck(net, x, y, seed=MASKS).ok
    assert along_directions(net, x, y, masks=MASKS) > 1e-7


# -- the check itself ---------------------------------------------------------------------


def test_samples_near_a_kink_are_left_out():
    net = Network([Dense(1, 1, "relu", W=[[1.0]]), Dense(1, 1, "identity", W=[[1.0]])])
    x, y = np.array([[0.0], [1.0], [1e-7], [-1.0]]), np.array([2.0, 3.0, 4.0, 5.0])
    assert near_kink(net, x, 1e-3).tolist() == [True, False, True, False]
    checked = gradcheck(net, x, y)
    assert checked.ok
    assert (checked.rows, checked.rows_at_kink) == (2, 2)
    assert checked.objective == pytest.approx(((1 - 3) ** 2 + (0 - 5) ** 2) / 4)
    assert not near_kink(network("tanh", "huber", 2), np.zeros((2, 4)), 9.0).any()
    with pytest.raises(InputError, match="every sample lies at a kink"):
        gradcheck(net, x[:1], y[:1])


def test_rows_keep_their_masks_when_others_are_left_out():
    # where dropout drops both inputs, z = 0: at the kink
    net = Network([Dropout(0.5), Dense(2, 3, "relu", W=[[1, 2], [3, 4], [5, 6]])], "huber")
    x, y = np.ones((12, 2)), np.full((12, 3), 0.25)
    for seed in range(30):
        checked = gradcheck(net, x, y, seed=seed)
        assert checked.ok
        mask = np.random.default_rng(seed).random((12, 2), dtype=np.float32) >= 0.5
        assert checked.rows == mask.any(axis=1).sum()


def test_a_receipt_for_each_parameter():
    net = network("tanh", "squared_error", 2)
    x, y, _ = samples(net)
    checked = gradcheck(net, x, y)
    assert net.gradient(x, y) == pytest.approx(checked.objective, rel=1e-14)
    grads = {name: grad for name, _, grad in net.parameters()}
    by_address = {r.address: r for r in checked.receipts}
    assert len(by_address) == net.theta.size
    for address, place in {"dW1[4,2]": ("W1", (4, 2)), "db2[1]": ("b2", 1)}.items():
        receipt = by_address[address]
        assert receipt.analytic == pytest.approx(grads[place[0]][place[1]], rel=1e-12)
        gap = abs(receipt.analytic - receipt.numerical)
        size = abs(receipt.analytic) + abs(receipt.numerical)
        assert receipt.relative_error == pytest.approx(gap / size, rel=1e-6)
        assert 1e-12 < receipt.limit < 1e-9


def test_few_receipts_are_spread_evenly_and_the_network_is_left_alone():
    net = network("tanh", "squared_error", 3).astype("float32")
    x, y, _ = samples(net)
    theta, grad = net.theta.copy(), net.grad.copy()
    checked = gradcheck(net, x, y, max_receipts=3)
    assert checked.ok
    firsts = [r.address for r in checked.receipts if r.address.startswith("dW1")]
    assert firsts == ["dW1[0,0]", "dW1[2,1]", "dW1[4,3]"]
    along_directions(net, x, y)
    np.testing.assert_array_equal(net.theta, theta)
    np.testing.assert_array_equal(net.grad, grad)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_right_gradient_passes_along_random_directions(loss):
    net = network("gelu", loss, 3, dropout=True, l1=0.01, l2=0.1)
    x, y, w = samples(net, masks=MASKS)
    assert along_directions(net, x, y, w, masks=MASKS) < 1e-7


@pytest.mark.parametrize(("y", "w"), [(np.zeros((2, 3)), None), (np.zeros((5, 3)), [1.0])])
def test_targets_or_weights_of_another_length_are_refused(y, w):
    with pytest.raises(InputError, match=r"5 rows of x and 2 targets|must be 5 numbers"):
        gradcheck(network("relu", "huber", 2), np.ones((5, 4)), y, w)


# -- what cannot be judged, or is no number -----------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (lambda net, x: net.dense_layers[0].W.__setitem__((1, 2), np.nan), "W1[1,2] is nan"),
        (lambda net, x: x.__setitem__((3, 1), np.inf), "x[1]@3 is inf"),
        (lambda net, x: net.dense_layers[1].b.fill(1e200), "objective is inf"),
    ],
)
def test_nan_and_infinity_fail_and_say_where(spoil, where):
    net = network("tanh", "squared_error", 2)
    net.layers[-1].activation = ACTIVATIONS["identity"]()
    x, y = np.ones((5, 4)), np.zeros((5, 3))
    assert gradcheck(net, x, y).ok
    spoil(net, x)
    checked = gradcheck(net, x, y)
    assert not checked.ok
    assert checked.not_finite == where
    assert along_directions(net, x, y) == np.inf


def test_a_gradient_that_is_nan_alone_fails_with_its_address(monkeypatch):
    right = Network.gradient

    def gradient(net, *given):
        value = right(net, *given)
        net.dense_layers[1].dW[2, 3] = np.nan
        return value

    monkeypatch.setattr(Network, "gradient", gradient)
    checked = gradcheck(network("tanh", "squared_error", 2), np.ones((2, 4)), np.zeros((2, 3)))
    assert (checked.ok, checked.wrong, checked.not_finite) == (False, ["dW2"], "dW2[2,3] is nan")
    assert checked.arrays[2].worst == "dW2[2,3]"


def test_weights_at_the_kink_of_l1_are_left_out_and_counted():
    net = network("tanh", "squared_error", 2, l1=0.1)
    net.dense_layers[0].W[0, :3] = [0.0, 1e-9, -1e-4]
    x, y, w = samples(net)
    checked = gradcheck(net, x, y, w)
    assert checked.ok, checked.arrays
    assert (checked.weights_at_kink, checked.arrays[0].at_kink) == (2, 2)
    addresses = [r.address for r in checked.receipts]
    assert "dW1[0,1]" not in addresses
    assert "dW1[0,2]" in addresses  # a step goes clear of the kink
    assert along_directions(net, x, y, w) < 1e-7


@pytest.mark.parametrize("loss", ["absolute_error", {"name": "huber", "threshold": 0.5}])
def test_rows_at_a_kink_of_the_loss_are_left_out(loss):
    net = Network([Dense(1, 1, "identity", W=[[1.0]])], loss, dtype="float64")
    kink = losses.get(loss).kinks[-1]
    checked = gradcheck(net, [[1.0], [2.0], [3.0]], [[1.0 - kink], [1.9], [5.0]])
    assert checked.ok, checked.arrays
    assert (checked.rows, checked.rows_at_kink) == (2, 1)


def test_a_gradient_lost_in_rounding_is_not_judged():
    # behind 40 sigmoids of small slope nothing of the first weight is left
    net = Network.dense([1] * 41, hidden="sigmoid", dtype="float64")
    checked = gradcheck(net, [[1.0]], [[3.0]])
    assert not checked.ok
    assert not checked.wrong
    assert "dW1" in checked.not_judged
    assert "dW40" not in checked.not_judged
    assert repr(checked).startswith("GradCheck(80 entries of 80 arrays: dW1, db1, dW2, …")
    assert repr(checked).endswith(" not judged)")


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("where", ["data", "weights"])
def test_scales_change_no_verdict(monkeypatch, scale, where):
    net = network("relu", "squared_error", 2)
    x, y, _ = samples(net)
    x *= scale if where == "data" else 1
    net.theta *= scale if where == "weights" else 1
    assert not gradcheck(net, x, y * 3).wrong
    right = Network.gradient

    def gradient(net, *given):
        value = right(net, *given)
        net.dense_layers[1].dW[2] *= 1.001
        return value

    monkeypatch.setattr(Network, "gradient", gradient)
    assert gradcheck(net, x, y * 3).wrong == ["dW2"]


def test_a_kink_that_nobody_declared_accuses_nobody(monkeypatch):
    monkeypatch.setattr(ACTIVATIONS["relu"], "kinks", ())
    net = Network([Dense(2, 3, "relu"), Dense(3, 1, "identity")], dtype="float64")
    x, y = np.zeros((2, 2)), np.ones((2, 1))  # every z of layer 1 is exactly 0
    checked = gradcheck(net, x, y)
    assert not checked.wrong
    assert checked.not_judged == ["db1"]
