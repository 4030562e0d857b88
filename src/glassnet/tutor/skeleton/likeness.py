"""What an unknown slip has to do with the right numbers: a sign, a factor, an order, a shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from glassnet.tutor.compare import Observed, close, fitted
from glassnet.tutor.skeleton.contract import Trial
from glassnet.tutor.textbook import Array

Pair = tuple[Array, Array]  # what came, what was expected


def likeness(trials: Sequence[Trial], seen: Sequence[Observed]) -> str:
    """A sentence on what came, where it holds in every trial; "" where nothing is alike."""
    if any(isinstance(s, str) and re.match(r"\d+ arrays, where one ", s) for s in seen):
        return (
            "A list came back where one array is wanted: np.array(…) around it makes it one, "
            "np.vstack(…) a column of arrays."
        )
    by_trial = [list(_pairs(trial, came)) for trial, came in zip(trials, seen)]
    pairs = [pair for each in by_trial for pair in each]
    if not pairs or not all(by_trial):
        return ""
    if any(np.shape(got) != np.shape(want) for got, want in pairs):
        turned = all(_is(np.transpose(got), want) or _is(got, want) for got, want in pairs)
        return "Your numbers are right, and lie turned over: rows for columns." if turned else ""
    return _of_numbers(trials, by_trial, pairs)


def _of_numbers(
    trials: Sequence[Trial], by_trial: Sequence[Sequence[Pair]], pairs: Sequence[Pair]
) -> str:
    if all(map(_as_given, trials, by_trial)):
        return (
            "What comes back is what was given, unchanged: does what is worked out go back into "
            "the variable, and is that what is returned?"
        )
    factors = [_factor(got, want) for got, want in pairs]
    known = [each for each in factors if each is not None]
    if known and len(known) == len(factors) and np.allclose(known, known[0], rtol=1e-8, atol=0):
        return _times(known[0])
    if all(_is(np.transpose(got), want) or _is(got, want) for got, want in pairs):
        return "Your numbers are right, and lie turned over: rows for columns."
    if all(_is(np.sort(got, axis=None), np.sort(want, axis=None)) for got, want in pairs):
        return "Your numbers are the right ones, in another order."
    return ""


def _pairs(trial: Trial, came: Observed) -> Iterator[Pair]:
    expected = trial.expected() or []
    if not isinstance(came, str):
        for got, (_, want) in zip(came, expected):
            yield fitted(got, want), np.asarray(want, dtype=np.float64)


def _is(got: Array, want: Array) -> bool:
    return np.shape(got) == np.shape(want) and close(got, want)


def _as_given(trial: Trial, pairs: Sequence[Pair]) -> bool:
    """Whether every array that came is one of those that the function was given."""
    given = [array for call in trial.calls() for array in _arrays(call.get("args", []))]
    same = all(any(_is(got, array) for array in given) for got, _ in pairs)
    return same and any(np.ndim(want) for _, want in pairs)


def _arrays(value: object) -> Iterator[Array]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _arrays(each)


def _factor(got: Array, want: Array) -> float | None:
    """k where got = k · want, entry by entry."""
    square = float(np.vdot(want, want))
    if not np.isfinite(got).all() or not np.isfinite(square) or square == 0:
        return None
    times = float(np.vdot(want, got)) / square
    return times if np.allclose(got, times * want, rtol=1e-8, atol=0) else None


def _times(factor: float) -> str:
    if np.isclose(factor, -1):
        return "Every number of yours is the right one with its sign turned."
    for whole in (*range(2, 11), 100, 1000, 10**6):
        for k, told in ((whole, f"{whole:,} times"), (1 / whole, f"1/{whole:,} of")):
            if np.isclose(abs(factor), k, rtol=1e-6, atol=0):
                sign = " with its sign turned" if factor < 0 else ""
                return f"Every number of yours is {told} the right one{sign}."
    return f"Every number of yours is {factor:.6g} times the right one." if factor else ""
