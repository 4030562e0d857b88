"""`glassnet draw`: the network and what it does, as pictures."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from cyclopts import Parameter

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from glassnet.core.network import Network
    from glassnet.explain.courses import Course
    from glassnet.explain.landscapes import Surface

MOST_ROWS = 10_000  # to train on
WATCHED = 500  # rows that a run's losses and a surface are measured on
DOTS = 1_500  # rows shown as points
EPOCHS = 100  # at most, unless asked for
EXAMPLE = "example"  # stands for the worked example


def draw(
    model: str,
    data: str | None = None,
    /,
    *,
    out: Path,
    what: str = "network",
    layer: int | None = None,
    row: int = 0,
    directions: str | None = None,
    epochs: int | None = None,
    seed: int | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Draw a model: the network itself, its weights, what it sees, how it learned.

    Parameters
    ----------
    model
        A file that `glassnet train --out` wrote, or a TOML file with an example of your own; the
        word example stands for the worked example.
    data
        As for `glassnet evaluate`: where the picture needs some.
    out
        The picture: .svg or .png, for descent .gif.
    what
        Of the model alone: network, weights, images (first-layer weights as images).
        With DATA: layers (a row's way through, as column vectors), regions and neurons (of two
        inputs), hidden (the last hidden layer, before and after training).
        With DATA, after training a copy for a moment: curves, optimizers, activations, surface,
        descent (an animated GIF).
    layer
        Of this layer alone: weights, neurons, hidden.
    row
        Which row goes through the network, counted as `glassnet predict` does: network, layers.
    directions
        Of the surface: two weights, as 'W1[0,1] W2[0,0]'; else the two in which the copy moved
        most.
    epochs
        How long the copy is trained.
    seed
        Of the copy's weights and of the order of the rows; the model's own if not given.
    json
        Print one JSON document.
    """
    import time

    from glassnet.cli.output import print_json
    from glassnet.core.errors import InputError, unknown
    from glassnet.exchange import check_folder, write_whole
    from glassnet.views.draw_parts import need_matplotlib

    began = time.perf_counter()
    if what not in PICTURES:
        raise unknown("picture", what, PICTURES)
    picture = PICTURES[what]
    suffix = out.suffix.lower()
    if suffix not in picture.endings:
        raise InputError(
            f"{what} is drawn as {' or '.join(picture.endings)}; --out is {out}: end it so."
        )
    if (epochs is not None and epochs < 1) or (seed is not None and seed < 0):
        raise InputError("give --epochs from 1 up and --seed from 0 up, or leave them out.")
    check_folder(out)
    if (what, suffix) != ("network", ".svg"):
        need_matplotlib()
    asked = {"suffix": suffix, "layer": layer, "row": row, "directions": directions}
    case = _open(model, data, epochs, seed, asked)
    if picture.needs_data and case.X is None:
        raise InputError(
            f"{what} needs data: glassnet draw {model} DATA --what {what} --out {out}, where DATA "
            "is as for glassnet evaluate."
        )
    write_whole(out, _bytes(picture.make(case), suffix))
    if json:
        seconds = time.perf_counter() - began
        print_json(
            {"picture": str(out), "what": what, "seconds": seconds, "training": case.trained}
        )
    else:
        print(f"picture: {out}")
    return 0


@dataclass
class _Case:
    """What there is to draw: the network, the data where given, and what was asked for."""

    net: "Network"
    name: str  # of the data
    X: Any  # raw rows, (N, n_in), or None
    y: Any  # the place of each row's class, or its number, (N,) or (N, n_out)
    labels: Any  # the targets as the data have them
    features: Any
    image_shape: tuple[int, int] | None
    learn_from: Callable[[], tuple[Any, Any, dict[str, Any]]]  # rows, targets, settings of fit
    start: Callable[[], "Network"]  # the network before training
    layer: int | None
    row: int
    directions: str | None
    suffix: str
    trained: dict[str, Any] | None = None
    rows: tuple[Any, Any, str] | None = None  # that --row counts: X, y, and which they are

    def some(self, most: int) -> Any:
        """Row numbers, at most so many, always the same."""
        import numpy as np

        n = len(self.X)
        return np.arange(n) if n <= most else np.random.default_rng(0).permutation(n)[:most]

    def watch(self) -> tuple[Any, Any]:
        """The rows that losses are measured on."""
        k = self.some(WATCHED)
        return self.X[k], self.labels[k]


def _open(
    model: str, data: str | None, epochs: int | None, seed: int | None, asked: dict[str, Any]
) -> _Case:
    """Reads the model and the data."""
    if model == EXAMPLE or model.lower().endswith(".toml"):
        return _example(model, data, epochs, asked)
    import numpy as np

    from glassnet.cli.sources import rows_to_look_at
    from glassnet.core.network import Network
    from glassnet.data import load_data, split_train_test
    from glassnet.exchange import load, read_training
    from glassnet.training import encode
    from glassnet.training.recipe import fit_settings, recipe_for

    net = load(model)
    first = net.seed if seed is None else seed
    shape = read_training(model).get("image_shape")
    case = _Case(
        net,
        name="",
        X=None,
        y=None,
        labels=None,
        features=read_training(model).get("features"),
        image_shape=None if shape is None else (int(shape[0]), int(shape[1])),
        learn_from=lambda: (None, None, {}),
        start=lambda: _untrained(Network.from_spec({**net.spec(), "seed": first}), net),
        **asked,
    )
    if data is None:
        return case
    dataset = load_data(data)

    def learn_from() -> tuple[Any, Any, dict[str, Any]]:
        parts = split_train_test(dataset)
        n = len(parts.X)
        k = np.arange(n) if n <= MOST_ROWS else np.random.default_rng(0).permutation(n)[:MOST_ROWS]
        recipe = recipe_for(dataset, seed=first, epochs=epochs)
        settings = fit_settings(recipe)
        return parts.X[k], parts.y[k], {**settings, "epochs": epochs or min(recipe.epochs, EPOCHS)}

    _inputs(case, dataset.X[:1])  # says in one sentence where they do not fit
    case.name, case.learn_from = dataset.name, learn_from
    case.X, case.labels = dataset.X, dataset.y
    case.y = encode(net, dataset.y)
    X_one, y_one, which = rows_to_look_at(data)
    case.rows = X_one, encode(net, y_one), which
    case.features = dataset.features
    case.image_shape = dataset.image_shape or case.image_shape
    return case


def _example(model: str, data: str | None, epochs: int | None, asked: dict[str, Any]) -> _Case:
    """An example brings its own sample and its own rate."""
    import numpy as np

    from glassnet.core.errors import InputError
    from glassnet.core.optimizers import SGD
    from glassnet.explain import WORKED, read_example

    if data is not None:
        raise InputError(f"an example brings its own sample: leave {data} out.")
    example = WORKED if model == EXAMPLE else read_example(model)
    X, y = np.array([example.inputs]), np.array([example.targets])
    settings = {
        "epochs": epochs or 1000,
        "batch_size": 1,
        "optimizer": SGD(learning_rate=example.learning_rate),
    }
    return _Case(
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


def _untrained(fresh: "Network", net: "Network") -> "Network":
    fresh.preparation, fresh.target_scale = net.preparation, net.target_scale
    return fresh


def _inputs(case: _Case, X: Any) -> Any:
    """Raw rows as the network takes them."""
    net = case.net
    return net.inputs(X if net.preparation is None else net.preparation.apply(X, net.dtype))


def _pass(case: _Case) -> Any:
    """The pass of the row that was asked for, with its target; None without data."""
    from glassnet.core.errors import InputError

    if case.X is None:
        return None
    X, y, which = case.rows or (case.X, case.y, case.name)
    if not 0 <= case.row < len(X):
        raise InputError(
            f"row {case.row} is not among the {len(X):,} rows, 0 to {len(X) - 1}: {which}."
        )
    k = slice(case.row, case.row + 1)
    y = y[k]
    if case.net.target_scale is not None:
        y = case.net.target_scale.apply(y, case.net.dtype)
    p = case.net.forward(_inputs(case, X[k]))
    case.net.measure(p, y)
    return p


def _bytes(drawn: Any, suffix: str) -> bytes | str:
    """A drawing as the content of a file."""
    if isinstance(drawn, bytes | str):
        return drawn
    from glassnet.views.pictures import render

    return render(drawn, suffix)


# -- trainings of a copy -------------------------------------------------------------------


def _train(case: _Case, what: str, run: Callable[[Any, Any, dict[str, Any]], Any]) -> Any:
    """Says what it does on stderr, and does it on as many threads as serve."""
    from glassnet.cli.output import say

    X, y, settings = case.learn_from()
    rows = f"{len(X):,} row{'s' if len(X) > 1 else ''}"
    say(f"training {what} for {settings['epochs']:,} epochs on {rows} of {case.name} …")
    case.trained = {"epochs": settings["epochs"], "rows": len(X), "data": case.name}
    with _threads(case, settings["batch_size"]):
        return run(X, y, settings)


def _threads(case: _Case, rows: int) -> AbstractContextManager[None]:
    """As many threads as serve products with so many rows."""
    from glassnet.runtime import blas_threads, threads_for

    return blas_threads(threads_for(rows * max(d.W.size for d in case.net.dense_layers)))


def _ended(*runs: "Course") -> None:
    """Hands an interrupt on, and tells of a divergence."""
    from glassnet.cli.output import say

    for run in runs:
        if run.history.stopped == "interrupted":
            raise KeyboardInterrupt
        if run.history.stopped == "diverged":
            say(run.history.message)


def _watched(case: _Case) -> tuple["Network", "Course"]:
    """A copy, trained, and how that went."""
    from glassnet.explain.courses import watch_run

    net = case.start()
    course = _train(
        case, "a copy", lambda X, y, settings: watch_run(net, X, y, case.watch(), **settings)
    )
    _ended(course)
    return net, course


def _surface(case: _Case) -> "Surface":
    from glassnet.explain.landscapes import (
        loss_surface,
        principal_directions,
        weight_directions,
    )

    chosen = None
    if case.directions is not None:
        addresses = re.findall(r"[^\s,;\[\]]+(?:\[[^\]]*\])?", case.directions)
        chosen = weight_directions(case.net, addresses)
    net, run = _watched(case)
    if chosen is None:
        chosen = principal_directions(run.thetas)
    X, y = case.watch()
    points = 61 if len(X) * net.theta.size < 100_000 else 41
    with _threads(case, len(X)):
        return loss_surface(net, X, y, chosen, path=run, points=points)


# -- the pictures --------------------------------------------------------------------------


def _network(case: _Case) -> "str | Figure":
    from glassnet.views.draw_network_figure import network_figure
    from glassnet.views.network_drawing import draw_network

    p = _pass(case)
    return draw_network(case.net, p) if case.suffix == ".svg" else network_figure(case.net, p)


def _weights(case: _Case) -> "Figure":
    from glassnet.views.draw_matrices import draw_weights

    return draw_weights(case.net, case.layer, case.features)


def _images(case: _Case) -> "Figure":
    from glassnet.core.errors import InputError
    from glassnet.views.pictures import first_layer_images

    if case.image_shape is None:
        raise InputError(
            "this model was not trained on images: draw its weights as --what weights."
        )
    return first_layer_images(case.net.dense_layers[0].W, case.image_shape)


def _layers(case: _Case) -> "Figure":
    from glassnet.views.draw_matrices import draw_layers

    return draw_layers(case.net, _pass(case))


def _regions(case: _Case) -> "Figure":
    from glassnet.explain.landscapes import bounds_of, regions
    from glassnet.views.draw_regions import draw_regions

    k = case.some(DOTS)
    y = case.y[k] if case.y.ndim == 1 else case.y[k, 0]
    r = regions(case.net, bounds_of(case.X))
    return draw_regions(r, case.X[k], y, case.features)


def _neurons(case: _Case) -> "Figure":
    from glassnet.explain.landscapes import bounds_of, regions
    from glassnet.views.draw_regions import draw_neurons

    r = regions(case.net, bounds_of(case.X), points=81)
    return draw_neurons(r, case.layer, case.X[case.some(DOTS)])


def _hidden(case: _Case) -> "Figure":
    from glassnet.explain.landscapes import hidden_space
    from glassnet.views.draw_hidden import draw_hidden

    k = case.some(DOTS)
    spaces = {
        name: hidden_space(net, case.X[k], case.layer)
        for name, net in (("before training", case.start()), ("after training", case.net))
    }
    y = case.y[k] if case.y.ndim == 1 else case.y[k, 0]
    return draw_hidden(spaces, y, case.net.classes)


def _curves(case: _Case) -> "Figure":
    from glassnet.explain.courses import watch_run
    from glassnet.views.pictures import loss_curve

    net = case.start()
    share = 0.1 if len(case.X) >= 50 else None
    run = _train(
        case,
        "a copy",
        lambda X, y, settings: watch_run(
            net, X, y, case.watch(), **{**settings, "validation": share}
        ),
    )
    _ended(run)
    return loss_curve(run.history)


def _optimizers(case: _Case) -> "Figure":
    from glassnet.explain.courses import compare_optimizers
    from glassnet.views.draw_training import draw_optimizers

    def compare(X: Any, y: Any, settings: dict[str, Any]) -> dict[str, "Course"]:
        # each with its own learning rate, held constant
        kept = {k: v for k, v in settings.items() if k not in ("optimizer", "schedule")}
        return compare_optimizers(case.start(), X, y, watch=case.watch(), **kept)

    runs = _train(case, "a copy with each optimizer", compare)
    _ended(*runs.values())
    return draw_optimizers(runs)


def _activations(case: _Case) -> "Figure":
    from glassnet.views.draw_training import draw_activations

    return draw_activations(_watched(case)[1])


def _surface_picture(case: _Case) -> "Figure":
    from glassnet.views.draw_surface import draw_surface

    return draw_surface(_surface(case))


def _descent(case: _Case) -> bytes:
    from glassnet.views.draw_surface import descent_gif

    return descent_gif(_surface(case))


class _Picture(NamedTuple):
    make: Callable[[_Case], Any]
    needs_data: bool = True
    endings: tuple[str, ...] = (".svg", ".png")


PICTURES = {
    "network": _Picture(_network, needs_data=False),
    "weights": _Picture(_weights, needs_data=False),
    "images": _Picture(_images, needs_data=False),
    "layers": _Picture(_layers),
    "regions": _Picture(_regions),
    "neurons": _Picture(_neurons),
    "hidden": _Picture(_hidden),
    "curves": _Picture(_curves),
    "optimizers": _Picture(_optimizers),
    "activations": _Picture(_activations),
    "surface": _Picture(_surface_picture),
    "descent": _Picture(_descent, endings=(".gif",)),
}
