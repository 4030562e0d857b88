"""What is wrong with an input, in one sentence for a person."""

import difflib
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from types import MappingProxyType


class InputError(ValueError):
    """The input or the call was wrong: says what was expected, what came and what to do."""


class CallError(InputError, TypeError):
    """A call that does not fit what is called: TypeError is what Python has for it."""


class NameMissing(InputError, AttributeError, KeyError):
    """A name that is not there: AttributeError or KeyError is what Python has for it."""

    __str__ = Exception.__str__  # KeyError's own would put the sentence in quotes


class Unknown(InputError):
    """A name that is none of the known ones."""


@contextmanager
def names_from_file() -> Generator[None]:
    """While this lasts an unknown name is said to whoever reads it in a file somebody wrote."""
    try:
        yield
    except Unknown as error:
        raise InputError(
            f"{error} One of your own is made known first, by gn.register(YourClass)."
        ) from None


def nearest(
    name: object, names: Iterable[str], said: Mapping[str, str] = MappingProxyType({})
) -> str | None:
    """The one of the names that was probably meant; None where none is near.

    Args: said, what others say for some of the names.

    >>> nearest("rleu", ["relu", "tanh"])
    'relu'
    """
    names, word = list(names), _in_short(name)
    for known in (word, word.lower()):
        if said.get(known) in names:
            return said[known]
        if near := difflib.get_close_matches(known, names, n=1):
            return near[0]
    return None


# What others call a part, where no likeness of letters would lead to its name.
CALLED_ELSEWHERE = {
    "mse": "squared_error", "l2": "squared_error", "mae": "absolute_error", "l1": "absolute_error",
    "nll": "cross_entropy", "ce": "cross_entropy", "categorical_crossentropy": "cross_entropy",
    "bce": "binary_cross_entropy", "log_loss": "binary_cross_entropy", "swish": "silu",
    "linear": "identity", "logistic": "sigmoid", "xavier": "glorot_uniform", "kaiming": "he_normal",
    "l-bfgs": "lbfgs", "gd": "sgd",
}  # fmt: skip


def unknown(kind: str, name: object, known: Iterable[str]) -> Unknown:
    """The error for a name that is not among the known ones, with the nearest that is.

    >>> print(unknown("activation", "rleu", ["relu", "tanh"]))
    unknown activation 'rleu': did you mean 'relu'? Known: relu, tanh.
    """
    names = list(known)
    if name is not None and not isinstance(name, str):
        what = type(name).__name__
        return Unknown(
            f"the {kind} is of type {what}: give one of {', '.join(names)}, or an object."
        )
    near = nearest(name, names, CALLED_ELSEWHERE)
    guess = f" did you mean '{near}'?" if near else ""
    return Unknown(f"unknown {kind} '{_in_short(name)}':{guess} Known: {', '.join(names)}.")


def _in_short(name: object) -> str:
    """What was given as a name, which may be anything, and from a file of any length."""
    return str(name)[:80] if name is None or isinstance(name, str) else f"a {type(name).__name__}"
