"""Layers: each forward beside its backward.

A forward leaves a Step, the record of what was computed. On the way back each layer takes that
record and an array, the same three times:

    delta(step, da)        through its activation or mask: ∂L/∂z from da = ∂L/∂a
    backward(step, delta)  to its own gradients
    dx(step, delta)        on to what it was given: ∂L/∂x, the layer before's da

Training, explaining and drawing all look at these same arrays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from glassnet.core import activations, initializers
from glassnet.core.activations import Activation, Array
from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError, Unknown, unknown
from glassnet.core.initializers import Initializer
from glassnet.core.parts import Part, put, replaced
from glassnet.core.validation.arrays import numbers
from glassnet.core.validation.calls import door
from glassnet.core.validation.memory import check_room
from glassnet.core.validation.rules import Choice, Count, FiniteNumber, Flag, Share

Bias = Literal["neuron", "layer", "frozen"]
BIASES = get_args(Bias)
RATE = FiniteNumber(least=0, below=1, give="a number from 0 to below 1")


@dataclass(slots=True, eq=False)
class DenseStep:
    """What a dense layer computed: x (B, n_in); z and a (B, n_out)."""

    layer: "Dense"
    x: Array
    z: Array
    a: Array

    __repr__ = telling("x", "z", "a")

    @property
    def out(self) -> Array:
        return self.a

    def back(self, delta: Array) -> "DenseBack":
        return DenseBack(self.layer, self.x, self.z, self.a, delta)


@dataclass(slots=True, eq=False)
class DenseBack(DenseStep):
    """The same, and delta (B, n_out), which the way back added."""

    delta: Array

    __repr__ = telling("x", "z", "a", "delta")


@dataclass(slots=True, eq=False)
class DropoutStep:
    """What dropout let through: x, mask and out, each (B, n)."""

    layer: "Dropout"
    x: Array
    mask: Array
    out: Array

    __repr__ = telling()

    def back(self, delta: Array) -> "DropoutStep":
        return self


Step = DenseStep | DropoutStep


@door
class Dense(Part):
    """A layer of neurons: z = x @ W.T + b, a = f(z).

    Args:
        n_in, n_out: how many inputs it takes, how many neurons it has.
        activation: f, by name or as an object.
        initializer: how W starts, by name or as a function (rng, n_out, n_in) to W; by default the
            one made for f. Biases start at 0.
        bias: "neuron", one learned for each neuron; "layer", one learned for all of them;
            "frozen", one for each neuron, which stays as it is.
        frozen: the whole layer stays as it is; its gradient is computed all the same.
        W, b: given initial values, (n_out, n_in) and (n_out,) or a number.

    W, b, dW and db are views into the network's theta and grad once it is in a network; before,
    they are as they were given, or W is 0 until a network draws it. To set one writes into it.
    To set frozen, in a network too, lays that out anew, as does a bias between "neuron" and
    "frozen"; one of the "layer" has another shape and is settled when the layer is made.
    """

    kind: ClassVar[str] = "dense"
    computes_by = ("forward", "delta", "backward", "dx")

    n_in: int
    n_out: int
    activation: Activation
    initializer: str | Initializer
    bias: Bias
    frozen: bool
    W_shape: tuple[int, int]
    b_shape: tuple[int]
    drawn: bool  # whether W has values, given or drawn
    W: Array
    b: Array
    dW: Array
    db: Array

    def __init__(
        self,
        n_in: Count,
        n_out: Count,
        activation: str | Mapping[str, Any] | Activation = "relu",
        *,
        initializer: str | Initializer | None = None,
        bias: Bias = "neuron",
        frozen: bool = False,
        W: ArrayLike | None = None,
        b: ArrayLike | None = None,
    ) -> None:
        check_room(f"a layer of {n_out:,} neurons on {n_in:,} inputs", 2 * n_in * n_out, 8)
        self.n_in, self.n_out = n_in, n_out
        self.activation = activations.get(activation)
        self.initializer = self.activation.initializer if initializer is None else initializer
        initializers.get(self.initializer)
        self.bias = bias
        self.frozen = frozen
        self.W_shape = (self.n_out, self.n_in)
        self.b_shape = (1 if bias == "layer" else self.n_out,)
        self.drawn = False
        put(self, "W", np.broadcast_to(0.0, self.W_shape))  # which cannot be written to
        put(self, "b", np.zeros(self.b_shape))
        put(self, "dW", np.zeros(self.W_shape))
        put(self, "db", np.zeros(self.b_shape))
        for name, values in (("W", W), ("b", b)):
            if values is not None:
                self._write(name, values)

    __repr__ = telling("n_in", "n_out", "activation", "bias", "frozen")

    def draw(self, rng: np.random.Generator, dtype: Any) -> None:
        """W ← what the initializer draws, where there is none."""
        if not self.drawn:
            drawn = initializers.get(self.initializer)
            W = _given("W", drawn(rng, self.n_out, self.n_in), self.W_shape)
            put(self, "W", W.astype(dtype))
            self.drawn = True

    def shape_of(self, name: str) -> tuple[int, ...]:
        return self.W_shape if name in ("W", "dW") else self.b_shape

    def place(self, name: str, values: Array, gradient: Array) -> None:
        """Makes flat parts of theta and grad the home of W or b and its gradient, as they are."""
        for array, part in ((values, name), (gradient, "d" + name)):
            view = array.reshape(self.shape_of(name))
            view[...] = getattr(self, part)
            put(self, part, view)
        self.drawn = True

    def settle(self) -> None:
        if not self.drawn:
            put(self, "W", np.broadcast_to(0.0, self.W_shape))

    def __setattr__(self, name: str, value: Any) -> None:
        """What is set holds at once, in a network too, or is refused in a sentence."""
        if name in ("W", "b", "dW", "db"):
            self._write(name, value)
        elif name in ("n_in", "n_out", "activation", "bias", "frozen"):
            self._change(name, value)
        elif name == "initializer":
            initializers.get(value)
            super().__setattr__(name, value)
        else:
            super().__setattr__(name, value)

    def _write(self, name: str, value: ArrayLike) -> None:
        array = getattr(self, name)
        if value is array:  # as after W *= 2
            return
        values = _given(name, value, self.shape_of(name))
        if name == "W" and not self.drawn:
            put(self, "W", values.copy())
            self.drawn = True
        else:
            array[...] = values

    def _change(self, name: str, value: Any) -> None:
        before = getattr(self, name, None)
        if name == "frozen":
            value = Flag()(name, value)
        elif name == "bias":
            value = Choice(*BIASES)(name, value)
        elif name == "activation":
            value = activations.get(value)
        made = hasattr(self, "b_shape")
        if made and (name in ("n_in", "n_out") or (name == "bias" and "layer" in (before, value))):
            raise InputError(
                f"a layer's {name} is settled when it is made: make another, as "
                f"Dense({self.n_in}, {self.n_out}, bias='layer')."
            )
        put(self, name, value)
        network = self.network
        if network is not None and value is not before:
            try:
                network.lay_out()
            except InputError:
                put(self, name, before)
                raise

    def forward(self, x: Array, rng: np.random.Generator | None = None) -> DenseStep:
        """The weighted sums and activations of a batch x, (B, n_in); rng is not used."""
        z = x @ self.W.T + self.b  # (B, n_out)
        return DenseStep(self, x, z, self.activation.f(z))

    def delta(self, step: DenseStep, da: Array) -> Array:
        """∂L/∂z from da = ∂L/∂a, both (B, n_out); the output layer's comes from the loss."""
        return self.activation.backward(da, step.z, step.a)

    def backward(self, step: DenseStep, delta: Array) -> None:
        """Fills dW and db from delta = ∂L/∂z, (B, n_out)."""
        self.dW[...] = delta.T @ step.x  # (n_out, n_in)
        # in float64: a float32 sum down a long column stops growing at 2²⁴
        db = delta.sum(axis=0, dtype=np.float64)  # (n_out,)
        self.db[...] = db if self.bias != "layer" else db.sum()

    def dx(self, step: DenseStep, delta: Array) -> Array:
        """∂L/∂x = delta @ W, (B, n_in): what the layer before receives as its da."""
        return delta @ self.W

    def __eq__(self, other: object) -> bool:
        """Whether it computes and learns what the other does."""
        if type(other) is not type(self):
            return NotImplemented
        names = ("n_in", "n_out", "activation", "bias", "frozen")
        return all(getattr(self, name) == getattr(other, name) for name in names) and all(
            np.array_equal(getattr(self, name), getattr(other, name), equal_nan=True)
            for name in ("W", "b")
        )

    def spec(self) -> dict[str, Any]:
        """The layer without its numbers, as plain JSON."""
        return {
            "kind": kind_of(self),
            "n_in": self.n_in,
            "n_out": self.n_out,
            "activation": self.activation.spec(),
            "initializer": initializers.name_of(self.initializer),
            "bias": self.bias,
            "frozen": self.frozen,
        }


@dataclass(frozen=True)
class LayerFacts:
    """A dense layer without its numbers: its size, and what of it is learned."""

    n_in: int
    n_out: int
    activation: str
    bias: Bias
    frozen: bool

    @classmethod
    def of(cls, layer: Dense) -> "LayerFacts":
        name = layer.activation.name
        return cls(layer.n_in, layer.n_out, name, layer.bias, layer.frozen)

    @property
    def parameters(self) -> int:
        """How many numbers W and b hold, learned or not."""
        return self.n_out * self.n_in + (1 if self.bias == "layer" else self.n_out)


@door
class Dropout(Part):
    """Sets each value to 0 with probability rate while training, and leaves all otherwise.

    out = x · mask, mask 0 or 1/(1 − rate), so that the expected value stays that of x.
    Source: Srivastava et al. (2014), in the inverted form of section 10.
    """

    kind: ClassVar[str] = "dropout"
    computes_by = ("forward", "delta", "backward", "dx")

    rate: float

    def __init__(self, rate: Share) -> None:
        self.rate = rate

    __repr__ = telling()

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, RATE("rate", value) if name == "rate" else value)

    def forward(self, x: Array, rng: np.random.Generator | None = None) -> DropoutStep:
        """Masks x, (B, n), with draws from rng; without rng nothing is dropped."""
        if rng is None:
            return DropoutStep(self, x, np.ones_like(x), x)
        kept = rng.random(x.shape, dtype=np.float32) >= self.rate
        mask = kept * x.dtype.type(1 / (1 - self.rate))
        return DropoutStep(self, x, mask, x * mask)

    def delta(self, step: DropoutStep, da: Array) -> Array:
        """∂L/∂x = da · mask: what was dropped gets no blame."""
        return da * step.mask

    def backward(self, step: DropoutStep, delta: Array) -> None:
        """Nothing here is learned."""

    def dx(self, step: DropoutStep, delta: Array) -> Array:
        """delta: the mask is behind it."""
        return delta

    def __eq__(self, other: object) -> bool:
        return self.rate == other.rate if type(other) is type(self) else NotImplemented

    def spec(self) -> dict[str, Any]:
        """The layer as plain JSON."""
        return {"kind": kind_of(self), "rate": self.rate}


Layer = Dense | Dropout

LAYERS: dict[str, type[Dense] | type[Dropout]] = {"dense": Dense, "dropout": Dropout}


def kind_of(layer: Layer) -> str:
    """The name that a file gives a layer's class: `kind`, or the class's own where it has none.

    Raises: InputError where that is another's, or the layer is more than its class.
    """
    kind = type(layer)
    name = vars(kind).get("kind", kind.__name__)
    other = LAYERS.get(name, kind)
    if other is not kind and other in (Dense, Dropout):
        raise InputError(
            f"the layer {kind.__name__} has the kind '{name}', which is {other.__name__}'s: give "
            "it a kind of its own."
        )
    if replaced(layer):
        raise InputError(
            f"a layer whose {' and '.join(replaced(layer))} was replaced cannot be saved: write "
            f"it in a subclass of {kind.__name__}."
        )
    return name


def class_of(spec: Mapping[str, Any]) -> type[Dense] | type[Dropout]:
    """The class of a layer that a specification describes; an InputError where it is unknown."""
    kind = spec.get("kind")
    if not isinstance(kind, str) or kind not in LAYERS:
        raise unknown("kind of layer", kind, LAYERS)
    return LAYERS[kind]


def from_spec(spec: Mapping[str, Any]) -> Layer:
    """The layer that a specification describes; an InputError where it describes none."""
    if not isinstance(spec, Mapping):
        raise InputError(f"the specification of a layer is {spec!r}: give its entries by name.")
    make = class_of(spec)
    settings = {name: value for name, value in spec.items() if name != "kind"}
    try:
        if {"W", "b"} & settings.keys():
            raise InputError("W and b have no place in it.")
        return make(**settings)
    except Unknown:
        raise
    except (InputError, TypeError) as error:
        kind, said = spec["kind"], str(error).rstrip(".")
        raise InputError(f"the specification of a {kind} layer does not fit: {said}.") from None


def _given(name: str, values: ArrayLike, shape: tuple[int, ...]) -> Array:
    what = {"W": "weights", "b": "biases"}.get(name, name)
    array = numbers(f"the {what}", values, np.float64)
    if array.ndim == 0 and len(shape) == 1:
        array = np.full(shape, array)
    if array.shape != shape:
        raise InputError(
            f"the {what} have shape {array.shape}; a layer of {shape[0]} neurons"
            + (f" on {shape[1]} inputs" if len(shape) == 2 else "")
            + f" takes {shape}."
        )
    if not np.isfinite(array).all():
        raise InputError(f"the {what} hold {array[~np.isfinite(array)][0]}: give finite numbers.")
    return array
