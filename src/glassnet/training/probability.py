"""How good probabilities are: how surprised they are, how they rank, and whether they hold.

Everywhere: k is the class of each row, counted from 0, (N,); p the probabilities, (N, n_classes),
of two classes or more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.errors import InputError

LEAST_P = 1e-15  # a probability below this counts as this: no row costs more than 34.5 nats
BINS = 10
LEAST_IN_BIN = 10  # rows; of fewer rows there are fewer bins


@dataclass(frozen=True)
class ReliabilityBin:
    """Rows of about equal p: what was said of them, and what happened.

    Attributes:
        least, most: of p in the bin.
        rows: how many.
        mean: of p.
        happened: the share of rows in which it did.
    """

    least: float
    most: float
    rows: int
    mean: float
    happened: float


def row_log_loss(k: NDArray[np.intp], p: NDArray[Any]) -> NDArray[np.float64]:
    """−ln p[k] of each row, in nats, (N,); p below 1e-15 counts as 1e-15. Checks nothing."""
    own = p[np.arange(len(k)), k].astype(np.float64)
    return -np.log(np.maximum(own, LEAST_P))


def log_loss(k: ArrayLike, p: ArrayLike) -> float:
    """The mean of −ln p[k], in nats: 0 is certain and right; p below 1e-15 counts as 1e-15.

    >>> round(log_loss([0, 1], [[0.5, 0.5], [0.2, 0.8]]), 4)
    0.4581
    """
    return float(row_log_loss(*check_probabilities(k, p)).mean())


def row_brier(k: NDArray[np.intp], p: NDArray[Any]) -> NDArray[np.float64]:
    """Each row's squared distance of p from what happened, (N,). Checks nothing."""
    rows = np.arange(len(k))
    if p.shape[1] == 2:
        return (1 - p[rows, k].astype(np.float64)) ** 2
    # Σ_c (p_c − y_c)² = Σ_c p_c² − p_k² + (1 − p_k)²
    own = p[rows, k].astype(np.float64)
    return np.einsum("nc,nc->n", p, p, dtype=np.float64) - own**2 + (1 - own) ** 2


def brier_score(k: ArrayLike, p: ArrayLike) -> float:
    """The mean squared distance of the probabilities from what happened.

        two classes   (p − y)², 0 to 1, of either class
        more          Σ_c (p_c − y_c)², 0 to 2

    Source: Brier (1950), who sums over two classes too, and so has twice the first.

    >>> round(brier_score([0, 1], [[0.5, 0.5], [0.2, 0.8]]), 4)
    0.145
    """
    return float(row_brier(*check_probabilities(k, p)).mean())


def roc_auc(k: ArrayLike, p: ArrayLike) -> float | None:
    """The area under the ROC curve: how often a row of a class gets more than one that is not.

        AUC = mean over pairs (i positive, j negative) of  1 if s_i > s_j,  ½ if s_i = s_j,  else 0

    Of two classes that of p[:, 1]; of more the plain mean of each class against the rest. None
    where a class has no row, or all: then there is nothing to compare.

    Args: p: probabilities or any scores that rise with them.

    >>> roc_auc([0, 0, 1, 1], [[0.9, 0.1], [0.6, 0.4], [0.65, 0.35], [0.2, 0.8]])
    0.75
    """
    return mean_auc(*check_scores(k, p))


def mean_auc(k: NDArray[np.intp], p: NDArray[Any]) -> float | None:
    """As `roc_auc`; checks nothing."""
    if not np.bincount(k, minlength=p.shape[1]).all():
        return None
    areas = [_area(p[k == c, c], p[k != c, c]) for c in _sides(p)]
    return sum(areas) / len(areas)


def auc_influence(k: NDArray[np.intp], p: NDArray[Any]) -> NDArray[np.float64]:
    """How each row moves the AUC, or the mean AUC, (N,); every class must have a row.

    V = mean over j for a positive row i, mean over i for a negative row j, of that 1, ½ or 0
    φ = (V − AUC) · N / n,  n the number of rows of its side;  Σφ²/N² is DeLong's variance
    """
    sides = _sides(p)
    influence = np.zeros(len(k))
    for c in sides:
        positive, score = k == c, p[:, c]
        for side in (positive, ~positive):
            V = _won(score[side], np.sort(score[~side]))
            influence[side] += (V - V.mean()) * (len(k) / len(V)) * (1 if side is positive else -1)
    return influence / len(sides)


def _sides(p: NDArray[Any]) -> Sequence[int]:
    return [1] if p.shape[1] == 2 else range(p.shape[1])


def _won(scores: NDArray[Any], against: NDArray[Any]) -> NDArray[np.float64]:
    """The share of others, sorted, that each score is above, equal ones half."""
    below = np.searchsorted(against, scores, side="left")
    below += np.searchsorted(against, scores, side="right")
    return below / (2 * len(against))


def _area(positive: NDArray[Any], negative: NDArray[Any]) -> float:
    positive, negative = np.sort(positive), np.sort(negative)
    if len(positive) <= len(negative):
        return float(_won(positive, negative).mean())
    return 1 - float(_won(negative, positive).mean())


def said_and_happened(
    k: NDArray[Any], p: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """What calibration compares: of two classes p of the second and whether it was that; of
    more p of the likeliest class and whether that was right; both (N,)."""
    if p.shape[1] == 2:
        return p[:, 1].astype(np.float64), k == 1
    choice = p.argmax(axis=1)
    return p[np.arange(len(k)), choice].astype(np.float64), choice == k


def reliability(
    said: ArrayLike, happened: ArrayLike, bins: int | None = None
) -> list[ReliabilityBin]:
    """Bins of about equally many rows, by rising p; rows of equal p stay together.

    Args:
        said: p, (N,). happened: whether it did, (N,).
        bins: how many; None for 10, or fewer so that each has at least 10 rows.

    >>> [(b.rows, b.happened) for b in reliability([0.1, 0.2, 0.8, 0.9], [0, 1, 1, 1], bins=2)]
    [(2, 0.5), (2, 1.0)]
    """
    said, happened = np.asarray(said, np.float64), np.asarray(happened, np.float64)
    N = len(said)
    if bins is None:
        bins = max(1, min(BINS, N // LEAST_IN_BIN))
    cuts = (np.arange(bins) * N) // bins
    least = np.unique(np.partition(said, cuts)[cuts])  # p at which a bin begins
    place = np.searchsorted(least, said, side="right") - 1
    rows = np.bincount(place)
    mean = np.bincount(place, weights=said) / rows
    share = np.bincount(place, weights=happened) / rows
    most = np.full(len(least), -np.inf)
    np.maximum.at(most, place, said)
    columns = (least, most, rows, mean, share)
    return [ReliabilityBin(*values) for values in zip(*(c.tolist() for c in columns))]


def calibration_error(table: list[ReliabilityBin]) -> float:
    """The expected calibration error: Σ rows/N · |mean of p − share that happened|.

    Note: chance alone makes it positive. Of a perfect calibration, 10 bins of 30 rows show
    about 0.07 where p is near ½.
    """
    N = sum(b.rows for b in table)
    return float(sum(b.rows * abs(b.mean - b.happened) for b in table) / N)


def at_temperature(p: NDArray[Any], T: float) -> NDArray[np.float64]:
    """Probabilities (N, K) at temperature T: p^(1/T) over their sum.

    T above 1 makes them less sure, and leaves their order; of a softmax it divides z.

    >>> at_temperature(np.array([[0.9, 0.1]]), 2.0).round(2).tolist()
    [[0.75, 0.25]]
    """
    z = np.log(np.maximum(p.astype(np.float64), LEAST_P)) / T
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def temperature(k: ArrayLike, p: ArrayLike) -> float:
    """The temperature, 1/20 to 20, at which probabilities have the lowest log loss.

        minimise  mean of −ln p_T[k],  p_T ∝ p^(1/T): convex in 1/T

    Args: k, p: of rows that the network did not learn from.

    Source: Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks" (2017).

    >>> round(temperature([0, 0, 0, 1], [[0.9, 0.1]] * 4), 6)  # 0.75 is what happens
    2.0
    """
    k, p = check_probabilities(k, p)
    low, high = 1 / 20, 20.0  # of 1/T
    for _ in range(80):
        third = (high - low) / 3
        a, b = low + third, high - third
        worse = [float(row_log_loss(k, at_temperature(p, 1 / beta)).mean()) for beta in (a, b)]
        low, high = (low, b) if worse[0] <= worse[1] else (a, high)
    return 2 / (low + high)


def are_probabilities(p: NDArray[Any]) -> bool:
    """Whether every row holds numbers from 0 to 1 that add up to 1, to a thousandth."""
    if p.min() < 0 or p.max() > 1:
        return False
    return bool((np.abs(p.sum(axis=1) - 1) < 1e-3).all())


def check_scores(k: ArrayLike, p: ArrayLike) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """k (N,) and p (N, n_classes) as arrays that fit each other; else an InputError."""
    k, p = np.asarray(k), np.asarray(p)
    if p.ndim == 2 and p.shape[1] == 1:
        p = p[:, 0]
    if p.ndim == 1 and p.dtype.kind == "f":  # of the second class, as a single sigmoid gives it
        p = np.stack([1 - p.astype(np.float64), p], axis=1)
    if p.ndim != 2 or p.dtype.kind not in "iuf" or k.shape != p.shape[:1] or not len(k):
        raise InputError(
            f"expected a class for each of N rows, and N rows of probabilities; got shapes "
            f"{k.shape} and {p.shape}."
        )
    if k.dtype.kind not in "biu" or k.min() < 0 or k.max() >= p.shape[1]:
        raise InputError(
            f"classes are whole numbers from 0 to {p.shape[1] - 1}: encode the labels first."
        )
    if not np.isfinite(p).all():
        row = int((~np.isfinite(p)).any(axis=1).argmax())
        raise InputError(
            f"the probabilities of row {row} are not finite: the weights or that row are too large "
            "for the type, or training diverged."
        )
    return k.astype(np.intp, copy=False), p


def check_probabilities(k: ArrayLike, p: ArrayLike) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """As `check_scores`; the rows of p must be probabilities that add up to 1."""
    k, p = check_scores(k, p)
    if not are_probabilities(p):
        raise InputError("p holds rows that are no probabilities: 0 to 1, adding up to 1.")
    return k, p
