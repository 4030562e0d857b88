"""What is compiled, as training takes it; numba is imported with this file."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.runtime.compiled import curves, passes, updates

ACTIVATIONS = {
    "identity": curves.IDENTITY, "relu": curves.RELU, "leaky_relu": curves.LEAKY,
    "sigmoid": curves.SIGMOID, "tanh": curves.TANH, "elu": curves.ELU, "selu": curves.SELU,
    "silu": curves.SILU, "gelu_tanh": curves.GELU_TANH, "gelu": curves.GELU,
    "softplus": curves.SOFTPLUS,
}  # fmt: skip
BIASES = {"neuron": passes.OF_NEURON, "layer": passes.OF_LAYER, "frozen": passes.STILL}
OUTPUTS = {
    "softmax of labels": passes.SOFTMAX_OF_LABELS, "squared errors": passes.SQUARED,
    "logistic": passes.LOGISTIC, "ahead": passes.AHEAD, "back": passes.BACK_ALONE,
}  # fmt: skip
COLUMNS = {
    "drops": passes.DROPS, "n_in": passes.N_IN, "n_out": passes.N_OUT, "W": passes.AT_W,
    "b": passes.AT_B, "bias": passes.BIAS, "f": passes.F, "back": passes.BACK, "z": passes.AT_Z,
    "a": passes.AT_A, "delta": passes.AT_DELTA, "below": passes.AT_BELOW,
    "by_rows": passes.BY_ROWS, "da": passes.AT_DA, "mask": passes.AT_MASK,
    "learns": passes.LEARNS,
}  # fmt: skip


class NumbaKernels:
    """The compiled functions.

    Args: products, by the name of a type of numbers the address of BLAS's product of matrices.
    """

    activations = frozenset(ACTIVATIONS)
    outputs: Mapping[str, int] = OUTPUTS
    rows_of_x = passes.ROWS_OF_X

    def __init__(self, products: Mapping[str, int]) -> None:
        self.products = products
        self.step: Any = passes.step
        self.updates: Mapping[str, Any] = {
            name: getattr(updates, name)
            for name in ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "amsgrad")
        }

    def every(self) -> list[Any]:
        """All that is called from outside."""
        return [self.step, *self.updates.values()]

    def product(self, dtype: Any) -> int:
        return self.products[np.dtype(dtype).name]

    def table(self, layers: Sequence[Mapping[str, Any]]) -> NDArray[np.int64]:
        """A row for each layer, from what it is by name."""
        table = np.zeros((len(layers), passes.COLUMNS), np.int64)
        named: dict[str, Mapping[str, int]] = {
            "f": ACTIVATIONS, "back": ACTIVATIONS, "bias": BIASES,
        }  # fmt: skip
        for row, layer in zip(table, layers, strict=True):
            for name, value in layer.items():
                row[COLUMNS[name]] = named[name][value] if name in named else value
        return table
