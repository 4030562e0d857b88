"""From the place of a table, a file, a folder of files or an address, to the table: one door."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from glassnet.data.table.frames import need_polars
from glassnet.data.table.reading.addresses import Distant, at_address
from glassnet.data.table.reading.file import TableFile, open_file
from glassnet.data.table.reading.folder import TableFolder
from glassnet.data.table.reading.names import files_of, is_address, shown

Table = TableFile | TableFolder


def open_table(
    path: str | os.PathLike[str],
    header: bool | None = None,
    encoding: str | None = None,
    likely: str | None = None,
) -> Table:
    """The table in a file, or in the files of a folder: CSV, Parquet or JSON lines.

    Args:
        path: of the file or the folder, or its address; what is there is brought when needed.
        header: whether the first row of a CSV holds the names; None to find out.
        encoding: of a CSV, a name that Python knows; None to find out, or guess.
        likely: the encoding to take before any guess.

    Raises:
        DataError: there is no such file, it is no table, or its rows are of different lengths; of a
            folder's first file. The others are looked at when they are needed.
    """
    place = os.fspath(path)
    if is_address(place):
        need_polars()
        found = at_address(place)
        if isinstance(found, Distant):
            return found.opened(header, encoding, likely)
        return _folder(shown(place), found, header, encoding, likely)
    if os.path.isdir(place):
        need_polars()
        return _folder(Path(place), files_of(Path(place)), header, encoding, likely)
    return open_file(Path(place), header, encoding, likely)


def _folder(
    path: Path | str,
    places: tuple[Path | Distant, ...],
    header: bool | None,
    encoding: str | None,
    likely: str | None,
) -> TableFolder:
    folder = TableFolder(path, places, header, encoding, likely)
    folder.file(0)
    return folder


def sha256_of(path: str | os.PathLike[str]) -> str | None:
    """Of the bytes of a file, or of a folder's files in order: by which a table is known again.

    Returns None of an address, whose files may be elsewhere tomorrow.
    """
    if is_address(os.fspath(path)):
        return None
    files = files_of(Path(path)) if os.path.isdir(path) else (Path(path),)
    whole = hashlib.sha256()
    for place in files:
        with open(place, "rb") as file:
            while part := file.read(2**20):
                whole.update(part)
    return whole.hexdigest()
