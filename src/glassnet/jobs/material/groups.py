"""The column for whose values figures are told apart, and its cells."""

from collections.abc import Sequence
from typing import Any

from glassnet.core.errors import InputError
from glassnet.data import Dataset, Parts, TableSet, find_column


def check_groups(dataset: Dataset | TableSet, column: str) -> str:
    """The name of the column. Raises: InputError where there is none of it."""
    if not isinstance(dataset, TableSet):
        raise InputError(f"--groups goes with a table; {dataset.name} is none: leave it out.")
    if dataset.groups is not None and column == dataset.by:
        return column
    if column in dataset.target.names:
        raise InputError(
            f"--groups is {column!r}, which is to be predicted: name a column that is known before."
        )
    if dataset.task == "yes_no":
        raise InputError(
            "--groups tells the figures of one target, and here are several yes/no targets: leave "
            "it out, or name one target."
        )
    return find_column(dataset.features, column)


def test_cells(dataset: Dataset | TableSet, parts: Parts, column: str) -> Sequence[Any]:
    """The cells of the test rows, (N_test,)."""
    name = check_groups(dataset, column)
    if parts.groups_test is not None and name == getattr(dataset, "by", None):
        return parts.groups_test.tolist()
    return parts.X_test[name].to_list()
