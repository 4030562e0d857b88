"""Trees as a line of text, W1[0,0]·x[0] + b1[0]: with brackets where they are needed."""

from collections.abc import Callable, Iterator
from itertools import chain

from glassnet.core.display.numbers import written
from glassnet.formula import tree

Piece = str | tree.Symbol | tree.Transposed


def text(node: tree.Expression, put: Callable[[str], str] = str, digits: int | None = None) -> str:
    """A tree as a line of text.

    Args:
        put: what is written for a quantity of that name; by default the name. What begins with −
            is set in brackets where it does not stand by itself.
        digits: significant ones of the numbers in the tree; None for all.

    >>> z = tree.Symbol("z")
    >>> text(z**2 / (1 + tree.exp(z)), lambda name: "−3")
    '(−3)²/(1 + exp(−3))'
    """
    told = ""
    line = list(pieces(node, digits=digits))
    for piece, after in zip(line, [*line[1:], ""]):
        match piece:
            case str():
                told += piece
            case tree.Transposed():
                told += f"{text(piece.body, put)}ᵀ"
            case _:
                told += _beside(told, put(piece.name), after if isinstance(after, str) else "·")
    return told


def _beside(before: str, put: str, after: str) -> str:
    """What is put in between two pieces of text, in brackets where it needs them."""
    alone = before.endswith(("(", "|", ", ")) or not before
    alone = alone and after[:1] in "),| "
    high = after[:1] in ("²", "³", "^") and "@" in put  # a1[0]@0² would be read as sample 0²
    return f"({put})" if high or (put.startswith("−") and not alone) else put


def pieces(
    node: tree.Expression, spaced: bool = False, digits: int | None = None
) -> Iterator[Piece]:
    """A line of text in pieces: what stands for a quantity is left as it is, transposed or not.

    Args:
        spaced: whether signs between factors have spaces around them, as in an equation.
        digits: significant ones of the numbers in the tree; None for all.

    >>> list(pieces(tree.Symbol("z") + 1))
    [Symbol(name='z'), ' + 1']
    """
    run = ""
    for piece in _written(_bare(node), spaced, digits):
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
Part = Callable[[tree.Expression, Kinds], Iterator[Piece]]  # in brackets where it is of a kind
# What holds together least firmly first.
_SUMS: Kinds = (tree.Sum, tree.Negative)
_QUOTIENTS = (*_SUMS, tree.Quotient)
_PRODUCTS = (*_QUOTIENTS, tree.Product)
_POWERS = (*_PRODUCTS, tree.Power)
_HIGH: dict[tree.Expression, str] = {tree.Number(2): "²", tree.Number(3): "³"}


def _bare(node: tree.Expression) -> tree.Expression:
    """What stands in a sum of one term; a number below 0 as the negative that it is."""
    while isinstance(node, tree.Sum) and len(node.terms) == 1:
        node = node.terms[0]
    return tree.node(node.value) if isinstance(node, tree.Number) and node.value < 0 else node


def _written(node: tree.Expression, spaced: bool, digits: int | None) -> Iterator[Piece]:
    def of(part: tree.Expression, held: Kinds = ()) -> Iterator[Piece]:
        """A part, in brackets where it is one of these kinds."""
        told = _written(part := _bare(part), spaced, digits)
        return chain("(", told, ")") if isinstance(part, held) else told

    match node:
        case tree.Number():
            yield node.written or written(node.value, digits)
        case tree.Symbol():
            yield node
        case tree.Word():
            yield node.text
        case tree.Negative():
            yield from chain("−", of(node.body, _SUMS))
        case tree.Sum():
            yield from _sum(node, of)
        case tree.Product():
            yield from _product(node, of, spaced)
        case tree.Quotient():
            yield from chain(of(node.over, _QUOTIENTS), "/", of(node.under, _PRODUCTS))
        case tree.Power():
            yield from of(node.base, _POWERS)
            if node.exponent in _HIGH and not isinstance(node.base, tree.Number):
                yield _HIGH[node.exponent]
            else:
                yield from chain("^", of(node.exponent, _POWERS))
        case tree.Function():
            yield from _call(node, of)
        case tree.Comparison():
            yield from chain("(", of(node.left), (f" {node.sign} ",), of(node.right), ")")
        case tree.Transposed(tree.Symbol()):
            yield node
        case tree.Transposed():
            yield from chain(of(node.body, (tree.Expression,)), "ᵀ")
        case tree.Total():
            yield from chain(("Σ ",), of(node.body, (tree.Sum,)))
        case tree.Slope():
            yield from chain((f"∂{node.of}/∂",), of(node.to))
        case tree.Remark():
            yield from chain(of(node.body), (node.words,))
        case tree.Equation():
            yield from _written(_bare(node.left), True, digits)
            yield f" {node.sign} "
            yield from _written(_bare(node.right), True, digits)
        case _:
            raise TypeError(f"a {node.kind} has no form as text.")


def _sum(node: tree.Sum, of: Part) -> Iterator[Piece]:
    for n, term in enumerate(map(_bare, node.terms)):
        if n and isinstance(term, tree.Negative):
            yield " − "
            yield from of(term.body, _SUMS)
        else:
            yield " + " if n else ""
            yield from of(term, (tree.Sum,))


def _product(node: tree.Product, of: Part, spaced: bool) -> Iterator[Piece]:
    for n, factor in enumerate(map(_bare, node.factors)):
        if n:
            # 2 3 would be read as 23
            sign = node.sign or ("·" if isinstance(factor, tree.Number) else "")
            yield (f" {sign} " if sign else " ") if spaced else sign
        yield from of(factor, _held_as_factor(node, n, factor))


def _call(node: tree.Function, of: Part) -> Iterator[Piece]:
    """f(x, y), and |x| where no bars within it would close these."""
    barred = node.name == "abs" and not any(
        inner.name == "abs" for inner in node.arguments[0].parts(tree.Function)
    )
    opening, closing = ("|", "|") if barred else (f"{node.name}(", ")")
    yield opening
    for n, argument in enumerate(node.arguments):
        yield ", " if n else ""
        yield from of(argument, ())
    yield closing


def _held_as_factor(product: tree.Product, n: int, factor: tree.Expression) -> Kinds:
    """What is set in brackets as factor n of a product."""
    held = (*_SUMS, tree.Quotient)  # (1/a)·b is not 1/a·b to every reader, nor b·(1/a) b·1/a
    if n < len(product.factors) - 1:
        held += (tree.Slope,)
    if n and isinstance(factor, tree.Product) and factor.sign != product.sign:
        held += (tree.Product,)  # W (x ⊙ mask) is not W x ⊙ mask
    return held
