"""What a training tells on the way, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from glassnet.core.network import Network
from glassnet.explain import WhyInReport
from glassnet.training import Event, Recipe
from glassnet.training.measure.report import Report
from glassnet.training.recipe.penalty import PenaltyProgress
from glassnet.training.recipe.search import SearchEvent
from glassnet.training.results import TrainingResult


@dataclass(frozen=True)
class Opened:
    """An event: what the data were found to be, in lines."""

    lines: list[str]


@dataclass(frozen=True)
class Chosen:
    """An event: what is trained, and by which settings; also in lines."""

    lines: list[str]
    recipe: Recipe
    net: Network


@dataclass(frozen=True)
class Saved:
    """An event: a model is written; more may come to it."""

    path: Path


TrainEvent = Opened | PenaltyProgress | SearchEvent | Chosen | Event | Saved


@dataclass(frozen=True, eq=False)
class Trained:
    """What came of a training: what is told of it, the network, and what a page would tell."""

    result: TrainingResult
    net: Network
    page: Report | None
    why: WhyInReport | None = None
    interrupted: bool = False
