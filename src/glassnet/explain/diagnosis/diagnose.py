"""Diagnosis: what a recorded run suffered from, where it began, the numbers, what to change."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.explain.diagnosis import data, layers, steps, targets
from glassnet.explain.diagnosis.figures import Figures, RunFigures
from glassnet.explain.diagnosis.finding import Evidence, Finding, percent, percent_of
from glassnet.explain.diagnosis.probes import figures_of
from glassnet.training import Recording, Rows


@dataclass(frozen=True)
class Diagnosis:
    """Findings, causes before what follows from them, with the figures they stand on.

    There is always one: a run without fault has the finding "healthy". `notes` say what could
    not be looked at.
    """

    kind, version = "diagnosis", 1

    findings: list[Finding]
    figures: RunFigures
    notes: list[str]

    __repr__ = telling()

    @property
    def is_healthy(self) -> bool:
        """Whether no finding is more than a note."""
        return all(finding.severity == "note" for finding in self.findings)


def diagnose(recording: Recording, rows: Rows | None = None) -> Diagnosis:
    """What a run suffered from, by its records and, where they can be had, its rows.

    Args:
        rows: as `recording.rows(X, y)` gives them; without them they are loaded from where the
            command had its data, and where that fails only losses, parameters and epochs are
            looked at.

    Raises: InputError where no step is recorded.
    """
    notes = list(recording.notes)
    if rows is None:
        try:
            rows = recording.rows()
        except InputError as error:
            notes.append(
                f"Without the data ({str(error).rstrip('.')}) only losses, parameters and epochs "
                "were looked at."
            )
    f = figures_of(recording, rows)
    if recording.full_batch:
        notes.append("L-BFGS chooses its own steps: no update was looked at.")
    if recording.steps[0] > 0:
        notes.append(f"The steps before {recording.steps[0]:,} are not recorded.")
    with np.errstate(all="ignore"):
        return Diagnosis(_findings(f), f.numbers, notes)


def _findings(f: Figures) -> list[Finding]:
    # what keeps the gradient from the weights; while one of these holds, short updates and
    # little knowledge follow from it
    blocked = _found(
        f, layers.symmetric_weights, layers.dead_relus, layers.vanishing, layers.saturated
    )
    if layers.saturated(
        f
    ):  # flat neurons alone make the gradient vanish, where it did not at first
        blocked = [
            finding
            for finding in blocked
            if finding.name != "vanishing gradients" or finding.step == f.recording.steps[0]
        ]
    ended = _found(f, steps.diverged)
    if ended:  # what came with the divergence was not its cause
        blocked = [finding for finding in blocked if finding.step == f.recording.steps[0]]
    found = ended + _found(
        f, layers.exploding, data.unscaled_inputs, steps.rate_too_high,
        steps.momentum_overshoot, steps.noisy_gradient,
    ) + blocked  # fmt: skip
    doubtful = _found(f, targets.shuffled_labels)
    found += _found(f, targets.one_class) + doubtful + _found(f, targets.leaking_target)
    if not blocked:
        found += _found(f, steps.rate_too_low, targets.plateau)
        if all(finding.severity == "note" for finding in found):
            found += _found(f, targets.endless_plateau)
    found = _found(f, layers.bad_scale) + found
    found += _found(f, data.collapsed_outputs, data.class_imbalance, data.overfitting)
    if all(finding.severity == "note" for finding in found):
        found += _found(f, data.underfitting)
    if all(finding.severity == "note" for finding in found):
        if f.end is None:
            found.append(undetermined(f))
        elif not doubtful:
            found += _found(f, data.little_learned) or [healthy(f)]
    return sorted(found, key=lambda finding: finding.severity == "note")


def _found(f: Figures, *looks: Any) -> list[Finding]:
    return [finding for look in looks if (finding := look(f)) is not None]


def healthy(f: Figures) -> Finding:
    """Says so, with the figures that show it."""
    assert f.end is not None
    evidence = [
        Evidence("loss at the first step", f.probes[0].loss),
        Evidence(f"loss after {f.last_step:,} updates", f.end.loss),
        Evidence(
            "% of what a constant answer leaves open that was learned", percent_of(f.end.skill)
        ),
        Evidence("largest rise of the loss, in units of a constant answer's", steps.swing(f)[0]),
    ]
    made = [u for _, u in steps.updates(f)]
    ratios = [u.ratio for u in made if math.isfinite(u.ratio)]
    if ratios:
        climbed = sum(u.own_after > u.own_before for u in made)
        evidence += [
            Evidence("‖Δθ‖/‖θ‖, the middle of all updates looked at", float(np.median(ratios))),
            Evidence(
                "% of them that raised the loss of their own batch", percent(climbed / len(made))
            ),
        ]
    return Finding(
        "healthy",
        "note",
        f.recording.steps[0],
        evidence,
        "θ ← θ + Δθ lowers L while ‖Δθ‖/‖θ‖ is around 10⁻³ and f′(z) lets delta through. "
        "No update looked at did lasting harm, and the gradient reached every layer.",
        "Nothing needs to be changed.",
    )


def undetermined(f: Figures) -> Finding:
    """Nothing was found, but without the data little could be."""
    losses = f.recording.losses
    return Finding(
        "undetermined",
        "note",
        f.recording.steps[0],
        [
            Evidence("loss of the batch at the first recorded step", float(losses[0])),
            Evidence("loss of the batch at the last", float(losses[-1])),
        ],
        "What delta, a and f′(z) are follows from x, and the rows are not at hand. The losses "
        "stayed finite, and no two neurons of a hidden layer started equal.",
        "In Python, give the rows: diagnose(recording, recording.rows(X, y)).",
    )
