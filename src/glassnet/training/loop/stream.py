"""Training, testing and predicting on data that are larger than memory, as `fit` does on arrays."""

from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import PREDICT_BATCH, Network
from glassnet.core.optimizers import Optimizer
from glassnet.core.schedules import Schedule
from glassnet.core.validation.calls import door, takes
from glassnet.core.validation.rules import FiniteNumber, Optional
from glassnet.data.stream import BlockSource, Stream
from glassnet.training.events import Event, History
from glassnet.training.figures import SummedFigures
from glassnet.training.loop.buffers import PIECE_BYTES, Buffers, piece_rows
from glassnet.training.loop.descent import Descent
from glassnet.training.loop.fit import begin
from glassnet.training.loop.run import Run
from glassnet.training.persist.checkpoint_file import State
from glassnet.training.rows import as_rows
from glassnet.training.settings import Settings
from glassnet.training.team import ALONE, Team, cut, joined

NO_TARGETS = "the stream has no targets to measure by: name the target's column."


@door
@takes(Settings, "record")
def fit_stream(net: Network, stream: Stream, **settings: Any) -> Generator[Event, None, History]:
    """Trains net on the stream's rows that are not for the test; settings and events as `fit`.

    Args:
        net: with the preparation, the classes and the target_scale that its rows need.
        stream: the data; its memory bounds what training holds, as `Buffers` divides it.
        settings: see `Settings`. validation, a share of the rows, is held back in memory, drawn
            row by row by the seed; a smaller one where they would not fit. With shuffle each
            epoch goes through the blocks in a new order, joins as many as a buffer holds, and
            through each buffer's rows in a new order. After a break within an epoch the buffers
            before it are not read again.

    Raises:
        InputError: for settings or rows that make no sense; of rows that are read later, from
            the generator.

    Rows that fit in memory are read once; the training is then bit by bit `fit`'s on them, in
    the order of the data.
    """
    return train_stream(net, stream, Settings(**settings))


def train_stream(net: Network, stream: Stream, chosen: Settings) -> Generator[Event, None, History]:
    """As `fit_stream`, with the settings in one."""
    share = Optional(FiniteNumber(least=0, below=1, give="a number from 0 to below 1"))
    validation = share("validation", chosen.validation) or 0.0
    if isinstance(chosen.rule(), LBFGS):
        raise InputError("L-BFGS takes all rows at once, which a stream never has: use adam.")

    def gather() -> Streamed:
        size, seed, by_class = chosen.batch_size, chosen.seed, chosen.class_weight
        shared = {"team": chosen.team, "shards": chosen.shards}
        return Streamed(Buffers(net, stream, size, validation, seed, by_class, **shared))

    return begin(net, gather, chosen)


class Streamed:
    """The rows of a stream, buffer by buffer."""

    weighted = False

    def __init__(self, buffers: Buffers) -> None:
        self.buffers, self.first, self.held = buffers, buffers.first, buffers.held

    def __len__(self) -> int:
        return len(self.buffers)

    def way(self, run: Run, rule: Optimizer | LBFGS, rate: Schedule) -> "StreamedDescent":
        assert isinstance(rule, Optimizer)
        return StreamedDescent(Descent(run, self.first.take(slice(0)), rule, rate), self.buffers)

    def about(self, dtype: Any) -> dict[str, Any]:
        return {"memory": self.buffers.stream.memory, "data": self.buffers.digest()}


class StreamedDescent:
    """A descent through one buffer after the other: a way down as `Run` takes it."""

    def __init__(self, descent: Descent, buffers: Buffers) -> None:
        self.descent, self.buffers = descent, buffers
        descent.samples, descent.dealt = len(buffers), buffers.dealt

    def state(self) -> State:
        return self.descent.state()

    def take(self, state: State) -> None:
        """Goes to the place in the epoch where the state was: whole buffers, and rows of one."""
        descent, capacity = self.descent, self.buffers.capacity
        descent.take(state)
        skipped, descent.done = divmod(descent.done, capacity)
        descent.behind = skipped * capacity

    def epochs(self) -> Generator[Event, None, None]:
        descent, buffers = self.descent, self.buffers
        with descent.update.bound():
            while not descent.run.over():
                descent.start_epoch()
                order = buffers.order(descent.order_rng)
                for _ in range(descent.behind // buffers.capacity):
                    descent.draw_order(buffers.capacity)
                with closing(buffers.read(order, descent.behind)) as parts:
                    for rows in parts:
                        descent.go_to(rows)
                        if not (yield from descent.through()):
                            return
                        descent.leave_rows()
                yield descent.end_epoch()
            descent.run.finish()


def outputs_of(
    net: Network, stream: Stream, test: bool = True
) -> tuple[NDArray[Any], NDArray[Any], float]:
    """Targets as net meets them, its outputs, and the mean loss, of the stream's test rows.

    Of the rows themselves no more than a block is in memory at a time.

    Args: test, False for the other rows.

    Returns: (N,) classes or numbers, or (N, n_out); (N, n_out); in nats or squared units.
    """
    targets: list[NDArray[Any]] = []
    outputs: list[NDArray[Any]] = []
    total = 0.0
    for X, y in stream.parts(test=test):
        if y is None:
            raise InputError(NO_TARGETS)
        for piece in _slices(net, len(X)):
            rows = as_rows(net, X[piece], y[piece], "the block")
            targets.append(rows.y)
            for start in range(0, len(rows), PREDICT_BATCH):
                part = rows.take(slice(start, start + PREDICT_BATCH))
                p = net.forward(part.X)
                total += net.measure(p, part.y).loss * len(part)
                outputs.append(p.dense[-1].a)
    if not targets:
        raise InputError(f"the stream has no {'test rows' if test else 'rows to learn from'}.")
    y = np.concatenate(targets)
    return y, np.concatenate(outputs), total / len(y)


def score_stream(
    net: Network,
    stream: Stream,
    test: bool = True,
    team: Team = ALONE,
    shards: int | None = None,
) -> dict[str, float]:
    """accuracy or r2, and the loss, on the stream's test rows (or the others), in one pass.

    Args: team, whose ranks read some of the blocks each; shards, as `Settings` has it.
    """

    def of(part: slice) -> SummedFigures:
        figures = SummedFigures()
        for X, y in stream.parts(test, range(part.start, part.stop)):
            if y is None:
                raise InputError(NO_TARGETS)
            for piece in _slices(net, len(X)):
                figures.add(net, as_rows(net, X[piece], y[piece], "the block"))
        return figures

    found = joined(team, of, cut(len(stream.sizes), shards or team.size))
    if not found.n:
        raise InputError(f"the stream has no {'test rows' if test else 'rows to learn from'}.")
    return found.told(net)


def predict_blocks(
    net: Network, source: BlockSource
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Part by part of raw rows, in order: what `predict` and `predict_proba` give for them."""
    for k in range(len(source.sizes)):
        X, _ = source.take(k)
        for piece in _slices(net, len(X)):
            out = net.predict_proba(X[piece])
            yield net.decide(out), out


def _slices(net: Network, n: int) -> Iterator[slice]:
    """n rows in parts whose inputs take a bounded memory."""
    rows = piece_rows(net, PIECE_BYTES)
    return (slice(start, start + rows) for start in range(0, n, rows))
