"""How far a figure may be chance: intervals that hold the true value 95 times in 100.

All of them speak of the test rows alone: of the figure that this very network would have on
endlessly many rows like these. None knows how another training would have ended.
"""

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVEL = 0.95
DRAWS = 2000
UNITS = 2000  # beyond so many rows, blocks of rows are drawn instead of rows
LEAST_ROWS = 10  # for a bootstrap: fewer rows do not show how they vary

Interval = tuple[float, float]
Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_NORMAL = NormalDist()


def normal_quantile(level: float = LEVEL) -> float:
    """z with that much of the normal distribution between −z and z.

    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    return _NORMAL.inv_cdf(0.5 + level / 2)


def student_quantile(freedom: float, level: float = LEVEL) -> float:
    """As `normal_quantile`, of Student's t; to 1 % from 3 degrees of freedom up.

    For 1 and 2 degrees exactly, else by the expansion in 1/freedom.
    Source: Abramowitz and Stegun (1964), 26.7.5.

    >>> round(student_quantile(9), 2)
    2.26
    """
    p = 0.5 + level / 2
    if freedom == 1:
        return math.tan(math.pi * (p - 0.5))
    if freedom == 2:
        return (2 * p - 1) * math.sqrt(2 / (1 - (2 * p - 1) ** 2))
    z = _NORMAL.inv_cdf(p)
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return sum(term / freedom**power for power, term in enumerate(terms))


def wilson(hits: float, n: float, level: float = LEVEL) -> Interval:
    """Limits of a share of which `hits` of n were seen, never beyond 0 and 1.

        (p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n)

    Source: Wilson (1927).

    >>> [round(limit, 4) for limit in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    z = normal_quantile(level)
    p = hits / n
    middle, reach = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)
    return (0.0 if hits == 0 else max(0.0, low)), (1.0 if hits == n else min(1.0, high))


def mean_of_shares(hits: ArrayLike, n: ArrayLike, level: float = LEVEL) -> Interval:
    """Limits of the plain mean of independent shares, from each one's Wilson limits l and u.

        mean p̂ − √Σ(p̂ − l)² / m     to     mean p̂ + √Σ(u − p̂)² / m

    Args: hits, n: (m,), of each share.
    Source: Zou and Donner (2008), after Newcombe (1998): squared and added.
    """
    hits, n = np.asarray(hits, dtype=np.float64), np.asarray(n, dtype=np.float64)
    limits = np.array([wilson(h, rows, level) for h, rows in zip(hits.tolist(), n.tolist())])
    p = hits / n
    down, up = p - limits[:, 0], limits[:, 1] - p  # 0 or more each
    mean, m = float(p.mean()), len(p)
    return mean - math.sqrt(down @ down) / m, mean + math.sqrt(up @ up) / m


def paired_shares(only_first: int, only_second: int, n: int, level: float = LEVEL) -> Interval:
    """Limits of the difference of two shares of hits on the same n rows.

        d = (b − c)/(n + 2),   d ± z √((b + c + 2)/(n + 2) − d²) / √(n + 2)

    Args: only_first, only_second: b and c, rows that one alone hit.
    Source: Bonett and Price (2012); Fagerland, Lydersen and Laake (2014) recommend it.
    """
    z, b, c = normal_quantile(level), only_first, only_second
    d = (b - c) / (n + 2)
    reach = z * math.sqrt(((b + c + 2) / (n + 2) - d * d) / (n + 2))
    return max(-1.0, d - reach), min(1.0, d + reach)


def auc_interval(
    auc: float, influence: NDArray[np.float64], fewest: int, level: float = LEVEL
) -> Interval:
    """Limits of an AUC from how each row moves it, on the scale of ln(AUC/(1 − AUC)).

        se² = Σφ²/N²

    Where all pairs, or none, are in order the rows do not vary. Then the limit is the AUC at
    which that many disjoint pairs, one for each of the rarest class, are all in order with
    probability (1 − level)/2.

    Args:
        influence: φ, (N,), as `probability_metrics.auc_influence` gives it.
        fewest: rows of the rarest class.

    Source: DeLong, DeLong and Clarke-Pearson (1988) for se; Newcombe (2006) for the scale.
    """
    tail = (1 - level) / 2
    if auc in (0.0, 1.0):
        bound = tail ** (1 / fewest)
        return (bound, 1.0) if auc else (0.0, 1 - bound)
    N = len(influence)
    # one row of a class shows nothing of how that class varies: n/(n − 1), as in any variance
    grow = fewest / max(fewest - 1, 1)
    se = math.sqrt(float(influence @ influence) * grow) / N
    middle = math.log(auc / (1 - auc))
    reach = normal_quantile(level) * se / (auc * (1 - auc))
    return _logistic(middle - reach), _logistic(middle + reach)


def _logistic(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


def calibration_interval(
    rows: NDArray[np.float64],
    mean: NDArray[np.float64],
    happened: NDArray[np.float64],
    seed: int = 0,
    level: float = LEVEL,
) -> Interval:
    """Limits of the expected calibration error E = Σ w |gap|, for given bins of w = rows/N.

        |E − Ê| ≤ Σ w |error of a gap|,   whose level-quantile q is drawn:   Ê − q to Ê + q

    A gap's error is drawn normally, with the variance of a share of (hits + 1) in (rows + 2).
    The inequality makes the interval too wide rather than too narrow. A lower limit of 0 says
    that a perfect calibration is among what these rows allow.

    Args: rows, mean, happened: of each bin, (m,).
    """
    w = rows / rows.sum()
    E = float(w @ np.abs(mean - happened))
    p = (rows * happened + 1) / (rows + 2)
    errors = np.sqrt(p * (1 - p) / rows) * np.random.default_rng(seed).normal(
        size=(DRAWS, len(rows))
    )
    q = float(np.quantile(np.abs(errors) @ w, level))
    return max(0.0, E - q), min(1.0, E + q)


class Bootstrap:
    """Seeded resamples of rows, for every figure that is computed from sums over rows.

    Args:
        columns: (N, m) values whose sums a figure is computed from.
        seed: of the resamples.

    Attributes:
        total: (m,), sums over the rows.
        drawn: (DRAWS, m), sums over resampled rows.
        without: (units, m), sums over all but one unit.
        units: what is resampled: rows, or blocks of them.

    Beyond 2,000 rows, rows are thrown into 2,000 blocks, and blocks are drawn: their sums vary
    as those of rows do, at a cost that does not grow.
    """

    def __init__(self, columns: NDArray[np.float64], seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        N, m = columns.shape
        self.units = min(N, UNITS)
        self.rows = N
        sums = columns
        if N > UNITS:
            block = rng.integers(0, UNITS, N)
            sums = np.stack([np.bincount(block, c, UNITS) for c in columns.T], axis=1)
        self.total = sums.sum(axis=0)
        self.without = self.total - sums
        self.drawn = np.empty((DRAWS, m))
        part = max(1, 1_000_000 // self.units)
        for start in range(0, DRAWS, part):
            n = min(part, DRAWS - start)
            draws = rng.integers(0, self.units, (n, self.units))
            draws += np.arange(n)[:, None] * self.units
            counts = np.bincount(draws.ravel(), minlength=n * self.units)
            self.drawn[start : start + n] = counts.reshape(n, self.units) @ sums

    def interval(self, statistic: Statistic, level: float = LEVEL) -> Interval | None:
        """The BCa interval of a figure, with percentiles widened for few rows.

            z0    Φ⁻¹(share of the resamples below the figure)
            a     Σd³ / 6(Σd²)^1.5,  d the jackknife's mean minus its values
            limit the Φ(z0 + (z0 ± z)/(1 − a(z0 ± z))) quantile of the resamples
            z     √(n/(n − 1)) t(n − 1) instead of 1.96

        Args: statistic: sums, (…, m), to the figure, (…).

        Returns: None with fewer than 10 rows, or where the figure is undefined.

        Source: Efron (1987); Hesterberg (2015) for z.
        """
        if self.rows < LEAST_ROWS:
            return None
        with np.errstate(invalid="ignore", divide="ignore"):
            value = float(statistic(self.total[None])[0])
            drawn, left = statistic(self.drawn), statistic(self.without)
        drawn, left = np.sort(drawn[np.isfinite(drawn)]), left[np.isfinite(left)]
        if not math.isfinite(value) or len(drawn) < DRAWS // 2:
            return None
        # rounding makes equal figures differ in their last digits
        near = 1e-12 * max(abs(value), float(np.abs(drawn).max()))
        if drawn[-1] - drawn[0] <= 2 * near:
            return value, value
        below = np.searchsorted(drawn, value - near, side="left")
        equal = np.searchsorted(drawn, value + near, side="right") - below
        R, n = len(drawn), self.units
        share = min(max((below + equal / 2) / R, 1 / (R + 1)), R / (R + 1))
        z0 = _NORMAL.inv_cdf(share)
        d = left.mean() - left if len(left) else np.zeros(1)
        d = d / (np.abs(d).max() or 1.0)
        square = float(d @ d)
        a = float((d**3).sum()) / (6 * square**1.5) if square else 0.0
        z = math.sqrt(n / (n - 1)) * student_quantile(n - 1, level)
        limits = []
        for side in (z0 - z, z0 + z):
            bent = 1 - a * side
            # beyond its pole the correction has no meaning: the outermost resample
            at = _NORMAL.cdf(z0 + side / bent) if bent > 0 else float(side > 0)
            limits.append(float(np.quantile(drawn, at)))
        return limits[0], limits[1]
