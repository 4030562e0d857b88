"""A folder of files is the table that one file with all their rows would be."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pl = pytest.importorskip("polars")

import glassnet  # noqa: E402
from glassnet.cli import main  # noqa: E402
from glassnet.data import DataError, TableFolder, is_table, load_table, open_table, sha256_of  # noqa: E402
from glassnet.data.table.reading.names import files_of, in_order  # noqa: E402

FORMS = ["csv", "parquet", "jsonl"]
MEMORY = ("--memory", "300MB")
ENDS = (13, 14, 230, 231, 700)  # where a file of the folder ends


def rows(n: int = 800) -> Any:
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, n)).round(3)
    kind = rng.integers(0, 3, n)
    return pl.DataFrame(
        {
            "a": [None if i % 11 == 4 else x for i, x in enumerate(a.tolist())],
            "kind": [["red", 'green, "or"\nso', "blue"][k] for k in kind],
            "y": (a * b + kind).round(3),
        }
    )


def write(frame: Any, path: Path) -> None:
    match path.suffix:
        case ".csv":
            frame.write_csv(path)
        case ".parquet":
            frame.write_parquet(path, row_group_size=60)
        case _:
            frame.write_ndjson(path)


def folder_of(frame: Any, folder: Path, form: str) -> Path:
    """The rows in files part-1 and so on, of which some have one row or none."""
    folder.mkdir()
    none = [] if form == "jsonl" else [231]
    ends = [0, *ENDS, *none, *range(710, 750, 10), len(frame)]
    for k, (first, last) in enumerate(pairwise(sorted(ends))):
        write(frame[first:last], folder / f"part-{k + 1}.{form}")
    (folder / "_SUCCESS").touch()
    (folder / ".part-1.crc").write_text("x")
    return folder


def told(capsys, status: int, *call: object) -> str:
    """What a command prints that ends with this status, or the sentence it ends with."""
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in call])
    done = capsys.readouterr()
    assert ended.value.code == status, done.err
    return done.err if status else done.out


def shape(table: object, every: int) -> list[tuple[int, int]]:
    return [(block.first, block.rows) for block in table.blocks(every)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("every", [1, 7, 14, 15, 231, 799, 5000])
def test_its_blocks_are_those_of_one_file(tmp_path, form, every):
    write(rows(), tmp_path / f"one.{form}")
    one = open_table(tmp_path / f"one.{form}")
    many = open_table(folder_of(rows(), tmp_path / "many", form))
    assert (many.columns, many.form, many.rows) == (one.columns, one.form, one.rows)
    assert shape(many, every) == shape(one, every)
    for here, there in zip(many.blocks(every), one.blocks(every), strict=True):
        assert many.take(here).equals(one.take(there))
        assert many.take(here, ["y", "a"]).equals(one.take(there, ["y", "a"]))
    assert many.read().equals(one.read())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("how", [(), MEMORY, (*MEMORY, "--deterministic")])
def test_it_trains_the_network_of_one_file_to_the_bit(tmp_path, form, how, capsys):
    write(rows(), tmp_path / f"one.{form}")
    folder_of(rows(), tmp_path / "many", form)
    nets, said = [], []
    for data in ("many", f"one.{form}"):
        out = tmp_path / f"{data}.gn"
        call = ("train", tmp_path / data, "--target", "y", "--epochs", 2, *how)
        said.append(json.loads(told(capsys, 0, *call, "--out", out, "--json")))
        nets.append(glassnet.load(out))
    assert nets[0].preparation.spec() == nets[1].preparation.spec()
    np.testing.assert_array_equal(nets[0].theta, nets[1].theta)
    assert said[0]["metrics"] == said[1]["metrics"]


def test_only_the_files_that_are_needed_are_opened(tmp_path):
    folder = folder_of(rows(), tmp_path / "many", "parquet")
    last = open_table(folder).blocks(40)[-1]
    table = open_table(folder)
    assert isinstance(table, TableFolder)
    assert set(table._opened) == {0}
    assert len(table.take(last)) == last.rows
    assert set(table._opened) == {0, *(k for k, _ in last.pieces)} < set(range(len(table.places)))


def test_numbers_in_names_are_counted(tmp_path):
    names = ["part-10.csv", "part-2.csv", "part-1.csv", "Part-3.csv", "b.csv", "2.csv", "٣.csv"]
    assert sorted(names, key=in_order)[:6] == [
        "2.csv", "b.csv", "part-1.csv", "part-2.csv", "Part-3.csv", "part-10.csv",
    ]  # fmt: skip
    folder = folder_of(rows(), tmp_path / "many", "csv")
    assert [p.name for p in files_of(folder)][:3] == [f"part-{k}.csv" for k in (1, 2, 3)]


def test_a_model_knows_a_folder_again_and_answers_it(tmp_path, capsys):
    folder, out = folder_of(rows(), tmp_path / "many", "csv"), tmp_path / "m.gn"
    told(capsys, 0, "train", folder, "--target", "y", "--epochs", 2, "--out", out)
    which = json.loads(told(capsys, 0, "evaluate", out, folder, "--json"))["which"]
    assert "of them it was trained on" in which
    assert len(told(capsys, 0, "predict", out, folder).splitlines()) == 801
    assert "row 799 of many" in told(capsys, 0, "explain", out, folder, "--row", 799)
    before = sha256_of(folder)
    with open(folder / "part-3.csv", "a") as file:
        file.write("1,red,2\n")
    assert sha256_of(folder) != before


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"b.csv": "x,z\n1,2\n"}, "b.csv has no column 'y', which a.csv has:"),
        ({"b.csv": "x,y,z\n1,2,3\n"}, "b.csv has a column 'z', which a.csv has not:"),
        ({"b.jsonl": '{"x": 1, "y": 2}\n'}, "b.jsonl is JSON lines, and a.csv CSV:"),
        ({"notes.pdf": "x"}, "holds notes.pdf, which is no table by its name:"),
        ({"b.csv": ""}, "b.csv is empty"),
        ({"b.csv": "x;y\n1,5;2\n"}, "b.csv has a decimal comma, and a.csv none:"),
        ({"b.csv": "x,y\n1\n"}, "b.csv is ragged: line 2 has 1 cell where 2 are expected"),
    ],
)
def test_which_file_differs_and_how_is_said_in_a_sentence(tmp_path, capsys, others, said):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n2,3\n3,4\n")
    for name, text in others.items():
        (tmp_path / name).write_text(text)
    for how in ([], ["--memory", "300MB"]):
        errors = told(capsys, 2, "train", tmp_path, "--target", "y", *how)
        assert said in errors
        assert len(errors.splitlines()) == 1


def test_types_that_do_not_go_together_are_said(tmp_path):
    pl.DataFrame({"x": [1, 2], "y": [1, 2]}).write_parquet(tmp_path / "1.parquet")
    pl.DataFrame({"y": [1.5, 2], "x": [None, None]}).write_parquet(tmp_path / "2.parquet")
    assert open_table(tmp_path).read().rows() == [(1, 1), (2, 2), (None, 1.5), (None, 2)]
    pl.DataFrame({"x": ["a"], "y": [1]}).write_parquet(tmp_path / "3.parquet")
    with pytest.raises(DataError, match=r"'x' holds String in 3\.parquet and Int64 in 1\.parquet"):
        open_table(tmp_path).read()


def test_the_line_of_a_cell_names_its_file(tmp_path):
    for name, last in (("part-2.csv", "4"), ("part-10.csv", "wrong")):
        (tmp_path / name).write_text(f"a,y\n1,2\n3,{last}\n")
    assert open_table(tmp_path).place_of("y", "wrong") == "line 3 of part-10.csv"
    with pytest.raises(DataError, match="which column of test_the_line"):
        load_table(tmp_path, None)


def test_folders_of_other_things_are_no_tables(tmp_path):
    (tmp_path / "cats").mkdir()
    (tmp_path / "labels.csv").write_text("a,y\n")
    assert not is_table(str(tmp_path))  # its folders are classes of pictures
    for name in ("train-images-idx3-ubyte", "readme.txt"):
        (tmp_path / "cats" / name).write_text("x")
    assert not is_table(str(tmp_path / "cats"))
    (tmp_path / "cats" / "a.csv").write_text("a,y\n")
    assert not is_table(str(tmp_path / "cats"))
