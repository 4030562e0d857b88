"""Where a hidden layer puts the rows: before training all mixed, after it apart."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.explain.landscape.landscape import HiddenSpace
from glassnet.views import colours
from glassnet.views.figures.regions import kinds_legend, marker
from glassnet.views.figures.shared import (
    colour_bar,
    figure,
    frame,
    headline,
    legend_below,
    sequential,
    short,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIDE = 4.4  # inches of a panel
LONGEST = 12  # characters of a name that is written among the points
# where a class's name may stand beside its middle, in widths and heights of the name
NUDGES = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (0, 1.6), (0, -1.6))


def draw_hidden(
    spaces: Mapping[str, HiddenSpace], y: ArrayLike, classes: Sequence[Any] | None = None
) -> "Figure":
    """Hidden spaces beside each other, each row in its class's colour and form.

    Args:
        spaces: by what stands above each: {"before training": …, "after training": …}.
        y: the place of each row's class, (N,), or its number where `classes` is None.
        classes: the labels.
    """
    y = np.asarray(y)
    fig, axes = figure(max(SIDE * len(spaces), 6.4), SIDE + 0.4, 1, len(spaces))
    for ax, (name, space) in zip(axes, spaces.items()):
        if classes is None:
            _numbers(fig, ax, space, y)
        else:
            size = 22 if len(y) <= 400 else 12
            for k in range(len(classes)):
                marker(ax, space.points[y == k], k, size)
            _labels(ax, space, y, classes)
        ax.set_title(name, fontsize=11)
        ax.set_xlabel(space.axes[0])
        ax.set_ylabel(space.axes[1])
        ax.margins(0.08)
        frame(ax)
    if classes is not None:
        legend_below(fig, *kinds_legend(classes))
    first = next(iter(spaces.values()))
    neurons = f"{first.neurons} neuron{'s' if first.neurons > 1 else ''}"
    how = ", seen along their principal directions" if first.projected else ""
    headline(fig, f"The rows as layer {first.layer} sees them: {neurons}{how}")
    return fig


def _numbers(fig: "Figure", ax: "Axes", space: HiddenSpace, y: NDArray[Any]) -> None:
    points = space.points
    drawn = ax.scatter(
        points[:, 0], points[:, 1], c=y, cmap=sequential(), s=20, edgecolors=colours.INK,
        linewidths=0.4,
    )  # fmt: skip
    colour_bar(fig, drawn, ax)


def _labels(ax: "Axes", space: HiddenSpace, y: NDArray[Any], classes: Sequence[Any]) -> None:
    """Each class's name at its middle or just beside; none where they are long or collide."""
    from matplotlib.patheffects import withStroke

    if max(len(str(label)) for label in classes) > LONGEST:
        return
    low, high = space.points.min(axis=0), space.points.max(axis=0)
    wide = np.where(high > low, high - low, 1.0)
    placed: list[tuple[str, NDArray[Any], NDArray[Any]]] = []
    for k, label in enumerate(classes):
        if not (y == k).any():
            continue
        name = short(label)
        # a label's middle and size as shares of the panel
        size = np.array([len(name) * 0.085 / (0.8 * SIDE) + 0.02, 0.055])
        middle = (np.median(space.points[y == k], axis=0) - low) / wide
        free = [
            at
            for nudge in NUDGES
            for at in [middle + np.array(nudge) * size]
            if not any((np.abs(at - p) < (size + s) / 2).all() for _, p, s in placed)
        ]
        if not free:
            return
        placed.append((name, free[0], size))
    for name, middle, _ in placed:
        x, height = low + middle * wide
        ax.text(
            x, height, name, ha="center", va="center", fontsize=10, weight="bold",
            color=colours.INK, zorder=4, path_effects=[withStroke(linewidth=3, foreground="white")],
        )  # fmt: skip
