"""Passes to explain: a saved model's for a row, or that of a step of a recorded run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.explain import (
    Ask,
    MovedAnswer,
    chain,
    glance_at_row,
    glance_at_step,
    nudge,
    parse,
    why_it_moved,
)
from glassnet.jobs.open import is_run, open_model, rows_to_look_at
from glassnet.jobs.threads_and_signals import Say
from glassnet.training import Recording
from glassnet.training.rows import as_rows


@dataclass(frozen=True)
class PassToExplain:
    """A pass, what it is called, and of a recorded step its number and the batch's rows.

    inputs: the names of the network's inputs, where they have any.
    """

    ask: Ask
    title: str
    step: int | None = None
    rows: NDArray[Any] | None = None
    inputs: Sequence[str] = ()


def pass_to_explain(
    source: str,
    data: str | None = None,
    row: int | None = None,
    step: int | None = None,
    encoding: str | None = None,
    say: Say = lambda sentence: None,
) -> PassToExplain:
    """The pass that a model, with data and a row, or a recorded run, with a step, stands for."""
    if is_run(source):
        if not (data is row is encoding is None):
            raise InputError(
                "a recorded run knows its data: leave the data, --row and --encoding out."
            )
        return of_run(source, step)
    if step is not None:
        raise InputError(f"--step goes with a recorded run; {source} is none.")
    return of_model(source, data, row, encoding, say)


def of_model(
    model: str | Path,
    data: str | None,
    row: int | None,
    encoding: str | None = None,
    say: Say = lambda sentence: None,
) -> PassToExplain:
    """A pass of a model for one row of the data that `evaluate` looks at, in float64."""
    opened = open_model(model)
    if data is None:
        raise InputError("a model is explained on a row of data: name the data and --row.")
    looked = rows_to_look_at(data, opened, encoding, say)
    row = 0 if row is None else row
    k = looked.place(row)
    net = opened.net.astype("float64")
    y = looked.y[k]
    one = as_rows(net, looked.X[k : k + 1], looked.y[k : k + 1], "the row")
    target = f"{y:.9g}" if isinstance(y, float) else y
    title = f"row {row} of {looked.rows}; target {target}"
    names = getattr(net.preparation, "inputs", None) or opened.about.get("features") or ()
    inputs = names if len(names) == net.n_in else ()
    return PassToExplain(Ask(net, one.X, one.y), title, inputs=inputs)


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


def explained(found: PassToExplain, at: str | None, chained: bool, by: float | None) -> Any:
    """The record of what was asked of a pass.

    Args:
        at: a number's address; None to look at the row, or the step, as a whole.
        chained: to tell the whole chain rule to it.
        by: how much to change it by, to compare the loss with the prediction.

    Returns: a RowGlance, a StepGlance, a Chain, a Nudge, an Answer; of a parameter of a
        run a MovedAnswer.
    """
    ask = found.ask
    if at is None:
        if found.step is None or found.rows is None:
            return glance_at_row(ask, found.title, found.inputs)
        return glance_at_step(ask, found.title, found.step, found.rows.tolist())
    if chained:
        return chain(ask, at)
    if by is not None:
        return nudge(ask, at, by)
    place = parse(at)
    answer = ask.at(place)
    if found.step is not None and place.name in ("W", "b") and not place.prefix:
        return MovedAnswer.of(answer, why_it_moved(ask, place, found.rows))
    return answer
