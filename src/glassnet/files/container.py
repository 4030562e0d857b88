"""Arrays in the layout of safetensors, sealed by a digest, and read with nothing believed.

    8 bytes       N, the header's length, little-endian
    N bytes       the header, JSON: {"__metadata__": {…}, "W1": {"dtype", "shape", "data_offsets"}}
    the rest      the arrays, little-endian, row after row, without gaps

A sealed file's header begins with SEAL, so that the 64 hexadecimal digits of its digest stand at
bytes 35 to 98: the SHA-256 of the whole file with 64 zeros in their place.
"""

import hashlib
import json
import math
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.files.bounded_json import cost, parse, room_for

SEAL = b'{"__metadata__":{"sha256":"'
DIGEST = slice(len(SEAL), len(SEAL) + 64)  # of the header
ZEROS = b"0" * 64
MAX_HEADER = 100_000_000  # bytes, as in other readers of safetensors
DTYPES = {"float32": "F32", "float64": "F64"}  # NumPy's name to safetensors'
LITTLE = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8")}
CHUNK = 1 << 20


class Damaged(InputError):
    """The file was changed since it was written."""


class Foreign(InputError):
    """The file is a whole one, and another program's."""


@dataclass(frozen=True)
class ArrayPlace:
    """Where an array lies: its dtype as safetensors names it, its shape, its bytes in the data."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int


@dataclass(frozen=True)
class Content:
    """What a file holds.

    Attributes:
        metadata: text by name, without the digest.
        places: of each array, by name.
        data: the bytes of all arrays.
        sealed: whether there was a digest; then it agreed.
        size: of the file, in bytes.
    """

    metadata: dict[str, str]
    places: dict[str, ArrayPlace]
    data: NDArray[np.uint8]
    sealed: bool
    size: int

    def array(self, name: str) -> NDArray[Any]:
        """A view of an array of a dtype in LITTLE."""
        place = self.places[name]
        flat = self.data[place.start : place.stop].view(LITTLE[place.dtype])
        return flat.reshape(place.shape)


def pack(
    arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]
) -> list[bytes | memoryview]:
    """The parts of a sealed file, one after another; what lies in rows is not copied.

    Args:
        arrays: float32 or float64, by name.
        metadata: text by name.

    Raises: InputError, half a sentence, where the header would be longer than is read.
    """
    header: dict[str, Any] = {"__metadata__": {"sha256": ZEROS.decode(), **metadata}}
    parts: list[bytes | memoryview] = []
    end = 0
    for name, values in arrays.items():
        dtype = DTYPES[values.dtype.name]
        rows = np.ascontiguousarray(values, LITTLE[dtype])
        start, end = end, end + rows.nbytes
        header[name] = {"dtype": dtype, "shape": rows.shape, "data_offsets": [start, end]}
        parts.append(rows.reshape(-1).view(np.uint8).data)
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"))
    head = text.encode()
    head += b" " * (-len(head) % 8)  # so that the arrays lie where a processor reads them fast
    if len(head) > MAX_HEADER or cost(text) > room_for(8 + len(head) + end):
        raise InputError("is more than a model file holds")
    length = struct.pack("<Q", len(head))
    digest = _digest(length, head, parts)
    return [length, head[: DIGEST.start] + digest + head[DIGEST.stop :], *parts]


def read(file: BinaryIO, size: int, mark: str | None) -> Content:
    """What a file of `size` bytes holds, its digest verified where it has one.

    Args:
        mark: what its metadata has; the arrays of a file without it are not read. None reads any.

    Memory: the file's size for the data, and what `room_for` gives for the header.

    Raises: Damaged or Foreign; or another InputError, half a sentence, where it is no such file.
    """
    length = file.read(8)
    n = struct.unpack("<Q", length)[0] if len(length) == 8 else 0
    if not 2 <= n <= MAX_HEADER:
        raise InputError("begins with no length of a header")
    head = file.read(n)
    if n > size - 8 and head[:1] == b"{":
        raise Damaged(f"it is cut off: {size:,} bytes are there, and its header alone has {n:,}")
    if len(head) < n or head[:1] != b"{":
        raise InputError("has no header")
    sealed = head.startswith(SEAL)
    data = None
    if sealed:
        data = _read_rest(file, size - 8 - n)
        if _digest(length, head, [data.data]) != head[DIGEST]:
            if (told := _told(head)) > len(data):
                raise Damaged(
                    f"it is cut off: its header tells of {told:,} bytes of arrays, and "
                    f"{len(data):,} are there"
                )
            raise Damaged("its digest does not agree with its content")
    metadata, places = _understood(head, size - 8 - n, size)
    if sealed:
        del metadata["sha256"]
    if mark is not None and mark not in metadata:
        raise Foreign("is a safetensors file of another program")
    if data is None:
        data = _read_rest(file, size - 8 - n)
    return Content(metadata, places, data, sealed, size)


def _digest(length: bytes, head: bytes, parts: Iterable[bytes | memoryview]) -> bytes:
    sha = hashlib.sha256(length)
    sha.update(head[: DIGEST.start])
    sha.update(ZEROS)
    sha.update(memoryview(head)[DIGEST.stop :])
    for part in parts:
        sha.update(part)
    return sha.hexdigest().encode()


def _read_rest(file: BinaryIO, n: int) -> NDArray[np.uint8]:
    data = np.empty(n, np.uint8)
    at = 0
    while at < n:
        read = file.readinto(data.data[at : at + CHUNK])  # type: ignore[attr-defined]
        if not read:
            raise InputError("ended before its size")
        at += read
    return data


def _told(head: bytes) -> int:
    """Of how many bytes of arrays a header tells; 0 where it cannot be understood."""
    ends = re.findall(rb'"data_offsets":\[\d{1,18},(\d{1,18})\]', head)
    return max(map(int, ends), default=0)


def _understood(
    head: bytes, n_data: int, size: int
) -> tuple[dict[str, str], dict[str, ArrayPlace]]:
    try:
        header = parse(head.decode(), room_for(size))
    except UnicodeDecodeError:
        raise InputError("has a header that is no UTF-8") from None
    except InputError as error:
        raise InputError(f"has a header that {error}") from None
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise InputError("has metadata that is no text")
    places = {name: _place(name, entry) for name, entry in header.items()}
    end = 0
    for place in sorted(places.values(), key=lambda place: (place.start, place.stop)):
        if place.start != end:
            raise InputError("has arrays that overlap, or gaps between them")
        end = place.stop
    if end != n_data:
        raise InputError(f"has {n_data} bytes of arrays, and its header tells of {end}")
    return metadata, places


def _place(name: str, entry: Any) -> ArrayPlace:
    try:
        dtype, shape, (start, stop) = entry["dtype"], entry["shape"], entry["data_offsets"]
        whole = all(type(n) is int and 0 <= n < 2**63 for n in (*shape, start, stop))
        fits = whole and start <= stop and len(entry) == 3 and isinstance(dtype, str)
        if fits:
            if dtype in LITTLE and math.prod(shape) * LITTLE[dtype].itemsize != stop - start:
                raise ValueError
            return ArrayPlace(dtype, tuple(shape), start, stop)
    except (KeyError, TypeError, ValueError):
        pass
    raise InputError(f"has a header that tells of no array under {name[:40]!r}")
