"""The outermost room: a Network that saves, fits and shows itself, by what other rooms do."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.core import network
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import Count, FilePath, NotNegative, Positive, Seed
from glassnet.studio.notebook import Studio

# A program that only predicts loads no more than core: rooms are entered when they are needed.
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from glassnet.core.activations import Activation
    from glassnet.core.lbfgs import LBFGS
    from glassnet.core.optimizers import Optimizer
    from glassnet.core.schedules import Schedule
    from glassnet.data.images.distortion import Distortion
    from glassnet.explain import Ask
    from glassnet.training import Checkpoints, Conformal, History, Recorder
    from glassnet.training.settings import Callbacks, ClassWeight
    from glassnet.tutor.watching.watch import Watched


@door
def fit(
    net: network.Network,
    X: ArrayLike,
    y: ArrayLike,
    *,
    epochs: Count = 10,
    batch_size: Count = 32,
    optimizer: str | Mapping[str, Any] | Optimizer | LBFGS = "adam",
    learning_rate: Positive | None = None,
    keep_state: bool = False,
    schedule: str | Mapping[str, Any] | Schedule | None = None,
    validation: float | tuple[ArrayLike, ArrayLike] | None = None,
    early_stopping: Count | None = None,
    sample_weight: ArrayLike | None = None,
    class_weight: ClassWeight = None,
    clip_norm: Positive | None = None,
    clip_value: Positive | None = None,
    shuffle: bool = True,
    seed: Seed = 0,
    augment: Distortion | None = None,
    callbacks: Callbacks = (),
    progress: bool | None = None,
    threads: Count | None = None,
    record: FilePath | Recorder | None = None,
    record_every: Count = 1,
    record_keep: Count | None = None,
    checkpoint: FilePath | Checkpoints | None = None,
    checkpoint_minutes: Positive = 10.0,
    resume: bool = False,
    parallel: bool = False,
    shards: Count | None = None,
    compiled: bool | None = None,
) -> History:
    """Trains net in place, from where it stands, and returns the History of it.

    A network that was trained before, or loaded, goes on from there; its classes, preparation
    and target_scale stay as they are, and the rows must fit them.

    Args:
        net: the network; what it learns from the rows beside weights are its `classes`.
        X: rows, (N, n_in), raw where the network has a preparation (a table's rows then).
        y: their labels, whole numbers, strings or booleans, (N,); or numbers, (N,) or (N, n_out).
        epochs: how often each row is seen.
        batch_size: how many rows make an update.
        optimizer: by name ("adam", "sgd", ...), or as an object: `gn.Adam(beta1=0.8)`;
            "lbfgs" takes all rows at once, an iteration an epoch.
        learning_rate: of an optimizer that is given by its name.
        keep_state: an optimizer given as an object goes on from the updates that it has made.
        schedule: what the learning rate is multiplied by, update by update: a name or an object.
        validation: a share of the rows to hold back (of each class, by seed), or (X, y).
        early_stopping: ends after so many epochs without a lower validation loss; then, or
            when the epochs run out, the best epoch's parameters are taken back.
        sample_weight: (N,), what each row counts.
        class_weight: what a row counts by its label, as {"yes": 3.0}, 1 where that is not named;
            "balanced" counts each label alike, however few its rows are. The two multiply.
        clip_norm, clip_value: bounds of the gradient, of its length or of each entry.
        shuffle: a new order of the rows each epoch.
        seed: of the order, the held-back rows and dropout's masks: the same seed gives the
            same bits on the same machine.
        augment: `gn.Distortion(rotate=10, elastic=34)`: pictures are distorted so far at most, anew
            whenever a batch takes them; those to validate on are not.
        callbacks: functions, called with each event; one that returns "stop" ends training.
        progress: True or False to show a bar or not; None shows one in a terminal or notebook.
        threads: how many BLAS uses; None takes one for small products and the machine's own
            number for large ones. Where they cannot be set, stderr says so.
        record: a folder to record the run in, every record_every-th step, of these the last
            record_keep or all; `Recording.open` reads it. A `Recorder` has both of its own.
        checkpoint: a folder to save the training in, at each epoch's end and every
            checkpoint_minutes. SIGTERM and Ctrl-C then save and end it after the step at hand;
            a second one ends it at once. What is to be said of it goes to stderr.
        resume: go on from what that folder holds; from the beginning where that is nothing.
        parallel: let all ranks that mpiexec or srun started train together, each called with the
            same rows and settings; the result is that of one process, to rounding. Where none
            were started this process trains alone. Rank 0 alone shows, records and saves.
        shards: the gradient of a batch is summed from so many parts, in their order: the same
            bits on any number of ranks up to that, on machines alike.
        compiled: True trains by functions that numba compiles, which the extra `compiled` brings:
            faster, and with other last bits; False by NumPy. None takes them where they are there
            and the training is long, by its sizes half a minute or more by NumPy; stderr says so.

    Returns:
        Each epoch's figures, loss in nats or squared units, and how training ended: "finished",
        "early", "interrupted" (Ctrl-C loses nothing) or "diverged".

    Raises:
        InputError: for settings or arrays that make no sense, before anything is changed.

    >>> import numpy as np
    >>> net = Network.dense([2, 8, 2], hidden="tanh", output="softmax")
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> run = fit(net, X, ["even", "odd", "odd", "even"], epochs=100, optimizer="lbfgs")
    >>> net.predict(X).tolist()
    ['even', 'odd', 'odd', 'even']
    """
    from glassnet import training
    from glassnet.exchange.code.steps import steps_in_numbers
    from glassnet.jobs.threads_and_signals import (
        ByNumba,
        checkpoints_in,
        fitted,
        followed,
        team_of_all,
    )
    from glassnet.training.team import ALONE
    from glassnet.views.progress import progress_bar

    team = team_of_all() if parallel else ALONE
    say = partial(print, file=sys.stderr)
    if team.rank:
        say, progress = lambda *words: None, False
    if record is not None and not isinstance(record, training.Recorder):
        record = training.Recorder(record, record_every, record_keep)
    if checkpoint is not None and not isinstance(checkpoint, training.Checkpoints):
        checkpoint = checkpoints_in(checkpoint, checkpoint_minutes, resume, say)
    settings = training.Settings(
        epochs=epochs,
        batch_size=batch_size,
        optimizer=optimizer,
        learning_rate=learning_rate,
        keep_state=keep_state,
        schedule=schedule,
        validation=validation,
        early_stopping=early_stopping,
        class_weight=class_weight,
        clip_norm=clip_norm,
        clip_value=clip_value,
        shuffle=shuffle,
        seed=seed,
        augment=augment,
        callbacks=callbacks,
        record=record,
        checkpoint=checkpoint,
        resume=resume,
        team=team,
        shards=shards,
        in_numbers=steps_in_numbers,
        compiled=ByNumba(compiled, say),
        every_epoch=not (isinstance(callbacks, tuple | list) and not callbacks),
    )
    start = partial(training.fit_with, net, X, y, sample_weight, settings)
    with progress_bar(progress) as show:
        return followed(fitted(net, start, settings, threads, say), show)


@door
def load(
    path: FilePath,
    *,
    hidden: str | Mapping[str, Any] | Activation | Sequence[Any] | None = None,
    output: str | None = None,
    classes: ArrayLike | None = None,
) -> Network:
    """The network in a file: a model file, or another tool's .onnx, .keras, .h5 or safetensors.

    Args:
        path: a pickle is refused.
        hidden: of another tool's safetensors, which hold arrays by name, the activation between
            the layers, which no name tells: one for all, or a list of one each.
        output: of another tool's file that ends in sums, the activation of its outputs.
        classes: likewise, the labels of its outputs; several sums then go through softmax.

    Raises: InputError where there is no such file, or it holds no dense network.
    """
    from glassnet import exchange
    from glassnet.exchange.arrivals import Unsaid

    return exchange.load(path, Network, Unsaid(hidden, output, classes))


@door
def load_conformal(path: FilePath) -> Conformal:
    """What the network in a model file answers with a stated coverage; see `conformalize`.

    It is known by rows that training held back, whose scores `glassnet train --out` keeps.

    Raises: InputError where there is no such file, or it holds no scores.
    """
    from glassnet.jobs.open import open_model
    from glassnet.jobs.predict import conformal_of

    return conformal_of(open_model(os.fspath(path), Network))


@door
def from_torch(
    module: Any,
    *,
    hidden: str | None = None,
    output: str | None = None,
    classes: ArrayLike | None = None,
) -> Network:
    """A PyTorch module of Linear layers as a network of ours, that predicts the same.

    Args:
        hidden: the activation between Linear layers where the module's forward calls it; None to
            find it by the module's own outputs.
        output: "softmax" or "sigmoid" where the module ends in sums, as for CrossEntropyLoss.
        classes: the labels of its outputs; several sums then go through softmax.

    Raises: InputError where a part is none of a dense network's, or the outputs would differ.
    """
    from glassnet.exchange.arrivals import objects

    net = objects.from_torch(module, Network, hidden)
    objects.labelled(net, classes, output)
    return net


@door
def from_keras(
    model: Any, *, output: str | None = None, classes: ArrayLike | None = None
) -> Network:
    """A Keras model whose layers stand in one row as a network of ours, that predicts the same.

    Args: output, classes, as for `from_torch`.

    Raises: InputError where a layer is none of a dense network's, or the outputs would differ.
    """
    from glassnet.exchange.arrivals import objects

    net = objects.from_keras(model, Network)
    objects.labelled(net, classes, output)
    return net


@door
def from_sklearn(estimator: Any) -> Network:
    """A fitted MLPClassifier or MLPRegressor as a network of ours, that predicts the same.

    Args: estimator, alone, or last in a Pipeline behind a StandardScaler or MinMaxScaler, which
        becomes the network's preparation.

    Raises: InputError where it is something else, or is not fitted.
    """
    from glassnet.exchange.arrivals import objects

    return objects.from_sklearn(estimator, Network)


@door
def ask(
    net: network.Network,
    x: Any,
    y: Any,
    w: ArrayLike | None = None,
    *,
    prepared: bool = False,
    learning_rate: Positive | None = None,
    optimizer: str | Mapping[str, Any] | Optimizer | None = None,
    factor: NotNegative = 1.0,
    clip_norm: Positive | None = None,
    clip_value: Positive | None = None,
    rng: np.random.Generator | None = None,
    most_terms: int = 12,
) -> Ask:
    """A pass of net whose every number can be asked for; see `glassnet.explain.Ask`.

    Args:
        x, y: raw rows and their labels or numbers, as `predict` takes and answers them, or a
            single row and its own.
        w: sample weights, (B,).
        prepared: x and y are what the network itself meets: prepared rows, scaled targets, and
            of classes their indexes from 0 or rows of shares.
        optimizer: whose update new.W and new.b tell of; by default "sgd", plain gradient descent.
        learning_rate: of an optimizer that is not given as an object; by default its own, of
            "sgd" 0.1. The address learning_rate tells the one that was used.
        factor: the schedule's multiplier of the learning rate at this update.
        clip_norm, clip_value: the bounds of the gradient, as in training.
        rng: draws dropout's masks; without it nothing is dropped.
        most_terms: a sum of more terms is told by its largest, `rest.` and the address.

    >>> net = Network.dense([1, 1], initializer="zeros", dtype="float64")
    >>> ask(net, [2.0], [3.0]).at("dW1[0,0]").put_in()
    '(−3)·2'
    """
    from glassnet.explain import Ask, rows_to_ask

    if not prepared:
        x, y = rows_to_ask(net, x, y)
    return Ask(
        net,
        x,
        y,
        w,
        learning_rate=learning_rate,
        optimizer=optimizer,
        factor=factor,
        clip_norm=clip_norm,
        clip_value=clip_value,
        rng=rng,
        most_terms=most_terms,
    )


def watch() -> Watched:
    """Follows what a block trains; then `check()` judges it, and `network()` gives the network.

    The block runs once, in its place, to its end, and leaves what it would leave without this:
    variables, weights, prints, exceptions. Who was computed from what is noted in its first rounds.

    >>> import numpy as np
    >>> X, y = np.array([[0.2, 1.0], [0.7, -0.4], [-0.3, 0.5]]), np.array([[1.0], [0.0], [1.0]])
    >>> W, b = np.array([[0.3], [-0.6]]), np.array([0.1])
    >>> with watch() as seen:
    ...     for _ in range(20):
    ...         a = 1 / (1 + np.exp(-(X @ W + b)))
    ...         delta = (a - y) * a * (1 - a)
    ...         W -= 0.5 * X.T @ delta
    ...         b -= 0.5 * delta.sum(axis=0)
    >>> seen.check().verdict
    'right'
    >>> seen.network()
    Network(2-1: sigmoid; squared_error; 3 parameters, float64)
    """
    from glassnet.tutor.watching.watch import Watched

    return Watched(Network)


@door
def export(
    net: network.Network,
    path: FilePath,
    *,
    to: str | None = None,
    optimizer: str | Mapping[str, Any] | Optimizer | None = None,
) -> None:
    """Writes the network as code, as a page or as numbers, to live elsewhere.

    Args:
        path: the file; what must stand beside it has its name and another ending.
        to: "numpy", "python", "torch", "c", "html", "onnx", "csv" or "npz"; by default what the
            path ends in.
        optimizer: by which the written network goes on learning, where it can; "sgd" by default.

    Raises: InputError where a part of one's own has no formula to be written.

    >>> net = Network.dense([2, 3, 1], seed=0)
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export(net, f"{folder}/net.py", optimizer="adam")
    ...     "z1 = X @ W1.T + b1  # (B, 3)" in open(f"{folder}/net.py").read()
    True
    """
    from pathlib import Path

    from glassnet.core import optimizers
    from glassnet.jobs.export import export_network
    from glassnet.views.html.model_page import model_files

    rule = None if optimizer is None else optimizers.get(optimizer)
    export_network(net, Path(path), to, rule, model_files)


@door
def save(net: network.Network, path: FilePath) -> None:
    """Writes the network to a model file; see `glassnet.exchange.save`."""
    from glassnet import exchange

    exchange.save(net, path)


@door
def score(net: network.Network, X: Any, y: ArrayLike) -> float:
    """How well net predicts y from raw rows X: accuracy of labels, R² of numbers.

    See `glassnet.training.metrics.score`.
    """
    from glassnet.training import metrics

    return metrics.score(net, X, y)


@door
def summary(net: network.Network) -> str:
    """The layers of net as a table: inputs, neurons, activation, biases, W, parameters."""
    from glassnet.views.text import network as network_text

    return network_text.network_text(net)


class Network(network.Network):
    __doc__ = network.Network.__doc__

    fit = fit
    score = score
    summary = summary
    save = save
    play = Studio
