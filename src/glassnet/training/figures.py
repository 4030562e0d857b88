"""The figures of rows that nobody has all at once: summed up a part at a time."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from glassnet.core.display.one_line import telling
from glassnet.core.network import Network
from glassnet.data.preparation import Moments
from glassnet.training.rows import Rows, loss_on


@dataclass
class SummedFigures:
    """What some rows come to, and with it those that follow.

    Attributes:
        loss, weight: Σ w ℓ and Σ w; n: how many rows.
        good: how many classes were right; of numbers Σ (y − ŷ)², (n_out,), of quantiles nan.
        y: how the numbers lie.
    """

    loss: float = 0.0
    weight: float = 0.0
    n: int = 0
    good: Any = 0
    y: Moments = field(default_factory=Moments)

    __repr__ = telling("n", "loss", "weight")

    def add(self, net: Network, rows: Rows) -> None:
        """Takes rows in, some at a time."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for block in rows.blocks():
                some = rows.take(block)
                loss, weight, y_hat = loss_on(net, some)
                if net.classes is not None:
                    good: Any = int((net.choose(y_hat) == some.y).sum())
                elif some.y.size != y_hat.size:  # several quantiles of one number
                    good = math.nan
                else:
                    y = some.y.reshape(y_hat.shape).astype(np.float64)
                    good = ((y - y_hat) ** 2).sum(axis=0)
                    self.y.add(y)
                self.loss, self.weight = self.loss + loss, self.weight + weight
                self.n, self.good = self.n + len(some), self.good + good

    def join(self, other: "SummedFigures") -> None:
        """Takes in the figures of the rows that follow."""
        self.loss, self.weight = self.loss + other.loss, self.weight + other.weight
        self.n, self.good = self.n + other.n, self.good + other.good
        self.y.join(other.y)

    def told(self, net: Network) -> dict[str, float]:
        """The metric, accuracy or r2, and the mean loss."""
        figures: dict[str, float] = {}
        if net.classes is not None:
            figures["accuracy"] = self.good / self.n if self.n else math.nan
        elif np.isfinite(self.good).all():
            figures["r2"] = self._r2()
        return {**figures, "loss": self.loss / self.weight if self.weight else math.nan}

    def _r2(self) -> float:
        spread = self.y.M2
        if not self.n or (spread == 0).any():
            return math.nan
        return float(np.mean(1 - self.good / spread))
