"""What core computes, as expression trees: one for text, LaTeX, MathML, pages and checks.

>>> from glassnet.formula import Symbol, exp
>>> z = Symbol("z")
>>> sigmoid = 1 / (1 + exp(-z))
>>> text(sigmoid), sigmoid.evaluate({"z": 0.0})
('1/(1 + exp(−z))', 0.5)
"""

from glassnet.formula.derivative import derivative
from glassnet.formula.text import text
from glassnet.formula.tree import (
    HALF,
    PI,
    Expression,
    Number,
    Symbol,
    erf,
    exp,
    ln,
    maximum,
    minimum,
    sign,
    sqrt,
    tanh,
)

__all__ = [
    "HALF",
    "PI",
    "Expression",
    "Number",
    "Symbol",
    "derivative",
    "erf",
    "exp",
    "ln",
    "maximum",
    "minimum",
    "sign",
    "sqrt",
    "tanh",
    "text",
]
