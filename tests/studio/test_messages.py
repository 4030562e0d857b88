"""What pages say is read within bounds, and what they are told is complete."""

import contextlib
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.errors import InputError
from glassnet.studio.messages import Refused, Wish, frame, read_wish, told


def test_a_wish_is_read():
    wish = read_wish('{"id": 3, "do": "worked.set", "address": "W1[0,0]", "value": 0.25}')
    assert (wish.id, wish.scene, wish.verb) == (3, "worked", "set")
    assert wish.number("value") == 0.25
    assert wish.text("address") == "W1[0,0]"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"id": 1}', '{"id": "1", "do": "a.b"}', '{"do": 5}', "[" * 100_000,
     '{"do": "a.b", "value": NaN}', '{"do": "a", "do": "b"}', '{"do": "\\ud800"}'],
)  # fmt: skip
def test_what_is_no_wish_is_refused_in_a_sentence(text: str):
    with pytest.raises(InputError) as error:
        read_wish(text)
    assert str(error.value).endswith(".")


def test_a_message_of_100_mb_is_not_even_parsed():
    with pytest.raises(InputError, match="too long"):
        read_wish('{"do": "a.b", "text": "' + "x" * 100_000_000 + '"}')


@given(st.text(max_size=60))
def test_any_text_is_a_wish_or_refused(text: str):
    with contextlib.suppress(InputError):
        read_wish(text)


@pytest.mark.parametrize("value", [math.nan, math.inf, True, "1", None, [1]])
def test_a_number_is_finite(value: object):
    with pytest.raises(InputError, match="'value' must be a finite number"):
        Wish(1, "worked.set", {"value": value}).number("value")


def test_what_is_told_has_its_id_and_kind():
    assert json.loads(told(7, Refused("No."))) == {"id": 7, "kind": "refused", "sentence": "No."}


def test_a_frame_tells_where_its_arrays_are():
    arrays = {
        "a": np.arange(3, dtype=np.float32),
        "b": np.eye(2),
        "c": np.array([[1, 2, 3]], np.uint8),
    }
    message = frame({"scene": "play", "step": 5}, arrays)
    length = int.from_bytes(message[:4], "little")
    head = json.loads(message[4 : 4 + length])
    assert head["kind"] == "frame"
    assert head["step"] == 5
    start = 4 + length + -(4 + length) % 8
    for listed in head["arrays"]:
        wanted = arrays[listed["name"]]
        dtype = {"f4": "<f4", "f8": "<f8", "u1": "<u1"}[listed["dtype"]]
        assert listed["offset"] % 8 == 0
        found = np.frombuffer(message, dtype, wanted.size, start + listed["offset"])
        assert np.array_equal(found.reshape(listed["shape"]), wanted)
