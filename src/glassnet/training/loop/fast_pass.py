"""One training step as a list of bound calls on arrays that are allocated once.

`Network.forward` and `backward` are the readable path: a line for each equation, new arrays at
each. Training makes the same pass thousands of times on batches of one size, so here each layer is
asked once what it will do, and the answer is kept as calls with their arguments bound, `out=`
included. What an array means is not changed: a, delta, dW and db are those of the readable path,
dW and db the very views into the network's grad. These things are done another way:

    z and delta beyond the first layer    lie in memory as columns, (n_out, B): products, softmax
                                          and sums over a sample's outputs are faster so
    a                                     takes the place of z where f′ is known from a alone
    exp z of a softmax                    without the shift by max z while no |z| is large
    db = delta.sum(0)                     as the product ones @ delta, while the batch is short
    gradients of what is frozen           not at all: no update reads them

An activation or loss without a fast form here, or somebody's own, is called as it stands; a network
with a layer of somebody's own is passed through by its own forward and backward. A test holds that
both paths give the same gradient on random networks.
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
from glassnet.core.parts import as_written, of_core
from glassnet.training.rows import PassOver

Array = NDArray[Any]
Call = Callable[[], Any]

IN_PLACE = (Identity, ReLU, Sigmoid, Tanh)  # f′ is known from a alone: a may take z's place
PARTS = ("products", "biases", "activations")  # what a profile tells apart within a pass
SAFE = 60.0  # |z| up to which exp z neither overflows nor vanishes, even in float32
LARGE = 100_000  # bytes of a product from which on matmul is faster than dot
SHORT = 65_536  # rows up to which a float32 sum by a matrix product keeps its digits


def plan_for(net: Network, X: Any, y: Array, w: Array | None, size: int) -> PassOver:
    """The pass of one batch size over given rows: a plan, or the readable path where there is
    none for what the network's layers do. Arguments as for `Plan`.
    """
    if as_written(net, "forward", "backward", "measure") and all(map(as_written, net.layers)):
        return Plan(net, X, y, w, size)

    def step(index: Array, rng: np.random.Generator | None) -> float:
        p = net.forward(X[index], rng)
        return net.backward(p, y[index], None if w is None else w[index]).loss

    return step


class Plan:
    """The pass of one batch size over given rows.

    Args:
        net: whose theta is read and whose grad is filled.
        X, y, w: all rows, (N, n_in), their targets as `Loss.targets` takes them, and weights
            (N,) or None. X may be rows that are written out on demand.
        size: rows in a batch, B; all N of them are taken as they stand, whatever their order.
    """

    def __init__(self, net: Network, X: Any, y: Array, w: Array | None, size: int) -> None:
        self.net, self.X, self.w, self.size = net, X, w, size
        self.whole = size == len(X) and isinstance(X, np.ndarray)
        self.x = X if self.whole else np.empty((size, net.n_in), net.dtype)
        self.rng: np.random.Generator | None = None
        self._forward: list[Call] = []
        self._backward: list[Call] = []
        self.parts: dict[str, list[Call]] = {part: [] for part in PARTS}
        out = self.x
        back: list[tuple[Any, ...]] = []
        for number, layer in enumerate(net.layers):
            if isinstance(layer, Dropout):
                x, out, mask = out, np.empty_like(out), np.empty_like(out)
                self._ahead("activations", partial(self._drop, layer, x, mask, out))
                back.append((layer, mask))
            else:
                last = number == len(net.layers) - 1
                order = "C" if (number == 0 and not last) or size == 1 else "F"
                x, z = out, np.empty((size, layer.n_out), net.dtype, order)
                in_place = IN_PLACE if not last else Identity
                out = z if isinstance(of_core(layer.activation), in_place) else np.empty_like(z)
                self._ahead("products", product(x, layer.W.T, z))
                self._ahead("biases", partial(np.add, z, layer.b[None], z))
                if not last:
                    self._ahead("activations", *activate(layer.activation, z, out))
                back.append((layer, x, z, out))
        z, a = back[-1][2:]
        self.delta = np.empty_like(z)
        labels = y.ndim == 1 and y.dtype.kind in "iu" and net.n_out > 1
        self.targets: Array = (
            y.astype(np.intp, copy=False) if labels else net.loss.targets(y, net.n_out, net.dtype)
        )
        f, loss = net.dense_layers[-1].activation, of_core(net.loss)
        elementwise = as_written(f, "backward") and not isinstance(f, Softmax)
        if isinstance(loss, CrossEntropy) and labels and isinstance(of_core(f), Softmax):
            self.output = _SoftmaxOfLabels(loss, z, self.delta)
        elif isinstance(loss, SquaredError) and not labels and elementwise:
            self.output = _SquaredErrors(f, z, a, self.delta)
        else:
            self.output = _AnyOutput(net, z, a, self.delta, labels)
        self._ahead("activations", *self.output.before)
        self._back("activations", *self.output.after)
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

    def _ahead(self, part: str, *calls: Call) -> None:
        self._forward += calls
        self.parts[part] += calls

    def _back(self, part: str, *calls: Call) -> None:
        self._backward += calls
        self.parts[part] += calls

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
        da = self.delta  # the output's, which the loss takes through the activation too
        for number in range(len(back) - 1, lowest - 1, -1):
            layer, *arrays = back[number]
            if isinstance(layer, Dropout):
                self._back("activations", partial(np.multiply, da, arrays[0], da))
                continue
            x, z, a = arrays
            delta = da
            if number < len(back) - 1:
                delta: Array = np.empty_like(z)
                self._back("activations", *deactivate(layer.activation, da, z, a, delta))
            if not layer.frozen:
                self._back("products", product(np.transpose(delta), x, layer.dW))
                if layer.bias == "neuron" and self.size <= SHORT:
                    self._back("biases", partial(ones.dot, delta, layer.db))
                elif layer.bias != "frozen":
                    self._back("biases", partial(_sum_to_bias, delta, layer))
            if number > lowest:
                da = before = np.empty_like(x)
                self._back("products", product(delta, layer.W, before))


def product(left: Array, right: Array, out: Array) -> Call:
    """The call that writes left @ right to out, whichever way out lies in memory.

    Before it computes, dot sets out to 0, and matmul does not: of large ones that is a tenth.
    """
    if not out.flags.c_contiguous:
        left, right, out = right.T, left.T, out.T
    if out.nbytes >= LARGE:
        return partial(np.matmul, left, right, out)
    return partial(left.dot, right, out)


def learns(layer: Dense | Dropout) -> bool:
    """Whether an update changes anything in this layer."""
    return isinstance(layer, Dense) and not layer.frozen


def _sum_to_bias(delta: Array, layer: Dense) -> None:
    db = delta.sum(axis=0, dtype=np.float64)
    layer.db[...] = db if layer.bias != "layer" else db.sum()


class _SoftmaxOfLabels:
    """Softmax and cross-entropy from labels: delta = (a − y)·share, on (classes, batch)."""

    def __init__(self, loss: CrossEntropy, z: Array, delta: Array) -> None:
        self.before: list[Call] = []
        self.after: list[Call] = []
        self.zT, self.deltaT = z.T, delta.T
        classes, batch = self.zT.shape
        self.low, self.high = loss.smoothing / classes, 1 - loss.smoothing
        self.ones = np.ones(classes, z.dtype)
        self.total, self.sample, self.z_label, self.at_label, self.scale = np.empty(
            (5, batch), z.dtype
        )
        self.batch, self.rows, self.at = np.array(batch), np.arange(batch), np.empty(batch, int)
        self.z_flat, self.flat = self.zT.reshape(-1), self.deltaT.reshape(-1)
        self.uniform = np.full(batch, 1 / batch, z.dtype)

    def __call__(self, labels: Array, share: Array | None) -> float:
        zT, z_flat, e, at = self.zT, self.z_flat, self.deltaT, self.at
        total, sample, z_label = self.total, self.sample, self.z_label
        share = self.uniform if share is None else share.astype(zT.dtype)
        np.multiply(labels, self.batch, out=at)
        np.add(at, self.rows, out=at)  # where row k has its label
        if not (z_flat[z_flat.argmax()] < SAFE and z_flat[z_flat.argmin()] > -SAFE):
            np.subtract(zT, zT.max(axis=0), out=zT)  # softmax(z) = softmax(z − max z)
        np.exp(zT, out=e)
        self.ones.dot(e, total)  # Σ exp z
        # ℓ = ln Σ exp z − Σ y z, with y = low everywhere and high more at the label
        z_flat.take(at, None, z_label, "clip")
        if self.low:
            z_label *= self.high
            z_label += self.low * zT.sum(axis=0)
        np.log(total, out=sample)
        np.subtract(sample, z_label, out=sample)
        loss = float(share.dot(sample))
        # delta = (a − y)·share, a = exp z / Σ exp z
        np.divide(share, total, out=self.scale)
        np.multiply(e, self.scale, out=e)
        if self.low:
            e -= self.low * share
            share = self.high * share
        self.flat.take(at, None, self.at_label, "clip")
        np.subtract(self.at_label, share, out=self.at_label)
        self.flat[at] = self.at_label
        return loss


class _SquaredErrors:
    """ℓ = ½ Σ (a − y)² and delta = (a − y)·share·f′(z), of an elementwise f."""

    def __init__(self, f: Activation, z: Array, a: Array, delta: Array) -> None:
        self.a, self.uniform = a, 1 / len(z)
        self.e = np.empty_like(z)
        self.flat = self.e.reshape(-1, order="A")
        self.da = self.e if len(z) == 1 else np.empty_like(z)
        self.share = np.array(self.uniform, z.dtype)
        self.before = activate(f, z, a)
        self.after = deactivate(f, self.da, z, a, delta)

    def __call__(self, y: Array, share: Array | None) -> float:
        e, da = self.e, self.da
        np.subtract(self.a, y, e)
        if share is None:
            loss = 0.5 * self.uniform * float(self.flat.dot(self.flat))
            if da is not e:
                np.multiply(e, self.share, da)
        else:
            loss = 0.5 * float(share @ np.multiply(e, e, dtype=np.float64).sum(axis=1))
            np.multiply(e, share[:, None], out=da, casting="same_kind")
        return loss


class _AnyOutput:
    """The output as core has it: a = f(z), ℓ and delta from the loss."""

    def __init__(self, net: Network, z: Array, a: Array, delta: Array, labels: bool) -> None:
        self.loss, self.f, self.n_out = net.loss, net.dense_layers[-1].activation, net.n_out
        self.z, self.a, self.delta, self.labels = z, a, delta, labels
        self.before = activate(self.f, z, a)
        self.after: list[Call] = []
        self.uniform = 1 / len(z)

    def __call__(self, y: Array, share: Array | None) -> float:
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
    match of_core(f):
        case Identity():
            return []
        case ReLU():
            # an array of zeros, since maximum with a single number is three times slower
            return [partial(np.maximum, z, np.zeros_like(z), out=a)]
        case Tanh():
            return [partial(np.tanh, z, a)]
        case Sigmoid():
            # a = 1/(1 + e⁻ᶻ): where e⁻ᶻ overflows, a is 0, as its true value nearly is
            one = np.ones((), z.dtype)
            return [
                partial(np.negative, z, a),
                partial(np.exp, a, a),
                partial(np.add, a, one, a),
                partial(np.reciprocal, a, a),
            ]
    return [lambda: np.copyto(a, f.f(z))]


def deactivate(f: Activation, da: Array, z: Array, a: Array, delta: Array) -> list[Call]:
    """Calls that write delta = da · f′(z)."""
    one = np.ones((), z.dtype)
    match of_core(f):
        case Identity():
            return [partial(np.copyto, delta, da)]
        case ReLU():
            mask, df = np.empty_like(z, bool), np.empty_like(z)
            return [
                partial(np.greater, a, np.zeros((), z.dtype), mask),
                partial(np.copyto, df, mask),
                partial(np.multiply, da, df, delta),
            ]
        case Tanh():
            return [
                partial(np.multiply, a, a, delta),
                partial(np.subtract, one, delta, delta),
                partial(np.multiply, delta, da, delta),
            ]
        case Sigmoid():
            return [
                partial(np.subtract, one, a, delta),
                partial(np.multiply, delta, a, delta),
                partial(np.multiply, delta, da, delta),
            ]
    return [lambda: np.copyto(delta, f.backward(da, z, a))]
