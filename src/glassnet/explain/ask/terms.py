"""Which formula gives which number: for every address of a pass its tree.

A long sum shows its largest terms and rest.….
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.activations import Activation, Softmax
from glassnet.core.errors import InputError
from glassnet.core.losses import BinaryCrossEntropy, CrossEntropy, Poisson, SquaredError
from glassnet.core.parts import as_written
from glassnet.explain.ask.addresses import STATE, Address
from glassnet.explain.ask.quantities import Quantities
from glassnet.formula import activations, layers, losses, updates
from glassnet.formula.tree import Expression, Number, Sum, Symbol, total

LARGE = 50.0  # of a softmax's z: from here on its exponents are told less the largest
CERTAIN = 1e-6  # of a probability or its complement: below, a loss is told from z
SMALL = 1e-30  # a rate whose ln float32 tells no longer


@dataclass(frozen=True)
class Terms:
    """A sum: the value of each term, and its tree."""

    values: NDArray[Any]
    term: Callable[[int], Expression]


def expression(q: Quantities, place: Address) -> Expression | None:
    """What the number at an address is made of; None of what is given."""
    if place.prefix.startswith("rest"):
        whole, left = rest(q, place)
        return total(whole.term(int(i)) for i in left)
    if place.prefix:
        return _of_parameters(q, place)
    _refuse_own_layers(q, place)
    tell = _TELLERS.get(place.name)
    told = None if tell is None else tell(q, place)
    while isinstance(told, Sum) and len(told.terms) == 1:
        told = told.terms[0]  # what stands alone is no sum
    return told


def _refuse_own_layers(q: Quantities, place: Address) -> None:
    """An InputError for a number that a layer of somebody's own computes, in its own way."""
    n, last = place.layer or 0, len(q.net.dense_layers)
    by = {"z": n, "dW": n, "db": n, "da": n + 1, "delta": n + 1, "dx": 1}.get(place.name, last + 1)
    if by <= last and not as_written(q.net.dense_layers[by - 1]):
        kind = type(q.net.dense_layers[by - 1]).__name__
        raise InputError(
            f"'{place}' is computed by layer {by}, a {kind} that does so in its own way: there is "
            "no formula for it. Its value is the layer's: ask.value(...)."
        )


def terms(q: Quantities, place: Address) -> Terms | None:
    """The sum in an address's formula, None where it has none."""
    make = None if place.prefix else _SUMS.get(place.name)
    return None if make is None else make(q, place)


def rest(q: Quantities, place: Address) -> tuple[Terms, NDArray[np.intp]]:
    """The sum that a rest is of, and which of its terms its own answer leaves out."""
    whole = place.under(place.prefix[5:])
    q.checked(whole)
    found = terms(q, whole)
    shown = np.arange(0) if found is None else q.largest(found.values)
    if found is None or len(shown) == len(found.values):
        raise InputError(f"'{place}': the answer to {whole} shows every term; nothing is left.")
    return found, np.delete(np.arange(len(found.values)), shown)


def _sum(q: Quantities, place: Address) -> Sum:
    """The sum of an address, as its largest terms and the rest where it is long."""
    found = terms(q, place)
    assert found is not None
    shown = q.largest(found.values)
    told = [found.term(int(i)) for i in shown]
    if len(shown) < len(found.values):
        told.append(_at(place.under("rest")))
    return total(told)


def _at(place: Address) -> Symbol:
    return Symbol(str(place))


# -- forward -------------------------------------------------------------------------------


def _input(q: Quantities, layer: int, j: int, sample: int | None) -> Expression:
    """Input j of a layer: x[j], or a of the layer before, through dropout's mask."""
    before = layer - 1
    x = Address("a", before, (j,), sample) if before else Address("x", None, (j,), sample)
    if before in q.masks:
        return _at(x) * _at(Address("mask", before, (j,), sample))
    return _at(x)


def _z_terms(q: Quantities, place: Address) -> Terms:
    layer, (i,) = place.layer or 1, place.index
    x = q.p.dense[layer - 1].x[q.sample(place)].astype(np.float64)
    return Terms(
        q.parameters[f"W{layer}"][i] * x,
        lambda j: _at(Address("W", layer, (i, j))) * _input(q, layer, j, place.sample),
    )


def _z(q: Quantities, place: Address) -> Expression:
    layer = place.layer or 1
    shared = q.net.dense_layers[layer - 1].bias == "layer"
    bias = Address("b", layer, (0,) if shared else place.index)
    return total([*_sum(q, place).terms, _at(bias)])


def _top(z: NDArray[Any], place: Address) -> Expression | None:
    """The z that a softmax's exponents are told less, so that none overflows, where one would."""
    if np.abs(z).max(initial=0) < LARGE or not np.isfinite(z).all():
        return None
    return _at(Address("z", place.layer, (int(z.argmax()),), place.sample))


def _a_terms(q: Quantities, place: Address) -> Terms | None:
    layer = place.layer or 1
    if not isinstance(_activation(q, layer), Softmax):
        return None
    z = q.p.dense[layer - 1].z[q.sample(place)].astype(np.float64)
    top = _top(z, place)
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.exp(z if top is None else z - z.max())
    return Terms(
        values, lambda j: layers.softmax_term(_at(Address("z", layer, (j,), place.sample)), top)
    )


def _a(q: Quantities, place: Address) -> Expression:
    layer = place.layer or 1
    z = _at(Address("z", layer, place.index, place.sample))
    if not isinstance(_activation(q, layer), Softmax):
        return activations.activation(_activation(q, layer), z)
    top = _top(q.p.dense[layer - 1].z[q.sample(place)], place)
    return layers.softmax_term(z, top) / _sum(q, place)


def _activation(q: Quantities, layer: int) -> Activation:
    return q.net.dense_layers[layer - 1].activation


# -- the loss ------------------------------------------------------------------------------


def _loss_terms(q: Quantities, place: Address) -> Terms:
    if place.sample is None and q.batch > 1:
        values = q.p.sample_loss * (1.0 if _uniform(q) else q.p.share)
        return Terms(values, lambda k: _weighted(q, k, _at(Address("loss", None, (), k))))
    k, last, loss = q.sample(place), len(q.p.dense), q.net.loss
    a, y = (v[k].astype(np.float64) for v in (q.p.dense[-1].a, q.p.y))
    one_by_one = q.p.dense[-1].z[k][:, None], a[:, None], y[:, None]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        if isinstance(loss, CrossEntropy):
            values = y * np.log(a)
        else:
            # each output as if it were a sample
            ways = zip(*one_by_one, strict=True)
            values = np.array(
                [float(loss.at_output(i).sample(*(v[None] for v in way))[0])
                 for i, way in enumerate(ways)]
            )  # fmt: skip
            scale = 2 if isinstance(loss, SquaredError) else 1
            values = (-1 if isinstance(loss, BinaryCrossEntropy) else scale) * values

    def term(i: int) -> Expression:
        y_i = _at(Address("y", None, (i,), place.sample))
        if isinstance(loss, Poisson) and a[i] < SMALL:  # whose logarithm has lost its digits
            return losses.poisson_of_z(_at(Address("z", last, (i,), place.sample)), y_i)
        if _from_z(q, k):
            return losses.term_of_z(_at(Address("z", last, (i,), place.sample)), y_i)
        a_i = _at(Address("a", last, (i,), place.sample))
        return losses.output_term(loss.at_output(i), a_i, y_i)

    if isinstance(loss, BinaryCrossEntropy) and _from_z(q, k):
        values = -values
    if isinstance(loss, CrossEntropy):  # 0·ln a adds nothing, also where ln 0 has no value
        counted = np.flatnonzero(y)
        return Terms(values[counted], lambda i: term(int(counted[i])))
    return Terms(values, term)


def _from_z(q: Quantities, k: int) -> bool:
    """Whether a binary cross-entropy is told from z: where 1 − a has lost its digits."""
    a = q.p.dense[-1].a[k]
    return isinstance(q.net.loss, BinaryCrossEntropy) and bool(
        (np.minimum(a, 1 - a) < CERTAIN).any()
    )


def _loss(q: Quantities, place: Address) -> Expression:
    if place.sample is None and q.batch > 1:
        whole = _sum(q, place)
        return whole / q.batch if _uniform(q) else whole
    k, loss = q.sample(place), q.net.loss
    a = q.p.dense[-1].a[k]
    if isinstance(loss, CrossEntropy) and not (a > 0).all():
        return _cross_entropy_of_z(q, place)
    terms = _sum(q, place)
    return terms if _from_z(q, k) else losses.of_sample(loss, terms)


def _cross_entropy_of_z(q: Quantities, place: Address) -> Expression:
    output, output_z = (Address(name, len(q.p.dense), (0,), place.sample) for name in "az")
    targets = [
        (_at(Address("y", None, index, place.sample)), _at(output_z.at(*index)))
        for index in zip(np.flatnonzero(q.p.y[q.sample(place)]).tolist())
    ]
    top = _top(q.p.dense[-1].z[q.sample(place)], output)
    return layers.cross_entropy_of_z(_sum(q, output), targets, top)


def _uniform(q: Quantities) -> bool:
    return bool((q.p.share == q.p.share[0]).all())


def _weighted(q: Quantities, k: int, loss: Expression) -> Expression:
    return loss if _uniform(q) else q.p.share[k].item() * loss


def _objective(q: Quantities, place: Address) -> Expression:
    loss = Symbol("loss")
    return loss + q.penalty if q.penalty else loss


# -- backward ------------------------------------------------------------------------------


def _counting(q: Quantities, place: Address, told: Expression) -> Expression:
    """A slope of a sample's loss by what that counts in the mean; of a single sample as it is."""
    if q.batch == 1:
        return told
    return told / q.batch if _uniform(q) else told * q.p.share[q.sample(place)].item()


def _da_terms(q: Quantities, place: Address) -> Terms | None:
    """A hidden neuron's: every delta of the next layer through its weight."""
    layer, (i,) = place.layer or 0, place.index
    if layer == len(q.p.dense):
        return None
    delta = q.p.dense[layer].delta
    W = q.parameters[f"W{layer + 1}"][:, i].astype(np.float64)
    return Terms(
        delta[q.sample(place)] * W,
        lambda m: (
            _at(Address("delta", layer + 1, (m,), place.sample))
            * _at(Address("W", layer + 1, (m, i)))
        ),
    )


def _back(q: Quantities, place: Address) -> Expression:
    """∂L/∂a of a hidden neuron, or of an input."""
    layer, terms = place.layer or 0, _sum(q, place)
    if layer not in q.masks:
        return terms
    return terms * _at(Address("mask", layer, place.index, place.sample))


def _da(q: Quantities, place: Address) -> Expression:
    layer = place.layer or 1
    if layer < len(q.p.dense):
        return _back(q, place)
    a = _at(Address("a", layer, place.index, place.sample))
    y = _at(Address("y", None, place.index, place.sample))
    return _counting(q, place, losses.slope(q.net.loss.at_output(place.index[0]), a, y))


def _delta_terms(q: Quantities, place: Address) -> Terms | None:
    """Through a softmax Σ da·a over the neurons of the layer; else those of da."""
    layer = place.layer or 1
    if layer == len(q.p.dense) and q.net.loss.joint:
        return None
    if not isinstance(_activation(q, layer), Softmax):
        return _da_terms(q, place)
    k, step = q.sample(place), q.p.dense[layer - 1]
    da = np.array([q.value(Address("da", layer, (n,), k)) for n in range(step.layer.n_out)])
    return Terms(
        da * step.a[k].astype(np.float64),
        lambda n: (
            _at(Address("da", layer, (n,), place.sample))
            * _at(Address("a", layer, (n,), place.sample))
        ),
    )


def _delta(q: Quantities, place: Address) -> Expression:
    layer, output = place.layer or 1, place.layer == len(q.p.dense)
    f, loss = _activation(q, layer), q.net.loss
    a = _at(Address("a", layer, place.index, place.sample))
    if isinstance(f, Softmax) and not (output and loss.joint):
        da = _at(Address("da", layer, place.index, place.sample))
        return layers.through_softmax(a, da, _sum(q, place))
    y = _at(Address("y", None, place.index, place.sample))
    if output and loss.joint:
        return _counting(q, place, losses.joint_slope(loss, a, y))
    own = loss.at_output(place.index[0])
    error = losses.slope(own, a, y) if output else _back(q, place)
    slope = activations.slope(f, _at(Address("z", layer, place.index, place.sample)), a)
    told = error if slope == Number(1) else error * slope
    return _counting(q, place, told) if output else told


def _samples(q: Quantities, place: Address) -> list[int | None]:
    if q.batch == 1 or place.sample is not None:
        return [place.sample]
    return list(range(q.batch))


def _dW_terms(q: Quantities, place: Address) -> Terms:
    layer, (i, j) = place.layer or 1, place.index
    step, samples = q.p.dense[layer - 1], _samples(q, place)
    rows = [0 if k is None else k for k in samples]
    return Terms(
        step.delta[rows, i].astype(np.float64) * step.x[rows, j],
        lambda n: _at(Address("delta", layer, (i,), samples[n])) * _input(q, layer, j, samples[n]),
    )


def _db_terms(q: Quantities, place: Address) -> Terms:
    layer = place.layer or 1
    step, samples = q.p.dense[layer - 1], _samples(q, place)
    shared = step.layer.bias == "layer"
    neurons = list(range(step.layer.n_out)) if shared else list(place.index)
    pairs = [(k, i) for k in samples for i in neurons]
    values = step.delta[[k or 0 for k, _ in pairs], [i for _, i in pairs]]
    return Terms(
        values.astype(np.float64),
        lambda n: _at(Address("delta", layer, (pairs[n][1],), pairs[n][0])),
    )


# -- the update ----------------------------------------------------------------------------


def _of_parameters(q: Quantities, place: Address) -> Expression | None:
    prefix, plain = place.prefix, _at(place.under(""))
    if prefix == "penalty":
        return layers.penalty(q.net.l1, q.net.l2, plain)
    if prefix in STATE:
        return None  # what the updates before have left: given
    if not q.is_learned(place):
        return plain
    if prefix == "g":
        return _given_to_update(q, place)
    tree = updates.rules(q.rule, q.t).get(prefix)
    if tree is None:  # what an optimizer of one's own keeps: its value is what is known
        return None
    g, gradient = place.under("g"), _gradient(place)
    given = {name: _at(place.under(name)) for name in tree.symbols()}
    given |= {"η": Symbol("learning_rate"), "W": plain}
    given["g"] = _at(gradient if q.value(g) == q.value(gradient) else g)
    told = tree.where(given)
    shortened = q.shortened(place) if prefix == "new" else 1.0
    return told if shortened == 1.0 else updates.scaled(told, shortened)


def _gradient(place: Address) -> Address:
    return Address("d" + place.name, place.layer, place.index)


def _given_to_update(q: Quantities, place: Address) -> Expression:
    """g = the gradient, its penalty added, clipped."""
    told: Expression = _at(_gradient(place))
    if place.name == "W" and (q.net.l1 or q.net.l2):
        told += _at(place.under("penalty"))
    by_norm, limit = q.update.clipped, q.clip_value
    # in the network's dtype: .1 in float32 is not .1
    if limit is not None and abs(q.value(place)) != float(q.net.dtype.type(limit)):
        limit = None
    return updates.clipped(told, by_norm if by_norm < 1 else None, limit)


_TELLERS: dict[str, Callable[[Quantities, Address], Expression]] = {
    "z": _z, "a": _a, "loss": _loss, "objective": _objective, "da": _da, "delta": _delta,
    "dW": _sum, "db": _sum, "dx": _back,
}  # fmt: skip
_SUMS: dict[str, Callable[[Quantities, Address], Terms | None]] = {
    "z": _z_terms, "a": _a_terms, "loss": _loss_terms, "da": _da_terms, "delta": _delta_terms,
    "dW": _dW_terms, "db": _db_terms, "dx": _da_terms,
}  # fmt: skip
