"""The door: who shows no token, another host or another origin, does not come in."""

from dataclasses import replace
from typing import Any

import pytest

from glassnet.studio.door import Door

# a token that is the same in every test process, by which tests are named
door = replace(Door.at("127.0.0.1", 8123), token="a-token-of-32-letters-for-tests-")
HOST = (b"host", b"127.0.0.1:8123")
HERE = (b"origin", b"http://127.0.0.1:8123")
TOKEN = f"token={door.token}"


def refusal(*headers: tuple[bytes, bytes], query: str = TOKEN, talks: bool = False) -> str:
    return door.refusal([*headers], query, talks)


def test_the_printed_address_lets_in():
    assert door.address == f"http://127.0.0.1:8123/?{TOKEN}"
    assert refusal(HOST) == ""
    assert refusal((b"host", b"localhost:8123")) == ""


def test_the_cookie_takes_the_token_s_place():
    name, value = door.keep()
    assert name == b"set-cookie"
    assert b"HttpOnly" in value
    assert b"SameSite=Strict" in value
    assert refusal(HOST, (b"cookie", value.split(b";")[0]), query="") == ""


@pytest.mark.parametrize(
    ("headers", "query", "talks"),
    [
        ([HOST], "", False),  # no token
        ([HOST], "token=", False),
        ([HOST], "token=" + "a" * 32, False),
        ([HOST, (b"cookie", b"glassnet-8123=wrong")], "", False),
        ([HOST, (b"cookie", b'"; =;;')], "", False),
        ([(b"host", b"evil.example:8123")], TOKEN, False),  # a name turned to this machine
        ([(b"host", b"127.0.0.1:8124")], TOKEN, False),
        ([(b"host", b"127.0.0.1")], TOKEN, False),
        ([], TOKEN, False),
        ([HOST, HOST], TOKEN, False),  # which of the two would be believed?
        ([HOST, (b"origin", b"http://evil.example")], TOKEN, False),
        ([HOST, (b"origin", b"null")], TOKEN, True),
        ([HOST], TOKEN, True),  # a WebSocket must say where it comes from
        ([HOST, (b"origin", b"https://127.0.0.1:8123")], TOKEN, True),
        ([HOST, (b"origin", b"http://127.0.0.1:8123.evil.example")], TOKEN, True),
    ],
)
def test_everybody_else_is_refused_in_a_sentence(headers: Any, query: str, talks: bool):
    said = refusal(*headers, query=query, talks=talks)
    assert said.endswith(".")
    assert door.token not in said


def test_the_page_itself_may_talk():
    assert refusal(HOST, HERE, talks=True) == ""


def test_two_studios_have_two_tokens_and_two_cookies():
    other = Door.at("127.0.0.1", 8124)
    assert other.token != door.token
    assert other.cookie != door.cookie
