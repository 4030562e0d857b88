"""Every record of the house: told by one schema, and read back from what it tells."""

import dataclasses
import json
import math
import re
import types
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from record_kinds import KINDS, ROOT, SCHEMA, VALID, maker, script

from glassnet.explain import Answer
from glassnet.files.plain import from_json, is_record, needed, records_in, to_json, told
from glassnet.formula.tree import Expression, Number, Symbol
from glassnet.training.events import History
from glassnet.training.measure.estimate import Estimate
from glassnet.training.measure.report import WorstRow, cell_of
from glassnet.training.settings import Recipe
from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.sheet.exercise import SheetSettings

# Records of which not every value makes sense.
SENSIBLE = {
    History: st.builds(
        History,
        st.lists(st.dictionaries(st.text(), st.integers() | st.floats())),
        seconds=st.floats(0, 9),
    ),
    SheetSettings: st.builds(SheetSettings, seed=st.integers(0, 9), digits=st.integers(2, 8)),
    Recipe: st.builds(Recipe, l2=st.floats(0, 1), why=st.text(), schedule=st.just("cosine")),
    Mistake: st.sampled_from(KNOWN_MISTAKES),
}


def test_the_schema_is_that_of_the_records():
    written = SCHEMA.read_text(encoding="utf-8")
    assert written == maker.text(), "a record changed: python scripts/make_schema.py"
    jsonschema.Draft202012Validator.check_schema(json.loads(written))


def test_the_page_s_types_are_those_of_the_schema():
    types = script("make_types")
    assert types.TYPES.read_text("utf-8") == types.text(), "python scripts/make_types.py"


def test_a_record_is_frozen_and_none_tells_a_kind_of_its_own():
    for kind, record in KINDS.items():
        assert not {"kind", "version"} & told(record).keys(), kind
        assert record.__dataclass_params__.frozen or kind == "history", kind  # it grows


@cache
def values(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a type."""
    made, inner = get_origin(hint) or hint, get_args(hint)
    if made in SENSIBLE:
        return SENSIBLE[made]
    if made is Estimate:
        return st.builds(confused, drawn(Estimate), st.integers(0, 3))
    if made is WorstRow:
        cells = st.dictionaries(TEXT, raw_cells().map(cell_of), max_size=3)
        return st.builds(dataclasses.replace, drawn(WorstRow), cells=st.none() | cells)
    if made is Annotated:
        return values(inner[0])
    if made in (Union, types.UnionType):
        plain = [each for each in inner if each is not float]
        # where there is None, null is None: NaN is no other value there
        no_number = st.floats(allow_nan=types.NoneType not in inner)
        return st.one_of(*map(values, plain), *([no_number] if float in inner else []))
    if made is Literal:
        return st.sampled_from(inner)
    if made is Expression:
        return st.recursive(values(Symbol) | values(Number), grown, max_leaves=4)
    if is_record(made):
        found = sorted(records_in(made), key=lambda each: each.__name__)
        if found != [made]:
            return st.deferred(lambda: st.one_of(*map(values, found)))
        return drawn(made).map(with_values) if issubclass(made, Answer) else drawn(made)
    if made is np.ndarray:
        scalar = (*get_args(inner[1]), Any)[0]
        dtype = np.dtype(np.float64 if scalar is Any else scalar)
        numbers = st.lists(st.integers(0, 200), min_size=2, max_size=2)
        if dtype.kind == "f":
            numbers = st.lists(st.floats(width=8 * dtype.itemsize), min_size=2, max_size=2)
        several = st.lists(numbers, min_size=1, max_size=2) | st.integers(0, 200)
        return several.map(lambda v: np.array(v, dtype))
    if made in PLAIN:
        return PLAIN[made]
    if issubclass(made, tuple) and inner[1:] != (...,):
        return st.tuples(*map(values, inner))
    if issubclass(made, Mapping):
        of = values(inner[1]) if inner else PLAIN[Any]
        return st.dictionaries(PLAIN[str], of, max_size=2)
    several = st.lists(values(inner[0]) if inner else PLAIN[Any], max_size=2)
    return several.map(tuple) if issubclass(made, tuple) else several


def drawn(record: type) -> st.SearchStrategy[Any]:
    """A record of any values of its fields."""
    hints = {name: told(record)[name] for name in needed(record)}
    return st.deferred(
        lambda: st.builds(record, **{name: values(each) for name, each in hints.items()})
    )


def grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Any node over these."""
    parts = {
        Expression: inner,
        tuple[Expression, ...]: st.lists(inner, min_size=1, max_size=2).map(tuple),
    }
    found = sorted(records_in(Expression) - {Symbol, Number}, key=lambda each: each.__name__)
    return st.one_of(
        st.builds(each, **{
            name: parts[hint] if (hint := told(each)[name]) in parts else values(hint)
            for name in needed(each)
        })
        for each in found
    )  # fmt: skip


def with_values(answer: Answer) -> Answer:
    """With the values of those numbers that its formula names."""
    names = [] if answer.expression is None else answer.expression.symbols()
    return dataclasses.replace(answer, values=dict(zip(names, cycle([-0.5, math.nan, math.inf]))))


def confused(estimate: Estimate, rows: int) -> Estimate:
    """With as many columns of confusions as there are rows of them, or none."""
    square = [[3 * i + j for j in range(rows)] for i in range(rows)]
    return dataclasses.replace(estimate, confusion=square or None)


def raw_cells() -> st.SearchStrategy[Any]:
    """What stands in a table, whose cells a report tells as JSON has them."""
    days = st.dates() | st.datetimes() | st.times() | st.timedeltas()
    return st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | TEXT | days


TEXT = st.text(st.characters(codec="utf-8"), max_size=3)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(-9, 2**60),
    str: TEXT,
    float: st.floats(),
    types.NoneType: st.none(),
    Path: st.just(Path("a/b.svg")),
    Any: st.none() | st.booleans() | st.integers() | TEXT,
}


def same(one: Any, other: Any) -> bool:
    """Whether two values are of one type and tell the same."""
    if is_record(type(one)):
        names = needed(type(one))
        return type(one) is type(other) and all(
            same(getattr(one, name), getattr(other, name)) for name in names
        )
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=True)
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, Sequence) and not isinstance(one, str):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and math.isnan(one):
        return math.isnan(other)
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_record_of_any_values_is_valid_and_comes_back(kind: str):
    record = KINDS[kind]

    @settings(
        max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(values(record))
    def comes_back(one: Any) -> None:
        written = to_json(one)
        VALID.validate(json.loads(written))
        again = from_json(record, written)
        assert same(one, again), (one, again)
        assert to_json(again) == written

    comes_back()


def test_a_document_that_is_none_is_told_from_one():
    estimate = KINDS["gradcheck"]([], [], 0.5, 3, 0)
    document = json.loads(to_json(estimate))
    VALID.validate(document)
    for odd in ({"kind": "letter"}, {"version": 2}, {"rows": "3"}, {"more": 1}):
        assert not VALID.is_valid(document | odd), odd
    for name in document:
        assert not VALID.is_valid({k: v for k, v in document.items() if k != name}), name


def test_every_kind_is_in_the_docs():
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`([a-z_]+)`", page)) >= KINDS.keys()


def test_every_record_that_stands_alone_is_found():
    assert {"training", "evaluation", "check", "worksheet", "diagnosis"} <= KINDS.keys()
    assert all(dataclasses.is_dataclass(record) for record in KINDS.values())
