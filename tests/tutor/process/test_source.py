"""A learner's file as Python: its text, its lines and cells, and the names that it defines."""

import json

import pytest

from glassnet.tutor.process import source
from glassnet.tutor.process.protocol import Trouble
from glassnet.tutor.process.source import line_in, load_definitions, read_source, source_line


def read(folder, content, name="mine.py"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_source(path)


def notebook(*cells):
    made = [{"cell_type": kind, "source": lines} for kind, lines in cells]
    return json.dumps({"cells": made, "nbformat": 4})


@pytest.mark.parametrize(
    "raw",
    [
        "größe = 'ä'\n".encode(),
        "\ufeffgröße = 'ä'\n".encode(),
        "# -*- coding: latin-1 -*-\ngröße = 'ä'\n".encode("latin-1"),
        "größe = 'ä'\r\n".encode(),
        "größe = 'ä'\r".encode(),
    ],
)
def test_a_script_is_read_as_python_reads_it(tmp_path, raw):
    found = read(tmp_path, raw)
    names = {}
    exec(compile(found.tree, "mine.py", "exec"), names)
    assert names["größe"] == "ä"
    assert "\r" not in found.text


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        ("x = (1\n", "syntax", "line 1: `x = (1`"),
        ("if 1:\nx = 1\n", "syntax", "line 2: `x = 1`"),
        ("x = 1\0\n", "syntax", "not valid Python"),
        (b"# coding: klingon\nx = 1\n", "syntax", "is no text"),
        ("größe = 1\n".encode("latin-1"), "syntax", "is no text"),
        ("x = " + "(" * 300 + ")" * 300, "syntax", "not valid Python"),
        ("#" * (source.LONGEST + 1), "missing", "keep data in a file of their own"),
    ],
)
def test_what_is_no_python_is_one_sentence(tmp_path, content, kind, said):
    with pytest.raises(Trouble, match="mine") as trouble:
        read(tmp_path, content)
    assert trouble.value.kind == kind
    assert said in str(trouble.value)
    assert "\n" not in str(trouble.value)


def test_a_notebook_is_its_code_cells_and_tells_cell_and_line(tmp_path):
    found = read(
        tmp_path,
        notebook(
            ("markdown", ["x = 0"]),
            ("code", ["%matplotlib inline\n", "x = 1\n", "if x:\n", "    !ls\n", "y = 2"]),
            ("code", ["%%bash\n", "echo no Python at all ("]),
            ("code", ["%%time\n", "z = 3\n", "z?"]),
        ),
        "mine.ipynb",
    )
    names = {}
    exec(compile(found.tree, "mine", "exec"), names)
    assert (names["x"], names["y"], names["z"]) == (1, 2, 3)
    assert found.where(found.text.splitlines().index("y = 2") + 1) == "code cell 1, line 5"
    assert found.where(found.text.splitlines().index("z = 3") + 1) == "code cell 3, line 2"
    assert found.where(1000) == "line 1000"


def test_a_syntax_error_in_a_notebook_names_its_cell(tmp_path):
    content = notebook(("code", ["x = 1\n"]), ("code", ["y = 2\n", "z = = 3\n"]))
    with pytest.raises(Trouble, match=r"code cell 2, line 2: `z = = 3`"):
        read(tmp_path, content, "mine.ipynb")


@pytest.mark.parametrize("content", ["x = 1", "[]", '{"cells": 3}', '{"cells": [{}]}', b"\xff"])
def test_a_notebook_that_is_none_is_said(tmp_path, content):
    with pytest.raises(Trouble, match="is not a notebook"):
        read(tmp_path, content, "mine.ipynb")


def test_a_line_is_told_without_the_space_around_it(tmp_path):
    found = read(tmp_path, "def f():\n    return 1  \n")
    assert source_line(found, 2) == "return 1"
    assert source_line(found, 0) == source_line(found, 3) == ""


def test_the_line_in_the_own_file_is_told_where_a_library_raised(tmp_path):
    path = tmp_path / "mine.py"
    text = "import json\n\njson.loads('[')\n"
    with pytest.raises(ValueError) as raised:
        exec(compile(text, str(path), "exec"), {})
    assert line_in(raised.value, path) == 3
    assert line_in(raised.value, tmp_path / "another.py") is None


def test_definitions_are_loaded_and_what_trains_or_prints_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr("glassnet.tutor.process.standing_in.install.install", lambda *_: [])
    path = tmp_path / "mine.py"
    path.write_text(
        "import numpy as np\n"
        "rate = 0.1\n"
        "sizes: list = [2, 3]\n"
        "W = np.zeros((2, 3))\n"
        "scale = rate * len(sizes)\n"
        "data = open('absent.csv').read()\n"
        "later = data + 'x'\n"
        "class Net:\n    rate = rate\n"
        "def f(x):\n    return x + scale\n"
        "for epoch in range(3):\n    raise RuntimeError\n"
        "print(undefined)\n"
        "if __name__ == '__main__':\n    f(undefined)\n",
        encoding="utf-8",
    )
    names = load_definitions(path, {"folder": str(tmp_path)})
    assert names["f"](1) == 1.2
    assert names["W"].shape == (2, 3)
    assert names["Net"].rate == 0.1
    assert not {"data", "later", "epoch"} & set(names)


def test_a_cell_that_begins_with_space_is_read_from_there(tmp_path):
    content = notebook(
        ("code", ["def f():\n", "    return 1\n"]),
        ("code", ["    x = 2\n", "    if x:\n", "        y = 3\n"]),
    )
    found = read(tmp_path, content, "mine.ipynb")
    names = {}
    exec(compile(found.tree, "mine", "exec"), names)
    assert (names["x"], names["y"]) == (2, 3)
