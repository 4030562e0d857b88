"""Where a minimisation ended, in words: what is known of the place, and what follows."""

import numpy as np

from glassnet.core.network import Network
from glassnet.training.loop.stationary import Standing
from glassnet.training.rows import Rows

UNLIKE = 1e3  # between inputs of a size that differs by more, scaling is advised
BALANCED = 1e-4  # below this part of its terms a gradient counts as vanished; 10 √ε if that is more
GONE = 1e-7  # below this part of a constant answer's loss the loss is as good as 0
STALLED = "not converged"
OPEN = "a minimum, a plateau or a saddle"


def ran_out(iterations: int, left: float) -> str:
    """left: ‖gradient‖ as a part of what it was at the start."""
    return (
        f"{STALLED}: the {iterations:,} iteration{'s' if iterations != 1 else ''} ran out "
        f"where the gradient was {left:.2g} of what it was at the start."
    )


def from_to(value: float, lower: float) -> str:
    """'from … to …' with as many digits as tell them apart, and at least 4.

    >>> from_to(3.980427e-09, 3.980383e-09)
    'from 3.980427e-09 to 3.980383e-09'
    """
    digits = 4
    while value != lower and f"{value:.{digits}g}" == f"{lower:.{digits}g}":
        digits += 1
    digits = min(digits + 1, 17) if digits > 4 else 4
    return f"from {value:.{digits}g} to {lower:.{digits}g}"


def in_words(s: Standing, net: Network, reason: str) -> str:
    """What follows from what was found, in a sentence or two.

    Args:
        reason: LBFGS's, "gradient" or "no descent".
    """
    what = "the loss with its penalty" if net.l1 or net.l2 else "the loss"
    shut = _shut(s)
    lowest = min((v for v in (s.lower, s.downhill) if v is not None), default=None)
    if not (net.l1 or net.l2) and 0 <= s.value <= GONE * abs(s.constant):
        on = "" if lowest is None else f"; a descent may go on, {from_to(s.value, lowest)} at least"
        return (
            f"the loss is as good as 0: {s.value:.2g}, where the targets' mean as the answer to "
            f"every row has {s.constant:.2g}{on}."
        )
    balanced = s.balance <= max(BALANCED, 10 * float(np.finfo(net.dtype).eps) ** 0.5)
    if (balanced or reason == "gradient") and s.falling:
        falls = "" if s.downhill is None else f", {from_to(s.value, s.downhill)} at a point of it"
        return (
            f"a saddle point, no minimum: the gradient vanished, but {what} falls along at least "
            f"one direction{falls}{f'; it does not pass {shut}' if shut else ''}: "
            "start from other weights, drawn at random."
        )
    if s.lower is not None:
        stop = f"in {net.dtype.name} and the inputs' units no step lowers {what} any further"
        if reason == "gradient":
            stop = "the gradient is below the tolerance"
        return (
            f"{STALLED}: {stop}, yet in float64, with the data's means taken off and each weight "
            f"in the units of its input, the descent goes on, {from_to(s.value, s.lower)} at least."
        )
    if not balanced and reason != "gradient":
        return (
            f"{STALLED} as far as is known: no step lowers {what} any further, but the gradient is "
            f"{s.balance:.1g} of the size of its terms{_kinks(net)}."
        )
    left = f"is {s.balance:.1g} of the size of its terms" if balanced else "and each term are tiny"
    return f"{_place(s, what)} (the gradient {left})."


def _place(s: Standing, what: str) -> str:
    """Of a place where the gradient vanished and nothing lower was found nearby."""
    k, P = len(s.spectrum.values), len(s.spectrum.directions)
    looked_at = f"all {P:,} directions" if s.spectrum.whole else f"{k:,} directions of {P:,}"
    if s.spectrum.whole and P == 1:
        looked_at = "the one direction there is"
    shut = _shut(s)
    if shut:
        return (
            "a plateau, not known to be a minimum: the gradient vanished, but it does not pass "
            f"{shut}, which cannot learn whatever the loss is: start from other weights, or scale "
            "the inputs"
        )
    if s.flat:
        return (
            f"{OPEN}, which the curvature cannot tell: the gradient vanished, and of {looked_at} "
            f"looked at {what} is flat along {s.flat:,}, as far as differences tell"
        )
    if s.spectrum.whole:
        return f"a local minimum: the gradient vanished, and {what} curves upward along {looked_at}"
    return (
        f"perhaps a minimum: the gradient vanished, and {what} curves upward along the {looked_at} "
        "that were looked at"
    )


def _shut(s: Standing) -> str:
    shut = [
        f"{'every neuron' if n == of else f'{n:,} of the {of:,} neurons'} of layer {number}"
        for number, (n, of) in enumerate(s.shut, start=1)
        if n
    ]
    return f"{' and '.join(shut)}, saturated or off on every row" if shut else ""


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
    """Advice where the inputs lie far from 0 or their sizes far apart, or ''."""
    part = rows.X[next(rows.blocks())].astype(np.float64)
    mean, deviation = np.abs(part.mean(axis=0)), part.std(axis=0)
    off = (deviation > 1e-14 * mean) & (mean > UNLIKE * deviation)
    if off.any():
        j = int(np.argmax(np.where(off, mean / np.where(off, deviation, 1.0), 0.0)))
        return (
            f" The inputs lie far from 0 beside how far they vary (number {j + 1} about "
            f"{part[:, j].mean():.1g} by ±{deviation[j]:.1g}), which makes the descent slow or "
            "stops it: bring each column to mean 0 and deviation 1."
        )
    X = np.abs(rows.X[next(rows.blocks())]).max(axis=0, initial=0.0)
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
