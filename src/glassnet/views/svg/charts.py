"""Charts as SVG: drawn in a page in the page's colours, by themselves in those of every picture.

A chart is 480 units wide, so that its letters can be read in a narrow window too. Whatever it shows
is told in its title or stands in a table beside it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import drawsvg as svg
import numpy as np

from glassnet.views import colours
from glassnet.views.svg.network import FONT

WIDTH, HEIGHT = 480, 290
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 34, 46
WIDE_SIGN = 7.6  # of a sign of a number on an axis, in the letters of a page
DECADES = 1.5  # a loss that falls by more of them is drawn on a logarithmic axis
MOST_POINTS = 600  # of a line

# What the style sheet of a page does, for a chart that stands alone.
STYLE = f"""
text {{ fill: {colours.INK}; font: 13px {FONT}; }}
.small {{ paint-order: stroke; stroke: {colours.PAPER}; stroke-width: 4px; }}
path {{ fill: none; stroke: {colours.RULE}; }}
.train {{ stroke: {colours.POSITIVE}; stroke-width: 2.2; }}
.validation {{ stroke: {colours.NEGATIVE}; stroke-width: 2.2; stroke-dasharray: 6 4; }}
.mark {{ stroke: {colours.MUTED}; stroke-dasharray: 2 3; }}
.place {{ fill: {colours.INK}; }}
"""


@dataclass(frozen=True)
class Line:
    """A line of a chart: its name, its class in the style sheet, and its points."""

    name: str
    style: str
    x: Sequence[float]
    y: Sequence[float]


class Axes:
    """Where values lie in a chart."""

    def __init__(
        self,
        x: tuple[float, float],
        y: tuple[float, float],
        log: bool = False,
        height: float = HEIGHT,
    ) -> None:
        self.x0, self.x1 = x
        self.y0, self.y1 = (math.log10(y[0]), math.log10(y[1])) if log else y
        self.log, self.height = log, height
        widest = max((len(_tick(v, False)) for v in _y_ticks(self)), default=0)
        self.left = max(LEFT, round(WIDE_SIGN * widest) + 12)

    def at(self, x: float, y: float) -> tuple[float, float]:
        y = math.log10(y) if self.log else y
        across = (x - self.x0) / ((self.x1 - self.x0) or 1.0)
        up = (y - self.y0) / ((self.y1 - self.y0) or 1.0)
        return (
            round(self.left + across * (WIDTH - self.left - RIGHT), 1),
            round(self.height - BOTTOM - up * (self.height - TOP - BOTTOM), 1),
        )


def curves(
    lines: Sequence[Line],
    x_label: str,
    y_label: str,
    mark: tuple[float, str] | None = None,
    *,
    places: Sequence[tuple[float, float, str]] = (),
    counted: bool = True,
    alone: bool = False,
    height: float = HEIGHT,
) -> str:
    """Lines over an axis, the epochs; on a logarithmic axis where they fall far.

    Empty where no line has a point.

    Args:
        mark: a place on that axis and what is there, drawn as an upright line.
        places: points (x, y) and what is there, drawn as dots.
        counted: whether x counts epochs; else it is any number, and no axis is logarithmic.
        alone: with its own style and ground, to stand in no page.
    """
    kept = [line for line in map(_finite, lines) if line.x]
    if not kept:
        return ""
    x, y = [v for line in kept for v in line.x], [v for line in kept for v in line.y]
    log = counted and min(y) > 0 and math.log10(max(y) / min(y)) > DECADES
    axes = Axes((min(x), max(x)), _span(min(y), max(y), log), log, height)
    ends = "; ".join(
        f"{line.name} from {number(line.y[0])} to {number(line.y[-1])}" for line in kept
    )
    chart = _chart(f"{y_label} by {x_label}: {ends}", height=height)
    if alone:
        chart.append_css(STYLE)
        chart.append(svg.Rectangle(0, 0, WIDTH, height, rx=10, fill=colours.PAPER))
    _frame(chart, axes, x_label, y_label + (" (logarithmic)" if log else ""), counted)
    if mark is not None:
        _mark(chart, axes, kept[0], *mark)
    for line in kept:
        points = [axes.at(*p) for p in zip(line.x, line.y)]
        if len(points) == 1:
            chart.append(svg.Circle(*points[0], 4, class_=f"{line.style} dot"))
        else:
            chart.append(svg.Lines(*np.ravel(points).tolist(), class_=line.style))
    for x_at, y_at, text in places:
        across, down = axes.at(x_at, y_at)
        chart.append(svg.Circle(across, down, 4.5, class_="place"))
        end = across > WIDTH / 2
        _text(chart, text, across + (-10 if end else 10), down + 5, "end" if end else "start",
              class_="small")  # fmt: skip
    _legend(chart, kept)
    return _written(chart)


def _mark(chart: svg.Drawing, axes: Axes, line: Line, at: float, text: str) -> None:
    """An upright line and, away from the curve, what is there."""
    x, crossing = axes.at(at, line.y[min(range(len(line.x)), key=lambda k: abs(line.x[k] - at))])
    bottom = axes.height - BOTTOM
    chart.append(svg.Line(x, TOP, x, bottom, class_="mark"))
    end = x > WIDTH / 2
    height = bottom - 10 if crossing < (TOP + bottom - 10) / 2 else TOP + 12
    _text(chart, text, x + (-6 if end else 6), height, "end" if end else "start", class_="small")


def scatter(points: Sequence[tuple[float, float]], x_label: str, y_label: str) -> str:
    """Points beside the diagonal on which the two would be equal; empty where none is finite."""
    finite = [point for point in points if all(map(math.isfinite, point))]
    if not finite:
        return ""
    span = _span(float(np.min(finite)), float(np.max(finite)), False)
    axes = Axes(span, span)
    chart = _chart(f"{y_label} beside {x_label}, {len(points)} test rows; equal on the line")
    _frame(chart, axes, x_label, y_label)
    _diagonal(chart, axes)
    for point in finite:
        chart.append(svg.Circle(*axes.at(*point), 3.2, class_="point"))
    return _written(chart)


def reliability(bins: Sequence[tuple[float, float, int]]) -> str:
    """How often something happened beside the probability given; the size says how many rows."""
    axes = Axes((0.0, 1.0), (0.0, 1.0))
    chart = _chart("How often it was so, by the probability that was given")
    _frame(chart, axes, "probability given", "share in which it was so", percent=True)
    _diagonal(chart, axes)
    total = sum(rows for *_, rows in bins) or 1
    for p, happened, rows in bins:
        radius = round(4 + 10 * math.sqrt(rows / total), 1)
        chart.append(svg.Circle(*axes.at(p, happened), radius, class_="point"))
    return _written(chart)


def heat_map(rises: Sequence[Sequence[float]]) -> str:
    """Blocks of an image, the deeper the more the loss rises; below 0 is noise and stays empty."""
    heat = np.asarray(rises)
    down, across = heat.shape
    side = 240 / max(down, across)
    top = float(heat.max(initial=0.0)) or 1.0
    r, c = np.unravel_index(int(heat.argmax()), heat.shape)
    what = (
        f"Blocks of the image: the loss rises most, by {number(top)}, in block {r + 1} from the "
        f"top and {c + 1} from the left of {down} by {across}"
    )
    width, height = round(across * side, 1), round(down * side, 1)
    chart = _chart(what, width, height, "heatmap")
    for (r, c), value in np.ndenumerate(heat):
        at, size = (round(c * side, 1), round(r * side, 1)), round(side, 1)
        depth = round(max(float(value), 0.0) / top, 3)
        chart.append(svg.Rectangle(*at, size, size, class_="heat", fill_opacity=depth))
    chart.append(svg.Rectangle(0, 0, width, height, class_="outline"))
    return _written(chart)


def number(value: float, digits: int = 4) -> str:
    """A number for people: few digits, a true minus, thousands apart.

    >>> number(-0.012345), number(123456.0), number(float("nan"))
    ('−0.01235', '123,456', 'nan')
    """
    if not math.isfinite(value):
        return str(value)
    if abs(value) >= 10 ** (digits - 1) and abs(value) < 1e9:
        return f"{value:,.0f}".replace("-", "−")
    return f"{value + 0.0:.{digits}g}".replace("-", "−")


def ticks(low: float, high: float) -> list[float]:
    """Round values from low to high, about five of them, 1, 2 or 5 times a power of ten apart.

    >>> ticks(0.0, 9.7)
    [0.0, 2.0, 4.0, 6.0, 8.0]
    """
    rough = (high - low) / 5
    if not rough > 0 or not math.isfinite(rough):
        return [low]
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(k * power for k in (1, 2, 5, 10) if k * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(k * step, 12) + 0.0 for k in range(first, last + 1)]


def _chart(
    title: str, width: float = WIDTH, height: float = HEIGHT, style: str = "chart"
) -> svg.Drawing:
    """A drawing that a screen reader tells by its title."""
    chart = svg.Drawing(width, height, class_=style, role="img")
    chart.append(svg.Title(title))
    return chart


def _written(chart: svg.Drawing) -> str:
    return str(chart.as_svg(header=""))


def _text(
    chart: svg.Drawing, text: str, x: float, y: float, anchor: str = "start", **more: Any
) -> None:
    chart.append(svg.Text(text, None, x, y, text_anchor=anchor, **more))


def _frame(
    chart: svg.Drawing,
    axes: Axes,
    x_label: str,
    y_label: str,
    whole: bool = False,
    percent: bool = False,
) -> None:
    """The grid with its numbers, and what the axes mean."""
    for y in _y_ticks(axes):
        _, at = axes.at(axes.x0, y)
        chart.append(svg.Line(axes.left, at, WIDTH - RIGHT, at, class_="rule"))
        _text(chart, _tick(y, percent), axes.left - 8, at + 4, "end")
    for x in ticks(axes.x0, axes.x1):
        if whole and x != int(x):
            continue
        at, _ = axes.at(x, 1.0 if axes.log else axes.y0)
        _text(chart, _tick(x, percent), at, axes.height - BOTTOM + 18, "middle")
    middle = (axes.left + WIDTH - RIGHT) / 2
    _text(chart, x_label, middle, axes.height - 6, "middle", class_="label")
    _text(chart, y_label, 4, 15, class_="label")


def _tick(value: float, percent: bool) -> str:
    return f"{100 * value:.0f}\u00a0%" if percent else number(value, 3)


def _y_ticks(axes: Axes) -> list[float]:
    if not axes.log:
        return ticks(axes.y0, axes.y1)
    steps = (1,) if axes.y1 - axes.y0 > 2.5 else (1, 2, 5)
    decades = range(math.floor(axes.y0), math.ceil(axes.y1) + 1)
    every = max(1, math.ceil((axes.y1 - axes.y0) / 6))
    values = [(d, k * 10.0**d) for d in decades for k in steps if d % every == 0]
    return [v for _, v in values if axes.y0 - 1e-9 <= math.log10(v) <= axes.y1 + 1e-9]


def _span(low: float, high: float, log: bool) -> tuple[float, float]:
    if log:
        return low * 0.9, high * 1.1
    gap = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    return (0.0 if 0 <= low < (high - low) * 0.5 else low - gap), high + gap


def _finite(line: Line) -> Line:
    pairs = [(x, y) for x, y in zip(line.x, line.y) if y is not None and math.isfinite(y)]
    every = math.ceil(len(pairs) / MOST_POINTS) or 1
    pairs = [*pairs[:-1:every], *pairs[-1:]]
    return Line(line.name, line.style, [x for x, _ in pairs], [y for _, y in pairs])


def _diagonal(chart: svg.Drawing, axes: Axes) -> None:
    ends = (*axes.at(axes.x0, axes.y0), *axes.at(axes.x1, axes.y1))
    chart.append(svg.Line(*ends, class_="diagonal"))


def _legend(chart: svg.Drawing, lines: Sequence[Line]) -> None:
    if len(lines) < 2:
        return
    at = float(WIDTH - RIGHT)
    for line in reversed(lines):
        _text(chart, line.name, round(at), 15, "end")
        at -= 8.4 * len(line.name)
        chart.append(svg.Line(round(at - 32), 11, round(at - 8), 11, class_=line.style))
        at -= 44
