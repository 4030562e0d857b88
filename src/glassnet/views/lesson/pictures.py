"""The lessons' pictures as SVG, each on a ground of its own, light or dark."""

from glassnet.tutor.lessons.figures import (
    ChainShown,
    CurveShown,
    LandscapeShown,
    LessonFigure,
    NetworkShown,
    ProductShown,
    RoadsShown,
)
from glassnet.views import colours
from glassnet.views.lesson.drawings import draw_chain, draw_product, draw_roads
from glassnet.views.svg.charts import Line, curves
from glassnet.views.svg.network import draw_network

STYLES = ("train", "validation")


def draw_lesson_picture(figure: LessonFigure) -> str:
    """The picture as an SVG document."""
    match figure:
        case ProductShown():
            return draw_product(figure)
        case NetworkShown():
            drawn = draw_network(figure.net, figure.p)
            return _as_sums(drawn) if figure.sums else drawn
        case ChainShown():
            return draw_chain(figure)
        case RoadsShown():
            return draw_roads(figure)
        case LandscapeShown():
            return _landscape(figure)
        case CurveShown():
            lines = [
                Line(name, style, x.tolist(), y.tolist())
                for (name, x, y), style in zip(figure.lines, STYLES)
            ]
            return curves(
                lines, figure.x_label, figure.y_label, figure.mark, places=figure.places,
                counted=False, alone=True,
            )  # fmt: skip
    raise TypeError(f"{type(figure).__name__} has no drawing")


def _as_sums(drawn: str) -> str:
    """A layer that does not bend, with its outputs called what they are: weighted sums."""
    for old, new in (("a1[", "z1["), (">identity<", ">weighted sums<"), (": outputs<", "<")):
        drawn = drawn.replace(old, new)
    return drawn


# what a picture's colours become on a dark page
_DARK = {
    colours.PAPER: "#17191e",
    colours.INK: "#e9e7e3",
    colours.MUTED: "#abb2bd",
    colours.RULE: "#3b414b",
}
_DARK_LINES = {
    colours.NEURON: "#1f3145",
    colours.INPUT: "#322d23",
    colours.POSITIVE: "#6fb6f0",
    colours.NEGATIVE: "#f0985a",
}


def in_the_dark(drawn: str, figure: LessonFigure) -> str:
    """The same picture for a dark page; a map keeps its scale of colours."""
    changed = _DARK if isinstance(figure, LandscapeShown) else _DARK | _DARK_LINES
    for light, dark in changed.items():
        drawn = drawn.replace(light, dark)
    return drawn


def _landscape(figure: LandscapeShown) -> str:
    import io

    from glassnet.views.figures.surface import draw_surface

    stream = io.StringIO()
    draw_surface(figure.surface, figure.title).savefig(stream, format="svg")
    return stream.getvalue()
