"""Training: seeded mini-batches, validation, early stopping, and an end that loses nothing."""

import contextvars
import math
import os
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core import optimizers, schedules
from glassnet.core.errors import InputError
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network
from glassnet.core.optimizers import Optimizer
from glassnet.core.schedules import Schedule
from glassnet.training.events import EpochEnd, Event, History, Progress, TrainingEnd
from glassnet.training.order import Order
from glassnet.training.plan import Plan
from glassnet.training.recorder import Recorder, recorder_for
from glassnet.training.rows import Rows, measure, prepare_rows

TELL_EVERY = 0.1  # seconds between two events within an epoch
KEEP_EVERY = 100  # steps between two copies of the parameters that a divergence falls back to

Callback = Callable[[Event], Any]


def fit(
    net: Network,
    X: ArrayLike,
    y: ArrayLike,
    *,
    epochs: int = 10,
    batch_size: int = 32,
    optimizer: str | Mapping[str, Any] | Optimizer | LBFGS = "adam",
    schedule: str | Mapping[str, Any] | Schedule | None = None,
    validation: float | tuple[ArrayLike, ArrayLike] | None = None,
    early_stopping: int | None = None,
    sample_weight: ArrayLike | None = None,
    class_weight: Mapping[Any, float] | None = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    shuffle: bool = True,
    seed: int = 0,
    callbacks: Iterable[Callback] = (),
    record: str | os.PathLike[str] | Recorder | None = None,
) -> Generator[Event, None, None]:
    """Trains net, in place, and yields what happens: Progress, EpochEnd, at last TrainingEnd.

    Args:
        X, y: rows (N, n_in), raw where the network has a preparation, and their labels or
            numbers; labels may be any whole numbers or strings.
        epochs, batch_size: how often each row is seen, and how many rows make an update.
        optimizer: by name or as an object; L-BFGS takes all rows at once, an iteration an epoch.
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

    Raises:
        InputError: for settings or arrays that make no sense, before anything is changed.

    A loss that is not finite ends training; the parameters are those of the last check before
    it. KeyboardInterrupt ends it too: with validation the best epoch's parameters are kept,
    else the latest. `History.stopped` and `.message` say what happened.
    """
    epochs, batch_size = _whole("epochs", epochs), _whole("batch_size", batch_size)
    if early_stopping is not None:
        early_stopping = _whole("early_stopping", early_stopping)
        if validation is None:
            raise InputError("early stopping needs validation: give a share such as 0.1.")
    for name, limit in (("clip_norm", clip_norm), ("clip_value", clip_value)):
        if limit is not None and not limit > 0:
            raise InputError(f"{name} is {limit}: give a number above 0.")
    seed = _whole("seed", seed, least=0)
    if optimizer == LBFGS.name:
        optimizer = LBFGS()
    rule = optimizer if isinstance(optimizer, LBFGS) else optimizers.get(optimizer)
    rate = schedules.get(schedule)
    recorder = recorder_for(record)
    split_rng, order_rng, mask_rng = generators(seed)
    known = net.classes
    rows, held = prepare_rows(net, X, y, validation, sample_weight, class_weight, split_rng)
    steps = epochs + 1  # L-BFGS's start, and its iterations
    if isinstance(rule, Optimizer):
        steps = epochs * math.ceil(len(rows) / batch_size)
        rate = rate.over(steps)
        rule.start(net.theta[: net.n_learned])
    if recorder is not None:
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
        try:
            recorder.start(net, rows, rule, rate, steps, settings)
        except InputError:
            net.classes = known
            raise
    run = _Run(net, held, epochs, early_stopping, list(callbacks), len(rows), recorder)
    if isinstance(rule, LBFGS):
        return run.events(_lbfgs_epochs(run, rows, rule))
    order_rng = order_rng if shuffle else None
    descent = _Descent(
        run, rows, rule, rate, batch_size, order_rng, mask_rng, clip_norm, clip_value
    )
    return run.events(_sgd_epochs(run, descent))


def generators(seed: int) -> list[np.random.Generator]:
    """What a training draws from: the held-back rows, the order and dropout's masks."""
    return [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(3)]


def around_update(
    net: Network, clip_norm: float | None, clip_value: float | None
) -> tuple[list[Callable[[], Any]], list[Callable[[], Any]]]:
    """What stands between gradient and update, penalty and clipping, and what follows it."""
    before: list[Callable[[], Any]] = []
    grad = net.grad[: net.n_learned]
    if net.l1 or net.l2:
        before.append(net.penalize)
    if clip_norm is not None:
        before.append(partial(optimizers.clip_by_norm, grad, clip_norm))
    if clip_value is not None:
        before.append(partial(optimizers.clip_by_value, grad, clip_value))
    return before, [net.constrain] if net.max_norm is not None else []


class _Run:
    """What every training shares: validation, the best so far, and the ways it can end."""

    def __init__(
        self,
        net: Network,
        held: Rows | None,
        epochs: int,
        patience: int | None,
        callbacks: list[Callback],
        samples: int,
        recorder: Recorder | None,
    ) -> None:
        self.net, self.held, self.epochs = net, held, epochs
        self.recorder = recorder
        self.patience, self.callbacks, self.samples = patience, callbacks, samples
        self.history = History()
        self.best_loss, self.best = math.inf, net.theta.copy()
        self.safe, self.safe_step = net.theta.copy(), 0  # where a divergence falls back to
        self.began = time.perf_counter()

    def keep_safe(self) -> None:
        np.copyto(self.safe, self.net.theta)
        self.safe_step = self.history.steps

    def events(self, epochs: Generator[Event, None, None]) -> Generator[Event, None, None]:
        """Runs the epochs to an end of whatever kind, and tells it."""
        history = self.history
        try:
            for event in epochs:
                stop = False
                for call in self.callbacks:
                    stop |= call(event) == "stop"
                yield event
                if stop:
                    history.stopped, history.message = "early", "a callback asked to stop."
                    break
        except KeyboardInterrupt:
            self._interrupted()
        except GeneratorExit:
            self._interrupted()
            raise
        except Exception as error:
            history.stopped = "interrupted"
            history.message = f"broken off after {history.steps} steps: {type(error).__name__}."
            raise
        finally:
            epochs.close()
            history.seconds = time.perf_counter() - self.began
            if self.held is None:
                history.best_epoch = len(history)
            if self.recorder is not None:
                self.keep_end()
                self.recorder.finish(history)
        end = TrainingEnd(history)
        for call in self.callbacks:
            call(end)
        yield end

    def _interrupted(self) -> None:
        self.history.stopped = "interrupted"
        self.history.message = f"interrupted after {self.history.steps} steps."
        self.restore_best()

    def keep_end(self) -> None:
        if self.recorder is not None:
            self.recorder.end(self.history.steps)

    def restore_best(self) -> None:
        self.keep_end()
        if self.held is not None and self.history.best_epoch:
            np.copyto(self.net.theta, self.best)
            self.history.restored = True

    def end_epoch(self, epoch: int, loss: float, rate: float | None) -> EpochEnd:
        row: dict[str, Any] = {"epoch": epoch, "loss": loss}
        if self.held is not None:
            row |= {f"val_{name}": v for name, v in measure(self.net, self.held).items()}
            if row["val_loss"] < self.best_loss:
                self.best_loss, self.history.best_epoch = row["val_loss"], epoch
                np.copyto(self.best, self.net.theta)
        if rate is not None:
            row["learning_rate"] = rate
        before = self.history.epochs[-1]["seconds"] if self.history.epochs else 0.0
        row["seconds"] = time.perf_counter() - self.began
        self.history.epochs.append(row)
        speed = self.samples / max(row["seconds"] - before, 1e-9)
        return EpochEnd(epoch, self.epochs, row, self.samples, speed)

    def out_of_patience(self, epoch: int) -> bool:
        if self.patience is None or epoch - self.history.best_epoch < self.patience:
            return False
        self.history.stopped = "early"
        self.history.message = (
            f"no lower validation loss for {self.patience} epochs: the parameters are those of "
            f"epoch {self.history.best_epoch}."
        )
        return True

    def diverged(self, step: int, x: NDArray[Any], what: str, remedy: str) -> None:
        """Says where it began, and takes the parameters before it back."""
        where = _first_not_finite(self.net, x)
        np.copyto(self.net.theta, self.safe)
        self.history.stopped, self.history.restored = "diverged", False
        self.history.message = (
            f"the loss became {what} at step {step}, first in {where}: {remedy}; the parameters "
            f"of step {self.safe_step} are kept."
        )


class _Descent:
    """Mini-batch steps on given rows: gradient, penalty, clipping, update.

    `stretch` goes on to the end of the epoch or until it is time to tell how far it is.
    """

    def __init__(
        self,
        run: _Run,
        rows: Rows,
        rule: Optimizer,
        schedule: Schedule,
        batch_size: int,
        order_rng: np.random.Generator | None,
        mask_rng: np.random.Generator,
        clip_norm: float | None,
        clip_value: float | None,
    ) -> None:
        net = run.net
        self.run, self.rows, self.rule, self.schedule = run, rows, rule, schedule
        self.size, self.order_rng, self.mask_rng = batch_size, order_rng, mask_rng
        self.learned, self.grad = net.theta[: net.n_learned], net.grad[: net.n_learned]
        self.before_update, self.after_update = around_update(net, clip_norm, clip_value)
        # by batch size: the last batch of an epoch may be shorter
        self.plans: dict[int, Callable[[NDArray[Any], np.random.Generator], float]] = {}
        self.order = Order(len(rows), None)
        self.done, self.total, self.weight, self.factor = 0, 0.0, 0.0, 1.0
        # a divergence overflows, and is told as one: NumPy need not warn of it
        self.quiet = contextvars.copy_context()
        self.quiet.run(np.seterr, over="ignore", invalid="ignore", divide="ignore")

    def start_epoch(self) -> None:
        self.done, self.total, self.weight = 0, 0.0, 0.0
        if self.order_rng is not None and len(self.rows) > self.size:
            # in a single batch the order would change nothing
            self.order = Order(len(self.rows), self.order_rng)

    @property
    def loss(self) -> float:
        """The mean over the epoch's samples so far."""
        return self.total / self.weight if self.weight else 0.0

    def stretch(self, until: float) -> bool:
        """Steps until the epoch or the time is over; whether it went without divergence."""
        return self.quiet.run(self._stretch, until)

    def _stretch(self, until: float) -> bool:
        run, rows, order, plans, size = self.run, self.rows, self.order, self.plans, self.size
        history, learned, grad = run.history, self.learned, self.grad
        for first in range(self.done, len(rows), size):
            index = order.rows(first, first + size)
            counts = len(index) if rows.w is None else float(rows.w[index].sum())
            self.done = first + len(index)
            if not counts:
                continue  # rows of no weight: nothing to learn from
            if history.steps % KEEP_EVERY == 0:
                run.keep_safe()
            plan = plans.get(len(index))
            if plan is None:
                plan = Plan(run.net, rows.X, rows.y, rows.w, len(index))
                if run.recorder is not None:
                    plan = run.recorder.watch(plan)
                plans[len(index)] = plan
            loss = plan(index, self.mask_rng)
            if not math.isfinite(loss):
                self._diverged(loss, index)
                return False
            for call in self.before_update:
                call()
            self.factor = self.schedule(history.steps)
            self.rule.step(learned, grad, self.factor)
            for call in self.after_update:
                call()
            history.steps += 1
            self.total += loss * counts
            self.weight += counts
            if time.perf_counter() > until:
                break
        return True

    def _diverged(self, loss: float, index: NDArray[np.intp]) -> None:
        self.run.diverged(
            self.run.history.steps + 1,
            self.rows.X[index],
            "NaN" if math.isnan(loss) else "infinite",
            f"use a smaller learning rate (it was {self.rule.learning_rate * self.factor:g}), "
            "scale the inputs, or set clip_norm",
        )


def _sgd_epochs(run: _Run, descent: _Descent) -> Generator[Event, None, None]:
    n = len(descent.rows)
    for epoch in range(1, run.epochs + 1):
        descent.start_epoch()
        since = time.perf_counter()
        tell = since + TELL_EVERY
        while descent.done < n:
            if not descent.stretch(tell):
                return
            now = time.perf_counter()
            if now > tell:
                tell = now + TELL_EVERY
                speed = descent.done / (now - since)
                yield Progress(epoch, run.epochs, descent.done, n, descent.loss, speed)
        yield run.end_epoch(epoch, descent.loss, descent.rule.learning_rate * descent.factor)
        if run.out_of_patience(epoch):
            break
    if run.patience is not None:
        run.restore_best()


def _lbfgs_epochs(run: _Run, rows: Rows, rule: LBFGS) -> Generator[Event, None, None]:
    net, history = run.net, run.history
    learned, grad = net.theta[: net.n_learned], net.grad[: net.n_learned]

    def closure(theta: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        learned[...] = theta
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return net.gradient(rows.X, rows.y, rows.w), grad

    for at in rule.iterate(closure, learned.copy(), run.epochs):
        if not math.isfinite(at.value):
            if run.recorder is not None:
                run.recorder.iterate(at.iterations, at.value)
            run.diverged(at.iterations, rows.X, "not finite", "scale the inputs or start smaller")
            return
        learned[...] = at.theta
        if run.recorder is not None:
            run.recorder.iterate(at.iterations, at.value - net.penalty())
        if at.iterations > len(history):
            history.steps = at.iterations
            yield run.end_epoch(at.iterations, at.value - net.penalty(), None)
            if run.out_of_patience(at.iterations):
                break
        history.message = _ENDS.get(at.reason, "")
    if run.patience is not None:
        run.restore_best()


_ENDS = {
    "gradient": "the gradient vanished: a minimum.",
    "no descent": "no step lowers the loss any further.",
}


def _first_not_finite(net: Network, x: NDArray[Any]) -> str:
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        p = net.forward(x)
    for number, step in enumerate(p.dense, start=1):
        if not np.isfinite(step.layer.W).all():
            return f"the weights of layer {number}"
        if not np.isfinite(step.layer.b).all():
            return f"the biases of layer {number}"
        if not np.isfinite(step.z).all():
            return f"the weighted sums of layer {number}"
        if not np.isfinite(step.a).all():
            return f"the activations of layer {number}"
    return f"the loss of the activations of layer {len(p.dense)}"


def _whole(name: str, value: Any, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise InputError(f"{name} is {value!r}: give a whole number from {least} up.")
    return int(value)
