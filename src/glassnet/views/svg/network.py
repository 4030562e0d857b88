"""The network as a drawing: neurons in columns, connections by the sign and size of a weight."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import drawsvg as svg
import numpy as np

from glassnet.core.display.numbers import written
from glassnet.core.network import Network, widths
from glassnet.core.passes import MeasuredPass, Pass
from glassnet.views import colours

WRITTEN = 30  # up to so many weights, each is written on its line
RADIUS = 29
FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
LETTER = 0.6  # a character's width as a share of the font size, on the safe side
LABEL_SIZE = 12
DIGITS = 4  # of a number that is written


@dataclass(frozen=True)
class _Dot:
    """A neuron or input: which, and where."""

    index: int | None  # None stands for those that are left out
    x: float
    y: float


@dataclass(frozen=True)
class _Box:
    """A rectangle that is taken, by its middle."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "_Box") -> bool:
        return (
            abs(self.x - other.x) * 2 < self.width + other.width
            and abs(self.y - other.y) * 2 < self.height + other.height
        )


def draw_network(net: Network, p: Pass | None = None, max_neurons: int = 12) -> str:
    """The network as an SVG document, on a light ground of its own.

    Args:
        p: a pass, of which the first sample's activations are written into the neurons.
        max_neurons: a layer of more is summed up: its first ones, how many there are, its last.
    """
    written = sum(layer.W.size for layer in net.dense_layers) <= WRITTEN
    sizes = widths(net)
    shown = [_shown(size, max_neurons) for size in sizes]
    slots = max(len(rows) for rows in shown)
    # many lines to write on need room to fan out
    step_x, step_y = (min(230 + 20 * slots, 430), 108) if written else (200, 80)
    left, top = 78, 94
    width = left + step_x * (len(sizes) - 1) + 78 + _tail_width(net, p)
    height = top + step_y * (slots - 1) + RADIUS + 78
    columns = [
        [
            _Dot(index, left + step_x * c, y)
            for index, y in zip(rows, _rows(len(rows), top, slots, step_y))
        ]
        for c, rows in enumerate(shown)
    ]
    what = f"A network of {sizes[0]} inputs and layers of {_listed(sizes[1:])} neurons"
    drawing = svg.Drawing(width, height, role="img", font_family=FONT, fill=colours.INK)
    drawing.append(svg.Title(what))
    drawing.append(svg.Rectangle(0, 0, width, height, rx=10, fill=colours.PAPER))
    dots = [[dot for dot in column if dot.index is not None] for column in columns]
    biggest = max((float(np.abs(layer.W).max()) for layer in net.dense_layers), default=0.0) or 1.0
    for layer, (before, after) in zip(net.dense_layers, pairwise(dots)):
        _connections(drawing, layer.W, before, after, biggest)
        if written:
            _weights(drawing, layer.W, before, after)
    for number, column in enumerate(columns):
        _heading(drawing, net, number, column[0].x)
        for dot in column:
            if dot.index is None:
                _summary(drawing, dot, sizes[number], number == 0)
            else:
                _neuron(drawing, net, p, number, dot, dot.index)
    _legend(drawing, width / 2, height - 20)
    return str(drawing.as_svg())


def _shown(size: int, most: int) -> list[int | None]:
    """The indexes that get a circle; None stands for those left out."""
    if size <= most:
        return list(range(size))
    first = max(most // 2, 1)
    return [*range(first), None, size - 1]


def _rows(n: int, top: float, slots: int, step: float) -> list[float]:
    """The heights of a column's n places: a short column spreads, but not too far."""
    height = step * (slots - 1)
    own = min(height / max(n - 1, 1), 1.75 * step)
    start = top + (height - own * (n - 1)) / 2
    return [start + own * k for k in range(n)]


def _connections(
    drawing: Any, W: Any, before: list[_Dot], after: list[_Dot], biggest: float
) -> None:
    # the largest come last and so lie on top
    lines = sorted(
        ((float(W[i.index, j.index]), j, i) for i in after for j in before),
        key=lambda line: abs(line[0]),
    )
    for weight, j, i in lines:
        size = abs(weight) / biggest
        drawing.append(
            svg.Line(
                *(round(at, 1) for at in (j.x, j.y, i.x, i.y)),
                stroke=colours.of_sign(weight),
                stroke_width=round(0.6 + 5 * size, 2),
                stroke_opacity=round(0.25 + 0.6 * size, 2),
            )
        )


def _weights(drawing: Any, W: Any, before: list[_Dot], after: list[_Dot]) -> None:
    """Each weight's value on its line, where no other label and as few lines as can be are."""
    # a circle, with the bias written under it
    taken = [_Box(d.x, d.y + 9, 2 * RADIUS + 8, 2 * RADIUS + 22) for d in (*before, *after)]
    for j in before:
        for i in after:
            text = written(float(W[i.index, j.index]), DIGITS)
            others = [(a, b) for a in before for b in after if (a, b) != (j, i)]
            box = _place(text, j, i, others, taken)
            taken.append(box)
            _patch(drawing, box)
            colour = colours.of_sign(float(W[i.index, j.index]))
            _text(drawing, text, LABEL_SIZE, box.x, box.y, fill=colour, font_weight=600)


def _place(text: str, j: _Dot, i: _Dot, others: list[tuple[_Dot, _Dot]], taken: list[_Box]) -> _Box:
    """Where on the line from j to i its label goes: where it is free, and as near j as can be."""
    width, height = len(text) * LABEL_SIZE * LETTER + 8, LABEL_SIZE + 4
    best, best_cost = None, float("inf")
    for t in np.linspace(0.2, 0.8, 61):
        box = _Box(j.x + t * (i.x - j.x), j.y + t * (i.y - j.y), width, height)
        cost = abs(float(t) - 0.28) * 4
        cost += 100 * sum(box.overlaps(other) for other in taken)
        cost += 0.6 * sum(_crosses(a, b, box) for a, b in others)
        if cost < best_cost:
            best, best_cost = box, cost
    assert best is not None
    return best


def _crosses(a: _Dot, b: _Dot, box: _Box) -> bool:
    """Whether the line from a to b runs through the box, b being right of a."""
    slope = (b.y - a.y) / (b.x - a.x)
    y1 = a.y + slope * (box.x - box.width / 2 - a.x) - box.y
    y2 = a.y + slope * (box.x + box.width / 2 - a.x) - box.y
    return min(y1, y2) < box.height / 2 and max(y1, y2) > -box.height / 2


def _neuron(drawing: Any, net: Network, p: Pass | None, number: int, dot: _Dot, index: int) -> None:
    x, y = dot.x, round(dot.y, 1)
    symbol = f"x[{index}]" if number == 0 else f"a{number}[{index}]"
    fill = colours.INPUT if number == 0 else colours.NEURON
    drawing.append(svg.Circle(x, y, RADIUS, fill=fill, stroke=colours.INK, stroke_width=1.3))
    small = 11 if len(symbol) < 8 else 9
    if p is None:
        _text(drawing, symbol, small + 1, x, y)
    else:
        values = p.x[0] if number == 0 else p.dense[number - 1].a[0]
        value = written(float(values[index]), DIGITS)
        _text(drawing, symbol, small, x, y - 9, fill=colours.MUTED)
        _text(drawing, value, 12 if len(value) < 7 else 10, x, y + 7, font_weight=600)
    if number > 0:
        b = net.dense_layers[number - 1].b
        at = index if len(b) > 1 else 0  # one bias may stand for the whole layer
        text = f"b{number}[{at}] = {written(float(b[at]), DIGITS)}"
        _text(drawing, text, 11, x, y + RADIUS + 11, fill=colours.MUTED, halo=True)
    if number == len(net.dense_layers):
        tail = _tail(net, p, index)
        for line, text in enumerate(tail):
            at = y + (line - (len(tail) - 1) / 2) * 16
            _text(drawing, text, 12, x + RADIUS + 9, at, text_anchor="start")


def _heading(drawing: Any, net: Network, number: int, x: float) -> None:
    if number == 0:
        title, below = "inputs", ""
    else:
        last = number == len(net.dense_layers)
        title = f"layer {number}" + (": outputs" if last else "")
        below = net.dense_layers[number - 1].activation.name.replace("_", " ")
    _text(drawing, title, 14, x, 26, font_weight=600)
    _text(drawing, below, 12, x, 44, fill=colours.MUTED)


def _summary(drawing: Any, dot: _Dot, size: int, inputs: bool) -> None:
    """What stands for the neurons left out."""
    text = f"{size:,} {'inputs' if inputs else 'neurons'}"
    _patch(drawing, _Box(dot.x, dot.y + 3, len(text) * 12 * LETTER + 14, 44))
    _text(drawing, "⋮", 20, dot.x, dot.y - 7, font_weight=700)
    _text(drawing, text, 12, dot.x, dot.y + 13, font_weight=600)


def _patch(drawing: Any, box: _Box) -> None:
    """Paper under a label, so that no line strikes it through."""
    corner = round(box.x - box.width / 2, 1), round(box.y - box.height / 2, 1)
    size = round(box.width, 1), box.height
    drawing.append(svg.Rectangle(*corner, *size, rx=4, fill=colours.PAPER, fill_opacity=0.88))


def _tail(net: Network, p: Pass | None, index: int) -> list[str]:
    """What is written beside an output: its class, and its target where the pass has one."""
    tail = []
    if net.classes is not None and net.n_out == len(net.classes):
        tail.append(_short(str(net.classes[index])))
    if isinstance(p, MeasuredPass) and p.y.shape == p.dense[-1].a.shape:
        tail.append(f"y[{index}] = {written(float(p.y[0, index]), DIGITS)}")
    return tail


def _tail_width(net: Network, p: Pass | None) -> float:
    longest = max(
        (len(line) for index in range(net.n_out) for line in _tail(net, p, index)), default=0
    )
    return max(longest * 12 * LETTER - 20, 0)


def _legend(drawing: Any, x: float, y: float) -> None:
    for side, colour, text in (
        (-1, colours.POSITIVE, "weight above 0"),
        (1, colours.NEGATIVE, "weight below 0"),
    ):
        start = x + (-138 if side < 0 else 12)
        drawing.append(svg.Line(start, y, start + 26, y, stroke=colour, stroke_width=4))
        _text(drawing, text, 11, start + 33, y, fill=colours.MUTED, text_anchor="start")


def _text(
    drawing: Any,
    text: str,
    size: int,
    x: float,
    y: float,
    *,
    fill: str = colours.INK,
    text_anchor: str = "middle",
    font_weight: int = 400,
    halo: bool = False,
) -> None:
    """A line of text with its middle at y; a halo keeps it legible over lines."""
    if not text:
        return
    style: dict[str, Any] = {"fill": fill, "text_anchor": text_anchor, "font_weight": font_weight}
    if halo:
        style |= {
            "stroke": colours.PAPER,
            "stroke_width": 4,
            "stroke_linejoin": "round",
            "paint_order": "stroke",
        }
    # renderers disagree on dominant-baseline: letters stand 0.35 of their size below their middle
    drawing.append(svg.Text(text, size, round(x, 1), round(y + 0.35 * size, 1), **style))


def _short(text: str, most: int = 18) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _listed(sizes: list[int]) -> str:
    return ", ".join(map(str, sizes))
