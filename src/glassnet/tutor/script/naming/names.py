"""What a wrong run's mistake is called: the known mistake that gives its numbers, and where.

The network is brought into the textbook's layout, and its update computed again with each known
mistake put in. Only what gives every parameter's move is a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from glassnet.core import activations
from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.parameters import ParameterStep
from glassnet.tutor.mistakes.behaviour import CONSTANT_WEIGHTS, PENALTY_IN_LOSS_ONLY
from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES, mistake_named
from glassnet.tutor.script.naming.by_layers import read_by_layers
from glassnet.tutor.script.naming.by_rate import named_by_rate
from glassnet.tutor.script.naming.gradients_kept import by_gradients
from glassnet.tutor.script.naming.places import computed, last_division, place_of
from glassnet.tutor.script.naming.replaced import with_what_is_replaced
from glassnet.tutor.script.naming.rivals import (
    BACKWARD,
    Match,
    Observed,
    alike,
    observed,
    rightly,
    same,
    steadily,
    wrongly,
)
from glassnet.tutor.script.naming.standing import named_by_verdict
from glassnet.tutor.script.network import FoundLayer, FoundNetwork
from glassnet.tutor.script.read_run import (
    NamedMistakes,
    SeenRun,
    networks_of,
    step_of,
)
from glassnet.tutor.textbook import TEXTBOOK, Array, compute

# square weights that are transposed on the way forward alone look as if both of these were wrong
BACKWARD_OF_TRANSPOSED = {"hidden-weights-not-transposed", "outer-product-wrong-way"}
MOST_STAGES = 2  # in which a mistake may be, among those that give the same numbers
AT_THE_OUTPUT = {m.name for m in KNOWN_MISTAKES if m.name.endswith("-at-the-output")}


def named(seen: SeenRun) -> NamedMistakes | None:
    """The mistake of a run that is not right; None where it is on no list."""
    constant = _constant(seen)
    if constant >= 0:
        return NamedMistakes((CONSTANT_WEIGHTS,), constant)
    told = named_by_verdict(seen) or _twice(seen)
    if told is not None:
        return told
    if not seen.run.parameters.steps:
        return _replaced(seen)
    for network in (*seen.freed, *seen.networks):
        found = _of_forward(seen, network) or _of_updates(seen, network)
        if found is not None:
            return found
    for network in (*seen.freed[:1], *seen.networks[:2]):
        kept = by_gradients(seen.run, network)
        found = _of_kept(seen, kept) if kept is not None else _by_layers(seen, network)
        if found is not None:
            return found
    by_rate = named_by_rate(seen)
    if by_rate is not None:
        return by_rate
    return None


def _twice(seen: SeenRun) -> NamedMistakes | None:
    """A number that is a factor of a step twice, and of the others' once: nothing tells more."""
    fault = seen.run.judgement.fault
    return named_by_rate(seen) if fault is not None and fault.operand == "twice" else None


def _of_updates(seen: SeenRun, network: FoundNetwork) -> NamedMistakes | None:
    """A mistake in every layer of the first update, or one that shows in the second."""
    own = observed(network)
    match = rightly(own)
    if match is not None:
        return _of_second(seen, network, own, match)
    mistakes, match = wrongly(own)
    later = networks_of(seen.run, 1) if len(mistakes) > 1 else []
    if later:
        fewer, of_fewer = steadily(own, observed(later[0]), mistakes)
        mistakes, match = (fewer, of_fewer) if fewer else (mistakes, match)
    if len({m.stage for m in mistakes}) > MOST_STAGES:  # its numbers are too few to tell
        return None
    if "bias-gradient-not-averaged" in {m.name for m in mistakes}:
        twice = _divided_twice(seen, network, match)
        if twice >= 0:
            return NamedMistakes((mistake_named("divided-twice"),), twice)
    found = _shown(seen, network, match, NamedMistakes(tuple(mistakes)))
    if {"output-delta-sign", "update-adds"} <= {m.name for m in mistakes}:
        return _of_sign(seen, found)
    if "hidden-sign" in {m.name for m in mistakes}:
        steps = [step_of(seen.run, network, l) for l in (1, len(network.layers))]
        signs = {seen.run.graph.nodes[step].name for step in steps if step >= 0}
        if signs == {"add", "subtract"}:  # it is the step itself that climbs
            return NamedMistakes((mistake_named("update-adds"),), steps[0])
    return found if mistakes else None


def _divided_twice(seen: SeenRun, network: FoundNetwork, match: Match | None) -> int:
    """Where the weights' gradients are divided once more, beside biases that are right; -1: not.

    Biases that are not averaged give the same proportions: what is computed first tells, which is
    a sum or a mean, of squares with their ½ or without.
    """
    if match is None or network.x.shape[1] < 3:
        return -1
    p = compute(replace(observed(network).case, natural=match.natural, learning_rate=1.0))[0]
    graph = seen.run.graph
    first = [computed(seen, dW) for dW in p.dW[1:] if dW.size > 1]
    nodes = [last_division(graph, node) if node >= 0 else -1 for node in first]
    for node, dW in zip(nodes, (dW for dW in p.dW[1:] if dW.size > 1)):
        times = np.linalg.norm(graph.value(node)) / np.linalg.norm(dW)
        if node < 0 or not any(abs(times * network.x.shape[1] - n) < 1e-6 for n in (1, 2)):
            return -1
    return min(nodes, default=-1)


def _of_kept(seen: SeenRun, network: FoundNetwork) -> NamedMistakes | None:
    """What is wrong with the gradients that an optimizer was given, or with their sign."""
    if rightly(observed(network)) is None:
        return _of_updates(seen, network) or _by_layers(seen, network)
    moves = [d for own in seen.networks[:1] for d in observed(own).moves()]
    turned = all((d * g <= 0).all() for d, g in zip(moves, observed(network).moves()))
    if not turned:
        return None
    return NamedMistakes((mistake_named("update-adds"),), min(seen.run.parameters.made))


def _by_layers(seen: SeenRun, network: FoundNetwork) -> NamedMistakes | None:
    """Mistakes in one layer, or two in one program."""
    own = observed(network)
    readings = read_by_layers(own)
    if not readings:
        return None
    first = readings[0]
    if {m.name for m in first.mistakes} == BACKWARD_OF_TRANSPOSED:
        return NamedMistakes((mistake_named("weights-transposed"),), network.layers[0].node)
    if len(first.mistakes) > 1:
        return _shown(seen, network, first.match, NamedMistakes(first.mistakes, together=True))
    alike = {each.mistakes[0].name: each.mistakes[0] for each in readings}
    return _shown(seen, network, first.match, NamedMistakes(tuple(alike.values())))


def _replaced(seen: SeenRun) -> NamedMistakes | None:
    """Where no number is itself plus or minus a step: whether steps stand in the weights' place."""
    mistake = mistake_named("weights-replaced")
    for run in with_what_is_replaced(seen.run):
        for network in networks_of(run):
            own = observed(network)
            found, match = wrongly(own)
            if mistake in found:
                other = replace(seen, run=run, networks=[network])
                named = _shown(other, network, match, NamedMistakes((mistake,)))
                return replace(named, node=min(run.parameters.made))
    return None


def is_right(seen: SeenRun) -> bool:
    """Whether the first two updates, each by itself, are those of the network's loss."""
    second = networks_of(seen.run, 1)
    if seen.network is None or not second:
        return False
    found = [rightly(observed(n)) for n in (seen.network, *second[:1])]
    return all(match is not None and match.kind == "plain" for match in found)


def named_though_right(seen: SeenRun) -> NamedMistakes | None:
    """The mistake of a run whose every step is explained."""
    network = seen.network
    constant = _constant(seen)
    if constant >= 0:
        return NamedMistakes((CONSTANT_WEIGHTS,), constant)
    if network is None:
        return None
    own = observed(network)
    penalty = _penalty(seen, network)
    if penalty >= 0 and (match := rightly(own)) is not None and match.kind == "plain":
        return NamedMistakes((PENALTY_IN_LOSS_ONLY,), penalty)
    return _one_sample_again(seen, network)


# on the way forward


def _constant(seen: SeenRun) -> int:
    """The node of weights that begin all alike, so that hidden neurons are copies; -1: none."""
    run, graph = seen.run, seen.run.graph
    firsts = [steps[0] for steps in run.parameters.steps.values()]
    matrices = [s for s in firsts if graph.value(s.node).ndim == 2]
    if _part_though_alike(graph, matrices):
        return -1
    for number, layer in enumerate(seen.network.layers[:-1] if seen.network else ()):
        if len(layer.W) > 1 and not np.ptp(layer.W, axis=0).any():
            return layer.weights[0][0][0] if _alike_later(seen, number) else -1
    for step in matrices:
        before = [graph.value(int(o)).reshape(-1)[p] for o, p in zip(step.owner, step.place)]
        if min(graph.value(step.node).shape) > 1 and np.ptp(before) == 0:
            behind = graph.descendants([int(step.owner[0])], run.parameters.made)
            others = {int(o.owner[0]) for o in matrices if o is not step}
            met = (graph.sources(operand) for n in behind for operand in graph.nodes[n].operands)
            if any(others.intersection(own) for own in met):  # a layer comes after it
                return int(step.owner[0])
    return -1


def _part_though_alike(graph: Graph, matrices: Sequence[ParameterStep]) -> bool:
    """Whether all weights begin alike, and the first step of some parts rows and columns both."""
    begun = [[graph.value(int(o)).reshape(-1)[at] for o, at in zip(s.owner, s.place)]
             for s in matrices]  # fmt: skip
    after = [graph.value(s.node) for s in matrices]
    return all(np.ptp(own) == 0 for own in begun) and any(
        min(np.ptp(W, axis=0).max(), np.ptp(W, axis=1).max()) > 1e-9 * np.abs(W).max()
        for W in after
    )


def _alike_later(seen: SeenRun, number: int) -> bool:
    """Whether a layer's neurons are still copies at the next update, if they have to be.

    Those that go on by equal weights can't part, unless something else is wrong.
    """
    later = networks_of(seen.run, 1)[:1]
    own = seen.network.layers if seen.network else ()
    onward = own[number + 1].W if len(own) > number + 1 else np.zeros((1, 1))
    if np.ptp(onward, axis=1).any() or not later or len(later[0].layers) <= number:
        return True
    W = later[0].layers[number].W
    return bool(np.ptp(W, axis=0).max() <= 1e-9 * np.abs(W).max())


def _of_forward(seen: SeenRun, network: FoundNetwork) -> NamedMistakes | None:
    """What is wrong before anything is compared with a target."""
    layers = network.layers
    for number, layer in enumerate(layers):
        hidden = number + 1 < len(layers)
        if layer.told.mistake:
            at = seen.computed.find(layer.a, layer.node)
            name = layer.told.mistake
            if not hidden and number and f"{name}-at-the-output" in AT_THE_OUTPUT:
                name += "-at-the-output"
            at = layers[number + 1].node if name == "z-fed-onward" and hidden else at
            return NamedMistakes((mistake_named(name),), layer.node if at is None else at)
        if hidden and layer.activation == "identity" and _activated(seen, layer.z):
            return NamedMistakes((mistake_named("z-fed-onward"),), layers[number + 1].node)
    for number, layer in enumerate(layers):
        for other in layers[:number]:
            if layer.weights == other.weights:
                return NamedMistakes((mistake_named("first-weights-everywhere"),), layer.node)
            if layer.biases == other.biases and any(b is not None for b in layer.biases):
                return NamedMistakes((mistake_named("bias-of-another-layer"),), layer.node)
    return None


def _activated(seen: SeenRun, z: Array) -> bool:
    """Whether an activation of z was computed, of which the next layer knows nothing."""
    made = (activations.get(kind).f(z.T).T for kind in ("sigmoid", "tanh", "relu"))
    return any(not np.array_equal(a, z) and seen.computed.find(a) is not None for a in made)


# in the update


def _of_sign(seen: SeenRun, named: NamedMistakes) -> NamedMistakes:
    """Which of two signs is the wrong one, as it is written: a − y goes with −, y − a with +."""
    graph, target = seen.run.graph, seen.run.target
    step = min(seen.run.parameters.made)
    pair = target.pairs[0] if target else None
    plain = pair is not None and graph.nodes[pair.node].name == "subtract"
    if pair is None or not plain or graph.nodes[step].name not in ("add", "subtract"):
        return named
    error_first = pair.output in graph.sources(graph.nodes[pair.node].operands[0])
    adds = graph.nodes[step].name == "add"
    if adds != error_first:  # neither by itself: a sign stands somewhere else
        return named
    name, node = ("update-adds", step) if adds else ("output-delta-sign", pair.node)
    shown = None if adds else named.shown
    return replace(named, mistakes=(mistake_named(name),), node=node, shown=shown)


def _shown(
    seen: SeenRun, network: FoundNetwork, match: Match | None, named: NamedMistakes
) -> NamedMistakes:
    """With the first quantity in which the mistake shows, and where that was computed."""
    if match is None:
        return named
    case = replace(observed(network).case, natural=match.natural, learning_rate=match.factor)
    place = place_of(seen, network, compute(case)[0], compute(case, match.rules)[0])
    if place is None:
        return named
    q = place.quantity
    return replace(named, node=place.node, up=place.up, shown=(q.name, q.stage, q.right, q.wrong))


def _of_second(
    seen: SeenRun, network: FoundNetwork, own: Observed, match: Match
) -> NamedMistakes | None:
    """What the second update tells: gradients added up, or never renewed.

    Or a factor of a single output's error, which would be another rate in each update.
    """
    later = networks_of(seen.run, 1)
    if not later or match.kind != "plain":
        return None
    second = observed(later[0])
    if not any(d.any() for d in second.dW):
        return None
    other = rightly(second)
    if other is not None:
        if other.kind != "plain" or alike(match, other):
            return None
        mistakes, of_both = steadily(
            own, second, [m for m in KNOWN_MISTAKES if m.stage in BACKWARD]
        )
        found = NamedMistakes(tuple(mistakes))
        return _shown(seen, network, of_both, found) if mistakes else None
    for name in ("gradients-never-reset", "gradients-of-the-first-step", "forward-only-once"):
        if _gives(second, own, match, name):
            return NamedMistakes((mistake_named(name),))
    return None


def _gives(second: Observed, first: Observed, match: Match, name: str) -> bool:
    """Whether that mistake, after a first update that is right, gives the second."""
    case = replace(first.case, natural=match.natural, learning_rate=match.factor)
    if name == "gradients-never-reset":  # the samples may be others
        later = replace(second.case, natural=match.natural, learning_rate=match.factor)
        parts = first.of(compute(case)[0]), second.of(compute(later)[0])
        moved = [one + other for one, other in zip(*parts)]
    else:
        rules = TEXTBOOK.changed(mistake_named(name).changes)
        moved = second.of(compute(replace(case, steps=2), rules)[1])
    return all(same(d, g, W, 1e-6) for d, g, W in zip(second.moves(), moved, second.case.weights))


# where every step is right


def _penalty(seen: SeenRun, network: FoundNetwork) -> int:
    """Where the squares of the weights were added up; -1 where they were not."""
    for layer in network.layers:
        squares = np.asarray(np.sum(layer.W**2))
        at = seen.computed.find(squares)
        if at is not None and layer.W.size > 1 and _of_these_alone(seen, at, layer):
            return at
    return -1


def _of_these_alone(seen: SeenRun, node: int, layer: FoundLayer) -> bool:
    """Whether a number is computed of all weights of a layer and of nothing else."""
    graph = seen.run.graph
    weights = {s for row in layer.weights for own, _ in row for s in graph.sources(own)}
    met = graph.ancestors([node], weights)
    others = (graph.nodes[n] for n in met - weights)
    return weights <= met and all(own.operands or own.name == "constant" for own in others)


def _one_sample_again(seen: SeenRun, network: FoundNetwork) -> NamedMistakes | None:
    """Whether every update is of the one sample that stands first, or last, among the data."""
    if network.x.shape[1] > 1 or seen.run.target is None:
        return None
    for number in range(1, 4):
        other = networks_of(seen.run, number)
        if not other or not np.array_equal(other[0].x, network.x):
            return None
    n = len(network.x)
    for node in seen.run.graph.nodes:
        shape = node.value.shape
        if node.name != "leaf" or len(shape) != 2 or n not in shape or max(shape) < 3:
            continue
        rows = node.value if shape[1] == n else node.value.T
        for place, name in ((0, "only-first-sample"), (-1, "only-last-sample")):
            if len(rows) >= 3 and np.array_equal(rows[place], network.x[:, 0]):
                return NamedMistakes((mistake_named(name),))
    return None


def agreed(found: Sequence[NamedMistakes | None]) -> NamedMistakes | None:
    """The names that all runs have in common, at the place that the first one tells."""
    first = found[0]
    if first is None or any(other is None for other in found):
        return None
    common = [
        m
        for m in first.mistakes
        if all(other and m.name in {o.name for o in other.mistakes} for other in found)
    ]
    whole = not first.together or len(common) == len(first.mistakes)
    return replace(first, mistakes=tuple(common)) if common and whole else None
