"""The arithmetic of the comment in scikit-learn's test_fit, rounded where the comment rounds."""

import math


def by_hand(x3: float) -> dict[str, float]:
    """The comment's numbers by its own names, for its third input X3.

    The comment writes 0.6 for X3 in these products, and 0.7 in its forward pass.

    >>> round(by_hand(0.6)["W1grad31"], 6), round(by_hand(0.7)["W1grad31"], 6)
    (0.060002, 0.061669)
    """
    h1 = round(_g(0.6 * 0.1 + 0.8 * 0.3 + 0.7 * 0.5 + 0.1), 3)
    h2 = round(_g(0.6 * 0.2 + 0.8 * 0.1 + 0.7 * 0.0 + 0.1), 3)
    o1 = _g(h1 * 0.1 + h2 * 0.2 + 1)
    d21 = round(o1, 3)
    d11 = round((1 - h1) * h1 * d21 * 0.1, 5)
    d12 = round((1 - h2) * h2 * d21 * 0.2, 4)
    W1grad31 = x3 * d11 + 0.1 * 0.5
    W1grad32 = x3 * d12 + 0.1 * 0.0
    return {
        "o1": o1,
        "d11": d11,
        "d12": d12,
        "W1grad31": W1grad31,
        "W1grad32": W1grad32,
        "W1[31]": 0.5 - 0.1 * W1grad31,
        "W1[32]": 0.0 - 0.1 * W1grad32,
    }


def _g(z: float) -> float:
    return 1 / (1 + math.exp(-z))
