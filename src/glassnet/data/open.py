"""From a source, the name of a set or the place of files, to its data: one door for all kinds."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from glassnet.core.errors import InputError
from glassnet.data.dataset import Dataset
from glassnet.data.images.folders import has_pictures
from glassnet.data.images.idx import is_idx_folder
from glassnet.data.sets.builtin import NAMES, load_data
from glassnet.data.table.reading.names import is_address, is_table_folder
from glassnet.data.table.said import OPTIONS, Kinds
from glassnet.data.table.table import TableSet, load_table
from glassnet.data.table.target import Target, Task

TABLES = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".jsonl", ".ndjson", ".json", ".xlsx")


@dataclass(frozen=True)
class Reading:
    """How a table is read; nothing of it but `test` goes with other data.

    target: the columns to predict, by name or number. header: whether the first row holds names.
    encoding: of a CSV, where it is named.
    group, time: a column by which rows belong together, or follow each other.
    test: of any data, the share of the rows to test on, 0 for none, or the place of others.
    kinds: of columns, as they are said: by names, with commas between, category, number, text or
        ignore.
    tidy_classes: whether labels that differ by spaces and dots at their end are one.
    """

    target: Sequence[str] | None = None
    header: bool | None = None
    encoding: str | None = None
    task: Task | None = None
    group: str | None = None
    time: str | None = None
    test: float | str | None = None
    kinds: Kinds | None = None
    tidy_classes: bool | None = None


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
    dataset = _opened(source, reading, like, likely_encoding, shape)
    return dataset if reading.test is None else _tested_on(dataset, reading.test, reading)


def _opened(
    source: str,
    reading: Reading,
    like: Target | None,
    likely_encoding: str | None,
    shape: tuple[int, ...] | None,
) -> Dataset | TableSet:
    of_table = {name: value for name, value in vars(reading).items() if name != "test"}
    if is_table(source):
        return load_table(source, **of_table, like=like, likely_encoding=likely_encoding)
    if like is not None:
        raise InputError(f"the model was trained on a table, and {source} is none: give a table.")
    for name, value in of_table.items():
        if value is not None:
            option = f"--{name.replace('_', '-')}"
            if name == "kinds":
                option = OPTIONS[next(iter(value.values()))]
            raise InputError(
                f"{option} goes with a table, a CSV, Parquet or JSON lines file; {source} is none."
            )
    return load_data(source, like=shape)


def test_said(text: str) -> float | str:
    """What a person says of the rows to test on: a share, or the place of others.

    >>> test_said(".3"), test_said("0")
    (0.3, 0.0)
    """
    try:
        share = float(text)
    except ValueError:
        if not os.path.exists(text):
            raise InputError(
                f"--test is '{text[:60]}', and there is no such file: give a share of the rows, "
                "as 0.3, 0 to learn from all, or a file of other rows."
            ) from None
        return text
    if not 0 <= share < 1:
        raise InputError(f"--test is {text}: give a share of the rows from 0 up, below 1.")
    return share


def _tested_on(
    dataset: Dataset | TableSet, test: float | str, reading: Reading
) -> Dataset | TableSet:
    """The data, with that share of the rows for the test, or with the rows of that place."""
    if dataset.X_test is not None:
        raise InputError(f"{dataset.name} has test rows of its own: leave --test out.")
    if not isinstance(test, str):
        return replace(dataset, test_share=test)
    if isinstance(dataset, TableSet):
        if not is_table(test):
            raise InputError(f"--test is {test}, which is no table as {dataset.name} is: give one.")
        other = load_table(
            test, dataset.target.names, header=reading.header, encoding=reading.encoding,
            like=dataset.target, likely_encoding=dataset.old_encoding, least=1,
        )  # fmt: skip
        lacks = [name for name in dataset.features if name not in other.features]
        if lacks:
            raise InputError(f"{other.name} has no column {lacks[0]!r}, as {dataset.name} has.")
        X = other.X.select(dataset.features)
        return replace(dataset, X_test=X, y_test=other.y, test_name=other.name)
    if is_table(test):
        raise InputError(f"--test is the table {test}, and {dataset.name} is none: give its kind.")
    others = load_data(test, like=dataset.image_shape)
    X, y = (others.X, others.y) if others.X_test is None else (others.X_test, others.y_test)
    return replace(dataset, X_test=X, y_test=y, test_name=others.name)


def is_table(source: str) -> bool:
    """Whether this is the place of a table: any file but an .npz, or a name that ends like one; a
    folder with files that do, and without pictures; an address."""
    path = Path(source)
    if not source or source in NAMES or path.suffix.lower() == ".npz":
        return False
    if is_address(source):
        return True
    if os.path.isdir(path):
        return not is_idx_folder(path) and is_table_folder(path) and not has_pictures(path)
    return os.path.exists(path) or path.suffix.lower() in TABLES


def place_of(source: str) -> str:
    """A built-in set's name, or where the data are from anywhere."""
    return source if source in NAMES or is_address(source) else str(Path(source).absolute())
