"""A file's rows are those that an editor shows, and so are the lines that a sentence names."""

import os

import pytest

from glassnet.cli import main
from glassnet.data import open_table
from glassnet.data.table.reading.file import open_file

pl = pytest.importorskip("polars", reason="polars is of the extra data")

ROWS = [("1", "2"), ("3", "4")]


@pytest.mark.parametrize(
    "text",
    [
        b"\n\na,b\n1,2\n3,4\n",
        b"\r\na,b\r\n1,2\r\n3,4\r\n",
        b"a,b\n\n1,2\n3,4\n",
        b"a,b\n1,2\n\n3,4\n\n\n\n",
        b"a,b\r1,2\r3,4\r",
        b"a,b\r1,2\r3,4",
        b"\xef\xbb\xbf\r\ra,b\r1,2\r\r3,4",
        "\na,b\n1,2\n\n3,4\n".encode("utf-16"),
    ],
)
def test_empty_lines_are_no_rows_whatever_ends_them(tmp_path, text):
    (tmp_path / "t.csv").write_bytes(text)
    table = open_table(tmp_path / "t.csv")
    assert table.columns == ("a", "b")
    assert table.read().rows() == ROWS
    parts = [table.take(block) for block in table.blocks(1)]
    assert [row for part in parts for row in part.rows()] == ROWS


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
def test_the_line_of_a_cell_is_counted_as_an_editor_does(tmp_path, ends):
    lines = [b"", b"a,b", b'"one', b'two",2', b"", b"x,3", b"y,"]
    (tmp_path / "t.csv").write_bytes(ends.join(lines) + ends)
    table = open_table(tmp_path / "t.csv", header=True)
    assert table.place_of("a", "x") == "line 6 of t.csv"
    assert table.place_of("b", "2") == "line 3 of t.csv"  # where its row begins
    assert table.place_of("b", "3.0") == "line 6 of t.csv"
    assert table.place_of("b", None) == "line 7 of t.csv"
    assert table.place_of("b", "absent") is None


def test_part_of_a_line_end_at_the_end_of_a_part_is_no_line(tmp_path, monkeypatch):
    monkeypatch.setattr("glassnet.data.table.reading.lines.CHUNK", 1)
    (tmp_path / "t.csv").write_bytes(b"a,b\r\n1,2\r\n3,4\r\n")
    assert open_file(tmp_path / "t.csv")._aside is None


@pytest.mark.parametrize("name", ["p[1]", "p*", "p?", "{p}", "~", "p#", "p%20q", b"p\xff"])
def test_a_name_is_a_name_and_no_pattern(tmp_path, name):
    name = name if isinstance(name, str) else os.fsdecode(name)
    for other in ("p1", "pq", "p", "p q"):
        with open(tmp_path / f"{other}.parquet", "wb") as file:
            pl.DataFrame({"a": ["wrong"]}).write_parquet(file)
        (tmp_path / f"{other}.jsonl").write_text('{"a": "wrong"}\n')
        (tmp_path / f"{other}.csv").write_text("a,b\nwrong,1\n")
    with open(tmp_path / f"{name}.parquet", "wb") as file:
        pl.DataFrame({"a": ["right"]}).write_parquet(file)
    (tmp_path / f"{name}.jsonl").write_text('{"a": "right"}\n')
    (tmp_path / f"{name}.csv").write_text("a,b\nright,1\n")
    for ending in ("parquet", "jsonl", "csv"):
        table = open_table(tmp_path / f"{name}.{ending}")
        assert table.read().rows()[0][0] == "right"
        assert table.take(table.blocks(10)[0]).rows()[0][0] == "right"


def test_many_names_that_come_again_are_numbered_in_linear_time(tmp_path):
    n = 20_000
    (tmp_path / "t.csv").write_text(",".join(["a"] * n) + "\n" + ",".join(["1"] * n) + "\n")
    assert open_table(tmp_path / "t.csv").columns[-1] == f"a ({n})"


def told(capsys, *arguments: object) -> str:
    with pytest.raises(SystemExit):
        main([str(each) for each in arguments])
    return capsys.readouterr().err


def test_training_prediction_and_streams_name_the_same_line(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    good = ["a,b,y"] + [f'"{i}",{i * 7 % 60}.25,{i % 2}.5' for i in range(60)]
    (tmp_path / "good.csv").write_text("\n".join(good) + "\n")
    bad = [*good[:40], "", '"7', ' ",1,0.5', "7,1,pear", *good[40:]]
    (tmp_path / "bad.csv").write_text("\n".join(bad) + "\n")
    here = ["--target", "y", "--task", "number", "--epochs", "1"]
    for more in ([], ["--memory", "400MB"]):
        said = told(capsys, "train", "bad.csv", *here, *more)
        assert "'pear' at line 44 of bad.csv" in said
    told(capsys, "train", "good.csv", *here, "--out", "m.safetensors")
    assert "at line 44 of bad.csv" in told(capsys, "evaluate", "m.safetensors", "bad.csv")
    (tmp_path / "cell.csv").write_text("\n".join(bad).replace("7,1,pear", "7,apple,1"))
    assert "'apple' at line 44 of cell.csv" in told(capsys, "predict", "m.safetensors", "cell.csv")
