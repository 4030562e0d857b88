"""An optimizer's updates in the form that trains, beside the readable one in core/optimizers.py.

There each rule stands as its paper has it. Training makes the same update thousands of times on
the same arrays, so here they are bound once, and these things are done another way:

    a long theta         goes chunk by chunk: what a chunk needs stays in the processor's cache
    intermediates        are written into tmp, under the equation that they compute
    rate, beta1, ...     are arrays without dimension, on which NumPy spends half as long
    Adam's m and v       are kept as the sums m/(1 − β₁) and v/(1 − β₂): two products fewer
    what is as good as 0 is set to 0: a running mean of nothing halves and halves, and so does,
                         under a penalty, a weight that nothing else moves, down to where
                         processors are slow (denormals)

A rule without a form here goes by its own lines, chunk by chunk; somebody's own is called as it
stands. A test bounds the difference from the readable form over many steps.
"""

import math
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from glassnet.core.activations import Array
from glassnet.core.optimizers import SGD, Adam, AdamW, AMSGrad, Momentum, Nesterov, Optimizer, State
from glassnet.core.parts import as_written
from glassnet.core.validation.memory import zeros

CHUNK = 32_768  # entries; with state and temporaries a chunk of float32 fits a 1 MB cache
TINY = 1e-30  # below this, state is as good as 0
TINIEST = 1e-290  # the same of parameters in float64, whose denormals begin at 2e-308
FLUSH_EVERY = 128  # updates: at beta = 0.9 enough to fall from TINY by a million, not further

Numbers = tuple[Any, ...]  # what an update takes beside arrays of theta's length

SUMS = {"m": "m_sum", "v": "v_sum", "v_max": "v_sum_max"}  # what is kept of Adam's state


def update_for(rule: Optimizer, theta: Array, g: Array, keep_state: bool = False) -> "FastUpdate":
    """The updates of theta by g, in the fastest form that there is for the rule.

    Args: keep_state, whether they follow those that the rule made of a theta of this length.
    """
    t, state = rule.t, {name: np.array(array) for name, array in rule.state.items()}
    form: Any = FastUpdate
    if as_written(rule):
        form = next(form for kind, form in FORMS if isinstance(rule, kind))
    update: FastUpdate = form(rule, theta, g)
    if keep_state and t and all(array.shape == theta.shape for array in state.values()):
        update.go_on(t, update.kept_of(state))
    return update


class FastUpdate:
    """A rule's updates of one theta by one g, both (P,), from the first on.

    `state` holds the arrays that are kept from update to update, as files have them. Here all is
    the rule's own.
    """

    def __init__(self, rule: Any, theta: Array, g: Array) -> None:
        self.rule, self.theta, self.g = rule, theta, g
        rule.start(theta)
        self.state: State = rule.state

    def __call__(self, factor: float) -> None:
        """One update of theta, in place; factor multiplies the learning rate."""
        self.rule.step(self.theta, self.g, factor)
        if self.rule.t % FLUSH_EVERY == 0:
            self.flush()

    def go_on(self, t: int, state: Mapping[str, Array]) -> None:
        """Takes up where these updates stood after t of them."""
        self.rule.t = t
        for name, array in self.state.items():
            np.copyto(array, state[name])

    def of_paper(self) -> Mapping[str, Array]:
        """The state under the names and in the form of the rule's paper."""
        return self.rule.state

    def kept_of(self, state: Mapping[str, Array]) -> Mapping[str, Array]:
        """What is kept, from the state in the form of the rule's paper: of_paper's inverse."""
        return state

    @contextmanager
    def bound(self) -> Generator[None]:
        """While this lasts the rule's state is read off what is kept; then it is its own again."""
        self.rule.state = self.of_paper()
        try:
            yield
        finally:
            self.rule.state = dict(self.rule.state)

    def flush(self) -> None:
        """Sets state that is as good as 0 to 0, unless 0/0 could follow, and parameters."""
        _flush(self.theta, TINY if self.theta.dtype == np.float32 else TINIEST)
        if getattr(self.rule, "eps", 1.0) != 0:
            for array in self.state.values():
                _flush(array, TINY)


def _flush(array: Array, least: float) -> None:
    """Sets to 0 what is smaller, in place."""
    for first in range(0, array.size, CHUNK):
        part = array[first : first + CHUNK]
        part *= np.abs(part) >= least


class InChunks(FastUpdate):
    """The updates chunk by chunk, each by the rule's own lines."""

    def __init__(self, rule: Any, theta: Array, g: Array) -> None:
        super().__init__(rule, theta, g)
        self.state = {
            name: rule.state.get(name, zeros(theta.shape, theta.dtype)) for name in self.kept()
        }
        self.chunks: list[tuple[Array, Array, State, Array]] = []
        for first in range(0, theta.size, CHUNK):
            part = slice(first, first + CHUNK)
            state = {name: array[part] for name, array in self.state.items()}
            self.chunks.append((theta[part], g[part], state, zeros(theta[part].shape, theta.dtype)))

    def kept(self) -> tuple[str, ...]:
        """The names of the arrays that are kept."""
        return self.rule.arrays

    def __call__(self, factor: float) -> None:
        rule = self.rule
        rule.t += 1
        numbers = self.numbers(rule.learning_rate * factor)
        for theta, g, state, tmp in self.chunks:
            self.update(theta, g, state, tmp, numbers)
        if rule.t % FLUSH_EVERY == 0:
            self.flush()

    def numbers(self, rate: float) -> Numbers:
        """What this update, the t-th, takes beside arrays of theta's length."""
        return (rate,)

    def update(self, theta: Array, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        """The rule on one chunk; tmp, as long as the others, is there to be written to."""
        self.rule.update(theta, g, s, *numbers)


class InPlace(InChunks):
    """Updates with an equation below for each line, and nothing new in memory."""

    cells: tuple[Array, ...] = ()  # the numbers as NumPy reads them fastest
    written: tuple[float, ...] = ()  # what stands in them

    def numbers(self, rate: float) -> Numbers:
        values = self.values(rate)
        if values != self.written:
            if not self.cells:
                self.cells = tuple(np.empty((), self.theta.dtype) for _ in values)
            for cell, value in zip(self.cells, values, strict=True):
                cell[...] = value
            self.written = values
        return self.cells

    def values(self, rate: float) -> tuple[float, ...]:
        """The numbers of this update, in float64."""
        return (rate,)


class OfSGD(InPlace):
    def update(self, theta: Array, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        (rate,) = numbers
        np.multiply(g, rate, out=tmp)
        theta -= tmp  # theta ← theta − rate·g


class OfMomentum(InPlace):
    def values(self, rate: float) -> tuple[float, ...]:
        return rate, self.rule.momentum

    def update(self, theta: Array, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        rate, momentum = numbers
        v = s["v"]
        v *= momentum
        v += g  # v ← momentum·v + g
        np.multiply(v, rate, out=tmp)
        theta -= tmp  # theta ← theta − rate·v


class OfNesterov(OfMomentum):
    def update(self, theta: Array, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        rate, momentum = numbers
        v = s["v"]
        v *= momentum
        v += g  # v ← momentum·v + g
        np.multiply(v, momentum, out=tmp)
        tmp += g
        tmp *= rate
        theta -= tmp  # theta ← theta − rate·(g + momentum·v)


class OfAdam(InPlace):
    """Adam and AMSGrad, with m_sum = m/(1 − β₁) and v_sum = v/(1 − β₂).

    With m̂ = c·m_sum and √v̂ = k·√v_sum:  m̂/(√v̂ + eps) = c/k · m_sum/(√v_sum + eps/k)
    """

    def of_paper(self) -> Mapping[str, Array]:
        return OfSums(self.rule, self.state)

    def kept_of(self, state: Mapping[str, Array]) -> Mapping[str, Array]:
        scale = _scale_of_sums(self.rule)
        return {SUMS[name]: array / scale[name] for name, array in state.items()}

    def kept(self) -> tuple[str, ...]:
        return tuple(SUMS[name] for name in self.rule.arrays)

    def values(self, rate: float) -> tuple[float, ...]:
        rule, t = self.rule, self.rule.t
        c, k = 1 - rule.beta1, math.sqrt(1 - rule.beta2)
        if not (isinstance(rule, AMSGrad) and rule.form == "paper"):
            c = (1 - rule.beta1) / (1 - rule.beta1**t)
            k = math.sqrt((1 - rule.beta2) / (1 - rule.beta2**t))
        return rule.beta1, rule.beta2, rule.eps / k, rate * c / k

    def update(self, theta: Array, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        beta1, beta2, eps, rate = numbers
        m_sum, v_sum = s["m_sum"], s["v_sum"]
        m_sum *= beta1
        m_sum += g  # m ← β₁m + (1 − β₁)g, divided by 1 − β₁
        v_sum *= beta2
        np.multiply(g, g, out=tmp)
        v_sum += tmp  # v ← β₂v + (1 − β₂)g², divided by 1 − β₂
        if "v_sum_max" in s:
            v_sum = np.maximum(s["v_sum_max"], v_sum, out=s["v_sum_max"])  # v_max ← max(v_max, v)
        np.sqrt(v_sum, out=tmp)
        tmp += eps
        np.divide(m_sum, tmp, out=tmp)
        tmp *= rate
        theta -= tmp  # theta ← theta − rate·m̂/(√v̂ + eps)


class OfAdamW(OfAdam):
    def values(self, rate: float) -> tuple[float, ...]:
        rule = self.rule
        shrink = rate if rule.form == "pytorch" else rate / rule.learning_rate
        return *super().values(rate), 1 - shrink * rule.weight_decay

    def update(self, theta: Array, g: Array, s: State, tmp: Array, numbers: Numbers) -> None:
        moments, kept = numbers[:-1], numbers[-1]
        theta *= kept  # theta ← theta·(1 − rate·weight_decay)
        super().update(theta, g, s, tmp, moments)


def _scale_of_sums(rule: Adam) -> dict[str, float]:
    """What each sum is multiplied by to be the paper's."""
    return {"m": 1 - rule.beta1, "v": 1 - rule.beta2, "v_max": 1 - rule.beta2}


class OfSums(Mapping[str, Array]):
    """Adam's state as its paper has it, read off the sums; a copy has arrays of its own."""

    def __init__(self, rule: Adam, sums: State) -> None:
        scale = _scale_of_sums(rule)
        self.parts = {name: (scale[name], sums[SUMS[name]]) for name in rule.arrays}

    def __getitem__(self, name: str) -> Array:
        scale, of_sums = self.parts[name]
        return scale * of_sums

    def __iter__(self) -> Iterator[str]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


# the special before the general: Nesterov is a Momentum
FORMS: tuple[tuple[type[Optimizer], type[FastUpdate]], ...] = (
    (SGD, OfSGD), (Nesterov, OfNesterov), (Momentum, OfMomentum), (AdamW, OfAdamW),
    (Adam, OfAdam), (Optimizer, InChunks),
)  # fmt: skip
