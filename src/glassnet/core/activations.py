"""Activations: each f beside its derivative f′, stable for every z.

f′ takes z and a = f(z) both, and uses whichever is cheaper: sigmoid's is a(1 − a), with no
second exponential. `backward` carries ∂L/∂a through f to ∂L/∂z, which for every elementwise
f is a product with f′; softmax alone mixes the outputs of a sample and says how.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.core.by_name import Named, build
from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.special import erfc
from glassnet.core.validation.calls import door
from glassnet.core.validation.functions import check_formula, check_function
from glassnet.core.validation.rules import FiniteNumber, FunctionRule, Several

Array = NDArray[Any]

_SQRT_2 = math.sqrt(2)
_SQRT_2_OVER_PI = math.sqrt(2 / math.pi)
_ONE_OVER_SQRT_2PI = 1 / math.sqrt(2 * math.pi)


def _sigmoid(z: Array) -> Array:
    # 1/(1 + e⁻ᶻ) where z ≥ 0, eᶻ/(1 + eᶻ) where z < 0: the exponent is never positive,
    # so nothing overflows, and no digits cancel in either tail
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


@dataclass(frozen=True)
class Activation(Named, ABC):
    """A function f of the weighted sum z, with its derivative.

    `kinks` are the places where f′ jumps: a numerical derivative there means nothing.
    `initializer` names the one made for it: He's where f drops about half of what comes in.

    One of your own is a subclass with a name, f and df, its settings fields of a frozen
    dataclass; or two functions, `Elementwise`. `gn.register` makes its name known. `formula` may
    be f as a tree of `glassnet.formula` over Symbol("z"), by which a number is then explained.
    """

    word = "activation"
    computes_by: ClassVar = ("f", "df", "backward")
    initializer = "glorot_uniform"

    @property
    def kinks(self) -> tuple[float, ...]:
        return ()

    @abstractmethod
    def f(self, z: Array) -> Array:
        """a = f(z), any shape."""

    @abstractmethod
    def df(self, z: Array, a: Array) -> Array:
        """f′(z), where a = f(z), any shape."""

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """∂L/∂z from da = ∂L/∂a: the chain rule, delta = da · f′(z)."""
        return da * self.df(z, a)


@door
@dataclass(frozen=True)
class Identity(Activation):
    """f(z) = z, f′(z) = 1."""

    name = "identity"
    initializer = "glorot_uniform"

    def f(self, z: Array) -> Array:
        return z

    def df(self, z: Array, a: Array) -> Array:
        return np.ones_like(z)


@door
@dataclass(frozen=True)
class Sigmoid(Activation):
    """f(z) = 1 / (1 + e⁻ᶻ), f′(z) = a(1 − a); within 4 ulp over the whole range."""

    name = "sigmoid"
    initializer = "glorot_uniform"

    def f(self, z: Array) -> Array:
        return _sigmoid(z)

    def df(self, z: Array, a: Array) -> Array:
        return a * (1 - a)


@door
@dataclass(frozen=True)
class Tanh(Activation):
    """f(z) = tanh z, f′(z) = 1 − a²."""

    name = "tanh"
    initializer = "glorot_uniform"

    def f(self, z: Array) -> Array:
        return np.tanh(z)

    def df(self, z: Array, a: Array) -> Array:
        return 1 - a * a


@door
@dataclass(frozen=True)
class ReLU(Activation):
    """f(z) = max(z, 0), f′(z) = 1 where z > 0, else 0 (at 0 too)."""

    name = "relu"
    initializer = "he_normal"

    @property
    def kinks(self) -> tuple[float, ...]:
        return (0.0,)

    def f(self, z: Array) -> Array:
        return np.maximum(z, 0)

    def df(self, z: Array, a: Array) -> Array:
        return (z > 0).astype(z.dtype)


@door
@dataclass(frozen=True)
class LeakyReLU(Activation):
    """f(z) = z where z > 0, else slope·z; f′(z) = 1 or slope."""

    name = "leaky_relu"
    initializer = "he_normal"
    slope: float = 0.01

    @property
    def kinks(self) -> tuple[float, ...]:
        return (0.0,)

    def f(self, z: Array) -> Array:
        return np.where(z > 0, z, self.slope * z)

    def df(self, z: Array, a: Array) -> Array:
        return np.where(z > 0, z.dtype.type(1), z.dtype.type(self.slope))


@door
@dataclass(frozen=True)
class ELU(Activation):
    """f(z) = z where z > 0, else alpha(eᶻ − 1); f′(z) = 1 or alpha·eᶻ.

    Source: Clevert, Unterthiner and Hochreiter (2016), eq. 15 and 16, who write f′ as
    a + alpha: the same, but where eᶻ is small the sum has lost its digits.
    """

    name = "elu"
    initializer = "he_normal"
    alpha: float = 1.0

    @property
    def kinks(self) -> tuple[float, ...]:
        return () if self.alpha == 1 else (0.0,)

    def f(self, z: Array) -> Array:
        return np.where(z > 0, z, self.alpha * np.expm1(np.minimum(z, 0)))

    def df(self, z: Array, a: Array) -> Array:
        return np.where(z > 0, z.dtype.type(1), self.alpha * np.exp(np.minimum(z, 0)))


@door
@dataclass(frozen=True)
class SELU(Activation):
    """f(z) = scale·z where z > 0, else scale·alpha(eᶻ − 1); f′(z) = scale or scale·alpha·eᶻ.

    Source: Klambauer et al. (2017), eq. 2 and 14, which fix both constants.
    """

    name = "selu"
    initializer = "lecun_normal"
    alpha: ClassVar[float] = 1.6732632423543772848
    scale: ClassVar[float] = 1.0507009873554804934

    @property
    def kinks(self) -> tuple[float, ...]:
        return (0.0,)

    def f(self, z: Array) -> Array:
        return self.scale * np.where(z > 0, z, self.alpha * np.expm1(np.minimum(z, 0)))

    def df(self, z: Array, a: Array) -> Array:
        return self.scale * np.where(z > 0, z.dtype.type(1), self.alpha * np.exp(np.minimum(z, 0)))


@door
@dataclass(frozen=True)
class GELU(Activation):
    """f(z) = z Φ(z), f′(z) = Φ(z) + z φ(z), Φ and φ the normal distribution and density.

    Source: Hendrycks and Gimpel (2016). Φ(z) = ½ erfc(−z/√2), which keeps its digits in
    the left tail, where ½(1 + erf) has none.
    """

    name = "gelu"
    initializer = "he_normal"

    @staticmethod
    def _cdf(z: Array) -> Array:
        return (0.5 * erfc(-z / _SQRT_2)).astype(z.dtype)

    def f(self, z: Array) -> Array:
        return z * self._cdf(z)

    def df(self, z: Array, a: Array) -> Array:
        return self._cdf(z) + z * (_ONE_OVER_SQRT_2PI * np.exp(-0.5 * z * z))


@door
@dataclass(frozen=True)
class GELUTanh(Activation):
    """f(z) = ½z(1 + tanh u), u = √(2/π)(z + 0.044715 z³): GELU's approximation.

    f′(z) = s + 2z s(1 − s)u′ with s = ½(1 + tanh u) = σ(2u), which keeps its digits
    in the left tail, and u′ = √(2/π)(1 + 0.134145 z²).
    Source: Hendrycks and Gimpel (2016), section 2.
    """

    name = "gelu_tanh"
    initializer = "he_normal"

    @staticmethod
    def _gate(z: Array) -> Array:
        return _sigmoid((2 * _SQRT_2_OVER_PI) * (z + 0.044715 * z * z * z))

    def f(self, z: Array) -> Array:
        return z * self._gate(z)

    def df(self, z: Array, a: Array) -> Array:
        s = self._gate(z)
        return s + 2 * z * s * (1 - s) * (_SQRT_2_OVER_PI * (1 + 0.134145 * z * z))


@door
@dataclass(frozen=True)
class SiLU(Activation):
    """f(z) = z σ(z), f′(z) = σ(z) + a(1 − σ(z)); also called swish."""

    name = "silu"
    initializer = "he_normal"

    def f(self, z: Array) -> Array:
        return z * _sigmoid(z)

    def df(self, z: Array, a: Array) -> Array:
        s = _sigmoid(z)
        return s + a * (1 - s)


@door
@dataclass(frozen=True)
class Softplus(Activation):
    """f(z) = ln(1 + eᶻ) = max(z, 0) + ln(1 + e^−|z|), f′(z) = σ(z)."""

    name = "softplus"
    initializer = "he_normal"

    def f(self, z: Array) -> Array:
        return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))

    def df(self, z: Array, a: Array) -> Array:
        return _sigmoid(z)


@door
@dataclass(frozen=True)
class Softmax(Activation):
    """f(z)ᵢ = e^zᵢ / Σⱼ e^zⱼ along the last axis: positive, and they sum to 1.

    Its derivative is a matrix, ∂aᵢ/∂zⱼ = aᵢ(1[i = j] − aⱼ), of which `df` is the diagonal
    and `backward` the product with da.
    """

    name = "softmax"
    initializer = "glorot_uniform"

    def f(self, z: Array) -> Array:
        zT = np.ascontiguousarray(z.T)  # (n_out, B): NumPy sums columns faster than short rows
        # softmax(z) = softmax(z − c): with c = max z no exponent is positive
        e = np.exp(zT - np.maximum.reduce(zT))
        return (e / np.add.reduce(e)).T

    def df(self, z: Array, a: Array) -> Array:
        return a * (1 - a)

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """deltaⱼ = Σᵢ daᵢ ∂aᵢ/∂zⱼ = aⱼ(daⱼ − Σᵢ daᵢ aᵢ)."""
        return a * (da - (da * a).sum(axis=-1, keepdims=True))


@door
@dataclass(frozen=True)
class Elementwise(Activation):
    """Two functions and a name: a = function(z), f′(z) = derivative(z), each on whole arrays.

    `formula` is the function as a tree of `glassnet.formula`, Symbol("z")**3: with it a number
    is explained by its formula, without it by the name. All three are tried on a few numbers.

    >>> cube = Elementwise("cube", lambda z: z**3, lambda z: 3 * z**2)
    >>> cube.backward(np.ones(2), np.array([1.0, 2.0]), np.array([1.0, 8.0]))
    array([ 3., 12.])
    """

    name: str = field()  # pyright: ignore[reportIncompatibleVariableOverride]
    function: Annotated[Callable[[Array], Array], FunctionRule()]
    derivative: Annotated[Callable[[Array], Array], FunctionRule()]
    jumps: Annotated[tuple[float, ...], Several(FiniteNumber())] = ()
    formula: Any = None  # pyright: ignore[reportIncompatibleVariableOverride]
    initializer: str = "glorot_uniform"

    def __post_init__(self) -> None:
        check_function(self, "function", self.function)
        check_function(self, "derivative", self.derivative)
        check_formula(self)

    __repr__ = telling()

    @property
    def kinks(self) -> tuple[float, ...]:
        return self.jumps

    def f(self, z: Array) -> Array:
        return self.function(z)

    def df(self, z: Array, a: Array) -> Array:
        return self.derivative(z)

    def spec(self) -> dict[str, Any]:
        """The name alone: where it is registered, it stands for the two functions."""
        if isinstance(self.known.get(self.name), type):
            raise InputError(
                f"an activation of two functions has the name '{self.name}', which is another's: "
                "give it a name of its own."
            )
        return {"name": self.name}


@door
@dataclass(frozen=True)
class Exp(Activation):
    """f(z) = e^z, f′(z) = a: for outputs, of rates and counts, which are above 0.

    It grows without bound, so that no hidden layer is bent by it where a table of activations
    is gone through; what no float holds is infinite.
    """

    name = "exp"
    initializer = "glorot_uniform"

    def f(self, z: Array) -> Array:
        with np.errstate(over="ignore"):
            return np.exp(z)

    def df(self, z: Array, a: Array) -> Array:
        return a


ACTIVATIONS: dict[str, Callable[..., Activation]] = {
    kind.name: kind
    for kind in (
        Identity, Sigmoid, Tanh, ReLU, LeakyReLU, ELU, SELU, GELU, GELUTanh, SiLU, Softplus,
        Softmax,
    )
}  # fmt: skip
OF_OUTPUTS: dict[str, Callable[..., Activation]] = {Exp.name: Exp}
Activation.known = ACTIVATIONS


def get(which: str | Mapping[str, Any] | Activation) -> Activation:
    """The activation of that name, or of that specification.

    >>> get("relu").f(np.array([-1.0, 2.0]))
    array([0., 2.])
    >>> get({"name": "leaky_relu", "slope": 0.2})
    LeakyReLU(slope=0.2)
    """
    if isinstance(which, Activation):
        return which
    name = which.get("name") if isinstance(which, Mapping) else which
    if isinstance(name, str) and name in OF_OUTPUTS and name not in ACTIVATIONS:
        return build("activation", OF_OUTPUTS, which)
    return build("activation", ACTIVATIONS, which)
