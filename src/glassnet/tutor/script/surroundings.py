"""What surrounds a network that is right: labels, test data, the metric, its first scale."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from glassnet.tutor.mistakes.behaviour import (
    HUGE_WEIGHTS,
    LABELS_SHIFTED,
    METRIC_ACROSS,
    TEST_DATA_SEEN,
)
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.report import CodePlace
from glassnet.tutor.script.network import FoundNetwork
from glassnet.tutor.script.recognition import Finder
from glassnet.tutor.script.run import TracedEvent
from glassnet.tutor.script.verdict import Verdict, place_of
from glassnet.tutor.textbook import Array

HUGE = 3.0  # the median size of a weight beyond which none of the usual initial scales goes
HELD_BACK = re.compile(r"test|valid|held|dev\b", re.I)


def mistake_around(verdict: Verdict) -> tuple[Mistake, CodePlace] | None:
    """The first mistake that is none of the network's own computation, and where it shows."""
    finder, network, reading = verdict.finder, verdict.network, verdict.reading
    if network is None or reading is None:
        return None
    case = reading.observed.case
    looked = (
        (HUGE_WEIGHTS, _saturated(network)),
        (LABELS_SHIFTED, _shifted(finder, case.y)),
        (TEST_DATA_SEEN, _seen_in_training(finder, network)),
        (METRIC_ACROSS, _across(finder, network)),
    )
    return next(((m, place_of(finder, order)) for m, order in looked if order is not None), None)


def _saturated(network: FoundNetwork) -> int | None:
    """Hidden units at their bounds from the start, by weights beyond every usual scale."""
    for layer in network.layers[:-1]:
        flat = layer.activation in ("sigmoid", "tanh") and np.median(np.abs(layer.z)) > 8
        if flat and np.median(np.abs(layer.W)) > HUGE:
            return layer.weights.orders[0]
    return None


def _shifted(finder: Finder, y: Array) -> int | None:
    """Labels from 0 up whose one-hot rows have their 1 a place further, or before."""
    n, B = y.shape
    if n < 3 or not np.isin(y, (0.0, 1.0)).all() or not (y.sum(axis=0) == 1).all():
        return None
    hot = y.argmax(axis=0)
    for order, event in enumerate(finder.events):
        labels = event.array
        if not event.assign or labels.size != B or not np.isin(labels, range(n)).all():
            continue
        if labels.min() > 0:  # counted from 1, or none of the first class among them
            continue
        labels = labels.reshape(-1)
        if any(np.array_equal(hot, (labels + step) % n) for step in (1, -1)):
            return order
    return None


def _seen_in_training(finder: Finder, network: FoundNetwork) -> int | None:
    """Rows held back to test with, by their name, that are among those trained on."""
    trained = {column.tobytes() for column in network.layers[0].fed.T}
    if len(trained) < 4:
        return None
    for order, event in _held_back(finder):
        for rows in (event.array, event.array.T):
            if rows.ndim != 2 or rows.shape[1] != len(network.layers[0].fed) or len(rows) < 2:
                continue
            own = {np.ascontiguousarray(row).tobytes() for row in rows}
            if len(own) < len(trained) and own <= trained:
                return order
    return None


def _held_back(finder: Finder) -> Iterator[tuple[int, TracedEvent]]:
    names = {event.name for event in finder.events if event.assign}
    if not any(re.search(r"train", name, re.I) for name in names):
        return
    for order, event in enumerate(finder.events):
        if event.assign and HELD_BACK.search(event.name):
            yield order, event


def _across(finder: Finder, network: FoundNetwork) -> int | None:
    """The largest sample of each output, where the largest output of each sample is meant."""
    a = network.layers[-1].a
    if len(a) < 3 or a.shape[1] < 2 or len(a) == a.shape[1]:
        return None
    found: dict[bool, int] = {}
    for order, event in enumerate(finder.events):
        if "argmax" in event.text and event.array.ndim == 1:
            for across in (False, True):
                largest = a.argmax(axis=int(across))
                if np.array_equal(event.array, largest):
                    found.setdefault(across, order)
    return found.get(True) if False not in found else None
