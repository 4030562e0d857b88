"""From raw rows and labels, as a person has them, to what a pass is asked about."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.validation.arrays import array
from glassnet.training.rows import as_rows


def rows_to_ask(net: Network, x: Any, y: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """What net meets of raw rows x and their labels or numbers y: X (B, n_in), y as losses take it.

    Args: x, y, as `predict` takes and answers them; or one row of numbers and its label or targets.
    Raises: InputError for a label that is none of net's classes, or what does not fit.

    >>> net = Network.dense([1, 1], output="sigmoid")
    >>> net.classes = [1, 2]
    >>> rows_to_ask(net, [0.5], 2)[1]
    array([1])
    """
    y = array("y", y)
    if isinstance(x, list | tuple | np.ndarray) and array("x", x).ndim == 1:
        x = np.asarray(x)[None]
        # n_out numbers are the targets of the one row
        y = (
            y[None]
            if y.ndim == 1 and len(y) == net.n_out > 1
            else y.reshape(1)
            if y.size == 1
            else y
        )
    known = net.classes
    if known is None and y.dtype.kind in "OUS":
        raise InputError(
            "the targets are labels, and this network has learned none yet: give numbers, or "
            "indexes of its outputs from 0."
        )
    try:
        rows = as_rows(net, x, y, "x")
    finally:
        net.classes = known
    return rows.X, rows.y
