"""What a network of two inputs answers where, and what each of its neurons does there."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.errors import InputError
from glassnet.explain.landscape.landscape import Regions
from glassnet.views import colours
from glassnet.views.figures.parts import (
    colour_bar,
    diverging,
    figure,
    frame,
    headline,
    legend_below,
    limit,
    number,
    rgb,
    sequential,
    short,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PER_ROW = 8  # neurons beside each other
MOST = 16  # neurons of one layer
SHARES = ("sigmoid", "softmax")  # activations from 0 to 1


def draw_regions(
    r: Regions,
    X: ArrayLike | None = None,
    y: ArrayLike | None = None,
    features: Sequence[str] | None = None,
) -> "Figure":
    """The regions of the classes, deeper where the network is surer, with the rows on them.

    Of a network that gives numbers its first output, as lines of equal height.

    Args:
        X, y: raw rows, (N, 2), and the place of each one's class, or its number, (N,).
        features: names of the two columns.
    """
    fig, axes = figure(6.2, 5.6)
    ax = axes[0]
    X = np.empty((0, 2)) if X is None else np.asarray(X, dtype=np.float64)
    y = np.zeros(len(X)) if y is None else np.asarray(y)
    if r.chosen is None:
        _numbers(fig, ax, r, X, y)
    else:
        _classes(fig, ax, r, X, y.astype(int))
    names = features if features is not None and len(features) == 2 else ("x[0]", "x[1]")
    ax.set_xlabel(short(names[0], 40))
    ax.set_ylabel(short(names[1], 40))
    ax.set_xlim(r.x0[0], r.x0[-1])
    ax.set_ylim(r.x1[0], r.x1[-1])
    frame(ax)
    return fig


def _classes(fig: "Figure", ax: "Axes", r: Regions, X: NDArray[Any], y: NDArray[Any]) -> None:
    assert r.chosen is not None
    classes = list(range(r.outputs.shape[-1])) if r.classes is None else r.classes
    n = len(classes)
    outputs = r.outputs
    if outputs.shape[-1] == 1:  # one output speaks for two classes
        outputs = np.concatenate([1 - outputs, outputs], axis=-1)
    top = np.take_along_axis(outputs, r.chosen[..., None], axis=-1)[..., 0]
    sure = np.clip((top - 1 / n) / (1 - 1 / n), 0, 1)
    full = np.array([rgb(colours.of_kind(k)) for k in range(n)])[r.chosen]  # (n, n, 3)
    depth = (0.12 + 0.36 * sure)[..., None]
    extent = (r.x0[0], r.x0[-1], r.x1[0], r.x1[-1])
    ax.imshow(
        rgb(colours.PAPER) * (1 - depth) + full * depth,
        extent=extent,
        origin="lower",
        aspect="auto",
        interpolation="bilinear",
    )
    for k in np.unique(r.chosen):
        # where this class and the best of the others are equal
        rest = np.delete(outputs, k, axis=-1).max(axis=-1, initial=-math.inf)
        if n > 1 and (r.chosen != k).any():
            ax.contour(r.x0, r.x1, outputs[..., k] - rest, [0.0], colors=colours.INK, linewidths=1)
    for k in range(n):
        marker(ax, X[y == k], k, size=22 if len(X) <= 400 else 14)
    handles, names = kinds_legend(classes)
    legend_below(fig, handles, names)


def _numbers(fig: "Figure", ax: "Axes", r: Regions, X: NDArray[Any], y: NDArray[Any]) -> None:
    values = r.outputs[..., 0]
    low, high = float(values.min()), float(values.max())
    high = high if high > low else low + 1
    style = {"cmap": sequential(), "vmin": low, "vmax": high}
    levels = np.linspace(low, high, 13)
    drawn = ax.contourf(r.x0, r.x1, values, levels, **style)
    ax.scatter(X[:, 0], X[:, 1], c=y, s=22, edgecolors=colours.INK, linewidths=0.6, **style)
    what = "the output; in circles the data"
    colour_bar(fig, drawn, ax, what, ticks=levels[::2], format=lambda v, _: number(v))


def marker(ax: "Axes", points: NDArray[Any], k: int, size: float = 22) -> None:
    """The points of the k-th kind, in its colour and form."""
    ax.scatter(
        points[:, 0],
        points[:, 1],
        s=size,
        marker=colours.MARKERS[k % len(colours.MARKERS)],
        color=colours.of_kind(k),
        edgecolors="white" if colours.of_kind(k) == "#000000" else colours.INK,
        linewidths=0.5,
        zorder=3,
    )


def kinds_legend(names: Sequence[Any]) -> tuple[list[Any], list[str]]:
    """A marker and a name for each kind."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D(
            [],
            [],
            linestyle="",
            marker=colours.MARKERS[k % len(colours.MARKERS)],
            color=colours.of_kind(k),
            markeredgecolor=colours.INK,
            markeredgewidth=0.5,
            markersize=7,
        )
        for k in range(len(names))
    ]
    return handles, [short(name) for name in names]


def draw_neurons(r: Regions, layer: int | None = None, X: ArrayLike | None = None) -> "Figure":
    """Each neuron's activation over the plane, a row or more a layer; the line is its middle.

    The middle is ½ for sigmoid and softmax, else 0; what is above it is blue, below it orange.
    All neurons of a layer share one scale.

    Args:
        layer: of one layer alone, counted from 1.
        X: raw rows to mark, (N, 2).
    """
    if layer is not None and not 1 <= layer <= len(r.activations):
        raise InputError(f"there is no layer {layer}: the layers are 1 to {len(r.activations)}.")
    chosen = range(1, len(r.activations) + 1) if layer is None else [layer]
    most = MOST if layer is None else 4 * MOST
    shown = {k: min(r.activations[k - 1].shape[-1], most) for k in chosen}
    columns = min(PER_ROW, max(shown.values()))
    rows = sum(math.ceil(n / columns) for n in shown.values())
    fig, axes = figure(max(1.3 * columns + 0.2, 4.2), 1.55 * rows + 0.3, rows, columns)
    free = list(axes)
    for k, n in shown.items():
        panels, free = (
            free[: columns * math.ceil(n / columns)],
            free[columns * math.ceil(n / columns) :],
        )
        for ax in panels[n:]:
            ax.remove()
        _layer(panels[:n], r, k, X)
    cut = [f"the first {n} of {r.activations[k - 1].shape[-1]} in layer {k}"
           for k, n in shown.items() if n < r.activations[k - 1].shape[-1]]  # fmt: skip
    text = "Where each neuron is high (blue) and low (orange)"
    headline(fig, text + (f"\n{', '.join(cut)}" if cut else ""))
    return fig


def _layer(panels: Sequence["Axes"], r: Regions, k: int, X: ArrayLike | None) -> None:
    a, kind = r.activations[k - 1], r.kinds[k - 1]
    middle = 0.5 if kind in SHARES else 0.0
    top = limit(a - middle)
    extent = (r.x0[0], r.x0[-1], r.x1[0], r.x1[-1])
    output = k == len(r.activations)
    for i, ax in enumerate(panels):
        ax.imshow(
            a[..., i],
            cmap=diverging(),
            vmin=middle - top,
            vmax=middle + top,
            extent=extent,
            origin="lower",
            aspect="auto",
        )
        if a[..., i].min() < middle < a[..., i].max():
            ax.contour(r.x0, r.x1, a[..., i], [middle], colors=colours.INK, linewidths=0.8)
        elif a[..., i].min() == middle < a[..., i].max():  # a ReLU: where it leaves 0
            above = (a[..., i] > middle).astype(float)
            ax.contour(r.x0, r.x1, above, [0.5], colors=colours.INK, linewidths=0.8)
        if X is not None:
            rows = np.asarray(X)
            ax.plot(rows[:, 0], rows[:, 1], ".", color=colours.MUTED, markersize=1.2, alpha=0.6)
        name = f"a{k}[{i}]"
        if output and r.classes is not None and len(r.classes) == a.shape[-1]:
            name += f": {short(r.classes[i], 9)}"
        ax.set_title(name, fontsize=8)
        ax.set_xlim(r.x0[0], r.x0[-1])
        ax.set_ylim(r.x1[0], r.x1[-1])
        ax.set_xticks([])
        ax.set_yticks([])
        frame(ax)
