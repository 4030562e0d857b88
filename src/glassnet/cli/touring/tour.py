"""The tour: one command after which a stranger has seen a network learn, by numbers and pictures.

First the worked example, which can be followed with pencil and paper; then the same mathematics
on real handwritten digits. What was shown is left in a folder, as a page with its pictures.
"""

import importlib.util
import math
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.core.display.numbers import written
from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.optimizers import SGD
from glassnet.data import Parts, load_data
from glassnet.explain import WORKED, pass_of, walk
from glassnet.files.whole import write_whole
from glassnet.training import EpochEnd, History, TrainingEnd, accuracy, confusion, fit
from glassnet.training.recipe import recipe
from glassnet.views.html.demo_page import Picture, Section, demo_page
from glassnet.views.html.tables import Table
from glassnet.views.html.walk_page import walk_page
from glassnet.views.svg.network import draw_network
from glassnet.views.text.curve import curve
from glassnet.views.text.walk import number

FOLDER = Path("glassnet-demo")
STEPS = 10_000  # of the worked example
WALKED = 10  # updates that the page of the worked example steps through
TELL = 10  # epochs between two lines on the digits

STORY = ("z1[0]", "a1[0]", "loss", "delta2[0]", "delta1[0]", "dW1[0,0]", "new.W1[0,0]")
INK = " .:+#@"  # of a digit in the terminal, from white to black

COMMANDS = [
    ("glassnet learn", "write such a network yourself, lesson by lesson"),
    ("glassnet start network.py", "or fill in a skeleton of it at once"),
    ("glassnet check network.py", "what is wrong in yours, the mistake by its name"),
    ("glassnet walk --at 'delta1[0]'", "any number of the first network, and why"),
    ("glassnet train iris --hidden 16", "a table, and an honest figure for it"),
]

Out = Callable[[str], Any]


@dataclass(frozen=True)
class _Example:
    """What the worked example left: before and after are networks with their passes."""

    losses: list[float]  # before each step, and after the last
    before: Network
    after: Network


@dataclass(frozen=True)
class _Digits:
    net: Network
    parts: Parts
    image_shape: tuple[int, ...]
    history: History
    y_hat: Any  # of the test rows, (N_test,)
    probabilities: Any  # (N_test, 10)
    smoothing: float  # of the labels
    least: float  # the loss below which smoothed labels do not let it fall


def run_demo(folder: Path = FOLDER, out: Out = print, seed: int = 0) -> None:
    """Shows the tour by out, a print of lines, and leaves index.html and its pictures in folder.

    Args:
        seed: of the digits' first weights and of the order they are learned in.

    Raises:
        InputError: the folder cannot be made or written to; said before anything is computed.
    """
    folder = Path(folder)
    _open(folder)
    out("glassnet: a neural network you can see through")
    out("==============================================")
    out("")
    out(_title("1. One weight's way through one step"))
    _tell_story(out)
    example = _train_example(out)
    digits = _train_digits(out, seed)
    out("")
    out(_title("4. The pictures"))
    shown = _leave(folder, example, digits, out)
    _show_digit(digits, out)
    out(f"{folder / 'index.html'}   {shown} pictures, and what they show")
    out(f"{folder / 'walk.html'}    the first network, to step through number by number")
    out("")
    out("Open them in a browser. And then:")
    width = max(len(command) for command, _ in COMMANDS)
    for command, what in COMMANDS:
        out(f"  {command:<{width}}   {what}")


def _tell_story(out: Out) -> None:
    """What one weight of the worked example does, from the sum that it goes into to its update."""
    told = pass_of(WORKED)
    out("Two inputs, two hidden neurons, two outputs. W1[0,0] weighs the first input on its way to")
    out("the first hidden neuron. Forward to the error, and back to what the weight becomes:")
    out("")
    for address in STORY:
        answer = told.at(address)
        pad = " " * len(address)
        out(f"   {address} = {answer.formula}")
        out(f"   {pad} = {answer.put_in(6)}")
        out(f"   {pad} = {number(answer.value)}")


def _show_digit(digits: _Digits, out: Out) -> None:
    """The test image that the network is surest of, in ink, and what it says of it."""
    k = int(digits.probabilities.max(axis=1).argmax())
    image = digits.parts.X_test[k].reshape(digits.image_shape)
    ink = (image / max(image.max(), 1) * (len(INK) - 1)).round().astype(int)
    out("")
    for n, row in enumerate(ink.tolist()):
        beside = f"     a {digits.y_hat[k]}, it says" if n == len(ink) // 2 else ""
        out(("    " + "".join(2 * INK[v] for v in row) + beside).rstrip())
    out("")


def _train_example(out: Out) -> _Example:
    """The worked example, by plain gradient descent on its one sample."""
    before, net = WORKED.network(), WORKED.network()
    x, y = [WORKED.inputs], [WORKED.targets]
    rule = SGD(WORKED.learning_rate)
    theta, grad = net.theta[: net.n_learned], net.grad[: net.n_learned]
    rule.start(theta)
    losses: list[float] = []
    for _ in range(STEPS):
        losses.append(net.gradient(x, y))
        rule.step(theta, grad)
    losses.append(net.measure(net.forward(x), y).loss)
    out("")
    out(_title(f"2. The worked example, trained for {STEPS:,} steps"))
    out(curve(losses, title="the error, on a logarithmic axis", y_label="error"))
    out("")
    out(f"error before      {losses[0]:.6f}")
    out(f"error after       {written(losses[-1], 7)}, fallen by {_fall(losses)}")
    out(f"prediction after  {_list(net.predict_proba(x)[0])}, wanted {_list(WORKED.targets)}")
    return _Example(losses, before, net)


def _train_digits(out: Out, seed: int) -> _Digits:
    """The built-in digits, measured on images that training never saw."""
    data = load_data("digits")
    assert data.image_shape is not None
    settings = recipe.recipe_for(data, seed=seed)
    net, parts = recipe.prepare(data, settings)
    smoothing = settings.label_smoothing
    least = _least(smoothing, len(net.classes or ()))
    out("")
    out(_title("3. The same mathematics on handwritten digits"))
    out(
        f"{len(parts.X):,} images of 8×8 pixels to learn from, {len(parts.X_test)} to be measured "
        f"with; {net.theta.size:,} parameters"
    )
    out("")
    out(f"epoch      loss   (labels smoothed by {smoothing:g}: no less than {least:.4f})")
    history = History()
    for event in fit(net, parts.X, parts.y, **recipe.fit_settings(settings)):
        if isinstance(event, TrainingEnd):
            history = event.history
        elif isinstance(event, EpochEnd) and (event.epoch == 1 or event.epoch % TELL == 0):
            out(f"{event.epoch:5}  {event.row['loss']:8.4f}")
    probabilities = net.predict_proba(parts.X_test)
    y_hat = np.asarray(net.classes)[net.choose(probabilities)]
    out("")
    out(
        f"{_percent(accuracy(parts.y_test, y_hat))} of the {len(y_hat)} test images are read "
        f"rightly, after {history['seconds'][-1]:.1f} seconds"
    )
    return _Digits(net, parts, data.image_shape, history, y_hat, probabilities, smoothing, least)


def _least(smoothing: float, n_classes: int) -> float:
    """The least cross-entropy with smoothed labels: their own entropy −Σ y ln y, in nats."""
    other = smoothing / n_classes
    right = 1 - smoothing + other
    return -(right * math.log(right) + ((n_classes - 1) * other * math.log(other) if other else 0))


# -- what is left behind -----------------------------------------------------------------------


def _open(folder: Path) -> None:
    """Makes the folder, or says in one sentence why that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise InputError(f"{folder} is a file: give a folder for the demo's pictures.") from None
    except OSError as error:
        raise InputError(
            f"the folder {folder} cannot be made: {error.strerror or error}."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"the folder {folder} cannot be written to: choose another.")


def _leave(folder: Path, example: _Example, digits: _Digits, out: Out) -> int:
    """Writes the pictures, then the page that shows them; how many pictures there are."""
    drawings = [_drawing(example.before), _drawing(example.after)]
    for name, drawing in zip(["network.svg", "network-after.svg"], drawings):
        write_whole(folder / name, drawing)
    plots = can_plot()
    if plots:
        _plot(folder, example, digits)
    else:
        out("matplotlib is absent, and with it most pictures: pip install 'glassnet[plots]'")
    sections = [_example_section(example, plots), _digits_section(digits, plots)]
    page = demo_page(
        "A neural network you can see through",
        "What the tour showed, in numbers and pictures. The first network is small enough to "
        "follow with pencil and paper; the second reads handwriting with the same mathematics.",
        sections,
        COMMANDS,
        "walk.html",
    )
    write_whole(folder / "index.html", page)
    write_whole(folder / "walk.html", walk_page([walk(WORKED, n) for n in range(WALKED + 1)]))
    return sum(len(section.pictures) for section in sections)


def can_plot() -> bool:
    """Whether matplotlib, which the extra `plots` brings, is there."""
    if "matplotlib" in sys.modules:
        return sys.modules["matplotlib"] is not None
    return importlib.util.find_spec("matplotlib") is not None


def _drawing(net: Network) -> str:
    return draw_network(net, net.measure(net.forward([WORKED.inputs]), [WORKED.targets]))


def _plot(folder: Path, example: _Example, digits: _Digits) -> None:
    from glassnet.views.figures import pictures

    classes = list(digits.net.classes or ())
    place = {label: k for k, label in enumerate(classes)}
    y, y_hat = (
        [place[label] for label in labels.tolist()]
        for labels in (digits.parts.y_test, digits.y_hat)
    )
    table = confusion(y, y_hat, len(classes))
    W = digits.net.dense_layers[0].W
    for name, figure in {
        "loss.png": pictures.loss_curve(example.losses),
        "digits-loss.png": pictures.loss_curve(digits.history, floor=digits.least),
        "confusion.png": pictures.confusion_matrix(table, classes),
        "wrong.png": pictures.wrong_images(
            digits.parts.X_test,
            digits.parts.y_test,
            digits.y_hat,
            digits.probabilities,
            digits.image_shape,
        ),
        "first-layer.png": pictures.first_layer_images(W, digits.image_shape),
    }.items():
        pictures.save(figure, folder / name)


def _example_section(example: _Example, plots: bool) -> Section:
    pictures = [
        Picture(
            "network.svg",
            "The network before training: two inputs, two hidden neurons, two outputs, each "
            "connection with its weight, each neuron with its activation",
            "Before the first step. In each circle stands what the neuron answers to the inputs "
            "0.05 and 0.1; beside the outputs stands what they should answer.",
        ),
        Picture(
            "network-after.svg",
            "The same network after training: the weights to the first output have become "
            "negative, those to the second output have grown",
            f"After {STEPS:,} steps: blue weights push a neuron up, orange ones pull it down, "
            "thicker lines do so more.",
        ),
    ]
    if plots:
        pictures.append(
            Picture(
                "loss.png",
                f"The error falls from {example.losses[0]:.3f} to {written(example.losses[-1], 2)} "
                f"in {STEPS:,} steps, fast at first and ever more slowly",
                "The error at each step, on a logarithmic axis: each line of the grid is a tenth "
                "of the one above.",
            )
        )
    return Section(
        "The worked example",
        [
            "Two inputs, two hidden neurons, two outputs, every number given. Each step computes "
            "the outputs, measures how far they are from the targets, and moves each weight a "
            f"little against its gradient (learning rate {WORKED.learning_rate:g}; the biases "
            "stay as they are).",
            f"In {STEPS:,} steps the error fell by {_fall(example.losses)}.",
        ],
        [_example_table(example)],
        pictures,
    )


def _example_table(example: _Example) -> Table:
    rows = [["error", f"{example.losses[0]:.6f}", written(example.losses[-1], 7)]]
    a, b = (net.predict_proba([WORKED.inputs])[0] for net in (example.before, example.after))
    for k, target in enumerate(WORKED.targets):
        rows.append([f"output {k} (wanted {target:g})", f"{a[k]:.6f}", f"{b[k]:.6f}"])
    arrays = zip(example.before.parameters(), example.after.parameters())
    for (name, start, _), (_, end, _) in arrays:
        if name.startswith("W"):
            rows += [
                [f"{name}[{i},{j}]", _signed(float(start[i, j])), _signed(float(end[i, j]))]
                for i, j in np.ndindex(*start.shape)
            ]
    head = ["", "before", f"after {STEPS:,} steps"]
    return Table("The worked example before and after training", head, rows)


def _digits_section(digits: _Digits, plots: bool) -> Section:
    n, right = len(digits.y_hat), int((digits.y_hat == digits.parts.y_test).sum())
    told = [row for row in digits.history.epochs if row["epoch"] == 1 or row["epoch"] % TELL == 0]
    rows = [[str(row["epoch"]), f"{row['loss']:.4f}"] for row in told]
    pictures = [
        Picture(
            "digits-loss.png",
            "The loss on the digits falls epoch by epoch",
            "The loss on the training images. An epoch is one pass over all of them. The labels "
            f"are smoothed by {digits.smoothing:g}: the loss cannot fall below the dotted line.",
        ),
        Picture(
            "confusion.png",
            f"Confusion matrix of the ten digits: {right} of {n} on its diagonal",
            "How often each digit was taken for which. Blue is right; orange is a mistake.",
        ),
        Picture(
            "wrong.png",
            f"The {n - right} test images that were taken for another digit",
            "The images it got wrong, the surest mistakes first. Would you have read them?",
        ),
        Picture(
            "first-layer.png",
            "The weights of the first layer's neurons, each laid out as an 8 by 8 image",
            "What the first layer's neurons look for: ink on blue drives a neuron up, ink on "
            "orange drives it down.",
        ),
    ]
    absent = "Pictures of this need matplotlib: pip install 'glassnet[plots]', then run it again."
    return Section(
        "Handwritten digits",
        [
            f"The same mathematics with {digits.net.theta.size:,} parameters, on "
            f"{len(digits.parts.X):,} images of 8×8 pixels. Of {n} images that training never "
            f"saw, the network reads {right} rightly: {_percent(right / n)}.",
            *([] if plots else [absent]),
        ],
        [Table("The loss while it learned", ["epoch", "loss"], rows)],
        pictures if plots else [],
    )


def _title(text: str) -> str:
    return f"{text}\n{'-' * len(text)}"


def _fall(losses: Sequence[float]) -> str:
    return _percent(1 - losses[-1] / losses[0], 3)


def _percent(share: float, digits: int = 2) -> str:
    return f"{100 * share:.{digits}f} %"


def _list(values: Any) -> str:
    return ", ".join(f"{value:.6g}" for value in values)


def _signed(value: float) -> str:
    return f"{value:.6f}".replace("-", "−")
