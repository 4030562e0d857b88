"""A network from elsewhere on its way in: layers so far, and what follows them.

Between two weighted sums anything may stand that is computed entry by entry. It is kept as a tree
of z, whatever operations it was written in, and at its end recognised by its values: `Mul` of z and
`Sigmoid` of z is SiLU, half z times one more than `Erf` is GELU.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from glassnet.core import activations as core
from glassnet.core.activations import Activation, Elementwise
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.formula.activations import activation as formula_of
from glassnet.formula.derivative import derivative
from glassnet.formula.tree import Expression, Symbol

N = TypeVar("N", bound=Network)
Z = Symbol("z")
TRIED = np.array([-6.0, -3.1, -1.7, -1.0, -0.6, -0.25, 0.0, 0.3, 0.8, 1.0, 1.9, 2.7, 4.0, 6.5])
NEAR = 1e-5  # float32's constants, as √2 and 0.044715
LONGEST = 5_000  # parts of a formula, each as often as it is written
LARGEST = 2**24  # numbers in a matrix that two smaller ones are taken together to
WIDEST = 2**13  # neurons that are given a number each behind a bend


@dataclass(frozen=True, eq=False)
class Sums:
    """z = x Wᵀ + b after layers; at the graph's input W is None, and z = (factor)·x + b."""

    layers: tuple[Dense, ...]
    W: NDArray[Any] | None = None  # (n_out, n_in)
    b: NDArray[Any] = field(default_factory=lambda: np.zeros(()))
    factor: NDArray[Any] = field(default_factory=lambda: np.ones(()))

    @property
    def width(self) -> int | None:
        return None if self.W is None else len(self.W)

    def scaled(self, by: NDArray[Any]) -> "Sums":
        """Each z times a number of its own."""
        by = _one_each(by, self.width)
        if self.W is None:
            return replace(self, factor=self.factor * by, b=self.b * by)
        return replace(self, W=self.W * np.reshape(by, (-1, 1)), b=self.b * by)

    def shifted(self, by: NDArray[Any]) -> "Sums":
        return replace(self, b=self.b + _one_each(by, self.width))


@dataclass(frozen=True, eq=False)
class Flow:
    """f(z), entry by entry, of weighted sums; `softmax` where it is that of each row.

    Raises: InputError for a formula of too many parts.
    """

    sums: Sums
    f: Expression = Z
    softmax: bool = False
    parts: int = 1  # of f; one that stands in two places counts twice

    def __post_init__(self) -> None:
        if self.parts > LONGEST:
            raise InputError("more operations follow each other between its matrices than are read")

    def dense(self) -> Dense:
        """The layer that ends here.

        Raises: InputError where none does.
        """
        if self.sums.W is None:
            raise InputError("no weights come before the graph's end")
        n_out, n_in = self.sums.W.shape
        f: Activation = core.Softmax() if self.softmax else recognised(self.f)
        b = np.broadcast_to(self.sums.b, n_out)
        return Dense(n_in, n_out, f, W=self.sums.W, b=b)

    def times(self, W: NDArray[Any]) -> "Flow":
        """The weighted sums, without biases, of what is here."""
        if W.ndim != 2:
            raise InputError(f"weights have shape {W.shape}: a dense layer's are a matrix")
        sums, n_in = self.sums, W.shape[1]
        if sums.W is None:
            if self.softmax or self.f != Z:
                raise InputError("its inputs are bent before the first weights")
            factor, b = (np.broadcast_to(v, n_in) for v in (sums.factor, sums.b))
            return Flow(Sums((), W * factor, W @ b))
        if n_in != len(sums.W):
            raise InputError(f"weights for {n_in} numbers follow {len(sums.W)} neurons")
        line = affine(self.f) if not self.softmax else None
        if line is not None:  # nothing is bent between two matrices: they are one
            slope, shift = line
            inner = sums.scaled(np.array(slope)).shifted(np.array(shift))
            assert inner.W is not None
            together = len(W) * inner.W.shape[1]
            if together > max(LARGEST, W.size + inner.W.size):
                return Flow(Sums((*inner.layers, Flow(inner).dense()), W, np.zeros(len(W))))
            return Flow(Sums(sums.layers, W @ inner.W, W @ np.broadcast_to(inner.b, n_in)))
        return Flow(Sums((*sums.layers, self.dense()), W, np.zeros(len(W))))

    def by_neuron(self, given: NDArray[Any], adds: bool) -> "Flow":
        """A number for each neuron added to what is here, or multiplied with it."""
        flow = self.put_in()
        if flow.f != Z or flow.softmax:  # behind a bend: sums of one term each
            if (flow.sums.width or 0) > WIDEST:
                raise InputError(f"each of {flow.sums.width:,} neurons has a number behind a bend")
            flow = flow.times(np.eye(flow.sums.width or 0))
        return Flow(flow.sums.shifted(given) if adds else flow.sums.scaled(given))

    def activated(self, f: Activation) -> "Flow":
        """f of what is here.

        Raises: InputError for a softmax of what is bent.
        """
        if isinstance(f, core.Softmax):
            flow = self.put_in()
            if flow.f != Z or flow.softmax:
                raise InputError("a softmax follows an activation")
            return Flow(flow.sums, softmax=True)
        return self.bent(lambda z: formula_of(f, z))

    def bent(self, by: Callable[[Expression], Expression]) -> "Flow":
        """What is here, each entry put through a formula.

        Raises: InputError where it is a softmax's, of which no layer's activation is made.
        """
        if self.softmax:
            raise InputError("more is computed of the shares that a softmax gives")
        pattern = by(Z)
        parts = sum(1 for _ in pattern.parts(Expression))
        parts += sum(1 for _ in pattern.parts(Symbol)) * (self.parts - 1)
        return Flow(self.sums, by(self.f), parts=parts)

    def is_rest_of(self, other: "Flow") -> bool:
        """Whether the two make 1 together, entry by entry."""
        same = self.sums is other.sums and not (self.softmax or other.softmax)
        return same and bool(np.allclose(numbers(self.f), 1 - numbers(other.f), atol=1e-6))

    def network(self, kind: type[N], dtype: str) -> N:
        """The network that ends here.

        Raises: InputError where none does.
        """
        flow = self.put_in()
        return kind([*flow.sums.layers, flow.dense()], dtype=dtype, draw=False)

    def put_in(self) -> "Flow":
        """The same, with what is no bend taken into the sums."""
        line = None if self.softmax else affine(self.f)
        if line is None:
            return self
        return Flow(self.sums.scaled(np.array(line[0])).shifted(np.array(line[1])))


def affine(f: Expression) -> tuple[float, float] | None:
    """Slope and shift of f where it is a line; None where it is bent."""
    values = numbers(f)
    slope, shift = values[9] - values[6], values[6]  # at 1 and 0
    if not np.allclose(values, slope * TRIED + shift, rtol=1e-12, atol=1e-12):
        return None
    return float(slope), float(shift)


def numbers(f: Expression) -> NDArray[np.float64]:
    """f at the numbers that it is recognised by.

    Raises: InputError where it has no value there.
    """
    try:
        found = np.array([f.evaluate({"z": float(z)}) for z in TRIED])
    except (ValueError, ZeroDivisionError, OverflowError):
        raise InputError("an activation of it has no value at some number") from None
    return found


def recognised(f: Expression) -> Activation:
    """The activation that has f's values, of core's or one of its own by its formula."""
    values = numbers(f)
    for one in (*_known(), *_with_numbers(values)):
        own = np.array([formula_of(one, Z).evaluate({"z": float(z)}) for z in TRIED])
        if np.allclose(values, own, rtol=NEAR, atol=NEAR):
            return one
    return Elementwise("formula", by_tree(f), by_tree(derivative(f, "z")), formula=f)


def _known() -> tuple[Activation, ...]:
    return tuple(
        kind() for kind in (
            core.Identity, core.Sigmoid, core.Tanh, core.ReLU, core.SELU, core.GELU,
            core.GELUTanh, core.SiLU, core.Softplus, core.Exp,
        )
    )  # fmt: skip


def _with_numbers(values: NDArray[np.float64]) -> tuple[Activation, ...]:
    """Leaky ReLU and ELU, with the number that f would have if it were one."""
    at_minus_1 = -values[3]
    alpha = at_minus_1 / -np.expm1(-1.0)
    return tuple(
        kind(round(float(n), 7))
        for kind, n in ((core.LeakyReLU, at_minus_1), (core.ELU, alpha))
        if 0 <= n < np.inf
    )


def by_tree(f: Expression) -> Any:
    """f on whole arrays."""
    return np.vectorize(lambda z: f.evaluate({"z": float(z)}), otypes=[np.float64])


def _one_each(by: NDArray[Any], width: int | None) -> NDArray[Any]:
    """Numbers for neurons, (width,) or one for all.

    Raises: InputError where they are not one a neuron.
    """
    by = np.squeeze(by)
    if by.ndim > 1 or (by.ndim == 1 and width is not None and len(by) != width):
        raise InputError(f"an array of shape {by.shape} stands beside {width} neurons")
    return by
