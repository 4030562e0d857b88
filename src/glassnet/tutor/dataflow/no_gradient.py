"""Weights whose step takes zeros that nobody computes: the way back does not reach them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.locating.fault import Fault
from glassnet.tutor.dataflow.parameters import FoundParameters
from glassnet.tutor.dataflow.targets import FoundTarget


def without_gradient(
    graph: Graph, parameters: FoundParameters, target: FoundTarget, weights: Iterable[int]
) -> Fault | None:
    """The fault of a step of zeros, in the same line as the steps of other parameters.

    Zeros that come from the errors, as behind units that have died, are a gradient. weights: those
    of the way forward that no step moves.
    """
    errors = graph.descendants([pair.node for pair in target.pairs], parameters.made)
    places = {graph.nodes[node].site for node in parameters.made}
    for weight in weights:
        for user in graph.users[weight]:
            own = graph.nodes[user]
            if own.name not in ("add", "subtract") or own.site not in places or user in errors:
                continue
            others = [graph.value(o) for o in own.operands if o != weight]
            if len(others) == 1 and not np.any(others[0]):
                site = graph.site(user)
                back = max((n for n in errors if graph.nodes[n].name == "einsum" and n < user),
                           default=-1)  # fmt: skip
                name = graph.names.get(weight, f"weights of shape {graph.value(weight).shape}")
                return Fault("nothing", back, site.line, site.text, name)
    return None
