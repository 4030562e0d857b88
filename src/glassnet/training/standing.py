"""Where a minimisation ended: what its gradient and curvature say of the place, and no more."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.brief import telling
from glassnet.core.curvature import Spectrum, eigenvalues, lanczos
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import PREDICT_BATCH, Network, shares
from glassnet.training.rows import Rows

Vector = NDArray[np.float64]

WHOLE = 100  # up to so many parameters all of the Hessian is looked at
LEAST = 60  # gradients that may be spent on looking; more only where the descent took more
STEP = 1e-4  # of a difference of gradients, in units of the weighted sums
FLAT = 1e-8  # a curvature below this part of the greatest is told as flat
BALANCED = 1e-4  # below this part of its terms a gradient counts as vanished; 10 √ε if that is more
LOWER = 1e-6  # a fall by less than this part of the loss is none worth the name; 100 ε if more
SHUT = 1e-4  # an activation whose slope is below this on every row lets no gradient through
UNLIKE = 1e3  # between inputs of a size that differs by more, scaling is advised


class Terrain:
    """The objective about a network's parameters, in float64, on all rows, block by block.

    Coordinates u: θ = θ₀ + u / rms(x), so that a unit of u moves a weighted sum by about 1,
    whatever units the layer's input has.
    """

    def __init__(self, net: Network, rows: Rows) -> None:
        self.net, self.rows = net.astype("float64"), rows
        self.n = net.n_learned
        self.theta = self.net.theta[: self.n].copy()  # (P,)
        self.share = shares(rows.w, len(rows))
        self._survey()

    def at(self, u: Vector) -> tuple[float, Vector]:
        """The objective and ∂objective/∂u, (P,)."""
        net = self.net
        net.theta[: self.n] = self.theta + u / self.rms
        value, gradient = 0.0, np.zeros(self.n)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for part, share in self._blocks():
                value += share * net.backward(net.forward(part.X), part.y, part.w)
                gradient += share * net.grad[: self.n]
            net.grad[...] = 0
            net.penalize()
            gradient += net.grad[: self.n]
            value += net.penalty()
        return value, gradient / self.rms

    def gradient(self, u: Vector) -> Vector:
        return self.at(u)[1]

    def _blocks(self) -> Any:
        for start in range(0, len(self.rows), PREDICT_BATCH):
            block = slice(start, start + PREDICT_BATCH)
            share = float(self.share[block].sum())
            if share > 0:
                yield self.rows.take(block), share

    def _survey(self) -> None:
        """One pass at θ₀: the inputs' sizes, the terms' sizes, who lets a gradient through.

        `rms` (P,): of each weight's input; 1 for biases. `terms` (P,): Σ |share·delta·x|, what
        the gradient would be if nothing in its sums cancelled, per unit of u. `shut`: by layer,
        the neurons whose slope f′ is next to 0 on every row, and how many there are.
        """
        net, layers = self.net, self.net.dense_layers
        stood = net.theta.copy()
        squares = [np.zeros(layer.n_in) for layer in layers]
        sizes = [(np.zeros(layer.W.shape), np.zeros(layer.b.shape)) for layer in layers]
        slopes = [np.zeros(layer.n_out) for layer in layers]
        with np.errstate(over="ignore", invalid="ignore"):
            for part, share in self._blocks():
                p = net.forward(part.X)
                net.backward(p, part.y, part.w)
                for l, step in enumerate(p.dense):
                    assert step.delta is not None
                    delta = np.abs(step.delta)  # (B, n_out)
                    squares[l] += share * (p.share @ (step.x * step.x))
                    sizes[l][0][...] += share * (delta.T @ np.abs(step.x))
                    own = delta.sum(axis=0)
                    sizes[l][1][...] += share * (own if len(sizes[l][1]) > 1 else own.sum())
                    slope = np.abs(
                        step.layer.activation.backward(np.ones_like(step.z), step.z, step.a)
                    )
                    np.maximum(slopes[l], slope.max(axis=0), out=slopes[l])
        for layer, square, (W, b) in zip(layers, squares, sizes, strict=True):
            layer.dW[...] = W + net.l1 + net.l2 * np.abs(layer.W)
            layer.db[...] = b
            layer.W[...] = np.where(square > 0, np.sqrt(square), 1.0)
            layer.b[...] = 1.0
        self.rms = net.theta[: self.n].copy()
        self.terms = net.grad[: self.n] / self.rms
        net.theta[...] = stood
        # the last layer's slope is no part of its delta where loss and activation are joint
        last = len(layers) - (net.loss.joint is not None)
        self.shut = [(int((s < SHUT).sum()), len(s)) for s in slopes[:last]]


@dataclass(frozen=True)
class Standing:
    """What was found about a place where no step leads on.

    Attributes:
        value: the objective, loss and penalty.
        balance: ‖gradient‖ / ‖terms‖; the gradient is a sum over the rows, and this is what its
            terms leave of each other.
        spectrum: curvatures per unit of the weighted sums.
        downhill: the value at a point along the most negative curvature, where it is lower.
        lower: a lower value that a descent in float64 and in these units goes on to, or None.
        shut: by layer, neurons that let no gradient through on any row, of how many.
    """

    value: float
    balance: float
    spectrum: Spectrum
    downhill: float | None
    lower: float | None
    shut: list[tuple[int, int]]

    __repr__ = telling()

    @property
    def flat(self) -> int:
        """How many of the directions looked at have next to no curvature."""
        sizes = np.abs(self.spectrum.values)
        return int((sizes <= FLAT * sizes.max(initial=0.0)).sum())


def look(net: Network, rows: Rows, began: float, gradients: int) -> Standing:
    """Looks about from where the network stands; the network stays as it is.

    Args:
        began: the objective where the descent began.
        gradients: how many it took: no more are spent here, or 60.
    """
    terrain = Terrain(net, rows)
    here = np.zeros(terrain.n)
    value, g = terrain.at(here)
    size = float(np.linalg.norm(terrain.terms))
    budget = max(LEAST, gradients)
    eps = float(np.finfo(net.dtype).eps)  # the dtype's that the descent was made in
    spectrum = _spectrum(terrain, g, budget // 2)
    enough = max(max(LOWER, 100 * eps) * abs(value), 1e-12 * abs(began))
    return Standing(
        value,
        float(np.linalg.norm(g)) / size if size else 0.0,
        spectrum,
        _downhill(terrain, value, spectrum),
        _lower(terrain, value - enough, g, spectrum, budget // 4),
        terrain.shut,
    )


def _spectrum(terrain: Terrain, g: Vector, products: int) -> Spectrum:
    here = np.zeros(terrain.n)
    if terrain.n <= min(WHOLE, products):
        steps = STEP * np.maximum(1.0, np.abs(terrain.theta * terrain.rms))
        return eigenvalues(terrain.gradient, here, steps)
    start = np.random.default_rng(0).normal(size=terrain.n)  # no symmetry holds for it
    return lanczos(terrain.gradient, here, start, min(products // 2, 30), STEP)


def _downhill(terrain: Terrain, value: float, spectrum: Spectrum) -> float | None:
    """A lower value along the most negative curvature: seen, not only computed."""
    if not len(spectrum.values) or spectrum.values[0] >= -1e-6 * np.abs(spectrum.values).max():
        return None
    v = spectrum.directions[:, 0]
    found = [terrain.at(t * v)[0] for size in (0.01, 0.1, 1.0) for t in (size, -size)]
    best = float(np.nanmin(found))
    return best if best < value - 1e-12 * abs(value) else None


def _lower(
    terrain: Terrain, below: float, g: Vector, spectrum: Spectrum, steps: int
) -> float | None:
    """The lowest value below this that Newton's step or a few of L-BFGS find, or None."""
    found: list[float] = []
    if spectrum.whole and len(spectrum.values):
        values, V = spectrum.values, spectrum.directions
        for least in (1e-12, 1e-9, 1e-6):
            known = np.abs(values) > least * np.abs(values).max()
            along = np.where(known, (V.T @ g) / np.where(known, np.abs(values), 1.0), 0.0)
            found.append(terrain.at(-V @ along)[0])
    found.append(LBFGS(tolerance=0.0).minimize(terrain.at, np.zeros(terrain.n), steps).value)
    best = min((value for value in found if np.isfinite(value)), default=np.inf)
    return best if best < below else None


# -- in words ----------------------------------------------------------------------------

STALLED = "not converged"


def ran_out(iterations: int, left: float) -> str:
    """left: ‖gradient‖ as a part of what it was at the start."""
    return (
        f"{STALLED}: the {iterations:,} iteration{'s' if iterations != 1 else ''} ran out "
        f"where the gradient was {left:.2g} of what it was at the start."
    )


def in_words(s: Standing, net: Network, reason: str, began: float) -> str:
    """What follows from what was found, in a sentence or two.

    Args:
        reason: LBFGS's, "gradient" or "no descent".
        began: the objective at the start.
    """
    what = "the loss with its penalty" if net.l1 or net.l2 else "the loss"
    balanced = s.balance <= max(BALANCED, 10 * float(np.finfo(net.dtype).eps) ** 0.5)
    if (balanced or reason == "gradient") and s.downhill is not None:
        return (
            f"a saddle point, no minimum: the gradient vanished, but {what} falls along at least "
            f"one direction, from {s.value:.7g} to {s.downhill:.7g}: start from other weights, "
            "drawn at random."
        )
    if s.lower is not None:
        stop = f"in {net.dtype.name} and the inputs' units no step lowers {what} any further"
        if reason == "gradient":
            stop = "the gradient is below the tolerance"
        return (
            f"{STALLED}: {stop}, yet in float64 and with each weight in the units of its input the "
            f"descent goes on, from {s.value:.7g} to {s.lower:.7g} at least."
        )
    if not balanced and reason != "gradient":
        return (
            f"{STALLED} as far as is known: no step lowers {what} any further, but the gradient is "
            f"{s.balance:.1g} of the size of its terms{_kinks(net)}."
        )
    if not (net.l1 or net.l2) and 0 <= s.value <= 1e-8 * abs(began):
        return (
            f"the gradient vanished, and the loss with it: {s.value:.2g} is left of {began:.2g} at "
            "the start."
        )
    left = f"is {s.balance:.1g} of the size of its terms" if balanced else "and each term are tiny"
    return f"{_place(s, what)} (the gradient {left})."


def _place(s: Standing, what: str) -> str:
    """Of a place where the gradient vanished and nothing lower was found nearby."""
    k, P = len(s.spectrum.values), len(s.spectrum.directions)
    looked_at = f"all {P:,} directions" if s.spectrum.whole else f"{k:,} directions of {P:,}"
    if s.spectrum.whole and P == 1:
        looked_at = "the one direction there is"
    shut = [
        f"{'every neuron' if n == of else f'{n:,} of the {of:,} neurons'} of layer {number}"
        for number, (n, of) in enumerate(s.shut, start=1)
        if n
    ]
    if shut:
        return (
            "a plateau, not known to be a minimum: the gradient vanished, but it does not pass "
            f"{' and '.join(shut)}, saturated or off on every row, which cannot learn whatever "
            "the loss is: start from other weights, or scale the inputs"
        )
    if s.flat:
        return (
            "a minimum or a plateau, which the curvature cannot tell: the gradient vanished, and "
            f"of {looked_at} looked at {what} is flat along {s.flat:,} and falls along none"
        )
    if s.spectrum.whole:
        return f"a local minimum: the gradient vanished, and {what} curves upward along {looked_at}"
    return (
        f"perhaps a minimum: the gradient vanished, and {what} curves upward along the {looked_at} "
        "that were looked at"
    )


def _kinks(net: Network) -> str:
    """Why a gradient may be left at a minimum."""
    bent = {layer.activation.name for layer in net.dense_layers if layer.activation.kinks}
    where = sorted(bent) + ["the penalty l1"] * (net.l1 > 0)
    if net.loss.name == "absolute_error":
        where.append("the absolute error")
    if not where:
        return ""
    return f", which at a kink of {' or '.join(where)} can be so at a minimum too"


def scaling(net: Network, rows: Rows) -> str:
    """Advice where the inputs' sizes are far apart, or ''."""
    X = np.abs(rows.X[:PREDICT_BATCH]).max(axis=0, initial=0.0)
    first = net.dense_layers[0]
    if not first.frozen and first.bias != "frozen":
        X = np.append(X, 1.0)  # the bias's input
    X = X[X > 0]
    if len(X) < 2 or X.max() / X.min() < UNLIKE:
        return ""
    return (
        f" The inputs' sizes lie as far apart as {X.min():.1g} and {X.max():.1g}, which makes the "
        "descent slow or stops it: bring each column to mean 0 and deviation 1."
    )
