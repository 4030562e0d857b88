"""Files are whole or not there: a failure leaves the old one, and nothing beside it."""

import errno
import os
import resource
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from glassnet.core.errors import InputError
from glassnet.files.whole import check_writable, read_bytes, read_text, write_whole


def test_a_file_is_written_and_written_anew(tmp_path):
    path = tmp_path / "text"
    assert write_whole(path, "grün\n") == path
    assert path.read_bytes() == "grün\n".encode()
    write_whole(str(path), b"\0\xff")
    assert path.read_bytes() == b"\0\xff"
    assert os.listdir(tmp_path) == ["text"]


def test_others_may_read_it_as_they_may_any_file(tmp_path):
    kept = os.umask(0o022)
    try:
        write_whole(tmp_path / "m", b"")
    finally:
        os.umask(kept)
    assert stat.S_IMODE((tmp_path / "m").stat().st_mode) == 0o644


@pytest.mark.parametrize("step", ["os.replace", "os.fsync", "os.chmod", "tempfile.mkstemp"])
def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch, step: str):
    path = tmp_path / "model"
    path.write_bytes(b"old")

    def fail(*_args, **_settings):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(step, fail)
    with pytest.raises(InputError, match=r"model cannot be written: No space left"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["model"]


def test_parts_are_written_one_after_another(tmp_path):
    write_whole(tmp_path / "m", (part for part in (b"one ", memoryview(b"two"))))
    assert (tmp_path / "m").read_bytes() == b"one two"


# A limit on the size of files is a disk that fills up, for one process: the kernel itself
# takes a part of what is written, then refuses.
FULL = """
import resource, sys
import numpy as np
from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.exchange import save
net = Network.dense([300, 1000])
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    save(net, sys.argv[1])
except InputError as error:
    print(error)
"""


def test_a_disk_that_fills_up_leaves_the_old_file(tmp_path):
    path = tmp_path / "model"
    path.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-B", "-c", FULL, path], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{path} cannot be written: {os.strerror(errno.EFBIG)}.\n"
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["model"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 300_000


def test_a_folder_that_may_only_be_read_leaves_the_old_file():
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        path = Path(folder) / "model"
        path.write_bytes(b"old")
        os.chmod(folder, 0o555)
        user = os.geteuid()
        try:
            if user == 0:
                os.seteuid(65534)  # the superuser may write everywhere
            with pytest.raises(InputError, match="model cannot be written: Permission denied"):
                write_whole(path, b"new")
        finally:
            os.seteuid(user)
            os.chmod(folder, 0o755)
        assert path.read_bytes() == b"old"
        assert os.listdir(folder) == ["model"]


def test_an_interrupt_leaves_the_old_file_too(tmp_path, monkeypatch):
    path = tmp_path / "model"
    path.write_bytes(b"old")

    def interrupt(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["model"]


def test_a_folder_or_a_place_that_is_not_there_is_refused(tmp_path):
    for path in (tmp_path / "absent" / "model", tmp_path):
        for refuse in (lambda p: write_whole(p, b""), check_writable):
            with pytest.raises(InputError) as error:
                refuse(path)
            assert str(tmp_path) in str(error.value)
    assert os.listdir(tmp_path) == []


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for refuse in (lambda p: write_whole(p, b""), check_writable):
        with pytest.raises(InputError):
            refuse(tmp_path / "file" / "model")


def test_a_folder_is_checked_before_long_work(tmp_path, monkeypatch):
    check_writable(tmp_path / "model")
    monkeypatch.setattr("os.access", lambda path, mode: False)  # tests may run as root
    with pytest.raises(InputError, match="cannot be written to"):
        check_writable(tmp_path / "model")


def test_a_name_alone_is_written_where_one_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check_writable("model")
    write_whole("model", "x")
    assert (tmp_path / "model").read_text() == "x"


# -- what is no regular file, or not one alone -----------------------------------------------


def test_a_link_is_followed_and_stays_one(tmp_path):
    (tmp_path / "folder").mkdir()
    target, link = tmp_path / "folder" / "model", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to("folder/model")
    write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert os.listdir(tmp_path / "folder") == ["model"]


def test_a_link_to_what_is_not_there_yet_is_followed(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "model")
    check_writable(tmp_path / "link")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "model").read_bytes() == b"new"


def test_a_link_to_itself_is_refused(tmp_path):
    (tmp_path / "link").symlink_to("link")
    for refuse in (lambda p: write_whole(p, b""), check_writable):
        with pytest.raises(InputError, match="cannot be written"):
            refuse(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()


def test_the_mode_of_the_file_that_is_there_is_kept(tmp_path):
    path = tmp_path / "secret"
    path.write_bytes(b"old")
    path.chmod(0o600)
    write_whole(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_device_is_written_through(tmp_path):
    try:
        os.mknod(tmp_path / "null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        path = tmp_path / "null"
    except PermissionError:  # no superuser, who alone could lose the real one
        path = Path("/dev/null")
    check_writable(path)
    write_whole(path, b"new")
    assert stat.S_ISCHR(path.stat().st_mode)


def test_a_pipe_is_written_through(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE) as reader:
        write_whole(tmp_path / "pipe", [b"one ", b"two"])
        assert reader.communicate()[0] == b"one two"
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_name_that_no_system_takes_is_refused(tmp_path):
    for name in ("n" * 5000, "a\0b", "m/" * 3000):
        for refuse in (lambda p: write_whole(p, b""), check_writable):
            with pytest.raises(InputError) as error:
                refuse(tmp_path / name)
            assert len(str(error.value)) < 400


def test_a_long_name_that_the_system_takes_is_taken(tmp_path):
    write_whole(tmp_path / ("n" * 255), b"new")
    assert (tmp_path / ("n" * 255)).read_bytes() == b"new"


# -- reading whole -----------------------------------------------------------------------


def test_a_text_is_read_without_its_mark(tmp_path):
    (tmp_path / "t").write_bytes("\ufeffgrün\r\n".encode())
    assert read_text(tmp_path / "t", "the text") == "grün\r\n"


def test_what_is_no_text_is_refused_with_its_line(tmp_path):
    (tmp_path / "t").write_bytes(b"one\ntwo \xff\n")
    with pytest.raises(InputError, match=r"t is no text file in UTF-8 \(line 2\)"):
        read_text(tmp_path / "t", "the text")


def test_more_than_the_limit_is_refused_and_as_much_is_read(tmp_path):
    (tmp_path / "t").write_bytes(b"x" * 100)
    assert read_bytes(tmp_path / "t", "the text", 100) == b"x" * 100
    with pytest.raises(InputError, match="t is larger than 99 bytes: shorten it"):
        read_bytes(tmp_path / "t", "the text", 99, "shorten it")


def test_pipes_devices_and_folders_are_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, said in (
        (tmp_path / "pipe", "a pipe or a device"),
        ("/dev/zero", "a pipe or a device"),
        (tmp_path, "is a folder"),
        (tmp_path / "absent", "does not exist"),
        (tmp_path / ("n" * 5000), "cannot be read"),
        (tmp_path / "a\0b", "cannot be read"),
    ):
        with pytest.raises(InputError, match=said):
            read_bytes(path, "the text")
