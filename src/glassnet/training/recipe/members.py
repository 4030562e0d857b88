"""A recipe's training, of one network or of several whose mean is the network."""

from collections.abc import Generator, Sequence

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.data import Parts, Split, fold_rows
from glassnet.training.ensemble import mean_of, member_of
from glassnet.training.events import Event, History
from glassnet.training.loop.fit import train_rows
from glassnet.training.loop.together import fit_together
from glassnet.training.recipe.recipe import member_seeds
from glassnet.training.rows import Prepared
from glassnet.training.settings import Recipe


def train_recipe(
    net: Network, ready: Prepared, parts: Parts, recipe: Recipe
) -> Generator[Event, None, History]:
    """Trains a network that `prepare` made by the recipe, in place; events as `fit` yields them.

    Of several members each goes on from its own first weights, all side by side, and net becomes
    their mean; an epoch's loss is the mean of theirs.

    Args: ready, the parts as the network meets them.
    """
    if recipe.members == 1:
        return train_rows(net, ready.learned, ready.held, recipe)
    splits = None
    if recipe.by_folds:
        splits = member_folds(parts, recipe.members, classes=net.classes is not None)
    own = [np.arange(len(ready.learned))] * recipe.members
    return _trained(net, ready, recipe, own if splits is None else [s.train for s in splits])


def _trained(
    net: Network, ready: Prepared, recipe: Recipe, own: Sequence[NDArray[np.intp]]
) -> Generator[Event, None, History]:
    each = [member_of(net, number) for number in range(1, recipe.members + 1)]
    with net.held():
        try:
            together = fit_together(each, ready.learned, own, recipe, member_seeds(recipe))
            return (yield from together)
        finally:
            np.copyto(net.theta, mean_of(each).theta)


def member_folds(parts: Parts, members: int, classes: bool) -> list[Split]:
    """Of the rows to learn from, which each member learns from and which it does not see.

    Raises: InputError where the rows have no such folds.
    """
    if parts.times is not None:
        raise InputError(
            "folds forward in time leave the latest rows to no member: leave their networks out, "
            "or the time."
        )
    return fold_rows(len(parts.y), parts.y, folds=members, stratify=classes, groups=parts.groups)
