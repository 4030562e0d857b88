"""L-BFGS on all rows at once: an iteration is an epoch."""

import math
from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core import schedules
from glassnet.core.errors import InputError
from glassnet.core.layers import Dropout
from glassnet.core.lbfgs import LBFGS, Minimum
from glassnet.core.network import Network, shares
from glassnet.core.schedules import Constant
from glassnet.training.events import Event
from glassnet.training.loop import stationary, stationary_text
from glassnet.training.loop.run import Run
from glassnet.training.loop.shared_pass import SharedPass
from glassnet.training.persist.checkpoint_file import State
from glassnet.training.rows import OnDemand, Rows
from glassnet.training.settings import Settings


def refuse_what_has_no_effect(net: Network, settings: Settings) -> None:
    """L-BFGS needs one objective, and takes its own steps.

    Raises: InputError for what would change the one or the other, and is for other optimizers.
    """
    drops = any(isinstance(layer, Dropout) and layer.rate > 0 for layer in net.layers)
    for given, why in (
        (drops, "has no dropout, whose masks would change the loss between two of its steps"),
        (net.max_norm is not None, "keeps to no max_norm, which would move its steps' ends"),
        (
            settings.clip_norm is not None,
            "takes no clip_norm: it finds the length of its steps by itself",
        ),
        (settings.clip_value is not None, "takes no clip_value, which would bend its steps"),
        (
            schedules.get(settings.schedule) != Constant(),
            "takes no schedule: it has no learning rate",
        ),
    ):
        if given:
            raise InputError(f"L-BFGS {why}: leave it out, or use another optimizer, as adam.")


UNKNOWN = math.nan, math.nan


class Minimisation:
    """The iterations of L-BFGS from where the network stands; `at` is the latest of them."""

    def __init__(self, run: Run, rows: Rows, rule: LBFGS) -> None:
        net = run.net
        self.run, self.rows, self.rule = run, rows, rule
        self.learned, self.grad = net.theta[: net.n_learned], net.grad[: net.n_learned]
        self.shared = SharedPass(run, rows, len(rows))
        self.at: Minimum | None = None
        self.began: tuple[float, float] = UNKNOWN  # the objective and ‖gradient‖ at the start

    def objective(self, theta: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        self.learned[...] = theta
        run, net, rows = self.run, self.run.net, self.rows
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            if run.team.size > 1 or run.shards is not None:
                loss = self.shared(np.arange(len(rows)), None)
                net.penalize()
                return loss + net.penalty(), self.grad
            if isinstance(rows.X, OnDemand):
                return self._by_blocks(), self.grad
            return net.gradient(rows.X, rows.y, rows.w), self.grad

    def _by_blocks(self) -> float:
        """As `Network.gradient`, with a block of the rows written out at a time."""
        net, rows, share = self.run.net, self.rows, shares(self.rows.w, len(self.rows))
        blocks = list(rows.blocks())
        if len(blocks) == 1:
            return net.gradient(np.asarray(rows.X), rows.y, rows.w)
        loss, total = 0.0, np.zeros(net.grad.size)
        for block in blocks:
            part, counts = rows.take(block), float(share[block].sum())
            if counts:
                loss += counts * net.backward(net.forward(part.X), part.y, part.w).loss
                total += counts * net.grad
        net.grad[...] = total
        net.penalize()
        return loss + net.penalty()

    def epochs(self) -> Generator[Event, None, None]:
        run, net, history = self.run, self.run.net, self.run.history
        start = self.learned.copy() if self.at is None else self.at
        run.moving = True
        for at in self.rule.iterate(self.objective, start, run.epochs):
            if not math.isfinite(at.value):
                if run.recorder is not None:
                    run.recorder.iterate(at.iterations, at.value)
                X = self.rows.X
                first = np.asarray(X[next(self.rows.blocks())]) if isinstance(X, OnDemand) else X
                remedy = "scale the inputs or start smaller"
                run.diverged(at.iterations, first, "not finite", remedy)
                return
            self.learned[...] = at.theta
            self.at = at
            if at.iterations == 0:
                self.began = at.value, float(np.linalg.norm(at.gradient))
            run.done = bool(at.reason)
            if at.reason:
                self.tell(at)
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
        if history.restored and history.stopped != "early":
            history.message += (
                f" That is where the descent ended; the parameters are those of epoch "
                f"{history.best_epoch}, of the lowest validation loss."
            )

    def tell(self, at: Minimum) -> None:
        """Says what is known of the place where it ended."""
        history, net, (_, slope) = self.run.history, self.run.net, self.began
        if at.reason == "iterations":
            left = float(np.linalg.norm(at.gradient)) / slope if slope else 0.0
            text = stationary_text.ran_out(at.iterations, left)
        else:
            found = stationary.look(net, self.rows, at.evaluations)
            text = stationary_text.in_words(found, net, at.reason)
        if text.startswith((stationary_text.STALLED, stationary_text.OPEN)):
            text += stationary_text.scaling(net, self.rows)
        if text.startswith(stationary_text.STALLED):
            history.stopped = "finished" if at.reason == "iterations" else "stalled"
        history.message = text

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
            "began": np.array(self.began),
        }

    def take(self, state: State) -> None:
        if not state["begun"]:
            self.at = None
            return
        self.began = tuple(state["began"].tolist()) if "began" in state else UNKNOWN
        pairs = state["pairs"].reshape(len(state["pairs"]), 2, len(self.learned))
        self.at = Minimum(
            state["theta"].copy(),
            state["value"],
            state["gradient"].copy(),
            state["iterations"],
            state["evaluations"],
            pairs=tuple((s.copy(), y.copy()) for s, y in pairs),
        )
