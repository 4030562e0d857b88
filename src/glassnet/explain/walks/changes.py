"""What changes what: a number nudged, the inputs that mattered, and why a parameter moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.notebook import Displayed
from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.layers import DenseStep
from glassnet.core.optimizers import Adam, AdamW, Momentum, Nesterov, RMSProp
from glassnet.explain.ask.addresses import Address, parse
from glassnet.explain.ask.answer import Answer
from glassnet.explain.ask.ask import Ask
from glassnet.formula.updates import is_own

MOST_MOVES = 5  # of an update that are told


@dataclass(frozen=True)
class Nudge(Displayed):
    """A number changed by epsilon: what its gradient predicts of the loss, and what happens."""

    kind, version = "nudge", 1

    address: str
    epsilon: float
    gradient: float
    loss: float
    loss_after: float

    @property
    def predicted(self) -> float:
        return self.gradient * self.epsilon

    @property
    def happened(self) -> float:
        return self.loss_after - self.loss


def nudge(ask: Ask, address: str | Address, epsilon: float = 1e-3) -> Nudge:
    """Adds epsilon to an entry of x, W, b, z or a, and passes on from there, in float64.

    Dropout's masks stay those of the pass.
    """
    place = parse(address) if isinstance(address, str) else address
    of = {"x": "dx", "W": "dW", "b": "db", "z": "delta", "a": "da"}
    if place.name not in of or place.prefix:
        raise InputError(f"'{place}' cannot be nudged: give an entry of x, W, b, z or a.")
    if not np.isfinite(epsilon) or not epsilon:
        raise InputError(f"a nudge of {epsilon} tells nothing: give a finite number other than 0.")
    ask.at(place)
    slope = Address(of[place.name], place.layer, place.index, place.sample)
    before = _loss(ask, None, 0.0)
    return Nudge(str(place), epsilon, ask.value(slope), before, _loss(ask, place, epsilon))


def _loss(ask: Ask, place: Address | None, epsilon: float) -> float:
    """The loss of the pass in float64, with epsilon added at a place."""

    def nudged(array: NDArray[Any], name: str, layer: int | None) -> NDArray[Any]:
        array = array.astype(np.float64)
        if place is not None and (place.name, place.layer) == (name, layer):
            row = (ask.sample(place),) if name in "xza" else ()
            array[row + place.index] += epsilon
        return array

    out, layer = nudged(ask.p.x, "x", None), 0
    z = out
    with np.errstate(over="ignore", invalid="ignore"):
        for step in ask.p.steps:
            if isinstance(step, DenseStep):
                layer += 1
                W = nudged(ask.parameters[f"W{layer}"], "W", layer)
                z = nudged(out @ W.T + nudged(ask.parameters[f"b{layer}"], "b", layer), "z", layer)
                out = nudged(step.layer.activation.f(z), "a", layer)
            else:
                out = out * step.mask
        if place is not None and place.name == "a" and place.layer == layer:
            _refuse_output(ask)  # a loss told from z does not see the nudged a
        return float(ask.p.share @ ask.net.loss.sample(z, out, ask.p.y.astype(np.float64)))


def _refuse_output(ask: Ask) -> None:
    if ask.net.loss.joint:
        raise InputError(
            f"{ask.net.loss.name} is computed from z: nudge an entry of z{len(ask.p.dense)} "
            f"instead of a{len(ask.p.dense)}."
        )


@dataclass(frozen=True)
class InputInfluence:
    """An input of a sample: its value, the loss's slope there, and the two multiplied.

    name: what the data call it, where they have a name for it.
    """

    address: str
    value: float
    gradient: float
    name: str = ""

    @property
    def product(self) -> float:
        return self.value * self.gradient


def influences(
    ask: Ask, sample: int | None = None, most: int = 10, names: Sequence[str] = ()
) -> list[InputInfluence]:
    """The inputs at which this sample's loss is steepest, steepest first; with their names."""
    place = Address("x", None, (0,), sample)
    k = ask.sample(place)
    dx = ask.carried_back(0, k)
    order = np.argsort(-np.abs(dx), kind="stable")[:most]
    return [
        InputInfluence(
            str(place.at(j)),
            float(ask.p.x[k, j]),
            float(dx[j]),
            str(names[j]) if len(names) else "",
        )
        for j in order.tolist()
    ]


@dataclass(frozen=True)
class MovePart:
    """One reason for a move, in words, and how much of the change it made."""

    reason: str
    change: float


@dataclass(frozen=True)
class Move(Displayed):
    """Why a parameter changed in an update: its parts sum to the change."""

    kind, version = "move", 1

    address: str
    before: float
    after: float
    parts: list[MovePart]

    __repr__ = telling()

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True)
class MovedAnswer(Answer, Move):
    """A parameter of a recorded step, and why that step moved it."""

    kind, version = "moved_answer", 1

    __repr__ = telling("address", "before", "after")

    @classmethod
    def of(cls, answer: Answer, move: Move) -> "MovedAnswer":
        return cls(**{**vars(move), **vars(answer)})


def why_it_moved(
    ask: Ask, address: str | Address, names: NDArray[np.intp] | None = None, most: int = 10
) -> Move:
    """The change of a weight or bias in the update after a pass, split by its reasons.

    Each sample's gradient, the penalty, what earlier gradients left in the optimizer's memory,
    weight decay, and max_norm.

    Args:
        names: the row number that each sample of the batch had in the data, (B,).
        most: samples told one by one, those that moved it most; the rest are summed.
    """
    place = parse(address) if isinstance(address, str) else address
    if place.name not in ("W", "b") or place.prefix:
        raise InputError(f"'{place}' is no parameter: ask why a weight or bias moved, as W1[0,1].")
    before, after = ask.at(place).value, ask.value(place.under("new"))
    if not ask.is_learned(place):
        return Move(str(place), before, after, [MovePart("it is frozen", 0.0)])
    parts: list[MovePart] = []
    unbounded = after / ask.shortened(place)  # before max_norm
    left = unbounded - before
    if is_own(ask.rule):  # how it takes the gradient is not known here
        parts = [MovePart(f"the optimizer {ask.rule.name}, a rule of one's own", left)]
        if unbounded != after:
            parts.append(MovePart("max_norm's bound on the neuron", after - unbounded))
        return Move(str(place), before, after, parts)
    decay = _decay(ask, place, before)
    total, earlier = _direction(ask, place)
    g = ask.value(place.under("g"))
    moved = (left - decay) / total if total else 0.0  # a change for each unit of the direction
    if g:
        shares, penalty = _gradients(ask, place)
        unclipped = float(shares.sum()) + penalty
        each = moved * (total - earlier) / unclipped if unclipped else 0.0
        parts += _by_sample(ask, shares * each, names, most)
        if penalty:
            parts.append(MovePart("the penalty on large weights", penalty * each))
    if earlier:
        parts.append(MovePart("what earlier gradients left (momentum)", moved * earlier))
    if decay:
        parts.append(MovePart("weight decay", decay))
    if unbounded != after:
        parts.append(MovePart("max_norm's bound on the neuron", after - unbounded))
    return Move(str(place), before, after, parts)


def _gradients(ask: Ask, place: Address) -> tuple[NDArray[np.float64], float]:
    """Each sample's share of the gradient, (B,), and the penalty's part."""
    step = ask.p.dense[(place.layer or 1) - 1]
    delta = step.delta.astype(np.float64)
    if place.name == "W":
        i, j = place.index
        penalised = bool(ask.net.l1 or ask.net.l2)
        return delta[:, i] * step.x[:, j], ask.value(place.under("penalty")) if penalised else 0.0
    shared = step.layer.bias == "layer"
    return (delta.sum(axis=1) if shared else delta[:, place.index[0]]), 0.0


def _by_sample(
    ask: Ask, changes: NDArray[np.float64], names: NDArray[np.intp] | None, most: int
) -> list[MovePart]:
    if names is None and len(changes) == 1:
        return [MovePart("the gradient", float(changes[0]))]
    order = np.argsort(-np.abs(changes), kind="stable")
    named = max(1, min(most, np.count_nonzero(changes)))  # who moved nothing is not named
    parts: list[MovePart] = []
    for k in order[:named]:
        row = "" if names is None else f", row {int(names[k])}"
        parts.append(MovePart(f"the gradient of sample {k}{row}", float(changes[k])))
    if len(order) > named:
        rest = float(changes[order[named:]].sum())
        parts.append(MovePart(f"the gradients of {len(order) - named} other samples", rest))
    return parts


def _direction(ask: Ask, place: Address) -> tuple[float, float]:
    """(total, earlier): what the step is proportional to, and what past gradients left of it."""

    def of(prefix: str) -> float:
        return ask.value(place.under(prefix))

    match ask.rule:
        case Nesterov(momentum=mu):
            return of("g") + mu * of("new.v"), mu * mu * of("v")
        case Momentum(momentum=mu):
            return of("new.v"), mu * of("v")
        case RMSProp(momentum=mu) if mu:
            return of("new.v"), mu * of("v")
        case Adam(beta1=beta1):
            return of("new.m"), beta1 * of("m")
        case _:
            return of("g"), 0.0


def _decay(ask: Ask, place: Address, before: float) -> float:
    if not isinstance(ask.rule, AdamW):
        return 0.0
    shrink = ask.learning_rate if ask.rule.form == "pytorch" else ask.factor
    return -shrink * ask.rule.weight_decay * before


def largest_moves(ask: Ask) -> list[Move]:
    """Why those parameters moved that this update moved most, the furthest first."""
    found: list[tuple[float, Address]] = []
    for n in range(1, len(ask.p.dense) + 1):
        for name in "Wb":
            place = Address(name, n)
            change = np.abs(ask.array(place.under("new")) - ask.array(place))
            for flat in np.argsort(-change, axis=None, kind="stable")[:MOST_MOVES]:
                index = tuple(int(i) for i in np.unravel_index(flat, change.shape))
                found.append((float(change[index]), place.at(*index)))
    found.sort(key=lambda pair: -pair[0])
    return [why_it_moved(ask, place) for _, place in found[:MOST_MOVES]]
