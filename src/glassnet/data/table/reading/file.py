"""A table in one file: CSV of any make, Parquet or JSON lines, whole or in parts of bounded memory.

What a file is shows in its first bytes, not in its name. The cells of a CSV stay text; what they
mean is for the preparation to find out. One kind of exception leaves this room, `DataError`.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from glassnet.core.display.one_line import telling
from glassnet.data.checks import DataError
from glassnet.data.table.frames import need_polars
from glassnet.data.table.reading.blocks import Block, blocks_between, in_turn, row_ends
from glassnet.data.table.reading.dialect import Dialect, check_regular, found_dialect
from glassnet.data.table.reading.encoding import encoding_named, found_encoding, text_of
from glassnet.data.table.reading.lines import Aside, as_polars_reads, line_of, lines_at

if TYPE_CHECKING:
    import polars as pl

SAMPLE = 2**20  # bytes that are looked at to find out what a file is
CHECKED = 2**26  # a CSV up to this size is checked row by row before it is read


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
    _brought: Any = field(default=None, repr=False)  # who has the file, where it was brought

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
                return self._csv(file, self.header)

    @cached_property
    def rows(self) -> int:
        """How many rows there are; one pass over the file."""
        return sum(len(block) for block in self.blocks(2**20))

    @property
    def header(self) -> int:
        """How many lines of it hold names: 1 or 0."""
        return int(self.dialect is not None and self.dialect.header)

    def blocks(
        self, rows: int, parts: int = 1, each: Any = in_turn, before: int = 0
    ) -> list[Block]:
        """Where consecutive parts of so many rows are, found in one pass in bounded memory.

        Args: parts, of the text, that several look through; each, as `in_turn`, by them; before,
            how many rows there are in files of the same table before it.
        """
        import polars as pl

        if self.form == "parquet":
            with _polars_says(self.path), open(self.path, "rb") as file:
                count = int(pl.scan_parquet(file).select(pl.len()).collect().item())
            cuts = [0, *range(rows - before % rows, count, rows), count]
            return [Block(i, end - i) for i, end in pairwise(cuts) if end > i]
        quote = self.dialect.quote if self.dialect else ""
        ends = row_ends(self._text, quote, rows, parts, each, before)
        return blocks_between(ends, self.header)

    def take(self, block: Block, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """The rows of one block, of all columns or of those."""
        import polars as pl

        with _polars_says(self.path):
            if self.form == "parquet":
                with open(self.path, "rb") as file:
                    scan = pl.scan_parquet(file).slice(block.first, block.rows)
                    return (scan if columns is None else scan.select(columns)).collect()
            with open(self._text, "rb") as file:
                file.seek(block.start)
                part = file.read(block.end - block.start)
            if self.form == "json lines":
                frame = pl.read_ndjson(part, schema=self.types)
            else:
                frame = self._csv(part, self.header if block.start == 0 else 0)
            return frame if columns is None else frame.select(columns)

    @cached_property
    def types(self) -> Any:
        """The type of each column; nothing of a CSV, whose cells are text. Of JSON lines all
        are looked through."""
        import polars as pl

        if self.dialect is not None:
            return {}
        with _polars_says(self.path), open(self.path, "rb") as file:
            if self.form == "parquet":
                return pl.scan_parquet(file).collect_schema()
            return pl.scan_ndjson(file, infer_schema_length=None).collect_schema()

    def place_of(self, column: str, cell: str | None) -> str | None:
        """Where the first cell that holds this stands, for a sentence: 'line 7 of people.csv'.

        Args: cell, as it is written, or the number that is meant; None, or a word for it, where it
        is missing. Returns None where there is none.
        """
        import polars as pl

        if self.dialect is not None:
            line = line_of(self.path, self.dialect, self.columns.index(column), cell)
            return None if line is None else f"line {line} of {self.name}"
        with _polars_says(self.path):
            cells = self.read().get_column(column)
            here = cells.is_null() if cell is None else cells.cast(pl.String) == cell
            row = here.arg_max()
        if row is None or not here[row]:
            return None
        if self.form == "parquet":
            return f"row {row}, counted from 0, of {self.name}"
        return f"line {row + 1} of {self.name}"

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


def open_file(
    path: Path,
    header: bool | None = None,
    encoding: str | None = None,
    likely: str | None = None,
    checked: int | None = None,
) -> TableFile:
    """The table in a file: CSV (its make is found out), Parquet or JSON lines.

    Args:
        path: of the file.
        header: whether the first row of a CSV holds the names; None to find out.
        encoding: of a CSV, a name that Python knows; None to find out, or guess.
        likely: the encoding to take before any guess.
        checked: up to how many bytes a CSV is looked at row by row; None for CHECKED.

    Raises:
        DataError: there is no such file, it is no table, or its rows are of different lengths.
    """
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
    whole = path.stat().st_size <= (CHECKED if checked is None else checked)
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
