"""How good a network is, as one record: figures with limits, baselines, and a plain sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.network import Network
from glassnet.training.measure.baselines import Baseline
from glassnet.training.measure.comparison import BaselineComparison, verdict
from glassnet.training.measure.intervals import (
    DRAWS,
    LEAST_ROWS,
    Bootstrap,
    Interval,
    auc_interval,
    calibration_interval,
    mean_of_shares,
    paired_shares,
    wilson,
)
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
    ReliabilityBin,
    are_probabilities,
    auc_influence,
    check_scores,
    reliability,
    row_brier,
    row_log_loss,
    said_and_happened,
)
from glassnet.training.rows import Rows, as_rows

AUC_ROWS = 100_000  # beyond so many rows, how they vary is seen in a part of them

Sums = NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """A figure and the limits between which it may lie, at 95 %.

    Attributes:
        value: None where it is not defined for these rows.
        low, high: None where there are too few rows for limits.
        how: where the limits come from; of what is None, why.
    """

    value: float | None
    low: float | None
    high: float | None
    how: str


@dataclass(frozen=True, eq=False)
class Estimate:
    """How good a network is, on rows that it never saw.

    Attributes:
        task: 'classes' or 'number'.
        rows: how many were measured on.
        figures: by name, as `training.figures` gives them, with limits.
        baselines: of each its figures on the same rows.
        comparisons: of the network with each; verdict: the same in plain sentences.
        confusion: rows of class i taken for class j; None for numbers.
        classes: their labels; None for numbers.
        reliability: what probabilities said and what happened; None where there are none.
        unseen: whether the rows are known to be none that it learned from.
    """

    kind, version = "estimate", 1

    task: Literal["classes", "number"]
    rows: int
    figures: dict[str, Figure]
    baselines: dict[str, dict[str, float | None]]
    comparisons: list[BaselineComparison]
    verdict: str
    confusion: list[list[int]] | None = None
    classes: list[Any] | None = None
    reliability: list[ReliabilityBin] | None = None
    targets: list[str] = field(default_factory=list)
    unseen: bool = True

    __repr__ = telling()

    def rows_text(self) -> str:
        """How many rows, in words, and whether they are test rows."""
        return _rows_text(self.rows, self.unseen)


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
    if net.classes is not None:
        return _of_classes(list(net.classes), rows.y, said, others, seed, unseen)
    numbers = np.asarray(y, dtype=np.float64).reshape(len(rows), -1)
    return _of_numbers(numbers, said, others, seed, names, unseen)


# -- classes -----------------------------------------------------------------------------


def _of_classes(
    classes: list[Any],
    y: NDArray[Any],
    said: Answers,
    others: Sequence[tuple[Baseline, Answers]],
    seed: int,
    unseen: bool,
) -> Estimate:
    k, p = check_scores(y, said.y_hat)
    choice = said.choice
    assert choice is not None
    N = len(k)
    per_class = np.bincount(k, minlength=len(classes))
    hits = choice == k
    values = class_figures(k, p, choice)
    known = values["log_loss"] is not None

    # sums over rows: their number, then log loss and Brier score, then each baseline's log loss
    columns, compared = [np.ones(N)], []
    if known:
        columns += [row_log_loss(k, p), row_brier(k, p)]
        compared = [baseline for baseline, b in others if are_probabilities(b.y_hat)]
        columns += [row_log_loss(k, b.y_hat) for baseline, b in others if baseline in compared]
    bootstrap = Bootstrap(np.column_stack(columns), seed)

    seen = per_class > 0
    recalled = np.bincount(k, weights=hits, minlength=len(classes))[seen]
    figures = {
        "accuracy": _figure(values, "accuracy", wilson(int(hits.sum()), N), "Wilson's limits")
    }
    absent = [label for label, count in zip(classes, per_class.tolist()) if not count]
    how = "Wilson's limits of each class's recall, squared and added"
    if absent:
        how += f"; over the classes in these rows, which hold no {_listed(absent)}"
    limits = mean_of_shares(recalled, per_class[seen])
    figures["balanced_accuracy"] = _figure(values, "balanced_accuracy", limits, how)
    no_p = "undefined: the outputs are no probabilities"
    drawn = _drawn(bootstrap)
    for name, column in (("log_loss", 1), ("brier", 2)):
        limits = bootstrap.interval(partial(_mean, column=column)) if known else None
        figures[name] = _figure(values, name, limits, drawn if known else no_p)
    figures["roc_auc"] = _auc(k, p, values["roc_auc"], absent, seed)
    table = None
    if known:
        table = reliability(*said_and_happened(k, p))
        limits = calibration_interval(
            *(np.array([getattr(b, of) for b in table]) for of in ("rows", "mean", "happened")),
            seed=seed,
        )
        how = f"{len(table)} bins of about equally many rows; what their gaps may be by chance"
        figures["calibration_error"] = _figure(values, "calibration_error", limits, how)
    else:
        figures["calibration_error"] = Figure(None, None, None, no_p)

    comparisons, tables = [], {}
    for baseline, b in others:
        assert b.choice is not None
        tables[baseline.name] = class_figures(k, b.y_hat, b.choice)
        b_hits = b.choice == k
        only = int((hits & ~b_hits).sum()), int((b_hits & ~hits).sum())
        low, high = paired_shares(*only, N)
        own, other = accuracy(k, choice), accuracy(k, b.choice)
        how = "paired shares after Bonett and Price"
        comparisons.append(
            BaselineComparison(
                baseline.name, baseline.called, "accuracy", own, other, own - other, low, high, how
            )
        )
        if baseline in compared:
            column = 3 + compared.index(baseline)
            own, other = bootstrap.total[1] / N, bootstrap.total[column] / N
            limits = bootstrap.interval(partial(_difference, first=column, second=1))
            low, high = limits or (None, None)
            d = float(other - own)
            comparisons.append(
                BaselineComparison(
                    baseline.name, baseline.called, "log_loss", float(own), float(other), d, low,
                    high, drawn,
                )
            )  # fmt: skip
    return Estimate(
        "classes",
        N,
        {name: figures[name] for name in values},
        tables,
        comparisons,
        verdict(comparisons, _rows_text(N, unseen)),
        confusion(k, choice, len(classes)).tolist(),
        classes,
        table,
        unseen=unseen,
    )


def _auc(
    k: NDArray[np.intp], p: NDArray[Any], auc: float | None, absent: list[Any], seed: int
) -> Figure:
    if auc is None:
        return Figure(None, None, None, f"undefined: these rows hold no {_listed(absent)}")
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
        some = np.random.default_rng(seed).choice(N, AUC_ROWS, replace=False)
        if np.bincount(k[some], minlength=p.shape[1]).min() >= 2:
            # the variance of N rows is that of n, times n/N
            k, p, grow = k[some], p[some], AUC_ROWS / N
            how += f", seen in {AUC_ROWS:,} of the rows"
    influence = auc_influence(k, p) * np.sqrt(grow)
    return Figure(auc, *auc_interval(auc, influence, fewest), kind + how)


# -- numbers -----------------------------------------------------------------------------


def _of_numbers(
    y: NDArray[np.float64],
    said: Answers,
    others: Sequence[tuple[Baseline, Answers]],
    seed: int,
    names: Sequence[str] | None,
    unseen: bool,
) -> Estimate:
    N, n_out = y.shape
    values = number_figures(y, said.y_hat, names)
    # sums over rows: their number, then of each target y, y², |e|, e², and each baseline's e²
    hats = [said.y_hat, *(b.y_hat for _, b in others)]
    scale = power_of_two(max(float(np.abs(v).max()) for v in (y, *hats)))
    t = y / scale - (y / scale).mean(axis=0)
    e = [(y / scale - y_hat / scale) for y_hat in hats]
    parts = [np.ones((N, 1)), t, t**2, np.abs(e[0]), *(error**2 for error in e)]
    bootstrap = Bootstrap(np.hstack(parts), seed)

    def column(part: int, target: int | None) -> Any:
        start = 1 + part * n_out
        return (
            slice(start, start + n_out)
            if target is None
            else slice(start + target, start + target + 1)
        )

    def r2(S: Sums, target: int | None = None, of: int = 0) -> Sums:
        spread = S[..., column(1, target)] - S[..., column(0, target)] ** 2 / S[..., :1]
        whole = bootstrap.total[column(1, target)]
        spread = np.where(spread > 1e-12 * whole, spread, np.nan)
        return (1 - S[..., column(3 + of, target)] / spread).mean(axis=-1)

    def mae(S: Sums, target: int | None = None) -> Sums:
        return (S[..., column(2, target)] / S[..., :1]).mean(axis=-1)

    def rmse(S: Sums, target: int | None = None, of: int = 0) -> Sums:
        # leaving a row out of a sum can leave a rounding below 0
        square = np.maximum(S[..., column(3 + of, target)], 0) / S[..., :1]
        return np.sqrt(square).mean(axis=-1)

    which = (
        {"": None}
        if n_out == 1
        else {"": None} | {f"[{name}]": j for j, name in enumerate(target_names(n_out, names))}
    )
    figures = {}
    drawn = _drawn(bootstrap)
    for name, value in values.items():
        base, _, rest = name.partition("[")
        target = which[f"[{rest}" if rest else ""]
        if value is None:
            figures[name] = Figure(None, None, None, "undefined: the targets do not vary")
            continue
        statistic, unit = {"r2": (r2, 1.0), "mae": (mae, scale), "rmse": (rmse, scale)}[base]
        limits = bootstrap.interval(partial(statistic, target=target))
        limits = None if limits is None else (limits[0] * unit, limits[1] * unit)
        figures[name] = _figure(values, name, limits, drawn)

    comparisons, tables = [], {}
    for number, (baseline, b) in enumerate(others, start=1):
        table = tables[baseline.name] = number_figures(y, b.y_hat, names)
        metric = "rmse" if values["r2"] is None else "r2"
        statistic, unit = (r2, 1.0) if metric == "r2" else (rmse, -scale)
        limits = bootstrap.interval(
            lambda S, of=number, f=statistic, unit=unit: unit * (f(S) - f(S, of=of))
        )
        own, other = values[metric], table[metric]
        assert own is not None
        assert other is not None
        better = own - other if metric == "r2" else other - own
        low, high = limits or (None, None)
        comparisons.append(
            BaselineComparison(
                baseline.name, baseline.called, metric, own, other, better, low, high, drawn
            )
        )
    return Estimate(
        "number",
        N,
        figures,
        tables,
        comparisons,
        verdict(comparisons, _rows_text(N, unseen)),
        targets=[] if n_out == 1 else target_names(n_out, names),
        unseen=unseen,
    )


# -- shared ------------------------------------------------------------------------------


def _figure(
    values: dict[str, float | None], name: str, limits: Interval | None, how: str
) -> Figure:
    low, high = limits or (None, None)
    return Figure(values[name], low, high, how)


def _mean(S: Sums, column: int) -> Sums:
    return S[..., column] / S[..., 0]


def _difference(S: Sums, first: int, second: int) -> Sums:
    return (S[..., first] - S[..., second]) / S[..., 0]


def _drawn(bootstrap: Bootstrap) -> str:
    if bootstrap.rows < LEAST_ROWS:
        return f"no limits: there are fewer than {LEAST_ROWS} rows"
    blocks = f" of {bootstrap.units:,} blocks" if bootstrap.units < bootstrap.rows else ""
    return f"bootstrap (BCa), {DRAWS:,} draws{blocks}"


def _rows_text(N: int, unseen: bool) -> str:
    return f"{N:,} {'test ' * unseen}row{'s' * (N != 1)}"


def _listed(labels: Sequence[Any]) -> str:
    names = " or ".join(repr(label) for label in labels[:3])
    return names + (f" ({len(labels)} classes in all)" if len(labels) > 3 else "")
