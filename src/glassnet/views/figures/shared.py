"""What the drawings that need matplotlib share: a figure, colour scales, names, a legend below."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.views import colours
from glassnet.views.figures import pictures

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DECADES = pictures.DECADES  # what spans more of them has a logarithmic scale
LONGEST = 24  # characters of a name


def figure(width: float, height: float, rows: int = 1, columns: int = 1) -> tuple["Figure", Any]:
    """A figure in inches and its axes, a flat array, in our colours.

    Raises: InputError where matplotlib is absent.
    """
    need_matplotlib()
    return pictures._figure(width, height, rows, columns)


def need_matplotlib() -> None:
    """Says in one sentence how to come by matplotlib where it is absent."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise InputError(
            "this picture needs matplotlib: install it with pip install 'glassnet[plots]'."
        ) from None


def diverging() -> Any:
    """The colours of signed numbers, white at 0."""
    return _scale("glassnet", colours.DIVERGING)


def sequential() -> Any:
    """The colours of numbers without a middle, darker for larger."""
    return _scale("glassnet_sequential", colours.SEQUENTIAL)


def _scale(name: str, through: Sequence[str]) -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list(name, through)


def limit(values: NDArray[Any]) -> float:
    """Where a symmetric scale ends: a few outliers may saturate, so that the others are seen."""
    sizes = np.abs(values[np.isfinite(values)])
    if not sizes.size:
        return 1.0
    return float(sizes.max() if sizes.size < 200 else np.quantile(sizes, 0.995)) or 1.0


def rgb(colour: str) -> NDArray[np.float64]:
    """#rrggbb as three numbers from 0 to 1."""
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def ink_on(colour: Any) -> str:
    """White or ink, whichever reads better on the colour (red, green, blue, …)."""
    return "white" if np.dot(colour[:3], (0.21, 0.72, 0.07)) < 0.5 else colours.INK


def number(value: float, digits: int = 3) -> str:
    """A few digits, with a true minus sign.

    >>> number(-0.25), number(0.0)
    ('−0.25', '0')
    """
    return f"{value:.{digits}g}".replace("-", "−").replace("e−0", "e−").replace("e+0", "e")


def short(name: Any, most: int = LONGEST) -> str:
    """A name, cut where it is long; a dollar sign is no formula.

    >>> short("a name that goes on and on and on")
    'a name that goes on and…'
    """
    text = " ".join(str(name).split())
    text = text if len(text) <= most else text[: most - 1].rstrip() + "…"
    return text.replace("$", r"\$")


def headline(fig: "Figure", text: str) -> None:
    """The title above all panels."""
    fig.suptitle(text, fontsize=11, color=colours.INK)


def legend_below(fig: "Figure", handles: Sequence[Any], names: Sequence[str]) -> None:
    """A legend under the panels; a long one makes the figure higher, not the panels smaller."""
    if not names:
        return
    longest = max(map(len, names))
    room = fig.get_figwidth() - 0.4
    columns = max(1, min(len(names), int(room / (0.085 * longest + 0.5))))
    rows = math.ceil(len(names) / columns)
    columns = math.ceil(len(names) / rows)  # rows of about one length
    fig.set_figheight(fig.get_figheight() + 0.2 * (rows - 1))
    fig.legend(
        handles,
        names,
        loc="outside lower center",
        ncols=columns,
        frameon=False,
        fontsize=9,
        labelcolor=colours.INK,
        handletextpad=0.4,
        columnspacing=1.2,
    )


def logarithmic(values: NDArray[Any]) -> bool:
    """Whether the values are all above 0 and span so much that a logarithmic scale serves."""
    values = values[np.isfinite(values)]
    low, high = values.min(initial=math.inf), values.max(initial=-math.inf)
    return bool(values.size and low > 0 and math.log10(high / low) > DECADES)


def loss_axis(ax: "Axes", values: NDArray[Any], what: str = "loss") -> None:
    """The y axis for what falls: logarithmic where it falls far."""
    if logarithmic(values):
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter(lambda y, _: number(y))
        ax.set_ylabel(f"{what} (logarithmic)")
    else:
        ax.set_ylabel(what)
        ax.ticklabel_format(axis="y", useOffset=False)
    ax.grid(color=colours.RULE, linewidth=0.8)
    ax.set_axisbelow(True)


def colour_bar(fig: "Figure", drawn: Any, axes: Any, label: str = "", **settings: Any) -> Any:
    """A scale of colours beside the axes, without a frame."""
    bar = fig.colorbar(drawn, ax=axes, **{"aspect": 25, "pad": 0.02, **settings})
    bar.outline.set_visible(False)  # type: ignore[operator]
    bar.ax.tick_params(labelsize=8, colors=colours.INK, length=2)
    bar.ax.minorticks_off()
    bar.set_label(label, color=colours.INK, fontsize=9)
    return bar


def frame(ax: "Axes") -> None:
    """A thin frame all round."""
    for spine in ax.spines.values():
        spine.set_visible(True)
