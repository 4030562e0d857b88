"""The network's drawing as a Figure, for pixels and notebooks: the SVG's own shapes, read back."""

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from glassnet.core.network import Network
from glassnet.core.passes import Pass
from glassnet.views.figures.parts import need_matplotlib
from glassnet.views.figures.pictures import SETTINGS
from glassnet.views.svg.network import draw_network

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PIXELS = 96  # of an SVG in an inch
# what a font's size is multiplied by: matplotlib's letters are wider than `draw_network` assumes
NARROWER = {"normal": 0.9, "bold": 0.82}


def network_figure(net: Network, p: Pass | None = None) -> "Figure":
    """What `draw_network` draws, as a Figure.

    Args: as for `draw_network`.
    """
    need_matplotlib()
    import matplotlib
    from matplotlib.figure import Figure

    root = ElementTree.fromstring(draw_network(net, p).encode())
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    with matplotlib.rc_context(SETTINGS):
        fig = Figure(figsize=(width / PIXELS, height / PIXELS))
        fig.patch.set_alpha(0)  # the drawing brings its own ground
        ax = fig.add_axes((0, 0, 1, 1))
        ax.set_axis_off()
        ax.set_xlim(0, width)
        ax.set_ylim(height, 0)
        for order, element in enumerate(root):
            _shape(ax, element, order)
    return fig


def _shape(ax: "Axes", element: ElementTree.Element, order: int) -> None:
    """One of the few shapes that the drawing is made of; the later lies above the earlier."""
    from matplotlib.patches import Circle, FancyBboxPatch
    from matplotlib.patheffects import withStroke

    def at(name: str, otherwise: float = 0.0) -> float:
        return float(element.get(name, otherwise))

    point = 72 / PIXELS
    kind = element.tag.rpartition("}")[2]
    if kind == "path":
        ends = [end.lstrip("ML").split(",") for end in element.get("d", "").split()]
        x, y = zip(*((float(a), float(b)) for a, b in ends))
        ax.plot(
            x, y, color=element.get("stroke"), linewidth=at("stroke-width", 1) * point,
            alpha=at("stroke-opacity", 1), solid_capstyle="butt", zorder=order,
        )  # fmt: skip
    elif kind == "rect":
        box = FancyBboxPatch(
            (at("x"), at("y")), at("width"), at("height"), linewidth=0, zorder=order,
            boxstyle=f"round,pad=0,rounding_size={at('rx')}", facecolor=element.get("fill"),
            alpha=at("fill-opacity", 1),
        )  # fmt: skip
        ax.add_patch(box)
    elif kind == "circle":
        circle = Circle(
            (at("cx"), at("cy")), at("r"), facecolor=element.get("fill"), zorder=order,
            edgecolor=element.get("stroke"), linewidth=at("stroke-width", 1) * point,
        )  # fmt: skip
        ax.add_patch(circle)
    elif kind == "text":
        halo: list[Any] = []
        if element.get("stroke"):
            halo = [
                withStroke(
                    linewidth=at("stroke-width") * point, foreground=element.get("stroke", "")
                )
            ]
        weight = "bold" if at("font-weight", 400) >= 600 else "normal"
        ax.text(
            at("x"), at("y"), "".join(element.itertext()).replace("$", r"\$"), zorder=order,
            fontsize=at("font-size") * point * NARROWER[weight], color=element.get("fill"),
            va="baseline", ha="left" if element.get("text-anchor") == "start" else "center",
            weight=weight, path_effects=halo,
        )  # fmt: skip
