"""Training, by its door: settings and arrays are checked, and a run made of them."""

import math
from collections.abc import Generator, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from glassnet.core import optimizers, schedules
from glassnet.core.door.door import door
from glassnet.core.door.rules import Count, FilePath, Positive, Seed
from glassnet.core.errors import InputError, unknown
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network
from glassnet.core.optimizers import OPTIMIZERS, Optimizer, State
from glassnet.core.own.shapes import check_shapes
from glassnet.core.schedules import Schedule
from glassnet.training.events import Event
from glassnet.training.loop.descent import Descent
from glassnet.training.loop.lbfgs import Minimisation, refuse_what_has_no_effect
from glassnet.training.loop.run import Callbacks, Run
from glassnet.training.persist.checkpoints import Checkpoints, checkpoints_for
from glassnet.training.persist.recorder import Recorder, recorder_for, spec_of
from glassnet.training.persist.run_format import digest
from glassnet.training.rows import prepare_rows


@door
def fit(
    net: Network,
    X: ArrayLike,
    y: ArrayLike,
    *,
    epochs: Count = 10,
    batch_size: Count = 32,
    optimizer: str | Mapping[str, Any] | Optimizer | LBFGS = "adam",
    schedule: str | Mapping[str, Any] | Schedule | None = None,
    validation: float | tuple[ArrayLike, ArrayLike] | None = None,
    early_stopping: Count | None = None,
    sample_weight: ArrayLike | None = None,
    class_weight: Mapping[Any, float] | None = None,
    clip_norm: Positive | None = None,
    clip_value: Positive | None = None,
    shuffle: bool = True,
    seed: Seed = 0,
    callbacks: Callbacks = (),
    record: FilePath | Recorder | None = None,
    checkpoint: FilePath | Checkpoints | None = None,
    resume: bool = False,
) -> Generator[Event, None, None]:
    """Trains net, in place, and yields what happens: Progress, EpochEnd, at last TrainingEnd.

    Args:
        X, y: rows (N, n_in), raw where the network has a preparation, and their labels or
            numbers; labels may be any whole numbers or strings.
        epochs, batch_size: how often each row is seen, and how many rows make an update.
        optimizer: by name or as an object; L-BFGS takes all rows at once, an iteration an epoch,
            and with it neither dropout nor max_norm, clipping or a schedule.
        schedule: multiplies the optimizer's learning rate, update by update.
        validation: a share of the rows to hold back (stratified, by seed), or (X, y).
        early_stopping: ends after so many epochs without a lower validation loss; then, or
            when the epochs run out, the best epoch's parameters are taken back.
        sample_weight: (N,), of the rows; class_weight: by label. They multiply.
        clip_norm, clip_value: bounds of the gradient, of its length or of each entry.
        shuffle: a new order each epoch.
        seed: of the order, the held-back rows and dropout's masks: the same seed gives the
            same bits on the same machine.
        callbacks: called with each event; one that returns "stop" ends training.
        record: a folder, or a Recorder, to keep each step in; `Recording` reads it.
        checkpoint: a folder, or Checkpoints, to save the training in at each epoch's end and
            every ten minutes, so that it can go on after whatever ended it.
        resume: go on from the folder's newest usable checkpoint, to the same bits as without
            a break; from the beginning where it has none. net's own parameters give way.

    Raises:
        InputError: for settings or arrays that make no sense, or that are others than those
            of the checkpoint, before anything is changed.

    A loss that is not finite ends training; the parameters are those of the last check before
    it. KeyboardInterrupt ends it too: with validation the best epoch's parameters are kept,
    else the latest. `History.stopped` and `.message` say what happened.
    """
    if early_stopping is not None and validation is None:
        raise InputError("early stopping needs validation: give a share such as 0.1.")
    if isinstance(optimizer, str) and optimizer == LBFGS.name:
        optimizer = LBFGS()
    if isinstance(optimizer, str) and optimizer not in OPTIMIZERS:
        raise unknown("optimizer", optimizer, [*OPTIMIZERS, LBFGS.name])
    rule = optimizer if isinstance(optimizer, LBFGS) else optimizers.get(optimizer)
    rate = schedules.get(schedule)
    if isinstance(rule, LBFGS):
        refuse_what_has_no_effect(net, rate, clip_norm, clip_value)
    recorder, checkpoints = recorder_for(record), checkpoints_for(checkpoint, resume)
    if recorder is not None and checkpoints is not None:
        raise InputError("a recorded run cannot be resumed: record, or keep checkpoints.")
    split_rng, order_rng, mask_rng = generators(seed)
    net.check_at_rest("it cannot be trained within that, or beside it: train a copy")
    known = net.classes
    rows, held = prepare_rows(net, X, y, validation, sample_weight, class_weight, split_rng)
    try:
        check_shapes(net, rows.X, rows.y)
    except InputError:
        net.classes = known
        raise
    steps = epochs + 1  # L-BFGS's start, and its iterations
    if isinstance(rule, Optimizer):
        steps = epochs * math.ceil(len(rows) / batch_size)
        rate = rate.over(steps)
    settings = {
        "epochs": epochs,
        "batch_size": batch_size,
        "clip_norm": clip_norm,
        "clip_value": clip_value,
        "shuffle": shuffle,
        "seed": seed,
        "validation": "rows of their own" if isinstance(validation, tuple) else validation,
        "early_stopping": early_stopping,
        "sample_weight": sample_weight is not None,
        "class_weight": None if class_weight is None else list(class_weight.items()),
    }
    run = Run(net, held, epochs, early_stopping, callbacks, len(rows), recorder, checkpoints)
    state: State = {}
    if isinstance(rule, LBFGS):
        run.way = Minimisation(run, rows, rule)
    else:
        run.way = descent = Descent(
            run,
            rows,
            rule,
            rate,
            batch_size,
            order_rng if shuffle else None,
            mask_rng,
            clip_norm,
            clip_value,
        )
        state = descent.update.state
    try:
        if recorder is not None:
            recorder.start(net, rows, rule, state, rate, steps, settings)
        if checkpoints is not None:
            data = [None if part is None else digest(part, net.dtype) for part in (rows, held)]
            optimizer, schedule = spec_of(rule), spec_of(rate)
            network = net.spec()
            checkpoints.start(
                run,
                settings
                | {"network": network, "optimizer": optimizer, "schedule": schedule, "data": data},
            )
    except InputError:
        net.classes = known
        raise
    return run.events()


def generators(seed: int) -> list[np.random.Generator]:
    """What a training draws from: the held-back rows, the order and dropout's masks."""
    return [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(3)]
