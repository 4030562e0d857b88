"""Numerical derivatives of a network's objective that know how wrong they may be.

A central difference D(h) = (f(t + h) − f(t − h)) / 2h is wrong in three ways, and each is measured:

truncation  D(h) = f′ + c₂h² + c₄h⁴ + …, so R(h) = (4 D(h/2) − D(h)) / 3 is free of c₂ (Richardson),
            and |R(h/2) − R(h)| tells what is left. It holds too where f″ jumps and D errs by c₁h.
rounding    every f is computed with an error σ, and D errs by up to σ/h. σ is what f does when
            all that goes in is moved by a few units in the last place: to a backward-stable
            computation its own rounding is such a move.
kinks       where f′ jumps within [t − h, t + h], D is a mean of two slopes. h is kept so small that
            no kink is crossed; rows that lie at one are left out by whoever asks.

h is measured in what it does to the pass: each layer's weighted sums move by about `MOVE` of the
largest of them, whatever the scale of the parameter.
Source: Ridders (1982), Accurate computation of F′(x); Higham (2002), section 1.5, backward errors.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core import losses
from glassnet.core.activations import Array
from glassnet.core.losses import AbsoluteError, Huber, Pinball, SquaredError
from glassnet.core.network import Network, shares

EPS = float(np.finfo(np.float64).eps)
MOVE = 1e-4  # of the largest weighted sum of each layer, by a step of h
AT_KINK = 1e-6  # of the largest weighted sum: what lies so near to a kink counts as at it
UP = tuple(16.0**n for n in range(1, 7))  # times the first step
DOWN = tuple(1 / 16**n for n in range(1, 7))
TRIALS = 8  # new scales of a first guess of h


@dataclass(frozen=True, eq=False)
class Look:
    """f at one theta, as terms whose sum it is, and the places that tell how the pass moved.

    terms: each row's share of the loss, then the penalty, (B + 2,). places: every weighted sum,
    and every error a − y of a loss with kinks, each divided by the largest of its layer, (B, M).
    """

    terms: NDArray[np.float64]
    places: NDArray[np.float64]


@dataclass(frozen=True)
class NumericalSlope:
    """A numerical derivative and what it may be wrong by, of that by rounding; taken at `step`."""

    value: float
    error: float
    rounding: float
    step: float


class Objective:
    """What is differentiated: loss and penalty of a float64 network as a function of theta.

    Args:
        net: a network in float64 of the asker's own: theta is moved, and brought back by `rest`.
        x, y, w: the batch, as for `Network.backward`.
        masks: the seed of dropout's masks, the same for every evaluation; None drops nothing.

    `counted` are the rows that do not lie at a kink: the others have a weight of 0, for to remove
    rows would move the masks of those that stay.
    """

    def __init__(
        self, net: Network, x: Array, y: ArrayLike, w: ArrayLike | None, masks: int | None
    ) -> None:
        self.net, self.x, self.y, self.masks = net, x, y, masks
        self.theta = net.theta.copy()
        self.w = shares(w, len(x))
        self.counted = self.w > 0
        self._scales: list[float] = []
        self.start = self.look()  # with the raw places: no scale is known yet
        self._scales = self._sizes(self.start.places)
        self.start = self.look()
        self._kinks = self._find_kinks()  # columns of places, and where their kinks lie
        self.away = ~(self._clearance(self.start) < AT_KINK).any(axis=1)  # (B,)
        self.counted &= self.away
        self.w = np.where(self.away, self.w, 0)

    # -- one evaluation ------------------------------------------------------------------

    def rng(self) -> np.random.Generator | None:
        """Fresh draws of the same masks."""
        return None if self.masks is None else np.random.default_rng(self.masks)

    def look(self) -> Look:
        """f at the network's theta as it stands: the forward pass alone."""
        net = self.net
        p = net.forward(self.x, self.rng())
        p = net.measure(p, self.y, self.w)
        parts = np.where(self.counted, p.share * p.sample_loss, 0)
        # what a network measures beside its rows' losses: exactly 0 in any but one of its own kind
        beside = p.loss - float(p.share @ p.sample_loss)
        places = [step.z for step in p.dense]
        if net.loss.kinks:
            places.append(p.y_hat - p.y)
        if self._scales:
            places = [z / scale for z, scale in zip(places, self._scales, strict=True)]
        return Look(np.append(parts, [beside, net.penalty()]), np.concatenate(places, axis=1))

    def rest(self) -> None:
        """Brings theta back to where it began."""
        self.net.theta[...] = self.theta

    def _widths(self) -> list[int]:
        widths = [layer.n_out for layer in self.net.dense_layers]
        return widths + ([self.net.n_out] if self.net.loss.kinks else [])

    def _sizes(self, places: Array) -> list[float]:
        """The largest place of each layer, 1 where all are 0."""
        ends = np.cumsum(self._widths())
        parts = np.split(np.abs(places), ends[:-1], axis=1)
        sizes = [float(part[np.isfinite(part)].max(initial=0)) for part in parts]
        return [size or 1.0 for size in sizes]

    def _find_kinks(self) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        kinks = [layer.activation.kinks for layer in self.net.dense_layers]
        kinks += [self.net.loss.kinks] if self.net.loss.kinks else []
        columns: list[int] = []
        where: list[float] = []
        first = 0
        for width, scale, own in zip(self._widths(), self._scales, kinks, strict=True):
            for kink in own:
                columns += range(first, first + width)
                where += [kink / scale] * width
            first += width
        return np.array(columns, dtype=np.intp), np.array(where)

    def _clearance(self, look: Look) -> NDArray[np.float64]:
        """How far each row lies from each kink, (B, K), as part of its layer's largest place."""
        columns, where = self._kinks
        return np.abs(look.places[:, columns] - where)

    def _crosses(self, look: Look) -> bool:
        """Whether a row that counts lies on another side of a kink than at the start."""
        columns, where = self._kinks
        if not len(columns):
            return False
        now, then = look.places[:, columns] > where, self.start.places[:, columns] > where
        return bool((now != then)[self.counted].any())

    # -- rounding ------------------------------------------------------------------------

    def rounding(self, times: int = 8, most: float = 4 * EPS) -> tuple[float, Array]:
        """What rounding does to f and to each ∂f/∂theta: (σ, (P,)).

        Moves theta, x, w and y by up to `most` of each, `times` times, and takes the largest
        change. y moves towards 0 alone: it may not leave its range. A loss of logarithms errs by
        a unit in the last place of 1 besides, however small it is.
        """
        net, kept = self.net, (self.x, self.y, self.w)
        rng = np.random.default_rng(0)
        exact = isinstance(net.loss, SquaredError | AbsoluteError | Huber | Pinball)
        self.start = self.look()
        net.gradient(*kept, self.rng())
        f, g = self.start.terms, net.grad.copy()
        sigma, wrong = (
            EPS * (np.abs(f) + (0 if exact else np.append(self.w, [0, 0]))),
            EPS * np.abs(g),
        )
        y = self._as_numbers()
        for _ in range(times):
            net.theta[...] = self.theta * (1 + most * rng.uniform(-1, 1, self.theta.shape))
            self.x = kept[0] * (1 + most * rng.uniform(-1, 1, self.x.shape))
            self.w = shares(kept[2] * (1 + most * rng.uniform(-1, 1, self.w.shape)), len(self.w))
            if y is not None:
                self.y = y * (1 - most * rng.random(y.shape))
            sigma = np.maximum(sigma, np.abs(self.look().terms - f))
            net.gradient(self.x, self.y, self.w, self.rng())
            wrong = np.maximum(wrong, np.abs(net.grad - g))
        self.x, self.y, self.w = kept
        self.rest()
        self.sigma = float(sigma.sum())
        return self.sigma, wrong

    def _as_numbers(self) -> Array | None:
        """The targets as floating-point numbers, labels as one-hot rows; None where none may be."""
        y = np.asarray(self.y)
        if np.issubdtype(y.dtype, np.floating):
            return y.astype(np.float64)
        if type(self.net.loss) not in losses.LOSSES.values():
            return None  # a loss of one's own may take labels as they are
        if y.ndim == 1 and self.net.n_out > 1:
            return losses.one_hot(y, self.net.n_out, np.float64)
        return y.astype(np.float64)

    # -- derivatives ---------------------------------------------------------------------

    def slopes(self, place: int | Array, h: float, most: float) -> Iterator[NumericalSlope]:
        """∂f along one entry of theta, or along a direction (P,), by one step after another.

        From a first guess h to larger steps where rounding is the greater part of the error, to
        smaller ones where truncation is. most: the largest step allowed, as by l1's kink.
        """
        h = self._scaled(place, h, most)
        first = self.extrapolated(place, h)
        if first is not None:
            yield first
        up = first is not None and first.rounding > first.error / 2
        for factors in (UP, DOWN) if up else (DOWN, UP):
            for factor in factors:
                slope = self.extrapolated(place, h * factor) if h * factor <= most else None
                if slope is not None:
                    yield slope
                elif factor > 1:
                    break  # past a kink

    def extrapolated(self, place: int | Array, h: float) -> NumericalSlope | None:
        """R(h/2) with its error; None where a kink is crossed, or a number is not finite."""
        found = [self._central(place, h / n) for n in (1, 2, 4)]
        self.rest()
        if any(crossed for _, _, crossed in found):
            return None
        d1, d2, d3 = (d for d, _, _ in found)
        r1, r2 = d2 + (d2 - d1) / 3, d3 + (d3 - d2) / 3
        rounding = 6 * self.sigma / h  # R's coefficients, 16/3 and 2/3, times σ/h
        # (f(t + h) − 2 f(t) + f(t − h)) / h goes to 0 with h, or to the gap between two slopes
        bend = float(np.abs(2 * found[2][1] - found[1][1]).sum()) - 24 * self.sigma / h
        error = abs(r2 - r1) + max(bend, 0.0) / 2 + rounding
        return NumericalSlope(r2, error, rounding, h) if np.isfinite(error) else None

    def central(self, place: int | Array, h: float, most: float) -> tuple[NumericalSlope, bool]:
        """One central difference, with its rounding alone for an error, and whether it is clean."""
        h = self._scaled(place, h, most)
        d, _, crossed = self._central(place, h)
        self.rest()
        return NumericalSlope(d, self.sigma / h, self.sigma / h, h), not crossed

    def _scaled(self, place: int | Array, h: float, most: float) -> float:
        """The step that moves the pass by about MOVE and crosses no kink, from a guess."""
        first = h = min(h, most)
        for _ in range(TRIALS):
            self._move(place, h)
            look = self.look()
            gone = np.abs(look.places - self.start.places)[self.counted]
            moved = float(gone.max(initial=0))
            if not np.isfinite(moved):
                h *= 1e-3
                continue
            if moved == 0:
                break
            better = h * MOVE / moved
            columns, _ = self._kinks
            if len(columns):
                speed = gone[:, columns] / h
                free = self._clearance(self.start)[self.counted]
                with np.errstate(divide="ignore"):
                    better = min(better, 0.5 * float((free / speed).min(initial=np.inf)))
            better = min(better, most)
            if h / 8 <= better <= 8 * h and not self._crosses(look):
                h = min(h, better) if self._kinks[0].size else h
                break
            h = better
        return h if h > 0 else first

    def _move(self, place: int | Array, t: float) -> float:
        """Sets theta at t along place, and returns how far it is truly moved."""
        self.rest()
        if isinstance(place, int):
            self.net.theta[place] += t
            return float(self.net.theta[place] - self.theta[place])
        self.net.theta += t * place
        return t

    def _central(self, place: int | Array, h: float) -> tuple[float, Array, bool]:
        """D(h), the second difference over h of each term, and whether a kink was crossed."""
        ends: list[tuple[float, Look]] = []
        for sign in (1, -1):
            t = self._move(place, sign * h)
            ends.append((t, self.look()))
        (up, above), (down, below) = ends
        crossed = self._crosses(above) or self._crosses(below)
        if up == down:
            return np.nan, above.terms, crossed
        # term by term: a row of large loss does not drown the others
        d = float((above.terms - below.terms).sum()) / (up - down)
        bend = ((above.terms - self.start.terms) + (below.terms - self.start.terms)) / h
        return d, bend, crossed


def kinks_of_penalty(net: Network) -> NDArray[np.bool_]:
    """Which entries of theta lie at l1's kink, 0, or so near that no step is clear of it, (P,)."""
    at = np.zeros(net.theta.size, dtype=bool)
    if net.l1:
        parts: dict[str, Any] = net.split(at)
        for number, layer in enumerate(net.dense_layers, start=1):
            size = np.abs(layer.W)
            parts[f"W{number}"][...] = size <= AT_KINK * size.max(initial=0)
    return at
