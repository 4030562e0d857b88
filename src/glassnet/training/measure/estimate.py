"""How good a network is, as one record: figures with limits, baselines, and a plain sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.losses import Pinball
from glassnet.core.network import Network
from glassnet.training.measure.baselines import Baseline
from glassnet.training.measure.comparison import BaselineComparison, verdict
from glassnet.training.measure.figure import (
    Estimate,
    Figure,
    choice_of,
    comparison_of,
    figure_of,
    how_drawn,
    listed,
    rows_text,
)
from glassnet.training.measure.intervals import (
    Bootstrap,
    auc_interval,
    calibration_interval,
    mean_of_shares,
    paired_shares,
    wilson,
)
from glassnet.training.measure.quantiles import estimate_quantiles
from glassnet.training.measure.yes_no import estimate_yes_no, yes_from
from glassnet.training.metrics import (
    accuracy,
    class_figures,
    confusion,
    number_figures,
    power_of_two,
    target_names,
)
from glassnet.training.outputs import Answers, answers
from glassnet.training.probability import (
    are_probabilities,
    auc_influence,
    check_scores,
    reliability,
    row_brier,
    row_log_loss,
    said_and_happened,
)
from glassnet.training.rows import Rows, as_rows
from glassnet.training.targets import quantiles_in

AUC_ROWS = 100_000  # beyond so many rows, how they vary is seen in a part of them

NO_P = "undefined: the outputs are no probabilities"

Sums = NDArray[np.float64]
Others = Sequence[tuple[Baseline, Answers]]


def estimate(
    net: Network,
    X: Any,
    y: ArrayLike,
    *,
    baselines: Sequence[Baseline] = (),
    seed: int = 0,
    names: Sequence[str] | None = None,
) -> Estimate:
    """Every figure of a network on rows that it never saw, with its limits, beside baselines.

    Args:
        X, y: raw rows as the network takes them, and their labels or numbers.
        baselines: as `baseline_for` learned them from the training rows.
        seed: of the bootstrap's draws.
        names: of several targets.

    Raises: InputError where the rows do not fit the network.
    """
    return estimate_rows(
        net, as_rows(net, X, y, "the data"), y, baselines=baselines, seed=seed, names=names
    )


def estimate_rows(
    net: Network,
    rows: Rows,
    y: ArrayLike,
    *,
    baselines: Sequence[Baseline] = (),
    seed: int = 0,
    names: Sequence[str] | None = None,
    unseen: bool = True,
) -> Estimate:
    """The same, of rows that are prepared, and their targets as they came.

    Args: unseen, whether they are known to be none that it learned from.
    """
    said = answers(net, rows.X)
    others = [(baseline, baseline.answers(rows.X)) for baseline in baselines]
    encoded = net.classes is not None or net.yes_no is not None
    targets = rows.y if encoded else y
    return estimate_answers(net, targets, said, others, seed=seed, names=names, unseen=unseen)


def estimate_answers(
    net: Network,
    targets: ArrayLike,
    said: Answers,
    others: Others,
    *,
    seed: int = 0,
    names: Sequence[str] | None = None,
    unseen: bool = True,
) -> Estimate:
    """The same, of what was said of the rows, by the network and by baselines.

    Args: targets, the places of the rows' classes, (N,); of numbers, they as they came.
    """
    if net.classes is not None:
        y = np.asarray(targets)
        return _OfClasses(list(net.classes), y, said, others, seed).estimate(unseen)
    if net.yes_no is not None:
        return estimate_yes_no(
            net, yes_from(np.asarray(targets)), said, others,
            lambda words, k, own, beside: _OfClasses(words, k, own, beside, seed).estimate(unseen),
            seed=seed, names=target_names(net.n_out, names), unseen=unseen,
        )  # fmt: skip
    numbers = np.asarray(targets, dtype=np.float64).reshape(len(said.y_hat), -1)
    if aimed := quantiles_in(net):
        return estimate_quantiles(aimed, numbers, said, others, seed=seed, unseen=unseen)
    found = _OfNumbers(numbers, said, others, seed, names).estimate(unseen)
    return found if not isinstance(net.loss, Pinball) else _of_quantile(found, net, numbers, said)


def first_told(metrics: dict[str, float]) -> dict[str, float]:
    """Figures by name, of a quantile the share at or below it first, of several that between.

    >>> [*first_told({"r2": 0.5, "at_or_below": 0.9})]
    ['at_or_below', 'r2']
    """
    first = {name: value for name, value in metrics.items() if name in ("at_or_below", "within")}
    return first | metrics


def _of_quantile(found: Estimate, net: Network, y: NDArray[Any], said: Answers) -> Estimate:
    """The same, with the share of targets at or below what was said: what a quantile is for."""
    aimed, below, N = net.loss.spec()["quantile"], (y <= said.y_hat).ravel(), y.size
    low, high = wilson(int(below.sum()), N)
    share = Figure(float(below.mean()), low, high, "Wilson's limits")
    kept = low <= aimed <= high
    told = (
        f"Of the {rows_text(len(y), found.unseen)} {100 * below.mean():.1f} % lie at or below "
        f"what is said (95 % limits {100 * low:.1f} to {100 * high:.1f} %), where "
        f"{100 * aimed:g} % are aimed at: "
        + ("as far as so many rows can tell, it holds." if kept else "it does not hold.")
    )
    if aimed != 0.5:
        told += " R², MAE and RMSE measure a prediction of the middle; this is none."
    figures = {"at_or_below": share, **found.figures}
    others = {name: {"at_or_below": None, **of} for name, of in found.baselines.items()}
    found = replace(found, figures=figures, baselines=others)
    if aimed == 0.5:
        return replace(found, verdict=f"{told} {found.verdict}")
    return replace(found, verdict=told, comparisons=[])


# -- classes -----------------------------------------------------------------------------


class _OfClasses:
    """What was said of rows whose classes are known, beside what baselines say."""

    def __init__(
        self, classes: list[Any], y: NDArray[Any], said: Answers, others: Others, seed: int
    ) -> None:
        self.classes, self.others, self.seed = classes, others, seed
        self.k, self.p = k, p = check_scores(y, said.y_hat)
        self.choice = choice_of(said)
        self.hits = self.choice == k
        self.rows_of = np.bincount(k, minlength=len(classes))
        self.absent = [label for label, n in zip(classes, self.rows_of.tolist()) if not n]
        self.values = class_figures(k, p, self.choice)
        self.known = self.values["log_loss"] is not None  # of what are no probabilities it is None
        # sums over rows: their number, then log loss and Brier score, then each baseline's log loss
        columns, self.compared = [np.ones(len(k))], list[Baseline]()
        if self.known:
            columns += [row_log_loss(k, p), row_brier(k, p)]
            self.compared = [each for each, b in others if are_probabilities(b.y_hat)]
            columns += [row_log_loss(k, b.y_hat) for each, b in others if each in self.compared]
        self.bootstrap = Bootstrap(np.column_stack(columns), seed)
        self.table = reliability(*said_and_happened(k, p)) if self.known else None

    def estimate(self, unseen: bool) -> Estimate:
        """All of it as one record."""
        k, N = self.k, len(self.k)
        made = {
            "accuracy": partial(figure_of, wilson(int(self.hits.sum()), N), "Wilson's limits"),
            "balanced_accuracy": self._balanced,
            "log_loss": partial(self._drawn, 1),
            "brier": partial(self._drawn, 2),
            "roc_auc": self._auc,
            "calibration_error": self._calibration,
        }
        comparisons = [each for baseline, b in self.others for each in self._beside(baseline, b)]
        return Estimate(
            "classes",
            N,
            {name: made[name](value) for name, value in self.values.items()},
            {each.name: class_figures(k, b.y_hat, choice_of(b)) for each, b in self.others},
            comparisons,
            verdict(comparisons, rows_text(N, unseen)),
            confusion(k, self.choice, len(self.classes)).tolist(),
            self.classes,
            self.table,
            unseen=unseen,
        )

    def _balanced(self, value: float | None) -> Figure:
        seen = self.rows_of > 0
        recalled = np.bincount(self.k, weights=self.hits, minlength=len(self.classes))[seen]
        how = "Wilson's limits of each class's recall, squared and added"
        if self.absent:
            how += f"; over the classes in these rows, which hold no {listed(self.absent)}"
        return figure_of(mean_of_shares(recalled, self.rows_of[seen]), how, value)

    def _drawn(self, column: int, value: float | None) -> Figure:
        if not self.known:
            return Figure(None, None, None, NO_P)
        limits = self.bootstrap.interval(lambda S: S[..., column] / S[..., 0])
        return figure_of(limits, how_drawn(self.bootstrap), value)

    def _calibration(self, value: float | None) -> Figure:
        if self.table is None:
            return Figure(None, None, None, NO_P)
        bins = zip(*((b.rows, b.mean, b.happened) for b in self.table))
        limits = calibration_interval(*map(np.array, bins), seed=self.seed)
        how = f"{len(self.table)} bins of about equally many rows; what their gaps may be by chance"
        return figure_of(limits, how, value)

    def _beside(self, baseline: Baseline, b: Answers) -> Iterator[BaselineComparison]:
        """The network's accuracy, and where both say probabilities their log loss, beside its."""
        N, choice = len(self.k), choice_of(b)
        hits = choice == self.k
        only = int((self.hits & ~hits).sum()), int((hits & ~self.hits).sum())
        own, other = accuracy(self.k, self.choice), accuracy(self.k, choice)
        how = "paired shares after Bonett and Price"
        limits = paired_shares(*only, N)
        yield comparison_of(baseline, "accuracy", own, other, own - other, limits, how)
        if baseline in self.compared:
            theirs = 3 + self.compared.index(baseline)
            own, other = (float(self.bootstrap.total[column] / N) for column in (1, theirs))
            limits = self.bootstrap.interval(lambda S: (S[..., theirs] - S[..., 1]) / S[..., 0])
            how = how_drawn(self.bootstrap)
            yield comparison_of(baseline, "log_loss", own, other, other - own, limits, how)

    def _auc(self, auc: float | None) -> Figure:
        k, p = self.k, self.p
        if auc is None:
            return Figure(None, None, None, f"undefined: these rows hold no {listed(self.absent)}")
        kind = "" if p.shape[1] == 2 else "the mean of each class against the rest; "
        fewest = int(np.bincount(k).min())
        if auc in (0.0, 1.0):
            how = "the AUC at which so perfect an order is a chance of 1 in 40"
            return Figure(auc, *auc_interval(auc, np.zeros(1), fewest), kind + how)
        if fewest < 2:
            return Figure(auc, None, None, f"{kind}no limits: a class has a single row")
        how = "DeLong's variance on the scale of ln(AUC/(1 − AUC))"
        N, grow = len(k), 1.0
        if N > AUC_ROWS:
            some = np.random.default_rng(self.seed).choice(N, AUC_ROWS, replace=False)
            if np.bincount(k[some], minlength=p.shape[1]).min() >= 2:
                # the variance of N rows is that of n, times n/N
                k, p, grow = k[some], p[some], AUC_ROWS / N
                how += f", seen in {AUC_ROWS:,} of the rows"
        influence = auc_influence(k, p) * np.sqrt(grow)
        return Figure(auc, *auc_interval(auc, influence, fewest), kind + how)


# -- numbers -----------------------------------------------------------------------------


class _OfNumbers:
    """What was said of rows whose numbers are known, beside what baselines say."""

    def __init__(
        self,
        y: NDArray[np.float64],
        said: Answers,
        others: Others,
        seed: int,
        names: Sequence[str] | None,
    ) -> None:
        self.y, self.said, self.others = y, said, others
        self.n_out, self.names = y.shape[1], names
        # sums over rows: their number, then of each target y, y², |e|, e², and each baseline's e²
        hats = [said.y_hat, *(b.y_hat for _, b in others)]
        self.scale = power_of_two(max(float(np.abs(v).max()) for v in (y, *hats)))
        t = y / self.scale - (y / self.scale).mean(axis=0)
        e = [(y / self.scale - y_hat / self.scale) for y_hat in hats]
        parts = [np.ones((len(y), 1)), t, t**2, np.abs(e[0]), *(error**2 for error in e)]
        self.bootstrap = Bootstrap(np.hstack(parts), seed)
        self.how = how_drawn(self.bootstrap)

    def estimate(self, unseen: bool) -> Estimate:
        """All of it as one record."""
        N, several = len(self.y), self.n_out > 1
        values = number_figures(self.y, self.said.y_hat, self.names)
        targets = target_names(self.n_out, self.names) if several else []
        which = {"": None} | {f"{name}]": j for j, name in enumerate(targets)}
        tables = {each.name: number_figures(self.y, b.y_hat, self.names) for each, b in self.others}
        metric = "rmse" if values["r2"] is None else "r2"
        comparisons = [
            self._beside(baseline, number, metric, values[metric], tables[baseline.name][metric])
            for number, (baseline, _) in enumerate(self.others, start=1)
        ]
        figures: dict[str, Figure] = {}
        for name, value in values.items():
            base, _, target = name.partition("[")
            figures[name] = self._figure(base, which[target], value)
        told = verdict(comparisons, rows_text(N, unseen))
        return Estimate(
            "number", N, figures, tables, comparisons, told, targets=targets, unseen=unseen
        )

    def _figure(self, name: str, target: int | None, value: float | None) -> Figure:
        if value is None:
            return Figure(None, None, None, "undefined: the targets do not vary")
        statistic, unit = {
            "r2": (self.r2, 1.0), "mae": (self.mae, self.scale), "rmse": (self.rmse, self.scale),
        }[name]  # fmt: skip
        limits = self.bootstrap.interval(partial(statistic, target=target))
        limits = None if limits is None else (limits[0] * unit, limits[1] * unit)
        return figure_of(limits, self.how, value)

    def _beside(
        self, baseline: Baseline, number: int, metric: str, own: float | None, other: float | None
    ) -> BaselineComparison:
        """The network's r2, or its rmse where there is none, beside that of the baseline."""
        assert own is not None
        assert other is not None
        statistic, unit = (self.r2, 1.0) if metric == "r2" else (self.rmse, -self.scale)
        limits = self.bootstrap.interval(lambda S: unit * (statistic(S) - statistic(S, of=number)))
        better = own - other if metric == "r2" else other - own
        return comparison_of(baseline, metric, own, other, better, limits, self.how)

    def _column(self, part: int, target: int | None) -> slice:
        start = 1 + part * self.n_out
        if target is None:
            return slice(start, start + self.n_out)
        return slice(start + target, start + target + 1)

    def r2(self, S: Sums, target: int | None = None, of: int = 0) -> Sums:
        square = S[..., self._column(1, target)]
        spread = square - S[..., self._column(0, target)] ** 2 / S[..., :1]
        whole = self.bootstrap.total[self._column(1, target)]
        spread = np.where(spread > 1e-12 * whole, spread, np.nan)
        return (1 - S[..., self._column(3 + of, target)] / spread).mean(axis=-1)

    def mae(self, S: Sums, target: int | None = None) -> Sums:
        return (S[..., self._column(2, target)] / S[..., :1]).mean(axis=-1)

    def rmse(self, S: Sums, target: int | None = None, of: int = 0) -> Sums:
        # leaving a row out of a sum can leave a rounding below 0
        square = np.maximum(S[..., self._column(3 + of, target)], 0) / S[..., :1]
        return np.sqrt(square).mean(axis=-1)
