"""From a call as it was written to one of few operations: what it takes, and how it computes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

# names of functions and methods that compute entry by entry → ours
UNARY = {
    **{name: name for name in (
        "exp", "log", "tanh", "sqrt", "square", "sign", "sin", "cos", "tan", "arctan", "sinh",
        "cosh", "log1p", "expm1", "log2", "log10", "reciprocal", "floor", "ceil", "rint", "expit")},
    "absolute": "absolute", "abs": "absolute", "fabs": "absolute", "negative": "negative",
    "atan": "arctan", "trunc": "floor", "erf": "erf",
}  # fmt: skip
BINARY = {
    **{name: name for name in (
        "add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "remainder",
        "floor_divide", "logaddexp",
        "greater", "greater_equal", "less", "less_equal", "equal", "not_equal")},
    "true_divide": "divide", "pow": "power", "fmax": "maximum", "fmin": "minimum",
    "mod": "remainder",
}  # fmt: skip
REDUCED = {
    "sum": "sum", "mean": "mean", "average": "mean", "prod": "prod", "var": "var", "std": "std",
    "max": "max", "amax": "max", "min": "min", "amin": "min", "nansum": "sum", "fsum": "sum",
}  # fmt: skip
# what only moves numbers → the places of the arguments whose numbers it moves
MOVED: dict[str, tuple[int, ...]] = {
    **dict.fromkeys((
        "array", "asarray", "asanyarray", "asfarray", "ascontiguousarray", "copy", "atleast_1d",
        "atleast_2d", "reshape", "ravel", "flatten", "transpose", "swapaxes", "moveaxis",
        "rollaxis", "expand_dims", "squeeze", "flip", "fliplr", "flipud", "roll", "repeat", "tile",
        "broadcast_to", "take", "diagonal", "diag", "delete", "rot90", "resize", "tril", "triu",
        "pad", "choose", "compress", "concatenate", "vstack", "hstack", "stack", "column_stack",
        "row_stack", "dstack", "block", "item", "diagflat", "concat", "permute_dims",
        "matrix_transpose", "take_along_axis"), (0,)),
    "append": (0, 1), "insert": (0, 2), "full": (1,), "full_like": (1,),
}  # fmt: skip
CONTRACTED = ("dot", "matmul", "inner", "outer", "vdot", "einsum", "tensordot")
# numbers that do not depend on the values given, or that nothing flows through
MADE = {"zeros_like", "ones_like", "empty_like", "zeros", "ones", "empty", "arange", "linspace",
        "eye", "identity", "argmax", "argmin", "argsort", "nonzero", "shape", "size"}  # fmt: skip

OUT = ((np.clip, 3), (np.dot, 2))  # where an array that they write into may stand


@dataclass(frozen=True)
class Operation:
    """One of few: its name, the values it takes, and what else decides it.

    For "gather" `made` is its map: what the function did to the places of the numbers.
    """

    name: str
    values: Sequence[Any]
    static: Mapping[str, Any] = field(default_factory=dict)


def operation_of(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Operation | None:
    """The operation that a call is; None where its numbers come from nowhere.

    A function that is not known becomes "call", through which nothing is followed.
    """
    name = getattr(function, "__name__", "")
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ndarray | np.generic):
        args = (owner, *args)
    if name in MADE or getattr(function, "__module__", "") == "numpy.random":
        return None
    if type(owner).__module__.startswith(("numpy.random", "random")):
        return None
    if len(args) == 0:
        return None
    unknown = Operation("call", tuple(a for a in args if _numeric(a)), {"name": name})
    try:
        return _known(name, args, dict(kwargs)) or unknown
    except (TypeError, ValueError, IndexError):
        return unknown


def written_into(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Any:
    """What a call writes its result into: `out`, or what stands in its place; None: in nothing."""
    place = next((n for known, n in OUT if function is known), len(args))
    place = function.nin if isinstance(function, np.ufunc) else place
    out = kwargs.get("out", args[place] if len(args) > place else None)
    return out[0] if isinstance(out, tuple) and len(out) == 1 else out


def _known(name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> Operation | None:
    if name in UNARY and len(args) <= 2:  # the second is what it is written into
        return Operation(UNARY[name], args[:1])
    if name in ("max", "min") and len(args) > 1 and not isinstance(args[1], int | None):
        return Operation("maximum" if name == "max" else "minimum", args[:2])
    if name in BINARY and len(args) >= 2:
        return Operation(BINARY[name], tuple(args[:2]))
    if name in REDUCED:
        axis = kwargs.get("axis", args[1] if len(args) > 1 else None)
        if isinstance(axis, tuple | list):
            axis = [int(a) for a in axis]
        keep = bool(kwargs.get("keepdims", False))
        known = kwargs.keys() <= {"axis", "keepdims", "dtype", "out"}
        return Operation(REDUCED[name], args[:1], _axes(axis, keep)) if known else None
    if name in CONTRACTED:
        return _contraction(name, args, kwargs)
    if name == "where" and len(args) == 3:
        return Operation("where", args)
    if name == "clip":
        low = args[1] if len(args) > 1 else kwargs.get("a_min", kwargs.get("min"))
        high = args[2] if len(args) > 2 else kwargs.get("a_max", kwargs.get("max"))
        infinite = float("inf")
        return Operation(
            "clip", (args[0], -infinite if low is None else low, infinite if high is None else high)
        )
    if name == "norm" and len(args) == 1 and kwargs.keys() <= {"axis", "keepdims"}:
        return Operation(
            "norm", args, _axes(kwargs.get("axis"), bool(kwargs.get("keepdims", False)))
        )
    if name in ("softmax", "log_softmax", "logsumexp"):
        axis = kwargs.get("axis", args[1] if len(args) > 1 else None)
        return Operation(name, args[:1], _axes(axis, bool(kwargs.get("keepdims", False))))
    if name in ("float", "float64", "float32", "astype", "asscalar", "nan_to_num"):
        return Operation("same", args[:1])
    return None


def _axes(axis: Any, keep: bool) -> dict[str, Any]:
    return {"axis": axis if axis is None or isinstance(axis, list) else int(axis), "keepdims": keep}


def _contraction(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Operation | None:
    """Products of arrays, whatever they are called, as one: einsum with its indices."""
    if name == "einsum":
        spec = str(args[0]).replace(" ", "")
        if "..." in spec:
            return None
        if "->" not in spec:
            letters = spec.replace(",", "")
            spec += "->" + "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
        return Operation("einsum", args[1:], {"spec": spec})
    m, n = np.ndim(args[0]), np.ndim(args[1])
    first, second = "abcdefgh"[:m], "mnopqrst"[:n]
    if name == "outer":
        return Operation("outer", args[:2])
    if name == "vdot" or (name == "inner" and m == n == 1):
        return Operation("vdot", args[:2])
    if m == 0 or n == 0:
        return Operation("multiply", args[:2])
    if name == "tensordot":
        axes = kwargs.get("axes", args[2] if len(args) > 2 else 2)
        if isinstance(axes, int):
            ours, theirs = list(range(m - axes, m)), list(range(axes))
        else:
            ours, theirs = (list(np.atleast_1d(a)) for a in axes)
        letters = list(second)
        for a, b in zip(ours, theirs):
            letters[b] = first[a]
        second = "".join(letters)
    elif name == "inner":
        second = second[:-1] + first[-1]
    elif name == "matmul" and max(m, n) > 2:
        if m != n:
            return None
        second = first[: m - 2] + first[-1] + "z"
        return Operation("einsum", args[:2], {"spec": f"{first},{second}->{first[:-1]}z"})
    else:
        second = first[-1] if n == 1 else second[:-2] + first[-1] + second[-1]
    out = "".join(c for c in first + second if (first + second).count(c) == 1)
    return Operation("einsum", args[:2], {"spec": f"{first},{second}->{out}"})


def moved(
    function: Callable[..., Any], name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[list[Any], np.ndarray] | None:
    """What a function that only moves numbers did: whose they are, and which went where.

    The map counts from 1 through all the numbers of all values; 0 is a number of its own making.
    """
    places = MOVED[name]
    counter = 1
    values: list[Any] = []

    def numbered(value: Any) -> Any:
        nonlocal counter
        if isinstance(value, list | tuple) and any(_numeric(v) and np.ndim(v) for v in value):
            return [numbered(v) for v in value]
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            raise TypeError
        values.append(value)
        counter += array.size
        return np.arange(counter - array.size, counter).reshape(array.shape)

    try:
        given = [numbered(a) if at in places else a for at, a in enumerate(args)]
        own = {k: v for k, v in kwargs.items() if k not in ("dtype", "copy", "order", "out")}
        if name in ("array", "asarray", "asanyarray", "asfarray", "full", "full_like"):
            given = given[: max(places) + 1]
        result = np.asarray(function(*given, **own))
        return values, result.astype(np.int64)
    except (TypeError, ValueError, IndexError, AttributeError):
        return None


def _numeric(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biuf"
    if isinstance(value, list | tuple):
        return bool(value) and all(_numeric(v) for v in value[:3])
    return isinstance(value, float | int | np.number | np.bool_)
