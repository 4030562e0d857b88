"""The network: layers in a row, their parameters in one vector, forward and backward."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core import layers, losses
from glassnet.core.activations import Activation, Array
from glassnet.core.errors import InputError
from glassnet.core.layers import Bias, Dense, DenseStep, Dropout, Layer, Step
from glassnet.core.losses import Loss
from glassnet.core.specification import finite, network_settings

PREDICT_BATCH = 4096  # rows at a time in predict: bounds its memory, whatever the data's length


class Preparation(Protocol):
    """What turns raw rows into the network's inputs; learned elsewhere, kept in the model."""

    @property
    def n_inputs(self) -> int: ...
    def apply(self, X: Any, dtype: Any = ...) -> Array: ...
    def spec(self) -> dict[str, Any]: ...


class TargetScale(Protocol):
    """What brings outputs back to the units of the targets; learned elsewhere, likewise."""

    def apply(self, y: Any, dtype: Any = ...) -> Array: ...
    def invert(self, t: Any) -> Array: ...
    def spec(self) -> dict[str, Any]: ...


@dataclass(slots=True)
class Pass:
    """One pass of a batch: each layer's record, then targets, shares and the loss.

    `dense[l - 1]` is layer l's record, with x, z, a and, after backward, delta.
    `share` is what each sample's loss counts in L, w / Σw, or 1/B: (B,), float64.
    """

    steps: list[Step]
    y: Array | None = None
    share: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    sample_loss: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    loss: float = math.nan

    @property
    def dense(self) -> list[DenseStep]:
        return [step for step in self.steps if isinstance(step, DenseStep)]

    @property
    def x(self) -> Array:
        return self.steps[0].x

    @property
    def y_hat(self) -> Array:
        return self.steps[-1].out


class Network:
    """A dense feed-forward network.

    Args:
        layers: Dense and Dropout, first to last; the last is Dense.
        loss: by name or as an object; by default the one whose delta at the output is a − y.
        seed: of the initial weights.
        dtype: "float32" or "float64", of every array in it.
        l1, l2: the penalty l1 Σ|W| + ½ l2 Σ W² (biases have no part in it).
        max_norm: each neuron's weights are kept to at most this Euclidean length.
        draw: False leaves every parameter 0, for one who sets them all.

    theta holds every parameter and grad every ∂L/∂theta: first the weights that are learned,
    then the biases that are learned, then what is frozen. An update touches only
    theta[:n_learned].

    `classes` are the labels that the outputs stand for, `preparation` what raw rows go
    through first, `target_scale` what brings numbers back to their units; all three serve
    predict, and may be None.

    `save` writes the model file; the public package gives it, since this room knows no files.

    >>> net = Network.dense([2, 3, 1], hidden="tanh", output="sigmoid")
    >>> net.theta.shape, net.dense_layers[0].W.shape
    ((13,), (3, 2))
    """

    save: ClassVar[Any]

    def __init__(
        self,
        layers: Sequence[Layer],
        loss: str | Mapping[str, Any] | Loss | None = None,
        *,
        seed: int = 0,
        dtype: Any = "float32",
        l1: float = 0.0,
        l2: float = 0.0,
        max_norm: float | None = None,
        draw: bool = True,
    ) -> None:
        self.layers: list[Layer] = list(layers)
        self.dense_layers = [layer for layer in self.layers if isinstance(layer, Dense)]
        self._check_chain()
        output = self.dense_layers[-1].activation
        self.loss = losses.natural_loss(output) if loss is None else losses.get(loss)
        if self.loss.joint not in (None, output.name):
            raise InputError(
                f"{self.loss.name} goes with a {self.loss.joint} output; this network's output "
                f"is {output.name}."
            )
        try:
            self.dtype = np.dtype(dtype)
        except TypeError:
            self.dtype = np.dtype(object)
        if self.dtype not in (np.float32, np.float64):
            raise InputError(f"dtype is {dtype!r}: give float32 or float64.")
        for name, value in (("l1", l1), ("l2", l2)):
            if not finite(name, value, "a number from 0 up") >= 0:
                raise InputError(f"{name} is {value}: give a number from 0 up.")
        if max_norm is not None and not finite("max_norm", max_norm, "a number above 0") > 0:
            raise InputError(f"max_norm is {max_norm}: give a number above 0.")
        self.seed, self.l1, self.l2, self.max_norm = seed, float(l1), float(l2), max_norm
        self.classes: list[Any] | None = None
        self.preparation: Preparation | None = None
        self.target_scale: TargetScale | None = None
        self._lay_out()
        try:
            rng = np.random.default_rng(seed)
        except (ValueError, TypeError, OverflowError):
            raise InputError(f"seed is {seed!r}: give a whole number from 0 up.") from None
        for layer in self.dense_layers if draw else ():
            layer.W[...], layer.b[...] = layer.initial(rng)

    @classmethod
    def dense(
        cls,
        sizes: Sequence[int],
        *,
        hidden: str | Mapping[str, Any] | Activation = "relu",
        output: str | Mapping[str, Any] | Activation = "identity",
        initializer: str | None = None,
        bias: Bias = "neuron",
        dropout: float = 0.0,
        **settings: Any,
    ) -> "Network":
        """A network of the given sizes, inputs first: [784, 128, 10].

        Args:
            hidden, output: the activations.
            dropout: the rate after each hidden layer, or 0 for none.
            settings: as for Network.
        """
        if len(sizes) < 2:
            raise InputError(f"sizes are {list(sizes)}: give at least inputs and outputs.")
        row: list[Layer] = []
        for n_in, n_out in pairwise(sizes[:-1]):
            row.append(Dense(n_in, n_out, hidden, initializer=initializer, bias=bias))
            if dropout:
                row.append(Dropout(dropout))
        row.append(Dense(sizes[-2], sizes[-1], output, initializer=initializer, bias=bias))
        return cls(row, **settings)

    # -- one vector for all parameters ---------------------------------------------------

    def _check_chain(self) -> None:
        if not self.layers or not isinstance(self.layers[-1], Dense):
            raise InputError("a network needs layers, and its last must be Dense.")
        for before, after in pairwise(self.dense_layers):
            if before.n_out != after.n_in:
                raise InputError(
                    f"a layer of {before.n_out} neurons is followed by one that takes "
                    f"{after.n_in} inputs: the two must be equal."
                )

    def _lay_out(self) -> None:
        """Makes theta and grad, and every layer's W, b, dW and db views into them."""
        learned_W = [(d, "W") for d in self.dense_layers if not d.frozen]
        learned_b = [(d, "b") for d, _ in learned_W if d.bias != "frozen"]
        rest = [(d, name) for d in self.dense_layers for name in "Wb"]
        rest = [part for part in rest if part not in learned_W and part not in learned_b]
        order = learned_W + learned_b + rest
        size = [math.prod(d.W_shape if name == "W" else d.b_shape) for d, name in order]
        self.theta: Array = np.zeros(sum(size), self.dtype)
        self.grad: Array = np.zeros(sum(size), self.dtype)
        self.n_learned = sum(size[: len(learned_W) + len(learned_b)])
        start = 0
        self._places: dict[str, tuple[slice, tuple[int, ...]]] = {}
        for (layer, name), n in zip(order, size, strict=True):
            shape = layer.W_shape if name == "W" else layer.b_shape
            place = slice(start, start + n)
            setattr(layer, name, self.theta[place].reshape(shape))
            setattr(layer, "d" + name, self.grad[place].reshape(shape))
            self._places[f"{name}{self.dense_layers.index(layer) + 1}"] = place, shape
            start += n

    def split(self, vector: Array) -> dict[str, Array]:
        """The parts W1, b1, W2, ... of a vector laid out as theta is, as views into it.

        Of a vector that ends with what is learned, as an optimizer's state does, those parts.
        """
        return {
            name: vector[place].reshape(shape)
            for name, (place, shape) in self._places.items()
            if place.stop <= len(vector)
        }

    def parameters(self) -> Iterator[tuple[str, Array, Array]]:
        """(name, values, gradient) of each array: W1, b1, W2, ..."""
        for number, layer in enumerate(self.dense_layers, start=1):
            yield f"W{number}", layer.W, layer.dW
            yield f"b{number}", layer.b, layer.db

    def freeze(self, *numbers: int, frozen: bool = True) -> None:
        """Freezes whole layers by number, counted from 1 (or, frozen=False, thaws them)."""
        for number in numbers:
            if not 1 <= number <= len(self.dense_layers):
                raise InputError(
                    f"there is no layer {number}: the layers are 1 to {len(self.dense_layers)}."
                )
        for number in numbers:
            self.dense_layers[number - 1].frozen = frozen
        kept = [(layer.W, layer.b) for layer in self.dense_layers]
        self._lay_out()
        for layer, (W, b) in zip(self.dense_layers, kept, strict=True):
            layer.W[...], layer.b[...] = W, b

    @property
    def n_in(self) -> int:
        return self.dense_layers[0].n_in

    @property
    def n_out(self) -> int:
        return self.dense_layers[-1].n_out

    # -- forward and backward ------------------------------------------------------------

    def inputs(self, x: ArrayLike) -> Array:
        """x in the network's dtype and as rows, (B, n_in); a single sample becomes one row."""
        x = np.asarray(x, dtype=self.dtype)
        x = x[None, :] if x.ndim == 1 else x
        if x.ndim != 2 or x.shape[1] != self.n_in:
            came = f"{x.shape[1]} features" if x.ndim == 2 else f"shape {x.shape}"
            raise InputError(f"x has {came}; this network takes {self.n_in} features a row.")
        return x

    def forward(self, x: ArrayLike, rng: np.random.Generator | None = None) -> Pass:
        """Each layer's x, z and a for a batch, (B, n_in); rng draws dropout's masks."""
        out = self.inputs(x)
        steps: list[Step] = []
        for layer in self.layers:
            steps.append(layer.forward(out, rng))
            out = steps[-1].out
        return Pass(steps)

    def measure(self, p: Pass, y: ArrayLike, w: ArrayLike | None = None) -> float:
        """L of a pass against its targets: Σ share·ℓ, in float64; kept in the pass.

        Args: y, targets or labels as `Loss.targets` takes them; w, (B,) sample weights.
        """
        last = p.dense[-1]
        batch = len(last.a)
        y = self.loss.targets(y, self.n_out, self.dtype)
        if len(y) != batch:
            raise InputError(f"there are {batch} rows of x and {len(y)} targets.")
        p.y, p.share = y, shares(w, batch)
        p.sample_loss = self.loss.sample(last.z, last.a, y)  # (B,)
        p.loss = float(p.share @ p.sample_loss)
        return p.loss

    def backward(self, p: Pass, y: ArrayLike, w: ArrayLike | None = None) -> float:
        """Fills grad with ∂L/∂theta, adds each layer's delta to the pass, and returns L."""
        self.measure(p, y, w)
        last = p.dense[-1]
        assert p.y is not None
        delta = self.loss.delta(last.z, last.a, p.y, last.layer.activation)
        last.delta = delta * p.share[:, None].astype(self.dtype)  # (B, n_out): ∂L/∂z
        da = None
        for number in range(len(p.steps) - 1, -1, -1):
            step = p.steps[number]
            if isinstance(step, DenseStep):
                step.layer.backward(step, da)
                da = step.layer.dx(step) if number > 0 else None
            else:
                assert da is not None
                da = step.layer.backward(step, da)
        return p.loss

    def penalty(self) -> float:
        """l1 Σ|W| + ½ l2 Σ W², in float64."""
        total = 0.0
        if self.l1 or self.l2:
            for layer in self.dense_layers:
                W = layer.W.astype(np.float64)
                total += self.l1 * float(np.abs(W).sum()) + 0.5 * self.l2 * float((W * W).sum())
        return total

    def penalize(self) -> None:
        """Adds the penalty's part to grad: dW += l1 sign(W) + l2 W."""
        if self.l1 or self.l2:
            for layer in self.dense_layers:
                layer.dW += self.l1 * np.sign(layer.W) + self.l2 * layer.W

    def constrain(self) -> None:
        """Scales each neuron's learned weights back to max_norm where they are longer."""
        if self.max_norm is not None:
            for layer in self.dense_layers:
                if not layer.frozen:
                    length = np.sqrt((layer.W * layer.W).sum(axis=1, keepdims=True))
                    layer.W *= self.max_norm / np.maximum(length, self.max_norm)

    def gradient(
        self,
        x: ArrayLike,
        y: ArrayLike,
        w: ArrayLike | None = None,
        rng: np.random.Generator | None = None,
    ) -> float:
        """Fills grad with ∂objective/∂theta and returns the objective: loss and penalty."""
        p = self.forward(x, rng)
        loss = self.backward(p, y, w)
        self.penalize()
        return loss + self.penalty()

    # -- use -----------------------------------------------------------------------------

    def predict_proba(self, X: Any) -> Array:
        """The outputs for raw rows X, (N, n_out): probabilities with softmax or sigmoid."""
        if self.preparation is not None:
            X = self.preparation.apply(X, self.dtype)
        X = self.inputs(X)
        out = np.empty((len(X), self.n_out), self.dtype)
        for start in range(0, len(X), PREDICT_BATCH):
            rows = slice(start, start + PREDICT_BATCH)
            # a single sample goes through as a vector, on which NumPy spends a third less
            a = X[rows] if len(X) > 1 else X[0]
            for layer in self.dense_layers:
                z = a.dot(layer.W.T)
                z += layer.b
                a = layer.activation.f(z)
            out[rows] = a
        return out

    def predict(self, X: Any) -> Array:
        """The label of each raw row, (N,); without classes the outputs, (N, n_out) or (N,)."""
        return self.decide(self.predict_proba(X))

    def decide(self, out: Array) -> Array:
        """What outputs (N, n_out) say, as `predict` does: labels, or numbers in their units."""
        if self.classes is not None:
            return np.asarray(self.classes)[self.choose(out)]
        if self.target_scale is not None:
            out = self.target_scale.invert(out)
        return out[:, 0] if self.n_out == 1 else out

    def choose(self, y_hat: Array) -> NDArray[np.intp]:
        """The index of the class that outputs y_hat, (N, n_out), speak for, (N,)."""
        return (y_hat[:, 0] >= 0.5).astype(np.intp) if self.n_out == 1 else y_hat.argmax(axis=1)

    # -- as data -------------------------------------------------------------------------

    def spec(self) -> dict[str, Any]:
        """The network without its numbers, as plain JSON: from_spec's inverse."""
        return {
            "layers": [layer.spec() for layer in self.layers],
            "loss": self.loss.spec(),
            "dtype": self.dtype.name,
            "seed": self.seed,
            "l1": self.l1,
            "l2": self.l2,
            "max_norm": self.max_norm,
            "classes": self.classes,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any], draw: bool = True) -> "Network":
        """The network that a specification describes, with freshly drawn weights or (draw) zeros.

        Raises: InputError where it describes none, whatever plain JSON it is.
        """
        settings = network_settings(spec)
        row = [layers.from_spec(layer) for layer in settings.pop("layers")]
        classes = settings.pop("classes", None)
        try:
            net = cls(row, settings.pop("loss", None), draw=draw, **settings)
        except InputError:
            raise
        except (TypeError, ValueError, OverflowError, MemoryError) as error:
            raise InputError(f"the specification of the network does not fit: {error}.") from None
        net.classes = classes
        return net

    def astype(self, dtype: Any) -> "Network":
        """A copy with the same parameters in another dtype."""
        net = Network.from_spec({**self.spec(), "dtype": np.dtype(dtype).name}, draw=False)
        net.theta[...] = self.theta
        net.preparation, net.target_scale = self.preparation, self.target_scale
        return net

    def copy(self) -> "Network":
        """A network of its own with the same parameters."""
        return self.astype(self.dtype)

    def __repr__(self) -> str:
        sizes = "-".join(str(n) for n in (self.n_in, *(d.n_out for d in self.dense_layers)))
        kinds = ", ".join(d.activation.name for d in self.dense_layers)
        return (
            f"Network({sizes}: {kinds}; {self.loss.name}; {self.theta.size} parameters, "
            f"{self.dtype.name})"
        )


def shares(w: ArrayLike | None, batch: int) -> NDArray[np.float64]:
    """What each of B samples counts in the mean: w / Σw, or 1/B without weights, (B,).

    >>> shares([1, 3], 2)
    array([0.25, 0.75])
    """
    if batch == 0:
        raise InputError("there are no rows, and so no mean of their losses: give at least one.")
    if w is None:
        return np.full(batch, 1 / batch)
    w = np.asarray(w, dtype=np.float64)
    if w.shape != (batch,) or not np.isfinite(w).all() or (w < 0).any() or not w.sum() > 0:
        raise InputError(
            f"sample weights must be {batch} numbers from 0 up, one for each row, "
            f"not all zero; they have shape {w.shape}."
        )
    return w / w.sum()
