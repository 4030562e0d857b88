"""Each optimizer in one pass over theta, its gradient and its state, (P,) each.

`n` holds an update's numbers, as theta's: those of `training/loop/fast_update.py`, of which
Adam's state is the sums m/(1 − β₁) and v/(1 − β₂) too.
"""

import math
from typing import Any

from numba import njit

from glassnet.runtime.compiled.curves import EXACT, type_of

UPDATING: Any = {**EXACT, "nogil": True}


@njit(**UPDATING)
def sgd(theta: Any, g: Any, n: Any) -> None:
    """theta ← theta − rate·g."""
    rate = n[0]
    for i in range(theta.size):
        theta[i] -= rate * g[i]


@njit(**UPDATING)
def momentum(theta: Any, g: Any, v: Any, n: Any) -> None:
    """v ← momentum·v + g; theta ← theta − rate·v."""
    rate, keep = n[0], n[1]
    for i in range(theta.size):
        v[i] = keep * v[i] + g[i]
        theta[i] -= rate * v[i]


@njit(**UPDATING)
def nesterov(theta: Any, g: Any, v: Any, n: Any) -> None:
    """v ← momentum·v + g; theta ← theta − rate·(g + momentum·v)."""
    rate, keep = n[0], n[1]
    for i in range(theta.size):
        v[i] = keep * v[i] + g[i]
        theta[i] -= rate * (g[i] + keep * v[i])


@njit(**UPDATING)
def adagrad(theta: Any, g: Any, s: Any, n: Any) -> None:
    """s ← s + g²; theta ← theta − rate·g/(√s + eps)."""
    rate, eps = n[0], n[1]
    for i in range(theta.size):
        s[i] += g[i] * g[i]
        theta[i] -= rate * g[i] / (math.sqrt(s[i]) + eps)


@njit(**UPDATING)
def rmsprop(theta: Any, g: Any, s: Any, mean: Any, v: Any, n: Any) -> None:
    """s ← decay·s + (1 − decay) g²; theta ← theta − rate·g/(√s + eps).

    Args: mean, v, as long as theta where it is centered or has momentum, else of none.
    """
    rate, decay, rest, eps, keep = n[0], n[1], n[2], n[3], n[4]
    centered, gathers, zero = mean.size == theta.size, v.size == theta.size, type_of(n[0], 0.0)
    for i in range(theta.size):
        s[i] = decay * s[i] + rest * g[i] * g[i]
        under = s[i]
        if centered:
            mean[i] = decay * mean[i] + rest * g[i]
            under = s[i] - mean[i] * mean[i]
            under = zero if under < zero else under
        step = g[i] / (math.sqrt(under) + eps)
        if gathers:
            v[i] = keep * v[i] + step
            step = v[i]
        theta[i] -= rate * step


@njit(**UPDATING)
def adam(theta: Any, g: Any, m: Any, v: Any, n: Any) -> None:
    """Adam and, where n[4] is not 1, AdamW: theta ← n[4]·theta − rate·m̂/(√v̂ + eps)."""
    beta1, beta2, eps, rate, kept = n[0], n[1], n[2], n[3], n[4]
    for i in range(theta.size):
        m[i] = beta1 * m[i] + g[i]
        v[i] = beta2 * v[i] + g[i] * g[i]
        theta[i] = kept * theta[i] - rate * (m[i] / (math.sqrt(v[i]) + eps))


@njit(**UPDATING)
def amsgrad(theta: Any, g: Any, m: Any, v: Any, most: Any, n: Any) -> None:
    """Adam with the largest v so far."""
    beta1, beta2, eps, rate = n[0], n[1], n[2], n[3]
    for i in range(theta.size):
        m[i] = beta1 * m[i] + g[i]
        v[i] = beta2 * v[i] + g[i] * g[i]
        most[i] = v[i] if v[i] > most[i] else most[i]
        theta[i] -= rate * (m[i] / (math.sqrt(most[i]) + eps))
