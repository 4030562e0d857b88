"""Answers with a stated coverage, by rows that the network did not learn from: split conformal.

Of each such row a score says how strange its true answer is to the network. With q the score at
place ⌈(n + 1) · coverage⌉ of n, from below:

    numbers   s = |y − ŷ|      the interval  ŷ − q to ŷ + q
    classes   s = 1 − p̂(y)     the set of the classes c with 1 − p̂(c) ≤ q; of several yes/no
              targets, whose y is 1 or 0, the same is s = |y − p̂|, for each by itself

A new row that is drawn as these were has any place among the n + 1 scores alike, so its own is at
most q, and its true answer within, with a probability of at least `coverage`, however good or bad
the network is. Where rows come in groups, groups are what is drawn: each counts as much, as one
of G + 1, and shares that out to its rows.

Of sets with that coverage those by 1 − p̂ are the smallest in the mean (Sadinle and others);
those that add up p̂ (Romano, Sesia and Candès, 2020) grow where a row is hard, and cover more than
is asked unless a random number decides. The price: where the network is right more often than is
asked, the sets of its strangest rows are empty.

Source: Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World" (2005); Lei and
others, "Distribution-free predictive inference for regression" (2018); Sadinle, Lei and
Wasserman, "Least ambiguous set-valued classifiers with bounded error levels" (2019); groups:
Lee, Barber and Willett, "Distribution-free inference with hierarchical data" (2023).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.validation.arrays import array
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import FiniteNumber
from glassnet.data.splits import numbered
from glassnet.training.outputs import answers
from glassnet.training.rows import Rows, as_rows

Coverage = Annotated[float, FiniteNumber(above=0, below=1)]
ROUNDING = 1e-6  # of a score: equal rows have scores equal but for the last digits of float32
MOST = 2_000  # scores that are kept: with more the coverage hardly varies, below 0.7 %
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Conformal:
    """What a network answers with a stated coverage, by the scores of rows that it never saw.

    Attributes:
        net: the network.
        scores: (n, m), of each row, for each of m numbers; one of classes.
        groups: (n,), of each row, from 0; None where the rows are drawn one by one.
        rows: which they are, in words.
    """

    net: Network
    scores: Floats
    groups: NDArray[np.intp] | None = None
    rows: str = ""

    __repr__ = telling("rows")

    @door
    def predict_interval(self, X: Any, coverage: Coverage = 0.9) -> tuple[Floats, Floats]:
        """The lowest and the highest y of raw rows X that are within: (N,), or (N, n_out)."""
        if self.net.classes is not None:
            raise InputError("this network answers with classes: predict_set gives sets of them.")
        if self.net.yes_no is not None:
            raise InputError(
                "this network answers with yes or no: sets_of_each gives sets of them."
            )
        return self.interval_around(self.net.predict(X), coverage)

    def interval_around(self, y_hat: ArrayLike, coverage: float) -> tuple[Floats, Floats]:
        """As `predict_interval`, of what the network predicts, (N,) or (N, n_out)."""
        q = self.quantile(coverage)
        y_hat = np.asarray(y_hat, np.float64)
        q = q[0] if y_hat.ndim == 1 else q
        return y_hat - q, y_hat + q

    @door
    def predict_set(self, X: Any, coverage: Coverage = 0.9) -> NDArray[np.bool_]:
        """Which classes are within for raw rows X, (N, K), in the order of `net.classes`."""
        if self.net.classes is None:
            raise InputError("this network answers with numbers: predict_interval limits them.")
        return self.set_of(self.net.predict_proba(X), coverage)

    def set_of(self, out: ArrayLike, coverage: float) -> NDArray[np.bool_]:
        """As `predict_set`, of the network's outputs, (N, n_out)."""
        p = np.asarray(out, np.float64)
        p = np.concatenate([1 - p, p], axis=1) if p.shape[1] == 1 else p
        if self.net.dense_layers[-1].activation.name == "sigmoid":
            p = p / np.maximum(p.sum(axis=1, keepdims=True), np.finfo(np.float32).tiny)
        return 1 - p <= self.quantile(coverage)[0]

    def sets_of_each(self, out: ArrayLike, coverage: float) -> list[NDArray[np.bool_]]:
        """Of several yes/no targets which of no and yes are within: of each (N, 2)."""
        p = np.asarray(out, np.float64)
        q = self.quantile(coverage)
        return [np.stack([p[:, j], 1 - p[:, j]], axis=1) <= q[j] for j in range(p.shape[1])]

    @door
    def quantile(self, coverage: Coverage) -> Floats:
        """q, (m,): that share of true answers have a score of at most q.

        Raises: InputError where the rows are too few for so high a coverage.
        """
        w = self._weights()
        most = float(w.sum())
        if coverage > most + 1e-12:
            what = "rows" if self.groups is None else "groups"
            n = round(most / (1 - most))
            need = math.ceil(coverage / (1 - coverage) - 1e-9)
            raise InputError(
                f"a coverage of {coverage:g} needs {need:,} {what} that the network did not learn "
                f"from, and there {'is' if n == 1 else 'are'} {n}: ask for at most "
                f"{math.floor(1000 * most) / 1000:g}, or give more."
            )
        q = np.empty(self.scores.shape[1])
        for j, s in enumerate(self.scores.T):
            order = np.argsort(s, kind="stable")
            place = np.searchsorted(np.cumsum(w[order]), coverage - 1e-12)
            q[j] = s[order[min(place, len(s) - 1)]]
        return q + ROUNDING * (1 if self.net.classes is not None else q)

    def _weights(self) -> Floats:
        """What each row counts, (n,), together 1 less what the new row, or group, counts."""
        n = len(self.scores)
        if self.groups is None:
            return np.full(n, 1 / (n + 1))
        of = np.bincount(self.groups)
        return 1 / ((len(of) + 1) * of[self.groups])

    @door
    def holds(self, coverage: Coverage) -> tuple[float, float] | None:
        """Between which shares the coverage by just these rows lies, 9 times of 10.

        The stated coverage is the mean over all rows that could have been drawn to calibrate on.
        Of n such rows and q the k-th of their scores it is distributed as Beta(k, n + 1 − k). None
        of groups, of which that is not known.

        Source: Vovk, "Conditional validity of inductive conformal predictors" (2012).
        """
        if self.groups is not None:
            return None
        n = len(self.scores)
        k = min(math.ceil((n + 1) * coverage - 1e-9), n)
        return _beta_quantile(0.05, k, n), _beta_quantile(0.95, k, n)

    def spec(self) -> dict[str, Any]:
        """As plain data, for a model file."""
        scores = [[float(f"{s:.8g}") for s in column] for column in self.scores.T.tolist()]
        groups = None if self.groups is None else self.groups.tolist()
        return {"rows": self.rows, "scores": scores, "groups": groups}

    @classmethod
    def from_spec(cls, net: Network, spec: Mapping[str, Any]) -> Conformal:
        """The one that `spec` describes. Raises: InputError where it fits no network like net."""
        try:
            scores = np.array(spec["scores"], np.float64).T
            groups = None if spec["groups"] is None else np.array(spec["groups"], np.intp)
            m = 1 if net.classes is not None else net.n_out
            if scores.ndim != 2 or scores.shape[1] != m or not np.isfinite(scores).all():
                raise ValueError
            if not len(scores) or scores.min() < 0:
                raise ValueError
            if groups is not None:
                seen = np.unique(groups)
                if groups.shape != (len(scores),) or seen.tolist() != list(range(len(seen))):
                    raise ValueError
            return cls(net, scores, groups, str(spec["rows"]))
        except (KeyError, OverflowError, TypeError, ValueError):
            raise InputError("the record of the scores does not fit the network.") from None


@door
def conformalize(
    net: Network, X: Any, y: ArrayLike, *, groups: ArrayLike | None = None
) -> Conformal:
    """What net answers with a stated coverage, by rows that it did not learn from.

    Args:
        X, y: raw rows, (N, ...), and their labels, (N,), or numbers, (N,) or (N, n_out). Neither
            weights nor settings may have been chosen by them.
        groups: (N,), a group a row, where rows of one belong together: patients, days.

    Raises: InputError where the rows do not fit the network.

    >>> net = Network.dense([1, 1], initializer="zeros")  # it says 0, whatever x is
    >>> by = conformalize(net, [[0.0]] * 9, [-4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0])
    >>> low, high = by.predict_interval([[5.0]], coverage=0.8)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([-4.0], [4.0])
    """
    rows = as_rows(net, X, y, "the data")
    return Conformal(
        net, scores_of(net, rows, y), grouped(groups, len(rows)), f"{len(rows):,} rows"
    )


def grouped(groups: ArrayLike | None, n: int) -> NDArray[np.intp] | None:
    """Groups counted from 0, (n,)."""
    return None if groups is None else numbered(array("groups", groups), n, "groups")


def scores_of(net: Network, rows: Rows, y: ArrayLike) -> Floats:
    """How strange each row's true answer is, (n, m). Args: y, numbers as they came."""
    said = answers(net, rows.X)
    if net.classes is not None:
        own = said.y_hat[np.arange(len(rows)), rows.y].astype(np.float64)
        return np.maximum(1 - own, 0)[:, None]
    return np.abs(np.asarray(y, np.float64).reshape(len(rows), -1) - said.y_hat)


def kept(
    net: Network, scores: Sequence[Floats], groups: NDArray[Any] | None, rows: str
) -> Conformal | None:
    """Scores of one or several folds, to keep in a model file: drawn from them where many.

    None where some are not finite: nothing is known of how far off the network may be.
    """
    s = np.concatenate(scores)
    if not np.isfinite(s).all():
        return None
    if groups is None and len(s) > MOST:
        s = s[np.random.default_rng(0).choice(len(s), MOST, replace=False)]
    return Conformal(net, s, grouped(groups, len(s)), rows)


def _beta_quantile(level: float, k: int, n: int) -> float:
    """x with P(Beta(k, n + 1 − k) ≤ x) = P(at least k of n uniform numbers ≤ x) = level."""
    i = np.arange(k, n + 1)
    ways = np.array([math.lgamma(n + 1) - math.lgamma(j + 1) - math.lgamma(n - j + 1) for j in i])
    low, high = 0.0, 1.0
    for _ in range(40):
        x = (low + high) / 2
        at_most = np.exp(ways + i * math.log(x) + (n - i) * math.log1p(-x)).sum()
        low, high = (x, high) if at_most < level else (low, x)
    return (low + high) / 2
