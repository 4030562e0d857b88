"""Losses as trees: what each output adds to ℓ, and how ℓ changes with it."""

from glassnet.core import losses as core
from glassnet.core.errors import InputError
from glassnet.core.losses import Loss
from glassnet.core.parts import of_core
from glassnet.formula.tree import (
    HALF,
    Expression,
    Number,
    Sum,
    exp,
    ln,
    maximum,
    minimum,
    sign,
)


def output_term(loss: Loss, a: Expression, y: Expression) -> Expression:
    """What one output of activation a and target y (the smoothed one) adds; see `of_sample`.

    Raises: InputError for a loss of one's own.
    """
    match of_core(loss):
        case core.SquaredError():
            return (a - y) ** 2
        case core.AbsoluteError():
            return abs(a - y)
        case core.Huber(t):
            e, t = abs(a - y), Number(t)
            return Sum((HALF * minimum(e, t) ** 2 + t * (e - minimum(e, t)),))
        case core.Pinball(float(quantile)):
            q = Number(quantile)
            return Sum((maximum(q * (y - a), (q - 1) * (y - a)),))
        case core.Poisson():
            return Sum((a - y * ln(a),))
        case core.CrossEntropy():
            return y * ln(a)
        case core.BinaryCrossEntropy():
            return y * ln(a) + (1 - y) * ln(1 - a)
    raise _unknown(loss)


def of_sample(loss: Loss, terms: Sum) -> Expression:
    """ℓ of one sample from the sum of its outputs' terms."""
    match of_core(loss):
        case core.SquaredError():
            return HALF * terms
        case core.CrossEntropy() | core.BinaryCrossEntropy():
            return -terms
    return terms


def poisson_of_z(z: Expression, y: Expression) -> Expression:
    """What one output adds to a Poisson loss, from z = ln a: where a is 0 to the last digit."""
    return Sum((exp(z) - y * z,))


def term_of_z(z: Expression, y: Expression) -> Expression:
    """The binary cross-entropy of one output from z: where a is 0 or 1 to the last digit."""
    return maximum(z, 0) - y * z + ln(1 + exp(-abs(z)))


def slope(loss: Loss, a: Expression, y: Expression) -> Expression:
    """∂ℓ/∂a of one output."""
    match of_core(loss):
        case core.SquaredError():
            return a - y
        case core.AbsoluteError():
            return sign(a - y)
        case core.Huber(t):
            return maximum(-Number(t), minimum(a - y, t))
        case core.Pinball(float(quantile)):
            return (1 + sign(a - y)) / 2 - Number(quantile)
        case core.Poisson():
            return 1 - y / a
        case core.CrossEntropy():
            return -(y / a)
        case core.BinaryCrossEntropy():
            return (a - y) / (a * (1 - a))
    raise _unknown(loss)


def joint_slope(loss: Loss, a: Expression, y: Expression) -> Expression:
    """∂ℓ/∂z of one output, of a loss joint with its activation."""
    if isinstance(of_core(loss), core.Poisson | core.CrossEntropy | core.BinaryCrossEntropy):
        return a - y
    raise _unknown(loss)


def _unknown(loss: Loss) -> InputError:
    return InputError(f"there is no formula for the loss {loss.name}.")
