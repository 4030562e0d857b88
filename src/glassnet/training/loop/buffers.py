"""A stream's rows as the network takes them, a buffer at a time, while the next one is read."""

import hashlib
import threading
from collections.abc import Generator, Iterator
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import PREDICT_BATCH, Network
from glassnet.data.checks import CellError
from glassnet.data.stream import AT_REST, Stream, chosen, drawn, show_memory
from glassnet.training.loop.dealt import Deal, DealtRows
from glassnet.training.persist.run_format import digest
from glassnet.training.rows import Rows, as_rows, class_weights, label_counts, weighted
from glassnet.training.settings import ClassWeight
from glassnet.training.targets import encode
from glassnet.training.team import ALONE, Team, cut, own, spread

LARGEST_PIECE = 65_536  # rows that are prepared at a time
PIECE_BYTES = 32 * 10**6  # for preparing them


def network_bytes(net: Network, batch_size: int) -> int:
    """What training holds beside rows: eight vectors like theta, and the passes' arrays.

    The vectors: theta, its gradient, the best so far, the last safe one, up to three of the
    optimizer and one of its scratch. The passes: of a batch, of a shorter one, and of the rows
    that are measured at a time; each layer has z, a, delta and one more.
    """
    widths = net.n_in + 4 * sum(layer.n_out for layer in net.dense_layers)
    rows = 2 * batch_size + PREDICT_BATCH
    return net.dtype.itemsize * (8 * net.theta.size + rows * widths)


def row_bytes(net: Network) -> int:
    """What one prepared row takes: inputs, targets, outputs, weight, its place in the order."""
    return net.dtype.itemsize * net.n_in + 16 * net.n_out + 32


def piece_rows(net: Network, memory: int) -> int:
    """How many rows can be prepared at a time: each input of a row is there thrice, as float64."""
    return max(1, min(LARGEST_PIECE, memory // (24 * net.n_in)))


class Buffers:
    """Prepared rows of a stream in buffers of `capacity` rows, a whole number of batches.

        free     = memory − 200 MB − network_bytes
        capacity = free / 4 / row_bytes, a multiple of batch_size

    A quarter of what is free goes to the buffer that is trained on, one to the buffer that is
    filled meanwhile, one to reading, and one to the rows held back for validation: of them no
    more are held than fit there. Rows that fit both buffers together are read once and stay.

    Args:
        net: with its preparation, classes and target_scale, where it needs them.
        stream: the data.
        batch_size: rows of an update.
        validation: share of the rows that are not for the test; seed draws them.
        class_weight: as `Settings` has it; "balanced" takes a pass of its own, to count.
        ahead: False to fill each buffer only when it is asked for.
        team: each of its ranks reads some of the blocks, and no others but for the first of all.
        shards: in so many parts the blocks are cut; None for as many as there are ranks.

    Raises:
        InputError: where the memory is too small, or the rows do not fit the network.

    A block that overflows a buffer goes on in the next: each row comes once an epoch, and only
    the epoch's last batch may be short.
    """

    def __init__(
        self,
        net: Network,
        stream: Stream,
        batch_size: int,
        validation: float = 0.0,
        seed: int = 0,
        class_weight: ClassWeight = None,
        ahead: bool = True,
        team: Team = ALONE,
        shards: int | None = None,
    ) -> None:
        self.net, self.stream, self.seed, self.ahead = net, stream, seed, ahead
        self.team, self.parts = team, cut(len(stream.sizes), shards or team.size)
        self.dealt = team.size > 1 or shards is not None
        self.numbers = own(team, range(len(self.parts)))
        each = row_bytes(net)
        needed = AT_REST + network_bytes(net, batch_size)
        quarter = (stream.memory - needed) // 4
        if quarter // each < batch_size:
            raise InputError(
                f"a memory of {show_memory(stream.memory)} is too small: glassnet at rest and "
                f"this network with batches of {batch_size} take {show_memory(needed)}, and four "
                f"batches of rows {show_memory(4 * each * batch_size)}: give at least "
                f"{show_memory(needed + 4 * each * batch_size)}, or a smaller batch_size."
            )
        self.piece = piece_rows(net, min(quarter // 8, PIECE_BYTES))
        self.held_share = 0.0
        n_rest = sum(int((~stream.is_test(k)).sum()) for k in range(len(stream.sizes)))
        if validation and n_rest:
            self.held_share = min(float(validation), quarter / each / n_rest)
        self.counts = [int(self._is_learned(k).sum()) for k in range(len(stream.sizes))]
        self.deal = Deal(tuple(sum(self.counts[part]) for part in self.parts))
        self.n = self.deal.n
        if not self.n:
            raise InputError("the rows for test and validation leave none to learn from.")
        self.capacity = self._capacity(quarter // each // (shards or 1), batch_size)
        self.whole = self.n <= 2 * self.capacity
        if self.whole:
            self.capacity = self.n
        self.by_class: NDArray[np.float64] | None = None
        self.first = self._first_piece()
        if class_weight is not None:
            self.by_class = self._weights(class_weight)
            self.first = weighted(self.first, self.by_class)
        self.held = self._hold(n_rest - self.n) if self.held_share else None
        self._rooms: list[list[Rows]] = []
        self._kept: Rows | DealtRows | None = None  # all of them, where they fit

    def __len__(self) -> int:
        return self.n

    def order(self, rng: np.random.Generator | None) -> NDArray[np.intp]:
        """The order of an epoch's blocks; as they stand where all rows stay in memory."""
        n = len(self.counts)
        return np.arange(n) if rng is None or self.whole else rng.permutation(n)

    def read(
        self, order: NDArray[np.intp], skip: int = 0
    ) -> "Generator[Rows | DealtRows, None, None]":
        """The buffers of an epoch but for its first skip rows; each is gone when the next comes.

        Args:
            order: of the blocks; each part's are read in it.
            skip: rows to leave out, from whole buffers; their blocks are not read.

        What goes wrong in reading is raised here, whichever thread it happened in.
        """
        if self._kept is not None:
            yield self._kept
            return
        if not self._rooms:
            two = 1 if self.whole or not self.ahead else 2
            self._rooms = [self._room() for _ in range(two)]
        starts = self.deal.given(skip)
        source = _Sources(
            [
                _Source(self._pieces(order[_within(order, self.parts[k])], starts[k]))
                for k in self.numbers
            ]
        )
        stages = [
            (first, min(first + self.capacity, self.n))
            for first in range(skip, self.n, self.capacity)
        ]
        if self.whole:
            self._kept = self._made(*stages[0], source.fill(self._cut(0, *stages[0])))
            yield self._kept
            return
        if not self.ahead:
            for stage in stages:
                yield self._made(*stage, source.fill(self._cut(0, *stage)))
            return
        reader = _Reader(source)
        try:
            for k, stage in enumerate(stages):
                if not k:
                    reader.ask(self._cut(0, *stage))
                rows = reader.answer()
                if k + 1 < len(stages):
                    reader.ask(self._cut((k + 1) % 2, *stages[k + 1]))
                yield self._made(*stage, rows)
        finally:
            reader.close()

    def _room(self) -> list[Rows]:
        """A buffer for each part that is read here."""
        if not self.dealt:
            return [self._empty(self.capacity)]
        if self.whole:
            return [self._empty(self.deal.sizes[k]) for k in self.numbers]
        return [self._empty(self._most) for _ in self.numbers]

    def _cut(self, room: int, first: int, last: int) -> list[Rows]:
        """So much of the buffers as rows first to last − 1 of the epoch take."""
        start, end = self.deal.given(first), self.deal.given(last)
        return [
            buffer.take(slice(end[k] - start[k]))
            for k, buffer in zip(self.numbers, self._rooms[room], strict=True)
        ]

    def _made(self, first: int, last: int, rows: list[Rows]) -> "Rows | DealtRows":
        if not self.dealt:
            return rows[0]
        return DealtRows(self.deal, first, last, self.numbers, rows, self.team)

    def _capacity(self, most: int, batch_size: int) -> int:
        """How many rows there can be at a time, where none of the parts may have more than most."""
        self._most = most
        if not self.dealt:
            return most // batch_size * batch_size
        slack = len(self.parts) + 2  # rows that rounding may add to a part's share
        rows = max(most - slack, 0) * self.n // max(self.deal.sizes)
        if rows < batch_size:
            raise InputError(
                f"a memory of {show_memory(self.stream.memory)} is too small for batches of "
                f"{batch_size} of {len(self.parts)} parts: give more, or a smaller batch_size."
            )
        return rows // batch_size * batch_size

    def digest(self) -> dict[str, Any]:
        """What tells these data from others, without reading all of them."""
        net, sizes = self.net, np.array(self.stream.sizes, "<i8")
        return {
            "blocks": hashlib.sha256(sizes.tobytes()).hexdigest(),
            "test": [self.stream.test, self.stream.seed],
            "first": digest(self.first, net.dtype),
            "held": self.held_share,  # which rows, with the seed; nobody needs to have them all
        }

    # -- one block after the other -------------------------------------------------------

    def _is_held(self, k: int) -> NDArray[np.bool_]:
        held = drawn(self.stream.numbers(k), self.held_share, 1, self.seed)
        return held & ~self.stream.is_test(k)

    def _is_learned(self, k: int) -> NDArray[np.bool_]:
        return ~(self.stream.is_test(k) | self._is_held(k))

    def _pieces(self, order: NDArray[np.intp], skip: int) -> Iterator[Rows]:
        for k in order.tolist():
            if skip >= self.counts[k]:
                skip -= self.counts[k]
                continue
            yield from self._of_block(k, np.flatnonzero(self._is_learned(k))[skip:])
            skip = 0

    def _of_block(self, k: int, index: NDArray[np.intp]) -> Iterator[Rows]:
        """The rows of block k that index names, prepared, some at a time."""
        X, y = self._raw(k)
        for start in range(0, len(index), self.piece):
            yield self._prepared(k, X, y, index[start : start + self.piece])

    def _raw(self, k: int) -> tuple[Any, Any]:
        X, y = self.stream.take(k)
        if y is None:
            raise InputError("the stream has no targets to learn from: name the target's column.")
        return X, y

    def _prepared(self, k: int, X: Any, y: Any, index: NDArray[np.intp]) -> Rows:
        try:
            rows = as_rows(self.net, chosen(X, index), y[index], "the block")
            return weighted(rows, self.by_class)
        except CellError:  # whose line the file knows
            raise
        except InputError:
            # again with every row, so that the row it names is counted from the block's first
            first = self.stream.firsts[k]
            last = first + len(X) - 1
            try:
                as_rows(self.net, X, y, "the block")
            except InputError as at:
                error = at
            raise type(error)(
                f"in rows {first} to {last}, counted from the first of them: {error}"
            ) from None

    def _first_piece(self) -> Rows:
        """Some rows, to see that they fit the network before any work is done on it."""
        k = next(k for k, n in enumerate(self.counts) if n)
        X, y = self._raw(k)
        if np.asarray(y).dtype.kind in "OUSb" and self.net.classes is None:
            raise InputError(
                "a stream's labels must be known before it is read: set net.classes, as "
                "Stream.learn finds them."
            )
        return self._prepared(k, X, y, np.flatnonzero(self._is_learned(k))[: self.piece])

    def _weights(self, class_weight: ClassWeight) -> NDArray[np.float64] | None:
        """What a row of each class counts; where each class is to count alike, they are counted."""
        counts = label_counts(self.net, self.first.y)
        if class_weight == "balanced" and counts is not None:
            counts = np.zeros_like(counts)
            for some in spread(self.team, self._counted, range(len(self.counts))):
                counts += some
        return class_weights(self.net, class_weight, counts)

    def _counted(self, k: int) -> NDArray[np.intp]:
        """How many rows of block k are of each class, (K,), of those not for the test."""
        y = self._raw(k)[1][~self.stream.is_test(k)]
        assert self.net.classes is not None
        return np.bincount(encode(self.net, y), minlength=len(self.net.classes))

    def _empty(self, n: int) -> Rows:
        X, y = self.first.X, self.first.y
        kind = np.intp if self.net.classes is not None else self.net.dtype
        w = None if self.by_class is None else np.empty(n)
        return Rows(np.empty((n, X.shape[1]), X.dtype), np.empty((n, *y.shape[1:]), kind), w)

    def _hold(self, n: int) -> "Rows | DealtRows":
        """The validation rows, in the order of the data; of several ranks each has its own."""
        if not n:
            raise InputError(
                f"validation is a share of {self.held_share:g}, and no row is drawn for it: "
                "give a larger share."
            )
        held = []
        for part in (self.parts[k] for k in self.numbers):
            blocks = [(k, np.flatnonzero(self._is_held(k))) for k in range(part.start, part.stop)]
            pieces = (
                piece for k, index in blocks if len(index) for piece in self._of_block(k, index)
            )
            held.append(_Source(pieces).fill(self._empty(sum(len(index) for _, index in blocks))))
        return self._made(0, n, held)


def _within(order: NDArray[np.intp], part: slice) -> NDArray[np.bool_]:
    return (order >= part.start) & (order < part.stop)


class _Source:
    """Pieces of rows, of which a buffer takes as many as fit; the rest waits for the next."""

    def __init__(self, pieces: Iterator[Rows]) -> None:
        self.pieces = pieces
        self.left: Rows | None = None
        self.stopped = False

    def fill(self, buffer: Rows) -> Rows:
        """The part of buffer that is now filled: all of it, until the pieces run out."""
        done = 0
        while done < len(buffer) and not self.stopped:
            piece = self.left if self.left is not None else next(self.pieces, None)
            if piece is None:
                break
            n = min(len(piece), len(buffer) - done)
            buffer.X[done : done + n] = piece.X[:n]
            buffer.y[done : done + n] = piece.y[:n]
            if buffer.w is not None and piece.w is not None:
                buffer.w[done : done + n] = piece.w[:n]
            self.left = piece.take(slice(n, None)) if n < len(piece) else None
            done += n
        return buffer.take(slice(done))


class _Sources:
    """A source for each of several parts, whose buffers are filled in turn."""

    def __init__(self, parts: list[_Source]) -> None:
        self.parts = parts

    def fill(self, buffers: list[Rows]) -> list[Rows]:
        return [source.fill(buffer) for source, buffer in zip(self.parts, buffers, strict=True)]

    def stop(self) -> None:
        for source in self.parts:
            source.stopped = True


class _Reader:
    """A thread that fills buffers from their sources when it is asked to."""

    def __init__(self, source: _Sources) -> None:
        self.source = source
        self.asked: SimpleQueue[list[Rows] | None] = SimpleQueue()
        self.answers: SimpleQueue[list[Rows] | BaseException] = SimpleQueue()
        self.thread = threading.Thread(target=self._work, name="glassnet-read", daemon=True)

    def ask(self, buffers: list[Rows]) -> None:
        self.asked.put(buffers)
        if self.thread.ident is None:
            self.thread.start()

    def answer(self) -> list[Rows]:
        """The buffers that were asked for; what went wrong in filling them is raised."""
        answer = self.answers.get()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def close(self) -> None:
        """Ends the thread, after the piece that it is at."""
        self.asked.put(None)
        self.source.stop()
        if self.thread.is_alive():
            self.thread.join()

    def _work(self) -> None:
        while (buffers := self.asked.get()) is not None:
            try:
                self.answers.put(self.source.fill(buffers))
            except BaseException as error:
                self.answers.put(error)
