"""A training on the machine that it runs on: as many threads as serve, and signals that wait."""

from collections.abc import Callable, Generator
from contextlib import nullcontext
from typing import Any, TypeVar

from glassnet.core.network import Network
from glassnet.runtime import blas_threads, can_be_limited, machine, postponed, threads_for
from glassnet.training import Checkpoints, History, Recorder, Settings

Say = Callable[[str], Any]
Tick = Callable[[int, int], Any]  # told how much is done, of how much
E = TypeVar("E")
R = TypeVar("R")


def fitted(
    net: Network,
    start: Callable[[], Generator[E, None, History]],
    settings: Settings,
    threads: int | None,
    say: Say,
) -> Generator[E, None, History]:
    """The events of a training, and its history.

    Args:
        start: begins it; what does not make sense is raised there.
        threads: of the matrix products; None to go by their size.
        say: is told what cannot wait, in a sentence.
    """
    threads = threads_of(net, settings.batch_size, threads, say)
    if isinstance(settings.record, Recorder):
        settings.record.threads = threads
    kept = settings.checkpoint
    calm = postponed(kept.stop) if isinstance(kept, Checkpoints) else nullcontext()
    with blas_threads(threads), calm:
        return (yield from start())


def threads_of(net: Network, rows: int, threads: int | None, say: Say) -> int | None:
    """How many threads BLAS uses for so many rows: as was said, or by the largest product."""
    if threads is not None and not can_be_limited():
        say(f"threads={threads} has no effect: the BLAS of this NumPy lets nobody set its threads.")
    largest = max(layer.n_in * layer.n_out for layer in net.dense_layers)
    return threads_for(rows * largest) if threads is None else threads


def checkpoints_in(path: Any, minutes: float, resume: bool, say: Say) -> Checkpoints:
    """Checkpoints that know the machine they are made on."""
    return Checkpoints(path, minutes, resume=resume, machine=machine, say=say)


def followed(events: Generator[E, None, R], show: Callable[[E], Any]) -> R:
    """What a job comes to, each of its events shown.

    An interrupt that comes while one is shown is handed to the job, as if it had come during its
    own work: a training then keeps the best so far, and ends.
    """
    try:
        event = next(events)
        while True:
            try:
                show(event)
                event = next(events)
            except KeyboardInterrupt:
                event = events.throw(KeyboardInterrupt())
    except StopIteration as end:
        return end.value
