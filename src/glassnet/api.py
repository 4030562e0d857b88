"""Thin functions that join rooms: training with a progress bar, models from and to files."""

import os
from collections.abc import Generator
from typing import Any

from numpy.typing import ArrayLike

from glassnet.core.network import Network
from glassnet.explain import Ask
from glassnet.training import Event, History, TrainingEnd
from glassnet.training import fit as events_of_training


def fit(
    net: Network, X: ArrayLike, y: ArrayLike, *, progress: bool | None = None, **settings: Any
) -> History:
    """Trains net in place and returns its History; everything else as `glassnet.training.fit`.

    Args:
        progress: True or False to show a bar or not; None shows one in a terminal or notebook.

    >>> import numpy as np
    >>> net = Network.dense([2, 8, 2], hidden="tanh", output="softmax")
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> run = fit(net, X, ["even", "odd", "odd", "even"], epochs=100, optimizer="lbfgs")
    >>> net.predict(X).tolist()
    ['even', 'odd', 'odd', 'even']
    """
    from glassnet.views.progress import shown

    events = events_of_training(net, X, y, **settings)
    return last_of(shown(events, progress))


def last_of(events: Generator[Event] | Any) -> History:
    """The history that a training's events end with, having run it."""
    history = None
    for event in events:
        if isinstance(event, TrainingEnd):
            history = event.history
    assert history is not None
    return history


def load(path: str | os.PathLike[str]) -> Network:
    """The network in a model file; see `glassnet.exchange.load`."""
    from glassnet import exchange

    return exchange.load(path)


def ask(net: Network, x: ArrayLike, y: ArrayLike, **settings: Any) -> Ask:
    """A pass of net whose every number can be asked for; see `glassnet.explain.Ask`.

    >>> net = Network.dense([1, 1], initializer="zeros", dtype="float64")
    >>> ask(net, [2.0], [3.0]).at("dW1[0,0]").substituted()
    '(−3)·2'
    """
    return Ask(net, x, y, **settings)


def _save(net: Network, path: str | os.PathLike[str]) -> None:
    """Writes the network to a model file; see `glassnet.exchange.save`."""
    from glassnet import exchange

    exchange.save(net, path)


Network.save = _save
