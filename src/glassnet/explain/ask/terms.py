"""Which formula gives which number: for every address of a pass its template.

A template is a formula with {addresses}. A long sum shows its largest terms and {rest.…}.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.activations import Activation, Softmax
from glassnet.core.errors import InputError
from glassnet.core.losses import BinaryCrossEntropy, CrossEntropy, SquaredError
from glassnet.core.parts import as_written
from glassnet.explain.ask import formulas
from glassnet.explain.ask.addresses import STATE, Address
from glassnet.explain.ask.updates import rules

if TYPE_CHECKING:
    from glassnet.explain.ask.ask import Ask

LARGE = 50.0  # of a softmax's z: from here on its exponents are told less the largest
CERTAIN = 1e-6  # of a probability or its complement: below, a loss is told from z


@dataclass(frozen=True)
class Terms:
    """A sum: the value of each term, and how it is written."""

    values: NDArray[Any]
    term: Callable[[int], str]


def template(ask: Ask, place: Address) -> str:
    """The formula of an address; empty for what is given."""
    if place.prefix:
        return _of_parameters(ask, place)
    _refuse_own_layers(ask, place)
    tell = _TELLERS.get(place.name)
    return "" if tell is None else tell(ask, place)


def _refuse_own_layers(ask: Ask, place: Address) -> None:
    """An InputError for a number that a layer of somebody's own computes, in its own way."""
    n, last = place.layer or 0, len(ask.net.dense_layers)
    by = {"z": n, "dW": n, "db": n, "da": n + 1, "delta": n + 1, "dx": 1}.get(place.name, last + 1)
    if by <= last and not as_written(ask.net.dense_layers[by - 1]):
        kind = type(ask.net.dense_layers[by - 1]).__name__
        raise InputError(
            f"'{place}' is computed by layer {by}, a {kind} that does so in its own way: there is "
            "no formula for it. Its value is the layer's: ask.value(...)."
        )


def terms(ask: Ask, place: Address) -> Terms | None:
    """The sum in an address's formula, None where it has none."""
    make = None if place.prefix else _SUMS.get(place.name)
    return None if make is None else make(ask, place)


def _sum(ask: Ask, place: Address) -> str:
    """The sum of an address, as its largest terms and the rest where it is long."""
    found = terms(ask, place)
    assert found is not None
    shown = ask.largest(found.values)
    told = [found.term(int(i)) for i in shown]
    if len(shown) < len(found.values):
        told.append(_hole(place.under("rest")))
    return " + ".join(told)


def _hole(place: Address) -> str:
    return f"{{{place}}}"


# -- forward -------------------------------------------------------------------------------


def _input(ask: Ask, layer: int, j: int, sample: int | None) -> str:
    """Input j of a layer: x[j], or a of the layer before, through dropout's mask."""
    before = layer - 1
    x = Address("a", before, (j,), sample) if before else Address("x", None, (j,), sample)
    if before in ask.masks:
        return f"{_hole(x)}·{_hole(Address('mask', before, (j,), sample))}"
    return _hole(x)


def _z_terms(ask: Ask, place: Address) -> Terms:
    layer, (i,) = place.layer or 1, place.index
    x = ask.p.dense[layer - 1].x[ask.sample(place)].astype(np.float64)
    return Terms(
        ask.parameters[f"W{layer}"][i] * x,
        lambda j: f"{_hole(Address('W', layer, (i, j)))}·{_input(ask, layer, j, place.sample)}",
    )


def _z(ask: Ask, place: Address) -> str:
    layer = place.layer or 1
    shared = ask.net.dense_layers[layer - 1].bias == "layer"
    bias = Address("b", layer, (0,) if shared else place.index)
    return f"{_sum(ask, place)} + {_hole(bias)}"


def _shift(z: NDArray[Any], place: Address) -> str:
    """What a softmax's exponents are told less, so that none overflows: '' or ' − {z[top]}'."""
    if np.abs(z).max(initial=0) < LARGE or not np.isfinite(z).all():
        return ""
    return f" − {_hole(Address('z', place.layer, (int(z.argmax()),), place.sample))}"


def _a_terms(ask: Ask, place: Address) -> Terms | None:
    layer = place.layer or 1
    if not isinstance(_activation(ask, layer), Softmax):
        return None
    z = ask.p.dense[layer - 1].z[ask.sample(place)].astype(np.float64)
    shift = _shift(z, place)
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.exp(z - z.max() if shift else z)
    return Terms(values, lambda j: f"exp({_hole(Address('z', layer, (j,), place.sample))}{shift})")


def _a(ask: Ask, place: Address) -> str:
    layer = place.layer or 1
    z = _hole(Address("z", layer, place.index, place.sample))
    if not isinstance(_activation(ask, layer), Softmax):
        return formulas.activation(_activation(ask, layer), z)
    shift = _shift(ask.p.dense[layer - 1].z[ask.sample(place)], place)
    return f"exp({z}{shift})/({_sum(ask, place)})"


def _activation(ask: Ask, layer: int) -> Activation:
    return ask.net.dense_layers[layer - 1].activation


# -- the loss ------------------------------------------------------------------------------


def _loss_terms(ask: Ask, place: Address) -> Terms:
    if place.sample is None and ask.batch > 1:
        values = ask.p.sample_loss * (1.0 if _uniform(ask) else ask.p.share)
        return Terms(values, lambda k: _weighted(ask, k) + _hole(Address("loss", None, (), k)))
    k, last, loss = ask.sample(place), len(ask.p.dense), ask.net.loss
    assert ask.p.y is not None
    a, y = (v[k].astype(np.float64) for v in (ask.p.dense[-1].a, ask.p.y))
    one_by_one = ask.p.dense[-1].z[k][:, None], a[:, None], y[:, None]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        if isinstance(loss, CrossEntropy):
            values = y * np.log(a)
        else:
            values = loss.sample(*one_by_one)  # each output as if it were a sample
            scale = 2 if isinstance(loss, SquaredError) else 1
            values = (-1 if isinstance(loss, BinaryCrossEntropy) else scale) * values

    def term(i: int) -> str:
        y_i = _hole(Address("y", None, (i,), place.sample))
        if _from_z(ask, k):
            return formulas.loss_term_of_z(_hole(Address("z", last, (i,), place.sample)), y_i)
        return formulas.loss_term(loss, _hole(Address("a", last, (i,), place.sample)), y_i)

    if isinstance(loss, BinaryCrossEntropy) and _from_z(ask, k):
        values = -values
    if isinstance(loss, CrossEntropy):  # 0·ln a adds nothing, also where ln 0 has no value
        counted = np.flatnonzero(y)
        return Terms(values[counted], lambda i: term(int(counted[i])))
    return Terms(values, term)


def _from_z(ask: Ask, k: int) -> bool:
    """Whether a binary cross-entropy is told from z: where 1 − a has lost its digits."""
    a = ask.p.dense[-1].a[k]
    return isinstance(ask.net.loss, BinaryCrossEntropy) and bool(
        (np.minimum(a, 1 - a) < CERTAIN).any()
    )


def _loss(ask: Ask, place: Address) -> str:
    if place.sample is None and ask.batch > 1:
        total = _sum(ask, place)
        return f"({total})/{ask.batch}" if _uniform(ask) else total
    k, loss = ask.sample(place), ask.net.loss
    a = ask.p.dense[-1].a[k]
    if isinstance(loss, CrossEntropy) and not (a > 0).all():
        return _cross_entropy_of_z(ask, place)
    total = _sum(ask, place)
    return total if _from_z(ask, k) else formulas.loss_of(loss, total)


def _cross_entropy_of_z(ask: Ask, place: Address) -> str:
    """ℓ = ln Σ exp z − Σ y z: where an a is 0 and its logarithm has no value."""
    last = len(ask.p.dense)
    output = Address("a", last, (0,), place.sample)
    shift = _shift(ask.p.dense[-1].z[ask.sample(place)], output)
    assert ask.p.y is not None
    y = ask.p.y[ask.sample(place)]
    targets = [
        f"{_hole(Address('y', None, (int(i),), place.sample))}"
        f"·({_hole(Address('z', last, (int(i),), place.sample))}{shift})"
        for i in np.flatnonzero(y)
    ]
    return f"ln({_sum(ask, output)}) − ({' + '.join(targets)})"


def _uniform(ask: Ask) -> bool:
    return bool((ask.p.share == ask.p.share[0]).all())


def _weighted(ask: Ask, k: int) -> str:
    return "" if _uniform(ask) else f"{ask.p.share[k].item()!r}·"


def _objective(ask: Ask, place: Address) -> str:
    return "{loss}" + (f" + {ask.penalty!r}" if ask.penalty else "")


# -- backward ------------------------------------------------------------------------------


def _counts(ask: Ask, place: Address) -> str:
    """What a sample's loss counts in the mean, as a factor; nothing for a single sample."""
    if ask.batch == 1:
        return ""
    if _uniform(ask):
        return f"/{ask.batch}"
    return f"·{ask.p.share[ask.sample(place)].item()!r}"


def _da_terms(ask: Ask, place: Address) -> Terms | None:
    """A hidden neuron's: every delta of the next layer through its weight."""
    layer, (i,) = place.layer or 0, place.index
    if layer == len(ask.p.dense):
        return None
    delta = ask.p.dense[layer].delta
    assert delta is not None
    W = ask.parameters[f"W{layer + 1}"][:, i].astype(np.float64)
    return Terms(
        delta[ask.sample(place)] * W,
        lambda m: (
            f"{_hole(Address('delta', layer + 1, (m,), place.sample))}"
            f"·{_hole(Address('W', layer + 1, (m, i)))}"
        ),
    )


def _back(ask: Ask, place: Address, whole: bool) -> str:
    """∂L/∂a of a hidden neuron, or of an input; in brackets unless it is the whole formula."""
    layer, masked = place.layer or 0, (place.layer or 0) in ask.masks
    total = _sum(ask, place)
    mask = _hole(Address("mask", layer, place.index, place.sample))
    return f"({total})·{mask}" if masked else total if whole else f"({total})"


def _da(ask: Ask, place: Address) -> str:
    layer = place.layer or 1
    if layer < len(ask.p.dense):
        return _back(ask, place, whole=True)
    a = _hole(Address("a", layer, place.index, place.sample))
    y = _hole(Address("y", None, place.index, place.sample))
    return formulas.output_slope(ask.net.loss, a, y) + _counts(ask, place)


def _delta_terms(ask: Ask, place: Address) -> Terms | None:
    """Through a softmax Σ da·a over the neurons of the layer; else those of da."""
    layer = place.layer or 1
    if layer == len(ask.p.dense) and ask.net.loss.joint:
        return None
    if not isinstance(_activation(ask, layer), Softmax):
        return _da_terms(ask, place)
    k, step = ask.sample(place), ask.p.dense[layer - 1]
    da = np.array([ask.value(Address("da", layer, (n,), k)) for n in range(step.layer.n_out)])
    return Terms(
        da * step.a[k].astype(np.float64),
        lambda n: (
            f"{_hole(Address('da', layer, (n,), place.sample))}"
            f"·{_hole(Address('a', layer, (n,), place.sample))}"
        ),
    )


def _delta(ask: Ask, place: Address) -> str:
    layer, output = place.layer or 1, place.layer == len(ask.p.dense)
    f, loss = _activation(ask, layer), ask.net.loss
    a = _hole(Address("a", layer, place.index, place.sample))
    if isinstance(f, Softmax) and not (output and loss.joint):
        da = _hole(Address("da", layer, place.index, place.sample))
        return f"{a}·({da} − ({_sum(ask, place)}))"
    y = _hole(Address("y", None, place.index, place.sample))
    if output and loss.joint:
        return formulas.output_error(loss, a, y) + _counts(ask, place)
    error = formulas.output_error(loss, a, y) if output else _back(ask, place, whole=False)
    slope = formulas.derivative(f, _hole(Address("z", layer, place.index, place.sample)), a)
    return error + (f"·{slope}" if slope else "") + (_counts(ask, place) if output else "")


def _samples(ask: Ask, place: Address) -> list[int | None]:
    if ask.batch == 1 or place.sample is not None:
        return [place.sample]
    return list(range(ask.batch))


def _dW_terms(ask: Ask, place: Address) -> Terms:
    layer, (i, j) = place.layer or 1, place.index
    step, samples = ask.p.dense[layer - 1], _samples(ask, place)
    assert step.delta is not None
    rows = [0 if k is None else k for k in samples]
    return Terms(
        step.delta[rows, i].astype(np.float64) * step.x[rows, j],
        lambda n: (
            f"{_hole(Address('delta', layer, (i,), samples[n]))}"
            f"·{_input(ask, layer, j, samples[n])}"
        ),
    )


def _db_terms(ask: Ask, place: Address) -> Terms:
    layer = place.layer or 1
    step, samples = ask.p.dense[layer - 1], _samples(ask, place)
    assert step.delta is not None
    shared = step.layer.bias == "layer"
    neurons = list(range(step.layer.n_out)) if shared else list(place.index)
    pairs = [(k, i) for k in samples for i in neurons]
    values = step.delta[[k or 0 for k, _ in pairs], [i for _, i in pairs]]
    return Terms(
        values.astype(np.float64),
        lambda n: _hole(Address("delta", layer, (pairs[n][1],), pairs[n][0])),
    )


def _dx(ask: Ask, place: Address) -> str:
    return _back(ask, place, whole=True)


# -- the update ----------------------------------------------------------------------------


def _of_parameters(ask: Ask, place: Address) -> str:
    net, prefix = ask.net, place.prefix
    plain = _hole(place.under(""))
    if prefix == "penalty":
        parts = [f"{net.l1!r}·sign({plain})"] if net.l1 else []
        return " + ".join(parts + ([f"{net.l2!r}·{plain}"] if net.l2 else [])) or f"0·{plain}"
    if prefix in STATE:
        return ""  # what the updates before have left: given
    if not ask.is_learned(place):
        return plain
    if prefix == "g":
        return _given_to_update(ask, place)
    g = place.under("g")
    same = prefix != "g" and ask.value(g) == ask.value(_gradient(place))
    holes = {"η": "{learning_rate}", "W": plain, "g": _hole(_gradient(place) if same else g)}
    text = rules(ask.rule, ask.t).get(prefix)
    if text is None:  # what an optimizer of one's own keeps: its value is what is known
        return ""
    for name in ("m_hat", "v_hat", *STATE, *(f"new.{name}" for name in STATE)):
        holes[name] = _hole(place.under(name))
    told = _fill(text, holes)
    scale = ask.shortened(place) if prefix == "new" else 1.0
    return told if scale == 1.0 else f"({told})·{scale!r}"


def _fill(text: str, holes: dict[str, str]) -> str:
    parts = text.replace("}", "{").split("{")  # what stands in braces has odd places
    return "".join(holes[part] if n % 2 else part for n, part in enumerate(parts))


def _gradient(place: Address) -> Address:
    return Address("d" + place.name, place.layer, place.index)


def _given_to_update(ask: Ask, place: Address) -> str:
    """g = the gradient, its penalty added, clipped."""
    told = _hole(_gradient(place))
    if place.name == "W" and (ask.net.l1 or ask.net.l2):
        penalty = place.under("penalty")
        told = f"{told} + {_hole(penalty)}"
    now = ask.value(place)
    clipped = ask.update.clipped
    if clipped < 1:
        told = f"({told})·{clipped!r}"
    # in the network's dtype: .1 in float32 is not .1
    if ask.clip_value is not None and abs(now) == float(ask.net.dtype.type(ask.clip_value)):
        limit = repr(float(ask.clip_value))
        told = f"max(−{limit}, min({told}, {limit}))"
    return told


_TELLERS: dict[str, Callable[[Ask, Address], str]] = {
    "z": _z, "a": _a, "loss": _loss, "objective": _objective, "da": _da, "delta": _delta,
    "dW": _sum, "db": _sum, "dx": _dx,
}  # fmt: skip
_SUMS: dict[str, Callable[[Ask, Address], Terms | None]] = {
    "z": _z_terms, "a": _a_terms, "loss": _loss_terms, "da": _da_terms, "delta": _delta_terms,
    "dW": _dW_terms, "db": _db_terms, "dx": _da_terms,
}  # fmt: skip
