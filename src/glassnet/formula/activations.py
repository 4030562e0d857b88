"""Activations as trees: a = f(z) beside f′(z), of core's own and of one's own."""

import numpy as np

from glassnet.core import activations as core
from glassnet.core.activations import Activation
from glassnet.core.parts import of_core
from glassnet.core.validation.functions import TRIED, check_formula, differing
from glassnet.formula.derivative import derivative
from glassnet.formula.tree import (
    HALF,
    PI,
    Expression,
    Function,
    Number,
    erf,
    exp,
    ln,
    maximum,
    minimum,
    sqrt,
    tanh,
)


def activation(f: Activation, z: Expression) -> Expression:
    """a = f(z) of an elementwise activation; of one's own its formula, or its name called."""
    match of_core(f):
        case core.Identity():
            return z
        case core.Sigmoid():
            return 1 / (1 + exp(-z))
        case core.Tanh():
            return tanh(z)
        case core.ReLU():
            return maximum(z, 0)
        case core.LeakyReLU(slope):
            return maximum(z, 0) + slope * minimum(z, 0)
        case core.ELU(alpha):
            return maximum(z, 0) + alpha * (exp(minimum(z, 0)) - 1)
        case core.SELU(alpha=alpha, scale=scale):
            return scale * (maximum(z, 0) + alpha * (exp(minimum(z, 0)) - 1))
        case core.GELU():
            return HALF * z * (1 + erf(z / sqrt(2)))
        case core.GELUTanh():
            return HALF * z * (1 + tanh(_gelu_tanh_u(z)))
        case core.SiLU():
            return z / (1 + exp(-z))
        case core.Softplus():
            return ln(1 + exp(z))
        case core.Exp():
            return exp(z)
    own = own_formula(f)
    return Function(_called(f), (z,)) if own is None else own.where({"z": z})


def slope(f: Activation, z: Expression, a: Expression) -> Expression:
    """f′(z) of an elementwise activation, where a = f(z)."""
    match of_core(f):
        case core.Identity():
            return Number(1)
        case core.Sigmoid():
            return a * (1 - a)
        case core.Tanh():
            return 1 - a**2
        case core.ReLU():
            return z > 0
        case core.LeakyReLU(slope):
            return (z > 0) + slope * (z <= 0)
        case core.ELU(alpha):
            return (z > 0) + alpha * exp(minimum(z, 0)) * (z <= 0)
        case core.SELU(alpha=alpha, scale=scale):
            return scale * ((z > 0) + alpha * exp(minimum(z, 0)) * (z <= 0))
        case core.GELU():
            return HALF * (1 + erf(z / sqrt(2))) + z * exp(-(HALF * z**2)) / sqrt(2 * PI)
        case core.GELUTanh():
            t = tanh(_gelu_tanh_u(z))
            du = sqrt(2 / PI) * (1 + 0.134145 * z**2)
            return HALF * (1 + t) + HALF * z * (1 - t**2) * du
        case core.SiLU():
            s = 1 / (1 + exp(-z))
            return s + a * (1 - s)
        case core.Softplus():
            return 1 / (1 + exp(-z))
        case core.Exp():
            return a
    if (own := own_formula(f)) is not None:
        told, tried = derivative(own, "z"), np.array(TRIED)
        with np.errstate(all="ignore"):
            taken = f.df(tried, f.f(tried))
        if differing(told, taken) is None:
            return told.where({"z": z})
    return Function(f"{_called(f)}′", (z,))  # the pass took f's own f′, right or wrong


def _gelu_tanh_u(z: Expression) -> Expression:
    return sqrt(2 / PI) * (z + 0.044715 * z**3)


def own_formula(f: Activation) -> Expression | None:
    """The tree that an activation of one's own brings of its f, None where it brings none.

    Raises: InputError where it is no tree of z, or gives other numbers than f does.
    """
    check_formula(f)
    return f.formula


def _called(f: Activation) -> str:
    """What the values of somebody's own activation stand as: its name, or f."""
    return f.name if f.name.isascii() and f.name.isidentifier() else "f"
