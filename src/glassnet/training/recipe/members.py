"""A recipe's training, of one network or of several whose mean is the network."""

from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.data import Parts, Split, fold_rows
from glassnet.training.ensemble import mean_of, member_of
from glassnet.training.events import Event, History, TrainingEnd
from glassnet.training.loop.fit import train_rows
from glassnet.training.loop.together import fit_together, goes_side_by_side
from glassnet.training.recipe.recipe import member_seeds
from glassnet.training.rows import Prepared
from glassnet.training.settings import Recipe
from glassnet.training.team import ALONE, own


def train_recipe(
    net: Network, ready: Prepared, parts: Parts, recipe: Recipe
) -> Generator[Event, None, History]:
    """Trains a network that `prepare` made by the recipe, in place; events as `fit` yields them.

    Of several members each goes on from its own first weights, all side by side, and net becomes
    their mean; an epoch's loss is the mean of theirs. Of a team each rank trains some of them.

    Args: ready, the parts as the network meets them.
    """
    if recipe.members == 1:
        return train_rows(net, ready.learned, ready.held, recipe)
    splits = None
    if recipe.by_folds:
        splits = member_folds(parts, recipe.members, classes=net.classes is not None)
    rows = [np.arange(len(ready.learned))] * recipe.members
    return _trained(net, ready, recipe, rows if splits is None else [s.train for s in splits])


def _trained(
    net: Network, ready: Prepared, recipe: Recipe, rows: Sequence[NDArray[np.intp]]
) -> Generator[Event, None, History]:
    each = [member_of(net, number) for number in range(1, recipe.members + 1)]
    with net.held():
        try:
            if recipe.team.size > 1:
                return (yield from _by_ranks(each, ready, recipe, rows))
            made = recipe.compiled
            if made and made.wanted and goes_side_by_side(each, ready.learned, rows, recipe):
                made.say("networks side by side have no compiled form: they go by NumPy.")
            together = fit_together(each, ready.learned, rows, recipe, member_seeds(recipe))
            return (yield from together)
        finally:
            np.copyto(net.theta, mean_of(each).theta)


def _by_ranks(
    each: Sequence[Network], ready: Prepared, recipe: Recipe, rows: Sequence[NDArray[np.intp]]
) -> Generator[Event, None, History]:
    """Every rank trains some of the members, and has all of them then.

    A rank that is asked to end ends its own; that the training was interrupted all tell.
    """
    team, mine, history = recipe.team, own(recipe.team, range(len(each))), History()
    if mine:
        seeds, alone = member_seeds(recipe), replace(recipe, team=ALONE)
        events = fit_together(
            [each[m] for m in mine], ready.learned, [rows[m] for m in mine], alone,
            [seeds[m] for m in mine], max(map(len, rows)),
        )  # fmt: skip
        for event in events:
            if isinstance(event, TrainingEnd):
                history = event.history
                break
            yield event
            if team.asked_to_stop:
                with suppress(StopIteration):
                    end = events.throw(KeyboardInterrupt())
                    history = end.history if isinstance(end, TrainingEnd) else history
                break
    team.meet()  # who has fewer waits, however long
    found = team.gather((len(mine), history, [each[m].theta for m in mine]))
    for net, theta in zip(each, (theta for _, _, some in found for theta in some), strict=True):
        np.copyto(net.theta, theta)
    whole = _joined([(n, history) for n, history, _ in found if n])
    yield TrainingEnd(whole)
    return whole


def _joined(parts: Sequence[tuple[int, History]]) -> History:
    """The history of all members, from those of some each."""
    first, total = parts[0][1], sum(n for n, _ in parts)
    worst = next((h for _, h in parts if h.stopped in ("diverged", "interrupted")), first)
    epochs = [
        rows[0] | {"loss": sum(n * row["loss"] for (n, _), row in zip(parts, rows)) / total}
        for rows in zip(*(history.epochs for _, history in parts))
    ]
    return replace(worst, epochs=epochs, best_epoch=len(epochs))


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
