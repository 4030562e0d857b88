"""How steps follow from slopes: along them, with a memory, or by an optimizer that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from glassnet.tutor.dataflow.graph import Array
from glassnet.tutor.dataflow.stepping.rounds import Round

MOST = 256  # entries of an array that an optimizer, and at first a memory, is tried on


@dataclass(frozen=True)
class StepRule:
    """step = −rate · slope − decay · itself + momentum · its last step; or an optimizer's.

    rates: of each round by its number, nan where nothing can be told. ahead: the share of the last
    slope that Nesterov's momentum takes back.
    """

    how: str
    rates: dict[int, float]
    decay: float = 0.0
    momentum: float = 0.0
    ahead: float = 0.0
    limit: float = float("inf")
    optimizer: KnownOptimizer | None = None

    def steps(self, rounds: Sequence[Round], *, biased: bool = False) -> list[Array]:
        """What a parameter with these rounds would move by; biased: it does not decay."""
        if self.optimizer is not None:
            rate = next(iter(self.rates.values()))
            return [-rate * each for each in self.optimizer.directions(rounds)]
        made: list[Array] = []
        last, slope = np.zeros_like(rounds[0].step), np.zeros_like(rounds[0].step)
        for each in rounds:
            if each.anew:
                last, slope = np.zeros_like(last), np.zeros_like(slope)
            rate = self.rates.get(each.number, float("nan"))
            if self.momentum and not made and each.number:
                rate = float("nan")  # what it moved by before is not known
            decay = 0.0 if biased else self.decay * each.before
            step = -rate * each.slope - decay + self.momentum * last + self.ahead * slope
            made.append(np.clip(step, -self.limit, self.limit))
            last, slope = each.step, each.slope
        return made


def along(rounds: Sequence[Round], tolerance: float) -> StepRule | None:
    """Each step a multiple of its slope."""
    rates: dict[int, float] = {}
    for each in rounds:
        rate = _rate(each, tolerance)
        if rate is None:
            return None
        rates[each.number] = rate
    return StepRule("slope", rates)


def _rate(each: Round, tolerance: float) -> float | None:
    """−step / slope; nan where nothing can be told, None where it is no multiple."""
    square = float(each.slope @ each.slope)
    if square == 0:
        return float("nan") if each.size <= max(each.grain, 1e-15) else None
    rate = -float(each.step @ each.slope) / square
    rest = np.abs(each.step + rate * each.slope).max()
    if not each.tells:
        return float("nan") if rest <= 1e6 * each.grain else None
    return rate if rest <= tolerance * each.size + 100 * each.grain else None


def clipped(rounds: Sequence[Round], tolerance: float) -> StepRule | None:
    """Entries along the slope, but none further than so much, the same throughout."""
    rates: dict[int, float] = {}
    caps: list[float] = []
    for each in rounds:
        size = np.abs(each.step)
        capped = size >= each.size * (1 - 1e-9)
        inner = Round(each.before[~capped], each.step[~capped], each.slope[~capped], each.nodes,
                      each.number, each.grain)  # fmt: skip
        rate = _rate(inner, tolerance) if not capped.all() else None
        if rate is None or not rate > 0:
            return None
        beyond = -np.sign(each.step[capped]) * each.slope[capped] * rate
        if (beyond < each.size * (1 - tolerance)).any():
            return None
        rates[each.number] = rate
        caps += [each.size] * int(capped.sum() > 1)
    if not caps or np.ptp(caps) > tolerance * max(caps):
        return None
    return StepRule("clipped", rates, limit=caps[0])


def remembering(rounds: Sequence[Round], tolerance: float) -> StepRule | None:
    """With decay, momentum or both, the same throughout; the rate too, or one for each round."""
    none = np.zeros_like(rounds[0].step)
    pairs = list(pairwise(rounds))
    last = [none, *(none if own.anew else before.step for before, own in pairs)]
    slopes = [none, *(none if own.anew else before.slope for before, own in pairs)]
    for first in (0, 1)[: len(rounds) - 1]:  # of the first, what went before may be unknown
        own = rounds[first:]
        columns = [
            (each.slope, each.before, l, s) for each, l, s in zip(own, last[first:], slopes[first:])
        ]
        for kept in ((0, 1), (0, 2), (0, 1, 2), (0, 2, 3)):
            rule = _fitted(own, columns, kept, tolerance)
            if rule is not None:
                return rule
    return None


def decayed_in_part(rounds: Sequence[Round], tolerance: float) -> StepRule | None:
    """Some entries with a share of themselves, the others without: biases beside the weights."""
    first = rounds[0]
    told = np.abs(first.slope) > 1e-6 * np.abs(first.slope).max(initial=0.0)
    ratios = np.sort(-first.step[told] / first.slope[told])
    if len(ratios) < 8:
        return None
    near = 10 * tolerance * np.abs(ratios)
    alike = np.searchsorted(ratios, ratios + near) - np.searchsorted(ratios, ratios - near)
    rate = float(ratios[np.argmax(alike)])
    rests = [each.step + rate * each.slope for each in rounds]
    close = [tolerance * each.size + 100 * each.grain for each in rounds]
    plain = np.all([np.abs(rest) <= c for rest, c in zip(rests, close)], axis=0)
    if not 2 <= plain.sum() <= first.step.size - 4:
        return None
    kept = np.concatenate([each.before[~plain] for each in rounds])
    rest = np.concatenate([each[~plain] for each in rests])
    decay = -float(rest @ kept) / (float(kept @ kept) or 1.0)
    left = np.abs(rest + decay * kept).max()
    if not (rate > 0 and 1e-9 < decay < 0.5) or left > max(close):
        return None
    return StepRule("slope with memory", {each.number: rate for each in rounds}, decay)


def _fitted(
    rounds: Sequence[Round], columns: Sequence[tuple[Array, ...]], kept: tuple[int, ...],
    tolerance: float,
) -> StepRule | None:  # fmt: skip
    together = np.concatenate([np.stack([c[i] for i in kept], 1) for c in columns])
    step = np.concatenate([each.step for each in rounds])
    found = _shares(together, step, kept, tolerance, max(each.grain for each in rounds))
    if found is not None:
        return StepRule("slope with memory", {each.number: found[0] for each in rounds}, *found[1:])
    if len(rounds) < 2 or 3 in kept or rounds[0].step.size < 8:
        return None
    each_own: list[tuple[float, ...]] = []
    for each, own in zip(rounds, columns):  # a rate of its own for each round
        used = tuple(i for i in kept if np.any(own[i]))
        if 0 not in used:
            return None
        found = _shares(np.stack([own[i] for i in used], 1), each.step, used, tolerance, each.grain)
        if found is None:
            return None
        each_own.append(found)
    told = np.array(each_own)
    with_last = [np.any(own[2]) for own in columns]
    momenta = told[with_last, 2]
    # decay goes with the rate, or stays the same where batches, and so rates, are of unequal sizes
    ways = (told[:, 1] / told[:, 0], told[:, 1])
    if (len(momenta) and np.ptp(momenta) > 1e-4) or all(
        np.ptp(w) > 1e-3 * np.abs(w).max() for w in ways
    ):
        return None
    rates = {each.number: float(own[0]) for each, own in zip(rounds, told)}
    return StepRule("slope with memory", rates, 0.0, float(momenta[0]) if len(momenta) else 0.0)


def _shares(
    A: Array, step: Array, kept: tuple[int, ...], tolerance: float, grain: float
) -> tuple[float, float, float, float] | None:
    """(rate, decay, momentum, ahead), where these columns explain the steps and are needed."""
    scale = np.abs(A).max(axis=0)
    if len(step) < 4 * len(kept) or (scale == 0).any() or not np.isfinite(A).all():
        return None
    slope = A[:, 0]
    rest = step - slope * float(step @ slope) / float(slope @ slope)
    if len(step) > 4 * MOST:  # what does not explain a few of them explains not all
        few = slice(None, None, len(step) // MOST)
        x = np.linalg.lstsq(A[few] / scale, step[few], rcond=None)[0] / scale
        if np.abs(A[few] @ x - step[few]).max() > 100 * (tolerance * np.abs(rest).max() + grain):
            return None
    x = np.linalg.lstsq(A / scale, step, rcond=None)[0] / scale
    share = dict(zip(kept, x.tolist()))
    rate, decay = -share.get(0, 0.0), -share.get(1, 0.0)
    momentum, ahead = share.get(2, 0.0), share.get(3, 0.0)
    # else no step is ever forgotten, or it is growth, or forgets itself
    if not (abs(momentum) < 0.9999 and -1e-9 < decay < 0.5):
        return None
    if 3 in kept and abs(ahead - rate * momentum / (1 + momentum)) > 1e-4 * abs(rate):
        return None
    left = np.abs(A @ x - step).max()
    # the rest of the steps, not the whole, must be explained by what is added
    return (
        (rate, decay, momentum, ahead) if left <= tolerance * np.abs(rest).max() + grain else None
    )


@dataclass(frozen=True)
class KnownOptimizer:
    """m / (√v + ε): first and second moments of the gradients, each with its share or without."""

    beta1: float  # 0: the gradient itself
    beta2: float  # 1: the sum of all squares
    epsilon: float
    corrected: bool
    inside: bool  # ε under the root
    times: float  # the gradient, of the slope
    decay: float = 0.0  # of the parameter, in the gradient

    def directions(self, rounds: Sequence[Round]) -> list[Array]:
        made: list[Array] = []
        m, v = np.zeros_like(rounds[0].slope), np.zeros_like(rounds[0].slope)
        count = 0
        for each in rounds:
            if each.anew:
                m, v, count = np.zeros_like(m), np.zeros_like(v), 0
            count += 1
            g = self.times * each.slope + self.decay * each.before
            m = self.beta1 * m + (1 - self.beta1) * g
            v = v + g * g if self.beta2 == 1 else self.beta2 * v + (1 - self.beta2) * g * g
            mh, vh = m, v
            if self.corrected:
                mh, vh = m / (1 - self.beta1**count), v / (1 - self.beta2**count)
            root = np.sqrt(vh + self.epsilon) if self.inside else np.sqrt(vh) + self.epsilon
            made.append(np.where(root > 0, mh / np.where(root > 0, root, 1), 0.0))
        return made


def optimized(
    rounds: Sequence[Round], times: Sequence[tuple[float, float]], constants: Sequence[float],
    tolerance: float,
) -> StepRule | None:  # fmt: skip
    """An optimizer with the constants of the program by which all steps follow.

    times: (of the slope, of the parameter), for each gradient that the program computes.
    """
    few = [_thinned(each) for each in rounds]
    steps = [each.step for each in few]
    for optimizer in _optimizers(times, constants):
        directions = optimizer.directions(few)
        flat, step = np.concatenate(directions), np.concatenate(steps)
        square = float(flat @ flat)
        rate = -float(step @ flat) / square if square else 0.0
        grain = max(each.grain for each in few)
        if rate > 0 and np.abs(step + rate * flat).max() <= tolerance * np.abs(step).max() + grain:
            return StepRule(
                "optimizer", {each.number: rate for each in rounds}, optimizer=optimizer
            )
    return None


def _thinned(each: Round) -> Round:
    every = max(1, each.step.size // MOST)
    return replace(
        each, before=each.before[::every], step=each.step[::every], slope=each.slope[::every]
    )


def _optimizers(
    times: Sequence[tuple[float, float]], constants: Sequence[float]
) -> Iterator[KnownOptimizer]:
    shares = {c for c in constants if 0.3 <= c < 1}
    shares |= {1 - c for c in constants if 1e-4 < c < 0.3}
    small = sorted({c for c in constants if 0 < c < 1e-4})[:3]
    betas = sorted(shares, reverse=True)[:5]
    for beta2 in (*betas, 1.0):
        for beta1 in (0.0, *betas) if beta2 < 1 else (0.0,):
            for corrected in (True, False)[int(beta2 == 1) :]:
                for epsilon in (*small, 0.0):
                    for inside in (False, True)[: 1 + bool(epsilon)]:
                        for own, decay in times[-3:]:
                            yield KnownOptimizer(
                                beta1, beta2, epsilon, corrected, inside, own, decay
                            )
