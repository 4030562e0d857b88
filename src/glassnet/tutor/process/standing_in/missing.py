"""Modules that are not here, by what they are called for; and names that were taken away since."""

from __future__ import annotations

import ast
import builtins
import collections.abc
import difflib
import fractions
import importlib.abc
import importlib.machinery
import itertools
import math
import re
import sys
import time
import types
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.tutor.process.standing_in.form import is_label
from glassnet.tutor.process.standing_in.silent import Silent
from glassnet.tutor.process.standing_in.tiny import TinyData

_OURS = str(Path(__file__).parents[3])
_LOADS = re.compile(
    r"(load|read|get|fetch|import|generate|make|create)_?\w*|\w*(data|dataset)", re.I
)
NEARLY = 0.87  # how alike two names are of which one is meant by the other
_SLOPE = re.compile(r"deriv|prime|grad|backward|_d$|^d_?|_der", re.I)


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _softmax(z: Any) -> Any:
    powers = np.exp(z - np.max(z))
    return powers / np.sum(powers, axis=0, keepdims=True)


_FUNCTIONS: tuple[tuple[str, Callable[..., Any], Callable[..., Any]], ...] = (
    ("sigmoid|logistic", _sigmoid, lambda z: _sigmoid(z) * (1 - _sigmoid(z))),
    ("tanh", np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    ("leaky", lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
    ("relu", lambda z: np.maximum(z, 0), lambda z: (np.asarray(z) > 0) * 1.0),
    ("softmax", _softmax, lambda z: _softmax(z) * (1 - _softmax(z))),
)


def by_name(data: TinyData, asked: str) -> Any:
    """What a name that is not known is usually for: an activation, labels as columns, data."""
    if asked.startswith("__"):
        raise AttributeError(asked)
    low = asked.lower()
    for kind, function, slope in _FUNCTIONS:
        if re.search(kind, low):
            return slope if _SLOPE.search(re.sub(kind, "_", low)) else function
    if re.search(r"one_?hot|categorical|to_vector|vectori[sz]ed?_", low):
        return lambda y, n=None, *_, **__: np.eye(int(n or np.max(y) + 1))[np.asarray(y, int)]
    if re.search(r"accuracy|score|plot|show|print|test|check|log|draw|display|visual", low):
        return Silent(asked)
    if _LOADS.fullmatch(asked):
        return _Loader(data, asked)
    if low in ("x", "y") or re.fullmatch(r"[xy]_?(train|test|val)\w*|(features|targets)\w*", low):
        return data.named(low)
    return Silent(asked)


class _Loader(Silent):
    """Gives samples and labels, however they are taken apart."""

    def __init__(self, data: TinyData, asked: str) -> None:
        super().__init__(asked)
        self._data = data

    def __call__(self, *_: Any, **__: Any) -> Any:
        self._data.say(f"what {self.__name__} gives", "not here")
        X, y = self._data.whole()
        wanted = _unpacked(sys._getframe(1))
        if wanted == 4:  # as often in one order as in the other
            return (X, y, X, y)
        if wanted == 3:
            return ((X, y), (X, y), (X, y))
        return LoadedParts(self._data, (X, y))


class LoadedParts(tuple[Any, ...]):
    """Samples and labels, taken apart or asked by names; and what else it is asked for."""

    def __new__(cls, data: TinyData, parts: Any) -> Any:
        made = super().__new__(cls, parts)
        made._data = data  # type: ignore[attr-defined]
        return made

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if is_label(name) or re.fullmatch(r"x|.*(data|images?|features?|samples?|inputs?)", name):
            return self._data.named(name)  # type: ignore[attr-defined]
        return Silent(name)

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, str):
            return super().__getitem__(key)
        return self if re.match("train|test|val", key) else self._data.named(key)  # type: ignore[attr-defined]


def _unpacked(frame: types.FrameType | None) -> int:
    """How many names a statement gives the call's value to, as far as its line tells."""
    import linecache

    while frame is not None and "glassnet" in frame.f_code.co_filename:
        frame = frame.f_back
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno) if frame else ""
    return line.partition("=")[0].count(",") + 1


class MissingModules(importlib.abc.MetaPathFinder):
    """Asked last: a module that nobody has is made up as it is asked for names."""

    def __init__(self, data: TinyData) -> None:
        self._data = data

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> Any:
        asking = sys._getframe(1)
        while asking is not None and "importlib" in asking.f_code.co_filename:
            asking = asking.f_back  # type: ignore[assignment]
        if asking is None or not _may_stand_in(asking, fullname):
            return None
        if fullname.partition(".")[0] in dispensable(self._data.text):
            return None
        if meant := _nearly(self._data.copy, fullname):
            self._data.taken_for[fullname] = f"{meant}.py"
            return importlib.machinery.ModuleSpec(fullname, _Other(meant))
        return importlib.machinery.ModuleSpec(fullname, _Maker(self._data), is_package=True)


def _may_stand_in(asking: types.FrameType, name: str) -> bool:
    """A library asks for what may be absent, and does without it: only the learner's get more."""
    file = asking.f_code.co_filename
    return not any(part in file for part in ("site-packages", sys.base_prefix, _OURS))


def _nearly(folder: Path, name: str) -> str:
    """The module beside the script that is nearly of this name: other case, a slip of the pen."""
    itself = Path(sys.argv[0]).stem
    stems = (file.stem for file in folder.glob("*.py"))
    beside = {stem.casefold(): stem for stem in stems if stem != itself}
    near = difflib.get_close_matches(name.casefold(), beside, 1, NEARLY) if len(name) > 4 else []
    return beside.get(name.casefold(), beside[near[0]] if near else "")


class _Other(importlib.abc.Loader):
    """Gives a module of another name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def create_module(self, spec: Any) -> Any:
        return importlib.import_module(self._name)

    def exec_module(self, module: types.ModuleType) -> None:
        """It was when it was imported."""


class _Maker(importlib.abc.Loader):
    def __init__(self, data: TinyData) -> None:
        self._data = data

    def create_module(self, spec: Any) -> Any:
        above = sys.modules.get(spec.name.partition(".")[0])
        return Silent(spec.name) if isinstance(above, Silent) else None

    def exec_module(self, module: types.ModuleType) -> None:
        module.__all__ = names_unbound(self._data.text)  # type: ignore[attr-defined]
        if isinstance(module, Silent):
            return
        self._data.missing.append(module.__name__)
        module.__getattr__ = lambda name: by_name(self._data, name)  # type: ignore[method-assign]


@lru_cache(4)
def dispensable(text: str) -> frozenset[str]:
    """The packages that a script itself expects to be absent, and has something else for.

    >>> dispensable("try:\\n    import numba\\nexcept ImportError:\\n    numba = None")
    frozenset({'numba'})
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return frozenset()
    tried: dict[int, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any(map(_has_another, node.handlers)):
            tried |= {id(inner): None for part in node.body for inner in ast.walk(part)}
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found[id(node) in tried] |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found[id(node) in tried].add(node.module.partition(".")[0])
    return frozenset(found[True] - found[False])


def _has_another(handler: ast.ExceptHandler) -> bool:
    """Whether it takes a failed import, and puts something in the place of what was to come."""
    kinds = {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)} if handler.type else {
        "Exception"}  # fmt: skip
    if not kinds & {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}:
        return False
    inside = [n for part in handler.body for n in ast.walk(part)]
    ends = any(
        isinstance(n, ast.Raise)
        or (isinstance(n, ast.Call) and re.search(r"\b_?exit$|quit$", ast.unparse(n.func)))
        for n in inside
    )
    binds = (ast.Import, ast.ImportFrom, ast.Assign, ast.FunctionDef, ast.ClassDef)
    return not ends and any(isinstance(n, binds) for n in inside)


def leave_out(data: TinyData) -> None:
    """Takes back what would stand in for a package that the script can do without."""
    gone = {name for name in dispensable(data.text) if not _is_here(name)}
    for name in list(sys.modules):
        if name.partition(".")[0] in gone and not vars(sys.modules[name]).get("__file__"):
            del sys.modules[name]


def _is_here(name: str) -> bool:
    return name in sys.stdlib_module_names or bool(importlib.machinery.PathFinder.find_spec(name))


@lru_cache(4)  # asked for each library, in each of many runs
def names_unbound(text: str) -> tuple[str, ...]:
    """The names that a script uses and nowhere binds: what `from … import *` is to give."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ()
    used: dict[str, None] = {}
    bound = set(dir(builtins))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                used[node.id] = None
            else:
                bound.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
    return tuple(name for name in used if name not in bound)


def restore_removed_names() -> None:
    """What NumPy and Python had once, under the names of then."""
    kinds = {"float": float, "int": int, "bool": bool, "object": object, "str": str,
             "complex": complex, "float_": np.float64, "int_": np.int64, "long": int,
             "unicode_": np.str_, "string_": np.bytes_, "Inf": np.inf, "Infinity": np.inf,
             "infty": np.inf, "NaN": np.nan, "NAN": np.nan, "PINF": np.inf, "NINF": -np.inf,
             "product": np.prod, "cumproduct": np.cumprod, "alltrue": np.all, "sometrue": np.any,
             "row_stack": np.vstack, "round_": np.round, "asfarray": _as_floats, "mat": np.asmatrix,
             "asscalar": lambda a: a.item(), "in1d": np.isin, "trapz": getattr(np, "trapezoid", 0),
             "math": math, "rank": np.ndim, "bool8": np.bool_, "int0": np.intp,
             "msort": lambda a: np.sort(a, axis=0)}  # fmt: skip
    once: dict[Any, dict[str, Any]] = {
        np: kinds, time: {"clock": time.perf_counter}, fractions: {"gcd": math.gcd},
        collections: {name: getattr(collections.abc, name) for name in collections.abc.__all__},
        itertools: {"izip": zip, "imap": map, "ifilter": filter, "izip_longest": zip_longest},
    }  # fmt: skip
    for module, names in once.items():
        for name, value in names.items():
            if name not in vars(module):
                setattr(module, name, value)
    for name, now in (("cPickle", "pickle"), ("StringIO", "io"), ("ConfigParser", "configparser"),
                      ("urllib2", "urllib.request"), ("Queue", "queue")):  # fmt: skip
        sys.modules[name] = importlib.import_module(now)


def _as_floats(values: Any, dtype: Any = float) -> np.ndarray:
    return np.asarray(values, dtype=dtype)
