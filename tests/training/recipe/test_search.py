"""A search: what it tries, that it tells apart what differs, and that test rows have no part."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from training.thread_team import by_ranks

from glassnet.core.errors import InputError
from glassnet.data import Dataset, Parts, load_data, split_train_test
from glassnet.files.plain import to_plain
from glassnet.training.recipe import search as room
from glassnet.training.recipe import trials
from glassnet.training.recipe.recipe import prepare, recipe_for
from glassnet.training.recipe.search import SearchProgress, SearchResult, rungs, search
from glassnet.training.settings import Recipe

SMALL = {"hidden": (6,), "epochs": 12}


def moons(rows: int = 120) -> Dataset:
    data = load_data("moons")
    return Dataset("moons", data.X[:rows], data.y[:rows])


def numbers(rows: int = 90) -> Dataset:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(rows, 3))
    return Dataset("numbers", X, X @ [3.0, -2.0, 0.5] + 50, task="number")


def result_of(data: Any, n: int = 5, **settings: Any) -> SearchResult:
    base = settings.pop("base", None) or replace(recipe_for(moons()), **SMALL)
    *_, last = search(data, n, base=base, **settings)
    assert isinstance(last, SearchResult)
    return last


def same(a: SearchResult, b: SearchResult) -> bool:
    return {**to_plain(a), "seconds": 0} == {**to_plain(b), "seconds": 0}


class Forbidden:
    """Test rows that nobody may so much as look at."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"the search asked the test rows for {name}")

    def __len__(self) -> int:
        raise AssertionError("the search asked how many test rows there are")

    def __getitem__(self, index: Any) -> Any:
        raise AssertionError("the search read test rows")

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("the search read test rows")


def test_test_rows_of_parts_are_never_touched():
    X, y, X_test, y_test = split_train_test(moons())
    plain = result_of(Parts(X, y, X_test, y_test), task="classes")
    trapped = Parts(X, y, Forbidden(), Forbidden())  # type: ignore[arg-type]
    assert same(plain, result_of(trapped, task="classes"))


@pytest.mark.parametrize("own_test", [True, False])
@pytest.mark.parametrize("make", [moons, numbers])
def test_poisoned_test_rows_change_nothing(make: Any, own_test: bool):
    data = make()
    parts = split_train_test(data)
    if own_test:
        data = Dataset("own", *parts, task=data.task)
        X_bad, y_bad = parts.X_test * 1e6, parts.y_test[::-1].copy()
        bad = replace(data, X_test=X_bad, y_test=y_bad * (-9 if make is numbers else 1))
    else:
        # the labels steer a stratified split, and so only values of X and numbers are poisoned
        test = (data.X[:, None] == parts.X_test).all(-1).any(1)
        assert test.sum() == len(parts.X_test)
        y = np.where(test, data.y * -9, data.y) if make is numbers else data.y
        bad = replace(data, X=np.where(test[:, None], 1e6, data.X), y=y)
    assert not np.array_equal(split_train_test(bad).X_test, parts.X_test)
    assert same(result_of(data), result_of(bad))


def test_the_test_rows_that_are_spared_are_those_that_training_measures_on():
    data = numbers()
    _, parts = prepare(data, recipe_for(data))
    a = result_of(data)
    assert same(a, result_of(parts, task="number"))


def test_each_fold_is_prepared_by_its_own_rows_alone():
    data, seen = numbers(), []

    class Learned:
        def __init__(self, X: Any) -> None:
            seen.append(len(X))

        def apply(self, X: Any, dtype: Any = np.float32) -> Any:
            return np.asarray(X, dtype)

    result_of(data, 2, learn=Learned)
    n = len(split_train_test(data).X)  # 72
    assert len(seen) == 5
    assert sum(n - k for k in seen) == n
    assert max(n - k for k in seen) - min(n - k for k in seen) <= 1


def test_the_same_seed_finds_the_same_and_another_draws_others():
    first, again, other = (result_of(moons(), 6, seed=s) for s in (3, 3, 4))
    assert same(first, again)
    assert [r.settings for r in first.rows] != [r.settings for r in other.rows]


def test_the_defaults_are_among_the_candidates_and_reach_the_end():
    base = replace(recipe_for(moons()), **SMALL)
    found = result_of(moons(), 10, base=base)
    assert len(found.rows) == 10
    assert {row.number for row in found.rows} == set(range(10))
    (defaults,) = [row for row in found.rows if row.number == 0]
    assert defaults.recipe == base
    assert (defaults.share, defaults.epochs) == (1.0, base.epochs)


def test_halving_keeps_the_best_third_and_trains_it_three_times_as_long():
    assert rungs(20) == [20, 7, 3]
    found = result_of(moons(), 12, base=replace(recipe_for(moons()), hidden=(6,), epochs=18))
    by_rung = {k: [r for r in found.rows if r.rung == k] for k in (1, 2, 3)}
    assert rungs(12) == [12, 4, 2]
    assert {r.epochs for r in by_rung[3]} == {18}
    assert {r.epochs for r in by_rung[2]} == {6}
    assert {r.epochs for r in by_rung[1]} == {2}
    assert len(by_rung[3]) in (2, 3)  # two, and the defaults
    assert len(by_rung[3]) + len(by_rung[2]) in (4, 5)
    assert [r.loss for r in by_rung[1]] == sorted(r.loss for r in by_rung[1])


def test_what_was_said_is_not_varied():
    data = moons()
    base = recipe_for(data, hidden=(5,), learning_rate=0.02, epochs=6)
    found = result_of(data, 8, base=base)
    assert {r.recipe.hidden for r in found.rows} == {(5,)}
    assert {r.recipe.learning_rate for r in found.rows} == {0.02}
    assert len({r.recipe.l2 for r in found.rows}) == 8


def test_a_default_that_learns_too_slowly_is_replaced():
    base = Recipe(hidden=(8,), epochs=30, learning_rate=2e-3, given=("hidden", "l2", "dropout"))
    found = result_of(moons(), 4, base=base)
    losses = {r.number: r.loss for r in found.rows if r.share == 1}
    assert found.chosen == min(losses, key=lambda k: losses[k]) != 0
    assert found.recipe == next(r.recipe for r in found.rows if r.number == found.chosen)
    assert found.recipe.learning_rate > 2e-3
    assert "below the defaults'" in found.reason


def test_the_choice_is_among_those_that_trained_in_full(monkeypatch: pytest.MonkeyPatch):
    def run(self: Any, recipe: Recipe, share: float) -> Any:
        # the longer the worse, as where a network learns by heart: budgets must not be mixed
        losses = np.full(10, 100 * share + 1000 * recipe.l2 + 50 * (recipe == base))
        yield trials.Tried(1, losses, 0.5)

    base = replace(recipe_for(moons()), **SMALL)
    monkeypatch.setattr(trials.Trials, "run", run)
    found = result_of(moons(), 12, base=base)
    losses = {r.number: r.loss for r in found.rows if r.share == 1}
    assert min(r.loss for r in found.rows) < min(losses.values())
    assert found.chosen == min(losses, key=lambda k: losses[k]) != 0


def test_the_choice_is_by_the_paired_standard_error():
    defaults = np.array([1.0, 2.0, 3.0, 4.0])
    surely = defaults - [0.10, 0.11, 0.09, 0.10]
    unsure = defaults - [1.0, -0.9, 0.9, -0.9]
    assert room._choose({0: defaults, 3: surely})[0] == 3
    assert room._choose({0: defaults, 3: unsure})[0] == 0
    assert room._choose({0: defaults, 3: np.full(4, np.inf)})[0] == 0
    assert room._choose({0: np.full(4, np.inf), 3: surely})[0] == 3
    assert room._choose({0: np.full(4, np.inf), 3: np.full(4, np.inf)})[0] == 0
    assert room._choose({})[0] == 0


def test_a_candidate_that_diverges_is_told_and_comes_last():
    data = numbers()
    base = Recipe(hidden=(6,), epochs=9, optimizer="sgd", learning_rate=1e12, schedule="constant")
    found = result_of(data, 3, base=base)
    assert all(row.loss == np.inf for row in found.rows)
    assert found.chosen == 0
    assert "diverged" in found.reason
    json.dumps(to_plain(found), allow_nan=False)


def test_the_loss_is_the_mean_over_every_training_row_once():
    data = moons()
    found = result_of(data, 2)
    n = len(split_train_test(data).X)
    assert found.validation == f"5 folds of the {n} training rows"
    for row in found.rows:
        assert row.metric * n == pytest.approx(round(row.metric * n))


def test_many_rows_are_validated_on_a_fifth():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2500, 2))
    data = Dataset("many", X, (X[:, 0] > 0).astype(int), X[:5], (X[:5, 0] > 0).astype(int))
    assert (
        result_of(data, 2, base=Recipe(hidden=(4,), epochs=1)).validation
        == "500 of the 2,500 training rows"
    )


def test_class_weights_count_in_the_losses_that_are_compared():
    base = replace(recipe_for(moons()), **SMALL)
    plain, heavy = (
        trials._validate(net, X, y, weights)
        for net, X, y, weights in [(*_judged(base), w) for w in (None, np.array([0.0, 2.0]))]
    )
    y = _judged(base)[2]
    np.testing.assert_allclose(heavy[0], np.where(y == 1, plain[0] / (y == 1).mean(), 0))
    assert heavy[1] == plain[1]
    weighted = replace(base, class_weight="balanced")
    assert not same(result_of(moons(90), 2, base=base), result_of(moons(90), 2, base=weighted))


def _judged(base: Recipe) -> tuple[Any, Any, Any]:
    net, parts = prepare(moons(), base)
    return net, parts.X, parts.y


def test_folds_that_are_handed_in_are_used():
    data = moons()
    n = len(split_train_test(data).X)
    rows = np.arange(n)
    found = result_of(data, 2, folds=[(rows[: n // 2], rows[n // 2 :])])
    assert found.validation == f"{n - n // 2} of the {n} training rows"


def test_less_than_an_epoch_is_one_of_fewer_rows(monkeypatch: pytest.MonkeyPatch):
    seen: list[tuple[int, int]] = []
    real = trials.fit

    def watched(net: Any, X: Any, y: Any, **settings: Any) -> Any:
        seen.append((len(X), settings["epochs"]))
        return real(net, X, y, **settings)

    monkeypatch.setattr(trials, "fit", watched)
    result_of(moons(), 9, base=Recipe(hidden=(4,), epochs=1))  # rungs of 9 and 3
    assert {epochs for _, epochs in seen} == {1}
    few = {n for n, _ in seen[:45]}
    assert few == {-(-n // 3) for n in {n for n, _ in seen[45:]}}


@pytest.mark.parametrize("thrown", [True, False])
def test_an_interruption_ends_with_the_last_complete_rung(
    thrown: bool, monkeypatch: pytest.MonkeyPatch
):
    data, base = moons(), replace(recipe_for(moons()), hidden=(6,), epochs=12)
    events = search(data, 9, base=base)
    while not (isinstance(event := next(events), SearchProgress) and event.rung == 2):
        pass
    first_rung = events.throw(KeyboardInterrupt())
    assert isinstance(first_rung, SearchResult)
    assert {r.rung for r in first_rung.rows} == {1}
    assert first_rung.chosen in (0, first_rung.rows[0].number)
    events = search(data, 9, base=base)
    if not thrown:  # the key is pressed while a network trains: `fit` takes it, and says so
        real, calls, keys = trials.fit, [0], [KeyboardInterrupt()]

        def press(event: Any) -> None:
            if keys:  # once: `fit` swallows it, and only its history says so
                raise keys.pop()

        def pressed(*args: Any, **settings: Any) -> Any:
            calls[0] += 1
            if calls[0] > 9 * 5 + 7:  # within the second rung
                settings["callbacks"] = [press]
            return real(*args, **settings)

        monkeypatch.setattr(trials, "fit", pressed)
    last: Any = None
    for event in events:
        last = event
        if thrown and isinstance(event, SearchProgress) and event.rung == 2 and event.number:
            last = events.throw(KeyboardInterrupt())
            break
    assert isinstance(last, SearchResult)
    assert last.stopped == "interrupted"
    assert next(events, None) is None
    assert len(last.rows) == 9
    assert 2 in {r.rung for r in last.rows}
    assert last.chosen == first_rung.chosen
    assert last.recipe == next(r.recipe for r in last.rows if r.number == last.chosen)


def test_an_interruption_at_once_leaves_the_defaults():
    base = replace(recipe_for(moons()), **SMALL)
    events = search(moons(), 4, base=base)
    next(events)
    last = events.throw(KeyboardInterrupt())
    assert isinstance(last, SearchResult)
    assert (last.chosen, last.recipe, last.rows) == (0, base, ())


def test_progress_never_goes_back_and_comes_to_the_end():
    base = replace(recipe_for(moons()), **SMALL)
    done = [e.done for e in search(moons(), 5, base=base) if isinstance(e, SearchProgress)]
    assert done == sorted(done)
    assert 0 < done[0] < 0.1
    assert done[-1] > 0.8


def test_the_record_is_plain_json_with_every_candidate():
    record = to_plain(result_of(moons(), 4))
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert [row["defaults"] for row in record["rows"]].count(True) == 1
    assert [row["chosen"] for row in record["rows"]].count(True) == 1
    assert set(record["rows"][0]["settings"]) == set(room.SEARCHED)


def test_a_class_of_a_single_row_does_not_stop_a_search():
    data = load_data("iris")
    y = data.y.copy()
    y[0] = "lonely"
    assert len(result_of(Dataset("lonely", data.X, y), 2).rows) == 2


def test_lbfgs_is_searched_without_rate_or_batch():
    data = moons()
    found = result_of(data, 4, base=recipe_for(data, optimizer="lbfgs", epochs=4))
    assert {r.recipe.learning_rate for r in found.rows} == {None}
    assert {r.recipe.batch_size for r in found.rows} == {32}


@pytest.mark.parametrize("n", [1, 0, -3, 2.5, True, "8"])
def test_a_search_of_fewer_than_two_is_refused(n: Any):
    with pytest.raises(InputError, match="how many settings"):
        search(moons(), n, base=Recipe(hidden=(4,)))


def test_bad_calls_are_refused_before_anything_is_trained():
    parts = split_train_test(moons())
    with pytest.raises(InputError, match="task is None"):
        search(parts, 3, base=Recipe(hidden=(4,)))
    with pytest.raises(InputError, match="rleu"):
        search(moons(), 3, base=Recipe(hidden=(4,), activation="rleu", given=("activation",)))
    with pytest.raises(InputError, match="1 row in all"):
        search(
            Parts(parts.X[:1], parts.y[:1], parts.X, parts.y),
            3,
            task="classes",
            base=Recipe(hidden=()),
        )


def test_ranks_that_share_the_candidates_come_to_the_same_result():
    alone = result_of(moons(), n=7)
    trained: list[list[int]] = [[], [], [], []]

    def search_by(team: Any) -> SearchResult:
        base = replace(recipe_for(moons()), **SMALL)
        events = list(search(moons(), 7, base=base, team=team))
        trained[team.rank] = [e.number for e in events if isinstance(e, SearchProgress)]
        dones = [e.done for e in events if isinstance(e, SearchProgress)]
        assert dones == sorted(dones)
        assert not dones or dones[-1] <= 1
        (last,) = [e for e in events if isinstance(e, SearchResult)]
        return last

    for size in (2, 4):
        assert all(same(found, alone) for found in by_ranks(size, search_by))
    first = [set(numbers[: numbers.index(max(numbers)) + 1]) for numbers in trained]
    assert first[3] == {6}  # of seven candidates, two to each of the others


def test_an_interrupt_of_one_rank_ends_the_search_of_all():
    def search_by(team: Any) -> SearchResult:
        base = replace(recipe_for(moons()), **SMALL)
        for event in search(moons(), 7, base=base, team=team):
            team.asked_to_stop = team.rank == 1
            if isinstance(event, SearchResult):
                return event
        raise AssertionError

    first, *others = by_ranks(3, search_by)
    assert first.stopped == "interrupted"
    assert {row.rung for row in first.rows} == {1}
    assert all(same(first, other) for other in others)
