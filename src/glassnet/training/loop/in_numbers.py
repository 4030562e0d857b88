"""Descent of a tiny network by steps of plain numbers, which are handed in by who can make them.

Where a network has a hundred numbers and a batch few rows, what a step costs is calls of NumPy and
what surrounds it. Here a function takes many steps at a time, from lists of numbers to lists of
numbers; between two of its calls theta and the rule's state stand in their arrays as ever. A step
that the function will not make, as its loss is not finite, is made by arrays.
"""

import time
from collections.abc import Callable, Generator, Iterable
from itertools import repeat
from typing import Any, Protocol

import numpy as np

from glassnet.core.network import Network
from glassnet.core.optimizers import Optimizer
from glassnet.core.schedules import Constant, Schedule
from glassnet.training.events import Event, Progress
from glassnet.training.loop.compiled.choice import PYTHON, is_tiny
from glassnet.training.loop.descent import KEEP_EVERY, TELL_EVERY, Descent
from glassnet.training.loop.fast_update import FastUpdate
from glassnet.training.loop.run import Run
from glassnet.training.rows import OnDemand, Rows

WORTH = 200  # steps that are planned: to write the function takes as long as a hundred of arrays

Steps = Callable[..., tuple[list[float], dict[str, list[float]], list[float]]]


class StepsInNumbers(Protocol):
    """Makes the function of a network's steps, or None where there is no formula for one.

    It is called with theta as a list, the arrays of the rule's state by name as lists, the batches
    (of each its rows; alone, the row itself), a learning rate for each, and the number of steps
    made so far. It returns theta, the state, and of each step made the loss.
    """

    def __call__(self, net: Network, rule: Optimizer, alone: bool) -> Steps | None: ...


def steps_for(run: Run, rows: Rows, rule: Optimizer) -> Steps | None:
    """The function for this training, where it pays: it goes by the settings, not by who looks."""
    settings = run.settings
    planned = settings.epochs * -(-len(rows) // settings.batch_size)
    if settings.in_numbers is None or planned < WORTH or not can_be_numbers(run, rows):
        return None
    return settings.in_numbers(run.net, rule, min(settings.batch_size, len(rows)) == 1)


def can_be_numbers(run: Run, rows: Rows) -> bool:
    """Whether the network is tiny, and nothing is asked for that goes by arrays."""
    settings, net = run.settings, run.net
    if not is_tiny(net, len(rows), settings.batch_size) or not net.n_learned:
        return False
    if isinstance(rows.X, OnDemand) or rows.w is not None or run.recorder is not None:
        return False
    if run.team.size > 1 or run.shards is not None or net.l1 or net.l2 or net.max_norm is not None:
        return False
    return settings.clip_norm is None and settings.clip_value is None


class InNumbers(Descent):
    """Descent whose steps a function of plain numbers makes, many at a time.

    Args: steps, the function; as for `Descent` else.
    """

    def __init__(
        self, run: Run, rows: Rows, rule: Optimizer, schedule: Schedule, steps: Steps
    ) -> None:
        super().__init__(run, rows, rule, schedule)
        run.history.path = PYTHON
        self.steps, self.alone = steps, min(self.size, len(rows)) == 1
        y = run.net.loss.targets(rows.y, run.net.n_out, run.net.dtype)
        self.lists = [(*x, *t) for x, t in zip(rows.X.tolist(), y.tolist(), strict=True)]

    def updates(self) -> FastUpdate:
        """With the rule's state as its paper has it."""
        net, rule = self.run.net, self.rule
        t, state = rule.t, {name: array.copy() for name, array in rule.state.items()}
        update = FastUpdate(rule, net.theta[: net.n_learned], net.grad[: net.n_learned])
        alike = all(array.shape == update.theta.shape for array in state.values())
        if self.run.settings.keep_state and t and alike:
            update.go_on(t, state)
        return update

    def epochs(self) -> Generator[Event, None, None]:
        """As `Descent`'s; where nobody asks for every epoch, those of one step by the hundred."""
        run = self.run
        several = len(self.rows) > self.size or run.held is not None or run.checkpoints is not None
        if several or run.settings.every_epoch or run.patience is not None:
            yield from super().epochs()
            return
        with self.update.bound():
            tell = time.perf_counter() + TELL_EVERY
            batch = self._batch(np.arange(len(self.rows)))
            while not run.over():
                run.rest()
                run.moving = True
                if not self._many(batch):
                    return
                run.moving = False
                if (now := time.perf_counter()) > tell:
                    tell = now + TELL_EVERY
                    done, last = len(run.history), run.history.epochs[-1]
                    speed = done * self.samples / max(last["seconds"], 1e-9)
                    yield Progress(
                        done, run.epochs, self.samples, self.samples, last["loss"], speed
                    )
            run.finish()

    def _many(self, batch: Any) -> bool:
        """Epochs of one step each, up to the next copy of the parameters."""
        run = self.run
        history = run.history
        if history.steps % KEEP_EVERY == 0:
            run.keep_safe()
        n = min(KEEP_EVERY - history.steps % KEEP_EVERY, run.epochs - len(history))
        rates, began = self._rates(n), time.perf_counter()
        losses = self._made(repeat(batch, n), rates)
        if (k := len(self.rows)) > 1:
            losses = [loss * k / k for loss in losses]  # the mean, as of a sum
        self._note(losses, rates, began)
        return len(losses) == n or self._by_arrays(rates[len(losses)])

    def _note(self, losses: Any, rates: Any, began: float) -> None:
        """The epochs since then, each of one step; there may be more rates than they are."""
        run, now = self.run, time.perf_counter()
        run.history.note(losses, rates[: len(losses)], began - run.began, now - run.began)

    def _by_arrays(self, rate: float) -> bool:
        """An epoch of one step that the function will not make; whether it went."""
        began = time.perf_counter()
        self.done, self.total, self.weight = 0, 0.0, 0.0
        if not self.quiet.run(Descent._stretch, self, float("inf")):
            return False
        self._note([self.loss], [rate], began)
        return True

    def _stretch(self, until: float) -> bool:
        run, n, size = self.run, len(self.rows), self.size
        while self.done < n:
            first, steps = self.done, run.history.steps
            if steps % KEEP_EVERY == 0:
                run.keep_safe()
            last = min(n, first + size * (KEEP_EVERY - steps % KEEP_EVERY))
            index = self.order.rows(first, last).tolist()
            cuts = range(0, len(index), size)
            batches = (self._batch(index[k : k + size]) for k in cuts)
            losses = self._made(batches, self._rates(len(cuts)))
            made = min(len(losses) * size, len(index))
            counts = [size] * (len(losses) - 1) + [made - size * (len(losses) - 1)]
            self.total += sum(loss * k for loss, k in zip(losses, counts, strict=False))
            self.weight += made
            self.done = first + made
            if len(losses) < len(cuts):
                return super()._stretch(until)
            if run.ending or run.stopping or time.perf_counter() > until:
                break
        return True

    def _batch(self, index: Iterable[int]) -> Any:
        rows = [self.lists[k] for k in index]
        return rows[0] if self.alone else rows

    def _rates(self, n: int) -> list[float]:
        """The learning rates of the next n steps."""
        rate, steps = self.rule.learning_rate, self.run.history.steps
        if isinstance(self.schedule, Constant):
            return [rate] * n
        return [rate * self.schedule(step) for step in range(steps, steps + n)]

    def _made(self, batches: Iterable[Any], rates: list[float]) -> list[float]:
        """Makes as many steps as there are rates; the loss of each that was made."""
        history, rule, theta = self.run.history, self.rule, self.run.net.theta
        arrays = self.update.state
        state = {name: array.tolist() for name, array in arrays.items()}
        now, kept, losses = self.steps(theta.tolist(), state, batches, rates, rule.t)
        theta[:] = now
        for name, values in kept.items():
            arrays[name][:] = values
        rule.t += len(losses)
        history.steps += len(losses)
        if losses:
            self.factor = self.schedule(history.steps - 1)
        return losses
