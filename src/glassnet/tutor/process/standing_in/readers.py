"""Workbooks, databases, archives and pages that are not here: what else data are read by."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import sys
import tarfile
import types
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from glassnet.tutor.process.standing_in.files import absent, made_bytes, made_text, near
from glassnet.tutor.process.standing_in.originals import original
from glassnet.tutor.process.standing_in.silent import Silent
from glassnet.tutor.process.standing_in.tiny import AskedByName, TinyData

Open = Callable[..., Any]  # makes a module that is asked by names for what it has not


def install_readers(data: TinyData, open_module: Open) -> None:
    """Puts them in place."""

    def workbook(file: Any = "", *_: Any, **__: Any) -> Any:
        data.say_of(file)
        return Workbook(data, file)

    open_module("openpyxl", load_workbook=workbook, Workbook=lambda *_, **__: Silent("Workbook"))
    open_module("xlrd", open_workbook=workbook)
    _named_rows(data)
    _database(data)
    _archives(data)
    _pages(data)


class Workbook:
    """A table on each of its sheets, under the names of openpyxl and of xlrd."""

    def __init__(self, data: TinyData, file: Any) -> None:
        rows, names = data.rows_of(file)
        self._sheet = Sheet([list(names), *rows.tolist()])
        self.worksheets, self.sheetnames, self.nsheets = [self._sheet], [self._sheet.title], 1

    active = property(lambda self: self._sheet)

    def __getitem__(self, name: str) -> Any:
        return self._sheet

    def __iter__(self) -> Any:
        return iter(self.worksheets)

    get_sheet_by_name = sheet_by_name = sheet_by_index = create_sheet = __getitem__
    sheet_names = get_sheet_names = lambda self: self.sheetnames
    sheets = lambda self: self.worksheets  # noqa: E731
    save = close = release_resources = lambda self, *_, **__: None


class Sheet:
    """Rows of cells, the first of them the columns' names; openpyxl counts from 1, xlrd from 0."""

    title = name = "Sheet1"
    min_row = min_column = 1

    def __init__(self, cells: list[list[Any]]) -> None:
        self._cells = [[types.SimpleNamespace(value=v) for v in row] for row in cells]

    max_row = nrows = property(lambda self: len(self._cells))
    max_column = ncols = property(lambda self: len(self._cells[0]))
    rows = property(lambda self: self.iter_rows())
    columns = property(lambda self: self.iter_cols())
    values = property(lambda self: self.iter_rows(values_only=True))

    def iter_rows(
        self, min_row: Any = 1, max_row: Any = None, min_col: Any = 1, max_col: Any = None,
        values_only: bool = False,
    ) -> Iterator[tuple[Any, ...]]:  # fmt: skip
        for row in self._cells[(min_row or 1) - 1 : max_row]:
            cells = row[(min_col or 1) - 1 : max_col]
            yield tuple(cell.value for cell in cells) if values_only else tuple(cells)

    def iter_cols(
        self, min_col: Any = 1, max_col: Any = None, min_row: Any = 1, max_row: Any = None,
        values_only: bool = False,
    ) -> Iterator[tuple[Any, ...]]:  # fmt: skip
        return zip(*self.iter_rows(min_row, max_row, min_col, max_col, values_only))

    def cell(self, *place: int, row: int = 0, column: int = 0, value: Any = None) -> Any:
        at = place if row == 0 else (row, column)
        found = self._at(at[0] - 1, at[1] - 1)
        found.value = value if value is not None else found.value
        return found

    def _at(self, row: int, column: int) -> Any:
        there = row < len(self._cells) and column < len(self._cells[0])
        return self._cells[row][column] if there else types.SimpleNamespace(value=None)

    def __getitem__(self, place: Any) -> Any:
        """A cell `B2`, a range `A2:C9`, a column `A` or a row."""
        if isinstance(place, int):
            return tuple(self._cells[place - 1])
        ends = [_place(part) for part in str(place).split(":")]
        (row, column), (last_row, last_column) = ends[0], ends[-1]
        if len(ends) == 1 and row:
            return self._at(row - 1, column - 1)
        if not row:  # a column
            return next(self.iter_cols(column, column))
        return tuple(self.iter_rows(row, last_row, column, last_column))

    def __setitem__(self, place: Any, value: Any) -> None: ...

    def __iter__(self) -> Any:
        return self.iter_rows()

    def append(self, row: Any) -> None: ...

    # xlrd's

    def cell_value(self, row: int, column: int) -> Any:
        return self._cells[row][column].value

    def row_values(self, row: int, start: int = 0, end: Any = None) -> list[Any]:
        return [cell.value for cell in self._cells[row][start:end]]

    def col_values(self, column: int, start: int = 0, end: Any = None) -> list[Any]:
        return [row[column].value for row in self._cells[start:end]]

    def get_rows(self) -> Any:
        return iter(self._cells)


def _place(said: str) -> tuple[int, int]:
    """`B2` as (2, 2); `B` as (0, 2)."""
    column = 0
    for letter in re.sub(r"[^A-Z]", "", said.upper()):
        column = 26 * column + ord(letter) - 64
    return int(re.sub(r"\D", "", said) or 0), column


def _named_rows(data: TinyData) -> None:
    """The rows of a table, asked for what columns there may be."""
    real = original(csv, "DictReader")

    class Row(dict[str, Any]):
        def __init__(self, number: int) -> None:
            super().__init__()
            self._number = number

        def __missing__(self, name: str) -> str:
            return f"{data.column(name)[self._number]:g}"

    class NamedRows(real):  # type: ignore[misc, valid-type]
        def __init__(self, file: Any, fieldnames: Any = None, *args: Any, **kwargs: Any) -> None:
            super().__init__(file, fieldnames, *args, **kwargs)
            first = (self.fieldnames or ()) if data.said and fieldnames is None else ()
            self._made = bool(first) and all(re.fullmatch(r"[\d.]+", name) for name in first)
            if self._made:  # tiny data have no line of names
                self.fieldnames = data.rows_of("")[1]

        def __next__(self) -> Any:
            read = super().__next__()
            if not self._made:
                return read
            row = Row((self.line_num - 1) % data.form.rows)
            row.update(read)
            return row

    csv.DictReader = NamedRows  # type: ignore[misc]


def _database(data: TinyData) -> None:
    """A table that a database has not: its columns are made as they are asked for."""
    real = original(sqlite3, "connect")

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, *args: Any) -> Any:
            try:
                return super().execute(sql, *args)
            except sqlite3.OperationalError as error:
                asked = re.match(r"\s*select\s+(.*?)\s+from\s+(\w+)", sql, re.I | re.S)
                if "no such table" not in str(error) or not asked:
                    raise
                data.say(f"the table {asked[2]}", "not here")
                return super().execute(_selected(data, asked[1]))

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, *args: Any) -> Any:
            return self.cursor().execute(sql, *args)

    def connect(*args: Any, **kwargs: Any) -> Any:
        return real(*args, **{"factory": Connection, **kwargs})

    sqlite3.connect = connect


def _selected(data: TinyData, columns: str) -> str:
    """A query that gives rows of tiny data under the columns' names."""
    if columns.strip() == "*":
        rows, names = data.rows_of("")
        table = rows.T.tolist()
    else:
        names = [re.sub(r"\W", "", part.split(".")[-1].split()[-1]) for part in columns.split(",")]
        table = [data.column(name).tolist() for name in names]
    each = (", ".join(f"{v} AS {n}" for v, n in zip(row, names)) for row in zip(*table))
    return "SELECT " + " UNION ALL SELECT ".join(each)


class _Archive(Silent):
    """A packed folder: whatever is taken out of it is a file that is not here."""

    def __init__(self, data: TinyData) -> None:
        super().__init__("archive")
        self._data = data

    def open(self, member: Any, *_: Any, **__: Any) -> Any:
        return made_bytes(self._data, str(member))

    extractfile = open

    def read(self, member: Any = "", *_: Any) -> bytes:
        return self.open(member).read()

    def namelist(self) -> list[str]:
        return ["data.csv"]

    getnames = namelist
    extractall = extract = lambda self, *_, **__: None


def _archives(data: TinyData) -> None:
    def archive(real: Any) -> Any:
        return lambda file, *args, **kwargs: (
            _Archive(data) if absent(near(data, file)) else real(file, *args, **kwargs)
        )

    zipfile.ZipFile = archive(original(zipfile, "ZipFile"))  # type: ignore[misc]
    tarfile.open = archive(original(tarfile, "open"))


def _pages(data: TinyData) -> None:
    """What is asked of the network: a table as text, or what a name asks for."""

    def address(asked: Any) -> str:
        return str(getattr(asked, "full_url", asked)).partition("?")[0].rstrip("/")

    def opened(asked: Any, *_: Any, **__: Any) -> Any:
        return made_bytes(data, address(asked))

    class Page(Silent):
        status_code, ok, encoding = 200, True, "utf-8"

        def __init__(self, url: str) -> None:
            super().__init__("page")
            self._url = url

        content = property(lambda self: opened(self._url).read())
        raw = property(lambda self: opened(self._url))
        text = property(lambda self: made_text(data, Path(self._url).name).read())

        def json(self) -> Any:
            return AskedByName(data)

        def iter_lines(self, *_: Any, **__: Any) -> list[bytes]:
            return self.content.splitlines()

        def iter_content(self, *_: Any, **__: Any) -> list[bytes]:
            return [self.content]

    urllib.request.urlopen = opened
    requests = sys.modules["requests"]
    requests.get = lambda url, *_, **__: Page(address(url))  # type: ignore[attr-defined]
    json.loads = _json_loads(data)


def _json_loads(data: TinyData) -> Any:
    real = original(json, "loads")

    def loads(content: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return real(content, *args, **kwargs)
        except ValueError:
            if data.said and str(content).lstrip()[:1] not in "{[":
                return AskedByName(data)
            raise

    return loads
