"""A published set, fetched from a server of this test's own."""

import gzip
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.data import load_data
from glassnet.data.checks import DataError
from glassnet.data.sets import fetched
from glassnet.data.sets.fetched import MNIST, fetch_set, is_here, kept_in

pytest.importorskip("pooch")


def idx(array):
    head = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return head + array.tobytes()


RNG = np.random.default_rng(0)
CONTENT = {
    f"{part}-{kind}": idx(values)
    for part, n in (("train", 30), ("t10k", 10))
    for kind, values in (
        ("images-idx3-ubyte", RNG.integers(0, 256, (n, 4, 4), np.uint8)),
        ("labels-idx1-ubyte", np.arange(n, dtype=np.uint8) % 10),
    )
}


@pytest.fixture
def server():
    """Files by their path, asked for over HTTP; a status where the path has a number."""
    files: dict[str, bytes | int] = {
        f"/set/{name}.gz": gzip.compress(content) for name, content in CONTENT.items()
    }
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            found = files.get(self.path, 404)
            self.send_response(found if isinstance(found, int) else 200)
            body = b"" if isinstance(found, int) else found
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}/set/", files, asked
    httpd.shutdown()
    httpd.server_close()


@pytest.fixture
def small(monkeypatch, tmp_path, server):
    """A set with MNIST's name and this server's small files."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()}
    of = fetched.PublishedSet("mnist", (server[0],), digests, "Somebody", "CC0")
    monkeypatch.setitem(fetched.SETS, "mnist", of)
    monkeypatch.setenv("GLASSNET_DATA", str(tmp_path / "kept"))
    monkeypatch.chdir(tmp_path)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return server


def test_it_comes_once_and_is_found_by_its_name(small):
    _, _, asked = small
    with pytest.raises(
        DataError, match="mnist is not here yet: bring it by `glassnet fetch mnist`"
    ):
        load_data("mnist")
    told: list[str] = []
    folder = fetch_set("mnist", say=told.append)
    assert folder == kept_in("mnist") == is_here("mnist")
    assert [line.split(": ")[0] for line in told] == [f"{name}.gz" for name in CONTENT]
    data = load_data("mnist")
    assert data.X_test is not None
    assert (data.X.shape, data.X_test.shape, data.image_shape) == ((30, 16), (10, 16), (4, 4))
    assert (data.name, data.source, data.licence) == ("mnist", "Somebody", "CC0")
    before = len(asked)
    told.clear()
    fetch_set("mnist", say=told.append)
    assert len(asked) == before == 4
    assert all(line.endswith("here already") for line in told)


def test_another_address_is_asked_where_one_has_not_what_was_published(small, monkeypatch):
    address, files, _ = small
    files["/other/train-images-idx3-ubyte.gz"] = gzip.compress(b"something else")
    other = address.replace("/set/", "/other")
    of = fetched.SETS["mnist"]
    both = fetched.PublishedSet(of.name, (other, address), of.digests, of.source, of.licence)
    monkeypatch.setitem(fetched.SETS, "mnist", both)
    fetch_set("mnist", say=lambda line: None)
    assert is_here("mnist") is not None


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (404, r"could not be read \(status 404\)"),
        (500, r"could not be read \(status 500\)"),
        (gzip.compress(b"something else"), "is not the file that was published"),
        (b"no gzip at all", "is not the file that was published"),
        (gzip.compress(CONTENT["t10k-labels-idx1-ubyte"])[:-9], "is not the file that was"),
    ],
    ids=["not there", "broken", "another", "not packed", "cut off"],
)  # fmt: skip
def test_what_is_not_the_published_file_is_refused_and_nothing_is_left(small, found, told):
    _, files, _ = small
    files["/set/t10k-labels-idx1-ubyte.gz"] = found
    with pytest.raises(InputError, match=told) as error:
        fetch_set("mnist", say=lambda line: None)
    assert "Try again where there is a network" in str(error.value)
    assert not (kept_in("mnist") / "t10k-labels-idx1-ubyte.gz").exists()
    assert is_here("mnist") is None


def test_without_a_network_it_says_so(small):
    with pytest.raises(InputError, match=r"could not be read \(ConnectionError\)"):
        fetch_set("mnist", address="http://127.0.0.1:9/", say=lambda line: None)


def test_a_folder_that_can_be_none_and_a_name_that_is_unknown(small, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="can be no folder"):
        fetch_set("mnist", tmp_path / "file" / "in", say=lambda line: None)
    with pytest.raises(InputError, match="mnis"):
        fetch_set("mnis")


def test_without_pooch_it_says_what_to_do(small, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pooch", None)
    with pytest.raises(InputError, match="to fetch takes pooch: pip install"):
        fetch_set("mnist")


def test_the_command_fetches_and_trains_by_name(small, capsys):
    from glassnet.cli import main

    def called(*words):
        with pytest.raises(SystemExit) as end:
            main([*words])
        return end.value.code, capsys.readouterr()

    status, told = called("fetch", "--json")
    assert status == 0
    assert json.loads(told.out)["folder"] == str(kept_in("mnist"))
    status, told = called("fetch", "mnist", "--to", "here", "--from", small[0])
    assert status == 0
    assert "glassnet train here" in told.out
    assert called("train", "mnist", "--epochs", "1", "--augment", "shift=1")[0] == 0
    status, told = called("fetch", "mnist", "--to", "there", "--from", "http://127.0.0.1:9/")
    assert status == 2
    assert told.err.startswith("glassnet: mnist was not fetched: http://127.0.0.1:9/")


def test_what_is_published_is_named_whole():
    assert len(MNIST.digests) == 4
    assert all(len(digest) == 64 for digest in MNIST.digests.values())
    assert all(address.startswith("https://") for address in MNIST.addresses)
