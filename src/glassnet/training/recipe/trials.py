"""Settings tried on validation rows: the folds, and what a recipe is worth on them."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import PREDICT_BATCH, Network, shares
from glassnet.data import YesNo, stratified_split
from glassnet.training.events import EpochEnd, Progress, TrainingEnd
from glassnet.training.loop.fit import fit
from glassnet.training.recipe.recipe import fit_settings, network_for
from glassnet.training.rows import as_rows, class_weights, label_counts, measure
from glassnet.training.settings import Recipe
from glassnet.training.targets import encode

FOLDS, FOLD_BELOW = 5, 2000  # cross-validation below so many training rows, else one held part
HELD = 0.2  # the held part's share of the training rows

Learn = Callable[[Any], Any]  # rows to a preparation
Fold = tuple[NDArray[np.intp], NDArray[np.intp]]  # rows to learn from, rows to validate on


@dataclass(frozen=True)
class Tried:
    """A candidate after its folds: its epochs, the loss of every validation row, the metric."""

    epochs: int
    losses: NDArray[np.float64]
    metric: float


class Trials:
    """The folds, prepared once, each by what its own rows to learn from taught."""

    def __init__(
        self,
        X: Any,
        y: NDArray[Any],
        task: str,
        learn: Learn,
        folds: Sequence[Fold],
        rng: np.random.Generator,
    ) -> None:
        self.task, self.y = task, np.asarray(y)
        self.metric = "r2" if task == "number" else "accuracy"
        self.n_in = 0
        self.parts: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]] = []
        for keep, held in folds:
            if not len(keep) or not len(held):
                raise InputError("a fold of the search is empty: give more rows.")
            keep = rng.permutation(keep)  # so that a part of the rows is any part of them
            preparation = learn(X[keep])
            part = (preparation.apply(X[keep]), self.y[keep])
            self.parts.append((*part, preparation.apply(X[held]), self.y[held]))
            self.n_in = self.parts[0][0].shape[1]
        self.how = folds_said(len(self.y), folds)

    def run(self, recipe: Recipe, share: float) -> Iterator["float | Tried"]:
        """Trains on each fold, telling which part is done; at last what came of it."""
        epochs = max(round(recipe.epochs * share), 1)
        rows_share = min(recipe.epochs * share, 1.0)  # less than an epoch is one of fewer rows
        losses: list[NDArray[np.float64]] = []
        metrics: list[float] = []
        for number, (X, y, X_held, y_held) in enumerate(self.parts):
            n = max(math.ceil(rows_share * len(X)), 1)
            labels = self.y if self.task == "classes" else y
            net = network_for(recipe, self.task, X.shape[1], labels)
            if self.task == "yes_no":  # the figure beside the loss; the words do not matter
                net.yes_no = YesNo.of([(0, 1)] * net.n_out)
            settings = {**fit_settings(recipe), "epochs": epochs}
            diverged = False
            for event in fit(net, X[:n], y[:n], **settings):
                if isinstance(event, TrainingEnd):
                    if event.history.stopped == "interrupted":
                        raise KeyboardInterrupt
                    diverged = event.history.stopped == "diverged"
                else:
                    yield (number + _along(event)) / len(self.parts)
            counts = label_counts(net, encode(net, y))
            by_class = class_weights(net, recipe.class_weight, counts)
            of_rows, metric = _validate(net, X_held, y_held, by_class)
            losses.append(np.full(len(y_held), math.inf) if diverged else of_rows)
            metrics.append(metric * len(y_held))
        found = np.concatenate(losses)
        yield Tried(epochs, found, sum(metrics) / len(found))


def _along(event: EpochEnd | Progress) -> float:
    of_epoch = 1.0 if isinstance(event, EpochEnd) else event.done / event.samples
    return (event.epoch - 1 + of_epoch) / event.epochs


def _validate(
    net: Network, X: NDArray[Any], y: NDArray[Any], by_class: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], float]:
    """The loss of each row, (N,), times what its class counts on average 1, and accuracy or r2."""
    rows = as_rows(net, X, y, "the validation rows")
    losses: list[NDArray[np.float64]] = []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for start in range(0, len(rows), PREDICT_BATCH):
            part = rows.take(slice(start, start + PREDICT_BATCH))
            p = net.measure(net.forward(part.X), part.y)
            losses.append(np.asarray(p.sample_loss, dtype=np.float64))
    found = np.concatenate(losses)
    figures = measure(net, rows)
    metric = figures.get("accuracy", figures.get("r2", math.nan))
    if by_class is not None:
        found *= shares(by_class[rows.y], len(rows)) * len(rows)
    return np.where(np.isfinite(found), found, math.inf), metric


def folds_of(
    y: NDArray[Any], task: str, rng: np.random.Generator, count: int = FOLDS
) -> Iterator[Fold]:
    """Some folds of few rows, one held part of many; of labels stratified."""
    N = len(y)
    if N < 2:
        raise InputError(f"settings are chosen on rows held back; there is {N} row in all.")
    if N >= FOLD_BELOW:
        yield stratified_split(y, HELD, rng, task == "classes")
        return
    order = rng.permutation(N)
    if task == "classes":  # dealt out class by class, so that each fold gets its share of each
        order = order[np.argsort(np.asarray(y)[order], kind="stable")]
    fold = np.empty(N, dtype=np.intp)
    fold[order] = np.arange(N) % min(count, N)
    for k in range(min(count, N)):
        yield np.flatnonzero(fold != k), np.flatnonzero(fold == k)


def folds_said(rows: int, folds: Sequence[Fold]) -> str:
    """On which of so many training rows was validated, in words."""
    of = f"of the {rows:,} training rows"
    return f"{len(folds)} folds {of}" if len(folds) > 1 else f"{len(folds[0][1]):,} {of}"


def standard_error(values: NDArray[np.float64]) -> float:
    if len(values) < 2 or not np.isfinite(values).all():
        return math.inf
    return float(values.std(ddof=1) / math.sqrt(len(values)))
