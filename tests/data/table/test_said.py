"""The kinds of columns that a person says, what is asked about them, and what is refused."""

import numpy as np
import pytest

pl = pytest.importorskip("polars")

from glassnet.core.errors import InputError  # noqa: E402
from glassnet.data import TablePreparation, Target, encode_labels, load_table  # noqa: E402
from glassnet.data.table.kinds import Column  # noqa: E402
from glassnet.data.table.said import check_apart, kinds_in, names_in  # noqa: E402
from glassnet.data.table.told.strange import strange_cells  # noqa: E402

N = 120
rng = np.random.default_rng(5)
FRAME = pl.DataFrame(
    {
        "pclass": rng.integers(1, 4, N),
        "zip": [f"{z:05}" for z in rng.integers(1, 20, N) * 997],
        "fare": rng.normal(size=N).round(3),
        "cabin": [f"the cabin {i}" if i % 5 == 0 else None for i in range(N)],
        "note": [f"words of row {i}" for i in range(N)],
    }
)


def kinds(**said):
    return {c.name: c for c in TablePreparation.learn(FRAME, kinds=said).columns}


def test_a_kind_that_is_said_stands_before_what_is_found():
    found = kinds(pclass="category", zip="ignore", fare="ignore", note="text")
    assert found["pclass"].inputs == ("pclass = 1", "pclass = 2", "pclass = 3")
    assert not any(found[name].used for name in ("zip", "fare", "note"))
    assert all(found[n].why.startswith("as you said") for n in ("pclass", "zip", "fare", "note"))
    assert found["fare"].kind == "number"  # what it is, though it is left out
    assert all(Column.from_spec(c.spec()) == c for c in found.values())


def test_whole_numbers_that_may_be_names_are_told_until_a_kind_is_said():
    found = kinds()
    assert [name for name, c in found.items() if c.coded] == ["pclass", "zip"]
    assert not any(c.coded for c in kinds(pclass="number", zip="category").values())
    many = pl.DataFrame({"count": rng.integers(0, 40, 400), "x": rng.normal(size=400)})
    assert not any(c.coded for c in TablePreparation.learn(many).columns)


def test_of_a_column_that_is_mostly_missing_its_presence_counts():
    preparation = TablePreparation.learn(FRAME)
    (cabin,) = (c for c in preparation.columns if c.name == "cabin")
    assert (cabin.kind, cabin.inputs, cabin.typical) == ("presence", ("cabin missing",), "")
    place = preparation.places["cabin"]
    new = FRAME.with_columns(cabin=pl.Series(["never met", None] * (N // 2)))
    x = preparation.apply(new)
    np.testing.assert_array_equal(x[:, place].ravel(), [0, 1] * (N // 2))
    assert "cabin" not in strange_cells(preparation, new, x)
    again = TablePreparation.from_spec(preparation.spec())
    np.testing.assert_array_equal(again.apply(new), x)
    assert again.typical().height == 1
    # half of the rows at least, and not where it was said to be left out
    few = FRAME.with_columns(cabin=pl.Series([None if i < 50 else f"c {i} x" for i in range(N)]))
    assert not next(c for c in TablePreparation.learn(few).columns if c.name == "cabin").used
    assert not kinds(cabin="text")["cabin"].used


def test_dates_tell_from_when_to_when_they_are():
    frame = pl.DataFrame({"day": ["2024-03-01", "2025-01-02", "2024-12-31"], "x": [1.5, 2, 3]})
    (day, _) = TablePreparation.learn(frame, kinds={"x": "number"}).columns
    assert day.why == "as %Y-%m-%d, from 2024-03-01 to 2025-01-02"


REFUSED = [
    ({"pclas": "category"}, "there is no column 'pclas': did you mean 'pclass'?"),
    ({"pclass": "category", "0": "number"}, "'pclass' is in --categories and in --numbers"),
    ({"fare": "categroy"}, "did you mean 'category'?"),
]


@pytest.mark.parametrize("said, sentence", REFUSED)
def test_what_cannot_be_said_is_refused_in_a_sentence(said, sentence):
    with pytest.raises(InputError) as refused:
        kinds_in(FRAME.columns, said)
    assert sentence in str(refused.value)


def test_a_kind_that_the_cells_do_not_have_is_refused():
    with pytest.raises(InputError, match="'fare' cannot be a category: its numbers have fractions"):
        kinds(fare="category")
    with pytest.raises(InputError, match="'note' cannot be a number: 120 different texts"):
        kinds(note="number")


def test_names_may_have_commas_themselves():
    columns = ["a, b", "c"]
    assert kinds_in(columns, {"a, b": "ignore", "c": "ignore"}) == dict.fromkeys(columns, "ignore")
    assert names_in("c, d,") == ["c", "d"]


def test_a_target_or_a_group_has_no_kind():
    check_apart({"g": "ignore"}, {"--group": ["g"]})
    for said, others in (
        ({"y": "ignore"}, {"--target": ["y"]}),
        ({"g": "category"}, {"--group": ["g"]}),
    ):
        with pytest.raises(InputError, match="leave it out of one of the two"):
            check_apart(said, others)


def test_labels_that_differ_at_their_end_are_told_and_can_be_one(tmp_path):
    table = FRAME.with_columns(income=pl.Series(["<=50K", ">50K", "<=50K.", ">50K."] * (N // 4)))
    path = tmp_path / "t.csv"
    table.write_csv(path)
    as_it_is = load_table(path, "income")
    assert as_it_is.target.alike == [("<=50K", "<=50K."), (">50K", ">50K.")]
    assert any("--tidy-classes" in note for note in as_it_is.notes)
    tidy = load_table(path, "income", tidy_classes=True, kinds={"pclass": "category"})
    assert tidy.target.classes == ("<=50K", ">50K")
    assert set(tidy.y) == {"<=50K", ">50K"}
    assert not tidy.notes
    assert Target.from_spec(tidy.target.spec()) == tidy.target
    assert tidy.kinds == {"pclass": "category"}
    with pytest.raises(InputError, match="'<=50K' but for its end: train with --tidy-classes"):
        encode_labels(["<=50K."], ["<=50K", ">50K"])


def test_many_whole_numbers_that_count_as_classes_are_told(tmp_path):
    path = tmp_path / "t.csv"
    pl.DataFrame({"x": range(240), "days": [k % 12 for k in range(240)]}).write_csv(path)
    found = load_table(path, "days")
    assert found.target.task == "classes"
    assert any("days holds 12 whole numbers" in note for note in found.notes)
    assert not load_table(path, "days", task="classes").notes
    assert not load_table(path, "days", task="number").notes
