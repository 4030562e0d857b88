"""The derivative of a tree, by the rules of calculus."""

from collections.abc import Callable

from glassnet.core.errors import InputError
from glassnet.formula.tree import (
    HALF,
    PI,
    Comparison,
    Function,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    exp,
    node,
    sign,
    sqrt,
)

ZERO, ONE = Number(0), Number(1)


def derivative(tree: Node, by: str) -> Node:
    """∂tree/∂by, with what is 0 or 1 left out.

    At a kink it is one side's slope: of max(u, 0) at u = 0 it is 0, of |u| it is 0.

    Args: by, the name of the quantity that changes; every other one is constant.
    Raises: InputError for a function whose derivative is not known, or an exponent that changes.

    >>> from glassnet.formula.text import text
    >>> text(derivative(Symbol("z") ** 3, "z"))
    '3·z²'
    """

    def d(part: Node) -> Node:
        return derivative(part, by)

    match tree:
        case Symbol():
            return ONE if tree.name == by else ZERO
        case Number() | Comparison():
            return ZERO
        case Negative():
            return _minus(d(tree.body))
        case Sum():
            return _sum([d(term) for term in tree.terms])
        case Product():
            u = tree.factors
            # (u v w)′ = u′ v w + u v′ w + u v w′
            return _sum([_product([*u[:n], d(u[n]), *u[n + 1 :]]) for n in range(len(u))])
        case Quotient(u, v):
            # (u/v)′ = u′/v − u v′/v²
            down = _product([u, d(v)])
            return _sum([_quotient(d(u), v), _minus(_quotient(down, v**2))])
        case Power(u, Number(n)):
            # (uⁿ)′ = n uⁿ⁻¹ u′
            return _product([node(n), _power(u, n - 1), d(u)])
        case Function():
            slopes = _SLOPES.get(tree.name)
            if slopes is None:
                raise InputError(f"the derivative of {tree.name} is not known.")
            pairs = zip(slopes(*tree.arguments), tree.arguments, strict=True)
            return _sum([_product([slope, d(u)]) for slope, u in pairs])  # the chain rule
    raise InputError(f"there is no rule for the derivative of this {tree.kind}.")


# A function's slope in each of its arguments.
_SLOPES: dict[str, Callable[..., tuple[Node, ...]]] = {
    "exp": lambda u: (exp(u),),
    "ln": lambda u: (1 / u,),
    "tanh": lambda u: (1 - Function("tanh", (u,)) ** 2,),
    "erf": lambda u: (2 / sqrt(PI) * exp(-(u**2)),),
    "sqrt": lambda u: (HALF / sqrt(u),),
    "abs": lambda u: (sign(u),),
    "sign": lambda u: (ZERO,),
    "max": lambda u, v: (u > v, u <= v),
    "min": lambda u, v: (u <= v, u > v),
}


def _sum(terms: list[Node]) -> Node:
    kept = tuple(term for term in terms if term != ZERO)
    return Sum(kept) if len(kept) > 1 else kept[0] if kept else ZERO


def _product(factors: list[Node]) -> Node:
    if ZERO in factors:
        return ZERO
    kept = tuple(factor for factor in factors if factor != ONE)
    return Product(kept) if len(kept) > 1 else kept[0] if kept else ONE


def _quotient(over: Node, under: Node) -> Node:
    return ZERO if over == ZERO else over / under


def _power(base: Node, exponent: float) -> Node:
    return ONE if exponent == 0 else base if exponent == 1 else base**exponent


def _minus(body: Node) -> Node:
    return ZERO if body == ZERO else body.body if isinstance(body, Negative) else -body
