"""The lines of a CSV and its rows: which line a row stands in, and a text without empty lines.

polars takes an empty line for a row, and a carriage return alone for a letter; an editor, and who
wrote the file, do not. Where a file has either, or is not in UTF-8, its rows are written aside as
polars reads them, and a row's line is still counted in the file itself.
"""

from __future__ import annotations

import contextlib
import csv
import os
import tempfile
import weakref
from collections.abc import Collection, Iterator
from pathlib import Path

from glassnet.data.checks import DataError
from glassnet.data.table.cells import MISSING
from glassnet.data.table.reading.dialect import Dialect, parsed_lines

CHUNK = 2**24  # bytes


class Aside:
    """A file that is gone when nobody has this any more."""

    def __init__(self, name: str) -> None:
        self.name = name
        weakref.finalize(self, _remove, name)


def as_polars_reads(path: Path, dialect: Dialect) -> Aside | None:
    """The rows as UTF-8, one below the other, in a file; None where it is such a text itself."""
    if dialect.encoding.name == "utf-8" and _is_plain(path):
        return None
    with tempfile.NamedTemporaryFile(
        "w", prefix="glassnet-", suffix=".csv", encoding="utf-8", newline="", delete=False
    ) as file:
        aside = Aside(file.name)
        writer = csv.writer(
            file, delimiter=dialect.separator, quotechar=dialect.quote, lineterminator="\n"
        )
        try:
            for _, row in _rows(path, dialect):
                writer.writerow(row)
        except UnicodeError:
            raise DataError(
                f"{path} is not in {dialect.encoding.name} throughout: name its encoding, as "
                "--encoding latin-1, or save it as UTF-8."
            ) from None
    return aside


def _remove(name: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(name)


def line_of(path: Path, dialect: Dialect, column: int, cell: str | None) -> int | None:
    """The line, counted from 1 as an editor does, in which the first row with that cell begins.

    Args: cell, as it is written, or the number that is meant; None stands for a missing one.
    """
    wanted = MISSING if cell is None else (cell.strip(),)
    number = _number(cell, ".")
    rows = _rows(path, dialect)
    if dialect.header:
        next(rows)
    for line, row in rows:
        found = row[column].strip() if column < len(row) else ""
        if found in wanted or (number is not None and _number(found, dialect.decimal) == number):
            return line
    return None


def lines_at(path: Path, dialect: Dialect, rows: Collection[int]) -> dict[int, int]:
    """The lines, counted from 1 as an editor does, in which rows begin, counted from 0."""
    wanted, found = set(rows), {}
    each = _rows(path, dialect)
    if dialect.header:
        next(each)
    for row, (line, _) in enumerate(each):
        if row in wanted:
            found[row] = line
            if len(found) == len(wanted):
                break
    return found


def _number(text: str | None, decimal: str) -> float | None:
    try:
        return None if text is None else float(text.replace(decimal, "."))
    except ValueError:
        return None


def _rows(path: Path, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    with open(path, encoding=dialect.encoding.name, newline="") as file:
        yield from parsed_lines(file, dialect.separator, dialect.quote)


def _is_plain(path: Path) -> bool:
    """Whether no line is empty and each ends in a line feed; within quotes neither is looked for
    with care, since a text that is written aside for nothing is the same text."""
    before = b"\n"  # so that the first line is seen to be empty
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            text = before + chunk
            cut = text.endswith(b"\r")  # its line feed may come with the next part
            alone = text.count(b"\r") - cut != text.count(b"\r\n")
            if alone or b"\n\n" in text or b"\n\r" in text:
                return False
            before = text[-2:] if cut else text[-1:]
    return not before.endswith(b"\r")
