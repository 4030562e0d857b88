"""Those who train one network together: each computes a part; what must agree goes through here.

A training asks its `Team` for the sum of all gradients, for what rank 0 found, and for everybody's
figures, and has no other way to the other ranks. Nearly every training is `Alone`: a team of one,
whose answers are what it was given. Who makes a team of several, as `runtime.mpi` does, hands it in
by `Settings.team`.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Protocol, Self, TypeVar

from numpy.typing import NDArray

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
Array = NDArray[Any]


class Team(Protocol):
    """The ranks of a training, 0 to size − 1; each holds its own, and calls what all call.

    Attributes:
        rank, size: of this one, of all. Rank 0 leads: it writes files, and speaks.
        asked_to_stop: whether this rank was asked to end; the others learn of it at a step's sum.
        threads: how many cores are this rank's; None for all of the machine.
    """

    rank: int
    size: int
    threads: int | None
    asked_to_stop: bool

    def add(self, vector: Array) -> None:
        """Puts the sum of all ranks' vectors, (n,), in the place of each."""
        ...

    def add_in_order(self, vectors: Array) -> Array:
        """The sum of all vectors, (n,), of which each rank has some, (k, n).

        They are added one by one, rank 0's first: the sum has the same bits however many ranks
        they lie on.
        """
        ...

    def broadcast(self, value: T) -> T:
        """Rank 0's value, on every rank."""
        ...

    def gather(self, value: T) -> list[T]:
        """Every rank's value, in their order, on every rank. For figures: all is copied to all."""
        ...

    def meet(self) -> None:
        """Waits, however long, until every rank is here."""
        ...


class Alone:
    """A team of one.

    >>> import numpy as np
    >>> ALONE.gather(3), ALONE.broadcast("theta"), ALONE.add_in_order(np.eye(2))
    ([3], 'theta', array([1., 1.]))
    """

    rank, size, asked_to_stop = 0, 1, False
    threads: int | None = None

    def add(self, vector: Array) -> None:
        """It is the sum."""

    def add_in_order(self, vectors: Array) -> Array:
        return added_in_order(vectors)

    def broadcast(self, value: T) -> T:
        return value

    def gather(self, value: T) -> list[T]:
        return [value]

    def meet(self) -> None:
        """It is."""

    def __repr__(self) -> str:
        return "ALONE"


ALONE = Alone()


def added_in_order(vectors: Array) -> Array:
    """Σ of (k, n) over its rows, (n,), from the first to the last, one addition each.

    >>> import numpy as np
    >>> added_in_order(np.array([[1e16, 1.0], [-1e16, 2.0], [1.0, 3.0]]))
    array([1., 6.])
    """
    total = vectors[0].copy()
    for vector in vectors[1:]:
        total += vector
    return total


def cut(n: int, parts: int) -> list[slice]:
    """0 to n − 1 in so many consecutive parts, whose lengths differ by one at most.

    >>> cut(7, 3)
    [slice(0, 3, None), slice(3, 5, None), slice(5, 7, None)]
    """
    ends = [k * (n // parts) + min(k, n % parts) for k in range(parts + 1)]
    return [slice(first, last) for first, last in pairwise(ends)]


def own(team: Team, parts: Sequence[T]) -> Sequence[T]:
    """Those of the parts that are this rank's: consecutive ones, and as many as others' or one off.

    >>> own(ALONE, ["a", "b"])
    ['a', 'b']
    """
    return parts[cut(len(parts), team.size)[team.rank]]


def spread(team: Team, work: Callable[[A], B], items: Sequence[A]) -> list[B]:
    """What work makes of each item: every rank does its own ones, and all have what came of all.

    >>> spread(ALONE, len, ["one", "three"])
    [3, 5]
    """
    mine = [work(item) for item in own(team, items)]
    team.meet()  # who has less to do waits, however long
    return [made for each in team.gather(mine) for made in each]


class Joins(Protocol):
    """What is learned of rows, and takes in what was learned of those that follow."""

    def join(self, other: Self) -> None: ...


J = TypeVar("J", bound=Joins)


def joined(team: Team, work: Callable[[A], J], parts: Sequence[A]) -> J:
    """What is learned of all parts, which the ranks share out: joined in the parts' order.

    The parts alone decide how the sums are cut, and so their bits.
    """
    first, *others = spread(team, work, parts)
    for other in others:
        first.join(other)
    return first


def any_of(team: Team, asked: bool) -> bool:
    """Whether any rank says so."""
    return any(team.gather(asked))
