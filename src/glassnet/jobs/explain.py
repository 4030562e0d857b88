"""Passes to explain: a saved model's for a row, or that of a step of a recorded run."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.layers import Bias
from glassnet.exchange.arrivals import Unsaid
from glassnet.exchange.code.steps import steps_in_numbers
from glassnet.explain import (
    WORKED,
    Ask,
    Example,
    MovedAnswer,
    Reasons,
    chain,
    given_number,
    glance_at_row,
    glance_at_step,
    nudge,
    parse,
    pass_of,
    read_example,
    whole_array,
    why_it_moved,
)
from glassnet.explain.reasons.asked_row import InColumns
from glassnet.explain.reasons.told import AlsoSaid, Wanted, reasons_of
from glassnet.jobs.open import Model, is_model, is_run, open_model
from glassnet.jobs.reasons.asked import asked_row
from glassnet.jobs.reasons.background import background_of
from glassnet.jobs.reasons.one_of_several import also_said, target_asked
from glassnet.jobs.threads_and_signals import Say, Tick
from glassnet.runtime import blas_threads
from glassnet.training import Recording
from glassnet.training.measure.importance import image_blocks
from glassnet.training.rows import as_rows
from glassnet.training.targets import are_yes_no, meaning_in, one_target, quantiles_in
from glassnet.tutor.published.examples import library, published

FROM_ELSEWHERE = "--hidden, --output and --classes"
SQUARES = 4  # along an image's longer side: few enough that a person can read each


@dataclass(frozen=True)
class PassToExplain:
    """A pass, what it is called, and of a recorded step its number and the batch's rows.

    inputs: the names of the network's inputs, where they have any. known: whether the row's target
    is. why: tells why a model's row is answered so, when it is asked.
    """

    ask: Ask
    title: str
    step: int | None = None
    rows: NDArray[Any] | None = None
    inputs: Sequence[str] = ()
    known: bool = True
    why: Callable[[], Reasons] | None = None


@dataclass(frozen=True)
class OfRow:
    """What is asked of a model's row, beside which it is.

    cells: that take the place of its own, by their columns. background: a table, or a set, to
    compare it with; None for what the model learned from. wanted: as `reasons_of` takes it.
    member: of a mean of networks the one that is asked, from 1 on; None for their mean.
    """

    cells: Mapping[str, str] = field(default_factory=dict)
    background: str | None = None
    wanted: Wanted = field(default_factory=Wanted)
    member: int | None = None


def pass_to_explain(
    source: str,
    data: str | None = None,
    row: int | None = None,
    step: int | None = None,
    encoding: str | None = None,
    say: Say = lambda sentence: None,
    tick: Tick = lambda done, total: None,
    asked: OfRow = OfRow(),
    unsaid: Unsaid = Unsaid(),
) -> PassToExplain:
    """The pass that is meant: of a model, for a row of data; of a run or an example, at a step."""
    if data is not None and _is_address(data):
        raise InputError(f"'{data}' is the address of a number: ask for it by --at '{data}'.")
    if asked != OfRow() and (is_run(source) or is_example(source)):
        raise InputError(
            "--set, --fix, --to, --of, --background and --member go with a model, and a row of a "
            "table."
        )
    if not unsaid.nothing and (is_run(source) or is_example(source)):
        raise InputError(f"{FROM_ELSEWHERE} go with another tool's file; {source} is none.")
    if is_run(source):
        if not (data is row is encoding is None):
            raise InputError(
                "a recorded run knows its data: leave the data, --row and --encoding out."
            )
        return of_run(source, step)
    if is_example(source):
        if not (data is row is encoding is None):
            raise InputError(
                "an example brings its numbers: leave the data, --row, --encoding out."
            )
        return of_example(source, step or 0, tick=tick)
    if step is not None:
        raise InputError(f"--step goes with a recorded run or an example; {source} is neither.")
    return of_model(source, data, row, encoding, say, asked, unsaid)


def _is_address(data: str) -> bool:
    """Whether a number's address stands where data belong."""
    try:
        parse(data)
    except InputError:
        return False
    return not os.path.exists(data)


def of_model(
    model: str | Path,
    data: str | None,
    row: int | None,
    encoding: str | None = None,
    say: Say = lambda sentence: None,
    asked: OfRow = OfRow(),
    unsaid: Unsaid = Unsaid(),
) -> PassToExplain:
    """A pass of a model for one row of a table, or of the rows that `evaluate` looks at.

    In float64. Where the row's target is not known, the pass has the answer itself in its place.
    """
    opened = open_model(
        model, data=data, encoding=encoding, unsaid=unsaid, say=say, member=asked.member
    )
    net = opened.net.astype("float64")
    found = asked_row(opened, data, row, encoding, say, asked.cells)
    known = found.y is not None
    y = found.y if known else net.predict(found.raw)[0]
    if not known and quantiles_in(net):  # in the place of the number that is not known, the middle
        y = np.median(y)
    if known and are_yes_no(net):
        y = meaning_in(net).words(np.asarray(y)[None] > 0.5)[0]
    one = as_rows(net, found.raw, np.asarray(y)[None], "the row")
    target = _target_words(y, opened)
    title = f"{found.title}; the data say {target}" if known else found.title
    names = getattr(net.preparation, "inputs", None) or opened.about.get("features") or ()
    inputs = names if len(names) == net.n_in else ()

    def why() -> Reasons:
        # a hundred passes in a row: a second thread, woken for each, costs more than it brings
        with blas_threads(1):
            return reasons_for(opened, found.raw, data, encoding, say, asked)

    return PassToExplain(Ask(net, one.X, one.y), title, inputs=inputs, known=known, why=why)


def _target_words(y: Any, model: Model) -> Any:
    """A target as it is told: of several numbers each with its name."""
    if np.ndim(y) == 1:
        names = () if model.target is None else model.target.names
        names = names if len(names) == len(y) else range(len(y))
        return ", ".join(
            f"{name} = {value:.9g}" if isinstance(value, float) else f"{name} = {value}"
            for name, value in zip(names, y)
        )
    named = "" if model.target is None else f"{model.target.names[0]} = "
    return f"{named}{y:.9g}" if isinstance(y, float) else f"{named}{y}"


def reasons_for(
    opened: Model, raw: Any, data: str | None, encoding: str | None, say: Say, asked: OfRow
) -> Reasons:
    """Why a model answers a raw row so, against the rows that it learned from or a typical one."""
    background, words = background_of(opened, data, asked.background, encoding, say)
    target, blocks, groups = opened.target, None, None
    names = opened.about.get("features") or ()
    if opened.image_shape is not None:
        groups, (down, across) = image_blocks(opened.image_shape, SQUARES)
        blocks = (down, across, math.ceil(max(opened.image_shape[:2]) / SQUARES))
    targets = () if target is None else target.names
    net, wanted = opened.net, asked.wanted
    also: dict[str, AlsoSaid] = {}
    called = None
    if are_yes_no(net):
        j = target_asked(opened, wanted.of)
        also = also_said(net, raw, targets, j)
        net, targets, wanted = one_target(net, j), targets[j : j + 1], replace(wanted, of=None)
        known = meaning_in(net)
        called = AlsoSaid(known.pairs[0][1], known.thresholds[0])
    about = InColumns(net, names, groups, targets)
    told = reasons_of(
        about, about.one(raw), None if background is None else about.raw(background, "background"),
        words, wanted, targets[0] if len(targets) == 1 else "", blocks,
    )  # fmt: skip
    picture = [] if blocks is None else _grey(raw, opened.image_shape or ())
    return replace(told, also=also, called=called, picture=picture)


def _grey(raw: Any, shape: Sequence[int]) -> list[list[float]]:
    """A raw image of that shape in grey, from 0 to 1, the largest value 1."""
    image = np.asarray(raw, np.float64).reshape(shape)
    grey = image.mean(axis=2) if image.ndim == 3 else image
    grey = grey - min(float(grey.min()), 0.0)
    return (grey / (float(grey.max()) or 1.0)).tolist()


def check_known(found: PassToExplain) -> None:
    """Raises: InputError where the row's target is not known."""
    if not found.known:
        raise InputError(
            f"{found.title} has no target, so that there is no loss to explain: ask for an entry "
            "of x, z, a, W or b, or name another row."
        )


def _is_forward(at: str) -> bool:
    """Whether an address is of a number that no target has a part in."""
    place = parse(at)
    return place.name in ("x", "z", "a", "W", "b") and not place.prefix


def of_run(run: str | Path, step: int | None) -> PassToExplain:
    """The pass of a recorded step, with its batch, optimizer and masks, as it was made."""
    recording = Recording.open(run)
    step = next(iter(recording.steps), 0) if step is None else step
    batch = recording.batch(step)  # before the data are loaded: the step may not be there
    part = recording.rows().take(batch)
    ask = Ask(
        recording.network(step), part.X, part.y, part.w,
        optimizer=recording.optimizer(step), factor=recording.factor(step),
        clip_norm=recording.settings["clip_norm"], clip_value=recording.settings["clip_value"],
        rng=recording.rng(step),
    )  # fmt: skip
    return PassToExplain(ask, f"{Path(run).name}, step {step:,}", step, part.numbers)


def is_example(source: str) -> bool:
    """Whether an example is meant: the worked one, a published one's name, a TOML file."""
    path = Path(source)
    if is_model(source):
        return False
    return path.suffix == ".toml" or source == "example" or source in library()


def of_example(
    source: str | None, steps: int = 0, bias: Bias | None = None, tick: Tick = lambda *far: None
) -> PassToExplain:
    """The pass of an example after so many updates; bias: how its biases are learned.

    Args: source, a published one's name, a file with one's own, None or `example` for the worked
        one; bias None for as it is usual with it; tick, told how many updates are made, of all.
    """
    example, usual = example_of(source)
    ask = pass_of(example, steps, bias or usual, tick, steps_in_numbers)
    return PassToExplain(ask, example.name, steps)


def example_of(source: str | None) -> tuple[Example, Bias]:
    """The example that is meant, and how its biases are to be read."""
    if source is None or source == "example":
        return WORKED, "frozen"
    if is_file(source):
        return read_example(source), "frozen"
    found = published(source)
    return found.example, found.bias


def is_file(source: str) -> bool:
    """Whether a file is meant, be it absent, and no name of the library."""
    return os.path.exists(source) or Path(source).suffix != "" or len(Path(source).parts) > 1


def explained(found: PassToExplain, at: str | None, chained: bool, by: float | None) -> Any:
    """The record of what was asked of a pass.

    Args:
        at: a number's address; None to look at the row, or the step, as a whole.
        chained: to tell the whole chain rule to it.
        by: how much to change it by, to compare the loss with the prediction.

    Returns: a RowGlance, a StepGlance, a Chain, a Nudge, an Answer, of a number that was given a
        GivenNumber; of a parameter of a run a MovedAnswer; of a whole array a WholeArray.
    """
    ask = found.ask
    if at is None:
        if found.step is None or found.rows is None:
            why = None if found.why is None else found.why()
            return glance_at_row(ask, found.title, found.inputs, why, found.known)
        return glance_at_step(ask, found.title, found.step, found.rows.tolist())
    if chained or by is not None or not _is_forward(at):
        check_known(found)
    if chained:
        return chain(ask, at)
    if by is not None:
        return nudge(ask, at, by)
    place = parse(at)
    if not place.index and ask.array(place).ndim:
        return whole_array(ask, place)
    answer = ask.at(place)
    if found.rows is not None and place.name in ("W", "b") and not place.prefix:
        return MovedAnswer.of(answer, why_it_moved(ask, place, found.rows))
    return given_number(ask, answer)
