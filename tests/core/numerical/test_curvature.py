"""Curvature from gradients alone, beside Hessians that are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.numerical.curvature import eigenvalues, hessian_times, lanczos


def known(values, seed):
    """A symmetric matrix with these eigenvalues, and the gradient of ½ (θ − c)ᵀ A (θ − c)."""
    rng = np.random.default_rng(seed)
    Q, _ = np.linalg.qr(rng.normal(size=(len(values), len(values))))
    A, c = Q @ np.diag(values) @ Q.T, rng.normal(size=len(values))
    return A, lambda theta: A @ (theta - c)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=6), st.integers(0, 99))
def test_all_eigenvalues_of_a_quadratic_are_found(values, seed):
    A, gradient = known(values, seed)
    found = eigenvalues(gradient, np.ones(len(values)), np.full(len(values), 1e-2))
    np.testing.assert_allclose(found.values, sorted(values), atol=1e-9)
    assert found.whole
    for value, v in zip(found.values, found.directions.T, strict=True):
        np.testing.assert_allclose(A @ v, value * v, atol=1e-9)


def test_a_product_with_the_hessian_of_rosenbrocks_valley():
    def gradient(theta):
        x, y = theta
        return np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])

    x, y = theta = np.array([-1.2, 1.0])
    H = np.array([[2 - 400 * (y - 3 * x * x), -400 * x], [-400 * x, 200]])
    for v in np.random.default_rng(0).normal(size=(5, 2)):
        np.testing.assert_allclose(hessian_times(gradient, theta, v, 1e-5), H @ v, rtol=1e-6)


@pytest.mark.parametrize("least", [-3.0, 0.5])
def test_few_products_find_the_ends_of_a_large_spectrum_and_never_beyond(least):
    values = np.concatenate([[least], np.linspace(1, 2, 300), [40.0]])
    _, gradient = known(values, 1)
    start = np.random.default_rng(2).normal(size=302)
    found = lanczos(gradient, np.zeros(302), start, 20, 1e-2)
    assert (len(found.values), found.whole) == (20, False)
    np.testing.assert_allclose(found.values[[0, -1]], [least, 40.0], rtol=1e-4)
    assert found.values[0] >= least - 1e-8
    assert found.values[-1] <= 40 + 1e-8
    np.testing.assert_allclose(found.directions.T @ found.directions, np.eye(20), atol=1e-9)


def test_the_told_error_covers_what_rounding_and_the_steps_do():
    """In 99 of 100 cases: it is measured over other steps, whose rounding may agree by chance."""
    covered = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        P, size = int(rng.integers(1, 7)), rng.uniform(-6, 8)
        A = rng.normal(size=(P, P))
        A = A @ A.T
        quartic = rng.normal(size=P)

        def gradient(theta, A=A, quartic=quartic, size=size):
            # rounded as that of a loss whose terms are 10**size is
            return (A @ theta + quartic * theta**3 + 10.0**size) - 10.0**size

        found = eigenvalues(gradient, np.zeros(P), np.full(P, 1e-3))
        off = np.abs(found.values - np.linalg.eigvalsh(A)).max()
        covered += bool(off <= 3 * found.error + 1e-12)
    assert covered >= 198


def test_where_the_hessian_leads_nowhere_else_it_ends():
    _, gradient = known([2.0] * 7, 0)
    found = lanczos(gradient, np.zeros(7), np.ones(7), 7, 1e-2)
    np.testing.assert_allclose(found.values, [2.0], rtol=1e-9)
