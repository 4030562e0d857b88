"""Parts of one's own, tried on a few rows: whether each returns what it is asked for."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.core.parts import as_written
from glassnet.core.validation.functions import check_formula, check_values

ROWS = 3


def check_shapes(net: Network, x: ArrayLike, y: ArrayLike) -> None:
    """An InputError that names the activation or loss of one's own that returns another shape.

    What broadcasts, a single number or a column, would be trained with in silence. Layers and
    networks that pass in a way of their own are left to themselves.

    Args: x, y, rows and targets as the network meets them; the first few are taken.
    """
    curves = (layer.activation for layer in net.dense_layers)
    if not as_written(net, "forward", "backward") or all(map(as_written, (net.loss, *curves))):
        return
    out = net.inputs(x)[:ROWS]
    with np.errstate(all="ignore"):
        for layer in net.layers:
            if not as_written(layer):
                return
            if isinstance(layer, Dense):
                out = _checked_activation(layer, out)
        a, loss = out, net.loss
        if as_written(loss):
            return
        targets = loss.targets(np.atleast_1d(y)[:ROWS], net.n_out, net.dtype)
        z = a  # of the same shape
        check_values(loss, "sample", loss.sample(z, a, targets), (len(a),))
        if as_written(loss, "delta"):
            check_values(loss, "da", loss.da(a, targets), a.shape)
        else:
            f = net.dense_layers[-1].activation
            check_values(loss, "delta", loss.delta(z, a, targets, f), a.shape)


def _checked_activation(layer: Dense, x: Any) -> Any:
    z, f = x @ layer.W.T + layer.b, layer.activation
    a = f.f(z)
    if not as_written(f):
        check_values(f, "f", a, z.shape)
        if as_written(f, "backward"):
            check_values(f, "df", f.df(z, a), z.shape)
        else:
            check_values(f, "backward", f.backward(np.ones_like(z), z, a), z.shape)
        check_formula(f)
    return a
