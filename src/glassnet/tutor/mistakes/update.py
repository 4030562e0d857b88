"""Mistakes of the update and of the loop around it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.tutor import textbook as book
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.textbook import Array, TextbookPass

Rule = Callable[[TextbookPass, int], Array]


def _kept_from_the_first(rule: Rule) -> Rule:
    """What the first update computed, for ever."""
    return lambda p, l: p.memory.setdefault((rule, l), rule(p, l))


def _added_up(rule: Rule) -> Rule:
    """Each update's upon those before."""

    def total(p: TextbookPass, l: int) -> Array:
        p.memory[rule, l] = p.memory.get((rule, l), 0) + rule(p, l)
        return p.memory[rule, l]

    return total


def _moved(by: Callable[[TextbookPass, Array], Array]) -> dict[str, Rule]:
    """Weights and biases both, moved by a function of the pass and the gradient."""
    return {
        "new_weights": lambda p, l: p.W[l] + by(p, p.dW[l]),
        "new_biases": lambda p, l: p.b[l] + by(p, p.db[l]),
    }


def _at(layer: str) -> dict[str, Rule]:
    """Only the first layer, or only the last, is updated."""
    here = (lambda p, l: l == p.last) if layer == "last" else (lambda p, l: l == 1)
    return {
        "new_weights": lambda p, l: book.new_weights(p, l) if here(p, l) else p.W[l],
        "new_biases": lambda p, l: book.new_biases(p, l) if here(p, l) else p.b[l],
    }


def _whole(rule: Rule) -> Rule:
    return lambda p, l: np.trunc(rule(p, l))


def _shared_velocity(p: TextbookPass, l: int) -> Any:
    p.memory["v"] = 0.9 * p.memory.get("v", 0) + p.dW[l]
    return p.W[l] - p.rate * p.memory["v"]


MISTAKES = (
    Mistake(
        "bias-never-updated",
        "the biases are never updated",
        "The biases take part in every forward pass, so they have a gradient, db = Σδ / B, and "
        "learn like the weights. Left alone they stay where they began.",
        "b ← b",
        "b ← b − α·db",
        "Which parameters differ after an update?",
        "often",
        {"new_biases": lambda p, l: p.b[l]},
    ),
    Mistake(
        "update-adds",
        "the update adds the gradient",
        "The gradient points uphill: to descend, subtract it. Added, every step makes the loss "
        "larger.",
        "W ← W + α·dW",
        "W ← W − α·dW",
        "Does the loss fall or grow after one update?",
        "expected",
        _moved(lambda p, g: p.rate * g),
    ),
    Mistake(
        "bias-update-adds",
        "the biases are updated with the wrong sign",
        "The gradient points uphill: to descend, subtract it. Here the weights descend and the "
        "biases climb.",
        "b ← b + α·db",
        "b ← b − α·db",
        "Do weights and biases have the same sign in their updates?",
        "seen",
        {"new_biases": lambda p, l: p.b[l] + p.rate * p.db[l]},
    ),
    Mistake(
        "rate-left-out",
        "the learning rate is not applied",
        "The step is the rate times the gradient. Without it the rate that is given changes "
        "nothing.",
        "W ← W − dW",
        "W ← W − α·dW",
        "Does another learning rate change your update?",
        "expected",
        _moved(lambda p, g: -g),
    ),
    Mistake(
        "bias-rate-left-out",
        "the learning rate is not applied to the biases",
        "Weights and biases take the same step: the rate times their gradient. The biases here "
        "ignore the rate.",
        "b ← b − db",
        "b ← b − α·db",
        "Where does α stand in the update of the biases?",
        "seen",
        {"new_biases": lambda p, l: p.b[l] - p.db[l]},
    ),
    Mistake(
        "rate-twice",
        "the learning rate is applied twice",
        "Once in the gradient or delta and again in the update: the step is scaled by α². At a "
        "rate of 0.1 learning is ten times too slow.",
        "W ← W − α²·dW",
        "W ← W − α·dW",
        "In how many places does α stand?",
        "expected",
        _moved(lambda p, g: -(p.rate**2) * g),
    ),
    Mistake(
        "divided-by-rate",
        "the gradient is divided by the learning rate",
        "A small rate should give a small step. Divided by it the step grows as the rate falls.",
        "W ← W − dW / α",
        "W ← W − α·dW",
        "If you halve the rate, what happens to the step?",
        "expected",
        _moved(lambda p, g: -g / p.rate),
    ),
    Mistake(
        "weights-replaced",
        "the weights are replaced by the step",
        "An update changes the weights by a small step. Here the step takes their place and what "
        "was learned is gone.",
        "W ← −α·dW",
        "W ← W − α·dW",
        "What remains of the old weights after your update?",
        "expected",
        {
            "new_weights": lambda p, l: -p.rate * p.dW[l],
            "new_biases": lambda p, l: -p.rate * p.db[l],
        },
    ),
    Mistake(
        "bias-replaced",
        "the biases are replaced by the step",
        "An update changes the biases by a small step. Here the step takes their place, as `b =- "
        "step` does, where `b -= step` is meant.",
        "b ← −α·db",
        "b ← b − α·db",
        "What remains of the old biases after your update?",
        "seen",
        {"new_biases": lambda p, l: -p.rate * p.db[l]},
    ),
    Mistake(
        "weights-scaled-by-step",
        "the weights are multiplied where the step should be subtracted",
        "W·(1 − α·dW) shrinks or grows each weight by a share of itself. Gradient descent "
        "subtracts α·dW whatever the weight is.",
        "W ← W ⊙ (1 − α·dW)",
        "W ← W − α·dW",
        "If a weight is 0, can your update move it?",
        "expected",
        {
            "new_weights": lambda p, l: p.W[l] * (1 - p.rate * p.dW[l]),
            "new_biases": lambda p, l: p.b[l] * (1 - p.rate * p.db[l]),
        },
    ),
    Mistake(
        "only-last-layer-updated",
        "only the output layer is updated",
        "Every layer's parameters have a gradient. Here the hidden layers stay as they were "
        "initialised.",
        "W1 ← W1",
        "W1 ← W1 − α·dW1",
        "Which of your matrices differ after an update?",
        "seen",
        _at("last"),
    ),
    Mistake(
        "only-first-layer-updated",
        "only the first layer is updated",
        "Every layer's parameters have a gradient. Here those of the later layers stay as they "
        "were initialised.",
        "W2 ← W2",
        "W2 ← W2 − α·dW2",
        "Which of your matrices differ after an update?",
        "seen",
        _at("first"),
    ),
    Mistake(
        "wrong-gradient-for-layer",
        "a layer is updated with another layer's gradient",
        "Each matrix moves by its own gradient. Here dW2 stands where dW1 is meant, which equal "
        "shapes do not betray.",
        "W1 ← W1 − α·dW2",
        "W1 ← W1 − α·dW1",
        "Which gradient does each line of your update use?",
        "often",
        {"new_weights": lambda p, l: p.W[l] - p.rate * p.dW[p.last]},
    ),
    Mistake(
        "integer-weights",
        "the weights are cut to whole numbers",
        "An array made of whole numbers keeps whole numbers: what is written into it loses its "
        "fraction. Make it of floats, as in np.zeros(n) or np.array(…, dtype=float).",
        "W ← ⌊W − α·dW⌋",
        "W ← W − α·dW, with W.dtype float64",
        "What is the dtype of your weights?",
        "expected",
        {"new_weights": _whole(book.new_weights), "new_biases": _whole(book.new_biases)},
    ),
    Mistake(
        "gradients-never-reset",
        "the gradients are never reset",
        "Each update's gradient is added to those of all updates before. That is a momentum "
        "without decay, and it overshoots.",
        "dW ← dW + δ a0ᵀ / B, never set back to 0",
        "dW = δ a0ᵀ / B",
        "What does dW hold before the second update's backward pass?",
        "seen",
        {
            "weight_gradient": _added_up(book.weight_gradient),
            "bias_gradient": _added_up(book.bias_gradient),
        },
    ),
    Mistake(
        "gradients-of-the-first-step",
        "the gradients are computed once and used for every update",
        "After an update the weights are others, and so are their gradients. They must be "
        "computed anew inside the loop.",
        "dW from the first weights, in every update",
        "dW from the present weights",
        "Which lines stand inside your training loop?",
        "seen",
        {
            "weight_gradient": _kept_from_the_first(book.weight_gradient),
            "bias_gradient": _kept_from_the_first(book.bias_gradient),
        },
    ),
    Mistake(
        "forward-only-once",
        "the forward pass is run only once",
        "After an update the activations are others. Without a forward pass in each round the "
        "deltas are those of weights long gone.",
        "z, a from the first weights, in every update",
        "z, a from the present weights",
        "Which lines stand inside your training loop?",
        "seen",
        {
            "weighted_sum": _kept_from_the_first(book.weighted_sum),
            "activation": _kept_from_the_first(book.activation),
        },
    ),
    Mistake(
        "velocity-shared",
        "all parameters share one velocity",
        "Each parameter array needs an optimizer state of its own. Shared, one layer's gradient "
        "pushes another layer.",
        "v ← 0.9·v + dW, one v for all",
        "v1 ← 0.9·v1 + dW1, v2 ← 0.9·v2 + dW2",
        "How many velocities are there?",
        "seen",
        {"new_weights": _shared_velocity},
    ),
    Mistake(
        "one-step-too-few",
        "one update is missing",
        "The loop ends one round early: range(1, n) and range(n − 1) run n − 1 times. So arises a "
        "published figure that belongs to 9,999 updates, not to 10,000.",
        "n − 1 updates",
        "n updates, range(n)",
        "How often does your loop run for steps = 1?",
        "expected",
        {"steps": lambda case: max(case.steps - 1, 0)},
    ),
    Mistake(
        "one-step-too-many",
        "one update is made too many",
        "The loop runs once more than asked: range(n + 1), or an update before it. The numbers "
        "are those of the step after.",
        "n + 1 updates",
        "n updates, range(n)",
        "How often does your loop run for steps = 1?",
        "expected",
        {"steps": lambda case: case.steps + 1},
    ),
    Mistake(
        "one-step-only",
        "only one update is made, whatever was asked",
        "The loop is left after its first round, often by a `return` inside it. The number of "
        "steps then changes nothing.",
        "1 update",
        "n updates, range(n)",
        "Where does your `return` stand: inside the loop, or after it?",
        "expected",
        {"steps": lambda case: min(case.steps, 1)},
    ),
)
