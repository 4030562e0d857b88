"""From a network found in a run to its updates: which samples went in, and what moved by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from glassnet.tutor.script.network import FoundNetwork
from glassnet.tutor.script.recognition import Finder
from glassnet.tutor.script.rivals import Observed
from glassnet.tutor.script.run import TracedEvent
from glassnet.tutor.script.values import Seen
from glassnet.tutor.textbook import Array, TextbookCase


@dataclass(frozen=True)
class UpdateReading:
    """One way to read the run's first update: these samples with these targets moved it so."""

    observed: Observed
    network: FoundNetwork
    start: int
    end: int
    others: Sequence[FoundNetwork]  # the samples that also went forward before this update
    after: Sequence[tuple[Array, Array | None]]  # the parameters that it left


def next_pass(network: FoundNetwork, events: Sequence[TracedEvent], change: int) -> int:
    """When the forward pass begins again after a change: its first product is made once more."""
    first = events[network.layers[0].z_order]
    lines = {
        (event.line, event.text)
        for event in events[: min(change, len(events))]
        if event.text == first.text and np.array_equal(event.array, first.array)
    }
    for order in range(min(change, len(events)) + 1, len(events)):
        event = events[order]
        if (event.line, event.text) in lines and not event.entry:
            return order
    return len(events)


def targets(seen: Seen, a: Array, start: int, end: int) -> dict[Any, Array]:
    """What the output may have been compared with, (n_out, B), by the place that shows it.

    A place is a line where a − y or y − a was computed, or a variable that holds such an array.
    """
    found: dict[Any, Array] = {}
    for order in range(start + 1, min(end, len(seen.events))):
        event = seen.events[order]
        for face in faces(event.array, a.shape):
            for sign, y in ((1, a - face), (-1, a + face)):
                y = np.where(np.abs(y - np.round(y)) < 1e-9, np.round(y), y)
                plain = np.isin(y, (0.0, 1.0)).all()
                if not np.allclose(y, a) and (plain or seen.find(y, -1, order)):
                    found.setdefault((event.line, event.text, sign), y)
    for event in seen.events[:end]:
        if event.assign or event.entry:
            for face in faces(event.array, a.shape):
                if not np.allclose(face, a):
                    found[event.name, event.scope] = face
    return found


def _ranked(seen: Seen, found: dict[Any, Array]) -> list[Any]:
    """The places, those first that show something which a variable holds."""
    named = [e.array for e in seen.events if (e.assign or e.entry) and e.array.size > 1]

    def rank(place: Any) -> tuple[bool, ...]:
        y = found[place]
        held = any(v.size == y.size and np.allclose(np.sort(v, None), np.sort(y, None))
                   for v in named)  # fmt: skip
        return len(place) == 2, y.size > 1 and bool(np.ptp(y) == 0), not held and y.size > 1

    return sorted(found, key=rank)


def faces(array: Array, shape: tuple[int, ...]) -> Iterator[Array]:
    """The array in that shape, where only its axes differ."""
    if array.size != shape[0] * shape[1] or array.ndim > 2:
        return
    if array.shape == shape or 1 in shape:
        yield array.reshape(shape)
    elif array.T.shape == shape:
        yield array.T


def readings(
    finder: Finder, networks: Sequence[FoundNetwork], y_named: Array | None = None
) -> Iterator[UpdateReading]:
    """The likely readings of the first update, the likeliest first."""
    seen, events = finder.seen, finder.events
    passes = _distinct(networks)
    change = min(network.first_change for network in passes)
    passes = [n for n in passes if n.layers[0].z_order < change]
    if not passes:
        return
    last = max(passes, key=lambda n: n.layers[0].z_order)
    widest = max(passes, key=lambda n: n.x.shape[1])
    options: list[list[FoundNetwork]] = [[last]]
    if widest is not last:
        options.append([widest])
    singles = sorted(
        (n for n in passes if n.x.shape == last.x.shape and n.x.shape[1] < 4),
        key=lambda n: n.layers[0].z_order,
    )
    if len(singles) > 1:
        options.append(singles)
    for chosen in options:
        first = chosen[0]
        end = next_pass(first, events, change)
        others = [n for n in singles if n is not chosen[0]] if len(chosen) == 1 else []
        yield from _read(seen, chosen, others, end, y_named)


def _read(
    seen: Seen,
    chosen: list[FoundNetwork],
    others: list[FoundNetwork],
    end: int,
    y_named: Array | None,
) -> Iterator[UpdateReading]:
    first = chosen[0]
    windows = [
        (n.layers[-1].a_order, m.layers[0].z_order)
        for n, m in zip(chosen, [*chosen[1:], None])
        if m
    ] + [(chosen[-1].layers[-1].a_order, end)]
    shown = [targets(seen, n.layers[-1].a, low, high) for n, (low, high) in zip(chosen, windows)]
    places = [p for p in _ranked(seen, shown[0]) if all(p in own for own in shown)]
    x = np.concatenate([_data(n) for n in chosen], axis=1)
    tried: set[bytes] = set()
    options = [np.concatenate([own[p] for own in shown], axis=1) for p in places]
    if y_named is not None:
        options = [*faces(y_named, (chosen[0].layers[-1].a.shape[0], x.shape[1])), *options]
    for y in options:
        key = np.ascontiguousarray(y).tobytes()
        if key in tried or len(tried) >= 16:
            continue
        tried.add(key)
        observed, after = _update(first, x, y, end)
        yield UpdateReading(observed, first, first.layers[0].z_order, end, others, after)


def _data(network: FoundNetwork) -> Array:
    """x as the first layer's weights meet it: without the ones that stand for its bias."""
    return network.layers[0].fed


def _update(
    network: FoundNetwork, x: Array, y: Array, end: int
) -> tuple[Observed, list[tuple[Array, Array | None]]]:
    before = [layer.parameters(layer.z_order) for layer in network.layers]
    after = [layer.parameters(end - 1) for layer in network.layers]
    weights = [W for W, _ in before]
    biases = [
        np.zeros((len(W), 1)) if b is None else np.array(np.broadcast_to(b, (len(W), 1)))
        for W, b in before
    ]
    case = TextbookCase(
        weights, biases, x, y, 1.0, [layer.activation for layer in network.layers], False
    )
    dW = [old - new for (old, _), (new, _) in zip(before, after)]
    db = [
        None if old is None or new is None else old - new
        for (_, old), (_, new) in zip(before, after)
    ]
    return Observed(case, dW, db), after


def without_a_pass(
    finder: Finder, networks: Sequence[FoundNetwork], y_named: Array | None
) -> Iterator[tuple[UpdateReading, UpdateReading]]:
    """The first two updates, where no forward pass lies between them: the same line moves again."""
    network, events = networks[0], finder.events
    held = min((layer.weights for layer in network.layers), key=lambda h: h.first_change)
    if held.first_change >= len(events):
        return
    line = events[held.first_change].line
    rounds = [o for o in held.orders if o >= held.first_change and events[o].line == line]
    if len(rounds) < 2 or next_pass(network, events, held.first_change) < rounds[1]:
        return
    last = rounds[2] if len(rounds) > 2 else next_pass(network, events, rounds[1])
    for reading in _read(finder.seen, [network], [], rounds[1], y_named):
        second = following(reading, events, last)
        if second is not None:
            yield reading, second


def following(
    reading: UpdateReading, events: Sequence[TracedEvent], end: int | None = None
) -> UpdateReading | None:
    """The update after this one, of the same samples; None where the run ends before.

    end: when it is over, where that is known.
    """
    layers = reading.network.layers
    changes = [
        o
        for layer in layers
        for o in (*layer.weights.orders, *(layer.bias.orders if layer.bias else ()))
        if o > reading.end
    ]
    if not changes:
        return None
    end = next_pass(reading.network, events, min(changes)) if end is None else end
    case = reading.observed.case
    now = [
        (W, np.zeros((len(W), 1)) if b is None else np.array(np.broadcast_to(b, (len(W), 1))))
        for W, b in reading.after
    ]
    after = [layer.parameters(end - 1) for layer in layers]
    moved = replace(case, weights=[W for W, _ in now], biases=[b for _, b in now])
    dW = [W - new for (W, _), (new, _) in zip(now, after)]
    db = [
        None if new is None else np.broadcast_to(b, (len(W), 1))[: new.size] - new
        for (W, b), (_, new) in zip(now, after)
    ]
    return UpdateReading(Observed(moved, dW, db), reading.network, reading.end, end, (), after)


def _distinct(networks: Sequence[FoundNetwork]) -> list[FoundNetwork]:
    """One for each input that went through the same weights."""
    names = [layer.weights for layer in networks[0].layers]
    found: dict[bytes, FoundNetwork] = {}
    for network in networks:
        if [layer.weights for layer in network.layers] == names:
            found.setdefault(np.ascontiguousarray(network.x).tobytes(), network)
    return list(found.values())
