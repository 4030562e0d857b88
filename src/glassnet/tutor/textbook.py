"""The computation as the textbook has it, each step a rule that a known mistake can replace.

This is the tutor's rival: run with a mistake put in, it gives the numbers that a learner with that
mistake gets. It stands beside `core`, which cannot compute wrongly on purpose; a test holds that
without a mistake both agree. Samples are columns here, as in the lesson: x is (n_in, B).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core import activations
from glassnet.explain.walks.example import Example

Array = NDArray[Any]


@dataclass(frozen=True)
class TextbookCase:
    """What a computation starts from.

    weights: (n_out, n_in) a layer; biases: (n_out, 1) a layer; x: (n_in, B); y: (n_out, B).
    activations: a name a layer. `natural` says that the loss is the output's own, cross-entropy
    with softmax or sigmoid, whose output delta is a − y; else it is the squared error ½Σ(a − y)².
    """

    weights: Sequence[Array]
    biases: Sequence[Array]
    x: Array
    y: Array
    learning_rate: float
    activations: Sequence[str]
    natural: bool = False
    steps: int = 1

    @property
    def depth(self) -> int:
        return len(self.weights)

    @property
    def samples(self) -> int:
        return self.x.shape[1]


class TextbookPass:
    """One update in the making: lists by layer, from 1 as in the formulas; a[0] is x."""

    def __init__(
        self,
        case: TextbookCase,
        rules: Rules,
        weights: Sequence[Array],
        biases: Sequence[Array],
        memory: dict[Any, Any],
    ) -> None:
        self.case, self.rules = case, rules
        self.memory = memory  # what a rule keeps from one update to the next
        self.last = case.depth
        self.x, self.y, self._rate = case.x, case.y, case.learning_rate
        self._asked = False  # whether a rule asked for the rate before the update
        self.count = case.samples
        nothing = [np.zeros(0)] * (case.depth + 1)
        self.W, self.b = [nothing[0], *weights], [nothing[0], *biases]
        self.z, self.a, self.slope = [*nothing], [case.x, *nothing[1:]], [*nothing]
        self.delta, self.dW, self.db = [*nothing], [*nothing], [*nothing]
        self.new_W, self.new_b = [*nothing], [*nothing]
        self.loss = np.nan

    @property
    def rate(self) -> float:
        self._asked = True
        return self._rate

    def f(self, l: int, z: Array) -> Array:
        return self.rules.f(self, l, z)

    @property
    def error(self) -> Array:
        """a − y at the output, (n_out, B)."""
        return self.a[self.last] - self.y

    def forward(self) -> TextbookPass:
        """z and a of each layer."""
        for l in range(1, self.last + 1):
            self.z[l] = self.rules.weighted_sum(self, l)
            self.a[l] = self.rules.activation(self, l)
        return self

    def run(self) -> TextbookPass:
        """Forward, backward, update."""
        rules, layers = self.rules, range(1, self.last + 1)
        self.forward()
        self.loss = float(np.sum(rules.loss(self)))
        for l in layers:
            self.slope[l] = rules.slope(self, l)
        self.delta[self.last] = rules.output_delta(self)
        for l in reversed(layers[:-1]):
            self.delta[l] = rules.hidden_delta(self, l)
        for l in layers:
            self.dW[l] = rules.weight_gradient(self, l)
            self.db[l] = rules.bias_gradient(self, l)
        self._before_update = self._asked, dict(self.memory)
        return self._update()

    def _update(self) -> TextbookPass:
        for l in range(1, self.last + 1):
            self.new_W[l] = self.rules.new_weights(self, l)
            self.new_b[l] = self.rules.new_biases(self, l)
        return self

    def at_rate(self, rate: float) -> TextbookPass:
        """This pass with another learning rate: what asked for none is not computed again."""
        asked, memory = self._before_update
        if asked:
            case = replace(self.case, learning_rate=rate, steps=1)
            return compute(case, self.rules)[0]
        other = copy(self)
        other._rate, other.memory = rate, dict(memory)
        other.new_W, other.new_b = [*self.new_W], [*self.new_b]
        with np.errstate(all="ignore"):
            return other._update()


def kind_of(p: TextbookPass, l: int) -> activations.Activation:
    which: Any = p.case.activations[l - 1]
    return _named(which) if isinstance(which, str) else activations.get(which)


_named = cache(activations.get)  # the same few thousands of times


def activate(p: TextbookPass, l: int, z: Array) -> Array:
    return kind_of(p, l).f(z.T).T


def weighted_sum(p: TextbookPass, l: int) -> Array:
    return p.W[l] @ p.a[l - 1] + p.b[l]


def activation(p: TextbookPass, l: int) -> Array:
    return p.f(l, p.z[l])


def slope(p: TextbookPass, l: int) -> Array:
    """f′(z), (n, B), from the right a = f(z): a wrong one in the pass is another mistake."""
    kind = kind_of(p, l)
    return kind.df(p.z[l], kind.f(p.z[l].T).T) if kind.name != "softmax" else np.ones_like(p.z[l])


def through_output(p: TextbookPass, da: Array) -> Array:
    """∂L/∂z of the output layer from ∂L/∂a: softmax mixes the outputs of a sample."""
    kind = kind_of(p, p.last)
    if kind.name != "softmax":
        return da * p.slope[p.last]
    return kind.backward(da.T, p.z[p.last].T, p.a[p.last].T).T


def loss(p: TextbookPass) -> Any:
    a, y = p.a[p.last], p.y
    if not p.case.natural:
        return 0.5 * np.sum((a - y) ** 2) / p.count
    a = np.clip(a, 1e-300, 1 - 1e-16)
    terms = y * np.log(a)
    if p.case.activations[-1] != "softmax":
        terms = terms + (1 - y) * np.log1p(-a)
    return -np.sum(terms) / p.count


def output_delta(p: TextbookPass) -> Array:
    return p.error if p.case.natural else through_output(p, p.error)


def hidden_delta(p: TextbookPass, l: int) -> Array:
    return (p.W[l + 1].T @ p.delta[l + 1]) * p.slope[l]


def weight_gradient(p: TextbookPass, l: int) -> Array:
    return p.delta[l] @ p.a[l - 1].T / p.count


def bias_gradient(p: TextbookPass, l: int) -> Array:
    return p.delta[l].sum(axis=1, keepdims=True) / p.count


def new_weights(p: TextbookPass, l: int) -> Array:
    return p.W[l] - p.rate * p.dW[l]


def new_biases(p: TextbookPass, l: int) -> Array:
    return p.b[l] - p.rate * p.db[l]


def steps(case: TextbookCase) -> int:
    return case.steps


@dataclass(frozen=True)
class Rules:
    """The steps of the computation in their order; a mistake replaces one or two."""

    f: Callable[[TextbookPass, int, Array], Array] = field(default=activate)
    weighted_sum: Callable[[TextbookPass, int], Array] = field(default=weighted_sum)
    activation: Callable[[TextbookPass, int], Array] = field(default=activation)
    slope: Callable[[TextbookPass, int], Array] = field(default=slope)
    loss: Callable[[TextbookPass], Any] = field(default=loss)
    output_delta: Callable[[TextbookPass], Array] = field(default=output_delta)
    hidden_delta: Callable[[TextbookPass, int], Array] = field(default=hidden_delta)
    weight_gradient: Callable[[TextbookPass, int], Array] = field(default=weight_gradient)
    bias_gradient: Callable[[TextbookPass, int], Array] = field(default=bias_gradient)
    new_weights: Callable[[TextbookPass, int], Array] = field(default=new_weights)
    new_biases: Callable[[TextbookPass, int], Array] = field(default=new_biases)
    steps: Callable[[TextbookCase], int] = field(default=steps)

    def changed(self, changes: Mapping[str, Callable[..., Any]]) -> Rules:
        return replace(self, **changes)


TEXTBOOK = Rules()


def compute(case: TextbookCase, rules: Rules = TEXTBOOK) -> list[TextbookPass]:
    """The passes of case.steps updates, one after another.

    Raises: ValueError where a wrong rule meets shapes that do not fit, as in the learner's code.
    """
    weights, biases = list(case.weights), list(case.biases)
    memory: dict[Any, Any] = {}
    passes: list[TextbookPass] = []
    with np.errstate(all="ignore"):
        for _ in range(rules.steps(case)):
            made = TextbookPass(case, rules, weights, biases, memory).run()
            passes.append(made)
            weights, biases = made.new_W[1:], made.new_b[1:]
    return passes


def forward(case: TextbookCase, rules: Rules = TEXTBOOK) -> TextbookPass:
    """The first forward pass alone. Raises: ValueError as `compute` does."""
    with np.errstate(all="ignore"):
        return TextbookPass(case, rules, case.weights, case.biases, {}).forward()


def case_of(example: Example) -> TextbookCase:
    """A worked example, its one sample a column."""
    return TextbookCase(
        weights=[np.asarray(W) for W in example.weights],
        biases=[np.reshape(np.asarray(b, dtype=float), (-1, 1)) for b in example.biases],
        x=np.reshape(example.inputs, (-1, 1)),
        y=np.reshape(example.targets, (-1, 1)),
        learning_rate=example.learning_rate,
        activations=example.activations,
        natural=example.loss in ("cross_entropy", "binary_cross_entropy"),
    )


def random_case(
    sizes: Sequence[int],
    samples: int,
    rng: np.random.Generator,
    *,
    hidden: str = "sigmoid",
    output: str = "sigmoid",
    natural: bool = False,
    steps: int = 1,
) -> TextbookCase:
    """A network of those sizes with numbers that hide nothing: no weight near 0, no unit asleep."""
    layers = list(zip(sizes[1:], sizes[:-1]))
    y = rng.uniform(0.1, 0.9, (sizes[-1], samples))
    return TextbookCase(
        weights=[rng.uniform(0.3, 1.5, s) * rng.choice([-1.0, 1.0], s) for s in layers],
        biases=[rng.uniform(-0.5, 0.5, (n, 1)) for n in sizes[1:]],
        x=rng.uniform(0.2, 1.2, (sizes[0], samples)) * rng.choice([-1, 1], (sizes[0], samples)),
        y=y / y.sum(axis=0) if output == "softmax" else y,
        learning_rate=0.37,
        activations=[hidden] * (len(layers) - 1) + [output],
        natural=natural,
        steps=steps,
    )
