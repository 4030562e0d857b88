"""What the chapters of the book show: pictures for a light and a dark page, numbers for the text.

A chapter's cells compute; what they found goes into the text by `tell` and onto the page by `show`.
"""

import io
import os
import re
import shlex
import signal
import textwrap
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.ticker import LogLocator, NullFormatter
from myst_nb import glue

from glassnet.cli import main
from glassnet.views import colours
from glassnet.views.figures.pictures import SETTINGS
from glassnet.views.figures.shared import figure, legend_below, number, sequential
from glassnet.views.lesson.book import caption

WIDTH = 5.4  # inches: letters stay readable where the page is 390 pixels wide
Points = tuple[Any, Any]  # x and y of a line

# what a picture's colours become on a dark page; a map keeps its colours and what is drawn on them
_DARK_GROUND = {
    colours.PAPER: "#17191e", colours.INK: "#e9e7e3", colours.MUTED: "#abb2bd",
    colours.RULE: "#3b414b",
}  # fmt: skip
_DARK_LINES = {
    colours.POSITIVE: "#6fb6f0", colours.NEGATIVE: "#f0985a", colours.KINDS[0]: "#6fb6f0",
    colours.KINDS[2]: "#45c79b", colours.KINDS[5]: "#f0985a",
}  # fmt: skip


def tell(**numbers: Any) -> None:
    """Numbers, and words, for the text: {glue:text}`name:.4f` puts one there."""
    for name, value in numbers.items():
        glue(name, value.item() if isinstance(value, np.generic) else value, display=False)


def shell(line: str, folder: Path, *parts: tuple[int, int | None]) -> None:
    """A command as it is typed, and what it prints; of that these parts, lines from and to.

    It goes through the door of a person's call, in this process: one of its own would take longer
    to load than to answer.

    Raises: RuntimeError where the command fails, with what it said.
    """
    status, told, said = _called(shlex.split(line)[1:], Path(folder))
    if status:
        raise RuntimeError(f"{line}: {said}{told}")
    print("$", line)
    for k, part in enumerate(parts or [(0, None)]):
        if k:
            print("…")
        for each in told.rstrip().split("\n")[slice(*part)]:
            print("\n".join(textwrap.wrap(each, 96)) if len(each) > 96 else each)


def _called(arguments: list[str], folder: Path) -> tuple[int, str, str]:
    """The exit status of a command that is run in a folder, its stdout and its stderr."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    before, handler = Path.cwd(), signal.getsignal(signal.SIGTERM)
    os.chdir(folder)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main(arguments)
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        os.chdir(before)
        signal.signal(signal.SIGTERM, handler)
    told, said = (stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore
    return status, told, said


class Shown:
    """A picture in a page, as two images of which the page shows the one for its ground.

    The sentence that says what is to be seen stands below it too.
    """

    def __init__(self, light: str, dark: str, alt: str) -> None:
        self.light, self.dark, self.alt = light, dark, alt

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        images = "".join(
            f'<img class="only-{ground} align-center" alt="{escape(self.alt)}" '
            f'src="data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}">'
            for ground, drawn in (("light", self.light), ("dark", self.dark))
        )
        return images + caption(self.alt)


def show(picture: Any, alt: str, is_map: bool = False) -> Shown:
    """A matplotlib figure or an SVG document, with the sentence that says what is to be seen."""
    drawn = picture if isinstance(picture, str) else _as_svg(picture)
    changed = _DARK_GROUND if is_map else _DARK_GROUND | _DARK_LINES
    kept = f"(?<!stroke: ){colours.INK}" if is_map else colours.INK  # of a map's lines
    found = "|".join([kept, *(colour for colour in changed if colour != colours.INK)])
    return Shown(drawn, re.sub(found, lambda m: changed[m[0]], drawn), alt)


def _as_svg(fig: Any) -> str:
    stream = io.StringIO()
    with rc_context(SETTINGS):
        fig.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()


def lines(
    panels: Mapping[str, Mapping[str, Points]],
    x_label: str,
    y_label: str,
    *,
    log: str = "",
    high: float = 2.7,
    y_limits: tuple[float, float] | None = None,
    upright: Mapping[float, str] | None = None,
) -> Any:
    """Named lines, in one panel or in several under each other.

    Args:
        panels: by title ("" for none) the lines by name, each (x, y).
        log: which axes are logarithmic: "", "x", "y" or "xy".
        upright: places on the x axis that are marked, and what is there.
    """
    fig, axes = figure(WIDTH, high * len(panels) + 0.5, len(panels), 1)
    names = list(dict.fromkeys(name for panel in panels.values() for name in panel))
    handles = {}
    for ax, (title, panel) in zip(axes, panels.items()):
        for name, (x, y) in panel.items():
            k = names.index(name)
            handles[name] = ax.plot(
                x, y, color=colours.of_kind((0, 5, 2, 3, 1, 4)[k % 6]),
                linestyle=colours.DASHES[k % len(colours.DASHES)], linewidth=2,
            )[0]  # fmt: skip
        for place, what in (upright or {}).items():
            ax.axvline(place, color=colours.MUTED, linewidth=1, linestyle=":")
            ax.annotate(
                what, (place, 0.97), xycoords=("data", "axes fraction"), xytext=(4, 0),
                textcoords="offset points", va="top", fontsize=9, color=colours.MUTED,
            )  # fmt: skip
        ax.set_title(title, fontsize=11, color=colours.INK)
        ax.set_ylabel(y_label)
        if "x" in log:
            ax.set_xscale("log")
        if "y" in log:
            ax.set_yscale("log")
            _read_easily(ax)
        if y_limits:
            ax.set_ylim(*y_limits)
        ax.grid(color=colours.RULE, linewidth=0.8)
        ax.set_axisbelow(True)
        ax.margins(x=0.02)
    axes[-1].set_xlabel(x_label)
    if len(names) > 1:
        legend_below(fig, list(handles.values()), names)
    return fig


def _read_easily(ax: Any) -> None:
    """A logarithmic axis of few decades has its numbers written out, 1, 2 and 5 of each."""
    low, high = ax.get_ylim()
    if low >= 1e-3 and high <= 1e3 and high / low < 300:
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_major_formatter(lambda y, _: f"{y:g}")
        ax.yaxis.set_minor_formatter(NullFormatter())


def bars(values: Mapping[str, float], x_label: str, digits: int = 3) -> Any:
    """A bar a name, lying, with its number at the end."""
    fig, axes = figure(WIDTH, 0.42 * len(values) + 0.8)
    ax, sizes = axes[0], list(values.values())
    ax.barh(range(len(sizes)), sizes, color=colours.POSITIVE, height=0.62)
    for k, value in enumerate(sizes):
        ax.annotate(
            number(value, digits), (value, k), xytext=(4, 0), textcoords="offset points",
            va="center", fontsize=9, color=colours.INK,
        )  # fmt: skip
    ax.set_yticks(range(len(sizes)), list(values))
    ax.invert_yaxis()
    ax.margins(x=0.14)
    ax.set_xlabel(x_label)
    return fig


def strips(panels: Mapping[str, Mapping[str, Sequence[float]]], log: bool = False) -> Any:
    """A line of points a name, one for each seed, and a stroke at their mean; panels by axis label.

    Args: log, whether the first panel's axis is logarithmic.
    """
    names = list(next(iter(panels.values())))
    fig, axes = figure(WIDTH, (0.36 * len(names) + 0.9) * len(panels), len(panels), 1)
    for k, (ax, (label, groups)) in enumerate(zip(axes, panels.items())):
        for row, values in enumerate(groups.values()):
            ax.plot(
                values, [row] * len(values), "o", color=colours.POSITIVE, markersize=6, alpha=0.6
            )
            ax.plot(np.mean(values), row, "|", color=colours.INK, markersize=15, markeredgewidth=2)
        ax.set_yticks(range(len(names)), names)
        ax.set_ylim(len(names) - 0.5, -0.5)
        if log and not k:
            ax.set_xscale("log")
            ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            ax.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
            ax.xaxis.set_minor_formatter(NullFormatter())
        ax.grid(color=colours.RULE, linewidth=0.8)
        ax.set_axisbelow(True)
        ax.set_xlabel(label)
    return fig


def race(
    u: Any, v: Any, loss: Any, paths: Mapping[str, Any], names: Sequence[str], end: Sequence[float]
) -> Any:
    """Paths of several descents over a map of the loss, darker where it is higher, a panel each.

    Both axes have one scale, so that a ravine looks as narrow as it is.
    """
    columns, rows = 2, -(-len(paths) // 2)
    tall = 0.4 * WIDTH * (v[-1] - v[0]) / (u[-1] - u[0])
    fig, axes = figure(WIDTH, rows * (tall + 0.45), rows, columns)
    levels = loss.min() + (loss.max() - loss.min()) * np.linspace(0, 1, 14) ** 2
    for ax, (name, path) in zip(axes, paths.items()):
        ax.contourf(u, v, loss, levels, cmap=sequential())
        ax.contour(u, v, loss, levels, colors="white", linewidths=0.5)
        ax.plot(
            *np.transpose(path), color=colours.NEGATIVE, linewidth=1.6, marker=".", markersize=4
        )
        ax.plot(*path[0], "o", color="white", markeredgecolor=colours.INK, markersize=8)
        ax.plot(*end, "*", color="white", markeredgecolor=colours.INK, markersize=13)
        ax.set_title(name, fontsize=11, color=colours.INK)
        ax.set_xlim(u[0], u[-1])
        ax.set_ylim(v[0], v[-1])
        ax.set_aspect("equal")
    for ax in axes[::columns]:
        ax.set_ylabel(names[1])
    for ax in axes[-columns:]:
        ax.set_xlabel(names[0])
    return fig


def dots(
    groups: Mapping[str, Points], x_label: str, y_label: str, line: Points | None = None
) -> Any:
    """Points, a colour and a form a group, and a line through them."""
    fig, axes = figure(WIDTH, 3.4)
    ax = axes[0]
    for k, (name, (x, y)) in enumerate(groups.items()):
        ax.plot(
            x, y, colours.MARKERS[k], color=colours.of_kind((0, 5, 2)[k % 3]), markersize=6,
            linestyle="", label=name,
        )  # fmt: skip
    if line is not None:
        ax.plot(*line, color=colours.MUTED, linewidth=1.5, linestyle="--")
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    ax.grid(color=colours.RULE, linewidth=0.8)
    ax.set_axisbelow(True)
    if len(groups) > 1:
        legend_below(fig, *ax.get_legend_handles_labels())
    return fig


def images(
    pictures: Sequence[Any], titles: Sequence[str], columns: int = 6, signed: bool = False
) -> Any:
    """Small grey images in a grid, a title under each; signed ones in orange and blue."""
    from glassnet.views.figures.shared import diverging

    rows = -(-len(pictures) // columns)
    fig, axes = figure(WIDTH, 1.15 * WIDTH / columns * rows, rows, columns)
    for ax in axes:
        ax.axis("off")
    for ax, picture, title in zip(axes, pictures, titles):
        top = float(np.abs(picture).max()) or 1.0
        low, scale = (-top, diverging()) if signed else (0.0, "gray_r")
        ax.imshow(picture, cmap=scale, vmin=low, vmax=top, interpolation="nearest")
        ax.set_title(title, fontsize=10, color=colours.INK, pad=3)
    return fig
