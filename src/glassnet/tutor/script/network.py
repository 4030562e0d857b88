"""A stranger's network as it was found: its layers, and the values that showed them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.tutor.script.variables import Held, matrix
from glassnet.tutor.textbook import Array


@dataclass(frozen=True)
class Layer:
    """A layer as it was found. W: (n_out, n_in) and b: (n_out, 1), as at the first pass.

    flipped: the program holds the transpose. bias_row: where the bias lies within its matrix.
    """

    weights: Held
    W: Array
    flipped: bool
    bias: Held | None
    b: Array
    bias_column: int | None
    z: Array
    a: Array
    activation: Any
    fed: Array
    z_order: int
    a_order: int
    fed_z: bool = False
    wrong_activation: str = ""  # the known mistake that gives its activation

    def parameters(self, at: int) -> tuple[Array, Array | None]:
        """W and b, in the textbook's shapes, as the program holds them at that moment."""
        held = self.weights.before(at)
        W = self.oriented(self.weights.values[0] if held is None else held)
        if self.bias_column is not None:
            return np.delete(W, self.bias_column, axis=1), W[:, self.bias_column, None]
        if self.bias is None:
            return W, None
        b = self.bias.before(at)
        return W, np.asarray(self.bias.values[0] if b is None else b).reshape(-1, 1)

    def oriented(self, held: Array) -> Array:
        return matrix(held).T if self.flipped else matrix(held)


@dataclass(frozen=True)
class FoundNetwork:
    """The chain of layers from x, with the moment of the first change of a parameter."""

    layers: tuple[Layer, ...]
    x: Array
    x_order: int

    @property
    def first_change(self) -> int:
        return min(layer.weights.first_change for layer in self.layers)
