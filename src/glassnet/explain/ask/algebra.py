"""The line of matrix algebra that gives the whole array of an answer, as a tree."""

import numpy as np

from glassnet.core.activations import Softmax
from glassnet.explain.ask.addresses import STATE, Address, parse
from glassnet.explain.ask.quantities import Quantities
from glassnet.formula import updates
from glassnet.formula.tree import (
    Equation,
    Expression,
    Function,
    Product,
    Remark,
    Slope,
    Symbol,
    Total,
    Transposed,
    Word,
)


def algebra(q: Quantities, place: Address) -> tuple[Expression | None, dict[str, tuple[int, ...]]]:
    """The line of matrix algebra that gives the whole array, columns as the tutorial has them.

    Returns: the line, and the shape of each array in it; (None, {}) where there is none.
    """
    line, arrays = _line(q, place)
    sample = place.sample if place.sample is not None else (0 if q.batch == 1 else None)
    shapes: dict[str, tuple[int, ...]] = {}
    for array in arrays:
        if array.name in ("W", "dW", "b", "db") and array.sample is None:
            shapes[array.array] = q.array(array).shape
        elif sample is not None:
            shapes[array.array] = q.array(
                Address(array.name, array.layer, (), sample, array.prefix)
            ).shape
    return line, shapes


def _whole(place: Address) -> Symbol:
    return Symbol(place.array)


def _matrices(*factors: Expression) -> Product:
    return Product(factors, "")


def _each(first: Expression, *more: Expression) -> Expression:
    """A product entry by entry; of one factor that itself."""
    return Product((first, *more), "⊙") if more else first


def _line(q: Quantities, place: Address) -> tuple[Expression | None, list[Address]]:
    if place.prefix:
        return (None, []) if place.prefix.startswith("rest") else _update_line(q, place)
    n, last = place.layer or 0, len(q.net.dense_layers)
    batch = q.batch > 1 and place.sample is None

    def plain(name: str, layer: int | None) -> Address:
        return Address(name, layer, (), place.sample)

    def equals(right: Expression) -> Equation:
        return Equation(_whole(plain(place.name, place.layer)), "=", right)

    before = plain("x", None) if n < 2 else plain("a", n - 1)
    mask = [plain("mask", n - 1)] if n - 1 in q.masks else []
    x = _each(*map(_whole, [before, *mask]))  # the layer's input
    W, b, z, a = Address("W", n), Address("b", n), plain("z", n), plain("a", n)
    slope = Function("f′", (_whole(z),))
    match place.name:
        case "z":
            return equals(_matrices(_whole(W), x) + _whole(b)), [W, before, *mask, b, z]
        case "a":
            name = q.net.dense_layers[n - 1].activation.name
            return equals(Function(name, (_whole(z),))), [z, a]
        case "loss":
            name = q.net.loss.name.replace("_", " ")
            told = f"mean over the samples of {name}" if batch else name
            a, y = plain("a", last), plain("y", None)
            return equals(Function(told, (_whole(a), _whole(y)))), [] if batch else [a, y]
        case "delta" if _takes_every_slope_in(q, n):
            da = _whole(plain("da", n))
            right = _each(_whole(a), da - Total(_each(da, _whole(a))))
            return equals(right), [a, plain("da", n), plain("delta", n)]
        case "delta" if n == last:
            joint, y = q.net.loss.joint is not None, plain("y", None)
            short = joint or q.net.loss.name == "squared_error"
            error = _whole(a) - _whole(y) if short else Slope("ℓ", _whole(a))
            told = error if joint else _each(error, slope)
            told = told if q.batch == 1 else told * Word("share")
            return equals(told), [a, y, plain("delta", n)]
        case "da" if n == last:
            return equals(Slope("L", _whole(a))), [plain("da", n)]
        case "delta" | "da" | "dx":
            W, delta = Address("W", n + 1), plain("delta", n + 1)
            mask = [plain("mask", n)] if n in q.masks else []
            back = _matrices(Transposed(_whole(W)), _whole(delta))
            slopes, at = ([slope], [z]) if place.name == "delta" else ([], [])
            right = _each(back, *map(_whole, mask), *slopes)
            return equals(right), [W, delta, *mask, *at, plain(place.name, place.layer)]
        case "dW":
            delta, dW = plain("delta", n), Address("dW", n)
            told = _matrices(_whole(delta), Transposed(x))
            told = Total(told) if batch else told
            return Equation(_whole(dW), "=", told), [delta, before, *mask, dW]
        case "db":
            shared = q.net.dense_layers[n - 1].bias == "layer"
            delta, db = plain("delta", n), Address("db", n)
            told = Total(_whole(delta)) if shared or batch else _whole(delta)
            return Equation(_whole(db), "=", told), [delta, db]
    return None, []


def _takes_every_slope_in(q: Quantities, n: int) -> bool:
    """Whether layer n is a softmax that the loss does not cancel: every a depends on every z."""
    joint = n == len(q.net.dense_layers) and q.net.loss.joint is not None
    return isinstance(q.net.dense_layers[n - 1].activation, Softmax) and not joint


def _update_line(q: Quantities, place: Address) -> tuple[Expression | None, list[Address]]:
    """An update's rule, entry by entry on whole arrays."""
    plain = Address(place.name, place.layer)
    own = Address(place.name, place.layer, (), None, place.prefix)
    name = _whole(plain)
    if place.prefix == "penalty":
        l1 = _matrices(Word("l1"), Function("sign", (name,)))
        return Equation(_whole(own), "=", l1 + _matrices(Word("l2"), name)), [own]
    if place.prefix in STATE or not q.is_learned(place):
        stays = place.prefix == "new"
        return (Remark(name, " stays as it is"), [plain]) if stays else (None, [])
    gradient: Expression = Symbol("d" + plain.array)
    penalised = place.name == "W" and bool(q.net.l1 or q.net.l2)
    bounded = bool(q.clip_norm or q.clip_value)
    if place.prefix == "g":
        told = gradient + _whole(plain.under("penalty")) if penalised else gradient
        return Equation(_whole(own), "=", Remark(told, ", clipped") if bounded else told), [own]
    rule = updates.rules(q.rule, q.t).get(place.prefix)
    if rule is None:
        return None, []
    given = plain.under("g") if penalised or bounded else parse("d" + plain.array)
    arrays = {each: _whole(plain.under(each)) for each in rule.symbols()}
    arrays |= {"W": name, "g": _whole(given), "η": Symbol("learning_rate")}
    told = rule.where(arrays)
    if place.prefix == "new":
        told = told.rebuilt(_side_by_side)
        if place.name == "W" and (q.update.scales.get(place.layer or 0, np.ones(1)) < 1).any():
            told = Remark(told, ", a row that is longer brought back to max_norm")
        return Equation(name, "←", told), [plain, given, own]
    return Equation(_whole(own), "=", told), [own]


def _side_by_side(part: Expression) -> Expression:
    """A product without its sign: η dW1."""
    return Product(part.factors, "") if isinstance(part, Product) else part
