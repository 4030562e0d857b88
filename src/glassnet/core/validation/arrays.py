"""What comes in as an array: read as NumPy reads it, of real numbers where these are needed."""

import math
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.errors import InputError
from glassnet.core.validation.rules import shown

PART = 2**18  # numbers that are looked at in one go: they stay in the processor's cache
ROWS = 65_536  # rows, where each number is looked at: a mask of all would be a quarter as large


def array(name: str, values: ArrayLike, give: str = "a regular array") -> NDArray[Any]:
    """What NumPy reads as an array, with no value masked and no rows of different lengths.

    >>> array("X", [[1, 2], [3, 4]]).shape
    (2, 2)
    """
    if isinstance(values, np.ma.MaskedArray):
        gone = int(np.ma.count_masked(values))
        if gone:
            raise InputError(
                f"{name} has {gone} masked value{'s' if gone > 1 else ''}: fill them in, as by "
                "its method filled, or leave their rows out."
            )
        values = values.data
    if not isinstance(values, np.ndarray):
        for method, call in NOT_YET_ARRAYS.items():
            if hasattr(values, method):
                raise InputError(f"{name} is {shown(values)}, not an array: give {name}{call}.")
        if hasattr(values, "__next__"):
            raise InputError(f"{name} is {shown(values)}, not an array: give list({name}).")
    try:
        found = np.asarray(values)
    except ValueError:  # NumPy's word for rows of different lengths
        raise InputError(f"the rows of {name} differ in length: make them equally long.") from None
    except Exception as error:  # what an object's own __array__ or __len__ does
        raise InputError(
            f"{name} is {shown(values)}, of which no array can be made "
            f"({type(error).__name__}): give {give}."
        ) from None
    if found.dtype.kind == "U" and isinstance(values, list | tuple):
        for row, value in enumerate(values):  # NumPy makes text of the numbers among it
            if not isinstance(value, str | list | tuple | np.ndarray):
                raise InputError(
                    f"{name} mixes text with {shown(value)} at row {row}: give all as text, or all "
                    "as numbers."
                )
    return found


# methods by which other libraries' tables become arrays, or what one can be made of
NOT_YET_ARRAYS = {"toarray": ".toarray()", "collect": ".collect()"}


def numbers(name: str, values: ArrayLike, dtype: Any = None) -> NDArray[Any]:
    """An array of real numbers, in a dtype that holds them where one is named.

    >>> numbers("x", [1, 2], "float32")
    array([1., 2.], dtype=float32)
    """
    if type(values) is np.ndarray and values.dtype == dtype and values.dtype.kind in "biuf":
        return values  # as most calls have it
    found = array(name, values, "an array of numbers")
    if found.dtype.kind == "O":
        found = _of_objects(name, found)
    if found.dtype.kind not in "biuf":
        raise InputError(
            f"{name} holds {_kind(found)}: give numbers; turn text into them, and fill in what "
            "is missing."
        )
    if dtype is None or found.dtype == dtype:
        return found
    with np.errstate(over="ignore"):
        cast = found.astype(dtype)
    if found.dtype.kind == "f" and not np.isfinite(cast).all():
        beyond = np.isfinite(found) & ~np.isfinite(cast)
        if beyond.any():
            raise InputError(
                f"{name} holds {found[beyond][0]:.3g}, which {np.dtype(dtype)} cannot hold: "
                "bring it to a smaller scale, or take float64."
            )
    return cast


def _of_objects(name: str, found: NDArray[Any]) -> NDArray[Any]:
    """Numbers that came as objects, a Fraction or a long int among them, as floats."""
    flat = found.ravel().tolist()
    for value in flat:
        if not isinstance(value, Real):
            raise InputError(
                f"{name} holds {shown(value)}: give numbers; turn text into them, and fill in "
                "what is missing."
            )
    try:
        return np.array([float(value) for value in flat]).reshape(found.shape)
    except OverflowError:
        raise InputError(f"{name} holds a whole number that no float holds.") from None


def _kind(found: NDArray[Any]) -> str:
    kinds = {"U": "text", "S": "bytes", "T": "text", "c": "complex numbers", "M": "dates",
             "m": "spans of time", "V": "records"}  # fmt: skip
    kind = kinds.get(found.dtype.kind, f"values of type {found.dtype}")
    return f"{kind}, as {shown(found.flat[0])}" if found.size else kind


def all_finite(values: NDArray[Any]) -> bool:
    """Whether every number, of any shape, is finite: none is NaN or infinite.

    Of floats that lie in a row Σx² tells it, part by part, in half the time that a look at each
    takes; where that sum is not finite a number may be merely large, and each is looked at.

    >>> all_finite(np.array([1e30, 2.0], np.float32)), all_finite(np.array([1.0, np.nan]))
    (True, False)
    """
    if values.dtype.kind not in "fc":
        return True
    if not values.flags.c_contiguous or values.dtype not in (np.float32, np.float64):
        rows = np.atleast_1d(values)
        parts = (rows[first : first + ROWS] for first in range(0, len(rows), ROWS))
        return all(bool(np.isfinite(part).all()) for part in parts)
    flat = values.reshape(-1)
    with np.errstate(over="ignore", invalid="ignore"):
        for first in range(0, flat.size, PART):
            part = flat[first : first + PART]
            if not math.isfinite(part.dot(part)) and not np.isfinite(part).all():
                return False
    return True
