"""How good predictions are, in figures for people."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.errors import InputError


def _pair(y: ArrayLike, y_hat: ArrayLike) -> tuple[NDArray, NDArray]:
    y, y_hat = np.asarray(y), np.asarray(y_hat)
    if y.shape != y_hat.shape or not y.size:
        raise InputError(
            f"expected as many predictions as targets, at least one; got shapes {y_hat.shape} "
            f"and {y.shape}."
        )
    return y, y_hat


def accuracy(y: ArrayLike, y_hat: ArrayLike) -> float:
    """The share of rows whose predicted label is the true one, 0 to 1; both (N,).

    >>> accuracy(["a", "b", "b", "a"], ["a", "b", "a", "a"])
    0.75
    """
    y, y_hat = _pair(y, y_hat)
    return float(np.mean(y == y_hat))


def r2(y: ArrayLike, y_hat: ArrayLike) -> float:
    """1 − Σ(y − ŷ)² / Σ(y − ȳ)²: 1 is perfect, 0 no better than the mean.

    Several outputs, (N, n_out), are averaged. NaN where y does not vary.

    >>> r2([1.0, 2.0, 3.0], [1.0, 2.0, 2.0])
    0.5
    """
    y, y_hat = _pair(y, y_hat)
    y, y_hat = y.astype(np.float64), y_hat.astype(np.float64)
    off = ((y - y_hat) ** 2).sum(axis=0)
    spread = ((y - y.mean(axis=0)) ** 2).sum(axis=0)
    if not np.all(spread > 0):
        return float("nan")
    return float(np.mean(1 - off / spread))


def confusion(y: ArrayLike, y_hat: ArrayLike, n_classes: int) -> NDArray[np.int64]:
    """How many rows of class i were taken for class j, (n_classes, n_classes).

    Args: y, y_hat: classes counted from 0, (N,).

    >>> confusion([0, 0, 1], [0, 1, 1], 2)
    array([[1, 1],
           [0, 1]])
    """
    y, y_hat = _pair(y, y_hat)
    for classes in (y, y_hat):
        if classes.dtype.kind not in "iu" or classes.min() < 0 or classes.max() >= n_classes:
            raise InputError(
                f"confusion counts classes, whole numbers from 0 to {n_classes - 1}: encode the "
                "labels first."
            )
    table = np.zeros((n_classes, n_classes), dtype=np.int64)
    np.add.at(table, (y, y_hat), 1)
    return table
