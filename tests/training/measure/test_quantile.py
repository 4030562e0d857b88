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
