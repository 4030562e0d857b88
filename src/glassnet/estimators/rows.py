"""What is handed to fit and predict: arrays, sparse ones, and tables that get prepared."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_consistent_length, validate_data

from glassnet.core.errors import InputError
from glassnet.data.table.frames import as_polars, is_frame
from glassnet.data.table.preparation import TablePreparation
from glassnet.data.table.said import Kinds, kinds_in
from glassnet.training.rows import OnDemand, Rows

SPARSE = ("csr", "csc")  # others are brought to the first


def preparation_for(X: Any, how: str | None, kinds: Kinds | None) -> TablePreparation | None:
    """What a table goes through on its way to the network, learned from these rows.

    Args:
        how: "table" for any table, "auto" for one that holds anything but plain numbers, None
            for no table: its columns are then taken as numbers.
        kinds: of columns, as they are said; with any the table is prepared.

    Raises: InputError for kinds without a table, or of no column.
    """
    if kinds and (how is None or not is_frame(X)):
        raise InputError(
            "kinds are of a table's columns: give X as a polars or pandas frame, and leave "
            "preparation at 'auto'."
        )
    if how is None or not is_frame(X) or (how == "auto" and not kinds and _only_numbers(X)):
        return None
    frame = as_polars(X)
    return TablePreparation.learn(frame, kinds=kinds_in(frame.columns, kinds or {}))


def _only_numbers(X: Any) -> bool:
    """Whether every cell is a number, or yes or no, that can be taken as it is."""
    return all(_plain(column) for column in as_polars(X).iter_columns())


def _plain(column: Any) -> bool:
    if column.is_null().any():
        return False
    if column.dtype.is_numeric():
        return bool(column.is_finite().all())
    return str(column.dtype) == "Boolean"


def features(estimator: Any, X: Any, y: Any = None, *, reset: bool) -> Any:
    """X as the estimator's network takes it, checked as scikit-learn checks.

    Args: y, targets that must be as many.

    Returns: (N, n_in), an array or a sparse one, or the table itself where it is prepared.

    Raises: ValueError, as scikit-learn words it.
    """
    if estimator.preparation_ is not None:
        validate_data(estimator, X, reset=reset, skip_check_array=True)
    else:
        X = validate_data(
            estimator, X, reset=reset, accept_sparse=SPARSE, dtype=(np.float64, np.float32)
        )
    if y is not None:
        check_consistent_length(X, y)
    return X


def written_out(X: Any) -> Any:
    """X with every zero in place."""
    return X.toarray() if hasattr(X, "toarray") else X


def by_parts(X: Any) -> Any:
    """X as it is; a sparse one as rows of which no more than a batch is written out at a time."""
    return SparseRows(X.tocsr()) if hasattr(X, "toarray") else X


class SparseRows(OnDemand):
    """Rows of a sparse array in compressed rows, (N, n_in)."""

    def __init__(self, rows: Any) -> None:
        self.rows, self.shape, self.dtype = rows, rows.shape, rows.dtype

    def __getitem__(self, index: Any) -> "SparseRows":
        return SparseRows(self.rows[index])

    def cast(self, dtype: Any) -> "SparseRows":
        return self if self.dtype == dtype else SparseRows(self.rows.astype(dtype))

    def write(self, out: NDArray[Any]) -> None:
        self.rows.toarray(out=out)


def parts(X: Any) -> Iterator[Any]:
    """X as it is, or a sparse one part by part, written out."""
    if not hasattr(X, "toarray"):
        yield X
        return
    rows = Rows(by_parts(X), np.empty(X.shape[0]), None)
    for block in rows.blocks():
        yield np.asarray(rows.X[block])
