"""Why a network answers a row so: the Shapley values of its columns, which sum to the answer.

The players are the columns of a row x, and what a coalition S of them is worth is the mean answer
to rows that have the cells of x in S, and those of a background row b elsewhere:

    v(S) = mean over b of f(x_S, b_rest),      f(x) = mean over b of f(b) + Σ_j φ_j

So b breaks what x's columns have to do with each other (the interventional form): what is told is
what the network does with the cells, not what goes with what in the world. A column that becomes
several inputs, a level each or whether it is missing, is one player.

Source: Lundberg and Lee, "A Unified Approach to Interpreting Model Predictions" (2017); the
interventional form: Janzing et al., "Feature relevance quantification in
explainable AI: A causal problem" (2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import Seed
from glassnet.explain.reasons.asked_row import InColumns, Spoken
from glassnet.explain.reasons.coalitions import (
    MOST_EXACT,
    Shares,
    every_coalition,
    exact_shares,
    sampled_shares,
)
from glassnet.training.measure.importance import Raw

PASSES = 200_000  # rows that are answered for a sampled explanation
FEWEST_ROUNDS = 4
FEWEST_GAMES = 10
GAMES = 50  # that a background of few rows plays in a round
LARGEST_EXACT = 16  # players, where it is asked for
AT_ONCE = 5_000_000  # inputs that are mixed at a time


@dataclass(frozen=True)
class Contribution:
    """A column of a row: its cell, what it adds to the answer, and the standard error of that.

    cell: as it came; None where it is missing, or where the player is more than one column.
    """

    name: str
    cell: Any
    value: float
    error: float


@dataclass(frozen=True)
class ShapleyValues:
    """An answer as a sum: the mean answer to the background's rows, and what each column adds.

    Attributes:
        of: the class whose probability is told, or the number's name; "" where it has none.
        value: what the network says of the row: a probability, or a number in its own units.
        base: what it says of the background's rows in the mean.
        contributions: largest first, by size; base and all of them sum to value.
        exact: by all coalitions; else by drawn orders, and each has a standard error.
        rows: how many the background has.
        probability: whether value is one.
    """

    kind, version = "shapley_values", 1

    of: str
    value: float
    base: float
    contributions: list[Contribution]
    exact: bool
    rows: int
    probability: bool

    __repr__ = telling("of", "value", "base", "exact")

    @property
    def margin(self) -> float:
        """By how much any of the contributions may be off, of all together at 95 %; 0 if exact."""
        several = max(len(self.contributions), 1)
        z = NormalDist().inv_cdf(1 - 0.025 / several)
        return z * max((each.error for each in self.contributions), default=0.0)


@door
def shapley_values(
    net: Network,
    x: Any,
    background: Any = None,
    *,
    of: Any = None,
    exact: bool | None = None,
    seed: Seed = 0,
) -> ShapleyValues:
    """Why net answers the row x so, against the rows of a background.

    Args:
        x: one raw row, as `predict` takes it: a frame's, a dictionary, or numbers.
        background: raw rows to compare with; of more than 100 as many are drawn, by seed. None
            for the typical row that the network's preparation knows.
        of: the class, or the target, that is spoken of; None for the class that is predicted.
        exact: by all coalitions; None for up to 12 columns whose cells differ from the
            background's.
        seed: of what is drawn.

    >>> from glassnet.core.layers import Dense
    >>> net = Network([Dense(2, 1, "identity", W=[[3.0, -2.0]], b=[1.0])])
    >>> told = shapley_values(net, [1.0, 5.0], [[0.0, 4.0], [0.0, 2.0]])
    >>> told.base, [(each.name, each.value) for each in told.contributions], told.value
    (-5.0, [('x[1]', -4.0), ('x[0]', 3.0)], -6.0)

    Raises: InputError for what does not fit the network, or is no class or target of it.
    """
    about = InColumns(net)
    return shared_out(about, about.one(x), about.background(background, seed), of, exact, seed)


def shared_out(
    about: InColumns,
    row: Raw,
    background: Raw,
    of: Any = None,
    exact: bool | None = None,
    seed: int = 0,
) -> ShapleyValues:
    """The same, of a network in columns."""
    x, b, rng = about.inputs(row), about.inputs(background), np.random.default_rng(seed)
    spoken = about.spoken(x, of)
    # a player whose inputs are those of every background row is a dummy
    playing = [j for j, at in enumerate(about.places) if (x[:, at] != b[:, at]).any()]
    # of many columns fewer rows are compared with: each costs as many passes as there are columns
    b = b[: max(FEWEST_GAMES, PASSES // (2 * FEWEST_ROUNDS * (len(playing) + 1)))]
    made = _Mixed(about, x[0], b, spoken, [about.places[j] for j in playing])
    value, base = made.answers(x)[0], made.answers(b).mean()
    if not (np.isfinite(value) and np.isfinite(base)):
        raise InputError("an answer to these rows is not finite: there is no reason to give.")
    if exact is None:
        exact = len(playing) <= MOST_EXACT
    elif exact and len(playing) > LARGEST_EXACT:
        raise InputError(
            f"{len(playing)} columns have 2^{len(playing)} coalitions: leave exact out, or make "
            f"groups of them, at most {LARGEST_EXACT}."
        )
    if exact:
        shares = exact_shares(made.mean(every_coalition(len(playing))))
    else:
        made.b = np.tile(b, (max(1, GAMES // len(b)), 1))  # of few rows each plays several games
        rounds = max(FEWEST_ROUNDS, PASSES // (2 * (len(playing) + 1) * len(made.b)))
        shares = sampled_shares(made.each, len(playing), len(made.b), rounds, rng)
    whole = Shares(*np.zeros((2, len(about.places))))
    whole.values[playing], whole.errors[playing] = shares
    cells = about.cells(row, 0)
    order = np.argsort(-np.abs(whole.values), kind="stable").tolist()
    told = [
        Contribution(
            about.names[j], cells[about.names[j]], float(whole.values[j]), float(whole.errors[j])
        )
        for j in order
    ]
    return ShapleyValues(
        spoken.name, float(value), float(base), told, exact, len(b), spoken.probability
    )


@dataclass
class _Mixed:
    """The games of a row x, one a background row: f(x_S, b_rest)."""

    about: InColumns
    x: NDArray[np.float64]  # (n_in,)
    b: NDArray[np.float64]  # (B, n_in)
    spoken: Spoken
    places: list[NDArray[np.intp]]

    def answers(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.about.outputs(x, self.spoken)

    def _inputs_in(self, coalitions: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which inputs are x's, (…, n_in), of coalitions (…, M)."""
        known = np.zeros((*coalitions.shape[:-1], len(self.x)), dtype=bool)
        for j, at in enumerate(self.places):
            known[..., at] = coalitions[..., j, None]
        return known

    def mean(self, coalitions: NDArray[np.bool_]) -> NDArray[np.float64]:
        """v(S), (C,), of coalitions (C, M): the mean over the background."""
        v = np.empty(len(coalitions))
        step = max(1, AT_ONCE // self.b.size)
        for start in range(0, len(coalitions), step):
            known = self._inputs_in(coalitions[start : start + step])[:, None]
            mixed = np.where(known, self.x, self.b)  # (C, B, n_in)
            out = self.answers(mixed.reshape(-1, len(self.x)))
            v[start : start + step] = out.reshape(-1, len(self.b)).mean(axis=1)
        return v

    def each(self, coalitions: NDArray[np.bool_]) -> NDArray[np.float64]:
        """f(x_S, b_rest), (B, C), of coalitions of each background row, (B, C, M)."""
        games, each, players = coalitions.shape
        flat, v = coalitions.reshape(-1, players), np.empty(games * each)
        step = max(1, AT_ONCE // len(self.x))
        for start in range(0, len(v), step):
            part = slice(start, start + step)
            theirs = self.b[np.arange(len(v))[part] // each]
            v[part] = self.answers(np.where(self._inputs_in(flat[part]), self.x, theirs))
        return v.reshape(games, each)
