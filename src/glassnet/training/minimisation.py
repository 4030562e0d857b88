"""L-BFGS on all rows at once: an iteration is an epoch."""

import math
from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.lbfgs import LBFGS, Minimum
from glassnet.training.checkpoint_file import State
from glassnet.training.events import Event
from glassnet.training.rows import Rows
from glassnet.training.run import Run

ENDS = {
    "gradient": "the gradient vanished: a minimum.",
    "no descent": "no step lowers the loss any further.",
}


class Minimisation:
    """The iterations of L-BFGS from where the network stands; `at` is the latest of them."""

    def __init__(self, run: Run, rows: Rows, rule: LBFGS) -> None:
        net = run.net
        self.run, self.rows, self.rule = run, rows, rule
        self.learned, self.grad = net.theta[: net.n_learned], net.grad[: net.n_learned]
        self.at: Minimum | None = None

    def objective(self, theta: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        self.learned[...] = theta
        rows = self.rows
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return self.run.net.gradient(rows.X, rows.y, rows.w), self.grad

    def epochs(self) -> Generator[Event, None, None]:
        run, net, history = self.run, self.run.net, self.run.history
        start = self.learned.copy() if self.at is None else self.at
        run.moving = True
        for at in self.rule.iterate(self.objective, start, run.epochs):
            if not math.isfinite(at.value):
                if run.recorder is not None:
                    run.recorder.iterate(at.iterations, at.value)
                run.diverged(
                    at.iterations, self.rows.X, "not finite", "scale the inputs or start smaller"
                )
                return
            self.learned[...] = at.theta
            self.at = at
            run.done = bool(at.reason)
            history.message = ENDS.get(at.reason, "")
            if run.recorder is not None:
                run.recorder.iterate(at.iterations, at.value - net.penalty())
            if at.iterations > len(history):
                history.steps = at.iterations
                event = run.end_epoch(at.value - net.penalty(), None)
                run.moving = False
                run.save_epoch()
                yield event
            elif at.reason:
                run.save_epoch()
            if run.over():
                break
            run.moving = False
            run.rest()
            run.moving = True
        run.finish()

    def state(self) -> State:
        """Where the iterations stand; before the first of them, none."""
        at = self.at
        n = len(self.learned)
        if at is None:
            at = Minimum(np.zeros(n), 0.0, np.zeros(n), 0, 0)
        pairs = np.array(at.pairs).reshape(len(at.pairs), 2 * n)
        return {
            "begun": self.at is not None,
            "theta": at.theta,
            "value": at.value,
            "gradient": at.gradient,
            "iterations": at.iterations,
            "evaluations": at.evaluations,
            "pairs": pairs,
        }

    def take(self, state: State) -> None:
        if not state["begun"]:
            self.at = None
            return
        pairs = state["pairs"].reshape(len(state["pairs"]), 2, len(self.learned))
        self.at = Minimum(
            state["theta"].copy(),
            state["value"],
            state["gradient"].copy(),
            state["iterations"],
            state["evaluations"],
            pairs=tuple((s.copy(), y.copy()) for s, y in pairs),
        )
