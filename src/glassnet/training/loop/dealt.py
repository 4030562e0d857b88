"""Rows that nobody has all of: each of several parts is read by one rank, and gives its share.

Of every step a part takes as many rows as its size asks for. The parts come to their ends together
so, whatever their sizes; one without rows gives none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.network import Network
from glassnet.training.figures import SummedFigures
from glassnet.training.loop.order import Order
from glassnet.training.rows import Rows
from glassnet.training.team import Team


@dataclass(frozen=True)
class Deal:
    """How many rows each part has, and how many of them it gives by when.

    >>> deal = Deal((6, 3, 0))
    >>> deal.given(2), deal.given(4), deal.given(9)
    ([1, 1, 0], [3, 1, 0], [6, 3, 0])
    """

    sizes: tuple[int, ...]

    @property
    def n(self) -> int:
        return sum(self.sizes)

    def given(self, p: int) -> list[int]:
        """How many rows of each part are among the first p.

        Row i of a part of n rows stands at (2i + 1)/2n of the way; rows are taken in that order,
        and at the same place those of an earlier part first.

        Source: Webster's method; Balinski and Young (1982), Fair representation, chapter 4.
        """
        n = self.n
        given = [(2 * size * p + n) // (2 * n) if n else 0 for size in self.sizes]
        parts = [k for k, size in enumerate(self.sizes) if size]
        while (odd := p - sum(given)) > 0:
            k = min(parts, key=lambda k: ((2 * given[k] + 1) / self.sizes[k], k))
            given[k] += 1
        while odd < 0:
            k = max(parts, key=lambda k: ((2 * given[k] - 1) / self.sizes[k], k))
            given[k] -= 1
            odd += 1
        return given


@dataclass(frozen=True)
class DealtRows:
    """Some consecutive rows of a deal, first to last − 1, of which this rank has its parts'.

    Attributes:
        numbers: of the parts that are here; rows: theirs.
    """

    deal: Deal
    first: int
    last: int
    numbers: Sequence[int]
    rows: Sequence[Rows]
    team: Team

    __repr__ = telling("first", "last", "numbers")

    def __len__(self) -> int:
        return self.last - self.first

    def weight(self, batch: "Batch") -> float:
        """What the rows of a batch count, on all ranks together."""
        own = [
            len(index) if rows.w is None else float(rows.w[index].sum())
            for _, rows, index, _ in batch.parts
        ]
        if all(rows.w is None for rows in self.rows):
            return float(len(batch))
        return sum(each for every in self.team.gather(own) for each in every)


def measure_dealt(net: Network, rows: DealtRows) -> dict[str, float]:
    """The metric, accuracy or r2, and the mean loss; each rank measures what it has."""

    def of_part(part: Rows) -> SummedFigures:
        figures = SummedFigures()
        figures.add(net, part)
        return figures

    first, *others = (
        each for every in rows.team.gather(list(map(of_part, rows.rows))) for each in every
    )
    for other in others:
        first.join(other)
    return first.told(net)


@dataclass(frozen=True)
class Batch:
    """The rows of a step that this rank has.

    parts: of each its number, its rows, which of them, and the places that they have in the batch.
    """

    n: int
    parts: Sequence[tuple[int, Rows, NDArray[np.intp], slice]]

    def __len__(self) -> int:
        return self.n


class DealtOrder:
    """The order of dealt rows, as `Order` is that of others: each part's rows have their own.

    One number is drawn for all parts, whichever of them are here.
    """

    def __init__(self, n: int, rng: np.random.Generator | None, rows: Any) -> None:
        self.n, self.shuffled, self.dealt = n, rng is not None, rows
        self.drawn = 0 if rng is None else int(rng.integers(2**63))
        self.orders: list[Order] = []

    def rows(self, first: int, last: int) -> Any:
        dealt: DealtRows = self.dealt
        if not self.orders:
            self.orders = [
                Order(len(rows), np.random.default_rng([k, self.drawn]) if self.shuffled else None)
                for k, rows in zip(dealt.numbers, dealt.rows, strict=True)
            ]
        start, last = dealt.first, min(last, self.n)
        before, begin, end = (dealt.deal.given(start + p) for p in (0, first, last))
        places = list(pairwise(accumulate((b - a for a, b in zip(begin, end)), initial=0)))
        parts = [
            (k, rows, order.rows(begin[k] - before[k], end[k] - before[k]), slice(*places[k]))
            for k, rows, order in zip(dealt.numbers, dealt.rows, self.orders, strict=True)
        ]
        return Batch(last - first, parts)
