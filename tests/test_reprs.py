"""What Python shows of an object: of every public class, and of what public functions return."""

import inspect
import shutil
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
import pytest

import glassnet as gn
from glassnet import data, explain, training
from glassnet.core.display.one_line import LONGEST, one_line, telling
from glassnet.core.numerical import curvature

LINES, CHARACTERS = 12, 1_000

RNG = np.random.default_rng(0)
X = RNG.normal(size=(400, 30))
LABELS = np.array(["left", "right"])[np.arange(400) % 2]


def of_core() -> Iterator[Any]:
    wide = gn.Network.dense([30, *[64] * 20, 2], output="softmax", dropout=0.5)
    net = gn.Network.dense([30, 300, 2], hidden="tanh", output="softmax", dropout=0.5)
    yield from (net, wide, gn.Dense(300, 200, bias="layer", frozen=True), *net.layers)
    p = net.forward(X, np.random.default_rng(0))
    yield from (p, *p.steps)
    p = net.backward(p, np.eye(2)[np.arange(400) % 2])
    yield from (p, *p.steps)
    for kind in (gn.Activation, gn.Loss, gn.Optimizer, gn.Schedule):
        for make in kind.known.values():
            yield make(3) if kind is gn.Schedule and make is not gn.Constant else make()
    yield gn.Elementwise("cube", lambda z: z**3, lambda z: 3 * z**2, (0.0,) * 99)
    yield gn.Distortion(rotate=10, shape=(28, 28))
    yield gn.WarmUp(10, gn.WarmUp(10, gn.OneCycle()))
    yield gn.LBFGS()
    yield gn.LBFGS().minimize(lambda theta: (float(theta @ theta), 2 * theta), np.ones(3000))
    yield curvature.Spectrum(np.ones(9), np.ones((9, 3000)))
    for judged in (net, gn.Network.dense([1] * 41, hidden="sigmoid", dtype="float64")):
        check = gn.gradcheck(
            judged, np.ones((1, judged.n_in)), np.ones((1, judged.n_out)) / judged.n_out,
            max_receipts=3,
        )  # fmt: skip
        yield from (check, check.arrays[0], check.receipts[0])


def of_data(tmp_path) -> Iterator[Any]:
    iris = gn.load_data("iris")
    yield from (iris, gn.split_train_test(iris), iris.learn(iris.X))
    yield gn.Dataset("a very long name " * 300, X, LABELS)
    yield gn.Preparation.learn(X)
    yield data.TargetScale((0.0,) * 99, (1.0,) * 99)
    yield data.YesNo((("no", "yes"),) * 99, (0.5,) * 99)
    yield from (data.split_rows(5000, seed=1), data.split_in_three(5000, seed=1))
    yield from data.fold_rows(5000, seed=1)
    path = tmp_path / "table.csv"
    columns = {f"c{i}": X[:, i] for i in range(30)}
    pl.DataFrame(columns | {"side": LABELS}).write_csv(path)
    table = data.load_table(path, "side")
    yield from (table, table.target, table.learn(table.X), data.open_table(path))
    yield data.Reading(["y"], header=True)
    blocks = data.ArrayBlocks(X, LABELS, 64)
    yield from (blocks, data.Stream(blocks, test=0.2))
    yield data.TableBlocks(data.open_table(path), table.target, 64)
    folder = path.parent / "files"
    folder.mkdir()
    shutil.copy(path, folder)
    yield data.open_table(folder)


def of_training(tmp_path) -> Iterator[Any]:
    net = gn.Network.dense([30, 8, 2], hidden="tanh", output="softmax")
    events: list[Any] = []
    run = gn.fit(
        net, X, LABELS, epochs=50, validation=0.2, callbacks=[events.append],
        record=tmp_path / "run",
    )  # fmt: skip
    yield from (run, gn.History(), gn.Recording.open(tmp_path / "run"))
    yield from (training.Progress(1, 50, 64, 320, 0.5, 1e5), *events[-2:])
    yield from (training.Settings(epochs=3, class_weight={"left": 2.0}), training.Recipe())
    yield training.Rows(X, training.encode(net, LABELS), np.ones(400))
    yield from (training.Checkpoints(tmp_path / "c" / ("x" * 200)), training.Recorder("r", every=5))
    baselines = training.baseline_for(net, X, LABELS, {"epochs": 2})
    estimate = training.estimate(net, X, LABELS, baselines=baselines)
    yield from (*baselines, estimate, *estimate.figures.values(), *estimate.comparisons)
    yield gn.conformalize(net, X, LABELS)
    yield training.cross_validate(
        lambda _: net, (X, LABELS), folds=3, baselines=lambda net, _: baselines
    )


def of_explain() -> Iterator[Any]:
    net = gn.Network.dense([30, 8, 2], hidden="tanh", output="softmax", dtype="float64")
    ask = gn.ask(net, X[:20], LABELS[:20] == "left", optimizer=gn.Adam())
    yield from (ask, ask.at("z1[0]@3"), ask.at("dW1[0,0]"), explain.parse("dW1[0,0]"))
    chain = explain.chain(ask, "dW1[0,0]@3")
    yield from (chain, *chain.links, chain.largest, explain.nudge(ask, "W1[0,0]"))
    move = explain.why_it_moved(ask, "W1[0,0]")
    moved = explain.MovedAnswer.of(ask.at("W1[0,0]"), move)
    yield from (moved, move, *move.parts, *explain.influences(ask, 3))
    row = explain.glance_at_row(gn.ask(net, X[0], 0), "row 0")
    yield from (ask.shown(), row, explain.glance_at_step(ask, "step 2", 2, range(20)))
    yield from (explain.whole_array(ask, "dW1"), explain.given_number(ask, ask.at("W1[0,0]")))
    shared = gn.shapley_values(net, X[0], X[1:])
    yield from (shared, shared.contributions[0])
    fitted = gn.Network.dense([30, 8, 2], output="softmax")
    gn.fit(fitted, X, LABELS, epochs=1)
    along = gn.partial_dependence(fitted, X, "x[3]")
    otherwise = gn.counterfactual(fitted, X[0], X)
    assert otherwise is not None
    yield from (along, along.points[0], otherwise, otherwise.changes[0])
    yield explain.Reasons("left", "side", shared, "so many rows", None, otherwise, True, "", [])
    yield explain.WhyInReport([along])
    walk = explain.walk(explain.WORKED)
    yield from (explain.WORKED, walk, *walk.stages, *walk.layers)


@pytest.fixture(scope="module")
def objects(tmp_path_factory) -> list[Any]:
    folder = tmp_path_factory.mktemp("reprs")
    return [*of_core(), *of_data(folder), *of_training(folder), *of_explain()]


def public_classes() -> set[type]:
    """Those of which there are objects of their own."""
    named: list[Any] = [getattr(gn, name) for name in gn.__all__]
    for room in (data, training, explain):
        named += [getattr(room, name) for name in room.__all__]
    return {
        kind
        for kind in named
        if inspect.isclass(kind)
        and not inspect.isabstract(kind)
        and not issubclass(kind, Exception)
        and not getattr(kind, "_is_protocol", False)
    }


def test_an_object_of_every_public_class_is_looked_at(objects: list[Any]):
    seen = {type(thing) for thing in objects}
    assert {kind.__name__ for kind in public_classes() - seen} == set()


def test_every_object_is_a_line_without_address_or_arrays(objects: list[Any]):
    for thing in objects:
        text = repr(thing)
        assert " at 0x" not in text, text
        assert text.count("\n") < LINES, text
        assert len(text) <= CHARACTERS, text
        assert "array(" not in text, text
        assert len(text) <= 1.6 * LONGEST, text
        assert type(thing).__name__.removeprefix("TableSet") in text, text


def test_what_is_told_is_true():
    layer = gn.Dense(3, 4, "tanh", bias="frozen")
    assert repr(layer) == "Dense(n_in=3, n_out=4, activation=Tanh(), bias='frozen')"
    layer.bias = "neuron"
    layer.frozen = True
    assert repr(layer) == "Dense(n_in=3, n_out=4, activation=Tanh(), frozen=True)"
    assert repr(gn.Dropout(0.25)) == "Dropout(rate=0.25)"
    rows = [{"epoch": 1, "loss": 0.5, "seconds": 1.0}, {"epoch": 2, "loss": 0.25, "seconds": 2.0}]
    run = gn.History(rows, best_epoch=2, stopped="interrupted")
    assert repr(run) == "History(interrupted after 2 epochs, loss 0.25; best epoch 2)"
    parts = data.Parts(np.zeros((3, 2)), np.array(["a", "b", "c"]), np.zeros((1, 2)), np.ones(1))
    assert repr(parts) == (
        "Parts(X=<float64 (3, 2)>, y=<str (3,)>, X_test=<float64 (1, 2)>, y_test=<float64 (1,)>)"
    )


def test_a_subclass_tells_its_own_name_and_settings():
    class Noise(gn.Dropout):
        def __init__(self, sigma: float) -> None:
            super().__init__(0.5)
            self.sigma = sigma

    class Skewed(gn.Dense):
        pass

    assert repr(Noise(0.1)) == "Noise(sigma=0.1)"
    assert repr(Skewed(2, 1)) == "Skewed(n_in=2, n_out=1, activation=ReLU())"


def test_an_object_half_made_or_hostile_has_a_line_too():
    class Hostile:
        def __repr__(self) -> str:
            raise RuntimeError

    class Holder:
        def __init__(self, held: Any, rest: int = 0) -> None:
            self.held = held

        __repr__ = telling()

    assert repr(Holder(Hostile())) == "Holder(held=<Hostile>)"
    assert repr(Holder(object())) == "Holder(held=<object>)"
    assert repr(object.__new__(Holder)) == "Holder()"
    assert repr(object.__new__(gn.Dense)) == "Dense()"
    told = one_line("Long", {f"entry{i}": i for i in range(100)})
    assert told.endswith(", …)")
    assert len(told) <= LONGEST
