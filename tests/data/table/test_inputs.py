"""Columns as inputs, against NumPy's nan-functions, the calendar and one-hot loops."""

import datetime
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pl = pytest.importorskip("polars")

from glassnet.core.network import Network  # noqa: E402
from glassnet.data import DataError, TablePreparation  # noqa: E402
from glassnet.data.table import preparation as table_preparation  # noqa: E402
from glassnet.data.table.inputs import DateInput, input_from_spec  # noqa: E402

decimals = st.integers(-(10**6), 10**6).map(lambda n: n / 100)
ages = st.one_of(st.none(), decimals)
colours = st.sampled_from(["red", "blue", "green", "of = x", "", None])
rows = st.lists(st.tuples(ages, colours, st.booleans()), min_size=3, max_size=40)


def table(rows, decimal="."):
    """The rows as they come from a CSV file, with a column that can always be learned from."""
    age, colour, member = zip(*rows, strict=True)
    text = [None if x is None else repr(x).replace(".", decimal) for x in age]
    beside = [str(i * i % 7) for i in range(len(rows))]
    return pl.DataFrame(
        {
            "age": pl.Series(text, dtype=pl.String),
            "colour": pl.Series(colour, dtype=pl.String),
            "member": ["Yes" if m else "no" for m in member],
            "beside": beside,
        }
    )


@given(rows, st.sampled_from([".", ","]))
def test_numbers_have_mean_0_and_deviation_1_and_the_missing_are_0_and_said(rows, decimal):
    frame = table(rows, decimal)
    preparation = TablePreparation.learn(frame, decimal)
    if "age" not in preparation.inputs:
        return
    x = preparation.apply(frame, np.float64)
    raw = np.array([math.nan if age is None else age for age, *_ in rows])
    if preparation.columns[0].kind == "boolean":
        return
    at = preparation.inputs.index("age")
    raw -= np.nanmin(raw)  # NumPy's deviation of equal numbers is 0 only where they are exact
    right = (raw - np.nanmean(raw)) / (np.nanstd(raw) or 1.0)
    np.testing.assert_allclose(x[:, at], np.nan_to_num(right), atol=1e-9)
    if np.isnan(raw).any():
        assert preparation.inputs[at + 1] == "age missing"
        np.testing.assert_array_equal(x[:, at + 1], np.isnan(raw))


@given(rows)
def test_a_category_is_one_hot(rows):
    frame = table(rows)
    preparation = TablePreparation.learn(frame, kinds={"colour": "text"} if _few(rows) else None)
    x = preparation.apply(frame)
    counts = {c: [row[1] for row in rows].count(c) for _, c, _ in rows if c}
    column = preparation.columns[1]
    if not column.used:
        return
    for i, (_, colour, _) in enumerate(rows):
        for name in column.inputs:
            level = name.removeprefix("colour").removeprefix(" ").removeprefix("= ")
            right = {
                "missing": not colour,
                "other": bool(colour) and counts[colour] < 2,
            }.get(level, colour == level)
            assert x[i, preparation.inputs.index(name)] == right


def _few(rows):
    return len({c for _, c, _ in rows if c}) < 1


@given(rows, st.permutations(["age", "colour", "member", "beside", "more"]), st.integers(1, 7))
def test_neither_the_order_of_columns_nor_more_of_them_nor_parts_matter(rows, order, size):
    frame = table(rows)
    whole = TablePreparation.learn(frame)
    parts = TablePreparation.learn(frame[i : i + size] for i in range(0, len(rows), size))
    assert parts.inputs == whole.inputs
    x = whole.apply(frame, np.float64)
    np.testing.assert_allclose(parts.apply(frame, np.float64), x, rtol=1e-9, atol=1e-9)
    mixed = frame.with_columns(more=pl.lit("x")).select(order)
    np.testing.assert_array_equal(whole.apply(mixed, np.float64), x)


@given(rows, st.booleans())
def test_what_was_learned_survives_json_exactly(rows, dates):
    frame = table(rows)
    if dates:
        day = datetime.date(2020, 2, 28)
        frame = frame.with_columns(
            day=pl.Series([str(day + datetime.timedelta(i * i)) for i in range(len(rows))])
        )
    preparation = TablePreparation.learn(frame)
    again = TablePreparation.from_spec(json.loads(json.dumps(preparation.spec())))
    assert again == preparation
    np.testing.assert_array_equal(again.apply(frame), preparation.apply(frame))


def test_an_unseen_category_is_what_a_rare_one_was():
    frame = pl.DataFrame({"c": ["red"] * 9 + ["rare"], "v": range(3, 13)})
    preparation = TablePreparation.learn(frame)
    x = preparation.apply(pl.DataFrame({"c": ["rare", "never met", None], "v": [3, 3, 3]}))
    assert preparation.inputs[:2] == ("c = red", "c = other")
    np.testing.assert_array_equal(x[0], x[1])
    np.testing.assert_array_equal(x[0], x[2])  # in training none was missing
    assert x[0, :2].tolist() == [0, 1]


def test_without_rare_ones_an_unseen_category_is_0_in_every_input():
    frame = pl.DataFrame({"c": ["red", "blue"] * 5})
    preparation = TablePreparation.learn(frame)
    assert preparation.inputs == ("c = blue", "c = red")
    x = preparation.apply(pl.DataFrame({"c": ["green", None, "red"]}))
    assert x.tolist() == [[0, 0], [0, 0], [0, 1]]


def test_a_missing_number_where_training_had_none_is_the_mean():
    preparation = TablePreparation.learn(pl.DataFrame({"v": [1.5, 2.5, 5.0], "w": [1.0, 3, 2]}))
    x = preparation.apply(pl.DataFrame({"v": [None, 3.0], "w": [2, math.nan]}, strict=False))
    np.testing.assert_allclose(x, [[0, 0], [0, 0]], atol=1e-7)


def test_yes_is_1_and_no_is_minus_1_in_whatever_words():
    preparation = TablePreparation.learn(pl.DataFrame({"b": ["yes", "no", "yes"]}))
    for cells in (["YES", " no", ""], [True, False, None], ["ja", "nein", "NA"], [1, 0, None]):
        assert preparation.apply(pl.DataFrame({"b": cells}))[:, 0].tolist() == [1, -1, 0]
    with pytest.raises(
        DataError, match="column 'b' holds 'perhaps' at row 1, which is neither yes"
    ):
        preparation.apply(pl.DataFrame({"b": ["yes", "perhaps"]}))
    with pytest.raises(
        DataError, match="column 'b' holds '2' at row 1, which is neither yes nor no"
    ):
        preparation.apply(pl.DataFrame({"b": ["1", "2"]}))


def test_a_number_that_was_0_or_1_in_training_may_be_another():
    preparation = TablePreparation.learn(pl.DataFrame({"v": [0, 1, 1]}))
    assert preparation.apply(pl.DataFrame({"v": [0, 1, 3, None]}))[:, 0].tolist() == [-1, 1, 5, 0]


@given(
    st.lists(
        st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2100, 1, 1)),
        min_size=2,
        unique=True,
    )
)
def test_a_date_is_its_day_and_its_place_in_the_year_the_week_and_the_day(times):
    frame = pl.DataFrame({"t": pl.Series(times, dtype=pl.Datetime("us"))})
    preparation = TablePreparation.learn(frame, kinds={"t": "date"})
    x = preparation.apply(frame, np.float64)
    days = np.array([(t - datetime.datetime(1970, 1, 1)) / datetime.timedelta(1) for t in times])
    names = list(preparation.inputs)
    scaled = (days - days.mean()) / days.std()
    np.testing.assert_allclose(x[:, 0], scaled, atol=1e-4)
    for i, t in enumerate(times):
        clock = (t.hour * 3600 + t.minute * 60 + t.second + t.microsecond / 1e6) / 86400
        places = {
            "year": (t.timetuple().tm_yday - 1 + clock) / 365.25,
            "week": (t.weekday() + clock) / 7,
            "day": clock,
        }
        for circle, place in places.items():
            if f"t, sin of {circle}" not in names:
                assert circle == "day"
                assert not any(t.time() != datetime.time() for t in times)
                continue
            at = names.index(f"t, sin of {circle}")
            angle = 2 * math.pi * place
            assert x[i, at : at + 2] == pytest.approx([math.sin(angle), math.cos(angle)], abs=1e-5)


def test_a_missing_date_is_0_in_every_input_and_said():
    frame = pl.DataFrame({"d": ["2020-01-01", "2021-06-01", "NA", "2020-03-05"]})
    preparation = TablePreparation.learn(frame)
    x = preparation.apply(frame)
    assert preparation.inputs[-1] == "d missing"
    assert x[2].tolist() == [0] * 5 + [1]
    assert not x[[0, 1, 3], -1].any()


def test_dates_typed_in_training_may_come_as_text_and_the_other_way():
    cells = ["2020-01-01", "2021-06-01", "2020-03-05"]
    text = pl.DataFrame({"d": cells})
    typed = text.select(pl.col("d").str.to_date())
    for a, b in ((text, typed), (typed, text)):
        preparation = TablePreparation.learn(a)
        np.testing.assert_allclose(preparation.apply(b), preparation.apply(a))
    with pytest.raises(DataError, match="column 'd' holds '1 May' at row 1, which is no date"):
        preparation.apply(pl.DataFrame({"d": ["2020-01-01", "1 May"]}))
    with pytest.raises(DataError, match="column 'd' held dates in training and holds Int64"):
        preparation.apply(pl.DataFrame({"d": [1]}))


PREPARED = TablePreparation.learn(
    pl.DataFrame({"size": ["1.5", "2", "4"], "colour": ["red", "blue", "red"]})
)


@pytest.mark.parametrize(
    "frame, said",
    [
        ({"size": ["1", "x"], "colour": ["red"] * 2}, "'size' holds 'x' at row 1, which is no"),
        ({"size": ["1", "1,5"], "colour": ["red"] * 2}, "finite number with a decimal point"),
        ({"size": [1.0, math.inf], "colour": ["red"] * 2}, "'size' holds 'inf' at row 1"),
        ({"size": ["1e39"], "colour": ["red"]}, r"'size' holds 1e\+39 at row 0, which is too"),
        ({"sise": ["1"], "colour": ["red"]}, r"'size' is missing \(did you mean 'sise'\? Rename"),
        ({"v": ["1"]}, "'size' is missing, and 1 more: the network was trained with it"),
        ({"size": [[1]], "colour": ["red"]}, "'size' held numbers in training and holds List"),
        ({"size": [1], "colour": [["red"]]}, "'colour' held categories in training and holds"),
        ({"size": [], "colour": []}, "the table has no rows"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_prepared_is_one_sentence(frame, said):
    with pytest.raises(DataError, match=said) as caught:
        PREPARED.apply(pl.DataFrame(frame))
    assert "\n" not in str(caught.value)


def test_rows_are_named_by_the_whole_table_not_by_its_parts(monkeypatch):
    monkeypatch.setattr(table_preparation, "CELLS", 4)
    monkeypatch.setattr(table_preparation, "FEWEST", 2)
    frame = pl.DataFrame({"size": [*"12345", "six"], "colour": ["red"] * 6})
    with pytest.raises(DataError, match="'six' at row 5"):
        PREPARED.apply(frame)
    monkeypatch.undo()
    np.testing.assert_array_equal(PREPARED.apply(frame[:5])[3:], PREPARED.apply(frame[3:5]))


def test_strays_are_forgiven_where_training_had_some():
    cells = [str(i * 7 % 30 + 0.5) for i in range(30)]
    frame = pl.DataFrame({"v": [*cells, "abc"]})
    x = TablePreparation.learn(frame).apply(pl.DataFrame({"v": ["xyz", "1e400", "15"]}))
    assert x[0].tolist() == x[1].tolist() == [0, 1]
    assert x[2, 1] == 0


def test_numbers_alone_come_as_an_array_too_and_categories_do_not():
    frame = pl.DataFrame({"b": [1.5, 2.5, 4.5], "k": [7] * 3, "a": [1.0, 0.0, 1.0]})
    preparation = TablePreparation.learn(frame)
    array = frame.select("b", "a").to_numpy()
    np.testing.assert_array_equal(preparation.apply(array), preparation.apply(frame))
    np.testing.assert_array_equal(preparation.apply(array.tolist()), preparation.apply(frame))
    for bad in (array[:, :1], array[0], array.astype(str), 3, [[1, 2], [3]]):
        with pytest.raises(DataError, match="expected a table with named columns, or an array"):
            preparation.apply(bad)
    with pytest.raises(DataError, match="expected a table with named columns, since 'colour'"):
        PREPARED.apply(array)
    with pytest.raises(DataError, match="inputs are of a float type"):
        preparation.apply(frame, np.int32)


def test_another_decimal_sign_may_be_read():
    a = PREPARED.apply(pl.DataFrame({"size": ["2.5"], "colour": ["red"]}))
    b = PREPARED.reading(",").apply(pl.DataFrame({"size": ["2,5"], "colour": ["red"]}))
    np.testing.assert_array_equal(a, b)
    assert PREPARED.decimal == "."


def test_a_network_predicts_frames_slices_and_dictionaries():
    net = Network.dense([PREPARED.n_inputs, 3], seed=0)
    net.preparation = PREPARED
    frame = pl.DataFrame({"colour": ["red", "blue", "?"], "more": [1, 2, 3], "size": [1, 2, None]})
    y = net.predict(frame)
    assert y.shape == (3, 3)
    np.testing.assert_allclose(net.predict(frame[1:2]), y[1:2], rtol=1e-6)
    np.testing.assert_allclose(net.predict(frame.to_dicts()), y)
    np.testing.assert_allclose(net.predict(frame.lazy()), y)


NUMBER = {
    "sort": "number",
    "mean": 0.5,
    "scale": 2.0,
    "gaps": False,
    "words": False,
    "lenient": False,
}
CATEGORY = {"sort": "category", "levels": ["a"], "other": True, "gaps": False}
DATE = {"sort": "date", "mean": 0.0, "scale": 1.0, "form": None, "clock": False, "gaps": True}


@pytest.mark.parametrize(
    "spec",
    [
        *({**NUMBER, "scale": bad} for bad in (0, -1, math.inf, math.nan, "1", None, True)),
        *({**NUMBER, "clip": bad} for bad in (1, "no", None)),
        *({**NUMBER, "mean": bad} for bad in (math.nan, "x", [1])),
        *({**NUMBER, "gaps": bad} for bad in (1, "no", None)),
        *({**CATEGORY, "levels": bad} for bad in ([], ["a", "a"], "abc", [1], None, {"a": 1})),
        *({**DATE, "form": bad} for bad in ("%A", 3, ["%Y-%m-%d"])),
        *({**DATE, "mean": bad} for bad in (1e12, -1e300)),
        {}, [], None, {"sort": "number"}, {"sort": ["date"]},
    ],
)  # fmt: skip
def test_a_description_of_inputs_that_makes_no_sense_is_refused(spec):
    for good in (NUMBER, CATEGORY, DATE):
        assert input_from_spec(good).spec() == good
    with pytest.raises(DataError):
        input_from_spec(spec)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "standardize"}, {"decimal": ";"}, {"decimal": 1}, {"columns": {}},
        {"columns": []}, {"columns": PREPARED.spec()["columns"] * 2},
    ],
)  # fmt: skip
def test_a_description_of_a_table_that_makes_no_sense_is_refused(change):
    with pytest.raises(DataError):
        TablePreparation.from_spec(PREPARED.spec() | change)


def test_dates_far_away_stay_within_what_days_can_be():
    with np.errstate(all="raise"):
        out = np.zeros((1, 5))
        DateInput(1e8, 1.0).fill(np.array([-1e8]), out)
    assert np.isfinite(out).all()


def test_what_lies_far_out_is_drawn_in_smoothly_and_the_rest_is_left():
    frame = pl.DataFrame({"a": [*range(-50, 51), 10_000], "yes": [True, False] * 51})
    plain = TablePreparation.learn([frame])
    clipped = plain.clipped()
    x, drawn = plain.apply(frame, np.float64), clipped.apply(frame, np.float64)
    np.testing.assert_allclose(drawn[:, 0], 3 * np.sin(np.arctan(x[:, 0] / 3)))  # the same curve
    assert x[-1, 0] > 10
    assert 2.8 < drawn[-1, 0] < 3
    np.testing.assert_array_equal(drawn[:, 1], x[:, 1])  # yes and no stay −1 and 1
    assert TablePreparation.from_spec(json.loads(json.dumps(clipped.spec()))) == clipped
    assert "clip" not in json.dumps(plain.spec())  # which an older glassnet reads too
