"""One training step as a list of bound calls on arrays that are allocated once.

`Network.forward` and `backward` are the readable path: a line for each equation, new arrays at
each. Training makes the same pass thousands of times on batches of one size, so here each layer is
asked once what it will do, and the answer is kept as calls with their arguments bound, `out=`
included. What an array means is not changed: z, a, delta, dW and db are those of the readable
path, dW and db the very views into the network's grad. Three things are done another way:

    delta of softmax with cross-entropy   on (classes, batch), where sums run along the rows
    db = delta.sum(0)                     as the product ones @ delta, while the batch is short
    gradients of what is frozen           not at all: no update reads them

A layer, activation or loss without a fast form here is called as it stands in core. A test holds
that both paths give the same gradient on random networks.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.activations import Activation, Identity, ReLU, Sigmoid, Softmax, Tanh
from glassnet.core.layers import Dense, Dropout
from glassnet.core.losses import CrossEntropy, SquaredError
from glassnet.core.network import Network, shares

Array = NDArray[Any]
Call = Callable[[], Any]

SHORT = 65_536  # rows up to which a float32 sum by a matrix product keeps its digits


class Plan:
    """The pass of one batch size over given rows.

    Args:
        net: whose theta is read and whose grad is filled.
        X, y, w: all rows, (N, n_in), their targets as `Loss.targets` takes them, and weights
            (N,) or None.
        size: rows in a batch, B; all N of them are taken as they stand, whatever their order.
    """

    def __init__(self, net: Network, X: Array, y: Array, w: Array | None, size: int) -> None:
        self.net, self.X, self.w, self.size = net, X, w, size
        self.whole = size == len(X)
        self.x = X if self.whole else np.empty((size, net.n_in), net.dtype)
        self.rng: np.random.Generator | None = None
        self._forward: list[Call] = []
        self._backward: list[Call] = []
        out = self.x
        back: list[tuple[Any, ...]] = []
        for number, layer in enumerate(net.layers):
            if isinstance(layer, Dropout):
                x, out, mask = out, np.empty_like(out), np.empty_like(out)
                self._forward.append(partial(self._drop, layer, x, mask, out))
                back.append((layer, mask))
            else:
                x, z = out, np.empty((size, layer.n_out), net.dtype)
                out = z if isinstance(layer.activation, Identity) else np.empty_like(z)
                self._forward += [
                    partial(np.dot, x, layer.W.T, out=z),
                    partial(np.add, z, layer.b, z),
                ]
                if number < len(net.layers) - 1:
                    self._forward += activate(layer.activation, z, out)
                back.append((layer, x, z, out))
        z, a = back[-1][2:]
        self.delta = np.empty_like(z)
        labels = y.ndim == 1 and y.dtype.kind in "iu" and net.n_out > 1
        self.targets: Array = y if labels else net.loss.targets(y, net.n_out, net.dtype)
        f = net.dense_layers[-1].activation
        if isinstance(net.loss, CrossEntropy) and labels:
            self.output = _SoftmaxOfLabels(net.loss, z, self.delta)
        elif isinstance(net.loss, SquaredError) and not labels and not isinstance(f, Softmax):
            self.output = _SquaredErrors(f, z, a, self.delta)
        else:
            self.output = _AnyOutput(net, z, a, self.delta, labels)
        self._going_back(back)

    def __call__(self, index: Array, rng: np.random.Generator | None) -> float:
        """Fills grad with ∂L/∂theta for the rows of index, (B,), and returns L, in float64."""
        self.rng = rng
        y, w = self.targets, self.w
        if not self.whole:
            self.X.take(index, axis=0, out=self.x, mode="clip")
            y, w = y[index], None if w is None else w[index]
        for call in self._forward:
            call()
        loss = self.output(y, None if w is None else shares(w, self.size))
        for call in self._backward:
            call()
        return loss

    def _drop(self, layer: Dropout, x: Array, mask: Array, out: Array) -> None:
        mask[...] = layer.forward(x, self.rng).mask
        np.multiply(x, mask, out=out)

    def _going_back(self, back: list[tuple[Any, ...]]) -> None:
        """From the output's delta to every dW and db, and no further than something learns."""
        ones = np.ones(self.size, self.net.dtype)
        lowest = min(
            (i for i, layer in enumerate(self.net.layers) if learns(layer)),
            default=len(self.net.layers),
        )
        da: Array | None = None
        for number in range(len(back) - 1, lowest - 1, -1):
            layer, *arrays = back[number]
            if isinstance(layer, Dropout):
                assert da is not None
                self._backward.append(partial(np.multiply, da, arrays[0], da))
                continue
            x, z, a = arrays
            delta = self.delta
            if da is not None:
                delta: Array = np.empty_like(z)
                self._backward += deactivate(layer.activation, da, z, a, delta)
            if not layer.frozen:
                self._backward.append(partial(np.dot, np.transpose(delta), x, out=layer.dW))
                if layer.bias == "neuron" and self.size <= SHORT:
                    self._backward.append(partial(np.dot, ones, delta, out=layer.db))
                elif layer.bias != "frozen":
                    self._backward.append(partial(_sum_to_bias, delta, layer))
            if number > lowest:
                da = before = np.empty_like(x)
                self._backward.append(partial(np.dot, delta, layer.W, out=before))


def learns(layer: Dense | Dropout) -> bool:
    """Whether an update changes anything in this layer."""
    return isinstance(layer, Dense) and not layer.frozen


def _sum_to_bias(delta: Array, layer: Dense) -> None:
    db = delta.sum(axis=0, dtype=np.float64)
    layer.db[...] = db if layer.bias != "layer" else db.sum()


class _SoftmaxOfLabels:
    """Softmax and cross-entropy from labels: delta = (a − y)·share, on (classes, batch)."""

    def __init__(self, loss: CrossEntropy, z: Array, delta: Array) -> None:
        self.z, self.delta = z, delta
        batch, self.classes = z.shape
        self.low, self.high = loss.smoothing / self.classes, 1 - loss.smoothing
        self.zT = np.empty((self.classes, batch), z.dtype)
        self.eT, self.top, self.total = np.empty_like(self.zT), *np.empty((2, batch), z.dtype)
        self.rows = np.arange(batch)
        self.flat = self.eT.reshape(-1)
        self.uniform = 1 / batch

    def __call__(self, labels: Array, share: Array | None) -> float:
        zT, eT, total, batch = self.zT, self.eT, self.total, len(labels)
        np.copyto(zT, self.z.T)
        np.max(zT, axis=0, out=self.top)
        zT -= self.top
        np.exp(zT, out=eT)
        np.sum(eT, axis=0, out=total)
        eT /= total  # a = softmax(z)
        at = labels * batch + self.rows  # where row k has its label
        # ℓ = ln Σ exp z − Σ y z, with y = low everywhere and high more at the label
        sample = np.log(total) - self.high * zT.reshape(-1)[at]
        if self.low:
            sample -= self.low * zT.sum(axis=0)
            eT -= self.low
        self.flat[at] -= self.high  # a − y
        if share is None:
            eT *= self.uniform
            loss = float(np.add.reduce(sample, dtype=np.float64)) * self.uniform
        else:
            eT *= share.astype(eT.dtype)
            loss = float(share @ sample)
        np.copyto(self.delta, eT.T)
        return loss


class _SquaredErrors:
    """ℓ = ½ Σ (a − y)² and delta = (a − y)·share·f′(z), of an elementwise f."""

    def __init__(self, f: Activation, z: Array, a: Array, delta: Array) -> None:
        self.a, self.uniform = a, 1 / len(z)
        self.e, self.da = np.empty_like(z), np.empty_like(z)
        self.square = np.empty(z.shape, np.float64)  # sums are taken in float64
        self.share = np.array(self.uniform, z.dtype)
        self.activate = activate(f, z, a)
        self.deactivate = deactivate(f, self.da, z, a, delta)

    def __call__(self, y: Array, share: Array | None) -> float:
        for call in self.activate:
            call()
        e, square = self.e, self.square
        np.subtract(self.a, y, out=e)
        np.multiply(e, e, out=square)
        if share is None:
            np.multiply(e, self.share, out=self.da)
            loss = 0.5 * self.uniform * float(np.add.reduce(square, axis=None))
        else:
            np.multiply(e, share[:, None], out=self.da, casting="same_kind")
            loss = 0.5 * float(share @ square.sum(axis=1))
        for call in self.deactivate:
            call()
        return loss


class _AnyOutput:
    """The output as core has it: a = f(z), ℓ and delta from the loss."""

    def __init__(self, net: Network, z: Array, a: Array, delta: Array, labels: bool) -> None:
        self.loss, self.f, self.n_out = net.loss, net.dense_layers[-1].activation, net.n_out
        self.z, self.a, self.delta, self.labels = z, a, delta, labels
        self.activate = activate(self.f, z, a)
        self.uniform = 1 / len(z)

    def __call__(self, y: Array, share: Array | None) -> float:
        for call in self.activate:
            call()
        y = self.loss.targets(y, self.n_out, self.z.dtype) if self.labels else y
        delta = self.loss.delta(self.z, self.a, y, self.f)
        sample = self.loss.sample(self.z, self.a, y)
        if share is None:
            np.multiply(delta, self.uniform, out=self.delta)
            return float(np.add.reduce(sample)) * self.uniform
        np.multiply(delta, share[:, None], out=self.delta, casting="same_kind")
        return float(share @ sample)


def activate(f: Activation, z: Array, a: Array) -> list[Call]:
    """Calls that write a = f(z)."""
    match f:
        case Identity():
            return []
        case ReLU():
            return [partial(np.maximum, z, np.zeros((), z.dtype), out=a)]
        case Tanh():
            return [partial(np.tanh, z, out=a)]
        case Sigmoid():
            # e = exp(−|z|); a = (1 where z ≥ 0, else e)/(1 + e)
            e, one, right = np.empty_like(z), np.ones((), z.dtype), np.empty(z.shape, bool)
            return [
                partial(np.copysign, z, np.array(-1, z.dtype), out=e),  # −|z|
                partial(np.exp, e, out=e),
                partial(np.greater_equal, z, np.zeros((), z.dtype), out=right),
                partial(np.add, e, one, out=a),
                partial(np.copyto, e, one, where=right),
                partial(np.divide, e, a, out=a),
            ]
    return [lambda: np.copyto(a, f.f(z))]


def deactivate(f: Activation, da: Array, z: Array, a: Array, delta: Array) -> list[Call]:
    """Calls that write delta = da · f′(z)."""
    one = np.ones((), z.dtype)
    match f:
        case Identity():
            return [partial(np.copyto, delta, da)]
        case ReLU():
            mask = np.empty(z.shape, bool)
            return [
                partial(np.greater, z, np.zeros((), z.dtype), out=mask),
                partial(np.multiply, da, mask, out=delta),
            ]
        case Tanh():
            return [
                partial(np.multiply, a, a, out=delta),
                partial(np.subtract, one, delta, out=delta),
                partial(np.multiply, delta, da, out=delta),
            ]
        case Sigmoid():
            return [
                partial(np.subtract, one, a, out=delta),
                partial(np.multiply, delta, a, out=delta),
                partial(np.multiply, delta, da, out=delta),
            ]
    return [lambda: np.copyto(delta, f.backward(da, z, a))]
