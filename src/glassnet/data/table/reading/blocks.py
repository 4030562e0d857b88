"""Where the rows of a text are: its bytes cut into blocks of rows, in bounded memory.

A line break within quotes ends no row. Several may look through a part of the bytes each; and the
rows of a text that goes on another's are cut where those of both in one would be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

CHUNK = 2**24  # bytes that are searched for the ends of rows at a time
A = TypeVar("A")
B = TypeVar("B")


def in_turn(work: Callable[[A], B], items: Sequence[A]) -> list[B]:
    """What work makes of each item. Where several share the work, another does this for them."""
    return [work(item) for item in items]


@dataclass(frozen=True)
class Block:
    """Consecutive rows of a file: which ones, and for text the bytes that they stand in.

    pieces: of a folder's table, the blocks that hold them, each with the number of its file.
    """

    first: int
    rows: int
    start: int = 0
    end: int = 0
    pieces: tuple[tuple[int, Block], ...] = ()

    def __len__(self) -> int:
        return self.rows


@dataclass(frozen=True)
class Stretch:
    """Bytes of a text, and what is known of what stands before them.

    count: how many rows end there; inside: whether a quote is open, 0 or 1.
    """

    path: Path
    quote: str
    start: int
    end: int
    count: int = 0
    inside: int = 0

    def breaks(self) -> Iterator[tuple[int, Any, Any, int]]:
        """Some bytes at a time: the first one's place, which end a line, which of those end a row,
        and whether a quote is open after them."""
        inside, at = np.uint8(self.inside), self.start
        with open(self.path, "rb") as file:
            file.seek(at)
            while chunk := file.read(min(CHUNK, self.end - at)):
                data = np.frombuffer(chunk, np.uint8)
                lines = rows = data == 10
                if (self.quote and self.quote.encode() in chunk) or inside:
                    quotes = (data == ord(self.quote)).view(np.uint8)
                    parity = np.bitwise_xor.accumulate(quotes) ^ inside
                    rows = lines & (parity == 0)
                    inside = parity[-1]
                yield at, lines, rows, int(inside)
                at += len(chunk)

    def met(self) -> tuple[int, int, int]:
        """How many rows end here, and how many if a quote is open before; whether quotes are odd.

        Where a quote is open before, just the other ends of lines are ends of rows.
        """
        found = [(int(lines.sum()), int(rows.sum()), odd) for _, lines, rows, odd in self.breaks()]
        shut = sum(rows for _, rows, _ in found)
        return shut, sum(lines for lines, _, _ in found) - shut, found[-1][2] if found else 0

    def ends(self, every: int) -> tuple[list[tuple[int, int]], int]:
        """(rows, bytes) so far at every so many rows, and how many rows there are so far."""
        ends: list[tuple[int, int]] = []
        count = self.count
        for at, _, rows, _ in self.breaks():
            places = np.flatnonzero(rows)
            first = (-count) % every or every
            for k in range(first - 1, len(places), every):
                ends.append((count + k + 1, at + int(places[k]) + 1))
            count += len(places)
        return ends, count


def row_ends(
    path: Path, quote: str, every: int, parts: int = 1, each: Any = in_turn, before: int = 0
) -> list[tuple[int, int]]:
    """(rows, bytes) so far at every so many rows, and at the end; a quoted line break is none.

    Args: before, rows that every so many of are counted with, and that are not in the text.

    Where several look through a part each, they do so twice: a row's number, and whether a quote
    is open, is known once the parts before have been counted.
    """
    size = path.stat().st_size
    places = [size * k // parts for k in range(parts + 1)]
    stretches = [Stretch(path, quote, start, end, before) for start, end in pairwise(places)]
    if parts > 1:
        count, inside = before, 0
        for k, (shut, opened, odd) in enumerate(each(Stretch.met, stretches)):
            stretches[k] = replace(stretches[k], count=count, inside=inside)
            count, inside = count + (opened if inside else shut), inside ^ odd
    found = each(partial(Stretch.ends, every=every), stretches)
    ends = [(before, 0), *(end for some, _ in found for end in some)]
    count = found[-1][1]
    with open(path, "rb") as file:
        file.seek(max(size - 1, 0))
        count += file.read() not in (b"\n", b"")
    if ends[-1] != (count, size):
        ends.append((count, size))
    return [(rows - before, at) for rows, at in ends]


def blocks_between(ends: Sequence[tuple[int, int]], header: int) -> list[Block]:
    """The parts between those places; of the first row, where it is a header, no rows."""
    blocks = []
    for (first, start), (last, end) in pairwise(ends):
        first = max(first - header, 0)
        if last - header > first:
            blocks.append(Block(first, last - header - first, start, end))
    return blocks
