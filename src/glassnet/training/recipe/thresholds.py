"""From which probability on each of several yes/no targets is called yes: by rows held back.

A network that is to be right as often as it can says yes from a half on. Of what is rare it then
hardly says yes at all; so each target has a threshold of its own, the one that serves best on rows
that a network trained like this one did not learn from. To weigh yes and no otherwise in training
and to move the threshold come to the same (Elkan, 2001, "The foundations of cost-sensitive
learning", theorem 1).
"""

from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np

from glassnet.data import Parts
from glassnet.data.yes_no import Aim, threshold_for
from glassnet.training.outputs import answers
from glassnet.training.recipe.penalty import (
    FOLDS,
    PenaltyProgress,
    shortened,
    trained_on_folds,
)
from glassnet.training.recipe.trials import Fold, Learn, folds_of, folds_said
from glassnet.training.settings import Recipe

AIMS: dict[str, str] = {
    "f1": "the highest F1",
    "balanced": "as many found of the yes as of the no, at best",
}


def choose_thresholds(
    parts: Parts,
    base: Recipe,
    *,
    learn: Learn,
    seed: int = 0,
    folds: Sequence[Fold] | None = None,
) -> Generator[PenaltyProgress, None, Recipe]:
    """The base with a threshold for each of several yes/no targets.

    A network trains half as long as the base would on three folds of the training rows, from 2,000
    rows on on four fifths of them, and the rows that it did not learn from tell.

    Args:
        parts: of which X and y, (N, K) of 1 and 0, alone are read.
        base: which says whether they are to be balanced. learn, seed, folds: as `choose_penalty`.
    Raises:
        KeyboardInterrupt: it came before all was trained.
    """
    aim: Aim = "balanced" if base.balanced else "f1"
    rng = np.random.default_rng(seed)
    given = list(folds_of(parts.y, "yes_no", rng, FOLDS)) if folds is None else list(folds)
    preparation = learn(parts.X)
    short = shortened(base, "yes_no", len(parts.y), preparation.n_inputs)
    chosen = short.folds_of(given, rng)
    X = preparation.apply(parts.X)
    nets = yield from trained_on_folds(
        [replace(base, epochs=short.made)], X, parts.y, "yes_no", chosen
    )
    p = np.concatenate(
        [answers(net, net.inputs(X[held])).y_hat for net, (_, held) in zip(nets, chosen)]
    )
    y = np.concatenate([parts.y[held] for _, held in chosen])
    found = tuple(threshold_for(p[:, j], y[:, j], aim) for j in range(y.shape[1]))
    why = f"each target is yes from the probability on that gave {AIMS[aim]} on "
    why += folds_said(len(parts.y), chosen)
    return replace(base, thresholds=found, why="; ".join(filter(None, (base.why, why))))
