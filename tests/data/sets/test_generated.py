import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data import DataError
from glassnet.data.sets import generated

MAKERS = [
    generated.xor,
    generated.and_,
    generated.or_,
    generated.moons,
    generated.circles,
    generated.spirals,
    generated.spirals3,
    generated.blobs,
    generated.sine,
]
each = pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
seeds = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(
    ("make", "truth"),
    [
        (generated.xor, lambda a, b: a != b),
        (generated.and_, lambda a, b: a and b),
        (generated.or_, lambda a, b: a or b),
    ],
)
def test_a_truth_table_has_the_four_rows(make, truth):
    X, y = make()
    assert len(X) == 4
    assert {(a, b): c for (a, b), c in zip(X.tolist(), y.tolist(), strict=True)} == {
        (a, b): int(truth(a, b)) for a in (0, 1) for b in (0, 1)
    }


@each
def test_the_seed_decides_every_number(make):
    (X, y), (X_again, y_again) = make(n=50, noise=0.1, seed=7), make(n=50, noise=0.1, seed=7)
    assert np.array_equal(X, X_again)
    assert np.array_equal(y, y_again)
    assert (make(n=50, noise=0.1, seed=8)[0] != X).any()


@each
@given(n=st.integers(4, 40), noise=st.floats(0, 3), seed=seeds)
def test_shapes_are_as_asked_and_values_finite(make, n, noise, seed):
    X, y = make(n=n, noise=noise, seed=seed)
    assert X.dtype == np.float64
    assert X.shape == (n, 1 if make is generated.sine else 2)
    assert y.shape == (n,)
    assert np.isfinite(X).all()
    assert np.isfinite(y).all()


@each
@given(n=st.integers(4, 40))
def test_classes_differ_by_one_row_at_most(make, n):
    _, y = make(n=n)
    if make in (generated.moons, generated.circles, generated.spirals, generated.blobs):
        sizes = Counter(y.tolist()).values()
        assert max(sizes) - min(sizes) <= 1


@given(seed=seeds)
def test_moons_without_noise_lie_on_two_half_circles(seed):
    for (u, v), c in zip(*generated.moons(n=10, noise=0, seed=seed), strict=True):
        centre = (0.0, 0.0) if c == 0 else (1.0, 0.5)
        assert math.dist((u, v), centre) == pytest.approx(1)
        assert (v - centre[1]) * (1 if c == 0 else -1) >= -1e-12  # the upper, the lower half


@given(seed=seeds)
def test_circles_without_noise_have_radius_one_and_a_half(seed):
    for (u, v), c in zip(*generated.circles(n=10, noise=0, seed=seed), strict=True):
        assert math.hypot(u, v) == pytest.approx([1, 0.5][c])


@given(seed=seeds, arms=st.integers(2, 5))
def test_spirals_without_noise_turn_with_their_radius(seed, arms):
    X, y = generated.spirals(n=12, noise=0, seed=seed, arms=arms)
    assert set(y.tolist()) == set(range(arms))
    for (u, v), c in zip(X, y, strict=True):
        t = math.hypot(u, v)
        turns = math.atan2(v, u) / (2 * math.pi) - t - c / arms
        assert 0.1 - 1e-12 <= t <= 1
        assert turns == pytest.approx(round(turns), abs=1e-9)


def test_spirals3_has_three_arms():
    X, y = generated.spirals3(n=30, seed=4)
    X_arms, y_arms = generated.spirals(n=30, seed=4, arms=3)
    assert np.array_equal(X, X_arms)
    assert np.array_equal(y, y_arms)


def test_blobs_scatter_around_the_corners_of_a_triangle():
    X, y = generated.blobs(n=3000, noise=0.5, seed=1)
    for c, corner in enumerate([(2, 0), (-1, math.sqrt(3)), (-1, -math.sqrt(3))]):
        assert X[y == c].mean(axis=0) == pytest.approx(corner, abs=0.08)  # 5 standard errors
        assert X[y == c].std(axis=0) == pytest.approx(0.5, abs=0.06)


@given(seed=seeds)
def test_sine_without_noise_is_the_sine(seed):
    X, y = generated.sine(n=9, noise=0, seed=seed)
    assert y.tolist() == pytest.approx([math.sin(x) for (x,) in X])
    assert np.abs(X).max() <= math.pi


@each
def test_noise_has_the_standard_deviation_asked_for(make):
    if make is generated.sine:
        X, y = make(n=4000, noise=0.3, seed=2)
        noise = y - np.sin(X[:, 0])
    else:  # the same seed draws the same points under the noise
        noise = make(n=4000, noise=0.3, seed=2)[0] - make(n=4000, noise=0, seed=2)[0]
    assert noise.std() == pytest.approx(0.3, abs=0.02)
    assert noise.mean() == pytest.approx(0, abs=0.025)


@each
@pytest.mark.parametrize("noise", [-0.1, float("nan"), float("inf")])
def test_noise_that_is_no_deviation_is_refused(make, noise):
    with pytest.raises(DataError, match="noise is a standard deviation"):
        make(noise=noise)


@each
def test_too_few_rows_are_refused(make):
    with pytest.raises(DataError, match=r"n must be at least \d, one row a class; got 0"):
        make(n=0)


def test_a_single_arm_is_refused():
    with pytest.raises(DataError, match="arms must be at least 2"):
        generated.spirals(arms=1)
