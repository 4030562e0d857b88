"""Scripts watched in this process, for the tests of what is made of a run."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from glassnet.tutor.script.recognition import Finder
from glassnet.tutor.script.run import TracedEvent
from glassnet.tutor.watching import recording

Watch = Callable[..., dict[str, Any]]
# a network of two layers as people write it, of which tests change a line
TWO_LAYERS = """
import numpy as np

rng = np.random.default_rng(3)
X = rng.normal(size=(5, 3))
Y = rng.uniform(0.1, 0.9, size=(5, 2))
W1 = rng.normal(size=(3, 4))
b1 = rng.normal(size=(1, 4))
W2 = rng.normal(size=(4, 2))
b2 = rng.normal(size=(1, 2))
for epoch in range(1000):
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    A2 = 1 / (1 + np.exp(-Z2))
    D2 = (A2 - Y) * A2 * (1 - A2)
    D1 = (D2 @ W2.T) * (1 - A1**2)
    dW2 = A1.T @ D2
    dW1 = X.T @ D1
    db2 = D2.sum(axis=0, keepdims=True)
    db1 = D1.sum(axis=0, keepdims=True)
    W2 -= 0.1 * dW2
    b2 -= 0.1 * db2
    W1 -= 0.1 * dW1
    b1 -= 0.1 * db1
"""


def watcher(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Runs a text, watched, in this process, with nothing of NumPy replaced."""
    nothing = SimpleNamespace(sentences=list)
    monkeypatch.setattr("glassnet.tutor.process.standing_in.install.install", lambda *_: nothing)

    def watch(text: str, **request: Any) -> dict[str, Any]:
        path = folder / "mine.py"
        path.write_text(dedent(text), encoding="utf-8")
        (seen,) = recording.watch(path, {"folder": str(folder), **request})
        return seen

    return watch


def events_of(seen: dict[str, Any]) -> list[TracedEvent]:
    arrays = [np.asarray(array, dtype=np.float64) for array in seen["arrays"]]
    return [TracedEvent(*about, arrays[index], *flags) for *about, index, flags in seen["events"]]


def changed(text: str, *lines: tuple[str, str]) -> str:
    """The text with pieces replaced, each of which must be there."""
    for old, new in lines:
        assert old in text, f"there is no {old!r}"
        text = text.replace(old, new)
    return text


def finder_of(seen: dict[str, Any]) -> Finder:
    return Finder(events_of(seen))
