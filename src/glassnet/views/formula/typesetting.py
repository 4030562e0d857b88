"""Trees of formulas in any notation: where brackets stand, and where long sums are broken.

A `Pen` knows one notation, LaTeX or MathML; what it writes is put together here.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from glassnet.core.errors import InputError
from glassnet.explain import Answer, parse
from glassnet.views.formula.tree import (
    Absolute,
    At,
    Call,
    Comparison,
    Hole,
    Letter,
    Matrix,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Scripted,
    Sum,
    Total,
    read_algebra,
    read_formula,
    symbol,
)

# How firmly a piece holds together: what is weaker than its surroundings is set in brackets.
SUM, NEGATIVE, PRODUCT, QUOTIENT, POWER, ATOM = range(6)
SHORT = 14  # a line is not broken before it is so wide, in characters
MOST_ROWS, MOST_COLUMNS = 12, 8  # of a matrix that is written out


@dataclass(frozen=True)
class Piece:
    """Something written: its text, how firmly it holds together, and about how wide it is."""

    text: str
    strength: int
    width: float


class Pen(Protocol):
    """One notation; each method writes one form from pieces that are already written."""

    def number(self, text: str) -> str: ...
    def power_of_ten(self, mantissa: str, exponent: str) -> str: ...
    def letter(self, text: str, accent: str) -> str: ...
    def scripts(self, letter: str, low: str, high: str) -> str: ...
    def sign(self, text: str) -> str: ...
    def continued(self, sign: str) -> str: ...
    def row(self, parts: Sequence[str]) -> str: ...
    def negative(self, body: str) -> str: ...
    def fraction(self, over: str, under: str) -> str: ...
    def root(self, body: str) -> str: ...
    def power(self, base: str, exponent: str) -> str: ...
    def function(self, name: str) -> str: ...
    def fenced(self, left: str, body: str, right: str) -> str: ...
    def at(self, body: str, place: str) -> str: ...
    def matrix(self, rows: Sequence[Sequence[str]]) -> str: ...
    def lines(self, lines: Sequence[str]) -> str: ...


Put = Callable[[str], Node]


def in_symbols(address: str) -> Node:
    """What stands for an address in a formula in symbols."""
    return symbol(address)


def in_numbers(values: dict[str, float], digits: int | None) -> Put:
    """What stands for an address in a formula with its numbers put in."""
    return lambda address: number(values[address], digits)


def number(value: float, digits: int | None) -> Number:
    """A number to so many significant digits; None for all."""
    text = f"{value!r}".removesuffix(".0") if digits is None else f"{value:.{digits}g}"
    return Number(text)


def matrix(values: ArrayLike, digits: int = 6) -> Matrix:
    """An array as a matrix, a vector as a column; a large one with its middle left out."""
    array = np.asarray(values)
    array = array.reshape(-1, 1) if array.ndim < 2 else array
    rows = _shown(array.shape[0], MOST_ROWS)
    columns = _shown(array.shape[1], MOST_COLUMNS)

    def cell(i: int | None, j: int | None) -> Number | Letter:
        if i is None or j is None:
            return Letter("⋯" if i is not None else "⋮" if j is not None else "⋱")
        return number(float(array[i, j]), digits)

    return Matrix(tuple(tuple(cell(i, j) for j in columns) for i in rows))


def _shown(size: int, most: int) -> list[int | None]:
    if size <= most:
        return list(range(size))
    return [*range(most - 2), None, size - 1]


class Writer:
    """Writes trees with one pen.

    Args:
        put: what stands for each address, a symbol, number or matrix.
        widest: a sum that is wider, in characters, is broken into lines.
    """

    def __init__(self, pen: Pen, put: Put, widest: float = math.inf) -> None:
        self.pen, self.put, self.widest = pen, put, widest

    def text(self, node: Node) -> str:
        return self.piece(node).text

    def lines(self, node: Node) -> list[str]:
        """A formula as the lines it takes: one, unless it is a sum that is too wide."""
        if isinstance(node, Hole):
            node = self.put(node.address)
        if isinstance(node, Sum | Product):
            return [self.pen.row(parts) for parts in self._broken(node)[0]]
        return [self.text(node)]

    def piece(self, node: Node) -> Piece:
        pen = self.pen
        match node:
            case Number():
                return self._number(node.text)
            case Hole():
                return self.piece(self.put(node.address))
            case Letter():
                return Piece(pen.letter(node.text, node.accent), ATOM, len(node.text))
            case Scripted():
                letter = pen.letter(node.letter.text, node.letter.accent)
                width = len(node.letter.text) + 0.6 * max(len(node.low), len(node.high))
                strength = POWER if node.high else ATOM
                return Piece(pen.scripts(letter, node.low, node.high), strength, width)
            case Negative():
                body = self._held(node.body, PRODUCT)
                return Piece(pen.negative(body.text), NEGATIVE, body.width + 1)
            case Sum():
                rows, width = self._broken(node)
                text = pen.row(rows[0]) if len(rows) == 1 else pen.lines([*map(pen.row, rows)])
                return Piece(text, SUM, width)
            case Product():
                # within a sum or a fraction a product stays on its line
                rows, width = self._broken(node, math.inf)
                return Piece(pen.row(rows[0]), PRODUCT, width)
            case Quotient():
                over, under = self.piece(node.over), self.piece(node.under)
                text = pen.fraction(over.text, under.text)
                return Piece(text, QUOTIENT, max(over.width, under.width))
            case Power():
                return self._power(node)
            case Call():
                return self._call(node)
            case Absolute():
                body = self.piece(node.body)
                return Piece(pen.fenced("|", body.text, "|"), ATOM, body.width + 1)
            case Comparison():
                left, right = self.piece(node.left), self.piece(node.right)
                body = pen.row([left.text, pen.sign(node.sign), right.text])
                text = pen.row([pen.function("1"), pen.fenced("[", body, "]")])
                return Piece(text, QUOTIENT, left.width + right.width + 5)
            case Total():
                body = self._held(node.body, PRODUCT)
                return Piece(pen.row([pen.sign("Σ"), body.text]), PRODUCT, body.width + 2)
            case At():
                body = self.piece(node.body)
                return Piece(pen.at(body.text, node.place), QUOTIENT, body.width + 2)
            case Matrix():
                cells = [[self.piece(cell) for cell in row] for row in node.rows]
                rows = [[cell.text for cell in row] for row in cells]
                width = max(sum(cell.width + 2 for cell in row) for row in cells)
                return Piece(pen.matrix(rows), ATOM, width + 1)

    def _number(self, text: str) -> Piece:
        if text == "½":
            return self.piece(Quotient(Number("1"), Number("2")))
        match = re.fullmatch(r"(-?)([\d.]+)e([+-]\d+)", text)
        if match is None:
            body = self.pen.number(text.removeprefix("-"))
            strength = ATOM
        else:
            exponent = str(int(match[3])).replace("-", "−")
            body = self.pen.power_of_ten("" if match[2] == "1" else match[2], exponent)
            strength = POWER if match[2] == "1" else PRODUCT
        if text.startswith("-"):
            return Piece(self.pen.negative(body), NEGATIVE, len(text))
        return Piece(body, strength, len(text))

    def _broken(
        self, node: Sum | Product, limit: float | None = None
    ) -> tuple[list[list[str]], float]:
        """The parts of a sum or product line by line, and the width of the widest."""
        pen, limit = self.pen, self.widest if limit is None else limit
        rows: list[list[str]] = [[]]
        used, widest = 0.0, 0.0
        parts = node.terms if isinstance(node, Sum) else self._factors(node)
        for n, (sign, part) in enumerate(parts):
            # a first term needs no brackets, whatever it is; later ones must not begin with −
            held = n or isinstance(node, Product)
            piece = self._held(part, PRODUCT) if held else self.piece(part)
            if n and isinstance(node, Product) and isinstance(part, Product) and part.sign != "·":
                piece = self._bracketed(piece)  # W (x ⊙ mask) is not W x ⊙ mask
            more: list[list[str]] = []
            text, width = piece.text, piece.width
            if isinstance(part, Product) and width > limit:
                (first, *more), width = self._broken(part)
                text = pen.row(first)
            if used > SHORT and used + width > limit:
                widest, used = max(widest, used), 0.0
                rows.append([pen.continued(sign), text])
            else:
                rows[-1] += [pen.sign(sign), text] if n and sign else [text]
            used += width + (3 if isinstance(node, Sum) else 2 if sign else 0)
            rows += more
        return rows, max(widest, used)

    def _factors(self, node: Node) -> list[tuple[str, Node]]:
        """The factors of a product, each with the sign before it; that of the first counts not."""
        if not isinstance(node, Product):
            return [("", node)]
        right = self.put(node.right.address) if isinstance(node.right, Hole) else node.right
        # 2 3 would be read as 23
        sign = node.sign or ("·" if isinstance(right, Number) else "")
        return [*self._factors(node.left), (sign, node.right)]

    def _held(self, node: Node, strength: int) -> Piece:
        """The node, in brackets where it holds together less firmly than that."""
        piece = self.piece(node)
        return piece if piece.strength >= strength else self._bracketed(piece)

    def _bracketed(self, piece: Piece) -> Piece:
        return Piece(self.pen.fenced("(", piece.text, ")"), ATOM, piece.width + 2)

    def _power(self, node: Power) -> Piece:
        base = self.put(node.base.address) if isinstance(node.base, Hole) else node.base
        if node.exponent == Letter("ᵀ") and isinstance(base, Scripted | Letter):
            letter = base if isinstance(base, Letter) else base.letter
            low, high = ("", "") if isinstance(base, Letter) else (base.low, base.high)
            return self.piece(Scripted(letter, low, high + "ᵀ"))
        held, exponent = self._held(base, ATOM), self.piece(node.exponent)
        text = self.pen.power(held.text, exponent.text)
        return Piece(text, POWER, held.width + 0.6 * exponent.width)

    def _call(self, node: Call) -> Piece:
        pieces = [self.piece(argument) for argument in node.arguments]
        width = sum(piece.width for piece in pieces)
        if node.name == "sqrt":
            return Piece(self.pen.root(pieces[0].text), ATOM, width + 1)
        if node.name == "exp" and _is_flat(node.arguments[0]):
            text = self.pen.power(self.pen.letter("e", ""), pieces[0].text)
            return Piece(text, POWER, 1 + 0.7 * width)
        parts: list[str] = []
        for piece in pieces:
            parts += [self.pen.sign(","), piece.text] if parts else [piece.text]
        name = node.name
        head = (
            self.pen.letter(name.text, name.accent)
            if isinstance(name, Letter)
            else self.pen.function(name)
        )
        body = self.pen.fenced("(", self.pen.row(parts), ")")
        return Piece(self.pen.row([head, body]), QUOTIENT, width + 2 + len(str(name)) / 2)


def _is_flat(node: Node) -> bool:
    """Whether an exponent is small enough to be written as one."""
    match node:
        case Hole() | Number():
            return True
        case Negative():
            return _is_flat(node.body)
        case Sum():
            return len(node.terms) < 3 and all(isinstance(term, Hole) for _, term in node.terms)
    return False


@dataclass(frozen=True)
class Equation:
    """Two sides of a line of algebra, the sign between them, and what stands for its arrays."""

    left: Node
    sign: str
    right: Node
    put: Put

    def pieces(self, pen: Pen) -> tuple[Piece, Piece]:
        writer = Writer(pen, self.put)
        return writer.piece(self.left), writer.piece(self.right)


def in_matrices(lookup: Callable[[str], ArrayLike | None], digits: int = 6) -> Put:
    """What stands for an array in a line of algebra: its numbers, or its symbol.

    Args: lookup, from an address to its array; None leaves the symbol.
    """

    def put(address: str) -> Node:
        found = lookup(address)
        if found is None:
            return symbol(address)
        values = np.asarray(found)
        return matrix(values, digits) if values.ndim else number(float(values), digits)

    return put


def equation(line: str, put: Put | None = None) -> Equation | str:
    """A line of algebra as an equation; the line itself where it is said in words.

    Args: put, what stands for its arrays, symbols by default. With numbers it is no longer
        W ← W − η dW: what W becomes stands for the left side, and equals the right one.
    """
    try:
        left, sign, right = read_algebra(line)
    except ValueError:
        return line
    if put is not None and sign == "←":
        left, sign, _ = read_algebra(f"new.{line.replace('←', '=')}")
    return Equation(left, sign, right, put or in_symbols)


def with_symbols(line: str) -> list[tuple[str, bool]]:
    """A line in words cut up into texts and addresses, each with whether it is an address."""
    parts: list[tuple[str, bool]] = []
    for text in re.split(r"((?:[a-z_]+\.)*[A-Za-z]+\d+)", line):
        try:
            parts.append((str(parse(text)), True))
        except InputError:
            parts.append((text, False))
    return [part for part in parts if part[0]]


def answer_lines(
    answer: Answer, pen: Pen, digits: int | None, widest: float
) -> Iterator[list[str]]:
    """What an answer's symbol equals, step by step; each step as the lines it takes."""
    put_in = answer.digits_put_in if digits is None else digits
    digits = answer.digits if digits is None else digits
    if answer.template:
        tree = read_formula(answer.template)
        yield Writer(pen, in_symbols, widest).lines(tree)
        if not isinstance(tree, Hole):
            yield Writer(pen, in_numbers(answer.values, put_in), widest).lines(tree)
    yield [Writer(pen, in_symbols).text(number(answer.value, digits))]
