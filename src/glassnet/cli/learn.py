"""`glassnet train`: from data to a trained network, and an honest figure of how good it is."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def train(
    data: str,
    /,
    *,
    hidden: str | None = None,
    activation: str | None = None,
    loss: str | None = None,
    optimizer: str | None = None,
    learning_rate: float | None = None,
    schedule: str | None = None,
    epochs: int | None = None,
    batch_size: int | None = None,
    dropout: float | None = None,
    label_smoothing: float | None = None,
    l1: float | None = None,
    l2: float | None = None,
    clip_norm: float | None = None,
    initializer: str | None = None,
    dtype: str | None = None,
    seed: int = 0,
    validation: float | None = None,
    early_stopping: int | None = None,
    threads: int | None = None,
    out: Path | None = None,
    record: Path | None = None,
    every: int | None = None,
    keep: int | None = None,
    checkpoint: Path | None = None,
    checkpoint_minutes: float | None = None,
    resume: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Train a network and measure it on test data that training never saw.

    Parameters
    ----------
    data
        A built-in set (digits, iris, moons, ...) or a folder of IDX files such as MNIST's.
    hidden
        Sizes of the hidden layers, as 64,32; none for no hidden layer.
    activation
        Of the hidden layers: relu, tanh, sigmoid, gelu, ...
    loss
        cross_entropy, binary_cross_entropy, squared_error, absolute_error or huber.
    optimizer
        adam, adamw, amsgrad, sgd, momentum, nesterov, rmsprop, adagrad, or lbfgs, which takes
        all rows at once.
    learning_rate
        The optimizer's learning rate, at its highest point.
    schedule
        Of the learning rate: one_cycle, cosine, exponential or constant.
    epochs
        How often every row is seen.
    batch_size
        How many rows make an update.
    dropout
        The share of hidden activations dropped in training.
    label_smoothing
        Of the cross-entropies: how much of each target is spread over all classes.
    l1
        The penalty l1 Σ|W|.
    l2
        The penalty ½ l2 Σ W².
    clip_norm
        The longest gradient that is used as it is.
    initializer
        Of the weights: he_normal, glorot_uniform, ...
    dtype
        float32 or float64.
    seed
        Of the initial weights, the order of the rows and dropout; the test split stays.
    validation
        The share of the training rows to validate on after each epoch.
    early_stopping
        Stop after so many epochs without a lower validation loss (validation 0.1 if not given).
    threads
        How many threads the matrix products run on; by default one, unless they are large.
    out
        Write the model to this file.
    record
        Record the run in this folder: each step can be seen, and made, again.
    every
        A number K: record every K-th step alone, and the first and the last.
    keep
        A number N: of the recorded steps keep the last N alone.
    checkpoint
        Save the training in this folder as it goes, at each epoch's end and when it is ended.
    checkpoint_minutes
        How many minutes pass between two saves within an epoch, at most; 10 if not given.
    resume
        Go on from the checkpoint, to the same bits as a training without a break.
    json
        Print one JSON document.
    """
    import time

    from glassnet.api import fit
    from glassnet.cli.output import print_json, say
    from glassnet.core.errors import InputError
    from glassnet.data import NAMES, load_data
    from glassnet.exchange import check_folder, save
    from glassnet.runtime import machine
    from glassnet.training import Checkpoints, recipe
    from glassnet.training.recorder import Recorder

    if out is not None:
        check_folder(out)
    if threads is not None and threads < 1:
        raise InputError(f"threads is {threads}: give a whole number from 1 up.")
    if seed < 0:
        raise InputError(f"seed is {seed}: give a whole number from 0 up.")
    if record is None and (every is not None or keep is not None):
        raise InputError("--every and --keep say what to record: give --record RUN too.")
    recorder = None
    if record is not None:
        recorder = Recorder(record, 1 if every is None else every, keep, say=say)
        recorder.check()
    if checkpoint is None and (resume or checkpoint_minutes is not None):
        raise InputError("--resume and --checkpoint-minutes go with --checkpoint DIR: give it too.")
    checkpoints = None
    if checkpoint is not None:
        minutes = 10.0 if checkpoint_minutes is None else checkpoint_minutes
        checkpoints = Checkpoints(checkpoint, minutes, resume=resume, machine=machine, say=say)
        checkpoints.check()
    if early_stopping is not None and validation is None:
        validation = 0.1
    dataset = load_data(data)
    settings = recipe.recipe_for(
        dataset,
        hidden=None if hidden is None else recipe.hidden_sizes(hidden),
        activation=activation,
        loss=loss,
        optimizer=optimizer,
        learning_rate=learning_rate,
        schedule=schedule,
        epochs=epochs,
        batch_size=batch_size,
        dropout=dropout,
        label_smoothing=label_smoothing,
        l1=l1,
        l2=l2,
        clip_norm=clip_norm,
        initializer=initializer,
        dtype=dtype,
        seed=seed,
        validation=validation,
        early_stopping=early_stopping,
    )
    net, parts = recipe.prepare(dataset, settings)
    if recorder is not None:
        place = data if data in NAMES else str(Path(data).absolute())
        recorder.source = {"data": place, "test": dataset.test_rows, "split_seed": 0}
    began = time.perf_counter()
    history = fit(
        net,
        parts.X,
        parts.y,
        threads=threads,
        record=recorder,
        checkpoint=checkpoints,
        **recipe.fit_settings(settings),
    )
    seconds = time.perf_counter() - began
    if not json:
        say(f"{dataset!r}")
        say(f"{net!r}")
    about = {
        "data": dataset.name,
        "task": dataset.task,
        "image_shape": dataset.image_shape,
        "features": list(dataset.features) if dataset.image_shape is None else None,
        "test": {"which": dataset.test_rows, "split_seed": 0},
        "train_rows": len(parts.X),
        "test_rows": len(parts.X_test),
        "seed": seed,
        "epochs": len(history),
        "stopped": history.stopped,
        "metrics": None,
    }
    if out is not None:
        save(net, out, about)  # first of all: what comes now may be interrupted
    metrics = recipe.score(net, parts.X_test, parts.y_test)
    if out is not None:
        save(net, out, {**about, "metrics": metrics})
    if json:
        print_json(
            {
                "metrics": metrics,
                "seconds": seconds,
                "data": dataset.name,
                "test": dataset.test_rows,
                "train_rows": len(parts.X),
                "test_rows": len(parts.X_test),
                "epochs": len(history),
                "steps": history.steps,
                "stopped": history.stopped,
                "message": history.message,
                "settings": {**vars(settings)},
                "model": None if out is None else str(out),
                "run": None if record is None else str(record),
                "checkpoint": None if checkpoint is None else str(checkpoint),
                "history": history.epochs,
            }
        )
    else:
        name, figure = next(iter(metrics.items()))
        shown_figure = f"{100 * figure:.2f} %" if name == "accuracy" else f"{figure:.4f}"
        print(
            f"{name} {shown_figure} on {len(parts.X_test):,} test rows ({dataset.test_rows}), "
            f"after {len(history)} epochs in {seconds:.1f} s"
        )
        if history.message:
            print(history.message)
        if out is not None:
            print(f"model: {out}")
        if record is not None:
            print(f"run: {record}")
    if history.stopped == "diverged":
        if json:
            say(f"glassnet: {history.message}")
        return 1
    return 130 if history.stopped == "interrupted" else 0
