"""All that a report says of a trained network, as plain values: a view writes the page.

Everything is measured on the test rows, which training never saw, unless it says otherwise.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.network import Network
from glassnet.training.events import History
from glassnet.training.measure.estimate import Estimate, Figure
from glassnet.training.measure.importance import (
    Influences,
    Raw,
    as_raw,
    image_blocks,
    passes,
    permutation_importance,
)
from glassnet.training.metrics import confusion
from glassnet.training.probability import (
    ReliabilityBin,
    calibration_error,
    reliability,
    said_and_happened,
)
from glassnet.training.rows import Rows, as_rows

WORST = 12  # rows with the highest loss
MOST_CLASSES = 30  # whose examples are kept
POINTS = 500  # of predictions beside their targets
LARGEST = 64  # pixels, the longer side of an image that is kept
SMALL = 8  # columns of which a worst row shows the cells, where they are many the first


@dataclass(frozen=True)
class WorstRow:
    """A test row with a high loss.

    Attributes:
        row: its place among the test rows.
        target, answer: the labels, or the numbers in the data's own units.
        probability: of the answer; None for numbers.
        loss: the row's own.
        cells: the raw values by column; None for images.
        image: (height, width [, 3]) from 0 to 255; None for tables.
    """

    row: int
    target: Any
    answer: Any
    probability: float | None
    loss: float
    cells: dict[str, Any] | None = None
    image: NDArray[np.uint8] | None = None

    @property
    def right(self) -> bool:
        return bool(self.target == self.answer)


@dataclass(frozen=True)
class Report:
    """What there is to say; what a network has not is empty or None.

    Attributes:
        about: as it was handed in, see `make_report`.
        task: 'classes' or 'number'.
        classes: the labels in the network's order; of rows_of, how many rows of each there are
            in training and test.
        examples: a few images of each class, (n, height, width [, 3]) from 0 to 255.
        columns: a dict for each column of the table: name, kind, used, why, and of arrays its
            smallest, largest and mean value.
        figures, baselines, verdict: the estimate's.
        confusion: [i][j] counts the test rows of class i that were taken for class j.
        reliability: of two classes what was said of the second, of more of the likeliest, and
            what happened; calibration_error: the mean gap between the two.
        points: (target, answer) of test rows for each number that is predicted.
        heat: the rise of the loss by blocks of an image, (down, across).
        layers: neurons, activation and parameters of each.
    """

    about: dict[str, Any]
    task: str
    train_rows: int
    test_rows: int
    history: History
    classes: list[Any] = field(default_factory=list)
    rows_of: list[tuple[int, int]] = field(default_factory=list)
    examples: list[NDArray[np.uint8]] = field(default_factory=list)
    columns: list[dict[str, Any]] = field(default_factory=list)
    figures: dict[str, Figure] = field(default_factory=dict)
    baselines: dict[str, dict[str, float | None]] = field(default_factory=dict)
    verdict: str = ""
    confusion: list[list[int]] = field(default_factory=list)
    reliability: list[ReliabilityBin] = field(default_factory=list)
    calibration_error: float | None = None
    points: list[list[tuple[float, float]]] = field(default_factory=list)
    worst: list[WorstRow] = field(default_factory=list)
    wrong: int = 0
    influences: Influences | None = None
    heat: NDArray[np.float64] | None = None
    layers: list[dict[str, Any]] = field(default_factory=list)
    parameters: int = 0
    loss_name: str = ""

    @property
    def right(self) -> int:
        """How many test rows were taken for what they are."""
        return sum(row[k] for k, row in enumerate(self.confusion))

    @property
    def confused(self) -> list[tuple[int, int, int]]:
        """(rows, i, j) for each class i taken for another class j, the most frequent first."""
        found = [
            (n, i, j)
            for i, row in enumerate(self.confusion)
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
    about: Mapping[str, Any] | None = None,
    seed: int = 0,
    rows: Rows | None = None,
) -> Report:
    """Measures a trained network for a report.

    Args:
        net: trained, with its preparation.
        X, y: the raw rows it learned from and their targets: an array, or a polars frame as the
            preparation takes it.
        X_test, y_test: rows it has not seen.
        history: of the training.
        estimate: how good the network is on the test rows, where that is to be told.
        about: for people, each where there is one: data (its name), about, source, licence,
            test (which rows), features (names of an array's columns), columns (of a table a dict
            for each: name, kind, used, why), targets (names of what is predicted), image_shape,
            settings, seed, command, model, versions, notes (sentences).
        seed: of what is drawn: examples, points, shuffles.
        rows: the test rows, where they are prepared already.

    Returns:
        The report. Its cost is bounded: see `permutation_importance`.
    """
    about = dict(about or {})
    shape = None if about.get("image_shape") is None else tuple(about["image_shape"])
    names = about.get("features") or ()
    raw, raw_test = as_raw(X, names), as_raw(X_test, names)
    y, y_test = np.asarray(y), np.asarray(y_test)
    rng = np.random.default_rng(seed)
    rows = as_rows(net, raw_test.rows, y_test, "the test data") if rows is None else rows
    answers, losses = _answers(net, rows)
    classes = [] if net.classes is None else list(net.classes)
    facts: dict[str, Any]
    if classes:
        facts = _of_classes(net, y, y_test, answers)
    else:
        facts = {"points": _points(net, y_test, answers, rng)}
    importance = partial(permutation_importance, net, raw_test, y_test, seed=seed, rows=rows)
    if shape is None:
        facts |= _of_columns(about, raw, importance)
    else:
        facts |= _of_images(raw, y, classes, shape, importance, rng)
    facts["worst"] = _worst(net, raw_test, y_test, answers, losses, shape, facts)
    if estimate is not None:
        facts |= {name: getattr(estimate, name) for name in ("figures", "baselines", "verdict")}
    return Report(
        about=about,
        task="classes" if classes else "number",
        train_rows=len(raw),
        test_rows=len(raw_test),
        history=history,
        classes=classes,
        layers=_layers(net),
        parameters=int(net.theta.size),
        loss_name=net.loss.name,
        **facts,
    )


def _answers(net: Network, rows: Rows) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """The outputs, (N, n_out), and each row's loss, (N,)."""
    outputs, losses = [], []
    for p in passes(net, rows):
        outputs.append(p.dense[-1].a)
        losses.append(p.sample_loss)
    return np.concatenate(outputs), np.concatenate(losses)


def _chosen(outputs: NDArray[Any], chosen: NDArray[np.intp]) -> NDArray[np.float64]:
    """The probability of each row's answer, (N,); a single output speaks for two."""
    p = outputs.astype(np.float64)
    if p.shape[1] == 1:
        return np.where(chosen == 1, p[:, 0], 1 - p[:, 0])
    return p[np.arange(len(p)), chosen]


def _place(y: NDArray[Any], classes: Sequence[Any]) -> NDArray[np.intp]:
    place = {label: k for k, label in enumerate(classes)}
    return np.array([place[label] for label in y.tolist()], dtype=np.intp)


def _gives_probabilities(net: Network) -> bool:
    """Whether the outputs are probabilities of one class among all."""
    output = net.dense_layers[-1].activation.name
    return output == "softmax" or (output == "sigmoid" and net.n_out == 1)


def _of_classes(
    net: Network, y: NDArray[Any], y_test: NDArray[Any], outputs: NDArray[Any]
) -> dict[str, Any]:
    assert net.classes is not None
    learned, true = _place(y, net.classes), _place(y_test, net.classes)
    chosen, n = net.choose(outputs), len(net.classes)
    counts = [np.bincount(k, minlength=n).tolist() for k in (learned, true)]
    facts: dict[str, Any] = {}
    if _gives_probabilities(net):
        p = outputs if n == outputs.shape[1] else np.hstack([1 - outputs, outputs])
        facts["reliability"] = reliability(*said_and_happened(true, p))
        facts["calibration_error"] = calibration_error(facts["reliability"])
    return {
        "rows_of": list(zip(*counts, strict=True)),
        "confusion": confusion(true, chosen, n).tolist(),
        "wrong": int((chosen != true).sum()),
        **facts,
    }


def _points(
    net: Network, y: NDArray[Any], outputs: NDArray[Any], rng: np.random.Generator
) -> list[list[tuple[float, float]]]:
    answers = outputs if net.target_scale is None else net.target_scale.invert(outputs)
    index = np.arange(len(y))
    if len(index) > POINTS:
        index = np.sort(rng.choice(index, POINTS, replace=False))
    targets = y.reshape(len(y), -1)[index]
    pairs = zip(targets.T.tolist(), answers[index].T.tolist(), strict=True)
    return [list(zip(t, a, strict=True)) for t, a in pairs]


def _of_columns(
    about: Mapping[str, Any], raw: Raw, importance: Callable[..., Influences]
) -> dict[str, Any]:
    columns = _columns(about, raw)
    used = {column["name"] for column in columns if column.get("used", True)}
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
    return {"examples": examples, "influences": found, "heat": heat}


def _columns(about: Mapping[str, Any], raw: Raw) -> list[dict[str, Any]]:
    """A table's columns: as they were told, or of an array's numbers what they span."""
    if about.get("columns"):
        return list(about["columns"])
    if not isinstance(raw.rows, np.ndarray):
        return [{"name": name} for name in raw.columns]
    values = raw.rows.astype(np.float64)
    spans = zip(raw.columns, values.min(0), values.mean(0), values.max(0), strict=True)
    return [
        {"name": name, "kind": "number", "min": float(low), "mean": float(mean), "max": float(high)}
        for name, low, mean, high in spans
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
    outputs: NDArray[Any],
    losses: NDArray[np.float64],
    shape: tuple[int, ...] | None,
    facts: Mapping[str, Any],
) -> list[WorstRow]:
    classes = net.classes
    probabilities: list[float | None] = [None] * len(y)
    if classes is not None:
        chosen = net.choose(outputs)
        answers: list[Any] = [classes[k] for k in chosen]
        if _gives_probabilities(net):
            probabilities = _chosen(outputs, chosen).tolist()
    else:
        numbers = outputs if net.target_scale is None else net.target_scale.invert(outputs)
        answers = (numbers[:, 0] if numbers.shape[1] == 1 else numbers).tolist()
    targets = y.tolist()
    top = float(np.max(raw.rows)) if shape is not None else 0.0
    worst = []
    for k in np.argsort(-losses, kind="stable")[: 2 * WORST if shape else WORST].tolist():
        cells = image = None
        if shape is not None:
            image = _pixels(raw.rows[k : k + 1], shape, top)[0]
        else:
            cells = dict(zip(raw.columns, raw.cells(k), strict=True))
            shown = _telling(facts, list(cells))
            cells = {name: cells[name] for name in shown}
        worst.append(
            WorstRow(k, targets[k], answers[k], probabilities[k], float(losses[k]), cells, image)
        )
    return worst


def _telling(facts: Mapping[str, Any], columns: list[str]) -> list[str]:
    """The columns that a worst row shows: where they are many, those of the most influence."""
    if len(columns) <= SMALL:
        return columns
    rises = {one.name: one.rise for one in facts["influences"].each}
    best = sorted(columns, key=lambda name: -rises.get(name, 0.0))[:SMALL]
    return [name for name in columns if name in set(best)]


def _layers(net: Network) -> list[dict[str, Any]]:
    return [
        {
            "inputs": layer.n_in,
            "neurons": layer.n_out,
            "activation": layer.activation.name,
            "parameters": int(layer.W.size + layer.b.size),
        }
        for layer in net.dense_layers
    ]
