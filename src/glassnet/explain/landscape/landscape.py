"""What pictures show of a network, as records: the loss around it, and what it makes of its inputs.

Losses are computed on a float64 copy, without dropout and without the penalty; the network that is
handed in stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.explain.ask.addresses import parse
from glassnet.explain.landscape.course import Course
from glassnet.training.rows import Rows, as_rows

Array = NDArray[np.float64]
MARGIN = 0.35  # how far a surface goes beyond the path on it, as a share of the path's extent


# -- the loss around a point of the parameters ---------------------------------------------


@dataclass(frozen=True, eq=False)
class Surface:
    """The loss on a plane through the parameters: L(centre + (u − u₀) d₁ + (v − v₀) d₂).

    Args:
        names: of the two directions.
        u, v: the coordinates of the grid, (n,); of a single weight, its value.
        loss: [row, column] at (v, u), (n, n).
        centre: the coordinates u₀, v₀ of the network itself; centre_loss: L there.
        path: the coordinates of a training's steps, seen from above, (T, 2); path_loss: L at
            the steps themselves, (T,), which need not lie in the plane; at, unit: as of Course.
        inside: the share of the path's squared distances from the centre that lies in the
            plane; 1 where all of it does.
    """

    kind, version = "surface", 1

    names: tuple[str, str]
    u: Array
    v: Array
    loss: Array
    centre: tuple[float, float]
    centre_loss: float
    path: Array = field(default_factory=lambda: np.empty((0, 2)))
    path_loss: Array = field(default_factory=lambda: np.empty(0))
    at: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, np.intp))
    unit: Literal["epoch", "step"] = "step"
    inside: float = 1.0

    __repr__ = telling()


@dataclass(frozen=True, eq=False)
class Directions:
    """Two directions in the space of the parameters, (2, P), and what they are called.

    `absolute` tells that a coordinate is the weight's own value, not a distance.
    """

    vectors: Array
    names: tuple[str, str]
    absolute: bool = False

    __repr__ = telling()


def weight_directions(net: Network, addresses: Sequence[str]) -> Directions:
    """The directions of two parameters, by address: ["W1[0,1]", "W2[0,0]"]."""
    if len(addresses) != 2 or addresses[0] == addresses[1]:
        raise InputError(
            f"a surface has two directions: give two weights, not {', '.join(addresses) or 'none'}."
        )
    places = net.split(np.arange(net.theta.size))
    vectors = np.zeros((2, net.theta.size))
    for vector, text in zip(vectors, addresses):
        address = parse(text)
        array = places.get(address.array)
        if array is None or len(address.index) != array.ndim:
            raise InputError(
                f"'{text}' is no single parameter of this network: give one such as W1[0,0]."
            )
        if any(i >= n for i, n in zip(address.index, array.shape)):
            raise InputError(f"'{text}' is outside: {address.array} has shape {array.shape}.")
        vector[array[address.index]] = 1.0
    first, second = (str(parse(text)) for text in addresses)
    return Directions(vectors, (first, second), absolute=True)


def principal_directions(thetas: ArrayLike) -> Directions:
    """The two directions in which a run's parameters moved most, seen from its end.

        theta_t − theta_T = U S Vᵀ,  the first two rows of Vᵀ;  share = s² / Σ s²

    Each points the way the run went: it starts at coordinates below 0.

    Args:
        thetas: the parameters along the run, (T, P).

    Source: Li et al. (2018), Visualizing the loss landscape of neural nets, section 7.
    """
    thetas = np.asarray(thetas, dtype=np.float64)
    if thetas.ndim != 2 or min(thetas.shape) < 2 or not np.isfinite(thetas).all():
        raise InputError("principal directions need two or more steps of two or more parameters.")
    moved = thetas - thetas[-1]
    if not moved.any():
        raise InputError("the run did not move its parameters, and so has no directions.")
    _, s, Vt = np.linalg.svd(moved, full_matrices=False)
    share = s**2 / (s**2).sum()
    vectors = Vt[:2] * np.where(Vt[:2] @ moved[0] > 0, -1.0, 1.0)[:, None]
    first, second = (
        f"{which} principal direction ({100 * part:.0f} %)"
        for which, part in zip(("first", "second"), share)
    )
    return Directions(vectors, (first, second))


def loss_surface(
    net: Network,
    X: ArrayLike,
    y: ArrayLike,
    directions: Directions | Sequence[str],
    *,
    path: Course | ArrayLike | None = None,
    span: float | None = None,
    points: int = 41,
) -> Surface:
    """The loss on the plane through net's parameters along two directions.

    Args:
        X, y: the rows to measure on, as `fit` takes them.
        directions: from `principal_directions`, or the addresses of two weights.
        path: a course to be seen on it, or parameters along a run, (T, P).
        span: how far the plane goes to each side of the centre, 2 where there is no path; by
            default the plane holds the centre and the path, with a margin.
        points: of the grid, in each direction.
    """
    if not isinstance(directions, Directions):
        directions = weight_directions(net, directions)
    if points < 3:
        raise InputError(f"points is {points}: give a whole number from 3 up.")
    probe = net.astype("float64")
    rows = as_rows(probe, X, y, "X")
    theta, D = probe.theta.copy(), directions.vectors
    course = path if isinstance(path, Course) else None
    thetas = np.empty((0, theta.size))
    if path is not None:
        thetas = np.asarray(path if course is None else course.thetas, dtype=np.float64)
    if thetas.ndim != 2 or thetas.shape[1] != theta.size or D.shape != (2, theta.size):
        raise InputError(
            f"the path has shape {thetas.shape} and the directions {D.shape}; this network has "
            f"{theta.size} parameters."
        )
    origin = D @ theta if directions.absolute else np.zeros(2)
    moved = thetas - theta
    steps = moved @ np.linalg.pinv(D)  # (T, 2), from the centre
    low, high = (np.full(2, sign * (2.0 if span is None else span)) for sign in (-1, 1))
    if span is None and steps.any():
        low, high = np.minimum(steps.min(axis=0), 0.0), np.maximum(steps.max(axis=0), 0.0)
        # a direction in which little happened is not stretched beyond all measure
        room = MARGIN * np.maximum(high - low, 0.2 * (high - low).max())
        low, high = low - room, high + room
    offsets = np.linspace(low, high, points).T
    loss = np.empty((points, points))
    for row, dv in enumerate(offsets[1]):
        for column, du in enumerate(offsets[0]):
            loss[row, column] = _loss_at(probe, rows, theta + du * D[0] + dv * D[1])
    total = float((moved**2).sum())
    return Surface(
        names=directions.names,
        u=origin[0] + offsets[0],
        v=origin[1] + offsets[1],
        loss=loss,
        centre=(float(origin[0]), float(origin[1])),
        centre_loss=_loss_at(probe, rows, theta),
        path=origin + steps,
        path_loss=np.array([_loss_at(probe, rows, step) for step in thetas]),
        at=np.arange(len(thetas)) if course is None else course.at,
        unit="step" if course is None else course.unit,
        inside=1.0 if not total else float(((steps @ D) ** 2).sum()) / total,
    )


# -- what the network makes of its inputs --------------------------------------------------


@dataclass(frozen=True, eq=False)
class Regions:
    """What a network of two inputs answers everywhere in a rectangle.

    Args:
        x0, x1: the grid, in the raw data's units, (n,).
        outputs: [row, column, output] at (x1, x0), (n, n, n_out); numbers in their own units.
        chosen: the place of the class, (n, n), or None where the network gives numbers.
        classes: the labels.
        activations: each layer's a, (n, n, neurons), first to last.
        kinds: the layers' activation functions, by name.
    """

    kind, version = "regions", 1

    x0: Array
    x1: Array
    outputs: Array
    chosen: NDArray[np.intp] | None
    classes: list[Any] | None
    activations: list[Array]
    kinds: list[str]

    __repr__ = telling()


def bounds_of(X: ArrayLike, margin: float = 0.12) -> tuple[float, float, float, float]:
    """(least x0, greatest x0, least x1, greatest x1) of rows (N, 2), with a margin around.

    A column of one value gets 1 to each side.
    """
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2 or X.shape[1] != 2:
        columns = X.shape[1] if X.ndim == 2 else 1
        raise InputError(
            f"regions are seen in data of 2 columns; this has {columns}: look at the hidden space."
        )
    low, high = X.min(axis=0), X.max(axis=0)
    wide = np.where(high > low, margin * (high - low), 1.0)
    (x0, x1), (x2, x3) = zip(low - wide, high + wide)
    return float(x0), float(x1), float(x2), float(x3)


def regions(net: Network, bounds: tuple[float, float, float, float], points: int = 201) -> Regions:
    """What net answers on a grid, and what each of its neurons does there.

    Args:
        bounds: least and greatest x0, least and greatest x1, of raw data; see `bounds_of`.
        points: of the grid, in each direction.
    """
    if net.n_in != 2:
        inputs = f"{net.n_in} input{'s' if net.n_in > 1 else ''}"
        raise InputError(f"regions can be seen with 2 inputs; this network takes {inputs}.")
    x0, x1 = np.linspace(*bounds[:2], points), np.linspace(*bounds[2:], points)
    raw = np.stack(np.meshgrid(x0, x1), axis=-1).reshape(-1, 2)
    grid = (points, points, -1)
    prepared = raw if net.preparation is None else net.preparation.apply(raw, net.dtype)
    p = net.forward(prepared)
    outputs = p.y_hat
    chosen = net.choose(outputs).reshape(points, points) if net.classes is not None else None
    if net.target_scale is not None:
        outputs = net.target_scale.invert(outputs)
    return Regions(
        x0=x0,
        x1=x1,
        outputs=np.asarray(outputs, dtype=np.float64).reshape(grid),
        chosen=chosen,
        classes=net.classes,
        activations=[step.a.astype(np.float64).reshape(grid) for step in p.dense],
        kinds=[step.layer.activation.name for step in p.dense],
    )


@dataclass(frozen=True, eq=False)
class HiddenSpace:
    """Where a layer puts each row: its activations, of more than two neurons their projection.

    Args:
        points: (N, 2).
        axes: what the two coordinates are; of a projection with its share of the variance.
        layer: its number; neurons: how many it has.
        projected: False where the points are the activations themselves.
    """

    kind, version = "hidden_space", 1

    points: Array
    axes: tuple[str, str]
    layer: int
    neurons: int
    projected: bool

    __repr__ = telling()


def hidden_space(net: Network, X: ArrayLike, layer: int | None = None) -> HiddenSpace:
    """The rows X, raw, as the layer sees them; by default the last hidden one.

    a − mean a = U S Vᵀ,  coordinates U S of the two largest s;  share = s² / Σ s²
    """
    hidden = len(net.dense_layers) - 1
    if hidden < 1:
        raise InputError("this network has no hidden layer, and so no hidden space.")
    number = hidden if layer is None else layer
    if not 1 <= number <= hidden:
        raise InputError(f"there is no hidden layer {number}: the hidden ones are 1 to {hidden}.")
    probe = net.astype("float64")
    rows = X if probe.preparation is None else probe.preparation.apply(X, "float64")
    a = probe.forward(np.asarray(rows)).dense[number - 1].a  # (N, n)
    n = a.shape[1]
    if len(a) < 2:
        raise InputError("a hidden space is seen by rows that lie apart: give two or more.")
    if n <= 2:
        points = np.hstack([a, np.zeros((len(a), 2 - n))])
        axes = (f"a{number}[0]", f"a{number}[1]" if n == 2 else "")
        return HiddenSpace(points, axes, number, n, False)
    U, s, Vt = np.linalg.svd(a - a.mean(axis=0), full_matrices=False)
    # a sign of its own for each direction, so that the same rows give the same picture
    sign = np.where(Vt[:2][np.arange(len(Vt[:2])), np.abs(Vt[:2]).argmax(axis=1)] < 0, -1.0, 1.0)
    points = U[:, :2] * s[:2] * sign
    points = np.hstack([points, np.zeros((len(points), 2 - points.shape[1]))])
    share = np.append(s**2, 0.0) / ((s**2).sum() or 1.0)
    first, second = (
        f"{which} principal direction ({100 * part:.0f} %)"
        for which, part in zip(("first", "second"), share)
    )
    return HiddenSpace(points, (first, second), number, n, True)


def _loss_at(probe: Network, rows: Rows, theta: Array) -> float:
    probe.theta[...] = theta
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return probe.measure(probe.forward(rows.X), rows.y).loss
