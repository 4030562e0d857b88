"""The mistakes that people make in networks of their own, all that a rival computation shows."""

from typing import get_args

from glassnet.tutor.mistakes import deltas, derivative, forward, gradients, update
from glassnet.tutor.mistakes.behaviour import SEEN
from glassnet.tutor.mistakes.record import Common, Mistake

# the common ones first within each step of the computation
KNOWN_MISTAKES: tuple[Mistake, ...] = tuple(
    sorted(
        (
            *forward.MISTAKES,
            *derivative.MISTAKES,
            *deltas.MISTAKES,
            *gradients.MISTAKES,
            *update.MISTAKES,
        ),
        key=lambda mistake: get_args(Common).index(mistake.common),
    )
)
_BY_NAME = {mistake.name: mistake for mistake in (*KNOWN_MISTAKES, *SEEN)}


def mistake_named(name: str) -> Mistake:
    """The mistake of that name. Raises: KeyError where there is none."""
    return _BY_NAME[name]
