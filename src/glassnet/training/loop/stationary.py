"""Where a minimisation ended: what its gradient and curvature say of the place, and no more."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.layers import Dense
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network, shares
from glassnet.core.numerical.curvature import Spectrum, eigenvalues, lanczos
from glassnet.training.rows import Rows, constant_loss

Vector = NDArray[np.float64]

WHOLE = 100  # up to so many parameters all of the Hessian is looked at
LEAST = 60  # gradients that may be spent on looking; more only where the descent took more
STEP = 1e-4  # of a difference of gradients, in units of the weighted sums
FLAT = 1e-8  # a curvature below this part of the greatest is told as flat, however well known
REACH = 0.01  # so near, beside what it has moved already, a minimum's curvature is this place's
LOWER = 1e-6  # a fall by less than this part of the loss is none worth the name; 100 ε if more
SHUT = 1e-4  # an activation whose slope is below this on every row lets no gradient through


class Terrain:
    """The objective about a network's parameters, in float64, on all rows, block by block.

    Coordinates u: θ = θ₀ + u / rms(x), so that a unit of u moves a weighted sum by about 1,
    whatever units the layer's input has; and the data are brought to mean 0, their bias moved by
    as much: W x + b = W (x − x̄) + (b + W x̄), the same function, which far from 0 only rounding
    would keep apart from a constant. Where no bias of each neuron learns, they stay.
    """

    def __init__(self, net: Network, rows: Rows) -> None:
        self.net, self.rows = net.astype("float64"), rows
        self.n = net.n_learned
        self.share = shares(rows.w, len(rows))
        self.centre, self.still = self._centre()
        self._survey()

    def at(self, u: Vector) -> tuple[float, Vector]:
        """The objective and ∂objective/∂u, (P,)."""
        net = self.net
        net.theta[: self.n] = self.theta + u / self.rms
        value, gradient = 0.0, np.zeros(self.n)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for part, share in self._blocks():
                value += share * net.backward(net.forward(part.X), part.y, part.w).loss
                gradient += share * net.grad[: self.n]
            net.grad[...] = 0
            net.penalize()
            gradient += net.grad[: self.n]
            value += net.penalty()
        return value, gradient / self.rms

    def gradient(self, u: Vector) -> Vector:
        return self.at(u)[1]

    def _blocks(self) -> Any:
        for block in self.rows.blocks():
            share = float(self.share[block].sum())
            if share > 0:
                part = self.rows.take(block)
                X = part.X.astype(np.float64) - self.centre
                X[:, self.still] = 0
                yield Rows(X, part.y, part.w), share

    def _centre(self) -> tuple[Vector, NDArray[np.bool_]]:
        """The data's means, taken up by the first layer's biases, and which columns never vary."""
        X, first = self.rows.X, self.net.layers[0]
        if not isinstance(first, Dense) or first.frozen or first.bias != "neuron":
            self.theta = self.net.theta[: self.n].copy()  # (P,)
            return np.zeros(X.shape[1]), np.zeros(X.shape[1], bool)
        blocks = list(self.rows.blocks())
        centre = np.sum([self.share[b] @ X[b].astype(np.float64) for b in blocks], axis=0)
        far = np.max([np.abs(X[b] - centre).max(axis=0) for b in blocks], axis=0)
        first.b += first.W @ centre
        self.theta = self.net.theta[: self.n].copy()
        return centre, far <= 1e-14 * np.abs(centre)

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
                p = net.backward(net.forward(part.X), part.y, part.w)
                for l, step in enumerate(p.dense):
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
        doubt: a curvature not further than this from 0 is not told from 0.
        loose: directions whose slope is not made up by their curvature within reach.
        downhill: the value at a point along the most negative curvature, where it is lower.
        lower: a lower value that a descent in float64 and in these units goes on to, or None.
        shut: by layer, neurons that let no gradient through on any row, of how many.
        constant: the loss of the targets' mean given for every row.
    """

    value: float
    balance: float
    spectrum: Spectrum
    doubt: float
    loose: NDArray[np.bool_]
    downhill: float | None
    lower: float | None
    shut: list[tuple[int, int]]
    constant: float

    __repr__ = telling()

    @property
    def flat(self) -> int:
        """Along how many of the directions looked at it is not told whether it curves."""
        return int(((np.abs(self.spectrum.values) <= self.doubt) | self.loose).sum())

    @property
    def falling(self) -> int:
        """Along how many it curves downward, beyond doubt."""
        return int((self.spectrum.values < -self.doubt).sum())


@np.errstate(over="ignore", invalid="ignore")
def look(net: Network, rows: Rows, gradients: int) -> Standing:
    """Looks about from where the network stands; the network stays as it is.

    Args:
        gradients: how many the descent took: no more are spent here, or 60.
    """
    terrain = Terrain(net, rows)
    here = np.zeros(terrain.n)
    value, g = terrain.at(here)
    size = float(np.linalg.norm(terrain.terms))
    budget = max(LEAST, gradients)
    eps = float(np.finfo(net.dtype).eps)  # the dtype's that the descent was made in
    balance = float(np.linalg.norm(g)) / size if size else 0.0
    spectrum = _spectrum(terrain, budget // 2)
    g = terrain.gradient(here)  # in the units of the spectrum
    constant = constant_loss(terrain.net, rows)
    enough = max(max(LOWER, 100 * eps) * abs(value), 1e-12 * abs(constant))
    doubt = _doubt(spectrum)
    return Standing(
        value,
        balance,
        spectrum,
        doubt,
        _loose(terrain, g, spectrum, doubt),
        _downhill(terrain, value, spectrum, doubt),
        _lower(terrain, value - enough, g, spectrum, budget // 4),
        terrain.shut,
        constant,
    )


def _doubt(spectrum: Spectrum) -> float:
    return max(spectrum.error, FLAT * float(np.abs(spectrum.values).max(initial=0.0)))


def _spectrum(terrain: Terrain, products: int) -> Spectrum:
    """All of it where it is small enough, and again in other units where that leaves a doubt.

    There each parameter's own curvature is 1: the signs stay (Sylvester's law of inertia), and
    one parameter's large curvature no longer hides another's small one.
    """
    here = np.zeros(terrain.n)
    if terrain.n <= min(WHOLE, products):
        steps = STEP * np.maximum(1.0, np.abs(terrain.theta * terrain.rms))
        first = eigenvalues(terrain.gradient, here, steps)
        doubt = _doubt(first)
        own = np.abs(first.directions**2 @ first.values)  # |Hᵢᵢ|, (P,)
        if (np.abs(first.values) > doubt).all() or own.max() <= doubt or terrain.n > products // 2:
            return first
        units = np.sqrt(np.where(own > doubt, own, own.max()))
        terrain.rms *= units
        terrain.terms /= units
        return eigenvalues(terrain.gradient, here, steps * units)
    start = np.random.default_rng(0).normal(size=terrain.n)  # no symmetry holds for it
    return lanczos(terrain.gradient, here, start, min(products // 2, 30), STEP)


def _loose(terrain: Terrain, g: Vector, spectrum: Spectrum, doubt: float) -> NDArray[np.bool_]:
    """Along which directions curvature alone makes no minimum, (k,).

    Newton's step is to end there: near enough for the curvature to be the same, or with next to
    nothing left of the slope. Down the tail of e⁻ᶻ each step of 1 leaves the third part of it.
    """
    values, V = spectrum.values, spectrum.directions
    held = np.abs(values) > doubt
    if not spectrum.whole or not held.any():
        return np.zeros(len(values), bool)
    slope = V.T @ g
    step = np.where(held, -slope / np.where(held, np.abs(values), 1.0), 0.0)
    left = V.T @ terrain.gradient(V @ step)
    moved = np.maximum(1.0, np.abs(V.T @ (terrain.theta * terrain.rms)))
    near = np.abs(step) <= REACH * moved
    return held & ~near & ~(np.abs(left) <= 0.1 * np.abs(slope))


def _downhill(terrain: Terrain, value: float, spectrum: Spectrum, doubt: float) -> float | None:
    """A lower value along the most negative curvature: seen, not only computed."""
    if not len(spectrum.values) or spectrum.values[0] >= -doubt:
        return None
    v = spectrum.directions[:, 0]
    sizes = (1e-4, 1e-3, 0.01, 0.1, 1.0)
    found = [terrain.at(t * v)[0] for size in sizes for t in (size, -size)]
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
