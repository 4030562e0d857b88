"""Cells of text as numbers, dates, yes and no, against what Python makes of them."""

import datetime
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pl = pytest.importorskip("polars")

from glassnet.data.table.cells import (  # noqa: E402
    BOOLEANS,
    MISSING,
    NO,
    NO_NUMBER,
    YES,
    may_be_date,
    read_booleans,
    read_codes,
    read_days,
    read_numbers,
    read_words,
    typed_days,
)

numbers = st.floats(allow_nan=False, allow_infinity=False, width=64)
spaces = st.sampled_from(["", " ", "  ", "\t"])


@given(st.lists(st.tuples(spaces, numbers, spaces), min_size=1), st.sampled_from([".", ","]))
def test_a_number_is_what_python_reads(cells, decimal):
    texts = [before + repr(x).replace(".", decimal) + after for before, x, after in cells]
    read = read_numbers(pl.DataFrame({"v": texts}), decimal)
    assert read.x[:, 0].tolist() == [x for _, x, _ in cells]
    assert not read.misfits


@pytest.mark.parametrize("word", MISSING)
def test_a_word_for_missing_is_missing_among_numbers_and_among_texts(word):
    frame = pl.DataFrame({"n": ["1", f" {word} "], "t": ["red", word]})
    read = read_numbers(frame)
    assert read.missing.tolist() == [1, 1]
    assert math.isnan(read.x[1, 0])
    assert read_words(frame)["t"].to_list() == ["red", None]


@pytest.mark.parametrize("word", NO_NUMBER)
def test_a_word_for_no_number_is_missing_among_numbers_alone(word):
    read = read_numbers(pl.DataFrame({"n": ["1", word]}))
    assert not read.misfits
    assert math.isnan(read.x[1, 0])
    assert read_words(pl.DataFrame({"t": ["red", word]}))["t"].to_list() == ["red", word]


def test_what_is_no_number_is_counted_and_the_first_is_kept():
    frame = pl.DataFrame({"a": ["1", "x", "", "y"], "b": ["1", "2", "3", "4"]})
    assert read_numbers(frame).misfits == {0: (2, 1, "x")}


@pytest.mark.parametrize("cell", ["1.5", "1.234,5", "1,2,3", "1.000"])
def test_with_a_decimal_comma_a_point_is_never_guessed_at(cell):
    assert 0 in read_numbers(pl.DataFrame({"v": [cell]}), ",").misfits


def test_with_a_decimal_point_a_comma_is_never_guessed_at():
    assert 0 in read_numbers(pl.DataFrame({"v": ["1,5"]})).misfits


def test_numbers_of_every_type_are_read():
    frame = pl.DataFrame(
        {
            "i": pl.Series([1, None], dtype=pl.Int64),
            "u": pl.Series([2**64 - 1, 0], dtype=pl.UInt64),
            "f": pl.Series([0.5, math.nan], dtype=pl.Float32),
            "b": [True, False],
        }
    )
    read = read_numbers(frame)
    assert read.missing.tolist() == [1, 0, 1, 0]
    np.testing.assert_array_equal(read.x, [[1, 2.0**64, 0.5, 1], [math.nan, 0, math.nan, 0]])


DATES = [
    ("%Y-%m-%d", "2024-02-29"),
    ("%Y-%m-%d %H:%M", "2024-02-29 23:59"),
    ("%Y-%m-%d %H:%M:%S%.f", "1969-12-31 06:00:00"),
    ("%Y-%m-%dT%H:%M:%S%.f", "2024-02-29T12:30:15.250"),
    ("%d.%m.%Y", "1.2.2024"),
    ("%m/%d/%Y", "12/31/1999"),
    ("%d/%m/%Y", "31/12/1999"),
    ("%d-%m-%Y %H:%M", "31-12-1999 18:00"),
    ("%Y/%m/%d", "2024/1/5"),
]


@pytest.mark.parametrize("form, cell", DATES)
def test_a_date_is_its_days_since_1970(form, cell):
    assert may_be_date(cell)
    python = form.replace("%.f", ".%f" if "." in cell[-5:] and ":" in cell else "")
    right = datetime.datetime.strptime(cell, python) - datetime.datetime(1970, 1, 1)
    days = read_days(pl.Series([cell, None, "-"]), form)
    assert days is not None
    assert (
        days.to_list()
        == [pytest.approx(right / datetime.timedelta(days=1), rel=1e-15)] + [None] * 2
    )


def test_a_time_with_an_offset_is_that_of_greenwich():
    cells = pl.Series(["2024-01-05 10:00:00+02:00", "2024-01-05 08:00:00Z"])
    days = read_days(cells, "%Y-%m-%d %H:%M:%S%.f%#z")
    assert days is not None
    assert days[0] == days[1]


@pytest.mark.parametrize("cell", ["2024-13-01", "31/12/99", "2024-1", "noon", "12345", "1.2.3"])
def test_what_is_no_date_is_none(cell):
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y"):
        assert read_days(pl.Series(["2024-01-01", cell]), form) is None


def test_a_typed_date_counts_by_the_clock_of_its_own_zone():
    noon = datetime.datetime(2024, 3, 1, 12)
    here = pl.Series([noon]).dt.replace_time_zone("Europe/Vienna")
    assert typed_days(here).to_list() == typed_days(pl.Series([noon])).to_list()
    assert typed_days(pl.Series([datetime.date(1970, 1, 3)])).to_list() == [2.0]


def test_no_word_says_both_yes_and_no():
    assert not YES & NO
    for no, yes in BOOLEANS:
        texts = pl.Series([yes.upper(), f" {no} ", "maybe", "1", None])
        assert read_booleans(texts).to_list() == ["1", "0", "maybe", "1", None]


def test_whole_floats_are_the_same_levels_as_integers():
    frame = pl.DataFrame({"a": [1.0, math.nan, 3.0], "b": [1, None, 3], "c": ["1", "NA", " 3 "]})
    words = read_words(frame)
    assert words["a"].to_list() == words["b"].to_list() == words["c"].to_list() == ["1", None, "3"]


@given(st.lists(st.sampled_from(["a", "b", "ß", "of = x", None]), min_size=1))
def test_codes_are_places_among_the_levels(cells):
    levels = ["b", "of = x"]
    codes = read_codes(pl.DataFrame({"v": pl.Series(cells, dtype=pl.String)}), [levels])
    assert codes[:, 0].tolist() == [levels.index(c) if c in levels else -1 for c in cells]
