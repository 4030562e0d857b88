"""What a report says, beside the same counted by hand."""

import math
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from glassnet.core.network import Network
from glassnet.data import Preparation, TablePreparation, TargetScale, load_data
from glassnet.files.plain import to_json
from glassnet.training import fit
from glassnet.training.events import History
from glassnet.training.measure.baselines import constant_baseline
from glassnet.training.measure.estimate import estimate
from glassnet.training.measure.report import cell_of, make_report
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
    report = make_report(net, *parts, history, features=data.features)
    said = net.predict(parts.X_test)
    assert report.estimate.task == "classes"
    wrong = report.estimate.rows - report.right
    assert wrong == (said != parts.y_test).sum() > 0
    assert [one.name for one in report.columns] == list(data.features)
    for i, true in enumerate(report.estimate.classes):
        assert report.rows_of[i] == ((parts.y == true).sum(), (parts.y_test == true).sum())
        for j, answer in enumerate(report.estimate.classes):
            count = sum(t == true and a == answer for t, a in zip(parts.y_test, said))
            assert report.estimate.confusion[i][j] == count
    p = net.predict_proba(parts.X_test).max(axis=1)
    assert sum(one.rows for one in report.estimate.reliability) == len(p)
    right = said == parts.y_test
    for one in report.estimate.reliability:
        among = (p >= one.least) & (p <= one.most)
        assert one.rows == among.sum()
        assert one.happened == pytest.approx(right[among].mean())
        assert one.mean == pytest.approx(p[among].mean(), rel=1e-6)
    assert report.right == right.sum()
    assert sum(n for n, _, _ in report.confused) == wrong


def test_a_report_without_an_estimate_makes_its_own():
    _, net, parts, history = trained("moons", epochs=4)
    report = make_report(net, *parts, history)
    said = estimate(net, parts.X_test, parts.y_test)
    assert to_json(report.estimate) == to_json(said)


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
    assert report.estimate.task == "number"
    answers = net.predict(X)
    assert report.points[0] == list(zip(y.tolist(), answers.tolist()))
    worst = int(np.abs(answers - y).argmax())
    assert report.worst[0].row == worst
    assert report.worst[0].answer == pytest.approx(answers[worst])
    assert (report.estimate.confusion, report.right, report.confused) == (None, 0, [])
    assert report.columns[0].largest == X[:, 0].max()


def test_several_numbers_have_points_each():
    X = RNG.normal(size=(700, 3))
    net = Network.dense([3, 2], seed=0)
    report = make_report(net, X, X[:, :2], X, X[:, :2], History())
    assert [len(points) for points in report.points] == [500, 500]
    assert len(report.worst[0].answer) == 2


def test_images_come_with_examples_of_each_class_and_a_map():
    data, net, parts, history = trained("digits", epochs=2)
    report = make_report(net, *parts, history, image_shape=data.image_shape)
    assert [len(images) for images in report.examples] == [8] * 10
    for label, images in zip(report.estimate.classes, report.examples):
        of_class = np.rint(parts.X[parts.y == label] * (255 / 16)).astype(int).tolist()
        for image in images:
            assert image.ravel().tolist() in of_class
    assert np.shape(report.heat) == (8, 8)
    assert report.heat[3][3] > 0
    assert report.worst[0].image.shape == (8, 8)
    assert report.columns == []


def test_large_images_in_colour_are_kept_small():
    X = RNG.integers(0, 256, (6, 100 * 150 * 3), dtype=np.uint8)
    y = np.array(["a", "b"] * 3)
    net = Network.dense([45_000, 2], output="softmax", seed=0)
    net.classes, net.preparation = ["a", "b"], Preparation.learn(X, image=True)
    report = make_report(net, X, y, X, y, History(), image_shape=(100, 150, 3))
    assert report.examples[0].shape == (3, 34, 50, 3)
    assert np.shape(report.heat) == (10, 14)


def test_outputs_that_are_no_probabilities_are_not_called_so():
    X = RNG.normal(size=(20, 2))
    y = np.array([0, 1] * 10)
    net = Network.dense([2, 2], output="identity", loss="squared_error", seed=0)
    net.classes = [0, 1]
    report = make_report(net, X, y, X, y, History())
    assert report.estimate.reliability is None
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
    assert sum(bin.rows for bin in report.estimate.reliability) == 40


def test_a_report_has_the_estimate_that_is_made_already():
    X, y = np.ones((4, 1)), np.array([0, 1, 0, 1])
    net = Network.dense([1, 2], output="softmax", seed=0)
    net.classes = [0, 1]
    said = estimate(net, X, y, baselines=[constant_baseline(net, y)])
    report = make_report(net, X, y, X, y, History(), said)
    assert report.estimate is said
    assert set(said.baselines) == {"majority"}


def test_a_table_s_columns_are_told_and_unused_ones_are_not_shuffled():
    pl = pytest.importorskip("polars", reason="polars is of the extra data")
    X = RNG.normal(size=(1200, 2))
    day = [date(2024, 1, 1) + timedelta(days=int(n)) for n in RNG.integers(0, 600, 1200)]
    a = [None if n % 7 == 0 else x for n, x in enumerate(X[:, 0].tolist())]
    frame = pl.DataFrame({"id": range(1200), "a": a, "b": X[:, 1], "day": day})
    y = np.where(X[:, 0] > 0, "yes", "no")
    preparation = TablePreparation.learn(frame)
    net = Network.dense([preparation.n_inputs, 2], output="softmax", seed=0)
    net.classes, net.preparation = ["no", "yes"], preparation
    report = make_report(net, frame, y, frame, y, History())
    kinds = [(one.name, one.kind, one.used) for one in report.columns]
    assert kinds == [
        ("id", "identifier", False), ("a", "number", True), ("b", "number", True),
        ("day", "date", True),
    ]  # fmt: skip
    assert report.columns[0].why
    assert [one.name for one in report.influences.each] == ["a", "b", "day"]
    for one in report.worst:
        row = dict(zip(frame.columns, frame.row(one.row), strict=True))
        assert one.cells == row | {"day": row["day"].isoformat()}


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (True, True), (3, 3), (0.1, 0.1), ("a", "a"), (None, None), (math.nan, None),
        (-math.inf, "-inf"), (date(2024, 2, 29), "2024-02-29"), ([1, 2], "[1, 2]"),
        (datetime(2024, 2, 29, 12), "2024-02-29 12:00:00"), (Decimal("1.20"), "1.20"),
    ],
)  # fmt: skip
def test_a_cell_is_told_in_what_json_has(raw, told):
    assert cell_of(raw) == told
    assert type(cell_of(raw)) is type(told)
