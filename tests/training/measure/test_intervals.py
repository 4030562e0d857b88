"""Limits against published numbers, and against what they promise: to hold the truth."""

import math
from functools import partial
from statistics import NormalDist

import numpy as np
import pytest

from glassnet.training.measure.intervals import (
    DRAWS,
    UNITS,
    Bootstrap,
    auc_interval,
    calibration_interval,
    mean_of_shares,
    paired_shares,
    student_quantile,
    wilson,
)
from glassnet.training.probability import auc_influence, mean_auc, reliability


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [  # Newcombe (1998), Statistics in Medicine 17, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_limits_are_the_published_ones(hits, n, low, high):
    assert [round(limit, 4) for limit in wilson(hits, n)] == [low, high]
    mirrored = wilson(n - hits, n)
    assert [round(1 - limit, 4) for limit in mirrored] == [high, low]


@pytest.mark.parametrize(
    ("freedom", "t"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (9, 2.262), (29, 2.045), (1e9, 1.960)],
)
def test_students_quantiles_are_those_of_the_tables(freedom, t):
    assert student_quantile(freedom) == pytest.approx(t, rel=0.01 if freedom == 3 else 0.004)


def test_the_mean_of_one_share_has_wilsons_limits():
    assert mean_of_shares([81], [263]) == pytest.approx(wilson(81, 263))


def test_shares_of_which_one_varies_add_its_limits_alone():
    low, high = mean_of_shares([10**9, 5], [10**9, 10])
    one = wilson(5, 10)
    assert low == pytest.approx((1 + one[0]) / 2, abs=1e-6)
    assert high == pytest.approx((1 + one[1]) / 2, abs=1e-6)


def test_a_difference_of_paired_shares_is_that_of_the_formula():
    # b = 1, c = 7, n = 21 by hand: d = −6/23, se = √((10/23 − 36/529)/23)
    d, se = -6 / 23, math.sqrt((10 / 23 - 36 / 529) / 23)
    assert paired_shares(1, 7, 21) == pytest.approx((d - 1.959964 * se, d + 1.959964 * se), 1e-6)
    low, high = paired_shares(7, 1, 21)
    assert (-high, -low) == pytest.approx(paired_shares(1, 7, 21))
    low, high = paired_shares(0, 0, 1)
    assert low == -high
    assert high <= 1


def test_a_perfect_auc_has_the_limit_that_disjoint_pairs_allow():
    low, high = auc_interval(1.0, np.zeros(9), 3)
    assert high == 1.0
    assert low**3 == pytest.approx(0.025)
    assert auc_interval(0.0, np.zeros(9), 3) == pytest.approx((0.0, 1 - low))


# -- what the limits promise ---------------------------------------------------------------


def column_mean(S):
    return S[..., 1] / S[..., 0]


def skewed_mean(rng, seed, N):
    x = rng.exponential(size=N)
    return Bootstrap(np.column_stack([np.ones(N), x]), seed).interval(column_mean), 1.0


def half_r2(rng, seed, N):
    x, e = rng.normal(size=N), rng.normal(size=N)
    t = x + e - (x + e).mean()
    columns = np.column_stack([np.ones(N), e**2, t, t**2])

    def r2(S):
        return 1 - S[..., 1] / (S[..., 3] - S[..., 2] ** 2 / S[..., 0])

    return Bootstrap(columns, seed).interval(r2), 0.5


def normal_auc(rng, seed, n1, n0):
    s = np.concatenate([rng.normal(1, 1, n1), rng.normal(0, 1, n0)])
    k, p = np.repeat([1, 0], [n1, n0]), np.stack([-s, s], axis=1)
    limits = auc_interval(mean_auc(k, p), auc_influence(k, p), min(n1, n0))
    return limits, NormalDist().cdf(1 / math.sqrt(2))


def shares(rng, seed, n, p):
    return mean_of_shares(rng.binomial(n, p), n), float(np.mean(p))


def one_share(rng, seed, n, p):
    return wilson(int(rng.binomial(n, p)), n), p


def paired(rng, seed, n, b, c):
    only_first, only_second, _ = rng.multinomial(n, [b, c, 1 - b - c]).tolist()
    return paired_shares(only_first, only_second, n), b - c


def calibration(rng, seed, N, bend):
    said = rng.random(N)
    truth = said**bend
    table = reliability(said, rng.random(N) < truth)
    true = 0.0
    for b in table:
        inside = (said >= b.least) & (said <= b.most)
        true += b.rows / N * abs(float((said - truth)[inside].mean()))
    columns = [np.array([getattr(b, of) for b in table]) for of in ("rows", "mean", "happened")]
    return calibration_interval(*columns, seed=seed), true


CASES = {
    "the mean of 40 skewed values": partial(skewed_mean, N=40),
    "the mean of 200 skewed values": partial(skewed_mean, N=200),
    "R² of 80 rows": partial(half_r2, N=80),
    "an AUC of 25 and 25 rows": partial(normal_auc, n1=25, n0=25),
    "an AUC of 100 and 40 rows": partial(normal_auc, n1=100, n0=40),
    "a share of 150 rows": partial(one_share, n=150, p=0.8),
    "the mean recall of three classes": partial(shares, n=[10, 20, 40], p=[0.7, 0.9, 0.8]),
    "a difference of 300 paired rows": partial(paired, n=300, b=0.1, c=0.05),
}


def covered(case, simulations: int) -> float:
    rng = np.random.default_rng(12)
    held = 0
    for seed in range(simulations):
        (low, high), truth = case(rng, seed)
        held += low <= truth <= high
    return held / simulations


@pytest.mark.parametrize("name", CASES)
def test_limits_hold_the_truth_about_95_times_in_100(name):
    # of 250 simulations 95 % give 91.3 to 98 % but for 1 time in 100
    assert 0.91 <= covered(CASES[name], 250) <= 0.985


@pytest.mark.campaign
@pytest.mark.parametrize("name", CASES)
def test_limits_hold_the_truth_93_to_97_times_in_100(name):
    assert 0.93 <= covered(CASES[name], 1000) <= 0.97


@pytest.mark.parametrize(("N", "bend"), [(100, 1.0), (300, 1.0), (300, 1.5), (300, 3.0)])
def test_limits_of_the_calibration_error_hold_the_truth_at_least_so_often(N, bend):
    assert covered(partial(calibration, N=N, bend=bend), 400) >= 0.93


def test_a_calibration_that_is_plainly_off_has_a_lower_limit_above_0():
    rows, said = np.full(10, 100.0), np.linspace(0.05, 0.95, 10)
    low, high = calibration_interval(rows, said, said**2)
    assert 0 < low < float(np.mean(said - said**2)) < high


# -- the bootstrap -------------------------------------------------------------------------


def test_blocks_of_many_rows_give_the_limits_that_the_rows_themselves_do():
    x = np.random.default_rng(5).gamma(2.0, size=20 * UNITS)
    low, high = Bootstrap(np.column_stack([np.ones(len(x)), x]), 1).interval(column_mean)
    se = x.std(ddof=1) / math.sqrt(len(x))
    assert low == pytest.approx(x.mean() - 1.96 * se, abs=0.15 * se)
    assert high == pytest.approx(x.mean() + 1.96 * se, abs=0.15 * se)


def test_resampled_sums_are_those_of_as_many_rows():
    bootstrap = Bootstrap(np.column_stack([np.ones(50), np.arange(50.0)]), 0)
    assert bootstrap.drawn.shape == (DRAWS, 2)
    assert (bootstrap.drawn[:, 0] == 50).all()
    assert bootstrap.drawn[:, 1].mean() == pytest.approx(49 * 25, rel=0.02)
    assert bootstrap.without[7].tolist() == [49.0, 49 * 25 - 7.0]


def test_the_same_seed_gives_the_same_limits_and_another_others():
    columns = np.column_stack([np.ones(40), np.random.default_rng(0).exponential(size=40)])
    first, again, other = (Bootstrap(columns, seed).interval(column_mean) for seed in (0, 0, 1))
    assert first == again
    assert first != other


def test_limits_lean_to_the_side_of_a_skewed_tail():
    x = np.random.default_rng(2).exponential(size=60)
    bootstrap = Bootstrap(np.column_stack([np.ones(60), x]))
    low, high = bootstrap.interval(column_mean)
    assert high - x.mean() > 1.1 * (x.mean() - low)
    # from plain percentiles they are, to the first order, 2 z0 + a z² standard errors apart
    means, z = bootstrap.drawn[:, 1] / 60, 2.0178  # √(60/59) · 2.001, t with 59 degrees
    tail = NormalDist().cdf(-z)
    z0 = NormalDist().inv_cdf(float(np.mean(means < x.mean())))
    a = ((x - x.mean()) ** 3).mean() / x.std() ** 3 / (6 * math.sqrt(60))
    shift = (2 * z0 + a * z * z) * x.std() / math.sqrt(60)
    plain = np.quantile(means, [tail, 1 - tail])
    assert np.mean([low, high] - plain) == pytest.approx(shift, rel=0.15)


def test_few_rows_have_no_limits_and_equal_rows_have_their_own_value():
    assert Bootstrap(np.ones((9, 2))).interval(column_mean) is None
    assert Bootstrap(np.ones((10, 2))).interval(column_mean) == (1.0, 1.0)


def test_a_figure_that_most_resamples_leave_undefined_has_no_limits():
    columns = np.column_stack([np.ones(20), np.arange(20.0)])

    def rarely(S):
        return np.where(S[..., 1] > S[..., 0] * 11, np.nan, S[..., 1])

    assert Bootstrap(columns).interval(lambda S: S[..., 1] * np.nan) is None
    assert Bootstrap(columns).interval(rarely) is not None
