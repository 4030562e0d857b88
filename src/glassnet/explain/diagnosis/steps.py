"""Findings about the steps: divergence, a rate too high or too low, momentum, noise."""

import math

import numpy as np

from glassnet.explain.diagnosis.figures import Figures, Probe, ProbedUpdate
from glassnet.explain.diagnosis.finding import Evidence, Finding, is_poor, is_well, percent, skill
from glassnet.explain.diagnosis.layers import DEAD, dead_share

# A rise of the loss counts where it undoes half of what separates no knowledge from none left:
# half of the loss of a constant answer. In healthy runs the largest rise seen was 0.12 of it.
SWING = 0.5
# ‖Δθ‖/‖θ‖ is about 1e-3 where training goes well (Karpathy, CS231n, "Neural Networks Part 3",
# ratio of weights to updates). An update a hundred times that rewrites the weights in ten steps;
# one a tenth of it needs ten thousand to do so.
LONG = 1e-1
SHORT = 1e-4
LASTING = 3  # updates looked at that overshot: more than a start too bold
LINEAR = 8  # ten times the update gained at least so many times as much: no curvature in sight
MOMENTUM_RISES = 3  # updates that climbed for momentum alone, at least
MOMENTUM_SHARE = 0.75  # and of all updates that climbed
NOISE_RISES = 0.5  # the share of updates that raised the loss of other rows
NOISE_MARGIN = 0.25  # by which it exceeds that of updates that raised the loss of their own
NOISE_COST = 0.1  # of a constant answer's loss, gone when the parameters are averaged


def updates(f: Figures) -> list[tuple[int, ProbedUpdate]]:
    return [(p.step, p.update) for p in f.probes if p.update is not None]


def harms(f: Figures, u: ProbedUpdate) -> bool:
    """Whether an update raised the loss of its own batch by as much as counts."""
    return u.own_after - u.own_before > SWING * f.constant_loss


def swing(f: Figures) -> tuple[float, Probe | None]:
    """The largest rise of the loss between two probes, and the first probe that had risen so.

    In units of the loss of a constant answer. Of two rises that count, the earlier is told.
    """
    lowest, largest, where = math.inf, 0.0, None
    for p in f.probes:
        rise = (p.loss - lowest) / f.constant_loss if f.constant_loss > 0 else 0.0
        if rise > largest:
            if where is None or largest < SWING:
                where = p
            largest = rise
        lowest = min(lowest, p.loss)
    return largest, where


def diverged(f: Figures) -> Finding | None:
    rec = f.recording
    ended = rec.ended or {}
    if rec.diverged is None and ended.get("stopped") != "diverged":
        return None
    losses = rec.losses[np.isfinite(rec.losses)]
    last = rec.steps[-1] if rec.diverged is None else rec.diverged
    evidence = [Evidence("the step whose loss was not finite", float(last))]
    began = last
    if len(losses):
        fine = np.flatnonzero(rec.losses <= max(losses[0], f.constant_loss if f.probes else 0))
        began = rec.steps[min(int(fine[-1]) + 1 if len(fine) else 0, len(rec.steps) - 1)]
        evidence = [
            Evidence("loss at the first recorded step", float(losses[0])),
            Evidence("largest finite loss", float(losses.max())),
            *evidence,
        ]
    return Finding(
        "diverged",
        "severe",
        int(began),
        evidence,
        "The loss L = Σ share·ℓ stopped being a finite number, and with it ∂L/∂θ: no update can "
        f"follow. It rose from step {began:,} on and never came back.",
        "Cure what is found beside this first; if nothing is, divide the learning rate by 10, "
        "scale the inputs, or bound the gradient with clip_norm.",
    )


def rate_too_high(f: Figures) -> Finding | None:
    made = updates(f)
    if not made:
        return _too_long_without_data(f)
    rise, where = swing(f)
    if where is None or rise < SWING or momentum_overshoot(f) or noisy_gradient(f):
        return None
    climbed = [(k, u) for k, u in made if u.own_after > u.own_before]
    # of those that climbed: had the gradient been wrong, no shorter step would have gone down
    proven = [(k, u) for k, u in climbed if u.good is not None]
    long = [(k, u) for k, u in made if u.ratio > LONG]
    worst_at, worst = max(made, key=lambda pair: _finite(pair[1].own_after - pair[1].own_before))
    if not proven or not (long or any(harms(f, u) for _, u in made)):
        return None
    began = min([k for k, _ in proven + long])
    good = min(u.good for _, u in proven if u.good is not None)
    setting = float(f.recording.settings["optimizer"]["learning_rate"])
    evidence = [
        Evidence("learning rate there", _rate(f, began)),
        Evidence("largest ‖Δθ‖/‖θ‖ of an update looked at", max(u.ratio for _, u in made)),
        Evidence(f"loss of its own batch before the update of step {worst_at}", worst.own_before),
        Evidence("and after it", worst.own_after),
        Evidence("% of the updates looked at that raised the loss of their own batch",
         percent(len(climbed) / len(made))),
        Evidence("part of an update that would have lowered it where the whole raised it", good),
        Evidence("largest rise of the loss, in units of a constant answer's", rise),
    ]  # fmt: skip
    if is_poor(f):
        severity = "severe"
    else:  # a few first steps too long may have been made good
        made_good = dead_share(f) <= DEAD and (is_well(f) or len(proven) < LASTING)
        severity = "note" if made_good else "warning"
    # at half of the steps that overshot a rate as low would have done
    suits = float(np.median([_rate(f, k) * u.good for k, u in proven if u.good is not None]))
    lower = min(suits, setting / 10)
    return Finding(
        "learning rate too high",
        severity,
        began,
        evidence,
        "An update Δθ lowers the loss while L(θ + Δθ) ≈ L(θ) + grad·Δθ holds, and overshoots where "
        "the curvature term ½ Δθᵀ H Δθ outweighs it. These updates raised the loss of the very "
        "batch that they were computed from, and a part of them would have lowered it.",
        f"Train again with a learning rate of about {lower:.1g}, not {setting:g}.",
    )


def _too_long_without_data(f: Figures) -> Finding | None:
    """By the recorded losses and parameters alone."""
    rec = f.recording
    steps, known = rec.steps, set(rec.steps)
    finite = np.isfinite(rec.losses)
    first = float(rec.losses[0])
    if not (finite[0] and first > 0):
        return None
    high = np.flatnonzero(rec.losses > 10 * first)
    if not len(high) and finite.all():
        return None
    at = int(high[0]) if len(high) else int(np.flatnonzero(~finite)[0])
    before = [k for k in steps[:at] if k + 1 in known][-8:]
    with np.errstate(all="ignore"):
        ratios = [_ratio(f, k) for k in before]
    ratios = [ratio for ratio in ratios if math.isfinite(ratio)]
    if not ratios or max(ratios) < LONG:
        return None
    rate = _rate(f, before[0])
    return Finding(
        "learning rate too high",
        "severe" if f.recording.diverged is not None else "warning",
        before[0],
        [
            Evidence("learning rate there", rate),
            Evidence("loss at the first recorded step", first),
            Evidence(f"loss at step {steps[at]}", float(rec.losses[at])),
            Evidence("largest ‖Δθ‖/‖θ‖ of an update before it", max(ratios)),
        ],
        "An update Δθ lowers the loss while L(θ + Δθ) ≈ L(θ) + grad·Δθ holds, which needs "
        "‖Δθ‖ ≪ ‖θ‖. These were of the size of the parameters, and the loss rose.",
        f"Train again with a learning rate of about {rate / 10:.1g}, and with the data at hand "
        "diagnose again.",
    )


def _ratio(f: Figures, step: int) -> float:
    before, after = f.recording.network(step).theta, f.recording.network(step + 1).theta
    size = float(np.linalg.norm(before.astype(np.float64)))
    change = after.astype(np.float64) - before
    return float(np.linalg.norm(change)) / size if size else math.inf


def rate_too_low(f: Figures) -> Finding | None:
    """Call it only where no layer blocks the gradient: that too makes updates short."""
    made = updates(f)
    if len(made) < 3 or not is_poor(f) or f.end is None:
        return None
    largest = [max((r for r in u.ratios if math.isfinite(r)), default=math.inf) for _, u in made]
    gained = sum(u.seen_before - u.seen_after for _, u in made)
    tenfold = sum(u.seen_before - u.seen_tenfold for _, u in made)
    first, last = f.probes[0], f.end
    helped = gained > 0 and tenfold >= LINEAR * gained
    if max(largest) > SHORT or not helped or last.loss < 0.5 * first.loss:
        return None
    rate = _rate(f, made[0][0])
    factor = 10.0 ** math.floor(math.log10(1e-3 / max(largest)))
    return Finding(
        "learning rate too low",
        "severe" if skill(f) < 0.1 else "warning",
        first.step,
        [
            Evidence("learning rate at the beginning", rate),
            Evidence("largest ‖ΔW‖/‖W‖ of any layer in any update looked at", max(largest)),
            Evidence("loss at the first step", first.loss),
            Evidence(f"loss after {last.step:,} updates", last.loss),
            Evidence("times the gain that ten times the update would have had", tenfold / gained),
        ],
        "An update Δθ = −rate·g (or its like) moves the loss by grad·Δθ, in proportion to the rate "
        "while curvature does not count. Here ten times the update would have gained about ten "
        "times as much, at every stage of the training.",
        f"Train again with a learning rate of about {rate * factor:.1g}, {factor:,.0f} times it.",
    )


def momentum_overshoot(f: Figures) -> Finding | None:
    made = [(k, u) for k, u in updates(f) if u.plain is not None]
    rise, where = swing(f)
    if where is None or rise < SWING or f.recording.diverged is not None:
        return None
    climbed = [(k, u) for k, u in made if u.seen_after > u.seen_before]
    carried = [(k, u) for k, u in climbed if u.plain is not None and u.plain < u.seen_before]
    if len(carried) < max(MOMENTUM_RISES, MOMENTUM_SHARE * len(climbed)):
        return None
    momentum = float(f.recording.settings["optimizer"]["momentum"])
    rate = _rate(f, carried[0][0])
    return Finding(
        "momentum overshoot",
        "severe" if is_poor(f) else "warning",
        carried[0][0],
        [
            Evidence("momentum", momentum),
            Evidence(
                "learning rate / (1 − momentum), the rate in the long run", rate / (1 - momentum)
            ),
            Evidence("updates looked at", float(len(made))),
            Evidence("of these raised the loss", float(len(climbed))),
            Evidence(
                "of these would have lowered it by their own gradient alone", float(len(carried))
            ),
            Evidence("largest rise of the loss, in units of a constant answer's", rise),
        ],
        "v ← momentum·v + g remembers about 1/(1 − momentum) gradients, so that θ goes on moving "
        "where the slope has turned. Here the remembered part carried θ uphill at steps whose own "
        "gradient pointed down.",
        f"Train again with a momentum of {0.9 if momentum > 0.9 else 0.5:g}, or keep it and divide "
        "the learning rate by 10.",
    )


def noisy_gradient(f: Figures) -> Finding | None:
    made = updates(f)
    late = made[len(made) // 2 :]
    if len(late) < 6 or f.averaged_loss is None or f.recording.diverged is not None:
        return None
    if any(harms(f, u) for _, u in made):  # noise does not: an update suits its own rows
        return None
    own = sum(u.own_after > u.own_before for _, u in late) / len(late)
    others = sum(u.seen_after > u.seen_before for _, u in late) / len(late)
    tail = [p for p in f.probes if p.step >= f.averaged_from]
    usual = float(np.mean([p.loss for p in tail]))
    cost = (usual - f.averaged_loss) / f.constant_loss if f.constant_loss > 0 else 0.0
    if others < NOISE_RISES or others - own < NOISE_MARGIN or cost < NOISE_COST:
        return None
    size = int(f.recording.settings["batch_size"])
    noise = float(np.median([p.noise for p in tail]))
    larger = 2 ** math.ceil(math.log2(max(min(noise, 64 * size), 8 * size)))
    return Finding(
        "noisy gradient",
        "warning",
        late[0][0],
        [
            Evidence("rows a batch", float(size)),
            Evidence(
                "rows at which a batch's gradient has as much signal as noise, tr Σ/|G|²", noise
            ),
            Evidence(
                "% of the later updates that raised the loss of their own batch", percent(own)
            ),
            Evidence("% of them that raised the loss of the rows looked at", percent(others)),
            Evidence("mean loss over the last quarter", usual),
            Evidence("loss of the mean of those parameters", f.averaged_loss),
        ],
        "The gradient of B rows is G plus noise of variance Σ/B, and the loss that the noise keeps "
        "up grows with rate·tr Σ/B. The updates suited their own few rows and harmed the others; "
        "the noise taken out by averaging the parameters, the loss falls.",
        f"Use larger batches, {larger} rows or more, or let the learning rate fall: "
        "schedule one_cycle or cosine.",
    )


def _rate(f: Figures, step: int) -> float:
    return float(f.recording.settings["optimizer"]["learning_rate"]) * f.recording.factor(step)


def _finite(value: float) -> float:
    return value if math.isfinite(value) else math.inf
