"""The numbers of a run, to be found again by their values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from glassnet.tutor.script.run import TracedEvent
from glassnet.tutor.textbook import Array

TOLERANCE = 1e-9


class Seen:
    """The arrays that a program computed, in order, to be found again by their numbers.

    An array is found whatever its axes: transposed, flattened, as a list.
    """

    def __init__(self, events: Sequence[TracedEvent]) -> None:
        self.events = events
        rows: dict[int, list[Array]] = defaultdict(list)
        orders: dict[int, list[int]] = defaultdict(list)
        for order, event in enumerate(events):
            if event.array.size and np.isfinite(event.array).all():
                rows[event.array.size].append(np.sort(event.array, axis=None))
                orders[event.array.size].append(order)
        self._rows = {size: np.array(found) for size, found in rows.items()}
        self._orders = {size: np.array(found) for size, found in orders.items()}

    def orders(self, size: int, after: int, before: int) -> list[int]:
        """The orders of the events of so many numbers, after one order and before another."""
        orders = self._orders.get(size, np.empty(0, int))
        near, far = np.searchsorted(orders, after, side="right"), np.searchsorted(orders, before)
        return [int(order) for order in orders[near:far]]

    def find(self, array: Array, after: int = -1, before: int | None = None) -> list[int]:
        """The orders of the events with these numbers, after one order and before another."""
        array = np.asarray(array, dtype=np.float64)
        rows = self._rows.get(array.size)
        if rows is None:
            return []
        orders = self._orders[array.size]
        near = np.searchsorted(orders, after, side="right")
        far = len(orders) if before is None else np.searchsorted(orders, before)
        wanted = np.sort(array, axis=None)
        scale = TOLERANCE * max(np.abs(wanted).max(), 1e-30)
        same = (np.abs(rows[near:far] - wanted) <= scale).all(axis=1)
        return [int(order) for order in orders[near:far][same]]

    def find_scaled(self, array: Array, after: int = -1) -> list[int]:
        """The same, where the numbers may all be multiplied by one factor, a negative one too."""
        found: set[int] = set()
        array = np.asarray(array, dtype=np.float64)
        rows = self._rows.get(array.size)
        top = np.abs(array).max(initial=0.0)
        if rows is None or top == 0:
            return []
        if array.size == 1:
            return sorted({*self.find(array, after), *self.find(-array, after)})
        tops = np.abs(rows).max(axis=1, keepdims=True)
        unit = rows / np.where(tops == 0, 1, tops)
        for wanted in (np.sort(array, axis=None) / top, -np.sort(-array, axis=None)[::-1] / top):
            for sign in (wanted, np.sort(-wanted)):
                same = (np.abs(unit - sign) <= 1e-7).all(axis=1)
                found.update(int(order) for order in self._orders[array.size][same])
        return sorted(order for order in found if order > after)
