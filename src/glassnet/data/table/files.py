"""Tables from files: CSV of any make, Parquet and JSON lines, whole or in parts of bounded memory.

What a file is shows in its first bytes, not in its name. The cells of a CSV stay text; what they
mean is for the preparation to find out. One kind of exception leaves this room, `DataError`.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import numpy as np

from glassnet.core.display.one_line import telling
from glassnet.data.checks import DataError
from glassnet.data.table.dialect import Dialect, check_regular, found_dialect
from glassnet.data.table.encoding import encoding_named, found_encoding, text_of
from glassnet.data.table.frames import need_polars
from glassnet.data.table.lines import Aside, as_polars_reads, line_of, lines_at

if TYPE_CHECKING:
    import polars as pl

SAMPLE = 2**20  # bytes that are looked at to find out what a file is
CHUNK = 2**24  # bytes that are searched for the ends of rows at a time
A = TypeVar("A")
B = TypeVar("B")
CHECKED = 2**26  # a CSV up to this size is checked row by row before it is read


def in_turn(work: Callable[[A], B], items: Sequence[A]) -> list[B]:
    """What work makes of each item. Where several share the work, another does this for them."""
    return [work(item) for item in items]


@dataclass(frozen=True)
class Block:
    """Consecutive rows of a file: which ones, and for text the bytes that they stand in."""

    first: int
    rows: int
    start: int = 0
    end: int = 0

    def __len__(self) -> int:
        return self.rows


@dataclass(frozen=True)
class TableFile:
    """A table in a file, as it was found to be; nothing of it is kept in memory.

    columns: the names, each once; found: in words how the file is to be read.
    """

    path: Path
    form: str  # "csv", "parquet" or "json lines"
    columns: tuple[str, ...]
    found: str
    dialect: Dialect | None = None
    _aside: Aside | None = field(default=None, repr=False)  # the text as UTF-8, where it was not

    __repr__ = telling()

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def decimal(self) -> str:
        """What stands before the decimals of a number: a point, or a comma."""
        return self.dialect.decimal if self.dialect else "."

    @property
    def repeated(self) -> tuple[str, ...]:
        """The names that several columns have in the file."""
        return self.dialect.repeated if self.dialect else ()

    @property
    def old_encoding(self) -> str | None:
        """The name of its encoding, where that is none of Unicode's."""
        name = self.dialect.encoding.name if self.dialect else "utf-8"
        return None if name.startswith("utf") else name

    @property
    def _text(self) -> Path:
        return Path(self._aside.name) if self._aside is not None else self.path

    def read(self) -> pl.DataFrame:
        """All rows; the cells of a CSV as text."""
        import polars as pl

        with _polars_says(self.path):
            if self.form == "parquet":
                with open(self.path, "rb") as file:
                    return pl.read_parquet(file)
            if self.form == "json lines":
                with open(self.path, "rb") as file:
                    return pl.read_ndjson(file, infer_schema_length=None)
            with open(self._text, "rb") as file:
                return self._csv(file, 1 if self.dialect and self.dialect.header else 0)

    @cached_property
    def rows(self) -> int:
        """How many rows there are; one pass over the file."""
        return sum(len(block) for block in self.blocks(2**20))

    def blocks(self, rows: int, parts: int = 1, each: Any = in_turn) -> list[Block]:
        """Where consecutive parts of so many rows are, found in one pass in bounded memory.

        Args: parts, of the text, that several look through; each, as `in_turn`, by them.
        """
        import polars as pl

        if self.form == "parquet":
            with _polars_says(self.path), open(self.path, "rb") as file:
                count = int(pl.scan_parquet(file).select(pl.len()).collect().item())
            return [Block(i, min(rows, count - i)) for i in range(0, count, rows)]
        ends = _row_ends(self._text, self.dialect.quote if self.dialect else "", rows, parts, each)
        return _blocks(ends, 1 if self.dialect and self.dialect.header else 0)

    def take(self, block: Block) -> pl.DataFrame:
        """The rows of one block."""
        import polars as pl

        with _polars_says(self.path):
            if self.form == "parquet":
                with open(self.path, "rb") as file:
                    return pl.scan_parquet(file).slice(block.first, block.rows).collect()
            with open(self._text, "rb") as file:
                file.seek(block.start)
                part = file.read(block.end - block.start)
            if self.form == "json lines":
                return pl.read_ndjson(part, schema=self._json_schema)
            header = self.dialect is not None and self.dialect.header
            return self._csv(part, 1 if header and block.start == 0 else 0)

    @cached_property
    def _json_schema(self) -> Any:
        import polars as pl

        with _polars_says(self.path), open(self.path, "rb") as file:
            return pl.scan_ndjson(file, infer_schema_length=None).collect_schema()

    def place_of(self, column: str, cell: str | None) -> str | None:
        """Where the first cell that holds this stands in the file, for a sentence: 'line 7'.

        Args: cell, as it is written, or the number that is meant; None, or a word for it, where it
        is missing. Returns None where there is none.
        """
        import polars as pl

        if self.dialect is not None:
            line = line_of(self.path, self.dialect, self.columns.index(column), cell)
            return None if line is None else f"line {line}"
        with _polars_says(self.path):
            cells = self.read().get_column(column)
            here = cells.is_null() if cell is None else cells.cast(pl.String) == cell
            row = here.arg_max()
        if row is None or not here[row]:
            return None
        return f"row {row}, counted from 0" if self.form == "parquet" else f"line {row + 1}"

    def lines_of(self, rows: Collection[int]) -> dict[int, int]:
        """The lines of the file in which rows, counted from 0, begin; nothing of Parquet."""
        if self.dialect is not None:
            return lines_at(self.path, self.dialect, rows)
        return {} if self.form == "parquet" else {row: row + 1 for row in rows}

    def _csv(self, source: BinaryIO | bytes, skip: int) -> pl.DataFrame:
        import polars as pl

        assert self.dialect is not None
        return pl.read_csv(
            source,
            has_header=False,
            skip_rows=skip,
            new_columns=list(self.columns),
            schema=dict.fromkeys(self.columns, pl.String),
            separator=self.dialect.separator,
            quote_char=self.dialect.quote,
            raise_if_empty=False,
        )


def sha256_of(path: str | os.PathLike[str]) -> str:
    """Of the file's bytes: by which a table is known again."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_table(
    path: str | os.PathLike[str],
    header: bool | None = None,
    encoding: str | None = None,
    likely: str | None = None,
) -> TableFile:
    """The table in a file: CSV (its make is found out), Parquet or JSON lines.

    Args:
        path: of the file.
        header: whether the first row of a CSV holds the names; None to find out.
        encoding: of a CSV, a name that Python knows; None to find out, or guess.
        likely: the encoding to take before any guess.

    Raises:
        DataError: there is no such file, it is no table, or its rows are of different lengths.
    """
    if "://" in os.fspath(path):
        raise DataError(
            f"{os.fspath(path)[:80]} is an address, and nothing is read from the web: fetch the "
            "file, and give its name."
        )
    path = Path(path)
    _check_place(path)  # a file that is missing is said before what would read it
    need_polars()
    try:
        with open(path, "rb") as file:
            start = file.read(SAMPLE)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from None
    if not start.strip():
        raise DataError(f"{path} is empty: expected a table, a header and rows under it.")
    if start[:4] == b"PAR1":
        return _typed(path, "parquet", encoding)
    if start[:2] == b"\x1f\x8b" or start[:4] == b"PK\x03\x04":
        raise DataError(f"{path} is compressed, or a spreadsheet: unpack it, or save it as CSV.")
    if start.lstrip()[:1] == b"{":
        return _typed(path, "json lines", encoding)
    if re.match(rb"\s*\[\s*[\[{]", start):
        raise DataError(
            f"{path} is one JSON array: JSON lines are read, an object a line; write it so, as jq "
            "-c '.[]' does."
        )
    whole = path.stat().st_size <= CHECKED
    # a line that is cut may end within a letter
    seen = path.read_bytes() if whole else start[: start.rfind(b"\n") + 1] or start
    if encoding is None:
        known = found_encoding(seen, path, likely)
    else:
        known = encoding_named(encoding, seen, path)
    dialect = found_dialect(text_of(start, known), known, header, path)
    check_regular(text_of(seen, known), dialect, path, cut=not whole)
    aside = as_polars_reads(path, dialect)
    return TableFile(path, "csv", dialect.columns, dialect.said(), dialect, aside)


def find_column(columns: Sequence[str], wanted: str, repeated: Sequence[str] = ()) -> str:
    """A column by its name, or by its number: from 0, and −1 is the last.

    Args: repeated, the names that several columns had in the file, and none can be called by.

    >>> find_column(["age", "price"], "-1")
    'price'
    """
    if wanted in repeated:
        places = [
            k
            for k, name in enumerate(columns)
            if re.match(rf"{re.escape(wanted)}( \(\d+\))?$", name)
        ]
        raise DataError(
            f"{len(places)} columns are called {wanted!r}: say which by its number, "
            f"{' or '.join(map(str, places))}."
        )
    if wanted in columns:
        return wanted
    try:
        return columns[int(wanted)]
    except ValueError:
        lower = {name.lower().strip(): name for name in columns}
        if wanted.lower().strip() in lower:
            return lower[wanted.lower().strip()]
        near = difflib.get_close_matches(wanted.lower(), lower, n=1)
        if near:
            raise DataError(
                f"there is no column {wanted!r}: did you mean {lower[near[0]]!r}?"
            ) from None
        shown = ", ".join(repr(name) for name in columns[:12]) + (" …" if len(columns) > 12 else "")
        raise DataError(f"there is no column {wanted!r}: the columns are {shown}.") from None
    except IndexError:
        raise DataError(
            f"there is no column {wanted}: the {len(columns)} columns are counted from 0, and "
            "from −1 at the end."
        ) from None


def _check_place(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        beside = [p.name for p in path.parent.iterdir()] if os.path.isdir(path.parent) else []
        near = difflib.get_close_matches(path.name, beside, n=1)
        hint = f": did you mean {path.parent / near[0]}?" if near else "."
        raise DataError(f"there is no file {path}{hint}") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from None
    if stat.S_ISDIR(mode):
        raise DataError(f"{path} is a folder: expected a file with a table.")
    if not stat.S_ISREG(mode):
        raise DataError(
            f"{path} is a pipe or a device: a table is read more than once, so write it to a file."
        )


def _typed(path: Path, form: str, encoding: str | None) -> TableFile:
    import polars as pl

    scan = pl.scan_parquet if form == "parquet" else pl.scan_ndjson
    with _polars_says(path), open(path, "rb") as file:  # a name would be a pattern to polars
        columns = tuple(scan(file).collect_schema())
    said = {"parquet": "Parquet", "json lines": "JSON lines"}[form]
    if encoding is not None:
        raise DataError(f"{path} is {said}, whose encoding is known: leave --encoding out.")
    if not columns:
        raise DataError(f"{path} has no columns: expected a table.")
    return TableFile(path, form, columns, said)


@dataclass(frozen=True)
class _Stretch:
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


def _row_ends(
    path: Path, quote: str, every: int, parts: int = 1, each: Any = in_turn
) -> list[tuple[int, int]]:
    """(rows, bytes) so far at every so many rows, and at the end; a quoted line break is none.

    Where several look through a part each, they do so twice: a row's number, and whether a quote
    is open, is known once the parts before have been counted.
    """
    size = path.stat().st_size
    places = [size * k // parts for k in range(parts + 1)]
    stretches = [_Stretch(path, quote, start, end) for start, end in pairwise(places)]
    if parts > 1:
        count = inside = 0
        for k, (shut, opened, odd) in enumerate(each(_Stretch.met, stretches)):
            stretches[k] = replace(stretches[k], count=count, inside=inside)
            count, inside = count + (opened if inside else shut), inside ^ odd
    found = each(partial(_Stretch.ends, every=every), stretches)
    ends = [(0, 0), *(end for some, _ in found for end in some)]
    count = found[-1][1]
    with open(path, "rb") as file:
        file.seek(max(size - 1, 0))
        count += file.read() not in (b"\n", b"")
    if ends[-1] != (count, size):
        ends.append((count, size))
    return ends


def _blocks(ends: Sequence[tuple[int, int]], header: int) -> list[Block]:
    """The parts between those places; of the first row, where it is a header, no rows."""
    blocks = []
    for (first, start), (last, end) in pairwise(ends):
        first = max(first - header, 0)
        if last - header > first:
            blocks.append(Block(first, last - header - first, start, end))
    return blocks


@contextmanager
def _polars_says(path: Path) -> Iterator[None]:
    """Whatever polars finds wrong with a file, a panic of its own too, as one sentence."""
    try:
        yield
    except (DataError, MemoryError):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        said = " ".join(str(error).split())[:160]
        raise DataError(f"{path} is no table that can be read: {said}.") from None
