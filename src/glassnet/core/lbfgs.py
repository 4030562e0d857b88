"""L-BFGS: a quasi-Newton method for full batches, where the gradient is exact."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike

from glassnet.core.activations import Array
from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.validation.arrays import numbers
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import Count, FunctionRule, NotNegative, Whole, shown

Closure = Callable[[Array], tuple[float, Array]]  # theta → (value, gradient), not kept


@dataclass(frozen=True)
class Minimum:
    """Where a minimisation stands: theta (P,), the value and gradient (P,) there, and why.

    `reason` is "gradient" (below the tolerance), "no descent" (no step lowers the value any
    further, to rounding), "iterations" (their limit), "not finite" (the start has no value or
    gradient), or "" while it goes on. `pairs` are the steps remembered, (s, y) each.
    """

    theta: Array
    value: float
    gradient: Array
    iterations: int
    evaluations: int
    reason: str = ""
    pairs: tuple[tuple[Array, Array], ...] = ()

    __repr__ = telling()


@door
@dataclass(frozen=True)
class LBFGS:
    """Steps along −H g, where H, the inverse Hessian, is known through the last few steps.

    s = theta′ − theta and y = g′ − g of up to `memory` steps give H g by two loops, without
    ever forming H; the step's length satisfies the strong Wolfe conditions.

    Args: memory, steps remembered; tolerance, the largest |gᵢ| at which it is done.
    Source: Nocedal and Wright (2006), Algorithms 7.4 and 7.5, 3.5 and 3.6.

    >>> bowl = lambda theta: (float(theta @ theta), 2 * theta)
    >>> LBFGS().minimize(bowl, np.array([3.0, -4.0])).theta.round(9) + 0
    array([0., 0.])
    """

    memory: Count = 10
    tolerance: NotNegative = 1e-8
    name = "lbfgs"

    @door
    def minimize(
        self,
        closure: Annotated[Closure, FunctionRule()],
        theta: ArrayLike,
        max_iterations: Annotated[int, Whole(least=0)] = 500,
    ) -> Minimum:
        """The minimum found from theta, (P,), which is left as it was."""
        start = numbers("theta", theta, np.float64)
        if start.ndim != 1:
            raise InputError(f"theta has shape {start.shape}: give one row of numbers, (P,).")
        return deque(self.iterate(closure, start, max_iterations), maxlen=1)[0]

    def iterate(
        self, closure: Closure, start: Array | Minimum, max_iterations: int = 500
    ) -> Iterator[Minimum]:
        """The same, step by step; the first Minimum is the start itself.

        Where the start is a Minimum that was met on the way, the same steps follow from there.
        """
        evaluations = 0 if isinstance(start, np.ndarray) else start.evaluations

        def counted(theta: Array) -> tuple[float, Array]:
            nonlocal evaluations
            evaluations += 1
            return closure(theta)

        if isinstance(start, np.ndarray):
            theta = start.astype(np.float64)
            start = Minimum(theta, *_evaluate(counted, theta), 0, evaluations)
        theta, value, g = start.theta, start.value, start.gradient
        pairs = deque(start.pairs, maxlen=self.memory)
        for iteration in range(start.iterations, max_iterations + 1):
            reason = "iterations" if iteration == max_iterations else ""
            if not (np.isfinite(value) and np.isfinite(g).all()):
                reason = "not finite"
            elif np.abs(g).max(initial=0.0) <= self.tolerance:
                reason = "gradient"
            yield Minimum(theta, value, g, iteration, evaluations, reason, tuple(pairs))
            if reason:
                return
            p = -_inverse_hessian_times(g, pairs)
            if not p @ g < 0:  # curvature lost to rounding: start again from the gradient
                pairs.clear()
                p = -g
            first = 1.0 if pairs else min(1.0, 1 / float(np.abs(g).sum()))
            found = _wolfe(counted, theta, p, value, g, first)
            if found is None and pairs:
                pairs.clear()
                p = -g
                found = _wolfe(counted, theta, p, value, g, min(1.0, 1 / float(np.abs(g).sum())))
            if found is None:
                reason = "no descent"
                yield Minimum(theta, value, g, iteration, evaluations, reason, tuple(pairs))
                return
            step, value, g_new = found
            s, y = step * p, g_new - g
            if s @ y > 1e-10 * (y @ y) or s @ y > 1e-14:
                pairs.append((s, y))
            theta, g = theta + s, g_new


def _evaluate(closure: Closure, theta: Array) -> tuple[float, Array]:
    found = closure(theta)
    if not isinstance(found, tuple | list) or len(found) != 2:
        raise InputError(
            f"the function to minimise returned {shown(found)}: return the value and the gradient."
        )
    value, g = (numbers("the value or the gradient", each, np.float64) for each in found)
    if value.size != 1 or g.shape != theta.shape:
        raise InputError(
            f"the function to minimise returned a value of shape {value.shape} and a gradient of "
            f"shape {g.shape}: return a number, and as many as theta has, {theta.shape}."
        )
    return value.item(), g.copy()


def _inverse_hessian_times(g: Array, pairs: deque[tuple[Array, Array]]) -> Array:
    """H g by the two-loop recursion. Source: Nocedal and Wright (2006), Algorithm 7.4."""
    q, alphas = g.copy(), []
    for s, y in reversed(pairs):
        alpha = (s @ q) / (s @ y)
        alphas.append(alpha)
        q -= alpha * y
    if pairs:
        s, y = pairs[-1]
        q *= (s @ y) / (y @ y)  # the scale of H, from the last step
    for (s, y), alpha in zip(pairs, reversed(alphas), strict=True):
        q += (alpha - (y @ q) / (s @ y)) * s
    return q


def _wolfe(
    closure: Closure,
    theta: Array,
    p: Array,
    value0: float,
    g0: Array,
    first: float,
    c1: float = 1e-4,
    c2: float = 0.9,
    tries: int = 30,
) -> tuple[float, float, Array] | None:
    """A step length along p that falls enough and flattens enough, or None.

    f(t) ≤ f(0) + c1 t f′(0) and |f′(t)| ≤ c2 |f′(0)|: the bracket [low, high] keeps low the
    best point that falls enough, and is narrowed by cubic interpolation.
    Returns: (t, f(t), gradient there).
    """
    slope0 = float(g0 @ p)
    low, f_low, d_low, g_low = 0.0, value0, slope0, g0
    high: float | None = None
    f_high = d_high = 0.0
    t = first
    for _ in range(tries):
        f, g = _evaluate(closure, theta + t * p)
        finite = np.isfinite(f) and bool(np.isfinite(g).all())
        d = float(g @ p) if finite else 0.0
        if not finite or f > value0 + c1 * t * slope0 or (f >= f_low and low > 0):
            high, f_high, d_high = t, f if finite else np.inf, d
        elif abs(d) <= -c2 * slope0:
            return t, f, g
        else:
            if d * ((high - low) if high is not None else 1.0) >= 0:
                high, f_high, d_high = low, f_low, d_low
            low, f_low, d_low, g_low = t, f, d, g
        if high is None:
            t = 2.5 * low
        else:
            if abs(high - low) <= 1e-14 * max(abs(high), abs(low)):
                break
            t = _between(low, f_low, d_low, high, f_high, d_high)
    return (low, f_low, g_low) if low > 0 and f_low < value0 else None


def _between(a: float, fa: float, da: float, b: float, fb: float, db: float) -> float:
    """The minimum of the cubic through both ends, kept off them. Source: ibid., eq. 3.59."""
    middle, width = (a + b) / 2, abs(b - a)
    if not np.isfinite(fb):
        return middle
    d1 = da + db - 3 * (fa - fb) / (a - b)
    root = d1 * d1 - da * db
    if not 0 <= root < np.inf:
        return middle
    d2 = np.sign(b - a) * np.sqrt(root)
    below = db - da + 2 * d2
    t = b - (b - a) * (db + d2 - d1) / below if below else middle
    return float(np.clip(t, min(a, b) + 0.1 * width, max(a, b) - 0.1 * width))
