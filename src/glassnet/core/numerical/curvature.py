"""Curvature: what a function's gradients tell of its Hessian H, without ever deriving twice.

At a point where the gradient vanishes, H's eigenvalues tell what it is: all above 0, a minimum;
one below 0, a saddle (or a maximum); some at 0, flat there to second order, which leaves it open.
Differences of rounded gradients know an eigenvalue only so well: one nearer to 0 is open too.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from glassnet.core.activations import Array
from glassnet.core.display.one_line import telling

Gradient = Callable[[Array], Array]  # theta (P,) → gradient (P,), an array of its own


@dataclass(frozen=True)
class Spectrum:
    """Curvatures, least first, (k,), and the directions that have them, the columns of (P, k).

    Where k = P they are H's eigenvalues. Where k < P they are Ritz values: H's curvature along
    k directions, the least and the greatest near H's own extremes, but never beyond them.
    `error` is how far off they may be, as found by differences over other steps.
    """

    values: Array
    directions: Array
    error: float = 0.0

    __repr__ = telling()

    @property
    def whole(self) -> bool:
        return len(self.values) == len(self.directions)


def hessian_times(gradient: Gradient, theta: Array, v: Array, step: float) -> Array:
    """H v ≈ (∇f(θ + t v) − ∇f(θ − t v)) / 2t, to O(t²): two gradients, no second derivative.

    >>> hessian_times(lambda theta: theta**3, np.array([2.0, 1.0]), np.array([0.0, 1.0]), 1e-3)
    array([0.      , 3.000001])
    """
    return (gradient(theta + step * v) - gradient(theta - step * v)) / (2 * step)


def eigenvalues(gradient: Gradient, theta: Array, steps: Array) -> Spectrum:
    """All of H's, from 2P gradients; the difference along θᵢ is taken over stepsᵢ."""
    unit = np.eye(len(theta))
    H = np.array([hessian_times(gradient, theta, e, t) for e, t in zip(unit, steps, strict=True)])
    if not np.isfinite(H).all():
        return Spectrum(np.zeros(len(theta)), unit, np.inf)
    values, V = np.linalg.eigh((H + H.T) / 2)

    def missed(v: Array) -> float:
        """‖(H′ − H) v‖, H′ from steps 2 and 2.7 times as long: truncation × 4 to 7."""
        first = 1 / float(np.abs(v / steps).max())
        longer = (hessian_times(gradient, theta, v, t * first) for t in (2.0, 2.7))
        return max(float(np.linalg.norm(found - (H @ v))) for found in longer)

    P = len(theta)
    random = np.random.default_rng(0).normal(size=P)
    random /= np.linalg.norm(random)
    # H is symmetric, and what was found not quite; ‖E‖ ≈ √P ‖E v‖ for a random v of length 1
    found = (float(np.linalg.norm(H - H.T, 2)) / 2, missed(V[:, 0]), P**0.5 * missed(random))
    return Spectrum(values, V, _beyond(max(found), values))


def _beyond(found: float, values: Array) -> float:
    """Twice the error that was found, and the rounding of the eigenvalues themselves."""
    rounding = (
        len(values) * float(np.finfo(np.float64).eps) * float(np.abs(values).max(initial=0.0))
    )
    return 2 * float(found) + rounding


def lanczos(gradient: Gradient, theta: Array, start: Array, k: int, step: float) -> Spectrum:
    """The curvature along the k directions that H itself leads to from start: 2k gradients.

    In the basis q₁ ∝ start, q₂ ∝ H q₁ less its part along q₁, … H is the tridiagonal T, whose
    eigenvalues close in on H's extremes first. Each new q is made orthogonal to all before it.
    Source: Golub and Van Loan (2013), Matrix Computations, section 10.1.
    """
    basis = [start / np.linalg.norm(start)]
    images: list[Array] = []
    for _ in range(min(k, len(theta))):
        images.append(hessian_times(gradient, theta, basis[-1], step))
        q = images[-1].copy()
        for _ in range(2):  # once more: the first time leaves rounding behind
            for before in basis:
                q -= (before @ q) * before
        length = float(np.linalg.norm(q))
        if length <= 1e-10 * float(np.linalg.norm(images[-1])):
            break  # H leads nowhere else from here
        basis.append(q / length)
    Q = np.array(basis[: len(images)])  # (k, P)
    T = Q @ np.array(images).T
    if not np.isfinite(T).all():
        return Spectrum(np.zeros(len(T)), Q.T, np.inf)
    values, vectors = np.linalg.eigh((T + T.T) / 2)
    directions = Q.T @ vectors
    found = [float(np.linalg.norm(T - T.T, 2)) / 2]
    for i in (0, -1):
        v = directions[:, i]
        again = float(v @ hessian_times(gradient, theta, v, 2 * step))
        found.append(abs(again - float(values[i])))
    return Spectrum(values, directions, _beyond(max(found), values))
