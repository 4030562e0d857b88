"""The record that an answer is: one number, its formula, and what it depends on."""

from dataclasses import dataclass, field
from typing import Annotated

from glassnet.core.display.notebook import DisplayedFormula
from glassnet.core.display.numbers import written
from glassnet.core.display.one_line import telling
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import Whole
from glassnet.explain.ask.digits import ALL_DIGITS
from glassnet.formula.text import text
from glassnet.formula.tree import Expression, Symbol


@dataclass(frozen=True)
class Answer(DisplayedFormula):
    """One number and where it came from.

    `expression` is the formula as a tree over addresses, None for what is given; `values` are
    theirs. `equation` is the line of matrix algebra that gives the whole array, and `shapes`
    those of the arrays in it. `unit` is that of the value where it has one; `note` says in words
    what the formula cannot: why a form is so short, or where a number stopped being finite.
    `digits` are those of the network's dtype that mean something, `digits_put_in` those with which
    the numbers put in make the formula give the value to `digits`.
    """

    kind, version = "answer", 1

    address: str
    symbol: str
    meaning: str
    value: float
    expression: Expression | None
    values: dict[str, float]
    equation: Expression | None = None
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    unit: str = ""
    note: str = ""
    digits: int = 9
    digits_put_in: int = 9

    __repr__ = telling("address", "value", "formula", "unit")

    def __str__(self) -> str:
        told = [self.address]
        if self.expression is not None:
            told.append(self.formula)
        if not isinstance(self.expression, Symbol | None):  # of one alone that says no more
            told.append(self.put_in(self.digits_put_in))
        return " = ".join([*told, written(self.value, self.digits)])

    @property
    def depends_on(self) -> list[str]:
        return list(self.values)

    @property
    def formula(self) -> str:
        """The formula in addresses, W1[0,0]·x[0] + b1[0]; empty for what is given."""
        if self.expression is None:
            return ""
        return text(self.expression, digits=min(max(self.digits_put_in, 1), ALL_DIGITS))

    @property
    def algebra(self) -> str:
        """The line of matrix algebra, z1 = W1 x + b1; empty where there is none."""
        return algebra_text(self.equation)

    @property
    def substituted(self) -> str:
        """The formula with its numbers put in, with all their digits."""
        return self.put_in()

    @door
    def put_in(self, digits: Annotated[int, Whole(1, 100)] | None = None) -> str:
        """The formula with its numbers put in, to so many significant digits; None for all."""
        if self.expression is None:
            return ""
        return text(self.expression, lambda name: written(self.values[name], digits), digits)


def algebra_text(equation: Expression | None) -> str:
    """A line of matrix algebra as text; empty for none."""
    if equation is None:
        return ""
    return text(equation, lambda name: "η" if name == "learning_rate" else name)
