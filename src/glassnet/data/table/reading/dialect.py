"""How a CSV is written, found out from its beginning: separator, quotes, decimals, header."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from glassnet.data.checks import DataError
from glassnet.data.table.cells import MISSING, NO_NUMBER
from glassnet.data.table.reading.encoding import Encoding

SEPARATORS = (",", ";", "\t", "|")
SPOKEN = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
LOOKED_AT = 500  # rows

NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
WITH_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
WITH_POINT = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Dialect:
    """How a CSV is written, and its columns' names, each once and none empty."""

    separator: str
    quote: str
    decimal: str
    encoding: Encoding
    header: bool
    columns: tuple[str, ...]
    renamed: str = ""
    repeated: tuple[str, ...] = ()

    def said(self) -> str:
        """In words."""
        parts = ["CSV", f"{SPOKEN[self.separator]} between cells"]
        if self.quote != '"':
            parts.append("single quotes")
        if self.decimal == ",":
            parts.append("decimal comma")
        if self.encoding.name != "utf-8":
            parts.append(self.encoding.said())
        parts.append("with a header" if self.header else "without a header")
        return ", ".join(parts) + self.renamed


def found_dialect(text: str, encoding: Encoding, header: bool | None, path: Path) -> Dialect:
    """How the text is written."""
    ways = [(separator, quote) for quote in ('"', "'") for separator in SEPARATORS]
    if "'" not in text:
        ways = ways[:4]
    tried = [(way, rows_of(text, *way)) for way in ways]
    (separator, quote), rows = max(tried, key=lambda each: _regularity(each[1]))
    if not rows:
        raise DataError(f"{path} holds no row: expected a table, a header and rows under it.")
    body = [cell for row in rows[1:] for cell in row]
    with_comma = [cell for cell in body if WITH_COMMA.fullmatch(cell.strip())]
    thousands = separator == "," and all(len(c.strip().split(",")[1]) == 3 for c in with_comma)
    commas = 0 if thousands else len(with_comma)
    points = sum(WITH_POINT.fullmatch(cell.strip()) is not None for cell in body)
    decimal = "," if commas > points else "."
    header = _has_header(rows) if header is None else header
    names = [cell.strip() for cell in rows[0]] if header else [""] * len(rows[0])
    columns, renamed, repeated = _each_once(names, header)
    return Dialect(separator, quote, decimal, encoding, header, columns, renamed, repeated)


def rows_of(text: str, separator: str, quote: str, most: int = LOOKED_AT) -> list[list[str]]:
    """The first rows of a text, empty lines left out."""
    rows: list[list[str]] = []
    for _, row in parsed_lines(io.StringIO(text, newline=""), separator, quote):
        rows.append(row)
        if len(rows) == most:
            break
    return rows


def check_regular(text: str, dialect: Dialect, path: Path, cut: bool = False) -> None:
    """Says which row has more or fewer cells than the others; cut: the last one may be a part."""
    wanted = len(dialect.columns)
    rows = parsed_lines(io.StringIO(text, newline=""), dialect.separator, dialect.quote)
    for line, row in rows:
        last_of_cut = cut and len(row) != wanted and next(rows, None) is None
        if len(row) != wanted and not last_of_cut:
            raise DataError(
                f"{path} is ragged: line {line} has {len(row)} cell{'s' if len(row) > 1 else ''} "
                f"where {wanted} are expected; mend that line, or quote the cells that hold a "
                f"{SPOKEN[dialect.separator]}."
            )


def parsed_lines(
    text: Iterable[str], separator: str, quote: str
) -> Iterator[tuple[int, list[str]]]:
    """The rows of a text, each with the line it begins in, from 1; an empty line is no row."""
    reader = csv.reader(text, delimiter=separator, quotechar=quote)
    limit = csv.field_size_limit(2**31 - 1)
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"a CSV cannot be read at line {reader.line_num}: {error}.") from None
    finally:
        csv.field_size_limit(limit)


def _regularity(rows: Sequence[Sequence[str]]) -> tuple[float, int]:
    """How many rows are of the usual length, where that is more than one cell; and that length."""
    counts = Counter(len(row) for row in rows[:-1] or rows)
    if not counts:
        return 0.0, 0
    length, count = counts.most_common(1)[0]
    return (count / counts.total() if length > 1 else 0.01), length


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Names are no numbers, and stand over numbers, or over other words than themselves."""
    first, rest = rows[0], rows[1:]
    if any(NUMBER.fullmatch(cell.strip()) for cell in first):
        return False
    if not rest:
        return True
    if len({cell.strip() for cell in first}) == len(first):
        below = [{row[i].strip() for row in rest if i < len(row)} for i in range(len(first))]
        numbers = any(
            cells and all(NUMBER.fullmatch(c) or c in (*MISSING, *NO_NUMBER) for c in cells)
            for cells in below
        )
        again = any(cell.strip() in cells for cell, cells in zip(first, below))
        return numbers or not again
    return True


def _each_once(names: Sequence[str], header: bool) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """The names with those that are empty, or there already, made others.

    Returns: also what was done, and which came several times.
    """
    taken: dict[str, None] = {}
    counts: Counter[str] = Counter()  # of each name, how many there are
    empty = twice = 0
    for position, name in enumerate(names):
        own = name or f"column {position}"
        empty += not name
        first = own
        while own in taken:
            counts[first] += 1
            own = f"{first} ({counts[first] + 1})"
        twice += own != first
        taken[own] = None
    said = ""
    if header and empty:
        said += f"; {empty} column{'s' if empty > 1 else ''} without a name counted from 0"
    if twice:
        said += f"; {twice} name{'s' if twice > 1 else ''} that came again numbered"
    return tuple(taken), said, tuple(counts)
