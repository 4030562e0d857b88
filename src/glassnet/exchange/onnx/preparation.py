"""Raw columns to a network's inputs in ONNX: what `preparation.apply` does, step by step.

array          one input, x: (N, columns)
table          one input a column used, (N, 1), by the column's name:
    number     float64, NaN where missing; booleans are 1 and 0
    category   text, empty where missing
    date       float64, days since 1970-01-01 with the time as their fraction, NaN where missing
"""

import math
from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.data import Preparation, TablePreparation
from glassnet.data.table.inputs import CLIP, YEAR, CategoryInput, DateInput, NumberInput
from glassnet.exchange.onnx.graph import OnnxGraph

F8 = np.float64


def inputs(g: OnnxGraph, preparation: Any, n_in: int) -> str:
    """The name of the network's inputs, (N, n_in), made from the graph's."""
    if preparation is None:
        return g.take("x", g.dtype, n_in)
    if isinstance(preparation, Preparation):
        return _of_array(g, preparation)
    if isinstance(preparation, TablePreparation):
        return _of_table(g, preparation)
    raise InputError(
        f"the preparation is a {type(preparation).__name__} of your own, which no other tool "
        "knows: export the network alone (preparation=False)."
    )


def _of_array(g: OnnxGraph, preparation: Preparation) -> str:
    kind = g.dtype if preparation.kind == "pixels" else F8  # where large values differ little
    x = g.take("x", kind, preparation.n_features)
    mean, scale = (g.constant(v, kind) for v in (preparation.mean, preparation.scale))
    return g.cast(g.call("Div", g.call("Sub", x, mean), scale), g.dtype, name="inputs")


def _of_table(g: OnnxGraph, preparation: TablePreparation) -> str:
    parts: list[str] = []
    for column in preparation.used:
        match column.code:
            case NumberInput():
                parts += _number(g, column.name, column.code)
            case CategoryInput():
                parts += _category(g, column.name, column.code)
            case DateInput():
                parts += _date(g, column.name, column.code)
    return g.cast(g.call("Concat", *parts, axis=1), g.dtype, name="inputs")


def _number(g: OnnxGraph, name: str, code: NumberInput) -> list[str]:
    value = g.take(name, F8, 1)
    missing = g.call("IsNaN", value)
    known = g.call("Where", missing, g.constant([code.mean], F8), value)
    x = _standard(g, known, code.mean, code.scale)
    return [_clipped(g, x) if code.clip else x, *_gap(g, missing, code.gaps)]


def _clipped(g: OnnxGraph, x: str) -> str:
    """x / √(1 + (x/3)²)."""
    third = g.call("Div", x, _n(g, CLIP))
    square = g.call("Add", _n(g, 1), g.call("Mul", third, third))
    return g.call("Div", x, g.call("Sqrt", square))


def _category(g: OnnxGraph, name: str, code: CategoryInput) -> list[str]:
    text = g.take(name, str, 1)
    missing = g.call("Equal", text, g.constant([""], str, f"{name}: missing"))
    level = g.call("Equal", text, g.constant(code.levels, str, f"{name}: levels"))  # (N, L)
    found = [g.cast(level, F8)]
    if code.other:
        known = g.call("ReduceMax", found[0], g.constant([1], np.int64), keepdims=1)
        none = g.call("Sub", g.constant([1], F8), known)
        there = g.cast(g.call("Not", missing), F8) if code.gaps else None
        found.append(none if there is None else g.call("Mul", none, there))
    return [*found, *_gap(g, missing, code.gaps)]


def _date(g: OnnxGraph, name: str, code: DateInput) -> list[str]:
    given = g.take(name, F8, 1)
    missing = g.call("IsNaN", given)
    days = g.call("Where", missing, g.constant([code.mean], F8), given)
    whole = g.call("Floor", days)
    in_day = g.call("Sub", days, whole)
    in_year = g.call("Sub", g.call("Add", whole, in_day), _new_year(g, whole))
    week = g.call("Div", _rest(g, g.call("Add", days, _n(g, 3)), 7), _n(g, 7))
    places = [g.call("Div", in_year, _n(g, YEAR)), week, *[in_day] * code.clock]
    found = [_standard(g, days, code.mean, code.scale)]
    for place in places:
        angle = g.call("Mul", _n(g, 2 * math.pi), place)
        found += [g.call("Sin", angle), g.call("Cos", angle)]
    nought = g.constant([0], F8)
    found = [g.call("Where", missing, nought, each) for each in found]
    return [*found, *_gap(g, missing, code.gaps)]


def _new_year(g: OnnxGraph, day: str) -> str:
    """The first of January of a day's year, both in days since 1970-01-01.

    Years are counted from March, so that the day that is leapt is the last; 400 of them have
    146,097 days. Source: Hinnant (2013), chrono-compatible low-level date algorithms.
    """
    shifted = g.call("Add", day, _n(g, 719_468))  # since the first of March of the year 0
    era = _floor(g, shifted, 146_097)
    of_era = g.call("Sub", shifted, g.call("Mul", era, _n(g, 146_097)))
    corrected = g.call("Sub", of_era, _floor(g, of_era, 1_460))
    corrected = g.call("Add", corrected, _floor(g, of_era, 36_524))
    corrected = g.call("Sub", corrected, _floor(g, of_era, 146_096))
    year = _floor(g, corrected, 365)
    since_march = g.call("Sub", of_era, _days_of_years(g, year))
    # January and February, from day 306 on, belong to the next year of the calendar
    ends = g.cast(g.call("GreaterOrEqual", since_march, _n(g, 306)), F8)
    march = g.call("Add", g.call("Mul", era, _n(g, 400)), year)
    before = g.call("Add", g.call("Sub", march, _n(g, 1)), ends)
    era = _floor(g, before, 400)
    year = g.call("Sub", before, g.call("Mul", era, _n(g, 400)))
    since = g.call("Add", _days_of_years(g, year), _n(g, 306 - 719_468))
    return g.call("Add", g.call("Mul", era, _n(g, 146_097)), since)


def _days_of_years(g: OnnxGraph, year: str) -> str:
    """365 y + ⌊y/4⌋ − ⌊y/100⌋, of years 0 to 399 of an era."""
    days = g.call("Add", g.call("Mul", year, _n(g, 365)), _floor(g, year, 4))
    return g.call("Sub", days, _floor(g, year, 100))


def _floor(g: OnnxGraph, value: str, by: float) -> str:
    return g.call("Floor", g.call("Div", value, _n(g, by)))


def _rest(g: OnnxGraph, value: str, by: float) -> str:
    """What a division leaves, from 0 up to `by`."""
    return g.call("Sub", value, g.call("Mul", _n(g, by), _floor(g, value, by)))


def _n(g: OnnxGraph, value: float) -> str:
    return g.constant([value], F8)


def _standard(g: OnnxGraph, value: str, mean: float, scale: float) -> str:
    return g.call("Div", g.call("Sub", value, _n(g, mean)), _n(g, scale))


def _gap(g: OnnxGraph, missing: str, gaps: bool) -> list[str]:
    return [g.cast(missing, F8)] if gaps else []
