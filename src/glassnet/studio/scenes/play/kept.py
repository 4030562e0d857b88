"""What a network of the playground went through, kept so that a diagnosis looks at just that."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.network import Network
from glassnet.core.optimizers import Optimizer
from glassnet.core.schedules import Constant
from glassnet.training import History, Recorder, Recording, Rows
from glassnet.training.rows import prepare_rows
from glassnet.training.settings import Settings

Array = NDArray[Any]

MOST_KEPT = 120  # moments; a diagnosis looks at 24 of them


@dataclass(frozen=True)
class Moment:
    """The training right before update `step`: all that is needed to make that update again."""

    step: int
    loss: float  # of the batch
    theta: Array
    t: int  # updates that the rule has made
    state: Mapping[str, Array]
    rows: NDArray[np.intp]
    drawn_from: Mapping[str, Any]  # the generator's state before dropout's masks are drawn


class Kept:
    """Moments of one stretch of training under one network and one rule.

    Args: since, the update at which the stretch begins.
    """

    def __init__(self, since: int) -> None:
        self.since = since
        self.every = 1
        self.moments: list[Moment] = []

    def is_due(self, step: int) -> bool:
        return (step - self.since) % self.every == 0

    def keep(self, moment: Moment) -> None:
        """One more; of too many every other one is dropped."""
        self.moments.append(moment)
        if len(self.moments) > MOST_KEPT:
            self.moments, self.every = self.moments[::2], 2 * self.every

    def recording(
        self,
        folder: Path,
        net: Network,
        rule: Optimizer,
        points: tuple[Array, Array],
        curve: list[tuple[float, float, float]],
        size: int,
        step: int,
    ) -> tuple[Recording, Rows]:
        """The stretch as a recorded run, and its rows.

        Args: net, a copy with the weights as they are now; rule, one of its kind to be written
            to; points, x and y; curve, (update, loss, loss of the test); size, of a batch; step,
            the updates made.
        """
        rows, _ = prepare_rows(net, *points, None, None, None)
        recorder, now, rng = Recorder(folder), net.theta.copy(), np.random.default_rng(0)
        state = {name: array.copy() for name, array in self.moments[0].state.items()}
        epochs = max(1, -(-step * size // len(rows)))
        about = Settings(epochs=epochs, batch_size=size, optimizer=rule).remembered()
        about |= {"sample_weight": False}
        recorder.start(net, rows, rule, state, Constant(), len(self.moments) + 1, about)
        for moment in self.moments:
            recorder.made, rule.t = moment.step, moment.t
            rng.bit_generator.state = moment.drawn_from
            net.theta[...] = moment.theta
            for name, array in state.items():
                array[...] = moment.state[name]
            loss = moment.loss
            recorder.watch(lambda index, rng, loss=loss: loss)(moment.rows, rng)
        net.theta[...], recorder.made = now, step
        recorder.end(step)
        recorder.finish(History(_epochs(curve, self.since, len(rows) / size), steps=step))
        run = Recording.open(folder)
        return run, run.rows(*points)


def _epochs(
    curve: list[tuple[float, float, float]], since: int, updates: float
) -> list[dict[str, int | float]]:
    """The curve as figures of epochs of so many updates: the last point of each.

    Without a test there is no loss of it.
    """
    found: dict[int, dict[str, int | float]] = {}
    for step, loss, held in curve:
        if step < since or not np.isfinite(loss):
            continue
        epoch = max(1, round(step / updates))
        found[epoch] = {"epoch": epoch, "loss": loss}
        if np.isfinite(held):
            found[epoch]["val_loss"] = held
    return [*found.values()]
