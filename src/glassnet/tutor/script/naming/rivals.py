"""An update that was observed, against the right one and against each known mistake's.

A script's rate and whether it sums or averages are its own: one factor on all parameters together
is no mistake. So each rival is computed at the effective rate that the output layer shows, and
must then give every parameter's change exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.script.network import FoundNetwork
from glassnet.tutor.textbook import (
    TEXTBOOK,
    Array,
    Rules,
    TextbookCase,
    TextbookPass,
    compute,
)

STEADY = 1e-6  # of a rate, what two updates may differ by
BACKWARD = ("derivative", "output delta", "hidden delta", "gradients", "update")


@dataclass(frozen=True)
class Observed:
    """One update: where it started, and how far each parameter moved against the gradient.

    dW, db: before − after, a layer each, in the textbook's shapes; db None where there is no bias.
    shared: the layer has one bias for all its neurons.
    """

    case: TextbookCase
    dW: Sequence[Array]
    db: Sequence[Array | None]

    def moves(self) -> list[Array]:
        """All changes that can be compared, weights then biases."""
        return [*self.dW, *(d for d in self.db if d is not None and d.any())]

    def of(self, p: TextbookPass) -> list[Array]:
        """The changes that a pass makes to the same parameters."""
        own = [self.at_of(l, p) for l in range(1, p.last + 1)]
        return [moves[n] for n in (0, 1) for moves in own if n < len(moves)]

    def at(self, l: int) -> list[tuple[Array, Array]]:
        """The changes of a layer's weights, and of its biases if it has any; before which value."""
        d, b = self.db[l - 1], self.case.biases[l - 1]
        weights = [(self.dW[l - 1], self.case.weights[l - 1])]
        return [*weights, (d, b)] if d is not None and d.any() else weights

    def at_of(self, l: int, p: TextbookPass) -> list[Array]:
        """The changes that a pass makes to the same parameters of a layer."""
        d, weights = self.db[l - 1], [p.W[l] - p.new_W[l]]
        if d is None or not d.any():
            return weights
        return [*weights, _like(p.b[l] - p.new_b[l], d)]


def observed(network: FoundNetwork) -> Observed:
    """The update that was seen, as the rival computations compare it."""
    case = TextbookCase(
        [layer.W for layer in network.layers],
        [layer.b for layer in network.layers],
        network.x,
        network.y,
        1.0,
        [layer.activation for layer in network.layers],
    )
    moves = [network.moved(layer) for layer in network.layers]
    return Observed(case, [dW for dW, _ in moves], [db for _, db in moves])


def _like(move: Array, observed: Array) -> Array:
    """A layer with one bias for all its neurons moves it by the sum."""
    return move.sum(keepdims=True).reshape(1, 1) if observed.size == 1 < move.size else move


@dataclass(frozen=True)
class Match:
    """A computation that gives the observed update; factor: its effective learning rate."""

    natural: bool
    factor: float
    kind: str = "plain"
    rules: Rules = TEXTBOOK


def rightly(observed: Observed) -> Match | None:
    """The right update with whatever step size, penalty, or scaling optimizer; None where none."""
    for natural in losses(observed.case):
        case = replace(observed.case, natural=natural)
        p = compute(replace(case, learning_rate=1.0))[0]
        factor = effective_rate(observed, p)
        if factor is not None and _agrees(observed, p, factor):
            return Match(natural, factor)
    for natural in reversed(losses(observed.case)):
        g = observed.of(compute(replace(observed.case, natural=natural, learning_rate=1.0))[0])
        for kind, test in (("penalty", _penalised), ("clipped", _clipped), ("adaptive", _adaptive)):
            factor = test(observed, g)
            if factor is not None:
                return Match(natural, factor, kind)
    return None


def wrongly(observed: Observed) -> tuple[list[Mistake], Match | None]:
    """The known mistakes that give the update, each alone, in every layer."""
    known = [m for m in KNOWN_MISTAKES if m.stage in BACKWARD]
    for penalty in (False, True):
        ways = [(m, changes) for m in known for changes in m.ways()]
        fits = [(m, _fit(observed, changes, penalty)) for m, changes in ways]
        found = list(dict.fromkeys(m for m, match in fits if match))
        if found:
            return found, next(match for _, match in fits if match)
    return [], None


def steadily(
    first: Observed, second: Observed, mistakes: Sequence[Mistake]
) -> tuple[list[Mistake], Match | None]:
    """Those that give the second update too, by the rate of the first; none where no one does.

    A single output's error is a factor that may hide in the rate of one update.
    """
    found: dict[Mistake, Match] = {}
    for mistake in mistakes:
        for changes in mistake.ways():
            one, other = _fit(first, changes), _fit(second, changes)
            if one and other and alike(one, other):
                found.setdefault(mistake, one)
    return list(found), next(iter(found.values()), None)


def alike(one: Match, other: Match) -> bool:
    """Whether two updates are made by the same rate and loss."""
    return one.natural == other.natural and abs(other.factor / one.factor - 1) < STEADY


def _fit(
    observed: Observed, changes: Mapping[str, Callable[..., Any]], penalty: bool = False
) -> Match | None:
    rules = TEXTBOOK.changed(changes)
    for natural in losses(observed.case):
        case = replace(observed.case, natural=natural, learning_rate=1.0)
        try:
            p = compute(case, rules)[0]
            factor = effective_rate(observed, p)
            if factor is None:
                continue
            if penalty:
                factor = _penalised(observed, observed.of(p))
                if factor is not None:
                    return Match(natural, factor, "penalty", rules)
            elif _agrees(observed, p, factor):
                return Match(natural, factor, rules=rules)
        except (ValueError, IndexError):
            continue
    return None


def losses(case: TextbookCase) -> tuple[bool, ...]:
    """Whether the loss may be the output's own, as `TextbookCase.natural` has it."""
    return (False, True) if case.activations[-1] in ("sigmoid", "softmax") else (False,)


def effective_rate(observed: Observed, p: TextbookPass) -> float | None:
    """The effective rate: how far the output layer moved, by its gradient under p's rules.

    p: at rate 1. A move is A + rate·B, with A = 0 for all but a few rules.
    """
    once, twice = (observed.of(each)[: len(observed.dW)] for each in (p, p.at_rate(2.0)))
    for d, one, two in zip(reversed(observed.dW), reversed(once), reversed(twice)):
        if d.shape != one.shape or not np.isfinite(one).all():
            return None
        B = two - one
        if d.any() and B.any():
            factor = float(np.vdot(d - (one - B), B) / np.vdot(B, B))
            return factor if factor > 0 else None
    return None


def _agrees(observed: Observed, p: TextbookPass, factor: float) -> bool:
    moves = observed.of(p.at_rate(factor))
    return all(same(d, g, W) for d, g, W in zip(observed.moves(), moves, _values(observed)))


def _values(observed: Observed) -> list[Array]:
    case = observed.case
    moved = [b for b, d in zip(case.biases, observed.db) if d is not None and d.any()]
    return [*case.weights, *moved]


def same(d: Array, g: Array, value: Array, tolerance: float = 1e-7) -> bool:
    """Whether a change is the computed one, to the digits that subtracting the values leaves."""
    if d.shape != g.shape:
        return False
    lost = 8 * np.finfo(float).eps * (np.linalg.norm(value) + np.linalg.norm(d))
    return bool(np.linalg.norm(d - g) <= tolerance * np.linalg.norm(d) + lost)


def in_proportion(d: Array, g: Array, value: Array) -> bool:
    """Whether a change of value is the computed one but for one positive factor."""
    if d.shape != g.shape:
        return False
    scale = float(np.vdot(d, g) / max(np.vdot(g, g), 1e-300))
    return scale > 0 and same(d, scale * g, value)


def _penalised(observed: Observed, g: list[Array]) -> float | None:
    """k(g + λW) for the weights, with or without the biases: an L2 penalty or weight decay."""
    count = len(observed.dW)
    d = np.concatenate([m.ravel() for m in observed.dW])
    G = np.concatenate([m.ravel() for m in g[:count]])
    W = np.concatenate([m.ravel() for m in observed.case.weights])
    if d.size < 6 or not all(np.isfinite(a).all() for a in (d, G, W)):
        return None
    (k, decay), *_ = np.linalg.lstsq(np.stack([G, W], axis=1), d, rcond=None)
    biases = zip(observed.moves()[count:], g[count:], _values(observed)[count:])
    good = np.linalg.norm(d - k * G - decay * W) <= 1e-7 * np.linalg.norm(d)
    both = k > 0 and 0 < decay < 0.5 and good
    return float(k) if both and all(
        same(m, k * n, b) or same(m, k * n + decay * b, b) for m, n, b in biases
    ) else None  # fmt: skip


def _clipped(observed: Observed, g: list[Array]) -> float | None:
    """k·clip(g, −c, c): entries at the bound, the others as they should be."""
    d = np.concatenate([m.ravel() for m in observed.moves()])
    G = np.concatenate([m.ravel() for m in g])
    top = np.abs(d).max()
    bound = np.abs(d) >= top * (1 - 1e-9)
    if bound.sum() < 2 or bound.all():
        return None
    k = float(np.vdot(d[~bound], G[~bound]) / max(np.vdot(G[~bound], G[~bound]), 1e-300))
    if k <= 0 or not (np.abs(k * G[bound]) >= top * (1 - 1e-6)).all():
        return None
    return k if np.allclose(d, np.clip(k * G, -top, top), rtol=1e-6, atol=1e-12) else None


def _adaptive(observed: Observed, g: list[Array]) -> float | None:
    """The first step of Adam, RMSProp or AdaGrad: as far for each entry, by the sign alone."""
    d = np.concatenate([m.ravel() for m in observed.moves()])
    G = np.concatenate([m.ravel() for m in g])
    large = np.abs(G) > 1e-4 * np.abs(G).max()
    if large.sum() < 4:
        return None
    steps = (d * np.sign(G))[large]
    return float(np.median(steps)) if steps.min() > 0.98 * steps.max() > 0 else None
