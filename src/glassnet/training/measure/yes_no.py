"""Several yes/no targets together: what each comes to, and all of them, beside simple answers.

    accuracy    the share of all answers, of each row and target, that are right
    all_right   the share of rows whose every answer is
    f1          2 TP / (2 TP + FP + FN) of what is yes, the mean over the targets
    log_loss    the mean of −ln p of what was so, over rows and targets; whether the network beats
                a baseline is decided by it, since no threshold has a part in it

F1 is 0 where nothing that is yes is called so, and not defined where nothing is yes or called so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.network import Network
from glassnet.data.yes_no import MIDDLE, YesNo
from glassnet.training.measure.baselines import Baseline
from glassnet.training.measure.comparison import BaselineComparison, verdict
from glassnet.training.measure.figure import (
    Estimate,
    Figure,
    YesNoTarget,
    comparison_of,
    figure_of,
    how_drawn,
    rows_text,
)
from glassnet.training.measure.intervals import Bootstrap, wilson
from glassnet.training.outputs import Answers
from glassnet.training.probability import LEAST_P
from glassnet.training.targets import meaning_in

OF_EACH = ("accuracy", "balanced_accuracy", "log_loss", "roc_auc", "calibration_error")
Floats = NDArray[np.float64]
OfOne = Callable[
    [list[Any], NDArray[np.intp], Answers, Sequence[tuple[Baseline, Answers]]], Estimate
]


@dataclass(frozen=True, eq=False)
class Said:
    """Probabilities of yes, (N, K), and what they were called, (N, K)."""

    p: Floats
    yes: NDArray[np.bool_]

    __repr__ = telling()

    @classmethod
    def by(cls, meaning: YesNo, said: Answers) -> "Said":
        """A network's, by its thresholds."""
        p = said.y_hat.astype(np.float64)
        return cls(p, meaning.yes(p))

    @classmethod
    def of_baseline(cls, baseline: Baseline, said: Answers, meaning: YesNo) -> "Said":
        """A linear model's by thresholds of its own, a constant's from a half on."""
        own: Any = None if baseline.net is None else baseline.net.yes_no
        return cls.by(YesNo.of(meaning.pairs) if own is None else own, said)

    def one(self, j: int) -> Answers:
        """Of one target, as answers of two classes."""
        p = self.p[:, j]
        return Answers(np.stack([1 - p, p], axis=1), self.yes[:, j].astype(np.intp))

    def losses(self, y: NDArray[np.bool_]) -> Floats:
        """−ln p of what was so, (N, K)."""
        return -np.log(np.maximum(np.where(y, self.p, 1 - self.p), LEAST_P))


def estimate_yes_no(
    net: Network,
    y: NDArray[np.bool_],
    said: Answers,
    others: Sequence[tuple[Baseline, Answers]],
    of_one: OfOne,
    *,
    seed: int,
    names: Sequence[str],
    unseen: bool,
) -> Estimate:
    """Of each target and of all together.

    Args:
        y: what was so, (N, K). said, others: what the network and the baselines answer.
        of_one: measures one target: its words, what was so, and who said what.
    """
    meaning = meaning_in(net)
    own = Said.by(meaning, said)
    beside = [(b, Said.of_baseline(b, theirs, meaning)) for b, theirs in others]
    each = [
        of_one(list(pair), y[:, j].astype(np.intp), own.one(j), [(b, s.one(j)) for b, s in beside])
        for j, pair in enumerate(meaning.pairs)
    ]
    together = _Together(y, own, beside, seed)
    figures, tables = together.figures(), {b.name: together.values(s) for b, s in beside}
    for j, (name, one) in enumerate(zip(names, each, strict=True)):
        figures |= {f"{of}[{name}]": one.figures[of] for of in OF_EACH}
        figures[f"f1[{name}]"] = together.f1(j)
        for b, s in beside:
            known = one.baselines[b.name]
            tables[b.name] |= {f"{of}[{name}]": known[of] for of in OF_EACH}
            tables[b.name][f"f1[{name}]"] = _f1(*_counts(y, s.yes)[j])
    comparisons = together.comparisons()
    return Estimate(
        "yes_no", len(y), figures, tables, comparisons,
        verdict(comparisons, rows_text(len(y), unseen)), targets=list(names), unseen=unseen,
        yes_no=[
            YesNoTarget(
                name, meaning.pairs[j][0], meaning.pairs[j][1], meaning.thresholds[j],
                one.confusion or [],
                one.baselines.get("majority", {}).get("accuracy"), one.reliability,
            )
            for j, (name, one) in enumerate(zip(names, each, strict=True))
        ],
    )  # fmt: skip


class _Together:
    """All targets of all rows, and the sums over rows from which figures are computed."""

    def __init__(
        self,
        y: NDArray[np.bool_],
        own: Said,
        beside: Sequence[tuple[Baseline, Said]],
        seed: int,
    ) -> None:
        self.y, self.own, self.beside = y, own, beside
        self.N, self.K = y.shape
        # rows, right answers, losses, then of each target TP, FP, FN; then each baseline's
        # right answers and losses
        columns = [np.ones(self.N), self._right(own), own.losses(y).mean(axis=1)]
        columns += _outcomes(y, own.yes)
        for _, said in beside:
            columns += [self._right(said), said.losses(y).mean(axis=1)]
        self.bootstrap = Bootstrap(np.column_stack(columns), seed)
        self.how = how_drawn(self.bootstrap)

    def _right(self, said: Said) -> Floats:
        return (said.yes == self.y).mean(axis=1)

    def values(self, said: Said) -> dict[str, float | None]:
        """The figures of all targets together."""
        each = [_f1(*counts) for counts in _counts(self.y, said.yes)]
        known = [value for value in each if value is not None]
        return {
            "accuracy": float(self._right(said).mean()),
            "all_right": float((said.yes == self.y).all(axis=1).mean()),
            "f1": float(np.mean(known)) if known else None,
            "log_loss": float(said.losses(self.y).mean()),
        }

    def figures(self) -> dict[str, Figure]:
        """The same of the network, with limits."""
        value = self.values(self.own)
        every = int((self.own.yes == self.y).all(axis=1).sum())
        limits = {
            "accuracy": self.bootstrap.interval(lambda S: S[..., 1] / S[..., 0]),
            "log_loss": self.bootstrap.interval(lambda S: S[..., 2] / S[..., 0]),
            "f1": None if value["f1"] is None else self.bootstrap.interval(self._mean_f1),
        }
        found = {name: figure_of(of, self.how, value[name]) for name, of in limits.items()}
        found["all_right"] = figure_of(wilson(every, self.N), "Wilson's limits", value["all_right"])
        if value["f1"] is None:
            found["f1"] = Figure(None, None, None, "undefined: nothing is yes, or called so")
        return {name: found[name] for name in value}

    def _mean_f1(self, S: Floats) -> Floats:
        whole = self.bootstrap.total[3 : 3 + 3 * self.K].reshape(self.K, 3).sum(axis=1)
        return np.mean([self._f1_in(S, j) for j in range(self.K) if whole[j]], axis=0)

    def _f1_in(self, S: Floats, j: int) -> Floats:
        TP, FP, FN = (S[..., 3 + 3 * j + part] for part in range(3))
        return 2 * TP / np.maximum(2 * TP + FP + FN, 1e-300)

    def f1(self, j: int) -> Figure:
        """Of one target."""
        value = _f1(*_counts(self.y, self.own.yes)[j])
        if value is None:
            return Figure(None, None, None, "undefined: nothing is yes, or called so")
        limits = self.bootstrap.interval(lambda S: self._f1_in(S, j))
        return figure_of(limits, self.how, value)

    def comparisons(self) -> list[BaselineComparison]:
        """With each baseline by the log loss, which decides, and by the accuracy."""
        found = []
        first = 3 + 3 * self.K
        own = self.values(self.own)
        for number, (baseline, said) in enumerate(self.beside):
            theirs = self.values(said)
            for metric, mine, place, sign in (
                ("log_loss", 2, first + 2 * number + 1, -1.0),
                ("accuracy", 1, first + 2 * number, 1.0),
            ):
                limits = self.bootstrap.interval(
                    lambda S, a=mine, b=place, sign=sign: sign * (S[..., a] - S[..., b]) / S[..., 0]
                )
                a, b = own[metric], theirs[metric]
                assert a is not None
                assert b is not None
                found.append(
                    comparison_of(baseline, metric, a, b, sign * (a - b), limits, self.how)
                )
        return found


def _outcomes(y: NDArray[np.bool_], yes: NDArray[np.bool_]) -> list[Floats]:
    """Of each target in turn whether a row is found, wrongly called yes, missed: each (N,)."""
    return [
        which.astype(np.float64)
        for j in range(y.shape[1])
        for which in (y[:, j] & yes[:, j], ~y[:, j] & yes[:, j], y[:, j] & ~yes[:, j])
    ]


def _counts(y: NDArray[np.bool_], yes: NDArray[np.bool_]) -> list[tuple[float, float, float]]:
    """TP, FP, FN of each target."""
    sums = [float(column.sum()) for column in _outcomes(y, yes)]
    return [(sums[k], sums[k + 1], sums[k + 2]) for k in range(0, len(sums), 3)]


def _f1(TP: float, FP: float, FN: float) -> float | None:
    """2 TP / (2 TP + FP + FN); None where there is nothing to find, and nothing was."""
    whole = 2 * TP + FP + FN
    return 2 * TP / whole if whole else None


def yes_from(y: NDArray[Any]) -> NDArray[np.bool_]:
    """1 and 0 as yes and no, (N, K)."""
    return y.reshape(len(y), -1) > MIDDLE
