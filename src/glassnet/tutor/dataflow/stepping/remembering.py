"""What steps keep of earlier ones: rules that explain them and that nobody means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.parameters import FoundParameters
from glassnet.tutor.dataflow.stepping.rates import known
from glassnet.tutor.dataflow.stepping.steps import Judged

SHARES = 0.3, 1.0  # between these is what a velocity or a moment keeps of itself
STRONG = 0.1  # of a weight, what no usual decay takes in one step
SAME = 1e-6


def odd_rule(judged: Sequence[Judged]) -> tuple[Judged, str] | None:
    """A parameter whose steps follow a rule that nobody means, and what that is called."""
    for each in judged:
        rule = each.rule
        if rule is None or rule.optimizer is not None:
            continue
        kept = rule.momentum, np.sqrt(max(rule.momentum, 0.0))  # W ← μW + v: μ² and (1 − μ)²
        taken = rule.decay, np.sqrt(max(rule.decay, 0.0))
        if rule.momentum and any(abs(1 - d - m) < SAME for d, m in zip(taken, kept)):
            return each, "momentum-on-weights"
        if rule.momentum < -SAME and not rule.ahead:
            return each, "momentum-sign"
    return None


def velocity_put(graph: Graph, judged: Sequence[Judged]) -> tuple[Judged, int] | None:
    """A velocity that stands in its parameter's place: what loses what others' velocities lose.

    It, and the node that goes forward in the parameter's place.
    """
    kept = [e.rule.momentum for e in judged if e.rule and e.rule.momentum > 0]
    for each in judged:
        rule = each.rule
        lost = rule.decay if rule and not rule.momentum else 0.0
        if lost and any(abs(1 - lost - momentum) < SAME for momentum in kept):
            node = each.first
            while (after := _scaled(graph, node)) >= 0:
                node = after
            return each, node
    return None


def _scaled(graph: Graph, node: int) -> int:
    """A number times a node, or that turned around; -1: nobody makes that of it."""
    for user in graph.users[node]:
        others = [o for o in graph.nodes[user].operands if o != node]
        product = graph.nodes[user].name == "multiply" and len(others) == 1
        if graph.nodes[user].name == "negative" or (product and graph.value(others[0]).size == 1):
            return user
    return -1


def fading(judged: Sequence[Judged]) -> tuple[Judged, float] | None:
    """A parameter that loses a large share of itself in every step, and how much."""
    strong = ((e, e.rule.decay) for e in judged if e.rule and e.rule.decay >= STRONG)
    return next(strong, None)


def undecayed(graph: Graph, judged: Sequence[Judged]) -> list[Judged]:
    """The weights that lose nothing of themselves in their steps, where all others do.

    Biases are left out of a penalty; weights have several rows and columns.
    """
    plain = [e for e in judged if e.rule and not e.rule.optimizer]
    shapes = [graph.value(e.first).shape for e in plain]
    weights = [e for e, shape in zip(plain, shapes) if len(shape) == 2 and min(shape) > 1]
    losing = [e for e in weights if e.rule and e.rule.decay > SAME]
    left = [e for e in weights if e.rule and abs(e.rule.decay) <= SAME]
    return left if len(losing) > 1 and len(left) == 1 else []


def forgetful(judged: Sequence[Judged]) -> list[Judged]:
    """The parameters whose steps keep nothing of those before, where most others' do; else none.

    Single numbers are not counted, as there are more in one layer than in another.
    """
    plain = [e for e in judged if e.rule and not e.rule.optimizer and e.size > 1]
    keeping = [e for e in plain if e.rule and e.rule.momentum > SAME]
    left = [e for e in plain if e.rule and e.rule.momentum <= SAME and e.how == "slope"]
    return left if len(keeping) > len(left) else []


def never_kept(graph: Graph, parameters: FoundParameters) -> int:
    """Where a share is taken of what stays 0 in every round, beside a gradient; -1: nowhere.

    So it is with a velocity or moment that is computed anew and written nowhere.
    """
    found: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)  # by round the first
    for parameter, steps in parameters.steps.items():
        before = -1  # what was computed up to the step before is of another round
        for number, step in enumerate(steps if len(steps[0].owner) > 1 else ()):
            for node in graph.ancestors([step.node], parameters.made - {step.node}):
                zeros = _share_of_nothing(graph, node, len(step.owner)) if node > before else -1
                if zeros >= 0:
                    rounds = found[parameter, zeros]
                    rounds[number] = min(node, rounds.get(number, node))
            before = step.node
    return min((min(rounds.values()) for rounds in found.values() if len(rounds) > 1), default=-1)


def _share_of_nothing(graph: Graph, node: int, size: int) -> int:
    """The array of zeros that a share is taken of, to be added to something; -1: none."""
    own = graph.nodes[node]
    if own.name != "multiply" or own.value.size != size or np.any(own.value):
        return -1
    for operand, share in (own.operands, own.operands[::-1]):
        value = graph.value(share)
        kept = graph.nodes[operand].name == "leaf" and graph.value(operand).size == size
        within = value.size == 1 and SHARES[0] <= value.item() < SHARES[1]
        if (
            kept
            and within
            and {graph.nodes[u].name for u in graph.users[node]} & {"add", "subtract"}
        ):
            return operand
    return -1


def growing(graph: Graph, made: set[int], live: set[int], judged: Sequence[Judged],
            rates: dict[int, float]) -> int:  # fmt: skip
    """Where the rate grows from round to round, by what is called a decay; -1: nowhere."""
    told = known(dict(sorted(rates.items())))
    if len(told) < 3 or not all(b > a * (1 + SAME) for a, b in pairwise(told)):
        return -1
    nodes = {step.node for each in judged for own in each.rounds for step in own.nodes}
    behind = graph.ancestors(nodes, made - nodes) - live
    called = [n for n in behind if graph.value(n).size == 1 and graph.nodes[n].operands
              and "decay" in graph.site(n).text.lower()]  # fmt: skip
    return min(called, default=-1)
