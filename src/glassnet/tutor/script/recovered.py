"""A stranger's network as one of ours, to be explained, drawn and trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.tutor.dataflow.parameters import ROUNDS
from glassnet.tutor.process.sandbox import Sandbox
from glassnet.tutor.process.source import read_source
from glassnet.tutor.script.check import judged_script
from glassnet.tutor.script.network import FoundNetwork
from glassnet.tutor.script.read_run import networks_of

LOSSES = {
    "squared error": "squared_error",
    "cross-entropy": "cross_entropy",
    "binary cross-entropy": "binary_cross_entropy",
    "absolute error": "absolute_error",
}


def recovered(path: Path, *, run: str = "", sandbox: Sandbox | None = None) -> Network:
    """The network that a program trains, with the weights of the last update that was followed.

    run: a line that makes and trains it, as for `check`. A training is followed for a few updates.
    Raises: InputError where no network can be read from the run.
    """
    with np.errstate(all="ignore"):
        script = judged_script(path, read_source(path), run, sandbox or Sandbox())
        first = script.runs[0]
        for number in reversed(range(ROUNDS)):
            found = networks_of(first, number)
            if found and first.target is not None:
                return as_network(found[0], first.target.loss)
    raise InputError(
        f"{path} ran, and no network of layers z = W·x + b with a usual activation could be read "
        "from what it computed: nothing was written."
    )


def as_network(found: FoundNetwork, loss: str) -> Network:
    """The same layers, with the loss whose slopes the program follows."""
    layers = [
        Dense(layer.W.shape[1], layer.W.shape[0], layer.activation, W=layer.W, b=layer.b[:, 0])
        for layer in found.layers
    ]
    last = layers[-1].activation.name
    if loss == "cross-entropy" and last == "sigmoid":
        loss = "binary cross-entropy"
    return Network(layers, LOSSES[loss], dtype="float64")
