"""What gives the target away that it should not: found by looking at one column after the other.

    column      tells the target nearly alone: in the order of its values, or by its levels, the
                rows around a row have its target. Few such columns, and no other comes near
    identifier  is called id, or counts: whole numbers that hardly come again and lie close
                together, as numbers that are measured do not. And it tells the target
    future      beside a time: a sum of later rows' targets; or another date that lies after it
    rows        test rows that stand among those learned from, more than rows that are alike but
                for one column let expect by chance

It is a suspicion until the network was trained without, and is told with that figure.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import telling

ALONE = 0.92  # of what the target's commonest value, or its mean, leaves open
APART = 3.0  # what the next best column leaves open, by what it does: else data are easy
AT_MOST = 3  # columns that tell it, and a third of all
AROUND = 3  # rows on either side
FEW = 30  # rows below which nothing is said
ENOUGH = 5_000  # rows that are looked at
COUNTS = 0.98  # of the values of a column that counts the rows come once
GAP = 3.0  # between two of them, in the middle
TELLS, SURE = 0.1, 5.0  # what an identifier must tell, and in standard errors
WINDOW = 7  # rows before and after
LEFT, TIMES = 0.05, 5.0  # of a column that targets around do not explain; more by earlier ones
COPIES = 0.05  # of the test rows: fewer hardly move a figure
TWINS = 3.0  # copies for each row that is one by chance, as far as that is seen

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LookedAt:
    """A used column: x (N,), numbers, days, or the number of its level; NaN where missing."""

    name: str
    kind: Literal["number", "levels", "date"]
    x: Floats
    called_id: bool = False


@dataclass(frozen=True)
class Giveaway:
    """What gives the target away, and what the network is worth without.

    Attributes:
        what: see the module.
        columns: by name; none of rows. beside: of a later date, the time that it lies after.
        alone: how much of what a constant leaves open a column tells by itself, or how much later
            it is, 0 to 1.
        rows: how many test rows are copies.
        metric: 'accuracy' or 'r2'; given, without: of the network with it, and without.
    """

    kind, version = "giveaway", 1

    what: Literal["column", "identifier", "future", "rows"]
    columns: list[str]
    alone: float | None = None
    beside: str | None = None
    rows: int = 0
    metric: str = ""
    given: float | None = None
    without: float | None = None

    __repr__ = telling()

    @property
    def told(self) -> str:
        """In a sentence."""
        names = " and ".join(map(repr, self.columns))
        one = len(self.columns) == 1
        match self.what:
            case "rows":
                said = f"{self.rows:,} test rows are copies of rows to learn from"
                return said + self._figures("on the other test rows") + "."
            case "column":
                said = f"{names} {'tells' if one else 'tell'} the target nearly alone"
            case "identifier":
                share = f"{self.alone or 0:.0%}"
                said = f"{names} counts or names the rows, and tells {share} of the target"
            case "future" if self.beside is not None:
                said = f"{names} lies after {self.beside!r} in every row"
            case _:
                said = f"{names} is made of later rows' targets"
        it, is_ = ("it", "is") if one else ("them", "are")
        they = "it" if one else "they"
        advice = f"Leave {it} out, unless {they} {is_} known before the target is"
        return f"{said}{self._figures(f'without {it}')}. {advice}."

    def _figures(self, where: str) -> str:
        if self.given is None or self.without is None:
            return ""
        name = "R²" if self.metric == "r2" else self.metric
        return f"; {where} the {name} is {self.without:.3f} instead of {self.given:.3f}"


def suspected(
    columns: Sequence[LookedAt],
    y: NDArray[Any],
    classes: bool,
    times: Floats | None = None,
    time: str | None = None,
) -> list[Giveaway]:
    """The columns that seem to give the target y away, (N,): classes from 0, or numbers.

    Args:
        times: (N,), of each row, where a column of times was named; time: its name.
    """
    if len(y) < FEW or y.ndim != 1 or len(np.unique(y)) < 2:
        return []
    rng = np.random.default_rng(0)
    some = np.sort(rng.permutation(len(y))[:ENOUGH])
    target = y[some].astype(np.intp) if classes else _ranks(y[some])

    def told_by(c: LookedAt) -> float:
        return _skill(c, c.x[some], target, classes, rng)

    future = _future(columns, y, classes, times, time, told_by)
    known = {name for each in future for name in each.columns}
    tells = {c.name: told_by(c) for c in columns}
    found = [
        Giveaway("identifier", [c.name], tells[c.name])
        for c in columns
        if c.name not in known
        and (c.called_id or (c.kind == "number" and counts(c.x)))
        and tells[c.name] > enough(len(some))
    ]
    known |= {name for each in found for name in each.columns}
    rest = sorted((c.name for c in columns if c.name not in known), key=lambda n: -tells[n])
    alone = [name for name in rest if tells[name] >= ALONE][: max(1, min(AT_MOST, len(rest) // 3))]
    left = [1 - tells[name] for name in rest] + [1.0]
    # the fewest after which the next one leaves much more open
    for k, _ in enumerate(alone):
        if left[k + 1] > APART * left[k]:
            found.append(Giveaway("column", alone[: k + 1], tells[alone[0]]))
            break
    return [*found, *future]


def enough(rows: int) -> float:
    """What a column must tell of the target for so many rows to show it."""
    return max(TELLS, SURE / math.sqrt(rows))


def counts(x: Floats) -> bool:
    """Whether numbers count the rows: whole, hardly one comes again, and close together.

    Whole numbers that are drawn from a range so narrow come again: of n from 3n, one in six.
    """
    there = x[np.isfinite(x)]
    if len(there) < max(FEW, 0.9 * len(x)) or (np.abs(there - np.rint(there)) > 1e-6).any():
        return False
    values = np.unique(np.rint(there))
    return len(values) >= COUNTS * len(there) and float(np.median(np.diff(values))) <= GAP


def _ranks(y: NDArray[Any]) -> Floats:
    """From 0 to 1, equal ones alike: what is far out counts no more than its place."""
    values, place, n = np.unique(y, return_inverse=True, return_counts=True)
    return ((np.cumsum(n) - n / 2) / len(y))[place] if len(values) > 1 else np.zeros(len(y))


def _skill(
    c: LookedAt, x: Floats, y: NDArray[Any], classes: bool, rng: np.random.Generator
) -> float:
    """What the other rows of like x tell of a row's y, of what a constant leaves open."""
    Y = np.eye(int(y.max()) + 1)[y] if classes else y[:, None]
    told = _by_neighbours(c, x, Y, rng)
    if classes:
        open_ = 1 - Y.mean(axis=0).max()
        wrong = float((told.argmax(axis=1) != y).mean())
        return 1 - wrong / open_ if open_ > 0 else 0.0
    return 1 - float(((y - told[:, 0]) ** 2).mean() / y.var())


def _by_neighbours(c: LookedAt, x: Floats, Y: Floats, rng: np.random.Generator) -> Floats:
    """The mean Y of other rows: of the same value where values come again, else of those around."""
    n = len(x)
    _, value, often = np.unique(x, return_inverse=True, return_counts=True)
    sums = np.zeros((len(often), Y.shape[1]))
    np.add.at(sums, value, Y)
    others = often[value] - 1
    same = (sums[value] - Y) / np.maximum(others, 1)[:, None]
    if c.kind == "levels":
        return np.where(others[:, None] > 0, same, Y.mean(axis=0))
    shuffled = rng.permutation(n)  # rows of equal value stand in no order
    order = shuffled[np.argsort(x[shuffled], kind="stable")]
    running = np.concatenate([np.zeros((1, Y.shape[1])), np.cumsum(Y[order], axis=0)])
    place = np.arange(n)
    first, last = np.maximum(place - AROUND, 0), np.minimum(place + AROUND + 1, n)
    around = np.empty_like(Y)
    around[order] = (running[last] - running[first] - Y[order]) / (last - first - 1)[:, None]
    return np.where(others[:, None] >= 2 * AROUND, same, around)


def _future(
    columns: Sequence[LookedAt],
    y: NDArray[Any],
    classes: bool,
    times: Floats | None,
    time: str | None,
    told_by: Callable[[LookedAt], float],
) -> list[Giveaway]:
    """What is made of later targets, or is dated later."""
    dates = [c for c in columns if c.kind == "date" and np.isfinite(c.x).mean() > 0.5]
    if times is None:
        first = [c for c in dates if all(_not_before(d.x, c.x) for d in dates)]
        if not first:
            return []
        times, time = first[0].x, first[0].name
    found = [
        Giveaway("future", [c.name], told_by(LookedAt("", "number", c.x - times)), beside=time)
        for c in dates
        if c.name != time and _not_before(c.x, times) and _varies(c.x - times)
    ]
    order = np.argsort(times, kind="stable")
    in_time = times[order]
    if len(y) < 2 * FEW or np.mean(np.diff(in_time) == 0) > 0.1 or (classes and y.max() > 1):
        return found
    reach = WINDOW if len(y) >= 100 else AROUND
    own = y[order].astype(np.float64)
    around = np.stack([np.roll(own, shift) for shift in range(-reach, reach + 1)], axis=1)
    inner = slice(reach, len(y) - reach)
    for c in columns:
        x = c.x[order][inner]
        is_number = c.kind == "number" or (c.kind == "levels" and len(np.unique(c.x)) == 2)
        if not is_number or c.name == time or not np.isfinite(x).all() or not x.std():
            continue
        left = _unexplained(x, around[inner])
        if left < LEFT and _unexplained(x, around[inner, reach:]) > TIMES * max(left, 1e-3):
            found.append(Giveaway("future", [c.name]))
    return found


def _not_before(x: Floats, times: Floats) -> bool:
    both = np.isfinite(x) & np.isfinite(times)
    return bool((x[both] >= times[both]).all())


def _varies(apart: Floats) -> bool:
    """Whether it is later by more than a term that is always the same."""
    there = apart[np.isfinite(apart)]
    return bool(len(there) and (there > 0).mean() > 0.5 and there.std() > 0)


def _unexplained(x: Floats, by: Floats) -> float:
    """The share of the variance of x that no line of `by` explains."""
    A = np.column_stack([np.ones(len(x)), by])
    off = x - A @ np.linalg.lstsq(A, x, rcond=None)[0]
    return float(off.var() / x.var())


def copies(
    learned: tuple[NDArray[Any], NDArray[Any]],
    test: tuple[NDArray[Any], NDArray[Any]],
    places: Mapping[str, slice],
) -> NDArray[np.bool_]:
    """Which test rows are copies of rows learned from, (N_test,); none where that is chance.

    Args: prepared rows with their targets; places, which inputs are of one column.
    """
    (X, y), (X_test, y_test) = learned, test
    nothing = np.zeros(len(X_test), np.bool_)
    if len(X_test) < FEW or not len(X):
        return nothing
    rng = np.random.default_rng(0)
    columns = list(places.values())
    hashes = [_hashes(X, X_test, place, rng) for place in columns]
    target = _hashes(y.reshape(len(y), -1), y_test.reshape(len(y_test), -1), slice(None), rng)
    rows, rows_test = np.zeros(len(X), np.uint64), np.zeros(len(X_test), np.uint64)
    for own, own_test in hashes:
        rows += own
        rows_test += own_test
    same = np.isin(rows_test + target[1], rows + target[0])
    if same.sum() < max(AROUND, COPIES * len(same)):
        return nothing
    often, chance = _often(rows_test, rows), 0.0
    for k in rng.permutation(len(columns))[:100]:
        own, own_test = hashes[k]
        # of two rows alike in all other columns, p agree in this one by chance, and 1 − p do not
        p = float(((np.unique(own, return_counts=True)[1] / len(own)) ** 2).sum())
        apart = (_often(rows_test - own_test, rows - own) > often).sum()
        chance = max(chance, float(apart) * p / max(1 - p, 1 / len(own)))
    return same if same.sum() >= TWINS * chance else nothing


def _often(wanted: NDArray[np.uint64], among: NDArray[np.uint64]) -> NDArray[np.intp]:
    """How often each stands among others."""
    among = np.sort(among)
    return np.searchsorted(among, wanted, "right") - np.searchsorted(among, wanted, "left")


def _hashes(
    X: NDArray[Any], X_test: NDArray[Any], place: slice, rng: np.random.Generator
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """A number for each row by its cells in some places: equal cells have equal ones."""
    width = X[:, place].shape[1]
    odd = rng.integers(1, 2**63, size=(width, 2), dtype=np.uint64) * np.uint64(2) + np.uint64(1)

    def of(part: NDArray[Any]) -> NDArray[np.uint64]:
        bits = (part.astype(np.float64) + 0.0).view(np.uint64)  # −0 is 0
        mixed = (bits ^ (bits >> np.uint64(32))) * odd[:, 0]
        mixed = (mixed ^ (mixed >> np.uint64(29))) * odd[:, 1]
        return mixed.sum(axis=1, dtype=np.uint64)

    return of(np.ascontiguousarray(X[:, place])), of(np.ascontiguousarray(X_test[:, place]))
