"""The network: layers in a row, their parameters in one vector, forward and backward."""

import copy
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core import layers, losses
from glassnet.core.activations import Activation, Array
from glassnet.core.display.notebook import Displayed
from glassnet.core.display.one_line import some_of
from glassnet.core.errors import InputError, Unknown
from glassnet.core.layers import Bias, Dense, Dropout, Layer, Step
from glassnet.core.losses import Loss
from glassnet.core.parameters import taken
from glassnet.core.parts import as_written, replaced
from glassnet.core.passes import BackwardPass, MeasuredPass, Pass, shares
from glassnet.core.settable import Settable
from glassnet.core.validation.arrays import all_finite, numbers
from glassnet.core.validation.calls import door, fits_signature
from glassnet.core.validation.rules import (
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
from glassnet.core.validation.specification import network_settings

PREDICT_BATCH = 4096  # rows at a time in predict: bounds its memory, whatever the data's length


class Network(Settable, Displayed):
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
    through first, `target_scale` what brings numbers back to their units, `yes_no` the words and
    thresholds of several yes/no targets; all of them serve predict, and may be None.

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
        self.check_loss(self.loss)
        self.dtype = np.dtype(dtype)
        self.seed, self.l1, self.l2, self.max_norm = seed, l1, l2, max_norm
        self.classes = self.preparation = self.target_scale = self.yes_no = None
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

    def lay_out(self) -> None:
        self.check_loss(self.loss)  # after a change of the output's activation
        super().lay_out()
        self._plain = all(type(layer) in (Dense, Dropout) for layer in self.layers) and not any(
            replaced(layer) for layer in self.layers
        )

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
        for layer in self.dense_layers:
            if self.l1:
                layer.dW += self.l1 * np.sign(layer.W)
            if self.l2:
                layer.dW += self.l2 * layer.W

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
        out = np.empty((len(X), self.n_out), self.dtype)
        plain, (first, *others) = self._is_plain(), self.dense_layers
        if len(X) == 1 or not plain:
            _check_finite(X)
        for start in range(0, len(X), PREDICT_BATCH):
            rows = slice(start, start + PREDICT_BATCH)
            if not plain:
                out[rows] = self.forward(X[rows]).steps[-1].out
                continue
            # a single sample goes through as a vector, on which NumPy spends a third less
            z = X[0].dot(first.W.T) if len(X) == 1 else _first_sums(X, rows, first.W)
            z += first.b
            a = first.activation.f(z)
            for layer in others:
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
        """The label of each raw row, (N,); without classes the outputs, (N, n_out) or (N,).

        Of several yes/no targets the words of each, (N, n_out).
        """
        return self._decided(self.predict_proba(X))

    @door
    def decide(self, out: ArrayLike) -> Array:
        """What outputs (N, n_out) say, as `predict` does: labels, or numbers in their units."""
        return self._decided(self._outputs(out))

    def _decided(self, out: Array) -> Array:
        if self.classes is not None:
            return np.asarray(self.classes)[self._chosen(out)]
        if self.yes_no is not None:
            return self.yes_no.decide(out)
        if self.target_scale is not None:
            out = self.target_scale.invert(out)
        out = self.loss.arranged(out)
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
        if self.n_out > 1:
            return y_hat.argmax(axis=1)
        least = 0.5 if self.yes_no is None else self.yes_no.thresholds[0]
        return (y_hat[:, 0] >= least).astype(np.intp)

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
        settings = (
            "loss",
            "dtype",
            "l1",
            "l2",
            "max_norm",
            "preparation",
            "target_scale",
            "yes_no",
        )
        return (
            self.layers == other.layers
            and all(getattr(self, name) == getattr(other, name) for name in settings)
            and _listed(self.classes) == _listed(other.classes)
        )

    def __repr__(self) -> str:
        sizes = some_of([str(n) for n in widths(self)], "-")
        kinds = some_of([d.activation.name for d in self.dense_layers], ", ", most=4)
        return (
            f"{type(self).__name__}({sizes}: {kinds}; {self.loss.name}; "
            f"{self.theta.size} parameters, {self.dtype.name})"
        )


def widths(net: Network) -> list[int]:
    """How many inputs there are, and neurons in each layer: [784, 128, 10]."""
    return [net.n_in, *(layer.n_out for layer in net.dense_layers)]


def _first_sums(X: Array, rows: slice, W: Array) -> Array:
    """x @ W.T, (B, n_out), for some of the rows of X, (N, n_in), where every number is finite.

    One that is not leaves weighted sums that are not, whatever the weights, and these are fewer
    to look at.

    Raises: InputError, as `_check_finite`.
    """
    x = X[rows]
    with np.errstate(over="ignore", invalid="ignore"):
        z = x.dot(W.T)
        if all_finite(z):
            return z
    _check_finite(X)
    return x.dot(W.T)  # too large a sum: NumPy warns of it


def _check_finite(x: Array) -> None:
    """An InputError where x, (N, n_in), holds NaN or infinity: nothing follows from them."""
    if np.count_nonzero(np.isfinite(x)) != x.size:
        row, column = np.argwhere(~np.isfinite(x))[0]
        raise InputError(
            f"x holds {x[row, column]} at row {row}, column {column}: every value must be a finite "
            "number; fill it in, or leave its row out."
        )


_FORWARD = Network.forward, Dense.forward, Dropout.forward  # as they are written here


def _listed(classes: Any) -> list[Any] | None:
    return None if classes is None else list(classes)
