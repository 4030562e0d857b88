"""`glassnet draw`: the network and what it does, as pictures."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from glassnet.cli.options import Flag, Whole, WholeOrNone
from glassnet.jobs.draw import (
    Asked,
    Case,
    Drawing,
    ended,
    open_case,
    pass_of,
    surface_of,
    train,
    watched,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from glassnet.explain.landscape.course import Course

DOTS = 1_500  # rows shown as points


def draw(
    model: str,
    data: str | None = None,
    /,
    *,
    out: Path,
    what: str = "network",
    layer: WholeOrNone = None,
    row: Whole = 0,
    directions: str | None = None,
    epochs: WholeOrNone = None,
    seed: WholeOrNone = None,
    encoding: str | None = None,
    member: WholeOrNone = None,
    json: Flag = False,
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
    encoding
        Of a CSV, as utf-8, cp1252, latin-1 or shift_jis; that of the training if not given.
    member
        Of a model that is the mean of several networks, the one to draw, from 1 on; their mean
        if not given.
    json
        Print one JSON document.
    """
    import time

    from glassnet.cli.output import keep, print_json, say
    from glassnet.core.errors import InputError
    from glassnet.files.whole import check_apart, check_writable, write_whole

    began = time.perf_counter()
    picture = _picture(what, out)
    check_writable(out)
    check_apart(out, the_model=model, the_data=data)
    asked = Asked(out.suffix.lower(), layer, row, directions, epochs, seed, encoding, member)
    case = open_case(model, data, asked, say)
    if picture.needs_data and case.X is None:
        raise InputError(
            f"{what} needs data: glassnet draw {model} DATA --what {what} --out {out}, where DATA "
            "is as for glassnet evaluate."
        )
    write_whole(out, _bytes(picture.make(case), asked.suffix))
    keep("picture", out)
    if json:
        seconds = time.perf_counter() - began
        print_json(Drawing(str(out), what, seconds, case.trained))
    else:
        print(f"picture: {out}")
    return 0


def _picture(what: str, out: Path) -> "_Picture":
    """The picture of that name, once it is known that it can be drawn as the file's name says."""
    from glassnet.core.errors import InputError, unknown
    from glassnet.views.figures.shared import need_matplotlib

    if what not in PICTURES:
        raise unknown("picture", what, PICTURES)
    picture, suffix = PICTURES[what], out.suffix.lower()
    if suffix not in picture.endings:
        raise InputError(
            f"{what} is drawn as {' or '.join(picture.endings)}; --out is {out}: end it so."
        )
    if (what, suffix) != ("network", ".svg"):
        need_matplotlib()
    return picture


def _bytes(drawn: Any, suffix: str) -> bytes | str:
    """A drawing as the content of a file."""
    if isinstance(drawn, bytes | str):
        return drawn
    from glassnet.views.figures.pictures import render

    return render(drawn, suffix)


# -- the pictures --------------------------------------------------------------------------


def _network(case: Case) -> "str | Figure":
    from glassnet.views.figures.network import network_figure
    from glassnet.views.svg.network import draw_network

    p = pass_of(case)
    return draw_network(case.net, p) if case.asked.suffix == ".svg" else network_figure(case.net, p)


def _weights(case: Case) -> "Figure":
    from glassnet.views.figures.matrices import draw_weights

    return draw_weights(case.net, case.asked.layer, case.features)


def _images(case: Case) -> "Figure":
    from glassnet.core.errors import InputError
    from glassnet.views.figures.pictures import first_layer_images

    if case.image_shape is None:
        raise InputError(
            "this model was not trained on images: draw its weights as --what weights."
        )
    return first_layer_images(case.net.dense_layers[0].W, case.image_shape)


def _layers(case: Case) -> "Figure":
    from glassnet.views.figures.matrices import draw_layers

    return draw_layers(case.net, pass_of(case))


def _regions(case: Case) -> "Figure":
    from glassnet.explain.landscape.landscape import bounds_of, regions
    from glassnet.views.figures.regions import draw_regions

    k = case.some(DOTS)
    r = regions(case.net, bounds_of(case.X))
    return draw_regions(r, case.X[k], case.target(k), case.features)


def _neurons(case: Case) -> "Figure":
    from glassnet.explain.landscape.landscape import bounds_of, regions
    from glassnet.views.figures.regions import draw_neurons

    r = regions(case.net, bounds_of(case.X), points=81)
    return draw_neurons(r, case.asked.layer, case.X[case.some(DOTS)])


def _hidden(case: Case) -> "Figure":
    from glassnet.explain.landscape.landscape import hidden_space
    from glassnet.views.figures.hidden import draw_hidden

    k = case.some(DOTS)
    spaces = {
        name: hidden_space(net, case.X[k], case.asked.layer)
        for name, net in (("before training", case.start()), ("after training", case.net))
    }
    return draw_hidden(spaces, case.target(k), case.net.classes)


def _curves(case: Case) -> "Figure":
    from glassnet.explain.landscape.course import watch_run
    from glassnet.views.figures.pictures import loss_curve

    net = case.start()
    share = 0.1 if len(case.X) >= 50 else None
    run = train(
        case,
        "a copy",
        lambda X, y, settings: watch_run(
            net, X, y, case.watch(), **{**settings, "validation": share}
        ),
    )
    ended(case, run)
    return loss_curve(run.history)


def _optimizers(case: Case) -> "Figure":
    from glassnet.explain.landscape.course import compare_optimizers
    from glassnet.views.figures.training import draw_optimizers

    def compare(X: Any, y: Any, settings: dict[str, Any]) -> dict[str, "Course"]:
        # each with its own learning rate, held constant
        kept = {k: v for k, v in settings.items() if k not in ("optimizer", "schedule")}
        return compare_optimizers(case.start(), X, y, watch=case.watch(), **kept)

    runs = train(case, "a copy with each optimizer", compare)
    ended(case, *runs.values())
    return draw_optimizers(runs)


def _activations(case: Case) -> "Figure":
    from glassnet.views.figures.training import draw_activations

    return draw_activations(watched(case)[1])


def _surface_picture(case: Case) -> "Figure":
    from glassnet.views.figures.surface import draw_surface

    return draw_surface(surface_of(case))


def _descent(case: Case) -> bytes:
    from glassnet.views.figures.surface import descent_gif

    return descent_gif(surface_of(case))


class _Picture(NamedTuple):
    make: Callable[[Case], Any]
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
