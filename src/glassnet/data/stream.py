"""Data that are larger than memory: taken in blocks of rows, within a number of bytes.

A source knows how many rows each of its blocks has and reads one block at a time. A `Stream` adds
how much memory there is and which rows are held back for the test: a row's number alone decides
that, so they are the same rows in every epoch, whether the data are streamed or not.
"""

import math
import mmap
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.data.checks import (
    DataError,
    check_features,
    check_labels,
    check_same_length,
    check_targets,
)
from glassnet.data.preparation import Moments, Preparation, TargetScale
from glassnet.data.table.reading.blocks import in_turn

UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
UNITS |= {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
UNITS |= {"KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
AT_REST = 200 * 10**6  # bytes that Python, NumPy and polars take before any row is read
LARGEST_BLOCK = 65_536  # rows


def parse_memory(text: str | int) -> int:
    """A size as a person writes it, in bytes: kB, MB, GB are powers of 1000, KiB … of 1024.

    Args: text, with its unit; a whole number is bytes.

    Raises: InputError for anything else.

    >>> parse_memory("1.5 GB"), parse_memory("512MiB")
    (1500000000, 536870912)
    """
    given = text if isinstance(text, str) else f"{text}B"
    found = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([A-Za-z]+)\s*", given, re.ASCII)
    if found and found[2].upper() in UNITS:
        size = float(found[1]) * UNITS[found[2].upper()]
        if 1 <= size < 2**63:
            return int(size)
    raise InputError(f"memory is {text!r}: give a size with its unit, as 500MB or 1GB.")


def show_memory(size: float) -> str:
    """Bytes for a person, rounded up, so that what is shown would be enough.

    >>> show_memory(212_300_000)
    '213MB'
    """
    return f"{math.ceil(size / 1e6)}MB"


def block_rows(memory: int, row_bytes: float, group: int = 0) -> int:
    """How many rows to read at a time, where a raw row takes row_bytes once it is read.

        free       = memory − 200 MB
        block rows = free / 128 / row_bytes, at most 65,536

    A quarter of what is free is a buffer: it then joins some 32 blocks or more, and rows that
    lie together in the file are well mixed. Where rows are stored in groups that are decoded
    whole, as in Parquet, a block is a group, or the part of it that takes free / 16.
    """
    free = max(memory - AT_REST, 1)
    if group:
        return max(group // math.ceil(group * row_bytes / (free / 16)), 1)
    return int(min(max(free / 128 / max(row_bytes, 1), 1), LARGEST_BLOCK))


class BlockSource(Protocol):
    """Rows in consecutive blocks: block k has sizes[k] rows."""

    @property
    def sizes(self) -> Sequence[int]: ...

    def take(self, k: int) -> tuple[Any, Any]:
        """Raw rows of block k, an array or a frame, and their targets or None."""
        ...


class ArrayBlocks:
    """The blocks of arrays, memory-mapped ones among them.

    What a mapped array has read is given back to the system block by block: else it would count
    as this process's memory until all of the file is in it.

    Args:
        X, y: (N, n_features) and (N,) or (N, n_out); y None where there are no targets.
        rows: in a block.

    Raises: DataError where the shapes do not fit.

    >>> blocks = ArrayBlocks(np.zeros((5, 2)), np.arange(5), rows=2)
    >>> blocks.sizes, blocks.take(2)[1]
    ([2, 2, 1], array([4]))
    """

    def __init__(self, X: ArrayLike, y: ArrayLike | None, rows: int = LARGEST_BLOCK) -> None:
        X = X if isinstance(X, np.ndarray) else np.asarray(X)
        y = y if isinstance(y, np.ndarray) or y is None else np.asarray(y)
        if X.ndim != 2 or not X.size:
            raise DataError(f"X must be rows and columns, not empty; it has shape {X.shape}")
        if y is not None:
            check_same_length(X, y)
        self.X, self.y = X, y
        self.rows, n = int(rows), len(X)
        self.sizes = [min(self.rows, n - first) for first in range(0, n, self.rows)]

    __repr__ = telling()

    def take(self, k: int) -> tuple[NDArray[Any], NDArray[Any] | None]:
        part = slice(k * self.rows, k * self.rows + self.sizes[k])
        return _copied(self.X, part), None if self.y is None else _copied(self.y, part)


class TableBlocks:
    """The blocks of a table file, their targets read from its columns.

    Args:
        table: indexes and reads blocks of a file: `blocks(rows)` and `take(block)`,
            or `take(block, columns)`.
        target: makes targets of a frame, `read(frame)`; None where there are none.
        rows: in a block.
        leave_out: whether rows without a target are no rows, which takes a pass to count them;
            else such a row is an error.
        blocks: where they are known: the table's.
        each: by whom the rows are counted, as `in_turn`.

    left_out: how many rows that were.
    """

    def __init__(
        self,
        table: Any,
        target: Any | None,
        rows: int,
        *,
        leave_out: bool = False,
        blocks: Sequence[Any] | None = None,
        each: Any = in_turn,
    ) -> None:
        self.table, self.target = table, target
        self.leave_out = leave_out and target is not None
        self.blocks = list(table.blocks(rows) if blocks is None else blocks)
        self.sizes = [len(block) for block in self.blocks]
        self.left_out = 0
        if self.leave_out:
            there = sum(self.sizes)
            counted = each(self._there, self.blocks)
            self.blocks = [block for block, n in zip(self.blocks, counted) if n]
            self.sizes = [n for n in counted if n]
            self.left_out = there - sum(self.sizes)

    __repr__ = telling()

    def take(self, k: int) -> tuple[Any, Any]:
        frame = self._frame(self.blocks[k])
        return frame, None if self.target is None else self.target.read(frame)

    def _there(self, block: Any) -> int:
        """How many rows of a block have a target; nothing else of them is read."""
        assert self.target is not None
        return int((~self.target.missing(self.table.take(block, self.target.names))).sum())

    def _frame(self, block: Any) -> Any:
        """The rows of a block, without those that are left out."""
        frame = self.table.take(block)
        if self.leave_out and self.target is not None:
            gone = self.target.missing(frame)
            frame = frame.filter(~gone) if gone.any() else frame
        return frame


def open_array(path: str | os.PathLike[str]) -> NDArray[Any]:
    """The array of a .npy file, left on the disk until its rows are read.

    Raises: DataError where the file is absent or holds no plain array.
    """
    path = Path(path)
    try:
        with open(path, "rb") as file:
            magic = file.read(6)
        if magic != b"\x93NUMPY":
            raise DataError(f"{path} is no .npy file: write it with numpy.save")
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror or error})") from None
    except (ValueError, EOFError, SyntaxError):
        raise DataError(
            f"{path} is damaged, cut off, or holds objects: write a plain array with numpy.save"
        ) from None


def drawn(rows: ArrayLike, share: float, *seed: int) -> NDArray[np.bool_]:
    """Which of these rows, by number, a share of them is: each row for itself, at random.

    u = mix(key + step · row) / 2⁶⁴ < share, with key and an odd step made of the seed

    >>> drawn([3, 4, 5, 6], 0.5, 0)
    array([ True, False, False, False])
    >>> int(drawn(np.arange(100_000), 0.2, 0).sum())
    20222
    """
    key, step = np.random.SeedSequence(seed).generate_state(2, np.uint64)
    x = np.asarray(rows).astype(np.uint64) * (step | np.uint64(1)) + key
    return (mix(x) >> np.uint64(11)) * 2.0**-53 < share


def mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A bijection of the 64-bit numbers whose every output bit depends on all input bits.

    Source: Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators; the
    constants are those of SplitMix64.
    """
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@dataclass(frozen=True)
class Learned:
    """What one pass over the training rows taught: all that a network needs beside its sizes."""

    preparation: Preparation
    classes: list[Any] | None
    target_scale: TargetScale | None


class Stream:
    """A source, the memory that there is for it, and which rows are for the test.

    Args:
        source: the blocks.
        memory: bytes of the whole process, or a size such as "1GB".
        test: the share of the rows that training never sees.
        seed: draws them.

    Raises: InputError for a source without rows, or a share or memory that makes no sense.
    """

    def __init__(
        self, source: BlockSource, memory: str | int = "1GB", *, test: float = 0.0, seed: int = 0
    ) -> None:
        if not 0 <= test < 1:
            raise InputError(f"test is {test!r}: give a share from 0 up, below 1.")
        self.source, self.memory = source, parse_memory(memory)
        self.test, self.seed = float(test), seed
        self.sizes = [int(n) for n in source.sizes]
        self.firsts = [0, *np.cumsum(self.sizes, dtype=np.int64).tolist()]
        self.n = self.firsts[-1]
        if not self.n:
            raise DataError("the data have no rows; give at least one")

    __repr__ = telling()

    def __len__(self) -> int:
        return self.n

    def numbers(self, k: int) -> NDArray[np.int64]:
        """The numbers of block k's rows, counted over all the data."""
        return np.arange(self.firsts[k], self.firsts[k + 1])

    def is_test(self, k: int) -> NDArray[np.bool_]:
        """Which of block k's rows are for the test, (sizes[k],)."""
        return drawn(self.numbers(k), self.test, 0, self.seed)

    def take(self, k: int) -> tuple[Any, Any]:
        """All of block k, as the source gives it.

        Raises: DataError where that is not what the index of the source promised.
        """
        X, y = self.source.take(k)
        if len(X) != self.sizes[k]:
            raise DataError(
                f"rows {self.firsts[k]} to {self.firsts[k + 1] - 1} were there and now are "
                f"{len(X)} rows; leave the file as it is while it is read"
            )
        return X, y

    def parts(
        self, test: bool = False, blocks: Iterable[int] | None = None
    ) -> Iterator[tuple[Any, Any]]:
        """One pass, block by block in order: raw rows to learn from (or to test on), targets.

        Args: blocks, by number, where it is not to be all of them.
        """
        for k in range(len(self.sizes)) if blocks is None else blocks:
            index = np.flatnonzero(self.is_test(k) == test)
            if len(index):
                X, y = self.take(k)
                yield chosen(X, index), None if y is None else y[index]

    def learn(self, task: str, image: bool = False) -> Learned:
        """One pass over the training rows of arrays: means, scales, and what the targets are.

        Args: task, 'classes' or 'number'; image, for pixels.

        Raises: DataError as `Preparation.learn` and `check_targets`, or for a single class.
        """
        labels: set[Any] = set()
        moments = Moments()

        def each() -> Iterator[NDArray[Any]]:
            for X, y in self.parts():
                if task == "classes":
                    labels.update(np.unique(check_labels(y)).tolist())
                else:
                    moments.add(check_targets(y, task).reshape(len(X), -1))
                yield check_features(X)

        preparation = Preparation.learn_blocks(each(), image)
        if task != "classes":
            scale = TargetScale.of(moments)
            return Learned(preparation, None, scale)
        if len(labels) < 2:
            raise DataError(f"y holds one class only ({labels}); a classifier needs two or more")
        return Learned(preparation, sorted(labels), None)


def chosen(X: Any, index: NDArray[np.intp]) -> Any:
    """Rows of an array or a frame, by their place; itself where that is all of them."""
    return X if len(index) == len(X) else X[index]


def _copied(array: NDArray[Any], part: slice) -> NDArray[Any]:
    """Rows in memory of their own; of a mapped array, its pages are given back."""
    copy = np.array(array[part])
    base: Any = array
    while isinstance(base, np.ndarray):
        private = isinstance(base, np.memmap) and base.mode == "c"  # its changes live in its pages
        if private:
            return copy
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)
    return copy
