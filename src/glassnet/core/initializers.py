"""Initial weights, scaled so that signals neither die nor explode on their way.

With weights of variance s² a layer multiplies the variance of its input by n_in·s²: LeCun
takes s² = 1/n_in to keep it, He 2/n_in since a ReLU drops half of it, Glorot 2/(n_in + n_out)
as a compromise with the way back, on which n_out counts.
"""

from collections.abc import Callable

import numpy as np

from glassnet.core.activations import Array
from glassnet.core.errors import InputError, unknown

Initializer = Callable[[np.random.Generator, int, int], Array]  # → W, (n_out, n_in), float64


def _uniform(rng: np.random.Generator, n_out: int, n_in: int, variance: float) -> Array:
    limit = np.sqrt(3 * variance)  # a uniform distribution on ±limit has variance limit²/3
    return rng.uniform(-limit, limit, (n_out, n_in))


def _normal(rng: np.random.Generator, n_out: int, n_in: int, variance: float) -> Array:
    return rng.normal(0.0, np.sqrt(variance), (n_out, n_in))


def glorot_uniform(rng: np.random.Generator, n_out: int, n_in: int) -> Array:
    """Variance 2/(n_in + n_out). Source: Glorot and Bengio (2010), eq. 16."""
    return _uniform(rng, n_out, n_in, 2 / (n_in + n_out))


def glorot_normal(rng: np.random.Generator, n_out: int, n_in: int) -> Array:
    """Variance 2/(n_in + n_out). Source: Glorot and Bengio (2010), eq. 12."""
    return _normal(rng, n_out, n_in, 2 / (n_in + n_out))


def he_uniform(rng: np.random.Generator, n_out: int, n_in: int) -> Array:
    """Variance 2/n_in. Source: He et al. (2015), eq. 10."""
    return _uniform(rng, n_out, n_in, 2 / n_in)


def he_normal(rng: np.random.Generator, n_out: int, n_in: int) -> Array:
    """Variance 2/n_in. Source: He et al. (2015), eq. 10."""
    return _normal(rng, n_out, n_in, 2 / n_in)


def lecun_uniform(rng: np.random.Generator, n_out: int, n_in: int) -> Array:
    """Variance 1/n_in. Source: LeCun et al. (1998), "Efficient BackProp", eq. 16."""
    return _uniform(rng, n_out, n_in, 1 / n_in)


def lecun_normal(rng: np.random.Generator, n_out: int, n_in: int) -> Array:
    """Variance 1/n_in. Source: LeCun et al. (1998), "Efficient BackProp", eq. 16."""
    return _normal(rng, n_out, n_in, 1 / n_in)


def orthogonal(rng: np.random.Generator, n_out: int, n_in: int) -> Array:
    """Orthonormal rows, or columns where there are fewer. Source: Saxe et al. (2014).

    >>> W = orthogonal(np.random.default_rng(0), 2, 3)
    >>> np.allclose(W @ W.T, np.eye(2))
    True
    """
    q, r = np.linalg.qr(rng.normal(size=(max(n_out, n_in), min(n_out, n_in))))
    q = q * np.sign(np.diag(r))  # without it the distribution is not uniform
    return q if n_out >= n_in else q.T


def zeros(rng: np.random.Generator, n_out: int, n_in: int) -> Array:
    """All zero: neurons that start equal stay equal. For output layers and for teaching."""
    return np.zeros((n_out, n_in))


INITIALIZERS: dict[str, Initializer] = {
    f.__name__: f
    for f in (
        glorot_uniform, glorot_normal, he_uniform, he_normal, lecun_uniform, lecun_normal,
        orthogonal, zeros,
    )
}  # fmt: skip


def get(which: str | Initializer) -> Initializer:
    """The initializer of that name; or a function as these are, (rng, n_out, n_in) to W."""
    if callable(which):
        return which
    if not isinstance(which, str) or which not in INITIALIZERS:
        raise unknown("initializer", which, INITIALIZERS)
    return INITIALIZERS[which]


def name_of(which: str | Initializer) -> str:
    """The name that a file gives it.

    Raises: InputError where that is none, or another's.
    """
    if isinstance(which, str):
        return which
    name = str(getattr(which, "__name__", type(which).__name__))
    if not name.isidentifier():
        raise InputError("an initializer without a name cannot be saved: write it with def.")
    if INITIALIZERS.get(name, which) is not which and INITIALIZERS[name].__module__ == __name__:
        raise InputError(f"an initializer has the name '{name}', which is another's: rename it.")
    return name
