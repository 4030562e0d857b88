"""A training on what it runs on: ranks, threads, compiled functions, and signals that wait."""

import math
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.optimizers import Optimizer
from glassnet.exchange.code.steps import text_to_compile
from glassnet.runtime import blas_threads, can_be_limited, machine, postponed, threads_for
from glassnet.runtime.compiled import door
from glassnet.training import Checkpoints, History, Recorder, Settings
from glassnet.training.loop.compiled.kernels import Kernels
from glassnet.training.team import ALONE, Team

Say = Callable[[str], Any]
Tick = Callable[[int, int], Any]  # told how much is done, of how much
E = TypeVar("E")
R = TypeVar("R")

MODES = {"auto": None, "on": True, "off": False}  # of compiled functions, as an option says them
SHARDS = 8  # of a batch, where a training is to be the same on any number of ranks


def team_of_all() -> Team:
    """All ranks that mpiexec or srun started; this process alone, without MPI, if none did.

    Raises: InputError, in a sentence, where ranks were started that cannot work together.
    """
    from glassnet.runtime import mpi

    if mpi.launched() == 1:
        return ALONE
    try:
        return mpi.join()
    except mpi.RanksError as error:
        raise InputError(str(error)) from None


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
    team = settings.team
    if threads is None and settings.shards is not None:
        threads = 1  # the bits of a product may depend on their number, and ranks have fewer each
    threads = threads_of(net, math.ceil(settings.batch_size / team.size), threads, say)
    threads = team.threads if threads is None else threads
    if isinstance(settings.record, Recorder):
        settings.record.threads = threads
    kept, calm = settings.checkpoint, nullcontext()
    if team.size > 1:
        calm = postponed(lambda: setattr(team, "asked_to_stop", True))
    elif isinstance(kept, Checkpoints):
        calm = postponed(kept.stop)
    with blas_threads(threads), calm:
        history = yield from start()
        team.meet()  # a rank that a signal ends then takes no other with it that still saves
        return history


@contextmanager
def asked_together(team: Team) -> Iterator[None]:
    """While inside, an interrupt of a rank is one that the team is asked for, and learns of.

    A team of one is interrupted as ever.
    """
    if team.size == 1:
        yield
        return
    team.asked_to_stop = False  # what was asked of the work before has been done
    try:
        with postponed(lambda: setattr(team, "asked_to_stop", True)):
            yield
    finally:
        team.asked_to_stop = False


def threads_of(
    net: Network, rows: int, threads: int | None, say: Say = lambda sentence: None
) -> int | None:
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


@dataclass(frozen=True)
class ByNumba:
    """See `training.loop.compiled.kernels.Compiling`.

    Args: told, is told in a sentence when compiled functions are used.
    """

    wanted: bool | None = None
    told: Callable[[str], Any] = lambda sentence: None

    activations = door.ACTIVATIONS

    @property
    def missing(self) -> str:
        return door.missing()

    @property
    def there(self) -> bool:
        return not self.missing

    def kernels(self) -> Kernels:
        return door.load(self.told)

    def steps(self, net: Network, rule: Optimizer, alone: bool) -> Callable[..., int] | None:
        """The steps of a tiny network, compiled from its formulas; None where it has none."""
        text = text_to_compile(net, rule, alone)
        return None if text is None else door.load_steps(text)

    def say(self, sentence: str) -> None:
        self.told(sentence)
