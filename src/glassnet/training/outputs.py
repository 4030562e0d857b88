"""What a network says of prepared rows, in the form in which figures are computed from it."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.network import PREDICT_BATCH, Network


class Answers(NamedTuple):
    """Of classes: probabilities or scores (N, n_classes), and the class chosen, (N,).

    Of numbers: in the units of the targets, (N, n_out), and None.
    """

    y_hat: NDArray[Any]
    choice: NDArray[np.intp] | None

    __repr__ = telling()


def answers(net: Network, x: NDArray[Any]) -> Answers:
    """A network's answers to prepared rows x, (N, n_in), in bounded memory beside them.

    softmax           p as it is
    one sigmoid       p of the second class; 1 − p of the first
    several sigmoids  each over their sum
    other outputs     scores, which need be no probabilities
    """
    out = np.empty((len(x), net.n_out), net.dtype)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for start in range(0, len(x), PREDICT_BATCH):
            rows = slice(start, start + PREDICT_BATCH)
            out[rows] = net.forward(x[rows]).dense[-1].a
    if net.classes is None:
        numbers = out.astype(np.float64)
        numbers = numbers if net.target_scale is None else net.target_scale.invert(numbers)
        return Answers(net.loss.arranged(numbers), None)
    choice = net.choose(out)
    if net.n_out == 1:
        p = out[:, 0].astype(np.float64)
        return Answers(np.stack([1 - p, p], axis=1), choice)
    if net.dense_layers[-1].activation.name == "sigmoid":
        total = out.sum(axis=1, keepdims=True, dtype=np.float64)
        return Answers(
            np.where(total > 0, out / np.where(total > 0, total, 1), 1 / net.n_out), choice
        )
    return Answers(out, choice)
