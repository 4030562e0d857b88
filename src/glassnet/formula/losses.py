"""Losses as trees: what each output adds to ℓ, and how ℓ changes with it."""

from glassnet.core.errors import InputError
from glassnet.core.losses import (
    AbsoluteError,
    BinaryCrossEntropy,
    CrossEntropy,
    Huber,
    Loss,
    SquaredError,
)
from glassnet.core.parts import of_core
from glassnet.formula.tree import HALF, Node, Number, Sum, exp, ln, maximum, minimum, sign


def output_term(loss: Loss, a: Node, y: Node) -> Node:
    """What one output of activation a and target y (the smoothed one) adds; see `of_sample`.

    Raises: InputError for a loss of one's own.
    """
    match of_core(loss):
        case SquaredError():
            return (a - y) ** 2
        case AbsoluteError():
            return abs(a - y)
        case Huber(t):
            e, t = abs(a - y), Number(t)
            return Sum((HALF * minimum(e, t) ** 2 + t * (e - minimum(e, t)),))
        case CrossEntropy():
            return y * ln(a)
        case BinaryCrossEntropy():
            return y * ln(a) + (1 - y) * ln(1 - a)
    raise _unknown(loss)


def of_sample(loss: Loss, terms: Sum) -> Node:
    """ℓ of one sample from the sum of its outputs' terms."""
    match of_core(loss):
        case SquaredError():
            return HALF * terms
        case CrossEntropy() | BinaryCrossEntropy():
            return -terms
    return terms


def term_of_z(z: Node, y: Node) -> Node:
    """The binary cross-entropy of one output from z: where a is 0 or 1 to the last digit."""
    return maximum(z, 0) - y * z + ln(1 + exp(-abs(z)))


def slope(loss: Loss, a: Node, y: Node) -> Node:
    """∂ℓ/∂a of one output."""
    match of_core(loss):
        case SquaredError():
            return a - y
        case AbsoluteError():
            return sign(a - y)
        case Huber(t):
            return maximum(-Number(t), minimum(a - y, t))
        case CrossEntropy():
            return -(y / a)
        case BinaryCrossEntropy():
            return (a - y) / (a * (1 - a))
    raise _unknown(loss)


def joint_slope(loss: Loss, a: Node, y: Node) -> Node:
    """∂ℓ/∂z of one output, of a loss joint with its activation."""
    if isinstance(of_core(loss), CrossEntropy | BinaryCrossEntropy):
        return a - y
    raise _unknown(loss)


def _unknown(loss: Loss) -> InputError:
    return InputError(f"there is no formula for the loss {loss.name}.")
