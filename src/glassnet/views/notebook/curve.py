"""The curve of a training's loss, as a drawing of its own."""

import math
from html import escape

from glassnet.training.events import History
from glassnet.views import colours
from glassnet.views.svg.network import FONT

WIDTH, HEIGHT = 460, 180


def loss_curve(history: History) -> str:
    """loss and val_loss over the epochs, on a logarithmic axis where it helps; as SVG.

    Empty where there is no curve to draw.
    """
    series = {
        name: [(k, float(row[name])) for k, row in enumerate(history.epochs, start=1)
               if math.isfinite(row.get(name, math.nan))]
        for name in ("loss", "val_loss")
    }  # fmt: skip
    series = {name: points for name, points in series.items() if len(points) > 1}
    values = [value for points in series.values() for _, value in points]
    if not values:
        return ""
    low, high = min(values), max(values)
    log = low > 0 and high / low > 20
    scale = math.log10 if log else float
    bottom, top = scale(low), scale(high)
    bottom, top = (bottom - 0.5, top + 0.5) if bottom == top else (bottom, top)
    left, right, upper, lower = 64, WIDTH - 76, 18, HEIGHT - 40
    n = len(history)

    def at(epoch: float, value: float) -> tuple[float, float]:
        x = left + (right - left) * (epoch - 1) / max(n - 1, 1)
        return x, lower - (lower - upper) * (scale(value) - bottom) / (top - bottom)

    parts: list[str] = []
    for value in _ticks(low, high, log):
        y = at(1, value)[1]
        parts.append(f'<path d="M{left} {y:.1f}H{right}" stroke="{colours.RULE}"/>')
        parts.append(_label(left - 8, y + 4, f"{value:.3g}", "end"))
    parts.append(_label(left, lower + 18, "1", "middle"))
    parts.append(_label(right, lower + 18, f"{n:,}", "middle"))
    parts.append(_label((left + right) / 2, lower + 18, "epoch", "middle"))
    ends: dict[str, float] = {}
    for name, points in series.items():
        line = "L".join(f"{x:.1f} {y:.1f}" for x, y in (at(*p) for p in _thinned(points)))
        dash = ' stroke-dasharray="5 3"' if name == "val_loss" else ""
        parts.append(f'<path d="M{line}" stroke-width="1.8"{dash}/>')
        ends[name] = at(*points[-1])[1]
    best = dict(series.get("val_loss", [])).get(history.best_epoch)
    if best is not None:
        x, y = at(history.best_epoch, best)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colours.INK}"/>')
        anchor = "end" if x > right - 20 else "middle"  # the names of the curves stand there
        parts.append(_label(x, max(y - 8, 12), "best", anchor, halo=True))
    y = math.inf
    for name in sorted(ends, key=lambda name: -ends[name]):
        y = min(ends[name], y - 13)  # two labels need a line's height between them
        parts.append(_label(right + 8, y + 4, name.replace("_", " "), "start"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="{colours.INK}" font-size="12" '
        f'font-family="{escape(FONT)}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="10" fill="{colours.PAPER}" stroke="none"/>'
        f"{''.join(parts)}</svg>"
    )


def _ticks(low: float, high: float, log: bool) -> list[float]:
    """Round values between low and high: on a logarithmic axis powers of ten, if few 1, 2, 5."""
    if log:
        first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
        if last - first < 2:
            between = (m * 10.0**k for k in range(first - 1, last + 1) for m in (1, 2, 5))
            return [value for value in between if low <= value <= high]
        every = max(1, math.ceil((last - first) / 4))
        return [10.0**k for k in range(first, last + 1, every)]
    span = high - low or 1.0
    step = 10.0 ** math.floor(math.log10(span / 2))
    step *= next(m for m in (5, 2, 1) if m == 1 or span / (step * m) >= 2)
    first = math.ceil(low / step - 1e-9)
    return [k * step for k in range(first, math.floor(high / step + 1e-9) + 1)][:6] or [low]


def _thinned(points: list[tuple[int, float]], most: int = 400) -> list[tuple[int, float]]:
    """At most so many points, the last among them."""
    every = math.ceil(len(points) / most)
    return points if every == 1 else [*points[:-1:every], points[-1]]


def _label(x: float, y: float, text: str, anchor: str, halo: bool = False) -> str:
    """A text; a halo keeps it legible over lines."""
    stroke = f'"{colours.PAPER}" stroke-width="4" paint-order="stroke"' if halo else '"none"'
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colours.INK}" '
        f"stroke={stroke}>{escape(text)}</text>"
    )
