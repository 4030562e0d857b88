"""Messages between processes: what is written comes back; whatever else is read is Torn."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from glassnet.tutor.process.messages import Torn, fits, read_messages, write_message

DTYPES = ["<f8", "<f4", ">f8", "|b1", "<i8", "|u1", "<f2"]
CONTENT = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats()
    | st.text(max_size=5)
    | arrays.arrays(st.sampled_from(DTYPES), arrays.array_shapes(min_dims=0, min_side=0)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


def written(*contents):
    file = io.BytesIO()
    for content in contents:
        write_message(file, content)
    return file


def alike(one, other):
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and (
            one.tobytes() == other.tobytes()
        )  # fmt: skip
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return type(one) is type(other) and (one == other or one != one != other)


@given(st.lists(CONTENT, max_size=3))
def test_what_is_written_comes_back_in_its_order_to_the_bit(contents):
    assert alike(list(read_messages(written(*contents), 1 << 24)), contents)


@given(CONTENT, st.data())
def test_a_cut_or_a_changed_byte_is_torn_or_another_message(content, data):
    raw = bytearray(written(content, [1.0]).getvalue())
    at = data.draw(st.integers(0, len(raw) - 1))
    if data.draw(st.booleans()):
        del raw[at:]
    else:
        raw[at] ^= data.draw(st.integers(1, 255))
    try:
        messages = list(read_messages(io.BytesIO(raw), 1 << 24))
    except Torn:
        return
    assert len(messages) <= 3


def test_equal_arrays_are_sent_once():
    array = np.arange(1000.0)
    assert len(written([array, array.copy()]).getvalue()) < 2 * array.nbytes
    assert len(written([array, array + 1]).getvalue()) > 2 * array.nbytes


def test_numbers_of_numpy_become_pythons_and_keys_texts():
    (message,) = read_messages(written({1: np.float32(0.5), "n": np.int64(3)}), 1 << 20)
    assert message == {"1": 0.5, "n": 3}
    assert type(message["n"]) is int


@pytest.mark.parametrize(
    ("value", "shape", "whether"),
    [
        (1, int, True), (True, int, False), (True, bool, True), (True, object, True),
        (1, float, False), ([1, 2], [int], True), ([1, "a"], [int], False), ([], [int], True),
        ([1, "a"], (int, str), True), ([1], (int, str), False), ((1, "a"), (int, str), False),
        ({"line": None}, {"line": int | None}, True), ({}, {"line": int}, False),
        ({}, {"line?": int}, True), ({"line": 1, "more": 2}, {"line": int}, False),
        (3, lambda value: value > 2, True), (1, lambda value: value > 2, False),
    ],
)  # fmt: skip
def test_a_shape_is_held(value, shape, whether):
    assert fits(value, shape) is whether


def test_a_message_of_another_shape_is_torn():
    with pytest.raises(Torn, match="not what was asked for"):
        list(read_messages(written({"part": 1}), 1 << 20, {"end": [str]}))


@pytest.mark.parametrize(
    "place",
    [["<f8", [2], 8], ["<f8", [-1], 0], ["<f8", [1 << 29, 0], 0], ["O", [1], 0], ["<f8", [1], -1],
     ["<f8", [1.0], 0], ["<f8", "1", 0], [], ["<f8", [1]]],
)  # fmt: skip
def test_an_array_that_is_none_is_torn(place):
    """The text says where an array lies: beyond the end, before the start, of objects."""
    file = written([np.zeros(2)])
    text = file.getvalue()
    right = b'["<f8", [2], 0]'
    assert text.count(right) == 1
    wrong = repr(place).replace("'", '"').encode()
    changed = text.replace(right, wrong)
    length = int.from_bytes(text[:8], "little") + len(wrong) - len(right)
    with pytest.raises(Torn):
        list(read_messages(io.BytesIO(length.to_bytes(8, "little") + changed[8:]), 1 << 20))
