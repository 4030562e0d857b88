"""What a training, a measurement and a prediction come to: the records that the commands tell."""

from dataclasses import dataclass, field
from typing import Any

from glassnet.core.display.one_line import telling
from glassnet.training.events import EpochFigures
from glassnet.training.measure.by_group import ByGroup
from glassnet.training.measure.crossvalidation import CrossValidation
from glassnet.training.measure.estimate import Estimate
from glassnet.training.measure.giveaways import Giveaway
from glassnet.training.recipe.search import SearchResult
from glassnet.training.settings import Recipe


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """A network trained on data: how, what it is worth, and where it was written.

    Attributes:
        metrics: on the test rows, by name; empty where training diverged.
        seconds: of the training alone.
        data, test: the name of the data, and which of its rows the test rows are.
        epochs, steps: how many were made; stopped, message, path, history: as in `History`.
        settings: every one, those that were chosen for the data too.
        giveaways: what gives the target away, with the figure without it.
        estimate, cross_validation, search: where they were made.
        learned: the metrics of the rows that it learned from, where there are others and all are
            in memory; fitting: over-fitting or under-fitting in a sentence, or "".
        groups: for whom it is how good, where a column was named.
        model, run, checkpoint, report: the files and folders that were asked for.
    """

    kind, version = "training", 1

    metrics: dict[str, float]
    seconds: float
    data: str
    test: str
    train_rows: int
    test_rows: int
    epochs: int
    steps: int
    stopped: str
    message: str
    settings: Recipe
    history: list[EpochFigures]
    estimate: Estimate | None = None
    cross_validation: CrossValidation | None = None
    search: SearchResult | None = None
    giveaways: list[Giveaway] = field(default_factory=list)
    model: str | None = None
    run: str | None = None
    checkpoint: str | None = None
    report: str | None = None
    learned: dict[str, float] = field(default_factory=dict)
    fitting: str = ""
    groups: ByGroup | None = None
    path: str = "numpy"

    __repr__ = telling()


@dataclass(frozen=True, eq=False)
class EvaluationResult:
    """A model measured on so many rows; `which` says which rows they are.

    groups: for whom it is how good, where a column was named. learned: whether some of the rows are
    known to be those that it learned from.
    """

    kind, version = "evaluation", 1

    metrics: dict[str, float]
    seconds: float
    rows: int
    which: str
    estimate: Estimate
    groups: ByGroup | None = None
    learned: bool = False

    __repr__ = telling()


@dataclass(frozen=True, eq=False)
class Predictions:
    """A model's answers, one a row.

    Attributes:
        predictions: labels or numbers; empty where there are several targets, which `columns` has.
        rows: which rows they are.
        probabilities: of each answer; None where the model gives numbers.
        columns: what else was asked for, or there is: by name a value for each row.
    """

    kind, version = "predictions", 1

    predictions: list[Any]
    rows: str
    probabilities: list[float] | None = None
    columns: dict[str, list[Any]] = field(default_factory=dict)

    __repr__ = telling()
