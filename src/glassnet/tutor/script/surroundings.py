"""What surrounds a network that is right: labels, test data, the metric, its first scale."""

from __future__ import annotations

import ast
import re

import numpy as np

from glassnet.tutor.dataflow.parameters import ROUNDS
from glassnet.tutor.mistakes.behaviour import (
    HUGE_WEIGHTS,
    LABELS_SHIFTED,
    METRIC_ACROSS,
    TARGETS_PARTED,
    TEST_DATA_SEEN,
)
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.process.source import PythonSource
from glassnet.tutor.script.network import FoundNetwork
from glassnet.tutor.script.pairing import parted
from glassnet.tutor.script.read_run import SeenRun, networks_of

HUGE = 3.0  # the median size of a weight beyond which none of the usual initial scales goes
HELD_BACK = re.compile(r"test|valid|held|dev\b", re.I)


def mistake_around(seen: SeenRun, source: PythonSource) -> tuple[Mistake, int] | None:
    """The first mistake that is none of the network's own computation; the node that shows it."""
    network = seen.network
    if network is None:
        return None
    looked = (
        (HUGE_WEIGHTS, _saturated(network)),
        (LABELS_SHIFTED, _shifted(seen, network)),
        (TARGETS_PARTED, parted(seen, network)),
        (TEST_DATA_SEEN, _seen_in_training(seen, network, source)),
        (METRIC_ACROSS, _across(seen, network)),
    )
    return next(((mistake, node) for mistake, node in looked if node is not None), None)


def _saturated(network: FoundNetwork) -> int | None:
    """Hidden units at their bounds from the start, by weights beyond every usual scale."""
    for layer in network.layers[:-1]:
        flat = layer.activation in ("sigmoid", "tanh") and np.median(np.abs(layer.z)) > 8
        if flat and np.median(np.abs(layer.W)) > HUGE:
            return layer.weights[0][0][0]
    return None


def _shifted(seen: SeenRun, network: FoundNetwork) -> int | None:
    """Labels from 0 up whose one-hot rows have their 1 a place further, or before."""
    n, B = network.y.shape
    y = network.y
    if n < 3 or not np.isin(y, (0.0, 1.0)).all() or not (y.sum(axis=0) == 1).all():
        return None
    hot = y.argmax(axis=0)
    if len(np.unique(hot)) < n:  # of a few labels any number may seem to be the next
        return None
    for node in seen.run.graph.nodes:
        labels = node.value.reshape(-1)
        if node.index not in seen.run.graph.names or labels.size != B:
            continue
        if not np.isin(labels, range(n)).all() or labels.min() > 0:  # from 1, or none of class 0
            continue
        if any(np.array_equal(hot, (labels + step) % n) for step in (1, -1)):
            return node.index
    return None


def unwished(seen: SeenRun) -> str:
    """Why the targets cannot be judged: some name no class, beside others that name one; ""."""
    networks = [own[0] for number in range(ROUNDS) if (own := networks_of(seen.run, number))]
    if not networks or seen.run.graph.stood_in or len({len(n.y) for n in networks}) > 1:
        return ""
    y = np.concatenate([n.y for n in networks], axis=1)
    hot = y.sum(axis=0)
    named = np.unique(y[:, hot == 1].argmax(axis=0)) if (hot == 1).any() else ()
    if len(y) < 3 or not np.isin(y, (0.0, 1.0)).all() or hot.max() > 1 or hot.min() > 0:
        return ""
    if len(named) < 2 or len(named) == len(y):
        return ""
    return (
        "its steps follow from its targets, and the targets of some samples are 0 for every "
        "output, where others have a 1: look at how the labels become targets; classes count "
        "from 0, as the outputs do"
    )


def _seen_in_training(seen: SeenRun, network: FoundNetwork, source: PythonSource) -> int | None:
    """Rows held back to test with, by their name, that are among those trained on."""
    trained = {np.ascontiguousarray(column).tobytes() for column in network.x.T}
    names = {n.id for n in ast.walk(source.tree) if isinstance(n, ast.Name)}
    if seen.run.graph.stood_in:  # tiny data may be the same rows under both names
        return None
    if len(trained) < 4 or not any(re.search(r"train", name, re.I) for name in names):
        return None
    graph = seen.run.graph
    for index, name in graph.names.items():
        array = graph.value(index)
        if not HELD_BACK.search(name) or array.ndim != 2:
            continue
        for rows in (array, array.T):
            if rows.shape[1] == len(network.x) and len(rows) >= 2:
                own = {np.ascontiguousarray(row).tobytes() for row in rows}
                if len(own) < len(trained) and own <= trained:
                    return index
    return None


def _across(seen: SeenRun, network: FoundNetwork) -> int | None:
    """The largest sample of each output, where the largest output of each sample is meant."""
    a = network.layers[-1].a
    if len(a) < 3 or a.shape[1] < 2 or len(a) == a.shape[1]:
        return None
    graph = seen.run.graph
    found: dict[bool, int] = {}
    for node in graph.nodes:
        if node.value.ndim == 1 and "argmax" in graph.site(node.index).text:
            for across in (False, True):
                if np.array_equal(node.value, a.argmax(axis=int(across))):
                    found.setdefault(across, node.index)
    return found.get(True) if False not in found else None
