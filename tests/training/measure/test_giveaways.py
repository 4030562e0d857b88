"""What gives the target away is suspected, and what only tells much of it is not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.training.measure.giveaways import Giveaway, LookedAt, copies, counts, suspected

N = 200


def columns(seed=0, n=N, **more):
    """Four that tell the target, each in part; y is a number, or two classes."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(4, n))
    y = x.sum(axis=0) + rng.normal(size=n)
    kinds = {name: ("number", values) for name, values in zip("abcd", x)} | more
    return [LookedAt(name, kind, np.asarray(v, float)) for name, (kind, v) in kinds.items()], y


def by_kind(found):
    return [(each.what, each.columns) for each in found]


def looked_at(y, **more):
    return [*columns()[0], *(LookedAt(name, *given) for name, given in more.items())], y


@pytest.mark.parametrize("classes", [False, True])
def test_columns_that_tell_much_are_none(classes):
    for seed in range(20):
        some, y = columns(seed)
        assert suspected(some, (y > 0).astype(int) if classes else y, classes) == []


@pytest.mark.parametrize("curve", [np.exp, np.tanh, lambda y: -(y**3)])
def test_a_curve_of_the_target_is_one(curve):
    some, y = columns()
    told = LookedAt("told", "number", curve(y / 4))
    assert by_kind(suspected([*some, told], y, False)) == [("column", ["told"])]


def test_levels_of_a_class_are_one_and_two_of_them_are_told_together():
    some, y = columns()
    k = (y > 0).astype(int)
    told = LookedAt("alive", "levels", k * 3.0)
    again = LookedAt("deck", "levels", 1.0 - k)
    assert by_kind(suspected([*some, told], k, True)) == [("column", ["alive"])]
    assert by_kind(suspected([*some, told, again], k, True)) == [("column", ["alive", "deck"])]


def test_easy_data_are_none():
    k = np.arange(N) % 2
    rng = np.random.default_rng(0)
    every = [LookedAt(str(j), "number", k + rng.normal(size=N) * 0.05) for j in range(5)]
    assert suspected(every, k, True) == []


def test_numbers_that_count_are_told_from_numbers_that_are_measured():
    rng = np.random.default_rng(0)
    assert counts(np.arange(N) + 7.0)
    assert counts(rng.permutation(np.cumsum(rng.integers(1, 5, N))).astype(float))
    assert not counts(rng.integers(0, 3 * N, N).astype(float))  # they come again
    assert not counts(rng.integers(0, 10**6, N).astype(float))  # far apart
    assert not counts(np.sort(rng.normal(size=N)))
    assert not counts(np.full(N, np.nan))


def test_a_number_of_the_row_that_tells_the_target_is_one():
    some, y = columns()
    place = np.argsort(np.argsort(y)).astype(float)
    number = LookedAt("nr", "number", place * 2)
    assert by_kind(suspected([*some, number], y, False)) == [("identifier", ["nr"])]
    chance = LookedAt("nr", "number", np.random.default_rng(0).permutation(place))
    assert suspected([*some, chance], y, False) == []


def test_what_is_made_of_later_targets_is_one_and_of_earlier_ones_is_none():
    rng = np.random.default_rng(1)
    y = np.zeros(N)
    for t in range(1, N):
        y[t] = 0.6 * y[t - 1] + rng.normal()
    other = LookedAt("x", "number", rng.normal(size=N))
    lead = LookedAt("lead", "number", np.roll(y, -1))
    lag = LookedAt("lag", "number", np.roll(y, 1))
    week = LookedAt("week", "number", np.mean([np.roll(y, -k) for k in range(1, 6)], axis=0))
    times = rng.permutation(N).astype(float)
    order = np.argsort(times)  # rows stand in no order of time
    mixed = [LookedAt(c.name, c.kind, c.x[np.argsort(order)]) for c in (other, lead, lag, week)]
    found = suspected(mixed, y[np.argsort(order)], False, times, "day")
    assert by_kind(found) == [("future", ["lead"]), ("future", ["week"])]
    assert suspected([other, lead, lag], y, False) == []  # no time, no later


def test_a_date_that_lies_after_the_time_is_one_and_a_fixed_term_is_none():
    some, y = columns()
    day = np.arange(N, dtype=float)
    closed = LookedAt("closed", "date", day + 1 + np.arange(N) % 5)
    due = LookedAt("due", "date", day + 30)
    opened = LookedAt("opened", "date", day)
    found = suspected([*some, opened, closed, due], y, False)
    assert [(e.columns, e.beside) for e in found] == [(["closed"], "opened")]


@given(st.integers(0, 30), st.integers(5, 40))
def test_every_copy_is_found_and_no_other_row(seed, n):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(N, 3)), rng.integers(0, 2, N)
    test, y_test = rng.normal(size=(60, 3)), rng.integers(0, 2, 60)
    which = rng.choice(60, n, replace=False)
    from_ = rng.choice(N, n)
    test[which], y_test[which] = X[from_], y[from_]
    places = {name: slice(j, j + 1) for j, name in enumerate("abc")}
    assert np.flatnonzero(copies((X, y), (test, y_test), places)).tolist() == sorted(which)


def test_rows_that_come_again_by_chance_are_no_copies():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 3, size=(500, 4)).astype(float)
    y = rng.integers(0, 2, 500)
    places = {str(j): slice(j, j + 1) for j in range(4)}
    assert not copies((X[:400], y[:400]), (X[400:], y[400:]), places).any()


def test_few_rows_or_one_class_are_not_spoken_of():
    some, y = columns(n=20)
    told = LookedAt("told", "number", y)
    assert suspected([*some, told], y, False) == []
    some, y = columns()
    assert suspected(some, np.zeros(N, int), True) == []


def test_sentences():
    one = Giveaway("column", ["alive"], 1.0, metric="accuracy", given=1.0, without=0.81)
    assert one.told == (
        "'alive' tells the target nearly alone; without it the accuracy is 0.810 instead of "
        "1.000. Leave it out, unless it is known before the target is."
    )
    rows = Giveaway("rows", [], rows=12, metric="r2", given=0.9, without=0.7)
    assert rows.told == (
        "12 test rows are copies of rows to learn from; on the other test rows the R² is 0.700 "
        "instead of 0.900."
    )
    later = Giveaway("future", ["closed"], beside="opened")
    assert later.told.startswith("'closed' lies after 'opened' in every row. Leave it out")
    number = Giveaway("identifier", ["nr"], 0.5)
    assert number.told.startswith("'nr' counts or names the rows, and tells 50% of the target.")
    assert "later rows' targets" in Giveaway("future", ["lead"]).told
