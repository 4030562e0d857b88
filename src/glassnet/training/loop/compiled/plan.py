"""The pass of one batch size, compiled: the same equations as `fast_pass`, in one call.

What is done another way than there:

    z, a and delta of every layer         lie as columns, (n_out, B), one behind the other
    bias and activation                   are one pass over z; so are f′, delta and its sum db
    exp, tanh and σ                       are polynomials of their own, good to a few last units
    softmax, cross-entropy and delta      are four passes over the outputs
    sums over a batch                     in the order in which vectors add them up

The products are those of NumPy's own BLAS. An output that has no compiled form is computed by
core, between the way there and the way back.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.activations import (
    ELU,
    GELU,
    SELU,
    Activation,
    GELUTanh,
    LeakyReLU,
    Sigmoid,
    Softmax,
)
from glassnet.core.layers import Dense, Dropout
from glassnet.core.losses import BinaryCrossEntropy, CrossEntropy, SquaredError
from glassnet.core.network import Network, shares
from glassnet.core.parts import of_core
from glassnet.core.validation.memory import LINE, zeros
from glassnet.training.loop.compiled.kernels import Kernels
from glassnet.training.loop.fast_pass import IN_PLACE, learns

Array = NDArray[Any]

APART = "computed by core"  # the output between the two halves of a pass


class CompiledPlan:
    """The pass of one batch size over given rows, of a network that can be compiled.

    Args: as for `fast_pass.Plan`.
    """

    def __init__(
        self, kernels: Kernels, net: Network, X: Any, y: Array, w: Array | None, size: int
    ) -> None:
        self.kernels, self.net, self.X, self.w, self.size = kernels, net, X, w, size
        dtype = net.dtype
        plain = isinstance(X, np.ndarray) and X.dtype == dtype and X.flags.c_contiguous
        self.whole = size == len(X) and isinstance(X, np.ndarray)
        self.gathers = plain and not self.whole
        self.x = np.ascontiguousarray(X) if self.whole else np.empty((size, net.n_in), dtype)
        self.rows_of = X if self.gathers else self.x
        self.as_they_stand = np.arange(size)
        labels = y.ndim == 1 and y.dtype.kind in "iu" and net.n_out > 1
        self.labels = np.ascontiguousarray(y, np.int64) if labels else np.zeros(1, np.int64)
        self.targets: Array = (
            np.zeros((1, 1), dtype)
            if labels
            else np.ascontiguousarray(net.loss.targets(y, net.n_out, dtype))
        )
        self.uniform = np.full(size, 1 / size, dtype)
        self.form, self.low, self.high = self._output(labels)
        self.apart = _Apart(net, y, labels) if self.form == APART else None
        self.drops: list[tuple[Dropout, Array]] = []
        self._lay_out()
        self.lowest = min((k for k, each in enumerate(net.layers) if learns(each)), default=0)
        self.numbers = np.array([_numbers(each) for each in net.layers], dtype)
        self.spare = np.empty((2, size), dtype)
        self.sums = np.empty(max(layer.n_out for layer in net.dense_layers))
        self.at = kernels.product(dtype)
        self.theta, self.grad = net.theta, net.grad

    def _output(self, labels: bool) -> tuple[str, float, float]:
        """Which compiled form the output has; of a smoothed label what is everywhere, and more."""
        f, loss = of_core(self.net.dense_layers[-1].activation), of_core(self.net.loss)
        known = f is not None and f.name in self.kernels.activations
        if isinstance(loss, CrossEntropy) and labels and isinstance(f, Softmax):
            return "softmax of labels", loss.smoothing / self.net.n_out, 1 - loss.smoothing
        if isinstance(loss, SquaredError) and not labels and known:
            return "squared errors", 0.0, 1.0
        if isinstance(loss, BinaryCrossEntropy) and not labels and isinstance(f, Sigmoid):
            return "logistic", 0.0, 1.0
        return APART, 0.0, 1.0

    def _lay_out(self) -> None:
        """A place in `work` for each layer's arrays, and the table that tells them."""
        net, itemsize, places = self.net, self.net.dtype.itemsize, [0]

        def place(n: int) -> int:
            lines = -(-n * self.size * itemsize // LINE)
            places.append(places[-1] + lines * (LINE // itemsize))
            return places[-2]

        told: dict[str, Any] = {"a": self.kernels.rows_of_x, "n_out": net.n_in}
        layers, by_rows, last = list[dict[str, Any]](), True, len(net.layers) - 1
        for k, layer in enumerate(net.layers):
            below = told
            told = {"n_in": below["n_out"], "below": below["a"], "by_rows": by_rows}
            told["da"] = below.get("delta", 0)  # which delta then replaces
            if isinstance(layer, Dropout):
                n = told["n_out"] = told["n_in"]
                told |= {"drops": 1, "a": place(n), "mask": place(n)}
                told["delta"] = below["delta"] if k else 0  # in its place, times the mask
            else:
                told |= self._dense(layer, k == last, place)
                by_rows = False
            layers.append(told)
        self.table = self.kernels.table(layers)
        self.work = zeros((places[-1],), net.dtype)
        for layer, each in zip(net.layers, layers, strict=True):
            if isinstance(layer, Dropout):
                self.drops.append((layer, self._view(each["mask"], each["n_out"], each["by_rows"])))
        self.z = self._view(told["z"], told["n_out"], False)
        self.delta = self._view(told["delta"], told["n_out"], False)

    def _dense(self, layer: Dense, last: bool, place: Callable[[int], int]) -> dict[str, Any]:
        """What the table tells of a dense layer alone."""
        n, theta, f = layer.n_out, self.net.theta, layer.activation.name
        told: dict[str, Any] = {"n_out": n, "bias": layer.bias, "learns": int(not layer.frozen)}
        told |= {"W": _offset(layer.W, theta), "b": _offset(layer.b, theta)}
        if last and self.form != "squared errors":  # the loss takes delta through f
            f = "identity"
        told |= {"f": f, "back": f, "z": place(n), "delta": place(n)}
        in_place = f == "identity" or isinstance(layer.activation, IN_PLACE)
        return told | {"a": told["z"] if in_place else place(n)}

    def _view(self, at: int, n: int, rows: bool) -> Array:
        """An array (B, n) in its place."""
        flat = self.work[at : at + n * self.size]
        return flat.reshape(self.size, n) if rows else flat.reshape(n, self.size).T

    def __call__(self, index: Array, rng: np.random.Generator | None) -> float:
        """Fills grad with ∂L/∂theta for the rows of index, (B,), and returns L, in float64."""
        if self.whole:
            index = self.as_they_stand
        elif not self.gathers:
            self.X.take(index, axis=0, out=self.x, mode="clip")
        for layer, mask in self.drops:
            _draw(layer, mask, rng)
        share = self.uniform
        if self.w is not None:
            w = self.w if self.whole else self.w[index]
            share = shares(w, self.size).astype(self.net.dtype)
        if self.apart is None:
            return self._made(self.form, index, share)
        self._made("ahead", index, share)
        loss = self.apart(self.z, self.delta, index, share)
        self._made("back", index, share)
        return loss

    def _made(self, part: str, index: Array, share: Array) -> float:
        kernels = self.kernels
        return kernels.step(
            self.at, self.table, self.numbers, self.lowest, kernels.outputs[part], self.theta,
            self.grad, self.work, self.sums, self.spare, self.rows_of, self.x, index, self.gathers,
            self.labels, self.targets, share, self.low, self.high,
        )  # fmt: skip


class _Apart:
    """The output as core has it, where there is no compiled form: a = f(z), ℓ and delta."""

    def __init__(self, net: Network, y: Array, labels: bool) -> None:
        self.loss, self.f = net.loss, net.dense_layers[-1].activation
        self.net, self.labels = net, labels
        self.y = y if labels else net.loss.targets(y, net.n_out, net.dtype)

    def __call__(self, z: Array, delta: Array, index: Array, share: Array) -> float:
        y = self.y[index]
        y = self.loss.targets(y, self.net.n_out, z.dtype) if self.labels else y
        a = self.f.f(z)
        np.multiply(
            self.loss.delta(z, a, y, self.f), share[:, None], out=delta, casting="same_kind"
        )
        return float(share @ self.loss.sample(z, a, y))


def _draw(layer: Dropout, mask: Array, rng: np.random.Generator | None) -> None:
    """The mask that `Dropout.forward` would draw, (B, n)."""
    if rng is None:
        mask[...] = 1
        return
    kept = rng.random(mask.shape, dtype=np.float32) >= layer.rate
    np.multiply(kept, mask.dtype.type(1 / (1 - layer.rate)), out=mask)


def _offset(part: Array, whole: Array) -> int:
    """Where a layer's view begins in theta."""
    return (part.ctypes.data - whole.ctypes.data) // whole.itemsize


def _numbers(layer: Dense | Dropout) -> tuple[float, float]:
    """The two numbers that a layer's activation takes."""
    f: Activation | None = layer.activation if isinstance(layer, Dense) else None
    match f:
        case LeakyReLU():
            return f.slope, 1.0
        case ELU():
            return f.alpha, 1.0
        case SELU():
            return f.alpha, f.scale
        case GELUTanh():
            return 2 * math.sqrt(2 / math.pi), 0.044715
        case GELU():
            return math.sqrt(0.5), 1 / math.sqrt(2 * math.pi)
    return 0.0, 1.0
