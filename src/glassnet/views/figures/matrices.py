"""Weights as matrices with their rows and columns named, and layers as column vectors."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.passes import MeasuredPass, Pass
from glassnet.views import colours
from glassnet.views.figures.shared import (
    colour_bar,
    diverging,
    figure,
    headline,
    ink_on,
    limit,
    number,
    short,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WRITTEN = 12  # rows and columns up to which the numbers are written into the cells
CELL = 0.62, 0.42  # inches of a cell with a number in it
SMALL = 0.1  # inches of a cell without
GAP = 0.35  # between W and b, in cells
LARGEST = 6.0, 5.0  # inches of a matrix without numbers
LISTED = 12  # entries up to which a vector's numbers are written out
WIDEST = 14.0  # inches up to which the matrices stand side by side


def draw_weights(
    net: Network, layer: int | None = None, features: Sequence[str] | None = None
) -> "Figure":
    """Each layer's W as a heat map, a row a neuron, and b as a column beside it.

    Blue above 0, orange below, one scale for all layers; small matrices hold their numbers.

    Args:
        layer: of one layer alone, counted from 1.
        features: names of the inputs.
    """
    numbers = range(1, len(net.dense_layers) + 1)
    if layer is not None and layer not in numbers:
        raise InputError(f"there is no layer {layer}: the layers are 1 to {len(numbers)}.")
    chosen = list(numbers) if layer is None else [layer]
    shapes = [(net.dense_layers[k - 1].n_out, net.dense_layers[k - 1].n_in) for k in chosen]
    sizes = [_size(*shape) for shape in shapes]
    # long names stand aslant under the first matrix
    names = 0.06 * max((len(short(f, 18)) for f in features or () if chosen[0] == 1), default=0)
    beside = sum(w + 1.2 for w, _ in sizes) <= WIDEST
    if beside:
        width, height = sum(w + 1.2 for w, _ in sizes) + 0.8, max(h for _, h in sizes) + 1.2 + names
        fig, axes = figure(max(width, 4.0), height, 1, len(chosen))
        axes[0].get_gridspec().set_width_ratios([w for w, _ in sizes])
    else:
        width, height = max(w for w, _ in sizes) + 2.2, sum(h + 1.1 for _, h in sizes) + names
        fig, axes = figure(width, height, len(chosen), 1)
        axes[0].get_gridspec().set_height_ratios([h for _, h in sizes])
    every = np.concatenate([np.append(d.W, d.b) for d in net.dense_layers]).astype(np.float64)
    top = limit(every)
    drawn = None
    for ax, k, (w, h) in zip(axes, chosen, sizes):
        drawn = _matrix(ax, net, k, top, features)
        ax.set_box_aspect(h / w)
        ax.set_anchor("C" if beside else "W")
        ax.set_title(f"W{k} and b{k}", fontsize=11)
    extend = "both" if np.abs(every).max() > top else "neither"
    colour_bar(fig, drawn, list(axes), extend=extend, shrink=min(1.0, 4.0 / height))
    return fig


def _size(rows: int, columns: int) -> tuple[float, float]:
    """A heat map's width and height in inches."""
    if max(rows, columns) <= WRITTEN:
        return (columns + 1 + GAP) * CELL[0], rows * CELL[1]
    width = min(max(columns * SMALL, 1.8), LARGEST[0])
    return width, min(max(rows * SMALL, 1.4), LARGEST[1])


def _matrix(ax: "Axes", net: Network, k: int, top: float, features: Sequence[str] | None) -> Any:
    """W and, after a gap, b; what was drawn, for a scale of colours."""
    layer = net.dense_layers[k - 1]
    rows, n_in = layer.W.shape
    b = np.broadcast_to(layer.b, (rows,))
    written = max(rows, n_in) <= WRITTEN
    # of a wide matrix b is a band broad enough to be seen
    wide = 1.0 if written else max(1.0, 0.03 * n_in)
    start = n_in - 0.5 + GAP * wide
    style = {"cmap": diverging(), "vmin": -top, "vmax": top, "interpolation": "nearest"}
    ax.imshow(layer.W, extent=(-0.5, n_in - 0.5, rows - 0.5, -0.5), aspect="auto", **style)
    drawn = ax.imshow(
        b[:, None], extent=(start, start + wide, rows - 0.5, -0.5), aspect="auto", **style
    )
    ax.set_xlim(-0.5, start + wide)
    middle = start + wide / 2
    if written:
        for (i, j), value in np.ndenumerate(layer.W):
            _cell(ax, j, i, float(value), top)
        for i, value in enumerate(b):
            _cell(ax, middle, i, float(value), top)
    _name_sides(ax, net, k, middle, features)
    ax.tick_params(length=0 if written else 3)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return drawn


def _cell(ax: "Axes", x: float, y: float, value: float, top: float, digits: int = 3) -> None:
    ink = ink_on(diverging()(0.5 + max(-1.0, min(1.0, value / top)) / 2))
    ax.text(x, y, number(value, digits), ha="center", va="center", fontsize=9, color=ink)


def _name_sides(
    ax: "Axes", net: Network, k: int, middle: float, features: Sequence[str] | None
) -> None:
    """The names of the columns, b's at its middle, and of the rows; of many every so many."""
    rows, n_in = net.dense_layers[k - 1].W.shape
    before = "x" if k == 1 else f"a{k - 1}"
    inputs = [f"{before}[{j}]" for j in range(n_in)]
    if k == 1 and features is not None and len(features) == n_in <= WRITTEN:
        inputs = [short(name, 18) for name in features]
    outputs = [f"a{k}[{i}]" for i in range(rows)]
    if k == len(net.dense_layers) and net.classes is not None and len(net.classes) == rows:
        outputs = [f"{name}: {short(c, 18)}" for name, c in zip(outputs, net.classes)]
    every = 1 if n_in <= WRITTEN else math.ceil(n_in / 11)
    names = [*inputs[::every], f"b{k}"]
    turned = every > 1 or max(map(len, names)) > 6
    ax.set_xticks(
        [*range(0, n_in, every), middle],
        names,
        rotation=45 if turned else 0,
        ha="right" if turned else "center",
        rotation_mode="anchor" if turned else "default",
    )
    every = math.ceil(rows / WRITTEN)
    ax.set_yticks(range(0, rows, every), outputs[::every])


def draw_layers(net: Network, p: Pass, sample: int = 0) -> "Figure":
    """One sample's way through the network: x, then z and a of each layer, as column vectors.

    Each vector has a colour scale of its own; a long one is a strip of all its entries.

    Args:
        p: a pass that holds the sample.
        sample: which row of it.
    """
    if not 0 <= sample < len(p.x):
        raise InputError(f"there is no row {sample}: the rows are 0 to {len(p.x) - 1}.")
    vectors: list[tuple[str, str, NDArray[Any]]] = [("x", "the inputs", p.x[sample])]
    for k, step in enumerate(p.dense, start=1):
        before = "x" if k == 1 else f"a{k - 1}"
        kind = step.layer.activation.name.replace("_", " ")
        vectors += [
            (f"z{k}", f"W{k} {before} + b{k}", step.z[sample]),
            (f"a{k}", f"{kind}(z{k})", step.a[sample]),
        ]
    tallest = max(min(len(v), LISTED) for _, _, v in vectors)
    names = _answers(net, p, sample)
    tail = 0.095 * max(map(len, names), default=0)
    step_x = 1.55
    told = 0.5 if any(len(v) > LISTED for _, _, v in vectors) else 0.0
    width, height = step_x * len(vectors) + tail + 0.2, 0.4 * tallest + 1.35 + told
    fig, axes = figure(max(width, 4.0), height)
    ax = axes[0]
    ax.set_axis_off()
    ax.set_xlim(-0.8, max(width, 4.0) - 0.9)
    ax.set_ylim(0.4 * tallest + 0.05 + told, -0.7)
    for place, (name, formula, values) in enumerate(vectors):
        x = place * step_x
        _column(ax, x, tallest, name, values)
        ax.text(x, -0.42, name, ha="center", fontsize=12, weight="bold", color=colours.INK)
        ax.text(x, -0.18, formula, ha="center", fontsize=9, color=colours.MUTED)
        if place:
            ax.annotate(
                "",
                (x - 0.52, 0.2 * tallest),
                (x - step_x + 0.52, 0.2 * tallest),
                arrowprops={"arrowstyle": "->", "color": colours.MUTED, "linewidth": 1.2},
            )
    shift = (tallest - len(names)) * 0.2
    for i, name in enumerate(names):
        x = (len(vectors) - 1) * step_x + 0.55
        ax.text(x, shift + 0.4 * i + 0.2, name, va="center", fontsize=9, color=colours.INK)
    headline(fig, "Each layer as a column vector" + ("" if len(p.x) == 1 else f", row {sample}"))
    return fig


def _column(ax: "Axes", x: float, tallest: int, name: str, values: NDArray[Any]) -> None:
    """A vector around x: cells with numbers, or a strip with its ends told below."""
    values = np.asarray(values, dtype=np.float64)
    n = len(values)
    top = limit(values)
    listed = n <= LISTED
    rows = n if listed else LISTED
    first = 0.2 * (tallest - rows)
    last = first + 0.4 * rows
    ax.imshow(
        values[:, None],
        cmap=diverging(),
        vmin=-top,
        vmax=top,
        extent=(x - 0.4, x + 0.4, last, first),
        aspect="auto",
        interpolation="nearest",
    )
    for side in (-1, 1):  # the brackets
        edge, hook = x + side * 0.48, x + side * 0.42
        ax.plot([hook, edge, edge, hook], [first, first, last, last], color=colours.INK, lw=1.3)
    if listed:
        for i, value in enumerate(values):
            _cell(ax, x, first + 0.4 * i + 0.2, float(value), top, digits=4)
    else:
        told = f"{n:,} values\n{number(values.min())} to {number(values.max())}"
        ax.text(x, last + 0.12, told, ha="center", va="top", fontsize=8, color=colours.MUTED)


def _answers(net: Network, p: Pass, sample: int) -> list[str]:
    """What stands beside each output: its class, and its target where the pass has one."""
    n = net.n_out
    if n > LISTED:
        return []
    names = [""] * n
    if net.classes is not None and len(net.classes) == n:
        names = [short(c) for c in net.classes]
    if isinstance(p, MeasuredPass) and p.y.shape == p.dense[-1].a.shape:
        targets = [f"y[{i}] = {number(float(t))}" for i, t in enumerate(p.y[sample])]
        names = [", ".join(filter(None, pair)) for pair in zip(names, targets)]
    return names if any(names) else []
