"""A network of a quantile: the share of targets below what it says, on rows it never saw."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.training.measure.estimate import estimate
from glassnet.views.text.estimate import estimate_text

RNG = np.random.default_rng(0)


def rows(n):
    """Targets whose spread grows with x."""
    x = RNG.uniform(0, 1, (n, 1))
    return x, x[:, 0] + (0.2 + x[:, 0]) * RNG.normal(size=n)


@pytest.mark.parametrize("quantile", [0.1, 0.9])
def test_the_quantile_holds_on_rows_that_it_never_saw_where_they_spread_little_and_much(quantile):
    net = gn.Network.dense([1, 16, 1], loss=gn.Pinball(quantile), output="identity", seed=0)
    gn.fit(net, *rows(3000), epochs=30, batch_size=64, learning_rate=0.01, progress=False)
    x, y = rows(4000)
    below = y <= net.predict(x)
    for part in (x[:, 0] < 0.5, x[:, 0] >= 0.5):
        assert below[part].mean() == pytest.approx(quantile, abs=0.04)


def constant(said, quantile=0.9):
    net = gn.Network.dense([1, 1], loss=gn.Pinball(quantile), initializer="zeros")
    net.dense_layers[0].b[...] = said
    return net


def test_its_figure_is_the_share_at_or_below_and_a_sentence_whether_it_holds():
    x, y = np.zeros((100, 1)), np.arange(100.0)
    found = estimate(constant(89.0), x, y)
    assert next(iter(found.figures)) == "at_or_below"
    assert found.figures["at_or_below"].value == 0.9
    assert "90.0 % lie at or below what is said" in found.verdict
    assert found.verdict.count("it holds") == 1
    assert "at or below" in estimate_text(found)
    short = estimate(constant(60.0), x, y)
    assert "where 90 % are aimed at: it does not hold." in short.verdict
    assert short.comparisons == []


def test_the_median_stays_beside_the_simple_rules():
    found = estimate(constant(49.0, 0.5), np.zeros((100, 1)), np.arange(100.0))
    assert "50.0 % lie at or below" in found.verdict
    assert "There is no baseline to compare with." in found.verdict


def several(aimed=(0.1, 0.5, 0.9)):
    """A network of quantiles that was trained, and rows that it never saw."""
    rng = np.random.default_rng(1)
    X = rng.uniform(0, 1, (3000, 1))
    y = 3 * X[:, 0] + (0.2 + X[:, 0]) * rng.normal(size=3000)
    net = gn.Network.dense([1, 16, 3], loss=gn.Pinball(aimed), output="identity", seed=0)
    gn.fit(net, X[:2000], y[:2000], epochs=60, batch_size=64, learning_rate=0.01)
    return net, X[2000:], y[2000:]


def test_several_quantiles_hold_where_targets_spread_little_and_much_and_never_cross():
    net, X, y = several()
    said = net.predict(X)
    assert (np.diff(said, axis=1) >= 0).all()
    for part in (X[:, 0] < 0.5, X[:, 0] >= 0.5):
        below = (y[part, None] <= said[part]).mean(axis=0)
        np.testing.assert_allclose(below, [0.1, 0.5, 0.9], atol=0.06)
    wide, narrow = (
        (said[:, 2] - said[:, 0])[part].mean() for part in (X[:, 0] > 0.8, X[:, 0] < 0.2)
    )
    assert wide > 2 * narrow


def test_their_figures_are_what_counting_gives():
    net, X, y = several()
    told = estimate(net, X, y)
    said = net.predict(X)
    within = sum(low <= t <= high for (low, _, high), t in zip(said, y)) / len(y)
    assert told.figures["within"].value == pytest.approx(within)
    assert told.figures["at_or_below[0.5]"].value == pytest.approx(np.mean(y <= said[:, 1]))
    loss = sum(
        max(q * (t - a), (q - 1) * (t - a))
        for row, t in zip(said.astype(float), y)
        for q, a in zip((0.1, 0.5, 0.9), row)
    )
    assert told.figures["pinball"].value == pytest.approx(loss / len(y), rel=1e-5)
    assert "lie between the quantiles of 0.1 and 0.9" in told.verdict
    assert "80 % are aimed at: as far as so many rows can tell, it holds." in told.verdict


def test_outputs_that_cross_are_told_in_order():
    net = gn.Network.dense([1, 2], loss=gn.Pinball((0.2, 0.8)), initializer="zeros")
    net.dense_layers[0].b = np.array([3.0, 1.0])  # the lower quantile above the upper one
    assert net.predict([[0.0]]).tolist() == [[1.0, 3.0]]
    told = estimate(net, [[0.0]] * 20, np.arange(20.0))
    assert told.figures["within"].value == pytest.approx(3 / 20)
    assert "they lie too near" in told.verdict
