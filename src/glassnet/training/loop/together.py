"""Several networks of one form trained at once, each on rows of its own, as stacks of arrays.

A step of a small network is some thirty calls on small arrays, and most of its time is calling.
Here M networks take their steps side by side, one call for all of them:

    theta, grad     (M, P)              each network's own is a row
    W of a layer    (M, n_out, n_in)    views into theta
    x, z, a, delta  (M, B, n)           the k-th batch of each network's own rows
    z = a Wᵀ + b                        by one product of stacks
    update          of theta as one vector: an optimizer's rule is entry by entry

Nothing passes from one network to another, so that each becomes what it would have become alone
but for the last digits. A test holds that. What has no such form, as dropout or a bound of the
gradient's length, is trained network by network, an epoch of each in turn.
"""

import contextvars
import math
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core import schedules
from glassnet.core.activations import Softmax
from glassnet.core.layers import Dense
from glassnet.core.losses import Loss
from glassnet.core.network import Network, widths
from glassnet.core.optimizers import Optimizer
from glassnet.core.parts import as_written
from glassnet.training.events import EpochEnd, Event, History, TrainingEnd
from glassnet.training.loop.fast_pass import activate, deactivate
from glassnet.training.loop.fast_update import update_for
from glassnet.training.loop.fit import train_rows
from glassnet.training.rows import Rows
from glassnet.training.settings import Settings, generators, has_validation

Array = NDArray[Any]
Indices = NDArray[np.intp]
Call = Callable[[], Any]
LARGE = 2**22  # numbers of all activations of a step, beyond which nothing is gained


def fit_together(
    nets: Sequence[Network],
    rows: Rows,
    own: Sequence[Indices],
    settings: Settings,
    seeds: Sequence[int],
    length: int | None = None,
) -> Generator[Event, None, History]:
    """Trains networks of one form, in place, and yields each epoch's end, its loss their mean.

    Args:
        nets: of equal layers and losses; the penalty l2 of each is its own.
        rows: prepared; own: which of them each learns from. Who has fewer than another begins
            again at the front of its order, so that all make as many steps.
        settings: of all but the seed, which orders the rows. With shards each is trained by
            itself: not a bit of it hangs on how many there are.
        length: of the longest of them and of others that are trained elsewhere.

    Returns: the history, "diverged" where any of them was.
    """
    shards, settings = settings.shards, replace(settings, shards=None)
    if shards is None and goes_side_by_side(nets, rows, own, settings):
        yield from (history := Side(nets, rows, own, settings, seeds, length)).events()
        return history.history
    return (yield from _in_turn(nets, rows, own, settings, seeds))


def goes_side_by_side(
    nets: Sequence[Network], rows: Rows, own: Sequence[Indices], settings: Settings
) -> bool:
    """Whether the training has a form in which all go side by side."""
    first = nets[0]
    rule = settings.rule()
    plain = all(
        as_written(net) and as_written(net.loss) and net.max_norm is None and not net.l1
        and all(
            type(layer) is Dense and as_written(layer) and as_written(layer.activation)
            and not layer.frozen and layer.bias == "neuron"
            for layer in net.layers
        )
        for net in nets
    )  # fmt: skip
    own_settings = (
        settings.clip_norm, settings.clip_value, settings.record, settings.checkpoint,
        settings.early_stopping, settings.augment,
    )  # fmt: skip
    hidden = [layer.activation for layer in first.dense_layers[:-1]]
    step = len(nets) * min(settings.batch_size, max(map(len, own))) * sum(widths(first))
    return (
        plain
        and isinstance(rule, Optimizer)
        and as_written(rule)
        and not any(isinstance(f, Softmax) for f in hidden)
        and all(each is None for each in own_settings)
        and not has_validation(settings.validation)
        and not settings.keep_state
        and step <= LARGE
    )


def _in_turn(
    nets: Sequence[Network],
    rows: Rows,
    own: Sequence[Indices],
    settings: Settings,
    seeds: Sequence[int],
) -> Generator[Event, None, History]:
    """An epoch of each network in turn, each by a training of its own."""
    going = [
        train_rows(net, rows.take(index), None, replace(settings, seed=seed))
        for net, index, seed in zip(nets, own, seeds, strict=True)
    ]
    ended: list[History | None] = [None] * len(nets)
    history, began = History(), time.perf_counter()
    try:
        while None in ended:
            ends: list[EpochEnd] = []
            for m, events in enumerate(going):
                for event in events if ended[m] is None else ():
                    if isinstance(event, TrainingEnd):
                        ended[m] = event.history
                    elif isinstance(event, EpochEnd):
                        ends.append(event)
                        break
            if not ends:
                continue
            row = dict(ends[0].row) | {
                "loss": float(np.mean([end.row["loss"] for end in ends])),
                "seconds": time.perf_counter() - began,
            }
            history.epochs.append(row)
            samples, epoch = sum(end.samples for end in ends), int(row["epoch"])
            yield EpochEnd(epoch, ends[0].epochs, row, samples, _speed(history, samples))
    finally:
        for events in going:
            events.close()
    worst = next((h for h in ended if h and h.stopped in ("diverged", "interrupted")), ended[0])
    assert worst is not None
    history.steps, history.stopped, history.message = worst.steps, worst.stopped, worst.message
    return (yield from _end(history, began))


def _speed(history: History, samples: int) -> float:
    seconds = [float(row["seconds"]) for row in history.epochs[-2:]]
    return samples / max(seconds[-1] - (seconds[0] if len(seconds) > 1 else 0.0), 1e-9)


def _end(history: History, began: float) -> Generator[Event, None, History]:
    history.best_epoch, history.seconds = len(history), time.perf_counter() - began
    yield TrainingEnd(history)
    return history


class Side:
    """Networks side by side: their stack, and their steps through the epochs."""

    def __init__(
        self,
        nets: Sequence[Network],
        rows: Rows,
        own: Sequence[Indices],
        settings: Settings,
        seeds: Sequence[int],
        length: int | None = None,
    ) -> None:
        self.nets, self.own, self.settings = nets, own, settings
        self.history = History()
        self.theta = np.stack([net.theta for net in nets])  # (M, P)
        self.grad = np.zeros_like(self.theta)
        places = nets[0].split(np.arange(self.theta.shape[1]))
        self.weights = sum(place.size for name, place in places.items() if name[0] == "W")
        self.l2 = np.array([[net.l2] for net in nets], self.theta.dtype)
        self.shrink = np.empty_like(self.theta[:, : self.weights])
        self.length = max(map(len, own)) if length is None else length  # of an epoch
        size = min(settings.batch_size, self.length)
        self.steps = math.ceil(self.length / size)  # in an epoch
        self.sizes = [min(size, self.length - k * size) for k in range(self.steps)]
        self.passes = {B: Stacked(nets[0], self.theta, self.grad, rows, B) for B in {*self.sizes}}
        rule = settings.rule()
        assert isinstance(rule, Optimizer)
        self.rule = rule
        self.update = update_for(rule, self.theta.reshape(-1), self.grad.reshape(-1))
        self.rate = schedules.get(settings.schedule).over(settings.epochs * self.steps)
        # the same orders as in trainings of their own
        self.orders = [generators(seed)[1] for seed in seeds]

    def events(self) -> Generator[Event, None, History]:
        began, settings = time.perf_counter(), self.settings
        history, context = self.history, contextvars.copy_context()
        context.run(np.seterr, over="ignore", invalid="ignore", divide="ignore")
        safe = self.theta.copy()  # where one that diverges falls back to
        try:
            for epoch in range(1, settings.epochs + 1):
                loss = context.run(self.epoch)
                well = np.isfinite(loss)
                np.copyto(safe, self.theta, where=well[:, None])
                rate = self.rule.learning_rate * self.rate(history.steps - 1)
                seconds = time.perf_counter() - began
                row: dict[str, int | float] = {"epoch": epoch, "loss": float(loss.mean())}
                row |= {"learning_rate": rate, "seconds": seconds}
                history.epochs.append(row)
                samples = sum(map(len, self.own))
                event = EpochEnd(epoch, settings.epochs, row, samples, _speed(history, samples))
                for call in settings.callbacks:
                    call(event)
                yield event
                if not well.any():
                    break
        except KeyboardInterrupt:
            history.stopped = "interrupted"
            history.message = f"interrupted after {history.steps} steps."
        finally:
            bad = ~np.asarray(np.isfinite(self.theta).all(axis=1))
            self.theta[bad] = safe[bad]
            for net, theta in zip(self.nets, self.theta, strict=True):
                np.copyto(net.theta, theta)
        if bad.any():
            history.stopped = "diverged"
            history.message = (
                f"the loss of {bad.sum()} of {len(bad)} networks is not finite: use a smaller "
                f"learning rate (it was at most {self.rule.learning_rate:g}), or scale the "
                "inputs; their parameters are those of the last epoch before."
            )
        return (yield from _end(history, began))

    def epoch(self) -> Array:
        """Steps through each network's rows once; their mean losses, (M,)."""
        index, total = self.order(), np.zeros(len(self.nets))
        first, W = 0, self.weights
        for size in self.sizes:
            loss = self.passes[size](index[:, first : first + size])
            first += size
            if self.l2.any():
                np.multiply(self.theta[:, :W], self.l2, out=self.shrink)
                self.grad[:, :W] += self.shrink  # dW ← dW + l2 W
            self.update(self.rate(self.history.steps))
            self.history.steps += 1
            total += loss * size
        return total / self.length

    def order(self) -> Indices:
        """Which rows each goes through, (M, length)."""
        each: list[Indices] = []
        for index, rng in zip(self.own, self.orders, strict=True):
            drawn = self.settings.shuffle and len(index) > self.settings.batch_size
            order = index[rng.permutation(len(index))] if drawn else index
            each.append(np.resize(order, self.length))
        return np.stack(each)


class Stacked:
    """The pass of one batch size over M networks: fills grad, and gives their losses."""

    def __init__(self, net: Network, theta: Array, grad: Array, rows: Rows, size: int) -> None:
        M, dtype = len(theta), net.dtype
        self.rows, self.M, self.size = rows, M, size
        self.loss: Loss = net.loss
        self.f = net.dense_layers[-1].activation
        self.y = net.loss.targets(rows.y, net.n_out, dtype)  # (N, n_out)
        self.x = np.empty((M, size, net.n_in), dtype)
        self.calls: list[Call] = []
        self.back: list[Call] = []
        stack, gradient = _views(net, theta), _views(net, grad)
        ones = np.ones((1, size), dtype)
        x, passed = self.x, []
        last = len(net.dense_layers)
        for number, layer in enumerate(net.dense_layers, start=1):
            W, b = stack[f"W{number}"], stack[f"b{number}"]
            z = np.empty((M, size, layer.n_out), dtype)
            a = np.empty_like(z) if number < last else z
            self.calls.append(_product(x, W.transpose(0, 2, 1), z))  # z = x Wᵀ + b
            self.calls.append(_plus(z, b[:, None, :]))
            if number < last:
                self.calls += activate(layer.activation, z, a)
            passed.append((number, layer, x, z, a))
            x = a
        self.z = x
        self.delta = delta = np.empty_like(x)
        for number, _, x, _, _ in reversed(passed):
            dW, db = gradient[f"W{number}"], gradient[f"b{number}"]
            self.back.append(_product(delta.transpose(0, 2, 1), x, dW))  # dW = deltaᵀ x
            self.back.append(_product(ones, delta, db[:, None, :]))  # db = Σ delta
            if number > 1:
                _, before, _, z, a = passed[number - 2]
                da, below = np.empty_like(a), np.empty_like(a)
                self.back.append(_product(delta, stack[f"W{number}"], da))  # dx = delta W
                self.back += deactivate(before.activation, da, z, a, below)
                delta = below

    def __call__(self, index: Indices) -> Array:
        """Args: index, (M, B). Returns: (M,), each network's loss on its batch."""
        M, B, rows = self.M, self.size, self.rows
        rows.X.take(index, axis=0, out=self.x, mode="clip")
        y = self.y.take(index.reshape(-1), axis=0)
        for call in self.calls:
            call()
        z = self.z.reshape(M * B, -1)
        a = self.f.f(z)
        delta = self.loss.delta(z, a, y, self.f)
        sample = self.loss.sample(z, a, y).reshape(M, B)
        if rows.w is None:
            np.multiply(delta.reshape(self.delta.shape), 1 / B, out=self.delta)
            loss = sample.mean(axis=1)
        else:
            w = rows.w[index]
            share = w / np.maximum(w.sum(axis=1, keepdims=True), np.finfo(float).tiny)  # (M, B)
            by_row = share[:, :, None].astype(delta.dtype)
            np.multiply(delta.reshape(self.delta.shape), by_row, out=self.delta)
            loss = (share * sample).sum(axis=1)
        for call in self.back:
            call()
        return loss


def _views(net: Network, stack: Array) -> dict[str, Array]:
    """The parts W1, b1, ... of (M, P), theirs or their gradients, as views (M, *shape)."""
    found: dict[str, Array] = {}
    for name, places in net.split(np.arange(stack.shape[1])).items():
        first = int(places.flat[0])
        part = stack[:, first : first + places.size]
        found[name] = part.reshape(len(stack), *places.shape)
    return found


def _product(left: Array, right: Array, out: Array) -> Call:
    return lambda: np.matmul(left, right, out=out)


def _plus(z: Array, b: Array) -> Call:
    return lambda: np.add(z, b, out=z)
