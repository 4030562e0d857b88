"""What is at an address is brought when it is needed, read as a file is, and removed."""

import contextlib
import functools
import gc
import http.server
import json
import sys
import tempfile
import threading
import zipfile

import pytest

pl = pytest.importorskip("polars")
fsspec = pytest.importorskip("fsspec", reason="fsspec is of the extra remote")

import glassnet  # noqa: E402
from glassnet.cli import main  # noqa: E402
from glassnet.data import DataError, TableFolder, open_table, sha256_of  # noqa: E402
from glassnet.data.table.reading.names import shown  # noqa: E402

TEXT = "a,b,y\n" + "".join(f"{i % 7},{i % 5},{i % 7 + i % 5}\n" for i in range(90))


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A folder that temporary files go to."""
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    return room


@pytest.fixture
def memory():
    """A folder of two files, and one that is hidden, in fsspec's memory."""
    system = fsspec.filesystem("memory")
    lines = TEXT.splitlines(keepends=True)
    for name, part in (("part-2.csv", lines[1:50]), ("part-10.csv", lines[50:])):
        system.pipe(f"/many/{name}", (lines[0] + "".join(part)).encode())
    system.pipe("/many/_SUCCESS", b"")
    system.pipe("/one.csv", TEXT.encode())
    yield "memory://"
    system.rm("/many", recursive=True)
    system.rm("/one.csv")


def told(capsys, *call):
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in call])
    done = capsys.readouterr()
    return ended.value.code, done.out, done.err


@contextlib.contextmanager
def served(folder):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format, *args):
            pass

    serve = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_file_and_a_folder_are_read_and_nothing_is_left(memory, room):
    one, many = open_table(f"{memory}one.csv"), open_table(f"{memory}many")
    assert (one.name, many.name, len(list(room.iterdir()))) == ("one.csv", "many", 2)
    assert isinstance(many, TableFolder)
    assert [place.name for place in many.places] == ["part-2.csv", "part-10.csv"]
    assert many.read().equals(one.read())
    assert len(list(room.iterdir())) == 3  # the other file, now that it was needed
    del one, many
    gc.collect()
    assert not list(room.iterdir())


@pytest.mark.parametrize("how", [(), ("--memory", "300MB")])
def test_commands_take_an_address(memory, room, tmp_path, capsys, how):
    (tmp_path / "one.csv").write_text(TEXT)
    out = tmp_path / "m.gn"
    said = []
    for data in (tmp_path / "one.csv", f"{memory}one.csv", f"{memory}many/"):
        call = ("train", data, "--target", "y", "--epochs", "2", *how, "--out", out, "--json")
        status, printed, errors = told(capsys, *call)
        assert status == 0, errors
        said.append(json.loads(printed)["metrics"])
    assert said[0] == said[1] == said[2]
    assert str(room) not in out.read_bytes().decode("latin-1")
    status, printed, errors = told(capsys, "predict", out, f"{memory}many")
    assert (status, len(printed.splitlines())) == (0, 91), errors
    assert sha256_of(f"{memory}one.csv") is None


def test_the_web_and_archives_are_read(tmp_path, room):
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "one.csv").write_text(TEXT)
    (tmp_path / "web" / "two.csv").write_text(TEXT)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("one.csv", TEXT)
    with served(tmp_path / "web") as web:
        assert open_table(f"{web}/one.csv?x=1").rows == 90
        assert open_table(f"{web}/").rows == 180
        with pytest.raises(DataError, match=r"there is nothing at http://127.*/three\.csv\."):
            open_table(f"{web}/three.csv")
    assert open_table(f"zip://one.csv::file://{tmp_path}/a.zip").rows == 90
    assert open_table(f"file://{tmp_path}/web").rows == 180


@pytest.mark.parametrize(
    ("address", "missing", "said"),
    [
        ("memory://nowhere.csv", (), "there is nothing at memory://nowhere.csv."),
        ("nosuch://a.csv", (), "nosuch://a.csv cannot be read: Protocol not known: nosuch"),
        ("s3://bucket/a.csv", ("s3fs",), "needs a package that is not here: Install s3fs"),
        ("memory://one.csv", ("fsspec", "fsspec.core"), "pip install 'glassnet[remote]'"),
    ],
)
def test_what_cannot_be_brought_is_one_sentence(
    memory, room, monkeypatch, capsys, address, missing, said
):
    for name in missing:
        monkeypatch.setitem(sys.modules, name, None)
    status, _, errors = told(capsys, "train", address, "--target", "y")
    assert (status, len(errors.splitlines())) == (2, 1), errors
    assert said in errors


def test_a_sentence_names_the_address_and_no_secret(memory, room):
    fsspec.filesystem("memory").pipe("/many/part-2.csv", b"a,b\n1\n")
    with pytest.raises(DataError, match=r"^memory://many/part-2\.csv is ragged"):
        open_table(f"{memory}many")
    address = "ftp://ann:secret@example.org/a.csv?token=secret"
    assert shown(address) == "ftp://example.org/a.csv"


def test_a_recorded_run_never_has_an_address_fetched(memory, room, tmp_path, capsys):
    run = tmp_path / "run"
    call = ("train", f"{memory}one.csv", "--target", "y", "--epochs", "2", "--record", run)
    assert told(capsys, *call)[0] == 0
    gc.collect()
    with pytest.raises(glassnet.InputError, match="nothing is fetched because a file says so"):
        glassnet.Recording.open(run).rows()
    assert not list(room.iterdir())
