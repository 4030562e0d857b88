"""The options of `glassnet train` in their groups, and whole numbers as a person writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    from glassnet.exchange.arrivals import Unsaid

LONGEST = 18  # digits


def whole(_type: Any, tokens: Sequence[Any]) -> int:
    """The whole number that a word says: 1.5 epochs are refused, not rounded.

    Raises: ValueError, for cyclopts to name the option.
    """
    text = tokens[0].value.strip()
    try:
        if len(text) > LONGEST:
            raise ValueError
        return int(text)
    except ValueError:
        shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        raise ValueError(
            f"expected a whole number of at most {LONGEST} digits, got '{shown}'"
        ) from None


Whole = Annotated[int, Parameter(converter=whole)]
WholeOrNone = Annotated[int | None, Parameter(converter=whole)]
Flag = Annotated[bool, Parameter(negative="")]


@Parameter(name="*")
@dataclass(frozen=True)
class ElsewhereOptions:
    """What a file of another tool does not say.

    Attributes
    ----------
    hidden
        Of a safetensors file that another program wrote, the activation between its layers, or,
        with commas, one for each: relu, or relu,tanh.
    output
        Of another tool's file that ends in sums, the activation of its outputs: softmax, sigmoid.
    classes
        Likewise, the labels of its outputs, in their order, with commas: no,yes.
    """

    hidden: str | None = None
    output: str | None = None
    classes: str | None = None

    def unsaid(self) -> "Unsaid":
        from glassnet.exchange.arrivals import Unsaid

        labels = None if self.classes is None else [one.strip() for one in self.classes.split(",")]
        if labels and all(label.removeprefix("-").isdecimal() for label in labels):
            return Unsaid(self.hidden, self.output, [int(label) for label in labels])
        return Unsaid(self.hidden, self.output, labels)


@Parameter(name="*")
@dataclass(frozen=True)
class TableOptions:
    """How a table is read.

    Attributes
    ----------
    target
        Of a table, the column to predict, by its name or number (-1 is the last); several with
        commas between, or given more than once: all numbers, or all of two values, yes or no.
    categories
        Columns whose values are names, be they numbers: of classes, months, postal codes.
    numbers
        Columns of numbers, by name or number, with commas between or given more than once.
    text
        Columns of words that the network is not given.
    ignore
        Columns to leave out, whatever they hold.
    tidy_classes
        Labels that differ by spaces and dots at their end are one: '>50K.' is '>50K'.
    header
        Of a CSV, whether its first row holds the names; found out if not given.
    encoding
        Of a CSV, as utf-8, cp1252, latin-1 or shift_jis; found out or guessed if not given.
    task
        classes or number, of several targets yes_no or number; found out if not given.
    group
        Of a table, a column: rows that have the same value are all trained on or all tested on.
    time
        Of a table, a column: the latest rows are those tested on.
    test
        The share of the rows to test on, 0.2 if not given; 0 to learn from all of them, with
        figures by cross-validation; or a file of other rows to test on.
    """

    target: list[str] | None = None
    categories: list[str] | None = None
    numbers: list[str] | None = None
    text: list[str] | None = None
    ignore: list[str] | None = None
    tidy_classes: Flag = False
    header: bool | None = None
    encoding: str | None = None
    task: Literal["classes", "number", "yes_no"] | None = None
    group: str | None = None
    time: str | None = None
    test: str | None = None


@Parameter(name="*")
@dataclass(frozen=True)
class BesideOptions:
    """What is wanted beside a network that is trained anew, on rows in memory.

    Attributes
    ----------
    cv
        Cross-validate too, with so many folds.
    keep_folds
        With --cv, keep the folds' networks: the model is their mean, and each can be asked.
    search
        Try so many settings on validation rows before the training, and take the best.
    groups
        Of a table, a column: figures for each of its values too, in the report as well.
    report
        Write a page about the data, the training and the errors that are left.
    memory
        Of a table that is larger than memory, how much of it to use, with its unit, as 500MB, and
        above 200MB: the rows are read in blocks, epoch by epoch. Not with lbfgs.
    from_
        Go on from this model, on rows that have its columns and classes: network and preparation
        are the model's, the optimizer starts anew.
    """

    cv: WholeOrNone = None
    keep_folds: Flag = False
    search: WholeOrNone = None
    groups: str | None = None
    report: Path | None = None
    memory: str | None = None
    from_: Annotated[Path | None, Parameter(name="--from")] = None


@Parameter(name="*")
@dataclass(frozen=True)
class SettingOptions:
    """The settings of a `Recipe`; what is not given is chosen by the data.

    Attributes
    ----------
    preset
        What chooses the rest: tuned, with a penalty that is tried on folds of the training rows;
        plain, textbook throughout and by rules alone, to be followed by hand; or best, of pictures
        alone, which takes a hundred times as long.
    members
        How many networks are trained, of other first weights; their mean is the model, and each
        can be asked.
    hidden
        Sizes of the hidden layers, as 64,32; none for no hidden layer.
    activation
        Of the hidden layers: relu, tanh, sigmoid, gelu, ...
    loss
        cross_entropy, binary_cross_entropy, squared_error, absolute_error, huber, poisson, of
        counts, or pinball, of a quantile.
    quantile
        Of the loss pinball: the share of the targets that is to lie below what is predicted, as
        0.9; 0.5, the median, if not given.
    quantiles
        Several at once, as .1,.5,.9: one model that gives each, in order, of one number.
    optimizer
        adam, adamw, amsgrad, sgd, momentum, nesterov, rmsprop, adagrad, or lbfgs, which takes
        all rows at once.
    learning_rate
        The optimizer's learning rate, at its highest point.
    schedule
        Of the learning rate: one_cycle, cosine, cosine_of_log, exponential, step, warm_up or
        constant.
    epochs
        How often every row is seen.
    batch_size
        How many rows make an update.
    dropout
        The share of hidden activations dropped in training.
    label_smoothing
        Of the cross-entropies alone: how much of each target is spread over all classes.
    l1
        The penalty l1 Σ|W|.
    l2
        The penalty ½ l2 Σ W².
    class_weight
        What a row of each class counts, as no=1,yes=12.5 (1 where not named); balanced counts
        each class alike, however few its rows are. Figures on test rows count every row alike.
    augment
        Of pictures: how far each is distorted at most, anew in each epoch, as
        shift=1,rotate=10,scale=.1,shear=8,elastic=34; none for not at all.
    clip_norm
        The longest gradient that is used as it is.
    initializer
        Of the weights: he_normal, glorot_uniform, ...
    dtype
        float32 or float64.
    seed
        Of the initial weights, the order of the rows and dropout; the test split stays.
    validation
        The share of the training rows to validate on after each epoch.
    early_stopping
        Stop after so many epochs without a lower validation loss (validation 0.1 if not given).
    """

    preset: str | None = None
    members: WholeOrNone = None
    hidden: str | None = None
    activation: str | None = None
    loss: str | None = None
    quantile: float | None = None
    quantiles: str | None = None
    optimizer: str | None = None
    learning_rate: float | None = None
    schedule: str | None = None
    epochs: WholeOrNone = None
    batch_size: WholeOrNone = None
    dropout: float | None = None
    label_smoothing: float | None = None
    l1: float | None = None
    l2: float | None = None
    class_weight: str | None = None
    augment: str | None = None
    clip_norm: float | None = None
    initializer: str | None = None
    dtype: str | None = None
    seed: Whole = 0
    validation: float | None = None
    early_stopping: WholeOrNone = None


@Parameter(name="*")
@dataclass(frozen=True)
class MachineOptions:
    """What a training runs on.

    Attributes
    ----------
    threads
        How many threads the matrix products run on, at most 1024; by default one, unless they are
        large.
    deterministic
        The same bits however many processes mpiexec starts, up to 8: each batch is cut into 8
        shards, whose gradients are added in their order.
    compiled
        auto, on or off: whether functions that numba compiled train, which are faster; auto takes
        them where they are installed and the training is long. Their last bits are others.
    """

    threads: WholeOrNone = None
    deterministic: Flag = False
    compiled: Literal["auto", "on", "off"] = "auto"


@Parameter(name="*")
@dataclass(frozen=True)
class KeepOptions:
    """What a training is kept in.

    Attributes
    ----------
    record
        Record the run in this folder: each step can be seen, and made, again.
    every
        A number K: record every K-th step alone, and the first and the last.
    keep
        A number N: of the recorded steps keep the last N alone.
    checkpoint
        Save the training in this folder as it goes, at each epoch's end and when it is ended.
    checkpoint_minutes
        How many minutes pass between two saves within an epoch, at most; 10 if not given.
    resume
        Go on from the checkpoint, to the same bits as a training without a break.
    """

    record: Path | None = None
    every: WholeOrNone = None
    keep: WholeOrNone = None
    checkpoint: Path | None = None
    checkpoint_minutes: float | None = None
    resume: Flag = False
