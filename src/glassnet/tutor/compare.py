"""Which known mistake gives the learner's numbers: the exact rival computation, trial by trial."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any, Protocol

import numpy as np

from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.textbook import TEXTBOOK, Array, Rules

Observed = list[Array] | str  # the arrays that came, or the sentence on why none did
Named = tuple[str, Array]
TOLERANCE = 1e-9


class Comparable(Protocol):
    """A trial: it tells what a computation by some rules gives."""

    def expected(self, rules: Rules = ...) -> list[Named] | None: ...


def close(got: Array, expected: Array) -> bool:
    """Whether both hold the same numbers; NaN is the same as NaN."""
    got, expected = fitted(got, expected), np.asarray(expected, dtype=np.float64)
    if got.shape != expected.shape:
        return False
    finite = expected[np.isfinite(expected)]
    scale = max(np.abs(finite).max(initial=0.0), 1e-3)
    with np.errstate(invalid="ignore"):
        return bool(
            np.allclose(got, expected, rtol=TOLERANCE, atol=TOLERANCE * scale, equal_nan=True)
        )


def fitted(got: Array, expected: Array) -> Array:
    """The same numbers in the expected shape, where only axes of length 1 differ."""
    got = np.asarray(got, dtype=np.float64)
    wanted = np.shape(expected)
    if [n for n in got.shape if n != 1] == [n for n in wanted if n != 1]:
        return got.reshape(wanted)
    return got


def matches(observed: Observed, expected: list[Named] | None) -> bool:
    """Whether a computation gave what was observed; where its shapes do not fit, nothing."""
    if expected is None or isinstance(observed, str):
        return expected is None and isinstance(observed, str) and observed.startswith("ValueError")
    return len(observed) == len(expected) and all(
        close(got, want) for got, (_, want) in zip(observed, expected)
    )


def explaining(
    trials: Sequence[Comparable], seen: Sequence[Observed], stage: str = ""
) -> tuple[list[Mistake], bool]:
    """The mistakes that give what was observed in every trial, each alone; else two at once.

    With a stage, what comes before it is known to be right: its own mistakes go before others
    that give the same numbers.
    """
    known = KNOWN_MISTAKES
    alone = [m for m in known if _explains(m.changes, trials, seen)]
    if alone:
        return [m for m in alone if m.stage == stage] or alone, False
    for one, other in combinations(known, 2):
        if not set(one.changes) & set(other.changes) and _explains(
            {**one.changes, **other.changes}, trials, seen
        ):
            return [one, other], True
    return [], False


def _explains(changes: Any, trials: Sequence[Comparable], seen: Iterable[Observed]) -> bool:
    rules = TEXTBOOK.changed(changes)
    shown = False  # at least one trial must have given numbers
    for trial, observed in zip(trials, seen):
        if not matches(observed, trial.expected(rules)):
            return False
        shown = shown or not isinstance(observed, str)
    return shown


def differing_entry(expected: list[Named], observed: list[Array]) -> tuple[str, str, str]:
    """The first entry that differs: its address, what was expected, what came."""
    for (name, want), got in zip(expected, observed):
        if close(got, want):
            continue
        fit, want = fitted(got, want), np.asarray(want, dtype=np.float64)
        if fit.shape != want.shape:
            return name, shape_in_words(want.shape), shape_in_words(np.shape(got))
        scale = np.abs(want[np.isfinite(want)]).max(initial=0.0)
        for index in np.ndindex(want.shape):
            a, b = fit[index], want[index]
            if not (a == b or abs(a - b) <= TOLERANCE * max(abs(b), scale)):
                return name + _address(name, index, want.shape), *_apart(float(b), float(a))
    return "", "", ""


def shape_in_words(shape: tuple[int, ...]) -> str:
    return f"shape {shape}" if shape else "one number"


def _apart(one: float, other: float) -> tuple[str, str]:
    """Both numbers, with as many digits as tell them apart, at least nine."""
    for digits in range(9, 18):
        written = f"{one:.{digits}g}", f"{other:.{digits}g}"
        if written[0] != written[1]:
            break
    return written


def _address(name: str, index: tuple[int, ...], shape: tuple[int, ...]) -> str:
    """[i]@k of layers whose columns are samples, [i,j] of other arrays, nothing of one number."""
    if not index:
        return ""
    if len(index) == 2 and shape[1] == 1 and "W" not in name:
        return f"[{index[0]}]"
    if re.fullmatch(r"x|y|(z|a|delta|db|b)\d+", name):
        return f"[{index[0]}]@{index[1]}"
    return f"[{','.join(map(str, index))}]"
