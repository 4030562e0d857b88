"""What a mistake is: its name, the rule it breaks, and how it computes instead."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from glassnet.files.plain import UNTOLD
from glassnet.tutor.textbook import Rules

Common = Literal["often", "seen", "expected"]
# a step of the computation → the quantity in which its mistake first shows
STAGES = {
    "f": "activation",
    "weighted_sum": "forward",
    "activation": "forward",
    "slope": "derivative",
    "loss": "loss",
    "output_delta": "output delta",
    "hidden_delta": "hidden delta",
    "weight_gradient": "gradients",
    "bias_gradient": "gradients",
    "new_weights": "update",
    "new_biases": "update",
    "steps": "training loop",
}


@dataclass(frozen=True)
class Mistake:
    """A known mistake: what it is called, why it is wrong, and how it computes.

    why: two sentences. wrong, right: the formulas. hint: a question that leads to it.
    common: `often` and `seen` in public from-scratch scripts, or `expected` by those who teach.
    changes: the rules of the textbook that it replaces. also: other ways to make the same slip.
    stage: the step of the computation in which it first shows; by its rules, where it has some.
    """

    name: str
    title: str
    why: str
    wrong: str
    right: str
    hint: str
    common: Common
    changes: Mapping[str, Callable[..., Any]] = field(
        default_factory=dict, compare=False, metadata=UNTOLD
    )
    stage: str = ""
    also: Sequence[Mapping[str, Callable[..., Any]]] = field(
        default=(), compare=False, metadata=UNTOLD
    )

    def ways(self) -> list[Mapping[str, Callable[..., Any]]]:
        """What it may change: the same slip, written otherwise."""
        return [self.changes, *self.also]

    def __post_init__(self) -> None:
        if not self.stage:
            order = [each.name for each in fields(Rules)]
            object.__setattr__(self, "stage", STAGES[min(self.changes, key=order.index)])
