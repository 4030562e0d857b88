"""Slips of working by hand: a sign, a digit, a decimal point, the wrong key of the calculator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isclose, log
from typing import Any

import numpy as np

from glassnet.tutor import textbook as book
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.sheet.numbers import Written
from glassnet.tutor.textbook import Array, TextbookPass


def _by_key(kind: str, wrong: Callable[[Array], Array]) -> dict[str, Callable[..., Any]]:
    """The activation of that kind with the wrong key pressed."""

    def f(p: TextbookPass, l: int, z: Array) -> Array:
        return wrong(z) if p.case.activations[l - 1] == kind else book.activate(p, l, z)

    return {"f": f}


def _shares_of_ten(z: Array) -> Array:
    powers = 10.0**z
    return powers / powers.sum(axis=0)


def _common_logarithm(p: TextbookPass) -> float:
    return float(book.loss(p)) / (log(10) if p.case.natural else 1)


KEYS = (
    Mistake(
        "ten-to-the-power",
        "a power of 10 stands where a power of e belongs",
        "The key 10ˣ lies beside eˣ on most calculators. The sigmoid is made with e = 2.718…",
        "σ(z) = 1 / (1 + 10⁻ᶻ)",
        "σ(z) = 1 / (1 + e⁻ᶻ)",
        "What does your calculator give for e¹, and which key is it?",
        "expected",
        _by_key("sigmoid", lambda z: 1 / (1 + 10.0**-z)),
    ),
    Mistake(
        "softmax-of-ten",
        "powers of 10 stand where powers of e belong",
        "The key 10ˣ lies beside eˣ on most calculators. Softmax shares out powers of e = 2.718…",
        "10ᶻ / Σ 10ᶻ",
        "eᶻ / Σ eᶻ",
        "What does your calculator give for e¹, and which key is it?",
        "expected",
        _by_key("softmax", _shares_of_ten),
    ),
    Mistake(
        "tangent-for-tanh",
        "the tangent was taken, of radians, where tanh is called for",
        "tanh is the hyperbolic tangent: most calculators want the key hyp before tan. "
        "tanh never leaves −1 to 1, and tan z is larger than z.",
        "a = tan z",
        "a = tanh z = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)",
        "Is your value nearer to 0 than z is, as that of tanh must be?",
        "expected",
        _by_key("tanh", np.tan),
    ),
    Mistake(
        "tangent-of-degrees",
        "the tangent was taken, of degrees, where tanh is called for",
        "tanh is the hyperbolic tangent: most calculators want the key hyp before tan, and "
        "degrees have no part in it. For small z tanh z is nearly z.",
        "a = tan z°",
        "a = tanh z = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)",
        "For a small z, is your value nearly z?",
        "expected",
        _by_key("tanh", lambda z: np.tan(np.radians(z))),
    ),
    Mistake(
        "common-logarithm",
        "the logarithm to base 10 was taken",
        "The key log is to base 10 on most calculators, ln to base e. Cross-entropy is made "
        "with ln.",
        "L = −Σ y·log₁₀ a",
        "L = −Σ y·ln a",
        "What does your calculator give for the logarithm of 10: 1, or 2.3026?",
        "expected",
        {"loss": _common_logarithm},
    ),
)


@dataclass(frozen=True)
class Missed:
    """One wrong entry: what was written, what it should be, how near counts, its neighbours."""

    written: Written
    wanted: float
    near: float
    digits: int
    neighbours: Sequence[float]

    def hits(self, value: float, scale: float = 1.0) -> bool:
        """Whether what was written is that value; scale says how much its rounding counts."""
        return isclose(self.written.value, value, rel_tol=1e-9, abs_tol=self.near * scale)


def slips(missed: Missed) -> list[Mistake]:
    """The slips that turn the right number into the one that was written."""
    return [slip for slip, fits in _tried(missed) if fits] or [*_one_digit(missed)]


def _tried(m: Missed) -> Iterator[tuple[Mistake, bool]]:
    v, want = m.written.value, m.wanted
    yield _SIGN, m.hits(-want)
    yield _TWICE, m.hits(2 * want, 2)
    yield _HALF, m.hits(want / 2)
    yield _NEIGHBOUR, any(m.hits(other) for other in m.neighbours)
    yield _POINT, any(m.hits(want * power, max(power, 1)) for power in (0.01, 0.1, 10, 100))
    unit = 10.0**-m.digits
    cut = np.trunc(want / unit + np.sign(want) * 1e-6)
    yield _TRUNCATED, isclose(v, cut * unit, abs_tol=unit / 1e6)
    decimals = m.written.decimals
    yield (
        _ROUGH,
        decimals is not None
        and decimals < m.digits
        and isclose(v, want, abs_tol=0.5 * 10.0**-decimals + m.near),
    )
    match _differing(m):
        case [(i, mine, right), (j, other, its)]:
            yield _TRANSPOSED, j - i <= 2 and (mine, other) == (its, right)


def _one_digit(m: Missed) -> Iterator[Mistake]:
    if len(_differing(m)) == 1:
        yield _DIGIT


def _differing(m: Missed) -> list[tuple[int, str, str]]:
    """Where the two numbers, written alike, differ: the place, and the digit in each."""
    pair = [f"{value:.{m.digits}f}" for value in (m.written.value, m.wanted)]
    if len(pair[0]) != len(pair[1]):
        return []
    return [(k, a, b) for k, (a, b) in enumerate(zip(*pair)) if a != b]


def _slip(name: str, title: str, why: str, wrong: str, right: str, hint: str) -> Mistake:
    return Mistake(name, title, why, wrong, right, hint, "expected", {}, stage="the number")


_SIGN = _slip(
    "sign-turned",
    "the sign is turned",
    "The number is right but for its sign. Look at each minus that goes into it.",
    "−v",
    "v",
    "What sign should this number have?",
)
_TWICE = _slip(
    "twice-too-large",
    "the number is twice what it should be",
    "A factor 2 came in, or a ½ was lost. Neither stands in the formula beyond what it shows.",
    "2·v",
    "v",
    "Which factors stand in the formula?",
)
_HALF = _slip(
    "half-too-small",
    "the number is half of what it should be",
    "A ½ came in, or a factor 2 was lost. Neither stands in the formula beyond what it shows.",
    "½·v",
    "v",
    "Which factors stand in the formula?",
)
_NEIGHBOUR = _slip(
    "neighbour",
    "this is the value of a neighbour",
    "The number belongs to another blank of the same kind. The first index counts the neuron, "
    "the second the input, both from 0.",
    "the value of another index",
    "the value of this index",
    "Which neuron does this index mean, and where does it stand in the list?",
)
_POINT = _slip(
    "decimal-point",
    "the decimal point is shifted",
    "The digits are right and stand in the wrong places. Count the zeros after the point again.",
    "10·v, or v / 10",
    "v",
    "About how large should this number be?",
)
_TRUNCATED = _slip(
    "truncated",
    "the number is cut off, not rounded",
    "The next digit is 5 or more, so the last one kept goes up by one. All before it is right.",
    "digits cut off",
    "rounded to the nearest",
    "Which digit comes after the last that you wrote?",
)
_ROUGH = _slip(
    "too-few-digits",
    "the number has too few digits",
    "As far as it goes it is right. The numbers after it need the digits that the sheet asks for.",
    "fewer decimals",
    "as many decimals as the sheet asks for",
    "How many decimals does the sheet ask for?",
)
_TRANSPOSED = _slip(
    "digits-transposed",
    "two digits have changed places",
    "All digits are there, two of them in each other's place. It happens in copying.",
    "two digits exchanged",
    "the digits in their order",
    "Compare with your calculator digit by digit: what is their order?",
)
_DIGIT = _slip(
    "one-digit",
    "one digit is another",
    "All digits but one are right. It happens in copying, and in adding up.",
    "one digit changed",
    "all digits as computed",
    "Compare with your calculator digit by digit: which one differs?",
)
