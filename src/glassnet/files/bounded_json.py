"""JSON from a stranger's file: read only where its depth and its room in memory are bounded."""

import json
from typing import Any, NoReturn

from glassnet.core.errors import InputError

DEPTH = 64  # lists within lists; what `save` writes has less than ten
ROOM = 32 << 20  # bytes that a small file's JSON may take
# Bytes that CPython takes for a dictionary, a list, one more entry of the first and of either:
# `[],[],` takes 30 times its text.
COSTS = {"{": 250, "[": 90, ":": 60, ",": 96}


def room_for(size: int) -> int:
    """How many bytes of memory the JSON of a file of so many bytes may take."""
    return ROOM + 6 * size


def parse(text: str, room: int, constants: bool = False) -> Any:
    """What text says, where nothing is said twice and all of it is plain Unicode.

    Args:
        room: bytes that it may take in memory, estimated before it is read.
        constants: True lets NaN and Infinity pass, which are no JSON.

    Raises: InputError, half a sentence: "is …".
    """
    if cost(text) > room:
        raise InputError("is JSON of more values than its size allows")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=float if constants else _no_number,
        )
    except RecursionError:
        raise InputError("is JSON of too many levels") from None
    except ValueError as error:
        raise InputError(f"is no JSON: {error}") from None
    _check(value)
    return value


def cost(text: str) -> int:
    """About how many bytes the values of a JSON text take in memory, rather too many."""
    return sum(text.count(mark) * bytes_each for mark, bytes_each in COSTS.items())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        raise ValueError("an entry stands twice")
    return entries


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _check(value: Any) -> None:
    level = [value]
    for _ in range(DEPTH):
        inner: list[Any] = []
        for entry in level:
            if isinstance(entry, dict):
                inner += entry.values()
                inner += entry
            elif isinstance(entry, list):
                inner += entry
            elif isinstance(entry, str) and not entry.isascii():
                try:
                    entry.encode()
                except UnicodeEncodeError:
                    raise InputError("holds text that is no Unicode") from None
        level = inner
        if not level:
            return
    raise InputError("is JSON of too many levels")
