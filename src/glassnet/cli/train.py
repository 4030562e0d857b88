"""`glassnet train`: from data to a trained network, and an honest figure of how good it is."""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from glassnet.cli.numbers import Whole, WholeOrNone
from glassnet.cli.sources import naming_lines


@naming_lines
def train(
    data: str,
    /,
    *,
    target: list[str] | None = None,
    header: bool | None = None,
    encoding: str | None = None,
    task: Literal["classes", "number"] | None = None,
    group: str | None = None,
    time: str | None = None,
    cv: WholeOrNone = None,
    search: WholeOrNone = None,
    report: Path | None = None,
    memory: str | None = None,
    from_: Annotated[Path | None, Parameter(name="--from")] = None,
    hidden: str | None = None,
    activation: str | None = None,
    loss: str | None = None,
    optimizer: str | None = None,
    learning_rate: float | None = None,
    schedule: str | None = None,
    epochs: WholeOrNone = None,
    batch_size: WholeOrNone = None,
    dropout: float | None = None,
    label_smoothing: float | None = None,
    l1: float | None = None,
    l2: float | None = None,
    clip_norm: float | None = None,
    initializer: str | None = None,
    dtype: str | None = None,
    seed: Whole = 0,
    validation: float | None = None,
    early_stopping: WholeOrNone = None,
    threads: WholeOrNone = None,
    out: Path | None = None,
    record: Path | None = None,
    every: WholeOrNone = None,
    keep: WholeOrNone = None,
    checkpoint: Path | None = None,
    checkpoint_minutes: float | None = None,
    resume: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Train a network and measure it on test data that training never saw.

    Parameters
    ----------
    data
        A table (CSV, Parquet, JSON lines), a folder with a folder of pictures a class, a folder
        of IDX files such as MNIST's, an .npz file, or a built-in set (digits, iris, moons, ...).
    target
        Of a table, the column to predict, by its name or number (-1 is the last); given more than
        once, several numbers.
    header
        Of a CSV, whether its first row holds the names; found out if not given.
    encoding
        Of a CSV, as utf-8, cp1252, latin-1 or shift_jis; found out or guessed if not given.
    task
        classes or number; found out if not given.
    group
        Of a table, a column: rows that have the same value are all trained on or all tested on.
    time
        Of a table, a column: the latest rows are those tested on.
    cv
        Cross-validate too, with so many folds.
    search
        Try so many settings on validation rows before the training, and take the best.
    report
        Write a page about the data, the training and the errors that are left.
    memory
        Of a table that is larger than memory, how much of it to use, with its unit, as 500MB, and
        above 200MB: the rows are read in blocks, epoch by epoch. Not with lbfgs.
    from_
        Go on from this model, on rows that have its columns and classes: network and preparation
        are the model's, the optimizer starts anew.
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
        Of the learning rate: one_cycle, cosine, exponential, step, warm_up or constant.
    epochs
        How often every row is seen.
    batch_size
        How many rows make an update.
    dropout
        The share of hidden activations dropped in training.
    label_smoothing
        Of the cross-entropies alone: how much of each target is spread over all classes.
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
        How many threads the matrix products run on, at most 1024; by default one, unless they are
        large.
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
    from time import perf_counter

    from glassnet.api import fit
    from glassnet.cli import before, onward
    from glassnet.cli import train_report as trained
    from glassnet.cli.output import say
    from glassnet.cli.sources import data_set, place_of
    from glassnet.cli.train_stream import train_streamed
    from glassnet.core.errors import InputError
    from glassnet.data import TableSet, split_train_test
    from glassnet.files.whole import is_kept
    from glassnet.runtime import machine
    from glassnet.training import Checkpoints
    from glassnet.training.persist.recorder import Recorder
    from glassnet.training.recipe import recipe

    before.check_files(out, report, data)
    before.check_counts(epochs, cv, threads, validation, checkpoint_minutes)
    before.check_memory(memory, optimizer)
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
    wanted = {
        "hidden": None if hidden is None else recipe.hidden_sizes(hidden),
        "activation": activation,
        "loss": loss,
        "optimizer": optimizer,
        "learning_rate": learning_rate,
        "schedule": schedule,
        "epochs": epochs,
        "batch_size": batch_size,
        "dropout": dropout,
        "label_smoothing": label_smoothing,
        "l1": l1,
        "l2": l2,
        "clip_norm": clip_norm,
        "initializer": initializer,
        "dtype": dtype,
        "seed": seed,
        "validation": validation,
        "early_stopping": early_stopping,
    }
    recipe.check_together(wanted)
    model = None
    if from_ is not None:
        anew = {"search": search, "cv": cv, "memory": memory, "record": record}
        model = onward.model_to_go_on_from(from_, wanted, anew)
    if memory is not None:
        odd = {"group": group, "time": time, "cv": cv, "search": search, "report": report,
               "record": record}  # fmt: skip
        for name, value in odd.items():
            if value is not None:
                raise InputError(f"--{name} needs all rows in memory: leave it or --memory out.")
        table = {"target": target, "header": header, "encoding": encoding, "task": task}
        return train_streamed(
            data,
            memory,
            table,
            wanted,
            threads=threads,
            checkpoints=checkpoints,
            out=out,
            json=json,
        )
    by_table = {"target": target, "header": header, "task": task, "group": group, "time": time}
    by_table |= {"encoding": encoding} if encoding else {}
    if model is None:
        dataset = data_set(data, **by_table)
    else:
        dataset = data_set(data, model.shape(), **by_table | model.of_a_table(task, target))
        model.check(dataset)
    parts = split_train_test(dataset)
    before.check_folds(dataset, cv)
    before.check_validation(validation, len(parts.y))
    preparation: Any = dataset.learn(parts.X) if model is None else model.net.preparation
    table = isinstance(dataset, TableSet)
    if model is not None:
        for line in () if json else model.said(dataset):
            say(line)
    elif table and not json:
        trained.say_table(dataset, preparation)
    inputs = preparation.n_inputs if model is None else model.net.n_in
    settings = recipe.recipe_for(dataset, inputs=inputs, **wanted)
    if model is None:
        outputs = len(set(parts.y.tolist())) if dataset.task == "classes" else parts.y[0].size
        before.check_size(inputs, settings.hidden, outputs, settings.dtype)
    found = None
    if search is not None:
        found = trained.searched(dataset, parts, search, settings)
        settings = found.recipe
    if model is None:
        net, _ = recipe.prepare(dataset, settings, preparation, parts)
    else:
        net, settings = model.net, model.recipe(settings)
    before.check_network(net, out)
    if recorder is not None:
        recorder.source = {"data": place_of(data), "test": dataset.test_rows, "split_seed": 0}
        if table:
            recorder.source["table"] = by_table
    fitting = recipe.fit_settings(settings)
    X, y = parts.X, parts.y
    if validation is not None:
        X, y, fitting["validation"] = trained.held_back(dataset, parts, validation, seed)
    began = perf_counter()
    history = fit(net, X, y, threads=threads, record=recorder, checkpoint=checkpoints, **fitting)
    if not json:
        for line in ([] if table else [repr(dataset)]) + [settings.shown(), repr(net)]:
            say(line)
    done = trained.Trained(dataset, net, parts, settings, history, perf_counter() - began, from_)
    if history.stopped == "diverged" or (out is not None and is_kept(out)):
        # first of all: what comes now may be interrupted; through a pipe it goes once
        done.save(out)
    if history.stopped != "diverged":
        done.measure(fitting)
        done.save(out)
        if cv is not None:
            done.cross_validate(cv)
        if report is not None:
            done.write_report(report)
    done.tell(
        json,
        found,
        model=out,
        run=record,
        checkpoint=checkpoint,
        report=report,
    )
    if found is not None and not json:
        from glassnet.views.text.search import search_text

        print(search_text(found))
    if history.stopped == "diverged" and json:
        say(f"glassnet: {history.message}")
    return trained.status(history)
