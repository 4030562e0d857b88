"""The steps of a tiny network, a function of numbers that its formulas were printed as, compiled.

Another network has another function, so nothing of it is kept on disk.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numba import njit

from glassnet.runtime.compiled.curves import EXACT, exp, sigmoid, tanh


@njit(**EXACT)
def softplus(z: float) -> float:
    """ln(1 + e^z), by an exponent that is never positive."""
    return max(z, 0.0) + math.log1p(exp(-abs(z)))


@njit(**EXACT)
def sign(z: float) -> float:
    """1, 0 or −1; NaN of NaN."""
    return 1.0 if z > 0 else (-1.0 if z < 0 else 0.0 * z)


NAMES: dict[str, Any] = {
    "erf": math.erf, "erfc": math.erfc, "exp": math.exp, "expm1": math.expm1, "inf": math.inf,
    "log": math.log, "log1p": math.log1p, "pi": math.pi, "sqrt": math.sqrt, "tanh": tanh,
    "sigmoid": sigmoid, "softplus": softplus, "sign": sign,
    "float32": np.float32, "float64": np.float64,
}  # fmt: skip


@lru_cache(maxsize=64)
def compiled_steps(text: str) -> Callable[..., int]:
    """The function `steps` of a text that `exchange.code.steps` printed."""
    made: dict[str, Any] = dict(NAMES)
    exec(compile(text, "<steps to compile>", "exec"), made)
    return njit(**EXACT, nogil=True)(made["steps"])
