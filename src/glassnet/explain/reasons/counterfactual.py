"""What would change an answer: the nearest row found that is answered otherwise.

    distance = Σ over changed columns:   |difference| / standard deviation   of a number or a date
                                         1                                   of a word

To change few cells is worth more than to change them by little: of all that was tried the row is
told whose distance and a quarter for each changed column come to least. None of its changes can be
left out.

Cells are changed to such as stand in other rows, one column, two or three at a time, the most
promising first; and whole rows that are answered otherwise are taken, and as many of their cells
put back as leave that answer. What is told is answered as it claims, and a nearer one may have been
missed.

Source: what is sought, Wachter, Mittelstadt and Russell, "Counterfactual Explanations without
Opening the Black Box" (2017); rows answered otherwise as the start, Brughmans, Leyman and
Martens, "NICE: an algorithm for nearest instance counterfactual explanations" (2021).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import Seed, shown
from glassnet.data.table.inputs import unclipped
from glassnet.explain.reasons.asked_row import InColumns, either, is_missing
from glassnet.training.measure.importance import Raw
from glassnet.training.outputs import answers

ROWS = 500  # whose cells are taken
MOST_CHANGES = 3  # columns changed together
EACH = 0.25  # that a changed column counts beside its distance, so that fillers are left out
WIDE = 200  # columns; of more not all are tried
CANDIDATES = 2_000  # cells that are tried in all
BEAM = 40  # rows that are changed further, of many columns fewer
ROOM = 4_000_000  # cells of rows that are tried at a time
DONORS = 20  # rows answered otherwise that are begun with

Margin = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True)
class CellChange:
    """A column that is changed, and its cells before and after."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Counterfactual:
    """A row that is answered otherwise, by what is changed of the row that was asked about.

    Attributes:
        changes: the columns that differ, those nearest to it first.
        distance: from that row, as `counterfactual` measures it.
        answer: what is said of the changed row: a class, or a number.
        of, value: the class with its probability; of a number its name, and the number.
        probability: whether value is one.
        kept: the columns that were to be kept.
    """

    kind, version = "counterfactual", 1

    changes: list[CellChange]
    distance: float
    answer: Any
    of: str
    value: float
    probability: bool
    kept: list[str]

    __repr__ = telling("answer", "value", "distance", "changes")


@door
def counterfactual(
    net: Network,
    x: Any,
    background: Any,
    *,
    to: Any = None,
    of: Any = None,
    fix: Any = (),
    seed: Seed = 0,
) -> Counterfactual | None:
    """The nearest row found that net answers otherwise than x; None where none was found.

    Args:
        x: one raw row, as `predict` takes it.
        background: raw rows whose cells may be taken over; of more than 500 as many are drawn.
        to: the class that it is to be answered with, None for any other; of numbers one to reach.
        of: of several numbers the one that is to reach it, by its place; None for the first.
        fix: the name of a column that is to stay as it is, or several.
        seed: of the rows that are drawn.

    Raises: InputError for what does not fit the network, or is no class or column of it.

    >>> from glassnet.core.layers import Dense
    >>> net = Network([Dense(2, 1, "sigmoid", W=[[2.0, 1.0]], b=[0.0])], dtype="float64")
    >>> net.classes = ["no", "yes"]
    >>> rows = [[0.0, 0.0], [-1.0, 2.0], [1.0, -1.0], [0.5, -0.5]]
    >>> counterfactual(net, [-0.5, 0.5], rows).changes
    [CellChange(name='x[0]', before=-0.5, after=0.0)]
    """
    about = InColumns(net)
    kept = [fix] if isinstance(fix, str) else fix
    return nearest_otherwise(
        about, about.one(x), about.background(background, seed, ROWS), to, kept, of
    )


def nearest_otherwise(
    about: InColumns,
    row: Raw,
    background: Raw,
    to: Any = None,
    fix: Sequence[str] = (),
    of: Any = None,
) -> Counterfactual | None:
    """The same, of a network in columns. Args: of, the number that is to reach `to`."""
    search = _Search(about, row, background, to, _kept(about, fix), of)
    best = min(search.found(), key=lambda each: each[:2], default=None)
    return None if best is None else search.told(best[2])


def _kept(about: InColumns, fix: Any) -> list[str]:
    if not isinstance(fix, list | tuple) or not all(isinstance(name, str) for name in fix):
        raise InputError(f"fix is {shown(fix)}: give the names of columns to keep.")
    for name in fix:
        if name not in about.names:
            raise InputError(f"{name!r} is no column of this network: give {either(about.names)}.")
    return list(fix)


class _Search:
    """Rows that differ from one, by cells of others. A row is told by `taken`: for each column the
    number of the row that its cell is from, or −1 where it is the row's own."""

    def __init__(
        self,
        about: InColumns,
        row: Raw,
        others: Raw,
        to: Any,
        kept: Sequence[str],
        of: Any,
    ) -> None:
        self.about, self.row, self.others, self.kept = about, row, others, kept
        self.x, self.b = about.inputs(row)[0], about.inputs(others)
        self.own, self.theirs = about.cells(row, 0), _columns(others)
        self.free = [j for j, name in enumerate(about.names) if name not in kept]
        self.spoken = about.spoken(self.x[None], of if about.net.classes is None else None)
        self.margin = self._margin(to)
        if not self.free:
            raise InputError("every column is to be kept: leave one to be changed.")
        # (M, B): how far each row's cell is from x's; NaN where it is missing, or no other
        self.far = np.full((len(about.names), len(self.b)), np.nan)
        for j in self.free:
            self.far[j] = self._distances(j)

    def _margin(self, to: Any) -> Margin:
        """How far an answer is on the other side, (N,): above 0 where it is."""
        about, net = self.about, self.about.net
        if net.classes is None:
            place = self.spoken.place
            to = self._number(to)
            up = 1.0 if to > about.outputs(self.x[None], self.spoken)[0] else -1.0
            return lambda x: up * (answers(net, x).y_hat[:, place] - to) + 1e-300
        mine = self.spoken.place
        wanted = None if to is None else about.spoken(self.x[None], to).place
        if wanted == mine:
            raise InputError(f"the row is answered {to} already: give another class.")

        def beyond(x: NDArray[np.float64]) -> NDArray[np.float64]:
            said = answers(net, x)
            assert said.choice is not None
            p = said.y_hat.astype(np.float64)
            there = said.choice == wanted if wanted is not None else said.choice != mine
            seen = p[:, wanted] if wanted is not None else np.delete(p, mine, axis=1).max(axis=1)
            rest = np.delete(p, mine if wanted is None else wanted, axis=1).max(axis=1)
            far = np.abs(seen - (p[:, mine] if wanted is None else rest))
            return np.where(there, far + 1e-12, -far - 1e-12)

        return beyond

    def _number(self, to: Any) -> float:
        if isinstance(to, str):  # as the table writes its numbers
            comma = getattr(self.about.net.preparation, "decimal", ".") == "," and "." not in to
            with contextlib.suppress(ValueError):
                to = float(to.replace(",", ".") if comma else to)
        if isinstance(to, bool) or not isinstance(to, int | float) or not math.isfinite(to):
            raise InputError(f"to is {shown(to)}: give the number that is to be reached.")
        return float(to)

    def _distances(self, j: int) -> NDArray[np.float64]:
        at, name = self.about.places[j], self.about.names[j]
        differs = np.abs(self.b[:, at] - self.x[at])
        step = self.about.steps[j]
        measured = differs[:, 0]
        if self.about.clipped[j]:
            measured = np.abs(unclipped(self.b[:, at[0]]) - unclipped(self.x[at[0]]))
        far = measured / step if step else (differs > 0).any(axis=1).astype(np.float64)
        if is_missing(self.own[name], not step):
            far = far + 1.0  # that it becomes known is a change too
        gone = np.array([is_missing(cell, not step) for cell in self.theirs[name]])
        return np.where(gone | (differs == 0).all(axis=1), np.nan, far)

    # -- rows on the way -----------------------------------------------------------------

    def inputs(self, taken: NDArray[np.intp]) -> NDArray[np.float64]:
        """(N, n_in) of rows, (N, M)."""
        x = np.tile(self.x, (len(taken), 1))
        for j in self.free:
            rows = np.flatnonzero(taken[:, j] >= 0)
            at = self.about.places[j]
            x[rows[:, None], at] = self.b[taken[rows, j][:, None], at]
        return x

    def margins(self, taken: NDArray[np.intp]) -> NDArray[np.float64]:
        """That of each row, in bounded memory."""
        step = max(1, ROOM // len(self.x))
        parts = [taken[start : start + step] for start in range(0, len(taken), step)]
        return np.concatenate([self.margin(self.inputs(part)) for part in parts])

    def distance(self, taken: NDArray[np.intp]) -> NDArray[np.float64]:
        total = np.zeros(len(taken))
        for j in self.free:
            total += np.where(taken[:, j] >= 0, self.far[j][taken[:, j]], 0.0)
        return total

    def cost(self, taken: NDArray[np.intp]) -> NDArray[np.float64]:
        return self.distance(taken) + EACH * (taken >= 0).sum(axis=1)

    def candidates(self) -> list[tuple[int, int]]:
        """(column, row) of cells to try: different ones, of many spread over all there are."""
        free, size = self.free, np.linalg.norm(self.about.net.dense_layers[0].W, axis=0)
        if len(free) > WIDE:  # those of the largest weights
            free = sorted(free, key=lambda j: -size[self.about.places[j]].max())[:WIDE]
        each = CANDIDATES // len(free)
        return [(j, row) for j in free for row in self._different(j, each)]

    def _different(self, j: int, most: int | None = None) -> list[int]:
        """Rows with different cells of a column, the nearest first; of many so many."""
        at = self.about.places[j]
        there = np.flatnonzero(~np.isnan(self.far[j]))
        _, first = np.unique(self.b[there][:, at], axis=0, return_index=True)
        rows = there[first]
        rows = rows[np.argsort(self.far[j][rows], kind="stable")]
        if most is not None and len(rows) > most:
            rows = rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)]
        return rows.tolist()

    # -- the search ----------------------------------------------------------------------

    def found(self) -> Iterator[tuple[float, int, NDArray[np.intp]]]:
        """Rows that are answered otherwise: their cost, how many columns differ, the row."""
        for taken in (*self._by_cells(), *self._by_rows()):
            taken = self._nearer(taken)
            yield float(self.cost(taken[None])[0]), int((taken >= 0).sum()), taken

    def _by_cells(self) -> Iterator[NDArray[np.intp]]:
        """The nearest of rows with one column changed, of those with two, with three."""
        candidates = np.array(self.candidates(), np.intp).reshape(-1, 2)
        beam = np.full((1, len(self.about.names)), -1, np.intp)
        for _ in range(min(MOST_CHANGES, len(self.free))):
            k, c = np.indices((len(beam), len(candidates))).reshape(2, -1)
            fresh = beam[k, candidates[c, 0]] < 0
            taken, c = beam[k[fresh]], c[fresh]
            if not len(taken):
                return
            taken[np.arange(len(taken)), candidates[c, 0]] = candidates[c, 1]
            margin, far = self.margins(taken), self.distance(taken)
            over = np.flatnonzero(margin > 0)
            for k in over[np.argsort(far[over], kind="stable")[:3]]:
                yield taken[k]
            gain = margin - self.margin(self.x[None])[0]
            most = min(max(ROOM // (len(candidates) * len(self.about.names)), 1), BEAM)
            promising = np.concatenate(
                [np.argsort(-score, kind="stable")[:most] for score in (margin, gain / far)]
            )
            beam = taken[np.unique(promising)]

    def _by_rows(self) -> Iterator[NDArray[np.intp]]:
        """The nearest rows that are answered otherwise, what is to be kept kept."""
        if len(self.free) > WIDE:
            return
        taken = np.tile(np.arange(len(self.b))[:, None], (1, len(self.about.names)))
        taken[np.isnan(self.far.T)] = -1
        far = self.distance(taken)
        over = np.flatnonzero(self.margin(self.inputs(taken)) > 0)
        yield from taken[over[np.argsort(far[over], kind="stable")[:DONORS]]]

    def _nearer(self, taken: NDArray[np.intp]) -> NDArray[np.intp]:
        """With cells put back, the furthest first, or replaced by nearer ones, while it holds."""
        taken, before = taken.copy(), None
        while before is None or (taken != before).any():  # what was needed may be so no more
            before = taken
            changed = [j for j in self.free if taken[j] >= 0]
            for j in sorted(changed, key=lambda j: -self.far[j][taken[j]]):
                nearer = [r for r in self._different(j) if self.far[j][r] < self.far[j][taken[j]]]
                tried = np.tile(taken, (1 + len(nearer), 1))
                tried[:, j] = [-1, *nearer]
                over = np.flatnonzero(self.margin(self.inputs(tried)) > 0)
                if len(over):
                    taken = tried[over[0]]
        return taken

    def told(self, taken: NDArray[np.intp]) -> Counterfactual:
        x = self.inputs(taken[None])
        said = self.about.spoken(x) if self.about.net.classes is not None else self.spoken
        value = float(self.about.outputs(x, said)[0])
        labels = self.about.net.classes
        changed = [j for j in self.free if taken[j] >= 0]
        changes = [
            CellChange(name, self.own[name], self.theirs[name][taken[j]])
            for j in sorted(changed, key=lambda j: self.far[j][taken[j]])
            for name in [self.about.names[j]]
        ]
        answer = value if labels is None else labels[said.place]
        distance = float(self.distance(taken[None])[0])
        return Counterfactual(
            changes, distance, answer, said.name, value, said.probability, list(self.kept)
        )


def _columns(rows: Raw) -> dict[str, list[Any]]:
    """The cells of each column."""
    each = [rows.cells(k) for k in range(len(rows))]
    return {name: [cells[j] for cells in each] for j, name in enumerate(rows.columns)}
