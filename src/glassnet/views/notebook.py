"""What a notebook shows of a network, a pass, an answer and a history: HTML without a script.

Everything is drawn in the notebook's own colours, so that it fits a light page and a dark one.
"""

import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.network import Network, Pass
from glassnet.explain import Answer
from glassnet.training.events import History
from glassnet.views import wording
from glassnet.views.latex import answer_latex
from glassnet.views.mathml import algebra_mathml, answer_mathml, symbol_mathml
from glassnet.views.network_drawing import draw_network

DRAWN = 8  # up to so many inputs and neurons a layer, a network is drawn
DRAWN_LAYERS = 4
WRITTEN = 8, 4  # up to so many neurons a layer, and samples, the numbers of a pass are shown
WIDTH, HEIGHT = 460, 170  # of the curve

_LINE = "1px solid color-mix(in srgb, currentColor 25%, transparent)"
_CELL = f"padding: .2em .7em; text-align: right; border-bottom: {_LINE}; white-space: nowrap;"
_MUTED = "opacity: .75"


def network_html(net: Network) -> str:
    """The layers with their shapes and parameters, and a small network's drawing."""
    head, *rows = wording.network_table(net)
    sizes = [net.n_in, *(layer.n_out for layer in net.dense_layers)]
    classes = [] if net.classes is None else [f"classes {_few(net.classes)}"]
    parts = [
        _title(f"Network {'-'.join(map(str, sizes))}"),
        _table(head, rows),
        _facts([*wording.network_facts(net), *classes]),
    ]
    if max(sizes) <= DRAWN and len(net.dense_layers) <= DRAWN_LAYERS:
        drawing = draw_network(net)
        parts.append(_wide(drawing[drawing.index("<svg") :]))
    return _block(parts)


def pass_html(p: Pass) -> str:
    """Each layer's x, z, a and delta: their shapes, and their numbers where they are few."""
    rows = []
    for number, step in enumerate(p.dense, start=1):
        shapes = [_shape(step.x), _shape(step.z), _shape(step.a)]
        shapes.append("not yet" if step.delta is None else _shape(step.delta))
        rows.append([str(number), step.layer.activation.name.replace("_", " "), *shapes])
    batch = len(p.x)
    parts = [
        _title(f"A pass of {batch:,} sample{'s' * (batch != 1)}"),
        _table(["layer", "activation", "x", "z", "a", "delta"], rows),
    ]
    if math.isfinite(p.loss):
        parts.append(_facts([f"loss {_number(p.loss)}"]))
    neurons, samples = WRITTEN
    widest = max(p.x.shape[1], *(step.z.shape[1] for step in p.dense))
    if widest <= neurons and batch <= samples:
        parts.append(_table(["", *map(str, range(widest))], list(_numbers(p, widest))))
    return _block(parts)


def answer_html(answer: Answer) -> str:
    """One number with its formula, the numbers put in, and what it depends on."""
    unit = f" {answer.unit}" if answer.unit else ""
    value = f"{_number(answer.value, answer.digits)}{unit}"
    parts = [_title(f"{answer.address} = {value}", answer.meaning)]
    if answer.template:
        parts.append(_wide(answer_mathml(answer)))
    else:
        parts.append(_facts(["It is given."]))
    if answer.algebra:
        shapes = "; ".join(
            f"{symbol_mathml(name)} {'×'.join(map(str, shape)) or 'a number'}"
            for name, shape in answer.shapes.items()
        )
        told = f' <span style="{_MUTED}">&ensp;({shapes})</span>' if shapes else ""
        parts.append(f"<div>As matrices: {algebra_mathml(answer.algebra)}{told}</div>")
    if answer.note:
        parts.append(f'<p style="max-width: 44em; margin: .5em 0">{escape(answer.note)}</p>')
    if answer.values:
        cells = [
            f'<tr><td style="{_CELL} text-align: left"><code>{escape(name)}</code></td>'
            f'<td style="{_CELL}">{symbol_mathml(name)}</td>'
            f'<td style="{_CELL}">{_number(value, answer.digits)}</td></tr>'
            for name, value in answer.values.items()
        ]
        parts.append(
            '<details style="margin-top: .5em"><summary>It depends on '
            f"{len(answer.values)} number{'s' * (len(answer.values) != 1)}</summary>"
            f"{_wide(_framed(''.join(cells)))}</details>"
        )
    return _block(parts)


def answer_display(answer: Answer) -> str:
    """The same as LaTeX, for a notebook that sets it."""
    return f"$$\n{answer_latex(answer)}\n$$"


def history_html(history: History) -> str:
    """How training went: its first, best and last epochs, and the curve of the loss."""
    if not history.epochs:
        return _block([_title("A history of no epochs", history.message)])
    n = len(history)
    facts = [f"{history.steps:,} steps", f"{history.seconds:.3g} s", f"ended: {history.stopped}"]
    if history.restored:
        facts.append("the network holds the best epoch's parameters")
    named: dict[int, list[str]] = {}
    for epoch, mark in ((1, "first"), (history.best_epoch, "best"), (n, "last")):
        if 1 <= epoch <= n:
            named.setdefault(epoch, []).append(mark)
    columns = [name for name in history.epochs[-1] if name != "epoch"]
    rows = [
        [", ".join(named[epoch]), str(history.epochs[epoch - 1].get("epoch", epoch))]
        + [_figure(history.epochs[epoch - 1].get(name)) for name in columns]
        for epoch in sorted(named)
    ]
    head = ["", "epoch", *(name.replace("_", " ") for name in columns)]
    parts = [_title(f"{n:,} epoch{'s' * (n != 1)}"), _facts(facts), _table(head, rows)]
    if history.message:
        parts.append(f'<p style="max-width: 44em; margin: .5em 0">{escape(history.message)}</p>')
    parts.append(_wide(_curves(history)))
    return _block(parts)


# -- the curve -----------------------------------------------------------------------------


def _curves(history: History) -> str:
    """loss and val_loss over the epochs, on a logarithmic axis where it helps."""
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
    left, right, upper, lower = 64, WIDTH - 70, 12, HEIGHT - 34
    n = len(history)

    def at(epoch: float, value: float) -> tuple[float, float]:
        x = left + (right - left) * (epoch - 1) / max(n - 1, 1)
        return x, lower - (lower - upper) * (scale(value) - bottom) / (top - bottom)

    parts: list[str] = []
    for value in _ticks(low, high, log):
        y = at(1, value)[1]
        parts.append(f'<path d="M{left} {y:.1f}H{right}" stroke-opacity=".2"/>')
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
    y = math.inf
    for name in sorted(ends, key=lambda name: -ends[name]):
        y = min(ends[name], y - 13)  # two labels need a line's height between them
        parts.append(_label(right + 8, y + 4, name.replace("_", " "), "start"))
    best = dict(series.get("val_loss", [])).get(history.best_epoch)
    if best is not None:
        x, y = at(history.best_epoch, best)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="currentColor">'
            f"<title>best: epoch {history.best_epoch}</title></circle>"
        )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        'aria-label="the loss by epoch" fill="none" stroke="currentColor" font-size="12" '
        f'style="max-width: 100%; height: auto; font-family: inherit">{"".join(parts)}</svg>'
    )


def _ticks(low: float, high: float, log: bool) -> list[float]:
    """Round values between low and high: powers of ten on a logarithmic axis."""
    if log:
        first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
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


def _label(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor" '
        f'stroke="none">{escape(text)}</text>'
    )


# -- pieces of HTML ------------------------------------------------------------------------


def _block(parts: Sequence[str]) -> str:
    return f'<div style="line-height: 1.5">{"".join(parts)}</div>'


def _title(text: str, more: str = "") -> str:
    told = f' <span style="{_MUTED}">&ensp;{escape(more)}</span>' if more else ""
    return f'<div style="margin-bottom: .3em"><b>{escape(text)}</b>{told}</div>'


def _facts(facts: Sequence[str]) -> str:
    return f'<div style="margin: .3em 0; {_MUTED}">{escape("; ".join(facts))}</div>'


def _wide(body: str) -> str:
    """What may be wider than the notebook scrolls by itself."""
    return f'<div style="overflow-x: auto; max-width: 100%; margin: .4em 0">{body}</div>'


def _framed(rows: str) -> str:
    style = "border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0"
    return f'<table style="{style}">{rows}</table>'


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    first = "".join(f'<th scope="col" style="{_CELL}">{escape(cell)}</th>' for cell in head)
    body = "".join(
        "<tr>" + "".join(f'<td style="{_CELL}">{escape(cell)}</td>' for cell in row) + "</tr>"
        for row in rows
    )
    return _wide(_framed(f"<thead><tr>{first}</tr></thead><tbody>{body}</tbody>"))


def _numbers(p: Pass, widest: int) -> Iterator[list[str]]:
    """A row for each array of each sample: its address, then its numbers."""
    for k in range(len(p.x)):
        at = f"@{k}" if len(p.x) > 1 else ""
        arrays: list[tuple[str, NDArray[Any] | None]] = [("x", p.x)]
        for number, step in enumerate(p.dense, start=1):
            arrays += [(f"z{number}", step.z), (f"a{number}", step.a)]
        arrays.append(("y", p.y))
        for number in range(len(p.dense), 0, -1):
            arrays.append((f"delta{number}", p.dense[number - 1].delta))
        for name, array in arrays:
            if array is not None:
                cells = [_number(float(v), 6) for v in np.atleast_1d(array[k])]
                yield [name + at, *cells, *[""] * (widest - len(cells))]


def _shape(array: NDArray[Any]) -> str:
    return "×".join(map(str, array.shape))


def _number(value: float, digits: int = 6) -> str:
    return f"{value:.{digits}g}".replace("-", "−")


def _figure(value: Any) -> str:
    """A figure of the history: whole numbers in full, others to four digits."""
    if isinstance(value, float):
        return _number(value, 4)
    return "" if value is None else str(value)


def _few(names: Sequence[Any], most: int = 6) -> str:
    shown = ", ".join(str(name) for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
