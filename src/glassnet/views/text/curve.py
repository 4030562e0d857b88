"""A curve in the terminal: how the loss fell, without leaving the command line."""

import math
from collections.abc import Sequence

from plotille import Canvas

BLANK = " \u2800"  # a space, and braille without a dot


def curve(
    values: Sequence[float],
    *,
    title: str = "",
    x_label: str = "step",
    y_label: str = "loss",
    first: int = 0,
    log: bool = True,
    width: int = 64,
    height: int = 12,
) -> str:
    """The values as a curve of braille dots, with axes in plain text.

    Args:
        values: one at each step; what is no finite number is left out (on a log scale, what
            is not above 0 too).
        first: the step of the first value.
        log: a logarithmic y axis, for what falls over decades.
        width, height: of the curve itself, in characters; the axes come beside it.

    Returns:
        Lines without a colour and without a newline at the end; one sentence where there is
        nothing to draw.
    """
    points = [
        (first + i, math.log10(value) if log else float(value))
        for i, value in enumerate(values)
        if math.isfinite(value) and (value > 0 or not log)
    ]
    if not points:
        return f"{title}: nothing to draw.".lstrip(": ")
    x0, x1 = points[0][0], max(points[-1][0], points[0][0] + 1)
    y0, y1 = _limits([y for _, y in points], log)
    canvas = Canvas(width, height, xmin=x0, xmax=x1, ymin=y0, ymax=y1)
    for before, after in zip(points, points[1:] or points):
        canvas.line(*before, *after)
    rows = canvas.plot(linesep="\n").split("\n")
    labels = _labels(y0, y1, height, log)
    margin = max(map(len, [*labels.values(), y_label]))
    lines = [f"{'':{margin}} {title}".rstrip()] if title else []
    lines.append(f"{y_label:>{margin}}")
    for number, row in enumerate(rows):
        label = labels.get(number, "")
        lines.append(f"{label:>{margin}} {'┤' if label else '│'}{row.rstrip(BLANK)}")
    lines.append(f"{'':{margin}} └{'─' * width}")
    left, right = f"{x0:,}", f"{points[-1][0]:,}"
    lines.append(f"{'':{margin}}  {left}{x_label:^{width - len(left) - len(right)}}{right}")
    return "\n".join(lines)


def _limits(y: Sequence[float], log: bool) -> tuple[float, float]:
    """What the y axis spans: whole decades on a log scale, never nothing."""
    low, high = min(y), max(y)
    if log:
        low, high = math.floor(low), math.ceil(high)
        return (low, high) if low < high else (low - 1, high + 1)
    gap = (high - low) * 0.05 or abs(high) * 0.5 or 1.0
    return low - gap, high + gap


def _labels(y0: float, y1: float, height: int, log: bool) -> dict[int, str]:
    """The text at some rows, counted from the top: decades, or five values at even distances."""
    if log:
        every = math.ceil((y1 - y0) / max(height / 2, 1))
        ticks = {float(y): f"{10.0**y:g}" for y in range(int(y0), int(y1) + 1, every)}
    else:
        n = min(5, height)
        step = (y1 - y0) / max(n - 1, 1)
        ticks = {y0 + k * step: f"{y0 + k * step:.3g}" for k in range(n)}
    row = (y1 - y0) / height
    return {min(max(int((y1 - y) / row), 0), height - 1): text for y, text in ticks.items()}
