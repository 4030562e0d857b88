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
from glassnet.training.persist.run_format import digest
from glassnet.training.rows import Rows, as_rows, class_weights, label_counts, weighted
from glassnet.training.settings import ClassWeight
from glassnet.training.targets import encode

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
    ) -> None:
        self.net, self.stream, self.seed, self.ahead = net, stream, seed, ahead
        each = row_bytes(net)
        needed = AT_REST + network_bytes(net, batch_size)
        quarter = (stream.memory - needed) // 4
        self.capacity = quarter // each // batch_size * batch_size
        if self.capacity < batch_size:
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
        self.n = sum(self.counts)
        if not self.n:
            raise InputError("the rows for test and validation leave none to learn from.")
        self.whole = self.n <= 2 * self.capacity
        if self.whole:
            self.capacity = self.n
        self.by_class: NDArray[np.float64] | None = None
        self.first = self._first_piece()
        if class_weight is not None:
            self.by_class = self._weights(class_weight)
            self.first = weighted(self.first, self.by_class)
        self.held = self._hold(n_rest - self.n) if self.held_share else None
        self._room: list[Rows] = []
        self._kept: Rows | None = None  # all of them, where they fit

    def __len__(self) -> int:
        return self.n

    def order(self, rng: np.random.Generator | None) -> NDArray[np.intp]:
        """The order of an epoch's blocks; as they stand where all rows stay in memory."""
        n = len(self.counts)
        return np.arange(n) if rng is None or self.whole else rng.permutation(n)

    def read(self, order: NDArray[np.intp], skip: int = 0) -> Generator[Rows, None, None]:
        """The buffers of an epoch but for its first skip rows; each is gone when the next comes.

        Args:
            order: of the blocks.
            skip: rows to leave out, from whole buffers; their blocks are not read.

        What goes wrong in reading is raised here, whichever thread it happened in.
        """
        if self._kept is not None:
            yield self._kept
            return
        if not self._room:
            self._room = [self._empty(self.capacity) for _ in range(1 if self.whole else 2)]
        source = _Source(self._pieces(order, skip))
        if self.whole:
            self._kept = source.fill(self._room[0])
            yield self._kept
            return
        if not self.ahead:
            while len(rows := source.fill(self._room[0])):
                yield rows
            return
        reader, turn = _Reader(source), 1
        try:
            reader.ask(self._room[0])
            while len(rows := reader.answer()):
                reader.ask(self._room[turn])
                turn = 1 - turn
                yield rows
        finally:
            reader.close()

    def digest(self) -> dict[str, Any]:
        """What tells these data from others, without reading all of them."""
        net, sizes = self.net, np.array(self.stream.sizes, "<i8")
        return {
            "blocks": hashlib.sha256(sizes.tobytes()).hexdigest(),
            "test": [self.stream.test, self.stream.seed],
            "first": digest(self.first, net.dtype),
            "held": None if self.held is None else digest(self.held, net.dtype),
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
            for k in range(len(self.counts)):
                y = encode(self.net, self._raw(k)[1][~self.stream.is_test(k)])
                counts += np.bincount(y, minlength=len(counts))
        return class_weights(self.net, class_weight, counts)

    def _empty(self, n: int) -> Rows:
        X, y = self.first.X, self.first.y
        kind = np.intp if self.net.classes is not None else self.net.dtype
        w = None if self.by_class is None else np.empty(n)
        return Rows(np.empty((n, X.shape[1]), X.dtype), np.empty((n, *y.shape[1:]), kind), w)

    def _hold(self, n: int) -> Rows:
        """The validation rows, in the order of the data."""
        if not n:
            raise InputError(
                f"validation is a share of {self.held_share:g}, and no row is drawn for it: "
                "give a larger share."
            )
        pieces = (
            piece
            for k in range(len(self.counts))
            if len(index := np.flatnonzero(self._is_held(k)))
            for piece in self._of_block(k, index)
        )
        return _Source(pieces).fill(self._empty(n))


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


class _Reader:
    """A thread that fills a buffer from a source when it is asked to."""

    def __init__(self, source: _Source) -> None:
        self.source = source
        self.asked: SimpleQueue[Rows | None] = SimpleQueue()
        self.answers: SimpleQueue[Rows | BaseException] = SimpleQueue()
        self.thread = threading.Thread(target=self._work, name="glassnet-read", daemon=True)

    def ask(self, buffer: Rows) -> None:
        self.asked.put(buffer)
        if self.thread.ident is None:
            self.thread.start()

    def answer(self) -> Rows:
        """The buffer that was asked for; what went wrong in filling it is raised."""
        answer = self.answers.get()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def close(self) -> None:
        """Ends the thread, after the piece that it is at."""
        self.asked.put(None)
        self.source.stopped = True
        if self.thread.is_alive():
            self.thread.join()

    def _work(self) -> None:
        while (buffer := self.asked.get()) is not None:
            try:
                self.answers.put(self.source.fill(buffer))
            except BaseException as error:
                self.answers.put(error)
