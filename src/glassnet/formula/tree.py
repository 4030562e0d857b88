"""Expressions as trees: what a number is made of, told once for every notation.

A tree is put together as its mathematics is written, z = Symbol("z"); 1 / (1 + exp(-z)). What
prints, evaluates or differentiates it walks its nodes; no text is read back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

Values = Mapping[str, float]
N = TypeVar("N", bound="Expression")


@dataclass(frozen=True)
class Expression:
    """An expression. `kind` names its form in JSON, to and from which files.plain takes a tree."""

    kind: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.kind = cls.__name__.lower()

    def __add__(self, other: Written) -> Sum:
        return Sum((*_several(self, Sum), node(other)))

    def __radd__(self, other: Written) -> Sum:
        return Sum((node(other), *_several(self, Sum)))

    def __sub__(self, other: Written) -> Sum:
        return self + Negative(node(other))

    def __rsub__(self, other: Written) -> Sum:
        return Sum((node(other), Negative(self)))

    def __neg__(self) -> Negative:
        return Negative(self)

    def __mul__(self, other: Written) -> Product:
        return Product((*_several(self, Product), *_several(node(other), Product)))

    def __rmul__(self, other: Written) -> Product:
        return node(other) * self

    def __truediv__(self, other: Written) -> Quotient:
        return Quotient(self, node(other))

    def __rtruediv__(self, other: Written) -> Quotient:
        return Quotient(node(other), self)

    def __pow__(self, exponent: Written) -> Power:
        return Power(self, node(exponent))

    def __rpow__(self, base: Written) -> Power:
        return Power(node(base), self)

    def __abs__(self) -> Function:
        return Function("abs", (self,))

    def __gt__(self, other: Written) -> Comparison:
        return Comparison(self, ">", node(other))

    def __lt__(self, other: Written) -> Comparison:
        return node(other) > self

    def __le__(self, other: Written) -> Comparison:
        return Comparison(self, "≤", node(other))

    def __ge__(self, other: Written) -> Comparison:
        return node(other) <= self

    def evaluate(self, values: Values) -> float:
        """What it gives with these numbers for its quantities, summed from left to right.

        NaN where it gives nothing, as by a division by 0 or somebody's own function.

        >>> z = Symbol("z")
        >>> (z * (1 - z)).evaluate({"z": 0.75})
        0.1875
        """
        try:
            return float(self.worked_out(values))
        except (ArithmeticError, ValueError):
            return math.nan

    def worked_out(self, values: Values) -> float:
        """As `evaluate`; an ArithmeticError or ValueError where it gives nothing."""
        raise ValueError(f"a {self.kind} has no value of its own.")

    def children(self) -> Iterator[Expression]:
        """What it is made of, in the order in which it is written."""
        for name in self.__match_args__:  # its fields
            part = getattr(self, name)
            if isinstance(part, Expression):
                yield part
            elif isinstance(part, tuple):
                yield from part

    def symbols(self) -> list[str]:
        """The names of the numbers that go in, each once, in the order of writing."""
        return list(dict.fromkeys(part.name for part in self.parts(Symbol)))

    def parts(self, kind: type[N]) -> Iterator[N]:
        """Every node of a kind in it, itself too."""
        if isinstance(self, kind):
            yield self
        for child in self.children():
            yield from child.parts(kind)

    def rebuilt(self, change: Callable[[Expression], Expression]) -> Expression:
        """The tree with every node as `change` makes it, the innermost first."""

        def inner(part: Any) -> Any:
            if isinstance(part, tuple):
                return tuple(map(inner, part))
            return part.rebuilt(change) if isinstance(part, Expression) else part

        return change(type(self)(*(inner(getattr(self, name)) for name in self.__match_args__)))

    def where(self, of: Mapping[str, Expression]) -> Expression:
        """The tree with other expressions for some of its quantities.

        >>> (Symbol("z") + 1).where({"z": Symbol("z1[0]")}).symbols()
        ['z1[0]']
        """
        return self.rebuilt(lambda n: of.get(n.name, n) if isinstance(n, Symbol) else n)


@dataclass(frozen=True)
class Number(Expression):
    """A number; `written` where it is written as a sign, ½ or π."""

    value: int | float
    written: str = ""

    def worked_out(self, values: Values) -> float:
        return self.value


@dataclass(frozen=True)
class Symbol(Expression):
    """What stands for a number, or in algebra for an array, by a name or an address."""

    name: str

    def worked_out(self, values: Values) -> float:
        return float(values[self.name])


@dataclass(frozen=True)
class Negative(Expression):
    body: Expression

    def worked_out(self, values: Values) -> float:
        return -self.body.worked_out(values)


@dataclass(frozen=True)
class Sum(Expression):
    """Terms; what is taken away is a Negative one. A sum of one term is held together as one."""

    terms: tuple[Expression, ...]

    def worked_out(self, values: Values) -> float:
        total, *more = (term.worked_out(values) for term in self.terms)
        for term in more:
            total += term
        return total


@dataclass(frozen=True)
class Product(Expression):
    """Factors. The sign is ⊙ between arrays entry by entry, and empty between matrices."""

    factors: tuple[Expression, ...]
    sign: str = "·"

    def worked_out(self, values: Values) -> float:
        return math.prod(factor.worked_out(values) for factor in self.factors)


@dataclass(frozen=True)
class Quotient(Expression):
    over: Expression
    under: Expression

    def worked_out(self, values: Values) -> float:
        return self.over.worked_out(values) / self.under.worked_out(values)


@dataclass(frozen=True)
class Power(Expression):
    base: Expression
    exponent: Expression

    def worked_out(self, values: Values) -> float:
        return math.pow(self.base.worked_out(values), self.exponent.worked_out(values))


@dataclass(frozen=True)
class Function(Expression):
    """A function of the table `FUNCTIONS`, or somebody's own by its name."""

    name: str
    arguments: tuple[Expression, ...]

    def worked_out(self, values: Values) -> float:
        if self.name not in FUNCTIONS:
            raise ValueError(f"{self.name} is no function that is known here.")
        return FUNCTIONS[self.name](*(each.worked_out(values) for each in self.arguments))


@dataclass(frozen=True)
class Comparison(Expression):
    """1 where it is so, else 0: a piece of what is put together piece by piece."""

    left: Expression
    sign: str
    right: Expression

    def worked_out(self, values: Values) -> float:
        left, right = self.left.worked_out(values), self.right.worked_out(values)
        return float(left > right if self.sign == ">" else left <= right)


# -- in lines of matrix algebra alone ------------------------------------------------------


@dataclass(frozen=True)
class Transposed(Expression):
    body: Expression


@dataclass(frozen=True)
class Total(Expression):
    """Σ of what follows, over the samples or neurons that the context says."""

    body: Expression


@dataclass(frozen=True)
class Slope(Expression):
    """∂of/∂to."""

    of: str
    to: Expression


@dataclass(frozen=True)
class Word(Expression):
    """A quantity that has a name and no address: share."""

    text: str


@dataclass(frozen=True)
class Remark(Expression):
    """Something, and words after it that no sign says."""

    body: Expression
    words: str


@dataclass(frozen=True)
class Equation(Expression):
    """Two sides, and = or ← between them."""

    left: Expression
    sign: str
    right: Expression


# -- writing trees -------------------------------------------------------------------------

Written = Expression | int | float

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": math.exp, "ln": math.log, "tanh": math.tanh, "erf": math.erf, "sqrt": math.sqrt,
    "max": max, "min": min, "abs": abs, "sign": lambda v: float((v > 0) - (v < 0)),
}  # fmt: skip

HALF, PI = Number(0.5, "½"), Number(math.pi, "π")


def node(value: Written) -> Expression:
    """A number as a tree, of one below 0 its negative; a tree as it is."""
    if isinstance(value, Expression):
        return value
    number = value if isinstance(value, int) else float(value)  # of NumPy's kinds none
    return Negative(Number(-number)) if number < 0 else Number(number)


def total(terms: Iterable[Expression]) -> Sum:
    """Terms summed up; those that are sums themselves are gone on with, but for a sum of one."""
    return Sum(tuple(each for term in terms for each in _several(term, Sum)))


def _several(whole: Expression, kind: type[Sum] | type[Product]) -> tuple[Expression, ...]:
    """The terms or factors of what goes on; (a + b) + c is a + b + c."""
    if isinstance(whole, Sum) and kind is Sum and len(whole.terms) > 1:
        return whole.terms
    if isinstance(whole, Product) and kind is Product and whole.sign == "·":
        return whole.factors
    return (whole,)


def _function(name: str) -> Callable[..., Function]:
    return lambda *of: Function(name, tuple(map(node, of)))


exp, ln, tanh, erf, sqrt, sign, maximum, minimum = map(
    _function, ("exp", "ln", "tanh", "erf", "sqrt", "sign", "max", "min")
)
