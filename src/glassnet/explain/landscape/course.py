"""The course of a training, as a record: parameters, loss and the size of what flows in each layer.

Everything is measured on a float64 copy, without dropout and without the penalty; training itself
is not changed by being watched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core import optimizers
from glassnet.core.errors import InputError
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network
from glassnet.core.optimizers import Optimizer
from glassnet.training import EpochEnd, Event, History, TrainingEnd, fit
from glassnet.training.rows import as_rows

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Course:
    """How a training went: row 0 is before it, the others after epochs or steps.

    Args:
        thetas: the parameters, (T, P).
        losses: the loss on the rows it was watched on, (T,).
        activations: root mean square of each layer's a, (T, L).
        gradients: root mean square of each layer's dW, (T, L).
        history: training's own figures.
        at: how many epochs or steps had been made, (T,); unit: which of the two.
    """

    kind, version = "course", 1

    thetas: Array
    losses: Array
    activations: Array
    gradients: Array
    history: History
    at: NDArray[np.intp]
    unit: Literal["epoch", "step"] = "epoch"


class Watcher:
    """A callback for `fit`: looks at the network before training and after each epoch.

    Args:
        X, y: the rows that loss, activations and gradients are measured on, as `fit` takes them.
    """

    def __init__(self, net: Network, X: ArrayLike, y: ArrayLike) -> None:
        self.net, self.probe = net, net.astype("float64")
        self.rows = as_rows(self.probe, X, y, "X")
        self.history = History()
        self._seen: list[tuple[Array, float, list[float], list[float]]] = []
        self.look(net)

    def __call__(self, event: Event) -> None:
        if isinstance(event, EpochEnd):
            self.look(self.net)
        elif isinstance(event, TrainingEnd):
            self.history = event.history

    def look(self, net: Network) -> None:
        """Adds a row of how the network is now."""
        probe = self.probe
        probe.theta[...] = net.theta
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            p = probe.backward(probe.forward(self.rows.X), self.rows.y)
            sizes = [_rms(step.a) for step in p.dense]
            slopes = [_rms(layer.dW) for layer in probe.dense_layers]
        self._seen.append((probe.theta.copy(), p.loss, sizes, slopes))

    def course(self) -> Course:
        """What was seen so far."""
        thetas, losses, sizes, slopes = (np.array(part) for part in zip(*self._seen))
        return Course(thetas, losses, sizes, slopes, self.history, np.arange(len(thetas)))


def course_of(networks: Mapping[int, Network], X: ArrayLike, y: ArrayLike) -> Course:
    """The course of a training of which some steps were kept, as of a recorded run.

    Args:
        networks: by the number of updates that had been made, ascending.
        X, y: the rows to measure on.

    >>> nets = {step: Network.dense([1, 1], seed=step) for step in (0, 10, 20)}
    >>> course_of(nets, [[1.0]], [2.0]).at
    array([ 0, 10, 20])
    """
    if not networks:
        raise InputError("a course needs a network for at least one step.")
    first, *rest = networks.values()
    watcher = Watcher(first, X, y)
    for net in rest:
        watcher.look(net)
    return replace(watcher.course(), at=np.array(list(networks)), unit="step")


def watch_run(
    net: Network,
    X: ArrayLike,
    y: ArrayLike,
    watch: tuple[ArrayLike, ArrayLike] | None = None,
    **settings: Any,
) -> Course:
    """Trains net, in place, and tells its course.

    Args:
        X, y, settings: as for `fit`.
        watch: the rows (X, y) to measure on; by default those it learns from.

    >>> net = Network.dense([1, 1])
    >>> watch_run(net, [[1.0], [2.0]], [2.0, 4.0], epochs=5).thetas.shape
    (6, 2)
    """
    watcher = Watcher(net, *(watch or (X, y)))
    callbacks = [*settings.pop("callbacks", ()), watcher]
    for _ in fit(net, X, y, callbacks=callbacks, **settings):
        pass
    return watcher.course()


def compare_optimizers(
    net: Network,
    X: ArrayLike,
    y: ArrayLike,
    rules: Sequence[str | Mapping[str, Any] | Optimizer | LBFGS] = (
        "sgd",
        "momentum",
        "rmsprop",
        "adam",
    ),
    *,
    watch: tuple[ArrayLike, ArrayLike] | None = None,
    **settings: Any,
) -> dict[str, Course]:
    """The same training once with each optimizer: same start, same order of rows, same masks.

    Args:
        net: where each starts from; it stays as it is.
        rules: the optimizers, by name, as specification or as object.
        watch, settings: as for `watch_run`.

    Returns:
        A course for each, by the optimizer's name and learning rate.
    """
    runs: dict[str, Course] = {}
    for rule in rules:
        rule = LBFGS() if rule == LBFGS.name else rule
        rule = rule if isinstance(rule, LBFGS) else optimizers.get(rule)
        rate = "" if isinstance(rule, LBFGS) else f", learning rate {rule.learning_rate:g}"
        runs[rule.name + rate] = watch_run(
            net.copy(), X, y, watch, **{**settings, "optimizer": rule}
        )
    return runs


def _rms(values: NDArray[Any]) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))
