"""Functions of one's own, tried on a few numbers: what each returns, and its formula beside it."""

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.validation.rules import shown

TRIED = (-2.5, -1.0, -0.25, 0.25, 1.0, 2.5)  # values of z


def check_values(part: Any, method: str, values: Any, shape: tuple[int, ...]) -> None:
    """An InputError where a part's method returned something else than an array of this shape."""
    if not isinstance(values, np.ndarray) or values.shape != shape:
        raise InputError(
            f"the {method} of the {part.word} {part.name} returns {shown(values)}, and an array of "
            f"shape {shape} is needed, for {shape[0]} rows: return as many values."
        )


def check_function(part: Any, method: str, function: Callable[[Any], Any]) -> None:
    """An InputError where a function is not one of a single array, to as many values."""
    called = f"the {method} of the {part.word} {part.name}"
    z = np.array(TRIED).reshape(2, -1)
    try:
        inspect.signature(function).bind(z)
    except ValueError:  # written in C, it does not say what it takes
        pass
    except TypeError:
        takes = inspect.signature(function)
        raise InputError(
            f"{called} takes {takes}, and it is called with z alone: give a function of z, or a "
            f"subclass of gn.Activation, whose df takes z and a."
        ) from None
    try:
        with np.errstate(all="ignore"):
            values = function(z)
    except Exception as error:
        raise InputError(
            f"{called} takes no array ({type(error).__name__}: {str(error).rstrip('.')}): write it "
            "with NumPy, for many z at once, as np.maximum(z, 0)."
        ) from error
    check_values(part, method, values, z.shape)


def check_formula(f: Any) -> None:
    """That the formula an activation of one's own brings, if any, is a tree of its f.

    Raises: InputError where it is no tree of z, or gives other numbers than f does.
    """
    tree = f.formula
    if tree is None:
        return
    is_tree = callable(getattr(tree, "evaluate", None)) and not isinstance(tree, type)
    names = tree.symbols() if is_tree and hasattr(tree, "symbols") else None
    if names not in ([], ["z"]):
        came = shown(tree) if names is None else f"a tree of {', '.join(names)}"
        raise InputError(
            f"the formula of the activation {f.name} is {came}: give a tree of glassnet.formula "
            "that names no quantity but z, as Symbol('z')**3."
        )
    with np.errstate(all="ignore"):
        told = f.f(np.array(TRIED))
    if (found := differing(tree, told)) is not None:
        z, given, a = found
        gives = f"{given:.6g}" if math.isfinite(given) else "no number"
        raise InputError(
            f"the formula of the activation {f.name} gives {gives} at z = {z:g}, and its f gives "
            f"{a:.6g}: they must be the same function."
        )


def differing(tree: Any, numbers: Any) -> tuple[float, float, float] | None:
    """The first z tried where a tree does not give these numbers, with both; None: it does."""
    for z, a in zip(TRIED, numbers.tolist(), strict=True):
        given = tree.evaluate({"z": z})
        if math.isfinite(a) and not math.isclose(given, a, rel_tol=1e-6, abs_tol=1e-9):
            return z, given, a
    return None
