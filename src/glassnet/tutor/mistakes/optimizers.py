"""Mistakes in what is made of gradients that are right: momentum, moments, rates."""

from glassnet.tutor.mistakes.record import Mistake

ONE_MOMENT_UNCORRECTED = Mistake(
    "adam-one-moment-uncorrected",
    "one of Adam's moments is corrected and the other is not",
    "Both moments start at 0 and are too small at first, each by its own factor 1 − βᵗ. Corrected "
    "alone, one makes the first steps many times too long, or too short.",
    "m̂ = m / (1 − β₁ᵗ), beside v as it is",
    "m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ)",
    "How large are m and v after the first update, and how large is the gradient?",
    "expected",
    stage="update",
)
CORRECTION = Mistake(
    "adam-correction",
    "Adam's moments are corrected by another number than 1 − βᵗ",
    "t counts the updates, from 1 on: 1 − βᵗ grows from 1 − β to 1, and the correction fades. "
    "Without the power, or with another count, it never fades or fades too early.",
    "m / (1 − β₁), or a t that is not the number of updates",
    "m / (1 − β₁ᵗ), with t = 1 in the first update, 2 in the second, …",
    "What is t in your third update, and by what is m divided there?",
    "expected",
    stage="update",
)
ROOT_LOST = Mistake(
    "adam-root-lost",
    "the step is divided by the mean square, not by its root",
    "v is a mean of squares, so that √v is as large as a gradient and g / √v about ±1. Without the "
    "root small gradients make huge steps.",
    "W ← W − α·m / (v + ε)",
    "W ← W − α·m / (√v + ε)",
    "If every gradient becomes ten times smaller, how should an Adam step change?",
    "expected",
    stage="update",
)
SQUARES_LOST = Mistake(
    "second-moment-not-of-squares",
    "the second moment is not made of the gradient's squares",
    "v tells how large the gradients are, whatever their sign: it is a mean of g². Of g itself it "
    "would fall below 0, where no root is.",
    "v ← β₂·v + (1 − β₂)·g",
    "v ← β₂·v + (1 − β₂)·g²",
    "Can your v become negative?",
    "expected",
    stage="update",
)
SHARES_SWAPPED = Mistake(
    "moment-shares-swapped",
    "the old and the new share of a moment are swapped",
    "A moment keeps β of what it was, mostly 0.9 and more, and takes 1 − β of the new gradient. "
    "Swapped it forgets at once.",
    "m ← (1 − β)·m + β·g",
    "m ← β·m + (1 − β)·g",
    "How much of the last update's m is left in this one?",
    "expected",
    stage="update",
)
STEP_BY_SQUARES = Mistake(
    "step-by-squares",
    "the step takes the gradient's square",
    "The square belongs under the root alone. In the step it has no sign, so that every parameter "
    "only ever falls.",
    "W ← W − α·g² / (√v + ε)",
    "W ← W − α·g / (√v + ε)",
    "Can any of your weights ever grow?",
    "expected",
    stage="update",
)
MOMENT_NOT_KEPT = Mistake(
    "moment-not-kept",
    "what the optimizer should remember is never kept",
    "A velocity or moment is computed from what it was after the last update. Here that is 0 in "
    "every round, since the new one is written nowhere: it remembers nothing.",
    "v = μ·state + g, and state stays 0",
    "state = μ·state + g",
    "What does the velocity hold before the second update?",
    "seen",
    stage="update",
)
MOMENTUM_ON_WEIGHTS = Mistake(
    "momentum-on-weights",
    "the momentum factor multiplies the weights",
    "Momentum keeps a share of the last step. Multiplied by it the weights themselves shrink in "
    "every round, whatever the gradient says.",
    "W ← μ·W − α·dW",
    "v ← μ·v − α·dW, W ← W + v",
    "If all gradients were 0, would your weights stay as they are?",
    "seen",
    stage="update",
)
MOMENTUM_SIGN = Mistake(
    "momentum-sign",
    "the momentum pushes back",
    "A velocity goes on in the direction of the last step. With the other sign each step takes a "
    "part of the last one back.",
    "v ← −μ·v − α·dW",
    "v ← μ·v − α·dW",
    "If the gradient stays the same, do your steps become longer or shorter?",
    "expected",
    stage="update",
)
RATE_GROWS = Mistake(
    "rate-decay-grows",
    "the learning rate grows where it should decay",
    "A decay makes the steps smaller from round to round, so that training settles. Divided by a "
    "factor below 1, or multiplied by one above, the rate grows without end.",
    "α ← α / 0.99, or α·(1 + decay·epoch)",
    "α ← α·0.99, or α / (1 + decay·epoch)",
    "What is your learning rate after the last epoch?",
    "expected",
    stage="update",
)
OPTIMIZERS = (
    ONE_MOMENT_UNCORRECTED,
    CORRECTION,
    ROOT_LOST,
    SQUARES_LOST,
    SHARES_SWAPPED,
    STEP_BY_SQUARES,
    MOMENT_NOT_KEPT,
    MOMENTUM_ON_WEIGHTS,
    MOMENTUM_SIGN,
    RATE_GROWS,
)
