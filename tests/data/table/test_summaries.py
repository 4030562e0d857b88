"""One pass over a table in any parts, against NumPy and Counter over the whole."""

import itertools
import math
import pickle
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

pl = pytest.importorskip("polars")


from glassnet.data import DataError  # noqa: E402
from glassnet.data.table import summaries as column_summaries  # noqa: E402
from glassnet.data.table.summaries import Summaries, moments  # noqa: E402

cells = st.one_of(st.just(math.nan), st.integers(-1000, 1000).map(lambda n: n / 8))
tables = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9), elements=cells
)


@given(tables)
def test_moments_are_those_of_numpy(x):
    found = moments(x)
    for i, column in enumerate(x.T):
        there = column[~np.isnan(column)]
        m = found.at(i)
        assert m.n == len(there)
        if len(there):
            assert m.mean == pytest.approx(there.mean(), abs=1e-12)
            assert pytest.approx(((there - there.mean()) ** 2).sum(), abs=1e-8) == m.M2
            assert (m.least, m.largest) == (there.min(), there.max())
            assert m.whole == all(value.is_integer() for value in there.tolist())


@given(tables, st.integers(0, 9))
def test_moments_of_parts_join_to_those_of_the_whole(x, cut):
    whole, first, second = moments(x), x[:cut], x[cut:]
    if len(first) and len(second):
        both = moments(first).and_also(moments(second))
        for name in ("n", "mean", "M2", "least", "largest", "whole"):
            i = whole.n > 0
            np.testing.assert_allclose(
                np.asarray(getattr(both, name))[i], getattr(whole, name)[i], rtol=1e-9, atol=1e-9
            )


def test_a_large_offset_costs_no_digits_and_a_constant_has_no_spread():
    x = np.array([[2.0**40 + 1, 0.1], [2.0**40 + 2, 0.1], [2.0**40 + 3, 0.1]])
    whole = moments(x)
    parts = moments(x[:1]).and_also(moments(x[1:]))
    assert whole.M2.tolist() == [2.0, 0.0]
    assert parts.M2.tolist() == [pytest.approx(2.0), 0.0]


def test_tiny_numbers_have_a_spread_though_their_squares_vanish():
    m = moments(np.array([[1e-200], [3e-200]])).at(0)
    assert m.M2 == 0
    assert m.std == pytest.approx(2e-200)


texts = st.sampled_from(["1", " 2", "2.5", "", "NA", "red", "2024-01-02", "-", "1e400", "yes"])


def in_parts(frames, joined):
    """What parts tell that one looks at in turn, or that each has somebody of its own."""
    whole = Summaries()
    for frame in frames:
        if joined:
            part = Summaries()
            part.add(frame)
            whole.join(pickle.loads(pickle.dumps(part)))
        else:
            whole.add(frame)
    return whole


@pytest.mark.parametrize("joined", [False, True])
@given(st.lists(texts, min_size=1, max_size=30), st.lists(st.integers(0, 30), max_size=4))
def test_any_parts_tell_the_same_as_the_whole(joined, cells, cuts):
    frame = pl.DataFrame({"a": cells, "b": list(reversed(cells))})
    whole = Summaries()
    whole.add(frame)
    at = [0, *sorted(min(cut, len(cells)) for cut in cuts), len(cells)]
    parts = in_parts([frame[start:stop] for start, stop in itertools.pairwise(at)], joined)
    for one, other in zip(whole.summaries(), parts.summaries(), strict=True):
        assert (
            one.levels
            == other.levels
            == Counter(
                c.strip()
                for c in (cells if one.name == "a" else cells[::-1])
                if c not in ("", "NA")
            )
        )
        assert (one.missing, one.misfit, one.unfit) == (other.missing, other.misfit, other.unfit)
        assert (one.rows, one.increasing) == (other.rows, other.increasing)
        assert (one.dates or {}).keys() == (other.dates or {}).keys()
        assert one.numbers.n == other.numbers.n
        assert other.numbers.mean == pytest.approx(one.numbers.mean)


def test_small_parts_are_taken_of_a_large_frame(monkeypatch):
    monkeypatch.setattr(column_summaries, "CELLS", 4)
    monkeypatch.setattr(column_summaries, "FEWEST", 3)
    seen = Summaries()
    seen.add(pl.DataFrame({"a": [str(i) for i in range(10)] + ["x"], "b": [1.0] * 10 + [math.inf]}))
    a, b = seen.summaries()
    assert (a.misfit, b.misfit) == ((1, 10, "x"), (1, 10, "inf"))
    assert (a.numbers.mean, a.numbers.largest) == (4.5, 9)


def test_texts_are_counted_up_to_a_limit_that_many_columns_share(monkeypatch):
    monkeypatch.setattr(column_summaries, "MOST_COUNTS", 10)
    for rows, known in ((5, True), (6, False)):
        seen = Summaries()
        seen.add(pl.DataFrame({name: [f"t{i}" for i in range(rows)] for name in "ab"}))
        assert all((s.levels is not None) is known for s in seen.summaries())
    for joined in (False, True):  # beyond it only in all parts together
        seen = in_parts([pl.DataFrame({"a": [f"t{i}"], "b": ["t"]}) for i in range(6)], joined)
        assert [s.levels for s in seen.summaries()] == [None, {"t": 6}]


def test_few_whole_numbers_are_counted_over_joined_parts():
    frames = [pl.DataFrame({"a": [i, 0], "b": [i + 100, 0]}) for i in range(1, 17)]
    assert [len(s.levels or ()) for s in in_parts(frames[:15], True).summaries()] == [16, 16]
    assert [s.levels for s in in_parts(frames, True).summaries()] == [None, None]


def test_long_texts_are_not_kept():
    seen = Summaries()
    seen.add(pl.DataFrame({"a": ["x" * 201]}))
    assert next(seen.summaries()).levels is None


def test_parts_with_other_columns_or_types_are_refused():
    seen = Summaries()
    seen.add(pl.DataFrame({"a": [None], "b": [1]}))
    seen.add(pl.DataFrame({"b": [2.5], "a": ["x"]}))
    with pytest.raises(DataError, match="column 'b' holds Int64 in the first rows and String from"):
        seen.add(pl.DataFrame({"a": ["y"], "b": ["y"]}))
    other = Summaries()
    other.add(pl.DataFrame({"a": ["y"], "b": ["y"]}))
    with pytest.raises(DataError, match="column 'b' holds Int64 in the first rows and String from"):
        seen.join(other)
    with pytest.raises(DataError, match="column 'c' is not in every part"):
        seen.add(pl.DataFrame({"a": ["y"], "b": [1], "c": [1]}))


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("rising", [[1, 2, 5], [-1.5, 0, 9]])
def test_rising_numbers_rise_across_parts(rising, joined):
    for cells, expected in ((rising, True), ([*rising, rising[-1]], False)):
        seen = in_parts([pl.DataFrame({"a": [float(cell)]}) for cell in cells], joined)
        assert next(seen.summaries()).increasing is expected


@pytest.mark.parametrize("joined", [False, True])
def test_a_date_has_one_format_in_all_parts(joined):
    frames = [
        pl.DataFrame(
            {"same": cells, "other": [c.replace("25/4/2020", "2020-04-25") for c in cells]}
        )
        for cells in (["1/2/2020", "3/4/2020"], ["-"], ["25/4/2020"])
    ]
    seen = in_parts(frames, joined)
    same, other = seen.summaries()
    assert list(same.dates or ()) == ["%d/%m/%Y"]
    assert same.dates is not None
    assert same.dates["%d/%m/%Y"].n == 3
    assert other.dates == {}
