"""What scripts are started, spread and set by: command lines, pools, settings, other NumPys."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import multiprocessing.pool
import sys
import types
import urllib.request
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from glassnet.tutor.process.standing_in.silent import Silent
from glassnet.tutor.process.standing_in.tiny import TinyData

Open = Callable[..., Any]  # makes a module that is asked by names for what it has not


def install_tools(data: TinyData, open_module: Open) -> None:
    """Puts them in place; what would run in other processes runs in this one, where it is seen."""
    if "cupy" in data.text or "jax" in data.text:  # libraries look whether they are there
        _other_numpys()
    _one_process(open_module)
    _command_lines(open_module)

    def retrieved(url: str, file: Any = None, *_: Any, **__: Any) -> Any:
        return file or url.rpartition("/")[2], {}

    urllib.request.urlretrieve = retrieved  # what it would have brought is stood in for
    open_module("wget", download=lambda url, *_, **__: url.rpartition("/")[2])


def _other_numpys() -> None:
    """Arrays on a graphics card, or compiled, are NumPy's here."""
    for name in ("cupy", "jax.numpy"):
        other: Any = types.ModuleType(name)
        other.asnumpy, other.__getattr__ = np.asarray, lambda asked: getattr(np, asked)
        other.cuda, other.get_array_module = Silent("cuda"), lambda *_: np
        sys.modules[name] = other
    jax: Any = types.ModuleType("jax")
    jax.numpy, jax.jit, jax.__path__ = sys.modules["jax.numpy"], lambda f, **_: f, []
    sys.modules["jax"] = jax


def _one_process(open_module: Open) -> None:
    class Pool:
        """Does each task at once, one after another."""

        def __init__(self, *_: Any, **__: Any) -> None: ...

        def map(self, function: Any, *rows: Iterable[Any], **_: Any) -> list[Any]:
            return [function(*row) for row in zip(*rows)]

        imap = imap_unordered = map

        def starmap(self, function: Any, rows: Iterable[Any], *_: Any) -> list[Any]:
            return [function(*row) for row in rows]

        def apply(self, function: Any, args: Any = (), kwargs: Any = None) -> Any:
            return function(*args, **(kwargs or {}))

        def submit(self, function: Any, *args: Any, **kwargs: Any) -> Any:
            value = function(*args, **kwargs)
            return types.SimpleNamespace(result=lambda *_: value, get=lambda *_: value)

        def apply_async(self, function: Any, args: Any = (), kwds: Any = None, *_: Any) -> Any:
            return self.submit(function, *args, **(kwds or {}))

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *_: Any) -> None: ...

        close = join = terminate = shutdown = lambda self, *_, **__: None

    class Process:
        """Runs where it is started."""

        def __init__(self, group: Any = None, target: Any = None, name: Any = None, args: Any = (),
                     kwargs: Any = None, **_: Any) -> None:  # fmt: skip
            self._run = lambda: target(*args, **(kwargs or {})) if target else None

        def run(self) -> None:
            self._run()

        def start(self) -> None:
            self.run()

        join = terminate = close = is_alive = lambda self, *_, **__: None

    for module in (multiprocessing, multiprocessing.pool):
        module.Pool = module.ThreadPool = module.Process = Pool  # type: ignore[attr-defined]
    multiprocessing.Process = Process  # type: ignore[assignment, misc]
    concurrent.futures.ThreadPoolExecutor = Pool  # type: ignore[assignment, misc]
    concurrent.futures.ProcessPoolExecutor = Pool  # type: ignore[assignment, misc]

    def delayed(function: Any) -> Any:
        return lambda *args, **kwargs: (function, args, kwargs)

    def parallel(*_: Any, **__: Any) -> Any:
        return lambda tasks: [function(*args, **kwargs) for function, args, kwargs in tasks]

    open_module("joblib", Parallel=parallel, delayed=delayed)


def _command_lines(open_module: Open) -> None:
    """click, fire and absl: what is started by them starts with what it has by default."""

    def option(*names: str, default: Any = None, type: Any = None, **_: Any) -> Any:
        name = next((n for n in names if n.startswith("--")), names[0]).lstrip("-")
        given = default if default is not None else type("3") if type in (int, float) else "3"

        def taken(function: Any) -> Any:
            def started(*args: Any, **kwargs: Any) -> Any:
                return function(*args, **{name.replace("-", "_"): given, **kwargs})

            return started

        return taken

    def command(*given: Any, **_: Any) -> Any:
        return given[0] if given and callable(given[0]) else lambda function: function

    open_module("click", option=option, argument=option, command=command, group=command,
                Path=lambda *_, **__: str, echo=print)  # fmt: skip
    open_module("fire", Fire=lambda what=None, *_, **__: what() if callable(what) else None)
    flags: Any = types.SimpleNamespace()

    def define(name: str, default: Any, *_: Any, **__: Any) -> None:
        setattr(flags, name, default)

    kinds = ("integer", "float", "string", "bool", "boolean", "enum", "list")
    open_module("absl")
    open_module("absl.app", run=lambda main, *_, **__: main([sys.argv[0]]))
    open_module("absl.flags", FLAGS=flags, **{f"DEFINE_{kind}": define for kind in kinds})
