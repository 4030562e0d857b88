"""Training, by its door: settings and arrays are checked, and a run made of them."""

import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from numpy.typing import ArrayLike

from glassnet.core import schedules
from glassnet.core.custom.trial import ROWS, check_shapes
from glassnet.core.errors import InputError
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network
from glassnet.core.optimizers import Optimizer
from glassnet.core.schedules import Schedule
from glassnet.core.validation.calls import door, takes
from glassnet.files.plain import to_plain
from glassnet.training.augmented import DistortedRows
from glassnet.training.events import Event, History
from glassnet.training.loop.compiled.choice import kernels_for
from glassnet.training.loop.compiled.tiny import compiled_way
from glassnet.training.loop.dealt import DealtRows
from glassnet.training.loop.descent import Descent
from glassnet.training.loop.in_numbers import InNumbers, steps_for
from glassnet.training.loop.lbfgs import Minimisation, refuse_what_has_no_effect
from glassnet.training.loop.run import Run, Way
from glassnet.training.persist.checkpoints import checkpoints_for, differences
from glassnet.training.persist.recorder import recorder_for, spec_of
from glassnet.training.persist.run_format import digest
from glassnet.training.rows import Rows, prepare_rows
from glassnet.training.settings import Settings
from glassnet.training.team import Team


@door
@takes(Settings)
def fit(
    net: Network,
    X: ArrayLike,
    y: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    **settings: Any,
) -> Generator[Event, None, History]:
    """Trains net, in place, and yields what happens: Progress, EpochEnd, at last TrainingEnd.

    Args:
        X, y: rows (N, n_in), raw where the network has a preparation, and their labels or
            numbers; labels may be any whole numbers or strings.
        sample_weight: (N,), what each row counts, beside what its label does.
        settings: see `Settings`. When a checkpoint is resumed, net's own parameters give way.

    Raises:
        InputError: for settings or arrays that make no sense, or that are others than those
            of the checkpoint, before anything is changed.

    A loss that is not finite ends training; the parameters are those of the last check before
    it. KeyboardInterrupt ends it too: with validation the best epoch's parameters are kept,
    else the latest; where a callback stops it, with early stopping the best epoch's.
    `History.stopped` and `.message` say what happened.
    """
    return fit_with(net, X, y, sample_weight, Settings(**settings))


def fit_with(
    net: Network, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None, settings: Settings
) -> Generator[Event, None, History]:
    """As `fit`, with the settings in one."""

    def gather() -> Loaded:
        rows, held = prepare_rows(
            net, X, y, settings.validation, sample_weight, settings.class_weight, settings.seed
        )
        return Loaded(augmented(rows, settings), held, sample_weight is not None)

    return begin(net, gather, settings)


def train_rows(
    net: Network, rows: Rows, held: Rows | None, settings: Settings
) -> Generator[Event, None, History]:
    """As `fit`, on rows that are prepared, those that are held back among them."""
    return begin(net, lambda: Loaded(augmented(rows, settings), held), settings)


def augmented(rows: Rows, settings: Settings) -> Rows:
    """The rows to learn from, distorted as they are taken where that was asked for."""
    if settings.augment is None or not settings.augment.moves():
        return rows
    if isinstance(settings.rule(), LBFGS):
        raise InputError(
            "L-BFGS takes all rows at once, and always the same: use adam, or no augment."
        )
    if settings.record is not None:
        raise InputError(
            "a recorded run names the rows of each step, and distorted ones have no name: leave "
            "record or augment out."
        )
    return replace(rows, X=DistortedRows(rows.X, settings.augment, settings.seed))


class Source(Protocol):
    """Where the rows of a training come from: they are prepared, and as many as its length."""

    weighted: bool  # each by itself

    @property
    def held(self) -> Rows | DealtRows | None: ...

    def __len__(self) -> int: ...

    @property
    def first(self) -> Rows:
        """Some of the rows, by which it is seen whether they fit the network."""
        ...

    def way(self, run: Run, rule: Optimizer | LBFGS, rate: Schedule) -> Way:
        """How a training goes through them."""
        ...

    def about(self, dtype: Any) -> dict[str, Any]:
        """What a checkpoint knows them by: `data`, a digest, and what else must be the same."""
        ...


class Loaded:
    """Rows that are in memory: those to learn from, and those held back."""

    def __init__(self, rows: Rows, held: Rows | None = None, weighted: bool = False) -> None:
        self.first, self.held, self.weighted = rows, held, weighted

    def __len__(self) -> int:
        return len(self.first)

    def way(self, run: Run, rule: Optimizer | LBFGS, rate: Schedule) -> Way:
        if isinstance(rule, LBFGS):
            return Minimisation(run, self.first, rule)
        if run.kernels is not None:
            return compiled_way(run, self.first, rule, rate)
        steps = steps_for(run, self.first, rule)
        if steps is not None:
            return InNumbers(run, self.first, rule, rate, steps)
        return Descent(run, self.first, rule, rate)

    def about(self, dtype: Any) -> dict[str, Any]:
        both = self.first, self.held
        data = [None if part is None else digest(part, dtype) for part in both]
        return {"sample_weight": self.weighted, "data": data}


def check_alike(team: Team, about: Mapping[str, Any]) -> None:
    """Refuses ranks that would train something else than rank 0.

    Raises: InputError, the same on every rank.
    """
    first, *others = team.gather(to_plain(about))
    for rank, each in enumerate(others, start=1):
        if named := list(differences(each, first)):
            told = named[0].replace(" and was ", f" on rank {rank}, and on rank 0 ")
            raise InputError(
                f"the ranks differ: {told}. Give every rank the same rows and settings."
            )


S = TypeVar("S", bound=Source)


def begin(
    net: Network, gather: Callable[[], S], settings: Settings
) -> Generator[Event, None, History]:
    """The events of a training, once it is known that it makes sense.

    Args: gather, prepares the rows; it is called when all else is checked.

    Raises: InputError, as `fit`, with the network as it was.
    """
    rule, rate = settings.rule(), schedules.get(settings.schedule)
    if isinstance(rule, LBFGS):
        refuse_what_has_no_effect(net, settings)
    leads = settings.team.rank == 0  # who alone writes files
    recorder = recorder_for(settings.record if leads else None)
    checkpoints = checkpoints_for(settings.checkpoint, settings.resume) if leads else None
    if recorder is not None and checkpoints is not None:
        raise InputError("a recorded run cannot be resumed: record, or keep checkpoints.")
    if settings.record is not None and (settings.team.size > 1 or settings.shards is not None):
        raise InputError(
            "a recorded run is made again in one process, bit by bit: record one that is trained "
            "there, without shards."
        )
    net.check_at_rest("it cannot be trained within that, or beside it: train a copy")
    known = net.classes
    try:
        source = gather()
        check_shapes(net, source.first.X[:ROWS], source.first.y[:ROWS])
        steps = settings.epochs + 1  # L-BFGS's start, and its iterations
        if isinstance(rule, Optimizer):
            steps = settings.epochs * math.ceil(len(source) / settings.batch_size)
            rate = rate.over(steps)
        named = checkpoints.path_named() if checkpoints is not None else None
        kernels = kernels_for(net, rule, len(source), settings, named)
        run = Run(net, source.held, len(source), settings, recorder, checkpoints, kernels)
        run.way = source.way(run, rule, rate)
        if recorder is not None:
            about = settings.remembered() | {
                "sample_weight": source.weighted, "path": run.history.path,
            }  # fmt: skip
            kept = run.way.state().get("optimizer", {})  # the arrays, not copies
            recorder.start(net, source.first, rule, kept, rate, steps, about)
        if checkpoints is not None or settings.team.size > 1:
            made_of: dict[str, Any] = {
                "network": net.spec(),
                "optimizer": spec_of(rule),
                "schedule": spec_of(rate),
                "path": run.history.path,
            }
            about = settings.remembered() | made_of | source.about(net.dtype)
            check_alike(settings.team, about)
            if checkpoints is not None:
                checkpoints.start(run, about)
            run.stand_together()
    except InputError:
        net.classes = known
        raise
    return run.events()
