"""A pass at a glance: one row of data and what mattered in it, or a recorded step and its moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.core.display.one_line import telling
from glassnet.explain.ask.ask import Ask
from glassnet.explain.reasons.told import Reasons
from glassnet.explain.walks.changes import InputInfluence, Move, influences, largest_moves


@dataclass(frozen=True)
class RowGlance:
    """What a network says of a row, how wrong it is, and the inputs that mattered most.

    targets are those of the outputs, classes their labels where they have any; layer is the
    last one's number; unit is that of the loss. scaled: whether the numbers are as the network
    meets them, scaled by its preparation. Where the row's target is not known, loss is None, and
    targets and inputs are empty. reasons: why it is answered so, in the data's own columns.
    """

    kind, version = "row", 2

    title: str
    outputs: list[float]
    targets: list[float]
    classes: list[Any] | None
    layer: int
    loss: float | None
    unit: str
    scaled: bool
    inputs: list[InputInfluence]
    reasons: Reasons | None = None

    __repr__ = telling()


@dataclass(frozen=True)
class StepGlance:
    """A recorded step: which rows of the data its batch held, and what it moved most."""

    kind, version = "step", 1

    title: str
    step: int
    rows: list[int]
    loss: float
    moved_most: list[Move]

    __repr__ = telling()


def glance_at_row(
    ask: Ask,
    title: str,
    names: Sequence[str] = (),
    reasons: Reasons | None = None,
    known: bool = True,
) -> RowGlance:
    """A pass of one row.

    Args: names, of the inputs, where they have any; known, whether its target is.
    """
    net, y = ask.net, np.asarray(ask.p.y)
    return RowGlance(
        title,
        ask.p.dense[-1].a[0].tolist(),
        y[0].tolist() if known else [],
        None if net.classes is None else list(net.classes),
        len(ask.p.dense),
        ask.p.loss if known else None,
        ask.at("loss").unit,
        net.preparation is not None or net.target_scale is not None,
        influences(ask, names=names) if known else [],
        reasons,
    )


def glance_at_step(ask: Ask, title: str, step: int, rows: Sequence[int]) -> StepGlance:
    """A recorded step. rows: their numbers in the data, as the batch holds them."""
    return StepGlance(title, step, list(rows), ask.p.loss, largest_moves(ask))
