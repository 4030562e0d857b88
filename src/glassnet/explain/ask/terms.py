"""Which formula gives which number: for every address of a pass its template.

A template is a formula with {addresses}. A long sum shows its largest terms and {rest.…}.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.activations import Activation, Softmax
from glassnet.core.errors import InputError
from glassnet.core.losses import BinaryCrossEntropy, CrossEntropy, SquaredError
from glassnet.core.parts import as_written
from glassnet.explain.ask import formulas
from glassnet.explain.ask.addresses import STATE, Address
from glassnet.explain.ask.quantities import Quantities
from glassnet.explain.ask.updates import rules

LARGE = 50.0  # of a softmax's z: from here on its exponents are told less the largest
CERTAIN = 1e-6  # of a probability or its complement: below, a loss is told from z


@dataclass(frozen=True)
class Terms:
    """A sum: the value of each term, and how it is written."""

    values: NDArray[Any]
    term: Callable[[int], str]


def template(q: Quantities, place: Address) -> str:
    """The formula of an address; empty for what is given."""
    if place.prefix:
        return _of_parameters(q, place)
    _refuse_own_layers(q, place)
    tell = _TELLERS.get(place.name)
    return "" if tell is None else tell(q, place)


def _refuse_own_layers(q: Quantities, place: Address) -> None:
    """An InputError for a number that a layer of somebody's own computes, in its own way."""
    n, last = place.layer or 0, len(q.net.dense_layers)
    by = {"z": n, "dW": n, "db": n, "da": n + 1, "delta": n + 1, "dx": 1}.get(place.name, last + 1)
    if by <= last and not as_written(q.net.dense_layers[by - 1]):
        kind = type(q.net.dense_layers[by - 1]).__name__
        raise InputError(
            f"'{place}' is computed by layer {by}, a {kind} that does so in its own way: there is "
            "no formula for it. Its value is the layer's: q.value(...)."
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


def _sum(q: Quantities, place: Address) -> str:
    """The sum of an address, as its largest terms and the rest where it is long."""
    found = terms(q, place)
    assert found is not None
    shown = q.largest(found.values)
    told = [found.term(int(i)) for i in shown]
    if len(shown) < len(found.values):
        told.append(_hole(place.under("rest")))
    return " + ".join(told)


def _hole(place: Address) -> str:
    return f"{{{place}}}"


# -- forward -------------------------------------------------------------------------------


def _input(q: Quantities, layer: int, j: int, sample: int | None) -> str:
    """Input j of a layer: x[j], or a of the layer before, through dropout's mask."""
    before = layer - 1
    x = Address("a", before, (j,), sample) if before else Address("x", None, (j,), sample)
    if before in q.masks:
        return f"{_hole(x)}·{_hole(Address('mask', before, (j,), sample))}"
    return _hole(x)


def _z_terms(q: Quantities, place: Address) -> Terms:
    layer, (i,) = place.layer or 1, place.index
    x = q.p.dense[layer - 1].x[q.sample(place)].astype(np.float64)
    return Terms(
        q.parameters[f"W{layer}"][i] * x,
        lambda j: f"{_hole(Address('W', layer, (i, j)))}·{_input(q, layer, j, place.sample)}",
    )


def _z(q: Quantities, place: Address) -> str:
    layer = place.layer or 1
    shared = q.net.dense_layers[layer - 1].bias == "layer"
    bias = Address("b", layer, (0,) if shared else place.index)
    return f"{_sum(q, place)} + {_hole(bias)}"


def _shift(z: NDArray[Any], place: Address) -> str:
    """What a softmax's exponents are told less, so that none overflows: '' or ' − {z[top]}'."""
    if np.abs(z).max(initial=0) < LARGE or not np.isfinite(z).all():
        return ""
    return f" − {_hole(Address('z', place.layer, (int(z.argmax()),), place.sample))}"


def _a_terms(q: Quantities, place: Address) -> Terms | None:
    layer = place.layer or 1
    if not isinstance(_activation(q, layer), Softmax):
        return None
    z = q.p.dense[layer - 1].z[q.sample(place)].astype(np.float64)
    shift = _shift(z, place)
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.exp(z - z.max() if shift else z)
    return Terms(values, lambda j: f"exp({_hole(Address('z', layer, (j,), place.sample))}{shift})")


def _a(q: Quantities, place: Address) -> str:
    layer = place.layer or 1
    z = _hole(Address("z", layer, place.index, place.sample))
    if not isinstance(_activation(q, layer), Softmax):
        return formulas.activation(_activation(q, layer), z)
    shift = _shift(q.p.dense[layer - 1].z[q.sample(place)], place)
    return f"exp({z}{shift})/({_sum(q, place)})"


def _activation(q: Quantities, layer: int) -> Activation:
    return q.net.dense_layers[layer - 1].activation


# -- the loss ------------------------------------------------------------------------------


def _loss_terms(q: Quantities, place: Address) -> Terms:
    if place.sample is None and q.batch > 1:
        values = q.p.sample_loss * (1.0 if _uniform(q) else q.p.share)
        return Terms(values, lambda k: _weighted(q, k) + _hole(Address("loss", None, (), k)))
    k, last, loss = q.sample(place), len(q.p.dense), q.net.loss
    a, y = (v[k].astype(np.float64) for v in (q.p.dense[-1].a, q.p.y))
    one_by_one = q.p.dense[-1].z[k][:, None], a[:, None], y[:, None]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        if isinstance(loss, CrossEntropy):
            values = y * np.log(a)
        else:
            values = loss.sample(*one_by_one)  # each output as if it were a sample
            scale = 2 if isinstance(loss, SquaredError) else 1
            values = (-1 if isinstance(loss, BinaryCrossEntropy) else scale) * values

    def term(i: int) -> str:
        y_i = _hole(Address("y", None, (i,), place.sample))
        if _from_z(q, k):
            return formulas.loss_term_of_z(_hole(Address("z", last, (i,), place.sample)), y_i)
        return formulas.loss_term(loss, _hole(Address("a", last, (i,), place.sample)), y_i)

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


def _loss(q: Quantities, place: Address) -> str:
    if place.sample is None and q.batch > 1:
        total = _sum(q, place)
        return f"({total})/{q.batch}" if _uniform(q) else total
    k, loss = q.sample(place), q.net.loss
    a = q.p.dense[-1].a[k]
    if isinstance(loss, CrossEntropy) and not (a > 0).all():
        return _cross_entropy_of_z(q, place)
    total = _sum(q, place)
    return total if _from_z(q, k) else formulas.loss_of(loss, total)


def _cross_entropy_of_z(q: Quantities, place: Address) -> str:
    """ℓ = ln Σ exp z − Σ y z: where an a is 0 and its logarithm has no value."""
    last = len(q.p.dense)
    output = Address("a", last, (0,), place.sample)
    shift = _shift(q.p.dense[-1].z[q.sample(place)], output)
    y = q.p.y[q.sample(place)]
    targets = [
        f"{_hole(Address('y', None, (int(i),), place.sample))}"
        f"·({_hole(Address('z', last, (int(i),), place.sample))}{shift})"
        for i in np.flatnonzero(y)
    ]
    return f"ln({_sum(q, output)}) − ({' + '.join(targets)})"


def _uniform(q: Quantities) -> bool:
    return bool((q.p.share == q.p.share[0]).all())


def _weighted(q: Quantities, k: int) -> str:
    return "" if _uniform(q) else f"{q.p.share[k].item()!r}·"


def _objective(q: Quantities, place: Address) -> str:
    return "{loss}" + (f" + {q.penalty!r}" if q.penalty else "")


# -- backward ------------------------------------------------------------------------------


def _counts(q: Quantities, place: Address) -> str:
    """What a sample's loss counts in the mean, as a factor; nothing for a single sample."""
    if q.batch == 1:
        return ""
    if _uniform(q):
        return f"/{q.batch}"
    return f"·{q.p.share[q.sample(place)].item()!r}"


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
            f"{_hole(Address('delta', layer + 1, (m,), place.sample))}"
            f"·{_hole(Address('W', layer + 1, (m, i)))}"
        ),
    )


def _back(q: Quantities, place: Address, whole: bool) -> str:
    """∂L/∂a of a hidden neuron, or of an input; in brackets unless it is the whole formula."""
    layer, masked = place.layer or 0, (place.layer or 0) in q.masks
    total = _sum(q, place)
    mask = _hole(Address("mask", layer, place.index, place.sample))
    return f"({total})·{mask}" if masked else total if whole else f"({total})"


def _da(q: Quantities, place: Address) -> str:
    layer = place.layer or 1
    if layer < len(q.p.dense):
        return _back(q, place, whole=True)
    a = _hole(Address("a", layer, place.index, place.sample))
    y = _hole(Address("y", None, place.index, place.sample))
    return formulas.output_slope(q.net.loss, a, y) + _counts(q, place)


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
            f"{_hole(Address('da', layer, (n,), place.sample))}"
            f"·{_hole(Address('a', layer, (n,), place.sample))}"
        ),
    )


def _delta(q: Quantities, place: Address) -> str:
    layer, output = place.layer or 1, place.layer == len(q.p.dense)
    f, loss = _activation(q, layer), q.net.loss
    a = _hole(Address("a", layer, place.index, place.sample))
    if isinstance(f, Softmax) and not (output and loss.joint):
        da = _hole(Address("da", layer, place.index, place.sample))
        return f"{a}·({da} − ({_sum(q, place)}))"
    y = _hole(Address("y", None, place.index, place.sample))
    if output and loss.joint:
        return formulas.output_error(loss, a, y) + _counts(q, place)
    error = formulas.output_error(loss, a, y) if output else _back(q, place, whole=False)
    slope = formulas.derivative(f, _hole(Address("z", layer, place.index, place.sample)), a)
    return error + (f"·{slope}" if slope else "") + (_counts(q, place) if output else "")


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
        lambda n: (
            f"{_hole(Address('delta', layer, (i,), samples[n]))}·{_input(q, layer, j, samples[n])}"
        ),
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
        lambda n: _hole(Address("delta", layer, (pairs[n][1],), pairs[n][0])),
    )


def _dx(q: Quantities, place: Address) -> str:
    return _back(q, place, whole=True)


# -- the update ----------------------------------------------------------------------------


def _of_parameters(q: Quantities, place: Address) -> str:
    net, prefix = q.net, place.prefix
    plain = _hole(place.under(""))
    if prefix == "penalty":
        parts = [f"{net.l1!r}·sign({plain})"] if net.l1 else []
        return " + ".join(parts + ([f"{net.l2!r}·{plain}"] if net.l2 else [])) or f"0·{plain}"
    if prefix in STATE:
        return ""  # what the updates before have left: given
    if not q.is_learned(place):
        return plain
    if prefix == "g":
        return _given_to_update(q, place)
    g = place.under("g")
    same = prefix != "g" and q.value(g) == q.value(_gradient(place))
    holes = {"η": "{learning_rate}", "W": plain, "g": _hole(_gradient(place) if same else g)}
    text = rules(q.rule, q.t).get(prefix)
    if text is None:  # what an optimizer of one's own keeps: its value is what is known
        return ""
    for name in ("m_hat", "v_hat", *STATE, *(f"new.{name}" for name in STATE)):
        holes[name] = _hole(place.under(name))
    told = _fill(text, holes)
    scale = q.shortened(place) if prefix == "new" else 1.0
    return told if scale == 1.0 else f"({told})·{scale!r}"


def _fill(text: str, holes: dict[str, str]) -> str:
    parts = text.replace("}", "{").split("{")  # what stands in braces has odd places
    return "".join(holes[part] if n % 2 else part for n, part in enumerate(parts))


def _gradient(place: Address) -> Address:
    return Address("d" + place.name, place.layer, place.index)


def _given_to_update(q: Quantities, place: Address) -> str:
    """g = the gradient, its penalty added, clipped."""
    told = _hole(_gradient(place))
    if place.name == "W" and (q.net.l1 or q.net.l2):
        penalty = place.under("penalty")
        told = f"{told} + {_hole(penalty)}"
    now = q.value(place)
    clipped = q.update.clipped
    if clipped < 1:
        told = f"({told})·{clipped!r}"
    # in the network's dtype: .1 in float32 is not .1
    if q.clip_value is not None and abs(now) == float(q.net.dtype.type(q.clip_value)):
        limit = repr(float(q.clip_value))
        told = f"max(−{limit}, min({told}, {limit}))"
    return told


_TELLERS: dict[str, Callable[[Quantities, Address], str]] = {
    "z": _z, "a": _a, "loss": _loss, "objective": _objective, "da": _da, "delta": _delta,
    "dW": _sum, "db": _sum, "dx": _dx,
}  # fmt: skip
_SUMS: dict[str, Callable[[Quantities, Address], Terms | None]] = {
    "z": _z_terms, "a": _a_terms, "loss": _loss_terms, "da": _da_terms, "delta": _delta_terms,
    "dW": _dW_terms, "db": _db_terms, "dx": _da_terms,
}  # fmt: skip
