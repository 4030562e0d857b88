"""The penalty that folds choose: as strong as the table asks for, and of no test row."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.data import Parts, Preparation, load_data
from glassnet.jobs.material.in_memory import InMemory
from glassnet.training.recipe import penalty as room
from glassnet.training.recipe.penalty import PenaltyProgress, choose_penalty, penalties
from glassnet.training.recipe.recipe import defaults, recipe_for
from glassnet.training.settings import Recipe

QUICK = {"hidden": (16,), "epochs": 60}


def table(noise: float, rows: int = 90, width: int = 30) -> Parts:
    """Numbers that a line makes of some columns, with so much noise in them."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(rows, width))
    y = X[:, :6].sum(axis=1) / np.sqrt(6) + noise * rng.normal(size=rows)
    return Parts(X, y, np.full((3, width), np.nan), np.full(3, np.nan))  # which nobody may read


def chosen_for(parts: Parts, **settings: Any) -> Recipe:
    base = replace(defaults("number", len(parts.y), parts.X.shape[1]), **QUICK, **settings)
    return ended(parts, base, "number")


def ended(parts: Parts, base: Recipe, task: str, whole: bool = True) -> Recipe:
    going = choose_penalty(parts, base, task=task, learn=Preparation.learn)
    shares: list[float] = []
    while True:
        try:
            event = next(going)
        except StopIteration as end:
            assert shares == sorted(shares)
            assert not whole or shares[-1] == pytest.approx(1)
            return end.value
        assert isinstance(event, PenaltyProgress)
        shares.append(event.done)


def test_noise_asks_for_a_stronger_penalty_than_a_rule_without_it():
    assert chosen_for(table(4.0)).l2 == max(penalties(90, 30))
    rng = np.random.default_rng(3)
    kind = np.arange(120) % 10  # ten kinds of shapes, each close to its own middle
    X = rng.normal(size=(10, 60))[kind] + 0.3 * rng.normal(size=(120, 60))
    base = replace(defaults("classes", 120, 60), **QUICK)
    assert ended(Parts(X, kind, X[:0], kind[:0]), base, "classes").l2 < max(penalties(120, 60))


def test_the_reason_names_what_was_tried_and_on_which_rows():
    recipe = chosen_for(table(1.0))
    assert "0.17, 0.033, 0.0067" in recipe.why
    assert "on 3 folds of the 90 training rows" in recipe.why


def test_the_same_seed_gives_the_same_penalty_and_nothing_else_changes():
    one, other = chosen_for(table(1.0)), chosen_for(table(1.0))
    assert one == other
    base = replace(defaults("number", 90, 30), **QUICK)
    assert replace(one, l2=base.l2) == base


def test_the_lowest_loss_decides(monkeypatch: pytest.MonkeyPatch):
    def losses(tried: Any, *_: Any) -> Any:
        yield from ()
        return [abs(recipe.l2 - 0.033) for recipe in tried]

    monkeypatch.setattr(room, "losses_of", losses)
    assert chosen_by_stand_in(60).l2 == 0.033


def test_very_many_epochs_are_not_trained_for_every_penalty(monkeypatch: pytest.MonkeyPatch):
    seen: set[int] = set()

    def losses(tried: Any, *_: Any) -> Any:
        yield from ()
        seen.update(recipe.epochs for recipe in tried)
        return [1.0] * len(tried)

    monkeypatch.setattr(room, "losses_of", losses)
    assert chosen_by_stand_in(10_000_000).epochs == 10_000_000
    assert seen == {defaults("number", 90, 30).epochs // 2}


def test_rows_that_are_held_back_or_a_diverging_penalty_do_not_keep_it_from_choosing():
    base = replace(defaults("number", 90, 30), **QUICK)
    held = ended(table(1.0), replace(base, validation=0.2, early_stopping=3), "number")
    assert (held.validation, held.early_stopping) == (0.2, 3)
    assert held.l2 in penalties(90, 30)
    wild = replace(base, optimizer="sgd", learning_rate=1e6, schedule="constant")
    assert ended(table(1.0), wild, "number", whole=False).l2 == max(penalties(90, 30))


def chosen_by_stand_in(epochs: int) -> Recipe:
    base = replace(defaults("number", 90, 30), epochs=epochs)
    going = choose_penalty(table(1.0), base, task="number", learn=Preparation.learn)
    with pytest.raises(StopIteration) as end:
        next(going)
    return end.value.value


@pytest.mark.parametrize(
    ("name", "given"),
    [("iris", {"l2": 0.01}), ("iris", {"preset": "plain"}), ("xor", {}), ("digits", {})],
    ids=str,
)
def test_a_penalty_that_is_given_or_ruled_stays(name: str, given: dict[str, Any]):
    material = InMemory.of(load_data(name), None, None)
    recipe = material.recipe(given)
    with pytest.raises(StopIteration) as end:
        next(material.penalised(recipe))
    assert end.value.value is recipe


def test_the_plain_preset_rules_as_the_textbook_and_others_are_unknown():
    plain = recipe_for(load_data("iris"), preset="plain")
    assert (plain.l2, plain.schedule) == (0.017, "one_cycle")
    with pytest.raises(InputError, match="preset"):
        recipe_for(load_data("iris"), preset="fancy")


def test_no_reason_is_told_for_what_was_given():
    data = load_data("iris")
    assert "updates" in recipe_for(data).why
    assert "updates" not in recipe_for(data, epochs=3).why
    assert "penalty" not in recipe_for(data, l2=0.1).why
    assert recipe_for(data, l2=0.1, epochs=3).why == ""
    assert "because" not in recipe_for(data, l2=0.1, epochs=3).shown()


def test_from_10_000_rows_on_a_trial_learns_from_5_000(monkeypatch):
    learned: list[int] = []

    def watched(nets: Any, rows: Any, own: Any, settings: Any, seeds: Any) -> Any:
        learned.extend(len(index) for index in own)
        return room_together(nets, rows, own, settings, seeds)

    room_together = room.fit_together
    monkeypatch.setattr(room, "fit_together", watched)
    for rows, most in ((9_990, 7_992), (10_010, 5_000)):
        learned.clear()
        parts = table(1.0, rows, 6)
        base = replace(defaults("number", rows, 6), hidden=(4,), epochs=2)
        ended(parts, base, "number", whole=False)
        assert learned == [most] * 3
