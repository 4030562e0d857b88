"""The proof: analytic gradients beside numerical ones, with a receipt for each parameter.

An accusation is made where two numerical derivatives, of different steps, both differ from the
analytic one by more than they can be wrong by. Where the numerical derivative is too uncertain to
know the gradient to three digits, nothing is judged, and that is said.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from glassnet.core.activations import Array
from glassnet.core.custom.trial import check_shapes
from glassnet.core.display.notebook import Displayed
from glassnet.core.display.one_line import some_of, telling
from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.numerical.differences import NumericalSlope, Objective, kinks_of_penalty
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import Count, Positive, Seed

TOLERANCE = 1e-7  # of |analytic − numerical| / (|analytic| + |numerical|), entry by entry
JUDGED = 1e-3  # a derivative known to less than three digits judges nobody
SMALL = 1e-6  # of the terms that sum to a gradient: one known so well is judged too, be it 0
HOPE = 1e4  # times a derivative: rounding that no larger step makes small enough
SETTLED = 0.1  # of a derivative: its truncation, where it may accuse
NEAR = 256.0  # times the first step
AGAIN = 0.6  # of the step at which a derivative accuses: there it is taken again
SURE = 4.0  # how many times the estimated error of a derivative it must differ by

Word = Literal["ok", "WRONG", "not judged"]
Outcome = Literal["right", "wrong", "in part"]


@dataclass(frozen=True)
class Receipt:
    """One parameter's gradient, both ways.

    `limit` is what the two can be wrong by together: the truncation and rounding of the numerical
    derivative, the rounding of the analytic one. `word` is "ok", "WRONG" or "not judged".
    """

    address: str
    analytic: float
    numerical: float
    relative_error: float
    limit: float
    word: Word = "ok"

    def __repr__(self) -> str:
        return (
            f"Receipt({self.address} {self.word}: analytic {self.analytic:.9g}, numerical "
            f"{self.numerical:.9g}, relative error {self.relative_error:.1e})"
        )


@dataclass(frozen=True)
class ArrayVerdict:
    """One array's gradient: relative error in norms, and what is to be said of it.

    It is WRONG where one entry is. It is not judged where its numerical derivative, as a whole, is
    known to less than three digits; `not_judged` counts the entries of which that is so, and
    `at_kink` those left out since they lie at the kink of l1, a weight of 0. `worst` is the address
    of the entry that accuses it.
    """

    name: str
    relative_error: float
    word: Word
    entries: int
    not_judged: int = 0
    at_kink: int = 0
    worst: str = ""

    __repr__ = telling()

    @property
    def ok(self) -> bool:
        return self.word == "ok"


@dataclass(frozen=True)
class GradCheck(Displayed):
    """All verdicts and receipts.

    `rows` is how many samples stayed after those at a kink, `rows_at_kink` how many lay there;
    `weights_at_kink` counts those left out at the kink of l1. `along_directions` is the whole
    gradient's worst relative error, where that was looked at. `not_finite` says where the first
    number stands that is NaN or infinite, "" where there is none.
    """

    kind, version = "gradcheck", 1

    arrays: list[ArrayVerdict]
    receipts: list[Receipt]
    objective: float
    rows: int
    rows_at_kink: int
    weights_at_kink: int = 0
    not_finite: str = ""
    along_directions: float | None = None

    @property
    def outcome(self) -> Outcome:
        """Wrong where a gradient or the whole is, or a number is not finite; else what is known."""
        whole = self.along_directions is None or self.along_directions <= TOLERANCE
        if self.wrong or self.not_finite or not whole:
            return "wrong"
        return "in part" if self.not_judged else "right"

    @property
    def ok(self) -> bool:
        """Whether every array was judged and holds, and every number is finite."""
        return self.outcome == "right"

    @property
    def wrong(self) -> list[str]:
        """The arrays whose gradient is wrong."""
        return [verdict.name for verdict in self.arrays if verdict.word == "WRONG"]

    @property
    def not_judged(self) -> list[str]:
        """The arrays of which too little is known to judge them."""
        return [verdict.name for verdict in self.arrays if verdict.word == "not judged"]

    def __repr__(self) -> str:
        said = [
            f"{some_of(names, ', ', most=5)} {word}"
            for names, word in ((self.wrong, "WRONG"), (self.not_judged, "not judged"))
            if names
        ]
        if self.not_finite:
            said.append(self.not_finite)
        told = "; ".join(said) or "every gradient holds"
        return f"GradCheck({len(self.receipts)} entries of {len(self.arrays)} arrays: {told})"


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

    Works on the network's own parts, in float64, and leaves all its numbers as they were. Samples
    at a kink of an activation or of the loss are left out, and with l1 the weights at 0; both are
    counted.

    Args:
        x, y, w: a batch, its targets and sample weights, as for `Network.backward`.
        tolerance: of each entry's relative error, beside what rounding and truncation explain.
        seed: of dropout's masks, the same for every evaluation; None drops nothing.
        max_receipts: check only so many parameters of each array, evenly spread.

    >>> net = Network.dense([3, 4, 2], hidden="tanh", seed=1)
    >>> gradcheck(net, np.ones((1, 3)), np.zeros((1, 2))).ok
    True
    """
    with net.in_float64(), np.errstate(all="ignore"):
        check_shapes(net, x, y)
        proof = _Proof(net, x, y, w, tolerance, seed)
        told = [proof.array(name, max_receipts) for name in proof.places]
    arrays = [verdict for verdict, _ in told]
    receipts = [receipt for _, of_array in told for receipt in of_array]
    away, at_kink = proof.f.away, sum(verdict.at_kink for verdict in arrays)
    return GradCheck(
        arrays, receipts, proof.value, int(away.sum()), int((~away).sum()), at_kink,
        proof.not_finite,
    )  # fmt: skip


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

    A few passes a direction however many parameters there are; a wrong entry anywhere shows,
    though not where. What truncation and rounding explain is no error: 0.0 where that is all.
    Infinite where a number is not finite. Same arguments as `gradcheck`; masks seeds dropout.
    """
    with net.in_float64(), np.errstate(all="ignore"):
        proof = _Proof(net, x, y, w, TOLERANCE, masks)
        if proof.not_finite:
            return float("inf")
        rng = np.random.default_rng(seed)
        return max((proof.along(rng) for _ in range(directions)), default=0.0)


class _Proof:
    """A network in float64, its gradient on a batch, and how far numerical ones can be trusted."""

    def __init__(
        self,
        net: Network,
        x: ArrayLike,
        y: ArrayLike,
        w: ArrayLike | None,
        tolerance: float,
        masks: int | None,
    ) -> None:
        self.tolerance, self.net = tolerance, net
        self.f = f = Objective(net, net.inputs(x), y, w, masks)
        if not f.away.any():
            raise InputError(
                "every sample lies at a kink of an activation or of the loss, where a numerical "
                "gradient means nothing: give other samples."
            )
        if not f.counted.any():
            raise InputError("every sample that has a weight lies at a kink: give other samples.")
        self.uncertain = f.rounding()[1]
        net.grad[...] = np.nan  # what no backward fills shows
        self.value = net.gradient(f.x, f.y, f.w, f.rng())
        self.grad = net.grad.copy()
        places = net.split(np.arange(net.theta.size))
        self.places = {name: places[name] for name, _, _ in net.parameters()}
        self.at_kink = kinks_of_penalty(net)
        self.scales = self._scales()
        self.not_finite = self._not_finite()

    def _scales(self) -> dict[str, float]:
        """The size of what sums to each array's largest entry: of dW, Σ |delta| |x|."""
        p = self.net.forward(self.f.x, self.f.rng())
        p = self.net.backward(p, self.f.y, self.f.w)
        scales: dict[str, float] = {}
        for n, step in enumerate(p.dense, start=1):
            delta = np.abs(step.delta)
            scales[f"W{n}"] = float((delta.T @ np.abs(step.x)).max(initial=0))
            scales[f"b{n}"] = float(delta.sum(axis=0).max(initial=0))
        return scales

    def _not_finite(self) -> str:
        """Where the first number that is NaN or infinite stands, in the order of computing."""
        p = self.net.forward(self.f.x, self.f.rng())
        found: list[tuple[str, Array, bool]] = [("x", p.x, True)]
        for n, step in enumerate(p.dense, start=1):
            found += [(f"W{n}", step.layer.W, False), (f"b{n}", step.layer.b, False)]
            found += [(f"z{n}", step.z, True), (f"a{n}", step.a, True)]
        found.append(("objective", np.asarray(self.value), False))
        found += [(f"d{n}", g, False) for n, g in self.net.split(self.grad).items()]
        for name, array, sampled in found:
            wrong = np.argwhere(~np.isfinite(array))
            if len(wrong):
                index = wrong[0].tolist()
                value = array[tuple(index)]
                row = f"@{index.pop(0)}" if sampled else ""
                where = f"[{','.join(map(str, index))}]" if index else ""
                return f"{name}{where}{row} is {value}"
        return ""

    # -- entry by entry ------------------------------------------------------------------

    def array(self, name: str, most: int | None) -> tuple[ArrayVerdict, list[Receipt]]:
        """The verdict on one array, and the receipts of its entries, of at most so many."""
        places = self.places[name]
        which = np.arange(places.size)
        if most is not None and places.size > most:
            which = np.unique(np.linspace(0, places.size - 1, most).astype(int))
        flat = places.reshape(-1)
        told = [int(k) for k in which if not self.at_kink[flat[k]]]
        size = float(np.abs(self.f.theta[flat]).max(initial=0)) or 1.0
        receipts: list[Receipt] = []
        step = 0.0
        for k in told:
            index = ",".join(str(i) for i in np.unravel_index(k, places.shape))
            place = int(flat[k])
            # the step that served one entry is the first guess for the next
            receipt, step = self._entry(f"d{name}[{index}]", place, step or 1e-4 * size)
            receipts.append(receipt)
        return self._verdict(f"d{name}", receipts, len(which) - len(told)), receipts

    def _entry(self, address: str, place: int, h: float) -> tuple[Receipt, float]:
        analytic, rounding = float(self.grad[place]), float(self.uncertain[place])
        most = np.inf
        if self.net.l1 and self._is_penalized(place):
            most = 0.5 * abs(float(self.f.theta[place]))
        scale = self.scales[address[1 : address.index("[")]]
        slope, word = self._judge(analytic, rounding, place, h, most, scale)
        error = _relative(np.array([analytic]), np.array([slope.value]))
        limit = slope.error + rounding
        return Receipt(address, analytic, slope.value, error, limit, word), slope.step

    def _is_penalized(self, place: int) -> bool:
        return any(
            name[0] == "W" and places.flat[0] <= place <= places.flat[-1]
            for name, places in self.places.items()
        )

    def _judge(
        self,
        analytic: float,
        rounding: float,
        place: int | Array,
        h: float,
        most: float,
        scale: float = 0.0,
    ) -> tuple[NumericalSlope, Word]:
        """The numerical derivative that is known best, and what it says of the analytic one.

        scale: of the terms that sum to the array's entries; a millionth is as good as three digits.
        """
        if not np.isfinite(self.value):
            unknown = NumericalSlope(np.nan, np.inf, np.inf, h)
            return unknown, "not judged" if np.isfinite(analytic) else "WRONG"
        first, clean = self.f.central(place, h, most)
        if not np.isfinite(analytic):
            return first, "WRONG"
        if clean and analytic == first.value == 0:
            return first, "ok"

        def judges(slope: NumericalSlope) -> bool:
            size = max(abs(analytic), abs(slope.value))
            return SURE * (slope.error + rounding) <= max(JUDGED * size, SMALL * scale)

        def differs(slope: NumericalSlope) -> bool:
            allowed = self.tolerance * (abs(analytic) + abs(slope.value))
            error = SURE * (slope.error + rounding)
            return abs(analytic - slope.value) > max(error, allowed)

        def accuses(slope: NumericalSlope | None) -> bool:
            if slope is None or not differs(slope):
                return False
            if abs(slope.value) > SURE * slope.rounding:
                # of what does not settle as h shrinks, as where f is bounded, too little is known
                return slope.error - slope.rounding <= SETTLED * abs(slope.value)
            # nor does f settle where it is lost in rounding: then only a small step is trusted
            return slope.step <= NEAR * first.step

        gap, size = abs(analytic - first.value), abs(analytic) + abs(first.value)
        if clean and gap <= max(self.tolerance * size, first.error + rounding) and judges(first):
            return first, "ok"  # two computations that agree so far do not do so by chance
        best = NumericalSlope(first.value, np.inf, np.inf, first.step)
        for slope in self.f.slopes(place, first.step, most):
            if accuses(slope) and accuses(self.f.extrapolated(place, AGAIN * slope.step)):
                return slope, "WRONG"
            if slope.error < best.error:
                best = slope
            gap, size = abs(analytic - slope.value), abs(analytic) + abs(slope.value)
            if slope.error <= self.tolerance * size or slope.rounding > HOPE * (size + gap):
                break
        return best, "ok" if judges(best) and not differs(best) else "not judged"

    def _verdict(self, name: str, receipts: list[Receipt], at_kink: int) -> ArrayVerdict:
        analytic = np.array([r.analytic for r in receipts])
        numerical = np.array([r.numerical for r in receipts])
        limits = np.array([r.limit for r in receipts])
        error = _relative(analytic, numerical)
        wrong = [r for r in receipts if r.word == "WRONG"]
        unknown = sum(r.word == "not judged" for r in receipts)
        worst, word = "", "ok"
        if wrong:
            word = "WRONG"
            gap = np.abs([r.analytic - r.numerical for r in wrong])
            worst = wrong[np.nan_to_num(gap, nan=np.inf).argmax()].address
        elif unknown and not SURE * np.linalg.norm(limits) <= JUDGED * np.linalg.norm(analytic):
            word = "not judged"
        return ArrayVerdict(name, error, word, len(receipts), unknown, at_kink, worst)

    # -- along a direction ---------------------------------------------------------------

    def along(self, rng: np.random.Generator) -> float:
        """The relative error of grad·u along a random unit u, less what cannot be known."""
        u = rng.normal(size=self.grad.size)
        u[self.at_kink] = 0
        length = float(np.linalg.norm(u))
        if not length:
            return 0.0
        u /= length
        most = np.inf
        if self.net.l1:
            for name, places in self.places.items():
                moved = u[places] != 0
                if name[0] == "W" and moved.any():
                    own, at = np.abs(self.f.theta[places][moved]), np.abs(u[places][moved])
                    most = min(most, 0.5 * float((own / at).min()))
        analytic, rounding = float(self.grad @ u), float(self.uncertain @ np.abs(u))
        h = 1e-4 * (float(np.linalg.norm(self.f.theta)) or 1.0)
        slope, word = self._judge(analytic, rounding, u, h, most)
        off = _relative(np.array([analytic]), np.array([slope.value]))
        return off if word == "WRONG" else 0.0


def _relative(a: Array, b: Array) -> float:
    size = float(np.linalg.norm(a) + np.linalg.norm(b))
    return float(np.linalg.norm(a - b)) / size if size != 0 else 0.0
