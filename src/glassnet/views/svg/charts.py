"""The report's charts as SVG inside the page, drawn in its colours, and its images as PNG.

A chart is 480 units wide, so that its letters can be read in a narrow window too. Whatever it shows
is told in its title or stands in a table beside it.
"""

import base64
import math
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 480, 290
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 34, 46
DECADES = 1.5  # a loss that falls by more of them is drawn on a logarithmic axis
MOST_POINTS = 600  # of a line


@dataclass(frozen=True)
class Line:
    """A line of a chart: its name, its class in the style sheet, and its points."""

    name: str
    style: str
    x: Sequence[float]
    y: Sequence[float]


class Axes:
    """Where values lie in a chart."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float], log: bool = False) -> None:
        self.x0, self.x1 = x
        self.y0, self.y1 = (math.log10(y[0]), math.log10(y[1])) if log else y
        self.log = log

    def at(self, x: float, y: float) -> tuple[float, float]:
        y = math.log10(y) if self.log else y
        across = (x - self.x0) / ((self.x1 - self.x0) or 1.0)
        up = (y - self.y0) / ((self.y1 - self.y0) or 1.0)
        return (
            round(LEFT + across * (WIDTH - LEFT - RIGHT), 1),
            round(HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM), 1),
        )


def curves(
    lines: Sequence[Line], x_label: str, y_label: str, mark: tuple[float, str] | None = None
) -> str:
    """Lines over a whole-numbered axis, the epochs; on a logarithmic axis where they fall far.

    Args:
        mark: a place on that axis and what is there, drawn as an upright line.
    """
    kept = [_finite(line) for line in lines]
    kept = [line for line in kept if line.x]
    if not kept:
        return ""
    x, y = [v for line in kept for v in line.x], [v for line in kept for v in line.y]
    log = min(y) > 0 and math.log10(max(y) / min(y)) > DECADES
    axes = Axes((min(x), max(x)), _span(min(y), max(y), log), log)
    parts = _frame(axes, x_label, y_label + (" (logarithmic)" if log else ""), whole=True)
    if mark is not None:
        at, _ = axes.at(mark[0], y[0])
        parts.append(f'<line class="mark" x1="{at}" x2="{at}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        side = "end" if at > WIDTH / 2 else "start"
        _, crossing = axes.at(mark[0], kept[0].y[_nearest(kept[0].x, mark[0])])
        below = HEIGHT - BOTTOM - 10
        height = below if crossing < (TOP + below) / 2 else TOP + 12  # away from the line
        parts.append(
            f'<text x="{at + (-6 if side == "end" else 6)}" y="{height}" class="small" '
            f'text-anchor="{side}">{escape(mark[1])}</text>'
        )
    for line in kept:
        points = " ".join(f"{a},{b}" for a, b in (axes.at(*p) for p in zip(line.x, line.y)))
        shape = "circle" if len(line.x) == 1 else "polyline"
        if shape == "circle":
            a, b = axes.at(line.x[0], line.y[0])
            parts.append(f'<circle class="{line.style} dot" cx="{a}" cy="{b}" r="4"/>')
        else:
            parts.append(f'<polyline class="{line.style}" points="{points}"/>')
    parts += _legend(kept)
    ends = "; ".join(
        f"{line.name} from {number(line.y[0])} to {number(line.y[-1])}" for line in kept
    )
    return svg(f"{y_label} by {x_label}: {ends}", parts)


def scatter(points: Sequence[tuple[float, float]], x_label: str, y_label: str) -> str:
    """Points beside the diagonal on which the two would be equal."""
    values = [v for point in points for v in point if math.isfinite(v)]
    if not values:
        return ""
    span = _span(min(values), max(values), False)
    axes = Axes(span, span)
    parts = [*_frame(axes, x_label, y_label), _diagonal(axes)]
    for x, y in points:
        if math.isfinite(x) and math.isfinite(y):
            a, b = axes.at(x, y)
            parts.append(f'<circle class="point" cx="{a}" cy="{b}" r="3.2"/>')
    return svg(f"{y_label} beside {x_label}, {len(points)} test rows; equal on the line", parts)


def reliability(bins: Sequence[tuple[float, float, int]]) -> str:
    """The share that is right beside the probability that was given; the size says how many."""
    axes = Axes((0.0, 1.0), (0.0, 1.0))
    parts = _frame(axes, "probability given", "share that is right", percent=True)
    parts.append(_diagonal(axes))
    total = sum(rows for *_, rows in bins) or 1
    for p, right, rows in bins:
        a, b = axes.at(p, right)
        radius = round(4 + 10 * math.sqrt(rows / total), 1)
        parts.append(f'<circle class="point" cx="{a}" cy="{b}" r="{radius}"/>')
    return svg("How often answers are right, by the probability they were given", parts)


def heat_map(heat: NDArray[np.float64]) -> str:
    """Blocks of an image, the deeper the more the loss rises; below 0 is noise and stays empty."""
    down, across = heat.shape
    side = 240 / max(down, across)
    top = float(heat.max(initial=0.0)) or 1.0
    cells = [
        f'<rect class="heat" x="{c * side:.1f}" y="{r * side:.1f}" width="{side:.1f}" '
        f'height="{side:.1f}" fill-opacity="{max(heat[r, c], 0.0) / top:.3f}"/>'
        for r in range(down)
        for c in range(across)
    ]
    r, c = np.unravel_index(int(heat.argmax()), heat.shape)
    what = (
        f"Blocks of the image: the loss rises most, by {number(top)}, in block {r + 1} from the "
        f"top and {c + 1} from the left of {down} by {across}"
    )
    width, height = round(across * side, 1), round(down * side, 1)
    outline = f'<rect class="outline" width="{width}" height="{height}"/>'
    return svg(what, [*cells, outline], width, height, "heatmap")


def png(pixels: NDArray[np.uint8]) -> str:
    """Pixels, (height, width) or (height, width, 3), as an address that holds the whole PNG."""
    height, width = pixels.shape[:2]
    kind = 2 if pixels.ndim == 3 else 0  # colour, grey
    rows = pixels.reshape(height, -1)
    raw = np.zeros((height, rows.shape[1] + 1), np.uint8)  # before each row: no filter
    raw[:, 1:] = rows
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)),
            (b"IDAT", zlib.compress(raw.tobytes(), 9)),
            (b"IEND", b""),
        )
    )
    return "data:image/png;base64," + base64.b64encode(content).decode()


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


def ticks(low: float, high: float, n: int = 5) -> list[float]:
    """Round values from low to high, about n of them, 1, 2 or 5 times a power of ten apart.

    >>> ticks(0.0, 9.7)
    [0.0, 2.0, 4.0, 6.0, 8.0]
    """
    rough = (high - low) / max(n, 1)
    if not rough > 0 or not math.isfinite(rough):
        return [low]
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(k * power for k in (1, 2, 5, 10) if k * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(k * step, 12) + 0.0 for k in range(first, last + 1)]


def svg(
    title: str,
    parts: Sequence[str],
    width: float = WIDTH,
    height: float = HEIGHT,
    style: str = "chart",
) -> str:
    """A drawing of its own size that a screen reader tells by its title."""
    return (
        f'<svg class="{style}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )


def _frame(
    axes: Axes, x_label: str, y_label: str, whole: bool = False, percent: bool = False
) -> list[str]:
    """The grid with its numbers, and what the axes mean."""
    parts = []
    for y in _y_ticks(axes):
        _, at = axes.at(axes.x0, y)
        text = f"{100 * y:.0f} %" if percent else number(y, 3)
        parts.append(f'<line class="rule" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at}" y2="{at}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4}" text-anchor="end">{text}</text>')
    for x in ticks(axes.x0, axes.x1):
        if whole and x != int(x):
            continue
        at, _ = axes.at(x, 1.0 if axes.log else axes.y0)
        text = f"{100 * x:.0f} %" if percent else number(x, 3)
        parts.append(
            f'<text x="{at}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{text}</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        f'<text class="label" x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">'
        f"{escape(x_label)}</text>"
    )
    parts.append(f'<text class="label" x="4" y="15">{escape(y_label)}</text>')
    return parts


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


def _nearest(x: Sequence[float], at: float) -> int:
    return min(range(len(x)), key=lambda k: abs(x[k] - at))


def _finite(line: Line) -> Line:
    pairs = [(x, y) for x, y in zip(line.x, line.y) if y is not None and math.isfinite(y)]
    every = math.ceil(len(pairs) / MOST_POINTS) or 1
    pairs = [*pairs[:-1:every], *pairs[-1:]]
    return Line(line.name, line.style, [x for x, _ in pairs], [y for _, y in pairs])


def _diagonal(axes: Axes) -> str:
    (a, b), (c, d) = axes.at(axes.x0, axes.y0), axes.at(axes.x1, axes.y1)
    return f'<line class="diagonal" x1="{a}" y1="{b}" x2="{c}" y2="{d}"/>'


def _legend(lines: Sequence[Line]) -> list[str]:
    if len(lines) < 2:
        return []
    parts, at = [], float(WIDTH - RIGHT)
    for line in reversed(lines):
        parts.append(f'<text x="{at:.0f}" y="15" text-anchor="end">{escape(line.name)}</text>')
        at -= 8.4 * len(line.name)
        parts.append(
            f'<line class="{line.style}" x1="{at - 32:.0f}" x2="{at - 8:.0f}" y1="11" y2="11"/>'
        )
        at -= 44
    return parts
