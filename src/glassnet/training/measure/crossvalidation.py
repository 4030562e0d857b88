"""Every row measured once by a network that never saw it: what a single test part leaves open."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.data import (
    DataError,
    Dataset,
    Parts,
    TableSet,
    fold_rows,
    parts_of,
    splits_by_class,
)
from glassnet.data import Split as DataSplit
from glassnet.files.plain import UNTOLD
from glassnet.training.ensemble import member_of
from glassnet.training.events import EpochEnd, Event, TrainingEnd
from glassnet.training.measure.baselines import Baseline, Tick, baselines_of
from glassnet.training.measure.comparison import BaselineComparison, verdict
from glassnet.training.measure.conformal import scores_of
from glassnet.training.measure.estimate import Estimate, estimate, estimate_rows
from glassnet.training.measure.intervals import student_quantile
from glassnet.training.recipe.members import member_folds, train_recipe
from glassnet.training.recipe.recipe import prepare
from glassnet.training.rows import Prepared, prepare_parts
from glassnet.training.settings import Recipe
from glassnet.training.targets import quantiles_in
from glassnet.training.team import ALONE, Team, own

LEAST_FOLDS = 2  # that tell how a figure varies

Split = Literal["by class", "at random", "by group", "forward in time"]
CAUTION = {
    "by class": "folds share most of their training rows, so their spread says too little: the "
    "limits are widened for it (Nadeau and Bengio), and are still no guarantee.",
    "forward in time": "each fold learned from all rows before its own, so the earliest learned "
    "from the fewest; the limits take the folds as draws of one kind, which they are only if "
    "nothing changes with time.",
}


@dataclass(frozen=True)
class Fold:
    """One network: how many rows it learned from and was measured on, and its figures."""

    train_rows: int
    test_rows: int
    figures: dict[str, float | None]
    baselines: dict[str, dict[str, float | None]]

    __repr__ = telling()


@dataclass(frozen=True)
class Spread:
    """A figure over the folds.

    Attributes:
        mean, sd: over the folds in which it is defined; None in none, or in one (sd).
        low, high: limits of the mean at 95 %; None with fewer than two such folds, or where all
            have the same figure, and so do not show how it varies.
        folds: in how many it is defined.
    """

    mean: float | None
    sd: float | None
    low: float | None
    high: float | None
    folds: int


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """How good networks made this way are, over folds.

    Attributes:
        task: 'classes', 'number' or 'yes_no'; split: how rows were dealt out to the folds.
        rows: how many were measured on, each once.
        folds: of each its figures; figures: the same over all folds.
        baselines: their means over the folds; comparisons: fold by fold; verdict: in sentences.
        caution: what the limits do not know.
        scores: (rows, m), of every row that was measured, as `conformal` takes them, and its
            group, where there are groups.
        confusion, classes: of all folds together; None for numbers.
    """

    kind, version = "cross_validation", 1

    task: Literal["classes", "number", "yes_no"]
    split: Split
    rows: int
    folds: list[Fold]
    figures: dict[str, Spread]
    baselines: dict[str, dict[str, float | None]]
    comparisons: list[BaselineComparison]
    verdict: str
    caution: str
    confusion: list[list[int]] | None = None
    classes: list[Any] | None = None
    targets: list[str] = field(default_factory=list)
    scores: Any = field(default=None, metadata=UNTOLD)
    groups: Any = field(default=None, metadata=UNTOLD)

    __repr__ = telling()


def cross_validate(
    make: Callable[[NDArray[np.intp]], Network],
    data: tuple[Any, ArrayLike],
    *,
    folds: int = 5,
    seed: int = 0,
    stratify: bool | None = None,
    groups: ArrayLike | None = None,
    times: ArrayLike | None = None,
    baselines: Callable[[Network, NDArray[np.intp]], Sequence[Baseline]] | None = None,
    names: Sequence[str] | None = None,
) -> CrossValidation:
    """Makes a network for each fold from the other folds' rows, and measures it on its own.

    Args:
        make: from row numbers to a network trained on these rows alone, its preparation too.
        data: X and y: raw rows, an array or a frame, and their labels or numbers.
        folds, seed, stratify, groups, times: as `glassnet.data.fold_rows`.
        baselines: from a network and its training rows to what it is compared with.
        names: of several targets.

    Raises:
        DataError: as `fold_rows`; or a fold holds a class that no row before it was of.
    """
    X, y = data[0], np.asarray(data[1])

    def measured(train: NDArray[np.intp], test: NDArray[np.intp]) -> Measured:
        net = make(train)
        if quantiles_in(net):
            raise InputError(
                "folds are not measured of several quantiles at once: cross-validate one of them."
            )
        others = () if baselines is None else baselines(net, train)
        return net, lambda: estimate(
            net, take(X, test), y[test], baselines=others, seed=seed, names=names
        )

    return _over_folds(
        measured, y, folds=folds, seed=seed, stratify=stratify, groups=groups, times=times
    )


# a network, and what it is worth, once its classes are known to be those of its rows
Measured = tuple[Network, Callable[[], Estimate]]


def _over_folds(
    measured: Callable[[NDArray[np.intp], NDArray[np.intp]], Measured],
    y: NDArray[Any],
    *,
    folds: int,
    seed: int,
    stratify: bool | None,
    groups: ArrayLike | None,
    times: ArrayLike | None,
    team: Team = ALONE,
) -> CrossValidation:
    """What comes of all folds together.

    Args: measured, from the rows to learn from and to test on, by their numbers.
    """
    splits = fold_rows(
        len(y), y, folds=folds, seed=seed, stratify=stratify, groups=groups, times=times
    )
    by_class = splits_by_class(y, stratify)
    by_group, by_time = groups is not None, times is not None
    return _together_over(measured, y, splits, by_class, by_group, by_time, team)


def _together_over(
    measured: Callable[[NDArray[np.intp], NDArray[np.intp]], Measured],
    y: NDArray[Any],
    splits: Sequence[DataSplit],
    by_class: bool,
    by_group: bool,
    by_time: bool = False,
    team: Team = ALONE,
) -> CrossValidation:
    """As `_over_folds`, over folds that are there; each is one rank's of the team."""
    split: Split = "by class" if by_class else "at random"
    if by_group or by_time:
        split = "by group" if by_group else "forward in time"
    done: list[Fold] = []
    estimates: list[Estimate] = []
    stopped = False
    for number, (train, test) in own(team, list(enumerate(splits, start=1))):
        if by_class:
            _check_known(y[train], y[test], number)
        try:
            net, worth = measured(train, test)
            if net.classes is not None:
                _check_known(net.classes, y[test], number)
            of = worth()
        except KeyboardInterrupt:
            stopped = True
            break
        values = {name: figure.value for name, figure in of.figures.items()}
        done.append(Fold(len(train), len(test), values, of.baselines))
        estimates.append(of)
    team.meet()  # who has fewer waits, however long
    every = team.gather((done, estimates, stopped))
    done = [fold for folds, _, _ in every for fold in folds]
    if any(ended for _, _, ended in every) and len(done) < LEAST_FOLDS:
        raise KeyboardInterrupt
    return _together(done, [of for _, each, _ in every for of in each], split, len(splits))


def _together(
    done: list[Fold], estimates: Sequence[Estimate], split: Split, asked: int
) -> CrossValidation:
    """The folds, and what they come to. Args: asked, how many there were to be."""
    task, targets = estimates[-1].task, estimates[-1].targets
    figures = {
        name: _spread([fold.figures[name] for fold in done], done, name) for name in done[0].figures
    }
    means = {
        name: {
            metric: _spread([fold.baselines[name][metric] for fold in done], done).mean
            for metric in figures
        }
        for name in done[0].baselines
    }
    rows = sum(fold.test_rows for fold in done)
    if "at_or_below" in figures and not estimates[-1].comparisons:  # no prediction of the middle
        comparisons, told = [], _of_quantile(figures["at_or_below"], len(done), rows)
    else:
        comparisons = _comparisons(done, task, figures)
        told = verdict(comparisons, f"{len(done)} folds of {rows:,} rows")
    caution = CAUTION.get(split, CAUTION["by class"])
    if len(done) < asked:
        caution = (
            f"it was interrupted, and {asked - len(done)} of {asked} folds are left out; " + caution
        )
    classes, confusion = _joined(estimates) if task == "classes" else (None, None)
    return CrossValidation(
        task, split, rows, done, figures, means, comparisons, told, caution, confusion, classes,
        targets,
    )  # fmt: skip


def check_folds(data: Dataset | TableSet, folds: int) -> None:
    """Says before any training that a data set has no such folds: a DataError."""
    splits = fold_rows(
        len(data.y),
        data.y,
        folds=folds,
        stratify=data.task == "classes",
        groups=data.groups,
        times=data.times,
    )
    for number, (train, test) in enumerate(splits, start=1):
        if data.task == "classes":
            _check_known(data.y[train], data.y[test], number)


def cross_validate_dataset(
    data: Dataset | TableSet,
    recipe: Recipe,
    *,
    folds: int = 5,
    groups: ArrayLike | None = None,
    times: ArrayLike | None = None,
    seed: int = 0,
    with_baselines: bool = True,
    callbacks: Iterable[Callable[[Event], Any]] = (),
    tick: Tick = lambda done, total: None,
    team: Team = ALONE,
) -> CrossValidation:
    """Cross-validates a recipe on a data set; a test part of its own is left alone.

    Args:
        recipe: of every network; its preparation is learned in each fold anew.
        folds, groups, times, seed: as `cross_validate`; seed is that of the folds.
        callbacks: as `fit` takes them, of every network; not of the baselines.
        tick: told how many folds are done, in hundredths, of how many.
        team: each fold is one of its ranks', and all come to the same figures.

    Raises:
        KeyboardInterrupt: it came before two folds were done; later they are what is told of.
        DataError, InputError: as `cross_validate` and `fit`.
    """
    grouped: Any = replace(data, groups=groups, times=times)
    scores: list[Any] = []
    held: list[Any] = []

    def measured(train: NDArray[np.intp], test: NDArray[np.intp]) -> Measured:
        parts = parts_of(grouped, train, test)
        net, _ = prepare(data, recipe, parts=parts)
        ready = prepare_parts(net, parts, recipe.validation, recipe.seed, recipe.class_weight)
        settings = replace(recipe, callbacks=callbacks)
        for event in train_recipe(net, ready, parts, settings):
            if isinstance(event, EpochEnd):
                done = 100 * len(scores) + 100 * event.epoch // event.epochs
                tick(done, 100 * max(folds // team.size, 1))
            ended = isinstance(event, TrainingEnd) and event.history.stopped == "interrupted"
            if ended or team.asked_to_stop:
                raise KeyboardInterrupt
        simple: Sequence[Baseline] = ()
        if with_baselines:
            simple = baselines_of(net, ready.learned, ready.held, parts.y, recipe)

        def worth() -> Estimate:
            names, y = _several(data), parts.y_test
            found = estimate_rows(net, ready.test, y, baselines=simple, seed=seed, names=names)
            scores.append(scores_of(net, ready.test, parts.y_test))
            held.append(parts.groups_test)
            return found

        return net, worth

    found = _over_folds(
        measured,
        data.y,
        folds=folds,
        seed=seed,
        stratify=data.task == "classes",
        groups=groups,
        times=times,
        team=team,
    )
    return _with_scores(found, scores, None if groups is None else held, team)


def cross_validate_members(
    net: Network,
    ready: Prepared,
    parts: Parts,
    recipe: Recipe,
    team: Team = ALONE,
    *,
    names: Sequence[str] | None = None,
) -> CrossValidation:
    """The figures of a mean's members, each on the rows of the fold that it did not learn from.

    The mean itself, which learned from all of them, is rather better; what the columns'
    preparation knows is of all rows.

    Args: as `train_recipe`, which has trained net by folds; team, each of whose ranks measures
        some of them; names, of several targets.
    """
    splits = member_folds(parts, recipe.members, classes=net.classes is not None)
    rows, y = ready.learned, parts.y
    scores: list[Any] = []
    of_groups: list[Any] = []
    left = iter(own(team, range(1, recipe.members + 1)))

    def measured(train: NDArray[np.intp], test: NDArray[np.intp]) -> Measured:
        member, held = member_of(net, next(left)), replace(rows.take(test), w=None)
        simple = baselines_of(member, rows.take(train), None, y[train], recipe)

        def worth() -> Estimate:
            found = estimate_rows(member, held, y[test], baselines=simple, names=names)
            scores.append(scores_of(member, held, y[test]))
            of_groups.append(None if parts.groups is None else parts.groups[test])
            return found

        return member, worth

    by_class, by_group = net.classes is not None, parts.groups is not None
    found = _together_over(measured, y, splits, by_class, by_group, team=team)
    return _with_scores(found, scores, of_groups if by_group else None, team)


def _with_scores(
    found: CrossValidation, scores: list[Any], groups: list[Any] | None, team: Team
) -> CrossValidation:
    """The same, with the scores of every row that was measured, and their groups."""
    every = team.gather((scores, groups))
    of_groups = None
    if groups is not None:
        of_groups = np.concatenate([each for _, some in every for each in some or ()])
    all_scores = np.concatenate([each for some, _ in every for each in some])
    return replace(found, scores=all_scores, groups=of_groups)


def _several(data: Dataset | TableSet) -> tuple[str, ...] | None:
    """The names of a table's targets, where there are several."""
    names = data.target.names if isinstance(data, TableSet) else ()
    return names if len(names) > 1 else None


def take(X: Any, rows: NDArray[np.intp]) -> Any:
    """Rows of an array or of a frame, polars' or pandas'."""
    return X.iloc[rows] if hasattr(X, "iloc") else X[rows]


def _check_known(known: ArrayLike, y: NDArray[Any], number: int) -> None:
    new = np.setdiff1d(y, np.asarray(known)).tolist()
    if new:
        raise DataError(
            f"fold {number} holds {new[0]!r}, and none of the rows that its network learned from "
            "does: take fewer folds, other groups, or leave that class out"
        )


def _spread(values: Sequence[float | None], done: Sequence[Fold], name: str = "") -> Spread:
    """Mean and limits over folds, with the variance that folds of common rows need.

        se² = sd² (1/k + n_test/n_train),   limits from Student's t with k − 1 degrees

    Source: Nadeau and Bengio (2003).
    """
    pairs = [
        (value, fold.test_rows / fold.train_rows)
        for value, fold in zip(values, done)
        if value is not None
    ]
    if not pairs:
        return Spread(None, None, None, None, 0)
    x, ratio = np.array(pairs).T
    k, mean = len(x), float(x.mean())
    if k < 2:
        return Spread(mean, None, None, None, k)
    sd = float(x.std(ddof=1))
    if sd <= 1e-12 * abs(mean):
        return Spread(mean, sd, None, None, k)
    reach = student_quantile(k - 1) * sd * math.sqrt(1 / k + float(ratio.mean()))
    least, most = _BOUNDS.get(name.partition("[")[0], (-math.inf, math.inf))
    return Spread(mean, sd, max(least, mean - reach), min(most, mean + reach), k)


_SHARE = (0.0, 1.0)
_BOUNDS = {
    "accuracy": _SHARE,
    "balanced_accuracy": _SHARE,
    "all_right": _SHARE,
    "f1": _SHARE,
    "roc_auc": _SHARE,
    "calibration_error": _SHARE,
    "log_loss": (0.0, math.inf),
    "brier": (0.0, math.inf),
    "mae": (0.0, math.inf),
    "rmse": (0.0, math.inf),
    "r2": (-math.inf, 1.0),
}


def _of_quantile(share: Spread, folds: int, rows: int) -> str:
    """What is said of a quantile, with which no simple rule is compared."""
    limits = ""
    if share.low is not None and share.high is not None:
        limits = f" (95 % limits {100 * share.low:.1f} to {100 * share.high:.1f} %)"
    mean = math.nan if share.mean is None else 100 * share.mean
    return (
        f"In the mean of {folds} folds of {rows:,} rows {mean:.1f} % lie at or below what is "
        f"said{limits}; the quantile that was asked for is the share that is aimed at. R², MAE and "
        "RMSE measure a prediction of the middle; this is none."
    )


def _comparisons(
    done: Sequence[Fold], task: str, figures: dict[str, Spread]
) -> list[BaselineComparison]:
    metrics = ["log_loss", "accuracy"] if task == "yes_no" else ["accuracy", "log_loss"]
    if task == "number":
        metrics = ["r2" if figures["r2"].folds == len(done) else "rmse"]
    how = f"Student's t of the {len(done)} folds' differences, after Nadeau and Bengio"
    found = []
    for name in done[0].baselines:
        called = Baseline(name, several=task == "yes_no" and name == "majority").called
        for metric in metrics:
            own = [fold.figures[metric] for fold in done]
            other = [fold.baselines[name][metric] for fold in done]
            sign = -1 if metric in ("log_loss", "rmse") else 1
            apart = [None if a is None or b is None else sign * (a - b) for a, b in zip(own, other)]
            whole, of = _spread(own, done).mean, _spread(other, done).mean
            d = _spread(apart, done)
            if whole is not None and of is not None and d.mean is not None:
                found.append(
                    BaselineComparison(name, called, metric, whole, of, d.mean, d.low, d.high, how)
                )
    return found


def _joined(estimates: Sequence[Estimate]) -> tuple[list[Any], list[list[int]]]:
    """All classes in order, and the sum of the folds' confusions."""
    classes: list[Any] = sorted({label for of in estimates for label in of.classes or ()})
    total = np.zeros((len(classes), len(classes)), dtype=np.int64)
    for of in estimates:
        place = [classes.index(label) for label in of.classes or ()]
        total[np.ix_(place, place)] += np.array(of.confusion)
    return classes, total.tolist()
