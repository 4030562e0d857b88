"""What takes every attribute, call and index, and does nothing: a plot, a window."""

from __future__ import annotations

import contextlib
import dis
import sys
import types
from collections.abc import Iterator
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
        asked = getattr(self, "__name__", "")
        if callable(kwargs.get("command")):
            _PRESSED.append((kwargs["command"], ()))
        elif asked == "after" and len(args) > 1 and callable(args[1]):
            _PRESSED.append((args[1], args[2:]))
        elif asked == "mainloop":
            press_all()
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


_PRESSED: list[tuple[Any, tuple[Any, ...]]] = []  # what a window's buttons and clock are to do
MOST = 20


def forget_windows() -> None:
    """Another run begins."""
    _PRESSED.clear()


def press_all() -> None:
    """What waits in a window is done, and what that leaves to be done after it, so many times."""
    for _ in range(MOST):
        if not _PRESSED:
            return
        function, given = _PRESSED.pop(0)
        with contextlib.suppress(Exception):  # as in a window, which stays
            function(*given)


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
