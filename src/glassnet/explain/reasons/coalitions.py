"""Shapley values of a game: what each player is worth, by all coalitions or by drawn orders.

A game gives every coalition S of M players a value v(S). A player's Shapley value is what it adds
when it comes in, as the mean over all orders in which the M players can come:

    φ_j = Σ_S  |S|! (M − |S| − 1)! / M!  ·  (v(S and j) − v(S)),    over all S without j

It is the only share-out that sums to v(all) − v(none) (efficiency), gives players alike the same
(symmetry), one that never adds anything 0 (dummy), and of two games' sum the sum.

Source: Shapley, "A Value for n-Person Games" (1953); by drawn orders: Castro et al.,
"Polynomial calculation of the Shapley value based on sampling" (2009).
"""

from collections.abc import Callable
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST_EXACT = 12  # players: 4,096 coalitions

# v of coalitions (C, M), whether each player is in it, for each game: (C, G)
Games = Callable[[NDArray[np.bool_]], NDArray[np.float64]]
# v of coalitions that are each game's own, (G, C, M): (G, C)
OwnGames = Callable[[NDArray[np.bool_]], NDArray[np.float64]]


class Shares(NamedTuple):
    """Shapley values, (M,), and their standard errors; 0 where they are exact."""

    values: NDArray[np.float64]
    errors: NDArray[np.float64]


def every_coalition(players: int) -> NDArray[np.bool_]:
    """All 2^M coalitions, (2^M, M): in that of number n is player j where bit j of n is 1.

    >>> every_coalition(2).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    return (np.arange(2**players)[:, None] >> np.arange(players) & 1).astype(bool)


def exact_shares(v: NDArray[np.float64]) -> Shares:
    """The Shapley values of a game of M players. Args: v, of `every_coalition`, (2^M,).

    >>> exact_shares(np.array([0.0, 1.0, 3.0, 10.0])).values.tolist()  # 1 + 6/2, 3 + 6/2
    [4.0, 6.0]
    """
    players = len(v).bit_length() - 1
    size = every_coalition(players).sum(axis=1)  # |S|
    number = np.arange(len(v))
    values = np.zeros(players)
    for j in range(players):
        without = number[number >> j & 1 == 0]  # S
        share = np.array([1 / (players * comb(players - 1, s)) for s in range(players)])
        values[j] = share[size[without]] @ (v[without | 1 << j] - v[without])
    return Shares(values, np.zeros(players))


def sampled_shares(
    v: OwnGames, players: int, games: int, rounds: int, rng: np.random.Generator
) -> Shares:
    """The Shapley values of the mean of several games, each by as many drawn orders.

    In each round each game has an order of its own and the same backwards, which brings a player
    that came early late. The values sum to the mean of v(all) − v(none), whatever is drawn.

        value   mean over games g of φ_g, the mean over rounds of what a player added
        error   √(Σ_g s_g² / rounds) / G,   s_g the standard deviation over g's rounds

    Args: v, of coalitions (G, M + 1, M), (G, M + 1); rounds, from 2 up.
    """
    added = np.zeros((rounds, games, players))
    place = np.arange(games)[:, None]
    for r in range(rounds):
        order = rng.permuted(np.tile(np.arange(players), (games, 1)), axis=1)  # (G, M)
        for way in (order, order[:, ::-1]):
            rank = np.empty_like(way)
            rank[place, way] = np.arange(players)
            come = rank[:, None, :] < np.arange(players + 1)[:, None]  # (G, M + 1, M)
            added[r, place, way] += np.diff(v(come), axis=1) / 2
    s = added.var(axis=0, ddof=1)  # (G, M)
    return Shares(added.mean(axis=(0, 1)), np.sqrt(s.sum(axis=0) / rounds) / games)
