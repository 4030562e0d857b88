"""When a training has converged, and learning rates that fall from epoch to epoch.

Both as scikit-learn's multilayer perceptron has them: a loss that did not fall by `tol` for more
than `n_iter_no_change` epochs ends the training, or makes the rate a fifth. With early stopping it
is the loss on the rows held back, where there it is their score.

There the rate stands within the velocity, v ← momentum·v − rate·g and theta ← theta + v, so that a
rate that falls is a smaller one of the slopes to come alone. Ours is v ← momentum·v + g and theta ←
theta − rate·v: as the rate falls, v grows by as much, and rate·v stays.
"""

import math
from typing import Any

import numpy as np

from glassnet.core.lbfgs import LBFGS
from glassnet.core.optimizers import Momentum, Optimizer
from glassnet.estimators.parameters import Parameters
from glassnet.training.events import EpochEnd, Event

FALLS_BY, SMALLEST = 5.0, 1e-6  # of an adaptive rate
STANDS = 1e7 * np.finfo(float).eps  # the relative change at which L-BFGS ends, as SciPy's does


class Convergence:
    """Called with a training's events; its answer "stop" ends it.

    Args:
        seen: the rows that were gone through before.
        all_of_them: whether it goes through all epochs, however the loss falls.
    """

    def __init__(
        self,
        parameters: Parameters,
        rule: Optimizer | LBFGS,
        seen: int = 0,
        all_of_them: bool = False,
    ) -> None:
        self.parameters, self.rule = parameters, rule
        self.seen, self.all_of_them = seen, all_of_them
        self.best, self.waited, self.last = math.inf, 0, math.inf

    def __call__(self, event: Event) -> str | None:
        if not isinstance(event, EpochEnd):
            return None
        loss = event.row["loss"]
        self.seen += event.samples
        if self.parameters["verbose"]:
            print(f"Iteration {event.epoch}, loss = {loss:.8f}", flush=True)
        before, self.last = self.last, loss
        if isinstance(self.rule, LBFGS):
            return "stop" if abs(before - loss) <= STANDS * max(abs(loss), 1.0) else None
        self._set_rate(self.rule)
        judged = event.row.get("val_loss", loss)
        self.waited = self.waited + 1 if judged > self.best - self.parameters["tol"] else 0
        self.best = min(self.best, judged)
        if not self.all_of_them and self.waited > self.parameters["n_iter_no_change"]:
            return self._no_longer_falls(self.rule)
        return None

    def _set_rate(self, rule: Optimizer) -> None:
        given = self.parameters
        if given["solver"] == "sgd" and given["learning_rate"] == "invscaling":
            _set_to(rule, given["learning_rate_init"] / (self.seen + 1) ** given["power_t"])

    def _no_longer_falls(self, rule: Any) -> str | None:
        given = self.parameters
        adapts = given["solver"] == "sgd" and given["learning_rate"] == "adaptive"
        if adapts and rule.learning_rate > SMALLEST:
            _set_to(rule, rule.learning_rate / FALLS_BY)
            self.waited = 0
            return None
        return "stop"


def _set_to(rule: Optimizer, rate: float) -> None:
    """Another learning rate, from now on: what momentum has gathered goes on at the old one."""
    if isinstance(rule, Momentum):
        rule.state["v"] *= rule.learning_rate / rate
    rule.learning_rate = rate
