"""Each f and f′: golden values, 4 ulp, both ends of the range, and what softmax promises."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.core import activations
from glassnet.core.activations import ACTIVATIONS
from glassnet.core.errors import InputError

ELEMENTWISE = [name for name in ACTIVATIONS if name != "softmax"]
DTYPES = ["float32", "float64"]
EDGES = [-1e4, -1000.0, -104.0, -88.0, -20.0, -1.0, -0.0, 0.0, 1.0, 20.0, 88.0, 104.0, 1000.0, 1e4]

rows = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 4), st.integers(1, 6)), elements=st.floats(-1000, 1000)
)


def case_of(golden, name):
    cases = {case["activation"]["name"]: case for case in golden("activations")["cases"]}
    return cases[name]


def test_every_activation_has_golden_numbers(golden):
    assert [c["activation"]["name"] for c in golden("activations")["cases"]] == ELEMENTWISE


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_f_agrees_with_golden_numbers(golden, name):
    case = case_of(golden, name)
    f = activations.get(case["activation"]).f(np.array(golden("activations")["z"]))
    # atol: GELU's far tail, where rounding z/√2 alone moves e^(−z²/2) by z² ulp
    np.testing.assert_allclose(f, case["f"], rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_df_agrees_with_golden_numbers(golden, name):
    case, z = case_of(golden, name), np.array(golden("activations")["z"])
    kind = activations.get(case["activation"])
    np.testing.assert_allclose(kind.df(z, kind.f(z)), case["df"], rtol=1e-12, atol=1e-15)


def test_softmax_and_its_backward_agree_with_golden_numbers(golden):
    softmax = activations.get("softmax")
    for case in golden("activations")["softmax"]:
        z, da = np.array([case["z"]]), np.array([case["da"]])
        a = softmax.f(z)
        np.testing.assert_allclose(a[0], case["a"], rtol=1e-12, atol=1e-300)
        np.testing.assert_allclose(softmax.backward(da, z, a)[0], case["backward"], atol=1e-12)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_all_is_finite_at_both_ends_and_keeps_the_dtype(name, dtype):
    kind = activations.get(name)
    for z in (np.array([EDGES], dtype), np.array(EDGES, dtype)[:, None]):
        a = kind.f(z)
        for out in (a, kind.df(z, a), kind.backward(np.ones_like(z), z, a)):
            assert out.dtype == dtype
            assert out.shape == z.shape
            assert np.isfinite(out).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_ends_are_where_they_belong(dtype):
    z = np.array([-1e4, 1e4], dtype)
    ends = {
        "identity": (-1e4, 1e4), "sigmoid": (0, 1), "tanh": (-1, 1), "relu": (0, 1e4),
        "leaky_relu": (-100, 1e4), "elu": (-1, 1e4), "selu": (-1.7580993408473766, 10507.009873554),
        "gelu": (0, 1e4), "gelu_tanh": (0, 1e4), "silu": (0, 1e4), "softplus": (0, 1e4),
    }  # fmt: skip
    assert list(ends) == ELEMENTWISE
    for name, end in ends.items():
        np.testing.assert_allclose(activations.get(name).f(z), end, rtol=1e-6, err_msg=name)


@pytest.mark.parametrize(("dtype", "low", "high"), [("float32", -104, 20), ("float64", -750, 45)])
def test_sigmoid_is_within_4_ulp_over_the_whole_range(dtype, low, high):
    rng = np.random.default_rng(1)
    z = np.concatenate(
        [rng.uniform(low, high, 3000), rng.normal(size=1000), [*EDGES, 1e-30, -1e-30, 5e-324]]
    ).astype(dtype)
    with localcontext(prec=50):
        truth = [1 / (1 + (-Decimal(float(v))).exp()) for v in z]
        f = activations.get("sigmoid").f(z)
        off = [abs(Decimal(float(a)) - t) for a, t in zip(f, truth)]
        ulp = [Decimal(float(np.spacing(np.dtype(dtype).type(t)))) for t in truth]
    assert max(o / u for o, u in zip(off, ulp)) <= 4


def test_gelu_agrees_with_the_c_librarys_erfc():
    z = np.linspace(-12, 12, 2001)
    truth = [v * 0.5 * math.erfc(-v / math.sqrt(2)) for v in z]
    np.testing.assert_allclose(activations.get("gelu").f(z), truth, rtol=4e-15)


@given(rows)
def test_softmax_sums_to_1_and_is_never_negative(z):
    a = activations.get("softmax").f(z)
    np.testing.assert_allclose(a.sum(axis=1), 1, rtol=1e-14)
    assert (a >= 0).all()


@given(rows, st.floats(-1000, 1000))
def test_softmax_is_unchanged_by_a_constant_shift(z, c):
    softmax = activations.get("softmax")
    np.testing.assert_allclose(softmax.f(z + c), softmax.f(z), rtol=1e-11, atol=1e-300)


@given(hnp.arrays(np.float64, (2, 4), elements=st.floats(-5, 5)), st.integers(0, 2**32 - 1))
def test_softmax_backward_is_the_product_with_its_jacobian(z, seed):
    softmax, da = activations.get("softmax"), np.random.default_rng(seed).normal(size=z.shape)
    a = softmax.f(z)
    jacobian = np.array([np.diag(row) - np.outer(row, row) for row in a])
    by_hand = np.einsum("bi,bij->bj", da, jacobian)
    np.testing.assert_allclose(softmax.backward(da, z, a), by_hand, atol=1e-14)
    np.testing.assert_allclose(softmax.df(z, a), np.einsum("bii->bi", jacobian), atol=1e-15)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_df_jumps_at_the_kinks_and_nowhere_else(name):
    kind = activations.get(name)
    z = np.linspace(-3, 3, 7)[:, None] + np.array([-1e-9, 1e-9])
    jump = np.abs(np.diff(kind.df(z, kind.f(z)), axis=1))[:, 0] > 1e-3
    assert tuple(np.linspace(-3, 3, 7)[jump]) == kind.kinks


def test_settings_reach_f_and_make_a_kink_of_elu():
    assert activations.get({"name": "leaky_relu", "slope": 0.3}).f(np.array([-2.0]))[0] == -0.6
    elu = activations.get({"name": "elu", "alpha": 2.0})
    z = np.array([-1.0, 1.0])
    np.testing.assert_allclose(elu.f(z), [2 * math.expm1(-1), 1], rtol=1e-15)
    np.testing.assert_allclose(elu.df(z, elu.f(z)), [2 * math.exp(-1), 1], rtol=1e-15)
    assert (elu.kinks, activations.get("elu").kinks) == ((0.0,), ())


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_rebuilt_from_its_specification(name):
    kind = activations.get(name)
    assert activations.get(kind.spec()) == kind
    assert activations.get(kind) is kind


@pytest.mark.parametrize(
    ("which", "message"),
    [
        (
            "rleu",
            r"^unknown activation 'rleu': did you mean 'relu'\? Known: identity, .*softmax\.$",
        ),
        ("zzz", r"^unknown activation 'zzz': Known: "),
        ({"slope": 1}, "unknown activation 'None'"),
        ({"name": "relu", "slope": 1}, r"^ReLU takes no slope\. It takes nothing\.$"),
    ],
)
def test_what_is_no_activation_is_refused(which, message):
    with pytest.raises(InputError, match=message):
        activations.get(which)
