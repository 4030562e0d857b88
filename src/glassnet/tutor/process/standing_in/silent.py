"""What takes every attribute, call and index, and does nothing: a plot, a window.

Functions that are given to be called back, by a timer or a button, are kept: where nothing else
trained, they are called as the window would call them.
"""

from __future__ import annotations

import dis
import inspect
import re
import sys
import threading
import types
from collections.abc import Callable, Iterator
from typing import Any

_UNPACKS = dis.opmap["UNPACK_SEQUENCE"]


class Silent(types.ModuleType):
    """A module, an object or a function of which nothing is asked but that it is there."""

    def __init__(self, name: str = "silent") -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Silent(name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        _keep(self.__name__, args, kwargs)
        return args[0] if len(args) == 1 and callable(args[0]) and not kwargs else Silent()

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (SilentBase,)

    def __getitem__(self, key: Any) -> Any:
        return Silent()

    def __setitem__(self, key: Any, value: Any) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        return iter([Silent() for _ in range(_asked_for(sys._getframe(1)))])

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *args: Any) -> None:
        return None

    def __format__(self, spec: str) -> str:
        return ""

    def __float__(self) -> float:
        return 0.0

    def __int__(self) -> int:
        return 0

    def __len__(self) -> int:
        return 2

    def __bool__(self) -> bool:
        return True


class SilentBase:
    """What a class of the script's is made from where its base is silent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Silent(name)


def _same(self: Any, *_: Any) -> Any:
    return Silent()


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    setattr(Silent, f"__{_name}__", _same)
    setattr(Silent, f"__r{_name}__", _same)
for _name in ("neg", "lt", "le", "gt", "ge"):
    setattr(Silent, f"__{_name}__", _same)


def _asked_for(frame: types.FrameType) -> int:
    """So many as are unpacked there, `a, b, c = …`; else two."""
    at, code = frame.f_lasti, frame.f_code.co_code
    return code[at + 1] if 0 <= at < len(code) - 1 and code[at] == _UNPACKS else 2


ROUNDS = 4  # so often a function is called back
_MOST = 8  # functions
_TAKES_BACK = re.compile(
    r"FuncAnimation|after(_idle)?|add_callback|connect|bind|mpl_connect|on_click(ed)?|Button|ontimer|"
    r"schedule(_interval)?|set_interval"
)
CALLED_BACK: dict[Any, tuple[Any, ...]] = {}  # each with what it is given


def _keep(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """The function among what a timer, a button or an animation is given."""
    given = [kwargs[key] for key in ("command", "func", "callback") if key in kwargs]
    found: list[Any] = [*given, *(args if _TAKES_BACK.fullmatch(name) else ())]
    for function in found:
        is_own = callable(function) and not isinstance(function, type | types.ModuleType)
        if is_own and len(CALLED_BACK) < _MOST:
            event = name in ("bind", "connect", "mpl_connect")
            frames = kwargs.get("frames")
            CALLED_BACK.setdefault(
                function, (Silent("event") if event else frames, *kwargs.get("fargs", ()))
            )
            return


_BEFORE: list[threading.Thread] = []


def forget_called_back() -> None:
    """From now on it is another run."""
    CALLED_BACK.clear()
    _BEFORE[:] = threading.enumerate()


def _started() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread not in _BEFORE]


def may_train_yet() -> bool:
    """Whether something is to be called back, or runs beside."""
    return bool(CALLED_BACK or _started())


def call_back(number: int) -> None:
    """Calls each once, as a window would; waits before for what threads do.

    Raises: what the first one raised, after all of them, in the last round.
    """
    raised: Exception | None = None
    for thread in _started():
        thread.join(0.5)
    for function, (frames, *more) in list(CALLED_BACK.items()):
        frame = frames if isinstance(frames, Silent) else number
        if isinstance(frames, list | tuple | range) and frames:
            frame = frames[number % len(frames)]
        try:
            function(*[frame, *more][: _required(function)])
        except Exception as error:
            raised = raised or error
    if raised is not None and number == ROUNDS - 1:
        raise raised


def _required(function: Callable[..., Any]) -> int:
    """How many values a function must be given."""
    try:
        own = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 0
    return sum(p.default is p.empty and p.kind <= p.POSITIONAL_OR_KEYWORD for p in own)
