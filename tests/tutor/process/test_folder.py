"""The learner's folder as a copy: what comes along, what does not, and how much at most."""

import os
import sys

import pytest

from glassnet.tutor.process import folder
from glassnet.tutor.process.folder import copy_folder, link_folder

LINKS = pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")


@pytest.fixture
def own(tmp_path):
    """A script with data, a package and much that is not its own."""
    own = tmp_path / "own"
    for name in ("data/deep", ".git", "__pycache__", "empty"):
        (own / name).mkdir(parents=True)
    for name, text in (
        ("mine.py", "x = 1"), ("rows.csv", "1,2\n"), ("data/deep/more.csv", "3\n"),
        (".git/config", "secret"), ("__pycache__/mine.pyc", "?"), (".hidden", "also"),
    ):  # fmt: skip
        (own / name).write_text(text)
    return own


def listed(path):
    return {str(each.relative_to(path)) for each in path.rglob("*")}


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "desk").mkdir()
    return tmp_path / "desk"


def test_the_script_and_what_lies_beside_it_come_along(own, desk):
    assert copy_folder(own / "mine.py", desk, 1 << 20)
    assert listed(desk) == {
        "mine.py", "rows.csv", "data", "data/deep", "data/deep/more.csv", "empty", ".hidden",
    }  # fmt: skip
    assert (desk / "data/deep/more.csv").read_text() == "3\n"


def test_what_is_written_into_the_copy_is_not_theirs(own, desk):
    copy_folder(own / "mine.py", desk, 1 << 20)
    (desk / "rows.csv").write_text("gone")
    assert (own / "rows.csv").read_text() == "1,2\n"


def test_of_too_much_the_script_alone_comes(own, desk, monkeypatch):
    (own / "large.bin").write_bytes(bytes(5000))
    assert not copy_folder(own / "mine.py", desk, 4000)
    assert listed(desk) == {"mine.py"}
    monkeypatch.setattr(folder, "FILES", 2)
    assert not copy_folder(own / "mine.py", desk, 1 << 20)


@LINKS
def test_a_link_to_a_file_becomes_one_and_other_kinds_are_left_out(own, desk):
    (own / "linked.csv").symlink_to(own / "rows.csv")
    (own / "round").symlink_to(own)
    (own / "broken").symlink_to(own / "absent")
    os.mkfifo(own / "pipe")
    assert copy_folder(own / "mine.py", desk, 1 << 20)
    assert (desk / "linked.csv").read_text() == "1,2\n"
    assert not (desk / "linked.csv").is_symlink()
    assert not {"round", "broken", "pipe"} & listed(desk)


@LINKS
def test_where_nothing_is_copied_the_names_are_laid_out(own, desk):
    link_folder(own / "mine.py", desk)
    assert (desk / "rows.csv").is_symlink()
    assert (desk / "data/deep/more.csv").read_text() == "3\n"
    assert not (desk / ".git").exists()
