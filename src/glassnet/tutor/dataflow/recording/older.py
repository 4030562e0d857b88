"""What NumPy once took and takes no more, as it took it then: arrays of one number as numbers, …"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

REFUSALS = (TypeError, ValueError, IndexError, OverflowError)
Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


def is_single(value: Any) -> bool:
    """Whether it is an array of one number that is not a number: `float` took it once."""
    return isinstance(value, np.ndarray) and value.size == 1 and value.ndim > 0


def as_it_was(
    error: Exception, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any],
    number: Callable[[np.ndarray], Any],
) -> Call | None:  # fmt: skip
    """The call that does what the refused one did; None where it was refused always.

    number: gives an array's only number.
    """
    said, name = str(error), getattr(function, "__name__", "")
    if len(args) == 0:
        return None
    as_number = any(part in said for part in ("0-dimensional", "scalar array", "__round__"))
    if as_number and any(map(is_single, args)):
        return function, tuple(number(a) if is_single(a) else a for a in args), kwargs
    if "inhomogeneous" in said and name in ("array", "asarray", "permutation"):
        return (function if name == "permutation" else np.asarray), (_of_objects(args[0]),), {}
    if name == "delete" and "out of bounds" in said and len(args) > 1:
        within = [i for i in np.atleast_1d(args[1]).tolist() if -len(args[0]) <= i < len(args[0])]
        return function, (args[0], np.array(within, int), *args[2:]), kwargs
    if ("generator" in said or "arrays to stack" in said) and isinstance(args[0], Iterable):
        return function, (list(args[0]), *args[1:]), kwargs
    if "avoid copy" in said:
        return np.asarray, args, {k: v for k, v in kwargs.items() if k == "dtype"}
    if "newshape" in said:
        return function, args, {"shape" if k == "newshape" else k: v for k, v in kwargs.items()}
    if name == "fromstring" and "frombuffer" in said:
        return lambda *a, **k: np.frombuffer(*a, **k).copy(), args, kwargs
    if "out of bounds for uint8" in said:
        return _wrapping(function, args, kwargs)
    return None


def _of_objects(values: Iterable[Any]) -> np.ndarray:
    """Rows of unequal length, each an object."""
    rows = list(values)
    made = np.empty(len(rows), object)
    for place, row in enumerate(rows):
        made[place] = row
    return made


def _wrapping(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
    """Bytes made of larger numbers, and computed with them as whole numbers are."""
    if isinstance(function, type) or "dtype" in kwargs or len(args) == 1:
        return (lambda values, *_, **__: np.asarray(values).astype(np.uint8)), args[:1], {}
    wide = tuple(a.astype(int) if getattr(a, "dtype", None) == np.uint8 else a for a in args)
    return function, wide, kwargs
