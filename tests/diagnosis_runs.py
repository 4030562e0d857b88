"""Recorded trainings for the tests of the diagnosis."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

import glassnet as gn
from glassnet.data import load_data
from glassnet.explain.diagnosis.diagnose import Diagnosis
from glassnet.training import Recording


def digits() -> tuple[Any, Any]:
    data = load_data("digits")
    return np.asarray(data.X, np.float64).reshape(len(data.X), -1) / 16, data.y


def iris(scaled: bool = True) -> tuple[Any, Any]:
    data = load_data("iris")
    X = np.asarray(data.X, np.float64)
    return ((X - X.mean(axis=0)) / X.std(axis=0) if scaled else X), data.y


def record(path: Path, net: gn.Network, X: Any, y: Any, every: int = 1, **settings: Any) -> Any:
    """The run's records and rows."""
    gn.fit(net, X, y, record=path / "run", record_every=every, progress=False, **settings)
    recording = Recording.open(path / "run")
    return recording, recording.rows(X, y)


def names(found: Diagnosis, notes: bool = False) -> list[str]:
    return [each.name for each in found.findings if notes or each.severity != "note"]


def given(sizes: list[int], hidden: str, scale: float, b: float = 0.0) -> gn.Network:
    """A classifier with normal weights of that deviation, and hidden biases b."""
    rng, last = np.random.default_rng(0), len(sizes) - 2
    row = []
    for i, (n_in, n_out) in enumerate(pairwise(sizes)):
        W = rng.normal(0, scale, (n_out, n_in))
        kind = "softmax" if i == last else hidden
        row.append(gn.Dense(n_in, n_out, kind, W=W, b=0.0 if i == last else b))
    return gn.Network(row)
