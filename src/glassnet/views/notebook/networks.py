"""A network, a pass, a gradient check and a training, as a notebook shows them."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.numbers import written
from glassnet.core.layers import DenseBack
from glassnet.core.network import Network, widths
from glassnet.core.numerical.gradcheck import GradCheck
from glassnet.core.passes import BackwardPass, MeasuredPass, Pass
from glassnet.training.events import History
from glassnet.views.notebook.pieces import (
    block,
    facts,
    folded,
    picture,
    sentence,
    shape,
    table,
    title,
)
from glassnet.views.svg.charts import Line, curves
from glassnet.views.svg.network import draw_network
from glassnet.views.text import wording

DRAWN = 8  # up to so many inputs and neurons a layer, a network is drawn
DRAWN_LAYERS = 4
WRITTEN = 8, 4  # up to so many neurons a layer, and samples, the numbers of a pass are shown
AGREES = {"ok": "agrees", "WRONG": "does not agree", "not judged": "not judged"}
RECEIPTS = 10  # of a gradient check, those that agree least


def network_html(net: Network) -> str:
    """The layers with their shapes and parameters, and a small network's drawing."""
    head, *rows = wording.network_table(net)
    classes = [] if net.classes is None else [f"classes {_few(net.classes)}"]
    return block([
        title(f"Network {sizes(net)}"),
        table(head, rows),
        facts([*wording.network_facts(net), *classes]),
        drawing(net),
    ])  # fmt: skip


def drawing(net: Network, p: Pass | None = None) -> str:
    """A small network's drawing, with a pass's first sample in its neurons; else nothing."""
    widest = max(widths(net))
    if widest > DRAWN or len(net.dense_layers) > DRAWN_LAYERS:
        return ""
    return picture(draw_network(net, p), f"The network {sizes(net)}, drawn")


def sizes(net: Network) -> str:
    return "-".join(map(str, widths(net)))


def pass_html(p: Pass) -> str:
    """Each layer's x, z, a and delta: their shapes, and their numbers where they are few."""
    batch = len(p.x)
    head = title(f"A pass of {batch:,} sample{'s' * (batch != 1)}")
    return block([head, *pass_parts(p)])


def pass_parts(p: Pass) -> Iterator[str]:
    rows: list[list[str]] = []
    for layer, step in enumerate(p.dense, start=1):
        shapes = [shape(step.x), shape(step.z), shape(step.a)]
        shapes.append(shape(step.delta) if isinstance(step, DenseBack) else "not yet")
        rows.append([str(layer), step.layer.activation.name.replace("_", " "), *shapes])
    yield table(["layer", "activation", "x", "z", "a", "delta"], rows)
    if isinstance(p, MeasuredPass) and math.isfinite(p.loss):
        yield facts([f"loss {written(p.loss)}"])
    neurons, samples = WRITTEN
    widest = max(p.x.shape[1], *(step.z.shape[1] for step in p.dense))
    if widest <= neurons and len(p.x) <= samples:
        yield table(["", *map(str, range(widest))], list(_numbers(p, widest)))


def _numbers(p: Pass, widest: int) -> Iterator[list[str]]:
    """A row for each array of each sample: its address, then its numbers."""
    for k in range(len(p.x)):
        at = f"@{k}" if len(p.x) > 1 else ""
        arrays: list[tuple[str, NDArray[Any]]] = [("x", p.x)]
        for layer, step in enumerate(p.dense, start=1):
            arrays += [(f"z{layer}", step.z), (f"a{layer}", step.a)]
        if isinstance(p, MeasuredPass):
            arrays.append(("y", p.y))
        if isinstance(p, BackwardPass):
            back = enumerate(p.dense, start=1)
            arrays += reversed([(f"delta{layer}", step.delta) for layer, step in back])
        for name, array in arrays:
            cells = [written(float(v), 6) for v in np.atleast_1d(array[k])]
            yield [name + at, *cells, *[""] * (widest - len(cells))]


def gradcheck_html(check: GradCheck) -> str:
    """Whether the gradients agree with numerical ones: array by array, then the worst entries."""
    rows = [
        [one.name, f"{one.relative_error:.1e}".replace("-", "−"), AGREES[one.word]]
        for one in check.arrays
    ]
    used = f"{check.rows:,} sample{'s' * (check.rows != 1)}"
    left = f"{check.rows_at_kink:,} left out near a kink" if check.rows_at_kink else ""
    told = [used, left, check.not_finite]
    worst = sorted(check.receipts, key=lambda one: -_badness(one.relative_error))[:RECEIPTS]
    receipts = [
        [one.address, written(one.analytic, 9), written(one.numerical, 9),
         f"{one.relative_error:.1e}".replace("-", "−")]
        for one in worst
    ]  # fmt: skip
    verdict = "all arrays agree" if check.ok else "not all arrays agree"
    if not check.ok and not check.wrong:
        verdict = "not all arrays could be judged"
    return block([
        title(f"Gradient check: {verdict}"),
        facts([*filter(None, told), f"objective {written(check.objective)}"]),
        table(["array", "relative error", ""], rows),
        folded(
            f"The {len(receipts)} of {len(check.receipts):,} entries that agree least",
            [table(["entry", "analytic", "numerical", "relative error"], receipts)],
        ),
    ])  # fmt: skip


def _badness(error: float) -> float:
    return math.inf if math.isnan(error) else error


def history_html(history: History) -> str:
    """How training went: its first, best and last epochs, and the curve of the loss."""
    if not history.epochs:
        return block([title("A history of no epochs", history.message)])
    n = len(history)
    told = [f"{history.steps:,} steps", f"{history.seconds:.3g} s", f"ended: {history.stopped}"]
    if history.restored:
        told.append("the network holds the best epoch's parameters")
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
    parts = [title(f"{n:,} epoch{'s' * (n != 1)}"), facts(told), table(head, rows)]
    if history.message:
        parts.append(sentence(history.message))
    if curve := loss_curve(history):
        parts.append(picture(curve, f"The loss by epoch, from 1 to {n:,}, drawn"))
    return block(parts)


def loss_curve(history: History) -> str:
    """loss and val_loss over the epochs; empty where there are fewer than two of them."""
    x = list(range(1, len(history) + 1))
    lines = [
        Line(name.replace("_", " "), style, x, [row.get(name, math.nan) for row in history.epochs])
        for name, style in (("loss", "train"), ("val_loss", "validation"))
        if any(name in row for row in history.epochs)
    ]
    mark = (history.best_epoch, "best") if len(lines) > 1 else None
    return curves(lines, "epoch", "loss", mark, alone=True, height=200) if len(x) > 1 else ""


def _figure(value: Any) -> str:
    """A figure of the history: whole numbers in full, others to four digits."""
    if isinstance(value, float):
        return written(value, 4)
    return "" if value is None else str(value)


def _few(names: Sequence[Any], most: int = 6) -> str:
    shown = ", ".join(str(name) for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
