"""A step's pass by several: each rank takes part of the batch, and the gradients are added.

The gradient of a batch's mean loss is the mean of its parts' gradients, each counting as its rows
do. What the ranks add up is one vector, once a step:

    (Σ_r w_r grad_r,  Σ_r w_r L_r,  Σ_r w_r,  how many were asked to end, how many to stop)

with w_r the weight of the rows that rank r took; divided by the third, the first two are the
gradient and the loss of the whole batch, to rounding those of a single process.

Rounding depends on how a sum is cut. With `shards` a batch is cut into so many parts whatever the
number of ranks, and their vectors are added in their order: then not a bit depends on it.

Dropout's masks are those of a single process: a row's numbers stand at its place in the sequence
that the whole batch draws, and a rank leaps over the rows that are not its own.
"""

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.layers import Dropout
from glassnet.core.network import Network
from glassnet.training.loop.compiled.kernels import Kernels
from glassnet.training.loop.compiled.plan import CompiledPlan
from glassnet.training.loop.dealt import DealtRows
from glassnet.training.loop.fast_pass import plan_for
from glassnet.training.rows import PassOver, Rows
from glassnet.training.team import Team, cut, own

Array = NDArray[Any]

BESIDE = 4  # numbers beside the gradient: loss, weight, asked to end, asked to stop


class Shared(Protocol):
    """What of a `Run` its ranks share."""

    net: Network
    team: Team
    shards: int | None
    kernels: Kernels | None
    stop_wanted: bool
    ending: bool
    stopping: bool

    @property
    def asked_to_end(self) -> bool: ...


def pass_over(run: Shared, rows: Rows | DealtRows, size: int) -> PassOver:
    """The pass of one batch size: this process's alone, or the team's."""
    if run.team.size == 1 and run.shards is None and isinstance(rows, Rows):
        return pass_alone(run, rows, size)
    return SharedPass(run, rows, size)


def pass_alone(run: Shared, rows: Rows, size: int) -> PassOver:
    """The pass of one batch size by this process, compiled or by NumPy."""
    if run.kernels is None:
        return plan_for(run.net, rows.X, rows.y, rows.w, size)
    return CompiledPlan(run.kernels, run.net, rows.X, rows.y, rows.w, size)


class SharedPass:
    """The pass of one batch size over given rows, which all ranks have, or each its parts of."""

    def __init__(self, run: Shared, rows: Rows | DealtRows, size: int) -> None:
        self.run, self.rows, self.size, self.team = run, rows, size, run.team
        self.parts = own(run.team, cut(size, run.shards or run.team.size))
        self.grad = run.net.grad[: run.net.n_learned]
        self.sums = np.zeros((max(len(self.parts), 1), self.grad.size + BESIDE), run.net.dtype)
        self.drawn = drawn_a_row(run.net)
        self.plans: dict[tuple[int, int], PassOver] = {}

    def shares(self, index: Any) -> Sequence[tuple[int, Rows, NDArray[np.intp], slice]]:
        """Of each part of a batch its number, its rows, which of them, and their places in it."""
        if isinstance(self.rows, DealtRows):
            return index.parts
        return [(0, self.rows, index[part], part) for part in self.parts]

    def __call__(self, index: Any, rng: np.random.Generator | None) -> float:
        """Fills grad with the whole batch's gradient and returns its loss, on every rank alike."""
        before = None if rng is None or not self.drawn else rng.bit_generator.state
        for sums, share in zip(self.sums, self.shares(index), strict=False):
            self.one(*share, rng, sums)
            if rng is not None and before is not None:
                rng.bit_generator.state = before
        if rng is not None and before is not None:
            leap(rng, self.size * self.drawn)
        run = self.run
        self.sums[0, -2:] = run.asked_to_end, run.stop_wanted
        if run.shards is None:
            total = self.sums[0]
            self.team.add(total)
        else:
            total = self.team.add_in_order(self.sums[: len(self.parts)])
        loss, weight, ends, stops = total[-BESIDE:].tolist()
        run.ending, run.stopping = run.ending or ends > 0, run.stopping or stops > 0
        np.divide(total[:-BESIDE], total.dtype.type(weight), out=self.grad)
        return loss / weight

    def one(
        self,
        number: int,
        rows: Rows,
        index: NDArray[np.intp],
        part: slice,
        rng: np.random.Generator | None,
        sums: Array,
    ) -> None:
        """What the rows of a part add: nothing, where they count nothing or there are none."""
        weight = rows.weight(index)
        if not weight:
            sums[:] = 0
            return
        plan = self.plans.get((number, len(index)))
        if plan is None:
            plan = pass_alone(self.run, rows, len(index))
            self.plans[number, len(index)] = plan
        draws: Any = rng
        if rng is not None and self.drawn:
            draws = RowDraws(rng, part, self.size)
        loss = plan(index, draws)
        if isinstance(draws, RowDraws) and draws.a_row != self.drawn:
            raise InputError(
                "a layer of this network draws other numbers than Dropout does, and cannot be "
                "trained by several ranks or in shards: train it in one process."
            )
        np.multiply(self.grad, self.grad.dtype.type(weight), out=sums[:-BESIDE])
        sums[-BESIDE:] = loss * weight, weight, 0, 0


def drawn_a_row(net: Network) -> int:
    """How many random numbers a row takes on its way through the network.

    >>> from glassnet.core.layers import Dense
    >>> drawn_a_row(Network([Dense(2, 5), Dropout(0.5), Dense(5, 1), Dropout(0.1), Dense(1, 1)]))
    6
    """
    width, drawn = net.n_in, 0
    for layer in net.layers:
        if isinstance(layer, Dropout):
            drawn += width
        else:
            width = layer.n_out
    return drawn


def leap(rng: np.random.Generator, n: int) -> None:
    """Goes on as if n numbers of float32 had been drawn.

    Each is half of what the generator gives at a time; the other half waits for the next.

    >>> rng, other = np.random.default_rng(0), np.random.default_rng(0)
    >>> drawn = rng.random(7, np.float32)
    >>> leap(other, 6)
    >>> bool(drawn[-1] == other.random(None, np.float32))
    True
    """
    bits: Any = rng.bit_generator
    if n and bits.state["has_uint32"]:
        rng.random(None, np.float32)
        n -= 1
    if n > 1:
        bits.advance(n // 2)
    if n % 2:
        rng.random(None, np.float32)


class RowDraws(np.random.Generator):
    """Draws for some rows of a batch what the whole batch would draw for them.

    Args: rows, first to last, of a batch of size.
    """

    def __init__(self, rng: np.random.Generator, rows: slice, size: int) -> None:
        super().__init__(rng.bit_generator)
        self.first, self.last, self.size = rows.start, rows.stop, size
        self.a_row = 0  # drawn of them so far

    def random(self, size: Any = None, dtype: Any = np.float64, out: Any = None) -> Any:
        """(B, ...) numbers from 0 up to 1, in float32, B the rows of the part."""
        there = isinstance(size, tuple) and size[:1] == (self.last - self.first,)
        if not there or np.dtype(dtype) != np.float32 or out is not None:
            self.a_row = -1
            return super().random(size, dtype, out)
        each = math.prod(size[1:])
        plain = np.random.Generator(self.bit_generator)
        leap(plain, self.first * each)
        drawn = plain.random(size, np.float32)
        leap(plain, (self.size - self.last) * each)
        self.a_row += each
        return drawn
