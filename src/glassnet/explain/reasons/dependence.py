"""Partial dependence: the mean answer when one column holds a value in every row.

    PD(v) = mean over rows of f(row with v in the column)

The other cells stay as they are, so that rows may come out that no one has seen, as a child of
two metres: what is told is what the network does, and the rows' own share beside each value says
how much there was to learn it from.

Source: Friedman, "Greedy Function Approximation: A Gradient Boosting Machine" (2001), section 8.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import Count, Seed, shown
from glassnet.explain.reasons.asked_row import InColumns, Spoken, either, is_missing
from glassnet.training.measure.importance import Raw

MOST_ROWS = 500
POINTS = 12


@dataclass(frozen=True)
class DependencePoint:
    """A value of the column, the mean answer with it in every row, and how many rows have it.

    cell: as a row has it; None where it is missing. rows: those with it, of a number those that
    are nearer to it than to the other points.
    """

    cell: Any
    mean: float
    rows: int


@dataclass(frozen=True)
class PartialDependence:
    """The mean answer along one column.

    Attributes:
        name: the column.
        of: the class whose probability is told, or the number's name; "" where it has none.
        points: in order of a number or a date, of words those of the most rows first.
        base: the mean answer to the rows as they are.
        rows: how many.
        probability: whether answers are such.
    """

    kind, version = "partial_dependence", 1

    name: str
    of: str
    points: list[DependencePoint]
    base: float
    rows: int
    probability: bool

    __repr__ = telling("name", "of", "base", "points")


@door
def partial_dependence(
    net: Network,
    X: Any,
    column: str,
    *,
    of: Any = None,
    points: Count = POINTS,
    seed: Seed = 0,
) -> PartialDependence:
    """How net's mean answer goes along one column.

    Args:
        X: raw rows; of more than 500 as many are drawn, by seed.
        column: its name, of an array as x[3].
        of: the class, or the target, that is spoken of; None for the last class.
        points: values that are looked at, at most: of a number such as share out the rows.
        seed: of the rows that are drawn.

    Raises: InputError for what does not fit the network, or is no class or column of it.

    >>> from glassnet.core.layers import Dense
    >>> net = Network([Dense(2, 1, "identity", W=[[3.0, -2.0]], b=[1.0])])
    >>> told = partial_dependence(net, [[0.0, 4.0], [1.0, 2.0]], "x[0]")
    >>> [(point.cell, point.mean) for point in told.points]
    [(0.0, -5.0), (1.0, -2.0)]
    """
    about = InColumns(net)
    return mean_along(about, about.background(X, seed, MOST_ROWS), column, of, points)


def mean_along(
    about: InColumns, rows: Raw, column: str, of: Any = None, points: int = POINTS
) -> PartialDependence:
    """The same, of a network in columns."""
    if column not in about.names:
        raise InputError(
            f"{shown(column)} is no column of this network: give {either(about.names)}."
        )
    j = about.names.index(column)
    at, x = about.places[j], about.inputs(rows)
    classes = about.net.classes
    spoken = about.spoken(x[:1], str(classes[-1]) if of is None and classes else of)
    cells = [about.cells(rows, k)[column] for k in range(len(rows))]
    told = []
    for row, n in _values(x[:, at], cells, about.steps[j] == 0, points):
        mixed = x.copy()
        mixed[:, at] = x[row, at]
        cell = None if is_missing(cells[row], not about.steps[j]) else cells[row]
        told.append(DependencePoint(cell, _mean(about, mixed, spoken), n))
    return PartialDependence(
        column, spoken.name, told, _mean(about, x, spoken), len(rows), spoken.probability
    )


def _mean(about: InColumns, x: NDArray[np.float64], spoken: Spoken) -> float:
    mean = float(about.outputs(x, spoken).mean())
    if not np.isfinite(mean):
        raise InputError("an answer to these rows is not finite: there is no mean to give.")
    return mean


def _values(
    x: NDArray[np.float64], cells: list[Any], words: bool, points: int
) -> list[tuple[int, int]]:
    """(row, n): rows whose cells are looked at, and how many rows each stands for."""
    gone = np.array([is_missing(cell, words) for cell in cells])
    _, first, which, n = np.unique(
        x, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    which = which.reshape(-1)
    missing = {int(k) for k in which[gone]}
    known = [k for k in range(len(first)) if k not in missing]
    if words:
        known = sorted(known, key=lambda k: (-n[k], str(cells[first[k]])))[:points]
        found = [(int(first[k]), int(n[k])) for k in known]
    else:
        known = sorted(known, key=lambda k: x[first[k], 0])
        found = _spread(x[:, 0], first[known], np.flatnonzero(~gone), points)
    return found + [(int(first[k]), int(n[k])) for k in sorted(missing)]


def _spread(
    x: NDArray[np.float64], first: NDArray[np.intp], there: NDArray[np.intp], points: int
) -> list[tuple[int, int]]:
    """Of a number: so many of its values, such as share out the rows, the ends among them."""
    if len(first) > points:
        order = there[np.argsort(x[there], kind="stable")]
        place = np.linspace(0, len(order) - 1, points).astype(np.intp)
        first = order[place]
        first = first[np.unique(x[first], return_index=True)[1]]
    nearest = np.abs(x[there][:, None] - x[first]).argmin(axis=1) if len(first) else there[:0]
    return [(int(row), int((nearest == k).sum())) for k, row in enumerate(first)]
