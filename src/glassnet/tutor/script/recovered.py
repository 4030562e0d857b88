"""A stranger's network as one of ours, to be explained, drawn and trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.tutor.dataflow.parameters import ROUNDS
from glassnet.tutor.dataflow.verdict import JudgedRun
from glassnet.tutor.process.sandbox import Sandbox
from glassnet.tutor.process.source import read_source
from glassnet.tutor.script.judged import judged_script
from glassnet.tutor.script.network import FoundLayer, FoundNetwork
from glassnet.tutor.script.read_run import networks_of
from glassnet.tutor.script.weighted_sums import Entry
from glassnet.tutor.textbook import Array

Net = TypeVar("Net", bound=Network)
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
        found = network_of(script.runs[0])
    if found is not None:
        return found
    raise InputError(
        f"{path} ran, and no network of layers z = W·x + b with a usual activation could be read "
        "from what it computed: nothing was written."
    )


def network_of(
    run: JudgedRun, kind: type[Net] = Network, left: Mapping[int, Array] | None = None
) -> Net | None:
    """The network of a run at the last update that was followed; None where none can be read.

    left: node → its numbers as they were in the end, of as many as are known; where that is all
    of a network's, it gets them.
    """
    for number in reversed(range(ROUNDS)):
        found = networks_of(run, number)
        if found and run.target is not None:
            layers = _as_left(run, found[0], number, left or {})
            return as_network(layers or found[0].layers, run.target.loss, kind)
    return None


def _as_left(
    run: JudgedRun, found: FoundNetwork, number: int, left: Mapping[int, Array]
) -> list[FoundLayer] | None:
    """The layers with the numbers that were left in the end; None where one is not known."""
    ends: dict[Entry, float] = {}
    for parameter, steps in run.parameters.steps.items():
        now = left.get(run.parameters.last.get(parameter, -1))
        for step in steps:
            if step.later == number and now is not None and now.size == step.owner.size:
                entries = zip(step.owner.tolist(), step.place.tolist())
                ends |= dict(zip(entries, now.tolist()))
    try:
        return [
            replace(
                layer,
                W=np.array([[ends[entry] for entry in row] for row in layer.weights]),
                b=np.array([[b if entry is None else ends[entry]]
                            for entry, b in zip(layer.biases, layer.b[:, 0])]),
            )
            for layer in found.layers
        ]  # fmt: skip
    except KeyError:
        return None


def as_network(found: Sequence[FoundLayer], loss: str, kind: type[Net] = Network) -> Net:
    """The same layers, with the loss whose slopes the program follows."""
    layers = [
        Dense(layer.W.shape[1], layer.W.shape[0], layer.activation, W=layer.W, b=layer.b[:, 0])
        for layer in found
    ]
    last = layers[-1].activation.name
    if loss == "cross-entropy" and last == "sigmoid":
        loss = "binary cross-entropy"
    return kind(layers, LOSSES[loss], dtype="float64")
