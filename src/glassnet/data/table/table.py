"""A table with what is to be predicted of it, as a data set: its rows stay raw."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import some_of
from glassnet.data.checks import DataError
from glassnet.data.table.cells import plain
from glassnet.data.table.preparation import TablePreparation
from glassnet.data.table.reading.open import Table, open_table
from glassnet.data.table.said import Kinds, check_apart, find_column, kinds_in, names_in
from glassnet.data.table.split import read_groups, read_times
from glassnet.data.table.target import Target, Task

if TYPE_CHECKING:
    import polars as pl


MANY_CLASSES = 10  # whole numbers; of more it is said that they count as classes
TEST_SHARE = 0.2  # of the rows, held for the test


def held_in_words(share: float) -> str:
    """How large the test part is.

    >>> held_in_words(0.25)
    'the 25 % of its rows'
    """
    return f"the {100 * share:.3g} % of its rows"


@dataclass(frozen=True, eq=False)
class TableSet:
    """Raw rows X, a polars frame without the target, and y; what `Dataset` is for arrays.

    notes: what was done and ought to be said. groups, times: the raw column that was named to
    split by; by: its name. old_encoding: that of its file, where it is none of Unicode's.
    numbers: of its rows, as the file counts them from 0; None where all are here.
    kinds: of columns, as a person said them. file: where the rows are from.
    test_share: of the rows, held for the test; test_name: of a table to test on, where X_test is
    another's rows.
    """

    name: str
    X: pl.DataFrame
    y: NDArray[Any]
    target: Target
    found: str = ""
    notes: tuple[str, ...] = ()
    groups: NDArray[Any] | None = None
    times: NDArray[Any] | None = None
    by: str | None = None
    X_test: pl.DataFrame | None = None
    y_test: NDArray[Any] | None = None
    old_encoding: str | None = None
    numbers: NDArray[np.intp] | None = None
    test_share: float = TEST_SHARE
    test_name: str = ""
    kinds: Kinds = field(default_factory=dict)
    file: Table | None = None

    image_shape = None
    about = source = licence = ""

    @property
    def task(self) -> Task:
        return self.target.task

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(self.X.columns)

    @property
    def decimal(self) -> str:
        return self.target.decimal

    @property
    def test_rows(self) -> str:
        """Which rows are the test's, in words."""
        if self.X_test is not None:
            return f"the rows of {self.test_name or 'its own test part'}"
        if self.times is not None:
            latest = held_in_words(self.test_share).replace("the ", "the latest ")
            return f"{latest}, which training never sees"
        if self.groups is not None:
            about = held_in_words(self.test_share).replace("the ", "about ")
            return f"{about}, of groups that training never sees"
        return f"{held_in_words(self.test_share)} that training never sees"

    def learn(self, X: pl.DataFrame) -> TablePreparation:
        """The preparation that some of its rows, those to train on, teach."""
        # a part of the rows may have no cell of a column whose kind was said
        known: Kinds = {
            name: kind
            for name, kind in self.kinds.items()
            if name in X.columns and X[name].null_count() < len(X)
        }
        return TablePreparation.learn(X, self.decimal, kinds=known)

    def __repr__(self) -> str:
        n, k = self.X.shape
        what = f"{len(self.target.classes)} classes" if self.task == "classes" else "numbers"
        if self.task == "yes_no":
            what = f"{len(self.target.names)} yes/no targets"
        return (
            f"{some_of(list(self.name), '', most=60)}: {n:,} rows, {k:,} columns, {what} to predict"
        )


def load_table(
    path: str | os.PathLike[str],
    target: str | Sequence[str] | None,
    *,
    header: bool | None = None,
    encoding: str | None = None,
    likely_encoding: str | None = None,
    task: Task | None = None,
    group: str | None = None,
    time: str | None = None,
    kinds: Kinds | None = None,
    tidy_classes: bool | None = None,
    like: Target | None = None,
    least: int = 2,
) -> TableSet:
    """A table from a file, with its target columns by name or number.

    Rows without a target are left out, and said so.

    Args:
        kinds: of columns, where they are known better than they can be found out: by name,
            'category', 'number', 'text' or 'ignore'.
        tidy_classes: whether labels that differ by spaces and dots at their end are one.
        like: the target of a trained model, by which the table's is read.
        least: how many rows it must have.

    Raises: DataError where the file is no table, or the target can't be learned.
    """
    file = open_table(path, header, encoding, likely_encoding)
    named = targets_in(file, target)
    frame = file.read()
    if len(frame) < least:
        raise DataError(
            f"{file.name} has {'one row' if len(frame) else 'a header and no row'} of data: "
            "expected rows to learn from and others to test with."
        )
    return of_frame(file, frame, named, task, group, time, like, kinds, bool(tidy_classes))


def targets_in(file: Table, wanted: str | Sequence[str] | None) -> list[str]:
    """The columns to predict, by what a person calls them.

    Raises: DataError where nothing is named, or what is no column, or stands for several.
    """
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if not wanted:
        names = ", ".join(repr(name) for name in file.columns[:12])
        more = " …" if len(file.columns) > 12 else ""
        raise DataError(
            f"which column of {file.name} is to be predicted? Give --target, of: {names}{more}."
        )
    each = [name for text in wanted for name in names_in(str(text), file.columns)]
    return [find_column(file.columns, name, file.repeated) for name in each]


def without_target(n: int) -> str:
    """In words what became of so many rows.

    >>> without_target(1)
    '1 row without a target is left out'
    """
    return f"{n:,} row{' without a target is' if n == 1 else 's without a target are'} left out"


def alike_told(target: Target) -> list[str]:
    """What is to be asked of classes that may be one, in a line."""
    if not target.alike:
        return []
    pairs = [" and ".join(map(repr, labels)) for labels in target.alike]
    more = f", and {len(pairs) - 1} more such" if len(pairs) > 1 else ""
    return [
        f"look: the classes {pairs[0]} differ by dots or spaces at their end alone{more}: "
        "--tidy-classes makes them one"
    ]


def counts_told(target: Target, task: Task | None) -> list[str]:
    """What is to be asked of many whole numbers that were taken for classes, in a line."""
    labels = target.classes
    if task is not None or len(labels) <= MANY_CLASSES or not isinstance(labels[0], int):
        return []
    return [
        f"look: {target.names[0]} holds {len(labels)} whole numbers, and each counts as a class: "
        "--task number predicts it as a number"
    ]


def yes_told(target: Target) -> list[str]:
    """Of several yes/no targets which word of each is yes, in a line."""
    said = [f"{name} = {yes}" for name, (_, yes) in zip(target.names, target.pairs)]
    return [f"yes is {', '.join(said)}"] if said else []


def of_frame(
    file: Table,
    frame: pl.DataFrame,
    names: Sequence[str],
    task: Task | None = None,
    group: str | None = None,
    time: str | None = None,
    like: Target | None = None,
    kinds: Kinds | None = None,
    tidy_classes: bool = False,
) -> TableSet:
    """The set of a frame that is already read."""
    if like is None:
        learned = Target.learn(frame, names, file.decimal, task, tidy_classes)
    elif list(names) != list(like.names):
        raise DataError(
            f"the model predicts {', '.join(map(repr, like.names))}, not "
            f"{', '.join(map(repr, names))}: leave --target out"
        )
    else:
        learned = like
    gone = learned.missing(frame)
    notes = [*alike_told(learned), *counts_told(learned, task), *yes_told(learned)]
    numbers = None
    if gone.any():
        notes.append(without_target(int(gone.sum())))
        frame, numbers = frame.filter(~gone), np.flatnonzero(~gone)
    y = learned.read(frame)
    split: dict[str, Any] = {}
    left_out = set(names)
    for kind, option, wanted in (("groups", "--group", group), ("times", "--time", time)):
        if wanted is None:
            continue
        column = find_column(file.columns, wanted, file.repeated)
        if column in names:
            raise DataError(
                f"{option} is {column!r}, which is to be predicted: rows cannot be told apart by "
                "what is not known of them; name another column, or leave it out."
            )
        cells = plain(frame.select(column)).to_series()
        read = read_groups(cells) if kind == "groups" else read_times(cells, file.decimal)
        split |= {kind: read, "by": column}
        left_out |= {column} if kind == "groups" else set()
    said = kinds_in(file.columns, kinds or {}, file.repeated)
    check_apart(said, {"--target": names, "--group": [split["by"]] if "groups" in split else []})
    left = [name for name in frame.columns if name not in left_out]
    if not left:
        raise DataError(f"{file.name} has no column besides the target: add some to learn from.")
    return TableSet(
        file.name, frame.select(left), y, learned, file.found, tuple(notes), **split,
        old_encoding=file.old_encoding, numbers=numbers, file=file,
        kinds={name: kind for name, kind in said.items() if name in left},
    )  # fmt: skip
