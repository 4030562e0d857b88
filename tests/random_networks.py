"""Random right networks of every make, and the faults that can be planted in one of them."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.core import losses
from glassnet.core.activations import ACTIVATIONS
from glassnet.core.layers import BIASES, Dense, Dropout
from glassnet.core.losses import LOSSES
from glassnet.core.network import Network

KINDS = ("plain", "plain", "plain", "huge", "tiny", "deep", "kinks", "l1", "saturated")
SETTINGS: list[Any] = [
    *LOSSES, {"name": "huber", "threshold": 0.3}, {"name": "cross_entropy", "smoothing": 0.2},
    {"name": "binary_cross_entropy", "smoothing": 0.1},
]  # fmt: skip


@dataclass
class Case:
    """A network, a batch with its targets and weights, and the seed of dropout's masks."""

    net: Network
    x: Any
    y: Any
    w: Any
    masks: int | None
    kind: str


def random_case(seed: int, kind: str | None = None) -> Case:
    """The case of that seed: any activation and loss, of ordinary or of extreme make."""
    rng = np.random.default_rng([seed, 2718])
    kind = KINDS[seed % len(KINDS)] if kind is None else kind
    loss = losses.get(SETTINGS[rng.integers(len(SETTINGS))])
    sizes = [int(n) for n in rng.integers(1, 6, size=rng.integers(2, 5))]
    if kind == "deep":
        sizes = [1] * 65
    net = Network(_row(rng, sizes, loss, kind), loss, seed=seed,
                  dtype=["float32", "float64"][rng.integers(2)],
                  l1=0.02 if kind == "l1" or rng.random() < 0.1 else 0.0,
                  l2=float(rng.choice([0, 0, 0.1])))  # fmt: skip
    rows = int(rng.integers(1, 9))
    x, y = rng.normal(size=(rows, sizes[0])), _targets(rng, net, rows)
    if kind == "deep":  # signals that neither die nor explode in all 64 layers
        net.theta *= rng.choice([0.5, 1.0, 1.1])
    if kind in ("huge", "tiny"):
        power = rng.uniform(1, 6) * (1 if kind == "huge" else -1)
        part = rng.integers(4)
        if part in (0, 1):
            x *= 10**power
        if part in (1, 2):
            net.theta *= net.dtype.type(10 ** (power / len(net.dense_layers)))
        if part == 3:
            net.dense_layers[0].W *= net.dtype.type(10**power)
            net.dense_layers[-1].W *= net.dtype.type(10**-power)
    if kind == "saturated":
        net.theta *= net.dtype.type(rng.uniform(3, 40))
    if kind == "kinks":  # some weighted sums of exactly 0 or nearly, in some rows
        x[rng.random(x.shape) < 0.5] = 0
        x[rng.random(len(x)) < 0.3] *= 1e-8
        for layer in net.dense_layers:
            layer.b[...] = 0
    if kind == "l1":  # as training with l1 leaves them
        for layer in net.dense_layers:
            layer.W[rng.random(layer.W.shape) < 0.2] = 0
            layer.W[rng.random(layer.W.shape) < 0.3] *= net.dtype.type(10 ** rng.uniform(-9, -1))
    frozen = [n for n in range(1, len(net.dense_layers) + 1) if rng.random() < 0.15]
    net.freeze(*frozen)
    w = rng.uniform(0, 3, rows) + 0.01 if rng.random() < 0.3 else None
    return Case(net, x, y, w, int(rng.integers(1000)) if rng.random() < 0.5 else None, kind)


def _row(rng: np.random.Generator, sizes: list[int], loss: Any, kind: str) -> list[Any]:
    names = sorted(ACTIVATIONS)
    kinked = ["relu", "leaky_relu", "selu", "elu"]
    one = str(rng.choice([n for n in names if n != "softmax"]))  # of all deep layers
    row: list[Any] = []
    for number, (n_in, n_out) in enumerate(pairwise(sizes)):
        f: Any = str(rng.choice(kinked if kind == "kinks" else names))
        f = one if kind == "deep" else f
        if number == len(sizes) - 2 and loss.joint:
            f = loss.joint
        elif f == "leaky_relu":
            f = {"name": f, "slope": 0.2}
        elif f == "elu" and rng.random() < 0.5:
            f = {"name": f, "alpha": 1.5}
        bias = str(rng.choice(BIASES))
        b = rng.normal(size=1 if bias == "layer" else n_out) * 0.3
        row.append(Dense(n_in, n_out, f, bias=bias, b=b))
        if rng.random() < (0.02 if kind == "deep" else 0.2) and number < len(sizes) - 2:
            row.append(Dropout(0.3))
    return row


def _targets(rng: np.random.Generator, net: Network, rows: int) -> Any:
    match net.loss.name:
        case "cross_entropy" if net.n_out > 1 and rng.random() < 0.5:
            return rng.integers(0, net.n_out, rows)
        case "cross_entropy":
            return rng.dirichlet(np.ones(net.n_out), rows)
        case "binary_cross_entropy" if rng.random() < 0.5:
            return rng.integers(0, 2, (rows, net.n_out))
        case "binary_cross_entropy":
            return rng.random((rows, net.n_out))
        case "poisson":
            return rng.poisson(2.0, (rows, net.n_out)).astype(float)
    return rng.normal(size=(rows, net.n_out)) * 10 ** rng.uniform(-1, 1)


# -- faults --------------------------------------------------------------------------------

FAULTS = (
    "an entry", "an array", "a sign", "an addition", "another derivative", "a transpose",
    "a missing sum over the rows", "a sum for a mean", "a forgotten penalty", "a forgotten mask",
    "rows in another order", "a bias left out",
)  # fmt: skip


def faulty(right: Any, fault: str, seed: int) -> Any:
    """`Network.gradient` with one fault in one place, of a relative size from 1e-3 to 1.

    The same seed always puts it into the same place; where it cannot be (a transpose of what is
    not square), the gradient is right.
    """

    def gradient(net: Network, x: Any, y: Any, w: Any = None, rng: Any = None) -> float:
        draw = np.random.default_rng([seed, 314])
        size = 10 ** draw.uniform(-2.99, 0) * draw.choice([-1, 1])
        layer = net.dense_layers[draw.integers(len(net.dense_layers))]
        whole, dropouts = type(layer), [d for d in net.layers if isinstance(d, Dropout)]

        def backward(step: Any, delta: Any) -> None:
            whole.backward(layer, step, delta)
            layer.dW[...] = delta.T @ step.x[::-1]

        if fault == "another derivative":
            layer.delta = lambda step, da: whole.delta(layer, step, da) * (1 + size)
        if fault == "a sum for a mean":
            layer.delta = lambda step, da: whole.delta(layer, step, da) * len(step.x)
        if fault == "rows in another order":
            layer.backward = backward
        if fault == "a transpose" and layer.n_in == layer.n_out:
            layer.dx = lambda step, delta: delta @ layer.W.T
        if fault == "a forgotten penalty":
            net.penalize = lambda: None
        if fault == "a forgotten mask" and dropouts:
            dropouts[0].delta = lambda step, da: da
        try:
            value = right(net, x, y, w, rng)
        finally:
            for patched in (layer, net, *dropouts):
                for name in ("delta", "backward", "dx", "penalize"):
                    vars(patched).pop(name, None)
        array = layer.dW if draw.random() < 0.6 else layer.db
        place = tuple(draw.integers(n) for n in array.shape)
        match fault:
            case "an entry":
                array[place] *= 1 + size
            case "an array":
                array *= 1 + size
            case "a sign":
                array *= -1
            case "an addition":
                array[place] += size * np.abs(array).max()
            case "a missing sum over the rows" if len(x) > 1:
                layer.db *= 1 / len(x)
            case "a bias left out":
                layer.db *= 0
        return value

    return gradient
