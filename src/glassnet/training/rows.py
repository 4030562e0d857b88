"""Rows ready for the network: checked and converted once, at the door, and measured on."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.network import PREDICT_BATCH, Network, shares
from glassnet.core.validation.arrays import numbers
from glassnet.core.validation.rules import FiniteNumber, shown
from glassnet.data import Parts, check_features, split_rows, stratified_split
from glassnet.training.metrics import accuracy, power_of_two, r2
from glassnet.training.settings import ClassWeight, generators
from glassnet.training.targets import encode
from glassnet.training.team import ALONE, Team, cut, own

# one pass over the rows of an index: fills the gradient and returns L; dropout draws its masks
PassOver = Callable[[NDArray[np.intp], np.random.Generator], float]

AT_ONCE = 2**25  # bytes of rows that are written out at a time
VALIDATION = FiniteNumber(above=0, below=1, give="a share above 0 and below 1, or a pair (X, y)")
WEIGHT = FiniteNumber(least=0)


class OnDemand(ABC):
    """Rows that are kept in a form of their own, as sparse ones, and written out when asked for.

    NumPy takes it for an array, which is then written out; a part of it, by a slice or by row
    numbers, is one of its kind. So training holds no more of it than a batch.
    """

    shape: tuple[int, int]
    dtype: Any
    ndim = 2

    def __len__(self) -> int:
        return self.shape[0]

    @abstractmethod
    def __getitem__(self, index: Any) -> "OnDemand":
        """Some of the rows, by a slice or by their numbers."""

    @abstractmethod
    def cast(self, dtype: Any) -> "OnDemand":
        """The same rows, as numbers of another type."""

    @abstractmethod
    def write(self, out: NDArray[Any]) -> None:
        """Writes all of them to an array, (N, n_in), in rows."""

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        out = np.empty(self.shape, self.dtype)
        self.write(out)
        return out if dtype is None else out.astype(dtype, copy=False)

    def astype(self, dtype: Any) -> NDArray[Any]:
        return np.asarray(self).astype(dtype, copy=False)

    def take(self, index: Any, axis: int, out: NDArray[Any], mode: str) -> NDArray[Any]:
        """As an array's: the rows of these numbers, written to out."""
        self[index].write(out)
        return out


@dataclass(frozen=True)
class Rows:
    """Rows ready for the network: X (N, n_in), y as `Loss.targets` takes it, w (N,) or None.

    X may be OnDemand.

    numbers: (N,), by which people call them; None where nobody is to be told.
    """

    X: Any
    y: NDArray[Any]
    w: NDArray[np.float64] | None
    numbers: NDArray[np.intp] | None = None

    __repr__ = telling()

    def __len__(self) -> int:
        return len(self.X)

    def blocks(self) -> Iterator[slice]:
        """All of them in parts of which one at a time is computed with, in order."""
        at_once = PREDICT_BATCH
        if isinstance(self.X, OnDemand):
            a_row = self.X.shape[1] * np.dtype(self.X.dtype).itemsize
            at_once = min(PREDICT_BATCH, max(1, AT_ONCE // max(a_row, 1)))
        return (slice(i, i + at_once) for i in range(0, len(self), at_once))

    def weight(self, index: NDArray[np.intp]) -> float:
        """What some of them count."""
        return len(index) if self.w is None else float(self.w[index].sum())

    def take(self, index: Any) -> "Rows":
        w = None if self.w is None else self.w[index]
        numbers = None if self.numbers is None else self.numbers[index]
        return Rows(self.X[index], self.y[index], w, numbers)


def prepare_rows(
    net: Network,
    X: ArrayLike,
    y: ArrayLike,
    validation: float | tuple[ArrayLike, ArrayLike] | None,
    sample_weight: ArrayLike | None,
    class_weight: ClassWeight,
    seed: int = 0,
) -> tuple[Rows, Rows | None]:
    """Checked and converted once, at the door: the rows to learn from and those held back.

    Args: seed, draws the rows of a share that is held back.
    """
    known = net.classes
    try:
        rows = as_rows(net, X, y, "X")
        w = None if sample_weight is None else numbers("sample_weight", sample_weight, np.float64)
        if w is not None and w.shape != (len(rows),):
            raise InputError(
                f"sample_weight has shape {w.shape}; there are {len(rows)} rows: give one a row."
            )
        by_class = class_weights(net, class_weight, label_counts(net, rows.y))
        rows = weighted(Rows(rows.X, rows.y, w), by_class)
        if rows.w is not None:
            shares(rows.w, len(rows))
        if validation is None or validation is False:
            return rows, None
        if isinstance(validation, tuple) and len(validation) == 2:
            return rows, weighted(as_rows(net, *validation, "the validation data"), by_class)
        share = VALIDATION("validation", validation)
        return hold_back(net, rows, share, seed)
    except InputError:
        net.classes = known
        raise


def hold_back(net: Network, rows: Rows, share: float, seed: int) -> tuple[Rows, Rows]:
    """The rows to learn from, and a share of each class to validate on."""
    by_class, (rng, *_) = net.classes is not None, generators(seed)
    keep, held = stratified_split(rows.y, share, rng, by_class)
    return rows.take(keep), rows.take(held)


@dataclass(frozen=True)
class Prepared:
    """Parts of a data set as a network meets them, each row prepared once.

    learned, held: what it is trained on, and validated on where anything is held back.
    test: what training never sees; y_test, its targets as they came.
    """

    learned: Rows
    held: Rows | None
    test: Rows
    y_test: NDArray[Any]

    __repr__ = telling()


def prepare_parts(
    net: Network,
    parts: Parts,
    validation: float | None,
    seed: int,
    class_weight: ClassWeight = None,
) -> Prepared:
    """Every row prepared, and of those to learn from a share held back to validate on.

    Where rows belong together, whole groups are held back, or the latest rows; else so many
    of each class, the same as `fit` draws with that seed. Test rows count one each.
    """
    rows = as_rows(net, parts.X, parts.y, "the rows to learn from")
    same = parts.X_test is parts.X and parts.y_test is parts.y
    if not len(parts.y_test):  # every row is learned from
        test = rows.take(slice(0))
    else:
        test = rows if same else as_rows(net, parts.X_test, parts.y_test, "the test rows")
    test = replace(test, numbers=parts.numbers_test)
    rows = weighted(rows, class_weights(net, class_weight, label_counts(net, rows.y)))
    if rows.w is not None:
        shares(rows.w, len(rows))
    return Prepared(*held_apart(net, rows, parts, validation, seed), test, parts.y_test)


def held_apart(
    net: Network, rows: Rows, parts: Parts, validation: float | None, seed: int
) -> tuple[Rows, Rows | None]:
    """Of the prepared rows to learn from, those that are, and those that are validated on."""
    if not validation:
        return rows, None
    if parts.groups is None and parts.times is None:
        return hold_back(net, rows, validation, seed)
    keep, held = split_rows(
        len(rows), rows.y, test=validation, seed=seed, stratify=net.classes is not None,
        groups=parts.groups, times=parts.times,
    )  # fmt: skip
    return rows.take(keep), rows.take(held)


def as_rows(net: Network, X: Any, y: ArrayLike, name: str) -> Rows:
    if isinstance(X, OnDemand) and net.preparation is None:
        net.inputs(X[:0])  # as many columns as it takes
        X = X.cast(net.dtype)
    else:
        if net.preparation is not None:
            X = net.preparation.apply(X, net.dtype)
        X = net.inputs(check_features(X, name))
    y = encode(net, y)
    if net.target_scale is not None:
        y = net.target_scale.apply(y, net.dtype)
    if len(X) != len(y):
        raise InputError(f"{name} has {len(X)} rows and y has {len(y)}: make them equal.")
    if not len(X):
        raise InputError(f"{name} is empty: give at least one row.")
    net.loss.targets(y[:1], net.n_out, net.dtype)
    return Rows(X, y, None)


def label_counts(net: Network, y: NDArray[Any]) -> NDArray[np.intp] | None:
    """How many of the encoded targets are of each class, (K,); None where they are no labels."""
    if net.classes is None or y.ndim != 1 or y.dtype.kind not in "iu":
        return None
    return np.bincount(y, minlength=len(net.classes))


def class_weights(
    net: Network, class_weight: ClassWeight, counts: NDArray[np.intp] | None
) -> NDArray[np.float64] | None:
    """What a row of each class counts, (K,), by its label or by how many there are of it.

    Args: counts, as `label_counts` gives them.
    """
    if class_weight is None:
        return None
    if net.classes is None or counts is None:
        raise InputError("class_weight needs labels for targets; these are numbers.")
    if isinstance(class_weight, str):
        there = counts > 0  # a label without rows has none that count
        return np.where(there, counts.sum() / (there.sum() * np.maximum(counts, 1)), 1.0)
    strange = [label for label in class_weight if label not in net.classes]
    if strange:
        raise InputError(
            f"class_weight names {strange[0]!r}, which is no label of the targets: these are "
            f"{shown(net.classes)}."
        )
    weights = [class_weight.get(label, 1.0) for label in net.classes]
    return np.array([WEIGHT(f"class_weight of {c!r}", w) for c, w in zip(net.classes, weights)])


def weighted(rows: Rows, by_class: NDArray[np.float64] | None) -> Rows:
    """The rows, each counting as those of its class do, beside what it counts by itself."""
    if by_class is None:
        return rows
    w = by_class[rows.y]
    return replace(rows, w=w if rows.w is None else rows.w * w)


def constant_loss(net: Network, rows: Rows) -> float:
    """The loss of the mean target given for every row: what knowing nothing of x costs."""
    share = shares(rows.w, len(rows))
    y = net.loss.targets(rows.y, net.n_out, np.dtype(np.float64))
    a = np.broadcast_to(share @ y, y.shape)
    inner = np.clip(a, 1e-12, 1 - 1e-12)
    z = {
        "softmax": np.log(inner), "sigmoid": np.log(inner / (1 - inner)),
        "exp": np.log(np.maximum(a, 1e-12)) if net.loss.joint == "exp" else a,
    }.get(net.loss.joint or "", a)  # fmt: skip
    return float(share @ net.loss.sample(z, a, y))


def measure(
    net: Network, rows: Rows, team: Team = ALONE, shards: int | None = None
) -> dict[str, float]:
    """The metric, accuracy or r2, and the mean loss on given rows, in bounded memory.

    Args: team, whose ranks measure a part each, of rows that all have; shards, likewise.
    """
    if team.size > 1 or shards is not None:
        at_once = next(rows.blocks()).stop
        parts = max(shards or team.size, math.ceil(len(rows) / at_once))
        return measure_together(net, rows, team, cut(len(rows), parts))
    total, weight = 0.0, 0.0
    outputs: list[NDArray[Any]] = []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for block in rows.blocks():
            loss, counts, y_hat = loss_on(net, rows.take(block))
            total += loss
            weight += counts
            outputs.append(y_hat)
    figures: dict[str, float] = {}
    y_hat = np.concatenate(outputs)
    if net.classes is not None:
        figures["accuracy"] = accuracy(rows.y, net.choose(y_hat))
    elif net.yes_no is not None:
        figures["accuracy"] = float(_right(net, rows.y, y_hat).mean())
    elif np.isfinite(y_hat).all() and y_hat.size == rows.y.size:  # not of several quantiles
        figures["r2"] = r2(rows.y.reshape(y_hat.shape), y_hat)
    return {**figures, "loss": total / weight if weight else math.nan}


def loss_on(net: Network, rows: Rows) -> tuple[float, float, NDArray[Any]]:
    """Σ w ℓ and Σ w over some rows, and the outputs for them, (B, n_out)."""
    p = net.forward(rows.X)
    counts = len(rows) if rows.w is None else float(rows.w.sum())
    total = net.measure(p, rows.y, rows.w).loss * counts if counts else 0.0
    return total, counts, p.dense[-1].a


def _right(net: Network, y: NDArray[Any], y_hat: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of several yes/no targets are called rightly, (B, n_out)."""
    least = np.asarray(net.yes_no.thresholds if net.yes_no is not None else 0.5)
    return (y_hat >= least) == (y > 0.5)


def measure_together(net: Network, rows: Rows, team: Team, parts: list[slice]) -> dict[str, float]:
    """As `measure`, of rows that all ranks have; each measures some of the parts.

    The parts' figures are added in their order, so that they alone decide the bits.
    """
    y = None
    if net.classes is None and net.yes_no is None:
        y = rows.y.reshape(len(rows), -1).astype(np.float64)
    scale = 1.0 if y is None else power_of_two(float(np.abs(y).max()))
    found: list[tuple[float, float, Any]] = []  # Σ w ℓ, Σ w, how many right or Σ (y − ŷ)²
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for part in own(team, parts):
            some = rows.take(part)
            if not len(some):
                continue
            loss, counts, y_hat = loss_on(net, some)
            if net.yes_no is not None and net.classes is None:
                good: Any = float(_right(net, some.y, y_hat).mean(axis=1).sum())
            elif y is None:
                good = int((net.choose(y_hat) == some.y).sum())
            elif y[part].size != y_hat.size:  # several quantiles of one number
                good = math.nan
            else:
                good = ((y[part] / scale - y_hat / scale) ** 2).sum(axis=0)
            found.append((loss, counts, good))
    every = [figures for each in team.gather(found) for figures in each]
    total, weight = sum(each[0] for each in every), sum(each[1] for each in every)
    good = sum(each[2] for each in every)
    figures: dict[str, float] = {}
    if y is None:
        figures["accuracy"] = good / len(rows)
    elif np.isfinite(good).all():
        figures["r2"] = _r2_of(good, y / scale)
    return {**figures, "loss": total / weight if weight else math.nan}


def _r2_of(off: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """R² from Σ (y − ŷ)² of each output, (n_out,)."""
    if (y == y[:1]).all(axis=0).any():
        return math.nan
    return float(np.mean(1 - off / ((y - y.mean(axis=0)) ** 2).sum(axis=0)))
