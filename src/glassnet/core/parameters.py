"""All parameters of a network in one vector, and the layers' arrays as views into it."""

import copy
import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from glassnet.core.activations import Array
from glassnet.core.display.one_line import some_of
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense, Dropout, Layer, LayerFacts
from glassnet.core.parts import Value
from glassnet.core.validation.arrays import numbers
from glassnet.core.validation.calls import door, fits_signature
from glassnet.core.validation.memory import check_room, zeros
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
        theta, grad = (zeros((sum(size.values()),), self.dtype) for _ in range(2))
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

    @fits_signature
    def state_dict(self) -> dict[str, Array]:
        """A copy of each parameter's array by its name, W1 to the last b, frozen ones among them.

        The dictionary shares nothing with the network: what is learned later does not change it,
        and to change it changes no network. It holds numbers alone; `save` keeps the rest too.

        >>> from glassnet.core.network import Network
        >>> net = Network.dense([2, 3, 1], seed=0)
        >>> {name: values.shape for name, values in net.state_dict().items()}
        {'W1': (3, 2), 'b1': (3,), 'W2': (1, 3), 'b2': (1,)}
        """
        return {name: values.copy() for name, values, _ in self.parameters()}

    @door
    def load_state_dict(self, state: Mapping[str, ArrayLike]) -> None:
        """Writes the arrays of a state_dict into the network's own: all of them, or none.

        Args: state, an array for each name that `parameters` has, of its shape and the network's
            dtype: a dictionary, or what np.load gives for an .npz file.

        Raises: InputError for a name that is missing or strange, another shape or dtype, or a
            number that is not finite; the network is then as it was.

        >>> from glassnet.core.network import Network
        >>> net, other = Network.dense([2, 3, 1], seed=0), Network.dense([2, 3, 1], seed=1)
        >>> net.load_state_dict(other.state_dict())
        >>> bool((net.theta == other.theta).all())
        True
        """
        given = _read_state(state)
        own = {name: values for name, values, _ in self.parameters()}
        missing = [name for name in own if name not in given]
        strange = [name for name in given if name not in own]
        if missing or strange:
            raise InputError(_names_differ(list(own), missing, strange))
        found = {name: _fitting(name, given[name], values) for name, values in own.items()}
        for name, values in own.items():
            values[...] = found[name]

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


def _read_state(state: Any) -> dict[Any, Any]:
    """What a state_dict holds, by name, each array read once."""
    give = "a dictionary of arrays by name, as net.state_dict() gives it"
    if not isinstance(state, Mapping):
        raise refused("state", state, give)
    try:
        return dict(state)
    except (ValueError, OSError) as error:  # an .npz file's arrays are read as they are asked for
        raise InputError(
            f"the state_dict cannot be read ({str(error)[:80]}): give {give}."
        ) from None


def _names_differ(own: list[str], missing: list[str], strange: list[Any]) -> str:
    """In one sentence, how a dictionary's names are not those of a network's parameters."""
    wrong = [f"lacks {some_of(missing, ', ', most=4)}"] if missing else []
    wrong += [f"has {some_of([shown(n) for n in strange], ', ', most=4)} too much"] * bool(strange)
    elsewhere = any(isinstance(name, str) and "." in name for name in strange)
    way = "; what PyTorch named comes in by gn.from_torch or gn.load" if elsewhere else ""
    return (
        f"the state_dict {' and '.join(wrong)}: give an array for each of "
        f"{some_of(own, ', ', most=6)}{way}."
    )


def _fitting(name: str, given: ArrayLike, own: Array) -> Array:
    """A copy of an array for a parameter; an InputError unless it has own's shape and dtype."""
    found = numbers(f"{name} of the state_dict", given)
    if found.shape != own.shape:
        raise InputError(
            f"{name} has shape {found.shape} in the state_dict, and {own.shape} in this network: "
            "load it into a network of the same layers."
        )
    if found.dtype != own.dtype:
        raise InputError(
            f"{name} is {found.dtype} in the state_dict, and this network {own.dtype}: bring the "
            "arrays to that by astype, or the network to theirs by net.astype."
        )
    if not np.isfinite(found).all():
        wrong = found[~np.isfinite(found)][0]
        raise InputError(f"{name} holds {wrong} in the state_dict: give finite numbers.")
    return found.copy()
