"""The derivative of a tree, by the rules of calculus."""

from collections.abc import Callable

from glassnet.core.errors import InputError
from glassnet.formula import tree
from glassnet.formula.tree import HALF, PI, exp, sign, sqrt

ZERO, ONE = tree.Number(0), tree.Number(1)


def derivative(node: tree.Expression, by: str) -> tree.Expression:
    """∂node/∂by, with what is 0 or 1 left out.

    At a kink it is one side's slope: of max(u, 0) at u = 0 it is 0, of |u| it is 0.

    Args: by, the name of the quantity that changes; every other one is constant.
    Raises: InputError for a function whose derivative is not known, or an exponent that changes.

    >>> from glassnet.formula.text import text
    >>> text(derivative(tree.Symbol("z") ** 3, "z"))
    '3·z²'
    """

    def d(part: tree.Expression) -> tree.Expression:
        return derivative(part, by)

    match node:
        case tree.Symbol():
            return ONE if node.name == by else ZERO
        case tree.Number() | tree.Comparison():
            return ZERO
        case tree.Negative():
            return _minus(d(node.body))
        case tree.Sum():
            return _sum([d(term) for term in node.terms])
        case tree.Product():
            u = node.factors
            # (u v w)′ = u′ v w + u v′ w + u v w′
            return _sum([_product([*u[:n], d(u[n]), *u[n + 1 :]]) for n in range(len(u))])
        case tree.Quotient(u, v):
            # (u/v)′ = u′/v − u v′/v²
            down = _product([u, d(v)])
            return _sum([_quotient(d(u), v), _minus(_quotient(down, v**2))])
        case tree.Power(u, exponent) if not exponent.symbols():
            # (uⁿ)′ = n uⁿ⁻¹ u′
            n = exponent.evaluate({})
            less = _whole(n - 1)
            power = ONE if less == 0 else u if less == 1 else u**less
            return _product([exponent, power, d(u)])
        case tree.Function():
            slopes = _SLOPES.get(node.name)
            if slopes is None:
                raise InputError(f"the derivative of {node.name} is not known.")
            pairs = zip(slopes(*node.arguments), node.arguments, strict=True)
            return _sum([_product([slope, d(u)]) for slope, u in pairs])  # the chain rule
    raise InputError(f"there is no rule for the derivative of this {node.kind}.")


# A function's slope in each of its arguments.
_SLOPES: dict[str, Callable[..., tuple[tree.Expression, ...]]] = {
    "exp": lambda u: (exp(u),),
    "ln": lambda u: (1 / u,),
    "tanh": lambda u: (1 - tree.Function("tanh", (u,)) ** 2,),
    "erf": lambda u: (2 / sqrt(PI) * exp(-(u**2)),),
    "sqrt": lambda u: (HALF / sqrt(u),),
    "abs": lambda u: (sign(u),),
    "sign": lambda u: (ZERO,),
    "max": lambda u, v: (u > v, u <= v),
    "min": lambda u, v: (u <= v, u > v),
}


def _sum(terms: list[tree.Expression]) -> tree.Expression:
    kept = tuple(term for term in terms if term != ZERO)
    return tree.Sum(kept) if len(kept) > 1 else kept[0] if kept else ZERO


def _product(factors: list[tree.Expression]) -> tree.Expression:
    if ZERO in factors:
        return ZERO
    kept = tuple(factor for factor in factors if factor != ONE)
    return tree.Product(kept) if len(kept) > 1 else kept[0] if kept else ONE


def _quotient(over: tree.Expression, under: tree.Expression) -> tree.Expression:
    return ZERO if over == ZERO else over / under


def _whole(n: float) -> float:
    return int(n) if n.is_integer() else n


def _minus(body: tree.Expression) -> tree.Expression:
    return ZERO if body == ZERO else body.body if isinstance(body, tree.Negative) else -body
