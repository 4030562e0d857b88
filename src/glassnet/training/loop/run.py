"""What every training shares: validation, the best so far, checkpoints, and how it can end."""

import json
import math
import time
import zlib
from collections.abc import Generator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.files.plain import from_plain, to_plain
from glassnet.training.events import EpochEnd, EpochFigures, Event, History, TrainingEnd
from glassnet.training.loop.compiled.choice import COMPILED, NUMPY
from glassnet.training.loop.compiled.kernels import Kernels
from glassnet.training.loop.dealt import DealtRows, measure_dealt
from glassnet.training.persist.checkpoint_file import State
from glassnet.training.persist.checkpoints import Checkpoints
from glassnet.training.persist.recorder import Recorder
from glassnet.training.rows import Rows, measure
from glassnet.training.settings import Settings
from glassnet.training.team import any_of


class Way(Protocol):
    """How a training goes down, by mini-batches or L-BFGS: what of it a checkpoint keeps."""

    def epochs(self) -> Generator[Event, None, None]: ...
    def state(self) -> State: ...
    def take(self, state: State) -> None: ...


class Run:
    """The frame of a training; `way` fills it.

    `moving` is True while parameters and state change: what interrupts training then finds
    them half changed, and nothing to save. `done` is True where no step can lower the loss.

    Ranks of a team agree on when to end: what each was asked goes along with a step's sum, and
    `ending` and `stopping` tell that any was, by a signal or by a callback.
    """

    way: Way

    def __init__(
        self,
        net: Network,
        held: Rows | DealtRows | None,
        samples: int,
        settings: Settings,
        recorder: Recorder | None,
        checkpoints: Checkpoints | None,
        kernels: Kernels | None = None,
    ) -> None:
        self.net, self.held, self.samples, self.settings = net, held, samples, settings
        self.kernels = kernels
        self.theta = net.theta  # whose views the way has
        self.recorder, self.checkpoints = recorder, checkpoints
        self.team, self.shards = settings.team, settings.shards
        self.stop_wanted, self.ending, self.stopping = False, False, False
        self.epochs, self.patience = settings.epochs, settings.early_stopping
        self.callbacks = list(settings.callbacks)
        self.history = History(path=NUMPY if kernels is None else COMPILED)
        self.best_loss, self.best = math.inf, net.theta.copy()
        self.safe, self.safe_step = net.theta.copy(), 0  # where a divergence falls back to
        self.began = time.perf_counter()
        self.moving, self.done = False, False
        self.rows = bytearray()  # the epochs' figures as JSON, a line each

    def keep_safe(self) -> None:
        np.copyto(self.safe, self.net.theta)
        self.safe_step = self.history.steps

    def events(self) -> Generator[Event, None, History]:
        """Runs the epochs to an end of whatever kind, and tells it.

        Raises: InputError where the network was laid out anew since the training was set up.
        """
        if self.net.theta is not self.theta:
            raise InputError(
                "what this network learns was changed since the training was set up: fit it again."
            )
        with self.net.held():
            yield from self._events()
        return self.history

    def _events(self) -> Generator[Event, None, None]:
        history, epochs = self.history, self.way.epochs()
        try:
            for event in epochs:
                for call in self.callbacks:
                    self.stop_wanted |= call(event) == "stop"
                yield event
                if self.stop_now(event):
                    history.stopped, history.message = "early", "a callback asked to stop."
                    self._save_where_it_stands()
                    if self.patience is not None:
                        self.restore_best()
                    break
        except KeyboardInterrupt:
            self._interrupted()
        except GeneratorExit:
            self._interrupted()
            raise
        except Exception as error:
            history.stopped = "interrupted"
            history.message = f"broken off after {history.steps} steps: {type(error).__name__}."
            self._save_where_it_stands()
            raise
        finally:
            epochs.close()
            history.seconds = time.perf_counter() - self.began
            if self.held is None:
                history.best_epoch = len(history)
            if self.checkpoints is not None:
                self.checkpoints.release()
            if self.recorder is not None:
                self.keep_end()
                self.recorder.finish(history)
        end = TrainingEnd(history)
        for call in self.callbacks:
            call(end)
        yield end

    def stop_now(self, event: Event) -> bool:
        """Whether a callback asked to stop, on any rank: they tell each other as they go."""
        if self.team.size == 1 or self.stopping:
            return self.stop_wanted or self.stopping
        return isinstance(event, EpochEnd) and any_of(self.team, self.stop_wanted)

    def _interrupted(self) -> None:
        self.history.stopped = "interrupted"
        self.history.message = f"interrupted after {self.history.steps} steps."
        self._save_where_it_stands()
        self.restore_best()

    def keep_end(self) -> None:
        if self.recorder is not None:
            self.recorder.end(self.history.steps)

    def restore_best(self) -> None:
        self.moving = True
        self.keep_end()
        if self.held is not None and self.history.best_epoch:
            np.copyto(self.net.theta, self.best)
            self.history.restored = True

    def end_epoch(self, loss: float, rate: float | None) -> EpochEnd:
        epoch = len(self.history) + 1
        row: dict[str, Any] = {"epoch": epoch, "loss": loss}
        if self.held is not None:
            figures = self._measured(self.held)
            row |= {f"val_{name}": v for name, v in figures.items()}
            if row["val_loss"] < self.best_loss:
                self.best_loss, self.history.best_epoch = row["val_loss"], epoch
                np.copyto(self.best, self.net.theta)
        before = self.history.epochs[-1]["seconds"] if self.history.epochs else 0.0
        if rate is not None:
            row["learning_rate"] = rate
        row["seconds"] = time.perf_counter() - self.began
        self.history.epochs.append(row)
        if self.checkpoints is not None or self.team.size > 1:
            # a line more, not all of them anew at each save: there may be very many
            self.rows += json.dumps(to_plain(row)).encode() + b"\n"
        speed = self.samples / max(row["seconds"] - before, 1e-9)
        return EpochEnd(epoch, self.epochs, row, self.samples, speed)

    def _measured(self, held: Rows | DealtRows) -> dict[str, float]:
        if isinstance(held, DealtRows):
            return measure_dealt(self.net, held)
        return measure(self.net, held, self.team, self.shards)

    def over(self) -> bool:
        """Whether the epochs have run out, or the patience has, or no more can be done."""
        return self.done or len(self.history) >= self.epochs or self._out_of_patience()

    def _out_of_patience(self) -> bool:
        since_best = len(self.history) - self.history.best_epoch
        return self.patience is not None and since_best >= self.patience

    def finish(self) -> None:
        """After the last epoch: early stopping takes the best parameters back."""
        if self._out_of_patience():
            self.history.stopped = "early"
            self.history.message = (
                f"no lower validation loss for {self.patience} epochs: the parameters are those "
                f"of epoch {self.history.best_epoch}."
            )
        if self.patience is not None:
            self.restore_best()

    def diverged(self, step: int, x: NDArray[Any], what: str, remedy: str) -> None:
        """Says where it began, and takes the parameters before it back."""
        where = _first_not_finite(self.net, x)
        np.copyto(self.net.theta, self.safe)
        self.history.stopped, self.history.restored = "diverged", False
        self.history.message = (
            f"the loss became {what} at step {step}, first in {where}: {remedy}; the parameters "
            f"of step {self.safe_step} are kept."
        )
        if self.checkpoints is not None:
            self.checkpoints.give_up()

    # -- checkpoints ---------------------------------------------------------------------

    def state(self) -> State:
        """Everything that the rest of the training depends on; large arrays are views."""
        history = self.history
        return {
            "steps": history.steps,
            "seconds": time.perf_counter() - self.began,
            "epoch": len(history),
            "epochs": np.frombuffer(bytes(self.rows), np.uint8),
            "best_epoch": history.best_epoch,
            "best_loss": self.best_loss,
            "best": None if self.held is None else self.best,
            "safe": self.safe,
            "safe_step": self.safe_step,
            "theta": self.net.theta,
            "way": self.way.state(),
        }

    def take(self, state: State) -> None:
        """Goes back to where a training with a state of this form stood.

        Raises: InputError, before anything is changed, where no training can stand there.
        """
        text = state["epochs"].tobytes()
        rows = _rows_of(text)
        if rows is None or not state["best_epoch"] <= state["epoch"] == len(rows) <= self.epochs:
            raise InputError("tells of epochs that this training cannot have had")
        self.way.take(state["way"])
        history = self.history
        history.steps, history.epochs = state["steps"], rows
        self.rows = bytearray(text)
        history.best_epoch, self.best_loss = state["best_epoch"], state["best_loss"]
        self.began = time.perf_counter() - state["seconds"]
        if self.held is not None:
            np.copyto(self.best, state["best"])
        np.copyto(self.safe, state["safe"])
        self.safe_step = state["safe_step"]
        np.copyto(self.net.theta, state["theta"])

    @property
    def asked_to_end(self) -> bool:
        """Whether this rank was."""
        kept = self.checkpoints
        return self.team.asked_to_stop or (kept is not None and kept.asked_to_stop)

    def rest(self) -> None:
        """Between two stretches: ends where it was asked to, and saves where it is time."""
        if self.ending if self.team.size > 1 else self.asked_to_end:
            self.ending = False
            if self.checkpoints is not None:
                self.checkpoints.asked_to_stop = False
            raise KeyboardInterrupt
        if self.checkpoints is not None and self.checkpoints.due():
            self.checkpoints.save(self.state())

    def stand_together(self) -> None:
        """Every rank goes to where rank 0 stands, unless it stands there."""
        if self.team.size > 1:
            known = zlib.crc32(self.net.theta.data), self.history.steps
            if any(each != known for each in self.team.gather(known)):
                state = self.team.broadcast(self.state())
                if self.team.rank:
                    self.take(state)

    def save_epoch(self) -> None:
        """The checkpoint of an epoch's end; the best is kept apart from the last."""
        if self.checkpoints is not None:
            best = self.held is not None and 0 < len(self.history) == self.history.best_epoch
            self.checkpoints.save(self.state(), best=best, done=self.over())

    def _save_where_it_stands(self) -> None:
        if self.checkpoints is None:
            return
        if not self.moving:
            self.checkpoints.save(self.state(), done=self.over(), sync=True)
        self.history.message += f" {self.checkpoints.stands()}"


def _rows_of(text: bytes) -> list[EpochFigures] | None:
    """The epochs' figures, from 1 on, or None where these are none."""
    try:
        rows = from_plain(list[EpochFigures], [json.loads(line) for line in text.splitlines()])
    except (InputError, ValueError, RecursionError):
        return None
    if any(row.get("epoch") != epoch for epoch, row in enumerate(rows, start=1)):
        return None
    kinds = {"epoch": int, "loss": float, "seconds": float}
    fits = all(isinstance(row.get(name), kind) for row in rows for name, kind in kinds.items())
    return rows if fits else None


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
