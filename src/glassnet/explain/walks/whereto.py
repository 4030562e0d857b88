"""What a given number does, and whole arrays: what the answer to one number leaves unsaid."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.notebook import Displayed
from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.explain.ask import words
from glassnet.explain.ask.addresses import Address, parse
from glassnet.explain.ask.algebra import algebra
from glassnet.explain.ask.answer import Answer, algebra_text
from glassnet.explain.ask.ask import Ask
from glassnet.formula.tree import Expression

SLOPES = {"x": "dx", "W": "dW", "b": "db"}
MOST_GOALS = 12  # of the numbers that a given one goes into, that are told with their values


@dataclass(frozen=True)
class GivenNumber(Answer):
    """A number that was given: what it goes into, and the loss's slope along it.

    `goes_into` are the first of the numbers that are computed from it at once, by their
    addresses, of so many as `goals` counts. `slope` is the address of ∂L/∂ of it, empty for a
    target, and `slope_value` what stands there.
    """

    kind, version = "given", 1

    goes_into: dict[str, float] | None = None
    goals: int = 0
    slope: str = ""
    slope_value: float | None = None

    __repr__ = telling("address", "value", "slope", "slope_value")


@dataclass(frozen=True)
class WholeArray(Displayed):
    """All numbers of an array, and the line of matrix algebra that gives them.

    `matrices` are the arrays in that line, by name, in its order, this one the last.
    """

    kind, version = "array", 1

    address: str
    symbol: str
    meaning: str
    values: NDArray[np.float64]
    equation: Expression | None
    shapes: dict[str, tuple[int, ...]]
    matrices: list[tuple[str, NDArray[np.float64]]]

    __repr__ = telling("address", "meaning", "values")

    @property
    def algebra(self) -> str:
        """The line of matrix algebra, dW1 = delta1 xᵀ; empty where there is none."""
        return algebra_text(self.equation)


def given_number(ask: Ask, answer: Answer) -> Answer:
    """The answer for an input, a target, a weight or a bias, with what it does; others as is."""
    place = parse(answer.address)
    if answer.expression is not None or place.prefix or place.name not in ("x", "y", "W", "b"):
        return answer
    goals = list(_goals(ask, place))
    told = {str(goal): ask.value(goal) for goal in goals[:MOST_GOALS]}
    slope = _slope(ask, place)
    value = None if slope is None else ask.value(slope)
    return GivenNumber(**vars(answer), goes_into=told, goals=len(goals),
                       slope=str(slope or ""), slope_value=value)  # fmt: skip


def _slope(ask: Ask, place: Address) -> Address | None:
    if place.name not in SLOPES:
        return None
    return Address(SLOPES[place.name], place.layer, place.index, place.sample)


def _goals(ask: Ask, place: Address) -> Iterator[Address]:
    """What is computed from a given number at once: on the way forward, back, and by the update."""
    layers, layer = ask.net.dense_layers, place.layer or 1
    each: list[int | None] = [None] if ask.batch == 1 else list(range(ask.batch))
    samples = each if place.sample is None else [place.sample]
    match place.name:
        case "x":
            j, first = place.index[0], layers[0]
            yield from (Address("z", 1, (i,), k) for k in samples for i in range(first.n_out))
            yield from (Address("dW", 1, (i, j)) for i in range(first.n_out))
        case "y":
            yield from (Address("loss", None, (), k) for k in samples)
            yield from (Address("delta", len(layers), place.index, k) for k in samples)
        case _:
            alone = place.name == "b" and layers[layer - 1].bias == "layer"
            i = place.index[0]
            neurons = range(layers[layer - 1].n_out) if alone else [i]
            yield from (Address("z", layer, (n,), k) for k in samples for n in neurons)
            if place.name == "W":
                back = ("dx", None) if layer == 1 else ("delta", layer - 1)
                yield from (Address(*back, (place.index[1],), k) for k in samples)
            yield place.under("new")


def whole_array(ask: Ask, address: str | Address) -> WholeArray:
    """All numbers of an array, as dW1 or z2@3.

    Raises: InputError for a single number, or what is no array of this pass.
    """
    place = parse(address) if isinstance(address, str) else address
    if place.index or not ask.array(place).ndim:
        raise InputError(f"'{place}' is one number: ask for it alone, or for an array, as dW1.")
    equation, shapes = algebra(ask, place)
    sample = place.sample if place.sample is not None or ask.batch == 1 else 0
    names = [name for name in shapes if name != place.array]
    matrices = [(name, _array(ask, name, sample)) for name in names]
    matrices.append((str(place), np.asarray(ask.array(place), dtype=np.float64)))
    return WholeArray(
        str(place), words.symbol(place), words.meaning(place), matrices[-1][1], equation, shapes,
        matrices,
    )  # fmt: skip


def _array(ask: Ask, name: str, sample: int | None) -> NDArray[np.float64]:
    """The array of that name, of a sample where it has one for each."""
    place = parse(name)
    try:
        found = ask.array(place)
    except InputError:
        found = ask.array(Address(place.name, place.layer, (), sample, place.prefix))
    return np.asarray(found, dtype=np.float64)
