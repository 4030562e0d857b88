"""One home of every setting: the doors show the same ones, with the same defaults and rules."""

import inspect
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.errors import InputError
from glassnet.core.validation.calls import rules_of
from glassnet.training import Recipe, Settings, fit, fit_stream

X, y = np.eye(4), np.array([0, 1, 0, 1])


def parameters(door: Any) -> dict[str, Any]:
    known = inspect.signature(door).parameters.values()
    return {p.name: p.default for p in known if p.kind == p.KEYWORD_ONLY}


def test_every_door_takes_the_settings_with_their_defaults():
    settings = parameters(Settings)
    assert parameters(fit) == settings | {"sample_weight": None}
    of_a_run = {"progress": None, "threads": None, "record_every": 1, "record_keep": None}
    of_a_run |= {"checkpoint_minutes": 10.0, "parallel": False}
    by_rooms_within = parameters(fit)
    for made in ("team", "in_numbers", "every_epoch"):  # at that door, by what is asked there
        del by_rooms_within[made]
    assert parameters(gn.fit) == by_rooms_within | of_a_run
    assert parameters(fit_stream).keys() == settings.keys() - {"record"}


def test_the_rules_at_the_outermost_door_are_those_of_the_settings():
    held = dict(rules_of(Settings))
    for name, rule in rules_of(gn.fit):
        if name in held:
            assert repr(rule) == repr(held[name]), name


def test_a_recipe_is_settings_and_what_the_network_is_made_of():
    own = {f.name for f in fields(Recipe)} - {f.name for f in fields(Settings)}
    assert own == {
        "hidden", "activation", "loss", "label_smoothing", "dropout", "l1", "l2", "initializer",
        "dtype", "spread", "members", "by_folds", "preset", "why", "given",
        "quantile", "quantiles", "thresholds", "balanced",
    }  # fmt: skip
    assert Recipe(hidden=(3,), learning_rate=0.25, optimizer="sgd").rule() == gn.SGD(0.25)


def test_an_optimizer_by_name_takes_a_learning_rate_and_an_object_does_not():
    nets = [gn.Network.dense([4, 2], seed=1) for _ in range(2)]
    gn.fit(nets[0], X, y, epochs=2, optimizer="momentum", learning_rate=0.3)
    gn.fit(nets[1], X, y, epochs=2, optimizer=gn.Momentum(0.3))
    np.testing.assert_array_equal(nets[0].theta, nets[1].theta)
    with pytest.raises(InputError, match=r"learning_rate is 0.1, and Adam\(.*has its own: leave"):
        gn.fit(nets[0], X, y, optimizer=gn.Adam(), learning_rate=0.1)
    with pytest.raises(InputError, match=r"learning_rate is 0.1, and LBFGS\(.*needs none: leave"):
        gn.fit(nets[0], X, y, optimizer="lbfgs", learning_rate=0.1)


def test_an_array_is_no_optimizer():
    with pytest.raises(InputError, match="optimizer"):
        Settings(optimizer=np.ones(2)).rule()  # type: ignore[arg-type]


@pytest.mark.parametrize("door", [gn.fit, fit])
def test_a_setting_that_is_not_known_is_told_by_the_door_that_was_called(door: Any):
    with pytest.raises(InputError, match=r"^fit takes no epohcs: did you mean epochs\?"):
        door(gn.Network.dense([4, 2]), X, y, epohcs=3)
    with pytest.raises(InputError, match=r"^fit takes no hidden"):
        door(gn.Network.dense([4, 2]), X, y, hidden=(3,))


def test_early_stopping_without_validation_is_refused_whatever_the_rows_come_from():
    for validation in (None, 0.0, False):
        with pytest.raises(InputError, match="early stopping needs validation"):
            Settings(early_stopping=3, validation=validation)
    assert Settings(early_stopping=3, validation=(X, y)).early_stopping == 3


@pytest.mark.parametrize("name", ["record", "checkpoint"])
def test_a_place_to_keep_a_training_in_is_a_folder(name: str):
    settings: dict[str, Any] = {name: 5}
    with pytest.raises(InputError, match=f"^{name} is 5: give "):
        list(fit(gn.Network.dense([4, 2]), X, y, **settings))
