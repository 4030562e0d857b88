"""What training tells while it runs, and the history that stays."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from glassnet.core.display.notebook import Displayed
from glassnet.core.display.one_line import telling
from glassnet.core.errors import NameMissing, nearest
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import in_words, shown

EpochFigures = dict[str, int | float]


@door
@dataclass
class History(Displayed):
    """Every epoch's figures, and how training ended.

    `epochs` holds a dict for each epoch: epoch (from 1), loss (mean over the epoch's samples,
    penalty left out), with validation data val_loss and the metric (val_accuracy or val_r2),
    learning_rate at its end, and seconds since the start.
    `best_epoch` is the one with the lowest val_loss (without validation: the last).
    `stopped` is "finished", "early", "interrupted", "diverged", or "stalled" where L-BFGS found
    no step that leads on and had not converged; `message` says more.
    `restored` tells whether the network holds the best epoch's parameters. `path` names how the
    steps were computed, on which their last bits depend: "numpy"; "python", numbers one by one;
    or "compiled".
    """

    kind, version = "history", 1

    epochs: list[EpochFigures] = field(default_factory=list)
    best_epoch: int = 0
    stopped: str = "finished"
    message: str = ""
    restored: bool = False
    steps: int = 0
    seconds: float = 0.0
    path: str = "numpy"

    @door
    def __getitem__(self, name: str) -> list[Any]:
        """One figure of every epoch: history["loss"]."""
        known = list(self.epochs[0]) if self.epochs else []
        if not isinstance(name, str) or name not in known:
            near = nearest(name, known) if isinstance(name, str) else None
            guess = f": did you mean {near}?" if near else "."
            has = f"it has {in_words(known)}" if known else "no epoch is over"
            raise NameMissing(f"this history has no {shown(name)}{guess} For each epoch {has}.")
        return [row[name] for row in self.epochs]

    def note(self, losses: Any, rates: Any, began: float, ended: float) -> None:
        """Epochs without validation, made in one go: losses and learning rates, (n,), and seconds.

        When each of them ended was not looked at: their ends are spread from `began` to `ended`.
        They are kept as they came, and become rows of `epochs` when somebody reads that.
        """
        own = self.__dict__
        if "epochs" in own:
            own["_whole"], own["_noted"] = own.pop("epochs"), []
            own["_length"] = len(own["_whole"])
        own["_noted"].append((losses, rates, began, ended))
        own["_length"] += len(losses)

    if not TYPE_CHECKING:  # a type checker would take every name then

        def __getattr__(self, name: str) -> Any:
            """Only asked of what is no attribute: a figure is told by its name in brackets."""
            if name == "epochs" and "_noted" in self.__dict__:
                return self._written_out()
            if name in (self.__dict__.get("epochs") or [{}])[0]:
                raise AttributeError(
                    f'each epoch\'s {name} is history["{name}"]; history.{name} is none.'
                )
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def _written_out(self) -> list[EpochFigures]:
        """`epochs`, with a row for each that was noted."""
        own = self.__dict__
        rows = own.pop("_whole")
        for losses, rates, began, ended in own.pop("_noted"):
            before, each = len(rows), (ended - began) / max(len(losses), 1)
            rows += [
                {
                    "epoch": before + k, "loss": loss, "learning_rate": rate,
                    "seconds": began + k * each,
                }
                for k, (loss, rate) in enumerate(
                    zip(_listed(losses), _listed(rates), strict=True), start=1
                )
            ]  # fmt: skip
        own["epochs"] = rows
        return rows

    def __contains__(self, name: object) -> bool:
        """Whether history[name] has an answer."""
        return bool(self.epochs) and isinstance(name, str) and name in self.epochs[0]

    def __len__(self) -> int:
        own = self.__dict__
        return own["_length"] if "_noted" in own else len(self.epochs)

    def __repr__(self) -> str:
        last = self.epochs[-1] if self.epochs else {}
        told = {n: v for n, v in last.items() if n not in ("epoch", "learning_rate", "seconds")}
        figures = [f"{name} {v:.4g}" for name, v in told.items() if isinstance(v, int | float)]
        ended = ", ".join([f"{self.stopped} after {len(self)} epochs", *figures])
        best = f"; best epoch {self.best_epoch}" if self.best_epoch else ""
        return f"History({ended}{best})"


def _listed(numbers: Any) -> list[float]:
    """As numbers of Python, from an array or a list."""
    return numbers if isinstance(numbers, list) else numbers.tolist()


@dataclass(frozen=True, slots=True)
class Progress:
    """Within an epoch: samples done of all, their mean loss so far, samples a second."""

    kind, version = "progress", 1

    epoch: int
    epochs: int
    done: int
    samples: int
    loss: float
    samples_per_second: float


@dataclass(frozen=True, slots=True)
class EpochEnd:
    """After an epoch: its row of the history, and how many samples it went through how fast."""

    kind, version = "epoch_end", 1

    epoch: int
    epochs: int
    row: EpochFigures
    samples: int
    samples_per_second: float

    __repr__ = telling()


@dataclass(frozen=True, slots=True)
class TrainingEnd:
    """The last event of every training that was not closed from outside."""

    kind, version = "training_end", 1

    history: History


Event = Progress | EpochEnd | TrainingEnd
