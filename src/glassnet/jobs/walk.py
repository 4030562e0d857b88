"""A walk through a pass: of an example, of a model for a row, or of a recorded step."""

from collections.abc import Iterator, Sequence

from glassnet.core.errors import InputError
from glassnet.core.layers import Bias
from glassnet.explain import Walk, walk_of
from glassnet.jobs.explain import (
    OfRow,
    PassToExplain,
    check_known,
    is_file,
    of_example,
    of_model,
    of_run,
)
from glassnet.jobs.open import is_model, is_run
from glassnet.jobs.threads_and_signals import Say, Tick
from glassnet.tutor.published.examples import PublishedBesideOurs, library, published

PAGE_STEPS = 10  # updates that a page shows when no number is given


def passes(
    source: str | None = None,
    data: str | None = None,
    row: int | None = None,
    steps: int | None = None,
    bias: Bias | None = None,
    paged: bool = False,
    say: Say = lambda sentence: None,
    tick: Tick = lambda done, total: None,
    member: int | None = None,
) -> list[PassToExplain]:
    """The pass that is asked for; for a page, of an example those before it too.

    Args:
        source: a model file, the folder of a run, or an example: a published one's name, a file
            with one's own, None for the worked example.
        data, row: with a model.
        steps: of an example, how many updates come before; of a run, which step.
        bias: how an example's biases are learned; None for as it is usual with it.
        member: of a model that is a mean of networks, the one to follow, from 1 on.
        tick: told how many updates of an example are made, of how many.
    """
    if steps is not None and steps < 0:
        raise InputError(f"steps is {steps}: give a whole number from 0 up.")
    if member is not None and (source is None or not is_model(source)):
        raise InputError("--member goes with a model: leave it out.")
    if source is not None and (is_run(source) or is_model(source)):
        if bias is not None:
            raise InputError(
                "--learn-biases and --share-biases go with an example: leave them out."
            )
        if is_run(source):
            return [of_run(source, steps)]
        if steps:
            raise InputError("--steps goes with an example or a recorded run, not with a model.")
        found = of_model(source, data, row, say=say, asked=OfRow(member=member))
        check_known(found)
        return [found]
    if data is not None or row is not None:
        raise InputError("data and --row go with a model: leave them out.")
    last = PAGE_STEPS if paged and steps is None else steps or 0
    return [of_example(source, n, bias, tick) for n in (page_steps(last) if paged else [last])]


def walks(found: Sequence[PassToExplain]) -> list[Walk]:
    """Each pass in full. Raises: InputError where it has too many numbers for that."""
    made = [walk_of(one.ask, one.title, one.step or 0) for one in found]
    if not made[-1].stages:
        raise InputError(
            "this network has too many quantities to tell them all (more than 10,000): ask for one "
            "with --at, as --at 'delta1[0]'."
        )
    return made


def page_steps(last: int) -> list[int]:
    """The updates that a page shows up to the last: each at first, then ever fewer.

    >>> page_steps(100)
    [0, 1, 2, 3, 4, 5, 10, 20, 50, 100]
    """
    found = {0, 1, 2, 3, 4, 5, last}
    scale = 10
    while scale <= last:
        found |= {scale, 2 * scale, 5 * scale}
        scale *= 10
    return sorted(n for n in found if n <= last)


def published_numbers(name: str | None) -> PublishedBesideOurs | None:
    """A published example's printed numbers beside ours; None for what is none."""
    return None if name is None or is_file(name) else published(name).compared()


def published_examples(tick: Tick = lambda done, total: None) -> Iterator[PublishedBesideOurs]:
    """Of each published example the printed numbers beside ours, one after the other.

    Args: tick, told of how many numbers ours were computed, of all.
    """
    found = list(library().values())
    total = sum(len(one.figures) for one in found)
    made = 0

    def one_more() -> None:
        nonlocal made
        made += 1
        tick(made, total)

    for one in found:
        yield one.compared(one_more)
