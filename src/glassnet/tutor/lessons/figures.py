"""What the lessons' pictures show, as records: computed here, drawn by the views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    """A matrix in a product: its name, its shape, and its numbers where these are to be read."""

    name: str
    shape: tuple[int, int]
    values: NDArray[Any] | None = None


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
    """Lines by name, (x, y) each, and a place on the first that is marked."""

    lines: Sequence[tuple[str, NDArray[Any], NDArray[Any]]]
    x_label: str
    y_label: str
    mark: tuple[float, str]


@dataclass(frozen=True)
class LandscapeShown(LessonFigure):
    """The loss over two weights, and the way down."""

    surface: Surface


@dataclass(frozen=True)
class ChainShown(LessonFigure):
    """Quantities that turn each other: name and value; the factor from each to the next."""

    nodes: Sequence[tuple[str, float]]
    factors: Sequence[tuple[str, float]]
    product: tuple[str, float]


@dataclass(frozen=True)
class RoadsShown(LessonFigure):
    """What comes back to a neuron: from each of the next layer its name, delta and weight."""

    neuron: str
    roads: Sequence[tuple[str, float, str, float]]
    slope: tuple[str, float]
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
    z = np.linspace(-3, 3, 121)
    a = 1 / (1 + np.exp(-z))
    return CurveShown([("σ(z)", z, a)], "z", "σ(z)", (_value("z1[0]"), "z1[0]"))


def _error() -> CurveShown:
    a, y = np.linspace(0, 1, 101), _value("y[0]")
    shares = (a - y) ** 2 / 2
    return CurveShown([("½(a − y)²", a, shares)], "a2[0]", "its share of the loss",
                      (_value("a2[0]"), "the output"))  # fmt: skip


def _nudge() -> CurveShown:
    c = case_of(WORKED)
    here, slope, loss = _value("W2[0,0]"), _value("dW2[0,0]"), _value("loss")
    w = np.linspace(here - 3, here + 3, 121)
    losses: list[float] = []
    for each in w:
        W2 = c.weights[1].copy()
        W2[0, 0] = each
        losses.append(float(TEXTBOOK.loss(forward(replace(c, weights=[c.weights[0], W2])))))
    near = np.linspace(here - 1.4, here + 1.4, 21)
    return CurveShown(
        [("loss", w, np.array(losses)), ("its slope", near, loss + slope * (near - here))],
        "W2[0,0]", "loss", (here, f"W2[0,0] = {here:g}"),
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
        loss_surface(net, *data, ["W2[0,0]", "W2[0,1]"], path=np.array(thetas), points=61)
    )


def _chain() -> ChainShown:
    a, y = _value("a2[0]"), _value("y[0]")
    return ChainShown(
        [("z2[0]", _value("z2[0]")), ("a2[0]", a), ("L", _value("loss"))],
        [("σ′(z)", a * (1 - a)), ("a − y", a - y)],
        ("delta2[0]", _value("delta2[0]")),
    )


def _roads() -> RoadsShown:
    a = _value("a1[0]")
    roads = [
        (f"z2[{k}]", _value(f"delta2[{k}]"), f"W2[{k},0]", _value(f"W2[{k},0]")) for k in (0, 1)
    ]
    return RoadsShown(
        "a1[0]", roads, ("σ′(z1[0])", a * (1 - a)), ("delta1[0]", _value("delta1[0]"))
    )


def _outer() -> ProductShown:
    ask = worked_pass()
    delta, a = ask.p.dense[1].delta.T, ask.p.dense[0].a
    return ProductShown([(_matrix("δ2", delta), _matrix("a1ᵀ", a), _matrix("dW2", delta @ a))])


def _rows() -> ProductShown:
    shapes = {"W": (2, 3), "a": (3, 4), "W @ a": (2, 4)}
    turned = {"X": (4, 3), "Wᵀ": (3, 2), "X @ Wᵀ": (4, 2)}
    lines = [tuple(MatrixShown(*each) for each in line.items()) for line in (shapes, turned)]
    return ProductShown(lines, ("samples in columns", "samples in rows"))  # type: ignore[arg-type]
