"""How good predictions are, in figures for people."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.validation.arrays import array, numbers
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import Count
from glassnet.data import YesNo, encode_labels
from glassnet.training.probability import (
    are_probabilities,
    calibration_error,
    check_scores,
    mean_auc,
    reliability,
    row_brier,
    row_log_loss,
    said_and_happened,
)


def _pair(y: ArrayLike, y_hat: ArrayLike) -> tuple[NDArray, NDArray]:
    if y is None:
        raise InputError("y is None: give the targets, one for each row.")
    y, y_hat = array("y", y), array("y_hat", y_hat)
    if y.shape != y_hat.shape or not y.size or not y.ndim:
        raise InputError(
            f"expected as many predictions as targets, at least one; got shapes {y_hat.shape} "
            f"and {y.shape}."
        )
    for name, values in (("y", y), ("y_hat", y_hat)):
        if values.dtype.kind == "O" and any(value is None for value in values.flat):
            raise InputError(f"{name} holds None: fill in what is missing, or leave its row out.")
    return y, y_hat


@door
def accuracy(y: ArrayLike, y_hat: ArrayLike) -> float:
    """The share of rows whose predicted label is the true one, 0 to 1; both (N,).

    >>> accuracy(["a", "b", "b", "a"], ["a", "b", "a", "a"])
    0.75
    """
    y, y_hat = _pair(y, y_hat)
    return float(np.mean(y == y_hat))


@door
def balanced_accuracy(y: ArrayLike, y_hat: ArrayLike) -> float:
    """The mean over the classes in y of the share of their rows that were found; both (N,).

    Guessing one class gives 1/classes, however common it is.

    >>> balanced_accuracy(["a", "a", "a", "b"], ["a", "a", "a", "a"])
    0.5
    """
    y, y_hat = _pair(y, y_hat)
    number = np.unique(np.concatenate([y, y_hat]), return_inverse=True)[1]
    return _mean_recall(number[: len(y)], number[len(y) :])


def _mean_recall(k: NDArray[np.intp], choice: NDArray[np.intp]) -> float:
    rows = np.bincount(k)
    found = np.bincount(k[k == choice], minlength=len(rows))
    return float(np.mean(found[rows > 0] / rows[rows > 0]))


@door
def r2(y: ArrayLike, y_hat: ArrayLike) -> float:
    """1 − Σ(y − ŷ)² / Σ(y − ȳ)²: 1 is perfect, 0 no better than the mean.

    Several outputs, (N, n_out), are averaged. NaN where y does not vary.

    >>> r2([1.0, 2.0, 3.0], [1.0, 2.0, 2.0])
    0.5
    """
    y, y_hat, _ = _scaled(y, y_hat)
    off = ((y - y_hat) ** 2).sum(axis=0)
    spread = ((y - y.mean(axis=0)) ** 2).sum(axis=0)
    if (y == y[:1]).all(axis=0).any():
        return float("nan")
    return float(np.mean(1 - off / spread))


@door
def score(net: Network, X: Any, y: ArrayLike) -> float:
    """How well net predicts y from raw rows X, (N, ...): accuracy of labels, R² of numbers.

    Of several yes/no targets the share of all answers that are right; y has their words, or 1 and
    0 as floats.

    >>> net = Network.dense([1, 1], initializer="zeros")
    >>> score(net, [[1.0], [2.0]], [-1.0, 1.0])  # it says 0, the mean
    0.0
    """
    said = net.predict(X)
    if net.classes is None and net.yes_no is not None:
        right: Any = np.asarray(y)
        if right.dtype.kind == "f":
            right = cast("YesNo", net.yes_no).words(right > 0.5)
        return accuracy(right, said)
    return accuracy(y, said) if net.classes is not None else r2(y, said)


@door
def mae(y: ArrayLike, y_hat: ArrayLike) -> float:
    """The mean of |y − ŷ|, in the units of y; several outputs, (N, n_out), are averaged.

    >>> mae([1.0, 2.0, 3.0], [1.0, 2.0, 6.0])
    1.0
    """
    y, y_hat, scale = _scaled(y, y_hat)
    return float(np.abs(y - y_hat).mean()) * scale


@door
def rmse(y: ArrayLike, y_hat: ArrayLike) -> float:
    """√(mean of (y − ŷ)²), in the units of y; of several outputs, (N, n_out), the mean root.

    >>> rmse([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 8.0])
    2.0
    """
    y, y_hat, scale = _scaled(y, y_hat)
    return float(np.sqrt(((y - y_hat) ** 2).mean(axis=0)).mean()) * scale


def _scaled(y: ArrayLike, y_hat: ArrayLike) -> tuple[NDArray, NDArray, float]:
    """y and ŷ over a power of two, so that no square overflows, and no digit is lost."""
    y, y_hat = _pair(y, y_hat)
    y, y_hat = numbers("y", y, np.float64), numbers("y_hat", y_hat, np.float64)
    scale = power_of_two(max(np.abs(y).max(), np.abs(y_hat).max()))
    return y / scale, y_hat / scale, scale


def power_of_two(size: float) -> float:
    """The power of two next to a size: dividing by it changes no digit; 1 for 0.

    >>> power_of_two(5.0)
    4.0
    """
    if not np.isfinite(size):
        raise InputError(
            "the predictions or the targets are not finite: the weights or the rows are too large "
            "for the type, or training diverged."
        )
    return 2.0 ** int(np.clip(np.frexp(size)[1] - 1, -1000, 1000)) if size else 1.0


@door
def confusion(y: ArrayLike, y_hat: ArrayLike, n_classes: Count) -> NDArray[np.int64]:
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
    cells = y.astype(np.int64) * n_classes + y_hat.astype(np.int64)
    return np.bincount(cells, minlength=n_classes**2).reshape(n_classes, n_classes)


def figures(
    y: ArrayLike,
    y_hat: ArrayLike,
    classes: Sequence[Any] | None = None,
    names: Sequence[str] | None = None,
) -> dict[str, float | None]:
    """Every figure of a task; None where it is not defined for these rows.

        classes   accuracy, balanced_accuracy, log_loss (nats), roc_auc, calibration_error, brier
        numbers   r2, mae, rmse; of several targets their means, and r2[name], … of each

    Args:
        y: labels, (N,), or numbers, (N,) or (N, n_out).
        y_hat: probabilities, (N, n_classes), or (N,) of the second of two classes; scores that
            are none (then what needs probabilities is None); or numbers, as y.
        classes: the labels in the order of the columns of y_hat; None for numbers.
        names: of several targets.

    Raises:
        InputError: shapes that do not fit, labels that are no class, values not finite.

    >>> figures([1.0, 2.0, 3.0], [1.0, 2.0, 2.0])["r2"]
    0.5
    """
    if classes is None:
        return number_figures(y, y_hat, names)
    k, p = check_scores(encode_labels(y, classes)[1], y_hat)
    second = np.asarray(y_hat).reshape(len(p), -1)
    choice = (second[:, 0] >= 0.5).astype(np.intp) if second.shape[1] == 1 else p.argmax(axis=1)
    return class_figures(k, p, choice)


def class_figures(
    k: NDArray[np.intp], p: NDArray[Any], choice: NDArray[np.intp]
) -> dict[str, float | None]:
    """The figures of classes k, counted from 0, (N,), of their p, (N, n_classes), and choice."""
    known = are_probabilities(p)
    calibrated = calibration_error(reliability(*said_and_happened(k, p))) if known else None
    return {
        "accuracy": accuracy(k, choice),
        "balanced_accuracy": _mean_recall(k, choice),
        "log_loss": float(row_log_loss(k, p).mean()) if known else None,
        "roc_auc": mean_auc(k, p),
        "calibration_error": calibrated,
        "brier": float(row_brier(k, p).mean()) if known else None,
    }


def number_figures(
    y: ArrayLike, y_hat: ArrayLike, names: Sequence[str] | None = None
) -> dict[str, float | None]:
    """The figures of numbers, (N,) or (N, n_out)."""
    y, y_hat = np.asarray(y), np.asarray(y_hat)
    y = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    y_hat = y_hat[:, 0] if y_hat.ndim == 2 and y_hat.shape[1] == 1 else y_hat
    _pair(y, y_hat)
    metrics = {"r2": r2, "mae": mae, "rmse": rmse}
    found: dict[str, float] = {name: of(y, y_hat) for name, of in metrics.items()}
    if y.ndim == 2:
        for j, target in enumerate(target_names(y.shape[1], names)):
            found |= {f"{name}[{target}]": of(y[:, j], y_hat[:, j]) for name, of in metrics.items()}
    return {name: None if np.isnan(value) else value for name, value in found.items()}


def target_names(n_out: int, names: Sequence[str] | None) -> list[str]:
    """What several targets are called: by their names, else by their numbers from 0."""
    if names is None:
        return [str(j) for j in range(n_out)]
    if len(names) != n_out or len(set(names)) != n_out:
        raise InputError(f"there are {n_out} targets and these names: {list(names)}; one for each.")
    return [str(name) for name in names]
