"""Splits: every row on one side, groups whole, time forward, classes in proportion, by seed."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data import DataError, fold_rows, split_in_three, split_rows

SEEDS = st.integers(0, 1000)
GROUPS = st.lists(st.integers(0, 8), min_size=2, max_size=60).filter(lambda g: len(set(g)) > 1)


def together(*parts):
    return sorted(np.concatenate(parts).tolist())


@given(st.integers(2, 50), st.floats(0.01, 0.99), SEEDS)
def test_a_plain_split_holds_the_share_and_every_row_once(n, share, seed):
    train, test = split_rows(n, test=share, seed=seed)
    assert together(train, test) == list(range(n))
    assert len(test) == min(max(round(share * n), 1), n - 1)


def test_text_is_split_by_class_and_whole_numbers_where_asked():
    y = np.array(["a"] * 80 + ["b"] * 20)
    for labels, stratify in ((y, None), (y == "b", None), ((y == "b") * 1, True)):
        _, test = split_rows(100, labels, test=0.1, seed=3, stratify=stratify)
        assert (y[test] == "b").sum() == 2
    counts = {int((y[split_rows(100, (y == "b") * 1, seed=s).test] == "b").sum()) for s in range(9)}
    assert len(counts) > 1  # whole numbers may be numbers to predict


@given(GROUPS, st.floats(0.05, 0.95), SEEDS)
def test_no_group_stands_on_both_sides(groups, share, seed):
    groups = np.array(groups)
    train, test = split_rows(len(groups), test=share, seed=seed, groups=groups)
    assert together(train, test) == list(range(len(groups)))
    assert len(train) > 0 < len(test)
    assert not set(groups[train]) & set(groups[test])


def test_many_small_groups_hold_the_share_of_the_rows_and_of_each_class():
    rng = np.random.default_rng(0)
    groups = rng.integers(0, 200, 2000)
    y = np.where(rng.random(2000) < 0.1, "rare", "common")
    test = split_rows(2000, y, seed=1, groups=groups).test
    assert len(test) == pytest.approx(400, rel=0.1)
    assert (y[test] == "rare").sum() == pytest.approx(0.2 * (y == "rare").sum(), rel=0.15)
    assert test.tolist() != split_rows(2000, y, seed=2, groups=groups).test.tolist()


def test_two_groups_are_one_on_each_side():
    train, test = split_rows(10, groups=list("aaaaaaabbb"), test=0.1)
    assert (train.tolist(), test.tolist()) == ([0, 1, 2, 3, 4, 5, 6], [7, 8, 9])


@given(st.lists(st.integers(0, 9), min_size=2, max_size=60), st.floats(0.05, 0.95))
def test_the_test_rows_are_later_than_all_others(times, share):
    times = np.array(times)
    if len(set(times)) == 1:
        with pytest.raises(DataError, match="same time"):
            split_rows(len(times), times=times, test=share)
        return
    train, test = split_rows(len(times), times=times, test=share)
    assert together(train, test) == list(range(len(times)))
    assert times[train].max() < times[test].min()
    # no other cut between two times comes nearer to the share
    cuts = [(times >= t).sum() for t in sorted(set(times))[1:]]
    best = min(abs(held - share * len(times)) for held in cuts)
    assert abs(len(test) - share * len(times)) == pytest.approx(best)


@pytest.mark.parametrize(
    "times",
    [
        ["2024-01-05", "2023-12-31", "2024-02-01", "2024-01-06", "2022-01-01"],
        [datetime.date(2024, 1, d) for d in (3, 2, 31, 4, 1)],
        np.array(["2024-03", "2024-02", "2025-01", "2024-05", "2020-01"], dtype="datetime64[M]"),
        [0.3, 0.2, 9.0, 0.4, -1.0],
    ],
)
def test_times_are_dates_in_any_form_or_numbers(times):
    assert split_rows(5, times=times).test.tolist() == [2]


@given(st.lists(st.sampled_from("abc"), min_size=6, max_size=60), st.integers(2, 5), SEEDS)
def test_folds_hold_every_row_once_and_each_class_evenly(y, folds, seed):
    y = np.array(y)
    counted = {label: int((y == label).sum()) for label in set(y)}
    single = [row for row in range(len(y)) if counted[y[row]] == 1]
    if len(y) - len(single) < folds:
        with pytest.raises(DataError, match="too few rows"):
            fold_rows(len(y), y, folds=folds, seed=seed)
        return
    splits = fold_rows(len(y), y, folds=folds, seed=seed)
    tests = [split.test for split in splits]
    assert together(*tests) == [row for row in range(len(y)) if row not in single]
    for train, test in splits:
        assert together(train, test) == list(range(len(y)))
        assert set(y[test]) <= set(y[train])
    for label, count in counted.items():
        held = [(y[test] == label).sum() for test in tests]
        assert max(held) - min(held) <= 1 or count == 1
    sizes = [len(test) for test in tests]
    assert max(sizes) - min(sizes) <= 1


@given(GROUPS, st.integers(2, 4), SEEDS)
def test_folds_of_groups_keep_each_group_whole(groups, folds, seed):
    groups = np.array(groups)
    if len(set(groups)) < folds:
        with pytest.raises(DataError, match="too few groups"):
            fold_rows(len(groups), folds=folds, groups=groups)
        return
    splits = fold_rows(len(groups), folds=folds, seed=seed, groups=groups)
    assert together(*(split.test for split in splits)) == list(range(len(groups)))
    for train, test in splits:
        assert not set(groups[train]) & set(groups[test])


def test_folds_of_groups_are_about_equal_in_rows_and_classes():
    rng = np.random.default_rng(4)
    groups = rng.integers(0, 100, 3000)
    y = np.where(rng.random(3000) < 0.2, "rare", "common")
    splits = fold_rows(3000, y, folds=5, groups=groups)
    assert all(len(split.test) == pytest.approx(600, rel=0.05) for split in splits)
    rare = [(y[split.test] == "rare").sum() for split in splits]
    assert all(count == pytest.approx(sum(rare) / 5, rel=0.1) for count in rare)


@given(st.lists(st.integers(0, 30), min_size=6, max_size=80), st.integers(2, 5))
def test_folds_forward_in_time_learn_from_the_past_alone(times, folds):
    times = np.array(times)
    if len(set(times)) <= folds:
        with pytest.raises(DataError, match="different times"):
            fold_rows(len(times), folds=folds, times=times)
        return
    splits = fold_rows(len(times), folds=folds, times=times)
    assert len(splits) == folds
    before = 0
    for train, test in splits:
        assert len(train) > before
        assert len(test) > 0
        assert times[train].max() < times[test].min()
        before = len(train)
    assert len(splits[-1].train) + len(splits[-1].test) == len(times)


def test_folds_forward_in_time_are_about_equal():
    splits = fold_rows(60, folds=5, times=np.random.default_rng(0).permutation(60))
    assert [len(split.test) for split in splits] == [10] * 5
    assert [len(split.train) for split in splits] == [10, 20, 30, 40, 50]


def test_three_parts_share_no_row_no_group_and_stay_in_time():
    groups = np.random.default_rng(0).integers(0, 40, 400)
    parts = split_in_three(400, groups=groups, test=0.2, validation=0.25)
    assert together(*parts) == list(range(400))
    assert [len(part) for part in parts] == pytest.approx([240, 80, 80], abs=15)
    sides = [set(groups[part]) for part in parts]
    assert not sides[0] & sides[1]
    assert not sides[2] & (sides[0] | sides[1])
    train, validation, test = split_in_three(100, times=np.arange(100)[::-1])
    assert test.tolist() == list(range(20))
    assert validation.tolist() == list(range(20, 28))
    assert train.tolist() == list(range(28, 100))


def test_a_seed_gives_the_same_parts_and_another_others():
    y = np.array(list("ab") * 50)
    first, again, other = (fold_rows(100, y, seed=seed)[0].test.tolist() for seed in (0, 0, 1))
    assert first == again != other
    first, again, other = (split_in_three(100, y, seed=s).validation.tolist() for s in (0, 0, 1))
    assert first == again != other


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"test": 0.0}, "above 0 and below 1"),
        ({"test": 1.0}, "above 0 and below 1"),
        ({"test": "half"}, "above 0 and below 1"),
        ({"groups": [1, 2, 3, 4], "times": [1, 2, 3, 4]}, "not by both"),
        ({"groups": [1, 1, 1, 1]}, "one group"),
        ({"groups": [1, 2]}, "one value a row, 4 in all"),
        ({"groups": ["a", None, "b", "c"]}, "no value at row 1"),
        ({"groups": [1.0, 2.0, float("nan"), 1.0]}, "no value at row 2"),
        ({"groups": np.array(["a", 1, "b", "c"], dtype=object)}, "no order"),
        ({"times": [1, 1, 1, 1]}, "same time"),
        ({"times": ["2024-01-01", "soon", "2024-01-02", "2024-01-03"]}, "'soon'"),
        ({"times": ["2024-01-01", "", "2024-01-02", "2024-01-03"]}, "no value at row 1"),
        ({"times": [1j, 2, 3, 4]}, "numbers or dates"),
        ({"y": [1, 2]}, "y has 2"),
        ({"stratify": True}, "give y too"),
    ],
)
def test_what_makes_no_split_is_refused_in_a_sentence(settings, said):
    with pytest.raises(DataError, match=said):
        split_rows(4, **settings)


@pytest.mark.parametrize("folds", [1, 0, 2.5, True, "5"])
def test_a_number_of_folds_is_a_whole_number_from_2(folds):
    with pytest.raises(DataError, match="from 2 up"):
        fold_rows(10, folds=folds)


def test_more_folds_than_rows_are_refused():
    with pytest.raises(DataError, match="too few rows"):
        fold_rows(3, folds=4)
