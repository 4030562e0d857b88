"""An update read layer by layer, from the output back: in which layer which mistake was made.

A mistake may stand in one layer alone, and a program may hold two. Each layer is computed from what
stands behind it, mistakes and all; where it did not move so, each known mistake is tried there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.script.naming.rivals import (
    BACKWARD,
    Match,
    Observed,
    effective_rate,
    losses,
    same,
)
from glassnet.tutor.textbook import TEXTBOOK, Rules, TextbookCase, TextbookPass, compute

Changes = Mapping[str, Callable[..., Any]]
MOST = 2  # mistakes in one program
LARGE = 2_000  # weights; with more, two mistakes in one layer are not sought: it takes too long
ENOUGH = 4  # weights in a layer, by which a mistake is known though those behind stay unexplained


@dataclass(frozen=True)
class LayerMistake:
    """A mistake in one layer, from 1, with what it changes there."""

    mistake: Mistake
    layer: int
    changes: Changes


@dataclass(frozen=True)
class ReadUpdate:
    """Mistakes that give an update, the one next to the output first.

    left: layers that stay unexplained. match: of the first mistake alone, in all its layers.
    """

    found: tuple[LayerMistake, ...]
    left: int
    match: Match

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Each once."""
        return tuple({each.mistake.name: each.mistake for each in self.found}.values())


def read_by_layers(observed: Observed) -> list[ReadUpdate]:
    """The readings that explain most layers by the fewest mistakes; several that are as good."""
    every: list[ReadUpdate] = []
    for natural in losses(observed.case):
        case = replace(observed.case, natural=natural, learning_rate=1.0)
        voted = _voted(observed, compute(case)[0])
        for rate in [voted] if voted else _of_the_last(observed, case):
            reader = _Reader(observed, replace(case, learning_rate=rate), sure=bool(voted))
            every += reader.readings()
    best = min(((each.left, len(each.mistakes)) for each in every), default=(0, 0))
    good = [each for each in every if (each.left, len(each.mistakes)) == best]
    return good if all(each.found for each in good) else []


def _voted(observed: Observed, right: TextbookPass) -> float:
    """The rate by which most numbers moved along their slope; 0 where none did."""
    votes: dict[float, int] = {}
    for d, g in zip(observed.moves(), observed.of(right)):
        square = float(np.vdot(g, g)) if d.shape == g.shape and np.isfinite(g).all() else 0.0
        rate = float(np.vdot(d, g)) / square if square else 0.0
        if rate > 0 and np.linalg.norm(d - rate * g) <= 1e-6 * np.linalg.norm(d):
            near = next((r for r in votes if abs(r - rate) <= 1e-5 * rate), rate)
            votes[near] = votes.get(near, 0) + d.size
    best = max(votes, key=lambda rate: votes[rate], default=0.0)
    return best if votes.get(best, 0) > 1 else 0.0


def _of_the_last(observed: Observed, case: TextbookCase) -> list[float]:
    """The rates at which some mistake gives what the last layer moved."""
    found: dict[str, float] = {}
    for _, changes in _options(case.depth, case.depth):
        rules = _at(TEXTBOOK, case.depth, changes)
        rate = _tried(lambda rules=rules: effective_rate(observed, compute(case, rules)[0]))
        if rate and f"{rate:.6g}" not in found:
            reader = _Reader(observed, replace(case, learning_rate=rate))
            if reader.agrees(case.depth, rules):
                found[f"{rate:.6g}"] = rate
    return list(found.values())


def _tried(compute_it: Callable[[], Any]) -> Any:
    """What it gives; None where the shapes of a wrong rule do not fit."""
    try:
        return compute_it()
    except (ValueError, IndexError):
        return None


def _options(layer: int, last: int, parts: bool = False) -> Iterator[tuple[Mistake, Changes]]:
    """The mistakes that can be made in one layer; parts: in its weights or its biases alone."""
    never = "hidden_delta" if layer == last else "output_delta"
    for mistake in KNOWN_MISTAKES:
        if mistake.stage in BACKWARD and never not in mistake.changes:
            if not parts:
                yield from ((mistake, changes) for changes in mistake.ways())
            elif len(mistake.changes) > 1:
                yield from ((mistake, {name: rule}) for name, rule in mistake.changes.items())


def _at(rules: Rules, layer: int, changes: Changes) -> Rules:
    """The rules, with these in one layer."""

    def one(name: str, wrong: Callable[..., Any]) -> Callable[..., Any]:
        other = getattr(rules, name)
        if name == "output_delta":
            return wrong
        return lambda p, l: wrong(p, l) if l == layer else other(p, l)

    return rules.changed({name: one(name, wrong) for name, wrong in changes.items()})


class _Reader:
    """Reads one update by one loss and one rate; sure: that rate gave some of its moves."""

    def __init__(self, observed: Observed, case: TextbookCase, sure: bool = False) -> None:
        self._observed, self._case, self._sure = observed, case, sure

    def readings(self) -> list[ReadUpdate]:
        return [
            ReadUpdate(found, left, self._match(found))
            for found, left in self._from(self._case.depth, TEXTBOOK, ())
        ]

    def _from(
        self, layer: int, rules: Rules, found: tuple[LayerMistake, ...]
    ) -> Iterator[tuple[tuple[LayerMistake, ...], int]]:
        """What explains the layers from this one back, and how many it leaves unexplained."""
        while layer and self.agrees(layer, rules):
            layer -= 1
        known = not found or self._case.weights[found[0].layer - 1].size >= ENOUGH
        if known or not layer:
            yield found, layer
        for own in self._here(layer, rules, found) if layer else ():
            names = {each.mistake.name for each in (*found, *own)}
            if len(names) <= MOST:
                below = rules
                for each in own:
                    below = _at(below, layer, each.changes)
                yield from self._from(layer - 1, below, (*found, *own))

    def _here(
        self, layer: int, rules: Rules, found: tuple[LayerMistake, ...]
    ) -> Iterator[tuple[LayerMistake, ...]]:
        """The mistakes that give this layer's move: one, of weights or biases alone, or two."""
        last = self._case.depth
        whole = list(_options(layer, last))
        for options in (whole, list(_options(layer, last, parts=True))):
            fits = [(m, c) for m, c in options if self.agrees(layer, _at(rules, layer, c))]
            if fits:
                yield from ((LayerMistake(m, layer, c),) for m, c in fits)
                return
        large = sum(W.size for W in self._case.weights) > LARGE
        known = {each.mistake.name for each in found}  # beside what is wrong in every layer
        for (one, first), (other, second) in combinations(whole, 2) if not large else ():
            again = {one.name, other.name} & known if found else self._sure
            apart = again and not set(first) & set(second)
            if apart and self.agrees(layer, _at(rules, layer, {**first, **second})):
                yield LayerMistake(one, layer, first), LayerMistake(other, layer, second)

    def agrees(self, layer: int, rules: Rules) -> bool:
        """Whether a layer moved as these rules say."""
        return bool(_tried(lambda: self._moved_so(layer, compute(self._case, rules)[0])))

    def _moved_so(self, layer: int, p: TextbookPass) -> bool:
        own = self._observed.at(layer)
        return all(same(d, g, value) for (d, value), g in zip(own, self._observed.at_of(layer, p)))

    def _match(self, found: tuple[LayerMistake, ...]) -> Match:
        rules = TEXTBOOK
        for each in found:
            if each.mistake is found[0].mistake:
                rules = _at(rules, each.layer, each.changes)
        return Match(self._case.natural, self._case.learning_rate, rules=rules)
