"""Every drawing is a real file with the words it should have; nothing needs a display."""

import io
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.explain import WORKED
from glassnet.explain.landscape.course import Course, watch_run
from glassnet.explain.landscape.landscape import (
    HiddenSpace,
    bounds_of,
    hidden_space,
    loss_surface,
    principal_directions,
    regions,
)
from glassnet.training import History
from glassnet.views import colours

pytest.importorskip("matplotlib")

from PIL import Image

from glassnet.views.figures import parts as draw_parts
from glassnet.views.figures.hidden import draw_hidden
from glassnet.views.figures.matrices import draw_layers, draw_weights
from glassnet.views.figures.network import network_figure
from glassnet.views.figures.pictures import render
from glassnet.views.figures.regions import draw_neurons, draw_regions
from glassnet.views.figures.surface import descent_gif, draw_surface
from glassnet.views.figures.training import draw_activations, draw_optimizers
from glassnet.views.svg.network import draw_network

LONG = "a class whose name goes on and on, $ and all"


def words(figure) -> set[str]:
    """Every text in a figure, the figure being laid out."""
    from matplotlib.text import Text

    figure.draw_without_rendering()
    return {text.get_text() for text in figure.findobj(Text) if text.get_visible()}


def titled(figure, title: str):
    """The axes of that title."""
    (ax,) = [ax for ax in figure.axes if ax.get_title() == title]
    return ax


def points_of(drawn) -> list[list[float]]:
    """Where the points of a scatter lie."""
    return np.asarray(drawn.get_offsets()).tolist()


def moons_net(hidden: int = 4) -> tuple[Network, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 2))
    y = (X[:, 0] > X[:, 1]).astype(int)
    net = Network.dense([2, hidden, 2], hidden="tanh", output="softmax", seed=1)
    net.classes = ["left", LONG]
    return net, X, np.array(net.classes)[y]


# -- matrices and vectors ------------------------------------------------------------------


def test_a_small_matrix_holds_its_numbers_and_names_its_sides():
    net = WORKED.network()
    found = words(draw_weights(net))
    assert {"0.15", "0.2", "0.25", "0.3", "0.35", "0.6", "W1 and b1", "W2 and b2"} <= found
    assert {"x[0]", "x[1]", "a1[0]", "a1[1]", "a2[0]", "b1", "b2"} <= found


def test_rows_bear_the_names_of_classes_and_columns_those_of_features():
    net, *_ = moons_net()
    found = words(draw_weights(net, features=["height", "width"]))
    assert {"height", "width", "a2[0]: left"} <= found
    assert any(name.startswith("a2[1]: a class whose") and len(name) < 30 for name in found)


@pytest.mark.parametrize("sizes", [[1, 1], [2, 2, 2], [4, 32, 32, 3], [784, 128, 10]])
def test_weights_are_drawn_in_every_size(sizes: list[int]):
    net = Network.dense(sizes, hidden="tanh")
    for layer in net.dense_layers:
        layer.b[...] = np.arange(layer.n_out)
    figure = draw_weights(net)
    for k, layer in enumerate(net.dense_layers, start=1):
        ax = titled(figure, f"W{k} and b{k}")
        W, b = ax.images
        np.testing.assert_array_equal(W.get_array(), layer.W)
        np.testing.assert_array_equal(b.get_array(), layer.b[:, None])
        left, right, bottom, top = W.get_extent()
        assert (right - left, bottom - top) == (layer.n_in, layer.n_out)
        assert b.get_extent()[0] > right
        names = [tick.get_text() for tick in ax.get_xticklabels()]
        assert (names[0], names[-1]) == ("x[0]" if k == 1 else f"a{k - 1}[0]", f"b{k}")
        assert ax.get_yticklabels()[0].get_text() == f"a{k}[0]"
        assert bool(ax.texts) == (max(layer.W.shape) <= 12)
    assert max(figure.get_size_inches()) < 15


def test_the_scale_of_the_weights_is_symmetric_and_one_for_all():
    figure = draw_weights(Network.dense([3, 4, 2], seed=2))
    limits = {image.get_clim() for ax in figure.axes for image in ax.images if ax.get_title()}
    assert len(limits) == 1
    low, high = limits.pop()
    assert low == -high


def test_one_layer_alone_may_be_asked_for():
    found = words(draw_weights(Network.dense([3, 4, 2]), layer=2))
    assert "W2 and b2" in found
    assert "W1 and b1" not in found
    with pytest.raises(InputError, match="no layer 3"):
        draw_weights(Network.dense([3, 4, 2]), layer=3)


def test_one_bias_of_a_layer_stands_in_each_row():
    net = Network.dense([2, 3, 2], bias="layer")
    net.dense_layers[0].b[...] = 0.125
    figure = draw_weights(net)
    written = [text.get_text() for ax in figure.axes for text in ax.texts]
    assert written.count("0.125") == 3


def test_a_row_is_followed_through_the_layers():
    net = WORKED.network()
    p = net.forward([WORKED.inputs])
    p = net.measure(p, [WORKED.targets])
    figure = draw_layers(net, p)
    assert {"x", "z1", "a1", "z2", "a2", "W1 x + b1", "W2 a1 + b2", "sigmoid(z1)"} <= words(figure)
    assert {"0.05", "0.3775", "0.5933", "1.106", "0.7514", "y[0] = 0.01"} <= words(figure)
    columns = [image.get_array().ravel().tolist() for image in figure.axes[0].images]
    one, two = p.dense
    assert columns == [v[0].tolist() for v in (p.x, one.z, one.a, two.z, two.a)]
    places = [image.get_extent()[0] for image in figure.axes[0].images]
    assert places == sorted(places)


def test_a_long_vector_is_summed_up_and_a_sample_chosen():
    net = Network.dense([784, 128, 10], output="softmax")
    net.classes = [f"the class of the number {k}" for k in range(10)]
    figure = draw_layers(net, net.forward(np.random.default_rng(0).random((3, 784))), sample=2)
    found = words(figure)
    assert any(text.startswith("784 values\n0.0") for text in found)
    assert any(text.startswith("128 values") for text in found)
    assert "the class of the number…" in found
    assert "Each layer as a column vector, row 2" in found
    with pytest.raises(InputError, match="rows are 0 to 2"):
        draw_layers(net, net.forward(np.zeros((3, 784))), sample=3)


# -- the network as a figure ---------------------------------------------------------------


@pytest.mark.parametrize("sizes", [[2, 2, 2], [784, 128, 10]])
def test_the_figure_of_a_network_holds_what_its_drawing_holds(sizes: list[int]):
    net = Network.dense(sizes, hidden="tanh", output="softmax")
    net.classes = [f"${k}" for k in range(sizes[-1])]
    figure = network_figure(net)
    root = ElementTree.fromstring(draw_network(net).encode())
    drawn = ["".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]
    (ax,) = figure.axes
    assert [text.get_text().replace("\\$", "$") for text in ax.texts] == drawn
    paths = [e.get("d", "") for e in root.iter("{http://www.w3.org/2000/svg}path")]
    ends = [[float(v) for v in re.findall(r"[\d.]+", path)] for path in paths]
    assert [np.transpose(line.get_data()).ravel().tolist() for line in ax.lines] == ends
    circles = root.iter("{http://www.w3.org/2000/svg}circle")
    assert [(float(c.get("cx", 0)), float(c.get("cy", 0))) for c in circles] == [
        patch.center for patch in ax.patches if hasattr(patch, "radius")
    ]


# -- regions -------------------------------------------------------------------------------


@pytest.mark.parametrize("n_out", [1, 2, 3, 10])
def test_regions_name_every_class(n_out: int):
    rng = np.random.default_rng(0)
    n = max(n_out, 2)
    X, y = rng.normal(size=(40, 2)), rng.integers(0, n, 40)
    output = "softmax" if n_out > 1 else "sigmoid"
    net = Network.dense([2, 6, n_out], hidden="tanh", output=output, seed=3)
    net.classes = [f"{k} {LONG}" for k in range(n)]
    r = regions(net, bounds_of(X), points=31)
    figure = draw_regions(r, X, y, ("height", "width"))
    found = words(figure)
    (ax,) = figure.axes
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("height", "width")
    assert {draw_parts.short(c) for c in net.classes} <= found
    assert (*ax.get_xlim(), *ax.get_ylim()) == (r.x0[0], r.x0[-1], r.x1[0], r.x1[-1])
    # each class's rows lie where they are; below them the ground is of the colour of the choice
    marks = [c for c in ax.collections if len(c.get_offsets()) and c.get_offsets().any()]
    drawn = [points_of(mark) for mark in marks]
    assert drawn == [X[y == k].tolist() for k in range(n) if (y == k).any()]
    ground = np.asarray(ax.images[0].get_array())
    assert r.chosen is not None
    for place in ((0, 0), (15, 15), (30, 7)):
        tint = draw_parts.rgb(colours.PAPER) - ground[place]
        full = draw_parts.rgb(colours.PAPER) - draw_parts.rgb(colours.of_kind(r.chosen[place]))
        assert np.allclose(tint / np.abs(tint).max(), full / np.abs(full).max(), atol=0.02)
    (legend,) = figure.legends
    box, whole = legend.get_window_extent(), figure.bbox
    assert box.x0 >= whole.x0
    assert box.x1 <= whole.x1


def test_regions_of_numbers_have_a_scale():
    net = Network.dense([2, 3, 1], hidden="tanh")
    r = regions(net, (-1.0, 1.0, -1.0, 1.0), 11)
    figure = draw_regions(r, [[0.25, -0.5]], [3.0])
    assert "the output; in circles the data" in words(figure)
    ground, circles = figure.axes[0].collections
    assert (ground.levels[0], ground.levels[-1]) == (r.outputs.min(), r.outputs.max())
    assert points_of(circles) == [[0.25, -0.5]]
    assert circles.get_array().tolist() == [3.0]
    assert circles.get_clim() == ground.get_clim() == (r.outputs.min(), r.outputs.max())


@pytest.mark.parametrize("hidden, kind", [(1, "relu"), (4, "tanh"), (20, "sigmoid")])
def test_every_neuron_has_its_panel(hidden: int, kind: str):
    net = Network.dense([2, hidden, 2], hidden=kind, output="softmax")
    r = regions(net, (-1.0, 1.0, -1.0, 1.0), 11)
    figure = draw_neurons(r, X=[[0.0, 0.5]])
    titles = [ax.get_title() for ax in figure.axes]
    shown = min(hidden, 16)
    assert titles == [*(f"a1[{i}]" for i in range(shown)), "a2[0]", "a2[1]"]
    assert any("first 16 of 20" in text for text in words(figure)) == (hidden > 16)
    assert len(draw_neurons(r, layer=1).axes) == hidden
    with pytest.raises(InputError, match="no layer 3"):
        draw_neurons(r, layer=3)


# -- hidden spaces -------------------------------------------------------------------------


def space(points: np.ndarray) -> HiddenSpace:
    return HiddenSpace(points, ("first", "second"), 1, 8, "projection")


def test_classes_that_lie_apart_bear_their_names_where_they_are():
    y = np.arange(30) % 3
    apart = space(np.array([[0.0, 0.0], [5.0, 0.0], [0.0, 5.0]])[y])
    together = space(np.zeros((30, 2)))
    figure = draw_hidden({"one": apart, "two": together}, y, ["ant", "bee", "cow"])
    one, two = figure.axes
    assert [text.get_text() for text in one.texts] == ["ant", "bee", "cow"]
    assert len({text.get_position() for text in two.texts}) == len(two.texts)
    assert {"one", "two", "first", "second", "ant", "bee", "cow"} <= words(figure)


def test_names_in_a_hidden_space_do_not_collide():
    rng = np.random.default_rng(0)
    y = np.arange(200) % 10
    spread = space(rng.normal(size=(200, 2)) + 3 * rng.normal(size=(10, 2))[y])
    figure = draw_hidden({"after": spread}, y, [f"name {k}" for k in range(10)])
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    for k, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:k])


@pytest.mark.parametrize("n_classes", [None, 2, 10])
def test_hidden_spaces_are_drawn_for_classes_and_numbers(n_classes: int | None):
    rng = np.random.default_rng(0)
    net = Network.dense([3, 5, n_classes or 1], hidden="tanh")
    X = rng.normal(size=(40, 3))
    y = rng.normal(size=40) if n_classes is None else rng.integers(0, n_classes, 40)
    names = None if n_classes is None else [f"{k} {LONG}" for k in range(n_classes)]
    spaces = {"before training": hidden_space(net, X), "after training": hidden_space(net, -X)}
    figure = draw_hidden(spaces, y, names)
    for name, space in spaces.items():
        ax = titled(figure, name)
        assert (ax.get_xlabel(), ax.get_ylabel()) == space.axes
        drawn = [points_of(one) for one in ax.collections if len(one.get_offsets())]
        if n_classes is None:
            assert drawn == [space.points.tolist()]
            assert ax.collections[0].get_array().tolist() == y.tolist()
        else:
            there = [k for k in range(n_classes) if (y == k).any()]
            assert drawn == [space.points[y == k].tolist() for k in there]
    if names is not None:
        assert {draw_parts.short(name) for name in names} <= words(figure)


# -- trainings and surfaces ----------------------------------------------------------------


def course(T: int, L: int, stopped: str = "finished", bad: bool = False) -> Course:
    values = np.geomspace(1, 1e-3, T)
    losses = np.append(values[:-1], np.nan) if bad else values
    layers = np.outer(values, np.arange(1, L + 1))
    return Course(np.zeros((T, 3)), losses, layers, layers, History(stopped=stopped), np.arange(T))


def test_each_optimizer_has_a_line_of_its_own():
    runs = {"sgd, learning rate 0.1": course(9, 2), "adam": course(5, 2, "diverged", True)}
    figure = draw_optimizers(runs)
    (ax,) = figure.axes
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == 2
    assert {"sgd, learning rate 0.1", "adam (diverged)", "loss (logarithmic)"} <= words(figure)
    assert ax.get_yscale() == "log"
    assert ax.get_xlabel() == "epoch (0: before training)"
    for line, run in zip(ax.lines, runs.values()):
        np.testing.assert_array_equal(line.get_xdata(), run.at)
        np.testing.assert_array_equal(line.get_ydata(), run.losses)  # NaN leaves a gap


@pytest.mark.parametrize("L", [1, 12])
def test_each_layer_has_a_line_for_activations_and_one_for_gradients(L: int):
    run = course(6, L)
    figure = draw_activations(run)
    assert [len(ax.lines) for ax in figure.axes] == [L, L]
    styles = {(str(line.get_color()), line.get_linestyle()) for line in figure.axes[0].lines}
    assert len(styles) == L
    assert f"layer {L} (output)" in words(figure)
    for ax, sizes, what in zip(figure.axes, (run.activations, run.gradients), "aW"):
        assert ax.get_title().endswith(what)
        for line, size in zip(ax.lines, sizes.T):
            np.testing.assert_array_equal(line.get_ydata(), size)
    assert figure.axes[1].get_yscale() == "log"


def test_gradients_that_vanish_are_drawn_too():
    run = course(4, 2)
    run.gradients[...] = 0.0
    _, ax = draw_activations(run).axes
    assert ax.get_yscale() == "linear"
    assert [line.get_ydata().tolist() for line in ax.lines] == [[0.0] * 4] * 2


@pytest.mark.parametrize("epochs", [1, 70])
def test_a_surface_shows_start_and_end_of_the_path(epochs: int):
    net, X, y = moons_net()
    run = watch_run(net, X, y, epochs=epochs)
    d = principal_directions(run.thetas)
    s = loss_surface(net, X, y, d, path=run, points=9)
    figure = draw_surface(s)
    found = words(figure)
    assert f"epoch 0, loss {draw_parts.number(run.losses[0])}" in found
    assert f"epoch {epochs}, loss {draw_parts.number(run.losses[-1])}" in found
    (ax, *_) = figure.axes
    assert (ax.get_xlabel(), ax.get_ylabel()) == d.names
    path, start, end = ax.lines
    np.testing.assert_array_equal(np.transpose(path.get_data()), s.path)
    assert [float(one[0]) for one in start.get_data()] == s.path[0].tolist()
    assert [float(one[0]) for one in end.get_data()] == s.path[-1].tolist()
    assert ax.collections[0].levels[0] == pytest.approx(s.loss.min())
    assert ax.collections[0].levels[-1] == pytest.approx(s.loss.max())
    with Image.open(io.BytesIO(descent_gif(s))) as gif:
        assert gif.format == "GIF"
        assert gif.n_frames == min(epochs + 1, 40)
        assert gif.info["loop"] == 0
        gif.seek(gif.n_frames - 1)
        last = np.asarray(gif.convert("RGB"), dtype=float)
        gif.seek(0)
        first = np.asarray(gif.convert("RGB"), dtype=float)
    assert (np.abs(last - first).max(axis=2) > 60).any()


def test_a_surface_without_a_path_shows_the_network():
    net, X, y = moons_net()
    s = loss_surface(net, X, y, ["W1[0,1]", "W2[0,0]"], points=5)
    assert f"the network, loss {draw_parts.number(s.centre_loss)}" in words(draw_surface(s))
    with pytest.raises(InputError, match="path"):
        descent_gif(s)


def test_a_surface_with_holes_and_a_flat_one_are_drawn():
    net, X, y = moons_net()
    s = loss_surface(net, X, y, ["W1[0,1]", "W2[0,0]"], points=5)
    s.loss[0, 0] = np.inf
    ground = draw_surface(s).axes[0].collections[0]
    finite = s.loss[np.isfinite(s.loss)]
    assert ground.levels[0] == pytest.approx(finite.min())
    assert ground.levels[-1] == pytest.approx(finite.max())
    corner = (s.u[0], s.v[0])
    assert not any(path.contains_point(corner) for path in ground.get_paths())
    s.loss[...] = 0.5
    ground = draw_surface(s).axes[0].collections[0]
    assert ground.levels[0] == 0.5
    assert sum(len(path.vertices) for path in ground.get_paths()) > 0
    s.loss[...] = np.nan
    with pytest.raises(InputError, match="nowhere"):
        draw_surface(s)


# -- what they share -----------------------------------------------------------------------


def test_no_two_kinds_look_alike():
    assert len(set(colours.KINDS)) == len(set(colours.MARKERS)) == 10
    assert colours.of_kind(10) == colours.of_kind(0)
    lightness = [draw_parts.rgb(c) @ (0.21, 0.72, 0.07) for c in colours.SEQUENTIAL]
    assert lightness == sorted(lightness, reverse=True)


def test_long_names_are_cut_and_dollars_are_no_formula():
    assert draw_parts.short(LONG) == "a class whose name goes…"
    assert draw_parts.short("5 $ to 9 $") == r"5 \$ to 9 \$"


def test_the_same_figure_is_the_same_file():
    one, other = (draw_weights(Network.dense([1, 1])) for _ in range(2))
    for ending in (".svg", ".png"):
        assert render(one, ending) == render(other, ending)


def test_without_matplotlib_a_sentence_says_how_to_come_by_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=r"pip install 'glassnet\[plots\]'"):
        draw_weights(WORKED.network())


def test_importing_the_drawings_loads_no_matplotlib():
    folder = Path(draw_parts.__file__).parent
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    assert len(names) > 5
    code = "; ".join(f"import glassnet.views.figures.{name}" for name in names)
    code += "; import sys; print('matplotlib' in sys.modules, 'PIL' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
