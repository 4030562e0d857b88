"""A stranger's network found by value: which arrays are its weights, its data, its activations.

Names say nothing here (z2 is an activation in some scripts, a1 a weighted sum in others). What
counts is that a product of two arrays that were seen is a third that was seen after them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import numpy as np

from glassnet.tutor.script.activation import activated
from glassnet.tutor.script.network import FoundNetwork, Layer
from glassnet.tutor.script.run import TracedEvent
from glassnet.tutor.script.values import Seen
from glassnet.tutor.script.variables import Held, held_variables, is_vector, matrix, without_aliases
from glassnet.tutor.textbook import Array


@dataclass(frozen=True)
class _Feed:
    """What a layer may have been fed with, seen at that order: behind how many found layers.

    weighted: these are a layer's weighted sums, not its activations.
    """

    values: Array
    order: int
    weighted: bool = False
    layers: int = 0


def _within(part: tuple[Any, ...], whole: tuple[Any, ...]) -> bool:
    return any(whole[i : i + len(part)] == part for i in range(len(whole) - len(part) + 1))


def inputs_seen(
    events: Sequence[TracedEvent], n_in: int, before: int, changing: set[int], named: bool = False
) -> Iterator[tuple[int, Array]]:
    """What may have been fed to a layer of n_in inputs, as (n_in, B), each once, at its first.

    With named, only what a variable holds, and a row without its last number too, which may be
    the target.
    """
    shown: set[tuple[int, bytes]] = set()
    for order in range(min(before, len(events))):
        array, holds = events[order].array, events[order].assign or events[order].entry
        if named and not holds:
            continue
        if named and array.ndim == 1 and array.size == n_in + 1 and n_in > 1:
            array = array[:-1]
        if array.size % n_in or array.size < 2 or array.ndim > 2 or order in changing:
            continue
        if not array.any() and not events[order].assign:  # a sample of zeros has a name
            continue
        faces: list[Array] = []
        if array.ndim == 2 and array.shape[0] == n_in:
            faces.append(array)
        if array.ndim == 2 and array.shape[1] == n_in:
            faces.append(array.T)
        if array.ndim == 1 and array.size == n_in:
            faces.append(array[:, None])
        for face in faces:
            key = (face.shape[1], np.ascontiguousarray(face).tobytes())
            if key not in shown:
                shown.add(key)
                yield order, face


class Finder:
    """The search for the chain of layers."""

    def __init__(
        self, events: Sequence[TracedEvent], names: Mapping[str, str] | None = None
    ) -> None:
        self.events = events
        self.seen = Seen(events)
        self._strict = True
        self.held = held_variables(events)
        names = names or {}
        self.wanted = {name: key for key, name in names.items() if re.fullmatch(r"[Wb]\d+", key)}
        self.changing = {
            order
            for h in self.held
            if h.updated
            for order, value in zip(h.orders, h.values)
            if not np.array_equal(value, h.values[-1])  # data settle, parameters do not
        }
        self._changing_matrices = {
            order for h in self.held if h.values[0].ndim == 2 for order in h.orders
        } & self.changing
        fixed = held_variables(events, changing=False)
        self.fixed_biases = [h for h in fixed if h.values[0].size < 64 and is_vector(h.values[0])]
        self._fixed_matrices = [h for h in fixed if h.values[0].ndim == 2 and h.values[0].any()]
        self._consider([h for h in self.held if h.updated and not h.returns])

    def _consider(self, kept: list[Held]) -> None:
        """The variables that may be weights and biases."""
        self._made: dict[Any, list[Layer]] = {}
        self.matrices = without_aliases(
            [
                h
                for h in kept
                if h.values[0].any() and (h.values[0].size > 1 or h.values[0].ndim == 2)
            ]
        )
        self.biases = without_aliases(kept)
        if self.wanted:
            self.matrices = [h for h in self.matrices if self.wanted.get(h.name, "")[:1] == "W"]
            self.biases = [h for h in self.biases if self.wanted.get(h.name, "")[:1] == "b"]

    def networks(self) -> list[list[FoundNetwork]]:
        """The chains that were found, by the weights in them, the longest and largest first.

        Each list holds one chain's passes, the earliest first. A part of a longer chain is left
        out. Sought are those whose weighted sums were all seen; where a matrix is left over, those
        too of which only the activations were, as in loops over single numbers. Weights are first
        looked for among what is updated from its own old value, then among all that changes.
        """
        found = self._found()
        if not found:
            self._consider([h for h in self.held if not h.returns])
            found = self._found()
        found = _without_derived(found)
        groups: dict[tuple[Any, ...], list[FoundNetwork]] = defaultdict(list)
        for network in found:
            groups[tuple((l.weights.name, l.weights.owner) for l in network.layers)].append(network)
        whole = [
            own
            for names, own in groups.items()
            if not any(len(names) < len(other) and _within(names, other) for other in groups)
        ]
        return sorted(
            whole,
            key=lambda own: (len(own[0].layers), sum(l.W.size for l in own[0].layers)),
            reverse=True,
        )

    def extended(self, networks: list[FoundNetwork]) -> list[FoundNetwork]:
        """The same passes with the layers, before and after, whose weights never change."""
        self._strict = True
        return [self._extended(network) for network in networks]

    def _extended(self, network: FoundNetwork) -> FoundNetwork:
        last = network.layers[-1]
        for weights in self._fixed_matrices:
            W = matrix(weights.values[0])
            for flipped in (False, True):
                M = W.T if flipped else W
                if M.shape[1] == last.a.shape[0]:
                    for layer in self._layer(weights, flipped, _Feed(last.a, last.a_order)):
                        return replace(network, layers=(*network.layers, layer))
                if M.shape[0] != network.x.shape[0]:
                    continue
                for order, x in inputs_seen(
                    self.events, M.shape[1], network.x_order, self.changing
                ):
                    for layer in self._layer(weights, flipped, _Feed(x, order)):
                        if layer.a.shape == network.x.shape and np.allclose(layer.a, network.x):
                            return FoundNetwork((layer, *network.layers), x, order)
        return network

    def _found(self) -> list[FoundNetwork]:
        self._strict = True
        found = self._chains()
        used = {l.weights.name for n in found for l in n.layers}
        if not {h.name for h in self.matrices if min(matrix(h.values[0]).shape) > 1} <= used:
            self._strict = False
            found += self._chains()
        return found

    def _chains(self) -> list[FoundNetwork]:
        found: list[FoundNetwork] = []
        for weights in self.matrices:
            W = matrix(weights.values[0])
            for flipped in (False, True):
                M = W.T if flipped else W
                changing = self.changing if self._strict else self._changing_matrices
                for order, x in inputs_seen(
                    self.events, M.shape[1], weights.first_change, changing, not self._strict
                ):
                    for layer in self._layer(weights, flipped, _Feed(x, order)):
                        found += [FoundNetwork(chain, x, order) for chain in self._onward((layer,))]
                if len(found) > 400:
                    break
        return sorted(found, key=lambda n: (n.layers[0].z_order, n.x_order))

    def _onward(self, chain: tuple[Layer, ...]) -> Iterator[tuple[Layer, ...]]:
        last, used = chain[-1], {layer.weights.name + str(layer.weights.owner) for layer in chain}
        grown = False
        for fed, fed_z in ((last.a, False), (last.z, True)):
            if fed_z and np.array_equal(last.a, last.z):
                continue
            for weights in self.matrices:
                if weights.name + str(weights.owner) in used:
                    continue
                W = matrix(weights.values[0])
                for flipped in (False, True):
                    M = W.T if flipped else W
                    if M.shape[1] not in (fed.shape[0], fed.shape[0] + 1):
                        continue
                    feed = _Feed(fed, last.a_order, fed_z, len(chain))
                    for layer in self._layer(weights, flipped, feed):
                        grown = True
                        yield from self._onward((*chain, layer))
            if grown:
                break
        if not grown:
            yield chain

    def _layer(self, weights: Held, flipped: bool, feed: _Feed) -> list[Layer]:
        """The layers that these weights make of this input: their z and a were seen.

        Each pass that is sought leads by the same inputs again, so what was found is kept.
        """
        x = np.ascontiguousarray(feed.values)
        asked = (
            id(weights), flipped, self._strict, feed.order, feed.weighted, feed.layers > 0, x.shape,
            blake2b(x.tobytes(), digest_size=16).digest(),
        )  # fmt: skip
        if asked not in self._made:
            self._made[asked] = list(self._layers(weights, flipped, feed))
        return self._made[asked]

    def _layers(self, weights: Held, flipped: bool, feed: _Feed) -> Iterator[Layer]:
        W = matrix(weights.values[0])
        W = W.T if flipped else W
        until = weights.first_change
        for column, (M, b, x) in _split(W, feed.values):
            Z = M @ x
            own = replace(feed, values=x)
            if b is not None:
                z = Z + b
                if self._strict and not self.seen.find(z, feed.order, until):
                    continue
                yield from self._activated(weights, M, flipped, None, b, column, z, own)
                continue
            if self._strict and not self.seen.find(Z, feed.order, until):
                continue
            nothing = np.zeros((Z.shape[0], 1))
            options = [(bias, bias.values[0]) for bias in self.fitting_biases(weights, Z.shape[0])]
            made = False
            for bias, value in options:
                column_b = np.broadcast_to(matrix(value).reshape(-1, 1), nothing.shape)
                for layer in self._activated(
                    weights, M, flipped, bias, column_b, None, Z + column_b, own
                ):
                    made = True
                    yield layer
                if made:
                    break
            if not made:
                yield from self._activated(weights, M, flipped, None, nothing, None, Z, own)

    def fitting_biases(self, weights: Held, n: int) -> list[Held]:
        """The biases that may belong to these weights, the likeliest first."""
        fitting = [
            h
            for h in (*self.biases, *self.fixed_biases)
            if (
                h.values[0].size == n
                or (self._strict and h.values[0].size == 1 and h.values[0].any())
            )
            and h is not weights
            and is_vector(h.values[0])
            and not h.counts
        ]
        return sorted(
            fitting,
            key=lambda h: (
                not h.values[0].any(),  # a sum with it proves nothing
                h in self.fixed_biases,
                h.values[0].size != n,
                h.owner != weights.owner or (h.number != weights.number),
                h.number != weights.number,
                abs(h.orders[0] - weights.orders[0]),
            ),
        )

    def _activated(
        self, weights: Held, W: Array, flipped: bool, bias: Held | None, b: Array,
        column: int | None, z: Array, feed: _Feed,
    ) -> Iterator[Layer]:  # fmt: skip
        until = weights.first_change
        orders = self.seen.find(z, feed.order, until) if z.any() else []
        if not orders and (self._strict or (z.size == 1 and not feed.layers)):
            return
        start = orders[0] if orders else feed.order
        layer = Layer(
            weights, W, flipped, bias, np.array(b), column, z, z, "identity", feed.values, start,
            start, feed.weighted,
        )  # fmt: skip
        yield from activated(self.seen, layer, until, bool(orders))


def _without_derived(found: list[FoundNetwork]) -> list[FoundNetwork]:
    """Leaves out what takes activations that were fed on, or compared, for weights."""
    layers = {id(layer): layer for network in found for layer in network.layers}.values()
    made = [
        (layer.weights, order, _figures(values))
        for layer in layers
        for order, values in ((layer.z_order, layer.z), (layer.a_order, layer.a))
        if values.size > 1
    ]

    def derived(weights: Held) -> bool:
        own = _figures(weights.values[0])
        return any(
            figures == own and order <= weights.orders[0] and by is not weights
            for by, order, figures in made
        )

    kept = [n for n in found if not any(derived(layer.weights) for layer in n.layers)]
    return kept or found


def _figures(array: Array) -> tuple[float, ...]:
    """What arrays of the same numbers have in common, whatever their axes."""
    return array.size, round(float(array.sum()), 9), round(float(np.square(array).sum()), 9)


def _split(W: Array, fed: Array) -> Iterator[tuple[int | None, tuple[Array, Array | None, Array]]]:
    """Weights and bias apart: (where the bias was, (W, b or None, input)).

    A row of ones in the input makes the matrix's column there a bias.
    """
    if W.shape[1] == fed.shape[0]:
        ones = [i for i in range(len(fed)) if (fed[i] == 1).all()]
        if len(ones) == 1 and len(fed) > 1 and fed.shape[1] > 1:
            keep = ones[0]
            yield keep, (np.delete(W, keep, 1), W[:, keep, None], np.delete(fed, keep, 0))
        else:
            yield None, (W, None, fed)
    elif W.shape[1] == fed.shape[0] + 1:
        for keep in (W.shape[1] - 1, 0):
            yield keep, (np.delete(W, keep, 1), W[:, keep, None], fed)
