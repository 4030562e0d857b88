"""Findings about the data and what was learned of them: scale, classes, over- and underfitting."""

import math
from typing import Any

import numpy as np

from glassnet.explain.diagnosis.figures import NEIGHBOURS, Figures
from glassnet.explain.diagnosis.finding import (
    Evidence,
    Finding,
    is_poor,
    is_well,
    percent,
    percent_of,
    since,
    skill,
)
from glassnet.training import Recording

# The inputs should have mean 0 and about equal deviations (LeCun et al. 1998, "Efficient
# BackProp", section 4.3). The curvature along a feature's weights grows as its mean square: ten
# times the size asks for a hundredth of the rate. Pixels from 0 to 1 and raw centimetres are fine.
LARGE = 10.0
SMALL = 0.01  # of the middle feature: weights must grow a hundredfold before it counts
OFF_CENTRE = 30.0  # a mean of so many deviations: the feature is nearly a second bias
COLLAPSED = 0.99  # of the rows get one and the same answer
MAJORITY = 0.9  # unless so many of them are of that class anyhow
STILL = 0.05  # deviation of the predictions by that of the targets, of numbers
IMBALANCE = 10.0  # rows of the largest class for each of the smallest
RECALL = 0.5  # less than half of the small class is found
# "Generalization loss" above 5 % is Prechelt's GL₅ (1998, "Early stopping, but when?"). It is of
# the lowest validation loss, and means nothing where that is next to 0; so the rise must also be
# a tenth of what a constant answer costs.
GENERALISATION = 0.05
RISE = 0.1
PATIENCE = 5  # epochs since the lowest
FEW_HELD_BACK = 50  # rows: with fewer one row wrong moves the loss that much
GAP = 0.1  # of skill, that neighbours have and the network has not: a note
WIDE = 0.25  # a warning
ERRORS = 3.0  # standard errors that lie between them
FALLING = 0.05  # of the loss, lost in the last quarter: it would have gone on


def unscaled_inputs(f: Figures) -> Finding | None:
    x = f.inputs
    if x is None:
        return None
    large, small, off = x.largest > LARGE, x.median < SMALL, x.off_centre > OFF_CENTRE
    if not (large or small or off):
        return None
    evidence = [
        Evidence(f"root mean square of the largest input, x[{x.largest_at}]", x.largest),
        Evidence("root mean square of the middle one", x.median),
        Evidence(f"largest |mean| in standard deviations, of x[{x.off_centre_at}]", x.off_centre),
        Evidence("% of what a constant answer leaves open that was learned", percent_of(skill(f))),
    ]
    return Finding(
        "unscaled inputs",
        "note" if is_well(f) else "warning",
        f.recording.steps[0],
        evidence,
        "dW = deltaᵀ x and the curvature along W, about f′²·x², grow with x and x², so that the "
        "largest rate that is stable falls as 1/x² and one rate cannot suit inputs of unlike size. "
        "A mean far from 0 does the same, as all rows then pull W one way.",
        "Standardise the inputs, (x − mean)/deviation with the training rows' figures: "
        "net.preparation = gn.Preparation.learn(X), as `glassnet train` does.",
    )


def inputs_tell(f: Figures) -> bool:
    """Whether near rows know the target better than a constant does, and not by chance."""
    if f.neighbours_skill is None or not f.neighbours_skill > GAP:
        return False
    if f.class_shares is None:
        return True
    most = max(f.class_shares)
    return f.neighbours_skill * (1 - most) > ERRORS * math.sqrt(
        most * (1 - most) / (f.rows_looked_at or 1)
    )


def collapsed_outputs(f: Figures) -> Finding | None:
    end = f.end
    if end is None or f.recording.diverged is not None or not inputs_tell(f):
        return None
    if end.predicted is not None and f.class_shares is not None:
        if max(f.class_shares) > MAJORITY:
            return None
        holds = [max(p.predicted or [0]) >= COLLAPSED for p in f.probes]
        which = int(np.argmax(end.predicted))
        evidence = [
            Evidence(
                f"% of the rows taken for class {f.first.classes[which]}"
                if f.first.classes
                else "% of the rows taken for one class",
                percent(end.predicted[which]),
            ),
            Evidence("% of the rows that are of it", percent(f.class_shares[which])),
        ]
    else:
        holds = [p.spread is not None and p.spread < STILL for p in f.probes]
        if end.spread is None:
            return None
        evidence = [
            Evidence("deviation of the predictions, in deviations of the targets", end.spread),
        ]
    began = since(f.probes, holds)
    if not holds[-1] or began > f.averaged_from:  # for a moment many networks give one answer
        return None
    evidence += [
        Evidence("loss at the end", end.loss),
        Evidence("loss of the mean target, a constant", f.constant_loss),
        Evidence(
            f"% that the {NEIGHBOURS} nearest rows tell where a constant errs",
            percent(f.neighbours_skill or 0),
        ),
    ]
    return Finding(
        "outputs collapsed",
        "severe",
        began,
        evidence,
        "With W·a of the last layer the same for all rows, ŷ = f(W·a + b) is set by b alone: the "
        "mean target, or the commonest class. The inputs tell more, as near rows have like "
        "targets, but nothing of it reaches the output.",
        "Cure what is found beside this first; if nothing is, use a smaller learning rate, a "
        "weaker penalty, and scaled inputs.",
    )


def class_imbalance(f: Figures) -> Finding | None:
    shares, found = f.class_shares, None if f.at_end is None else f.at_end.recall
    rec = f.recording
    if shares is None or found is None or rec.diverged is not None:
        return None
    there = [c for c, share in enumerate(shares) if share > 0]
    if len(there) < 2:
        return None
    small = min(there, key=lambda c: shares[c])
    large = max(there, key=lambda c: shares[c])
    if shares[large] < IMBALANCE * shares[small] or not found[small] < RECALL:
        return None
    if not found[large] > RECALL:  # nothing was learned: that is another fault
        return None
    assert f.at_end is not None
    names = f.first.classes or list(range(len(shares)))
    few, many = names[small], names[large]
    among = "" if f.at_end.rows == f.rows else f", of {f.at_end.rows:,} rows looked at"
    if rec.settings["class_weight"] or rec.settings["sample_weight"]:
        why = f"L = Σ wℓ/Σ w: rows had weights w, and yet most of class {few} was not found."
    else:
        why = (
            "L is the mean of ℓ over the rows, so that each class has its share of them as its say "
            f"in grad. Whoever answers {many} for every row is right for "
            f"{percent(shares[large]):g} % of them, and finds none of {few}."
        )
    return Finding(
        "class imbalance",
        "warning",
        rec.steps[0],
        [
            Evidence(f"% of the rows of class {few}", percent(shares[small])),
            Evidence(f"% of the rows of class {many}", percent(shares[large])),
            Evidence(f"% of class {few} that is taken for it{among}", percent(found[small])),
            Evidence(f"% of class {many} that is taken for it{among}", percent(found[large])),
        ],
        why,
        f"{_more_weight(rec, few, shares[large] / shares[small])}, and judge by recall, not by "
        "accuracy.",
    )


def _more_weight(rec: Recording, few: Any, ratio: float) -> str:
    """How the small class gets more weight, in the words of the door that the run came by."""
    by_class, by_command = rec.settings["class_weight"], rec.source is not None
    if rec.settings["sample_weight"]:
        return f"Raise the sample_weight of the rows of class {few}"
    if by_class:
        now = ratio if by_class == "balanced" else dict(by_class).get(few, 1.0)
        given = {few: float(f"{2 * now or 1.0:.2g}")}
        told = f"--class-weight {few}={given[few]:g}" if by_command else f"class_weight={given}"
        return f"Give class {few} still more weight, as {told}"
    told = "--class-weight balanced" if by_command else 'class_weight="balanced"'
    return f"Give class {few} as much weight as the others, {told}"


def overfitting(f: Figures) -> Finding | None:
    """Needs no data, but epochs with validation."""
    rec = f.recording
    epochs = (rec.ended or {}).get("epochs") or []
    held = np.array([row.get("val_loss", math.nan) for row in epochs], np.float64)
    if len(epochs) <= PATIENCE or not np.isfinite(held).all():
        return None
    loss = np.array([row["loss"] for row in epochs], np.float64)
    best = int(held.argmin())
    last = float(np.median(held[-3:]))
    scale = f.constant_loss if f.probes else float(held[0])
    rise = last - float(held[best])
    if len(held) - 1 - best < PATIENCE or loss[-1] >= loss[best]:
        return None
    if rise < GENERALISATION * held[best] or rise < RISE * scale:
        return None
    if f.end is not None and f.end.skill < GAP:  # what learned nothing knows nothing by heart
        return None
    metric = next((name for name in epochs[-1] if name in ("val_accuracy", "val_r2")), None)
    worse = metric is None or epochs[-1][metric] < epochs[best][metric]
    n, share = rec.data["X"]["shape"][0], rec.settings["validation"]
    lowest = int(epochs[best]["epoch"])
    rows = n * share / (1 - share) if isinstance(share, float) else math.inf
    mild = rows < FEW_HELD_BACK or (rec.ended or {}).get("restored") or not worse
    size = n if rec.full_batch else rec.settings["batch_size"]
    evidence = [
        Evidence("epoch of the lowest validation loss", float(lowest)),
        Evidence("validation loss there", float(held[best])),
        Evidence("and at the end, the middle of the last three", last),
        Evidence("training loss there", float(loss[best])),
        Evidence("and at the end", float(loss[-1])),
    ]
    if metric is not None:
        evidence += [
            Evidence(f"{metric} at the lowest validation loss", float(epochs[best][metric])),
            Evidence("and at the end", float(epochs[-1][metric])),
        ]
    return Finding(
        "overfitting",
        "note" if mild else "warning",
        lowest * math.ceil(n / size),
        evidence,
        "Training lowers the mean loss over its own rows, not that over all there could be; since "
        f"epoch {lowest} the first fell and the second rose. "
        f"Validation loss at the end over its lowest, less 1, is {rise / held[best]:.0%}.",
        "Stop there with early_stopping, or use more rows, fewer neurons, dropout, or a penalty "
        "l2.",
    )


def underfitting(f: Figures) -> Finding | None:
    """Call it only where no other fault explains that so little was learned."""
    end = f.end
    if end is None or f.neighbours_skill is None or not inputs_tell(f):
        return None
    gap = f.neighbours_skill - end.skill
    if not gap > GAP:
        return None
    n = f.rows_looked_at or 0
    if f.class_shares is not None:
        most = max(f.class_shares)
        wrong = [(1 - known) * (1 - most) for known in (end.skill, f.neighbours_skill)]
        variance = sum(max(share * (1 - share), 0) for share in wrong) / n
        if gap * (1 - most) < ERRORS * math.sqrt(variance):
            return None
    quarter = [p for p in f.probes if p.step >= f.averaged_from]
    fell = 1 - end.loss / quarter[0].loss if quarter[0].loss > 0 else 0.0
    falls = fell > FALLING
    factors = f.recording.factors[np.isfinite(f.recording.factors)]
    faded = not f.recording.full_batch and factors[-1] < 0.1 * factors.max()
    if faded:
        state = ", and its loss fell no longer as the schedule took the rate to nothing."
        advice = "Train for more epochs; if that changes little, use more neurons or less penalty."
    elif falls:
        state = ", and its loss was still falling."
        advice = "Train for more epochs, or with a higher learning rate."
    else:
        state = ", and its loss no longer falls."
        advice = "Use more neurons or a second hidden layer, and less dropout or penalty."
    return Finding(
        "underfitting",
        "warning" if gap > WIDE else "note",
        end.step,
        [
            Evidence("rows looked at, which it learned from", float(n)),
            Evidence(
                "% of what a constant answer leaves open that was learned", percent(end.skill)
            ),
            Evidence(
                f"% that the {NEIGHBOURS} nearest other rows tell", percent(f.neighbours_skill)
            ),
            Evidence("loss at the end", end.loss),
            Evidence("% by which it fell in the last quarter of the training", percent(fell)),
        ],
        "The error of nearest neighbours is at most about twice the least possible (Cover and "
        "Hart 1967), R* ≤ R_NN ≤ 2R*(1 − R*), so the inputs tell at least what neighbours tell. "
        f"The network knows less than that of the very rows it learned from{state}",
        advice,
    )


def little_learned(f: Figures) -> Finding | None:
    """No fault, and yet no success."""
    if f.end is None or not is_poor(f):
        return None
    evidence = [
        Evidence("% of what a constant answer leaves open that was learned", percent(skill(f))),
        Evidence("loss at the end", f.end.loss),
        Evidence("loss of the mean target, a constant", f.constant_loss),
    ]
    if f.neighbours_skill is not None:
        told = Evidence(
            f"% that the {NEIGHBOURS} nearest other rows tell", percent(f.neighbours_skill)
        )
        evidence.append(told)
    return Finding(
        "little learned",
        "note",
        f.end.step,
        evidence,
        "Skill is 1 − error/error of a constant. No fault of the training was found, and near "
        "rows tell hardly more: what is left may be noise, which no network learns.",
        "Look for inputs that tell more of the target, and for wrong labels: are X and y in the "
        "same order?",
    )
