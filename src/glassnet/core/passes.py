"""A pass of a batch, as records: what forward knows, what its targets add, what backward adds.

And what each sample of it counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.activations import Array
from glassnet.core.display.notebook import Displayed
from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.layers import DenseBack, DenseStep, Step
from glassnet.core.validation.arrays import numbers

LARGEST = 1e290  # a weight of which 10¹⁸ can be added up


@dataclass(slots=True, eq=False)
class Pass(Displayed):
    """A forward pass: each layer's record. `dense[l - 1]` is layer l's, with x, z and a."""

    steps: Sequence[Step]

    __repr__ = telling("x", "y_hat")

    @property
    def dense(self) -> Sequence[DenseStep]:
        return [step for step in self.steps if isinstance(step, DenseStep)]

    @property
    def x(self) -> Array:
        return self.steps[0].x

    @property
    def y_hat(self) -> Array:
        return self.steps[-1].out


@dataclass(slots=True, eq=False)
class MeasuredPass(Pass):
    """A pass beside its targets y, (B, n_out), and L, its `loss`: Σ share · sample_loss.

    `share` is what each sample's loss counts in L, w / Σw, or 1/B; `sample_loss` is ℓ: (B,),
    float64.
    """

    y: Array
    share: NDArray[np.float64]
    sample_loss: NDArray[np.float64]
    loss: float

    __repr__ = telling("x", "y_hat", "loss")


@dataclass(slots=True, eq=False)
class BackwardPass(MeasuredPass):
    """A pass there and back: the records in `dense` have delta too."""

    __repr__ = telling("x", "y_hat", "loss")

    @property
    def dense(self) -> Sequence[DenseBack]:
        return [step for step in self.steps if isinstance(step, DenseBack)]


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
