"""The order in which an epoch sees the rows: a new one each time, in memory that does not grow."""

import numpy as np
from numpy.typing import NDArray

LISTED = 2**20  # rows up to which the order is kept as a list of their numbers
BLOCK = 2**16  # rows whose places in a longer order are computed at a time


class Order:
    """The rows 0 to n − 1 in an order drawn from rng, or as they stand without one.

    A list of 8 bytes a row would outgrow everything else that training needs, so the order of
    many rows is a formula: a key makes from it a bijection of the b-bit numbers, and what
    leaves the range goes through it again until it comes back (cycle walking). Not every
    order can come of it, as of a list that is shuffled, but no two rows stay neighbours.

    Source: Black and Rogaway (2002), Ciphers with arbitrary finite domains, section 3.

    >>> Order(5, None).rows(1, 4)
    array([1, 2, 3])
    """

    def __init__(self, n: int, rng: np.random.Generator | None, listed: int = LISTED) -> None:
        self.n, self.shuffled = n, rng is not None
        self._list = self._block = np.arange(0)
        self._first = 0
        if n <= listed:
            self._list = np.arange(n) if rng is None else rng.permutation(n)
        if n <= listed or rng is None:
            return
        bits = (n - 1).bit_length()
        self._mask = np.uint64(2**bits - 1)
        self._shift = np.uint64((bits + 1) // 2)
        keys = rng.integers(0, 2**63, 8, dtype=np.uint64)
        self._keys = [(add, times | np.uint64(1)) for add, times in keys.reshape(4, 2)]

    def rows(self, first: int, last: int) -> NDArray[np.intp]:
        """The rows at places first to last − 1; last may lie beyond the end."""
        if len(self._list):
            return self._list[first:last]
        last = min(last, self.n)
        if not self.shuffled:
            return np.arange(first, last)
        start, end = first - self._first, last - self._first
        if start < 0 or end > len(self._block):
            self._first, start, end = first, 0, last - first
            self._block = self._compute(first, min(max(last, first + BLOCK), self.n))
        return self._block[start:end]

    def _compute(self, first: int, last: int) -> NDArray[np.intp]:
        place = np.arange(first, last, dtype=np.uint64)
        outside = np.arange(len(place))
        while len(outside):
            place[outside] = self._mix(place[outside])
            outside = outside[place[outside] >= self.n]
        return place.astype(np.intp)

    def _mix(self, x: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """A bijection of the numbers below 2ᵇ: each of its three steps can be undone."""
        for add, times in self._keys:
            x = (x + add) * times & self._mask
            x ^= x >> self._shift
        return x
