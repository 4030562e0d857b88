"""What is wrong with an input, in one sentence for a person."""

import difflib
from collections.abc import Iterable


class InputError(ValueError):
    """The input or the call was wrong: says what was expected, what came and what to do."""


def unknown(kind: str, name: object, known: Iterable[str]) -> InputError:
    """The error for a name that is not among the known ones, with the nearest that is.

    >>> print(unknown("activation", "rleu", ["relu", "tanh"]))
    unknown activation 'rleu': did you mean 'relu'? Known: relu, tanh.
    """
    names = list(known)
    name = str(name)[:80]  # from a file it may be of any length
    near = difflib.get_close_matches(name, names, n=1)
    guess = f" did you mean '{near[0]}'?" if near else ""
    return InputError(f"unknown {kind} '{name}':{guess} Known: {', '.join(names)}.")
