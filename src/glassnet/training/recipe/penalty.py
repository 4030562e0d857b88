"""How strong the penalty is to be: tried on folds of the training rows, since no rule knows.

What suits depends on how much of the target the inputs tell. Where they tell nearly all, as of
shapes, a penalty that suits wages keeps the network from learning anything.
"""

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.network import Network
from glassnet.data import Parts
from glassnet.training.events import EpochEnd, TrainingEnd
from glassnet.training.loop.together import fit_together
from glassnet.training.recipe.recipe import MOST_INPUTS, PENALTIES, defaults, network_for
from glassnet.training.recipe.trials import Fold, Learn, folds_of, folds_said
from glassnet.training.rows import Rows, as_rows, class_weights, label_counts, measure, weighted
from glassnet.training.settings import Recipe

FOLDS = 3
SHARE = 0.5  # of a full training
MANY, LEARNED = 10_000, 5_000  # training rows from which on a trial learns from so many of them


@dataclass(frozen=True)
class PenaltyProgress:
    """While penalties are tried: the share of the work that is done."""

    kind, version = "penalty_progress", 1

    done: float

    __repr__ = telling()


def choose_penalty(
    parts: Parts,
    base: Recipe,
    *,
    task: str,
    learn: Learn,
    seed: int = 0,
    folds: Sequence[Fold] | None = None,
) -> Generator[PenaltyProgress, None, Recipe]:
    """The base with the l2 of the lowest loss on rows that were held back.

        l2 = c · n_in/N   for each c of PENALTIES, n_in/N at most MOST_INPUTS

    Each trains half as long as the base would, at most as its default would, on three folds of
    the training rows, from 2,000 rows on on four fifths of them, and from 10,000 on on 5,000; all
    of them side by side.

    Args:
        parts: of which X and y alone are read. learn: makes a preparation of rows to learn from.
        task: 'classes' or 'number'. seed: of the folds.
        folds: row numbers to learn from and to validate on, where rows belong together.

    Raises:
        KeyboardInterrupt: it came before all were tried.
    """
    rng = np.random.default_rng(seed)
    chosen = list(folds_of(parts.y, task, rng, FOLDS)) if folds is None else list(folds)
    preparation = learn(parts.X)
    N, n_in = len(parts.y), preparation.n_inputs
    short = shortened(base, task, N, n_in)
    tried = [replace(base, l2=l2) for l2 in penalties(N, n_in)]
    chosen = short.folds_of(chosen, rng)
    losses = yield from losses_of(
        [replace(recipe, epochs=short.made) for recipe in tried],
        preparation.apply(parts.X), parts.y, task, chosen,
    )  # fmt: skip
    best = tried[int(np.argmin(losses))]
    others = ", ".join(f"{recipe.l2:g}" for recipe in tried)
    why = f"l2 is the one of {others} with the lowest loss on {folds_said(N, chosen)}"
    return replace(base, l2=best.l2, why="; ".join(filter(None, (base.why, why))))


@dataclass(frozen=True)
class Shortened:
    """How many epochs the full training would have, and how many rows a trial learns from."""

    epochs: int
    most: int | None

    @property
    def made(self) -> int:
        """The epochs that are made."""
        return max(round(self.epochs * SHARE), 1)

    def folds_of(self, folds: Sequence[Fold], rng: np.random.Generator) -> list[Fold]:
        """The folds; where half of it is less than an epoch, with fewer rows to learn from."""
        part = min(self.epochs * SHARE, 1.0)
        return [
            (rng.permutation(keep)[: max(math.ceil(part * len(keep)), 1)][: self.most], held)
            for keep, held in folds
        ]


def shortened(base: Recipe, task: str, rows: int, inputs: int) -> Shortened:
    """Who asks for very many epochs does not ask for them nine times more."""
    most = LEARNED if rows >= MANY else None
    return Shortened(min(base.epochs, defaults(task, rows, inputs).epochs), most)


def losses_of(
    tried: Sequence[Recipe], X: Any, y: NDArray[Any], task: str, folds: Sequence[Fold]
) -> Generator[PenaltyProgress, None, list[float]]:
    """Each recipe's mean loss on the rows that each fold held back, of networks trained together.

    Args: X, prepared; its statistics are of all rows, which favours no penalty.
    """
    nets = yield from trained_on_folds(tried, X, y, task, folds)
    rows = _weighted_rows(nets[0], X, y, tried[0])
    found = [
        measure(net, rows.take(held))["loss"]
        for net, (_, held) in zip(nets, [*folds] * len(tried), strict=True)
    ]
    sizes = [len(held) for _, held in folds]
    each = np.array(found).reshape(len(tried), len(folds)) @ sizes / sum(sizes)
    return np.where(np.isfinite(each), each, np.inf).tolist()


def trained_on_folds(
    tried: Sequence[Recipe], X: Any, y: NDArray[Any], task: str, folds: Sequence[Fold]
) -> Generator[PenaltyProgress, None, list[Network]]:
    """A network of each recipe for each fold, the folds of the first before those of the next.

    Args: X, prepared; its statistics are of all rows.
    """
    nets = [network_for(recipe, task, X.shape[1], y) for recipe in tried for _ in folds]
    rows = _weighted_rows(nets[0], X, y, tried[0])
    # nothing is held back of what a fold learns from: its own held rows decide
    alone = {"callbacks": (), "record": None, "checkpoint": None, "resume": False}
    settings = replace(tried[0], validation=None, early_stopping=None, **alone)
    own = [keep for _ in tried for keep, _ in folds]
    for event in fit_together(nets, rows, own, settings, [settings.seed] * len(nets)):
        if isinstance(event, EpochEnd):
            yield PenaltyProgress(event.epoch / event.epochs)
        elif isinstance(event, TrainingEnd) and event.history.stopped == "interrupted":
            raise KeyboardInterrupt
    return nets


def _weighted_rows(net: Network, X: Any, y: NDArray[Any], recipe: Recipe) -> Rows:
    rows = as_rows(net, X, y, "the rows to learn from")
    return weighted(rows, class_weights(net, recipe.class_weight, label_counts(net, rows.y)))


def penalties(rows: int, inputs: int) -> list[float]:
    """The penalties to try for so many rows of so many inputs, the strongest first.

    >>> penalties(100, 4)
    [0.02, 0.004, 0.0008]
    """
    share = min(inputs / max(rows, 1), MOST_INPUTS)
    return [float(f"{c * share:.2g}") for c in PENALTIES]
