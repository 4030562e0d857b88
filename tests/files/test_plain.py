"""Records through JSON text and back: one rule for all of them."""

import datetime
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.files.plain import UNTOLD, from_json, from_plain, to_json, to_plain


class Word(NamedTuple):
    what: str
    value: float


@dataclass(frozen=True)
class Dot:
    kind, version = "dot", 1
    at: float


@dataclass(frozen=True)
class Bar:
    kind, version = "bar", 2
    width: float
    dots: list[Dot] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    kind, version = "sheet", 3
    name: str
    mood: Literal["calm", "wild"]
    rows: int
    is_new: bool
    size: float
    limit: float | None
    shape: tuple[int, ...]
    pair: tuple[str, float]
    words: list[Word]
    file: Path | None
    marks: Sequence["Dot | Bar"]
    first: Dot | Bar | None
    only: Dot
    by_name: Mapping[str, Dot]
    cells: dict[str, Any]
    either: float | list[float]
    label: str | int
    live: Any = field(default=None, metadata=UNTOLD)
    late: int = 0

    @property
    def area(self) -> float:
        return self.rows * self.size

    @cached_property
    def names(self) -> list[str]:
        return [word.what for word in self.words]


finite_or_not = st.floats()
dots = st.builds(Dot, finite_or_not)
bars = st.builds(Bar, finite_or_not, st.lists(dots, max_size=2))
texts = st.text(st.characters(codec="utf-8"), max_size=5)
sheets = st.builds(
    Sheet,
    texts,
    st.sampled_from(["calm", "wild"]),
    st.integers(-(2**70), 2**70),
    st.booleans(),
    finite_or_not,
    st.none() | st.floats(allow_nan=False),
    st.lists(st.integers(), max_size=3).map(tuple),
    st.tuples(texts, finite_or_not),
    st.lists(st.builds(Word, texts, finite_or_not), max_size=2),
    st.none() | st.sampled_from([Path("a/b.csv"), Path("/c")]),
    st.lists(dots | bars, max_size=3),
    st.none() | dots | bars,
    dots,
    st.dictionaries(texts, dots, max_size=2),
    st.dictionaries(texts, st.none() | st.integers() | texts, max_size=2),
    finite_or_not | st.lists(finite_or_not, max_size=2),
    texts | st.integers(),
)


@given(sheets)
def test_a_record_comes_back_from_its_text(sheet: Sheet):
    again = from_json(Sheet, to_json(sheet))
    # −0 and NaN have no other sign that tells them, so the text stands for what == cannot see
    assert repr(again) == repr(sheet)
    assert type(again.words) is list
    assert to_json(again) == to_json(sheet)


def a_sheet(**changes: Any) -> Sheet:
    given: dict[str, Any] = {
        "name": "s", "mood": "calm", "rows": 2, "is_new": True, "size": 0.5, "limit": None,
        "shape": (2, 1), "pair": ("a", 1.0), "words": [Word("w", 2.0)], "file": Path("f.csv"),
        "marks": [Bar(1.0, [Dot(2.0)]), Dot(3.0)], "first": None, "only": Dot(0.0),
        "by_name": {"d": Dot(1.0)}, "cells": {"c": None}, "either": [1.0], "label": 3,
    }  # fmt: skip
    return Sheet(**given | changes)


def test_a_document_begins_with_kind_and_version_and_only_open_places_tell_kinds():
    told = json.loads(to_json(a_sheet(live=object())))
    assert list(told)[:3] == ["kind", "version", "name"]
    assert (told["kind"], told["version"]) == ("sheet", 3)
    assert told["marks"] == [
        {"kind": "bar", "width": 1.0, "dots": [{"at": 2.0}]},
        {"kind": "dot", "at": 3.0},
    ]
    assert told["only"] == {"at": 0.0}
    assert told["words"] == [{"what": "w", "value": 2.0}]
    assert (told["area"], told["names"]) == (1.0, ["w"])  # what is computed is told
    assert "live" not in told
    assert (told["file"], told["shape"], told["pair"]) == ("f.csv", [2, 1], ["a", 1.0])


def test_not_a_number_is_null_and_infinities_are_named():
    told = to_plain([math.nan, math.inf, -math.inf, np.float32("nan"), np.array([[np.inf]])])
    assert told == [None, "Infinity", "-Infinity", None, [["Infinity"]]]
    assert math.isnan(from_plain(float, None))
    assert from_plain(float | None, None) is None
    assert from_plain(list[float], ["Infinity", "-Infinity", 2]) == [math.inf, -math.inf, 2.0]


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "uint8", "bool"])
def test_an_array_comes_back_in_the_type_of_its_field(dtype: str):
    array = np.array([[0, 1, 1], [1, 0, 0]]).astype(dtype)
    hint = NDArray[np.dtype(dtype).type]  # type: ignore[misc]
    again = from_plain(hint, json.loads(json.dumps(to_plain(array))))
    assert again.dtype == array.dtype
    assert np.array_equal(again, array)
    assert from_plain(NDArray[Any], to_plain(np.array(0.5))).shape == ()
    odd = from_plain(NDArray[Any], to_plain(np.array([np.nan, np.inf, 2.5])))
    assert np.array_equal(odd, [np.nan, np.inf, 2.5], equal_nan=True)


def test_what_has_no_place_in_json_is_a_defect():
    for thing in (object(), {1, 2}, b"raw", 1j):
        with pytest.raises(TypeError, match="has no place in JSON"):
            to_plain(thing)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"rows": 2.0}, "sheet.rows is 2.0: expected a whole number."),
        ({"rows": True}, "sheet.rows is True: expected a whole number."),
        ({"size": "much"}, "sheet.size is 'much': expected a number."),
        ({"limit": "x"}, "sheet.limit is 'x': expected a number."),
        ({"mood": "odd"}, "sheet.mood is 'odd': expected"),
        ({"shape": [1, "x"]}, "sheet.shape[1] is 'x': expected a whole number."),
        ({"pair": ["a"]}, "sheet.pair is ['a']: expected"),
        ({"words": [{"what": "w"}]}, "sheet.words[0] lacks 'value', which a Word tells."),
        ({"only": 3}, "sheet.only is 3: expected an object."),
        ({"only": {"at": 1, "by": 2}}, "sheet.only has 'by', which a Dot does not tell."),
        ({"marks": [{"at": 1}]}, "sheet.marks[0] is"),
        ({"marks": [{"kind": "bar", "at": 1}]}, "sheet.marks[0] has 'at', which a Bar does not"),
        ({"by_name": {"d": None}}, "sheet.by_name.d is None: expected an object."),
        ({"kind": "page"}, "the JSON tells of no sheet."),
        ({"version": 4}, "the JSON tells of a sheet of version 4; here version 3 is read."),
    ],
)
def test_a_strange_document_is_refused_in_a_sentence(changes: dict[str, Any], told: str):
    document = json.loads(to_json(a_sheet())) | changes
    with pytest.raises(InputError, match=re.escape(told)):
        from_json(Sheet, json.dumps(document))


def test_what_is_no_json_is_refused_and_a_field_with_a_default_may_be_absent():
    with pytest.raises(InputError, match="the text is no JSON"):
        from_json(Sheet, "{")
    document = json.loads(to_json(a_sheet(late=5)))
    del document["late"]
    assert from_json(Sheet, json.dumps(document)) == a_sheet()


def test_dates_and_decimal_numbers_have_a_place():
    cells = [datetime.date(2024, 2, 29), datetime.datetime(2024, 2, 29, 6, 30), Decimal("0.25")]
    assert to_plain(cells) == ["2024-02-29", "2024-02-29T06:30:00", 0.25]
