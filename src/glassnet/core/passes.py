"""A pass of a batch, as a record, and what each of its samples counts."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.activations import Array
from glassnet.core.door.rules import numbers
from glassnet.core.errors import InputError
from glassnet.core.layers import DenseStep, Step
from glassnet.core.shown.brief import telling
from glassnet.core.shown.displayed import Displayed

LARGEST = 1e290  # a weight of which 10¹⁸ can be added up


@dataclass(slots=True, eq=False)
class Pass(Displayed):
    """One pass of a batch: each layer's record, then targets, shares and the loss.

    `dense[l - 1]` is layer l's record, with x, z, a and, after backward, delta.
    `share` is what each sample's loss counts in L, w / Σw, or 1/B: (B,), float64.
    """

    steps: list[Step]
    y: Array | None = None
    share: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    sample_loss: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    loss: float = math.nan

    __repr__ = telling("x", "y_hat", "loss")

    @property
    def dense(self) -> list[DenseStep]:
        return [step for step in self.steps if isinstance(step, DenseStep)]

    @property
    def x(self) -> Array:
        return self.steps[0].x

    @property
    def y_hat(self) -> Array:
        return self.steps[-1].out


def shares(w: ArrayLike | None, batch: int) -> NDArray[np.float64]:
    """What each of B samples counts in the mean: w / Σw, or 1/B without weights, (B,).

    >>> shares([1, 3], 2)
    array([0.25, 0.75])
    """
    if batch == 0:
        raise InputError("there are no rows, and so no mean of their losses: give at least one.")
    if w is None:
        return np.full(batch, 1 / batch)
    w = numbers("the sample weights", w, np.float64)
    wrong = w.shape != (batch,) or not np.isfinite(w).all() or (w < 0).any()
    if not wrong and w.max() > LARGEST:
        raise InputError(
            f"a sample weighs {w.max():g}: their sum is beyond what float64 holds; bring them to "
            "a smaller scale."
        )
    if wrong or not w.sum() > 0:
        raise InputError(
            f"sample weights must be {batch} numbers from 0 up, one for each row, "
            f"not all zero; they have shape {w.shape}."
        )
    return w / w.sum()
