"""Several yes/no targets: their words, and from which probability on each is called yes."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from glassnet.data import DataError, YesNo
from glassnet.data.yes_no import threshold_for

BOTH = YesNo((("no", "yes"), ("dry", "rain")), (0.5, 0.25), "balanced")


def worth(p, y, least, aim):
    """By counting: F1, or the shares found of the yes and of the no added."""
    TP = FP = FN = TN = 0
    for share, so in zip(p, y):
        said = share >= least
        TP += bool(said and so)
        FP += bool(said and not so)
        FN += bool(not said and so)
        TN += bool(not said and not so)
    return 2 * TP / (2 * TP + FP + FN) if aim == "f1" else TP / (TP + FN) + TN / (TN + FP)


@given(
    arrays(np.int8, 12, elements=st.integers(0, 8)),
    arrays(np.bool_, 12),
    st.sampled_from(["f1", "balanced"]),
)
def test_no_other_threshold_serves_better_on_the_rows_that_it_was_chosen_by(p, y, aim):
    p = p / 8
    found = threshold_for(p, y, aim)
    if y.all() or not y.any() or not told(p, y):
        assert found == 0.5
        return
    tried = [worth(p, y, least, aim) for least in (*np.linspace(-1 / 16, 17 / 16, 10), 0.0)]
    assert worth(p, y, found, aim) == pytest.approx(max(tried))


def told(p, y):
    """Of all pairs of a yes and a no, how many have the higher p at yes, beside chance."""
    pairs = p[y][:, None] - p[~y][None, :]
    ahead = (pairs > 0).sum() + (pairs == 0).sum() / 2
    deviation = math.sqrt(pairs.size * (len(p) + 1) / 12)
    return ahead - pairs.size / 2 > 1.64 * deviation


@pytest.mark.parametrize("aim", ["f1", "balanced"])
def test_where_nothing_is_told_yes_is_said_from_a_half_on(aim):
    rng = np.random.default_rng(1)
    p, y = rng.uniform(0.02, 0.1, 200), rng.random(200) < 0.06
    assert threshold_for(p, y, aim) == 0.5
    assert threshold_for(np.full(200, 0.06), y, aim) == 0.5


def test_what_is_rare_is_called_so_from_a_low_probability_on():
    rng = np.random.default_rng(0)
    p = rng.uniform(0, 0.3, 2_000)
    y = rng.random(2_000) < p  # probabilities that hold, and never reach a half
    assert 0.08 < threshold_for(p, y) < 0.25
    # of probabilities that hold the threshold that counts both alike is the share of yes
    assert abs(threshold_for(p, y, "balanced") - 0.15) < 0.06


def test_words_come_back_as_the_table_has_them():
    p = np.array([[0.49, 0.25], [0.5, 0.24]])
    assert BOTH.decide(p).tolist() == [["no", "rain"], ["yes", "dry"]]
    np.testing.assert_array_equal(BOTH.read(BOTH.decide(p)), [[0, 1], [1, 0]])
    numbers = YesNo.of([(0, 1), (1, 2)])
    assert numbers.decide(p).tolist() == [[0, 1], [1, 1]]
    assert numbers.decide(p).dtype.kind == "i"
    mixed = YesNo.of([(0, 1), ("n", "y")])
    assert mixed.decide(p).tolist() == [[0, "n"], [1, "n"]]
    np.testing.assert_array_equal(mixed.read(mixed.decide(p)), [[0, 0], [1, 0]])


def test_a_word_that_is_neither_is_said_with_its_target():
    with pytest.raises(DataError, match="the target 'b' holds 'wet' at row 1, which is neither"):
        BOTH.read([["no", "dry"], ["no", "wet"]], ["a", "b"])


def test_it_comes_back_from_plain_json():
    assert YesNo.from_spec(json.loads(json.dumps(BOTH.spec()))) == BOTH
    assert BOTH.one(1) == YesNo((("dry", "rain"),), (0.25,), "balanced")


@pytest.mark.parametrize(
    "change",
    [
        {"pairs": []}, {"pairs": [["a", "a"], ["b", "c"]]}, {"pairs": [["a"], ["b", "c"]]},
        {"pairs": [[True, False], ["b", "c"]]}, {"pairs": None}, {"thresholds": [0.5]},
        {"thresholds": [0.5, 1.5]}, {"thresholds": [0.5, True]}, {"thresholds": "half"},
        {"thresholds": [0.5, float("nan")]}, {"aim": "luck"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(change):
    with pytest.raises(DataError):
        YesNo.from_spec(BOTH.spec() | change)
    with pytest.raises(DataError):
        YesNo.from_spec([1])
