"""Trees as a line of text, W1[0,0]·x[0] + b1[0]: with brackets where they are needed."""

from collections.abc import Callable, Iterator
from itertools import chain

from glassnet.formula.tree import (
    Comparison,
    Equation,
    Function,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Remark,
    Slope,
    Sum,
    Symbol,
    Total,
    Transposed,
    Word,
)

Piece = str | Symbol | Transposed


def text(tree: Node, put: Callable[[str], str] = str) -> str:
    """A tree as a line of text.

    Args: put, what is written for a quantity of that name; by default the name.

    >>> z = Symbol("z")
    >>> text(z**2 / (1 + z), lambda name: "(−3)")
    '(−3)²/(1 + (−3))'
    """
    written: list[str] = []
    for piece in pieces(tree):
        if isinstance(piece, Transposed):
            written.append(f"{text(piece.body, put)}ᵀ")
        else:
            written.append(piece if isinstance(piece, str) else put(piece.name))
    return "".join(written)


def pieces(tree: Node, spaced: bool = False) -> Iterator[Piece]:
    """A line of text in pieces: what stands for a quantity is left as it is, transposed or not.

    Args: spaced, whether signs between factors have spaces around them, as in an equation.

    >>> list(pieces(Symbol("z") + 1))
    [Symbol(name='z'), ' + 1']
    """
    run = ""
    for piece in _written(tree, spaced):
        if isinstance(piece, str):
            run += piece
            continue
        if run:
            yield run
        yield piece
        run = ""
    if run:
        yield run


def _written(tree: Node, spaced: bool) -> Iterator[Piece]:
    def of(part: Node, *held: type[Node]) -> Iterator[Piece]:
        """A part, in brackets where it is one of these kinds."""
        if not isinstance(part, held):
            return _written(part, spaced)
        return chain("(", _written(part, spaced), ")")

    match tree:
        case Number():
            yield tree.written or repr(tree.value)
        case Symbol():
            yield tree
        case Word():
            yield tree.text
        case Negative():
            yield "−"
            yield from of(tree.body, Sum, Negative)
        case Sum(terms=(only,)):
            yield from of(only)
        case Sum():
            for n, term in enumerate(tree.terms):
                if n and isinstance(term, Negative):
                    yield " − "
                    yield from of(term.body, Sum, Negative)
                else:
                    yield " + " if n else ""
                    yield from of(term, Sum)
        case Product():
            for n, factor in enumerate(tree.factors):
                if n:
                    yield _space(tree.sign, spaced)
                yield from of(factor, *_held_as_factor(tree, n))
        case Quotient():
            yield from of(tree.over, Sum, Negative, Quotient)
            yield "/"
            yield from of(tree.under, Sum, Negative, Quotient, Product)
        case Power():
            yield from of(tree.base, Sum, Negative, Quotient, Product, Power)
            square = tree.exponent == Number(2) and not isinstance(tree.base, Number)
            yield "²" if square else "^"
            if not square:
                yield from of(tree.exponent, Sum, Negative, Quotient, Product, Power)
        case Function(name="abs", arguments=(argument,)):
            yield "|"
            yield from of(argument)
            yield "|"
        case Function():
            yield f"{tree.name}("
            for n, argument in enumerate(tree.arguments):
                yield ", " if n else ""
                yield from of(argument)
            yield ")"
        case Comparison():
            yield "("
            yield from of(tree.left)
            yield f" {tree.sign} "
            yield from of(tree.right)
            yield ")"
        case Transposed():
            if isinstance(tree.body, Symbol):
                yield tree
            else:
                yield from of(tree.body, Node)
                yield "ᵀ"
        case Total():
            yield "Σ "
            yield from of(tree.body, Sum)
        case Slope():
            yield f"∂{tree.of}/∂"
            yield from of(tree.to)
        case Remark():
            yield from of(tree.body)
            yield tree.words
        case Equation():
            yield from _written(tree.left, spaced=True)
            yield f" {tree.sign} "
            yield from _written(tree.right, spaced=True)
        case _:
            raise TypeError(f"a {tree.kind} has no form as text.")


def _space(sign: str, spaced: bool) -> str:
    return (f" {sign} " if sign else " ") if spaced else sign


def _held_as_factor(product: Product, n: int) -> tuple[type[Node], ...]:
    """What is set in brackets as factor n of a product."""
    held: tuple[type[Node], ...] = (Sum, Negative)
    if n < len(product.factors) - 1:
        held += (Quotient, Slope)  # (1/a)·b is not 1/a·b to every reader
    factor = product.factors[n]
    if n and isinstance(factor, Product) and factor.sign != product.sign:
        held += (Product,)  # W (x ⊙ mask) is not W x ⊙ mask
    return held
