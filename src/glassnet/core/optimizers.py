"""Optimizers: update rules on the flat vectors theta and g = grad.

Each works in place on the learned part of theta and keeps its state in arrays as long. Where
PyTorch departs from the paper PyTorch is followed, and the docstring gives both.

Every rule works entry by entry, so a long theta is updated chunk by chunk: what a chunk needs
stays in the processor's cache. The rules that most trainings use write each intermediate into
`tmp` instead of a new array, under the equation that it computes, and an update's numbers come
as arrays without dimension: NumPy takes half as long for one as for a Python float.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np

from glassnet.core.activations import Array
from glassnet.core.door.door import door
from glassnet.core.door.rules import NotNegative, Positive, Share, shown
from glassnet.core.errors import InputError
from glassnet.core.named import Named, build

CHUNK = 32_768  # entries; with state and temporaries a chunk of float32 fits a 1 MB cache

# A running mean of nothing halves and halves, down to where processors are slow (denormals).
TINY = 1e-30  # below this, state is as good as 0
FLUSH_EVERY = 128  # updates: at beta = 0.9 enough to fall from TINY by a million, not further

State = dict[str, Array]
Numbers = tuple[Array, ...]


@dataclass
class Optimizer(Named, ABC):
    """An update rule theta ← theta − rate · (direction from g and the state).

    `t` counts the updates made; `state` holds the rule's arrays by name, each (P,).

    One of your own is a subclass with a name, the names of its `arrays`, and update, its
    settings fields of a dataclass; `gn.register` makes its name known.
    """

    word = "optimizer"
    computes_by: ClassVar = ("start", "step", "numbers", "update", "quantities")
    arrays: ClassVar[tuple[str, ...]] = ()

    learning_rate: Positive
    t: int = field(default=0, init=False, repr=False, compare=False)
    state: State = field(default_factory=dict, init=False, repr=False, compare=False)
    _bound: tuple[Array, Array] | None = field(default=None, init=False, repr=False, compare=False)
    _numbers: Numbers = field(default=(), init=False, repr=False, compare=False)
    _chunks: list[tuple[Array, Array, State, Array]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def __getstate__(self) -> dict[str, Any]:
        # what is bound are views into a network, which a copy binds anew
        return vars(self) | {"_bound": None, "_numbers": (), "_chunks": []}

    def start(self, theta: Array) -> None:
        """Forgets all updates: t = 0 and fresh state for a theta of this length."""
        self.t = 0
        self.state = {name: np.zeros_like(theta) for name in self.arrays}
        self._bound = None

    def step(self, theta: Array, g: Array, factor: float = 1.0) -> None:
        """One update of theta, in place.

        Args: theta and g, (P,); factor, the schedule's multiplier of the learning rate.
        """
        if self._bound is None or self._bound[0] is not theta or self._bound[1] is not g:
            self._bind(theta, g)
        self.t += 1
        numbers = self.numbers(self.learning_rate * factor)
        if not self._numbers:
            self._numbers = tuple(np.empty((), theta.dtype) for _ in numbers)
        for cell, number in zip(self._numbers, numbers, strict=True):
            cell[...] = number
        for part_of_theta, part_of_g, state, tmp in self._chunks:
            returned: Any = self.update(part_of_theta, part_of_g, state, tmp, self._numbers)
            if returned is not None:
                raise InputError(
                    f"the update of the optimizer {self.name} returns {shown(returned)}, which "
                    "nobody reads: change theta in place, as theta -= rate * g, and return nothing."
                )
        if self.t % FLUSH_EVERY == 0:
            self._flush()

    def _bind(self, theta: Array, g: Array) -> None:
        """Cuts theta, g and the state into chunks, once for all steps on the same arrays."""
        if self.t == 0 or any(s.shape != theta.shape for s in self.state.values()):
            self.start(theta)
        self._bound, self._numbers, self._chunks = (theta, g), (), []
        for first in range(0, theta.size, CHUNK):
            part = slice(first, first + CHUNK)
            state = {name: array[part] for name, array in self.state.items()}
            self._chunks.append((theta[part], g[part], state, np.empty_like(theta[part])))

    def _flush(self) -> None:
        """Sets state that is as good as 0 to 0, unless 0/0 could follow."""
        if getattr(self, "eps", 1.0) == 0:
            return
        for _, _, state, tmp in self._chunks:
            for array in state.values():
                np.abs(array, out=tmp)
                array *= tmp >= TINY

    def numbers(self, rate: float) -> tuple[float, ...]:
        """What this update, the t-th, takes beside arrays; here its learning rate alone."""
        return (rate,)

    @abstractmethod
    def update(self, theta: Array, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        """The rule itself, on one chunk.

        Args: theta, g, the state's arrays s and tmp, an array to write to, all equally long;
        numbers as the method of that name gives them, each an array without dimension.
        """

    def quantities(self) -> State:
        """The state under the names and in the form of the rule's paper, each (P,)."""
        return self.state


@door
@dataclass
class SGD(Optimizer):
    """Gradient descent: theta ← theta − rate·g."""

    learning_rate: Positive = 0.1
    name = "sgd"

    def update(self, theta: Array, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        (rate,) = numbers
        np.multiply(g, rate, out=tmp)
        theta -= tmp  # theta ← theta − rate·g


@door
@dataclass
class Momentum(Optimizer):
    """v ← momentum·v + g; theta ← theta − rate·v.

    Source: Polyak (1964). In Sutskever et al. (2013) the rate stands inside, v ← μ v − ε g,
    theta ← theta + v: the same path while the rate is constant.
    """

    learning_rate: Positive = 0.01
    momentum: Share = 0.9
    name = "momentum"
    arrays = ("v",)

    def numbers(self, rate: float) -> tuple[float, ...]:
        return rate, self.momentum

    def update(self, theta: Array, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        rate, momentum = numbers
        v = s["v"]
        v *= momentum
        v += g  # v ← momentum·v + g
        np.multiply(v, rate, out=tmp)
        theta -= tmp  # theta ← theta − rate·v


@door
@dataclass
class Nesterov(Momentum):
    """v ← momentum·v + g; theta ← theta − rate·(g + momentum·v): a look ahead.

    Source: Sutskever et al. (2013), eq. 3 and 4, with theta standing at the point looked
    ahead to, where the gradient is taken; PyTorch's form.
    """

    name = "nesterov"

    def update(self, theta: Array, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        rate, momentum = numbers
        v = s["v"]
        v *= momentum
        v += g  # v ← momentum·v + g
        np.multiply(v, momentum, out=tmp)
        tmp += g
        tmp *= rate
        theta -= tmp  # theta ← theta − rate·(g + momentum·v)


@door
@dataclass
class AdaGrad(Optimizer):
    """s ← s + g²; theta ← theta − rate·g/(√s + eps).

    Source: Duchi, Hazan and Singer (2011), the diagonal form; eps as in PyTorch. lr_decay
    divides the rate by 1 + (t − 1)·lr_decay; initial is what s starts from.
    """

    learning_rate: Positive = 0.01
    eps: NotNegative = 1e-10
    lr_decay: NotNegative = 0.0
    initial: NotNegative = 0.0
    name = "adagrad"
    arrays = ("s",)

    def start(self, theta: Array) -> None:
        super().start(theta)
        self.state["s"] += self.initial

    def numbers(self, rate: float) -> tuple[float, ...]:
        return (rate / (1 + (self.t - 1) * self.lr_decay),)

    def update(self, theta: Array, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        (rate,) = numbers
        s["s"] += g * g
        theta -= rate * g / (np.sqrt(s["s"]) + self.eps)


@door
@dataclass
class RMSProp(Optimizer):
    """s ← decay·s + (1 − decay) g²; theta ← theta − rate·g/(√s + eps).

    centered takes the variance s − ḡ², ḡ the running mean of g, in place of s; momentum
    gathers the quotient as Momentum gathers g. Source: Tieleman and Hinton (2012), lecture
    6.5; Graves (2013), eq. 38 to 42, has eps inside the root and 0.95 for decay; here
    PyTorch's form.
    """

    learning_rate: Positive = 0.01
    decay: Share = 0.99
    eps: NotNegative = 1e-8
    momentum: Share = 0.0
    centered: bool = False
    name = "rmsprop"
    arrays = ("s", "mean", "v")

    def quantities(self) -> State:
        used = {"s": True, "mean": self.centered, "v": self.momentum > 0}
        return {name: array for name, array in self.state.items() if used[name]}

    def update(self, theta: Array, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        (rate,) = numbers
        square, mean, v = s["s"], s["mean"], s["v"]
        square *= self.decay
        square += (1 - self.decay) * g * g
        if self.centered:
            mean *= self.decay
            mean += (1 - self.decay) * g
            step = g / (np.sqrt(np.maximum(square - mean * mean, 0)) + self.eps)
        else:
            step = g / (np.sqrt(square) + self.eps)
        if self.momentum:
            v *= self.momentum
            v += step
            step = v
        theta -= rate * step


@door
@dataclass
class Adam(Optimizer):
    """m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; theta ← theta − rate·m̂/(√v̂ + eps).

    m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ) undo the start at 0.
    Source: Kingma and Ba (2015), Algorithm 1; PyTorch has the same.
    """

    learning_rate: Positive = 0.001
    beta1: Share = 0.9
    beta2: Share = 0.999
    eps: NotNegative = 1e-8
    name = "adam"
    arrays = ("m_sum", "v_sum")

    def numbers(self, rate: float) -> tuple[float, ...]:
        # with m̂ = c·m_sum and √v̂ = k·√v_sum: m̂/(√v̂ + eps) = c/k · m_sum/(√v_sum + eps/k)
        c = (1 - self.beta1) / (1 - self.beta1**self.t)
        k = math.sqrt((1 - self.beta2) / (1 - self.beta2**self.t))
        return self.beta1, self.beta2, self.eps / k, rate * c / k

    def update(self, theta: Array, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        self.gather(g, s, tmp, numbers)
        self.move(theta, s["m_sum"], s["v_sum"], tmp, numbers)

    def quantities(self) -> State:
        scale = {"m_sum": 1 - self.beta1, "v_sum": 1 - self.beta2, "v_sum_max": 1 - self.beta2}
        return {name.replace("_sum", ""): scale[name] * s for name, s in self.state.items()}

    def gather(self, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        """m and v, kept as the sums m/(1 − β₁) and v/(1 − β₂): two products fewer."""
        beta1, beta2 = numbers[:2]
        m_sum, v_sum = s["m_sum"], s["v_sum"]
        m_sum *= beta1
        m_sum += g  # m ← β₁m + (1 − β₁)g, divided by 1 − β₁
        v_sum *= beta2
        np.multiply(g, g, out=tmp)
        v_sum += tmp  # v ← β₂v + (1 − β₂)g², divided by 1 − β₂

    def move(self, theta: Array, m_sum: Array, v_sum: Array, tmp: Array, numbers: Numbers) -> None:
        """theta ← theta − rate·m̂/(√v̂ + eps), both corrections taken into eps and rate."""
        eps, rate = numbers[2:4]
        np.sqrt(v_sum, out=tmp)
        tmp += eps
        np.divide(m_sum, tmp, out=tmp)
        tmp *= rate
        theta -= tmp


Form = Literal["pytorch", "paper"]


@door
@dataclass
class AMSGrad(Adam):
    """Adam with the largest v so far: v_max ← max(v_max, v), which never lets a step grow.

    form="pytorch": theta ← theta − rate·m̂/(√(v_max/(1 − β₂ᵗ)) + eps).
    form="paper": theta ← theta − rate·m/√v_max, without corrections (eps added under it, as
    0/0 would come otherwise). Source: Reddi, Kale and Kumar (2018), Algorithm 2.
    """

    form: Form = "pytorch"
    name = "amsgrad"
    arrays = ("m_sum", "v_sum", "v_sum_max")

    def numbers(self, rate: float) -> tuple[float, ...]:
        if self.form == "pytorch":
            return super().numbers(rate)
        c, k = 1 - self.beta1, math.sqrt(1 - self.beta2)
        return self.beta1, self.beta2, self.eps / k, rate * c / k

    def update(self, theta: Array, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        self.gather(g, s, tmp, numbers)
        np.maximum(s["v_sum_max"], s["v_sum"], out=s["v_sum_max"])
        self.move(theta, s["m_sum"], s["v_sum_max"], tmp, numbers)


@door
@dataclass
class AdamW(Adam):
    """Adam with the decay of the weights beside it rather than in g.

    form="pytorch": theta ← theta·(1 − rate·weight_decay), then Adam's update.
    form="paper": theta ← theta − factor·(α m̂/(√v̂ + eps) + weight_decay·theta), α the
    learning rate and factor the schedule's alone: the decay does not shrink with α. Source:
    Loshchilov and Hutter (2019), Algorithm 2. Both decay biases too, as PyTorch does.
    """

    weight_decay: NotNegative = 0.01
    form: Form = "pytorch"
    name = "adamw"

    def numbers(self, rate: float) -> tuple[float, ...]:
        shrink = rate if self.form == "pytorch" else rate / self.learning_rate
        return *super().numbers(rate), 1 - shrink * self.weight_decay

    def update(self, theta: Array, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        theta *= numbers[4]
        super().update(theta, g, s, tmp, numbers)


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    kind.name: kind for kind in (SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AMSGrad, AdamW)
}
Optimizer.known = OPTIMIZERS


def get(which: str | Mapping[str, Any] | Optimizer, **settings: Any) -> Optimizer:
    """The optimizer of that name, or of that specification.

    >>> get("momentum", learning_rate=0.1)
    Momentum(learning_rate=0.1, momentum=0.9)
    """
    if isinstance(which, Optimizer):
        return which
    return build("optimizer", OPTIMIZERS, which, **settings)


def clip_by_norm(g: Array, limit: float) -> float:
    """g ← g · min(1, limit/‖g‖), in place; returns ‖g‖ before. Source: Pascanu et al. (2013).

    >>> g = np.array([3.0, 4.0])
    >>> clip_by_norm(g, 1.0), g
    (5.0, array([0.6, 0.8]))
    """
    norm = float(np.linalg.norm(g.astype(np.float64, copy=False)))
    if norm > limit:
        g *= limit / norm
    return norm


def clip_by_value(g: Array, limit: float) -> None:
    """g ← min(max(g, −limit), limit), entry by entry, in place."""
    np.clip(g, -limit, limit, out=g)
