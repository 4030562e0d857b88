"""From a network found in a run to its updates: which samples went in, and what moved by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from glassnet.tutor.recognition import Finder, Network, Seen
from glassnet.tutor.rivals import Observed
from glassnet.tutor.textbook import Array, Case
from glassnet.tutor.watched import Event


@dataclass(frozen=True)
class Reading:
    """One way to read the run's first update: these samples with these targets moved it so."""

    observed: Observed
    network: Network
    start: int
    end: int
    after: Sequence[tuple[Array, Array | None]]  # the parameters that it left


def next_pass(network: Network, events: Sequence[Event], change: int) -> int:
    """When the forward pass begins again after a change: its first product is made once more."""
    first = events[network.layers[0].z_order]
    for order in range(change + 1, len(events)):
        event = events[order]
        if (event.line, event.text) == (first.line, first.text) and not event.entry:
            return order
    return len(events)


def targets(
    seen: Seen, a: Array, start: int, end: int, named: Array | None = None
) -> Iterator[Array]:
    """What the output was compared with, as (n_out, B): a − y or y − a was computed."""
    shown: list[Array] = []

    def new(y: Array) -> bool:
        if any(np.allclose(y, other, atol=1e-12) for other in shown):
            return False
        shown.append(y)
        return True

    if named is not None:
        for face in _faces(named, a.shape):
            if new(face):
                yield face
    for order in range(start + 1, min(end, len(seen.events))):
        for face in _faces(seen.events[order].array, a.shape):
            for y in (a - face, a + face):
                known = np.isin(np.round(y, 9), (0.0, 1.0)).all() and not np.allclose(face, a)
                if np.abs(face).max() > 0 and (known or seen.find(y, -1, order)):
                    y = np.where(np.abs(y - np.round(y)) < 1e-9, np.round(y), y)
                    if not np.allclose(y, a) and new(y):
                        yield y
    guesses = 0
    for event in seen.events[:end]:
        if guesses < 12 and (event.assign or event.entry):
            for face in _faces(event.array, a.shape):
                if not np.allclose(face, a) and new(face):
                    guesses += 1
                    yield face


def _faces(array: Array, shape: tuple[int, ...]) -> Iterator[Array]:
    """The array in that shape, where only its axes differ."""
    if array.size != shape[0] * shape[1] or array.ndim > 2:
        return
    if array.shape == shape or 1 in shape:
        yield array.reshape(shape)
    elif array.T.shape == shape:
        yield array.T


def readings(
    finder: Finder, networks: Sequence[Network], y_named: Array | None = None
) -> Iterator[Reading]:
    """The likely readings of the first update, the likeliest first."""
    seen, events = finder.seen, finder.events
    passes = _distinct(networks)
    change = min(network.first_change for network in passes)
    passes = [n for n in passes if n.layers[0].z_order < change]
    if not passes:
        return
    last = max(passes, key=lambda n: n.layers[0].z_order)
    widest = max(passes, key=lambda n: n.x.shape[1])
    options: list[list[Network]] = [[last]]
    if widest is not last:
        options.append([widest])
    singles = sorted(
        (n for n in passes if n.x.shape[1] == last.x.shape[1] and n.x.shape[1] < 4),
        key=lambda n: n.layers[0].z_order,
    )
    if len(singles) > 1:
        options.append(singles)
    for chosen in options:
        first = chosen[0]
        end = next_pass(first, events, change)
        yield from _read(seen, chosen, first, end, y_named)


def _read(
    seen: Seen, chosen: list[Network], first: Network, end: int, y_named: Array | None
) -> Iterator[Reading]:
    windows = [
        (n.layers[-1].a_order, m.layers[0].z_order)
        for n, m in zip(chosen, [*chosen[1:], None])
        if m
    ] + [(chosen[-1].layers[-1].a_order, end)]
    ys = [
        list(targets(seen, n.layers[-1].a, low, high, y_named))
        for n, (low, high) in zip(chosen, windows)
    ]
    if not all(ys):
        return
    x = np.concatenate([_data(n) for n in chosen], axis=1)
    for pick in range(max(len(y) for y in ys) if len(chosen) == 1 else 1):
        y = np.concatenate([own[min(pick, len(own) - 1)] for own in ys], axis=1)
        observed, after = _update(first, x, y, end)
        yield Reading(observed, first, first.layers[0].z_order, end, after)


def _data(network: Network) -> Array:
    """x as the first layer's weights meet it: without the ones that stand for its bias."""
    return network.layers[0].fed


def _update(
    network: Network, x: Array, y: Array, end: int
) -> tuple[Observed, list[tuple[Array, Array | None]]]:
    before = [layer.parameters(layer.z_order) for layer in network.layers]
    after = [layer.parameters(end - 1) for layer in network.layers]
    weights = [W for W, _ in before]
    biases = [
        np.zeros((len(W), 1)) if b is None else np.array(np.broadcast_to(b, (len(W), 1)))
        for W, b in before
    ]
    case = Case(weights, biases, x, y, 1.0, [layer.activation for layer in network.layers], False)
    dW = [old - new for (old, _), (new, _) in zip(before, after)]
    db = [
        None if old is None or new is None else old - new
        for (_, old), (_, new) in zip(before, after)
    ]
    return Observed(case, dW, db), after


def following(reading: Reading, events: Sequence[Event]) -> Reading | None:
    """The update after this one, of the same samples; None where the run ends before."""
    layers = reading.network.layers
    changes = [
        o
        for layer in layers
        for o in (*layer.weights.orders, *(layer.bias.orders if layer.bias else ()))
        if o > reading.end
    ]
    if not changes:
        return None
    end = next_pass(reading.network, events, min(changes))
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
    return Reading(Observed(moved, dW, db), reading.network, reading.end, end, after)


def _distinct(networks: Sequence[Network]) -> list[Network]:
    """One for each input that went through the same weights."""
    names = [layer.weights for layer in networks[0].layers]
    found: dict[bytes, Network] = {}
    for network in networks:
        if [layer.weights for layer in network.layers] == names:
            found.setdefault(np.ascontiguousarray(network.x).tobytes(), network)
    return list(found.values())
