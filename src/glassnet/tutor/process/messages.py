"""Data with arrays in them, written for another process; and one guard for all that is read.

A file holds messages one after another: two lengths, JSON, and the bytes of its arrays. What the
learner's process wrote may be anything: `read_messages` gives what is whole and of the shape that
was asked for, and says `Torn` of all else. Nothing in it is run.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

import numpy as np

from glassnet.core.errors import InputError
from glassnet.files.bounded_json import parse, room_for

_LENGTHS = struct.Struct("<QQ")  # bytes of JSON, bytes of arrays
_DTYPE = re.compile(r"[<>|=][biuf]\d{1,2}")
_MOST_TEXT = 1 << 26  # bytes of JSON in one message
_MOST = 1 << 28  # an array's longest axis, also where another is 0


class Torn(ValueError):
    """What was read is no message, or not of the shape that was asked for."""


def write_message(file: BinaryIO, content: Any) -> None:
    """Appends content, JSON-like with NumPy arrays in it, and sends it on its way.

    NumPy numbers become Python's; arrays keep their dtype and every bit; equal ones go once.
    """
    blocks: list[bytes] = []
    known: dict[tuple[Any, ...], dict[str, Any]] = {}
    taken = 0

    def packed(value: Any) -> Any:
        nonlocal taken
        if isinstance(value, np.ndarray):
            raw = value.tobytes()
            key = (value.dtype.str, value.shape, raw)
            if key not in known:
                place = [value.dtype.str, list(value.shape), taken]
                known[key] = {"array": place}
                blocks.append(raw)
                taken += len(raw)
            return known[key]
        if isinstance(value, Mapping):
            return {"map": {str(k): packed(v) for k, v in value.items()}}
        if isinstance(value, list | tuple):
            return [packed(item) for item in value]
        if isinstance(value, np.generic):
            return value.item()
        return value

    document = json.dumps(packed(content)).encode()
    file.write(_LENGTHS.pack(len(document), taken))
    file.write(document)
    for block in blocks:
        file.write(block)
    file.flush()


def read_messages(file: BinaryIO, most: int, shape: Any = object) -> Iterator[Any]:
    """The messages in an open file, from its start, up to one that was not written to its end.

    Args:
        most: bytes that all of them together may have.
        shape: what each must be, as `fits` tells.

    Raises: Torn.
    """
    file.seek(0)
    whole = memoryview(file.read(most + 1))
    if len(whole) > most:
        raise Torn(f"more than {most:,} bytes")
    at = 0
    while at + _LENGTHS.size <= len(whole):
        text, arrays = _LENGTHS.unpack_from(whole, at)
        if text > _MOST_TEXT:
            raise Torn(f"more than {_MOST_TEXT:,} bytes of JSON")
        start = at + _LENGTHS.size
        at = start + text + arrays
        if at > len(whole):
            return
        message = _unpacked(bytes(whole[start : start + text]), whole[start + text : at])
        if not fits(message, shape):
            raise Torn("not what was asked for")
        yield message


def _unpacked(document: bytes, arrays: memoryview) -> Any:
    def unpacked(value: Any) -> Any:
        if isinstance(value, dict):
            if value.keys() == {"array"}:
                return _array(value["array"], arrays)
            return {k: unpacked(v) for k, v in value["map"].items()}
        if isinstance(value, list):
            return [unpacked(item) for item in value]
        return value

    try:
        return unpacked(parse(document.decode(), room_for(len(document)), constants=True))
    except (ValueError, TypeError, KeyError, AttributeError, InputError) as error:
        raise Torn(str(error)) from None


def _array(place: Any, arrays: memoryview) -> np.ndarray:
    if not fits(place, (str, [int], int)) or not _DTYPE.fullmatch(place[0]):
        raise Torn("no array")
    dtype, shape, start = np.dtype(place[0]), place[1], place[2]
    if start < 0 or any(not 0 <= n <= _MOST for n in shape):
        raise Torn("an array of no size")
    count = 1
    for n in shape:
        count *= n
    if start + count * dtype.itemsize > len(arrays):
        raise Torn("an array beyond the end")
    return np.frombuffer(arrays, dtype, count, start).reshape(shape).copy()


def fits(value: Any, shape: Any) -> bool:
    """Whether value is of a shape: a type; [each]; (first, second, …); {"key": …}; a function.

    A list holds any number of one shape, a tuple so many of theirs; a key that ends in "?" may
    be absent. No bool is an int.

    >>> fits([1, 2], [int]), fits([1, "a"], [int]), fits([True], [int])
    (True, False, False)
    >>> fits({"line": None}, {"line": int | None, "text?": str})
    True
    """
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(item, shape[0]) for item in value)
    if isinstance(shape, tuple):
        return (
            isinstance(value, list)
            and len(value) == len(shape)
            and all(fits(item, each) for item, each in zip(value, shape))
        )
    if isinstance(shape, dict):
        named = {key.removesuffix("?"): each for key, each in shape.items()}
        return (
            isinstance(value, dict)
            and all(key.endswith("?") or key in value for key in shape)
            and all(key in named and fits(item, named[key]) for key, item in value.items())
        )
    if isinstance(value, bool) and shape is not bool:
        return shape is object
    if isinstance(shape, type) or not isinstance(shape, Callable):
        return isinstance(value, shape)
    return bool(shape(value))
