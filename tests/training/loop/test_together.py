"""Networks that are trained side by side become what each would have become alone."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from glassnet.core.network import Network
from glassnet.training.events import EpochEnd, History, TrainingEnd
from glassnet.training.loop import together as room
from glassnet.training.loop.fit import train_rows
from glassnet.training.loop.together import fit_together
from glassnet.training.recipe.recipe import defaults, network_for
from glassnet.training.rows import Rows
from glassnet.training.settings import Recipe

N, INPUTS, M = 45, 3, 4


def case(task: str, w: bool = False, **given: Any) -> tuple[list[Network], Rows, Recipe]:
    rng = np.random.default_rng(7)
    X = rng.normal(size=(N, INPUTS))
    y = np.digitize(X[:, 0], [-0.5, 0.5]) if task == "classes" else X @ [1.0, -2.0, 0.5]
    settings = {"hidden": (5, 4), "epochs": 6, "dtype": "float64", **given}
    recipe = replace(defaults(task, N, INPUTS), **settings)
    nets = [network_for(replace(recipe, seed=m, l2=0.02 * m), task, INPUTS, y) for m in range(M)]
    scale = nets[0].target_scale
    targets = y if scale is None else scale.apply(y, np.float64)
    return nets, Rows(X, targets, rng.uniform(0.1, 3.0, N) if w else None), recipe


def ended(nets: list[Network], rows: Rows, own: list[Any], recipe: Recipe) -> History:
    events = list(fit_together(nets, rows, own, recipe, range(len(nets))))
    assert isinstance(events[-1], TrainingEnd)
    assert sum(isinstance(event, EpochEnd) for event in events) == len(events[-1].history)
    return events[-1].history


CASES: dict[str, dict[str, Any]] = {
    "as the defaults are": {"task": "classes"},
    "a number": {"task": "number"},
    "rows of weights": {"task": "classes", "w": True},
    "label smoothing": {"task": "classes", "label_smoothing": 0.1},
    "tanh and momentum": {"task": "number", "activation": "tanh", "optimizer": "momentum"},
    "another loss": {"task": "number", "loss": "huber", "activation": "gelu"},
    "no hidden layer": {"task": "classes", "hidden": ()},
    "one batch": {"task": "classes", "batch_size": 64},
}


@pytest.mark.parametrize("given", CASES.values(), ids=list(CASES))
def test_each_becomes_what_it_would_have_become_alone(given: dict[str, Any]):
    nets, rows, recipe = case(**given)
    alone = [net.copy() for net in nets]
    own = [np.roll(np.arange(N), m)[:40] for m in range(M)]
    assert room.goes_side_by_side(nets, rows, own, recipe)
    history = ended(nets, rows, own, recipe)
    assert (len(history), history.stopped) == (recipe.epochs, "finished")
    losses = []
    for m, net in enumerate(alone):
        events = list(train_rows(net, rows.take(own[m]), None, replace(recipe, seed=m)))
        assert isinstance(events[-1], TrainingEnd)
        losses.append(events[-1].history["loss"])
        np.testing.assert_allclose(nets[m].theta, net.theta, rtol=1e-9, atol=1e-12)
    # rows of weights: an epoch's loss is the mean of its batches' there
    if rows.w is None:
        np.testing.assert_allclose(history["loss"], np.mean(losses, axis=0), rtol=1e-9)


def test_what_has_no_such_form_is_trained_in_turn():
    nets, rows, recipe = case("classes", dropout=0.3)
    alone = [net.copy() for net in nets]
    own = [np.arange(N)] * M
    assert not room.goes_side_by_side(nets, rows, own, recipe)
    history = ended(nets, rows, own, recipe)
    assert len(history) == recipe.epochs
    for m, net in enumerate(alone):
        for _ in train_rows(net, rows, None, replace(recipe, seed=m)):
            pass
        np.testing.assert_array_equal(nets[m].theta, net.theta)


def test_who_has_fewer_rows_makes_as_many_steps_and_sees_each_of_them():
    nets, rows, recipe = case("number", epochs=1, batch_size=8)
    own = [np.arange(N), np.arange(30)]
    side = room.Side(nets[:2], rows, own, recipe, [0, 1])
    order = side.order()
    assert order.shape == (2, N)
    assert set(order[1]) == set(range(30))
    assert np.bincount(order[1]).max() == 2
    assert side.steps == 6


def test_one_that_diverges_leaves_the_others_as_they_are():
    nets, rows, recipe = case("number", optimizer="sgd", learning_rate=0.05, schedule=None)
    nets[1].dense_layers[0].W[...] = 1e200
    one = [nets[0].copy()]
    own = [np.arange(N)] * M
    history = ended(nets, rows, own, recipe)
    assert history.stopped == "diverged"
    assert "smaller learning rate" in history.message
    ended(one, rows, own[:1], recipe)
    np.testing.assert_allclose(nets[0].theta, one[0].theta, rtol=1e-9)
    assert nets[1].dense_layers[0].W[0, 0] == 1e200  # as it was before
