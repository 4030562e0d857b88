"""a = f(z) in ONNX: by its operation of that name, where there is one for the network's type.

onnxruntime computes but a few in float64; the others are put together there from what it has, and
so is an activation of somebody's own that brings its formula: the tree, node by node.
"""

import numpy as np

from glassnet.core import activations as core
from glassnet.core import special
from glassnet.core.activations import Activation
from glassnet.core.errors import InputError
from glassnet.core.parts import of_core
from glassnet.exchange.onnx.graph import OnnxGraph
from glassnet.formula.activations import activation as formula_of
from glassnet.formula.tree import (
    Comparison,
    Expression,
    Function,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    exp,
    ln,
    maximum,
)

Z = Symbol("z")
CALLED = {
    "exp": "Exp", "ln": "Log", "tanh": "Tanh", "erf": "Erf", "sqrt": "Sqrt", "max": "Max",
    "min": "Min", "abs": "Abs", "sign": "Sign",
}  # fmt: skip
COMPARED = {">": "Greater", "<=": "LessOrEqual", "≤": "LessOrEqual"}


def activated(g: OnnxGraph, f: Activation, z: str, name: str) -> str:
    """The name of f(z), (N, n_out).

    Raises: InputError for an activation of somebody's own that brings no formula.
    """
    single = g.dtype == np.float32
    match of_core(f):
        case core.Identity():
            return g.call("Identity", z, name=name)
        case core.Sigmoid():
            return g.call("Sigmoid", z, name=name)
        case core.Tanh():
            return g.call("Tanh", z, name=name)
        case core.ReLU():
            return g.call("Relu", z, name=name)
        case core.Softmax():
            return g.call("Softmax", z, axis=1, name=name)
        case core.SiLU():
            return g.call("Mul", z, g.call("Sigmoid", z), name=name)
        case core.LeakyReLU(slope) if single:
            return g.call("LeakyRelu", z, alpha=slope, name=name)
        case core.ELU(alpha) if single:
            return g.call("Elu", z, alpha=alpha, name=name)
        case core.SELU(alpha=alpha, scale=scale) if single:
            return g.call("Selu", z, alpha=alpha, gamma=scale, name=name)
        case core.GELUTanh():
            # ½(1 + tanh u) = σ(2u), which keeps its digits where tanh u is near −1
            u2 = g.call("Mul", z, _gate(g, z))
            return g.call("Mul", z, g.call("Sigmoid", u2), name=name)
        case core.GELU():
            return _gelu(g, z, name)
    return g.call("Identity", tree(g, _formula(f), {"z": z}), name=name)


def _gate(g: OnnxGraph, z: str) -> str:
    """2√(2/π)·(1 + 0.044715 z²)."""
    square = g.call("Mul", z, z)
    inner = g.call("Add", g.constant(1), g.call("Mul", g.constant(0.044715), square))
    return g.call("Mul", g.constant(2 * np.sqrt(2 / np.pi)), inner)


def _gelu(g: OnnxGraph, z: str, name: str) -> str:
    """½z(1 + erf(z/√2)); the runtime has erf in float32 alone."""
    u = g.call("Div", z, g.constant(np.sqrt(2)))
    erf = g.call("Erf", u) if g.dtype == np.float32 else _erf(g, u)
    half = g.call("Mul", g.constant(0.5), z)
    return g.call("Mul", half, g.call("Add", g.constant(1), erf), name=name)


def _erf(g: OnnxGraph, u: str) -> str:
    """erf(u) in float64, by the three ratios of core's erfc: |u| ≤ 0.46875, ≤ 4 and beyond."""
    size, near, middle = g.call("Abs", u), g.constant(0.46875), g.constant(4)
    least = g.call("Min", size, near)
    square = g.call("Mul", least, least)
    inside = g.call("Mul", u, _ratio(g, special.P_SMALL, special.Q_SMALL, square))
    cut = g.call("Min", g.call("Max", size, near), g.constant(6))  # erfc(6) is below the last digit
    u2 = g.call("Mul", cut, cut)
    here = _ratio(g, special.P_MIDDLE, special.Q_MIDDLE, g.call("Min", cut, middle))
    inverse = g.call("Div", g.constant(1), u2)
    less = g.call("Mul", inverse, _ratio(g, special.P_LARGE, special.Q_LARGE, inverse))
    far = g.call("Sub", g.constant(special.ONE_OVER_SQRT_PI), less)
    beyond = g.call("Where", g.call("LessOrEqual", size, middle), here, g.call("Div", far, cut))
    tail = g.call("Mul", g.call("Exp", g.call("Neg", u2)), beyond)  # erfc(|u|)
    outside = g.call("Mul", g.call("Sign", u), g.call("Sub", g.constant(1), tail))
    return g.call("Where", g.call("LessOrEqual", size, near), inside, outside)


def _ratio(g: OnnxGraph, over: tuple[float, ...], under: tuple[float, ...], t: str) -> str:
    """over(t)/under(t), polynomials with the highest power first, by Horner's rule."""

    def polynomial(coefficients: tuple[float, ...]) -> str:
        first, *more = coefficients
        value = g.constant(first)
        for c in more:
            value = g.call("Add", g.call("Mul", value, t), g.constant(c))
        return value

    return g.call("Div", polynomial(over), polynomial(under))


def _formula(f: Activation) -> Expression:
    if isinstance(of_core(f), core.Softplus):
        return maximum(Z, 0) + ln(1 + exp(-abs(Z)))  # where exp z overflows too
    told = formula_of(f, Z)
    if any(part.name not in CALLED for part in told.parts(Function)):
        raise InputError(
            f"the activation {f.name} is one of your own and brings no formula, by which it could "
            "be written in another tool's operations: give it one, as `formula=`."
        )
    return told


def tree(g: OnnxGraph, expression: Expression, values: dict[str, str]) -> str:
    """The name of what an expression comes to, where its symbols are these values."""

    def of(each: Expression) -> str:
        return tree(g, each, values)

    match expression:
        case Number(value):
            return g.constant(float(value))
        case Symbol(name):
            return values[name]
        case Negative(Number(value)):
            return g.constant(-float(value))
        case Negative(body):
            return g.call("Neg", of(body))
        case Sum(terms):
            return _folded(g, "Add", [of(term) for term in terms])
        case Product(factors):
            return _folded(g, "Mul", [of(factor) for factor in factors])
        case Quotient(over, under):
            return g.call("Div", of(over), of(under))
        case Power(base, exponent):
            return g.call("Pow", of(base), of(exponent))
        case Comparison(left, sign, right):
            return g.cast(g.call(COMPARED[sign], of(left), of(right)), g.dtype)
        case Function(name, arguments) if name in CALLED:
            return g.call(CALLED[name], *(of(each) for each in arguments))
    raise InputError(f"{expression!r:.80} has no like among ONNX's operations.")


def _folded(g: OnnxGraph, operation: str, names: list[str]) -> str:
    total, *more = names
    for name in more:
        total = g.call(operation, total, name)
    return total
