"""A class's work checked: a row a program, the worst's exit status, nothing that ends the rest."""

import csv
import io
import json

import pytest
from record_kinds import check_document

from glassnet.core.errors import InputError
from glassnet.files.plain import to_json
from glassnet.tutor.folder import CheckedFolder, CheckedProgram, check_folder
from glassnet.tutor.skeleton.answers import filled_in
from glassnet.views.text.folder import folder_csv, folder_text

LOST = "    return np.dot(W_next.T, delta_next)\n"


def program(verdict, file="a.py", what="", where=""):
    return CheckedProgram(file, verdict, what, where, 1.25)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "amy").mkdir()
    (tmp_path / "amy" / "net.py").write_text(filled_in("net.py"), encoding="utf-8")
    (tmp_path / "ben.py").write_text(filled_in("ben.py", hidden_delta=LOST), encoding="utf-8")
    return tmp_path


@pytest.mark.outside  # takes long
def test_each_program_has_a_row_and_what_is_none_is_passed_over(folder):
    (folder / "cleo.py").write_text("def f(:\n", encoding="utf-8")
    (folder / "dan.py").write_text("import os, signal\nos.kill(os.getppid(), 9)\n", "utf-8")
    (folder / "eve.py").write_text("import helper\nraise KeyError('x')\n", encoding="utf-8")
    (folder / "helper.py").write_text("N = 3\n", encoding="utf-8")
    (folder / "notes.txt").write_text("read me", encoding="utf-8")
    (folder / ".hidden.py").write_text("nothing", encoding="utf-8")
    seen: list[int] = []
    report = check_folder(folder, 20.0, lambda row, done, of: seen.append(of - done))
    verdicts = {row.file: row.verdict for row in report.programs}
    assert verdicts == {
        "amy/net.py": "right",
        "ben.py": "wrong",
        "cleo.py": "not judged",
        "dan.py": "not judged",
        "eve.py": "not judged",
    }
    ben, cleo = report.programs[1:3]
    assert ben.what == "the hidden delta lacks the derivative of its own activation"
    assert ben.where.startswith("line ")
    assert "not valid Python" in cleo.what
    assert str(folder) not in cleo.what
    assert report.passed_over == (
        "notes.txt: no .py or .ipynb",
        "helper.py: imported by eve.py",
    )
    assert all(0 <= row.seconds < 40 for row in report.programs)
    assert seen == [5, 4, 3, 2, 1, 0]
    assert report.status == 2


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        (["right", "right"], 0),
        (["right", "in part"], 3),
        (["in part", "wrong", "right"], 1),
        (["wrong", "not judged", "right"], 2),
    ],
)
def test_the_status_is_that_of_the_worst(verdicts, status):
    report = CheckedFolder("class", tuple(map(program, verdicts)))
    assert report.status == status
    assert sum(report.counts.values()) == len(verdicts)


@pytest.mark.outside  # takes long
def test_a_program_that_takes_too_long_ends_alone(folder):
    (folder / "zoe.py").write_text("while True: pass\n", encoding="utf-8")
    report = check_folder(folder, 3.0)
    assert [row.verdict for row in report.programs][-1] == "not judged"
    assert "within" in report.programs[-1].what  # did not end, or was not judged


def test_a_folder_without_programs_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("1,2", encoding="utf-8")
    with pytest.raises(InputError, match=r"has no program: expected \.py or \.ipynb"):
        check_folder(tmp_path, 3.0)


def test_as_text_as_csv_and_as_json():
    rows = (program("right", "=cmd.py"), program("wrong", "b.py", 'a, "b"\n' * 60, "line 3"))
    report = CheckedFolder("class", rows, ("c.txt: no .py or .ipynb",))
    text = folder_text(report)
    assert "2 programs: 1 right, 1 wrong." in text
    assert "Passed over: c.txt" in text
    assert max(map(len, text.splitlines())) <= 120
    table = list(csv.reader(io.StringIO(folder_csv(report))))
    assert table[0] == ["file", "verdict", "what", "where", "seconds"]
    assert table[1] == ["'=cmd.py", "right", "", "", "1.25"]
    assert table[2][2:] == ['a, "b"\n' * 60, "line 3", "1.25"]
    check_document(json.loads(to_json(report)))
