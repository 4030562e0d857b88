"""The error function, which NumPy lacks: exact GELU needs it."""

import numpy as np
from numpy.typing import NDArray

# W. J. Cody, "Rational Chebyshev approximations for the error function",
# Math. Comp. 23 (1969); coefficients as in his CALERF (netlib specfun), highest power first.
P_SMALL = (
    1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2,
    3.77485237685302021e2, 3.20937758913846947e3,
)  # fmt: skip
Q_SMALL = (
    1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
    2.84423683343917062e3,
)  # fmt: skip
P_MIDDLE = (
    2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0,
    6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2,
    1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
)  # fmt: skip
Q_MIDDLE = (
    1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2,
    1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3,
    3.43936767414372164e3, 1.23033935480374942e3,
)  # fmt: skip
P_LARGE = (
    1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
    1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4,
)  # fmt: skip
Q_LARGE = (
    1.0, 2.56852019228982242e0, 1.87295284992346725e0, 5.27905102951428412e-1,
    6.05183413124413191e-2, 2.33520497626869185e-3,
)  # fmt: skip
ONE_OVER_SQRT_PI = 0.56418958354775628695


def _ratio(p: tuple[float, ...], q: tuple[float, ...], t: NDArray[np.float64]):
    """The rational function p(t) / q(t), by Horner's rule."""
    above, below = p[0] * t + p[1], q[0] * t + q[1]
    for c in p[2:]:
        above = above * t + c
    for c in q[2:]:
        below = below * t + c
    return above / below


def erfc(u: NDArray[np.floating]) -> NDArray[np.float64]:
    """1 − erf(u), to a few ulp over the whole range, tails included.

        erf(u) = 2/√π ∫₀ᵘ exp(−t²) dt

    Args: u, any shape. Returns: float64, the same shape.
    Source: Cody (1969), rational approximations on |u| ≤ 0.46875, ≤ 4 and beyond.

    >>> float(erfc(np.array(0.5)))
    0.4795001221869535
    """
    u = np.asarray(u, dtype=np.float64)
    size = np.abs(u)
    small, middle = size <= 0.46875, (size > 0.46875) & (size <= 4.0)
    # erfc(30) is far below the smallest double: cutting there keeps every square finite
    cut = np.clip(size, 0.46875, 30.0)
    # exp(−u²) with u² split in two, since rounding u² alone costs digits
    head = np.floor(cut * 16) / 16
    fall = np.exp(-head * head) * np.exp(-(cut - head) * (cut + head))
    inverse = 1 / (cut * cut)
    far = (ONE_OVER_SQRT_PI - inverse * _ratio(P_LARGE, Q_LARGE, inverse)) / cut
    tail = fall * np.where(middle, _ratio(P_MIDDLE, Q_MIDDLE, np.minimum(cut, 4.0)), far)
    square = np.where(small, u * np.where(small, u, 0), 0)
    near = 1 - u * _ratio(P_SMALL, Q_SMALL, square)
    return np.where(small, near, np.where(u > 0, tail, 2 - tail))
