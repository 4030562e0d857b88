"""How strong the penalty is to be: tried on folds of the training rows, since no rule knows.

What suits depends on how much of the target the inputs tell. Where they tell nearly all, as of
shapes, a penalty that suits wages keeps the network from learning anything.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from glassnet.core.display.one_line import telling
from glassnet.data import Parts
from glassnet.training.recipe.recipe import MOST_INPUTS, PENALTIES, defaults
from glassnet.training.recipe.trials import Fold, Learn, Trials, Tried, folds_of
from glassnet.training.settings import Recipe

FOLDS = 3
SHARE = 0.5  # of a full training


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
    the training rows, from 2,000 rows on on four fifths of them.

    Args:
        parts: of which X and y alone are read. learn: makes a preparation of rows to learn from.
        task: 'classes' or 'number'. seed: of the folds.
        folds: row numbers to learn from and to validate on, where rows belong together.

    Raises:
        KeyboardInterrupt: it came before all were tried.
    """
    rng = np.random.default_rng(seed)
    chosen = list(folds_of(parts.y, task, rng, FOLDS)) if folds is None else folds
    trials = Trials(parts.X, parts.y, task, learn, chosen, rng)
    N, n_in = len(parts.y), trials.n_in
    # who asks for very many epochs does not ask for them nine times more
    epochs = min(base.epochs, defaults(task, N, n_in).epochs)
    tried = [replace(base, l2=l2, epochs=epochs) for l2 in penalties(N, n_in)]
    losses: list[float] = []
    for number, recipe in enumerate(tried):
        for told in trials.run(recipe, SHARE):
            if isinstance(told, Tried):
                losses.append(float(told.losses.mean()))
            else:
                yield PenaltyProgress((number + told) / len(tried))
    best = tried[int(np.argmin(losses))]
    others = ", ".join(f"{recipe.l2:g}" for recipe in tried)
    why = f"l2 is the one of {others} with the lowest loss on {trials.how}"
    return replace(base, l2=best.l2, why="; ".join(filter(None, (base.why, why))))


def penalties(rows: int, inputs: int) -> list[float]:
    """The penalties to try for so many rows of so many inputs, the strongest first.

    >>> penalties(100, 4)
    [0.02, 0.004, 0.0008]
    """
    share = min(inputs / max(rows, 1), MOST_INPUTS)
    return [float(f"{c * share:.2g}") for c in PENALTIES]
