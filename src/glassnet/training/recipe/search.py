"""Other settings than the defaults, tried on validation rows: successive halving.

All candidates, the defaults among them, train a little; the best third of them trains three times
as long, and so on, until two or three have trained in full. Test rows have no part in it.
"""

import math
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.lbfgs import LBFGS
from glassnet.data import Dataset, Parts, Preparation, split_train_test
from glassnet.training.recipe.recipe import fit_settings, network_for
from glassnet.training.recipe.trials import Fold, Learn, Trials, Tried, folds_of, standard_error
from glassnet.training.settings import Recipe
from glassnet.training.team import ALONE, Team, own

KEEP = 3  # one of so many goes on, and trains so many times as long
FINALISTS = 3  # at most so many train in full, and the defaults
SEARCHED = ("hidden", "activation", "learning_rate", "l2", "dropout", "batch_size")


@dataclass(frozen=True)
class SearchRow:
    """What became of a candidate at the largest budget it was given.

    `number` counts the candidates from 0, the defaults; `rung` from 1. `epochs` is its budget,
    `share` the part of a full training that this is. `loss` is the mean over the validation rows,
    infinite where training diverged, `error` its standard error; of classes there is the
    accuracy, of numbers r2.
    """

    number: int
    recipe: Recipe
    rung: int
    epochs: int
    share: float
    loss: float
    error: float
    accuracy: float | None = None
    r2: float | None = None
    chosen: bool = False

    @property
    def metric(self) -> float:
        """The accuracy, or r2."""
        found = self.r2 if self.accuracy is None else self.accuracy
        return math.nan if found is None else found

    @property
    def defaults(self) -> bool:
        """Whether these are the settings that the search began with."""
        return self.number == 0

    @property
    def settings(self) -> dict[str, Any]:
        """Those of its settings that a search varies."""
        return {name: getattr(self.recipe, name) for name in SEARCHED}


@dataclass(frozen=True)
class SearchProgress:
    """While candidates train: which one in which rung, the share of all work done, the best."""

    kind, version = "search_progress", 1

    rung: int
    rungs: int
    number: int
    done: float
    best: SearchRow | None


@dataclass(frozen=True)
class SearchResult:
    """The last event: the chosen recipe, and a row for each candidate that was tried.

    `rows` begin with those that trained longest, the lowest loss first. `chosen` is a candidate's
    number, `reason` says why it, `validation` on which rows; `metric` is "accuracy" or "r2",
    `stopped` "finished" or "interrupted".
    """

    kind, version = "search", 1

    recipe: Recipe
    rows: tuple[SearchRow, ...]
    chosen: int
    reason: str
    validation: str
    metric: str
    seed: int
    stopped: str
    seconds: float

    __repr__ = telling()


SearchEvent = SearchProgress | SearchResult


def search(
    data: Dataset | Parts,
    n: int,
    *,
    base: Recipe,
    seed: int = 0,
    task: str | None = None,
    image: bool = False,
    learn: Learn | None = None,
    folds: Sequence[Fold] | None = None,
    team: Team = ALONE,
) -> Generator[SearchEvent, None, SearchResult]:
    """Tries n settings, the base's among them, and yields what happens; at last the result too.

    Args:
        data: a data set, whose test rows are set aside first; or parts, of which X and y alone
            are read.
        n: how many settings to try, at least 2.
        base: candidate 0; the others are drawn around it. What `base.given` names stays.
        seed: of the candidates and the folds. A candidate trains with the seed of its recipe.
        task, image: 'classes', 'number' or 'yes_no', and whether the columns are pixels, for
            parts; a data set knows both.
        learn: makes a preparation from the rows to learn from; each fold has its own.
        folds: row numbers to learn from and to validate on, where rows belong together; by
            default five folds below 2,000 rows, else a fifth of the rows is held back.
        team: each candidate of a rung is trained by one of its ranks, and all come to the same
            result; a rank that is asked to stop ends the search after the rung at hand.

    Raises:
        InputError: for settings that make no sense, before anything is trained.

    The candidate of the lowest loss among those that trained in full is chosen, unless the
    defaults are within one standard error of it, row by row. A KeyboardInterrupt ends the search
    with what its last complete rung found. The chosen one is then to be trained on all rows.

    Source: Jamieson and Talwalkar (2016), "Non-stochastic best arm identification and
    hyperparameter optimization", Figure 3; each rung trains anew, as its schedule has an end.
    """
    check_tries(n)
    if isinstance(data, Dataset):
        task, image = data.task, data.image_shape is not None
        data = split_train_test(data)
    if task not in ("classes", "number", "yes_no"):
        raise InputError(f"task is {task!r}: give 'classes', 'number' or 'yes_no'.")
    if learn is None:
        learn = lambda X: Preparation.learn(X, image=image)  # noqa: E731
    drawing, splitting = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    if folds is None:
        folds = list(folds_of(data.y, task, splitting))
    trials = Trials(data.X, data.y, task, learn, folds, splitting)
    candidates = [base, *(_drawn(base, image, drawing) for _ in range(n - 1))]
    for candidate in candidates:  # what cannot be built or run is said before anything is trained
        network_for(candidate, task, trials.n_in, data.y)
        fit_settings(candidate)
    return _halving(trials, candidates, seed, team)


def check_tries(n: int) -> None:
    """That so many settings can be tried; an InputError otherwise."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 2:
        raise InputError(f"search is {n!r}: give how many settings to try, from 2 up.")


def rungs(n: int) -> list[int]:
    """How many candidates each rung has, the last trained in full.

    >>> rungs(3), rungs(20), rungs(100)
    ([3], [20, 7, 3], [100, 34, 12, 4, 2])
    """
    sizes = [n]
    while sizes[-1] > FINALISTS:
        sizes.append(math.ceil(sizes[-1] / KEEP))
    return sizes


def _halving(
    trials: Trials, candidates: list[Recipe], seed: int, team: Team
) -> Generator[SearchEvent, None, SearchResult]:
    began = time.perf_counter()
    sizes = rungs(len(candidates))
    shares = [float(KEEP) ** (k - len(sizes) + 1) for k in range(len(sizes))]
    # the defaults go through every rung, beside those that are to be compared with them
    work = sum((size + (k > 0)) * share for k, (size, share) in enumerate(zip(sizes, shares)))
    tour = _Tour(trials, candidates, len(sizes), work, team)
    losses: dict[int, NDArray[np.float64]] = {}  # of the rung that counts, row by row
    going = list(range(len(candidates)))
    tried: dict[int, NDArray[np.float64]] = {}
    for rung, share in enumerate(shares, start=1):
        tried = yield from tour.rung(rung, share, going)
        if tour.stopped == "interrupted":
            break
        losses = tried
        order = sorted(losses, key=lambda number: (tour.rows[number].loss, number))
        if rung < len(sizes):
            going = [0, *[number for number in order if number != 0][: sizes[rung]]]
    chosen, reason = _choose(losses or tried)
    tried_all = sorted(tour.rows.values(), key=lambda row: (-row.rung, row.loss, row.number))
    result = SearchResult(
        candidates[chosen],
        tuple(replace(row, chosen=row.number == chosen) for row in tried_all),
        chosen,
        reason,
        trials.how,
        trials.metric,
        seed,
        tour.stopped,
        time.perf_counter() - began,
    )
    yield result
    return result


class _Tour:
    """The candidates' way through the rungs: what became of each so far.

    Args: work, of all rungs, in full trainings. team, of which each rank trains some candidates.
    """

    def __init__(
        self, trials: Trials, candidates: list[Recipe], rungs: int, work: float, team: Team
    ) -> None:
        self.trials, self.candidates, self.team = trials, candidates, team
        self.rungs, self.work, self.done = rungs, work, 0.0
        self.rows: dict[int, SearchRow] = {}
        self.best: SearchRow | None = None
        self.stopped = "finished"

    def rung(
        self, rung: int, share: float, going: Sequence[int]
    ) -> Generator[SearchEvent, None, dict[int, NDArray[np.float64]]]:
        """Trains those that go on for a share of a full training; the losses of each, row by row.

        An interrupt, on any rank, ends it: the losses are then of those that were trained.
        """
        found: dict[int, tuple[SearchRow, NDArray[np.float64]]] = {}
        mine = own(self.team, going)
        each = share * len(going) / max(len(mine), 1)  # of the work, the others' with it
        before = self.done
        try:
            for k, number in enumerate(mine):
                recipe = self.candidates[number]
                for told in self.trials.run(recipe, share):
                    if isinstance(told, Tried):
                        row = _row(told, number, recipe, rung, share, self.trials.metric)
                        self.note(row)
                        found[number] = row, told.losses
                    else:
                        along = min((before + (k + told) * each) / self.work, 1.0)
                        yield SearchProgress(rung, self.rungs, number, along, self.best)
                    if self.team.asked_to_stop:
                        raise KeyboardInterrupt
        except KeyboardInterrupt:
            self.stopped = "interrupted"
        self.done = before + share * len(going)
        self.team.meet()  # who has less to train waits, however long
        for others, stopped in self.team.gather((found, self.stopped)):
            found |= others
            self.stopped = stopped if stopped == "interrupted" else self.stopped
        for row, _ in found.values():
            self.note(row)
        return {number: found[number][1] for number in going if number in found}

    def note(self, row: SearchRow) -> None:
        self.rows[row.number] = row
        if self.best is None or (-row.rung, row.loss) < (-self.best.rung, self.best.loss):
            self.best = row


def _row(
    told: Tried, number: int, recipe: Recipe, rung: int, share: float, metric: str
) -> SearchRow:
    loss, error = float(told.losses.mean()), standard_error(told.losses)
    row = SearchRow(number, recipe, rung, told.epochs, share, loss, error)
    return replace(row, **{metric: told.metric})


def _choose(losses: dict[int, NDArray[np.float64]]) -> tuple[int, str]:
    """The lowest mean loss, unless the defaults, candidate 0, are as good for all one can tell."""
    if not losses:
        return 0, "nothing was tried to its end: they stay"
    best = min(losses, key=lambda number: (float(losses[number].mean()), number))
    if not np.isfinite(losses[best]).all():
        return 0, "every training diverged: they stay"
    if best == 0:
        return 0, "they had the lowest validation loss"
    if not np.isfinite(losses[0]).all():
        return best, "it had the lowest validation loss; the defaults diverged"
    gain = losses[0] - losses[best]  # by row: both have seen the same
    error = standard_error(gain)
    told = f"{gain.mean():.4g} below the defaults' (standard error {error:.2g})"
    if gain.mean() <= error:
        return 0, f"the lowest validation loss was {told}: no telling them apart, they stay"
    return best, f"its validation loss is {told}"


def _drawn(base: Recipe, image: bool, rng: np.random.Generator) -> Recipe:
    """Settings drawn around the base's; every draw is made, so that one fixed moves no other."""
    width = max(base.hidden, default=64)
    width = max(round(width * 2.0 ** int(rng.integers(-1, 2))), 2)
    hidden = (width,) * int(rng.integers(1, 3 if image else 4))
    activation = ("relu", "tanh")[int(rng.integers(2))]
    factor, penalty = 3.0 ** rng.uniform(-1, 1), 10.0 ** rng.uniform(-1, 1)
    dropout = (0.0, 0.1, 0.2, 0.3)[int(rng.integers(4))]
    batch = max(round(base.batch_size * 2.0 ** int(rng.integers(-1, 2))), 1)
    drawn: dict[str, Any] = {
        "hidden": hidden,
        "activation": activation,
        "l2": _round((base.l2 or 1e-5) * penalty),
    }
    if base.optimizer != LBFGS.name:
        drawn |= {"batch_size": batch, "dropout": dropout}
        if base.learning_rate is not None:
            drawn["learning_rate"] = _round(base.learning_rate * factor)
    return replace(base, **{name: v for name, v in drawn.items() if name not in base.given})


def _round(value: float) -> float:
    return float(f"{value:.2g}")
