"""Members of a mean that several ranks train: the network of one process, whoever trained which."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from training.thread_team import by_ranks

from glassnet.core.network import Network
from glassnet.data import Dataset, load_data, split_train_test
from glassnet.training import EpochEnd, History, TrainingEnd
from glassnet.training.loop import together
from glassnet.training.recipe.members import train_recipe
from glassnet.training.recipe.recipe import prepare, recipe_for
from glassnet.training.rows import prepare_parts
from glassnet.training.team import ALONE


def trained(team: Any = ALONE, **settings: Any) -> tuple[Network, History]:
    data = load_data("iris")
    data = Dataset("iris", data.X[:97], data.y[:97])
    parts = split_train_test(data)
    base = replace(recipe_for(data), hidden=(5,), epochs=6, members=5, dtype="float64", l2=0.01)
    recipe = replace(base, **settings)
    net, _ = prepare(data, recipe, parts=parts)
    ready = prepare_parts(net, parts, recipe.validation, recipe.seed)
    asked = settings.get("callbacks")
    for event in train_recipe(net, ready, parts, replace(recipe, team=team)):
        if asked is None and isinstance(event, EpochEnd):
            team.asked_to_stop = team.asked_to_stop or getattr(team, "stops_at", 0) == event.epoch
    assert isinstance(event, TrainingEnd)
    return net, event.history


@pytest.mark.parametrize("settings", [{}, {"by_folds": True}, {"dropout": 0.2, "clip_norm": 1.0}])
def test_ranks_that_share_the_members_come_to_the_same_network(settings: dict[str, Any]) -> None:
    alone, history = trained(**settings)
    for size in (2, 4, 7):
        for net, other in by_ranks(size, lambda team: trained(team, **settings)):
            np.testing.assert_allclose(net.theta, alone.theta, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(other["loss"], history["loss"], rtol=1e-9)
            assert (other.stopped, other.steps) == (history.stopped, history.steps)


def test_with_shards_no_bit_depends_on_who_trains_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "Side", None)  # in a stack bits could depend on who else is there
    alone, _ = trained(shards=8)
    for size in (2, 3):
        for net, _ in by_ranks(size, lambda team: trained(team, shards=8)):
            np.testing.assert_array_equal(net.theta, alone.theta)


def test_a_rank_that_is_asked_to_end_ends_its_own_and_all_tell() -> None:
    def asked(team: Any) -> tuple[Network, History]:
        team.stops_at = 2 if team.rank == 1 else 0
        return trained(team)

    (first, told), *others = by_ranks(2, asked)
    assert told.stopped == "interrupted"
    assert len(told) == 2  # what all members have in common
    for net, other in others:
        np.testing.assert_array_equal(net.theta, first.theta)
        assert other.stopped == "interrupted"
