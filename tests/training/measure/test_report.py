"""What a report says, beside the same counted by hand."""

import numpy as np
import pytest

from glassnet.core.network import Network
from glassnet.data import Preparation, TargetScale, load_data
from glassnet.training import fit
from glassnet.training.events import History
from glassnet.training.measure.baselines import constant_baseline
from glassnet.training.measure.estimate import estimate
from glassnet.training.measure.report import make_report
from glassnet.training.recipe.recipe import fit_settings, prepare, recipe_for

RNG = np.random.default_rng(0)


def trained(name: str, **settings):
    data = load_data(name)
    recipe = recipe_for(data, **settings)
    net, parts = prepare(data, recipe)
    history = History()
    for event in fit(net, parts.X, parts.y, **fit_settings(recipe)):
        history = getattr(event, "history", history)
    return data, net, parts, history


def test_classes_are_counted_confused_and_binned_as_by_hand():
    data, net, parts, history = trained("iris", epochs=4)
    report = make_report(net, *parts, history, about={"features": data.features})
    said = net.predict(parts.X_test)
    assert report.task == "classes"
    assert report.wrong == (said != parts.y_test).sum() > 0
    for i, true in enumerate(report.classes):
        assert report.rows_of[i] == ((parts.y == true).sum(), (parts.y_test == true).sum())
        for j, answer in enumerate(report.classes):
            count = sum(t == true and a == answer for t, a in zip(parts.y_test, said))
            assert report.confusion[i][j] == count
    p = net.predict_proba(parts.X_test).max(axis=1)
    assert sum(one.rows for one in report.reliability) == len(p)
    right = said == parts.y_test
    for one in report.reliability:
        among = (p >= one.least) & (p <= one.most)
        assert one.rows == among.sum()
        assert one.happened == pytest.approx(right[among].mean())
        assert one.mean == pytest.approx(p[among].mean(), rel=1e-6)
    assert report.right == right.sum()
    assert sum(n for n, _, _ in report.confused) == report.wrong


def test_a_report_and_an_estimate_say_the_same_of_calibration():
    _, net, parts, history = trained("moons", epochs=4)
    report = make_report(net, *parts, history)
    said = estimate(net, parts.X_test, parts.y_test)
    assert report.reliability == said.reliability
    assert report.calibration_error == said.figures["calibration_error"].value


def test_the_worst_rows_are_those_of_the_least_probability_for_what_they_are():
    _, net, parts, history = trained("iris", epochs=4)
    report = make_report(net, *parts, history)
    p = net.predict_proba(parts.X_test)
    of_target = p[np.arange(len(p)), [net.classes.index(t) for t in parts.y_test.tolist()]]
    assert [one.row for one in report.worst] == np.argsort(of_target)[:12].tolist()
    first = report.worst[0]
    assert first.target == parts.y_test[first.row]
    assert first.answer == net.predict(parts.X_test)[first.row]
    assert first.probability == pytest.approx(p[first.row].max())
    assert first.loss == pytest.approx(-np.log(of_target[first.row]), rel=1e-5)
    assert list(first.cells.values()) == parts.X_test[first.row].tolist()


def test_numbers_are_told_in_their_own_units():
    X = RNG.normal(size=(50, 2))
    y = 1000 + 100 * X[:, 0]
    net = Network.dense([2, 1], dtype="float64", seed=0)
    net.preparation, net.target_scale = Preparation.learn(X), TargetScale.learn(y)
    report = make_report(net, X, y, X, y, History())
    assert report.task == "number"
    answers = net.predict(X)
    assert report.points[0] == list(zip(y.tolist(), answers.tolist()))
    worst = int(np.abs(answers - y).argmax())
    assert report.worst[0].row == worst
    assert report.worst[0].answer == pytest.approx(answers[worst])
    assert report.confusion == []
    assert report.columns[0]["max"] == X[:, 0].max()


def test_several_numbers_have_points_each():
    X = RNG.normal(size=(700, 3))
    net = Network.dense([3, 2], seed=0)
    report = make_report(net, X, X[:, :2], X, X[:, :2], History())
    assert [len(points) for points in report.points] == [500, 500]
    assert len(report.worst[0].answer) == 2


def test_images_come_with_examples_of_each_class_and_a_map():
    data, net, parts, history = trained("digits", epochs=2)
    report = make_report(net, *parts, history, about={"image_shape": data.image_shape})
    assert [len(images) for images in report.examples] == [8] * 10
    for label, images in zip(report.classes, report.examples):
        of_class = np.rint(parts.X[parts.y == label] * (255 / 16)).astype(int).tolist()
        for image in images:
            assert image.ravel().tolist() in of_class
    assert report.heat.shape == (8, 8)
    assert report.heat[3, 3] > 0
    assert report.worst[0].image.shape == (8, 8)
    assert report.columns == []


def test_large_images_in_colour_are_kept_small():
    X = RNG.integers(0, 256, (6, 100 * 150 * 3), dtype=np.uint8)
    y = np.array(["a", "b"] * 3)
    net = Network.dense([45_000, 2], output="softmax", seed=0)
    net.classes, net.preparation = ["a", "b"], Preparation.learn(X, image=True)
    report = make_report(net, X, y, X, y, History(), about={"image_shape": (100, 150, 3)})
    assert report.examples[0].shape == (3, 34, 50, 3)
    assert report.heat.shape == (10, 14)


def test_outputs_that_are_no_probabilities_are_not_called_so():
    X = RNG.normal(size=(20, 2))
    y = np.array([0, 1] * 10)
    net = Network.dense([2, 2], output="identity", loss="squared_error", seed=0)
    net.classes = [0, 1]
    report = make_report(net, X, y, X, y, History())
    assert report.reliability == []
    assert report.worst[0].probability is None


def test_a_single_output_speaks_for_two_classes():
    X = RNG.normal(size=(40, 2))
    y = np.where(X[:, 0] > 0, "yes", "no")
    net = Network.dense([2, 1], output="sigmoid", loss="binary_cross_entropy", seed=0)
    net.classes = ["no", "yes"]
    report = make_report(net, X, y, X, y, History())
    p = net.predict_proba(X)[:, 0]
    assert {one.answer for one in report.worst} == {"no", "yes"}
    for one in report.worst:
        assert one.probability == pytest.approx(max(p[one.row], 1 - p[one.row]))
        assert one.answer == ("yes" if p[one.row] >= 0.5 else "no")
    assert sum(bin.rows for bin in report.reliability) == 40


def test_a_report_has_the_estimate_s_figures_and_verdict():
    X, y = np.ones((4, 1)), np.array([0, 1, 0, 1])
    net = Network.dense([1, 2], output="softmax", seed=0)
    net.classes = [0, 1]
    said = estimate(net, X, y, baselines=[constant_baseline(net, y)])
    report = make_report(net, X, y, X, y, History(), said)
    assert (report.figures, report.baselines) == (said.figures, said.baselines)
    assert report.verdict == said.verdict != ""
    assert set(report.baselines) == {"majority"}
    assert make_report(net, X, y, X, y, History()).figures == {}


def test_columns_that_are_told_stand_as_they_are_and_unused_ones_are_not_shuffled():
    pl = pytest.importorskip("polars", reason="polars is of the extra data")
    X = RNG.normal(size=(30, 2))
    frame = pl.DataFrame({"id": range(30), "a": X[:, 0], "b": X[:, 1]})

    class OfFrames:
        places = {"b": slice(0, 1), "a": slice(1, 2)}

        def apply(self, frame, dtype):
            return frame.select("b", "a").to_numpy().astype(dtype)

    y = np.where(X[:, 0] > 0, "yes", "no")
    net = Network.dense([2, 2], output="softmax", seed=0)
    net.classes, net.preparation = ["no", "yes"], OfFrames()
    told = [
        {"name": "id", "kind": "identifier", "used": False, "why": "all different"},
        {"name": "a", "kind": "number", "used": True, "why": ""},
        {"name": "b", "kind": "number", "used": True, "why": ""},
    ]
    report = make_report(net, frame, y, frame, y, History(), about={"columns": told})
    assert report.columns == told
    assert [one.name for one in report.influences.each] == ["a", "b"]
    assert report.worst[0].cells == dict(
        zip(frame.columns, frame.row(report.worst[0].row), strict=True)
    )
