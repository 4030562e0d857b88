"""Findings about the targets: one class alone, labels unlike the inputs, a leak; and a plateau."""

import math

import numpy as np

from glassnet.explain.diagnosis.data import inputs_tell
from glassnet.explain.diagnosis.figures import NEIGHBOURS, Figures
from glassnet.explain.diagnosis.finding import (
    Evidence,
    Finding,
    Severity,
    is_well,
    percent,
    percent_of,
    skill,
)

ENOUGH = 100  # rows: with fewer, neighbours and held-back rows tell little
LEARNED = 0.3  # of skill on the very rows it learned from, where neighbours tell nothing
ERRORS = 3.0  # standard errors within which a share is chance
STILL = 0.02  # of the constant loss: so little did it change on a plateau
FELL = 0.3  # of the constant loss: so much did it fall after one
LONG = 0.25  # of the run's steps
NOTHING = 0.9  # of the constant loss: so much is left where next to nothing was learned


def one_class(f: Figures) -> Finding | None:
    if f.class_shares is None or max(f.class_shares) < 1:
        return None
    names = f.first.classes or list(range(len(f.class_shares)))
    which = names[int(np.argmax(f.class_shares))]
    return Finding(
        "one class only",
        "severe",
        f.recording.steps[0],
        [
            Evidence(f"% of the training rows of class {which}", 100.0),
            Evidence("classes that the network can tell", float(len(f.class_shares))),
        ],
        "With one class in the targets the loss is least for the bias that always answers it: "
        "delta = a − y shrinks for every row alike, and W learns nothing of x.",
        "Look at the label column: is it the right one, was it filtered or sorted before the "
        "split, was a class lost in reading?",
    )


def shuffled_labels(f: Figures) -> Finding | None:
    """Rows learned one by one, of which neither neighbours nor held-back rows tell anything."""
    end = f.end
    if (
        end is None
        or f.neighbours_skill is None
        or (f.rows_looked_at or 1) < ENOUGH
        or end.skill < LEARNED
    ):
        return None
    if not _is_chance(f, f.neighbours_skill, f.rows_looked_at or 1):
        return None
    if (1 - max(f.class_shares or [0])) * (f.rows_looked_at or 1) < ENOUGH / 2:
        return None  # of the rare classes there are too few rows: chance looks like this too
    held = _held_back(f)
    if held is not None and not _is_chance(f, *held):
        return None
    sure = held is not None and held[1] >= ENOUGH
    evidence = [
        Evidence("% of what a constant answer leaves open that was learned", percent(end.skill)),
        Evidence(f"% that the {NEIGHBOURS} nearest other rows tell", percent(f.neighbours_skill)),
    ]
    if held is not None:
        evidence.append(Evidence("% of it on the rows held back", percent(held[0])))
    return Finding(
        "shuffled labels",
        "severe" if sure else "note",
        f.recording.steps[0],
        evidence,
        "The network learned its own rows by heart, but near rows have no like targets"
        + (", and of held-back rows it knows no more than chance. " if held else ". ")
        + "That is what targets look like that belong to other rows (Zhang et al. 2017).",
        "Check that X and y are in the same order: both sorted, shuffled or filtered alike, and "
        "joined by a key, not by position.",
    )


def _is_chance(f: Figures, known: float, rows: float) -> bool:
    """Whether so much skill on so many rows is no more than luck."""
    if f.class_shares is None:
        return known < ERRORS / math.sqrt(rows)
    most = max(f.class_shares)
    return known * (1 - most) < ERRORS * math.sqrt(most * (1 - most) / rows)


def _held_back(f: Figures) -> tuple[float, float] | None:
    """The best epoch's skill on the validation rows, and how many there are."""
    epochs = (f.recording.ended or {}).get("epochs") or []
    share = f.recording.settings.get("validation")
    if not epochs or not isinstance(share, float):
        return None
    rows = f.recording.data["X"]["shape"][0] * share / (1 - share)
    metric = "val_accuracy" if f.class_shares is not None else "val_r2"
    found = [row[metric] for row in epochs if math.isfinite(row.get(metric, math.nan))]
    if not found or (f.class_shares is not None and max(f.class_shares) == 1):
        return None
    if f.class_shares is None:
        return float(max(found)), rows
    most = max(f.class_shares)
    return (float(np.median(found)) - most) / (1 - most), rows


def leaking_target(f: Figures) -> Finding | None:
    leak = f.leak
    if leak is None:
        return None
    return Finding(
        "leaking target",
        "warning",
        f.recording.steps[0],
        [
            Evidence(f"{leak.measure} of x[{leak.column}] alone", leak.value),
            Evidence(f"the same of the next best column, x[{leak.second_column}]", leak.second),
            Evidence(
                "% of what a constant answer leaves open that was learned", percent_of(skill(f))
            ),
        ],
        f"x[{leak.column}] alone tells the target, and no other column comes near. Such a column "
        "is often the target itself, or known only after it: the network then learns to copy it, "
        "and will not have it when it is used.",
        f"Find out where column {leak.column} (from 0) comes from; if it is not known before the "
        "target, leave it out.",
    )


def plateau(f: Figures) -> Finding | None:
    """A long stretch on which the loss stood, and from which it fell after all."""
    stretch = _longest_stand(f)
    if stretch is None:
        return None
    start, end, length = stretch
    fell = f.probes[end].loss - min(p.loss for p in f.probes[end:])
    if length < LONG or fell < FELL * f.constant_loss:
        return None
    return _plateau(
        f, start, end, length, "warning" if length > 2 * LONG or not is_well(f) else "note"
    )


def endless_plateau(f: Figures) -> Finding | None:
    """The same where it never fell, next to nothing was learned, and the inputs tell more.

    Call it only where no other fault explains as much.
    """
    stretch = _longest_stand(f)
    if stretch is None or len(f.first.dense_layers) < 2 or not inputs_tell(f):
        return None
    start, end, length = stretch
    if length < LONG or end + 1 < len(f.probes) or f.probes[-1].loss < NOTHING * f.constant_loss:
        return None
    return _plateau(f, start, end, length, "severe")


def _longest_stand(f: Figures) -> tuple[int, int, float] | None:
    """The first and last probe of the longest stand of the loss, and its share of the steps."""
    if f.recording.diverged is not None or len(f.probes) < 6 or not f.constant_loss > 0:
        return None
    steps = [p.step for p in f.probes]
    losses = np.array([p.loss for p in f.probes]) / f.constant_loss
    stands: list[tuple[int, int]] = []
    for start in range(len(steps)):
        end = start
        while end + 1 < len(steps) and np.ptp(losses[start : end + 2]) < STILL:
            end += 1
        stands.append((start, end))
    start, end = max(stands, key=lambda stand: steps[stand[1]] - steps[stand[0]])
    return start, end, (steps[end] - steps[start]) / max(steps[-1] - steps[0], 1)


def _plateau(f: Figures, start: int, end: int, length: float, severity: Severity) -> Finding:
    first, last = f.probes[start], f.probes[end]
    after = (
        "until the weights have grown apart; after that the loss fell."
        if end + 1 < len(f.probes)
        else "until the weights have grown apart, and this training ended before."
    )
    return Finding(
        "plateau",
        severity,
        first.step,
        [
            Evidence("steps for which the loss stood still", float(last.step - first.step)),
            Evidence("% of the training", percent(length)),
            Evidence("loss on it", last.loss),
            Evidence("loss of the mean target, a constant", f.constant_loss),
            Evidence("loss at the end", f.probes[-1].loss),
        ],
        "Near a saddle of L the gradient is nearly 0 in every direction, so that ΔW = −η·dW moves "
        f"hardly anything {after}",
        "Start with larger weights (glorot_uniform, he_normal), use momentum or Adam, relu or tanh "
        "in place of sigmoid, or a higher rate at the beginning.",
    )
