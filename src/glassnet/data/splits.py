"""Which rows are learned from and which are measured on: by class, by group or by time."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.display.one_line import telling
from glassnet.data.checks import DataError

Indices = NDArray[np.intp]


class Split(NamedTuple):
    """Row numbers in ascending order: those to learn from, and those to measure on."""

    train: Indices
    test: Indices

    __repr__ = telling()


class ThreeParts(NamedTuple):
    """Row numbers in ascending order: to learn from, to choose by, and to measure on."""

    train: Indices
    validation: Indices
    test: Indices

    __repr__ = telling()


def split_rows(
    n: int,
    y: ArrayLike | None = None,
    *,
    test: float = 0.2,
    seed: int = 0,
    stratify: bool | None = None,
    groups: ArrayLike | None = None,
    times: ArrayLike | None = None,
) -> Split:
    """Row numbers to learn from and row numbers to measure on.

        by class    `stratified_split`: each class in its proportion
        groups      whole groups are drawn, by seed, until a share of about `test` of the rows
                    (of each class, where stratified) is held; no group stands on both sides
        times       the latest rows are held, and rows of one time stay together: the cut lies
                    between the two times that bring the held rows nearest to the share

    Args:
        n: how many rows there are.
        y: labels or numbers, (n,) or (n, n_out); needed to stratify.
        test: the share of the rows to hold back, above 0 and below 1.
        seed: of the generator that draws; a cut in time draws nothing.
        stratify: None to do so where y holds text or booleans; whole numbers may be numbers to
            predict, so say True where they are classes.
        groups: a group's name or number a row, (n,).
        times: a time a row, (n,): numbers, datetime64, dates, or text such as 2024-03-01.

    Raises:
        DataError: a share out of range, one group or one time only, both groups and times, a
            missing time, or no row that can be held back.

    >>> split_rows(5, times=[3, 1, 2, 5, 4], test=0.4).test.tolist()
    [3, 4]
    """
    _check_share("test", test)
    _only_one(groups, times)
    rng = np.random.default_rng(seed)
    if times is not None:
        rank = _time_ranks(times, n)
        held = rank >= _cut(rank, 1 - test)
    elif groups is not None:
        held = _held_groups(numbered(groups, n, "groups"), _strata(y, n, stratify), test, rng)
    else:
        return Split(*stratified_split(_strata(y, n, stratify), test, rng))
    return Split(np.flatnonzero(~held), np.flatnonzero(held))


def split_in_three(
    n: int,
    y: ArrayLike | None = None,
    *,
    test: float = 0.2,
    validation: float = 0.1,
    seed: int = 0,
    stratify: bool | None = None,
    groups: ArrayLike | None = None,
    times: ArrayLike | None = None,
) -> ThreeParts:
    """As `split_rows`, and from what is left once more: the validation rows.

    Args: validation: a share of the rows that are not held for the test.
    """
    columns = {"groups": groups, "times": times}
    outer = split_rows(n, y, test=test, seed=seed, stratify=stratify, **columns)
    left = {
        name: None if column is None else np.asarray(column)[outer.train]
        for name, column in columns.items()
    }
    inner = split_rows(
        len(outer.train),
        None if y is None else np.asarray(y)[outer.train],
        test=validation,
        seed=seed + 1,
        stratify=stratify,
        **left,
    )
    return ThreeParts(outer.train[inner.train], outer.train[inner.test], outer.test)


def fold_rows(
    n: int,
    y: ArrayLike | None = None,
    *,
    folds: int = 5,
    seed: int = 0,
    stratify: bool | None = None,
    groups: ArrayLike | None = None,
    times: ArrayLike | None = None,
) -> list[Split]:
    """The splits of a cross-validation.

        by class    the rows of a class are shuffled and dealt out to the folds in turn: numbers
                    of rows, and of rows of a class, differ by at most 1 between the folds
        groups      the largest group first, each to the fold that it brings nearest to its share
        times       folds + 1 stretches of time: each but the first is measured on once, by what
                    learned from all before it

    Every row is held once, but for times the first stretch, and for classes of a single row
    (they are always learned from).

    Args: as for `split_rows`; folds, from 2 up.

    Raises:
        DataError: as `split_rows`; or more folds than rows, groups, or times.

    >>> [fold.test.tolist() for fold in fold_rows(4, list("abab"), folds=2)]
    [[1, 2], [0, 3]]
    """
    if isinstance(folds, bool) or not isinstance(folds, int | np.integer) or folds < 2:
        raise DataError(f"folds is {folds!r}: give a whole number from 2 up")
    _only_one(groups, times)
    rng = np.random.default_rng(seed)
    if times is not None:
        rank = _time_ranks(times, n)
        if rank.max(initial=-1) < folds:
            raise DataError(
                f"{folds} folds forward in time need {folds + 1} different times; there are "
                f"{rank.max(initial=-1) + 1}: take fewer folds"
            )
        cuts = _cuts_forward(rank, folds)
        return [
            Split(np.flatnonzero(rank < a), np.flatnonzero((rank >= a) & (rank < b)))
            for a, b in pairwise(cuts)
        ]
    strata = _strata(y, n, stratify)
    if groups is not None:
        group = numbered(groups, n, "groups")
        fold = _dealt_groups(group, strata, folds, rng)[group]
    else:
        fold = _dealt(strata, folds, rng)
    if not all((fold == f).any() for f in range(folds)):
        rows = "rows in classes of two or more" if strata.any() else "rows"
        what = "groups" if groups is not None else rows
        raise DataError(f"there are too few {what} for {folds} folds: take fewer folds")
    return [Split(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(folds)]


def stratified_split(
    y: ArrayLike, fraction: float, rng: np.random.Generator, stratify: bool = True
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row numbers to keep and row numbers to hold back, in the proportions of the classes.

        held in all          h = round(fraction · N), at least 1 where fraction > 0
        held of class c      ⌊h · N_c / N⌋, and what is missing to h by largest remainder

    Every class keeps at least one row, so a class of a single row is never held back; where that
    rule bites, fewer than h rows are held.

    Args:
        y: labels, (N,); with `stratify=False` anything with N rows.
        fraction: of the rows to hold back, 0 ≤ fraction < 1.
        rng: draws the rows.
        stratify: False for a plain random split, as for numbers.

    Returns:
        The kept and the held row numbers, each in ascending order; together all N.

    Raises:
        DataError: the fraction is out of range, or no row can be held back.

    Note: this is Hamilton's apportionment. Rounding each class for itself would hold no row of
    ten classes of four at a fraction of 0.1, where four rows are meant.

    >>> stratified_split(list("aaaabb"), 0.5, np.random.default_rng(0))[1].tolist()
    [2, 3, 5]
    """
    if not 0 <= fraction < 1:
        raise DataError(f"fraction must be at least 0 and below 1; got {fraction}")
    y = np.asarray(y)
    N = len(y)
    group = np.unique(y, return_inverse=True)[1] if stratify else np.zeros(N, dtype=np.intp)
    sizes = np.bincount(group)
    can_hold = sizes - 1
    h = min(max(round(fraction * N), 1), int(can_hold.sum())) if fraction else 0
    if fraction and h == 0:
        raise DataError(
            f"no row can be held back of {N} {'rows in as many classes' if stratify else 'rows'}; "
            "give more rows, or hold none back (fraction 0)"
        )

    share = h * sizes / max(N, 1)
    n_held = np.minimum(share.astype(np.intp), can_hold)
    # equal remainders are drawn for, so that no class is favoured by its name
    by_remainder = rng.permutation(len(sizes))
    by_remainder = by_remainder[np.argsort(-(share - n_held)[by_remainder], kind="stable")]
    while n_held.sum() < h:  # a second round only where a class had no row to spare
        for c in by_remainder[(n_held < can_hold)[by_remainder]][: h - n_held.sum()]:
            n_held[c] += 1

    # shuffled, then class by class: of each class the first n_held rows are held
    shuffled = rng.permutation(N)
    by_class = shuffled[np.argsort(group[shuffled], kind="stable")]
    place = np.arange(N) - np.repeat(np.cumsum(sizes) - sizes, sizes)  # within its class
    held = np.zeros(N, dtype=bool)
    held[by_class] = place < np.repeat(n_held, sizes)
    return np.flatnonzero(~held), np.flatnonzero(held)


def splits_by_class(y: ArrayLike, stratify: bool | None) -> bool:
    """Whether rows are split by class: as asked, else where y holds text or booleans, (n,)."""
    y = np.asarray(y)
    return y.ndim == 1 and y.dtype.kind in "bOUST" if stratify is None else stratify


def _check_share(name: str, share: float) -> None:
    if not isinstance(share, int | float | np.number) or not 0 < share < 1:
        raise DataError(f"{name} is {share!r}: give a share above 0 and below 1")


def _only_one(groups: ArrayLike | None, times: ArrayLike | None) -> None:
    if groups is not None and times is not None:
        raise DataError("rows are split by groups or by times, not by both: name one of the two")


def _strata(y: ArrayLike | None, n: int, stratify: bool | None) -> Indices:
    """A class a row, counted from 0, (n,); all 0 where rows are not told apart."""
    if y is None:
        if stratify:
            raise DataError("rows can be split by class only where y is given: give y too")
        return np.zeros(n, dtype=np.intp)
    y = np.asarray(y)
    if len(y) != n:
        raise DataError(f"there are {n} rows and y has {len(y)}: make them equal")
    if not splits_by_class(y, stratify):
        return np.zeros(n, dtype=np.intp)
    return numbered(y, n, "y")


def numbered(values: ArrayLike, n: int, name: str) -> Indices:
    """Different values as numbers from 0, (n,)."""
    array = np.asarray(values)
    if array.shape != (n,):
        raise DataError(f"{name} needs one value a row, {n} in all; it has shape {array.shape}")
    missing = np.zeros(n, dtype=bool)
    if array.dtype.kind == "O":
        missing = np.array([v is None or v != v for v in array.tolist()], dtype=bool)
    elif array.dtype.kind in "fmM":
        missing = np.isnan(array) if array.dtype.kind == "f" else np.isnat(array)
    if missing.any():
        raise DataError(
            f"{name} has no value at row {int(missing.argmax())} ({int(missing.sum())} in all): "
            "fill it in, or leave the row out"
        )
    try:
        return np.unique(array, return_inverse=True)[1]
    except TypeError:
        raise DataError(f"{name} mixes values that have no order: give text or numbers") from None


def _time_ranks(times: ArrayLike, n: int) -> Indices:
    """The place of each row's time among the different times, earliest 0, (n,)."""
    array = np.asarray(times)
    if array.dtype.kind in "OUST":
        try:
            array = np.array(array.tolist(), dtype="datetime64[us]")
        except (ValueError, TypeError):
            raise DataError(
                f"times holds {_first(array)!r}, which is no time: give numbers, dates, or text "
                "such as 2024-03-01 or 2024-03-01T12:30"
            ) from None
    if array.dtype.kind not in "biufM":
        raise DataError(f"times are numbers or dates; these are of type {array.dtype}")
    return numbered(array, n, "times")


def _first(values: NDArray[Any]) -> Any:
    for value in values.ravel().tolist():
        try:
            np.datetime64(value, "us")
        except (ValueError, TypeError):
            return value
    return None


def _cut(rank: Indices, share: float) -> int:
    """The first rank that is held, so that rows before it are nearest to a share of all."""
    before = np.cumsum(np.bincount(rank))[:-1]  # rows earlier than rank 1, 2, ...
    if not len(before):
        raise DataError("all rows have the same time, and none is later: leave the times out")
    return int(np.abs(before - share * len(rank)).argmin()) + 1


def _cuts_forward(rank: Indices, folds: int) -> list[int]:
    """folds + 1 ascending ranks where a stretch ends, no stretch empty; the last ends all."""
    sizes = np.bincount(rank)
    before = np.concatenate([[0], np.cumsum(sizes)])
    cuts, last = [], 0
    for number in range(1, folds + 1):
        wanted = len(rank) * number / (folds + 1)
        possible = np.arange(last + 1, len(sizes) - (folds - number))
        last = int(possible[np.abs(before[possible] - wanted).argmin()])
        cuts.append(last)
    return [*cuts, len(sizes)]


def _counts(group: Indices, strata: Indices) -> NDArray[np.float64]:
    """How large a share of each stratum, and of all rows, a group holds: (groups, strata + 1)."""
    shape = (int(group.max()) + 1, int(strata.max()) + 1)
    counts = np.bincount(group * shape[1] + strata, minlength=shape[0] * shape[1]).reshape(shape)
    counts = np.column_stack([counts, counts.sum(axis=1)])
    return counts / counts.sum(axis=0)


def _held_groups(
    group: Indices, strata: Indices, share: float, rng: np.random.Generator
) -> NDArray[np.bool_]:
    if not len(group) or group.max() == 0:
        raise DataError("all rows are of one group, so none can be held back: leave the groups out")
    counts = _counts(group, strata)
    held = np.zeros(counts.shape[1])
    chosen = np.zeros(len(counts), dtype=bool)
    for g in rng.permutation(len(counts)):
        # nearer to the share with the group than without it
        if ((held + counts[g] - share) ** 2).sum() < ((held - share) ** 2).sum():
            if chosen.sum() == len(counts) - 1:
                break
            chosen[g] = True
            held = held + counts[g]
    if not chosen.any():
        chosen[counts[:, -1].argmin()] = True
    return chosen[group]


def _dealt(strata: Indices, folds: int, rng: np.random.Generator) -> Indices:
    """A fold a row, (n,); −1 for a class of a single row."""
    n = len(strata)
    shuffled = rng.permutation(n)
    by_class = shuffled[np.argsort(strata[shuffled], kind="stable")]
    sizes = np.bincount(strata)
    by_class = by_class[sizes[strata[by_class]] > 1] if len(sizes) > 1 else by_class
    fold = np.full(n, -1, dtype=np.intp)
    fold[by_class] = np.arange(len(by_class)) % folds
    return fold


def _dealt_groups(group: Indices, strata: Indices, folds: int, rng: np.random.Generator) -> Indices:
    """A fold a group: the largest first, to the fold where it is missed the most."""
    counts = _counts(group, strata)
    shuffled = rng.permutation(len(counts))
    order = shuffled[np.argsort(-np.bincount(group)[shuffled], kind="stable")]
    filled = np.zeros((folds, counts.shape[1]))
    fold = np.zeros(len(counts), dtype=np.intp)
    for g in order:
        # Σ (filled − share)² grows least where filled · counts is least
        fold[g] = (filled @ counts[g]).argmin()
        filled[fold[g]] += counts[g]
    return fold
