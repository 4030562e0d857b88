"""What a setting may be: rules of kind and range, each of which says itself in words.

    Rate = Annotated[float, FiniteNumber(above=0)]

A rule stands in the annotation of what it is about, where `door` finds it, or is called by
itself: `Whole(least=1)("epochs", epochs)`. It returns the value in its plain form, a float for
NumPy's float32, or raises an InputError in one sentence.
"""

import contextlib
import math
import os
import reprlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from itertools import pairwise
from numbers import Integral, Real
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from glassnet.core.errors import InputError, nearest


class Rule(ABC):
    """What a value must be: returns it, in its plain form, or raises; `what` says it in words."""

    what: str

    @abstractmethod
    def __call__(self, name: str, value: Any, /) -> Any: ...

    def __repr__(self) -> str:
        return self.what


def refused(name: str, value: object, what: str) -> InputError:
    """The sentence: what was given, and what to give.

    >>> print(refused("epochs", -1, "a whole number from 1 up"))
    epochs is -1: give a whole number from 1 up.
    """
    return InputError(f"{name} is {shown(value)}: give {what}.")


def shown(value: object) -> str:
    """A value in few words, whatever it is.

    >>> shown(np.zeros((3, 2))), shown("relu"), shown(print)
    ('an array of shape (3, 2)', "'relu'", 'a builtin_function_or_method')
    """
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        return _short.repr(value)
    if isinstance(value, list | tuple | dict | set | frozenset | range):
        text = _short.repr(value).replace("\n", " ")
        return text if len(text) <= 100 else f"a {type(value).__name__} of {len(value):,}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


_short = reprlib.Repr()
_short.maxstring = _short.maxother = _short.maxlong = 60
_short.maxlevel = 2


def _bounded(
    kind: str,
    above: float | None = None,
    least: float | None = None,
    below: float | None = None,
    most: float | None = None,
) -> str:
    """The kind with its bounds: 'a number above 0', 'a whole number from 1 to 9'."""
    words = [kind]
    if above is not None:
        words.append(f"above {above:,}")
    if least is not None:
        words.append(f"from {least:,}")
    if below is not None:
        words.append(f"{'and ' if len(words) > 1 else ''}below {below:,}")
    if most is not None:
        words.append(f"to {most:,}" if least is not None else f"of at most {most:,}")
    if least is not None and below is None and most is None:
        words.append("up")
    return " ".join(words)


def in_words(words: Iterable[str], last: str = "and") -> str:
    """A list as one writes it.

    >>> in_words(["x", "y", "w"])
    'x, y and w'
    """
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end


class FiniteNumber(Rule):
    """A finite number, as a float, within its bounds.

    >>> FiniteNumber(least=0, below=1)("the dropout rate", 0.5)
    0.5
    >>> print(FiniteNumber(above=0))
    a number above 0
    """

    def __init__(
        self,
        *,
        above: float | None = None,
        least: float | None = None,
        below: float | None = None,
        most: float | None = None,
        give: str | None = None,
    ) -> None:
        self.bounds = above, least, below, most
        self.what = give or _bounded("a number", above, least, below, most)

    def __call__(self, name: str, value: object) -> float:
        above, least, below, most = self.bounds
        try:
            if isinstance(value, Real) and not isinstance(value, bool | np.bool_):
                x = float(value)
                if (
                    math.isfinite(x)
                    and (above is None or x > above)
                    and (least is None or x >= least)
                    and (below is None or x < below)
                    and (most is None or x <= most)
                ):
                    return x
        except OverflowError:  # a whole number that no float holds
            pass
        raise refused(name, value, self.what)


class Whole(Rule):
    """A whole number, as an int, within its bounds.

    >>> Whole(least=1)("epochs", np.int64(3))
    3
    """

    def __init__(
        self, least: int | None = None, most: int | None = None, *, give: str | None = None
    ) -> None:
        self.least, self.most = least, most
        self.what = give or _bounded("a whole number", least=least, most=most)

    def __call__(self, name: str, value: object) -> int:
        if isinstance(value, Integral) and not isinstance(value, bool | np.bool_):
            n = int(value)
            if (self.least is None or n >= self.least) and (self.most is None or n <= self.most):
                return n
        raise refused(name, value, self.what)


class Flag(Rule):
    """True or False, and nothing that merely counts as such.

    >>> Flag()("shuffle", np.True_)
    True
    """

    what = "True or False"

    def __call__(self, name: str, value: object) -> bool:
        if isinstance(value, bool | np.bool_):
            return bool(value)
        raise refused(name, value, self.what)


class Choice(Rule):
    """One of a few values, most often names.

    >>> print(Choice("neuron", "layer").what)
    'neuron' or 'layer'
    """

    def __init__(self, *options: Any) -> None:
        self.options = options
        self.what = in_words([repr(option) for option in options], "or")

    def __call__(self, name: str, value: object) -> Any:
        for option in self.options:
            if type(value) is type(option) and value == option:
                return option
        near = nearest(value, [option for option in self.options if isinstance(option, str)])
        guess = f" did you mean {near!r}?" if near else ""
        raise InputError(f"{name} is {shown(value)}:{guess} give {self.what}.")


KINDS = {str: "string", np.ndarray: "NumPy array", np.random.Generator: "NumPy Generator"}


class Instance(Rule):
    """An object of a class."""

    def __init__(self, kind: type) -> None:
        self.kind = kind
        name = KINDS.get(kind, kind.__name__)
        self.what = f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"

    def __call__(self, name: str, value: object) -> Any:
        if isinstance(value, self.kind):
            return value
        raise refused(name, value, self.what)


LONGEST_PATH = 4096  # characters: longer ones no system opens


class Place(Rule):
    """The name of a file or folder, as a string or a path; ~ at its beginning is one's home.

    >>> Place()("the model", "mine.safetensors")
    'mine.safetensors'
    """

    what = "the name of a file or folder, a string or a Path"

    def __call__(self, name: str, value: Any) -> Any:
        if isinstance(value, str | os.PathLike):
            try:
                text = os.fsdecode(value)
                os.fsencode(text)
            except (TypeError, ValueError, UnicodeError):
                raise refused(name, value, self.what) from None
            if "\0" not in text and 0 < len(text) <= LONGEST_PATH:
                home = text.startswith("~")
                return Path(value).expanduser() if home else value
        raise refused(name, value, self.what)


class FunctionRule(Rule):
    """What can be called."""

    what = "a function"

    def __call__(self, name: str, value: Any) -> Any:
        if callable(value):
            return value
        raise refused(name, value, self.what)


class Calls(Rule):
    """Functions to call, as a list."""

    what = "a list of functions"

    def __call__(self, name: str, value: Any) -> list[Any]:
        calls = None if isinstance(value, str | Mapping) else listed(value)
        if calls is None or not all(callable(call) for call in calls):
            raise refused(name, value, self.what)
        return calls


class Several(Rule):
    """A list or tuple of what a rule takes, as a tuple; an array of one dimension will do.

    >>> Several(Whole(1))("hidden", [64, 32])
    (64, 32)
    """

    def __init__(self, rule: Rule, length: int | None = None) -> None:
        self.rule, self.length = rule, length
        self.what = f"a list of {f'{length}, ' if length else ''}each {rule.what}"

    def __call__(self, name: str, value: Any) -> tuple[Any, ...]:
        if isinstance(value, np.ndarray) and value.ndim == 1:
            value = value.tolist()
        if not isinstance(value, list | tuple) or self.length not in (None, len(value)):
            raise refused(name, value, self.what)
        return tuple(self.rule(f"{name}[{i}]", each) for i, each in enumerate(value))


class FloatType(Rule):
    """The dtype of an array: float32 or float64, by name or as NumPy has it.

    >>> FloatType()("dtype", np.float32)
    dtype('float32')
    """

    what = "float32 or float64"

    def __call__(self, name: str, value: Any) -> np.dtype[Any]:
        if value in ("float32", "float64") if isinstance(value, str) else value is not None:
            with contextlib.suppress(Exception):  # whatever NumPy makes of what is no dtype
                dtype = np.dtype(value)
                if dtype in (np.float32, np.float64):
                    return dtype
        raise refused(name, value, self.what)


class Optional(Rule):
    """None, or what a rule takes."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.what = f"{rule.what}, or None"

    def __call__(self, name: str, value: Any) -> Any:
        return None if value is None else self.rule(name, value)


class Either(Rule):
    """What one of several rules takes."""

    def __init__(self, *rules: Rule, give: str | None = None) -> None:
        self.rules = rules
        self.what = give or in_words([rule.what for rule in rules], "or")

    def __call__(self, name: str, value: Any) -> Any:
        for rule in self.rules:
            try:
                return rule(name, value)
            except InputError:
                continue
        raise refused(name, value, self.what)


Dtype = Annotated[Any, FloatType()]
Count = Annotated[int, Whole(least=1)]
Seed = Annotated[int, Whole(least=0)]
Positive = Annotated[float, FiniteNumber(above=0)]
NotNegative = Annotated[float, FiniteNumber(least=0)]
Share = Annotated[float, FiniteNumber(least=0, below=1, give="a number from 0 to below 1")]
BetweenZeroAndOne = Annotated[
    float, FiniteNumber(above=0, below=1, give="a number between 0 and 1, as 0.9")
]


class Rising(Rule):
    """A number between 0 and 1, or a list of several in rising order, as a tuple.

    >>> Rising()("quantile", [0.1, 0.9])
    (0.1, 0.9)
    """

    what = "a number between 0 and 1, as 0.9, or several in rising order"

    def __call__(self, name: str, value: Any) -> Any:
        one = FiniteNumber(above=0, below=1, give=self.what)
        if not isinstance(value, list | tuple):
            return one(name, value)
        each = tuple(one(name, q) for q in value)
        if len(each) < 2 or any(a >= b for a, b in pairwise(each)):
            raise refused(name, value, self.what)
        return each


OneOrRising = Annotated[float | tuple[float, ...], Rising()]
FilePath = Annotated[str | os.PathLike[str], Place()]


def listed(values: Any, most: int = 1_000_000) -> list[Any] | None:
    """The members of an iterable, or None where it is none, or has no end in sight."""
    try:
        found: list[Any] = []
        for value in values:
            if len(found) == most:
                return None
            found.append(value)
        return found
    except TypeError:
        return None
