"""Weights that a program replaces by a step, where it should take the step away from them."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np

from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.parameters import FoundParameters, ParameterStep, uses_of
from glassnet.tutor.dataflow.targets import find_targets
from glassnet.tutor.dataflow.verdict import JudgedRun

MOST_TARGETS = 8
_STEPS = ("multiply", "negative", "add", "subtract")


def with_what_is_replaced(run: JudgedRun) -> list[JudgedRun]:
    """The run read so: what is used where a number was used before takes that number's place."""
    graph = run.graph
    parameters = _replaced(graph)
    if not parameters.steps:
        return []
    live = graph.descendants(parameters.made | parameters.before)
    return [
        replace(run, parameters=parameters, live=live, target=target)
        for target in islice(find_targets(graph, parameters, live), MOST_TARGETS)
    ]


def _replaced(graph: Graph) -> FoundParameters:
    uses = uses_of(graph)
    begun = [n.index for n in graph.nodes if n.name == "leaf" and uses[n.index]]
    found = FoundParameters()
    for first in begun:
        size = graph.value(first).size
        behind = graph.descendants([first])
        for node in graph.nodes[first + 1 :]:
            alike = node.value.size == size > 1 and node.index in behind
            if alike and node.name in _STEPS and uses[first] & uses[node.index]:
                owner = np.full(size, first)
                step = ParameterStep(node.index, owner, np.arange(size), (node.index,), ())
                found.steps[first] = [step]
                found.made.add(node.index)
                found.before.add(first)
                break
    return found
