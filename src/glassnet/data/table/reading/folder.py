"""A folder of files that are one table: of one form and with the same columns, one after another.

A file is opened when it is first needed, so that of several who share the work each opens its own.
Blocks are cut where those of one file with all the rows would be: they may lie in several files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.core.display.one_line import telling
from glassnet.data.checks import DataError
from glassnet.data.table.cells import plain
from glassnet.data.table.reading.addresses import Distant
from glassnet.data.table.reading.blocks import Block, in_turn
from glassnet.data.table.reading.dialect import Dialect
from glassnet.data.table.reading.file import CHECKED, TableFile, open_file

if TYPE_CHECKING:
    import polars as pl

FORMS = {"csv": "CSV", "parquet": "Parquet", "json lines": "JSON lines"}


@dataclass(frozen=True)
class TableFolder:
    """The table in a folder's files, which has the face of a `TableFile`.

    places: of the files, in order; those at an address are brought when they are opened.
    header, encoding, likely: as `open_table` has them; of the other files the first one decides.
    """

    path: Path | str
    places: tuple[Path | Distant, ...]
    header: bool | None = None
    encoding: str | None = None
    likely: str | None = None
    _opened: dict[int, TableFile] = field(default_factory=dict, repr=False)
    _rows: list[int] = field(default_factory=list, repr=False)  # of each file, once counted

    __repr__ = telling("path", "form", "columns", "found")

    @property
    def name(self) -> str:
        return Path(str(self.path).rstrip("/")).name or str(self.path)

    @property
    def form(self) -> str:
        return self.file(0).form

    @property
    def columns(self) -> tuple[str, ...]:
        return self.file(0).columns

    @property
    def found(self) -> str:
        n = len(self.places)
        return f"{n:,} file{'s' if n > 1 else ''}, {self.file(0).found}"

    @property
    def dialect(self) -> Dialect | None:
        return self.file(0).dialect

    @property
    def decimal(self) -> str:
        return self.file(0).decimal

    @property
    def repeated(self) -> tuple[str, ...]:
        return self.file(0).repeated

    @property
    def old_encoding(self) -> str | None:
        return self.file(0).old_encoding

    def file(self, k: int) -> TableFile:
        """File k, opened, and found to be as the first one is.

        Raises: DataError where it is not; the sentence says which file, and in what it differs.
        """
        if k not in self._opened:
            header, likely = self.header, self.likely
            if k:
                first = self.file(0)
                header = None if first.dialect is None else first.dialect.header
                likely = first.old_encoding or likely
            place, checked = self.places[k], CHECKED // len(self.places)
            if isinstance(place, Distant):
                file = place.opened(header, self.encoding, likely, checked)
            else:
                file = open_file(place, header, self.encoding, likely, checked)
            if k:
                check_alike(self.file(0), file)
            self._opened[k] = file
        return self._opened[k]

    def read(self) -> pl.DataFrame:
        """All rows; the cells of a CSV as text."""
        return self._joined([self.file(k).read() for k in range(len(self.places))])

    @property
    def rows(self) -> int:
        """How many rows there are; one pass over the files, the first time."""
        return sum(self._counted(in_turn))

    def _counted(self, each: Any) -> list[int]:
        if self._rows:
            return self._rows
        found = each(lambda k: self.file(k).rows, range(len(self.places)))
        if each is not in_turn:  # by all, who will all have it next time
            self._rows.extend(found)
        return found

    def blocks(self, rows: int, parts: int = 1, each: Any = in_turn) -> list[Block]:
        """Where consecutive parts of so many rows are, found file by file.

        Args: each, as `in_turn`, by whom the files are looked through.
        """
        heads_before = [0, *accumulate(self._counted(each))]

        def in_file(k: int) -> list[Block]:
            return self.file(k).blocks(rows, before=heads_before[k])

        lines = self.file(0).header  # a line of names counts as a row where texts are cut
        blocks: list[Block] = []
        for k, found in enumerate(each(in_file, range(len(self.places)))):
            for block in found:
                first, last = heads_before[k] + block.first, blocks[-1] if blocks else None
                if last is not None and not block.first and (first + lines) % rows:
                    pieces = (*last.pieces, (k, block))
                    blocks[-1] = Block(last.first, last.rows + block.rows, pieces=pieces)
                else:
                    blocks.append(Block(first, block.rows, pieces=((k, block),)))
        return blocks

    def take(self, block: Block, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """The rows of one block, of all columns or of those."""
        names = self.columns if columns is None else columns
        return self._joined([self.file(k).take(piece, columns) for k, piece in block.pieces], names)

    def _joined(
        self, frames: Sequence[pl.DataFrame], columns: Sequence[str] | None = None
    ) -> pl.DataFrame:
        import polars as pl

        names = list(self.columns if columns is None else columns)
        if len(frames) == 1:
            return frames[0].select(names)
        return pl.concat([plain(frame.select(names)) for frame in frames], how="vertical_relaxed")

    def place_of(self, column: str, cell: str | None) -> str | None:
        """Where the first cell that holds this stands: 'line 7 of part-3.csv'."""
        found = (self.file(k).place_of(column, cell) for k in range(len(self.places)))
        return next((place for place in found if place is not None), None)

    def lines_of(self, rows: Collection[int]) -> dict[int, int]:
        """Nothing: a row's number is the table's, and a line of which file would not show."""
        return {}


def check_alike(first: TableFile, file: TableFile) -> None:
    """That a file is of the form of the first one, and has its columns."""
    here, there = file.name, first.name
    if file.form != first.form:
        raise DataError(
            f"{here} is {FORMS[file.form]}, and {there} {FORMS[first.form]}: the files of a "
            "folder are one table, so write them in one form."
        )
    lacks = [name for name in first.columns if name not in file.columns]
    more = [name for name in file.columns if name not in first.columns]
    if lacks or more:
        what = f"no column {lacks[0]!r}, which" if lacks else f"a column {more[0]!r}, which"
        has = "has" if lacks else "has not"
        raise DataError(
            f"{here} has {what} {there} {has}: the files of a folder are one table, so give them "
            "the same columns."
        )
    if file.decimal == "," != first.decimal:
        raise DataError(
            f"{here} has a decimal comma, and {there} none: write the numbers of a folder's files "
            "in one way."
        )
    types = file.types
    for name, known in first.types.items():
        if _family(known) != _family(types[name]) and "Null" not in (str(known), str(types[name])):
            raise DataError(
                f"column {name!r} holds {types[name]} in {here} and {known} in {there}: give the "
                "whole column one type."
            )


def _family(dtype: Any) -> str:
    """What types of one column may go together."""
    if dtype.is_numeric():
        return "number"
    name = str(dtype)
    return "text" if re.match(r"String|Categorical|Enum", name) else name
