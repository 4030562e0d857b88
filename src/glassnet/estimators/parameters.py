"""scikit-learn's names of what can be set, and the settings of ours that they stand for.

scikit-learn                    glassnet
hidden_layer_sizes              the sizes between inputs and outputs
activation                      hidden; logistic is sigmoid; one for all, or one a hidden layer
solver, learning_rate_init,     optimizer: Adam(learning_rate, beta1, beta2, eps),
momentum, nesterovs_momentum,       SGD, Momentum or Nesterov(learning_rate, momentum),
beta_1, beta_2, epsilon, tol,       LBFGS(tolerance), which ends after max_fun evaluations
max_fun
alpha                           l2 = alpha / Σw of a batch: ½·alpha·ΣW², divided by its rows
batch_size="auto"               min(200, rows)
max_iter                        epochs; with lbfgs iterations
validation_fraction             validation, with early_stopping
n_iter_no_change                early_stopping, the epochs of patience
random_state                    seed
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from glassnet.core import activations
from glassnet.core.activations import Activation
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense, Dropout, Layer
from glassnet.core.lbfgs import LBFGS, Closure, Minimum
from glassnet.core.optimizers import SGD, Adam, Momentum, Nesterov, Optimizer
from glassnet.core.validation.rules import Choice, FiniteNumber, Flag, Rule, Whole

SOLVERS = ("adam", "sgd", "lbfgs")
RATES = ("constant", "invscaling", "adaptive")
PREPARATIONS = ("auto", "table")
LARGEST_BATCH = 200  # that "auto" takes, as scikit-learn's

_NOT_NEGATIVE = FiniteNumber(least=0)
_POSITIVE = FiniteNumber(above=0)
_SHARE = FiniteNumber(least=0, below=1, give="a number from 0 to below 1")


class Patience(Whole):
    """A whole number of epochs, or math.inf: however long it takes."""

    def __init__(self) -> None:
        super().__init__(1, give="a whole number from 1 up, or math.inf")

    def __call__(self, name: str, value: object) -> Any:
        return math.inf if value == math.inf else super().__call__(name, value)


RULES: dict[str, Rule] = {
    "solver": Choice(*SOLVERS),
    "learning_rate": Choice(*RATES),
    "alpha": _NOT_NEGATIVE,
    "l1": _NOT_NEGATIVE,
    "learning_rate_init": _POSITIVE,
    "power_t": _NOT_NEGATIVE,
    "max_iter": Whole(1),
    "max_fun": Whole(1),
    "tol": _NOT_NEGATIVE,
    "momentum": _SHARE,
    "beta_1": _SHARE,
    "beta_2": _SHARE,
    "epsilon": _POSITIVE,
    "n_iter_no_change": Patience(),
    "validation_fraction": _SHARE,
    "dropout": _SHARE,
    "label_smoothing": _SHARE,
    "shuffle": Flag(),
    "warm_start": Flag(),
    "early_stopping": Flag(),
    "nesterovs_momentum": Flag(),
}

Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Batches:
    """How many rows make an update, and what they count in the mean."""

    size: int
    weight: float

    @classmethod
    def of(cls, size: Any, rows: int, weight: float) -> "Batches":
        """Batches of rows that count `weight` in all.

        Raises: InputError for a size that is none.
        """
        size = min(LARGEST_BATCH, rows) if size == "auto" else Whole(1)("batch_size", size)
        size = min(size, rows)
        return cls(size, weight * size / rows)

    def penalty(self, alpha: float) -> float:
        """The l2 of our objective: alpha goes with the sum over a batch, ours with its mean."""
        return alpha / self.weight if self.weight else 0.0


@dataclass(frozen=True)
class BoundedLBFGS(LBFGS):
    """L-BFGS that ends after so many evaluations of the loss, with the iteration at hand."""

    most: int = 15_000

    def iterate(self, closure: Closure, start: Any, max_iterations: int = 500) -> Iterator[Minimum]:
        for at in super().iterate(closure, start, max_iterations):
            if not at.reason and at.evaluations >= self.most:
                yield replace(at, reason="iterations")
                return
            yield at


def checked(parameters: Parameters) -> None:
    """That each parameter is of its kind, whichever solver it is for.

    Raises: InputError, a ValueError, that names it as it was written.
    """
    for name, rule in RULES.items():
        if name in parameters:
            rule(name, parameters[name])
    if parameters["preparation"] is not None:
        Choice(*PREPARATIONS)("preparation", parameters["preparation"])


def rule_of(parameters: Parameters) -> Optimizer | LBFGS:
    """The optimizer that these parameters describe, with no update made."""
    given = parameters
    if given["solver"] == "lbfgs":
        return BoundedLBFGS(tolerance=given["tol"], most=given["max_fun"])
    rate = given["learning_rate_init"]
    if given["solver"] == "adam":
        return Adam(rate, beta1=given["beta_1"], beta2=given["beta_2"], eps=given["epsilon"])
    if not given["momentum"]:
        return SGD(rate)
    return (Nesterov if given["nesterovs_momentum"] else Momentum)(rate, given["momentum"])


def layers_of(parameters: Parameters, n_in: int, n_out: int, output: str) -> list[Layer]:
    """The layers of a network of these sizes, first to last.

    Raises: InputError for sizes or activations that make no network.
    """
    sizes = sizes_of(parameters["hidden_layer_sizes"])
    hidden = activations_of(parameters["activation"], len(sizes))
    row: list[Layer] = []
    for (before, here), activation in zip(pairwise([n_in, *sizes]), hidden, strict=True):
        row.append(Dense(before, here, activation, initializer=parameters["initializer"]))
        if parameters["dropout"]:
            row.append(Dropout(parameters["dropout"]))
    last = sizes[-1] if sizes else n_in
    row.append(Dense(last, n_out, output, initializer=parameters["initializer"]))
    return row


def sizes_of(given: Any) -> tuple[int, ...]:
    """Sizes of hidden layers: a whole number for one layer, or several; () for none.

    >>> sizes_of(5), sizes_of([8, 4])
    ((5,), (8, 4))
    """
    if isinstance(given, str) or not hasattr(given, "__iter__"):
        given = (given,)
    return tuple(Whole(1)("hidden_layer_sizes", size) for size in given)


def activations_of(given: Any, layers: int) -> list[Activation]:
    """One activation a hidden layer: the same for all, or as many as there are layers."""
    several = list(given) if isinstance(given, list | tuple) else [given] * layers
    if len(several) != layers:
        raise InputError(
            f"activation names {len(several)} activations, and there are {layers} hidden layers: "
            "give one for all, or one for each."
        )
    return [activations.get("sigmoid" if one == "logistic" else one) for one in several]
