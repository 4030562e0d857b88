"""How good probabilities are: how surprised they are, how they rank, and whether they hold.

Everywhere: k is the class of each row, counted from 0, (N,); p the probabilities, (N, n_classes),
of two classes or more.
"""

from dataclasses import asdict, dataclass
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

    def record(self) -> dict[str, Any]:
        return asdict(self)


def row_log_loss(k: ArrayLike, p: ArrayLike) -> NDArray[np.float64]:
    """−ln p[k] of each row, in nats, (N,); p below 1e-15 counts as 1e-15."""
    k, p = check_probabilities(k, p)
    own = p[np.arange(len(k)), k].astype(np.float64)
    return -np.log(np.maximum(own, LEAST_P))


def log_loss(k: ArrayLike, p: ArrayLike) -> float:
    """The mean of −ln p[k], in nats: 0 is certain and right; p below 1e-15 counts as 1e-15.

    >>> round(log_loss([0, 1], [[0.5, 0.5], [0.2, 0.8]]), 4)
    0.4581
    """
    return float(row_log_loss(k, p).mean())


def row_brier(k: ArrayLike, p: ArrayLike) -> NDArray[np.float64]:
    """Each row's squared distance of p from what happened, (N,); see `brier_score`."""
    k, p = check_probabilities(k, p)
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
    return float(row_brier(k, p).mean())


def auc_and_influence(
    positive: NDArray[np.bool_], score: NDArray[Any]
) -> tuple[float, NDArray[np.float64]] | None:
    """The area under the ROC curve, and how each row moves it; None with rows of one kind only.

        AUC = mean over pairs (i positive, j negative) of  1 if s_i > s_j,  ½ if s_i = s_j,  else 0
        V_i = mean over j for a positive row, mean over i for a negative one
        φ   = (V − AUC) · N / n,  n the number of rows of that kind

    Returns: AUC and φ, (N,), whose mean is 0 and whose square over N gives DeLong's variance.
    """
    N, n = len(positive), int(positive.sum())
    if n in (0, N):
        return None
    order = np.argsort(score)
    ranked, hit = score[order], positive[order]
    first = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))  # of equal scores
    counts = np.diff(first, append=N)
    hits = np.add.reduceat(hit, first, dtype=np.intp)  # positive rows among equal scores
    misses = counts - hits
    below = np.cumsum(misses) - misses / 2  # negative rows below, ties half
    above = n - np.cumsum(hits) + hits / 2
    auc = float(hits @ below) / (n * (N - n))
    each = np.where(
        hit,
        np.repeat((below / (N - n) - auc) * (N / n), counts),
        np.repeat((above / n - auc) * (N / (N - n)), counts),
    )
    influence = np.empty(N)
    influence[order] = each
    return auc, influence


def roc_auc(k: ArrayLike, p: ArrayLike) -> float | None:
    """The area under the ROC curve: how often a row of a class gets more than one that is not.

    Of two classes that of p[:, 1]; of more the plain mean of each class against the rest. Ties
    count half. None where a class has no row, or all: then there is nothing to compare.

    Args: p: probabilities or any scores that rise with them.

    >>> roc_auc([0, 0, 1, 1], [[0.9, 0.1], [0.6, 0.4], [0.65, 0.35], [0.2, 0.8]])
    0.75
    """
    found = mean_auc(*check_scores(k, p))
    return None if found is None else found[0]


def mean_auc(k: NDArray[Any], p: NDArray[Any]) -> tuple[float, NDArray[np.float64]] | None:
    """As `auc_and_influence`, of two classes or as the mean of one against the rest."""
    classes = [1] if p.shape[1] == 2 else range(p.shape[1])
    total, influence = 0.0, np.zeros(len(k))
    if not np.bincount(k, minlength=p.shape[1]).all():
        return None
    for c in classes:
        found = auc_and_influence(k == c, np.ascontiguousarray(p[:, c]))
        if found is None:
            return None
        total += found[0] / len(classes)
        influence += found[1] / len(classes)
    return total, influence


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
    order = np.argsort(said)
    said, happened = said[order], happened[order]
    cuts = (np.arange(bins) * N) // bins
    first = np.unique(np.searchsorted(said, said[cuts], side="left"))
    rows = np.diff(first, append=N)
    mean = np.add.reduceat(said, first) / rows
    share = np.add.reduceat(happened, first) / rows
    last = first + rows - 1
    columns = (said[first], said[last], rows, mean, share)
    return [ReliabilityBin(*values) for values in zip(*(c.tolist() for c in columns))]


def calibration_error(table: list[ReliabilityBin]) -> float:
    """The expected calibration error: Σ rows/N · |mean of p − share that happened|.

    Note: chance alone makes it positive. Of a perfect calibration, 10 bins of 30 rows show
    about 0.07 where p is near ½.
    """
    N = sum(b.rows for b in table)
    return float(sum(b.rows * abs(b.mean - b.happened) for b in table) / N)


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
        raise InputError(f"the probabilities of row {row} are not finite: did training diverge?")
    return k.astype(np.intp, copy=False), p


def check_probabilities(k: ArrayLike, p: ArrayLike) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """As `check_scores`; the rows of p must be probabilities that add up to 1."""
    k, p = check_scores(k, p)
    if not are_probabilities(p):
        raise InputError("p holds rows that are no probabilities: 0 to 1, adding up to 1.")
    return k, p
