"""The network: layers in a row, their parameters in one vector, forward and backward."""

import copy
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core import layers, losses
from glassnet.core.activations import Activation, Array
from glassnet.core.door.arrays import numbers
from glassnet.core.door.door import door, fits_signature, rules_of
from glassnet.core.door.rules import (
    Dtype,
    Instance,
    NotNegative,
    Positive,
    Seed,
    Several,
    Share,
    Whole,
    refused,
)
from glassnet.core.door.specification import check_classes, network_settings
from glassnet.core.errors import InputError, Unknown
from glassnet.core.layers import Bias, Dense, Dropout, Layer, Step
from glassnet.core.losses import Loss
from glassnet.core.parameters import Parameters, taken
from glassnet.core.parts import as_written, check_attribute, replaced
from glassnet.core.passes import BackwardPass, MeasuredPass, Pass, shares
from glassnet.core.shown.brief import some_of
from glassnet.core.shown.displayed import Displayed

PREDICT_BATCH = 4096  # rows at a time in predict: bounds its memory, whatever the data's length


class Preparation(Protocol):
    """What turns raw rows into the network's inputs; learned elsewhere, kept in the model."""

    @property
    def n_inputs(self) -> int: ...
    def apply(self, X: Any, dtype: Any = ...) -> Array: ...
    @fits_signature
    def spec(self) -> dict[str, Any]: ...


class TargetScale(Protocol):
    """What brings outputs back to the units of the targets; learned elsewhere, likewise."""

    def apply(self, y: Any, dtype: Any = ...) -> Array: ...
    def invert(self, t: Any) -> Array: ...
    @fits_signature
    def spec(self) -> dict[str, Any]: ...


class Network(Parameters, Displayed):
    """A dense feed-forward network.

    Args:
        layers: Dense and Dropout, first to last; the last is Dense. Of one that is or was in
            another network a copy is taken, with its values: that network stays as it is.
        loss: by name or as an object; by default the one whose delta at the output is a − y.
        seed: of the initial weights.
        dtype: "float32" or "float64", of every array in it.
        l1, l2: the penalty l1 Σ|W| + ½ l2 Σ W² (biases have no part in it).
        max_norm: each neuron's weights are kept to at most this Euclidean length.
        draw: False leaves at 0 the weights that are not given, for one who sets them all.

    theta holds every parameter and grad every ∂L/∂theta: first the weights that are learned,
    then the biases that are learned, then what is frozen. An update touches only
    theta[:n_learned]. Every layer's W, b, dW and db are views into them; to set theta or grad
    writes into it.

    `classes` are the labels that the outputs stand for, `preparation` what raw rows go
    through first, `target_scale` what brings numbers back to their units; all three serve
    predict, and may be None.

    A network is a value: a copy, by whatever means, and what comes out of a pickle is a network
    of its own with the same parts, numbers and gradients. Two are equal where all that either
    computes or learns is the other's too; gradients, which the last pass left, do not count.

    >>> net = Network.dense([2, 3, 1], hidden="tanh", output="sigmoid")
    >>> net.theta.shape, net.dense_layers[0].W.shape
    ((13,), (3, 2))
    """

    computes_by: ClassVar = (
        "inputs", "forward", "backward", "measure", "penalty", "penalize", "constrain",
        "predict_proba", "predict", "decide", "choose",
    )  # fmt: skip

    loss: Loss
    seed: int | None
    l1: float
    l2: float
    max_norm: float | None
    classes: list[Any] | None
    preparation: Preparation | None
    target_scale: TargetScale | None

    @door
    def __init__(
        self,
        layers: Sequence[Layer],
        loss: str | Mapping[str, Any] | Loss | None = None,
        *,
        seed: Seed | None = 0,
        dtype: Dtype = "float32",
        l1: NotNegative = 0.0,
        l2: NotNegative = 0.0,
        max_norm: Positive | None = None,
        draw: bool = True,
    ) -> None:
        self.layers = taken(layers)
        self.dense_layers = tuple(layer for layer in self.layers if isinstance(layer, Dense))
        self._check_chain()
        output = self.dense_layers[-1].activation
        self.loss = losses.natural_loss(output) if loss is None else losses.get(loss)
        self._check_loss(self.loss)
        self.dtype = np.dtype(dtype)
        self.seed, self.l1, self.l2, self.max_norm = seed, l1, l2, max_norm
        self.classes = self.preparation = self.target_scale = None
        rng = np.random.default_rng(seed)
        for layer in self.dense_layers if draw else ():
            layer.draw(rng, self.dtype)
        self.settle()

    @classmethod
    @door
    def dense(
        cls,
        sizes: Annotated[Sequence[int], Several(Whole(1))],
        *,
        hidden: str | Mapping[str, Any] | Activation = "relu",
        output: str | Mapping[str, Any] | Activation = "identity",
        initializer: str | None = None,
        bias: Bias = "neuron",
        dropout: Share = 0.0,
        loss: str | Mapping[str, Any] | Loss | None = None,
        seed: Seed | None = 0,
        dtype: Dtype = "float32",
        l1: NotNegative = 0.0,
        l2: NotNegative = 0.0,
        max_norm: Positive | None = None,
    ) -> Self:
        """A network of the given sizes, inputs first: [784, 128, 10].

        Args:
            hidden, output: the activations.
            dropout: the rate after each hidden layer, or 0 for none.
            initializer, bias: of every layer, as for Dense.
            loss, seed, dtype, l1, l2, max_norm: as for Network.
        """
        if len(sizes) < 2:
            raise InputError(f"sizes are {list(sizes)}: give at least inputs and outputs.")
        row: list[Layer] = []
        for n_in, n_out in pairwise(sizes[:-1]):
            row.append(Dense(n_in, n_out, hidden, initializer=initializer, bias=bias))
            if dropout:
                row.append(Dropout(dropout))
        row.append(Dense(sizes[-2], sizes[-1], output, initializer=initializer, bias=bias))
        return cls(row, loss, seed=seed, dtype=dtype, l1=l1, l2=l2, max_norm=max_norm)

    def _check_chain(self) -> None:
        if not self.layers or not isinstance(self.layers[-1], Dense):
            raise InputError("a network needs layers, and its last must be Dense.")
        for before, after in pairwise(self.dense_layers):
            if before.n_out != after.n_in:
                raise InputError(
                    f"a layer of {before.n_out} neurons is followed by one that takes "
                    f"{after.n_in} inputs: the two must be equal."
                )

    def _check_loss(self, loss: Loss) -> None:
        output = self.dense_layers[-1].activation
        if loss.joint not in (None, output.name):
            raise InputError(
                f"{loss.name} goes with a {loss.joint} output; this network's output "
                f"is {output.name}."
            )

    def lay_out(self) -> None:
        self._check_loss(self.loss)  # after a change of the output's activation
        super().lay_out()
        self._plain = all(type(layer) in (Dense, Dropout) for layer in self.layers) and not any(
            replaced(layer) for layer in self.layers
        )

    def __setattr__(self, name: str, value: Any) -> None:
        """What is set holds at once, or is refused in a sentence."""
        made = "_trainings" in vars(self)
        if name in ("theta", "grad"):
            self._write(name, value)
        elif made and name in ("layers", "dense_layers", "dtype", "n_learned"):
            way = "net.astype(dtype)" if name == "dtype" else "Network([*net.layers[:-1], …])"
            raise InputError(
                f"a network's {name} is settled when it is made: make another, as {way}."
            )
        elif made and name in SETTINGS:
            value = self._fitting(name, value)
            if not _same(value, vars(self).get(name)):
                self.check_at_rest(f"set {name} before or after it")
            vars(self)[name] = value
        else:
            check_attribute(self, name, value)
            object.__setattr__(self, name, value)

    def _write(self, name: str, values: ArrayLike) -> None:
        array = vars(self)[name]
        if values is array:  # as after theta *= 2
            return
        found = numbers(name, values, self.dtype)
        if found.shape not in ((), array.shape) or not np.isfinite(found).all():
            raise refused(name, found, f"{array.size} finite numbers, or one for all")
        array[...] = found

    def _fitting(self, name: str, value: Any) -> Any:
        """A setting in its plain form; an InputError where it cannot be this network's."""
        if name in RULES:
            return RULES[name](name, value)
        if name == "loss":
            loss = losses.get(value)
            self._check_loss(loss)
            return loss
        if name == "classes":
            check_classes(value)
            if value is not None and len(value) != max(self.n_out, 2):
                raise InputError(
                    f"there are {len(value)} classes, and the outputs stand for "
                    f"{max(self.n_out, 2)}: give as many."
                )
        elif name == "preparation" and value is not None:
            n = getattr(value, "n_inputs", self.n_in)
            if not callable(getattr(value, "apply", None)):
                raise refused(name, value, "a Preparation, or None")
            if n != self.n_in:
                raise InputError(
                    f"the preparation makes {n} inputs, and this network takes {self.n_in}: learn "
                    "it from rows of this network's."
                )
        elif name == "target_scale" and value is not None:
            n = getattr(value, "n_outputs", None)
            if n is None or not callable(getattr(value, "invert", None)):
                raise refused(name, value, "a TargetScale, or None")
            if n not in (1, self.n_out):
                raise InputError(
                    f"the scale is of {n} targets, and this network has {self.n_out} outputs: "
                    "learn it from targets of this network's."
                )
        return value

    @property
    def n_in(self) -> int:
        return self.dense_layers[0].n_in

    @property
    def n_out(self) -> int:
        return self.dense_layers[-1].n_out

    # -- forward and backward ------------------------------------------------------------

    def inputs(self, x: ArrayLike) -> Array:
        """x in the network's dtype and as rows, (B, n_in); a single sample becomes one row."""
        if type(x) is not np.ndarray or x.dtype is not self.dtype:
            x = numbers("x", x, self.dtype)
        x = x[None, :] if x.ndim == 1 else x
        if x.ndim != 2 or x.shape[1] != self.n_in:
            came = f"{x.shape[1]} features" if x.ndim == 2 else f"shape {x.shape}"
            raise InputError(f"x has {came}; this network takes {self.n_in} features a row.")
        return x

    def forward(self, x: ArrayLike, rng: np.random.Generator | None = None) -> Pass:
        """Each layer's x, z and a for a batch, (B, n_in); rng draws dropout's masks."""
        if rng is not None:
            Instance(np.random.Generator)("rng", rng)
        out = self.inputs(x)
        steps: list[Step] = []
        for layer in self.layers:
            steps.append(layer.forward(out, rng))
            out = steps[-1].out
        return Pass(steps)

    @fits_signature
    def measure(self, p: Pass, y: ArrayLike, w: ArrayLike | None = None) -> MeasuredPass:
        """The pass beside its targets: L = Σ share·ℓ, its `loss`, in float64.

        Args: y, targets or labels as `Loss.targets` takes them; w, (B,) sample weights.
        """
        if not isinstance(p, Pass):
            raise refused("p", p, "a pass of this network, as its method forward returns it")
        last = p.dense[-1]
        batch = len(last.a)
        y = self.loss.targets(y, self.n_out, self.dtype)
        if len(y) != batch:
            raise InputError(f"there are {batch} rows of x and {len(y)} targets.")
        share, losses = shares(w, batch), self.loss.sample(last.z, last.a, y)  # (B,)
        return MeasuredPass(p.steps, y, share, losses, float(share @ losses))

    @fits_signature
    def backward(self, p: Pass, y: ArrayLike, w: ArrayLike | None = None) -> BackwardPass:
        """Fills grad with ∂L/∂theta, and returns the pass with its loss and each layer's delta."""
        m = self.measure(p, y, w)
        last = p.dense[-1]
        delta = self.loss.delta(last.z, last.a, m.y, last.layer.activation)
        delta = delta * m.share[:, None].astype(self.dtype)  # (B, n_out): ∂L/∂z
        steps: list[Any] = list(p.steps)  # each layer takes its own kind
        back: list[Step] = []
        while steps:
            step = steps.pop()
            step.layer.backward(step, delta)
            back.append(step.back(delta))
            if steps:
                da = step.layer.dx(step, delta)
                delta = steps[-1].layer.delta(steps[-1], da)
        return BackwardPass(back[::-1], m.y, m.share, m.sample_loss, m.loss)

    @fits_signature
    def penalty(self) -> float:
        """l1 Σ|W| + ½ l2 Σ W², in float64."""
        total = 0.0
        if self.l1 or self.l2:
            for layer in self.dense_layers:
                W = layer.W.astype(np.float64)
                total += self.l1 * float(np.abs(W).sum()) + 0.5 * self.l2 * float((W * W).sum())
        return total

    @fits_signature
    def penalize(self) -> None:
        """Adds the penalty's part to grad: dW += l1 sign(W) + l2 W."""
        if self.l1 or self.l2:
            for layer in self.dense_layers:
                layer.dW += self.l1 * np.sign(layer.W) + self.l2 * layer.W

    @fits_signature
    def constrain(self) -> None:
        """Scales each neuron's learned weights back to max_norm where they are longer."""
        if self.max_norm is not None:
            for layer in self.dense_layers:
                if not layer.frozen:
                    length = np.sqrt((layer.W * layer.W).sum(axis=1, keepdims=True))
                    layer.W *= self.max_norm / np.maximum(length, self.max_norm)

    @fits_signature
    def gradient(
        self,
        x: ArrayLike,
        y: ArrayLike,
        w: ArrayLike | None = None,
        rng: np.random.Generator | None = None,
    ) -> float:
        """Fills grad with ∂objective/∂theta and returns the objective: loss and penalty."""
        p = self.forward(x, rng)
        loss = self.backward(p, y, w).loss
        self.penalize()
        return loss + self.penalty()

    # -- use -----------------------------------------------------------------------------

    def predict_proba(self, X: Any) -> Array:
        """The outputs for raw rows X, (N, n_out): probabilities with softmax or sigmoid."""
        if self.preparation is not None:
            X = self.preparation.apply(X, self.dtype)
        X = self.inputs(X)
        _check_finite(X)
        out = np.empty((len(X), self.n_out), self.dtype)
        plain = self._is_plain()
        for start in range(0, len(X), PREDICT_BATCH):
            rows = slice(start, start + PREDICT_BATCH)
            if not plain:
                out[rows] = self.forward(X[rows]).steps[-1].out
                continue
            # a single sample goes through as a vector, on which NumPy spends a third less
            a = X[rows] if len(X) > 1 else X[0]
            for layer in self.dense_layers:
                z = a.dot(layer.W.T)
                z += layer.b
                a = layer.activation.f(z)
            out[rows] = a
        return out

    def _is_plain(self) -> bool:
        """Whether a forward pass is what core's own is, in the network and in every layer."""
        own = (type(self).forward, Dense.forward, Dropout.forward) != _FORWARD
        return self._plain and not own and "forward" not in vars(self)

    def predict(self, X: Any) -> Array:
        """The label of each raw row, (N,); without classes the outputs, (N, n_out) or (N,)."""
        return self._decided(self.predict_proba(X))

    @door
    def decide(self, out: ArrayLike) -> Array:
        """What outputs (N, n_out) say, as `predict` does: labels, or numbers in their units."""
        return self._decided(self._outputs(out))

    def _decided(self, out: Array) -> Array:
        if self.classes is not None:
            return np.asarray(self.classes)[self._chosen(out)]
        if self.target_scale is not None:
            out = self.target_scale.invert(out)
        return out[:, 0] if self.n_out == 1 else out

    @door
    def choose(self, y_hat: ArrayLike) -> NDArray[np.intp]:
        """The index of the class that outputs y_hat, (N, n_out), speak for, (N,)."""
        return self._chosen(self._outputs(y_hat))

    def _outputs(self, y_hat: ArrayLike) -> Array:
        out = numbers("the outputs", y_hat)
        if out.ndim != 2 or out.shape[1] != self.n_out:
            raise InputError(f"outputs have shape (N, {self.n_out}); these have {out.shape}.")
        return out

    def _chosen(self, y_hat: Array) -> NDArray[np.intp]:
        return (y_hat[:, 0] >= 0.5).astype(np.intp) if self.n_out == 1 else y_hat.argmax(axis=1)

    # -- as data -------------------------------------------------------------------------

    @fits_signature
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
    def from_spec(cls, spec: Mapping[str, Any], draw: bool = True) -> Self:
        """The network that a specification describes, with freshly drawn weights or (draw) zeros.

        Raises: InputError where it describes none, whatever plain JSON it is.
        """
        settings = network_settings(spec)
        row = [layers.from_spec(layer) for layer in settings.pop("layers")]
        classes = settings.pop("classes", None)
        if "draw" in settings:  # which is for the caller to say
            raise InputError("the specification of the network does not fit: it has a draw.")
        try:
            net = cls(row, settings.pop("loss", None), draw=draw, **settings)
        except Unknown:
            raise
        except InputError as error:
            raise InputError(f"the specification of the network does not fit: {error}") from None
        net.classes = classes
        return net

    @door
    def astype(self, dtype: Dtype) -> Self:
        """A copy with the same parts and parameters in another dtype."""
        net = copy.deepcopy(self)
        vars(net)["dtype"] = dtype
        net.lay_out()
        return net

    @fits_signature
    def copy(self) -> Self:
        """A network of its own with the same parts and parameters; `copy.deepcopy` is the same."""
        return copy.deepcopy(self)

    def __eq__(self, other: object) -> bool:
        """Whether all that either computes or learns is the other's too; how it began is not."""
        if type(other) is not type(self) and not (
            isinstance(other, Network) and as_written(self) and as_written(other)
        ):
            return NotImplemented
        settings = ("loss", "dtype", "l1", "l2", "max_norm", "preparation", "target_scale")
        return (
            self.layers == other.layers
            and all(getattr(self, name) == getattr(other, name) for name in settings)
            and _listed(self.classes) == _listed(other.classes)
        )

    def __repr__(self) -> str:
        sizes = some_of([str(n) for n in (self.n_in, *(d.n_out for d in self.dense_layers))], "-")
        kinds = some_of([d.activation.name for d in self.dense_layers], ", ", most=4)
        return (
            f"{type(self).__name__}({sizes}: {kinds}; {self.loss.name}; "
            f"{self.theta.size} parameters, {self.dtype.name})"
        )


def _check_finite(x: Array) -> None:
    """An InputError where x, (N, n_in), holds NaN or infinity: nothing follows from them."""
    if np.count_nonzero(np.isfinite(x)) != x.size:
        row, column = np.argwhere(~np.isfinite(x))[0]
        raise InputError(
            f"x holds {x[row, column]} at row {row}, column {column}: every value must be a finite "
            "number; fill it in, or leave its row out."
        )


# what may be set later, and the rules of what the signature says already
SETTINGS = (
    "loss", "seed", "l1", "l2", "max_norm", "classes", "preparation", "target_scale",
)  # fmt: skip
RULES = {name: rule for name, rule in rules_of(Network.__init__) if name in SETTINGS[1:]}

_FORWARD = Network.forward, Dense.forward, Dropout.forward  # as they are written here


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return one is other
    return one is other or one == other


def _listed(classes: Any) -> list[Any] | None:
    return None if classes is None else list(classes)
