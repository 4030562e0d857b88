"""One point of the playground in words: what it is answered, and which neurons pushed most."""

from dataclasses import dataclass

import numpy as np

from glassnet.studio.scenes.play.player import Player

NEAREST = 10  # points to learn from that are looked at round one


@dataclass(frozen=True)
class Push:
    """What one neuron adds to the sum that decides: its weight times its activation.

    Args: layer, 0 for an input; index, in its layer.
    """

    address: str
    layer: int
    index: int
    weight: float
    a: float
    product: float


@dataclass(frozen=True)
class PointSaid:
    """What the network says of one point, and why.

    Args:
        says, target: classes, or numbers.
        probability: of the class that it says; None of a number.
        right: whether says is the target; None of a number.
        of: the sum that decides: above 0 it speaks for `towards`, or is what is said, where that
            is None.
        bias, z: z is the bias and all pushes.
        pushes: the largest first.
        nearest: the points to learn from that lie nearest to it, itself left out.
        like_target, like_said: how many of those have its own target, and what it is said to be.
        mean: of their targets, where those are numbers; None of classes.
    """

    kind, version = "point_said", 2

    sample: int
    says: float
    target: float
    probability: float | None
    right: bool | None
    of: str
    towards: int | None
    bias: float
    z: float
    pushes: list[Push]
    nearest: list[int]
    like_target: int
    like_said: int
    mean: float | None


def point_said(player: Player, sample: int) -> PointSaid:
    """Of the point of that number."""
    net, points = player.net.astype("float64"), player.points
    p = net.forward(points.x[sample : sample + 1])
    y_hat, target = p.y_hat[0], float(points.y[sample])
    probability, right, towards, row = None, None, None, 0
    says = float(y_hat[0])
    if points.labels:
        one = len(y_hat) == 1
        chosen = int(player.chosen(p.y_hat)[0])
        probability = float(1 - y_hat[0] if one and not chosen else y_hat[0 if one else chosen])
        says, right = float(chosen), chosen == target
        towards, row = (1, 0) if one else (chosen, chosen)
    last = len(net.dense_layers)
    layer = net.dense_layers[-1]
    before = p.dense[-2].a[0] if last > 1 else p.x[0]
    name = f"a{last - 1}" if last > 1 else "x"
    pushes = [
        Push(f"{name}[{j}]", last - 1, j, float(w), float(a), float(w * a))
        for j, (w, a) in enumerate(zip(layer.W[row], before))
    ]
    pushes.sort(key=lambda each: -abs(each.product))
    z = float(p.dense[-1].z[0, row])
    nearest = _nearest(player, sample)
    theirs = points.y[nearest]
    return PointSaid(
        sample, says, target, probability, right, f"z{last}[{row}]", towards,
        float(layer.b[row]), z, pushes, nearest, int(np.sum(theirs == target)),
        int(np.sum(theirs == says)), float(np.mean(theirs)) if not points.labels else None,
    )  # fmt: skip


def _nearest(player: Player, sample: int) -> list[int]:
    x = player.points.x
    far = np.hypot(*(x - x[sample]).T)
    far[player.points.is_test] = np.inf
    far[sample] = np.inf
    first = np.argsort(far, kind="stable")[:NEAREST]
    return first[np.isfinite(far[first])].tolist()
