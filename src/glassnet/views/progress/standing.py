"""How far a training is, as every bar tells it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class ProgressShown:
    """How far a training is: samples done of all, the epoch of all, the last figures.

    `ended` says how it ended, and is empty before.
    """

    done: int
    total: int
    epoch: int
    epochs: int
    figures: str
    speed: float  # samples a second
    ended: str = ""

    @property
    def title(self) -> str:
        return f"epoch {self.epoch}/{self.epochs}" + (f", {self.ended}" if self.ended else "")

    @property
    def left(self) -> float:
        """The seconds that it still takes at this speed."""
        return 0.0 if self.ended else (self.total - self.done) / max(self.speed, 1e-9)


Draw = Callable[[ProgressShown], None]
