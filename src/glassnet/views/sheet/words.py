"""What every form of a worksheet says in words: the rules, what is given, what to do."""

from collections.abc import Iterator, Mapping

from glassnet.core import activations
from glassnet.core.display.numbers import written
from glassnet.explain import Answer
from glassnet.formula import Symbol, text
from glassnet.formula.activations import activation
from glassnet.tutor.sheet.exercise import Exercise, Quantity
from glassnet.views.html.walk_page import SAYS

LOSSES = {
    "squared_error": "L = ½·Σ(a − y)², summed over the outputs",
    "cross_entropy": "L = −Σ y·ln(a), summed over the outputs",
}
SOFTMAX = "exp(z[i]) divided by the sum of exp(z[j]) over the whole layer"
Solution = Mapping[str, Answer] | None  # by address; None for a sheet that is to be filled in
NOTATION = (
    "z1[0] is the weighted sum of neuron 0 in layer 1, a1[0] what it gives out, and W1[0,1] the "
    "weight into it from input 1. Everything is counted from 0, but layers from 1."
)


def title(exercise: Exercise, answers: bool) -> str:
    s = exercise.settings
    what = "Worked solution" if answers else "Worksheet"
    return f"{what} {s.seed}: a network {'-'.join(map(str, s.sizes))}"


def task(exercise: Exercise) -> str:
    """What is asked for, in two sentences."""
    digits, end = exercise.settings.digits, exercise.settings.up_to
    step = f"one step of learning, as far as {end}" if end else "one step of learning"
    if _sums_alone(exercise):
        step = "weighted sums"
    return (
        f"Fill in the blanks in their order: they are {step}. Round every number to {digits} "
        "decimals, and go on with the rounded number."
    )


def _sums_alone(exercise: Exercise) -> bool:
    """Whether the sheet ends before the first bend."""
    return {q.kind for q in exercise.quantities} == {"z"}


def rules(exercise: Exercise) -> list[str]:
    """What the symbols mean that are asked for, a line each."""
    e, kinds = exercise.example, {q.kind for q in exercise.quantities}
    told: list[str] = []
    if "a" in kinds:
        told += [
            f"Activation of layer {where}: {name}, a = {_activation(name)}."
            for name, where in _layers_by_activation(exercise)
        ]
    if "loss" in kinds:
        told.append(f"The loss: {(e.loss or '').replace('_', ' ')}, {LOSSES[e.loss or '']}.")
    meanings = [("delta", "∂L/∂z"), ("dW", "∂L/∂W"), ("db", "∂L/∂b")]
    if slopes := [f"each {kind} is {meaning}" for kind, meaning in meanings if kind in kinds]:
        told.append(f"E{', '.join(slopes)[1:]}.")
    if "new.W" in kinds:
        told.append(f"The update: gradient descent with a learning rate of {e.learning_rate:g}.")
    return told


def _activation(name: str) -> str:
    if name == "softmax":
        return SOFTMAX
    return text(activation(activations.get(name), Symbol("z")))


def _layers_by_activation(exercise: Exercise) -> Iterator[tuple[str, str]]:
    names = list(exercise.example.activations)
    for name in dict.fromkeys(names):
        found = [str(l) for l, other in enumerate(names, start=1) if other == name]
        yield name, " and ".join([", ".join(found[:-1]), found[-1]] if found[1:] else found)


def given_rows(exercise: Exercise) -> list[tuple[str, list[tuple[str, str]]]]:
    """What is given, row by row: a heading, and addresses with their numbers."""
    given = {address: written(value) for address, value in exercise.given.items()}
    sizes = exercise.settings.sizes
    rows = [("inputs", [(f"x[{j}]", given[f"x[{j}]"]) for j in range(sizes[0])])]
    for l, n in enumerate(sizes[1:], start=1):
        for i in range(n):
            names = [f"W{l}[{i},{j}]" for j in range(sizes[l - 1])] + [f"b{l}[{i}]"]
            rows.append((f"layer {l}, neuron {i}", [(name, given[name]) for name in names]))
    if any(q.kind == "loss" for q in exercise.quantities):
        rows.append(("targets", [(f"y[{i}]", given[f"y[{i}]"]) for i in range(sizes[-1])]))
    return rows


def says(exercise: Exercise, q: Quantity) -> str:
    """What a section asks for, in a sentence."""
    if q.kind == "delta" and q.layer == len(exercise.settings.sizes) - 1:
        return SAYS["output"]
    return SAYS["new" if q.kind.startswith("new") else q.kind]


def drawing(exercise: Exercise) -> list[str]:
    """The network as columns of text, at most as wide as a terminal where it can be."""
    sizes, names = exercise.settings.sizes, exercise.example.activations
    columns = [["inputs", *(f"x[{j}]" for j in range(sizes[0]))]]
    for l, (n, name) in enumerate(zip(sizes[1:], names), start=1):
        made = f"z{l}" if _sums_alone(exercise) else f"({name}) a{l}"
        columns.append([f"layer {l}", *(f"{made}[{i}]" for i in range(n))])
    last = "targets", *(f"y[{i}]" for i in range(sizes[-1]))
    columns.append([*last] if any(q.kind == "loss" for q in exercise.quantities) else [""])
    height, widths = max(map(len, columns)), [max(map(len, column)) for column in columns]
    link = (height + 1) // 2
    lines: list[str] = []
    for row in range(height):
        cells = [(c[row] if row < len(c) else "").center(w) for c, w in zip(columns, widths)]
        joint = " ──▶ " if row == link else "     "
        lines.append((joint.join(cells[:-1]) + "     " + cells[-1]).rstrip())
    return lines


def entry(exercise: Exercise, solution: Solution, address: str) -> str:
    """What stands in the place of a number: a blank, or the solution's."""
    if not solution:
        return exercise.blank
    return fixed(solution[address].value, exercise.settings.digits)


def fixed(value: float, digits: int) -> str:
    """A number with all its decimals and a minus sign that is one.

    >>> fixed(-0.5, 4)
    '−0.5000'
    """
    return f"{value + 0.0:.{digits}f}".replace("-", "−")
