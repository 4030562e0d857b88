"""Whether one column of the inputs tells the target alone."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEW = 30  # rows below which one column may tell the target by chance
APART = 1.0  # the narrowest gap between classes in units of the widest class, along one column
LINE = 0.999  # |correlation| of one column with a number
EASY = 0.9  # of a second column: then the data are easy, and none of them a leak


@dataclass(frozen=True)
class Leak:
    """A column that tells the target alone: how well, and how well the next best does."""

    measure: str
    column: int
    value: float
    second_column: int
    second: float


def leak_of(X: NDArray[Any], y: NDArray[Any], classes: bool) -> Leak | None:
    """The one column of X, (N, d), that tells the target y alone, if there is one.

    Of classes, counted from 0: the values of each lie in an interval of their own, further apart
    than any is wide. Of one number: it is a line of the column.
    """
    X = np.asarray(X, np.float64)
    if len(X) < FEW or X.shape[1] < 2:
        return None
    if not classes:
        y = np.asarray(y, np.float64).reshape(len(X), -1)
        if y.shape[1] > 1 or not y.std():
            return None
        told = np.array([_correlation(x, y[:, 0]) for x in X.T])
        best, second = LINE, EASY
        measure = "|correlation| with the target"
    else:
        if len(np.unique(y)) < 2:
            return None
        told = np.array([_apart(x, y) for x in X.T])
        best, second = APART, 0.0
        measure = "gap between the classes, in widths of a class,"
    order = np.argsort(-told)
    first, next_best = int(order[0]), int(order[1])
    if told[first] < best or told[next_best] > second:
        return None
    return Leak(measure, first, float(told[first]), next_best, float(told[next_best]))


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    if not x.std():
        return 0.0
    return float(abs(np.corrcoef(x, y)[0, 1]))


def _apart(x: NDArray[np.float64], y: NDArray[np.intp]) -> float:
    """The narrowest gap between two classes' intervals by the widest; below 0 they overlap."""
    ends = sorted((x[y == c].min(), x[y == c].max()) for c in np.unique(y))
    widest = max(high - low for low, high in ends)
    gap = min(after[0] - before[1] for before, after in pairwise(ends))
    if widest > 0:
        return float(gap / widest)
    return math.inf if gap > 0 else -1.0
