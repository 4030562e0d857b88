"""What gives the target away: looked for before a training, and told with the figure without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from glassnet.core.network import Network
from glassnet.data import Dataset, Parts, TableSet
from glassnet.data.table.inputs import CategoryInput, DateInput, NumberInput
from glassnet.data.table.kinds import called_identifier
from glassnet.jobs.material.in_memory import InMemory
from glassnet.training import Recipe
from glassnet.training.events import EpochEnd, TrainingEnd
from glassnet.training.loop.fit import train_rows
from glassnet.training.measure.baselines import Tick
from glassnet.training.measure.giveaways import Giveaway, LookedAt, copies, enough, suspected
from glassnet.training.recipe.recipe import prepare
from glassnet.training.rows import Prepared, measure, prepare_parts

LARGE = 50_000_000  # inputs of all rows: beyond, nothing is looked for
CLEARLY = 2.0  # what is left wrong without a column, by what is left with it
SOMEWHAT = 1.2  # the same of a later date
ROWS = 3  # test rows more that are wrong then, of classes
MOST = 3  # that are trained without


def suspicions(material: InMemory) -> list[Giveaway]:
    """The columns of the data that seem to give the target away; none of pictures."""
    data = material.dataset
    if material.model is not None or data.image_shape is not None or data.y.ndim != 1:
        return []
    if len(data.y) * material.preparation.n_inputs > LARGE:
        return []
    classes = data.task == "classes"
    y = np.unique(data.y, return_inverse=True)[1] if classes else data.y.astype(np.float64)
    time = getattr(data, "by", None) if data.times is not None else None
    times = None
    if data.times is not None:
        times = np.unique(data.times, return_inverse=True)[1].astype(np.float64)
    columns = _columns(data, material.preparation)
    if time is not None:  # as days, beside other dates
        times = next((c.x for c in columns if c.name == time and c.kind == "date"), times)
    return suspected(columns, y, classes, times, time)


def _columns(data: Dataset | TableSet, preparation: Any) -> list[LookedAt]:
    """Every column that the network is given, as numbers, days, or numbers of levels."""
    if isinstance(data, Dataset):
        X = data.X.astype(np.float64)
        return [LookedAt(name, "number", x) for name, x in zip(data.features, X.T, strict=True)]
    preparation = _straight(preparation)
    inputs = preparation.apply(data.X, np.float64)
    found = []
    for column in preparation.used:
        x, code = inputs[:, preparation.places[column.name]], column.code
        named = called_identifier(column.name)
        if isinstance(code, CategoryInput):
            found.append(LookedAt(column.name, "levels", _levels(x), named))
        elif isinstance(code, DateInput):
            found.append(LookedAt(column.name, "date", x[:, 0] * code.scale + code.mean))
        elif column.kind == "boolean":
            found.append(LookedAt(column.name, "levels", x[:, 0]))
        else:
            found.append(LookedAt(column.name, "number", x[:, 0] * code.scale + code.mean, named))
    return found


def _straight(preparation: Any) -> Any:
    """The same with each number on a line of its input, so that it can be told from it."""
    columns = [
        replace(c, code=replace(c.code, clip=False)) if isinstance(c.code, NumberInput) else c
        for c in preparation.columns
    ]
    return replace(preparation, columns=tuple(columns))


def _levels(x: Any) -> Any:
    """Which of the inputs is on; −1 where none is."""
    return np.where((x > 0.5).any(axis=1), x.argmax(axis=1), -1).astype(np.float64)


def giveaways(
    material: InMemory,
    net: Network,
    chosen: Recipe,
    suspects: list[Giveaway],
    tick: Tick = lambda done, total: None,
) -> list[Giveaway]:
    """Each with the network's figure on the test rows, and that of one trained without.

    A column without which it is as good is not told: others say the same.

    Args: tick, told how many epochs of the networks without are done, of how many.

    Raises: KeyboardInterrupt, where it comes during a training.
    """
    ready = material.ready
    if ready is None or not len(ready.test) or ready.test is ready.learned:
        return []
    metric, given = next(iter(measure(net, ready.test).items()))
    if metric not in ("accuracy", "r2"):
        return []
    found = []
    for number, each in enumerate(suspects[:MOST]):
        before, total = number * chosen.epochs, len(suspects[:MOST]) * chosen.epochs
        without = _without(
            material, chosen, each.columns, lambda n, b=before, t=total: tick(b + n, t)
        )
        if without is None or _shows(each, material, given, without):
            found.append(replace(each, metric=metric, given=given, without=without))
    twins = _twins(material, net, ready)
    if twins is not None:
        found.append(replace(twins, metric=metric, given=given))
    return found


def _shows(each: Giveaway, material: InMemory, given: float, without: float) -> bool:
    """Whether a network without is clearly worse than with, or than the column by itself.

    What is known by how it is made, numbers that count and sums of later targets, is told anyway,
    and so is a date by which the target is told.
    """
    if each.what == "identifier" or (each.what == "future" and each.beside is None):
        return True
    if each.what == "future" and (each.alone or 0) > enough(len(material.dataset.y)):
        return True
    open_, least = 1.0, 0.0
    if material.dataset.task == "classes":
        n = np.unique(material.parts.y, return_counts=True)[1]
        open_, least = 1 - n.max() / n.sum(), ROWS / material.test_rows
    left = 1 - given
    if each.what == "column":
        left = min(left, (1 - (each.alone or 0)) * open_)
    return 1 - without >= max((CLEARLY if each.what == "column" else SOMEWHAT) * left, left + least)


def _without(
    material: InMemory, chosen: Recipe, columns: list[str], along: Callable[[int], object]
) -> float | None:
    """The figure of a network made the same way without some columns; None if none are left."""
    data, parts = material.dataset, material.parts
    left = [j for j, name in enumerate(data.features) if name not in columns]
    if not left:
        return None

    def rest(X: Any) -> Any:
        return X[:, left] if isinstance(X, np.ndarray) else X.drop(columns)

    names = {} if isinstance(data, TableSet) else {"features": [data.features[j] for j in left]}
    X_test = None if data.X_test is None else rest(data.X_test)
    less: Any = replace(data, X=rest(data.X), X_test=X_test, **names)
    part: Parts = replace(parts, X=rest(parts.X), X_test=rest(parts.X_test))
    settings = replace(chosen, record=None, checkpoint=None, callbacks=())
    net, _ = prepare(less, settings, parts=part)
    ready = prepare_parts(net, part, settings.validation, settings.seed, settings.class_weight)
    for event in train_rows(net, ready.learned, ready.held, settings):
        if isinstance(event, EpochEnd):
            along(event.epoch)
        elif isinstance(event, TrainingEnd) and event.history.stopped == "interrupted":
            raise KeyboardInterrupt
    return next(iter(measure(net, ready.test).values()))


def _twins(material: InMemory, net: Network, ready: Prepared) -> Giveaway | None:
    data, learned, test = material.dataset, ready.learned, ready.test
    if data.image_shape is not None or learned.X.size > LARGE:
        return None
    X, y = learned.X, learned.y
    if ready.held is not None:
        X, y = np.concatenate([X, ready.held.X]), np.concatenate([y, ready.held.y])
    places = getattr(net.preparation, "places", None) or {
        str(j): slice(j, j + 1) for j in range(net.n_in)
    }
    which = copies((X, y), (test.X, test.y), places)
    if not which.any():
        return None
    others = test.take(np.flatnonzero(~which))
    without = next(iter(measure(net, others).values())) if len(others) else None
    return Giveaway("rows", [], rows=int(which.sum()), without=without)
