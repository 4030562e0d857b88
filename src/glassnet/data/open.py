"""From a source, the name of a set or the place of files, to its data: one door for all kinds."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from glassnet.core.errors import InputError
from glassnet.data.dataset import Dataset
from glassnet.data.sets.builtin import NAMES, load_data
from glassnet.data.table.table import TableSet, load_table
from glassnet.data.table.target import Target

TABLES = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".jsonl", ".ndjson", ".json", ".xlsx")


@dataclass(frozen=True)
class Reading:
    """How a table is read; nothing of it goes with other data.

    target: the columns to predict, by name or number. header: whether the first row holds names.
    encoding: of a CSV, where it is named.
    group, time: a column by which rows belong together, or follow each other.
    """

    target: Sequence[str] | None = None
    header: bool | None = None
    encoding: str | None = None
    task: Literal["classes", "number"] | None = None
    group: str | None = None
    time: str | None = None


def open_data(
    source: str,
    reading: Reading = Reading(),
    *,
    like: Target | None = None,
    likely_encoding: str | None = None,
    shape: tuple[int, ...] | None = None,
) -> Dataset | TableSet:
    """The data set of that name or at that place.

    Args: like, the target of a model that was trained on a table, and likely_encoding, that of
        its table; shape, of the images that a model takes: own images are brought to it.

    Raises: InputError where there is none, or it cannot be read so.
    """
    if is_table(source):
        return load_table(source, **vars(reading), like=like, likely_encoding=likely_encoding)
    if like is not None:
        raise InputError(f"the model was trained on a table, and {source} is none: give a table.")
    for name, value in vars(reading).items():
        if value is not None:
            raise InputError(
                f"--{name} goes with a table, a CSV, Parquet or JSON lines file; {source} is none."
            )
    return load_data(source, like=shape)


def is_table(source: str) -> bool:
    """Whether this is the place of a table: any file but an .npz, or a name that ends like one."""
    path = Path(source)
    if source in NAMES or os.path.isdir(path) or path.suffix.lower() == ".npz":
        return False
    return os.path.exists(path) or path.suffix.lower() in TABLES


def place_of(source: str) -> str:
    """A built-in set's name, or where the data are from anywhere."""
    return source if source in NAMES else str(Path(source).absolute())
