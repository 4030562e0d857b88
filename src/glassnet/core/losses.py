"""Losses: a sample's loss ℓ beside its derivative at the output.

`sample` gives ℓ for each sample, `delta` gives ∂ℓ/∂z, the output delta before it is shared
out over the batch. Two losses are computed jointly with their activation, from z: there the
logarithm undoes the exponential, and what remains is delta = a − y.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.activations import Activation, Array
from glassnet.core.by_name import Named, build
from glassnet.core.errors import InputError
from glassnet.core.validation.arrays import numbers
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import OneOrRising, Positive, Share


def _sum(terms: Array) -> NDArray[np.float64]:
    # over a sample's outputs, in float64 whatever the network's dtype
    return terms.sum(axis=-1, dtype=np.float64)


@dataclass(frozen=True)
class Loss(Named, ABC):
    """ℓ(a, y) for one sample, summed over its outputs.

    `joint` names the one output activation the loss goes with, or is None for any. `kinks` are
    the values of a − y where a derivative jumps: a numerical one there means nothing.

    One of your own is a subclass with a name, sample and da, its settings fields of a frozen
    dataclass; `gn.register` makes its name known.
    """

    word = "loss"
    joint: ClassVar[str | None] = None
    computes_by: ClassVar = ("sample", "da", "delta", "targets")

    @property
    def kinks(self) -> tuple[float, ...]:
        return ()

    @abstractmethod
    def sample(self, z: Array, a: Array, y: Array) -> NDArray[np.float64]:
        """ℓ of each sample, (B,), from z, a and y, each (B, n_out)."""

    @abstractmethod
    def da(self, a: Array, y: Array) -> Array:
        """∂ℓ/∂a, (B, n_out)."""

    def delta(self, z: Array, a: Array, y: Array, activation: Activation) -> Array:
        """∂ℓ/∂z, (B, n_out): ∂ℓ/∂a carried through the output's activation."""
        return activation.backward(self.da(a, y), z, a)

    def targets(self, y: ArrayLike, n_out: int, dtype: Any) -> Array:
        """y as the network is to meet it, (B, n_out): a column, or one-hot rows.

        Args: y, (B,) numbers or integer labels 0..n_out−1, or (B, n_out).
        Raises: InputError for labels outside the classes, or the wrong shape.

        >>> get("squared_error").targets([1, 0], 2, "float64")
        array([[0., 1.],
               [1., 0.]])
        """
        y = numbers("the targets", y)
        if y.ndim == 1 and n_out == 1:
            return numbers("the targets", y, dtype)[:, None]
        if y.ndim == 1 and y.dtype.kind in "iub":
            return one_hot(y.astype(np.intp, copy=False), n_out, dtype)
        if y.ndim == 1:
            raise InputError(
                f"the targets are numbers of type {y.dtype}, one a row; the network has {n_out} "
                f"outputs, so give whole numbers as labels, or {n_out} numbers a row."
            )
        if y.ndim != 2 or y.shape[1] != n_out:
            came = f"{y.shape[1]} numbers a row" if y.ndim == 2 else f"{y.ndim} dimensions"
            raise InputError(
                f"the targets have {came}; the network has {n_out} outputs, so give "
                f"(samples, {n_out}) numbers, or (samples,) integer labels."
            )
        return numbers("the targets", y, dtype)

    def draw(self, rng: np.random.Generator, rows: int, n_out: int) -> Array:
        """Random targets that the loss takes, (rows, n_out)."""
        return rng.normal(size=(rows, n_out))

    def at_output(self, i: int) -> "Loss":
        """What output i adds to ℓ, as a loss of one output: the same for all, by default."""
        return self

    def arranged(self, out: Array) -> Array:
        """Outputs as they are told, (N, n_out), in any unit of the targets."""
        return out


@door
@dataclass(frozen=True)
class SquaredError(Loss):
    """ℓ = ½ Σ (a − y)², ∂ℓ/∂a = a − y.

    Texts disagree about the ½ and about a mean in place of the sum: this is the form of the
    worked example, whose derivative has no factor 2.
    """

    name = "squared_error"

    def sample(self, z: Array, a: Array, y: Array) -> NDArray[np.float64]:
        return 0.5 * _sum(np.square(a - y, dtype=np.float64))

    def da(self, a: Array, y: Array) -> Array:
        return a - y


@door
@dataclass(frozen=True)
class AbsoluteError(Loss):
    """ℓ = Σ |a − y|, ∂ℓ/∂a = sign(a − y), 0 where they are equal."""

    name = "absolute_error"

    @property
    def kinks(self) -> tuple[float, ...]:
        return (0.0,)

    def sample(self, z: Array, a: Array, y: Array) -> NDArray[np.float64]:
        return _sum(np.abs(a - y))

    def da(self, a: Array, y: Array) -> Array:
        return np.sign(a - y)


@door
@dataclass(frozen=True)
class Huber(Loss):
    """ℓ = Σ ½e² where |e| ≤ threshold, else threshold(|e| − ½ threshold); e = a − y.

    ∂ℓ/∂a = e, held within ±threshold. Source: Huber (1964).
    """

    name = "huber"
    threshold: Positive = 1.0

    @property
    def kinks(self) -> tuple[float, ...]:
        return (-self.threshold, self.threshold)

    def sample(self, z: Array, a: Array, y: Array) -> NDArray[np.float64]:
        e = np.abs(a - y)
        q = np.minimum(e, self.threshold)
        # ½q² + threshold(e − q): the parabola up to the threshold, then its tangent
        return _sum(0.5 * q * q + self.threshold * (e - q))

    def da(self, a: Array, y: Array) -> Array:
        return np.clip(a - y, -self.threshold, self.threshold)


@door
@dataclass(frozen=True)
class Pinball(Loss):
    """ℓ = Σ max(q(y − a), (q − 1)(y − a)): what is least at the quantile q of y.

    Saying too little costs q a unit, saying too much 1 − q; so that answers are exceeded by a
    share 1 − q of the targets. ∂ℓ/∂a = (1 + sign(a − y))/2 − q; at q = ½ it is half the absolute
    error, and the quantile the median. Source: Koenker and Bassett (1978), Regression quantiles.

    Of several quantiles, in rising order, each output has its own, all of the same target. Nothing
    keeps them apart while they are learned; told they are in order (`arranged`), which is never
    further from the true ones. Source: Chernozhukov, Fernández-Val and Galichon (2010), Quantile
    and probability curves without crossing.
    """

    name = "pinball"
    quantile: OneOrRising = 0.5

    @property
    def kinks(self) -> tuple[float, ...]:
        return (0.0,)

    def sample(self, z: Array, a: Array, y: Array) -> NDArray[np.float64]:
        u, q = y - a, self._q(a)
        return _sum(np.maximum(q * u, (q - 1) * u))

    def da(self, a: Array, y: Array) -> Array:
        return (1 + np.sign(a - y)) / 2 - self._q(a)

    @property
    def quantiles(self) -> tuple[float, ...]:
        """Those of several; none of a single one."""
        return self.quantile if isinstance(self.quantile, tuple) else ()

    def _q(self, a: Array) -> Any:
        return np.array(self.quantile, a.dtype) if self.quantiles else self.quantile

    def targets(self, y: ArrayLike, n_out: int, dtype: Any) -> Array:
        if not self.quantiles:
            return super().targets(y, n_out, dtype)
        if len(self.quantiles) != n_out:
            raise InputError(
                f"there are {len(self.quantiles)} quantiles, and the network has {n_out} outputs: "
                "give it as many."
            )
        y = numbers("the targets", y, dtype)
        if y.ndim == 1:
            y = y[:, None]
        if y.shape[1:] == (1,):  # the same number for each
            y = np.repeat(y, n_out, axis=1)
        return super().targets(y, n_out, dtype)

    def at_output(self, i: int) -> Loss:
        return Pinball(self.quantiles[i]) if self.quantiles else self

    def arranged(self, out: Array) -> Array:
        return np.sort(out, axis=1) if self.quantiles else out


@door
@dataclass(frozen=True)
class Poisson(Loss):
    """ℓ = Σ a − y ln a with a = e^z, in nats, of counts y ≥ 0; delta = a − y.

    What −ln P(y) of a Poisson distribution of mean a has of a, computed from z = ln a. Its
    derivative 1 − y/a and the exponential's a multiply to a − y. scikit-learn and half the
    deviance add y ln y − y, which nothing learned changes: there a perfect answer costs 0.
    Source: Nelder and Wedderburn (1972), Generalized linear models.
    """

    name = "poisson"
    joint = "exp"

    def sample(self, z: Array, a: Array, y: Array) -> NDArray[np.float64]:
        return _sum(a - y * z)

    def da(self, a: Array, y: Array) -> Array:
        return 1 - y / a

    def delta(self, z: Array, a: Array, y: Array, activation: Activation) -> Array:
        return a - y

    def targets(self, y: ArrayLike, n_out: int, dtype: Any) -> Array:
        y = super().targets(y, n_out, dtype)
        if y.size and not y.min() >= 0:
            raise InputError(f"poisson takes counts, from 0 up; these go down to {y.min():g}.")
        return y

    def draw(self, rng: np.random.Generator, rows: int, n_out: int) -> Array:
        return rng.poisson(2.0, (rows, n_out)).astype(np.float64)


@door
@dataclass(frozen=True)
class CrossEntropy(Loss):
    """ℓ = −Σ y ln a with a = softmax(z), in nats; delta = a − y.

    Computed from z: ln aᵢ = zᵢ − max z − ln Σⱼ exp(zⱼ − max z), finite for every z. The
    softmax's Jacobian and the logarithm's 1/a cancel: Σᵢ −(yᵢ/aᵢ) aᵢ(1[i=j] − aⱼ) = aⱼ − yⱼ,
    as Σ y = 1.

    Label smoothing ε replaces y by (1 − ε) y + ε/C. (With class weights PyTorch weighs the
    smoothed part by each class's own weight; here class weights are sample weights, so a
    sample's whole loss has the weight of its label.)
    """

    name = "cross_entropy"
    joint = "softmax"
    smoothing: Share = 0.0

    def sample(self, z: Array, a: Array, y: Array) -> NDArray[np.float64]:
        z = z - z.max(axis=-1, keepdims=True)
        ln_a = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
        return -_sum(y * ln_a)

    def da(self, a: Array, y: Array) -> Array:
        return -y / a

    def delta(self, z: Array, a: Array, y: Array, activation: Activation) -> Array:
        return a - y

    def targets(self, y: ArrayLike, n_out: int, dtype: Any) -> Array:
        y = super().targets(y, n_out, dtype)
        if not np.allclose(y.sum(axis=1, dtype=np.float64), 1, atol=1e-3) or (y < 0).any():
            if n_out == 1:
                raise InputError(
                    "a softmax of one output says 1 whatever comes in: give the network one "
                    "output a class, or a single one with sigmoid."
                )
            raise InputError(
                "cross_entropy takes targets that are shares of the classes: give integer "
                "labels, or rows of numbers from 0 to 1 that sum to 1."
            )
        return (1 - self.smoothing) * y + self.smoothing / n_out if self.smoothing else y

    def draw(self, rng: np.random.Generator, rows: int, n_out: int) -> Array:
        return one_hot(rng.integers(0, n_out, rows), n_out, np.float64)


@door
@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """ℓ = −Σ y ln a + (1 − y) ln(1 − a) with a = σ(z), in nats; delta = a − y.

    Computed from z: ℓ = Σ max(z, 0) − y z + ln(1 + e^−|z|), finite for every z. Label
    smoothing ε replaces y by (1 − ε) y + ε/2.
    """

    name = "binary_cross_entropy"
    joint = "sigmoid"
    smoothing: Share = 0.0

    def sample(self, z: Array, a: Array, y: Array) -> NDArray[np.float64]:
        return _sum(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))

    def da(self, a: Array, y: Array) -> Array:
        return (a - y) / (a * (1 - a))

    def delta(self, z: Array, a: Array, y: Array, activation: Activation) -> Array:
        return a - y

    def targets(self, y: ArrayLike, n_out: int, dtype: Any) -> Array:
        y = super().targets(y, n_out, dtype)
        if y.size and not (y.min() >= 0 and y.max() <= 1):
            raise InputError(
                f"binary_cross_entropy takes targets from 0 to 1; these go from {y.min():g} "
                f"to {y.max():g}."
            )
        return (1 - self.smoothing) * y + self.smoothing / 2 if self.smoothing else y

    def draw(self, rng: np.random.Generator, rows: int, n_out: int) -> Array:
        return rng.integers(0, 2, (rows, n_out)).astype(np.float64)


def one_hot(labels: Array, n_out: int, dtype: Any) -> Array:
    """Row k holds a 1 in the column of label k and 0 elsewhere: (B,) to (B, n_out)."""
    if labels.size and not (labels.min() >= 0 and labels.max() < n_out):
        wrong = labels.min() if labels.min() < 0 else labels.max()
        raise InputError(
            f"the labels hold {wrong}, outside the network's {n_out} classes 0 to {n_out - 1}."
        )
    y = np.zeros((len(labels), n_out), dtype)
    y[np.arange(len(labels)), labels] = 1
    return y


LOSSES: dict[str, Callable[..., Loss]] = {
    kind.name: kind
    for kind in (
        SquaredError,
        AbsoluteError,
        Huber,
        Poisson,
        Pinball,
        CrossEntropy,
        BinaryCrossEntropy,
    )
}
Loss.known = LOSSES


def get(which: str | Mapping[str, Any] | Loss) -> Loss:
    """The loss of that name, or of that specification.

    >>> a, y = np.array([[0.8, 0.3]]), np.array([[1.0, 0.0]])
    >>> get("squared_error").sample(a, a, y)
    array([0.065])
    """
    if isinstance(which, Loss):
        return which
    return build("loss", LOSSES, which)


def natural_loss(activation: Activation) -> Loss:
    """The loss whose delta at this output is a − y: what one means by default."""
    return {"softmax": CrossEntropy(), "sigmoid": BinaryCrossEntropy(), "exp": Poisson()}.get(
        activation.name, SquaredError()
    )
