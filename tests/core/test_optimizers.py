"""Each update rule along 25 fixed gradients, and clipping."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.core import optimizers
from glassnet.core.errors import InputError
from glassnet.core.optimizers import OPTIMIZERS, SGD, Adam, clip_by_norm, clip_by_value

GOLDEN = Path(__file__).parents[1] / "golden" / "optimizers.json"
CASES = {case["name"]: case for case in json.loads(GOLDEN.read_text("utf-8"))["cases"]}
# Paths that no setting of ours walks, and why.
NOT_OURS = {
    "paper: classical momentum, rate halved": "the rate stands inside v; we follow PyTorch",
    "paper: nesterov, rate halved": "the rate stands inside v; we follow PyTorch",
    "paper: adam, eps-hat": "eps is added to √v uncorrected; ours is Algorithm 1",
    "paper: adam, large eps-hat": "eps is added to √v uncorrected; ours is Algorithm 1",
    "paper: amsgrad": "no eps, and 0/0 is no step; ours adds eps ('paper: amsgrad, eps')",
}
OURS = [name for name in CASES if name not in NOT_OURS]
vectors = hnp.arrays(np.float64, st.integers(1, 8), elements=st.floats(-1e6, 1e6))


def built(case) -> tuple[optimizers.Optimizer, float]:
    """The case's optimizer, and the weight decay that goes into its gradients."""
    settings = dict(case["settings"])
    coupled = 0.0 if case["optimizer"] == "adamw" else settings.pop("weight_decay", 0.0)
    if case["optimizer"] in ("amsgrad", "adamw"):
        settings["form"] = case["form"]
    return optimizers.get(case["optimizer"], **settings), coupled


def walk(case) -> np.ndarray:
    rule, decay = built(case)
    theta, path = np.array(case["theta0"]), []
    for g, factor in zip(case["gradients"], case.get("factors", 25 * [1.0])):
        rule.step(theta, np.array(g) + decay * theta, factor)
        path.append(theta.copy())
    return np.array(path)


def test_what_is_left_out_exists_and_every_optimizer_is_in():
    assert NOT_OURS.keys() <= CASES.keys()
    assert {CASES[name]["optimizer"] for name in OURS} == set(OPTIMIZERS)


@pytest.mark.parametrize("name", OURS)
def test_25_steps_agree_with_golden_numbers(name):
    case = CASES[name]
    np.testing.assert_allclose(walk(case), case["theta"], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", NOT_OURS)
def test_what_is_left_out_is_indeed_another_path(name):
    case = CASES[name]
    if case["settings"].get("eps") == 0:
        # 0/0, at the coordinate whose gradient is 0
        with pytest.raises(RuntimeWarning, match="invalid"):
            walk(case)
    else:
        assert not np.allclose(walk(case), case["theta"], rtol=1e-10, atol=1e-10)


def test_the_defaults_are_pytorchs():
    defaults = {
        "torch: adagrad": "adagrad", "torch: rmsprop": "rmsprop", "torch: adam": "adam",
        "torch: amsgrad": "amsgrad", "torch: adamw": "adamw",
    }  # fmt: skip
    for case, name in defaults.items():
        rule = optimizers.get(name)
        assert {k: getattr(rule, k) for k in CASES[case]["settings"]} == CASES[case]["settings"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_update_is_in_place_and_keeps_the_dtype(name, dtype):
    rule = optimizers.get(name)
    theta, g = np.ones(3, dtype), np.array([1.0, 0.0, -2.0], dtype)
    given = g.copy()
    assert rule.step(theta, g) is None
    assert theta.dtype == dtype
    assert all(s.dtype == dtype and s.shape == (3,) for s in rule.state.values())
    assert theta[0] < 1 < theta[2]
    np.testing.assert_array_equal(g, given)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_start_forgets_everything(name):
    rule, g = optimizers.get(name), np.array([1.0, -3.0])
    first, again = np.zeros(2), np.zeros(2)
    rule.step(first, g)
    rule.step(np.zeros(2), g * 100)
    assert rule.t == 2
    rule.start(again)
    rule.step(again, g)
    assert rule.t == 1
    np.testing.assert_array_equal(first, again)


def test_a_theta_of_another_length_starts_afresh():
    rule = Adam()
    rule.step(np.zeros(2), np.ones(2))
    rule.step(np.zeros(3), np.ones(3))
    assert rule.t == 1
    assert rule.state["m"].shape == (3,)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_is_rebuilt_from_its_specification(name):
    rule = optimizers.get(name, learning_rate=0.25)
    assert rule.learning_rate == 0.25
    assert optimizers.get(json.loads(json.dumps(rule.spec()))) == rule
    assert optimizers.get(rule) is rule


@given(vectors, st.floats(1e-3, 1e6))
def test_clipping_by_norm_shortens_and_keeps_the_direction(g, limit):
    kept = g.copy()
    norm = clip_by_norm(g, limit)
    assert norm == pytest.approx(sum(v * v for v in kept.tolist()) ** 0.5, rel=1e-12)
    if norm <= limit:
        np.testing.assert_array_equal(g, kept)
    else:
        assert np.linalg.norm(g) == pytest.approx(limit, rel=1e-12)
        np.testing.assert_allclose(g * norm, kept * limit, rtol=1e-12, atol=1e-300)


@given(vectors, st.floats(0, 1e6))
def test_clipping_by_value_holds_each_entry(g, limit):
    expected = [max(-limit, min(limit, v)) for v in g.tolist()]
    assert clip_by_value(g, limit) is None
    assert g.tolist() == expected


def test_clipping_by_norm_measures_float32_in_float64():
    g = np.array([1e30, 1e30], np.float32)  # whose squares overflow float32
    assert clip_by_norm(g, 1.0) == pytest.approx(2**0.5 * 1e30, rel=1e-6)
    np.testing.assert_allclose(g, 0.5**0.5, rtol=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(-0.1), r"^learning_rate is -0\.1: give a number above 0\.$"),
        (lambda: SGD(0), "learning_rate is 0: "),
        (lambda: SGD(float("nan")), "learning_rate is nan"),
        (lambda: SGD(float("inf")), "learning_rate is inf"),
        (lambda: SGD("fast"), "learning_rate is 'fast'"),
        (lambda: optimizers.get("momentum", momentum=1.0), r"momentum is 1\.0: .* to below 1"),
        (lambda: Adam(beta1=-0.1), r"beta1 is -0\.1"),
        (lambda: Adam(beta2=1), "beta2 is 1"),
        (lambda: optimizers.get("rmsprop", decay=2), "decay is 2"),
        (lambda: optimizers.get("adamw", weight_decay=-1), "weight_decay is -1"),
        (
            lambda: optimizers.get("amsgrad", form="book"),
            "form is 'book': give 'pytorch' or 'paper'",
        ),
        (lambda: optimizers.get("adamw", form="book"), "form is 'book'"),
        (lambda: optimizers.get("adm"), r"unknown optimizer 'adm': did you mean 'adam'\?"),
        (lambda: optimizers.get("sgd", speed=1), "SGD takes no speed. It takes learning_rate"),
    ],
)
def test_what_is_no_optimizer_is_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()
