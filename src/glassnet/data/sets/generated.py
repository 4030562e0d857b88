"""Small data made from a formula: problems whose answer one can see at a glance.

Each function takes the number of rows `n`, the `noise` (a standard deviation, in the units of what
it is added to) and a `seed`, and returns X (n, n_features) and y (n,). The classes take turns, so
that they are equally large or differ by one row.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.checks import DataError

Arrays = tuple[NDArray[np.float64], NDArray[Any]]


def xor(n: int = 4, noise: float = 0.0, seed: int = 0) -> Arrays:
    """Exclusive or, the smallest problem that no single neuron solves: y = x₀ ⊕ x₁.

    Returns:
        X in {0, 1}² plus noise, y in {0, 1}.

    Source: Minsky & Papert, Perceptrons (1969).

    >>> X, y = xor()
    >>> X.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    return _truth_table([0, 1, 1, 0], n, noise, seed)


def and_(n: int = 4, noise: float = 0.0, seed: int = 0) -> Arrays:
    """Logical and: y = x₀ ∧ x₁, which one neuron solves.

    Returns:
        X in {0, 1}² plus noise, y in {0, 1}.
    """
    return _truth_table([0, 0, 0, 1], n, noise, seed)


def or_(n: int = 4, noise: float = 0.0, seed: int = 0) -> Arrays:
    """Logical or: y = x₀ ∨ x₁, which one neuron solves.

    Returns:
        X in {0, 1}² plus noise, y in {0, 1}.
    """
    return _truth_table([0, 1, 1, 1], n, noise, seed)


def moons(n: int = 400, noise: float = 0.1, seed: int = 0) -> Arrays:
    """Two half circles of radius 1 that reach into each other; t is uniform in [0, π).

        class 0:  (cos t, sin t)          class 1:  (1 − cos t, ½ − sin t)

    Returns:
        X (n, 2), y in {0, 1}.
    """
    y, rng = _start(n, noise, seed, n_classes=2)
    t = rng.uniform(0, np.pi, n)
    upper = np.stack([np.cos(t), np.sin(t)], axis=1)  # (n, 2)
    lower = np.stack([1 - np.cos(t), 0.5 - np.sin(t)], axis=1)
    return np.where(y[:, None] == 0, upper, lower) + rng.normal(0, noise, (n, 2)), y


def circles(n: int = 400, noise: float = 0.05, seed: int = 0) -> Arrays:
    """A circle within a circle; t is uniform in [0, 2π).

        class c:  r · (cos t, sin t),   r = 1 for class 0 and ½ for class 1

    Returns:
        X (n, 2), y in {0, 1}.
    """
    y, rng = _start(n, noise, seed, n_classes=2)
    t = rng.uniform(0, 2 * np.pi, n)
    r = np.where(y == 0, 1.0, 0.5)
    return _polar(r, t) + rng.normal(0, noise, (n, 2)), y


def spirals(n: int = 600, noise: float = 0.02, seed: int = 0, arms: int = 2) -> Arrays:
    """Spirals of Archimedes wound into each other, one turn each; t is uniform in [0.1, 1).

        class c:  t · (cos θ, sin θ),   θ = 2π (t + c / arms)

    Returns:
        X (n, 2) within the unit circle, y in {0, …, arms − 1}.

    Source: after the two-spirals benchmark of Lang & Witbrock, "Learning to tell two spirals
    apart" (1988), whose arms make three turns.
    """
    if arms < 2:
        raise DataError(f"arms must be at least 2, one a class; got {arms}")
    y, rng = _start(n, noise, seed, n_classes=arms)
    t = rng.uniform(0.1, 1, n)
    theta = 2 * np.pi * (t + y / arms)
    return _polar(t, theta) + rng.normal(0, noise, (n, 2)), y


def spirals3(n: int = 600, noise: float = 0.02, seed: int = 0) -> Arrays:
    """`spirals` with three arms.

    Returns:
        X (n, 2), y in {0, 1, 2}.
    """
    return spirals(n, noise, seed, arms=3)


def blobs(n: int = 300, noise: float = 0.5, seed: int = 0) -> Arrays:
    """Three round clouds around the corners of a triangle; `noise` is their radius.

        class c:  2 · (cos θ, sin θ) + ε,   θ = 2π c / 3,   ε ~ N(0, noise² I)

    Returns:
        X (n, 2), y in {0, 1, 2}.
    """
    y, rng = _start(n, noise, seed, n_classes=3)
    return _polar(np.full(n, 2.0), 2 * np.pi * y / 3) + rng.normal(0, noise, (n, 2)), y


def sine(n: int = 400, noise: float = 0.1, seed: int = 0) -> Arrays:
    """A noisy sine, to predict a number; x is uniform in [−π, π).

        y = sin x + ε,   ε ~ N(0, noise²)

    The best any network can reach is a squared error ½(ŷ − y)² of ½ noise² on average.

    Returns:
        X (n, 1), y (n,) floats.
    """
    _, rng = _start(n, noise, seed, n_classes=1)
    x = rng.uniform(-np.pi, np.pi, n)
    return x[:, None], np.sin(x) + rng.normal(0, noise, n)


def _truth_table(answers: list[int], n: int, noise: float, seed: int) -> Arrays:
    row, rng = _start(n, noise, seed, n_classes=4)
    X = np.stack([row // 2, row % 2], axis=1).astype(np.float64)  # the row's number in binary
    return X + rng.normal(0, noise, (n, 2)), np.array(answers)[row]


def _start(
    n: int, noise: float, seed: int, n_classes: int
) -> tuple[NDArray[np.int64], np.random.Generator]:
    if n < n_classes:
        raise DataError(f"n must be at least {n_classes}, one row a class; got {n}")
    if not 0 <= noise < np.inf:
        raise DataError(f"noise is a standard deviation, a finite number from 0; got {noise}")
    return np.arange(n, dtype=np.int64) % n_classes, np.random.default_rng(seed)


def _polar(r: NDArray[Any], theta: NDArray[Any]) -> NDArray[np.float64]:
    return r[:, None] * np.stack([np.cos(theta), np.sin(theta)], axis=1)  # (n, 2)
