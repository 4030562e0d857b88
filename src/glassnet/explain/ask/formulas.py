"""Formulas in words of addresses: templates like '1/(1 + exp(−{z1[0]}))'.

Braces hold the address of a number that goes in. The signs · − ² ^ ½ |…| and the names exp, ln,
sqrt, tanh, max, min, sign, erf are all that a formula uses, so it can be worked out by hand.
"""

from glassnet.core.activations import (
    ELU,
    GELU,
    SELU,
    Activation,
    GELUTanh,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Tanh,
)
from glassnet.core.errors import InputError
from glassnet.core.losses import (
    AbsoluteError,
    BinaryCrossEntropy,
    CrossEntropy,
    Huber,
    Loss,
    SquaredError,
)
from glassnet.core.parts import as_written


def _refuse_own(loss: Loss) -> None:
    if not as_written(loss):
        raise InputError(f"there is no formula for the loss {loss.name}.")


def _called(f: Activation) -> str:
    """What the values of somebody's own activation stand as: its name, or f."""
    return f.name if f.name.isascii() and f.name.isidentifier() else "f"


def activation(f: Activation, z: str) -> str:
    """a = f(z) of an elementwise activation."""
    if not as_written(f):
        return f"{_called(f)}({z})"
    match f:
        case Identity():
            return z
        case Sigmoid():
            return f"1/(1 + exp(−{z}))"
        case Tanh():
            return f"tanh({z})"
        case ReLU():
            return f"max({z}, 0)"
        case LeakyReLU():
            return f"max({z}, 0) + {f.slope!r}·min({z}, 0)"
        case ELU():
            return f"max({z}, 0) + {f.alpha!r}·(exp(min({z}, 0)) − 1)"
        case SELU():
            return f"{f.scale!r}·(max({z}, 0) + {f.alpha!r}·(exp(min({z}, 0)) − 1))"
        case GELU():
            return f"½·{z}·(1 + erf({z}/sqrt(2)))"
        case GELUTanh():
            return f"½·{z}·(1 + tanh(sqrt(2/π)·({z} + 0.044715·{z}·{z}·{z})))"
        case SiLU():
            return f"{z}/(1 + exp(−{z}))"
        case Softplus():
            return f"ln(1 + exp({z}))"
    return f"{_called(f)}({z})"


def derivative(f: Activation, z: str, a: str) -> str:
    """f′(z) of an elementwise activation, '' where it is 1."""
    if not as_written(f):
        return f"{_called(f)}′({z})"
    match f:
        case Identity():
            return ""
        case Sigmoid():
            return f"{a}·(1 − {a})"
        case Tanh():
            return f"(1 − {a}²)"
        case ReLU():
            return f"({z} > 0)"
        case LeakyReLU():
            return f"(({z} > 0) + {f.slope!r}·({z} ≤ 0))"
        case ELU():
            return f"(({z} > 0) + {f.alpha!r}·exp(min({z}, 0))·({z} ≤ 0))"
        case SELU():
            return f"{f.scale!r}·(({z} > 0) + {f.alpha!r}·exp(min({z}, 0))·({z} ≤ 0))"
        case GELU():
            return f"(½·(1 + erf({z}/sqrt(2))) + {z}·exp(−½·{z}²)/sqrt(2·π))"
        case GELUTanh():
            u = f"sqrt(2/π)·({z} + 0.044715·{z}·{z}·{z})"
            return f"(½·(1 + tanh({u})) + ½·{z}·(1 − tanh({u})²)·sqrt(2/π)·(1 + 0.134145·{z}²))"
        case SiLU():
            return f"(1/(1 + exp(−{z})) + {a}·(1 − 1/(1 + exp(−{z}))))"
        case Softplus():
            return f"1/(1 + exp(−{z}))"
    return f"{_called(f)}′({z})"


def loss_term(loss: Loss, a: str, y: str) -> str:
    """What one output of activation a and target y (the smoothed one) adds; see `loss_of`."""
    _refuse_own(loss)
    match loss:
        case SquaredError():
            return f"({a} − {y})²"
        case AbsoluteError():
            return f"|{a} − {y}|"
        case Huber():
            t, e = repr(loss.threshold), f"|{a} − {y}|"
            return f"(½·min({e}, {t})² + {t}·({e} − min({e}, {t})))"
        case CrossEntropy():
            return f"{y}·ln({a})"
        case BinaryCrossEntropy():
            return f"{y}·ln({a}) + (1 − {y})·ln(1 − {a})"
    raise InputError(f"there is no formula for the loss {loss.name}.")


def loss_of(loss: Loss, terms: str) -> str:
    """ℓ of one sample from the sum of its outputs' terms."""
    _refuse_own(loss)
    match loss:
        case SquaredError():
            return f"½·({terms})"
        case CrossEntropy() | BinaryCrossEntropy():
            return f"−({terms})"
    return terms


def loss_term_of_z(z: str, y: str) -> str:
    """The binary cross-entropy of one output from z: where a is 0 or 1 to the last digit."""
    return f"max({z}, 0) − {y}·{z} + ln(1 + exp(−|{z}|))"


def output_slope(loss: Loss, a: str, y: str) -> str:
    """∂ℓ/∂a of one output."""
    _refuse_own(loss)
    match loss:
        case CrossEntropy():
            return f"(−{y}/{a})"
        case BinaryCrossEntropy():
            return f"(({a} − {y})/({a}·(1 − {a})))"
    return output_error(loss, a, y)


def output_error(loss: Loss, a: str, y: str) -> str:
    """∂ℓ/∂a of one output, or, of a loss joint with its activation, ∂ℓ/∂z."""
    _refuse_own(loss)
    match loss:
        case SquaredError() | CrossEntropy() | BinaryCrossEntropy():
            return f"({a} − {y})"
        case AbsoluteError():
            return f"sign({a} − {y})"
        case Huber():
            t = repr(loss.threshold)
            return f"max(−{t}, min({a} − {y}, {t}))"
    raise InputError(f"there is no formula for the loss {loss.name}.")
