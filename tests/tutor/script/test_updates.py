"""From a network to its updates: the samples, the targets, and by how much each parameter moved."""

import numpy as np
import pytest
from watched_scripts import TWO_LAYERS, changed, finder_of

from glassnet.tutor.script.updates import faces, following, next_pass, readings, targets

ONLINE = changed(
    TWO_LAYERS,
    ("for epoch in range(1000):\n", "for epoch in range(1000):\n    x, y = X[:1], Y[:1]\n"),
    ("X @ W1", "x @ W1"), ("- Y)", "- y)"), ("X.T @", "x.T @"),
)  # fmt: skip


def found(seen):
    finder = finder_of(seen)
    networks = finder.networks()[0]
    return finder, networks, list(readings(finder, networks))


@pytest.mark.parametrize(("shape", "count"), [((2, 3), 1), ((3, 2), 1), ((6,), 0), ((2, 4), 0)])
def test_an_array_is_turned_only_where_its_axes_differ(shape, count):
    assert len(list(faces(np.zeros(shape), (2, 3)))) == count


def test_a_vector_is_any_column(watch):
    ((column),) = faces(np.arange(3.0), (3, 1))
    assert column.shape == (3, 1)


def test_the_targets_are_what_the_output_was_compared_with(watch):
    finder, networks, _ = found(watch(TWO_LAYERS))
    network = networks[0]
    names = {}
    exec(TWO_LAYERS.split("for epoch")[0], names)
    end = next_pass(network, finder.events, network.first_change)
    shown = targets(finder.seen, network.layers[-1].a, network.layers[-1].a_order, end)
    assert any(np.allclose(y, names["Y"].T) for y in shown.values())


@pytest.mark.parametrize("text", [TWO_LAYERS, ONLINE], ids=["batch", "online"])
def test_a_reading_holds_what_moved_and_from_where(watch, text):
    names = {}
    exec(text.split("for epoch")[0], names)
    before = {name: names[name].copy() for name in ("W1", "b1", "W2", "b2")}
    exec(text.replace("range(1000)", "range(1)"), names)
    _, _, (first, *_) = found(watch(text))
    observed = first.observed
    for l in (1, 2):
        moved = before[f"W{l}"] - names[f"W{l}"]
        np.testing.assert_allclose(observed.dW[l - 1], moved.T, atol=1e-15)
        moved = before[f"b{l}"] - names[f"b{l}"]
        np.testing.assert_allclose(observed.db[l - 1], moved.T, atol=1e-15)
        np.testing.assert_array_equal(observed.case.weights[l - 1], before[f"W{l}"].T)
    assert observed.case.activations == ["tanh", "sigmoid"]


def test_the_update_that_follows_begins_where_the_first_ended(watch):
    finder, _, (first, *_) = found(watch(TWO_LAYERS, iterations=3))
    second = following(first, finder.events)
    assert second is not None
    for W, dW, after in zip(
        first.observed.case.weights, first.observed.dW, second.observed.case.weights
    ):
        np.testing.assert_allclose(W - dW, after, atol=1e-15)
    third = following(second, finder.events)
    assert third is not None
    assert following(third, finder.events) is None
