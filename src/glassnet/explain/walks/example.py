"""Worked examples: a small network with every number given, as a textbook has it."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.layers import Bias, Dense
from glassnet.core.network import Network
from glassnet.files.whole import read_text


@dataclass(frozen=True)
class Example:
    """A network with given numbers, one sample with its targets, and a learning rate.

    weights holds a matrix a layer, a row a neuron; biases a list, or one number, a layer.
    activations are one a layer, first to last.
    """

    name: str
    weights: Sequence[Sequence[Sequence[float]]]
    biases: Sequence[Sequence[float] | float]
    inputs: Sequence[float]
    targets: Sequence[float]
    activations: Sequence[str]
    loss: str | None
    learning_rate: float

    __repr__ = telling()

    def network(self, bias: Bias = "frozen") -> Network:
        """The network, in float64; bias as in `Dense`: frozen, one a neuron, one a layer."""
        layers: list[Dense] = []
        for number, (W, b, f) in enumerate(
            zip(self.weights, self.biases, self.activations, strict=True), start=1
        ):
            try:
                shape = np.asarray(W, dtype=np.float64).shape
            except (ValueError, TypeError):
                shape = ()
            if len(shape) != 2:
                raise InputError(
                    f"the weights of layer {number} are no matrix of numbers: write a row for each "
                    "neuron, all equally long, as [[0.15, 0.20], [0.25, 0.30]]."
                )
            values = np.asarray(b, dtype=np.float64)
            if bias == "layer" and values.ndim and len(values):
                if not (values == values[0]).all():
                    raise InputError(
                        f"the biases of layer {number} differ, {values.tolist()}: one shared bias "
                        "needs equal values to start from."
                    )
                values = values[0]
            layers.append(Dense(shape[1], shape[0], f, bias=bias, W=W, b=values))
        net = Network(layers, self.loss, dtype="float64")
        if len(self.inputs) != net.n_in or len(self.targets) != net.n_out:
            raise InputError(
                f"the network takes {net.n_in} inputs and gives {net.n_out} outputs; the example "
                f"has {len(self.inputs)} inputs and {len(self.targets)} targets."
            )
        return net


WORKED = Example(
    name="the worked example",
    weights=[[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]],
    biases=[[0.35, 0.35], [0.60, 0.60]],
    inputs=[0.05, 0.10],
    targets=[0.01, 0.99],
    activations=["sigmoid", "sigmoid"],
    loss="squared_error",
    learning_rate=0.5,
)

_KEYS = ("name", "weights", "biases", "inputs", "targets", "activation", "output", "loss",
         "learning_rate")  # fmt: skip


def example_template() -> str:
    """A file to fill in, with the worked example's numbers in it."""
    return """\
# An example for `glassnet walk`: put your own numbers in, then: glassnet walk THIS_FILE

name = "my example"
inputs = [0.05, 0.10]
targets = [0.01, 0.99]

# A matrix for each layer, a row for each neuron: weights[layer][neuron][input].
weights = [
  [[0.15, 0.20], [0.25, 0.30]],
  [[0.40, 0.45], [0.50, 0.55]],
]
# For each layer a list with a bias a neuron, or one number for all of them.
biases = [[0.35, 0.35], [0.60, 0.60]]

# identity, sigmoid, tanh, relu, leaky_relu, elu, selu, gelu, gelu_tanh, silu, softplus, softmax
activation = "sigmoid"      # of every layer ...
# output = "softmax"        # ... but the last, where it differs

# squared_error, absolute_error, huber, cross_entropy (softmax), binary_cross_entropy (sigmoid),
# poisson (exp), pinball
loss = "squared_error"
learning_rate = 0.5
"""


INSTEAD = "expected TOML, see `glassnet walk --template`"


def read_example(path: str | Path) -> Example:
    """An example from a TOML file, as `example_template` shows one.

    Raises: InputError where the file cannot be read or something is missing or strange.
    """
    path = Path(path)
    return example_of_text(read_text(path, "the example", instead=INSTEAD), path)


def example_of_text(text: str, path: Path) -> Example:
    """An example from the text of a TOML file; path is what it is called.

    Raises: InputError where something is missing or strange.
    """
    try:
        content = tomllib.loads(text)
    except RecursionError:
        raise InputError(f"{path} is TOML of too many levels: {INSTEAD}.") from None
    except ValueError as error:  # TOML's own, or a number of thousands of digits
        raise InputError(f"{path} is not valid TOML: {str(error)[:200]}.") from None
    return _from_content(content, path)


def _from_content(content: Mapping[str, Any], path: Path) -> Example:
    for key in content:
        if key not in _KEYS:
            raise InputError(
                f"{path} has an unknown entry '{key[:60]}': known are {', '.join(_KEYS)}."
            )
    for key in ("weights", "biases", "inputs", "targets"):
        if not isinstance(content.get(key), list) or not content[key]:
            raise InputError(f"{path} lacks a list '{key}': `glassnet walk --template` shows one.")
    weights, biases = content["weights"], content["biases"]
    if len(weights) != len(biases):
        raise InputError(
            f"{path} has weights for {len(weights)} layers and biases for {len(biases)}."
        )
    for key in ("inputs", "targets"):
        if not all(_is_number(v) for v in content[key]):
            raise InputError(
                f"{path}: '{key}' must be a list of numbers; it is {_short(content[key])}."
            )
    for number, b in enumerate(biases, start=1):
        if not (_is_number(b) or (isinstance(b, list) and all(_is_number(v) for v in b))):
            raise InputError(
                f"{path}: the biases of layer {number} must be numbers; they are {_short(b)}."
            )
    for number, W in enumerate(weights, start=1):
        rows = W if isinstance(W, list) else [W]
        if not all(isinstance(row, list) and all(_is_number(v) for v in row) for row in rows):
            raise InputError(
                f"{path}: the weights of layer {number} must be rows of numbers, a row a neuron; "
                f"they are {_short(W)}."
            )
    rate = content.get("learning_rate", 0.5)
    if not _is_number(rate) or not rate > 0:
        raise InputError(f"{path}: learning_rate is {rate!r}: give a number above 0.")
    hidden = content.get("activation", "sigmoid")
    return Example(
        name=str(content.get("name", path.stem)),
        weights=weights,
        biases=biases,
        inputs=content["inputs"],
        targets=content["targets"],
        activations=[hidden] * (len(weights) - 1) + [content.get("output", hidden)],
        loss=content.get("loss"),
        learning_rate=float(rate),
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def _short(value: Any) -> str:
    """A value for a sentence, of a long one its beginning."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
