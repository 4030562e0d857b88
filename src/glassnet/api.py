"""The outermost room: a Network that saves, fits and shows itself, by what other rooms do."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from functools import partial
from numbers import Integral
from typing import TYPE_CHECKING, Any

from glassnet.core import network
from glassnet.core.network import Pass

# A program that only predicts loads no more than core: rooms are entered when they are needed.
if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from numpy.typing import ArrayLike

    from glassnet.data import Stream
    from glassnet.explain import Ask
    from glassnet.training import Checkpoints, Event, History, Recorder


def fit(
    net: network.Network,
    X: ArrayLike,
    y: ArrayLike,
    *,
    progress: bool | None = None,
    threads: int | None = None,
    record: str | os.PathLike[str] | Recorder | None = None,
    record_every: int = 1,
    record_keep: int | None = None,
    checkpoint: str | os.PathLike[str] | Checkpoints | None = None,
    checkpoint_minutes: float = 10.0,
    resume: bool = False,
    **settings: Any,
) -> History:
    """Trains net in place and returns its History; everything else as `glassnet.training.fit`.

    Args:
        progress: True or False to show a bar or not; None shows one in a terminal or notebook.
        threads: how many BLAS uses; None takes one for small products and the machine's own
            number for large ones. Needs threadpoolctl (the extra `speed`).
        record: a folder to record the run in, every record_every-th step, of these the last
            record_keep or all; `Recording.open` reads it. A `Recorder` has both of its own.
        checkpoint: a folder to save the training in, at each epoch's end and every
            checkpoint_minutes. SIGTERM and Ctrl-C then save and end it after the step at hand;
            a second one ends it at once. What is to be said of it goes to stderr.
        resume: go on from what that folder holds; from the beginning where that is nothing.

    >>> import numpy as np
    >>> net = Network.dense([2, 8, 2], hidden="tanh", output="softmax")
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> run = fit(net, X, ["even", "odd", "odd", "even"], epochs=100, optimizer="lbfgs")
    >>> net.predict(X).tolist()
    ['even', 'odd', 'odd', 'even']
    """
    from glassnet import training
    from glassnet.runtime import machine

    threads = _threads(net, settings.get("batch_size", 32), threads)
    if record is not None:
        if not isinstance(record, training.Recorder):
            record = training.Recorder(record, record_every, record_keep)
        record.threads = threads
        settings["record"] = record
    if checkpoint is not None and not isinstance(checkpoint, training.Checkpoints):
        checkpoint = training.Checkpoints(
            checkpoint,
            checkpoint_minutes,
            machine=machine,
            say=lambda sentence: print(sentence, file=sys.stderr),
        )
    settings |= {"checkpoint": checkpoint, "resume": resume}
    return _to_its_end(partial(training.fit, net, X, y, **settings), threads, checkpoint, progress)


def fit_stream(
    net: network.Network,
    stream: Stream,
    *,
    progress: bool | None = None,
    threads: int | None = None,
    checkpoint: Checkpoints | None = None,
    **settings: Any,
) -> History:
    """As `fit`, on data that are larger than memory: see `glassnet.training.fit_stream`."""
    from glassnet import training

    threads = _threads(net, settings.get("batch_size", 32), threads)
    settings["checkpoint"] = checkpoint
    start = partial(training.fit_stream, net, stream, **settings)
    return _to_its_end(start, threads, checkpoint, progress)


def _threads(net: network.Network, batch: Any, threads: int | None) -> int | None:
    """How many threads BLAS uses, where nobody said it by the largest product's size."""
    from glassnet.runtime import threads_for

    largest = max(layer.n_in * layer.n_out for layer in net.dense_layers)
    if threads is None and isinstance(batch, Integral):  # training refuses any other
        return threads_for(int(batch) * largest)
    return threads


def _to_its_end(
    start: Callable[[], Generator[Event, None, None]],
    threads: int | None,
    checkpoint: Checkpoints | None,
    progress: bool | None,
) -> History:
    """Runs a training with its threads, its signals and its progress bar."""
    from glassnet.runtime import blas_threads, postponed
    from glassnet.training import History, TrainingEnd
    from glassnet.views.progress import progress_bar

    _show(History, "_repr_html_", "history_html")
    event: Event | None = None
    calm = nullcontext() if checkpoint is None else postponed(checkpoint.stop)
    with blas_threads(threads), calm:
        events = start()
        with progress_bar(progress) as show:
            try:
                for event in events:
                    show(event)
            except KeyboardInterrupt:
                # it came while the bar was drawn: the training keeps the best so far and ends,
                # as it does when one comes during its own work
                event = events.throw(KeyboardInterrupt())
    assert isinstance(event, TrainingEnd)
    return event.history


def load(path: str | os.PathLike[str]) -> Network:
    """The network in a model file; see `glassnet.exchange.load`."""
    from glassnet import exchange

    return exchange.load(path, Network)


def ask(net: network.Network, x: ArrayLike, y: ArrayLike, **settings: Any) -> Ask:
    """A pass of net whose every number can be asked for; see `glassnet.explain.Ask`.

    >>> net = Network.dense([1, 1], initializer="zeros", dtype="float64")
    >>> ask(net, [2.0], [3.0]).at("dW1[0,0]").substituted()
    '(−3)·2'
    """
    from glassnet.explain import Answer, Ask

    _show(Answer, "_repr_html_", "answer_html")
    _show(Answer, "_repr_latex_", "answer_display")
    return Ask(net, x, y, **settings)


def save(net: network.Network, path: str | os.PathLike[str]) -> None:
    """Writes the network to a model file; see `glassnet.exchange.save`."""
    from glassnet import exchange

    exchange.save(net, path)


def score(net: network.Network, X: Any, y: ArrayLike) -> float:
    """How well net predicts y from raw rows X: accuracy of labels, R² of numbers.

    See `glassnet.training.metrics.score`.
    """
    from glassnet.training import metrics

    return metrics.score(net, X, y)


def summary(net: network.Network) -> str:
    """The layers of net as a table: inputs, neurons, activation, biases, W, parameters."""
    from glassnet.views import network_text

    return network_text.network_text(net)


class Network(network.Network):
    __doc__ = network.Network.__doc__

    fit = fit
    score = score
    summary = summary
    save = save

    def _repr_html_(self) -> str:
        from glassnet.views import notebook

        return notebook.network_html(self)


def _show(kind: type, method: str, view: str) -> None:
    """Gives a class what notebooks ask it for; the view is loaded when one does."""

    def show(self: Any) -> str:
        from glassnet.views import notebook

        return getattr(notebook, view)(self)

    setattr(kind, method, show)


_show(Pass, "_repr_html_", "pass_html")
