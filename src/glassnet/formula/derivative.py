"""The derivative of a tree, by the rules of calculus."""

import math
from collections.abc import Callable, Iterable

from glassnet.core.errors import InputError
from glassnet.formula import tree
from glassnet.formula.tree import HALF, PI, Expression, Number, exp, ln, sign, sqrt

ZERO, ONE = Number(0), Number(1)


def derivative(node: Expression, by: str) -> Expression:
    """∂node/∂by, put in order: numbers multiplied out, equal factors and terms put together.

    At a kink it is one side's slope: of max(u, 0) at u = 0 it is 0, of |u| it is 0.

    Args: by, the name of the quantity that changes; every other one is constant.
    Raises: InputError for a function whose derivative is not known.

    >>> from glassnet.formula.text import text
    >>> text(derivative(tree.Symbol("z") ** 3, "z"))
    '3·z²'
    """

    def d(part: Expression) -> Expression:
        return derivative(part, by)

    match node:
        case tree.Symbol():
            return ONE if node.name == by else ZERO
        case tree.Number() | tree.Comparison():
            return ZERO
        case tree.Negative():
            return _product([Number(-1), d(node.body)])
        case tree.Sum():
            return _sum(map(d, node.terms))
        case tree.Product():
            u = node.factors
            # (u v w)′ = u′ v w + u v′ w + u v w′
            return _sum(_product([*u[:n], d(u[n]), *u[n + 1 :]]) for n in range(len(u)))
        case tree.Quotient(u, v):
            # (u/v)′ = u′/v − u v′/v²
            return _sum([_product([d(u), 1 / v]), _product([Number(-1), u, d(v), 1 / v**2])])
        case tree.Power(u, n):
            # (uⁿ)′ = n uⁿ⁻¹ u′ + uⁿ ln u n′
            slope = _product([n, u ** _sum([n, Number(-1)]), d(u)])
            growth = d(n)
            return slope if growth == ZERO else _sum([slope, _product([node, ln(u), growth])])
        case tree.Function():
            slopes = _SLOPES.get(node.name)
            if slopes is None:
                raise InputError(f"the derivative of {node.name} is not known.")
            pairs = zip(slopes(*node.arguments), node.arguments, strict=True)
            return _sum(_product([d(u), slope]) for slope, u in pairs)  # the chain rule
    raise InputError(f"there is no rule for the derivative of this {node.kind}.")


# A function's slope in each of its arguments.
_SLOPES: dict[str, Callable[..., tuple[Expression, ...]]] = {
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


# -- putting in order ----------------------------------------------------------------------

Powers = dict[Expression, float]  # of the factors of a product; those below 0 stand under a line
Ratio = tuple[float, float]  # its number, and the number under it


def _sum(terms: Iterable[Expression]) -> Expression:
    """Terms that differ by their number alone are one: z² + z² + z² is 3·z²."""
    gathered: dict[frozenset[tuple[Expression, float]], tuple[float, float, Powers]] = {}
    for term in terms:
        for part in term.terms if isinstance(term, tree.Sum) else (term,):
            powers: Powers = {}
            over, under = _factors(part, 1, powers)
            key = frozenset((base, high) for base, high in powers.items() if high)
            n, d, _ = gathered.get(key, (0, 1, powers))
            gathered[key] = (n * under + over * d, d * under, powers)
    kept = [each for one in gathered.values() if (each := _put_together(*one)) != ZERO]
    return tree.Sum(tuple(kept)) if len(kept) > 1 else kept[0] if kept else ZERO


def _product(factors: Iterable[Expression]) -> Expression:
    """Numbers multiplied out, and equal factors made powers: 2·z·3·z is 6·z²."""
    powers: Powers = {}
    return _put_together(*_factors(tree.Product(tuple(factors)), 1, powers), powers)


def _factors(node: Expression, high: int, powers: Powers) -> Ratio:
    """Gathers into `powers` what the node to a power is a product of, and returns its number."""
    match node:
        case Number(value, "" | "½") if value or high > 0:
            over, under = (1, 2) if value == 0.5 else (value, 1)
            return (over**high, under**high) if high > 0 else (under**-high, over**-high)
        case tree.Negative(body):
            over, under = _factors(body, high, powers)
            return -over if high % 2 else over, under
        case tree.Product(factors):
            parts = [_factors(each, high, powers) for each in factors]
        case tree.Quotient(top, bottom):
            parts = [_factors(top, high, powers), _factors(bottom, -high, powers)]
        case tree.Sum(terms=(only,)):
            return _factors(only, high, powers)
        case tree.Power(base, exponent) if not exponent.symbols():
            n = exponent.evaluate({})
            if n.is_integer():  # (u v)ⁿ = uⁿ vⁿ, which of roots is not always so
                return _factors(base, high * int(n), powers)
            powers[base] = powers.get(base, 0) + high * n
            return 1, 1
        case _:
            powers[node] = powers.get(node, 0) + high
            return 1, 1
    return math.prod(over for over, _ in parts), math.prod(under for _, under in parts)


def _put_together(over: float, under: float, powers: Powers) -> Expression:
    """The product of a number and powers, as a fraction where some of them stand under a line."""
    if over == 0:
        return ZERO
    if float(over).is_integer() and float(under).is_integer():
        over, under = int(over), int(under)
        over, under = over // math.gcd(over, under), under // math.gcd(over, under)
    else:
        over, under = over / under, 1
    negative, over, under = over * under < 0, abs(over), abs(under)
    top = [_power(base, high) for base, high in powers.items() if high > 0]
    bottom = [_power(base, -high) for base, high in powers.items() if high < 0]
    if (over, under) == (1, 2) and not bottom:
        top, under = [HALF, *top], 1
    elif over != 1 or not top:
        top = [Number(over), *top]
    if under != 1:
        bottom = [Number(under), *bottom]
    told = _one(top) / _one(bottom) if bottom else _one(top)
    return -told if negative else told


def _power(base: Expression, high: float) -> Expression:
    return base if high == 1 else base ** (int(high) if float(high).is_integer() else high)


def _one(factors: list[Expression]) -> Expression:
    return tree.Product(tuple(factors)) if len(factors) > 1 else factors[0]
