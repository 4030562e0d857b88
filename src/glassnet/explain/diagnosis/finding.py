"""What a finding is, and how well a run went that it is about."""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

from glassnet.core.display.one_line import telling
from glassnet.explain.diagnosis.figures import Figures, Probe

Severity = Literal["note", "warning", "severe"]

# Of what a constant answer leaves open, the share that was learned: see Probe.skill.
WELL = 0.9  # hardly anything is left that a fault could have cost
POOR = 0.5  # more is left open than was learned


class Evidence(NamedTuple):
    """A figure that shows something, and what it is, in words."""

    what: str
    value: float


@dataclass(frozen=True)
class Finding:
    """One thing that a run suffered from.

    `severity`: "note", worth knowing; "warning", it cost something; "severe", no learning was
    left. `step` is where it began, and `evidence` what shows it: words and a number each.
    `explanation` says why it hurts, with the formula, `advice` what to change.
    """

    name: str
    severity: Severity
    step: int
    evidence: list[Evidence]
    explanation: str
    advice: str

    __repr__ = telling()


def skill(f: Figures) -> float:
    """That of the last probe; NaN where nothing was looked at, −∞ after a divergence."""
    if f.recording.diverged is not None:
        return -math.inf
    return math.nan if f.end is None else f.end.skill


def is_poor(f: Figures) -> bool:
    return skill(f) < POOR


def is_well(f: Figures) -> bool:
    return skill(f) >= WELL


def since(probes: list[Probe], holds: list[bool]) -> int:
    """The step from which on it held at every probe until the last."""
    at = len(holds)
    while at and holds[at - 1]:
        at -= 1
    return probes[min(at, len(probes) - 1)].step


def percent(share: float) -> float:
    return round(100 * share, 1)


def percent_of(share: float) -> float:
    """As percent, of a share that may not be a number."""
    return percent(share) if math.isfinite(share) else share
