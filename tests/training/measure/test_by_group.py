"""For whom a network is how good: groups of a column, with limits, and what chance explains."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.training.measure.by_group import by_group, grouped_cells
from glassnet.training.rows import as_rows
from glassnet.views.text.estimate import groups_text

N = 600
rng = np.random.default_rng(2)
WHO = np.array(["f", "m"])[(np.arange(N) % 3 == 0).astype(int)]


def teller():
    """Says 1 with 0.88 where x is above 0, and 0 with 0.88 where it is below."""
    net = gn.Network.dense([1, 2], output="softmax", dtype="float64")
    net.dense_layers[0].W[...] = [[-1.0], [1.0]]
    net.classes = ["no", "yes"]
    return net


def figures(y):
    x = np.where(np.arange(N) % 2, 1.0, -1.0)[:, None]
    truth = np.where(x[:, 0] > 0, "yes", "no")
    labels = np.where(y(x[:, 0]), truth, np.where(truth == "yes", "no", "yes"))
    net = teller()
    return (
        by_group(net, as_rows(net, x, labels, "rows"), labels, WHO.tolist(), "who"),
        labels,
        truth,
    )


def test_a_group_that_fares_worse_is_told_with_limits():
    wrong_for_m = (WHO == "m") & (rng.random(N) < 0.25)
    found, labels, truth = figures(lambda x: ~wrong_for_m)
    first, second = found.groups
    assert (first.name, second.name, first.rows, second.rows) == ("f", "m", 400, 200)
    assert first.figure.value == 1
    own = (labels == truth)[WHO == "m"].mean()
    assert second.figure.value == pytest.approx(own)
    assert second.figure.low < own < second.figure.high
    assert "more than chance makes" in found.told
    assert "hold too little for m" in found.told
    assert second.coverage.value < 0.9 < first.coverage.value
    assert second.said == pytest.approx(1 / 2, abs=0.02)
    assert "who" in groups_text(found)


def test_groups_that_fare_alike_are_told_so():
    wrong = rng.random(N) < 0.12  # as it says
    found, *_ = figures(lambda x: ~wrong)
    assert "so much chance alone can make" in found.told
    assert "too much" not in found.told


def test_what_is_said_too_high_in_one_group_is_told():
    found, *_ = figures(lambda x: ~((WHO == "m") & (x > 0) & (rng.random(N) < 0.7)))
    assert "For m it says too much." in found.told
    assert "For f it says" not in found.told


def test_numbers_have_their_error_and_bands():
    net = gn.Network.dense([1, 1], dtype="float64", initializer="zeros")
    x = rng.normal(size=(N, 1))
    y = rng.normal(size=N) * np.where(WHO == "m", 5, 1)
    found = by_group(net, as_rows(net, x, y, "rows"), y, WHO.tolist(), "who")
    assert found.metric == "rmse"
    worst = next(g for g in found.groups if g.name == "m")
    assert worst.figure.value == pytest.approx(np.sqrt((y[WHO == "m"] ** 2).mean()))
    assert "more than chance makes" in found.told
    names, of_row = grouped_cells(x[:, 0].tolist())
    assert len(names) == 4
    assert np.bincount(of_row).tolist() == [150] * 4
    order = [x[of_row == k].max() for k in range(4)]
    assert order == sorted(order)


def test_rare_values_are_others_and_too_many_groups_are_counted():
    names, of_row = grouped_cells(["a"] * 20 + ["b"] * 9 + [None] * 3)
    assert names == ["a", "others"]
    assert (of_row == 1).sum() == 12
    names, of_row = grouped_cells([f"g{k}" for k in range(30) for _ in range(10)])
    assert (len(names), (of_row < 0).sum()) == (20, 100)
