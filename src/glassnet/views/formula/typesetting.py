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

from glassnet.core.display.numbers import written
from glassnet.explain import Answer
from glassnet.formula import tree
from glassnet.formula.tree import Expression
from glassnet.views.formula.symbols import Applied, At, Letter, Scripted, symbol

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


@dataclass(frozen=True)
class Matrix(Expression):
    """An array's entries by rows, written out; letters such as ⋯ stand for those left out."""

    rows: tuple[tuple[tree.Number | Letter, ...], ...]


_WORDS = {"l1": Scripted(Letter("λ"), "1"), "l2": Scripted(Letter("λ"), "2")}


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
    def words(self, text: str) -> str: ...


Put = Callable[[str], Expression]


def in_symbols(address: str) -> Expression:
    """What stands for an address in a formula in symbols."""
    return symbol(address)


def in_numbers(values: dict[str, float], digits: int | None) -> Put:
    """What stands for an address in a formula with its numbers put in."""
    return lambda address: number(values[address], digits)


def number(value: float, digits: int | None) -> tree.Number:
    """A number to so many significant digits; None for all."""
    return tree.Number(value, written(value, digits))


def matrix(values: ArrayLike, digits: int = 6) -> Matrix:
    """An array as a matrix, a vector as a column; a large one with its middle left out."""
    array = np.asarray(values)
    array = array.reshape(-1, 1) if array.ndim < 2 else array
    rows = _shown(array.shape[0], MOST_ROWS)
    columns = _shown(array.shape[1], MOST_COLUMNS)

    def cell(i: int | None, j: int | None) -> tree.Number | Letter:
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
        digits: significant ones of the numbers in a tree; None for all.
    """

    def __init__(
        self, pen: Pen, put: Put, widest: float = math.inf, digits: int | None = None
    ) -> None:
        self.pen, self.put, self.widest, self.digits = pen, put, widest, digits

    def text(self, node: Expression) -> str:
        return self.piece(node).text

    def lines(self, node: Expression) -> list[str]:
        """A formula as the lines it takes: one, unless it is a sum that is too wide."""
        if isinstance(node, tree.Symbol):
            node = self.put(node.name)
        if isinstance(node, tree.Sum | tree.Product):
            return [self.pen.row(parts) for parts in self._broken(node)[0]]
        return [self.text(node)]

    def piece(self, node: Expression) -> Piece:
        pen = self.pen
        match node:
            case tree.Number():
                return self._number(node.written or written(node.value, self.digits))
            case tree.Symbol():
                return self.piece(self.put(node.name))
            case Letter():
                return Piece(pen.letter(node.text, node.accent), ATOM, len(node.text))
            case tree.Word():
                return self.piece(_WORDS.get(node.text, Letter(node.text)))
            case Scripted():
                letter = pen.letter(node.letter.text, node.letter.accent)
                width = len(node.letter.text) + 0.6 * max(len(node.low), len(node.high))
                strength = POWER if node.high else ATOM
                return Piece(pen.scripts(letter, node.low, node.high), strength, width)
            case tree.Negative():
                body = self._held(node.body, PRODUCT)
                return Piece(pen.negative(body.text), NEGATIVE, body.width + 1)
            case tree.Sum(terms=(only,)):
                return self.piece(only)
            case tree.Sum():
                rows, width = self._broken(node)
                text = pen.row(rows[0]) if len(rows) == 1 else pen.lines([*map(pen.row, rows)])
                return Piece(text, SUM, width)
            case tree.Product():
                # within a sum or a fraction a product stays on its line
                rows, width = self._broken(node, math.inf)
                return Piece(pen.row(rows[0]), PRODUCT, width)
            case tree.Quotient():
                return self._fraction(self.piece(node.over), self.piece(node.under))
            case tree.Slope():
                to = self.piece(node.to)
                under = Piece(pen.row([pen.letter("∂", ""), to.text]), PRODUCT, to.width + 1)
                return self._fraction(self.piece(Letter(f"∂{node.of}")), under)
            case tree.Power():
                return self._power(node)
            case tree.Transposed():
                return self._transposed(node)
            case tree.Function():
                return self._function(node)
            case Applied():
                head = pen.letter(node.letter.text, node.letter.accent)
                return self._applied(head, len(node.letter.text), [node.body])
            case tree.Comparison():
                left, right = self.piece(node.left), self.piece(node.right)
                body = pen.row([left.text, pen.sign(node.sign), right.text])
                text = pen.row([pen.function("1"), pen.fenced("[", body, "]")])
                return Piece(text, QUOTIENT, left.width + right.width + 5)
            case tree.Total():
                body = self._held(node.body, PRODUCT)
                return Piece(pen.row([pen.sign("Σ"), body.text]), PRODUCT, body.width + 2)
            case tree.Remark():
                body = self.piece(node.body)
                text = pen.row([body.text, pen.words(node.words)])
                return Piece(text, SUM, body.width + len(node.words))
            case tree.Equation():
                left, right = self.piece(node.left), self.piece(node.right)
                text = pen.row([left.text, pen.sign(node.sign), right.text])
                return Piece(text, SUM, left.width + right.width)
            case At():
                body = self.piece(node.body)
                return Piece(pen.at(body.text, node.place), QUOTIENT, body.width + 2)
            case Matrix():
                cells = [[self.piece(cell) for cell in row] for row in node.rows]
                rows = [[cell.text for cell in row] for row in cells]
                width = max(sum(cell.width + 2 for cell in row) for row in cells)
                return Piece(pen.matrix(rows), ATOM, width + 1)
        raise TypeError(f"a {node.kind} has no form in this notation.")

    def _number(self, text: str) -> Piece:
        if text == "½":
            return self.piece(tree.Quotient(tree.Number(1), tree.Number(2)))
        match = re.fullmatch(r"−?([\d.]+)e([+−])0*(\d+)", text)
        if match is None:
            body = self.pen.number(text.removeprefix("−"))
            strength = ATOM
        else:
            mantissa, exponent = match[1], match[2].removeprefix("+") + match[3]
            body = self.pen.power_of_ten("" if mantissa == "1" else mantissa, exponent)
            strength = POWER if mantissa == "1" else PRODUCT
        if text.startswith("−"):
            return Piece(self.pen.negative(body), NEGATIVE, len(text))
        return Piece(body, strength, len(text))

    def _broken(
        self, node: tree.Sum | tree.Product, limit: float | None = None
    ) -> tuple[list[list[str]], float]:
        """The parts of a sum or product line by line, and the width of the widest."""
        pen, limit = self.pen, self.widest if limit is None else limit
        rows: list[list[str]] = [[]]
        used, widest = 0.0, 0.0
        parts = _signed(node) if isinstance(node, tree.Sum) else self._factors(node)
        for n, (sign, part) in enumerate(parts):
            # a first term needs no brackets, whatever it is; later ones must not begin with −
            factor = isinstance(node, tree.Product)
            piece = self._held(part, PRODUCT) if n or factor else self.piece(part)
            if n and factor and isinstance(part, tree.Product) and part.sign != "·":
                piece = self._bracketed(piece)  # W (x ⊙ mask) is not W x ⊙ mask
            more: list[list[str]] = []
            text, width = piece.text, piece.width
            if isinstance(part, tree.Product) and width > limit:
                (first, *more), width = self._broken(part)
                text = pen.row(first)
            if used > SHORT and used + width > limit:
                widest, used = max(widest, used), 0.0
                rows.append([pen.continued(sign), text])
            else:
                rows[-1] += [pen.sign(sign), text] if n and sign else [text]
            used += width + (3 if isinstance(node, tree.Sum) else 2 if sign else 0)
            rows += more
        return rows, max(widest, used)

    def _factors(self, product: tree.Product) -> list[tuple[str, Expression]]:
        """The factors of a product, each with the sign before it; that of the first counts not."""
        first, *more = product.factors
        parts = self._factors(first) if isinstance(first, tree.Product) else [("", first)]
        for factor in more:
            put = self.put(factor.name) if isinstance(factor, tree.Symbol) else factor
            # 2 3 would be read as 23
            parts.append((product.sign or ("·" if isinstance(put, tree.Number) else ""), factor))
        return parts

    def _held(self, node: Expression, strength: int) -> Piece:
        """The node, in brackets where it holds together less firmly than that."""
        piece = self.piece(node)
        return piece if piece.strength >= strength else self._bracketed(piece)

    def _bracketed(self, piece: Piece) -> Piece:
        return Piece(self.pen.fenced("(", piece.text, ")"), ATOM, piece.width + 2)

    def _fraction(self, over: Piece, under: Piece) -> Piece:
        text = self.pen.fraction(over.text, under.text)
        return Piece(text, QUOTIENT, max(over.width, under.width))

    def _power(self, node: tree.Power) -> Piece:
        held, exponent = self._held(node.base, ATOM), self.piece(node.exponent)
        text = self.pen.power(held.text, exponent.text)
        return Piece(text, POWER, held.width + 0.6 * exponent.width)

    def _transposed(self, node: tree.Transposed) -> Piece:
        body = self.put(node.body.name) if isinstance(node.body, tree.Symbol) else node.body
        if isinstance(body, Letter):
            return self.piece(Scripted(body, "", "ᵀ"))
        if isinstance(body, Scripted):
            return self.piece(Scripted(body.letter, body.low, body.high + "ᵀ"))
        held = self._held(body, ATOM)
        text = self.pen.power(held.text, self.pen.letter("ᵀ", ""))
        return Piece(text, POWER, held.width + 0.6)

    def _function(self, node: tree.Function) -> Piece:
        first = node.arguments[0]
        if node.name in ("sqrt", "abs"):
            body = self.piece(first)
            root = node.name == "sqrt"
            text = self.pen.root(body.text) if root else self.pen.fenced("|", body.text, "|")
            return Piece(text, ATOM, body.width + 1)
        if node.name == "exp" and _is_flat(first):
            exponent = self.piece(first)
            text = self.pen.power(self.pen.letter("e", ""), exponent.text)
            return Piece(text, POWER, 1 + 0.7 * exponent.width)
        return self._applied(self.pen.function(node.name), len(node.name), node.arguments)

    def _applied(self, head: str, wide: int, arguments: Sequence[Expression]) -> Piece:
        parts: list[str] = []
        width = 0.0
        for piece in map(self.piece, arguments):
            parts += [self.pen.sign(","), piece.text] if parts else [piece.text]
            width += piece.width
        body = self.pen.fenced("(", self.pen.row(parts), ")")
        return Piece(self.pen.row([head, body]), QUOTIENT, width + 2 + wide / 2)


def _signed(whole: tree.Sum) -> list[tuple[str, Expression]]:
    """The terms of a sum, each with the sign before it; that of the first counts not."""
    first, *more = whole.terms
    signed = [("−", term.body) if isinstance(term, tree.Negative) else ("+", term) for term in more]
    return [("+", first), *signed]


def _is_flat(node: Expression) -> bool:
    """Whether an exponent is small enough to be written as one."""
    match node:
        case tree.Symbol() | tree.Number():
            return True
        case tree.Negative():
            return _is_flat(node.body)
        case tree.Sum():
            return len(node.terms) < 3 and all(isinstance(t, tree.Symbol) for _, t in _signed(node))
    return False


def in_matrices(lookup: Callable[[str], ArrayLike | None], digits: int = 6) -> Put:
    """What stands for an array in a line of algebra: its numbers, or its symbol.

    Args: lookup, from an address to its array; None leaves the symbol.
    """

    def put(address: str) -> Expression:
        found = lookup(address)
        if found is None:
            return symbol(address)
        values = np.asarray(found)
        return matrix(values, digits) if values.ndim else number(float(values), digits)

    return put


def filled_in(line: Expression) -> tree.Equation | None:
    """A line of algebra as its matrices fill it in; None where a part of it is said in words.

    With numbers it is no longer W ← W − η dW: what W becomes equals the right side.
    """
    if not isinstance(line, tree.Equation) or any(line.parts(tree.Remark)):
        return None
    if line.sign == "←":
        (name,) = line.left.symbols()
        return tree.Equation(tree.Symbol(f"new.{name}"), "=", line.right)
    return line


def answer_lines(
    answer: Answer, pen: Pen, digits: int | None, widest: float
) -> Iterator[list[str]]:
    """What an answer's symbol equals, step by step; each step as the lines it takes."""
    put_in = answer.digits_put_in if digits is None else digits
    digits = answer.digits if digits is None else digits
    told = answer.expression
    if told is not None:
        yield Writer(pen, in_symbols, widest, put_in).lines(told)
        if not isinstance(told, tree.Symbol):
            yield Writer(pen, in_numbers(answer.values, put_in), widest, put_in).lines(told)
    yield [Writer(pen, in_symbols).text(number(answer.value, digits))]
