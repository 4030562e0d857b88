"""Trees as a line of text, W1[0,0]·x[0] + b1[0]: with brackets where they are needed."""

from collections.abc import Callable, Iterator
from itertools import chain

from glassnet.formula import tree

Piece = str | tree.Symbol | tree.Transposed


def text(node: tree.Expression, put: Callable[[str], str] = str) -> str:
    """A tree as a line of text.

    Args: put, what is written for a quantity of that name; by default the name.

    >>> z = tree.Symbol("z")
    >>> text(z**2 / (1 + z), lambda name: "(−3)")
    '(−3)²/(1 + (−3))'
    """
    written: list[str] = []
    for piece in pieces(node):
        if isinstance(piece, tree.Transposed):
            written.append(f"{text(piece.body, put)}ᵀ")
        else:
            written.append(piece if isinstance(piece, str) else put(piece.name))
    return "".join(written)


def pieces(node: tree.Expression, spaced: bool = False) -> Iterator[Piece]:
    """A line of text in pieces: what stands for a quantity is left as it is, transposed or not.

    Args: spaced, whether signs between factors have spaces around them, as in an equation.

    >>> list(pieces(tree.Symbol("z") + 1))
    [Symbol(name='z'), ' + 1']
    """
    run = ""
    for piece in _written(node, spaced):
        if isinstance(piece, str):
            run += piece
            continue
        if run:
            yield run
        yield piece
        run = ""
    if run:
        yield run


Kinds = tuple[type[tree.Expression], ...]
# What holds together least firmly first.
_SUMS: Kinds = (tree.Sum, tree.Negative)
_QUOTIENTS = (*_SUMS, tree.Quotient)
_PRODUCTS = (*_QUOTIENTS, tree.Product)
_POWERS = (*_PRODUCTS, tree.Power)


def _written(node: tree.Expression, spaced: bool) -> Iterator[Piece]:
    def of(part: tree.Expression, held: Kinds = ()) -> Iterator[Piece]:
        """A part, in brackets where it is one of these kinds."""
        if not isinstance(part, held):
            return _written(part, spaced)
        return chain("(", _written(part, spaced), ")")

    match node:
        case tree.Number():
            yield node.written or repr(node.value)
        case tree.Symbol():
            yield node
        case tree.Word():
            yield node.text
        case tree.Negative():
            yield "−"
            yield from of(node.body, _SUMS)
        case tree.Sum(terms=(only,)):
            yield from of(only)
        case tree.Sum():
            for n, term in enumerate(node.terms):
                if n and isinstance(term, tree.Negative):
                    yield " − "
                    yield from of(term.body, _SUMS)
                else:
                    yield " + " if n else ""
                    yield from of(term, (tree.Sum,))
        case tree.Product():
            for n, factor in enumerate(node.factors):
                if n:
                    yield _space(node.sign, spaced)
                yield from of(factor, _held_as_factor(node, n))
        case tree.Quotient():
            yield from of(node.over, _QUOTIENTS)
            yield "/"
            yield from of(node.under, _PRODUCTS)
        case tree.Power():
            yield from of(node.base, _POWERS)
            square = node.exponent == tree.Number(2) and not isinstance(node.base, tree.Number)
            yield "²" if square else "^"
            if not square:
                yield from of(node.exponent, _POWERS)
        case tree.Function("abs", (argument,)) if not any(
            map(_is_abs, argument.parts(tree.Function))
        ):
            yield "|"
            yield from of(argument)
            yield "|"
        case tree.Function():
            yield f"{node.name}("
            for n, argument in enumerate(node.arguments):
                yield ", " if n else ""
                yield from of(argument)
            yield ")"
        case tree.Comparison():
            yield "("
            yield from of(node.left)
            yield f" {node.sign} "
            yield from of(node.right)
            yield ")"
        case tree.Transposed():
            if isinstance(node.body, tree.Symbol):
                yield node
            else:
                yield from of(node.body, (tree.Expression,))
                yield "ᵀ"
        case tree.Total():
            yield "Σ "
            yield from of(node.body, (tree.Sum,))
        case tree.Slope():
            yield f"∂{node.of}/∂"
            yield from of(node.to)
        case tree.Remark():
            yield from of(node.body)
            yield node.words
        case tree.Equation():
            yield from _written(node.left, spaced=True)
            yield f" {node.sign} "
            yield from _written(node.right, spaced=True)
        case _:
            raise TypeError(f"a {node.kind} has no form as text.")


def _is_abs(node: tree.Function) -> bool:
    return node.name == "abs"  # bars within bars would close them


def _space(sign: str, spaced: bool) -> str:
    return (f" {sign} " if sign else " ") if spaced else sign


def _held_as_factor(product: tree.Product, n: int) -> Kinds:
    """What is set in brackets as factor n of a product."""
    held = _SUMS
    if n < len(product.factors) - 1:
        held += (tree.Quotient, tree.Slope)  # (1/a)·b is not 1/a·b to every reader
    factor = product.factors[n]
    if n and isinstance(factor, tree.Product) and factor.sign != product.sign:
        held += (tree.Product,)  # W (x ⊙ mask) is not W x ⊙ mask
    return held
