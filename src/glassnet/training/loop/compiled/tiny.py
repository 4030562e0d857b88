"""Descent of a tiny network by compiled steps of plain numbers, thousands at a call."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.core.activations import Array
from glassnet.core.network import Network
from glassnet.core.optimizers import Optimizer
from glassnet.core.schedules import Constant, Schedule
from glassnet.training.loop.compiled.choice import COMPILED
from glassnet.training.loop.descent import KEEP_EVERY, Descent
from glassnet.training.loop.in_numbers import InNumbers, can_be_numbers
from glassnet.training.loop.run import Run
from glassnet.training.rows import Rows

AT_ONCE = 10_000_000  # numbers times rows of what one call goes through: some ten milliseconds

CompiledSteps = Callable[..., int]


class InCompiledNumbers(InNumbers):
    """As `InNumbers`, by a compiled function on arrays of float64.

    Args: steps, as `exchange.code.steps.text_to_compile` tells it.
    """

    def __init__(
        self, run: Run, rows: Rows, rule: Optimizer, schedule: Schedule, steps: CompiledSteps
    ) -> None:
        super().__init__(run, rows, rule, schedule, _none)
        run.history.path = COMPILED
        self.compiled = steps
        self.table = np.array(self.lists, np.float64)
        self.all = np.arange(len(rows))
        batch = min(self.size, len(rows))
        self.most = max(KEEP_EVERY, AT_ONCE // (run.net.theta.size * batch))
        net: Network = run.net
        self.theta, self.safe = np.empty(net.theta.size), np.empty(net.theta.size)
        self.state_now = np.empty((len(self.update.state), net.n_learned))

    def _many(self, batch: Any) -> bool:
        run = self.run
        n = min(self.most, run.epochs - len(run.history))
        rates, began = self._rates_now(n), time.perf_counter()
        losses = self._went(self.all, True, rates)
        self._note(losses, rates, began)
        return len(losses) == n or self._by_arrays(float(rates[len(losses)]))

    def _stretch(self, until: float) -> bool:
        run, n, size = self.run, len(self.rows), self.size
        while self.done < n:
            first = self.done
            last = min(n, first + size * self.most)
            index = np.asarray(self.order.rows(first, last))
            steps = -(-len(index) // size)
            losses = self._went(index, False, self._rates_now(steps))
            counts = np.full(len(losses), size)
            if len(losses) == steps:
                counts[-1] = len(index) - size * (steps - 1)
            self.total += float(losses @ counts)
            self.weight += int(counts.sum())
            self.done = first + int(counts.sum())
            if len(losses) < steps:
                return Descent._stretch(self, until)
            if run.ending or run.stopping or time.perf_counter() > until:
                break
        return True

    def _rates_now(self, n: int) -> Array:
        """The learning rates of the next n steps, (n,)."""
        if isinstance(self.schedule, Constant):
            return np.full(n, self.rule.learning_rate)
        return np.array(self._rates(n))

    def _went(self, index: Array, again: bool, rates: Array) -> Array:
        """Makes as many steps as there are rates; the loss of each that was made."""
        run, rule, theta = self.run, self.rule, self.run.net.theta
        losses, before = np.empty(len(rates)), run.history.steps
        arrays = self.update.state
        self.theta[...], self.safe[...] = theta, run.safe
        for row, array in zip(self.state_now, arrays.values(), strict=True):
            row[...] = array
        made = self.compiled(
            self.theta, self.state_now, self.safe, self.table, index, self.size, again, rates,
            rule.t, before, KEEP_EVERY, losses,
        )  # fmt: skip
        theta[...] = self.theta
        for row, array in zip(self.state_now, arrays.values(), strict=True):
            array[...] = row
        rule.t += made
        run.history.steps += made
        if made:
            self.factor = self.schedule(run.history.steps - 1)
        kept = (before + made - 1) // KEEP_EVERY * KEEP_EVERY
        if made and kept >= before:
            run.safe[...], run.safe_step = self.safe, kept
        return losses[:made]


def compiled_way(run: Run, rows: Rows, rule: Optimizer, rate: Schedule) -> Descent:
    """How a compiled training goes through rows in memory: in numbers where the network is tiny."""
    if can_be_numbers(run, rows):
        alone = min(run.settings.batch_size, len(rows)) == 1
        steps = run.settings.compiled.steps(run.net, rule, alone)
        if steps is not None:
            return InCompiledNumbers(run, rows, rule, rate, steps)
    return Descent(run, rows, rule, rate)


def _none(*arguments: Any) -> Any:
    raise NotImplementedError  # the steps of plain Python, which are not made here
