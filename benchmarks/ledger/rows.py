"""What was published about dense networks on MNIST, and each setting as the source states it.

Every row says what its source leaves open and what stands there here: such settings were chosen on
the last 10,000 of the 60,000 training images, never on the 10,000 for the test.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

import glassnet as gn

NIELSEN = "Nielsen, Neural Networks and Deep Learning (2015)"
LECUN = "LeCun, Bottou, Bengio and Haffner, Gradient-based learning (1998), figure 9"
SIMARD = "Simard, Steinkraus and Platt, Best practices for convolutional networks (2003)"
SRIVASTAVA = "Srivastava et al., Dropout (2014), table 2"
CIRESAN = "Cireşan, Meier, Gambardella and Schmidhuber, Deep, big, simple nets (2010)"


@dataclass(frozen=True)
class Row:
    """One published figure.

    published: test accuracy in %. rows: how many of the training images. epochs: as published, or
    what is run. open: what the source leaves open, and what was taken. one_seed: where five would
    take longer than ten minutes each. estimate: only an epoch is timed, or so many images of it.
    """

    name: str
    source: str
    setting: str
    published: float
    make: Callable[[int], gn.Network] = field(repr=False)
    fit: dict[str, Any] = field(repr=False)
    rows: int = 60_000
    targets: str = "labels"  # or "shares", 0 and 1 a class; or "signs", −1 and 1
    open: str = ""
    one_seed: bool = False
    estimate: bool = False
    timed: int = 60_000

    @property
    def epochs(self) -> int:
        return self.fit["epochs"]


def unscaled(sizes: tuple[int, ...], loss: str, l2: float = 0.0) -> Callable[[int], gn.Network]:
    """Logistic neurons whose weights and biases are drawn from a standard normal."""

    def make(seed: int) -> gn.Network:
        rng = np.random.default_rng(seed)
        layers = [
            gn.Dense(n, m, "sigmoid", W=rng.normal(size=(m, n)), b=rng.normal(size=m))
            for n, m in pairwise(sizes)
        ]
        return gn.Network(layers, loss, l2=l2)

    return make


def scaled(sizes: tuple[int, ...], loss: str, l2: float = 0.0) -> Callable[[int], gn.Network]:
    """The same with weights drawn from a normal of 1/√n, as the book's third chapter has it."""

    def make(seed: int) -> gn.Network:
        rng = np.random.default_rng(seed)
        layers = [
            gn.Dense(n, m, "sigmoid", W=rng.normal(size=(m, n)) / n**0.5, b=rng.normal(size=m))
            for n, m in pairwise(sizes)
        ]
        return gn.Network(layers, loss, l2=l2)

    return make


def dense(sizes: tuple[int, ...], **about: Any) -> Callable[[int], gn.Network]:
    return lambda seed: gn.Network.dense(sizes, seed=seed, **about)


def dropped(width: int, layers: int, max_norm: float | None) -> Callable[[int], gn.Network]:
    """ReLU layers with dropout: .2 of the inputs, half of the hidden units."""

    def make(seed: int) -> gn.Network:
        stack: list[Any] = [gn.Dropout(0.2)]
        before = 784
        for _ in range(layers):
            stack += [gn.Dense(before, width, "relu"), gn.Dropout(0.5)]
            before = width
        stack.append(gn.Dense(before, 10, "softmax"))
        return gn.Network(stack, seed=seed, max_norm=max_norm)

    return make


def sgd(rate: float, batch: int, epochs: int, **more: Any) -> dict[str, Any]:
    return {"optimizer": gn.SGD(rate), "batch_size": batch, "epochs": epochs, **more}


def momentum(
    rate: float, batch: int, epochs: int, share: float = 0.9, **more: Any
) -> dict[str, Any]:
    rule = gn.Momentum(rate, momentum=share)
    return {"optimizer": rule, "batch_size": batch, "epochs": epochs, **more}


OPEN_LECUN = (
    "the function 1.7159 tanh(⅔ z) and the diagonal Levenberg-Marquardt rates: here tanh, "
    "targets ±1, momentum .9 with a rate that falls by a cosine"
)
OPEN_SIMARD = "rates, batches, epochs: here momentum .9, a rate falling by a cosine, batches of 128"
OPEN_DROPOUT = (
    "the rate: here .02 falling by a cosine, momentum .95 from the first update on, batches of "
    "100; 40 epochs, 24,000 updates where the source made a million"
)
OPEN_CIRESAN = (
    "the loss, and single pictures at a rate from .001 to 10⁻⁶: here cross-entropy, momentum .9, "
    "rate .01 falling by a cosine, batches of 100, tanh without its scale"
)

AFFINE = gn.Distortion(shift=2, rotate=12, scale=0.12, shear=8)
ELASTIC = gn.Distortion(shift=1, rotate=10, scale=0.1, shear=8, elastic=34, smooth=4)
DEEP = gn.Distortion(rotate=15, scale=0.15, elastic=37, smooth=5.5)

ROWS: tuple[Row, ...] = (
    Row(
        "nielsen-30", NIELSEN, "784-30-10, quadratic cost, 30 epochs, batch 10, rate 3", 95.42,
        unscaled((784, 30, 10), "squared_error"), sgd(3.0, 10, 30), 50_000, "shares",
        "the figure is the best of 30 epochs on the test images; here that of the last epoch",
    ),
    Row(
        "nielsen-100", NIELSEN, "784-100-10, quadratic cost, 30 epochs, batch 10, rate 3", 96.59,
        unscaled((784, 100, 10), "squared_error"), sgd(3.0, 10, 30), 50_000, "shares",
        "the figure is the best of 30 epochs on the test images; here that of the last epoch",
    ),
    Row(
        "nielsen-cross-entropy-30", NIELSEN,
        "784-30-10, cross-entropy, 30 epochs, batch 10, rate .5",
        95.49, unscaled((784, 30, 10), "binary_cross_entropy"), sgd(0.5, 10, 30), 50_000, "shares",
        "best or last epoch is not said; here the last",
    ),
    Row(
        "nielsen-cross-entropy-100", NIELSEN,
        "784-100-10, cross-entropy, 30 epochs, batch 10, rate .5", 96.82,
        unscaled((784, 100, 10), "binary_cross_entropy"), sgd(0.5, 10, 30), 50_000, "shares",
        "best or last epoch is not said; here the last",
    ),
    Row(
        "nielsen-l2-100", NIELSEN, "784-100-10, cross-entropy, λ = 5, 60 epochs, batch 10, rate .1",
        98.04, scaled((784, 100, 10), "binary_cross_entropy", l2=5 / 50_000), sgd(0.1, 10, 60),
        50_000, "shares", "published of the validation images; here of the test images",
    ),
    Row(
        "lecun-300", LECUN, "784-300-10, squared error", 95.3,
        dense((784, 300, 10), hidden="tanh", output="tanh", loss="squared_error"),
        momentum(0.01, 32, 20, schedule="cosine"), 60_000, "signs", OPEN_LECUN,
    ),
    Row(
        "lecun-300-100", LECUN, "784-300-100-10, squared error", 96.95,
        dense((784, 300, 100, 10), hidden="tanh", output="tanh", loss="squared_error"),
        momentum(0.01, 32, 20, schedule="cosine"), 60_000, "signs", OPEN_LECUN,
    ),
    Row(
        "lecun-500-150", LECUN, "784-500-150-10, squared error", 97.05,
        dense((784, 500, 150, 10), hidden="tanh", output="tanh", loss="squared_error"),
        momentum(0.01, 32, 20, schedule="cosine"), 60_000, "signs", OPEN_LECUN,
    ),
    Row(
        "simard-800", SIMARD, "784-800-10, cross-entropy", 98.4,
        dense((784, 800, 10), hidden="relu", output="softmax"),
        momentum(0.1, 128, 20, schedule="cosine"), 60_000, "labels",
        OPEN_SIMARD + ", rate .1, 20 epochs; ReLU for the hidden layer",
    ),
    Row(
        "simard-800-affine", SIMARD, "784-800-10, cross-entropy, affine distortions", 98.9,
        dense((784, 800, 10), hidden="relu", output="softmax"),
        momentum(0.05, 128, 60, schedule="cosine", augment=AFFINE), 60_000, "labels",
        OPEN_SIMARD + f", rate .05, 60 epochs; {AFFINE.shown()}", one_seed=True,
    ),
    Row(
        "simard-800-elastic", SIMARD, "784-800-10, cross-entropy, elastic distortions", 99.3,
        dense((784, 800, 10), hidden="relu", output="softmax"),
        momentum(0.05, 128, 60, schedule="cosine", augment=ELASTIC), 60_000, "labels",
        OPEN_SIMARD + f", rate .05, 60 epochs; {ELASTIC.shown()}", one_seed=True,
    ),
    Row(
        "dropout-1024", SRIVASTAVA, "3 layers of 1024 ReLU, dropout", 98.75,
        dropped(1024, 3, None), momentum(0.02, 100, 40, 0.95, schedule="cosine"), 60_000, "labels",
        OPEN_DROPOUT, one_seed=True,
    ),
    Row(
        "dropout-1024-max-norm", SRIVASTAVA, "3 layers of 1024 ReLU, dropout, max-norm", 98.94,
        dropped(1024, 3, 2.0), momentum(0.02, 100, 40, 0.95, schedule="cosine"), 60_000, "labels",
        OPEN_DROPOUT, one_seed=True,
    ),
    Row(
        "dropout-8192", SRIVASTAVA, "2 layers of 8192 ReLU, dropout, max-norm", 99.05,
        dropped(8192, 2, 2.0), momentum(0.02, 100, 1667, 0.95, schedule="cosine"), 60_000, "labels",
        OPEN_DROPOUT.partition(";")[0], estimate=True, timed=6_000,
    ),
    Row(
        "ciresan-2500", CIRESAN, "784-2500-2000-1500-1000-500-10, elastic distortions", 99.65,
        dense((784, 2500, 2000, 1500, 1000, 500, 10), hidden="tanh", output="softmax"),
        momentum(0.01, 100, 800, schedule="cosine", augment=DEEP), 60_000, "labels",
        OPEN_CIRESAN + f"; {DEEP.shown()}", estimate=True,
    ),
)  # fmt: skip


def row(name: str) -> Row:
    for each in ROWS:
        if each.name == name:
            return each
    raise SystemExit(f"there is no row {name!r}: give one of {', '.join(r.name for r in ROWS)}.")
