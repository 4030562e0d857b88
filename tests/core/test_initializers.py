"""Initial weights: their spread, their bounds, and orthonormal rows or columns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core import activations, initializers
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense

N_OUT, N_IN = 300, 500
VARIANCE = {"glorot": 2 / (N_OUT + N_IN), "he": 2 / N_IN, "lecun": 1 / N_IN}
sizes = st.integers(1, 12)


@pytest.mark.parametrize("shape", ["uniform", "normal"])
@pytest.mark.parametrize("family", VARIANCE)
def test_weights_have_the_variance_and_shape_of_their_family(family, shape):
    W = initializers.get(f"{family}_{shape}")(np.random.default_rng(0), N_OUT, N_IN)
    std = np.sqrt(VARIANCE[family])
    assert W.shape == (N_OUT, N_IN)
    assert W.var() == pytest.approx(std**2, rel=0.02)
    assert abs(W.mean()) < 5 * std / np.sqrt(W.size)
    # kurtosis tells the two apart: 9/5 and 3; so does the largest entry
    assert ((W / std) ** 4).mean() == pytest.approx(1.8 if shape == "uniform" else 3, rel=0.05)
    assert (np.abs(W).max() <= np.sqrt(3) * std) == (shape == "uniform")


@given(sizes, sizes, st.integers(0, 2**32 - 1))
def test_orthogonal_weights_keep_lengths(n_out, n_in, seed):
    W = initializers.orthogonal(np.random.default_rng(seed), n_out, n_in)
    assert W.shape == (n_out, n_in)
    product = W @ W.T if n_out <= n_in else W.T @ W
    np.testing.assert_allclose(product, np.eye(min(n_out, n_in)), atol=1e-13)


def test_orthogonal_weights_favour_no_direction():
    draws = [initializers.orthogonal(np.random.default_rng(k), 2, 2) for k in range(400)]
    # without the signs of r's diagonal, q[0, 0] would always be negative
    assert abs(np.mean([np.sign(W[0, 0]) for W in draws])) < 0.2
    assert np.mean([np.sign(np.linalg.det(W)) for W in draws]) == pytest.approx(0, abs=0.2)


def test_zeros_are_zero():
    assert not initializers.zeros(np.random.default_rng(0), 2, 3).any()
    assert initializers.zeros(np.random.default_rng(0), 2, 3).shape == (2, 3)


@pytest.mark.parametrize("name", initializers.INITIALIZERS)
def test_the_same_generator_gives_the_same_weights(name):
    draw = initializers.get(name)
    first, second = (draw(np.random.default_rng(7), 3, 4) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert first.dtype == np.float64


def test_each_activation_has_the_initializer_made_for_it():
    made_for = {name: Dense(2, 2, name).initializer for name in activations.ACTIVATIONS}
    assert made_for == {
        "identity": "glorot_uniform", "sigmoid": "glorot_uniform", "tanh": "glorot_uniform",
        "softmax": "glorot_uniform", "selu": "lecun_normal", "relu": "he_normal",
        "leaky_relu": "he_normal", "elu": "he_normal", "gelu": "he_normal",
        "gelu_tanh": "he_normal", "silu": "he_normal", "softplus": "he_normal",
    }  # fmt: skip
    for kind in activations.ACTIVATIONS.values():
        assert "initializer" in vars(kind), f"{kind} names no initializer of its own"


def test_an_activation_of_ones_own_names_its_initializer():
    class Steeper(activations.ReLU):
        pass

    cube = activations.Elementwise("cube", lambda z: z**3, lambda z: 3 * z**2)
    half = activations.Elementwise("half", np.abs, np.sign, (0.0,), initializer="he_normal")
    for f, name in ((Steeper(), "he_normal"), (cube, "glorot_uniform"), (half, "he_normal")):
        assert Dense(2, 2, f).initializer == name
    with pytest.raises(InputError, match="unknown initializer 'he'"):
        Dense(2, 2, activations.Elementwise("odd", np.abs, np.sign, initializer="he"))


def test_an_unknown_initializer_is_refused():
    with pytest.raises(
        InputError, match=r"unknown initializer 'he_norm': did you mean 'he_normal'"
    ):
        initializers.get("he_norm")
