"""Layers as trees: a softmax, and what comes back through it; the penalty on weights."""

from collections.abc import Sequence

from glassnet.formula.tree import Expression, Sum, exp, ln, sign


def softmax_term(z: Expression, top: Expression | None) -> Expression:
    """exp(z) of one output, or exp(z − top) where every exponent is less by the largest z."""
    return exp(_less(z, top))


def through_softmax(a: Expression, da: Expression, total: Sum) -> Expression:
    """∂L/∂zᵢ = aᵢ(∂L/∂aᵢ − Σⱼ ∂L/∂aⱼ aⱼ)."""
    return a * (da - total)


def cross_entropy_of_z(
    total: Sum, targets: Sequence[tuple[Expression, Expression]], top: Expression | None
) -> Expression:
    """ℓ = ln Σ exp z − Σ y z: where an a is 0 and its logarithm has no value.

    Args: total, the softmax's Σ; targets, y and z of each output that y counts.
    """
    return ln(total) - Sum(tuple(y * _less(z, top) for y, z in targets))


def _less(z: Expression, top: Expression | None) -> Expression:
    return z if top is None else z - top


def penalty(l1: float, l2: float, W: Expression) -> Expression:
    """∂P/∂W of the penalty P = l1 Σ|W| + ½ l2 Σ W²."""
    parts = ([l1 * sign(W)] if l1 else []) + ([l2 * W] if l2 else [])
    return Sum(tuple(parts)) if parts else 0 * W
