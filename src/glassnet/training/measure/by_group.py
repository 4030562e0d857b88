"""For whom a network is how good: its figures for each group of a column, with limits.

    groups      the column's values, the most frequent first; of a column of many numbers four
                bands of about as many rows each. What has fewer than ten rows is put together
    accuracy    Wilson's limits; of numbers the root mean squared error, its limits drawn
    said        of two classes the mean probability of the second, of more of the class answered;
                of numbers the mean answer. happened: what was so. Their distance is what
                calibration comes to in a group
    coverage    the share of the rows whose truth is in the set, or between the limits, with a
                stated coverage of 0.9: of each half of the rows by the other half's scores

Source for the difference of two shares: Newcombe (1998), method 10.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.network import Network
from glassnet.training.measure.comparison import shown
from glassnet.training.measure.conformal import Conformal, scores_of
from glassnet.training.measure.estimate import Figure
from glassnet.training.measure.intervals import Bootstrap, wilson
from glassnet.training.outputs import answers
from glassnet.training.probability import are_probabilities, said_and_happened
from glassnet.training.rows import Rows

FEWEST = 10  # rows of a group that has figures of its own
MOST = 20  # groups
BANDS, VALUES = 4, 12  # of numbers, and up to how many different ones each is a group
COVERAGE = 0.9
FEWEST_SCORES = 40  # rows by whose halves a coverage is known
OTHERS = "others"


@dataclass(frozen=True)
class Group:
    """The rows of one value, or band.

    Attributes:
        name: of the group, in words. rows: how many.
        figure: the accuracy, or the root mean squared error.
        said, happened: see the module; None where the outputs are no probabilities.
        coverage: None where there are too few rows.
    """

    name: str
    rows: int
    figure: Figure
    said: float | None
    happened: Figure | None
    coverage: Figure | None = None

    @property
    def calibrated(self) -> bool | None:
        """Whether what was said is within the limits of what happened."""
        if self.said is None or self.happened is None or self.happened.low is None:
            return None
        return self.happened.low <= self.said <= (self.happened.high or math.inf)


@dataclass(frozen=True)
class ByGroup:
    """The groups of a column.

    Attributes:
        column: its name. metric: 'accuracy' or 'rmse'. of: what is said and happened, in words.
        groups: the largest first. left_out: rows of groups that are too many.
        told: what stands out, in sentences.
    """

    kind, version = "by_group", 1

    column: str
    metric: str
    of: str
    groups: list[Group]
    left_out: int
    told: str

    __repr__ = telling("column", "metric", "told")


def by_group(
    net: Network, rows: Rows, y: ArrayLike, cells: Sequence[Any], column: str, seed: int = 0
) -> ByGroup:
    """The figures of each group.

    Args:
        rows, y: prepared rows that the network did not learn from, and their targets as they came.
        cells: (N,), of the column, None where missing. column: its name.
        seed: of what is drawn.
    """
    names, of_row = grouped_cells(cells)
    said = answers(net, rows.X)
    covered = _covered(net, rows, y)
    classes = net.classes
    if classes is not None:
        hits = (rows.y == said.choice).astype(np.float64)
        known = are_probabilities(said.y_hat)
        given, so = said_and_happened(rows.y, said.y_hat)
        was = so.astype(np.float64)
        two = len(classes) == 2
        of = f"probability of {classes[1]}" if two else "probability of the answer"
    else:
        numbers = np.asarray(y, np.float64).reshape(len(rows), -1)
        hits = ((numbers - said.y_hat) ** 2).mean(axis=1)
        known, given = True, said.y_hat.mean(axis=1)
        was = numbers.mean(axis=1)
        of = "mean"
    groups = []
    for k, name in enumerate(names):
        of_group = of_row == k
        n = int(of_group.sum())
        if classes is not None:
            figure, happened = _share(hits[of_group]), _share(was[of_group])
        else:
            figure = _drawn(hits[of_group], seed, root=True)
            happened = _drawn(was[of_group], seed)
        coverage = None if covered is None else _share(covered[of_group])
        mean = float(given[of_group].mean()) if known else None
        groups.append(Group(name, n, figure, mean, happened if known else None, coverage))
    metric = "accuracy" if classes is not None else "rmse"
    left_out = int((of_row < 0).sum())
    return ByGroup(column, metric, of, groups, left_out, _told(groups, metric, column))


def grouped_cells(cells: Sequence[Any]) -> tuple[list[str], NDArray[np.intp]]:
    """The names of the groups, the largest first, and which one each row is of, −1 of none.

    >>> names, of_row = grouped_cells(["f"] * 12 + ["m"] * 20 + [None] * 3)
    >>> names, of_row[[0, 12, -1]].tolist()
    (['m', 'f', 'others'], [1, 0, 2])
    """
    words = ["missing" if c is None or c == "" or c != c else str(c).strip() for c in cells]
    numbers = _numbers(cells)
    if numbers is not None and len(np.unique(numbers[np.isfinite(numbers)])) > VALUES:
        words = _bands(numbers)
    values, place, n = np.unique(np.array(words), return_inverse=True, return_counts=True)
    order = np.argsort(-n, kind="stable")
    large = [k for k in order.tolist() if n[k] >= FEWEST][:MOST]
    if numbers is not None:
        large = sorted(large, key=lambda k: _lowest(words, str(values[k]), numbers))
    of_value = np.full(len(values), -1)
    of_value[large] = np.arange(len(large))
    names, of_row = [str(values[k]) for k in large], of_value[place]
    rest = (of_row < 0).sum()
    if rest and len(names) < MOST:
        of_row[of_row < 0] = len(names)
        names.append(OTHERS)
    return names, of_row


def _numbers(cells: Sequence[Any]) -> NDArray[np.float64] | None:
    """Numbers, NaN where missing; None where a cell is none."""
    found = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        if cell is None or cell == "" or isinstance(cell, bool):
            continue
        try:
            found[row] = float(str(cell).replace(",", "."))
        except ValueError:
            return None
    return found if np.isfinite(found).any() else None


def _bands(numbers: NDArray[np.float64]) -> list[str]:
    there = np.isfinite(numbers)
    cuts = np.unique(np.quantile(numbers[there], np.arange(1, BANDS) / BANDS))
    band = np.searchsorted(cuts, numbers, side="left")
    names = []
    for k in range(len(cuts) + 1):
        own = numbers[there & (band == k)]
        names.append(f"{own.min():g} to {own.max():g}" if len(own) else "")
    return [names[k] if known else "missing" for k, known in zip(band.tolist(), there.tolist())]


def _lowest(words: Sequence[str], name: str, numbers: NDArray[np.float64]) -> float:
    own = numbers[[word == name for word in words]]
    return float(np.nanmin(own)) if np.isfinite(own).any() else math.inf


def _share(hits: NDArray[np.float64]) -> Figure:
    return Figure(float(hits.mean()), *wilson(float(hits.sum()), len(hits)), "Wilson's limits")


def _drawn(values: NDArray[np.float64], seed: int, root: bool = False) -> Figure:
    """A mean, or its root, with limits by resampled rows."""
    drawn = Bootstrap(np.stack([np.ones(len(values)), values], axis=1), seed)

    def statistic(S: NDArray[np.float64]) -> NDArray[np.float64]:
        mean = S[..., 1] / S[..., 0]
        return np.sqrt(np.maximum(mean, 0)) if root else mean

    value = float(statistic(drawn.total))
    limits = drawn.interval(statistic)
    low, high = (None, None) if limits is None else limits
    return Figure(value, low, high, "limits by resampled rows")


def _covered(net: Network, rows: Rows, y: ArrayLike) -> NDArray[np.float64] | None:
    """Whether the truth of each row is within, by the scores of the other half of the rows."""
    if len(rows) < FEWEST_SCORES:
        return None
    scores = scores_of(net, rows, y)
    if not np.isfinite(scores).all():
        return None
    half = np.random.default_rng(0).permutation(len(rows)) % 2 == 0
    within = np.ones(len(rows))
    for side in (half, ~half):
        q = Conformal(net, scores[~side]).quantile(COVERAGE)
        within[side] = (scores[side] <= q).all(axis=1)
    return within


def _told(groups: Sequence[Group], metric: str, column: str) -> str:
    """What chance does not explain between two groups, and what is said too high or too low."""
    named = [group for group in groups if group.name != OTHERS and group.figure.value is not None]
    if len(named) < 2:
        return f"There is no second group of {column} with {FEWEST} rows or more to compare."
    most = max(named, key=lambda g: g.figure.value or 0)
    least = min(named, key=lambda g: g.figure.value or 0)
    sentences = []
    if metric == "accuracy":
        low = _difference_low(most.figure, least.figure)
        apart = " and ".join(
            f"{shown('accuracy', g.figure.value or 0.0)} of {g.name}" for g in (most, least)
        )
        if low > 0:
            sentences.append(f"It is right in {apart}: more than chance makes.")
        else:
            sentences.append(f"It is right in {apart}: so much chance alone can make.")
    else:
        apart = f"{least.figure.value:.4g} ({least.name}) and {most.figure.value:.4g} ({most.name})"
        clear = (least.figure.high or math.inf) < (most.figure.low or -math.inf)
        more = "more than chance makes" if clear else "so much chance alone can make"
        sentences.append(f"Its error lies between {apart}: {more}.")
    for group in named:
        if group.calibrated is False:
            assert group.said is not None
            assert group.happened is not None
            high = group.said > (group.happened.value or 0)
            sentences.append(f"For {group.name} it says too {'much' if high else 'little'}.")
    under = [g.name for g in named if g.coverage and (g.coverage.high or 1) < COVERAGE]
    if under:
        sentences.append(
            f"Limits with a coverage of {100 * COVERAGE:.0f} % hold too little for "
            f"{' and '.join(under)}."
        )
    return " ".join(sentences)


def _difference_low(a: Figure, b: Figure) -> float:
    """The lower limit of the difference of two shares."""
    if None in (a.value, a.low, b.value, b.high):
        return -1.0
    assert a.value is not None
    assert a.low is not None
    assert b.value is not None
    assert b.high is not None
    return a.value - b.value - math.sqrt((a.value - a.low) ** 2 + (b.high - b.value) ** 2)
