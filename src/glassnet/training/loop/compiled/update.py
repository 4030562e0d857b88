"""An optimizer's updates compiled: one pass over theta, grad and state.

The equations are those of `fast_update`, and so are the names and forms of what is kept; a rule
without a compiled form goes by that file's.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from glassnet.core.activations import Array
from glassnet.core.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
)
from glassnet.core.parts import as_written
from glassnet.training.loop.compiled.kernels import Kernels
from glassnet.training.loop.fast_update import FLUSH_EVERY, FastUpdate, OfAdam, update_for

KNOWN = (SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AMSGrad, AdamW)
WRITTEN = {kind.update for kind in KNOWN}  # a rule made from one of them may have another
Values = Callable[[float], tuple[float, ...]]  # from the rate to an update's numbers
NUMBERS = 5  # of them at most


class CompiledUpdate(FastUpdate):
    """The updates of a rule by a compiled function, from where its fast form stands.

    Args: fast, whose arrays and names these are; call, the function; arrays, of the state, as it
        takes them; values, what it takes beside them.
    """

    def __init__(
        self, fast: FastUpdate, call: Callable[..., Any], arrays: list[Array], values: Values
    ) -> None:
        self.fast, self.call, self.values = fast, call, values
        self.rule, self.theta, self.g, self.state = fast.rule, fast.theta, fast.g, fast.state
        self.arrays, self.numbers = arrays, np.zeros(NUMBERS, fast.theta.dtype)
        self.written: tuple[float, ...] = ()

    def __call__(self, factor: float) -> None:
        rule = self.rule
        rule.t += 1
        values = self.values(rule.learning_rate * factor)
        if values != self.written:
            self.numbers[: len(values)] = values
            self.written = values
        self.call(self.theta, self.g, *self.arrays, self.numbers)
        if rule.t % FLUSH_EVERY == 0:
            self.flush()

    def of_paper(self) -> Mapping[str, Array]:
        return self.fast.of_paper()

    def kept_of(self, state: Mapping[str, Array]) -> Mapping[str, Array]:
        return self.fast.kept_of(state)


def compiled_update_for(
    kernels: Kernels, rule: Optimizer, theta: Array, g: Array, keep_state: bool = False
) -> FastUpdate:
    """As `fast_update.update_for`, compiled where the rule has such a form."""
    fast = update_for(rule, theta, g, keep_state)
    if not as_written(rule) or type(rule).update not in WRITTEN:
        return fast
    state = fast.state
    match rule:
        case SGD():
            return CompiledUpdate(fast, kernels.updates["sgd"], [], lambda rate: (rate,))
        case Momentum(momentum=keep):
            name = "nesterov" if isinstance(rule, Nesterov) else "momentum"
            return CompiledUpdate(
                fast, kernels.updates[name], [state["v"]], lambda rate: (rate, keep)
            )
        case AdaGrad():
            return CompiledUpdate(
                fast, kernels.updates["adagrad"], [state["s"]],
                lambda rate: (rate / (1 + (rule.t - 1) * rule.lr_decay), rule.eps),
            )  # fmt: skip
        case RMSProp():
            none = np.zeros(0, theta.dtype)
            mean, v = (state[n] if n in rule.state else none for n in ("mean", "v"))
            return CompiledUpdate(
                fast, kernels.updates["rmsprop"], [state["s"], mean, v],
                lambda rate: (rate, rule.decay, 1 - rule.decay, rule.eps, rule.momentum),
            )  # fmt: skip
        case Adam() if isinstance(fast, OfAdam):
            name = "amsgrad" if isinstance(rule, AMSGrad) else "adam"
            values = fast.values
            # by what theta is multiplied, AdamW's decay
            all_five: Values = lambda rate: (*values(rate), 1.0)[:NUMBERS]  # noqa: E731
            return CompiledUpdate(fast, kernels.updates[name], list(state.values()), all_five)
    return fast
