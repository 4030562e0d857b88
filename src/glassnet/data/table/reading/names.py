"""How the place of a table is written: an address, or a folder, and which files in it are read."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from glassnet.data.checks import DataError

SURE = (".csv", ".tsv", ".parquet", ".pq", ".jsonl", ".ndjson")
ENDINGS = (*SURE, ".txt", ".json")
SHOWN = 80  # characters of an address


def is_address(place: str) -> bool:
    """Whether this is written as an address: a protocol, and what it leads to.

    >>> is_address("s3://bucket/table/"), is_address("data/table.csv")
    (True, False)
    """
    return "://" in place


def shown(address: str) -> str:
    """An address for a sentence, without a name or a password, and without what is asked of it.

    >>> shown("https://ann:secret@example.org/a.csv?token=x")
    'https://example.org/a.csv'
    """
    return re.sub(r"(?<=://)[^/@]*@", "", address).split("?")[0][:SHOWN]


def files_of(folder: Path) -> tuple[Path, ...]:
    """The files of a folder that is a table, in the order of their names, numbers in them as such.

    What begins with a dot or an underscore, as _SUCCESS, is left out.

    Raises: DataError where one is no table by its name, or there is none.
    """
    try:
        paths = [path for path in folder.iterdir() if not path.name.startswith((".", "_"))]
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {error.strerror}.") from None
    check_names(str(folder), [(path.name, path.is_dir()) for path in paths])
    return tuple(sorted(paths, key=lambda path: in_order(path.name)))


def check_names(folder: str, names: Collection[tuple[str, bool]]) -> None:
    """That what is in a folder are tables by their names: each with whether it is a folder."""
    if not names:
        raise DataError(f"{folder} is empty: expected files with a table, CSV, Parquet or others.")
    for name, is_folder in sorted(names):
        if is_folder:
            raise DataError(
                f"{folder} holds the folder {name}: the files of a table are to be in one folder."
            )
        if not name.lower().endswith(ENDINGS):
            raise DataError(
                f"{folder} holds {name}, which is no table by its name: leave only CSV, Parquet or "
                "JSON lines files in it."
            )


def in_order(name: str) -> tuple[Any, ...]:
    """A key by which part-2 comes before part-10.

    >>> sorted(["part-10.csv", "part-2.csv", "Part-1.csv"], key=in_order)
    ['Part-1.csv', 'part-2.csv', 'part-10.csv']
    """
    parts = re.split(r"([0-9]+)", name.lower())
    numbered = [(int(part), "") if k % 2 else (-1, part) for k, part in enumerate(parts)]
    return (*numbered, name)


def is_table_folder(folder: Path) -> bool:
    """Whether a file of a table is in it, and no folder that is not hidden."""
    try:
        paths = [path for path in folder.iterdir() if not path.name.startswith((".", "_"))]
        return any(path.name.lower().endswith(SURE) for path in paths) and not any(
            path.is_dir() for path in paths
        )
    except OSError:
        return False
