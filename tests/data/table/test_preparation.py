"""What the columns of a table are, and the inputs that they become."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pl = pytest.importorskip("polars")

from glassnet.core.network import Network  # noqa: E402
from glassnet.data import (  # noqa: E402
    DataError,
    TablePreparation,
    Target,
    load_table,
    preparation_from_spec,
    split_train_test,
)
from glassnet.data.table.told.columns import columns_told  # noqa: E402

N = 60
FRAME = pl.DataFrame(
    {
        "id": [str(i) for i in range(N)],
        "code": [f"{(i * 7919) % 10007:x}-q" for i in range(N)],
        "size": [None if i % 11 == 0 else f"{i * i % 17},5" for i in range(N)],
        "colour": [["red", "green", "blue", "?"][i % 4] for i in range(N)],
        "rare": ["odd" if i == 5 else ["a", "b"][i % 2] for i in range(N)],
        "open": [["yes", "no"][i // 3 % 2] for i in range(N)],
        "since": [f"20{10 + i % 9}-0{1 + i % 9}-1{i % 9}" for i in range(N)],
        "unit": ["cm"] * N,
        "empty": [""] * N,
        "note": [f"a sentence of its own, the number {i} of them" for i in range(N)],
    }
)
KINDS = {
    "id": "identifier", "code": "identifier", "size": "number", "colour": "category",
    "rare": "category", "open": "boolean", "since": "date", "unit": "constant",
    "empty": "constant", "note": "text",
}  # fmt: skip


def learned(frame=FRAME):
    return TablePreparation.learn(frame, decimal=",")


def test_each_kind_of_column_is_told():
    assert {c.name: c.kind for c in learned().columns} == KINDS
    assert {c.name for c in learned().columns if not c.used} == {
        "id", "code", "unit", "empty", "note"
    }  # fmt: skip
    assert all(c.why for c in learned().columns if not c.used)
    assert "left out (constant), holds nothing but 'cm'" in columns_told(learned())


def test_numbers_are_scaled_and_a_missing_one_is_the_mean_and_says_so():
    prep = learned()
    x = prep.apply(FRAME, np.float64)
    at = prep.inputs.index("size")
    raw = np.array([math.nan if c is None else float(c.replace(",", ".")) for c in FRAME["size"]])
    right = (raw - np.nanmean(raw)) / np.nanstd(raw)
    np.testing.assert_allclose(x[:, at], np.nan_to_num(right), rtol=1e-12, atol=1e-12)
    assert prep.inputs[at + 1] == "size missing"
    np.testing.assert_array_equal(x[:, at + 1], np.isnan(raw))


def test_a_level_is_an_input_and_what_was_rare_or_never_seen_is_other():
    prep = learned()
    names = list(prep.inputs)
    assert "rare = other" in names  # one row of sixty had it
    assert "colour = other" not in names
    row = FRAME[:1].with_columns(rare=pl.lit("new"), colour=pl.lit("violet"), open=pl.lit("NO"))
    x = prep.apply(row)[0]
    assert x[names.index("rare = other")] == 1
    assert not any(x[i] for i, name in enumerate(names) if name.startswith("colour ="))
    assert x[names.index("colour missing")] == 0


def test_a_year_comes_round():
    frame = pl.DataFrame({"day": ["2020-03-01", "2021-03-01", "2020-09-01"] * 4})
    prep = TablePreparation.learn(frame)
    x = prep.apply(frame, np.float64)[:3]
    at = prep.inputs.index("day, sin of year")
    np.testing.assert_allclose(x[0, at : at + 2], x[1, at : at + 2], atol=0.02)
    np.testing.assert_allclose(x[0, at : at + 2], -x[2, at : at + 2], atol=0.1)
    assert not any("of day" in name for name in prep.inputs)


@settings(max_examples=12)
@given(st.integers(1, N), st.permutations(FRAME.columns))
def test_rows_in_parts_and_columns_in_any_order_teach_the_same(size, order):
    whole = learned()
    parts = TablePreparation.learn((FRAME[i : i + size] for i in range(0, N, size)), ",")
    assert parts.inputs == whole.inputs
    shuffled = FRAME.select(order).with_columns(more=pl.lit(1))
    np.testing.assert_allclose(
        parts.apply(shuffled, np.float64), whole.apply(FRAME, np.float64), rtol=1e-9, atol=1e-9
    )


def test_what_was_learned_survives_as_json():
    prep = learned()
    again = preparation_from_spec(json.loads(json.dumps(prep.spec())))
    np.testing.assert_array_equal(again.apply(FRAME), prep.apply(FRAME))
    assert again.spec() == prep.spec()


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("columns", []), ("columns", 3), ("columns", [{}]), ("decimal", ";"), ("columns", None),
    ],
)  # fmt: skip
def test_a_description_that_makes_no_sense_is_refused(change, value):
    with pytest.raises(DataError):
        preparation_from_spec({**learned().spec(), change: value})


@pytest.mark.parametrize("scale", [0.0, -1.0, math.inf, math.nan, "much"])
def test_a_scale_that_is_none_is_refused(scale):
    spec = learned().spec()
    next(c for c in spec["columns"] if c["kind"] == "number")["input"]["scale"] = scale
    with pytest.raises(DataError):
        preparation_from_spec(spec)


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(DataError, match=r"'size' is missing \(did you mean 'sizes'"):
        learned().apply(FRAME.rename({"size": "sizes"}))


def test_numbers_that_cannot_be_squared_are_refused_and_strays_are_said():
    with pytest.raises(DataError, match="'v' holds 1e\\+300"):
        TablePreparation.learn(pl.DataFrame({"v": ["1e300", "2.5", "3", "7"]}))
    frame = pl.DataFrame({"v": ["1.5", "inf", *(str(i * 0.7) for i in range(30)), "abc"]})
    (column,) = TablePreparation.learn(frame).columns
    assert "2 cells are no finite number" in column.why
    assert TablePreparation.learn(frame).inputs == ("v", "v missing")


def test_integers_beyond_64_bits_are_numbers():
    frame = pl.DataFrame({"v": [str(10**30 + i * 10**28) for i in range(20)]})
    assert np.isfinite(TablePreparation.learn(frame).apply(frame)).all()


def test_a_hundred_thousand_categories_are_left_out():
    frame = pl.DataFrame(
        {"v": [f"k {i % 100_000}" for i in range(120_000)], "w": [0.5, 2] * 60_000}
    )
    prep = TablePreparation.learn(frame)
    assert prep.inputs == ("w",)
    assert "too many different ones" in prep.columns[0].why


def test_a_network_takes_frames_of_other_libraries():
    pandas = pytest.importorskip("pandas")
    prep = learned()
    net = Network.dense([prep.n_inputs, 2], seed=0)
    net.preparation = prep
    table = pandas.DataFrame(FRAME.to_dict(as_series=False))
    np.testing.assert_array_equal(net.predict(table), net.predict(FRAME))


def test_a_network_trained_on_a_table_refuses_bare_arrays():
    with pytest.raises(DataError, match="named columns"):
        learned().apply(np.zeros((2, 3)))


@pytest.mark.parametrize(
    ("cells", "task", "classes"),
    [
        (["a", "b"] * 10, "classes", ("a", "b")),
        ([0, 1, 2, 1] * 10, "classes", (0, 1, 2)),
        (["3", "10", "3"] * 10, "classes", (3, 10)),
        ([i * 1.5 for i in range(40)], "number", ()),
        (list(range(40)), "number", ()),
        ([True, False] * 9, "classes", ("false", "true")),
    ],
)
def test_what_there_is_to_predict_is_found(cells, task, classes):
    frame = pl.DataFrame({"y": cells})
    target = Target.learn(frame, ["y"])
    assert (target.task, target.classes) == (task, classes)
    assert Target.from_spec(json.loads(json.dumps(target.spec()))).read(frame).tolist() == (
        target.read(frame).tolist()
    )


def test_several_targets_are_numbers():
    frame = pl.DataFrame({"u": [0.5, 1, 2], "v": ["1,5", "2,5", "4"]})
    target = Target.learn(frame, ["u", "v"], decimal=",")
    np.testing.assert_array_equal(target.read(frame), [[0.5, 1.5], [1, 2.5], [2, 4]])


BAD_TARGETS = {
    "is 'x' in every row": ["x"] * 9,
    "no cell that is not missing": ["", None, "NA"],
    "more than 1,000 different values": [f"n{i}" for i in range(3000)],
    "is 3 in every row": [3.0] * 30,
}


@pytest.mark.parametrize("said", BAD_TARGETS)
def test_a_target_that_cannot_be_learned_is_one_sentence(said):
    frame = pl.DataFrame({"y": BAD_TARGETS[said]})
    with pytest.raises(DataError, match=said):
        Target.learn(frame, ["y"], task="number" if "3 in" in said else None)


def test_rows_without_a_target_are_left_out_and_said(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "a,y\n" + "".join(f"{i * 0.3},{'uv'[i % 2]}\n" for i in range(30)) + "1,\n2,?\n"
    )
    data = load_table(path, "y")
    assert len(data.y) == 30
    assert data.notes == ("2 rows without a target are left out",)


def test_a_group_or_a_time_keeps_rows_apart(tmp_path):
    path = tmp_path / "t.csv"
    rows = [f"{i * 37 % 60},{i % 12},{i * 0.7 % 3},{'uv'[i % 2]}" for i in range(60)]
    path.write_text("day,who,v,y\n" + "\n".join(rows) + "\n")
    parts = split_train_test(load_table(path, "y", time="day"))
    assert parts.X["day"].cast(int).max() < parts.X_test["day"].cast(int).min()
    data = load_table(path, "y", group="who")
    assert "who" not in data.X.columns
    parts = split_train_test(data)
    names = load_table(path, "y").X
    of = dict(zip(names["day"], names["who"], strict=True))
    assert not {of[d] for d in parts.X["day"]} & {of[d] for d in parts.X_test["day"]}


def test_targets_of_different_sizes_are_scaled_one_by_one():
    from glassnet.data import TargetScale

    y = np.array([[1.0, 1000.0], [3.0, 5000.0], [2.0, 3000.0]])
    scale = TargetScale.learn(y)
    t = scale.apply(y, np.float64)
    np.testing.assert_allclose(t.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(t.std(axis=0), 1)
    np.testing.assert_allclose(TargetScale.from_spec(scale.spec()).invert(t), y)
    assert scale.invert(t.astype(np.float32)).dtype == np.float32
    with pytest.raises(DataError, match="2 means of targets for 1 scales"):
        TargetScale.from_spec({"mean": [1.0, 2.0], "scale": [1.0]})
