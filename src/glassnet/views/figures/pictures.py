"""The pictures that need matplotlib: how training went, what was confused, what a layer sees.

Each function is handed arrays and returns a Figure; nothing here knows a network or a file of
data. Figures are made without pyplot, which would hold every one of them in a list of its own.
Matplotlib is an extra and slow to load, so it is imported where a picture is drawn and nowhere
else.
"""

import io
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.errors import InputError
from glassnet.files.whole import write_whole
from glassnet.training import History
from glassnet.views import colours

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DECADES = 1.5  # a loss that falls by more of them is drawn on a logarithmic axis
MOST_WRONG = 24  # images that were taken for something else
MOST_NEURONS = 32  # whose weights are laid out as images
MOST_NUMBERS = 20  # classes up to which the confusion matrix's counts are written out
SETTINGS: dict[Any, Any] = {
    "font.family": ["DejaVu Sans"],
    "svg.hashsalt": "glassnet",
    "svg.fonttype": "path",
    "axes.unicode_minus": True,
}


def loss_curve(history: History | Sequence[float], floor: float | None = None) -> "Figure":
    """How the loss fell: over the epochs of a History, or step by step over plain numbers.

    Args:
        history: a History, of which loss and, where there is one, val_loss are drawn; or the
            loss before each step, from step 0.
        floor: the least that the loss can be, drawn as a line.
    """
    fig, axes = _figure(7.2, 4.0)
    ax = axes[0]
    if isinstance(history, History):
        x, lines = history["epoch"], [("training data", history["loss"], colours.POSITIVE)]
        if len(history) and "val_loss" in history.epochs[0]:
            lines.append(("validation data", history["val_loss"], colours.NEGATIVE))
        ax.set_xlabel("epoch")
    else:
        x, lines = np.arange(len(history)), [("loss", history, colours.POSITIVE)]
        ax.set_xlabel("step")
    values: list[float] = []
    for (name, y, colour), style in zip(lines, ["-", "--"]):
        y = np.asarray(y, dtype=np.float64)
        marker = "o" if len(y) == 1 else None
        ax.plot(x, y, style, color=colour, linewidth=2, label=name, marker=marker)
        values += y[np.isfinite(y)].tolist()
    if floor is not None:
        ax.axhline(floor, color=colours.MUTED, linewidth=1.2, linestyle=":", label="least possible")
        values.append(floor)
    if values and min(values) > 0 and math.log10(max(values) / min(values)) > DECADES:
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter(lambda y, _: f"{y:g}")
        ax.set_ylabel("loss (logarithmic)")
    else:
        ax.set_ylabel("loss")
        ax.ticklabel_format(axis="y", useOffset=False)
    if ax.get_xlabel() == "epoch":
        ax.xaxis.get_major_locator().set_params(integer=True)
    else:
        ax.xaxis.set_major_formatter(lambda step, _: f"{step:,.0f}")
    ax.margins(x=0.02)
    ax.grid(color=colours.RULE, linewidth=0.8)
    ax.set_axisbelow(True)
    if len(lines) > 1 or floor is not None:
        ax.legend(frameon=False, labelcolor=colours.INK)
    return fig


def confusion_matrix(table: ArrayLike, classes: Sequence[Any]) -> "Figure":
    """Which class was taken for which: what was right in blue, what went wrong in orange.

    The two have scales of their own: on one scale a good classifier's mistakes would be white.

    Args:
        table: [i, j] counts the rows of class i that were taken for class j.
        classes: their labels, in the order of the table.
    """
    table = np.asarray(table)
    n = len(classes)
    if table.shape != (n, n):
        raise InputError(
            f"the confusion matrix has shape {table.shape}; {n} classes take ({n}, {n})."
        )
    side = min(max(3.2, 0.46 * n + 1.6), 12.0)
    fig, axes = _figure(side, side)
    ax = axes[0]
    right = np.eye(n, dtype=bool)
    depth = np.zeros((n, n))  # 0 white, 1 the full colour
    for kind in (right, ~right):
        depth[kind] = table[kind] / max(table[kind].max(initial=0), 1)
    full = np.where(right[..., None], _rgb(colours.POSITIVE), _rgb(colours.NEGATIVE))
    # the square root lets a single mistake be seen beside forty
    cells = 1 - np.sqrt(depth)[..., None] * 0.9 * (1 - full)  # (n, n, 3)
    ax.imshow(cells, interpolation="nearest")
    dark = cells @ (0.21, 0.72, 0.07) < 0.5
    if n <= MOST_NUMBERS:
        for i, j in np.argwhere(table > 0):
            ink = "white" if dark[i, j] else colours.INK
            ax.text(j, i, f"{table[i, j]}", ha="center", va="center", color=ink, fontsize=10)
    labels = [str(label) for label in classes]
    every = math.ceil(n / 30)
    turned = max(map(len, labels), default=0) > 3
    ax.set_xticks(
        range(0, n, every),
        labels[::every],
        rotation=45 if turned else 0,
        ha="right" if turned else "center",
        rotation_mode="anchor" if turned else "default",
    )
    ax.set_yticks(range(0, n, every), labels[::every])
    ax.set_xticks(np.arange(n + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(n + 1) - 0.5, minor=True)
    ax.grid(which="minor", color=colours.RULE, linewidth=0.8 if n <= 30 else 0)
    ax.tick_params(which="both", length=0)
    ax.set_xlabel("was taken for")
    ax.set_ylabel("is really")
    ax.set_title(f"{np.trace(table):,} of {table.sum():,} right", fontsize=11)
    return fig


def wrong_images(
    images: ArrayLike,
    y: ArrayLike,
    y_hat: ArrayLike,
    probabilities: ArrayLike,
    image_shape: tuple[int, ...],
) -> "Figure":
    """The images that were taken for something else, the surest mistakes first.

    Args:
        images: one flattened a row, (N, height · width), in colour times 3 and from 0 to 255;
            right ones are passed over.
        y, y_hat: what they are and what they were taken for, (N,).
        probabilities: of each class, (N, n_out).
        image_shape: (height, width), or (height, width, 3) in colour.
    """
    images, y, y_hat = np.asarray(images), np.asarray(y), np.asarray(y_hat)
    sure = _sureness(np.asarray(probabilities, dtype=np.float64))
    wrong = np.flatnonzero(y != y_hat)
    wrong = wrong[np.argsort(-sure[wrong], kind="stable")]
    if not len(wrong):
        return _sentence(f"None of {len(y):,} images was taken for something else.")
    shown = wrong[:MOST_WRONG]
    fig, axes = _panels(len(shown), columns=6, width=1.45, height=1.85)
    for ax, k in zip(axes, shown):
        ax.imshow(_seen(images[k].reshape(image_shape)), cmap="gray_r", interpolation="nearest")
        ax.set_title(f"is {y[k]}, taken for {y_hat[k]}\n({100 * sure[k]:.0f} % sure)", fontsize=8)
    title = f"{len(wrong):,} of {len(y):,} were taken for something else"
    if len(shown) < len(wrong):
        title += f"; the {len(shown)} surest"
    _headline(fig, title)
    return fig


def first_layer_images(W: ArrayLike, image_shape: tuple[int, ...]) -> "Figure":
    """What the first layer's neurons look for: each neuron's weights laid out as the image.

    Blue where ink drives the neuron up, orange where it drives it down; one scale for all,
    symmetric about 0; the neurons with the largest weights first. Of images in colour each
    pixel's three weights are added up: what its brightness does.

    Args:
        W: (n_out, height · width), or in colour times 3.
        image_shape: (height, width), or (height, width, 3).
    """
    W = np.asarray(W, dtype=np.float64)
    if W.ndim != 2 or W.shape[1] != math.prod(image_shape):
        raise InputError(
            f"the weights have shape {W.shape}; images of {image_shape} take "
            f"{math.prod(image_shape)} weights a neuron."
        )
    if len(image_shape) == 3:
        W = np.asarray(W.reshape(len(W), -1, 3).sum(axis=2))
    shown = np.argsort(-np.linalg.norm(W, axis=1), kind="stable")[:MOST_NEURONS]
    # a few outliers may saturate, so that all the others can be seen
    limit = float(np.quantile(np.abs(W[shown]), 0.995)) or 1.0
    fig, axes = _panels(len(shown), columns=8, width=1.15, height=1.35)
    cmap, drawn = _diverging(), None
    for ax, k in zip(axes, shown):
        drawn = ax.imshow(
            W[k].reshape(image_shape[:2]),
            cmap=cmap,
            vmin=-limit,
            vmax=limit,
            interpolation="nearest",
        )
        ax.set_title(f"neuron {k}", fontsize=8)
    title = f"The weights of {len(shown)} neurons" if len(shown) > 1 else "A neuron's weights"
    if len(shown) < len(W):
        title = f"The {len(shown)} of {len(W):,} neurons with the largest weights"
    _headline(fig, title)
    assert drawn is not None
    bar = fig.colorbar(drawn, ax=axes, shrink=0.6, aspect=25, pad=0.02, extend="both")
    bar.outline.set_visible(False)  # type: ignore[operator]
    bar.ax.tick_params(labelsize=8, colors=colours.INK)
    return fig


def render(figure: "Figure", suffix: str) -> bytes:
    """The figure as a file's bytes; the same figure gives the same bytes, without a date.

    Args:
        suffix: ".png" or ".svg".
    """
    import matplotlib

    kind = suffix.lower().lstrip(".")
    if kind not in ("png", "svg"):
        raise InputError(f"pictures are written as .png or .svg; got '{suffix}'.")
    metadata: dict[str, Any] = {"Software": None} if kind == "png" else {"Date": None}
    stream = io.BytesIO()
    with matplotlib.rc_context(SETTINGS):
        figure.savefig(stream, format=kind, dpi=144, metadata=metadata)
    return stream.getvalue()


def save(figure: "Figure", path: str | os.PathLike[str]) -> None:
    """Writes the figure as its suffix says, aside and renamed: the old file or the new one."""
    path = Path(path)
    write_whole(path, render(figure, path.suffix))


def _figure(width: float, height: float, rows: int = 1, columns: int = 1) -> tuple["Figure", Any]:
    """A figure in inches and its axes, a flat array, in our colours."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(SETTINGS):
        fig = Figure(figsize=(width, height), layout="constrained", facecolor=colours.PAPER)
        fig.get_layout_engine().set(w_pad=0.1, h_pad=0.08)  # type: ignore[union-attr]
        axes = np.atleast_1d(fig.subplots(rows, columns)).ravel()
    for ax in axes:
        ax.set_facecolor(colours.PAPER)
        ax.tick_params(which="both", colors=colours.INK, labelsize=9)
        ax.title.set_color(colours.INK)
        ax.xaxis.label.set_color(colours.INK)
        ax.yaxis.label.set_color(colours.INK)
        for side, spine in ax.spines.items():
            spine.set_color(colours.RULE)
            spine.set_visible(side in ("left", "bottom"))
    return fig, axes


def _panels(n: int, columns: int, width: float, height: float) -> tuple["Figure", Any]:
    """A figure of n small panels without ticks, so many a row at most."""
    rows = math.ceil(n / columns)
    columns = math.ceil(n / rows)  # rows of about the same length
    fig, axes = _figure(max(columns * width, 4.6), rows * height + 0.4, rows, columns)
    for ax in axes:
        ax.set_xticks([])
        ax.set_yticks([])
        for spine in ax.spines.values():
            spine.set_visible(True)
    for ax in axes[n:]:
        ax.remove()
    return fig, axes[:n]


def _sentence(text: str) -> "Figure":
    fig, axes = _figure(5.5, 1.2)
    axes[0].set_axis_off()
    axes[0].text(0.5, 0.5, text, ha="center", va="center", color=colours.INK, fontsize=11)
    return fig


def _headline(fig: "Figure", text: str) -> None:
    fig.suptitle(text, fontsize=11, color=colours.INK)


def _sureness(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability of the chosen class; a single output speaks for two, (N,)."""
    if probabilities.ndim == 1 or probabilities.shape[1] == 1:
        p = probabilities.reshape(-1)
        return np.maximum(p, 1 - p)
    return probabilities.max(axis=1)


def _seen(image: NDArray[Any]) -> NDArray[Any]:
    """An image as matplotlib takes it: in colour as bytes, since it reads fractions as 0 to 1."""
    if image.ndim == 2 or image.dtype == np.uint8:
        return image
    top = float(image.max(initial=0)) or 1.0
    return np.clip(image * (1.0 if top <= 1 else 1 / max(top, 255)), 0, 1)


def _rgb(colour: str) -> NDArray[np.float64]:
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def _diverging() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("glassnet", colours.DIVERGING)
