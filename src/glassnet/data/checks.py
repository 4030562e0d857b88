"""The door: data that cannot be learned from is turned away here, with a sentence that says why."""

import os
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.errors import InputError
from glassnet.core.validation.arrays import all_finite, array


class DataError(InputError):
    """The data are not what was expected; the message says what came and what to do."""


class CellError(DataError):
    """One cell of a table is not what was expected; who knows the file can say its line.

    Args: before and after, what is said before and after the cell's place; row, counted from 0 in
    the rows at hand; column and cell, its name and what it holds, None where that is missing.
    """

    def __init__(self, before: str, row: int, after: str, column: str, cell: str | None) -> None:
        super().__init__(f"{before} at row {row}{after}")
        self.before, self.row, self.after, self.column = before, row, after, column
        self.cell = cell

    def __reduce__(self) -> Any:
        return CellError, (self.before, self.row, self.after, self.column, self.cell)

    def placed(self, place: str) -> DataError:
        """The same with another place: "line 7"."""
        return DataError(f"{self.before} at {place}{self.after}")


def check_features(X: ArrayLike, name: str = "X") -> NDArray[Any]:
    """The rows as a 2-dimensional array of finite numbers, their dtype unchanged.

    Args:
        X: (N, n_features), anything NumPy reads as an array.
        name: what the message calls it.

    Returns:
        X as an array, (N, n_features).

    Raises:
        DataError: not 2-dimensional, empty, not numbers, or a value is NaN or infinite.

    >>> check_features([[1, 2], [3, 4]])
    array([[1, 2],
           [3, 4]])
    """
    if isinstance(X, str | os.PathLike):
        raise DataError(
            f"{name} is {os.fspath(X)[:60]!r}, and not the rows: give numbers, a row a sample; "
            "`glassnet train FILE` reads a table from its file"
        )
    X = _as_array(X, name)
    if X.ndim != 2:
        hint = "; for a single row write x[None, :], for a single column x[:, None]"
        raise DataError(
            f"{name} must have 2 dimensions (rows, columns); it has shape {X.shape}"
            + (hint if X.ndim == 1 else "; reshape each sample to one row of numbers")
        )
    if X.size == 0:
        raise DataError(
            f"{name} is empty: it has {X.shape[0]} rows and {X.shape[1]} columns; "
            "give at least one of each"
        )
    return _check_finite(X, name)


def check_labels(y: ArrayLike, name: str = "y") -> NDArray[Any]:
    """Class labels as a 1-dimensional array of whole numbers or of strings.

    Args:
        y: (N,), whole numbers or strings, not a mixture.
        name: what the message calls it.

    Returns:
        The labels, (N,); strings as a NumPy string array even where they came as objects.

    Raises:
        DataError: not 1-dimensional, a mixture, missing, or a number with a fraction.
    """
    y = _as_array(y, name)
    if y.ndim != 1:
        raise DataError(f"{name} must hold one label a row, shape (N,); it has shape {y.shape}")
    if y.dtype.kind in "OT":
        y = _from_objects(y, name)
    if y.dtype.kind not in "biufU":
        raise DataError(
            f"{name} must hold whole numbers or strings; it holds {y.dtype}: convert the labels"
        )
    if y.dtype.kind == "f":
        fraction = np.flatnonzero(~(np.isfinite(y) & (np.trunc(y) == y)))
        if len(fraction):
            raise DataError(
                f"{name} holds {y[fraction[0]]} at row {fraction[0]}, which is no class label; "
                "give whole numbers or strings, or use task 'number' to predict a number"
            )
    return y


def check_arrays(
    X: ArrayLike, y: ArrayLike, task: str = "classes"
) -> tuple[NDArray[Any], NDArray[Any]]:
    """X and y as arrays that a network can be trained on.

    Args:
        X: (N, n_features), finite numbers.
        y: (N,) labels for task 'classes'; (N,) or (N, n_out) finite numbers for 'number'.
        task: 'classes' or 'number'.

    Returns:
        X and y as arrays, otherwise unchanged.

    Raises:
        DataError: X or y is malformed, their lengths differ, or y holds a single class.
    """
    X = check_features(X)
    y = check_targets(y, task)
    check_same_length(X, y)
    if task == "classes" and (y == y[0]).all():
        raise DataError(
            f"y holds one class only ({y[0].item()!r}, {len(y)} rows); "
            "a classifier needs at least two: add rows of another class"
        )
    return X, y


def check_targets(y: ArrayLike, task: str, name: str = "y") -> NDArray[Any]:
    """y as labels for task 'classes', as finite numbers for task 'number'; else a DataError."""
    if task == "classes":
        return check_labels(y, name)
    if task != "number":
        raise DataError(f"task must be 'classes' or 'number'; got {task!r}")
    y = _as_array(y, name)
    if y.ndim not in (1, 2):
        raise DataError(f"{name} must hold a number a row, shape (N,); it has shape {y.shape}")
    return _check_finite(y, name)


def check_same_length(
    X: NDArray[Any], y: NDArray[Any], names: tuple[str, str] = ("X", "y")
) -> None:
    """Every row of X needs its label or number in y; else a DataError."""
    if len(X) != len(y):
        raise DataError(
            f"{names[0]} has {len(X)} rows and {names[1]} has {len(y)}; "
            "every row needs exactly one target: make them equally long"
        )


def _as_array(values: ArrayLike, name: str) -> NDArray[Any]:
    try:
        return array(name, values)
    except InputError as error:
        raise DataError(str(error)) from None


def _check_finite(values: NDArray[Any], name: str) -> NDArray[Any]:
    if values.dtype.kind not in "biuf":
        first = values.ravel()[:1].tolist()
        raise DataError(
            f"{name} must hold numbers; it holds {values.dtype} (the first value is "
            f"{first[0] if first else None!r}): turn text into numbers, and fill in what is missing"
        )
    if values.dtype.kind != "f":
        return values
    if not all_finite(values):
        bad = ~np.isfinite(values)
        where = np.unravel_index(int(bad.argmax()), bad.shape)
        place = " ".join(f"{axis} {i}," for axis, i in zip(("row", "column"), where, strict=False))
        count = int(bad.sum())
        raise DataError(
            f"{name} holds {values[where]} at {place[:-1]} "
            f"({count} such value{'s' if count > 1 else ''} in all); "
            "every value must be a finite number: fill it in, or leave its row out"
        )
    return values


def _from_objects(y: NDArray[Any], name: str) -> NDArray[Any]:
    values = y.tolist()
    kinds = (str, (int, float, np.number, np.bool_))
    for kind in kinds:
        if values and isinstance(values[0], kind):
            odd = next((i for i, v in enumerate(values) if not isinstance(v, kind)), None)
            if odd is None:
                return np.array(values)
            raise DataError(
                f"{name} mixes {type(values[0]).__name__} with {type(values[odd]).__name__} "
                f"({values[odd]!r} at row {odd}); give all labels as strings or all as numbers"
            )
    raise DataError(
        f"{name} must hold whole numbers or strings; it holds {values[:1]} at row 0: "
        "fill in what is missing, or leave its row out"
    )
