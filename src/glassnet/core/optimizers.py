"""Optimizers: update rules on the flat vectors theta and g = grad, each as its paper has it.

Each works in place on the learned part of theta and keeps its state in arrays as long. Where
PyTorch departs from the paper PyTorch is followed, and the docstring gives both. Training makes
the same updates in a faster form, `training/loop/fast_update.py`; a test bounds the difference.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np

from glassnet.core.activations import Array
from glassnet.core.by_name import Named, build
from glassnet.core.errors import InputError
from glassnet.core.validation.calls import door
from glassnet.core.validation.memory import zeros
from glassnet.core.validation.rules import NotNegative, Positive, Share, shown

State = dict[str, Array]


@dataclass
class Optimizer(Named, ABC):
    """An update rule theta ← theta − rate · (direction from g and the state).

    `t` counts the updates made; `state` holds the rule's arrays by name, each (P,).

    One of your own is a subclass with a name, the names of its `arrays`, and update, its
    settings fields of a dataclass; `gn.register` makes its name known.
    """

    word = "optimizer"
    computes_by: ClassVar = ("start", "step", "update")
    arrays: ClassVar[tuple[str, ...]] = ()

    learning_rate: Positive
    t: int = field(default=0, init=False, repr=False, compare=False)
    state: State = field(default_factory=dict, init=False, repr=False, compare=False)

    def start(self, theta: Array) -> None:
        """Forgets all updates: t = 0 and fresh state for a theta of this length."""
        self.t = 0
        self.state = {name: zeros(theta.shape, theta.dtype) for name in self.arrays}

    def step(self, theta: Array, g: Array, factor: float = 1.0) -> None:
        """One update of theta, in place.

        Args: theta and g, (P,); factor, the schedule's multiplier of the learning rate.
        """
        fresh = self.t == 0 and not self.state
        if fresh or any(s.shape != theta.shape for s in self.state.values()):
            self.start(theta)
        self.t += 1
        returned: Any = self.update(theta, g, self.state, self.learning_rate * factor)
        if returned is not None:
            raise InputError(
                f"the update of the optimizer {self.name} returns {shown(returned)}, which "
                "nobody reads: change theta in place, as theta -= rate * g, and return nothing."
            )

    @abstractmethod
    def update(self, theta: Array, g: Array, s: State, rate: float) -> None:
        """The rule itself, the t-th update: changes theta and the state's arrays s, in place.

        Args: theta, g and each array of s, (P,); rate, the learning rate of this update.
        """


@door
@dataclass
class SGD(Optimizer):
    """Gradient descent: theta ← theta − rate·g."""

    learning_rate: Positive = 0.1
    name = "sgd"

    def update(self, theta: Array, g: Array, s: State, rate: float) -> None:
        theta -= rate * g


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

    def update(self, theta: Array, g: Array, s: State, rate: float) -> None:
        v = s["v"]
        v[...] = self.momentum * v + g
        theta -= rate * v


@door
@dataclass
class Nesterov(Momentum):
    """v ← momentum·v + g; theta ← theta − rate·(g + momentum·v): a look ahead.

    Source: Sutskever et al. (2013), eq. 3 and 4, with theta standing at the point looked
    ahead to, where the gradient is taken; PyTorch's form.
    """

    name = "nesterov"

    def update(self, theta: Array, g: Array, s: State, rate: float) -> None:
        v = s["v"]
        v[...] = self.momentum * v + g
        theta -= rate * (g + self.momentum * v)


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

    def update(self, theta: Array, g: Array, s: State, rate: float) -> None:
        rate = rate / (1 + (self.t - 1) * self.lr_decay)
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

    def start(self, theta: Array) -> None:
        super().start(theta)
        if not self.centered:
            del self.state["mean"]
        if not self.momentum:
            del self.state["v"]

    def update(self, theta: Array, g: Array, s: State, rate: float) -> None:
        square = s["s"]
        square *= self.decay
        square += (1 - self.decay) * g * g
        under = square
        if self.centered:
            mean = s["mean"]
            mean *= self.decay
            mean += (1 - self.decay) * g
            under = np.maximum(square - mean * mean, 0)
        step = g / (np.sqrt(under) + self.eps)
        if self.momentum:
            v = s["v"]
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
    arrays = ("m", "v")

    def update(self, theta: Array, g: Array, s: State, rate: float) -> None:
        m, v = s["m"], s["v"]
        m[...] = self.beta1 * m + (1 - self.beta1) * g
        v[...] = self.beta2 * v + (1 - self.beta2) * g**2
        m_hat = m / (1 - self.beta1**self.t)
        v_hat = v / (1 - self.beta2**self.t)
        theta -= rate * m_hat / (np.sqrt(v_hat) + self.eps)


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
    arrays = ("m", "v", "v_max")

    def update(self, theta: Array, g: Array, s: State, rate: float) -> None:
        m, v, v_max = s["m"], s["v"], s["v_max"]
        m[...] = self.beta1 * m + (1 - self.beta1) * g
        v[...] = self.beta2 * v + (1 - self.beta2) * g**2
        v_max[...] = np.maximum(v_max, v)
        m_hat, v_hat = m, v_max
        if self.form == "pytorch":
            m_hat = m / (1 - self.beta1**self.t)
            v_hat = v_max / (1 - self.beta2**self.t)
        theta -= rate * m_hat / (np.sqrt(v_hat) + self.eps)


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

    def update(self, theta: Array, g: Array, s: State, rate: float) -> None:
        shrink = rate if self.form == "pytorch" else rate / self.learning_rate
        theta *= 1 - shrink * self.weight_decay
        super().update(theta, g, s, rate)


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
