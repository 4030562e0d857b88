"""Which mistake gives the numbers that stand on a worksheet: known ones, and slips of the hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.sheet.exercise import Exercise, Quantity
from glassnet.tutor.sheet.following import BY_HAND, following, slack
from glassnet.tutor.sheet.numbers import Written
from glassnet.tutor.sheet.slips import KEYS, Missed, slips
from glassnet.tutor.textbook import Array

FAR = 40  # half units: a wrong rule that misses by more is not looked at closely
# the rules that a quantity is made by; a mistake in others can't show in it first
MADE_BY = {
    "z": {"weighted_sum"},
    "a": {"activation", "f"},
    "loss": {"loss"},
    "delta": {"output_delta", "hidden_delta", "slope"},
    "dW": {"weight_gradient"},
    "db": {"bias_gradient"},
    "new.W": {"new_weights"},
    "new.b": {"new_biases"},
}


@dataclass(frozen=True)
class Hand:
    """What the learner has: arrays by name, what follows from them, and how near counts."""

    exercise: Exercise
    having: Mapping[str, Array]
    follow: Mapping[str, Array]
    near: Mapping[str, Array]
    written: Mapping[str, Written]

    def filled(self, q: Quantity) -> Array:
        """Which entries of q hold a number of the learner's, in its shape."""
        return np.reshape([address in self.written for address in q.addresses], q.shape)


def explaining(hand: Hand, q: Quantity, wrong: Sequence[str]) -> tuple[list[Mistake], bool]:
    """The mistakes that give what stands in q, and whether in its wrong entries alone.

    Of several known ones, those that fit the rest of the sheet best.
    """
    missed = np.reshape([address in wrong for address in q.addresses], q.shape)
    filled = hand.filled(q)
    everywhere: list[Mistake] = []
    in_part: list[Mistake] = []
    for mistake in (*KNOWN_MISTAKES, *KEYS):
        agrees = _agreement(hand, q, mistake)
        if agrees is None or not agrees[missed].all():
            continue
        (everywhere if agrees[filled].all() else in_part).append(mistake)
    if everywhere:
        return _best(hand, q, everywhere), False
    slipped = _slips(hand, q, wrong)
    part = bool((filled & ~missed).any())
    return [*slipped, *(_best(hand, q, in_part) if in_part else [])], part


def gives(hand: Hand, q: Quantity, mistake: Mistake) -> bool:
    """Whether the mistake gives all that stands in q."""
    agrees = _agreement(hand, q, mistake)
    return agrees is not None and bool(agrees[hand.filled(q)].all())


def _agreement(hand: Hand, q: Quantity, mistake: Mistake) -> Array | None:
    """Where q is what the mistake gives from the learner's numbers; None where it gives none."""
    if not MADE_BY[q.kind] & set(mistake.changes):
        return None
    rules = BY_HAND.changed(mistake.changes)
    before = _before(hand, q)
    try:
        found = following(hand.exercise, before, q, rules)
        with np.errstate(invalid="ignore"):
            off = np.abs(hand.having[q.name] - found)
        half = hand.exercise.settings.unit / 2
        if not (off <= FAR * half).any():
            return off < 0
        near = half + slack(hand.exercise, before, q, list(before), rules)
    except ValueError:  # shapes that do not fit
        return None
    return off <= near * (1 + 1e-6) + 1e-12


def _before(hand: Hand, q: Quantity) -> dict[str, Array]:
    """What stood on the sheet before q was computed."""
    names = [each.name for each in hand.exercise.quantities]
    return {name: hand.having[name] for name in names[: names.index(q.name)]}


def _best(hand: Hand, q: Quantity, mistakes: Sequence[Mistake]) -> list[Mistake]:
    """Those that contradict least of the numbers elsewhere on the sheet."""
    if len(mistakes) == 1:
        return list(mistakes)
    against = [_against(hand, q, mistake) for mistake in mistakes]
    return [m for m, count in zip(mistakes, against) if count == min(against)]


def _against(hand: Hand, q: Quantity, mistake: Mistake) -> int:
    """How many of the other quantities are not what the mistake would have made of them."""
    count = 0
    for other in hand.exercise.quantities:
        filled = hand.filled(other)
        if other.name == q.name or not filled.any():
            continue
        agrees = _agreement(hand, other, mistake)
        count += agrees is not None and not agrees[filled].all()
    return count


def _slips(hand: Hand, q: Quantity, wrong: Sequence[str]) -> list[Mistake]:
    """The slips that all wrong entries of q share."""
    right = hand.follow[q.name].ravel().tolist()
    near = hand.near[q.name].ravel().tolist()
    shared: list[Mistake] | None = None
    for k, address in enumerate(q.addresses):
        if address not in wrong:
            continue
        missed = Missed(
            hand.written[address], right[k], near[k], hand.exercise.settings.digits,
            [value for other, value in enumerate(right) if other != k],
        )  # fmt: skip
        found = slips(missed)
        shared = found if shared is None else [slip for slip in shared if slip in found]
    return shared or []
