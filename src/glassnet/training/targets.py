"""From a person's targets, labels of any kind or numbers, to the network's."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.errors import InputError
from glassnet.core.layers import Dense
from glassnet.core.losses import BinaryCrossEntropy, CrossEntropy, Pinball
from glassnet.core.network import Network
from glassnet.core.validation.arrays import array
from glassnet.core.validation.rules import shown
from glassnet.data import YesNo, encode_labels


def encode(net: Network, y: ArrayLike) -> NDArray[Any]:
    """y as net is to meet it; learns net.classes where y holds labels and none are known.

    Labels are strings, booleans, or whole numbers where the loss is a cross-entropy or the
    network has several outputs; they become classes from 0. Everything else stays as it is.

    Raises: InputError where there are more labels than outputs, or a label is unknown.
    """
    y = array("y", y)
    if net.yes_no is not None and net.classes is None and y.ndim == 2 and y.dtype.kind in "OUi":
        return meaning_in(net).read(y)
    if not y.ndim:
        raise InputError(f"y is {shown(y[()])}: give one label or number a row.")
    if y.dtype.kind == "b":
        y = y.astype(int)
    labels = y.ndim == 1 and (
        y.dtype.kind in "OUS"
        or (
            y.dtype.kind in "iu"
            and (net.n_out > 1 or isinstance(net.loss, CrossEntropy | BinaryCrossEntropy))
        )
    )
    if not labels:
        if y.dtype.kind not in "iuf":
            raise InputError(f"targets must be numbers or labels; these are of type {y.dtype}.")
        if not np.isfinite(y).all():
            row = int(np.argwhere(~np.isfinite(y))[0][0])
            raise InputError(f"the targets hold {y[row]} at row {row}: give finite numbers.")
        return y
    n_classes = max(net.n_out, 2)
    counted = list(range(n_classes))
    whole = y.dtype.kind in "iu" and len(y) > 0
    if net.classes in (None, counted) and whole and y.min() >= 0 and y.max() < n_classes:
        net.classes = counted  # a class may be missing from these rows
        return y
    if net.classes is not None:
        return encode_labels(y, net.classes)[1]
    classes, numbers = encode_labels(y)
    if len(classes) != n_classes:
        said = "is one label alone" if len(classes) == 1 else f"are {len(classes)} different labels"
        raise InputError(
            f"there {said}; the network's outputs stand for "
            f"{n_classes}: make its last layer as wide as there are labels."
        )
    net.classes = classes.tolist()
    return numbers


def are_yes_no(net: Network) -> bool:
    """Whether the outputs are several yes/no targets."""
    return net.yes_no is not None and net.classes is None


def quantiles_in(net: Network) -> tuple[float, ...]:
    """The quantiles that the outputs are, where they are several."""
    return net.loss.quantiles if isinstance(net.loss, Pinball) else ()


def aimed_in(net: Network) -> tuple[float, ...]:
    """Which quantile each output is, of one target or each of its own; none of another network."""
    if not isinstance(net.loss, Pinball):
        return ()
    return quantiles_in(net) or (float(net.loss.spec()["quantile"]),) * net.n_out


def middle_of(aimed: Sequence[float]) -> int:
    """The place of the quantile that is told first: the median, or what is nearest to it.

    >>> middle_of([0.1, 0.5, 0.9]), middle_of([0.8, 0.9])
    (1, 0)
    """
    return min(range(len(aimed)), key=lambda k: abs(aimed[k] - 0.5))


def quantile_names(aimed: Sequence[float], targets: Sequence[str] = ()) -> list[str]:
    """What quantiles are called; where each is of its own target with that, to pass for no mean.

    >>> quantile_names([0.1, 0.9], ["price"]), quantile_names([0.9], ["price"])
    (['q0.1', 'q0.9'], ['q0.9 of price'])
    """
    of = [f" of {name}" for name in targets] if len(targets) == len(aimed) else [""] * len(aimed)
    return [f"q{q:g}{one}" for q, one in zip(aimed, of)]


def meaning_in(net: Network) -> YesNo:
    """The words and thresholds of a network's yes/no outputs."""
    assert isinstance(net.yes_no, YesNo)
    return net.yes_no


def one_target(net: Network, j: int) -> Network:
    """Of several yes/no targets the network of one, by its place: two classes, and its threshold.

    What it answers is what net answers of that target, bit by bit but for the order of sums.
    """
    *before, last = net.layers
    assert isinstance(last, Dense)
    b = np.broadcast_to(last.b, (last.n_out,))[j : j + 1]
    own = Dense(last.n_in, 1, last.activation, W=last.W[j : j + 1], b=b)
    made = Network(
        [*before, own], net.loss, seed=net.seed, dtype=net.dtype.name, l1=net.l1, l2=net.l2
    )
    known = meaning_in(net)
    made.classes, made.preparation = list(known.pairs[j]), net.preparation
    made.yes_no = known.one(j)
    return made
