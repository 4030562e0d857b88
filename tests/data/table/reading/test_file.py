"""A table is read whatever wrote it, whole or in parts; what is none is told in one sentence."""

import csv
import io
import os
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pl = pytest.importorskip("polars")

from glassnet.data import DataError, find_column, open_table  # noqa: E402
from glassnet.data.table.reading import blocks  # noqa: E402

CELLS = st.text("aä€0\"\n,;\t| '.", max_size=8)


def written(folder, content, name="t.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@settings(max_examples=5)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=3, max_size=12))
def test_what_python_writes_is_read_back_whole_and_in_parts(
    tmp_path_factory, separator, encoding, rows
):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n")
    names = ["first name", "second name", "third name"]
    writer.writerows([names, *rows])
    folder = tmp_path_factory.mktemp("table")
    table = open_table(written(folder, text.getvalue().encode(encoding)), header=True)
    assert table.columns == tuple(names)
    read = [tuple(cell or "" for cell in row) for row in table.read().rows()]
    assert read == rows
    parts = pl.concat([table.take(block) for block in table.blocks(2)])
    assert parts.equals(table.read())
    assert table.rows == len(rows)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(blocks, "CHUNK", 5)
        for several in (2, 3, 50):  # who look through a part of the bytes each
            assert table.blocks(2, several) == table.blocks(2)


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_typed_files_are_told_by_their_bytes_and_keep_their_types(tmp_path, form):
    frame = pl.DataFrame({"a": np.arange(10) / 4, "b": list("xyxyxyxyxy"), "y": range(10)})
    path = tmp_path / "named.csv"
    frame.write_parquet(path) if form == "parquet" else frame.write_ndjson(path)
    table = open_table(path)
    assert table.read().equals(frame)
    assert [len(block) for block in table.blocks(4)] == [4, 4, 2]
    assert pl.concat([table.take(block) for block in table.blocks(4)]).equals(frame)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("size;kind\n1,5;a\n2,25;b\n", "semicolon between cells, decimal comma"),
        ("size\tkind\n1.5\ta\n2.25\tb\n", "tab between cells, with a header"),
        ("1.5,a\n2.25,b\n", "without a header"),
        ("a,a,\n1,2,3\n", "1 column without a name counted from 0; 1 name that came again"),
    ],
)
def test_it_says_how_the_file_was_read(tmp_path, text, said):
    assert said in open_table(written(tmp_path, text)).found


def test_a_thousands_comma_is_no_decimal_comma(tmp_path):
    table = open_table(written(tmp_path, 'price,y\n"1,250",a\n"3,400",b\n'))
    assert table.decimal == "."


def test_letters_of_western_europe_are_read_without_a_mark(tmp_path):
    table = open_table(written(tmp_path, "größe,y\n1,ä\n2,ö\n".encode("cp1252")))
    assert table.columns == ("größe", "y")
    assert table.read()["y"].to_list() == ["ä", "ö"]


BAD = {
    "is empty": b"",
    "expected a table": b"\n\n\n",
    "line 3 has 2 cells where 3 are expected": b"a,b,c\n1,2,3\n4,5\n",
    "line 4 has 4 cells where 3": b"a,b,c\n1,2,3\n4,5,6\n7,8,9,10\n",
    "1 NUL byte, the first in line 2": b"a,b\n1,\x00\n",
    "is a binary file": bytes(range(1, 32)) * 40,
    "is compressed": b"\x1f\x8b\x08\x00",
    "no table that can be read": b'{"a": 1}\n{"a": ',
    "named.csv is no table": b"PAR1 and not much more",
}


@pytest.mark.parametrize("said", BAD)
def test_what_is_no_table_is_one_sentence(tmp_path, said):
    path = written(tmp_path, BAD[said], "named.csv")
    with pytest.raises(DataError, match=said) as raised:
        open_table(path).read()
    assert "\n" not in str(raised.value)


def test_a_place_without_a_table_is_one_sentence(tmp_path):
    written(tmp_path, "a,y\n1,2\n", "sales.csv")
    with pytest.raises(DataError, match=r"did you mean .*sales\.csv"):
        open_table(tmp_path / "sale.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="empty is empty: expected files with a table"):
        open_table(tmp_path / "empty")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(DataError, match="is a pipe"):
            open_table(tmp_path / "pipe")


def test_ten_thousand_columns_are_read(tmp_path):
    names = [f"c{i}" for i in range(10_000)]
    row = ",".join(str(i) for i in range(10_000))
    table = open_table(written(tmp_path, ",".join(names) + f"\n{row}\n{row}\n"))
    assert table.read().shape == (2, 10_000)


def test_a_column_is_found_by_name_and_by_number():
    columns = ("age", "Price", "3")
    assert find_column(columns, "3") == "3"  # a name comes first
    assert find_column(columns, "1") == "Price"
    assert find_column(columns, "-1") == "3"
    assert find_column(columns, "price") == "Price"
    with pytest.raises(DataError, match="did you mean 'Price'"):
        find_column(columns, "prise")
    with pytest.raises(DataError, match="counted from 0"):
        find_column(columns, "7")


def test_without_polars_the_extra_is_named(tmp_path, monkeypatch):
    path = written(tmp_path, "a,y\n1,2\n")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(DataError, match=r"pip install 'glassnet\[data\]'"):
        open_table(path)


@pytest.mark.parametrize("rows", [40, 41, 42, 43])
def test_a_file_too_large_to_check_whole_is_checked_in_its_beginning(tmp_path, monkeypatch, rows):
    monkeypatch.setattr("glassnet.data.table.reading.file.CHECKED", 100)
    monkeypatch.setattr(
        "glassnet.data.table.reading.file.SAMPLE", 10 * rows
    )  # cuts some row in two
    text = "a,b,y\n" + "".join(f"{i},{'q' * (i % 4)},{i % 2}\n" for i in range(400))
    assert len(open_table(written(tmp_path, text)).read()) == 400
    with pytest.raises(DataError, match="line 3 has 2 cells where 3"):
        open_table(written(tmp_path, text.replace("1,q,1\n", "1,q\n", 1)))
