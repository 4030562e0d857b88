"""Several yes/no targets: the words of each, and from which probability on it is called yes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.display.one_line import telling
from glassnet.data.checks import CellError, DataError

Aim = Literal["f1", "balanced"]
Label = str | int

CHANCE = 1.64  # deviations that one in twenty normal numbers are above
MIDDLE = 0.5  # a threshold, where nothing tells another


@dataclass(frozen=True)
class YesNo:
    """What several yes/no outputs mean.

    Attributes:
        pairs: (no, yes) of each target, words or whole numbers, as its cells have them.
        thresholds: the probability from which on each is called yes, (K,).
        aim: what the thresholds were chosen for: the highest F1, or as many found among the yes
            as among the no.

    >>> both = YesNo((("no", "yes"), ("dry", "rain")), (0.5, 0.25))
    >>> both.decide([[0.4, 0.3]]).tolist()
    [['no', 'rain']]
    """

    pairs: tuple[tuple[Label, Label], ...]
    thresholds: tuple[float, ...]
    aim: Aim = "f1"

    __repr__ = telling("pairs", "thresholds")

    @classmethod
    def of(cls, pairs: Sequence[tuple[Label, Label]], aim: Aim = "f1") -> "YesNo":
        """With a threshold of a half for each."""
        return cls(tuple(pairs), (MIDDLE,) * len(pairs), aim)

    @property
    def n_outputs(self) -> int:
        return len(self.pairs)

    def yes(self, p: ArrayLike) -> NDArray[np.bool_]:
        """Which of the probabilities, (N, K), are called yes."""
        return np.asarray(p, np.float64) >= np.asarray(self.thresholds)

    def decide(self, p: ArrayLike) -> NDArray[Any]:
        """The words that probabilities, (N, K), speak for; whole numbers where all are such."""
        return self.words(self.yes(p))

    def words(self, yes: ArrayLike) -> NDArray[Any]:
        """The words of what is yes, and what is not, (N, K)."""
        labels = np.array([list(pair) for pair in self.pairs], dtype=object)  # (K, 2)
        said = labels[np.arange(self.n_outputs), np.asarray(yes).astype(np.intp)]
        kinds = {type(word) for pair in self.pairs for word in pair}
        return said.astype(np.int64 if kinds == {int} else np.str_) if len(kinds) == 1 else said

    def read(self, y: ArrayLike, names: Sequence[str] = ()) -> NDArray[np.float64]:
        """Words, (N, K), as 1 for yes and 0 for no.

        Raises: CellError where a word is neither of its target's.
        """
        y = np.asarray(y)
        found = np.empty(y.shape)
        for j, (no, yes) in enumerate(self.pairs):
            own = y[:, j]
            if not all(isinstance(word, int) for word in (no, yes)):
                own = own.astype(np.str_)
                no, yes = str(no), str(yes)
            odd = np.flatnonzero((own != no) & (own != yes))
            if len(odd):
                name = repr(names[j]) if j < len(names) else f"number {j}"
                raise CellError(
                    f"the target {name} holds {own[odd[0]].item()!r}", int(odd[0]),
                    f", which is neither {no!r} nor {yes!r}: correct it, or leave the row out",
                    names[j] if j < len(names) else "", str(own[odd[0]]),
                )  # fmt: skip
            found[:, j] = own == yes
        return found

    def one(self, j: int) -> "YesNo":
        """That of one target, by its place."""
        return replace(self, pairs=(self.pairs[j],), thresholds=(self.thresholds[j],))

    def spec(self) -> dict[str, Any]:
        """Everything as plain JSON."""
        return {
            "pairs": [list(pair) for pair in self.pairs],
            "thresholds": list(self.thresholds),
            "aim": self.aim,
        }

    @classmethod
    def from_spec(cls, spec: Any) -> "YesNo":
        """The one that `spec` describes; a DataError where it makes no sense."""
        if not isinstance(spec, Mapping):
            raise DataError("the description of yes/no targets must be an object")
        pairs, aim = pairs_in(spec.get("pairs")), spec.get("aim")
        given: Any = spec.get("thresholds")
        thresholds: list[Any] = given if isinstance(given, list) else []
        known = all(
            isinstance(t, int | float) and not isinstance(t, bool) and 0 <= t <= 1
            for t in thresholds
        )
        if not known or len(thresholds) != len(pairs) or aim not in ("f1", "balanced"):
            raise DataError("the description of yes/no targets has no thresholds that fit them")
        return cls(pairs, tuple(float(t) for t in thresholds), aim)


def pairs_in(value: Any) -> tuple[tuple[Label, Label], ...]:
    """The (no, yes) of each target in plain JSON; a DataError where they are none."""
    known = isinstance(value, list) and all(
        isinstance(pair, list)
        and len(pair) == 2
        and pair[0] != pair[1]
        and all(isinstance(word, str | int) and not isinstance(word, bool) for word in pair)
        for pair in value
    )
    if not known or not value:
        raise DataError("the description of yes/no targets names no pairs of words")
    return tuple((no, yes) for no, yes in value)


def _told(p: NDArray[np.float64], y: NDArray[np.bool_]) -> bool:
    """Whether p is higher where y is, by more than one in twenty would be by chance.

    Source: Mann and Whitney (1947), On a test of whether one of two random variables is
    stochastically larger than the other; the normal approximation, equal p halved.
    """
    _, place, count = np.unique(p, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    n, yes = len(p), int(y.sum())
    off = rank[y].sum() - yes * (n + 1) / 2
    return bool(off > CHANCE * np.sqrt(yes * (n - yes) * (n + 1) / 12))


def threshold_for(p: NDArray[Any], y: NDArray[Any], aim: Aim = "f1") -> float:
    """The probability from which on to say yes, so that it comes out best on these rows.

        f1         2 TP / (2 TP + FP + FN), the highest
        balanced   TP / yes + TN / no, the highest: yes and no count alike, however rare one is

    The middle between the two probabilities that it parts. A half where rows hold yes or no alone,
    and where probabilities of yes are no higher than those of no but by chance: there the best of
    all thresholds is chance too, and calls nearly every row yes.

    Args: p, y, (N,), of rows that the network did not learn from; y is 1 for yes.

    >>> p = np.array([0.1, 0.2, 0.25, 0.4, 0.6, 0.7])
    >>> [threshold_for(p, np.array(y)) for y in ([0, 0, 0, 1, 1, 1], [1, 0, 1, 0, 0, 1])]
    [0.325, 0.5]
    """
    p, y = np.asarray(p, np.float64), np.asarray(y) > MIDDLE
    if y.all() or not y.any() or not np.isfinite(p).all() or not _told(p, y):
        return MIDDLE
    order = np.argsort(-p, kind="stable")
    p, y = p[order], y[order]
    last = np.flatnonzero(np.append(p[1:] < p[:-1], True))  # equal ones go together
    TP = np.cumsum(y)[last].astype(np.float64)
    FP = last + 1 - TP
    if aim == "f1":
        worth = 2 * TP / (TP + FP + y.sum())
    else:
        worth = TP / y.sum() - FP / (~y).sum()
    best = int(worth.argmax())
    below = p[last[best] + 1] if best + 1 < len(last) else 0.0
    return float(f"{(p[last[best]] + below) / 2:.6g}")
