"""What there is to write of a network: its layers, how it learns, and the words around them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from textwrap import fill
from typing import Any

import numpy as np

from glassnet.core.activations import Softmax
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense, Dropout
from glassnet.core.losses import Pinball
from glassnet.core.network import Network, widths
from glassnet.core.optimizers import SGD, Optimizer
from glassnet.core.parts import as_written, of_core
from glassnet.formula import tree
from glassnet.formula.activations import activation, slope
from glassnet.formula.losses import output_term
from glassnet.formula.updates import is_own

Z, A, Y = map(tree.Symbol, "zay")


@dataclass(frozen=True)
class Learning:
    """How a network learned, as far as its file tells."""

    optimizer: Optimizer = field(default_factory=SGD)
    batch_size: int = 32
    clip_norm: float | None = None
    clip_value: float | None = None
    note: str = ""  # what is not as it was, in a sentence


@dataclass(frozen=True)
class Remembered:
    """What a model's file remembers of its training, to be told beside the network.

    Attributes:
        data: what it learned from; rows: how many of them; "" and 0 where that is not known.
        test: which rows it was tested on; figures: what they came to, by name.
        within: of numbers, how far off a share `coverage` of unseen rows was at most, one each.
        within_rows: which rows those were.
    """

    data: str = ""
    rows: int = 0
    test: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    within: Sequence[float] = ()
    coverage: float = 0.9
    within_rows: str = ""


@dataclass(frozen=True)
class CodePlan:
    """A network to be written as code.

    Attributes:
        name: of the file, without its ending.
        made: the call that writes it. answers: what its numbers are, where they are no answers by
            themselves, in a sentence without a sign that could end a remark.
        targets: the names of the columns that it predicts.
        image_shape: that of the images it takes, where it takes images.
        features: the names of its inputs, where it takes columns of numbers.
        remembered: what is known of its training.
        rows: some rows as it takes them, where a target is tried on rows.
    """

    net: Network
    name: str = "model"
    made: str = ""
    answers: str = ""
    learning: Learning = field(default_factory=Learning)
    targets: Sequence[str] = ()
    image_shape: tuple[int, ...] | None = None
    features: Sequence[str] = ()
    remembered: Remembered = field(default_factory=Remembered)
    rows: Any = None

    def __post_init__(self) -> None:
        net = self.net
        own = [name for name in net.computes_by if not as_written(net, name)]
        for layer in net.layers:
            own += [f"layer's {name}" for name in layer.computes_by if not as_written(layer, name)]
        if own:
            raise InputError(
                f"this network has a {own[0]} of its own, a function of Python that no formula "
                "tells: it cannot be written as code."
            )

    @property
    def made_by(self) -> str:
        """What wrote the file, and what its numbers are."""
        told = f"Written by {self.made or 'glassnet'}"
        return f"{told}\n\n{fill(self.answers, 92)}" if self.answers else told

    @property
    def sizes(self) -> str:
        """4-16-3."""
        return "-".join(map(str, widths(self.net)))

    @property
    def identifier(self) -> str:
        """The file's name as one that every language takes."""
        name = re.sub(r"\W", "_", self.name, flags=re.ASCII) or "model"
        return name if name[0].isalpha() else f"m{name}"

    @property
    def classes(self) -> list[Any] | None:
        """The labels as plain texts and whole numbers."""
        return None if self.net.classes is None else np.asarray(self.net.classes).tolist()

    def check_learns(self) -> None:
        """An InputError where there is no formula for how it learns."""
        if isinstance(self.net.loss, Pinball) and self.net.loss.quantiles:
            raise InputError(
                "several quantiles are learned by a loss of each output's own, which no program of "
                "arrays has here: write it --to c, html, onnx, npz or csv."
            )
        output_term(self.net.loss, A, Y)
        if is_own(self.learning.optimizer):
            raise InputError(
                f"there is no formula for the optimizer {self.learning.optimizer.name}."
            )


def f_of(layer: Dense) -> tree.Expression | None:
    """a = f(z) as a tree; None of a softmax, which is a function of the whole row."""
    if isinstance(of_core(layer.activation), Softmax):
        return None
    return _told(layer, activation(layer.activation, Z))


def df_of(layer: Dense) -> tree.Expression:
    """f′(z) as a tree of z and a, of what is no softmax."""
    return _told(layer, slope(layer.activation, Z, A))


def _told(layer: Dense, told: tree.Expression) -> tree.Expression:
    if any(f.name not in tree.FUNCTIONS for f in told.parts(tree.Function)):
        raise InputError(
            f"the activation {layer.activation.name} has no formula, so that it cannot be written "
            "as code: give it one, as gn.Elementwise(name, f, df, formula=...)."
        )
    return told


def in_float32(net: Network) -> bool:
    return net.dtype == np.float32


def rates_of_dropout(net: Network) -> list[float]:
    """The share that is dropped before each layer in training: 0 for none."""
    rates, waiting = [], 0.0
    for before, layer in pairwise([None, *net.layers]):
        if isinstance(layer, Dropout):
            if isinstance(before, Dropout):
                raise InputError("two layers of dropout follow each other: make one of them.")
            waiting = layer.rate
        else:
            rates.append(waiting)
            waiting = 0.0
    return rates
