"""One run of a script judged: is its first update right, and if not, what gives its numbers?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from glassnet.core import activations
from glassnet.tutor.mistakes.behaviour import BROADCAST, CONSTANT_WEIGHTS, PENALTY_IN_LOSS_ONLY
from glassnet.tutor.mistakes.catalogue import mistake_named
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.report import CodePlace
from glassnet.tutor.script.first_wrong_step import first_wrong, right_layers
from glassnet.tutor.script.network import FoundNetwork
from glassnet.tutor.script.recognition import Finder, inputs_seen
from glassnet.tutor.script.rivals import Match, Observed, rightly, same, wrongly
from glassnet.tutor.script.updates import (
    UpdateReading,
    following,
    readings,
    targets,
    without_a_pass,
)
from glassnet.tutor.script.variables import is_vector
from glassnet.tutor.script.wiring import forward_fault, left_over
from glassnet.tutor.textbook import TEXTBOOK, Array, TextbookPass, compute

# square weights that are transposed on the way forward alone look as if both of these were wrong
BACKWARD_OF_TRANSPOSED = {"hidden-weights-not-transposed", "outer-product-wrong-way"}
LARGE = 2_000  # weights; with more, two mistakes at once are not sought: it would take too long


@dataclass(frozen=True)
class Verdict:
    """What one run showed."""

    finder: Finder
    network: FoundNetwork | None
    reading: UpdateReading | None = None
    match: Match | None = None
    mistakes: tuple[Mistake, ...] = ()
    together: bool = False
    stage: str = ""  # where something unknown is wrong
    layer: int = 0
    place: CodePlace | None = None
    notes: tuple[str, ...] = ()


def judged(
    finder: Finder, networks: Sequence[FoundNetwork], y: Array | None, pairs: bool = True
) -> Verdict:
    """The verdict, where these are the passes of the network; with pairs, of two mistakes too."""
    network = networks[0]
    fault = faulty(finder, network)
    if fault is not None:
        return fault
    hidden = network.layers[:-1]
    if any(len(layer.W) > 1 and not np.ptp(layer.W, axis=0).any() for layer in hidden):
        place = place_of(finder, network.layers[0].weights.orders[0])
        return Verdict(finder, network, mistakes=(CONSTANT_WEIGHTS,), place=place)
    options = list(readings(finder, networks, y))
    for reading in options:
        match = rightly(reading.observed)
        if match is not None:
            return _right(finder, reading, match)
    stretched = _stretched(finder, network)
    if stretched is not None:
        return Verdict(finder, network, mistakes=(BROADCAST,), place=stretched)
    for reading, second in without_a_pass(finder, networks, y):
        match = rightly(reading.observed)
        if match is not None and _gives(second, reading, match, "forward-only-once"):
            place = place_of(finder, network.layers[0].z_order)
            stale = (mistake_named("forward-only-once"),)
            return Verdict(finder, network, reading, match, stale, place=place)
    small = sum(layer.W.size for layer in network.layers) <= LARGE
    for position, reading in enumerate(options):
        found, together, match = wrongly(reading.observed, pairs=pairs and position < 2 and small)
        if together and {m.name for m in found} == BACKWARD_OF_TRANSPOSED:
            place = place_of(finder, network.layers[0].z_order)
            turned = (mistake_named("weights-transposed"),)
            return Verdict(finder, reading.network, mistakes=turned, place=place)
        if found:
            place = _first_wrong_place(finder, reading, match)
            return Verdict(
                finder, reading.network, reading, match, tuple(found), together, place=place
            )
    twice = _activated_twice(finder, network)
    if twice:
        place = place_of(finder, network.layers[-1].a_order)
        return Verdict(finder, network, mistakes=(mistake_named(twice),), place=place)
    if not options:
        return Verdict(finder, network, stage="output delta", layer=len(network.layers))
    reading = max(options, key=lambda reading: right_layers(finder, reading))
    stage, layer = first_wrong(finder, reading)
    return Verdict(finder, reading.network, reading, stage=stage, layer=layer)


def faulty(finder: Finder, network: FoundNetwork) -> Verdict | None:
    """The verdict where something is wrong on the way forward."""
    fault = forward_fault(finder, network)
    if fault is None:
        return None
    name, layer, order = fault
    named = (mistake_named(name),) if name else ()
    stage = "" if name else "forward"
    place = place_of(finder, order)
    return Verdict(finder, network, mistakes=named, stage=stage, layer=layer, place=place)


def _stretched(finder: Finder, network: FoundNetwork) -> CodePlace | None:
    """Where a column of outputs was compared with a row of targets, entry by entry of a square."""
    a = network.layers[-1].a
    if a.shape[0] > 1 or a.shape[1] < 3:
        return None
    n = a.shape[1]
    rows = [e.array for e in finder.events if e.array.size == n and (e.assign or e.entry)]
    for order in range(network.layers[-1].a_order, len(finder.events)):
        square = finder.events[order].array
        if square.shape == (n, n):
            for y in rows:
                differences = a.reshape(-1, 1) - y.reshape(1, -1)
                if np.allclose(np.abs(square), np.abs(differences)) and np.ptp(y) > 0:
                    return place_of(finder, order)
    return None


def _activated_twice(finder: Finder, network: FoundNetwork) -> str:
    """The mistake of an activation of an activation, where one was computed."""
    twice = []
    for layer in network.layers:
        f = activations.get(layer.activation).f
        again = f(layer.a.T).T
        twice.append(
            not np.allclose(again, layer.a) and bool(finder.seen.find(again, layer.a_order))
        )
    if all(twice):
        return "activation-twice"
    return "activation-twice-at-the-output" if twice[-1] else ""


def _right(finder: Finder, reading: UpdateReading, match: Match) -> Verdict:
    """The first update is right: is the second, and is it the loss's that is computed?"""
    change = min(reading.network.first_change, len(finder.events) - 1)
    verdict = Verdict(finder, reading.network, reading, match, place=place_of(finder, change))
    other = _other_loss(finder, reading, match) if match.kind == "plain" else ""
    if other:
        return replace(verdict, mistakes=(mistake_named(other),))
    if match.kind == "plain":
        squares = [np.sum(layer.W**2) for layer in reading.network.layers]
        if any(finder.seen.find(np.asarray(s), reading.start) for s in squares):
            return replace(verdict, mistakes=(PENALTY_IN_LOSS_ONLY,))
        name = (
            _lost_samples(reading, match, finder)
            or _second_update(reading, match, finder)
            or _one_sample_again(reading, finder)
        )
        if name:
            return replace(verdict, mistakes=(mistake_named(name),))
    if _gradient_unused(finder, reading, match):
        return replace(verdict, mistakes=(mistake_named("bias-never-updated"),))
    left_out = _left_out_bias(finder, reading.network)
    if left_out:
        return replace(verdict, mistakes=(mistake_named(left_out),))
    return replace(verdict, notes=(*_notes(reading, match), *_not_checked(finder, reading.network)))


def _gradient_unused(finder: Finder, reading: UpdateReading, match: Match) -> bool:
    """Whether the biases' gradient was computed, and no bias moved."""
    observed, layers = reading.observed, reading.network.layers
    if any(d is not None and d.any() for d in observed.db) or not any(l.bias for l in layers):
        return False
    p = compute(replace(observed.case, natural=match.natural))[0]
    return observed.case.samples > 1 and any(
        p.db[l].size > 1 and bool(finder.seen.find_scaled(p.db[l], layers[-1].a_order))
        for l in range(1, p.last + 1)
    )


def _left_out_bias(finder: Finder, network: FoundNetwork) -> str:
    """The mistake of a bias that is updated, and that no layer adds."""
    used = {layer.bias.name for layer in network.layers if layer.bias}
    start = network.layers[0].z_order
    free = [
        h
        for h in finder.biases
        if h.updated and is_vector(h.values[0]) and h.name not in used and h.orders[0] < start
        and h.name not in {layer.weights.name for layer in network.layers}
        and not any(layer.bias_column is not None for layer in network.layers)
    ]  # fmt: skip
    without = [
        layer.bias is None and any(h.values[0].size == len(layer.W) for h in free)
        for layer in network.layers
    ]
    if all(without) and len(free) >= len(without):
        return "bias-left-out"
    return "bias-left-out-at-the-output" if without[-1] and not any(without[:-1]) else ""


# what a network is told with that was found in part alone
NOT_CHECKED = "changed too, and no layer was found that uses it: it was not checked"


def _not_checked(finder: Finder, network: FoundNetwork) -> list[str]:
    others = [h.name for h in left_over(finder, network)]
    if not others:
        return []
    names = ", ".join(dict.fromkeys(others[:4]))
    return [f"{names} {NOT_CHECKED}. --map can say what it is."]


def _lost_samples(reading: UpdateReading, match: Match, finder: Finder) -> str:
    """Whether other samples went back too, and only the last one's gradient was used."""
    y = reading.observed.case.y
    for other in reading.others:
        layer = other.layers[-1]
        shown = targets(finder.seen, layer.a, layer.a_order, reading.start)
        for own in shown.values():
            if own.shape == y.shape:
                case = replace(
                    reading.observed.case, x=other.layers[0].fed, y=own, natural=match.natural
                )
                p = compute(case)[0]
                if finder.seen.find_scaled(p.dW[p.last], layer.a_order):
                    return "only-last-sample"
    return ""


def _second_update(reading: UpdateReading, match: Match, finder: Finder) -> str:
    """What goes wrong from the second update on: gradients added up, or never renewed."""
    second = following(reading, finder.events)
    if second is None or not any(d.any() for d in second.observed.dW):
        return ""
    if rightly(second.observed) is not None:
        return ""
    names = ("gradients-never-reset", "gradients-of-the-first-step", "forward-only-once")
    return next((name for name in names if _gives(second, reading, match, name)), "")


def _gives(second: UpdateReading, first: UpdateReading, match: Match, name: str) -> bool:
    """Whether that mistake, after a first update that is right, gives the second."""
    case = replace(first.observed.case, natural=match.natural, learning_rate=match.factor)
    rules = TEXTBOOK.changed(mistake_named(name).changes)
    moved = second.observed.of(compute(replace(case, steps=2), rules)[1])
    return all(
        same(d, g, W, 1e-6)
        for d, g, W in zip(second.observed.moves(), moved, second.observed.case.weights)
    )


def _one_sample_again(reading: UpdateReading, finder: Finder) -> str:
    """Whether every update is of the one sample that stands first, or last, among the data."""
    case = reading.observed.case
    if case.samples > 1:
        return ""
    later = following(reading, finder.events)
    if later is None:
        return ""
    while later is not None:
        if not any(d.any() for d in later.observed.dW) or rightly(later.observed) is None:
            return ""
        later = following(later, finder.events)
    for _, data in inputs_seen(finder.events, len(case.x), reading.end, finder.changing):
        if data.shape[1] >= 3:
            for place, name in ((0, "only-first-sample"), (-1, "only-last-sample")):
                if np.array_equal(data[:, [place]], case.x):
                    return name
    return ""


def _other_loss(finder: Finder, reading: UpdateReading, match: Match) -> str:
    """Whether the loss that the script computes is another than the one it descends."""
    case, last = reading.observed.case, reading.network.layers[-1]
    if case.activations[-1] not in ("sigmoid", "softmax"):
        return ""
    logs = any("log(" in e.text or "log2(" in e.text for e in finder.events[: reading.end])
    e = last.a - case.y[:, : last.a.shape[1]] if last.a.shape[1] <= case.samples else None
    squares = e is not None and bool(finder.seen.find(e**2, last.a_order))
    if match.natural and squares and not logs:
        return "output-slope-lost"
    if not match.natural and logs and not squares:
        return "output-slope-beside-cross-entropy"
    return ""


def _notes(reading: UpdateReading, match: Match) -> list[str]:
    notes = []
    layers = reading.network.layers
    still = [l for l, d in enumerate(reading.observed.db, 1) if d is not None and not d.any()]
    if still and any(layers[l - 1].b.any() or layers[l - 1].bias for l in still):
        which = "the biases" if len(still) == len(layers) else f"the biases of layer {still[0]}"
        notes.append(f"{which} take part in the forward pass and are never updated.")
    if match.kind == "adaptive":
        notes.append(
            "the update is that of an adaptive optimizer: its first step shows only the signs of "
            "the gradients, which are right."
        )
    if match.kind == "penalty":
        notes.append("the update holds a penalty on the weights besides the gradient.")
    return notes


def _quantities(p: TextbookPass) -> list[tuple[str, str, Array]]:
    layers = range(p.last, 0, -1)
    return [
        *((f"f′(z{l})", "derivative", p.slope[l]) for l in layers),
        *((f"delta{l}", "output delta" if l == p.last else "hidden delta", p.delta[l])
          for l in layers),
        *((f"dW{l}", "gradients", p.dW[l]) for l in layers),
        *((f"db{l}", "gradients", p.db[l]) for l in layers),
        *((f"new.W{l}", "update", p.new_W[l]) for l in layers),
        *((f"new.b{l}", "update", p.new_b[l]) for l in layers),
    ]  # fmt: skip


def first_difference(observed: Observed, match: Match) -> tuple[str, str, Array, Array] | None:
    """(quantity, stage, right, wrong): the first in which the mistake shows."""
    case = replace(observed.case, natural=match.natural, learning_rate=match.factor)
    right, wrong = compute(case)[0], compute(case, match.rules)[0]
    for (name, stage, a), (_, _, b) in zip(_quantities(right), _quantities(wrong)):
        if a.shape != b.shape or not np.allclose(a, b, rtol=1e-9, atol=1e-15):
            return name, stage, a, b
    return None


def _first_wrong_place(
    finder: Finder, reading: UpdateReading, match: Match | None
) -> CodePlace | None:
    """The line where the first wrong quantity was computed; else where the weights change."""
    if match is None:
        return None
    found = first_difference(reading.observed, match)
    start = reading.network.layers[-1].a_order
    if found is not None:
        wrong = found[3]
        same_all_over = wrong.size > 1 and np.ptp(wrong) == 0  # one number for many
        for array in (wrong, wrong.ravel()[:1]) if same_all_over else (wrong,):
            for order in finder.seen.find_scaled(array, start):
                if order < reading.end:
                    return place_of(finder, order)
    return place_of(finder, min(reading.network.first_change, len(finder.events) - 1))


def place_of(finder: Finder, order: int) -> CodePlace:
    """Where an event happened, and its source."""
    event = finder.events[order]
    return CodePlace(event.where, event.text)
