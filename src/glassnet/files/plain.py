"""Records to plain JSON and back, by one rule.

A record is a dataclass. It tells its fields and the properties that it computes of them, by their
names; `field(metadata=UNTOLD)` keeps one back. What can stand alone has a `kind` and a `version`:
its document begins with them; within another record the kind stands where several may be.

    in Python                               in JSON
    None, bool, int, str                    the same
    float                                   a number; NaN is null, ±∞ "Infinity", "-Infinity"
    list, tuple, array                      a list; an array of no axes is its number
    mapping, named tuple, record            an object
    path                                    its text
    date, time                              its text by ISO 8601
    decimal number                          a number

Back it goes by the types of the fields: null is None where the type has None, else NaN.
"""

import dataclasses
import datetime
import json
import math
import os
import types
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from glassnet.core.display.one_line import in_few_words
from glassnet.core.errors import InputError
from glassnet.files.bounded_json import parse, room_for

UNTOLD = {"told": False}
INFINITIES = {"Infinity": math.inf, "-Infinity": -math.inf}
WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}

T = TypeVar("T")


def to_plain(value: Any, tagged: bool = False) -> Any:
    """A value as JSON has it: None, bool, int, float, str, and lists and objects of these.

    Args: tagged, whether a record tells its kind.

    >>> to_plain({"loss": math.nan, "slopes": np.array([0.5, -np.inf])})
    {'loss': None, 'slopes': [0.5, '-Infinity']}
    """
    if hasattr(value, "tolist"):  # an array, or a number of NumPy's
        value = value.tolist()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        return None if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if is_record(type(value)):
        kind = {"kind": value.kind} if tagged else {}
        return kind | {
            name: to_plain(getattr(value, name), _is_open(hint))
            for name, hint in told(type(value)).items()
        }
    if isinstance(value, Mapping):
        return {_key(key): to_plain(each, tagged) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(each, tagged) for each in value]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return to_plain(float(value))
    raise TypeError(f"{in_few_words(value)} has no place in JSON")


def _key(value: Any) -> str:
    if isinstance(value, list | tuple | Mapping):
        raise TypeError(f"{in_few_words(value)} has no place in JSON as a name")
    return str(to_plain(value))


def to_json(value: Any) -> str:
    """A record, or a list of records, as a document: text that ends its last line.

    >>> @dataclasses.dataclass(frozen=True)
    ... class Slope:
    ...     kind, version = "slope", 1
    ...     at: str
    ...     rise: float
    >>> print(to_json(Slope("W1[0,0]", 0.5)), end="")
    {
     "kind": "slope",
     "version": 1,
     "at": "W1[0,0]",
     "rise": 0.5
    }
    """
    return json.dumps(_document(value), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def to_line(value: Any) -> str:
    """A value as one line of JSON, always the same.

    Raises: InputError, half a sentence, where it has no place in JSON.
    """
    try:
        text = json.dumps(
            to_plain(value),
            sort_keys=True,
            ensure_ascii=False,
            allow_nan=False,
            separators=(",", ":"),
        )
        text.encode()
    except RecursionError:
        raise InputError("has too many levels, or holds itself") from None
    except (TypeError, ValueError) as error:
        raise InputError(f"is not plain JSON: {error}") from None
    return text


def _document(value: Any) -> Any:
    if isinstance(value, list):
        return [_document(each) for each in value]
    head = {"kind": value.kind, "version": value.version} if is_record(type(value)) else {}
    return head | to_plain(value)


def from_plain(hint: Any, value: Any, place: str = "the value") -> Any:
    """What a plain value stands for, of a type: the other way of `to_plain`.

    Raises: InputError where it is nothing of that type; place is what it is called there.

    >>> from_plain(tuple[int, float | None], [1, None])
    (1, None)
    """
    made: Any = get_origin(hint) or hint
    inner = get_args(hint)
    fits = False
    if made is Annotated:
        return from_plain(inner[0], value, place)
    if made in (Any, object):
        return value
    if made in (Union, types.UnionType):
        return _alternative(inner, value, place)
    if is_record(made) and (kinds := records_in(made)) != {made}:
        return _alternative(list(kinds), value, place)
    if made is Literal:
        fits = any(value == each and type(value) is type(each) for each in inner)
    elif made in (bool, int, str, types.NoneType):
        fits = type(value) is made
    elif made is float:
        return _number(value, place)
    elif is_record(made):
        return _record(made, value, place)
    elif made is np.ndarray:
        return _array(inner, value, place)
    elif made is Path:
        fits, value = isinstance(value, str), Path(value) if isinstance(value, str) else value
    elif issubclass(made, tuple) and isinstance(value, list):
        if inner[1:] == (...,):
            return tuple(_each(inner[0], value, place))
        if len(value) == len(inner):
            pairs = enumerate(zip(inner, value))
            return tuple(from_plain(each, one, f"{place}[{i}]") for i, (each, one) in pairs)
    elif issubclass(made, Mapping) and isinstance(value, dict):
        of = inner[1] if inner else Any
        return {key: from_plain(of, each, f"{place}.{key}") for key, each in value.items()}
    elif issubclass(made, Sequence) and isinstance(value, list):
        return _each(inner[0] if inner else Any, value, place)
    if not fits:
        raise _strange(hint, value, place)
    return value


def from_json(record: type[T], text: str) -> T:
    """The record that a document holds.

    Raises: InputError where it is no JSON, or tells of no record of this kind and version.
    """
    value = from_text(text)
    kind: Any = record
    if not isinstance(value, dict) or value.get("kind") != kind.kind:
        raise InputError(f"the JSON tells of no {kind.kind}.")
    if value.get("version") != kind.version:
        raise InputError(
            f"the JSON tells of a {kind.kind} of version {in_few_words(value.get('version'))}; "
            f"here version {kind.version} is read."
        )
    return from_plain(record, value, kind.kind)


def from_text(text: str) -> Any:
    """A document's plain value. Raises: InputError where it is no JSON, or of no sound size."""
    try:
        return parse(text, room_for(len(text)))
    except InputError as error:
        raise InputError(f"the text {error}.") from None


def is_record(made: Any) -> bool:
    """Whether a type is one whose fields are told by name: a dataclass, or a named tuple."""
    fields = dataclasses.is_dataclass(made) or hasattr(made, "_fields")
    return fields and isinstance(made, type)


@cache
def told(record: type) -> dict[str, Any]:
    """What a record tells, by name: the type of each field, then of each property."""
    hints = get_type_hints(record, include_extras=True)
    computed: dict[str, Any] = {}
    for parent in reversed(record.__mro__):
        for name, value in vars(parent).items():
            get = getattr(value, "func" if isinstance(value, cached_property) else "fget", None)
            if get is not None and not name.startswith("_"):
                computed[name] = get_type_hints(get)["return"]
    return {name: hints[name] for name in needed(record)} | computed


@cache
def needed(record: type) -> dict[str, bool]:
    """The fields that a record tells, and whether each must be told: it has no default."""
    if hasattr(record, "_fields"):
        return {name: name not in record._field_defaults for name in record._fields}  # type: ignore[attr-defined]
    return {
        f.name: f.default is f.default_factory is dataclasses.MISSING
        for f in dataclasses.fields(record)
        if f.metadata.get("told", True)
    }


def records_in(hint: Any) -> set[type]:
    """The records that a value of this type may be, or may hold as a list or an object.

    A base whose kind is declared and not given stands for the kinds made from it, in its own
    module: what others make of it is theirs.

    >>> records_in(list[int | None])
    set()
    """
    if is_record(hint):
        if "kind" in getattr(hint, "__annotations__", {}) and not hasattr(hint, "kind"):
            own = [e for e in hint.__subclasses__() if e.__module__ == hint.__module__]
            return {found for each in own for found in records_in(each)}
        return {hint}
    return {found for inner in get_args(hint) for found in records_in(inner)}


@cache
def _is_open(hint: Any) -> bool:
    return len(records_in(hint)) > 1


def _alternative(inner: Sequence[Any], value: Any, place: str) -> Any:
    kinds = {found for each in inner if is_record(each) for found in records_in(each)}
    if isinstance(value, dict) and len(kinds) > 1:
        inner = [each for each in kinds if getattr(each, "kind", None) == value.get("kind")]
    trouble = _strange(dict, value, place)
    # null is None before it is NaN
    for each in sorted(inner, key=lambda each: each is not types.NoneType):
        try:
            return from_plain(each, value, place)
        except InputError as error:
            trouble = error
    raise trouble


def _each(hint: Any, values: list[Any], place: str) -> list[Any]:
    return [from_plain(hint, value, f"{place}[{i}]") for i, value in enumerate(values)]


def _number(value: Any, place: str) -> float:
    if value is None:
        return math.nan
    if isinstance(value, str) and value in INFINITIES:
        return INFINITIES[value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise _strange(float, value, place)


def _record(record: type, value: Any, place: str) -> Any:
    if not isinstance(value, dict):
        raise _strange(record, value, place)
    names = told(record)
    for name in value.keys() - names.keys() - {"kind", "version"}:
        raise InputError(f"{place} has {name[:40]!r}, which a {record.__name__} does not tell.")
    given: dict[str, Any] = {}
    for name, must in needed(record).items():
        if name in value:
            given[name] = from_plain(names[name], value[name], f"{place}.{name}")
        elif must:
            raise InputError(f"{place} lacks {name!r}, which a {record.__name__} tells.")
    return record(**given)


def _array(inner: Sequence[Any], value: Any, place: str) -> Any:
    def numbers(entry: Any) -> Any:
        if isinstance(entry, list):
            return [numbers(each) for each in entry]
        return entry if isinstance(entry, bool | int) else _number(entry, place)

    dtype: Any = (*get_args(inner[1]), Any)[0]
    try:
        return np.array(numbers(value), None if dtype is Any else dtype)
    except (ValueError, OverflowError):
        pass
    raise _strange(list, value, place)


def _strange(hint: Any, value: Any, place: str) -> InputError:
    expected = WORDS.get(hint, "an object" if is_record(hint) else str(hint))
    return InputError(f"{place} is {in_few_words(value)}: expected {expected}.")
