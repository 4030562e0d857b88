"""The loss as a landscape, a run's path over it, and the descent as a moving picture."""

import io
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.explain.landscape.landscape import Surface
from glassnet.views import colours
from glassnet.views.figures.pictures import SETTINGS
from glassnet.views.figures.shared import (
    colour_bar,
    figure,
    frame,
    headline,
    legend_below,
    logarithmic,
    loss_axis,
    number,
    sequential,
)
from glassnet.views.figures.training import when

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEVELS = 14
FRAMES = 40  # at most, of a moving picture
FRAME_SECONDS = 0.08
REST_SECONDS = 1.5  # on the last frame, before it begins again
DOTS_PER_INCH = 80


def draw_surface(s: Surface, title: str = "") -> "Figure":
    """The loss over two directions as a map, darker where it is higher, with the path on it.

    Args: title, of one's own; without it, how much of the path lies in the plane.
    """
    fig, axes = figure(6.8, 5.8)
    ax = axes[0]
    _map(fig, ax, s)
    if len(s.path):
        _path(ax, s)
    else:
        ax.plot(*s.centre, **_END, label=f"the network, loss {number(s.centre_loss)}")
    legend_below(fig, *ax.get_legend_handles_labels())
    headline(fig, title or _title(s))
    return fig


def descent_gif(s: Surface) -> bytes:
    """The path drawn step by step over the map, beside the loss so far: an animated GIF.

    Raises: InputError where the surface has no path.
    """
    if len(s.path) < 2:
        raise InputError("a descent needs a path of two or more steps: watch a run first.")
    fig, axes = figure(9.0, 4.6, 1, 2)
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    _map(fig, axes[0], s)
    headline(fig, _title(s))
    T = len(s.path)
    when(axes[1], s.unit)
    room = 0.04 * (s.at[-1] - s.at[0])
    axes[1].set_xlim(s.at[0] - room, s.at[-1] + room)
    axes[1].set_ylim(*_limits(s.path_loss))
    loss_axis(axes[1], s.path_loss)
    moving = [
        axes[0].plot([], [], **_LINE, markevery=_every(s))[0],
        axes[0].plot(*s.path[0], **_START)[0],
        axes[0].plot([], [], **_END)[0],
        axes[1].plot([], [], color=colours.NEGATIVE, linewidth=2)[0],
        axes[1].plot([], [], **_END)[0],
        axes[1].text(
            0.97, 0.95, "", transform=axes[1].transAxes, ha="right", va="top", fontsize=11,
            color=colours.INK,
        ),
    ]  # fmt: skip
    fig.set_dpi(DOTS_PER_INCH)
    canvas = FigureCanvasAgg(fig)
    frames: list[Any] = []
    with matplotlib.rc_context(SETTINGS):
        # the map is drawn once, what moves is drawn over it
        for artist in moving:
            artist.set_animated(True)
        canvas.draw()
        fig.set_layout_engine("none")
        ground = canvas.copy_from_bbox(fig.bbox)
        for t in np.unique(np.linspace(0, T - 1, min(T, FRAMES)).round().astype(int)):
            canvas.restore_region(ground)
            line, _, end, curve, at, text = moving
            line.set_data(*s.path[: t + 1].T)
            end.set_data(*s.path[t : t + 1].T)
            curve.set_data(s.at[: t + 1], s.path_loss[: t + 1])
            at.set_data(s.at[t : t + 1], s.path_loss[t : t + 1])
            text.set_text(f"{s.unit} {s.at[t]:,}: loss {number(float(s.path_loss[t]))}")
            for artist in moving:
                artist.axes.draw_artist(artist)
            frames.append(Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3].copy()))
    # one palette for all, so that the ground does not flicker; the last frame has every colour
    palette = frames[-1].quantize(128, dither=Image.Dither.NONE)
    drawn = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    wait = [round(1000 * FRAME_SECONDS)] * (len(drawn) - 1) + [round(1000 * REST_SECONDS)]
    stream = io.BytesIO()
    drawn[0].save(
        stream, "GIF", save_all=True, append_images=drawn[1:], duration=wait, loop=0, optimize=True
    )
    return stream.getvalue()


_START = {"marker": "o", "color": "white", "markeredgecolor": colours.INK, "markersize": 8,
          "linestyle": "", "zorder": 5}  # fmt: skip
_END = {"marker": "*", "color": colours.NEGATIVE, "markeredgecolor": "white", "markersize": 15,
        "linestyle": "", "zorder": 6}  # fmt: skip
_LINE = {"color": colours.NEGATIVE, "linewidth": 1.8, "marker": ".", "markersize": 4, "zorder": 4}


def _map(fig: "Figure", ax: "Axes", s: Surface) -> None:
    """The loss as filled lines of equal height, and its scale."""
    loss = np.ma.masked_invalid(s.loss)
    if loss.count() == 0:
        raise InputError("the loss is nowhere a finite number here: choose other directions.")
    low, high = float(loss.min()), float(loss.max())
    high = high if high > low else low + max(abs(low), 1.0)
    if logarithmic(s.loss):
        levels = np.geomspace(low, high, LEVELS)
    else:  # lines closer together near the minimum, which is what one looks for
        levels = low + (high - low) * np.linspace(0, 1, LEVELS) ** 2
    steps = [sequential()(k / (LEVELS - 2)) for k in range(LEVELS - 1)]
    drawn = ax.contourf(s.u, s.v, loss, levels, colors=steps)
    ax.contour(s.u, s.v, loss, levels, colors="white", linewidths=0.5)
    colour_bar(fig, drawn, ax, "loss", ticks=levels[::2], format=lambda v, _: number(v, 2))
    ax.set_xlabel(s.names[0])
    ax.set_ylabel(s.names[1])
    ax.set_xlim(s.u[0], s.u[-1])
    ax.set_ylim(s.v[0], s.v[-1])
    frame(ax)


def _path(ax: "Axes", s: Surface) -> None:
    ax.plot(*s.path.T, **_LINE, markevery=_every(s))
    ax.plot(
        *s.path[0], **_START, label=f"{s.unit} {s.at[0]:,}, loss {number(float(s.path_loss[0]))}"
    )
    last = f"{s.unit} {s.at[-1]:,}, loss {number(float(s.path_loss[-1]))}"
    ax.plot(*s.path[-1], **_END, label=last)


def _title(s: Surface) -> str:
    if not len(s.path):
        return "The loss around the network"
    if s.inside > 0.995:
        return "The way down the loss, which lies in this plane"
    text = (
        f"The way down the loss: this plane holds {100 * s.inside:.0f} % of its squared distances"
    )
    return text if s.inside > 0.9 else text + "\noff the plane the loss is another than the colours"


def _every(s: Surface) -> int:
    """Of how many steps one gets a dot: all of a short path, about sixty of a long one."""
    return max(1, len(s.path) // 60)


def _limits(losses: NDArray[Any]) -> tuple[float, float]:
    """What the loss axis spans, with a little room."""
    losses = losses[np.isfinite(losses)]
    low, high = float(losses.min()), float(losses.max())
    if logarithmic(losses):
        return low / 1.3, high * 1.3
    room = 0.08 * (high - low) or 0.1
    return low - room, high + room
