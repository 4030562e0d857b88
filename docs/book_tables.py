"""Tables of the book's pages for reference and for teachers, computed when the pages are made."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from glassnet.core.display.numbers import written
from glassnet.explain import WORKED
from glassnet.tutor.lessons.course import COURSE
from glassnet.tutor.lessons.slips import SLIPS
from glassnet.tutor.lessons.text import ran
from glassnet.tutor.lessons.typed import FOUR_SAMPLES, PROGRAM_ON_FOUR
from glassnet.tutor.lessons.values import TypedSession, number, worked_pass
from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES
from glassnet.tutor.published.examples import library
from glassnet.tutor.textbook import TEXTBOOK, TextbookPass, case_of, forward

STRANGERS = Path(__file__).parent.parent / "benchmarks" / "strangers"
NUDGE = 1e-5
Row = Sequence[str]


def table(head: Row, rows: Iterator[Row] | Sequence[Row]) -> str:
    """A table in Markdown; a bar within a cell is written so that it stays one."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines
    )


def names_elsewhere() -> str:
    """The worked example's names on Mazur's page beside ours, with the values."""
    pairs = [
        ("i1, i2", ["x[0]", "x[1]"]),
        ("w1, w2", ["W1[0,0]", "W1[0,1]"]),
        ("w3, w4", ["W1[1,0]", "W1[1,1]"]),
        ("b1", ["b1[0]"]),
        ("net_h1, net_h2", ["z1[0]", "z1[1]"]),
        ("out_h1, out_h2", ["a1[0]", "a1[1]"]),
        ("w5, w6", ["W2[0,0]", "W2[0,1]"]),
        ("w7, w8", ["W2[1,0]", "W2[1,1]"]),
        ("b2", ["b2[0]"]),
        ("net_o1, net_o2", ["z2[0]", "z2[1]"]),
        ("out_o1, out_o2", ["a2[0]", "a2[1]"]),
        ("target_o1, target_o2", ["y[0]", "y[1]"]),
        ("E_total", ["loss"]),
        ("δ_o1, δ_o2", ["delta2[0]", "delta2[1]"]),
        ("∂E_total/∂w5", ["dW2[0,0]"]),
        ("∂E_total/∂w1", ["dW1[0,0]"]),
    ]
    return table(
        ["there", "here", "value"],
        [
            (there, ", ".join(f"`{each}`" for each in ours), ", ".join(map(number, ours)))
            for there, ours in pairs
        ],
    )


def arrays() -> str:
    """The arrays of the worked example: their shapes with samples in columns and in rows."""
    ask = worked_pass()
    rows = [("x", "the inputs", ask.p.x)]
    for l, (layer, part) in enumerate(zip(ask.net.dense_layers, ask.p.dense), start=1):
        rows += [
            (f"W{l}", f"weights into layer {l}, a row a neuron", layer.W),
            (f"b{l}", f"biases of layer {l}", layer.b),
            (f"z{l}", f"weighted sums of layer {l}", part.z),
            (f"a{l}", f"activations of layer {l}", part.a),
            (f"delta{l}", f"∂L/∂z{l}", part.delta),
            (f"dW{l}", f"∂L/∂W{l}", layer.W),
            (f"db{l}", f"∂L/∂b{l}", layer.b),
        ]
    return table(
        ["symbol", "is", "one sample, a column", "N samples, a row each"],
        [(f"`{name}`", what, *_shapes(name, value)) for name, what, value in rows],
    )


def _shapes(name: str, value: NDArray[Any]) -> tuple[str, str]:
    if name.startswith(("W", "dW")):
        shape = f"({value.shape[0]}, {value.shape[1]})"
        return shape, shape
    if name.startswith(("b", "db")):
        return f"({value.size}, 1)", f"({value.size},)"
    return f"({value.shape[-1]}, 1)", f"(N, {value.shape[-1]})"


def losses() -> str:
    """What each way to write the squared error makes of one gradient of the worked example."""
    kinds: list[tuple[str, str, Callable[[Any, Any], Any]]] = [
        ("half the sum", "½ Σ (a − y)²", lambda a, y: ((a - y) ** 2).sum() / 2),
        ("the sum", "Σ (a − y)²", lambda a, y: ((a - y) ** 2).sum()),
        ("the mean over the outputs", "1/n Σ (a − y)²", lambda a, y: ((a - y) ** 2).mean()),
        ("half of that", "1/(2n) Σ (a − y)²", lambda a, y: ((a - y) ** 2).mean() / 2),
    ]

    def loss(form: Callable[[Any, Any], Any], by: float) -> float:
        moved = _moved_by(by)
        return float(form(moved.a[moved.last], moved.case.y))

    def row(title: str, formula: str, form: Callable[[Any, Any], Any]) -> Row:
        slope = (loss(form, NUDGE) - loss(form, -NUDGE)) / (2 * NUDGE)
        times = slope / float(worked_pass().at("dW2[0,0]").value)
        rate = worked_pass().learning_rate / times
        return (
            title,
            formula,
            written(loss(form, 0), 9),
            written(slope, 7),
            *(written(round(v, 6)) for v in (times, rate)),
        )

    return table(
        ["loss", "formula", "its value", "dW2[0,0]", "times ours", "rate of the same step"],
        [row(*kind) for kind in kinds],
    )


def biases() -> str:
    """The worked example under its three readings of the biases, after 10,000 updates."""
    readings = [
        ("worked", "stay as they are"),
        ("worked-shared", "one for each layer, learned"),
        ("worked-biases", "one for each neuron, learned"),
    ]
    rows: list[Row] = []
    for name, what in readings:
        bias = library()[name].bias
        rows.append((what, *(number(a, 9, 10_000, bias) for a in ("a2[0]", "a2[1]", "loss"))))
    return table(["the biases", "a2[0]", "a2[1]", "loss"], rows)


def printed_beside_ours() -> str:
    """What was printed for the worked example beside ours, and whether it can be made again."""
    rows: list[Row] = []
    for figure in library()["worked"].compared().figures:
        printed, ours = figure.published, f"{figure.ours:.{figure.decimals}f}"
        rows.append((figure.what, printed, ours, "the same" if figure.same else "another"))
    return table(["number", "as printed", "ours", ""], rows)


def _programs() -> list[dict[str, Any]]:
    tables = (STRANGERS / name for name in ("programs.json", "second.json"))
    return [row for each in tables for row in json.loads(each.read_text("utf-8"))["programs"]]


def met_in_public() -> str:
    """The mistakes that were found in public programs, with how many of these have each."""
    rows = _programs()
    counts = Counter(
        entry for row in rows for entry in {fault["entry"] for fault in row["faults"]} if entry
    )
    known = {mistake.name: mistake for mistake in KNOWN_MISTAKES}
    return "\n".join(
        f"- **{m.title[0].upper()}{m.title[1:]}**, in {count}: `{m.wrong}` instead of `{m.right}`. "
        f"*{m.hint}*"
        for name, count in counts.most_common()
        if (m := known.get(name))
    )


def programs_read() -> tuple[int, int]:
    """How many public programs were read, and how many of them have a mistake."""
    rows = _programs()
    judged = [row for row in rows if row["right"] is not None]
    return len(judged), sum(not row["right"] for row in judged)


def lesson_slips() -> str:
    """Each lesson's sheet, and its five usual slips."""
    told: list[str] = []
    for lesson, slips in zip(COURSE, SLIPS):
        sheet = f"`glassnet exercise --lesson {lesson.number}`" if lesson.sheet[0] else "below"
        titles = "; ".join(slip.mistake.title for slip in slips)
        told.append(
            f"**[{lesson.number}. {lesson.title}](learn/{lesson.page}.md)**\n"
            f": Sheet: {sheet}.\n: Usual slips: {titles}."
        )
    return "\n\n".join(told)


def paper_tasks() -> str:
    """A task on paper to each lesson that has no worksheet, with its solution folded."""
    now, after = number("loss"), number("loss", 9, 1)
    up = written(_loss_at(0.5), 7)
    down = written(_loss_at(-0.5), 7)
    slope = written((_loss_at(0.5) - _loss_at(-0.5)) / 1.0, 5)
    tasks = [
        (0, "Write down the shapes of W, b and a for a layer of three neurons that takes two "
            "numbers, and of W·a + b.",
            "W (3, 2), b (3, 1), a (2, 1), and W·a + b (3, 1)."),
        (6, f"With W2[0,0] half a unit larger the loss is {up}, with it half a unit smaller "
            f"{down}. How steep is the loss there? Which way must the weight go?",
            f"({up} − {down}) / 1 = {slope}. It grows with the weight, so the weight must become "
            f"smaller. Nudged by {NUDGE:g} instead of a half it is {number('dW2[0,0]', 5)}: the "
            "smaller the nudge, the nearer."),
        (7, f"The slope at W2[0,0] = {number('W2[0,0]')} is {number('dW2[0,0]', 5)}. Take a step "
            "with a learning rate of 0.5. The step of all weights at once takes the loss from "
            f"{now} to {after}: by how much in a hundred?",
            f"{number('W2[0,0]')} − 0.5·{number('dW2[0,0]', 5)} = {number('new.W2[0,0]', 5)}. "
            f"The loss falls by {_fallen():.1f} %."),
        (11, "Four samples of two inputs go into a layer of three neurons. Write down the shapes "
             "of X, W, b, X @ W.T + b, and of the deltas of that layer; then say why dW is "
             "δ.T @ X and not X @ δ.",
             "X (4, 2), W (3, 2), b (3,), X @ W.T + b (4, 3), δ (4, 3). dW must have W's shape, "
             "(3, 2): (3, 4) @ (4, 2). X @ δ would be (4, 2) @ (4, 3), which does not fit."),
        (12, "Which lines of the program would you change for three classes with softmax and "
             "cross-entropy?",
             "The output's activation; the loss; and the output delta, which becomes a − y. "
             "Everything before it stays."),
    ]  # fmt: skip
    return "\n\n".join(
        f"**Lesson {lesson}.** {task}\n\n"
        f"<details><summary>Solution</summary>\n\n{solution}\n\n</details>"
        for lesson, task, solution in tasks
    )


def _moved_by(by: float) -> TextbookPass:
    """The worked example's forward pass with W2[0,0] moved."""
    c = case_of(WORKED)
    W2 = c.weights[1].copy()
    W2[0, 0] += by
    return forward(replace(c, weights=[c.weights[0], W2]))


def _loss_at(by: float) -> float:
    return float(TEXTBOOK.loss(_moved_by(by)))


def _fallen() -> float:
    """By how much in a hundred the first update lowers the loss."""
    before, after = (float(worked_pass(steps).at("loss").value) for steps in (0, 1))
    return 100 * (before - after) / before


LARGER = """\
rng = np.random.default_rng(1)
X = rng.random((100, 2))
Y = 1.0 * (abs(X[:, :1] - X[:, 1:]) < 0.3)
W1, b1 = rng.normal(size=(3, 2)), np.zeros(3)
W2, b2 = rng.normal(size=(1, 3)), np.zeros(1)
learning_rate = 2.0
"""
ASKED = (
    "new = rng.random((1000, 2))",
    "answers = forward(new)[1] > 0.5",
    "right = answers == (abs(new[:, :1] - new[:, 1:]) < 0.3)",
    "print(right.sum())",
)


def larger_question() -> str:
    """The course's program on data of its own, and what it then answers."""
    printed, names = ran(PROGRAM_ON_FOUR.replace(FOUR_SAMPLES, LARGER))
    loss = printed.splitlines()[-1]
    session = TypedSession.after(names).answers(*ASKED)
    return f"```python\n{LARGER}```\n\n```text\n{loss}\n```\n\n```pycon\n{session}\n```"
