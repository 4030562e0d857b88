"""The server: its page, its socket, and what it does with those who mean it ill."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from glassnet.studio import server
from glassnet.studio.door import Door
from glassnet.studio.given import Given
from glassnet.studio.opening import listening

pytestmark = pytest.mark.timeout(1800)
LONG = 600.0  # seconds: only for what hangs
PAGE = {"index.html": "<!doctype html>", "page.js": "export {}", "page.css": "", "icon.svg": ""}


class Studio:
    """A studio that answers, and the ways to it."""

    def __init__(self, door: Door) -> None:
        self.door, self.base = door, f"http://127.0.0.1:{door.port}"

    def get(self, path: str, cookie: str = "", **headers: str) -> httpx.Response:
        """As it stands: httpx would clean a path."""
        sent = {"cookie": cookie, **headers} if cookie else headers
        return httpx.get(self.base + path, headers=sent, timeout=LONG)

    def talk(self, token: str | None = None, origin: str | None = "", **more: Any) -> Any:
        token = self.door.token if token is None else token
        origin = self.base if origin == "" else origin
        address = f"ws://127.0.0.1:{self.door.port}/talk?token={token}"
        return connect(address, origin=origin, max_size=None, open_timeout=LONG, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    home = tmp_path_factory.mktemp("page")
    for name, text in PAGE.items():
        (home / name).write_text(text)
    with listening("127.0.0.1", 0) as (socket, door):
        running = uvicorn.Server(server.settings(door, Given(), home))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [socket]}, daemon=True)
        thread.start()
        while not running.started:
            time.sleep(0.01)
        yield Studio(door)
        running.should_exit = True
        thread.join(LONG)


def ask(socket: Any, do: str, number: int = 1, **fields: Any) -> dict[str, Any]:
    socket.send(json.dumps({"id": number, "do": do, **fields}))
    return answer(socket, number)


def answer(socket: Any, number: int | None) -> dict[str, Any]:
    """The text with that id; frames before it are left."""
    while True:
        message = socket.recv(timeout=LONG)
        if isinstance(message, str) and json.loads(message)["id"] == number:
            return json.loads(message)


def test_the_page_is_served_behind_the_token(studio: Studio):
    assert studio.get("/").status_code == 403
    page = studio.get(f"/?token={studio.door.token}")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy  # neither eval nor what stands in the page's own text
    assert page.headers["x-content-type-options"] == "nosniff"
    cookie = page.headers["set-cookie"].partition(";")[0]
    assert studio.get("/page.js", cookie).headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("path", ["/%2e%2e/%2e%2e/etc/passwd", "/server.py", "/page/", "//etc"])
def test_only_the_page_s_files_are_served(studio: Studio, path: str):
    assert studio.get(f"{path}?token={studio.door.token}").status_code == 404


def test_other_hosts_and_origins_are_refused(studio: Studio):
    query = f"/?token={studio.door.token}"
    assert studio.get(query, host="evil.example").status_code == 403
    assert studio.get(query, origin="http://evil.example").status_code == 403


@pytest.mark.parametrize(
    "shown",
    [{"token": ""}, {"token": "a" * 32}, {"origin": None}, {"origin": "http://evil.example"},
     {"origin": "null"}, {"additional_headers": {"host": "evil.example"}}],
)  # fmt: skip
def test_a_socket_without_the_right_to_it_is_refused(studio: Studio, shown: dict[str, Any]):
    with pytest.raises((ConnectionClosed, InvalidStatus)), studio.talk(**shown) as socket:
        socket.recv(timeout=LONG)


@pytest.mark.outside
def test_others_go_on_whatever_one_sends(studio: Studio):
    with studio.talk() as one, studio.talk() as other:
        for socket in (one, other):
            assert answer(socket, None)["kind"] == "welcome"
        assert ask(one, "worked.open")["kind"] == "worked"
        for text in ("no JSON", "[]", '{"do": 1}', "[" * 1000, '{"do":"worked.set"}'):
            one.send(text)
            assert answer(one, None)["kind"] == "refused"
        one.send(b"bytes")
        assert answer(one, None)["kind"] == "refused"
        huge = {"layers": [{"n": 64}] * 9}
        assert ask(other, "play.open", settings=huge)["kind"] == "refused"
        moved = [ask(s, "worked.drag", 2, address="W1[0,0]", value=0.5) for s in (one, other)]
        assert moved[0]["kind"] == "values"
        assert moved[0] == moved[1]


@pytest.mark.outside
def test_a_message_of_100_mb_ends_that_page_alone(studio: Studio):
    with studio.talk() as good:
        answer(good, None)
        with studio.talk() as bad:
            bad.send('{"do": "worked.read", "text": "' + "x" * 100_000_000 + '"}')
            with pytest.raises(ConnectionClosed):
                answer(bad, 99)
        assert ask(good, "worked.drag", address="W1[0,0]", value=0.5)["kind"] == "values"


@pytest.mark.outside
def test_a_page_that_does_not_read_has_fewer_frames_and_not_a_longer_queue(studio: Studio):
    with studio.talk() as socket:
        ask(socket, "play.open")
        ask(socket, "play.run", 2)
        time.sleep(4.0)
        steps: list[int] = []
        while len(steps) < 5:
            message = socket.recv(timeout=LONG)
            if isinstance(message, bytes):
                length = int.from_bytes(message[:4], "little")
                steps.append(json.loads(message[4 : 4 + length])["step"])
        assert steps == sorted(steps)
        assert ask(socket, "play.pause", 3)["kind"] == "playground"


@pytest.mark.outside
def test_twenty_pages_each_have_a_network_of_their_own(studio: Studio):
    with ExitStack() as opened:
        sockets = [opened.enter_context(studio.talk()) for _ in range(20)]
        told = [
            ask(socket, "worked.drag", address="W1[0,0]", value=float(n))["values"]
            for n, socket in enumerate(sockets)
        ]
        assert len({json.dumps(each) for each in told}) == 20


def test_no_more_pages_than_there_is_room_for(studio: Studio, monkeypatch: Any):
    monkeypatch.setattr(server, "MOST_SESSIONS", 0)
    with studio.talk() as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=LONG)
    assert "close one first" in str(closed.value)


@pytest.mark.outside
def test_a_page_that_nobody_looks_at_is_ended_and_one_that_is_looked_at_goes_on(
    studio: Studio, monkeypatch: Any
):
    monkeypatch.setattr(server, "IDLE", 3.0)
    ended: list[Any] = []

    def read(socket: Any) -> None:
        try:
            answer(socket, 99)
        except ConnectionClosed as closed:
            ended.append(closed.rcvd)

    with studio.talk() as looked, studio.talk() as left:
        for number, do in enumerate(("play.open", "play.run")):
            left.send(json.dumps({"id": number, "do": do}))
        reader = threading.Thread(target=read, args=[left])
        reader.start()
        while reader.is_alive():
            looked.send(server.HERE)
            time.sleep(0.1)
        monkeypatch.undo()
        assert ended[0].code == 4408
        assert "Nobody looked" in ended[0].reason
        assert ask(looked, "worked.open")["kind"] == "worked"


@pytest.mark.outside
def test_a_page_that_never_reads_holds_nobody_up(studio: Studio):
    with studio.talk(max_queue=1) as silent, studio.talk() as other:
        silent.send(json.dumps({"id": 1, "do": "play.open"}))
        silent.send(json.dumps({"id": 2, "do": "play.run"}))
        for number in range(200):
            silent.send(json.dumps({"id": number, "do": "worked.open"}))
        told = [ask(other, "worked.drag", n, address="W1[0,0]", value=float(n)) for n in range(20)]
        assert [each["kind"] for each in told] == ["values"] * 20


@pytest.mark.outside
def test_a_page_s_process_ends_with_it(studio: Studio):
    with studio.talk() as socket:
        before = children()
        ask(socket, "play.open")
        (own,) = children() - before
    over = time.monotonic() + LONG
    while own in children() and time.monotonic() < over:
        time.sleep(0.05)
    assert own not in children()


def children() -> set[int]:
    """The processes of pages, which a server in this process has begun."""
    found = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())],
                           capture_output=True, text=True).stdout  # fmt: skip
    return {int(line.split()[0]) for line in found.splitlines() if "studio.worker" in line}
