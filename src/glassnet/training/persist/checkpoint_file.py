"""The form of a checkpoint: a line that says what it is, a SHA-256, JSON, and arrays as bytes.

    glassnet checkpoint 1
    64 hexadecimal digits: the SHA-256 of everything after this line
    JSON in one line, in which an array is {"type": "<f4", "shape": [650], "at": 0}
    the arrays' bytes, little-endian, `at` counted from here

Nothing in it is executed, and reading takes no more memory than the file has bytes, twice.
"""

import hashlib
import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError

MAGIC = b"glassnet checkpoint 1\n"
KIND = b"glassnet checkpoint "
TYPES = ("<f4", "<f8", "|u1")
LARGEST = 2**128  # of a whole number: the state of a random generator has so many bits

State = dict[str, Any]  # of plain JSON and arrays, nested


def packed(about: State) -> list[Any]:
    """The parts of the file, in order, which hold the arrays themselves, not copies."""
    arrays: list[NDArray[Any]] = []
    at = 0

    def place(value: Any) -> Any:
        nonlocal at
        if isinstance(value, np.generic):
            return value.item()
        if not isinstance(value, np.ndarray):
            raise TypeError(f"{type(value).__name__} has no place in a checkpoint")
        array = np.ascontiguousarray(value, value.dtype.newbyteorder("<"))
        where = {"type": array.dtype.str, "shape": list(array.shape), "at": at}
        arrays.append(array)
        at += array.nbytes
        return where

    text = json.dumps(about, default=place, ensure_ascii=True).encode() + b"\n"
    parts = [text, *(array.reshape(-1).view(np.uint8) for array in arrays)]
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part)
    return [MAGIC, sha.hexdigest().encode() + b"\n", *parts]


def read(path: Path) -> State:
    """What `packed` was given; arrays are views into the bytes read.

    Raises: InputError, what is the matter with the file, as the end of a sentence.
    """
    try:
        if not os.path.isfile(path):
            raise InputError("is no file" if os.path.exists(path) else "is not there")
        with open(path, "rb") as file:
            first = file.read(len(MAGIC))
            if first != MAGIC:
                if first.startswith(KIND):
                    raise InputError("was written by another version of glassnet")
                cut = KIND.startswith(first[: len(KIND)])
                raise InputError("is cut short" if cut else "is no checkpoint of glassnet's")
            content = file.read()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror or error})") from None
    stored, _, rest = content.partition(b"\n")
    if hashlib.sha256(rest).hexdigest().encode() != stored:
        raise InputError("is damaged: its checksum is another")
    text, _, body = rest.partition(b"\n")

    def array(found: State) -> Any:
        if found.keys() != {"type", "shape", "at"}:
            return found
        shape, at = found["shape"], found["at"]
        if found["type"] not in TYPES or not all(_is_count(n) for n in (*shape, at)):
            raise ValueError
        return np.frombuffer(body, found["type"], math.prod(shape), at).reshape(shape)

    try:
        return dict(json.loads(text, object_hook=array))
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise InputError("is damaged, and its checksum was made to fit") from None


def fits(saved: Any, own: Any) -> bool:
    """Whether a saved state has the form of a training's own, so that it can be taken.

    Names, kinds of numbers, and arrays' types and shapes are the same; the length of a text in
    bytes, and of a matrix, is free. A whole number is at least 0 and has at most 128 bits.
    """
    match own:
        case dict():
            return (
                isinstance(saved, dict)
                and saved.keys() == own.keys()
                and all(fits(saved[name], own[name]) for name in own)
            )
        case np.ndarray():
            free = int(own.ndim > 1 or own.dtype == np.uint8)
            return (
                isinstance(saved, np.ndarray)
                and (saved.dtype, saved.ndim) == (own.dtype, own.ndim)
                and saved.shape[free:] == own.shape[free:]
            )
        case bool() | str() | None:
            return type(saved) is type(own) and (saved == own or isinstance(own, bool))
        case int():
            return _is_count(saved) and saved < LARGEST
        case float():
            return isinstance(saved, float)
    return False


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
