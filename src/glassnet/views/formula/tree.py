"""Formulas and lines of algebra as trees, so that each notation can write them its own way.

    sum      = [−] term {(+ | −) term}
    term     = factor {(· | / | ⊙ | nothing) factor}     nothing and ⊙ in algebra alone
    factor   = one {² | ᵀ | ^ one}
    one      = number | {address} | name(sum, …) | (sum [> sum]) | |sum|

Brackets are not kept: a notation sets those that it needs.
"""

import math
import re
from dataclasses import dataclass

from glassnet.core.errors import InputError
from glassnet.explain import parse


@dataclass(frozen=True)
class Number:
    """A number as it is written: 0.5, 1e-08, ½, π, or a negative one."""

    text: str

    @property
    def value(self) -> float:
        named = {"½": 0.5, "π": math.pi}
        return named[self.text] if self.text in named else float(self.text)


@dataclass(frozen=True)
class Hole:
    """The place of a number or, in algebra, of an array, by its address."""

    address: str


@dataclass(frozen=True)
class Letter:
    """A letter or a word; `accent` is a hat or bar over it."""

    text: str
    accent: str = ""


@dataclass(frozen=True)
class Scripted:
    """A letter with what stands low and high beside it."""

    letter: Letter
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Negative:
    body: "Node"


@dataclass(frozen=True)
class Sum:
    """Terms, each with its sign + or −; that of the first is +."""

    terms: "tuple[tuple[str, Node], ...]"


@dataclass(frozen=True)
class Product:
    """left · right; the sign is ⊙ entry by entry, and empty between matrices."""

    left: "Node"
    sign: str
    right: "Node"


@dataclass(frozen=True)
class Quotient:
    over: "Node"
    under: "Node"


@dataclass(frozen=True)
class Power:
    """base to the exponent; ᵀ as the exponent transposes."""

    base: "Node"
    exponent: "Node"


@dataclass(frozen=True)
class Call:
    name: "str | Letter"
    arguments: "tuple[Node, ...]"


@dataclass(frozen=True)
class Absolute:
    body: "Node"


@dataclass(frozen=True)
class Comparison:
    """1 where it is so, else 0."""

    left: "Node"
    sign: str
    right: "Node"


@dataclass(frozen=True)
class Total:
    """Σ of what follows, over what the context says."""

    body: "Node"


@dataclass(frozen=True)
class At:
    """body, taken at one sample."""

    body: "Node"
    place: str


@dataclass(frozen=True)
class Matrix:
    """An array's entries by rows, written out; letters such as ⋯ stand for those left out."""

    rows: "tuple[tuple[Number | Letter, ...], ...]"


Node = (
    Number | Hole | Letter | Scripted | Negative | Sum | Product | Quotient | Power | Call
    | Absolute | Comparison | Total | At | Matrix
)  # fmt: skip

_FORMULA = re.compile(
    r"\s*(?:(?P<hole>\{[^{}]+\})|(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?|inf|nan|[½π])"
    r"|(?P<call>[A-Za-z_][A-Za-z_0-9]*′?(?=\())|(?P<sign>[·−²^()|/+,>≤]))"
)
_ALGEBRA = re.compile(
    r"\s*(?:(?P<slope>∂[Lℓ]/∂a\d+)|(?P<call>f′(?=\()|[a-z_]+(?: [a-z_]+)*(?=\())"
    r"|(?P<name>(?:[a-z_]+\.)*[A-Za-z_]+\d*|η)|(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)"
    r"|(?P<sign>[·−²^()/+,⊙ᵀΣ]))"
)
_NAMED = {"η": "learning_rate"}
_WORDS = {"l1": Scripted(Letter("λ"), "1"), "l2": Scripted(Letter("λ"), "2")}


def read_formula(template: str) -> Node:
    """The tree of a formula with {addresses}.

    Raises: ValueError where it is no formula.

    >>> read_formula("½·{z1[0]}²")
    Product(left=Number(text='½'), sign='·', right=Power(base=Hole(address='z1[0]'), exponent=Number(text='2')))
    """  # noqa: E501
    return _Reader(template, _FORMULA).whole()


def read_algebra(line: str) -> tuple[Node, str, Node]:
    """The two sides of a line of algebra and = or ← between them.

    Raises: ValueError where the line is in words.
    """
    match = re.fullmatch(r"(.+?) (=|←) (.+)", line)
    if match is None:
        raise ValueError(f"'{line}' is no line of algebra: it has neither = nor ←.")
    left, right = (_Reader(side, _ALGEBRA).whole() for side in (match[1], match[3]))
    return left, match[2], right


class _Reader:
    """Recursive descent over the tokens of one formula."""

    def __init__(self, text: str, grammar: re.Pattern[str]) -> None:
        self.text, self.tokens, at = text, list[tuple[str, str]](), 0
        self.algebra = grammar is _ALGEBRA
        while at < len(text.rstrip()):
            match = grammar.match(text, at)
            if match is None or match.lastgroup is None:
                raise ValueError(f"'{text}' is no formula: '{text[at:]}' cannot be read.")
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()
        self.at = 0

    def whole(self) -> Node:
        node = self.sum()
        if self.at < len(self.tokens):
            raise self.fault()
        return node

    def fault(self) -> ValueError:
        rest = " ".join(text for _, text in self.tokens[self.at :]) or "its end"
        return ValueError(f"'{self.text}' is no formula: it stops making sense at '{rest}'.")

    def next(self, *signs: str) -> str:
        """Takes the next token if it is one of these signs; '' if not."""
        if self.at < len(self.tokens) and self.tokens[self.at] in {("sign", s) for s in signs}:
            self.at += 1
            return self.tokens[self.at - 1][1]
        return ""

    def expect(self, sign: str) -> None:
        if not self.next(sign):
            raise self.fault()

    def sum(self) -> Node:
        first = Negative(self.term()) if self.next("−") else self.term()
        terms: list[tuple[str, Node]] = [("+", first)]
        while sign := self.next("+", "−"):
            terms.append((sign, self.term()))
        return first if len(terms) == 1 else Sum(tuple(terms))

    def term(self) -> Node:
        if self.next("Σ"):
            return Total(self.term())
        node = self.factor()
        while True:
            if self.next("/"):
                node = Quotient(node, self.factor())
            elif sign := self.next("·", "⊙"):
                node = Product(node, sign, self.factor())
            elif self.algebra and self.begins():
                node = Product(node, "", self.factor())
            else:
                return node

    def begins(self) -> bool:
        """Whether the next token begins a factor: what stands side by side is multiplied."""
        if self.at == len(self.tokens):
            return False
        kind, text = self.tokens[self.at]
        return kind != "sign" or text == "("

    def factor(self) -> Node:
        node = self.one()
        while sign := self.next("²", "ᵀ", "^"):
            node = Power(node, self.one() if sign == "^" else _EXPONENTS[sign])
        return node

    def one(self) -> Node:
        if self.next("("):
            node = self.sum()
            if sign := self.next(">", "≤"):
                node = Comparison(node, sign, self.sum())
            self.expect(")")
            return node
        if self.next("|"):
            node = Absolute(self.sum())
            self.expect("|")
            return node
        if self.at == len(self.tokens) or self.tokens[self.at][0] == "sign":
            raise self.fault()
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "hole":
            return Hole(text[1:-1])
        if kind == "number":
            return Number(text)
        if kind == "slope":
            under = symbol(text[4:])
            return Quotient(Letter(text[:2]), Product(Letter("∂"), "", under))
        if kind == "name":
            return self.named(text)
        self.expect("(")
        arguments = [self.sum()]
        while self.next(","):
            arguments.append(self.sum())
        self.expect(")")
        return Call(text, tuple(arguments))

    def named(self, text: str) -> Node:
        """An array, or a word such as share."""
        try:
            return Hole(str(parse(_NAMED.get(text, text))))
        except InputError:
            if text in _WORDS:
                return _WORDS[text]
            if text in ("share",):
                return Letter(text)
            raise self.fault() from None


_EXPONENTS: dict[str, Node] = {"²": Number("2"), "ᵀ": Letter("ᵀ")}

# -- symbols -------------------------------------------------------------------------------

_LETTERS = {
    "delta": Letter("δ"), "loss": Letter("L"), "objective": Letter("J"),
    "learning_rate": Letter("η"), "m_hat": Letter("m", "hat"), "v_hat": Letter("v", "hat"),
    "v_max": Letter("v", "bar"), "mean": Letter("g", "bar"),
}  # fmt: skip


def symbol(address: str) -> Node:
    """An address as a textbook writes it: ∂L/∂W with the layer high and the indexes low.

    >>> symbol("W1[0,1]")
    Scripted(letter=Letter(text='W', accent=''), low='0,1', high='(1)')
    """
    place = parse(address)
    head, _, tail = place.prefix.rpartition(".")
    name, low = place.name, ",".join(map(str, place.index))
    layer = "" if place.layer is None else f"({place.layer})"
    sample = "" if place.sample is None else f"k={place.sample}"

    def scripted(name: str, layer: str, sample: str) -> Node:
        letter = _LETTERS.get(name, Letter(name))
        if name == "loss" and sample:
            letter = Letter("ℓ")
        prime = "′" if place.prefix in ("new", "rest.new") else ""
        high = prime + ",".join(part for part in (layer, sample) if part)
        return Scripted(letter, low, high) if low or high else letter

    def slope(of: str, to: Node) -> Node:
        return Quotient(Letter(f"∂{of}"), Product(Letter("∂"), "", to))

    if name in ("dW", "db"):  # of one sample it is a share of the slope
        plain = slope("L", scripted(name[1:], layer, ""))
        plain = At(plain, sample) if sample else plain
    elif name in ("dx", "da"):
        plain = slope("L", scripted(name[1:], layer, sample))
    else:
        plain = scripted(name, layer, sample)
    if tail == "penalty":
        plain = slope("P", plain)
    elif tail not in ("", "new", "rest"):
        letter = _LETTERS.get(tail, Letter(tail))
        prime = "′" if head.endswith("new") else ""
        plain = Call(Letter(letter.text + prime, letter.accent), (plain,))
    if place.prefix.startswith("rest"):
        plain = Call(Letter("rest"), (plain,))
    return plain
