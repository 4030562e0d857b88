"""What the lessons' pictures show, as records: computed here, drawn by the views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.numbers import written
from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.core.passes import Pass
from glassnet.explain import WORKED
from glassnet.explain.landscape.landscape import Surface, loss_surface
from glassnet.tutor.lessons.contract import descended
from glassnet.tutor.lessons.values import worked_pass
from glassnet.tutor.textbook import TEXTBOOK, case_of, forward

DESCENT = 200  # steps on the landscape


@dataclass(frozen=True)
class LessonFigure:
    """What a picture shows, of one of the kinds below."""


@dataclass(frozen=True)
class MatrixShown:
    """A matrix in a product: its name, its shape, and its numbers where these are to be read.

    stripes: which axis is striped, 0 the rows and 1 the columns; None for neither.
    """

    name: str
    shape: tuple[int, int]
    values: NDArray[Any] | None = None
    stripes: int | None = 0


@dataclass(frozen=True)
class ProductShown(LessonFigure):
    """Products of matrices, a line each: A @ B = C."""

    lines: Sequence[tuple[MatrixShown, MatrixShown, MatrixShown]]
    titles: Sequence[str] = ()


@dataclass(frozen=True)
class NetworkShown(LessonFigure):
    """A network with a pass through it. sums: whether its one layer stops at its weighted sums."""

    net: Network
    p: Pass
    sums: bool = False


@dataclass(frozen=True)
class CurveShown(LessonFigure):
    """Lines by name, (x, y) each; a place of x that is marked, and points with what is there."""

    lines: Sequence[tuple[str, NDArray[Any], NDArray[Any]]]
    x_label: str
    y_label: str
    mark: tuple[float, str] | None = None
    places: Sequence[tuple[float, float, str]] = ()


@dataclass(frozen=True)
class LandscapeShown(LessonFigure):
    """The loss over two weights, and the way down."""

    surface: Surface
    title: str


@dataclass(frozen=True)
class ChainShown(LessonFigure):
    """Quantities that turn each other: name and value; the factor from each to the next."""

    nodes: Sequence[tuple[str, float]]
    factors: Sequence[tuple[str, float]]
    product: tuple[str, float]


@dataclass(frozen=True)
class RoadsShown(LessonFigure):
    """A hidden neuron: how a nudge of its sum goes forward, and what comes back.

    sum, activation: its names. slope: from the one to the other. roads: to each neuron of the next
    layer, its name, its delta and the weight on the way. back: what arrives at the activation.
    """

    sum: str
    activation: str
    slope: tuple[str, float]
    roads: Sequence[tuple[str, tuple[str, float], tuple[str, float]]]
    back: tuple[str, float]
    delta: tuple[str, float]


@cache
def lesson_figures() -> tuple[LessonFigure, ...]:
    """The picture of each lesson's idea, in the order of the lessons."""
    return (
        _arrays(), _first_neurons(1), _first_neurons(2), _sigmoid(), _network(0), _error(),
        _nudge(), _landscape(), _chain(), _roads(), _outer(), _rows(), _network(10_000),
    )  # fmt: skip


def _value(address: str) -> float:
    return float(worked_pass().at(address).value)


def _matrix(name: str, values: NDArray[Any]) -> MatrixShown:
    return MatrixShown(name, (values.shape[0], values.shape[1]), values)


def _arrays() -> ProductShown:
    c = case_of(WORKED)
    W, x = c.weights[0], c.x
    return ProductShown([(_matrix("W1", W), _matrix("x", x), _matrix("W1 @ x", W @ x))])


def _first_neurons(count: int) -> NetworkShown:
    W, b = WORKED.weights[0][:count], np.asarray(WORKED.biases[0])[:count]
    net = Network([Dense(2, count, "identity", W=W, b=b)], dtype="float64")
    return NetworkShown(net, net.forward(np.array([WORKED.inputs])), sums=True)


def _network(steps: int) -> NetworkShown:
    ask = worked_pass(steps)
    return NetworkShown(ask.net, ask.p)


def _sigmoid() -> CurveShown:
    z = np.linspace(-8, 8, 161)
    a = 1 / (1 + np.exp(-z))
    here = _value("z1[0]"), _value("a1[0]")
    told = f"z1[0] = {written(here[0], 4)}, a1[0] = {written(here[1], 4)}"
    return CurveShown([("σ(z)", z, a)], "z", "σ(z)", places=[(*here, told)])


def _error() -> CurveShown:
    y, a = _value("y[0]"), _value("a2[0]")
    outputs = np.linspace(y - 0.85, y + 0.85, 101)
    share = (a - y) ** 2 / 2
    return CurveShown(
        [("½(a − y)²", outputs, (outputs - y) ** 2 / 2)], "a2[0]", "its share of the loss",
        places=[
            (y, 0.0, f"target {y:g}"),
            (a, share, f"output {written(a, 4)}, its share {written(share, 4)}"),
        ],
    )  # fmt: skip


def _nudge() -> CurveShown:
    """With a nudge far larger than the lesson's, so that it can be seen."""
    c = case_of(WORKED)
    here, h = _value("W2[0,0]"), 1.5

    def loss(w: float) -> float:
        W2 = c.weights[1].copy()
        W2[0, 0] = w
        return float(TEXTBOOK.loss(forward(replace(c, weights=[c.weights[0], W2]))))

    w = np.linspace(here - 4, here + 4, 161)
    down, up = here - h, here + h
    slope = (loss(up) - loss(down)) / (2 * h)
    near = np.array([down - 0.6, up + 0.6])
    return CurveShown(
        [("loss", w, np.array([loss(each) for each in w])),
         ("through both", near, loss(down) + slope * (near - down))],
        "W2[0,0]", "loss", (here, "w"), [(down, loss(down), "w − h"), (up, loss(up), "w + h")],
    )  # fmt: skip


def _landscape() -> LandscapeShown:
    net = WORKED.network()
    thetas: list[NDArray[Any]] = []
    for weights in descended(case_of(WORKED), DESCENT):
        for layer, W in zip(net.dense_layers, weights):
            layer.W[...] = W
        thetas.append(net.theta.copy())
    data = np.array([WORKED.inputs]), np.array([WORKED.targets])
    return LandscapeShown(
        loss_surface(net, *data, ["W2[0,0]", "W2[1,0]"], path=np.array(thetas), points=61),
        f"Two of the eight weights, {DESCENT} steps",
    )


def _chain() -> ChainShown:
    a, y = _value("a2[0]"), _value("y[0]")
    return ChainShown(
        [("z2[0]", _value("z2[0]")), ("a2[0]", a), ("L", _value("loss"))],
        [("σ′(z)", a * (1 - a)), ("a − y", a - y)],
        ("delta2[0]", _value("delta2[0]")),
    )


def _roads() -> RoadsShown:
    def named(address: str) -> tuple[str, float]:
        return address, _value(address)

    a = _value("a1[0]")
    roads = [(f"z2[{k}]", named(f"delta2[{k}]"), named(f"W2[{k},0]")) for k in (0, 1)]
    back = sum(delta * weight for _, (_, delta), (_, weight) in roads)
    return RoadsShown(
        "z1[0]", "a1[0]", ("σ′(z1[0])", a * (1 - a)), roads, ("∂L/∂a1[0]", back),
        named("delta1[0]"),
    )  # fmt: skip


def _outer() -> ProductShown:
    ask = worked_pass()
    delta, a = ask.p.dense[1].delta.T, ask.p.dense[0].a
    return ProductShown([(_matrix("δ2", delta), _matrix("a1ᵀ", a), _matrix("dW2", delta @ a))])


def _rows() -> ProductShown:
    """The samples are striped, and only they."""

    def shown(name: str, rows: int, columns: int) -> MatrixShown:
        samples = {rows: 0, columns: 1}.get(4)
        return MatrixShown(name, (rows, columns), stripes=samples)

    lines = [
        (shown("W", 2, 3), shown("a", 3, 4), shown("W @ a", 2, 4)),
        (shown("X", 4, 3), shown("Wᵀ", 3, 2), shown("X @ Wᵀ", 4, 2)),
        (shown("δ", 2, 4), shown("aᵀ", 4, 3), shown("δ @ aᵀ", 2, 3)),
    ]
    titles = (
        "forward, four samples in columns", "forward, four samples in rows",
        "back, in columns: the sum over the four samples",
    )  # fmt: skip
    return ProductShown(lines, titles)
