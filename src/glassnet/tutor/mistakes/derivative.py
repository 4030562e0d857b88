"""Mistakes in the derivative of an activation."""

from typing import Any

import numpy as np

from glassnet.core import activations
from glassnet.tutor import textbook as book
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.textbook import Array, TextbookPass


def _kind(p: TextbookPass, l: int) -> str:
    return book.kind_of(p, l).name


def _slope(**wrong: Any) -> Any:
    """A rule for the derivative of the activations named, as functions of z and a."""

    def slope(p: TextbookPass, l: int) -> Array:
        if _kind(p, l) in wrong:
            return wrong[_kind(p, l)](p.z[l], p.a[l])
        return book.slope(p, l)

    return slope


def _given(where: str) -> Any:
    """f′ of the right formula, given the wrong one of z and a."""

    def slope(p: TextbookPass, l: int) -> Array:
        kind, z, a = activations.get(_kind(p, l)), p.z[l], p.a[l]
        if kind.name == "softmax":
            return book.slope(p, l)
        if where == "z for a":  # a formula in a, given z
            return kind.df(z, z)
        return kind.df(a, kind.f(a))  # a formula in z, given a

    return slope


MISTAKES = (
    Mistake(
        "derivative-given-z",
        "the derivative's formula is in a, and it is given z",
        "a(1 − a) is right for a sigmoid, and 1 − a² for tanh, where a = f(z) is put in. Given z "
        "it is another number, often negative.",
        "σ′ = z(1 − z), or tanh′ = 1 − z²",
        "σ′ = a(1 − a), tanh′ = 1 − a², where a = f(z)",
        "What does your derivative take: the weighted sum, or the activation?",
        "often",
        {"slope": _given("z for a")},
    ),
    Mistake(
        "derivative-given-a",
        "the derivative's formula is in z, and it is given a",
        "σ(z)(1 − σ(z)), or 1 − tanh²z, applies the activation itself. Given a = f(z) it is "
        "applied a second time.",
        "σ′ = σ(a)(1 − σ(a)), or tanh′ = 1 − tanh²a",
        "σ′ = σ(z)(1 − σ(z)) = a(1 − a)",
        "What do you hand to your derivative: z or a?",
        "often",
        {"slope": _given("a for z")},
    ),
    Mistake(
        "derivative-of-tanh",
        "the derivative is that of tanh",
        "1 − a² belongs to tanh; the sigmoid's is a(1 − a). Forward and backward must be of one "
        "function.",
        "f′ = 1 − a²",
        "σ′ = a(1 − a)",
        "Of which function is this the derivative?",
        "often",
        {"slope": _slope(sigmoid=lambda z, a: 1 - a**2)},
    ),
    Mistake(
        "derivative-of-sigmoid",
        "the derivative is that of the sigmoid",
        "a(1 − a) belongs to the sigmoid alone; tanh has 1 − a², ReLU a 1 where z > 0. Forward "
        "and backward must be of one function.",
        "f′ = a(1 − a)",
        "tanh′ = 1 − a²; ReLU′ = 1 where z > 0, else 0",
        "Of which function is this the derivative?",
        "often",
        {"slope": _slope(tanh=lambda z, a: a * (1 - a), relu=lambda z, a: a * (1 - a))},
    ),
    Mistake(
        "derivative-square-lost",
        "the square in tanh's derivative is lost",
        "tanh′ = 1 − tanh². Without the square negative activations give a slope above 1.",
        "f′ = 1 − a",
        "tanh′ = 1 − a²",
        "How large can the slope of tanh be?",
        "expected",
        {"slope": _slope(tanh=lambda z, a: 1 - a)},
    ),
    Mistake(
        "derivative-is-one-minus-a",
        "a factor of the sigmoid's derivative is lost",
        "σ′ = a(1 − a) has two factors. One alone gives a slope up to 1 where it is never above ¼.",
        "σ′ = 1 − a",
        "σ′ = a(1 − a)",
        "How large can the slope of a sigmoid be, and where?",
        "expected",
        {"slope": _slope(sigmoid=lambda z, a: 1 - a)},
    ),
    Mistake(
        "derivative-is-a",
        "the activation stands where its derivative belongs",
        "The chain rule asks for f′(z), how fast f grows there, not for f(z). For a sigmoid it is "
        "a(1 − a).",
        "σ′ = a",
        "σ′ = a(1 − a)",
        "How fast does the sigmoid grow where it is nearly 1?",
        "expected",
        {"slope": _slope(sigmoid=lambda z, a: a)},
    ),
    Mistake(
        "derivative-plus",
        "a sign in the derivative is wrong",
        "σ′ = a(1 − a): a plus gives a slope that grows as the sigmoid flattens. At a = 1 it must "
        "be 0.",
        "σ′ = a(1 + a)",
        "σ′ = a(1 − a)",
        "What is the slope where the sigmoid is nearly 1?",
        "expected",
        {"slope": _slope(sigmoid=lambda z, a: a * (1 + a), tanh=lambda z, a: 1 + a**2)},
    ),
    Mistake(
        "relu-derivative-one",
        "the derivative of ReLU is 1 everywhere",
        "Where z < 0 a ReLU gives 0 whatever its weights are: no gradient passes there. With 1 "
        "the silent units are moved too.",
        "ReLU′ = 1",
        "ReLU′ = 1 where z > 0, else 0",
        "What does your derivative give at z = −2?",
        "often",
        {"slope": _slope(relu=lambda z, a: np.ones_like(z))},
    ),
    Mistake(
        "relu-derivative-is-relu",
        "ReLU itself stands where its derivative belongs",
        "The slope of ReLU is 1 or 0, never z. With z the gradient is scaled by each unit's "
        "own sum.",
        "ReLU′ = max(z, 0)",
        "ReLU′ = 1 where z > 0, else 0",
        "What does your derivative give at z = 3?",
        "seen",
        {"slope": _slope(relu=lambda z, a: a)},
    ),
)
