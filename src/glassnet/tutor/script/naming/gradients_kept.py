"""The gradients that an optimizer was given, in place of the steps that it made of them.

Adam and its like scale each number by what went before, so that their steps say little of a wrong
gradient. What they square on the way to a step is the gradient itself.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from glassnet.tutor.dataflow.graph import Array, Graph
from glassnet.tutor.dataflow.parameters import ParameterStep
from glassnet.tutor.dataflow.stepping.steps import under_a_root
from glassnet.tutor.dataflow.verdict import JudgedRun
from glassnet.tutor.script.network import FoundNetwork


def by_gradients(run: JudgedRun, network: FoundNetwork) -> FoundNetwork | None:
    """The network, as if it had moved by its gradients; None where they are not all kept."""
    moves = {owner: np.zeros_like(move) for owner, move in network.moves.items()}
    for steps in run.parameters.steps.values():
        for step in steps:
            if step.later:
                continue
            gradient = _squared(run.graph, step, run.parameters.made)
            if gradient is None:
                return None
            for owner in step.owners & moves.keys():
                mine = step.owner == owner
                moves[owner][step.place[mine]] = -gradient[mine]
    return replace(network, moves=moves)


def _squared(graph: Graph, step: ParameterStep, made: set[int]) -> Array | None:
    """What is squared on the way to a step, a number for each of its numbers."""
    node = under_a_root(graph, step.node, made)
    if node < 0:
        return None
    try:
        return np.broadcast_to(graph.value(node), graph.value(step.node).shape).reshape(-1)
    except ValueError:
        return None
