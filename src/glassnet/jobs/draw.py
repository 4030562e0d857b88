"""What `glassnet draw` draws: a model with its data, a row's pass, and trainings of a copy."""

import copy
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
from glassnet.jobs.open import Looked, open_model, rows_to_look_at
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


@dataclass
class Case:
    """What there is to draw: the network, the data where given, and what was asked for."""

    net: "Network"
    name: str  # of the data
    X: Any  # raw rows, (N, n_in), or None
    y: Any  # the place of each row's class, or its number, (N,) or (N, n_out)
    labels: Any  # the targets as the data have them
    features: Any
    image_shape: tuple[int, ...] | None
    learn_from: Callable[[], tuple[Any, Any, dict[str, Any]]]  # rows, targets, settings of fit
    start: Callable[[], "Network"]  # the network before training
    layer: int | None
    row: int
    directions: str | None
    suffix: str
    say: Say
    trained: CopyTrained | None = None
    rows: Looked | None = None  # that --row counts

    def some(self, most: int) -> Any:
        """Row numbers, at most so many, always the same."""
        n = len(self.X)
        return np.arange(n) if n <= most else np.random.default_rng(0).permutation(n)[:most]

    def watch(self) -> tuple[Any, Any]:
        """The rows that losses are measured on."""
        k = self.some(WATCHED)
        return self.X[k], self.labels[k]


def open_case(
    model: str,
    data: str | None,
    epochs: int | None,
    seed: int | None,
    encoding: str | None,
    say: Say,
    asked: dict[str, Any],
) -> Case:
    """Reads the model and the data. Args: say, is told what is not sure, and what takes long."""
    asked = {**asked, "say": say}
    if model == EXAMPLE or model.lower().endswith(".toml"):
        return _example(model, data, epochs, asked)
    opened = open_model(model)
    net, about = opened.net, opened.about
    first = net.seed if seed is None else seed
    case = Case(
        net,
        name="",
        X=None,
        y=None,
        labels=None,
        features=about.get("features"),
        image_shape=opened.image_shape,
        learn_from=lambda: (None, None, {}),
        start=lambda: _untrained(Network.from_spec({**net.spec(), "seed": first}), net),
        **asked,
    )
    if data is None:
        return case
    table = is_table(data)
    preparation: Any = net.preparation
    one = rows_to_look_at(data, opened, encoding, say)
    target = opened.target
    reading = Reading()
    if table and target is not None:
        split = {how: by for how, by in opened.split.items() if by in one.X.columns}
        reading = Reading(list(target.names), task=target.task, encoding=encoding, **split)
        net = case.net = _without_preparation(net)
    dataset = open_data(data, reading, likely_encoding=opened.encoding)

    def raw(X: Any) -> Any:
        """Rows as the pictures' network takes them: of a table, prepared."""
        return preparation.apply(X, net.dtype) if table else X

    def learn_from() -> tuple[Any, Any, dict[str, Any]]:
        parts = split_train_test(dataset)
        X = case.X if parts.rows is None else case.X[parts.rows]
        n = len(X)
        k = np.arange(n) if n <= MOST_ROWS else np.random.default_rng(0).permutation(n)[:MOST_ROWS]
        recipe = recipe_for(dataset, inputs=net.n_in, parts=parts, seed=first, epochs=epochs)
        settings = fit_settings(recipe)
        return X[k], parts.y[k], {**settings, "epochs": epochs or min(recipe.epochs, EPOCHS)}

    if not table:
        _inputs(case, dataset.X[:1])  # says in one sentence where they do not fit
    case.name, case.learn_from = dataset.name, learn_from
    case.X, case.labels = raw(dataset.X), dataset.y
    case.y = encode(net, dataset.y)
    case.rows = replace(one, X=raw(one.X), y=encode(net, one.y))
    case.features = preparation.inputs if table else dataset.features
    case.image_shape = dataset.image_shape or case.image_shape
    return case


def _example(model: str, data: str | None, epochs: int | None, asked: dict[str, Any]) -> Case:
    """An example brings its own sample and its own rate."""
    if data is not None:
        raise InputError(f"an example brings its own sample: leave {data} out.")
    example = WORKED if model == EXAMPLE else read_example(model)
    X, y = np.array([example.inputs]), np.array([example.targets])
    settings = {
        "epochs": epochs or 1000,
        "batch_size": 1,
        "optimizer": SGD(learning_rate=example.learning_rate),
    }
    return Case(
        example.network(),
        name=example.name,
        X=X,
        y=y,
        labels=y,
        features=None,
        image_shape=None,
        learn_from=lambda: (X, y, settings),
        start=example.network,
        **asked,
    )


def _without_preparation(net: "Network") -> "Network":
    """The same network, which takes rows that are prepared already: the columns that it sees."""
    bare = copy.deepcopy(net)
    bare.preparation = None
    return bare


def _untrained(fresh: "Network", net: "Network") -> "Network":
    fresh.preparation, fresh.target_scale = net.preparation, net.target_scale
    return fresh


def _inputs(case: Case, X: Any) -> Any:
    """Raw rows as the network takes them."""
    net = case.net
    return net.inputs(X if net.preparation is None else net.preparation.apply(X, net.dtype))


def pass_of(case: Case) -> Any:
    """The pass of the row that was asked for, with its target; None without data."""
    if case.X is None:
        return None
    looked = case.rows or Looked(case.X, case.y, case.name, case.name)
    row = looked.place(case.row)
    k = slice(row, row + 1)
    X, y = looked.X, looked.y[k]
    if case.net.target_scale is not None:
        y = case.net.target_scale.apply(y, case.net.dtype)
    return case.net.measure(case.net.forward(_inputs(case, X[k])), y)


# -- trainings of a copy -------------------------------------------------------------------


def train(case: Case, what: str, run: Callable[[Any, Any, dict[str, Any]], Any]) -> Any:
    """Says what it does, and does it on as many threads as serve."""
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
    if case.directions is not None:
        addresses = re.findall(r"[^\s,;\[\]]+(?:\[[^\]]*\])?", case.directions)
        chosen = weight_directions(case.net, addresses)
    net, run = watched(case)
    if chosen is None:
        chosen = principal_directions(run.thetas)
    X, y = case.watch()
    points = 61 if len(X) * net.theta.size < 100_000 else 41
    with _threads(case, len(X)):
        return loss_surface(net, X, y, chosen, path=run, points=points)
