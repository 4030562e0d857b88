"""From which probability on each of several yes/no targets is called yes."""

from dataclasses import replace

import numpy as np
import pytest

pl = pytest.importorskip("polars")

from glassnet.data import load_table, split_train_test  # noqa: E402
from glassnet.training.recipe import recipe  # noqa: E402
from glassnet.training.recipe.penalty import PenaltyProgress  # noqa: E402
from glassnet.training.recipe.thresholds import choose_thresholds  # noqa: E402


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 2))
    often, rarely = X[:, 0] > rng.normal(size=600), X[:, 1] > 1.6 + rng.normal(size=600)
    path = tmp_path_factory.mktemp("tables") / "two.csv"
    said = {"often": np.where(often, "yes", "no"), "rarely": rarely.astype(int)}
    pl.DataFrame({"a": X[:, 0], "b": X[:, 1]} | said).write_csv(path)
    return load_table(path, "often,rarely")


def chosen(data, **settings):
    parts = split_train_test(data)
    learn = recipe.learner(data, "tuned")
    base = recipe.recipe_for(data, inputs=2, parts=parts, epochs=40)
    steps = choose_thresholds(parts, replace(base, **settings), learn=learn)
    while True:
        try:
            assert isinstance(next(steps), PenaltyProgress)
        except StopIteration as end:
            return end.value


def test_what_is_rare_has_a_lower_threshold_and_the_network_calls_by_it(data):
    found = chosen(data)
    often, rarely = found.thresholds
    assert 0.2 < often < 0.6
    assert 0.1 < rarely < 0.5
    assert "yes from " in found.shown()
    assert "the highest F1 on 3 folds of the 480 training rows" in found.why
    net, _ = recipe.prepare(data, found)
    assert net.yes_no.thresholds == found.thresholds
    assert net.yes_no.pairs == (("no", "yes"), (0, 1))
    assert chosen(data) == found  # drawn by a seed


def test_balanced_counts_yes_and_no_alike(data):
    f1, balanced = chosen(data), chosen(data, balanced=True)
    assert balanced.thresholds[1] < f1.thresholds[1]
    net, _ = recipe.prepare(data, balanced)
    assert net.yes_no.aim == "balanced"


def test_without_any_each_is_a_half(data):
    net, _ = recipe.prepare(data, recipe.recipe_for(data))
    assert net.yes_no.thresholds == (0.5, 0.5)
