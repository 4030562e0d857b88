"""The variables of a run that keep an array: parameters are among those that change."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glassnet.tutor.script.run import TracedEvent
from glassnet.tutor.textbook import Array


@dataclass(frozen=True)
class Held:
    """A variable that is changed from one update to the next: its values with their orders."""

    name: str
    owner: tuple[str, int]
    orders: tuple[int, ...]
    values: tuple[Array, ...]
    updated: bool  # its own old value takes part in the new one

    def before(self, order: int) -> Array | None:
        """The value that stood at that moment."""
        found = [v for o, v in zip(self.orders, self.values) if o <= order]
        return found[-1] if found else None

    @property
    def first_change(self) -> int:
        """When its value first became another; beyond every moment, where it never did."""
        for o, v in zip(self.orders[1:], self.values[1:]):
            if v.shape != self.values[0].shape or not np.array_equal(v, self.values[0]):
                return o
        return sys.maxsize

    @property
    def returns(self) -> bool:
        """Whether it comes back to its first value, as a sum does that is set to 0 again."""
        first = self.values[0]
        changed = False
        for value in self.values[1:]:
            same = value.shape == first.shape and np.array_equal(value, first)
            if changed and same:
                return True
            changed = changed or not same
        return False

    @property
    def counts(self) -> bool:
        """Whether it is one whole number all the time, as a loop's counter is."""
        return all(v.size == 1 and float(v.item()).is_integer() for v in self.values)

    @property
    def number(self) -> str:
        """The digits in its name: W1, params['b1'] and weights[0] hold together by them."""
        return "".join(re.findall(r"\d+", self.name))


def held_variables(events: Sequence[TracedEvent], changing: bool = True) -> list[Held]:
    """The variables whose arrays change while their shape stays: parameters are among them.

    With changing=False those that never change: biases that are not learned are among them.
    """
    by_key: dict[tuple[str, str, int], list[tuple[int, TracedEvent]]] = defaultdict(list)
    for order, event in enumerate(events):
        if event.name and (event.assign or event.entry) and event.array.ndim <= 2:
            owner = "" if event.object else event.scope
            by_key[event.name, owner, event.object].append((order, event))
    found: list[Held] = []
    for (name, scope, obj), changes in by_key.items():
        shapes = {event.array.shape for _, event in changes}
        if len(shapes) > 1:
            continue
        if changing == all(np.array_equal(changes[0][1].array, e.array) for _, e in changes[1:]):
            continue
        found.append(
            Held(
                name,
                (scope, obj),
                tuple(order for order, _ in changes),
                tuple(event.array for _, event in changes),
                any(e.augmented for _, e in changes),
            )
        )
    return found


def until_anew(events: Sequence[TracedEvent]) -> Sequence[TracedEvent]:
    """The events up to where a run begins again: a loop over rates trains the same start anew.

    It does where weights that were updated get their first value once more, at the same line.
    """
    first: dict[tuple[str, str, int], TracedEvent] = {}
    updated: set[tuple[str, str, int]] = set()
    for order, event in enumerate(events):
        if not event.name or not event.assign or event.array.ndim != 2 or not event.array.any():
            continue
        key = (event.name, event.scope, event.object)
        start = first.setdefault(key, event)
        if event.augmented:
            updated.add(key)
        elif (
            key in updated and event.line == start.line and np.array_equal(event.array, start.array)
        ):
            return events[:order]
    return events


def matrix(array: Array) -> Array:
    """As two axes; a vector as one row."""
    array = np.asarray(array, dtype=np.float64)
    return array.reshape(1, -1) if array.ndim < 2 else array


def is_vector(array: Array) -> bool:
    """Whether one axis at most is longer than 1."""
    return array.ndim < 2 or 1 in array.shape


def without_aliases(found: list[Held]) -> list[Held]:
    """Of variables with the same values, such as arguments of a function, the one changed most."""
    best: dict[bytes, Held] = {}
    for held in found:
        key = np.ascontiguousarray(held.values[0]).tobytes() + bytes(
            str(held.values[0].shape), "u8"
        )
        if not held.values[0].any():  # all zero: biases at the start, told apart by name
            key += bytes(held.name + str(held.owner), "u8")
        other = best.get(key)
        if other is None or _rank(held) > _rank(other):
            best[key] = held
    return list(best.values())


def _rank(held: Held) -> tuple[bool, int]:
    return held.updated, len(held.orders)
