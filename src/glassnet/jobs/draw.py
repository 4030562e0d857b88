"""What `glassnet draw` draws: a model with its data, a row's pass, and trainings of a copy."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.optimizers import SGD
from glassnet.data import Reading, is_table, open_data, split_train_test
from glassnet.explain import WORKED, read_example
from glassnet.explain.landscape.course import Course, watch_run
from glassnet.explain.landscape.landscape import (
    Surface,
    loss_surface,
    principal_directions,
    weight_directions,
)
from glassnet.jobs.open import (
    Looked,
    Model,
    open_model,
    rows_to_look_at,
    without_preparation,
)
from glassnet.jobs.threads_and_signals import Say
from glassnet.runtime import blas_threads, threads_for
from glassnet.training import encode
from glassnet.training.recipe.recipe import fit_settings, recipe_for

MOST_ROWS = 10_000  # to train on
WATCHED = 500  # rows that a run's losses and a surface are measured on
EPOCHS = 100  # at most, unless asked for
EXAMPLE = "example"  # stands for the worked example


@dataclass(frozen=True)
class CopyTrained:
    """The training of a copy of the model that a picture shows: so many epochs on so many rows."""

    epochs: int
    rows: int
    data: str


@dataclass(frozen=True)
class Drawing:
    """A picture that was written: the file, what it shows, and the training that it took."""

    kind, version = "drawing", 1

    picture: str
    what: str
    seconds: float
    training: CopyTrained | None


@dataclass(frozen=True)
class Asked:
    """What a picture is to show, and of the training that it may take.

    Attributes:
        suffix: the ending of its file.
        layer: of this one alone, where it shows one; row: which goes through the network.
        directions: of a surface, as addresses of two weights.
        epochs, seed: of the copy's training, None for what suits and for the model's own.
        encoding: of a table, where it is named.
        member: of a mean of networks, the one to draw, from 1 on.
    """

    suffix: str
    layer: int | None = None
    row: int = 0
    directions: str | None = None
    epochs: int | None = None
    seed: int | None = None
    encoding: str | None = None
    member: int | None = None


@dataclass
class Case:
    """What there is to draw: the network, the data where given, and what was asked for."""

    asked: Asked
    say: Say
    net: Network
    start: Callable[[], Network]  # the network before training
    name: str = ""  # of the data
    X: Any = None  # raw rows, (N, n_in)
    y: Any = None  # the place of each row's class, or its number, (N,) or (N, n_out)
    labels: Any = None  # the targets as the data have them
    features: Any = None
    image_shape: tuple[int, ...] | None = None
    rows: Looked | None = None  # that --row counts
    learn_from: Callable[[], tuple[Any, Any, dict[str, Any]]] | None = None  # for `fit`
    trained: CopyTrained | None = None

    def some(self, most: int) -> Any:
        """Row numbers, at most so many, always the same."""
        return _some(len(self.X), most)

    def target(self, rows: Any) -> Any:
        """Of these rows the place of the class, or the number; of several targets the first."""
        return self.y[rows] if self.y.ndim == 1 else self.y[rows, 0]

    def watch(self) -> tuple[Any, Any]:
        """The rows that losses are measured on."""
        k = self.some(WATCHED)
        return self.X[k], self.labels[k]


def open_case(model: str, data: str | None, asked: Asked, say: Say) -> Case:
    """Reads the model and the data. Args: say, is told what is not sure, and what takes long."""
    if (asked.epochs is not None and asked.epochs < 1) or (asked.seed or 0) < 0:
        raise InputError("give --epochs from 1 up and --seed from 0 up, or leave them out.")
    if model == EXAMPLE or model.lower().endswith(".toml"):
        if asked.member is not None:
            raise InputError("--member goes with a model: leave it out.")
        return _example(model, data, asked, say)
    opened = open_model(model, data=data, encoding=asked.encoding, member=asked.member)
    net = opened.net
    seed = net.seed if asked.seed is None else asked.seed

    def start() -> Network:
        fresh = Network.from_spec({**net.spec(), "seed": seed})
        fresh.preparation, fresh.target_scale = case.net.preparation, net.target_scale
        return fresh

    features = opened.about.get("features")
    case = Case(asked, say, net, start, features=features, image_shape=opened.image_shape)
    if data is not None:
        _take_data(case, opened, data, seed)
    return case


def _take_data(case: Case, opened: Model, data: str, seed: int | None) -> None:
    """The case's rows, as the pictures' network takes them: of a table, prepared."""
    net, target, encoding = opened.net, opened.target, case.asked.encoding
    one = rows_to_look_at(data, opened, encoding, case.say)
    table = is_table(data)
    reading = Reading()
    preparation: Any = net.preparation if table else None
    if table and target is not None:
        split = {how: by for how, by in opened.split.items() if by in one.X.columns}
        reading = Reading(
            list(target.names), None, encoding, target.task, split.get("group"), split.get("time")
        )
        net = case.net = without_preparation(net)
    dataset = open_data(data, reading, likely_encoding=opened.encoding)
    case.name, case.labels = dataset.name, dataset.y
    case.X, looked = (
        X if preparation is None else preparation.apply(X, net.dtype) for X in (dataset.X, one.X)
    )
    if not table:
        _inputs(case, dataset.X[:1])  # says in one sentence where they do not fit
    case.y = encode(net, dataset.y)
    case.rows = replace(one, X=looked, y=encode(net, one.y))
    case.features = dataset.features if preparation is None else preparation.inputs
    case.image_shape = dataset.image_shape or case.image_shape

    def learn_from() -> tuple[Any, Any, dict[str, Any]]:
        parts = split_train_test(dataset)
        X = case.X if parts.rows is None else case.X[parts.rows]
        k, epochs = _some(len(X), MOST_ROWS), case.asked.epochs
        recipe = recipe_for(dataset, inputs=net.n_in, parts=parts, seed=seed, epochs=epochs)
        return (
            X[k],
            parts.y[k],
            fit_settings(recipe) | {"epochs": epochs or min(recipe.epochs, EPOCHS)},
        )

    case.learn_from = learn_from


def _some(n: int, most: int) -> Any:
    """At most so many of n row numbers, always the same."""
    return np.arange(n) if n <= most else np.random.default_rng(0).permutation(n)[:most]


def _example(model: str, data: str | None, asked: Asked, say: Say) -> Case:
    """An example brings its own sample and its own rate."""
    if data is not None:
        raise InputError(f"an example brings its own sample: leave {data} out.")
    example = WORKED if model == EXAMPLE else read_example(model)
    X, y = np.array([example.inputs]), np.array([example.targets])
    settings = {
        "epochs": asked.epochs or 1000,
        "batch_size": 1,
        "optimizer": SGD(learning_rate=example.learning_rate),
    }
    return Case(
        asked, say, example.network(), example.network, example.name, X, y, labels=y,
        learn_from=lambda: (X, y, settings),
    )  # fmt: skip


def _inputs(case: Case, X: Any) -> Any:
    """Raw rows as the network takes them."""
    net = case.net
    return net.inputs(X if net.preparation is None else net.preparation.apply(X, net.dtype))


def pass_of(case: Case) -> Any:
    """The pass of the row that was asked for, with its target; None without data."""
    if case.X is None:
        return None
    looked = case.rows or Looked(case.X, case.y, case.name, case.name)
    row = looked.place(case.asked.row)
    k = slice(row, row + 1)
    X, y = looked.X, looked.y[k]
    if case.net.target_scale is not None:
        y = case.net.target_scale.apply(y, case.net.dtype)
    return case.net.measure(case.net.forward(_inputs(case, X[k])), y)


# -- trainings of a copy -------------------------------------------------------------------


def train(case: Case, what: str, run: Callable[[Any, Any, dict[str, Any]], Any]) -> Any:
    """Says what it does, and does it on as many threads as serve."""
    assert case.learn_from is not None
    X, y, settings = case.learn_from()
    rows = f"{len(X):,} row{'s' if len(X) > 1 else ''}"
    case.say(f"training {what} for {settings['epochs']:,} epochs on {rows} of {case.name} …")
    case.trained = CopyTrained(settings["epochs"], len(X), case.name)
    with _threads(case, settings["batch_size"]):
        return run(X, y, settings)


def _threads(case: Case, rows: int) -> AbstractContextManager[None]:
    """As many threads as serve products with so many rows."""
    return blas_threads(threads_for(rows * max(d.W.size for d in case.net.dense_layers)))


def ended(case: Case, *runs: "Course") -> None:
    """Hands an interrupt on, and tells of a divergence."""
    for run in runs:
        if run.history.stopped == "interrupted":
            raise KeyboardInterrupt
        if run.history.stopped == "diverged":
            case.say(run.history.message)


def watched(case: Case) -> tuple["Network", "Course"]:
    """A copy, trained, and how that went."""
    net = case.start()
    course = train(
        case, "a copy", lambda X, y, settings: watch_run(net, X, y, case.watch(), **settings)
    )
    ended(case, course)
    return net, course


def surface_of(case: Case) -> "Surface":
    chosen = None
    if case.asked.directions is not None:
        addresses = re.findall(r"[^\s,;\[\]]+(?:\[[^\]]*\])?", case.asked.directions)
        chosen = weight_directions(case.net, addresses)
    net, run = watched(case)
    if chosen is None:
        chosen = principal_directions(run.thetas)
    X, y = case.watch()
    points = 61 if len(X) * net.theta.size < 100_000 else 41
    with _threads(case, len(X)):
        return loss_surface(net, X, y, chosen, path=run, points=points)
