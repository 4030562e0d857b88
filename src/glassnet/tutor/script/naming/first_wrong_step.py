"""Something is wrong that is on no list: which step is the first that is not right.

From the output back, a layer is right where its weights moved along their gradient. In the first
that is not, the delta that was used tells more: it is the array whose product with the layer's
input gives the move.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from glassnet.tutor.compare import differing_entry
from glassnet.tutor.script.naming.rivals import Observed, in_proportion, observed
from glassnet.tutor.script.read_run import SeenRun, step_of
from glassnet.tutor.textbook import Array, TextbookPass, compute


@dataclass(frozen=True)
class FirstWrong:
    """The step, its layer (0 where none is told), where it was computed (-1 where not), numbers."""

    stage: str
    layer: int = 0
    node: int = -1
    expected: str = ""
    got: str = ""

    @property
    def shown(self) -> bool:
        """Whether a place is known, and of a forward pass the numbers that differ there too."""
        return self.node >= 0 and (self.stage != "forward" or bool(self.expected))


def first_wrong(seen: SeenRun) -> FirstWrong:
    """The first quantity that is not as it should be."""
    if seen.network is None:
        odd = seen.odd_activation
        return FirstWrong("forward", node=odd) if odd >= 0 else FirstWrong("gradients")
    own = observed(next(iter(seen.freed), seen.network))
    p = max(_passes(own), key=lambda p: _right_layers(own, p))
    l = p.last - _right_layers(own, p)
    if l == 0:
        return FirstWrong("gradients")
    if seen.computed.find_scaled(p.dW[l], seen.first) is not None:
        return FirstWrong("update", l, step_of(seen.run, seen.network, l))
    node, used = _delta_used(seen, own, p, l)
    if used is not None and _along(used, p.delta[l]):
        return FirstWrong("gradients", l, step_of(seen.run, seen.network, l))
    delta = seen.computed.find_scaled(p.delta[l], seen.first)
    if used is None and delta is not None and _is_whole(seen, delta):
        return FirstWrong("gradients", l, step_of(seen.run, seen.network, l))
    stage = "output delta" if l == p.last else "hidden delta"
    if not (l == p.last and used is not None and l > 1 and _right_behind(own, p, used)):
        slope = (p.slope[l] == 1).all() or seen.computed.find_scaled(p.slope[l], seen.first)
        carried = p.error if l == p.last else p.W[l + 1].T @ p.delta[l + 1]
        if not slope and seen.computed.find_scaled(carried, seen.first) is not None:
            stage = "derivative"
    if used is None:
        return FirstWrong(stage, l)
    times = float(np.vdot(used, p.delta[l]) / max(np.vdot(p.delta[l], p.delta[l]), 1e-300))
    _, expected, got = differing_entry([(f"delta{l}", times * p.delta[l])], [used])
    return FirstWrong(stage, l, node, expected, got)


def _is_whole(seen: SeenRun, delta: int) -> bool:
    """Whether a delta goes into a product or a sum as it is, and into no further factor."""
    graph = seen.run.graph
    views = [u for u in graph.users[delta] if graph.nodes[u].name == "gather"]
    users = {u for n in (delta, *views) for u in graph.users[n]}
    names = {graph.nodes[u].name for u in users}
    return graph.value(delta).size == 1 or bool(names & {"einsum", "outer", "sum", "mean"})


def _passes(own: Observed) -> list[TextbookPass]:
    """What the update should have computed, by each loss of its outputs."""
    natural = own.case.activations[-1] in ("sigmoid", "softmax")
    return [compute(replace(own.case, natural=n))[0] for n in (False, True)[: 1 + natural]]


def _right_layers(own: Observed, p: TextbookPass) -> int:
    """How many layers, from the output back, moved along their gradient."""
    for count, l in enumerate(range(p.last, 0, -1)):
        if not in_proportion(own.dW[l - 1], p.dW[l], own.case.weights[l - 1]):
            return count
    return p.last


def _delta_used(seen: SeenRun, own: Observed, p: TextbookPass, l: int) -> tuple[int, Array | None]:
    """The array seen whose product with the layer's input gives the move of its weights."""
    dW, W, x = own.dW[l - 1], own.case.weights[l - 1], p.a[l - 1]
    for node in seen.run.graph.nodes[seen.first :]:
        for delta in _faces(node.value, p.delta[l].shape):
            for signed in (delta, -delta):
                if signed.any() and in_proportion(dW, signed @ x.T, W):
                    return node.index, signed
    return -1, None


def _faces(array: Array, shape: tuple[int, ...]) -> Iterator[Array]:
    """The array in that shape, where only its axes differ."""
    if array.size == shape[0] * shape[1] and array.ndim <= 2:
        if array.shape == shape or 1 in shape:
            yield array.reshape(shape)
        elif array.T.shape == shape:
            yield array.T


def _right_behind(own: Observed, p: TextbookPass, delta: Array) -> bool:
    """Whether the layer below is right, given the delta that was used in the last one."""
    l = p.last - 1
    behind = (p.W[p.last].T @ delta) * p.slope[l]
    return in_proportion(own.dW[l - 1], behind @ p.a[l - 1].T, own.case.weights[l - 1])


def _along(delta: Array, right: Array) -> bool:
    scale = float(np.vdot(delta, right) / max(np.vdot(right, right), 1e-300))
    return scale > 0 and np.allclose(delta, scale * right, rtol=1e-7, atol=1e-12)
