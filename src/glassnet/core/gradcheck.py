"""The proof: analytic gradients beside numerical ones, with a receipt for each parameter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.activations import Array
from glassnet.core.displayed import Displayed
from glassnet.core.door import door
from glassnet.core.errors import InputError
from glassnet.core.network import Network, shares
from glassnet.core.settings import Count, Positive, Seed

TOLERANCE = 1e-7  # of ‖analytic − numerical‖ / (‖analytic‖ + ‖numerical‖), array by array
_STEP = float(np.finfo(np.float64).eps ** (1 / 3))  # balances truncation h² against eps/h


@dataclass(frozen=True)
class Receipt:
    """One parameter's gradient, both ways.

    `limit` is the rounding of the difference itself, eps·(|f₊| + |f₋|)/2h: the numerical value is
    uncertain by about so much, and a relative error that it explains accuses nobody.
    """

    address: str
    analytic: float
    numerical: float
    relative_error: float
    limit: float


@dataclass(frozen=True)
class ArrayVerdict:
    """One array's gradient: relative error in norms, and whether it is within tolerance."""

    name: str
    relative_error: float
    ok: bool


@dataclass(frozen=True)
class GradCheck(Displayed):
    """All verdicts and receipts; `rows` is how many samples stayed after those near a kink."""

    arrays: list[ArrayVerdict]
    receipts: list[Receipt]
    objective: float
    rows: int
    left_out: int

    @property
    def ok(self) -> bool:
        return all(verdict.ok for verdict in self.arrays)


def near_kink(net: Network, x: Array, margin: float, seed: int | None = None) -> NDArray[np.bool_]:
    """Which samples come within margin of a place where some f′ jumps, (B,)."""
    p = net.forward(x, _masks(seed))
    near = np.zeros(len(p.x), dtype=bool)
    for step in p.dense:
        for kink in step.layer.activation.kinks:
            near |= (np.abs(step.z - kink) < margin).any(axis=1)
    return near


@door
def gradcheck(
    net: Network,
    x: ArrayLike,
    y: ArrayLike,
    w: ArrayLike | None = None,
    *,
    tolerance: Positive = TOLERANCE,
    seed: Seed | None = None,
    max_receipts: Count | None = None,
) -> GradCheck:
    """Compares ∂objective/∂theta with (f(θ + h) − f(θ − h)) / 2h for each parameter.

    Works on the network's own parts, in float64, and leaves all its numbers as they were.
    Samples near a kink are left out.

    Args:
        x, y, w: a batch, its targets and sample weights, as for `Network.backward`.
        tolerance: of each array's relative error.
        seed: of dropout's masks, the same for every evaluation; None drops nothing.
        max_receipts: check only so many parameters of each array, evenly spread.

    >>> net = Network.dense([3, 4, 2], hidden="tanh", seed=1)
    >>> gradcheck(net, np.ones((1, 3)), np.zeros((1, 2))).ok
    True
    """
    with net.in_float64():
        return _check(net, x, y, w, tolerance, seed, max_receipts)


def _check(
    net: Network,
    x: ArrayLike,
    y: ArrayLike,
    w: ArrayLike | None,
    tolerance: float,
    seed: int | None,
    max_receipts: int | None,
) -> GradCheck:
    x = net.inputs(x)
    # a step of h in W moves z by h·x, and in a layer below by the weights' product besides
    reach = 1 + max(float(np.abs(a).max(initial=0)) for a in (x, net.theta))
    away = ~near_kink(net, x, 20 * _STEP * reach, seed)
    if not away.any():
        raise InputError(
            "every sample lies at a kink of an activation, where a numerical gradient means "
            "nothing: give other samples."
        )
    # left out by a weight of 0: to remove rows would move the masks of those that stay
    w = shares(w, len(x)) * away

    def objective() -> float:
        # the forward pass alone
        p = net.forward(x, _masks(seed))
        return net.measure(p, y, w) + net.penalty()

    net.grad[...] = np.nan  # what no backward fills shows
    value = net.gradient(x, y, w, _masks(seed))
    arrays: list[ArrayVerdict] = []
    receipts: list[Receipt] = []
    for name, values, analytic in net.parameters():
        places = np.arange(values.size)
        if max_receipts is not None and values.size > max_receipts:
            places = np.unique(np.linspace(0, values.size - 1, max_receipts).astype(int))
        flat, given = values.reshape(-1), analytic.reshape(-1)[places].copy()
        numerical, limits = np.empty(len(places)), np.empty(len(places))
        for k, place in enumerate(places):
            numerical[k], limits[k] = _central(objective, flat, int(place))
        for k, place in enumerate(places):
            index = ",".join(str(i) for i in np.unravel_index(place, values.shape))
            receipts.append(
                Receipt(
                    f"d{name}[{index}]",
                    float(given[k]),
                    float(numerical[k]),
                    _relative(given[k : k + 1], numerical[k : k + 1]),
                    float(limits[k]),
                )
            )
        error = _relative(given, numerical)
        floor = float(np.linalg.norm(limits))
        close = float(np.linalg.norm(given - numerical)) <= 4 * floor
        arrays.append(ArrayVerdict("d" + name, error, error < tolerance or close))
    return GradCheck(arrays, receipts, value, int(away.sum()), int((~away).sum()))


@door
def along_directions(
    net: Network,
    x: ArrayLike,
    y: ArrayLike,
    w: ArrayLike | None = None,
    *,
    directions: Count = 3,
    seed: Seed = 0,
    masks: Seed | None = None,
) -> float:
    """The whole gradient at once: the worst relative error of grad·u along random unit u.

    Two passes a direction however many parameters there are; a wrong entry anywhere shows,
    though not where. Same arguments as `gradcheck`; masks seeds dropout.
    """
    with net.in_float64():
        return _worst(net, x, y, w, directions, np.random.default_rng(seed), masks)


def _worst(
    net: Network,
    x: ArrayLike,
    y: ArrayLike,
    w: ArrayLike | None,
    directions: int,
    rng: np.random.Generator,
    masks: int | None,
) -> float:
    net.grad[...] = np.nan
    net.gradient(x, y, w, _masks(masks))
    grad, theta = net.grad.copy(), net.theta.copy()
    worst = 0.0
    for _ in range(directions):
        u = rng.normal(size=theta.size)
        u /= np.linalg.norm(u)
        ends: list[float] = []
        for sign in (1, -1):
            net.theta[...] = theta + sign * _STEP * u
            p = net.forward(x, _masks(masks))
            ends.append(net.measure(p, y, w) + net.penalty())
        net.theta[...] = theta
        numerical = (ends[0] - ends[1]) / (2 * _STEP)
        worst = max(worst, _relative(np.array([grad @ u]), np.array([numerical])))
    return worst


def _masks(seed: int | None) -> np.random.Generator | None:
    return None if seed is None else np.random.default_rng(seed)


def _central(objective: Callable[[], float], flat: Array, place: int) -> tuple[float, float]:
    """The central difference in one entry of flat, and its rounding limit."""
    kept = flat[place]
    h = _STEP * max(1.0, abs(float(kept)))
    flat[place] = kept + h
    above = objective()
    flat[place] = kept - h
    below = objective()
    flat[place] = kept
    eps = float(np.finfo(np.float64).eps)
    return (above - below) / (2 * h), eps * (abs(above) + abs(below)) / (2 * h)


def _relative(a: Any, b: Any) -> float:
    size = float(np.linalg.norm(a) + np.linalg.norm(b))
    return float(np.linalg.norm(a - b)) / size if size > 0 else 0.0
