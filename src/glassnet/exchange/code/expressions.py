"""A formula tree as an expression of a programming language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from glassnet.core.errors import InputError
from glassnet.formula import tree

SUM, PRODUCT, UNARY, POWER, ATOM = range(1, 6)  # what holds together least firmly first


@dataclass(frozen=True)
class Language:
    """How a language writes what stands in a tree.

    Attributes:
        functions: by the name in the tree, what is called for it.
        constant: the same for what no quantity goes into, sqrt(2); functions where it has none.
        number: how it writes a number from 0 up.
        pi: π.
        comparison: how it makes 1 or 0 of a comparison {}.
        power: the function that raises to a power; none where ** does.
        helpers: by the name in the tree, the definition that a file needs which calls it.
    """

    functions: Mapping[str, str]
    constant: Mapping[str, str] = field(default_factory=dict)
    number: Callable[[int | float], str] = repr
    pi: str = "math.pi"
    comparison: str = "({})"
    power: str = ""
    helpers: Mapping[str, str] = field(default_factory=dict)

    def text(self, told: tree.Expression, names: Mapping[str, str] | None = None) -> str:
        """The expression that computes a tree. Args: names, what its quantities are called.

        >>> python = Language({"exp": "math.exp"})
        >>> z = tree.Symbol("z")
        >>> python.text(z ** 2 / (1 + tree.exp(-z)), {"z": "z[0]"})
        'z[0] ** 2 / (1 + math.exp(-z[0]))'
        """
        return _Printer(self, names or {}).of(told)

    def needed(self, *trees: tree.Expression) -> dict[str, str]:
        """The helpers that these call, in the order of the table."""
        called = {f.name for told in trees for f in told.parts(tree.Function)}
        return {name: text for name, text in self.helpers.items() if name in called}


@dataclass(frozen=True)
class _Printer:
    language: Language
    names: Mapping[str, str]

    def of(self, node: tree.Expression, least: int = SUM) -> str:
        """A part, in brackets where it holds together less firmly than this."""
        text, firm = self._written(node)
        return text if firm >= least else f"({text})"

    def _written(self, node: tree.Expression) -> tuple[str, int]:
        match node:
            case tree.Sum((alone,)):
                return self._written(alone)
            case tree.Number():
                return self._number(node)
            case tree.Symbol():
                return self.names.get(node.name, node.name), ATOM
            case tree.Negative(tree.Product() | tree.Quotient()):
                return f"-{self.of(node.body, PRODUCT)}", PRODUCT
            case tree.Negative():
                return f"-{self.of(node.body, UNARY)}", UNARY
            case tree.Sum():
                return self._sum(node), SUM
            case tree.Product():
                first, *more = node.factors
                rest = (f" * {self.of(factor, UNARY)}" for factor in more)
                return self.of(first, PRODUCT) + "".join(rest), PRODUCT
            case tree.Quotient():
                return f"{self.of(node.over, PRODUCT)} / {self.of(node.under, UNARY)}", PRODUCT
            case tree.Power():
                return self._power(node)
            case tree.Function():
                arguments = ", ".join(map(self.of, node.arguments))
                return f"{self._called(node)}({arguments})", ATOM
            case tree.Comparison():
                sign = "<=" if node.sign == "≤" else node.sign
                told = f"{self.of(node.left)} {sign} {self.of(node.right)}"
                return self.language.comparison.format(told), ATOM
        raise TypeError(f"a {node.kind} has no form as code.")

    def _number(self, node: tree.Number) -> tuple[str, int]:
        if node.written == "π":
            return self.language.pi, ATOM
        if node.value < 0:
            return f"-{self.language.number(-node.value)}", UNARY
        return self.language.number(node.value), ATOM

    def _sum(self, node: tree.Sum) -> str:
        text = ""
        for n, term in enumerate(node.terms):
            if n and isinstance(term, tree.Negative):
                text += f" - {self.of(term.body, PRODUCT)}"
            else:
                text += f"{' + ' if n else ''}{self.of(term, PRODUCT)}"
        return text

    def _power(self, node: tree.Power) -> tuple[str, int]:
        if self.language.power:
            return f"{self.language.power}({self.of(node.base)}, {self.of(node.exponent)})", ATOM
        base, exponent = self.of(node.base, ATOM), self.of(node.exponent, UNARY)
        # as formatters have it: no spaces between what is simple
        simple = all(_is_simple(part) for part in (base, exponent))
        return f"{base}**{exponent}" if simple else f"{base} ** {exponent}", POWER

    def _called(self, node: tree.Function) -> str:
        tables = [self.language.functions]
        if not node.symbols():
            tables.insert(0, self.language.constant)
        for table in tables:
            if node.name in table:
                return table[node.name]
        raise InputError(
            f"{node.name}() of somebody's own has no formula, so that it cannot be written as "
            "code: give the activation its formula."
        )


def _is_simple(text: str) -> bool:
    """Whether formatters take it for a name or a number, as a1, -2, 0.5 or p.W."""
    return all(c.isalnum() or c in "._" for c in text.removeprefix("-"))


def steady(told: tree.Expression) -> tree.Expression:
    """The tree in functions that lose no digits and do not overflow where it would.

    1/(1 + exp(−z)) becomes sigmoid(z), ln(1 + exp z) softplus(z), exp z − 1 expm1(z) and
    1 + erf z erfc(−z): languages have them, or get them as helpers.
    """
    return told.rebuilt(_steadier)


def _steadier(node: tree.Expression) -> tree.Expression:
    one = tree.Number(1)
    match node:
        case tree.Sum((tree.Number(1), tree.Function("erf", (x,)))):
            return tree.Function("erfc", (_opposite(x),))
        case tree.Sum((tree.Function("exp", (x,)), tree.Negative(tree.Number(1)))):
            return tree.Function("expm1", (x,))
        case tree.Function("ln", (tree.Sum((tree.Number(1), tree.Function("exp", (x,)))),)):
            return tree.Function("softplus", (x,))
        case tree.Quotient(over, tree.Sum((tree.Number(1), tree.Function("exp", (x,))))):
            share = tree.Function("sigmoid", (_opposite(x),))
            return share if over == one else over * share
    return node


def _opposite(x: tree.Expression) -> tree.Expression:
    return x.body if isinstance(x, tree.Negative) else -x
