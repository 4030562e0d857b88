"""All parameters of a network in one vector, and the layers' arrays as views into it."""

import copy
import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from glassnet.core.activations import Array
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense, Dropout, Layer, LayerFacts
from glassnet.core.parts import Value
from glassnet.core.validation.arrays import numbers
from glassnet.core.validation.calls import door, fits_signature
from glassnet.core.validation.memory import check_room
from glassnet.core.validation.rules import Flag, Whole, listed, refused, shown


class Parameters(Value):
    """What a network is to one who changes its numbers: theta and grad, laid out from its layers.

    The layers have the numbers; theta is made of theirs, in `lay_out`, once they are in the
    network, after a copy, and when what is learned or the dtype changes.
    """

    made_anew = ("theta", "grad", "n_learned", "_places", "_plain", "_trainings")

    layers: tuple[Layer, ...]
    dense_layers: tuple[Dense, ...]
    dtype: np.dtype[Any]
    theta: Array
    grad: Array
    n_learned: int

    def settle(self) -> None:
        """Makes the layers this network's own, and theta and grad of what they hold."""
        self._trainings = 0
        for layer in self.layers:
            layer.join(self)
        self.lay_out()

    def lay_out(self) -> None:
        """Makes theta and grad anew from what the layers hold, and the layers' arrays views.

        To change what is frozen in a network does this: views of the old theta are left behind.

        Raises: InputError while a training of the network is under way.
        """
        self.check_at_rest("change which parts are learned, or an activation, before or after it")
        each = list(enumerate(self.dense_layers))
        learned_W = [(n, "W") for n, d in each if not d.frozen]
        learned_b = [(n, "b") for n, d in each if not d.frozen and d.bias != "frozen"]
        every = [(n, name) for n, _ in each for name in "Wb"]
        order = dict.fromkeys(learned_W + learned_b + every)  # each where it comes first
        shapes = {(n, name): self.dense_layers[n].shape_of(name) for n, name in order}
        size = {part: math.prod(shape) for part, shape in shapes.items()}
        check_room("this network", 2 * sum(size.values()), self.dtype.itemsize)
        theta = np.zeros(sum(size.values()), self.dtype)
        grad = np.zeros_like(theta)
        vars(self)["n_learned"] = sum(size[part] for part in learned_W + learned_b)
        start = 0
        self._places: dict[str, tuple[slice, tuple[int, ...]]] = {}
        for (n, name), shape in shapes.items():
            place = slice(start, start + size[n, name])
            self.dense_layers[n].place(name, theta[place], grad[place])
            self._places[f"{name}{n + 1}"] = place, shape
            start = place.stop
        vars(self)["theta"], vars(self)["grad"] = theta, grad

    def check_at_rest(self, what: str) -> None:
        """An InputError while a training of the network is under way; what says what to do."""
        if self._trainings:
            raise InputError(f"a training of this network is under way: {what}.")

    @contextmanager
    def held(self) -> Generator[None]:
        """While this lasts nothing is laid out anew: a training holds views into theta.

        Raises: InputError while another lasts.
        """
        self.check_at_rest("it cannot be trained within that, or beside it: train a copy")
        self._trainings += 1
        try:
            yield
        finally:
            self._trainings -= 1

    @contextmanager
    def in_float64(self) -> Generator[None]:
        """While this lasts the network has its numbers in float64, in arrays of their own.

        The layers are the very ones, not copies. Afterwards all arrays are the old ones,
        untouched, whatever was done meanwhile.
        """
        names = ("dtype", "theta", "grad", "n_learned", "_places", "_trainings")
        kept: list[tuple[Value, dict[str, Any]]] = [
            (self, {name: vars(self)[name] for name in names})
        ]
        for layer in self.dense_layers:
            kept.append((layer, {name: vars(layer)[name] for name in ("W", "b", "dW", "db")}))
        try:
            vars(self).update(dtype=np.dtype(np.float64), _trainings=0)
            self.lay_out()
            yield
        finally:
            for thing, arrays in kept:
                vars(thing).update(arrays)

    @door
    def split(self, vector: ArrayLike) -> dict[str, Array]:
        """The parts W1, b1, W2, ... of a vector laid out as theta is, as views into it.

        Of a vector that ends with what is learned, as an optimizer's state does, those parts.
        """
        vector = numbers("the vector", vector)
        if vector.shape not in ((self.n_learned,), self.theta.shape):
            raise InputError(
                f"the vector has shape {vector.shape}: give one laid out as theta, of "
                f"{self.theta.size} numbers, or of the {self.n_learned} that are learned."
            )
        return {
            name: vector[place].reshape(shape)
            for name, (place, shape) in self._places.items()
            if place.stop <= len(vector)
        }

    @fits_signature
    def parameters(self) -> Iterator[tuple[str, Array, Array]]:
        """(name, values, gradient) of each array: W1, b1, W2, ..."""
        for number, layer in enumerate(self.dense_layers, start=1):
            yield f"W{number}", layer.W, layer.dW
            yield f"b{number}", layer.b, layer.db

    def layer_facts(self) -> list[LayerFacts]:
        """What there is to tell of each dense layer beside its numbers."""
        return [LayerFacts.of(layer) for layer in self.dense_layers]

    def freeze(self, *layers: int, frozen: bool = True) -> None:
        """Freezes whole layers by number, counted from 1 (or, frozen=False, thaws them)."""
        frozen = Flag()("frozen", frozen)
        layers = tuple(Whole()("the number of a layer", number) for number in layers)
        for number in layers:
            if not 1 <= number <= len(self.dense_layers):
                raise InputError(
                    f"there is no layer {number}: the layers are 1 to {len(self.dense_layers)}."
                )
        for number in layers:
            self.dense_layers[number - 1].frozen = frozen


def taken(given: Sequence[Layer]) -> tuple[Layer, ...]:
    """The layers of a new network: those given, and copies of those in another network."""
    found = None if isinstance(given, str | Mapping) else listed(given)
    if found is None:
        raise refused("layers", given, "a list of Dense and Dropout layers")
    row: list[Layer] = []
    places: dict[int, int] = {}
    for number, layer in enumerate(found, start=1):
        if not isinstance(layer, Dense | Dropout):
            raise InputError(f"layer {number} is {shown(layer)}: give Dense and Dropout layers.")
        first = places.setdefault(id(layer), number)
        if first < number and isinstance(layer, Dense):
            raise InputError(
                f"layer {number} is layer {first} again: a layer has one place in a network. "
                "Give another Dense, or a copy of this one (copy.deepcopy)."
            )
        row.append(copy.deepcopy(layer) if layer.placed or first < number else layer)
    return tuple(row)
