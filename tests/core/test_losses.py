"""Losses: golden values and deltas, both ends of the range, targets, and float64 sums."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.core import activations, losses
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense
from glassnet.core.losses import LOSSES
from glassnet.core.network import Network

GOLDEN = Path(__file__).parents[1] / "golden" / "losses.json"
CASES = json.loads(GOLDEN.read_text("utf-8"))["cases"]
# each loss with an output it goes with
PAIRS = [
    (loss, out) for loss in LOSSES
    for out in ("identity", "sigmoid", "tanh", "relu", "softmax", "exp")
    if losses.get(loss).joint in (None, out)
]  # fmt: skip

# e^z of 1000 is more than a float holds
BOUNDED = [pair for pair in PAIRS if pair[1] != "exp"]


def straight_through(n: int, activation: str, loss) -> Network:
    """A network whose z is its x."""
    row = [Dense(n, n, activation, W=np.eye(n))]
    return Network(row, loss, dtype="float64")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_loss_and_delta_agree_with_golden_numbers(case):
    z = np.array(case["z"])
    y = np.array(case["y"])
    w = case["sample_weights"]
    if case["class_weights"] is not None:  # a class weight is a weight of the samples of the class
        w = np.array(case["class_weights"])[y] * (1 if w is None else np.array(w))
    net = straight_through(z.shape[1], case["activation"], case["loss"])
    p = net.backward(net.forward(z), y, w)
    np.testing.assert_allclose(p.sample_loss, case["sample_loss"], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(p.loss, case["value"], rtol=1e-12)
    np.testing.assert_allclose(p.dense[0].delta, case["delta"], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("loss", "out"), BOUNDED)
def test_all_is_finite_at_1000_and_10_000_and_keeps_the_dtype(loss, out, dtype):
    kind, f = losses.get(loss), activations.get(out)
    edges = [-1e4, -1000.0, -50.0, 0.0, 50.0, 1000.0, 1e4]
    z = np.array([[u, v] for u in edges for v in edges], dtype)
    for y in ([0.0, 1.0], [1.0, 0.0], [0.5, 0.5]):
        targets = kind.targets(np.tile(y, (len(z), 1)), 2, dtype)
        a = f.f(z)
        sample, delta = kind.sample(z, a, targets), kind.delta(z, a, targets, f)
        assert (sample.dtype, delta.dtype) == (np.float64, np.dtype(dtype))
        assert sample.shape == (len(z),)
        assert np.isfinite(sample).all()
        assert np.isfinite(delta).all()


def by_hand(loss: str, a: list[float], y: list[float]) -> float:
    """ℓ of one sample as its definition reads, a number at a time."""
    return sum(
        {
            "squared_error": lambda a, y: (a - y) ** 2 / 2,
            "absolute_error": lambda a, y: abs(a - y),
            "huber": lambda a, y: (a - y) ** 2 / 2 if abs(a - y) <= 1 else abs(a - y) - 0.5,
            "pinball": lambda a, y: abs(a - y) / 2,
            "poisson": lambda a, y: a - y * math.log(a),
            "cross_entropy": lambda a, y: -y * math.log(a),
            "binary_cross_entropy": lambda a, y: -y * math.log(a) - (1 - y) * math.log(1 - a),
        }[loss](ai, yi)
        for ai, yi in zip(a, y)
    )


@pytest.mark.parametrize("loss", LOSSES)
@given(z=hnp.arrays(np.float64, (3, 4), elements=st.floats(-8, 8)), labels=st.data())
def test_a_samples_loss_sums_its_definition_over_the_outputs(loss, z, labels):
    f = activations.get(losses.get(loss).joint or "identity")
    y = np.eye(4)[labels.draw(st.lists(st.integers(0, 3), min_size=3, max_size=3))]
    a = f.f(z)
    truth = [by_hand(loss, ai, yi) for ai, yi in zip(a.tolist(), y.tolist())]
    np.testing.assert_allclose(losses.get(loss).sample(z, a, y), truth, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("loss", "out"), [pair for pair in PAIRS if losses.get(pair[0]).joint])
def test_a_joint_delta_is_what_the_chain_rule_gives(loss, out):
    kind, f = losses.get(loss), activations.get(out)
    z, y = np.array([[0.3, -1.2, 2.0]]), np.array([[0.0, 1.0, 0.0]])
    a = f.f(z)
    np.testing.assert_allclose(
        kind.delta(z, a, y, f), f.backward(kind.da(a, y), z, a), rtol=1e-13, atol=1e-15
    )


@pytest.mark.parametrize(
    ("loss", "first", "y", "truth", "rounding"),
    [
        ("squared_error", 2.0**13, -1.0, (2**13 + 1) ** 2 / 2 + 512 / 2, 0),
        ("absolute_error", 2.0**24, -1.0, 2**24 + 1 + 512, 1),
        ("huber", 2.0**24, -1.0, 2**24 + 0.5 + 512 / 2, 1),
        ("pinball", 2.0**24, -1.0, (2**24 + 1 + 512) / 2, 1),
        ("poisson", 2.0**24, 0.0, 2**24, 0),
        ("cross_entropy", -(2.0**24), 1.0, 2**24 + 513 * math.log(512), 7),
        ("binary_cross_entropy", 2.0**24, 0.0, 2**24 + 512 * math.log(2), 1e-3),
    ],
)
def test_the_outputs_of_a_float32_sample_are_summed_in_float64(loss, first, y, truth, rounding):
    # after a first term of 2²⁴ a float32 sum loses the 512 others
    z = np.array([[first] + 512 * [0.0]], np.float32)
    sample = losses.get(loss).sample(z, z, np.full_like(z, y))
    assert sample[0] == pytest.approx(truth, abs=rounding, rel=0)


# -- targets ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("y", "n_out", "met"),
    [
        ([2, 0], 3, [[0, 0, 1], [1, 0, 0]]),
        (np.array([1, 0], np.uint8), 2, [[0, 1], [1, 0]]),
        ([0.25, 4], 1, [[0.25], [4]]),
        ([3, 1], 1, [[3], [1]]),
        ([[1, 2], [3, 4]], 2, [[1, 2], [3, 4]]),
        (np.array([], int), 2, np.empty((0, 2))),
    ],
)
def test_targets_become_rows_in_the_networks_dtype(y, n_out, met):
    out = losses.get("squared_error").targets(y, n_out, "float32")
    assert out.dtype == np.float32
    np.testing.assert_array_equal(out, met)


@pytest.mark.parametrize(("loss", "parts"), [("cross_entropy", 4), ("binary_cross_entropy", 2)])
def test_smoothing_shares_out_a_part_of_the_label(loss, parts):
    y = losses.get({"name": loss, "smoothing": 0.2}).targets([1], 4, "float32")
    off = 0.2 / parts
    np.testing.assert_allclose(y, [[off, 0.8 + off, off, off]], rtol=1e-6)
    assert y.dtype == np.float32


@pytest.mark.parametrize(
    ("loss", "y", "message"),
    [
        ("cross_entropy", [0, 3], r"^the labels hold 3, outside the network's 3 classes 0 to 2\.$"),
        ("squared_error", [-1, 0], "the labels hold -1, outside"),
        ("squared_error", [0.5, 1.5], "one a row; the network has 3 outputs"),
        ("huber", [[1.0, 2.0]], "the targets have 2 numbers a row; the network has 3 outputs"),
        ("absolute_error", [[[1.0]]], "the targets have 3 dimensions"),
        ("cross_entropy", [[0.5, 0.2, 0.2]], "shares of the classes"),
        ("cross_entropy", [[1.5, -0.5, 0.0]], "shares of the classes"),
        ("cross_entropy", [[math.nan, 0.5, 0.5]], "shares of the classes"),
        (
            "binary_cross_entropy",
            [[0.0, 2.0, 1.0]],
            r"targets from 0 to 1; these go from 0 to 2\.$",
        ),
        ("binary_cross_entropy", [[0.0, -1.0, 1.0]], "from -1 to 1"),
        ("binary_cross_entropy", [[0.0, math.nan, 1.0]], "from 0 to 1"),
    ],
)
def test_targets_that_do_not_fit_are_refused(loss, y, message):
    with pytest.raises(InputError, match=message) as refusal:
        losses.get(loss).targets(y, 3, "float64")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("which", "message"),
    [
        ("cross_entrpy", r"unknown loss 'cross_entrpy': did you mean 'cross_entropy'\?"),
        ({"name": "huber", "threshold": 0}, r"threshold is 0: give a number above 0\.$"),
        ({"name": "huber", "threshold": math.nan}, "threshold is nan"),
        ({"name": "cross_entropy", "smoothing": 1.0}, r"smoothing is 1\.0"),
        ({"name": "binary_cross_entropy", "smoothing": -0.1}, r"smoothing is -0\.1"),
        (
            {"name": "squared_error", "smoothing": 0.1},
            "SquaredError takes no smoothing. It takes nothing",
        ),
    ],
)
def test_what_is_no_loss_is_refused(which, message):
    with pytest.raises(InputError, match=message):
        losses.get(which)


def test_a_loss_is_rebuilt_from_its_specification():
    for kind in (
        *(losses.get(name) for name in LOSSES),
        losses.Huber(2.5),
        losses.Pinball(0.9),
        losses.CrossEntropy(0.1),
    ):
        assert losses.get(json.loads(json.dumps(kind.spec()))) == kind
        assert losses.get(kind) is kind


def test_the_natural_loss_has_a_minus_y_for_its_delta():
    for name in activations.ACTIVATIONS:
        loss = losses.natural_loss(activations.get(name)).name
        kinds = {"softmax": "cross_entropy", "sigmoid": "binary_cross_entropy"}
        assert loss == kinds.get(name, "squared_error")


def test_poisson_has_scikit_learns_slopes_and_its_loss_but_for_what_the_targets_alone_decide():
    xlogy = pytest.importorskip("scipy.special").xlogy
    z, y = np.array([[0.3, -1.2, 2.0]]), np.array([[0.0, 3.0, 7.0]])
    a = np.exp(z)
    theirs = (xlogy(y, y / a) - y + a).sum()  # half the deviance
    own = losses.get("poisson").sample(z, a, y)[0]
    assert own + (xlogy(y, y) - y).sum() == pytest.approx(theirs, rel=1e-13)
    with pytest.raises(InputError, match=r"takes counts, from 0 up; these go down to -1"):
        losses.get("poisson").targets([[1.0], [-1.0]], 1, np.float64)
    with pytest.raises(InputError, match="poisson goes with a"):
        Network([Dense(2, 1, "relu")], "poisson")
    assert losses.natural_loss(activations.get("exp")) == losses.Poisson()


@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.9])
def test_pinball_is_least_at_the_quantile_and_has_published_slopes(quantile):
    y = np.random.default_rng(0).normal(size=999)
    loss = losses.Pinball(quantile)
    places = np.sort(y)
    costs = [loss.sample(*[np.full((999, 1), a)] * 2, y[:, None]).sum() for a in places]
    assert abs(places[np.argmin(costs)] - np.quantile(y, quantile)) < 0.02
    # too little by 2 costs q a unit, too much by 3 costs 1 − q (Koenker and Bassett 1978)
    a, y = np.array([[0.0], [5.0]]), np.array([[2.0], [2.0]])
    np.testing.assert_allclose(loss.sample(a, a, y), [2 * quantile, 3 * (1 - quantile)])
    np.testing.assert_allclose(loss.da(a, y)[:, 0], [-quantile, 1 - quantile])


def test_a_quantile_lies_between_nought_and_one():
    with pytest.raises(InputError, match=r"quantile is 1.0: give a number between 0 and 1"):
        losses.Pinball(1.0)


def test_several_quantiles_are_those_of_one_side_by_side():
    rng = np.random.default_rng(0)
    a, y = rng.normal(size=(5, 3)), rng.normal(size=5)
    loss = losses.Pinball((0.1, 0.5, 0.9))
    taken = loss.targets(y, 3, "float64")
    np.testing.assert_array_equal(taken, np.stack([y] * 3, axis=1))
    each = [losses.Pinball(q) for q in (0.1, 0.5, 0.9)]
    alone = sum(one.sample(a[:, [j]], a[:, [j]], y[:, None]) for j, one in enumerate(each))
    np.testing.assert_allclose(loss.sample(a, a, taken), alone)
    for j, one in enumerate(each):
        np.testing.assert_allclose(loss.da(a, taken)[:, j], one.da(a[:, j], y))
        assert loss.at_output(j) == one
    assert losses.get(loss.spec()) == loss
    assert losses.get({"name": "pinball", "quantile": [0.1, 0.5, 0.9]}) == loss
    assert (np.diff(loss.arranged(a), axis=1) >= 0).all()
    assert losses.Pinball(0.5).arranged(a) is a


@pytest.mark.parametrize("given", [(0.5,), (0.9, 0.1), (0.1, 0.1), (0.1, 1.5), ("a", "b"), ()])
def test_quantiles_rise_between_nought_and_one(given):
    with pytest.raises(InputError, match="quantile"):
        losses.Pinball(given)


def test_so_many_quantiles_ask_for_so_many_outputs():
    with pytest.raises(InputError, match="there are 2 quantiles, and the network has 3 outputs"):
        losses.Pinball((0.1, 0.9)).targets([1.0], 3, "float32")
