"""A judged run, and the networks that it may be of, in the textbook's layout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np

from glassnet.tutor.dataflow.targets import FoundTarget, find_targets
from glassnet.tutor.dataflow.verdict import JudgedRun
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.script.computed import Computed
from glassnet.tutor.script.network import FoundNetwork, found_networks, odd_activation
from glassnet.tutor.textbook import Array

MOST_TARGETS, MOST_NETWORKS = 16, 4  # so many readings of one run


@dataclass(frozen=True)
class NamedMistakes:
    """The mistakes that give a run's numbers; several where nothing tells them apart.

    together: both at once. node: where it shows; -1 where the place is not told; up: so many calls
    up from there. shown: the first quantity in which it does, its stage, as it should be and as
    it is.
    """

    mistakes: tuple[Mistake, ...]
    node: int = -1
    together: bool = False
    shown: tuple[str, str, Array, Array] | None = None
    up: int = 0


@dataclass(frozen=True)
class SeenRun:
    """A judged run with the networks that it may be at its first update, the likeliest first."""

    run: JudgedRun
    networks: Sequence[FoundNetwork]
    computed: Computed

    @cached_property
    def freed(self) -> Sequence[FoundNetwork]:
        """The networks as if their weights had not decayed; none where they do not."""
        decay = self.run.decay
        return [network.without_decay(decay) for network in self.networks] if decay else []

    @property
    def network(self) -> FoundNetwork | None:
        return self.networks[0] if self.networks else None

    @property
    def odd_activation(self) -> int:
        """Where something is made of a layer's sums that is no activation; -1 where it is not."""
        run, target = self.run, self.run.target
        if target is None or self.networks:
            return -1
        return odd_activation(run.graph, run.parameters, target, run.live)

    @property
    def first(self) -> int:
        """The node of the first output."""
        return self.run.target.pairs[0].output if self.run.target else -1


def seen_run(run: JudgedRun) -> SeenRun:
    """What is asked for names."""
    return SeenRun(run, networks_of(run), Computed(run.graph))


def networks_of(run: JudgedRun, number: int = 0) -> list[FoundNetwork]:
    """The networks that a run may be of, at the update of that number, in the textbook's layout.

    What the outputs are is told by the reading that explains the steps; where none explains them,
    by each comparison with what may be a target.
    """
    if run.target is None:
        return []
    targets: Iterable[FoundTarget] = [run.target]
    if run.judgement.verdict != "right":
        targets = (run.target, *find_targets(run.graph, run.parameters, run.live))
    found: dict[tuple[int, bytes, bytes], FoundNetwork] = {}
    for target in islice(targets, MOST_TARGETS):
        for each in found_networks(run.graph, run.parameters, target, run.live, number):
            key = len(each.layers), each.layers[-1].a.tobytes(), each.y.tobytes()
            found.setdefault(key, each)
        if len(found) >= MOST_NETWORKS:
            break
    deepest = max((len(n.layers) for n in found.values()), default=0)
    whole = [n for n in found.values() if len(n.layers) == deepest]
    ranked = sorted(whole, key=_unlikely)
    usual = [n for n in ranked if not any(layer.told.mistake for layer in n.layers)]
    return usual or ranked


def _unlikely(network: FoundNetwork) -> bool:
    """Whether its targets are ones alone, as the 1 of 1 − a."""
    return network.y.size > 1 and not np.ptp(network.y)


def step_of(run: JudgedRun, network: FoundNetwork, l: int, *, bias: bool = False) -> int:
    """The node of the first step of a layer's weights, or of its biases; -1: none."""
    layer = network.layers[l - 1]
    entry = next(filter(None, layer.biases), None) if bias else layer.weights[0][0]
    steps = (s for own in run.parameters.steps.values() for s in own)
    return min((s.node for s in steps if entry and entry[0] in s.owner), default=-1)
