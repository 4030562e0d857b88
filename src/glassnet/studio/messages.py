"""What a page and the studio say to each other: wishes in; records and frames out.

A wish is a JSON text, {"id": 7, "do": "worked.set", …}; its answer is a record with the same id,
or {"id": 7, "kind": "refused", "sentence": …}. A frame is binary, for what comes many times a
second: the length of its head (4 bytes, little-endian), the head as JSON, zeros up to a multiple
of 8, then the arrays that the head names.
"""

import json
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError, unknown
from glassnet.files import bounded_json
from glassnet.files.plain import is_record, to_plain

MOST_TEXT = 1 << 20  # bytes of a wish
MOST_FILE = 28 << 20  # of one that brings a file: 20 MiB, in base64
LONGEST_WORD = 200  # letters of a text that is no file
CODES = {"float32": "f4", "float64": "f8", "uint8": "u1", "uint32": "u4"}


@dataclass(frozen=True)
class Wish:
    """What a page wants: `do` is scene.verb, the fields are read by the methods.

    Each of them raises InputError, in a sentence, for what is no such value.
    """

    id: int | None
    do: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    __repr__ = telling("id", "do")

    @property
    def scene(self) -> str:
        return self.do.partition(".")[0]

    @property
    def verb(self) -> str:
        return self.do.partition(".")[2]

    def has(self, name: str) -> bool:
        return self.fields.get(name) is not None

    def text(self, name: str, longest: int = LONGEST_WORD) -> str:
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise InputError(f"{self.do}: '{name}' must be a text.")
        if len(value) > longest:
            raise InputError(
                f"{self.do}: '{name}' has {len(value):,} letters: at most {longest:,}."
            )
        return value

    def number(self, name: str) -> float:
        value = self.fields.get(name)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise InputError(f"{self.do}: '{name}' must be a finite number.")
        return float(value)

    def whole(self, name: str, least: int, most: int, otherwise: int | None = None) -> int:
        value = self.fields.get(name, otherwise)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise InputError(f"{self.do}: '{name}' must be a whole number, {least} to {most:,}.")
        return value

    def record(self, name: str) -> Mapping[str, Any]:
        value = self.fields.get(name)
        if not isinstance(value, Mapping):
            raise InputError(f"{self.do}: '{name}' must be an object.")
        return value

    def numbers(self, name: str, least: int = 1, most: int = 10_000) -> list[float]:
        value = self.fields.get(name)
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise InputError(f"{self.do}: '{name}' must be a list of {least} to {most:,} numbers.")
        if not all(_is_number(each) for each in value):
            raise InputError(f"{self.do}: '{name}' must hold finite numbers alone.")
        return [float(each) for each in value]


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value)


def read_wish(text: str) -> Wish:
    """The wish that a page's text says.

    Raises: InputError, a sentence, for what is none.
    """
    most = MOST_FILE if '"content"' in text[:1000] else MOST_TEXT
    if len(text) > most:
        raise InputError(f"a message of {len(text):,} letters is too long: at most {most:,}.")
    try:
        found = bounded_json.parse(text, bounded_json.room_for(len(text)))
    except InputError as error:
        raise InputError(f"the message {error}.") from None
    if not isinstance(found, dict) or not isinstance(found.get("do"), str):
        raise InputError('a message must be {"id": a whole number, "do": "scene.verb", …}.')
    number = found.pop("id", None)
    if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
        raise InputError("a message's id must be a whole number.")
    return Wish(number, found.pop("do")[:LONGEST_WORD], found)


@dataclass(frozen=True)
class Refused:
    """A wish that cannot be: the sentence that says why, and what to do."""

    kind, version = "refused", 1

    sentence: str


@dataclass(frozen=True)
class FileToKeep:
    """A file to be kept by the page's host: its name, its type, and its text, or its bytes so."""

    kind, version = "file", 1

    name: str
    type: str
    text: str
    base64: bool = False

    __repr__ = telling("name", "type")


def told(number: int | None, record: Any) -> str:
    """A record as the text that answers a wish."""
    head = {"id": number}
    if is_record(type(record)):
        head |= {"kind": record.kind}
    return json.dumps(head | to_plain(record), ensure_ascii=False, separators=(",", ":"))


def frame(head: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """A frame: its head tells of each array its name, its dtype, its shape and its place."""
    listed: list[dict[str, Any]] = []
    parts: list[bytes] = []
    offset = 0
    for name, array in arrays.items():
        array = np.ascontiguousarray(array)
        content = array.tobytes()
        listed.append({"name": name, "dtype": CODES[array.dtype.name], "shape": array.shape,
                       "offset": offset})  # fmt: skip
        content += bytes(-len(content) % 8)
        parts.append(content)
        offset += len(content)
    text = json.dumps(to_plain({"kind": "frame", **head, "arrays": listed})).encode()
    start = struct.pack("<I", len(text)) + text
    return b"".join([start, bytes(-len(start) % 8), *parts])


def lane_of(content: bytes) -> bytes:
    """What a newer frame takes the place of: one of the same scene and lane."""
    head = json.loads(content[4 : 4 + int.from_bytes(content[:4], "little")])
    return f"{head['scene']} {head['lane']}".encode()


def choice(name: str, value: Any, known: Sequence[str]) -> str:
    """The value, if it is one of those known. Raises: InputError that names what is near."""
    if not isinstance(value, str) or value not in known:
        raise unknown(name, str(value)[:60], known)
    return value
