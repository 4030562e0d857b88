"""The records of how good a network is: a figure with its limits, and all of them together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import telling
from glassnet.training.measure.baselines import Baseline
from glassnet.training.measure.comparison import BaselineComparison
from glassnet.training.measure.intervals import DRAWS, LEAST_ROWS, Bootstrap, Interval
from glassnet.training.outputs import Answers
from glassnet.training.probability import ReliabilityBin


@dataclass(frozen=True)
class Figure:
    """A figure and the limits between which it may lie, at 95 %.

    Attributes:
        value: None where it is not defined for these rows.
        low, high: None where there are too few rows for limits.
        how: where the limits come from; of what is None, why.
    """

    value: float | None
    low: float | None
    high: float | None
    how: str


@dataclass(frozen=True, eq=False)
class YesNoTarget:
    """One of several yes/no targets.

    Attributes:
        name, no, yes: of the target, and its words.
        threshold: the probability from which on it is called yes.
        confusion: rows that are no and yes, by what they were called, no and yes.
        majority: the share that is right where every row is called what most training rows are;
            None where there is no such baseline.
        reliability: what probabilities of yes said and what happened.
    """

    name: str
    no: str | int
    yes: str | int
    threshold: float
    confusion: list[list[int]]
    majority: float | None = None
    reliability: list[ReliabilityBin] | None = None

    __repr__ = telling("name", "yes", "threshold", "confusion")

    @property
    def rows_yes(self) -> int:
        """How many rows are yes."""
        return sum(n for row in self.confusion[1:2] for n in row)


@dataclass(frozen=True, eq=False)
class Estimate:
    """How good a network is, on rows that it never saw.

    Attributes:
        task: 'classes', 'number' or 'yes_no'.
        rows: how many were measured on.
        figures: by name, as `training.figures` gives them, with limits.
        baselines: of each its figures on the same rows.
        comparisons: of the network with each; verdict: the same in plain sentences.
        confusion: rows of class i taken for class j; None for numbers.
        classes: their labels; None for numbers.
        reliability: what probabilities said and what happened; None where there are none.
        targets: the names of several targets; yes_no: of each, where they are yes or no.
        unseen: whether the rows are known to be none that it learned from.
    """

    kind, version = "estimate", 1

    task: Literal["classes", "number", "yes_no"]
    rows: int
    figures: dict[str, Figure]
    baselines: dict[str, dict[str, float | None]]
    comparisons: list[BaselineComparison]
    verdict: str
    confusion: list[list[int]] | None = None
    classes: list[Any] | None = None
    reliability: list[ReliabilityBin] | None = None
    targets: list[str] = field(default_factory=list)
    unseen: bool = True
    yes_no: list[YesNoTarget] = field(default_factory=list)

    __repr__ = telling()

    def rows_text(self) -> str:
        """How many rows, in words, and whether they are test rows."""
        return rows_text(self.rows, self.unseen)


def figure_of(limits: Interval | None, how: str, value: float | None) -> Figure:
    return Figure(value, *(limits or (None, None)), how)


def comparison_of(
    baseline: Baseline, metric: str, own: float, other: float, better: float,
    limits: Interval | None, how: str,
) -> BaselineComparison:  # fmt: skip
    low, high = limits or (None, None)
    name, called = baseline.name, baseline.called
    return BaselineComparison(name, called, metric, own, other, better, low, high, how)


def choice_of(said: Answers) -> NDArray[np.intp]:
    assert said.choice is not None  # of classes
    return said.choice


def how_drawn(bootstrap: Bootstrap) -> str:
    if bootstrap.rows < LEAST_ROWS:
        return f"no limits: there are fewer than {LEAST_ROWS} rows"
    blocks = f" of {bootstrap.units:,} blocks" if bootstrap.units < bootstrap.rows else ""
    return f"bootstrap (BCa), {DRAWS:,} draws{blocks}"


def rows_text(N: int, unseen: bool) -> str:
    return f"{N:,} {'test ' * unseen}row{'s' * (N != 1)}"


def listed(labels: Sequence[Any]) -> str:
    names = " or ".join(repr(label) for label in labels[:3])
    return names + (f" ({len(labels)} classes in all)" if len(labels) > 3 else "")
