"""All that a report says of a trained network, as a record: a view writes the page.

Everything is measured on the test rows, which training never saw, unless it says otherwise.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.layers import LayerFacts
from glassnet.core.network import Network
from glassnet.data import TablePreparation
from glassnet.training.events import History
from glassnet.training.measure.by_group import ByGroup
from glassnet.training.measure.estimate import Estimate, estimate_rows
from glassnet.training.measure.importance import (
    Influences,
    Raw,
    Tick,
    as_raw,
    image_blocks,
    passes,
    permutation_importance,
)
from glassnet.training.outputs import answers
from glassnet.training.rows import Rows, as_rows
from glassnet.training.settings import Recipe
from glassnet.training.targets import aimed_in, are_yes_no, encode, meaning_in

WORST = 12  # rows with the highest loss
MOST_CLASSES = 30  # whose examples are kept
POINTS = 500  # of predictions beside their targets
LARGEST = 64  # pixels, the longer side of an image that is kept
SMALL = 8  # columns of which a worst row shows the cells, where they are many the first

Cell = bool | int | str | float | None


@dataclass(frozen=True)
class About:
    """What only who asks for a report can tell, of the data and of how the network was made.

    Attributes:
        data: its name; about, source, licence: in words; notes: in sentences.
        test: which rows the test rows are.
        targets: names of the numbers that are predicted.
        settings: of the training; command: what was typed to get it.
        versions: by name, of what it was made with.
    """

    data: str = ""
    about: str = ""
    source: str = ""
    licence: str = ""
    notes: tuple[str, ...] = ()
    test: str = ""
    targets: tuple[str, ...] = ()
    settings: Recipe | None = None
    command: str = ""
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ColumnFacts:
    """A column of the data: of a table its kind, whether it is used and why; of an array of
    numbers the least, their mean and the largest."""

    name: str
    kind: str = ""
    used: bool = True
    why: str = ""
    least: float | None = None
    mean: float | None = None
    largest: float | None = None


@dataclass(frozen=True, eq=False)
class WorstRow:
    """A test row with a high loss.

    Attributes:
        row: its number, as `predict` and `explain` count them: of a table every row of the file,
            of other data the test rows.
        target, answer: the labels, or the numbers in the data's own units.
        probability: of the answer; None for numbers.
        loss: the row's own.
        cells: by column, as they came, see `cell_of`; None for images.
        image: (height, width [, 3]) from 0 to 255; None for tables.
        line: of the table's file, counted from 1; None where that has no lines, or is not known.
    """

    row: int
    target: Any
    answer: Any
    probability: float | None
    loss: float
    cells: dict[str, Cell] | None = None
    image: NDArray[np.uint8] | None = None
    line: int | None = None

    __repr__ = telling("row", "target", "answer", "probability", "loss")

    @property
    def right(self) -> bool:
        return bool(self.target == self.answer)


@dataclass(frozen=True, eq=False)
class Report:
    """What there is to say of a trained network; what it has not is empty.

    Attributes:
        about: as it was handed in. history: of the training.
        estimate: how good the network is on the test rows.
        layers: first to last; loss_name: of the network's own loss.
        influences: how much the loss rises when a column, or a block of an image, is shuffled.
        worst: the test rows with the highest loss, that first.
        rows_of: of each class, as the estimate lists them, its rows in training and test.
        examples: a few images of each class, (n, height, width [, 3]) from 0 to 255.
        columns: those of a table or an array; none of images.
        points: (target, answer) of test rows for each number that is predicted.
        heat: the rise of the loss by blocks of an image, from the top and from the left.
        quantiles: those that are predicted, one or several; of other networks none.
        groups: for whom the network is how good, where a column was named.
    """

    kind, version = "report", 1

    about: About
    train_rows: int
    history: History
    estimate: Estimate
    layers: list[LayerFacts]
    loss_name: str
    influences: Influences
    worst: list[WorstRow]
    rows_of: list[tuple[int, int]] = field(default_factory=list)
    examples: list[NDArray[np.uint8]] = field(default_factory=list)
    columns: list[ColumnFacts] = field(default_factory=list)
    points: list[list[tuple[float, float]]] = field(default_factory=list)
    heat: list[list[float]] = field(default_factory=list)
    groups: ByGroup | None = None
    quantiles: tuple[float, ...] = ()

    __repr__ = telling("train_rows", "estimate")

    @property
    def parameters(self) -> int:
        """How many numbers the network holds."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def right(self) -> int:
        """How many test rows were taken for the class that they are."""
        return sum(row[k] for k, row in enumerate(self.estimate.confusion or ()))

    @property
    def confused(self) -> list[tuple[int, int, int]]:
        """(rows, i, j) for each class i taken for another class j, the most frequent first."""
        found = [
            (n, i, j)
            for i, row in enumerate(self.estimate.confusion or ())
            for j, n in enumerate(row)
            if n and i != j
        ]
        return sorted(found, key=lambda one: (-one[0], *one[1:]))


def make_report(
    net: Network,
    X: Any,
    y: ArrayLike,
    X_test: Any,
    y_test: ArrayLike,
    history: History,
    estimate: Estimate | None = None,
    about: About = About(),
    *,
    features: Sequence[str] = (),
    image_shape: tuple[int, ...] | None = None,
    seed: int = 0,
    rows: Rows | None = None,
    tick: Tick = lambda done, total: None,
) -> Report:
    """Measures a trained network for a report.

    Args:
        net: trained, with its preparation.
        X, y: the raw rows it learned from and their targets: an array, or a polars frame as the
            preparation takes it.
        X_test, y_test: rows it has not seen.
        history: of the training.
        estimate: how good the network is on the test rows, where that is measured already.
        about: what only you can tell of it.
        features: names of an array's columns; image_shape: where each row is an image.
        seed: of what is drawn: examples, points, shuffles.
        rows: the test rows, where they are prepared already.
        tick: told how many columns' influence is measured, of how many.

    Returns:
        The report. Its cost is bounded: see `permutation_importance`.
    """
    raw, raw_test = as_raw(X, features), as_raw(X_test, features)
    y, y_test = np.asarray(y), np.asarray(y_test)
    rng = np.random.default_rng(seed)
    rows = as_rows(net, raw_test.rows, y_test, "the test data") if rows is None else rows
    found = estimate_rows(net, rows, y_test, seed=seed) if estimate is None else estimate
    facts: dict[str, Any] = {}
    if are_yes_no(net):
        facts = {}
    elif net.classes is None:
        facts["points"] = _points(y_test, answers(net, rows.X).y_hat, rng)
    else:
        counts = [np.bincount(k, minlength=len(net.classes)) for k in (encode(net, y), rows.y)]
        facts["rows_of"] = list(zip(*(each.tolist() for each in counts), strict=True))
    importance = partial(
        permutation_importance, net, raw_test, y_test, seed=seed, rows=rows, tick=tick
    )
    if image_shape is None:
        facts |= _of_columns(net, raw, importance)
    else:
        facts |= _of_images(raw, y, net.classes or (), image_shape, importance, rng)
    return Report(
        about,
        len(raw),
        history,
        found,
        net.layer_facts(),
        net.loss.name,
        worst=_worst(net, raw_test, y_test, rows, found, image_shape, facts["influences"]),
        quantiles=aimed_in(net),
        **facts,
    )


def _points(
    y: NDArray[Any], y_hat: NDArray[np.float64], rng: np.random.Generator
) -> list[list[tuple[float, float]]]:
    index = np.arange(len(y))
    if len(index) > POINTS:
        index = np.sort(rng.choice(index, POINTS, replace=False))
    targets = y.reshape(len(y), -1)[index].astype(np.float64)
    targets = np.broadcast_to(targets, y_hat[index].shape)  # of several quantiles the same
    pairs = zip(targets.T.tolist(), y_hat[index].T.tolist(), strict=True)
    return [list(zip(t, a, strict=True)) for t, a in pairs]


def _of_columns(net: Network, raw: Raw, importance: Callable[..., Influences]) -> dict[str, Any]:
    columns = _columns(net, raw)
    used = {column.name for column in columns if column.used}
    groups = [(name, [j]) for j, name in enumerate(raw.columns) if name in used]
    return {"columns": columns, "influences": importance(groups)}


def _of_images(
    raw: Raw,
    y: NDArray[Any],
    classes: Sequence[Any],
    shape: tuple[int, ...],
    importance: Callable[..., Influences],
    rng: np.random.Generator,
) -> dict[str, Any]:
    examples = _examples(raw, y, classes, shape, float(np.max(raw.rows)), rng)
    groups, blocks = image_blocks(shape)
    found = importance(groups, repeats=3)
    rises = {one.name: one.rise for one in found.each}
    heat = np.array([rises.get(name, 0.0) for name, _ in groups]).reshape(blocks)
    return {"examples": examples, "influences": found, "heat": heat.tolist()}


def _columns(net: Network, raw: Raw) -> list[ColumnFacts]:
    """A table's columns, as its preparation knows them, or what an array's numbers span."""
    if isinstance(net.preparation, TablePreparation):
        return [ColumnFacts(c.name, c.kind, c.used, c.why) for c in net.preparation.columns]
    if not isinstance(raw.rows, np.ndarray):
        return [ColumnFacts(name) for name in raw.columns]
    values = raw.rows.astype(np.float64)
    spans = zip(*(span.tolist() for span in (values.min(0), values.mean(0), values.max(0))))
    return [
        ColumnFacts(name, "number", least=least, mean=mean, largest=largest)
        for name, (least, mean, largest) in zip(raw.columns, spans, strict=True)
    ]


def _examples(
    raw: Raw,
    y: NDArray[Any],
    classes: Sequence[Any],
    shape: tuple[int, ...],
    top: float,
    rng: np.random.Generator,
) -> list[NDArray[np.uint8]]:
    n = 8 if len(classes) <= WORST else 5
    examples = []
    for label in classes[:MOST_CLASSES]:
        index = np.flatnonzero(y == label)
        index = np.sort(rng.choice(index, min(n, len(index)), replace=False))
        examples.append(_pixels(raw.rows[index], shape, top))
    return examples


def _pixels(rows: NDArray[Any], shape: tuple[int, ...], top: float) -> NDArray[np.uint8]:
    """Flattened images as bytes; values up to `top`, of bytes that use their range as they are."""
    if rows.dtype != np.uint8 or top < 128:
        rows = np.clip(np.rint(rows * (255 / (top or 1.0))), 0, 255).astype(np.uint8)
    every = math.ceil(max(shape[:2]) / LARGEST)
    return rows.reshape(len(rows), *shape)[:, ::every, ::every]


def _worst(
    net: Network,
    raw: Raw,
    y: NDArray[Any],
    rows: Rows,
    found: Estimate,
    shape: tuple[int, ...] | None,
    influences: Influences,
) -> list[WorstRow]:
    losses = np.concatenate([part.sample_loss for part in passes(net, rows)])
    worst = np.argsort(-losses, kind="stable")[: 2 * WORST if shape else WORST]
    said = answers(net, rows.X[worst])
    p: list[float | None] = [None] * len(worst)
    told: list[Any]
    if are_yes_no(net):
        told = net.decide(said.y_hat).tolist()
        y = meaning_in(net).words(y > 0.5)
    elif net.classes is None or said.choice is None:
        told = said.y_hat[:, 0].tolist() if said.y_hat.shape[1] == 1 else said.y_hat.tolist()
    else:
        told = [net.classes[k] for k in said.choice]
        if found.reliability is not None:  # the outputs are probabilities
            p = said.y_hat[np.arange(len(worst)), said.choice].astype(np.float64).tolist()
    seen: list[dict[str, Any]]
    if shape is None:
        shown = _telling(influences, raw.columns)
        each = [dict(zip(raw.columns, raw.cells(k), strict=True)) for k in worst.tolist()]
        seen = [{"cells": {name: cell_of(row[name]) for name in shown}} for row in each]
    else:
        top = float(np.max(raw.rows))
        seen = [{"image": image} for image in _pixels(raw.rows[worst], shape, top)]
    called = worst if rows.numbers is None else rows.numbers[worst]
    columns = (called.tolist(), y[worst].tolist(), told, p, losses[worst].tolist())
    return [WorstRow(*one, **more) for *one, more in zip(*columns, seen, strict=True)]


def cell_of(value: Any) -> Cell:
    """A raw cell, as a record tells it: a missing one is None, a date or a list its text.

    >>> cell_of(0.5), cell_of(math.nan), cell_of(np.datetime64("2024-02-29"))
    (0.5, None, '2024-02-29')
    >>> cell_of(Decimal("sNaN"))  # which raises where it is compared
    """
    if isinstance(value, Decimal) and value.is_nan():
        return None
    if isinstance(value, bool | int | str) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return None if value is None or value != value else str(value)


def _telling(influences: Influences, columns: list[str]) -> list[str]:
    """The columns that a worst row shows: where they are many, those of the most influence."""
    if len(columns) <= SMALL:
        return columns
    rises = {one.name: one.rise for one in influences.each}
    best = sorted(columns, key=lambda name: -rises.get(name, 0.0))[:SMALL]
    return [name for name in columns if name in set(best)]
