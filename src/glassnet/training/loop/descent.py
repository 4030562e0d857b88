"""Mini-batch descent: each step's gradient, penalty, clipping and update, through the epochs."""

import contextvars
import math
import time
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import numpy as np

from glassnet.core import optimizers
from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.optimizers import Optimizer
from glassnet.core.schedules import Schedule
from glassnet.training.events import Event, Progress
from glassnet.training.loop.compiled.update import compiled_update_for
from glassnet.training.loop.dealt import DealtOrder, DealtRows
from glassnet.training.loop.fast_update import FastUpdate, update_for
from glassnet.training.loop.order import Order
from glassnet.training.loop.run import Run
from glassnet.training.loop.shared_pass import pass_over
from glassnet.training.persist.checkpoint_file import State
from glassnet.training.rows import PassOver, Rows
from glassnet.training.settings import generators

TELL_EVERY = 0.1  # seconds between two events within an epoch
KEEP_EVERY = 100  # steps between two copies of the parameters that a divergence falls back to


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


class Descent:
    """Mini-batch steps on given rows: gradient, penalty, clipping, update.

    `epochs` yields what happens; `stretch` goes on to the end of the rows or until it is time
    to tell how far it is. Of each epoch's order the state that it is drawn from is kept.

    An epoch may go through several `rows` in turn, parts of its `samples` rows: `behind` counts
    those of the parts before.
    """

    def __init__(
        self, run: Run, rows: "Rows | DealtRows", rule: Optimizer, schedule: Schedule
    ) -> None:
        net, settings = run.net, run.settings
        self.run, self.rows, self.rule, self.schedule = run, rows, rule, schedule
        self.update = self.updates()
        _, order_rng, self.mask_rng = generators(settings.seed)
        self.size, self.order_rng = settings.batch_size, order_rng if settings.shuffle else None
        self.before_update, self.after_update = around_update(
            net, settings.clip_norm, settings.clip_value
        )
        # by batch size: the last batch of an epoch may be shorter
        self.plans: dict[int, PassOver] = {}
        self.order: Any = Order(len(rows), None)
        self.drawn_from = self._order_state()
        self.done, self.total, self.weight, self.factor = 0, 0.0, 0.0, 1.0
        self.samples, self.behind = len(rows), 0
        self.dealt = False  # whether the rows are of several parts, each with an order of its own
        # a divergence overflows, and is told as one: NumPy need not warn of it
        self.quiet = contextvars.copy_context()
        self.quiet.run(np.seterr, over="ignore", invalid="ignore", divide="ignore")

    def updates(self) -> FastUpdate:
        """What updates the parameters, from where the rule stands."""
        net, kernels = self.run.net, self.run.kernels
        arrays = net.theta[: net.n_learned], net.grad[: net.n_learned]
        keep = self.run.settings.keep_state
        if kernels is None:
            return update_for(self.rule, *arrays, keep)
        return compiled_update_for(kernels, self.rule, *arrays, keep)

    def epochs(self) -> Generator[Event, None, None]:
        with self.update.bound():
            while not self.run.over():
                self.start_epoch()
                self.draw_order()
                if not (yield from self.through()):
                    return
                yield self.end_epoch()
            self.run.finish()

    def start_epoch(self) -> None:
        self.drawn_from = self._order_state()
        self._before, self._since = self.behind + self.done, time.perf_counter()
        self._tell = self._since + TELL_EVERY

    def through(self) -> Generator[Event, None, bool]:
        """Steps to the end of the rows; whether they went without divergence."""
        run, n = self.run, len(self.rows)
        while self.done < n:
            run.rest()
            run.moving = True
            if not self.stretch(self._tell):
                return False
            run.moving = False
            now = time.perf_counter()
            if now > self._tell or run.stopping:
                self._tell = now + TELL_EVERY
                done = self.behind + self.done
                speed = (done - self._before) / (now - self._since)
                yield Progress(
                    len(run.history) + 1, run.epochs, done, self.samples, self.loss, speed
                )
        return True

    def end_epoch(self) -> Event:
        run = self.run
        run.moving = True
        event = run.end_epoch(self.loss, self.rule.learning_rate * self.factor)
        self.done, self.behind, self.total, self.weight = 0, 0, 0.0, 0.0
        self.drawn_from = self._order_state()
        run.moving = False
        run.stand_together()
        run.save_epoch()
        return event

    def draw_order(self, n: int | None = None) -> None:
        """The order of the rows at hand, or of n that are left out."""
        n = len(self.rows) if n is None else n
        # in a single batch the order would change nothing
        rng = self.order_rng if n > self.size else None
        if self.dealt:
            self.order = DealtOrder(n, rng, self.rows)
        elif rng is not None or self.order.n != n or self.order.shuffled:
            self.order = Order(n, rng)

    def _order_state(self) -> State | None:
        """What the next order is drawn from, where a checkpoint or another rank may ask for it."""
        kept = self.run.checkpoints is not None or self.run.team.size > 1
        return _state_of(self.order_rng) if kept else None

    def go_to(self, rows: "Rows | DealtRows") -> None:
        """Other rows of the same epoch; `done` of them are behind."""
        self.rows = rows
        self.plans.clear()
        self.draw_order()

    def leave_rows(self) -> None:
        self.run.moving = True
        self.behind, self.done = self.behind + self.done, 0
        self.run.moving = False

    def state(self) -> State:
        """Optimizer, random generators, and the place within the epoch."""
        return {
            "t": self.rule.t,
            "optimizer": self.update.state,
            "order": self.drawn_from,
            "masks": _state_of(self.mask_rng),
            "done": self.behind + self.done,
            "total": float(self.total),
            "weight": float(self.weight),
            "factor": float(self.factor),
        }

    def take(self, state: State) -> None:
        if state["done"] > self.samples:
            raise InputError("stands behind the end of the rows")
        order_rng = None if state["order"] is None else _generator(state["order"])
        mask_rng = _generator(state["masks"])
        self.order_rng, self.mask_rng, self.drawn_from = order_rng, mask_rng, state["order"]
        self.update.go_on(state["t"], state["optimizer"])
        self.done, self.behind = state["done"], 0
        self.total, self.weight = state["total"], state["weight"]
        self.factor = state["factor"]

    @property
    def loss(self) -> float:
        """The mean over the epoch's samples so far."""
        return self.total / self.weight if self.weight else 0.0

    def stretch(self, until: float) -> bool:
        """Steps until the epoch or the time is over; whether it went without divergence."""
        return self.quiet.run(self._stretch, until)

    def _stretch(self, until: float) -> bool:
        run, rows, order, plans, size = self.run, self.rows, self.order, self.plans, self.size
        history, update = run.history, self.update
        for first in range(self.done, len(rows), size):
            index = order.rows(first, first + size)
            counts = rows.weight(index)
            self.done = first + len(index)
            if not counts:
                continue  # rows of no weight: nothing to learn from
            if history.steps % KEEP_EVERY == 0:
                run.keep_safe()
            plan = plans.get(len(index))
            if plan is None:
                plan = pass_over(run, rows, len(index))
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
            update(self.factor)
            for call in self.after_update:
                call()
            history.steps += 1
            self.total += loss * counts
            self.weight += counts
            if run.ending or run.stopping or time.perf_counter() > until:
                break
        return True

    def _diverged(self, loss: float, index: Any) -> None:
        rows = self.rows
        if isinstance(rows, DealtRows):
            _, rows, index, _ = index.parts[0]
        self.run.diverged(
            self.run.history.steps + 1,
            rows.X[index],
            "NaN" if math.isnan(loss) else "infinite",
            f"use a smaller learning rate (it was {self.rule.learning_rate * self.factor:g}), "
            "scale the inputs, or set clip_norm",
        )


def _state_of(rng: np.random.Generator | None) -> State | None:
    return None if rng is None else dict(rng.bit_generator.state)


def _generator(state: State) -> np.random.Generator:
    """The generator that stands there.

    Raises: InputError where none can.
    """
    rng = np.random.default_rng(0)
    try:
        rng.bit_generator.state = state
    except (ValueError, TypeError, KeyError, OverflowError):
        raise InputError("has a random state that no generator can have") from None
    return rng
