"""Every setting of a training, once: with its rule, its default, and what it is.

`fit` and `fit_stream` take `Settings` by name; a `Recipe` has those of the network too, and is
filled from the data, from a command's options, or by a search.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from glassnet.core import optimizers, schedules
from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError, unknown
from glassnet.core.lbfgs import LBFGS
from glassnet.core.optimizers import OPTIMIZERS, Optimizer
from glassnet.core.schedules import Schedule
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import (
    Calls,
    Choice,
    Count,
    Either,
    Instance,
    Optional,
    Positive,
    Seed,
)
from glassnet.data.images.distortion import Distortion
from glassnet.files.plain import UNTOLD, to_plain
from glassnet.training.events import Event
from glassnet.training.team import ALONE, Team

Callback = Callable[[Event], Any]
Callbacks = Annotated[Iterable[Callback], Calls()]
_BY_LABEL = "'balanced' or numbers by label, as {'yes': 3.0}"
ClassWeight = Annotated[
    Mapping[Any, float] | Literal["balanced"] | None,
    Optional(Either(Instance(Mapping), Choice("balanced"), give=_BY_LABEL)),
]


@door
@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a network is trained.

    Args:
        epochs, batch_size: how often each row is seen, and how many rows make an update.
        optimizer: by name or as an object; L-BFGS takes all rows at once, an iteration an epoch,
            and with it neither dropout nor max_norm, clipping or a schedule.
        learning_rate: of an optimizer that is given by its name; None for its own.
        keep_state: an optimizer that is given as an object goes on from the updates it made, its
            t and its state, where it had made any of as many parameters; else it starts afresh.
        schedule: multiplies the learning rate, update by update.
        validation: a share of the rows to hold back (stratified, by seed), or (X, y).
        early_stopping: ends after so many epochs without a lower validation loss; then, or
            when the epochs run out, the best epoch's parameters are taken back.
        class_weight: what a row of each label counts, 1 where it is not named; or "balanced",
            N/(K n_c) of the N rows given, of K labels, n_c of them of label c, so that each
            label counts as much. They count in validation too, not in figures on test rows.
        clip_norm, clip_value: bounds of the gradient, of its length or of each entry.
        shuffle: a new order each epoch.
        seed: of the order, the held-back rows and dropout's masks: the same seed gives the
            same bits on the same machine.
        augment: how far each picture is distorted, anew whenever a batch takes it; rows held back
            to validate on stay as they are.
        callbacks: called with each event; one that returns "stop" ends training.
        record: a folder, or a Recorder, to keep each step in; `Recording` reads it.
        checkpoint: a folder, or Checkpoints, to save the training in at each epoch's end and
            every ten minutes, so that it can go on after whatever ended it.
        resume: go on from the folder's newest usable checkpoint, to the same bits as without
            a break; from the beginning where it has none.
        team: the ranks that train together, each of them called with the same rows and settings.
            The result is that of one process, to rounding; rank 0 alone records and saves.
        shards: the gradient of a batch is summed from so many parts, in their order, however many
            ranks there are: the same bits on any number of them up to that.
        in_numbers: makes the steps of a tiny network in plain Python, which is faster there; the
            last bits are others than those of arrays.
        compiled: makes compiled functions, which train faster and whose last bits are others; they
            are used where that was asked for, or where the training is long enough to pay for them.
        every_epoch: whether each epoch's end is told; else how far it is, now and then.

    Raises: InputError for settings that make no sense, alone or together.

    >>> Settings(epochs=0)
    Traceback (most recent call last):
    glassnet.core.errors.InputError: epochs is 0: give a whole number from 1 up.
    """

    epochs: Count = 10
    batch_size: Count = 32
    optimizer: str | Mapping[str, Any] | Optimizer | LBFGS = "adam"
    learning_rate: Positive | None = None
    keep_state: bool = field(default=False, metadata=UNTOLD)
    schedule: str | Mapping[str, Any] | Schedule | None = None
    validation: float | tuple[ArrayLike, ArrayLike] | None = None
    early_stopping: Count | None = None
    class_weight: ClassWeight = None
    clip_norm: Positive | None = None
    clip_value: Positive | None = None
    shuffle: bool = True
    seed: Seed = 0
    augment: Annotated[Distortion | None, Optional(Instance(Distortion))] = None
    callbacks: Callbacks = field(default=(), metadata=UNTOLD)
    record: Any = field(default=None, metadata=UNTOLD)
    checkpoint: Any = field(default=None, metadata=UNTOLD)
    resume: bool = field(default=False, metadata=UNTOLD)
    team: Team = field(default=ALONE, metadata=UNTOLD)
    shards: Count | None = None
    in_numbers: Any = field(default=None, metadata=UNTOLD)
    compiled: Any = field(default=None, metadata=UNTOLD)
    every_epoch: bool = field(default=True, metadata=UNTOLD)

    __repr__ = telling()

    def __post_init__(self) -> None:
        if self.early_stopping is not None and not has_validation(self.validation):
            raise InputError("early stopping needs validation: give a share such as 0.1.")
        if self.shards is not None and self.team.size > self.shards:
            raise InputError(
                f"a batch is summed from {self.shards} shards, and there are {self.team.size} "
                f"ranks, of which some would have none: start at most {self.shards}, or give "
                "shards for more."
            )

    def rule(self) -> Optimizer | LBFGS:
        """The optimizer: made anew, unless it was given as an object."""
        which, rate = self.optimizer, self.learning_rate
        if isinstance(which, str) and which not in (LBFGS.name, *OPTIMIZERS):
            raise unknown("optimizer", which, [*OPTIMIZERS, LBFGS.name])
        if isinstance(which, str) and which == LBFGS.name:
            which = LBFGS()
        if rate is not None and isinstance(which, Optimizer | LBFGS):
            raise InputError(
                f"the learning_rate is {rate:g}, and {which!r} "
                f"{'needs none' if isinstance(which, LBFGS) else 'has its own'}: leave it out."
            )
        if isinstance(which, LBFGS):
            return which
        return optimizers.get(which, **({} if rate is None else {"learning_rate": rate}))

    def remembered(self) -> dict[str, Any]:
        """What a recorded run and a checkpoint keep of it, as plain JSON."""
        weights = self.class_weight
        own = isinstance(self.validation, tuple)
        named = None if weights is None or weights == "balanced" else list(weights.items())
        return {
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "clip_norm": self.clip_norm,
            "clip_value": self.clip_value,
            "shuffle": self.shuffle,
            "seed": self.seed,
            "validation": "rows of their own" if own else self.validation,
            "early_stopping": self.early_stopping,
            "class_weight": weights if named is None else named,
        } | {
            name: to_plain(value)
            for name, value in (("shards", self.shards), ("augment", self.augment))
            if value is not None
        }


def has_validation(validation: Any) -> bool:
    """Whether rows are held back.

    >>> has_validation(0.0), has_validation(([[1.0]], [2.0]))
    (False, True)
    """
    nothing = isinstance(validation, int | float) and not validation
    return validation is not None and not nothing


def generators(seed: int) -> list[np.random.Generator]:
    """What a training draws from: the held-back rows, the order and dropout's masks."""
    return [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(3)]


@door
@dataclass(frozen=True, kw_only=True)
class Recipe(Settings):
    """The settings of a training and of the network that is made for it.

    Args:
        hidden: how many neurons each hidden layer has; activation: theirs.
        loss, label_smoothing, dropout, l1, l2, initializer, dtype: as `Network.dense`.
        quantile: of the loss pinball, from 0 to 1; quantiles: several of one number, rising.
        thresholds: of several yes/no targets the probabilities from which on each is called yes;
            a half, where they are not given. balanced: whether they were chosen so that yes and
            no count alike.
        spread: whether the biases of hidden neurons begin at draws of N(0, 1), and the output's
            weights at 0.
        members: how many networks are trained, of other first weights, whose mean is the network;
            by_folds: each on all rows but those of a fold of its own, else each on all of them.
        preset: what the rest was left to, tuned or plain.
        why: what the defaults were chosen by, of those settings that were left to them.
        given: the settings that were not left to them. Neither has a part in the training.
    """

    optimizer: str = "adam"
    schedule: str | None = None
    validation: float | None = None
    hidden: tuple[int, ...] = ()
    activation: str = "relu"
    loss: str | None = None
    quantile: float | None = None
    quantiles: tuple[float, ...] | None = None
    label_smoothing: float = 0.0
    dropout: float = 0.0
    l1: float = 0.0
    l2: float = 0.0
    initializer: str | None = None
    dtype: str = "float32"
    thresholds: tuple[float, ...] | None = None
    balanced: bool = False
    spread: bool = False
    members: Count = 1
    by_folds: bool = False
    preset: str = "tuned"
    why: str = field(default="", compare=False)
    given: tuple[str, ...] = field(default=(), compare=False)

    __repr__ = telling()

    def shown(self) -> str:
        """The settings in a line or two for a person, and why they were chosen.

        >>> recipe = Recipe(hidden=(8, 4), schedule="one_cycle", epochs=60, l2=0.01, why="a test")
        >>> print(recipe.shown())
        settings: hidden layers 8, 4 (relu), adam, one_cycle, 60 epochs in batches of 32, l2 0.01
        because: a test
        """
        layers = ", ".join(map(str, self.hidden))
        rate = "" if self.learning_rate is None else f" at {self.learning_rate:g}"
        full = self.optimizer == LBFGS.name
        parts = [
            f"hidden layers {layers} ({self.activation})" if self.hidden else "no hidden layer",
            self.optimizer + rate,
            *([] if full else [schedules.get(self.schedule).name]),
            f"{self.epochs} iteration{'s' * (self.epochs != 1)} on all rows at once"
            if full
            else f"{self.epochs} epoch{'s' * (self.epochs != 1)} in batches of {self.batch_size}",
        ]
        for name in (
            "quantile",
            "l2",
            "l1",
            "dropout",
            "label_smoothing",
            "validation",
            "early_stopping",
        ):
            if value := getattr(self, name):
                parts.append(f"{name.replace('_', ' ')} {value:g}")
        if self.quantiles:
            parts.append("quantiles " + ", ".join(f"{q:g}" for q in self.quantiles))
        if self.thresholds:
            parts.append("yes from " + ", ".join(f"{t:.3g}" for t in self.thresholds))
        if weights := self.class_weight:
            named = weights.items() if isinstance(weights, Mapping) else ()
            told = ", ".join(f"{label}={weight:g}" for label, weight in named)
            parts.append(f"class weight {told or weights}")
        if self.augment is not None and self.augment.moves():
            parts.append(f"pictures distorted by {self.augment.shown()}")
        if self.members > 1:
            of = f"{self.members - 1} of {self.members} folds" if self.by_folds else "all rows"
            parts.insert(0, f"the mean of {self.members} networks, each learned from {of}")
        lines = ["settings: " + ", ".join(parts)]
        if self.why:
            lines.append(f"because: {self.why}")
        if self.given:
            lines.append(f"as you said: {', '.join(n.replace('_', ' ') for n in self.given)}")
        return "\n".join(lines)
