"""What the inputs do: how much the loss rises when one of them is shuffled among the rows.

    rise = L(rows with the column shuffled) − L(rows as they are), several times

A column that the network leaves out has a rise of 0 exactly. Columns that say the same share
their influence: shuffling one of them costs little while the other still tells.

Source: Breiman, "Random Forests" (2001), section 10; for any model: Fisher, Rudin & Dominici,
"All Models are Wrong, but Many are Useful" (2019).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.network import PREDICT_BATCH, Network
from glassnet.core.passes import MeasuredPass
from glassnet.training.rows import Rows, as_rows

REPEATS = 5
MOST_ROWS = 2_000  # that a loss is measured on
FEWEST_ROWS = 100
MOST_GROUPS = 200  # that are shuffled
BUDGET = 200_000_000  # values prepared in all
BLOCKS = 14  # of an image, along its longer side


class ArrayRows:
    """Raw rows of an array, (N, n_columns), with a name for each column."""

    def __init__(self, rows: ArrayLike, columns: Sequence[str] = ()) -> None:
        self.rows: NDArray[Any] = np.asarray(rows)
        self.columns = list(columns) or [f"x[{j}]" for j in range(self.rows.shape[1])]

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, index: NDArray[np.intp]) -> "ArrayRows":
        return ArrayRows(self.rows[index], self.columns)

    def cells(self, row: int) -> list[Any]:
        return self.rows[row].tolist()


class FrameRows:
    """Raw rows of a polars frame; it is handed in, so that this room needs no polars."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows
        self.columns = list(rows.columns)

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, index: NDArray[np.intp]) -> "FrameRows":
        return FrameRows(self.rows[index.tolist()])

    def cells(self, row: int) -> list[Any]:
        return list(self.rows.row(row))


Tick = Callable[[int, int], object]  # (done, of all)
Raw = ArrayRows | FrameRows
Group = tuple[str, Sequence[int]]  # a name, and the places of its columns


def as_raw(rows: Any, columns: Sequence[str] = ()) -> Raw:
    """Rows as `Raw`: arrays and frames; what is that already stays.

    Args: columns, names for an array's columns.
    """
    if isinstance(rows, ArrayRows | FrameRows):
        return rows
    return FrameRows(rows) if hasattr(rows, "with_columns") else ArrayRows(rows, columns)


@dataclass(frozen=True)
class Influence:
    """The mean rise of the loss when `name` is shuffled, and its standard deviation."""

    name: str
    rise: float
    spread: float


@dataclass(frozen=True)
class Influences:
    """What was shuffled, in its own order, and how it was measured.

    Attributes:
        loss: on the rows as they are.
        rows, repeats: how many of each.
        left_out: how many groups were not looked at, since there are too many, or since it was
            interrupted: then `stopped`.
    """

    each: tuple[Influence, ...]
    loss: float
    rows: int
    repeats: int
    left_out: int = 0
    stopped: bool = False

    @property
    def most(self) -> float:
        """The largest rise."""
        return max((one.rise for one in self.each), default=0.0)


def permutation_importance(
    net: Network,
    X: Any,
    y: ArrayLike,
    groups: Sequence[Group] | None = None,
    *,
    repeats: int = REPEATS,
    seed: int = 0,
    rows: Rows | None = None,
    tick: Tick = lambda done, total: None,
) -> Influences:
    """How much the loss rises when each raw column, or group of columns, is shuffled.

    Args:
        X: raw rows that the network has not learned from: an array, a polars frame, or Raw.
        y: their labels or numbers.
        groups: names and the places of the columns that are shuffled together; by default each
            column by itself.
        repeats: shuffles of each group.
        seed: of the rows that are taken, where there are many, and of the shuffles.
        rows: the same as X and y, where they are prepared already.
        tick: told how many groups are done, of how many.

    A KeyboardInterrupt ends it with the groups that are done.

    A column is shuffled where it has become inputs: each input is made of one column alone.
    The cost is bounded: with many columns fewer rows are taken, then fewer groups, where each
    column is an input those of the largest weights in the first layer.
    """
    raw = as_raw(X)
    if groups is None:
        groups = [(name, [j]) for j, name in enumerate(raw.columns)]
    rng = np.random.default_rng(seed)
    per_row = min(max(len(groups), 1), MOST_GROUPS) * repeats * len(raw.columns)
    n = int(np.clip(BUDGET // per_row, FEWEST_ROWS, MOST_ROWS))
    rows = as_rows(net, raw.rows, y, "the data") if rows is None else rows
    if n < len(rows):
        rows = rows.take(np.sort(rng.choice(len(rows), n, replace=False)))
    most = min(max(BUDGET // (max(len(rows), 1) * repeats * len(raw.columns)), 1), MOST_GROUPS)
    before = _mean_loss(net, rows)
    each: list[Influence] = []
    foremost, stopped = _foremost(net, raw, groups, most), False
    try:
        for name, group in foremost:
            tick(len(each), len(foremost))
            inputs = inputs_of(net, [raw.columns[j] for j in group], group)
            rises = [
                _mean_loss(net, shuffled(rows, inputs, rng.permutation(len(rows)))) - before
                for _ in range(repeats)
            ]
            each.append(Influence(name, float(np.mean(rises)), float(np.std(rises))))
    except KeyboardInterrupt:
        stopped = True
    left_out = len(groups) - len(each)
    return Influences(tuple(each), before, len(rows), repeats, left_out, stopped)


def inputs_of(net: Network, names: Sequence[str], columns: Sequence[int]) -> list[int]:
    """Which inputs of the network raw columns become, by their names and places."""
    places = getattr(net.preparation, "places", None)
    if places is None:  # an input a column
        return list(columns)
    known = [places[name] for name in names if name in places]
    return [j for place in known for j in range(place.start, place.stop)]


def shuffled(rows: Rows, inputs: Sequence[int], order: NDArray[np.intp]) -> Rows:
    """The rows with some inputs taken together from other rows, in that order."""
    X = rows.X.copy()
    X[:, inputs] = rows.X[order[:, None], inputs]
    return Rows(X, rows.y, rows.w)


def _foremost(net: Network, raw: Raw, groups: Sequence[Group], most: int) -> Sequence[Group]:
    """At most so many groups, in their own order."""
    if len(groups) <= most or net.n_in != len(raw.columns):
        return groups[:most]
    size = np.linalg.norm(net.dense_layers[0].W, axis=0)  # (n_in,)
    sizes = [float(size[list(group)].max(initial=0)) for _, group in groups]
    return [groups[k] for k in sorted(np.argsort(sizes, kind="stable")[-most:])]


def image_blocks(
    image_shape: Sequence[int], along: int = BLOCKS
) -> tuple[list[Group], tuple[int, int]]:
    """Groups of pixels, square blocks of an image row by row, and how many there are each way.

    Args: along, how many there are along its longer side, at most.

    >>> image_blocks((2, 2))
    ([('0,0', [0]), ('0,1', [1]), ('1,0', [2]), ('1,1', [3])], (2, 2))
    """
    height, width, channels = *image_shape[:2], math.prod(image_shape[2:])
    side = math.ceil(max(height, width) / along)
    down, across = math.ceil(height / side), math.ceil(width / side)
    place = np.arange(height * width * channels).reshape(height, width, channels)
    groups: list[Group] = [
        (f"{r},{c}", place[r * side : (r + 1) * side, c * side : (c + 1) * side].ravel().tolist())
        for r in range(down)
        for c in range(across)
    ]
    return groups, (down, across)


def loss_of(net: Network, X: Any, y: ArrayLike) -> float:
    """The network's mean loss on raw rows and their targets, without penalty."""
    return _mean_loss(net, as_rows(net, X, y, "the data"))


def _mean_loss(net: Network, rows: Rows) -> float:
    return float(np.concatenate([part.sample_loss for part in passes(net, rows)]).mean())


def passes(net: Network, rows: Rows) -> Iterator[MeasuredPass]:
    """A measured forward pass of each batch, in bounded memory."""
    for start in range(0, len(rows), PREDICT_BATCH):
        part = rows.take(slice(start, start + PREDICT_BATCH))
        yield net.measure(net.forward(part.X), part.y)
