"""The mean of several networks, which is a network too: side by side, and a last layer of 1/M.

Of M networks of one form, whose last weighted sums are z⁽¹⁾ … z⁽ᴹ⁾, the mean is f(z̄) with

    z̄ = (z⁽¹⁾ + … + z⁽ᴹ⁾)/M

and with their weights in blocks a dense network computes just that:

    W1 = [W1⁽¹⁾; W1⁽²⁾; …]        all of them see the same inputs
    Wl = diag(Wl⁽¹⁾, Wl⁽²⁾, …)    nothing passes from one to another
    W(L+1) = [I, I, …]/M          the last layer takes the mean

so that whatever can be asked of a network, explained, drawn or exported, can be of a mean.

The loss of a softmax's or an identity's z is convex: the mean's is at most the mean of the members'
(Jensen). Of probabilities it is the geometric mean, normalised. Source: Krogh and Vedelsby (1995),
"Neural network ensembles, cross validation, and active learning"; Heskes (1998), "Selecting
weighting factors in logarithmic opinion pools".
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from glassnet.core.activations import Array, Identity
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense, Dropout, Layer
from glassnet.core.network import Network, widths
from glassnet.core.parts import as_written

N = TypeVar("N", bound=Network)


def mean_of(nets: Sequence[N]) -> N:
    """The network whose last weighted sums are the mean of the networks'.

    Args: nets, one or more, of equal layers but for their numbers, of the same inputs, classes,
        preparation and scale of the target. The penalties are the first's.

    Raises: InputError where they are not.

    >>> one, other = Network.dense([1, 1], seed=0), Network.dense([1, 1], seed=1)
    >>> both = mean_of([one, other])
    >>> x = [[2.0]]
    >>> bool(abs(both.predict(x) - (one.predict(x) + other.predict(x)) / 2) < 1e-6)
    True
    """
    nets = list(nets)
    if not nets:
        raise InputError("there is no network to take the mean of: give one or more.")
    for number, net in enumerate(nets, start=1):
        _check_alike(nets[0], net, number)
    if len(nets) == 1:
        return nets[0].copy()
    first, M = nets[0], len(nets)
    f = first.dense_layers[-1].activation
    row: list[Layer] = []
    for place, layer in enumerate(first.layers):
        if isinstance(layer, Dropout):
            row.append(Dropout(layer.rate))
            continue
        each: list[Any] = [net.layers[place] for net in nets]
        W = np.concatenate([d.W for d in each]) if not row else _diagonal([d.W for d in each])
        b = np.concatenate([np.broadcast_to(d.b, (layer.n_out,)) for d in each])
        own = Identity() if layer is first.dense_layers[-1] else layer.activation
        row.append(Dense(W.shape[1], W.shape[0], own, W=W, b=b))
    K = first.n_out
    row.append(Dense(M * K, K, f, W=_averaging(M, K, first.dtype)))
    return _like(first, row)


def members_in(net: Network) -> int:
    """Of how many networks this one is the mean, by its weights; 1 where it is none.

    >>> members_in(mean_of([Network.dense([2, 3, 1], seed=seed) for seed in range(4)]))
    4
    """
    dense = net.dense_layers
    M, rest = divmod(dense[-1].n_in, net.n_out)
    if len(dense) < 2 or M < 2 or rest or not isinstance(dense[-2].activation, Identity):
        return 1
    if not np.array_equal(dense[-1].W, _averaging(M, net.n_out, net.dtype)) or dense[-1].b.any():
        return 1
    if any(layer.n_out % M for layer in dense[:-1]):
        return 1
    apart = (_blocks(layer.W, M) for layer in dense[1:-1])
    alone = all(not W[m, k].any() for W in apart for m in range(M) for k in range(M) if m != k)
    return M if alone else 1


def member_of(net: N, number: int) -> N:
    """One of the networks that this is the mean of, from 1 on, in arrays of its own.

    Raises: InputError where there is none of that number.

    >>> nets = [Network.dense([2, 3, 1], seed=seed) for seed in range(4)]
    >>> member_of(mean_of(nets), 3) == nets[2]
    True
    """
    M = members_in(net)
    if M == 1 or not 1 <= number <= M:
        holds = f"has members 1 to {M}" if M > 1 else "is one, not the mean of several"
        raise InputError(f"there is no member {number}: this network {holds}.")
    row: list[Layer] = []
    last = net.dense_layers[-2]
    for layer in net.layers[:-1]:
        if isinstance(layer, Dropout):
            row.append(Dropout(layer.rate))
            continue
        own = slice((number - 1) * layer.n_out // M, number * layer.n_out // M)
        W = layer.W[own] if not row else _blocks(layer.W, M)[number - 1, number - 1]
        f = net.dense_layers[-1].activation if layer is last else layer.activation
        row.append(Dense(W.shape[1], W.shape[0], f, W=W, b=layer.b[own]))
    return _like(net, row)


def _like(net: N, row: Sequence[Layer]) -> N:
    """A network of these layers, the rest as net has it."""
    made = type(net)(row, net.loss, seed=net.seed, dtype=net.dtype.name, l1=net.l1, l2=net.l2)
    made.classes, made.preparation = net.classes, net.preparation
    made.target_scale, made.yes_no = net.target_scale, net.yes_no
    return made


def _check_alike(first: Network, net: Network, number: int) -> None:
    if not isinstance(net, Network):
        raise InputError(f"number {number} is no network: give networks.")
    strange = [name for name in net.computes_by if not as_written(net, name)]
    if strange:
        raise InputError(f"number {number} has a {strange[0]} of its own: its mean is no network.")
    unlike = {
        "layers": [layer.kind for layer in first.layers] != [layer.kind for layer in net.layers]
        or widths(first) != widths(net)
        or any(a.activation != b.activation for a, b in zip(first.dense_layers, net.dense_layers)),
        "loss": first.loss != net.loss,
        "dtype": first.dtype != net.dtype,
        "classes": first.classes != net.classes,
        "preparation": first.preparation != net.preparation,
        "scale of the target": first.target_scale != net.target_scale,
        "yes and no": first.yes_no != net.yes_no,
    }
    for what, other in unlike.items():
        if other:
            raise InputError(
                f"number {number} has another {what} than the first: the mean is of networks of "
                "one form, on the same inputs."
            )


def _averaging(M: int, K: int, dtype: Any) -> Array:
    """[I, I, …]/M, (K, M·K)."""
    return np.tile(np.eye(K), M).astype(dtype) * np.dtype(dtype).type(1 / M)


def _diagonal(parts: Sequence[Array]) -> Array:
    """diag(W⁽¹⁾, W⁽²⁾, …), zeros elsewhere."""
    n_out, n_in = parts[0].shape
    W = np.zeros((len(parts) * n_out, len(parts) * n_in), parts[0].dtype)
    for m, part in enumerate(parts):
        W[m * n_out : (m + 1) * n_out, m * n_in : (m + 1) * n_in] = part
    return W


def _blocks(W: Array, M: int) -> Array:
    """W, (M·n_out, M·n_in), as a view (M, M, n_out, n_in) of its blocks."""
    n_out, n_in = W.shape[0] // M, W.shape[1] // M
    return W.reshape(M, n_out, M, n_in).transpose(0, 2, 1, 3)
