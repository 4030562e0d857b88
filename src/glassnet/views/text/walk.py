"""A walk as text for a terminal: each number with its formula, then the lines of algebra."""

import math
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from numpy.typing import NDArray

from glassnet.core.display.numbers import written
from glassnet.explain import Answer, GivenNumber, Walk
from glassnet.formula import Symbol
from glassnet.views.text import wording

DIGITS = 9
WIDTH = 96


def walk_text(walk: Walk, width: int = WIDTH) -> str:
    """The whole walk, a line or two for each number, at most `width` columns wide where it can."""
    return "\n".join(_lines(walk, width)) + "\n"


def answer_text(answer: Answer, width: int = WIDTH) -> str:
    """One answer in full: what it is, its formula, the numbers put in, what it depends on."""
    unit = f" {answer.unit}" if answer.unit else ""
    told = f"({answer.symbol}, {answer.meaning})"
    lines = [f"{answer.address} = {number(answer.value)}{unit}    {told}"]
    if answer.expression is not None:
        lines += _fold(f"  {answer.address} = {answer.formula}", width)
        lines += _fold(
            f"  {' ' * len(answer.address)} = {_put_in(answer)}",
            width,
        )
        lines += ["  it depends on:"]
        lines += [f"    {name} = {number(value)}" for name, value in answer.values.items()]
    else:
        lines += ["  it is given.", *_whereto(answer)]
    if answer.algebra:
        shapes = ", ".join(f"{name} {_shape(shape)}" for name, shape in answer.shapes.items())
        lines += textwrap.wrap(
            f"as matrices: {answer.algebra}" + (f"   ({shapes})" if shapes else ""),
            width, initial_indent="  ", subsequent_indent="    ",
        )  # fmt: skip
    if answer.note:
        lines += textwrap.wrap(
            answer.note, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
        )
    return "\n".join(lines) + "\n"


def _whereto(answer: Answer) -> Iterator[str]:
    """What a given number goes into, and the loss's slope along it."""
    if not isinstance(answer, GivenNumber):
        return
    if answer.slope and answer.slope_value is not None:
        yield f"  the loss's slope along it: {answer.slope} = {number(answer.slope_value)}"
    goals = answer.goes_into or {}
    yield "  it goes into:"
    yield from (f"    {name} = {number(value)}" for name, value in goals.items())
    if answer.goals > len(goals):
        yield f"    and {answer.goals - len(goals):,} more"


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) if len(shape) != 1 else f"{shape[0]}×1"


def _lines(walk: Walk, width: int) -> Iterator[str]:
    yield wording.title(walk)
    yield ""
    yield from _network(walk)
    yield ""
    yield "Step by step"
    for position, stage in enumerate(walk.stages, start=1):
        yield ""
        yield f"{position}. {stage.title}"
        for answer in walk.answers(stage):
            yield from derived_text(answer, width)
    yield ""
    yield "The same as matrices, a row a neuron"
    for stage in walk.stages:
        yield ""
        yield f"  {stage.algebra}"
        yield from side_by_side(stage.matrices, width)
    yield ""
    yield (f"Loss before this update {number(walk.loss)}, after it {number(walk.loss_after)}.")
    if walk.objective is not None:
        yield f"With its penalty before: {number(walk.objective)}."


def _network(walk: Walk) -> Iterator[str]:
    """The network drawn as columns: inputs, then each layer's neurons."""
    of = "@0" if walk.batch > 1 else ""
    x, y = (walk.data[name + of].tolist() for name in "xy")
    columns = [["inputs"] + [f"({written(v)})" for v in x]]
    for number, layer in enumerate(walk.layers, start=1):
        last = number == len(walk.layers)
        name = "outputs" if last else f"layer {number}"
        neurons = [f"( {layer.activation} )"] * layer.n_out
        columns.append([name, *neurons])
    columns.append(["targets"] + [f"({written(v)})" for v in y])
    rows = max(len(c) for c in columns)
    widths = [max(len(text) for text in c) for c in columns]
    for row in range(rows):
        cells = [
            (c[row] if row < len(c) else "").center(w) for c, w in zip(columns, widths, strict=True)
        ]
        link = "  ───▶  " if row == (rows + 1) // 2 else "        "
        yield (
            "  " + link.join(cells[:-1]) + ("   want " if link.strip() else "        ") + cells[-1]
        )
    if walk.batch > 1:
        yield f"  (inputs and targets of sample 0; the batch has {walk.batch})"
    yield ""
    for number, layer in enumerate(walk.layers, start=1):
        before = "inputs" if number == 1 else f"layer {number - 1}"
        yield (
            f"  layer {number}: {layer.n_in} {before if number == 1 else 'activations'} → "
            f"{layer.n_out} neurons, {layer.activation}, biases {wording.BIASES[layer.bias]}"
        )
    yield f"  loss: {walk.loss_name.replace('_', ' ')}, learning rate {written(walk.learning_rate)}"


def derived_text(answer: Answer, width: int = WIDTH) -> Iterator[str]:
    """A number's formula, the numbers put in, and what they come to."""
    address, value = answer.address, number(answer.value)
    if isinstance(answer.expression, Symbol):  # one number alone: putting it in says no more
        yield f"   {address} = {answer.formula} = {value}"
        return
    pad = " " * len(address)
    yield from _fold(f"   {address} = {answer.formula}", width)
    yield from _fold(f"   {pad} = {_put_in(answer)}", width)
    yield f"   {pad} = {value}"


def _put_in(answer: Answer) -> str:
    return answer.put_in(max(DIGITS, answer.digits_put_in))


def _fold(line: str, width: int) -> list[str]:
    """The line broken at its sums where it is too wide."""
    indent = " " * (line.index("=") + 2)
    lines, rest = [], line
    while len(rest) > width:
        cut = max(
            rest.rfind(" + ", len(indent) + 1, width), rest.rfind(" − ", len(indent) + 1, width)
        )
        if cut < 0:
            break
        lines.append(rest[:cut])
        rest = indent + rest[cut + 1 :]
    return [*lines, rest]


def side_by_side(matrices: Sequence[tuple[str, NDArray[Any]]], width: int) -> Iterator[str]:
    """Arrays as blocks of numbers, as many in a row as there is room for."""
    blocks = [_block(name, values) for name, values in matrices]
    rows: list[list[list[str]]] = [[]]
    for block in blocks:
        used = sum(len(b[0]) + 4 for b in rows[-1])
        if rows[-1] and used + len(block[0]) > width - 4:
            rows.append([])
        rows[-1].append(block)
    for row in filter(None, rows):
        height = max(len(b) for b in row)
        for line in range(height):
            yield (
                "    "
                + "    ".join(b[line] if line < len(b) else " " * len(b[0]) for b in row).rstrip()
            )


def _block(name: str, values: NDArray[Any]) -> list[str]:
    """An array as lines: a matrix by rows, a layer's values as a column."""
    matrix = values.reshape(-1, 1) if values.ndim < 2 else values
    cells = [[f"{v:.9f}" if 1e-4 <= abs(v) < 1e4 or v == 0 else f"{v:.6e}" for v in row]
             for row in matrix.tolist()]  # fmt: skip
    wide = [max(len(row[j]) for row in cells) for j in range(matrix.shape[1])]
    lines = ["[ " + "  ".join(c.rjust(w) for c, w in zip(row, wide, strict=True)) + " ]"
             for row in cells]  # fmt: skip
    margin = max(len(name), len(lines[0]))
    lines = [line.replace("-", "−") for line in lines]
    return [name.center(margin), *(line.center(margin) for line in lines)]


def number(value: float) -> str:
    """A value to nine digits, with a minus sign that is one."""
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    text = f"{value:.{DIGITS}g}" if abs(value) >= 1e-4 else f"{value:.{DIGITS - 1}e}"
    return text.replace("-", "−")
