"""Rows are split by a column as the table has it: times in every format that is read elsewhere."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data import DataError, load_table
from glassnet.data.table.cells import FORMATS
from glassnet.data.table.split import read_groups, read_times

pl = pytest.importorskip("polars")

STAMP = datetime.datetime(1999, 12, 31, 23, 58)


@given(
    st.sampled_from(FORMATS), st.lists(st.integers(0, 20_000), min_size=2, max_size=9, unique=True)
)
def test_times_have_their_order_in_every_format_that_a_column_of_dates_may_have(form, days):
    times = [STAMP + datetime.timedelta(days=n) for n in days]
    written = form.replace("%.f", ".%f").replace("%#z", "+00:00")
    cells = pl.Series("when", [f" {t.strftime(written)}" for t in times])
    assert np.argsort(read_times(cells)).tolist() == np.argsort(days).tolist()


def test_times_are_numbers_with_the_tables_decimal_sign_dates_and_iso_months():
    assert read_times(pl.Series(["10", "9,5", "-1"]), ",").tolist() == [10, 9.5, -1]
    assert read_times(pl.Series([3, 1])).tolist() == [3, 1]
    assert read_times(pl.Series([datetime.date(1970, 1, 3)])).tolist() == [2]
    assert np.argsort(read_times(pl.Series(["2024-03", "2023-12"]))).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["01/02/2023", "31/12/2023", "soon"], "holds 'soon' at row 2, .*a date as %d/%m/%Y"),
        (["soon", "01/02/2023"], "holds 'soon' at row 0, .*01.03.2024"),
        (["1", "2", "many"], "holds 'many' at row 2"),
        (["1", "2", "inf"], "holds 'inf' at row 2"),
        (["1", "-", "3"], "is missing in 1 row, first at row 1"),
        (["1", None, "3"], "is missing in 1 row, first at row 1"),
    ],
)
def test_what_is_no_time_is_told_by_the_option_and_its_cell(cells, said):
    with pytest.raises(DataError, match=f"--time is 'when', which {said}"):
        read_times(pl.Series("when", cells))


def test_a_group_that_is_missing_is_told_by_the_option_and_the_column():
    assert read_groups(pl.Series("who", ["b", "a"])).tolist() == ["b", "a"]
    with pytest.raises(DataError, match="--group is 'who', which is missing in 2 rows, first at"):
        read_groups(pl.Series("who", ["b", " ", None]))


def test_a_table_is_split_by_its_latest_days_however_they_are_written(tmp_path):
    path = tmp_path / "t.csv"
    days = [datetime.date(2023, 1, 1) + datetime.timedelta(days=7 * i % 50) for i in range(50)]
    path.write_text("when,y\n" + "".join(f"{d:%d/%m/%Y},{i % 2}\n" for i, d in enumerate(days)))
    table = load_table(path, "y", time="when")
    assert table.times is not None
    assert np.argsort(table.times).tolist() == sorted(range(50), key=lambda i: days[i])
