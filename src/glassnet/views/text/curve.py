"""A curve in the terminal: how the loss fell, without leaving the command line."""

import math
from collections.abc import Sequence

from plotille import Canvas

WIDTH, HEIGHT = 64, 12  # of the curve itself, in characters; the axes come beside it
BLANK = " \u2800"  # a space, and braille without a dot


def curve(losses: Sequence[float], *, title: str = "", y_label: str = "loss") -> str:
    """Losses step by step as a curve of braille dots, on a logarithmic axis in plain text.

    What is no finite number above 0 is left out.

    Returns:
        Lines without a colour and without a newline at the end; one sentence where there is
        nothing to draw.
    """
    points = [
        (step, math.log10(loss))
        for step, loss in enumerate(losses)
        if math.isfinite(loss) and loss > 0
    ]
    if not points:
        return f"{title}: nothing to draw.".lstrip(": ")
    x0, x1 = points[0][0], max(points[-1][0], points[0][0] + 1)
    y0, y1 = _decades([y for _, y in points])
    canvas = Canvas(WIDTH, HEIGHT, xmin=x0, xmax=x1, ymin=y0, ymax=y1)
    for before, after in zip(points, points[1:] or points):
        canvas.line(*before, *after)
    rows = canvas.plot(linesep="\n").split("\n")
    labels = _labels(y0, y1)
    margin = max(map(len, [*labels.values(), y_label]))
    lines = [f"{'':{margin}} {title}".rstrip()] if title else []
    lines.append(f"{y_label:>{margin}}")
    for number, row in enumerate(rows):
        label = labels.get(number, "")
        lines.append(f"{label:>{margin}} {'┤' if label else '│'}{row.rstrip(BLANK)}")
    lines.append(f"{'':{margin}} └{'─' * WIDTH}")
    left, right = f"{x0:,}", f"{points[-1][0]:,}"
    lines.append(f"{'':{margin}}  {left}{'step':^{WIDTH - len(left) - len(right)}}{right}")
    return "\n".join(lines)


def _decades(y: Sequence[float]) -> tuple[int, int]:
    """What the axis spans: whole decades, never none."""
    low, high = math.floor(min(y)), math.ceil(max(y))
    return (low, high) if low < high else (low - 1, high + 1)


def _labels(y0: int, y1: int) -> dict[int, str]:
    """The text at some rows, counted from the top: the decades, of many every so many."""
    every = math.ceil((y1 - y0) / (HEIGHT / 2))
    row = (y1 - y0) / HEIGHT
    return {
        min(max(int((y1 - y) / row), 0), HEIGHT - 1): f"{10.0**y:g}"
        for y in range(y0, y1 + 1, every)
    }
