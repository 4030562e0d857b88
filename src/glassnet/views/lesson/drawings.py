"""Drawings of the lessons' own: products of matrices, a chain of factors, the roads back."""

import math
from itertools import pairwise
from typing import Any

import drawsvg as svg

from glassnet.core.display.numbers import written
from glassnet.tutor.lessons.figures import ChainShown, MatrixShown, ProductShown, RoadsShown
from glassnet.views import colours
from glassnet.views.svg.network import FONT

WIDTH = 480
CELL = (74, 34)  # of a matrix with numbers
BARE = (24, 24)  # of one without
DIGITS = 4
SIGN = 30  # the room for @ and =
STRIPES = (colours.NEURON, colours.INPUT)


def draw_product(shown: ProductShown) -> str:
    """Each line as three grids with their names above and their shapes below."""
    numbers = shown.lines[0][0].values is not None
    cell = CELL if numbers else BARE
    heights = [max(m.shape[0] for m in line) * cell[1] for line in shown.lines]
    drawing = _drawing(sum(heights) + 92 * len(shown.lines) - 4, _told(shown))
    top = 0.0
    for number, (line, height) in enumerate(zip(shown.lines, heights)):
        title = shown.titles[number] if shown.titles else ""
        room = sum(m.shape[1] * cell[0] for m in line) + 2 * SIGN
        x, middle = (WIDTH - room) / 2, top + 50 + height / 2
        _text(drawing, title, 16, top + 18, 13, colours.MUTED, anchor="start")
        for matrix, sign in zip(line, ("@", "=", "")):
            _grid(drawing, matrix, cell, x, middle)
            x += matrix.shape[1] * cell[0]
            _text(drawing, sign, x + SIGN / 2, middle, 17, weight=600)
            x += SIGN
        top += height + 92
    return str(drawing.as_svg())


def _told(shown: ProductShown) -> str:
    return "; ".join(
        f"{a.name} {_shape(a)} times {b.name} {_shape(b)} is {c.name} {_shape(c)}"
        for a, b, c in shown.lines
    )


def _shape(matrix: MatrixShown) -> str:
    return f"({matrix.shape[0]}, {matrix.shape[1]})"


def _grid(
    drawing: Any, matrix: MatrixShown, cell: tuple[int, int], x: float, middle: float
) -> None:
    rows, columns = matrix.shape
    width, height = cell
    top = middle - rows * height / 2
    for i in range(rows):
        for j in range(columns):
            at = x + j * width, top + i * height
            fill = colours.PAPER if matrix.stripes is None else STRIPES[(i, j)[matrix.stripes] % 2]
            drawing.append(
                svg.Rectangle(*at, width, height, fill=fill, stroke=colours.MUTED, stroke_width=1)
            )
            if matrix.values is not None:
                value = written(float(matrix.values[i, j]), DIGITS)
                _text(drawing, value, at[0] + width / 2, at[1] + height / 2, 13)
    centre = x + columns * width / 2
    _text(drawing, matrix.name, centre, top - 16, 14, weight=600)
    _text(drawing, _shape(matrix), centre, top + rows * height + 15, 12, colours.MUTED)


def draw_chain(shown: ChainShown) -> str:
    """The quantities in a row, the factor under each arrow, their product below."""
    name, product = shown.product
    factors = " · ".join(written(value, DIGITS) for _, value in shown.factors)
    told = f"{name} = {factors} = {written(product, DIGITS)}"
    drawing = _drawing(188, told)
    places = [70 + k * (WIDTH - 140) / (len(shown.nodes) - 1) for k in range(len(shown.nodes))]
    for (symbol, value), x in zip(shown.nodes, places):
        _ball(drawing, symbol, value, x, 56)
    for (formula, value), (x, following) in zip(shown.factors, pairwise(places)):
        _arrow(drawing, x + 42, 56, following - 44, 56, colours.MUTED)
        _text(drawing, formula, (x + following) / 2, 36, 13, weight=600)
        _text(drawing, f"× {written(value, DIGITS)}", (x + following) / 2, 78, 13)
    _text(drawing, told, WIDTH / 2, 150, 15, weight=600)
    return str(drawing.as_svg())


def draw_roads(shown: RoadsShown) -> str:
    """Two drawings, one below the other: the nudge on its way forward, and what comes back."""
    name, delta = shown.delta
    formula, steep = shown.slope
    back, worth = shown.back
    products = " + ".join(f"{_factor(d)}·{_factor(w)}" for _, (_, d), (_, w) in shown.roads)
    sums = f"{back} = {products} = {written(worth, DIGITS)}"
    told = (
        f"{name} = {written(worth, DIGITS)} · {written(steep, DIGITS)} = {written(delta, DIGITS)}"
    )
    tall = 96 * len(shown.roads) + 40
    drawing = _drawing(2 * tall + 56, f"{sums}; {told}")
    for part, title in enumerate(
        ("forward: a nudge takes both roads", "back: how fast the loss grows with each")
    ):
        top = part * tall
        middle = top + 76 + 48 * (len(shown.roads) - 1)
        _text(drawing, title, 16, top + 18, 13, colours.MUTED, anchor="start")
        for k, (neuron, (delta_name, d), (weight, value)) in enumerate(shown.roads):
            y = top + 76 + 96 * k
            ends = (WIDTH - 106, y), (220 + 36, middle + (y - middle) * 0.3)
            start, end = (ends[1], (WIDTH - 108, y)) if part == 0 else ((WIDTH - 106, y), ends[1])
            _arrow(drawing, *start, *_before(start, end, 6), colours.of_sign(value))
            where = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
            _text(drawing, f"{weight} = {written(value, DIGITS)}", *where, 12, patch=True)
            _ball(drawing, delta_name if part else neuron, d if part else None, WIDTH - 66, y)
        ends = (64 + 38, middle), (216 - 40, middle)
        start, end = ends if part == 0 else ends[::-1]
        _arrow(drawing, *start, *_before(start, end, 9), colours.MUTED)
        _text(drawing, formula, 142, middle - 22, 12)
        _text(drawing, f"× {written(steep, DIGITS)}", 142, middle + 20, 12)
        _ball(drawing, name if part else shown.sum, delta if part else None, 64, middle)
        _ball(drawing, back if part else shown.activation, worth if part else None, 216, middle)
    _text(drawing, sums, WIDTH / 2, 2 * tall + 12, 12.5)
    _text(drawing, told, WIDTH / 2, 2 * tall + 36, 12.5, weight=600)
    return str(drawing.as_svg())


def _before(
    start: tuple[float, float], end: tuple[float, float], gap: float
) -> tuple[float, float]:
    """A point on the way from start to end, so much before its end."""
    way = math.dist(start, end)
    return tuple(e - gap * (e - s) / way for s, e in zip(start, end))  # type: ignore[return-value]


def _factor(value: float) -> str:
    text = written(value, DIGITS)
    return f"({text})" if value < 0 else text


def _drawing(height: float, told: str) -> Any:
    drawing = svg.Drawing(WIDTH, height, role="img", font_family=FONT, fill=colours.INK)
    drawing.append(svg.Title(told))
    drawing.append(svg.Rectangle(0, 0, WIDTH, height, rx=10, fill=colours.PAPER))
    return drawing


def _ball(drawing: Any, symbol: str, value: float | None, x: float, y: float) -> None:
    drawing.append(svg.Circle(x, y, 36, fill=colours.NEURON, stroke=colours.INK, stroke_width=1.3))
    size = 13 if len(symbol) < 9 else 12
    _text(drawing, symbol, x, y if value is None else y - 10, size, weight=600)
    if value is not None:
        _text(drawing, written(value, DIGITS), x, y + 10, 13)


def _arrow(drawing: Any, x: float, y: float, x_end: float, y_end: float, colour: str) -> None:
    head = svg.Marker(-0.1, -0.5, 0.9, 0.5, scale=5, orient="auto")
    head.append(svg.Lines(-0.1, -0.5, -0.1, 0.5, 0.9, 0, fill=colour, close=True))
    drawing.append(svg.Line(x, y, x_end, y_end, stroke=colour, stroke_width=2.4, marker_end=head))


def _text(
    drawing: Any,
    text: str,
    x: float,
    y: float,
    size: float = 14,
    fill: str = colours.INK,
    weight: int = 400,
    anchor: str = "middle",
    patch: bool = False,
) -> None:
    """A line of text with its middle at y, on a piece of paper where it crosses a line."""
    if patch:
        width = 0.6 * size * len(text)
        drawing.append(
            svg.Rectangle(x - width / 2, y - size * 0.8, width, size * 1.6, fill=colours.PAPER)
        )
    drawing.append(
        svg.Text(
            text, size, round(x, 1), round(y + 0.35 * size, 1),
            fill=fill, text_anchor=anchor, font_weight=weight,
        )
    )  # fmt: skip
