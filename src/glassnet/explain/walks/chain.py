"""The chain rule from the loss to one gradient: link by link, and path by path."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glassnet.core.activations import Softmax
from glassnet.core.display.notebook import Displayed
from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.explain.ask.addresses import Address, parse
from glassnet.explain.ask.answer import Answer
from glassnet.explain.ask.ask import Ask


@dataclass(frozen=True, kw_only=True)
class Link(Answer):
    """One application of the chain rule: in general, and with this pass's numbers."""

    kind, version = "link", 1

    general: str

    __repr__ = telling("address", "general")


class Factor(NamedTuple):
    """What is multiplied on a path, as it is written, and its value."""

    factor: str
    value: float


@dataclass(frozen=True)
class Path:
    """One way from the loss through a neuron of every layer: its factors, and their product.

    `neurons` are the weighted sums on the way, outputs first.
    """

    neurons: list[str]
    factors: list[Factor]
    value: float

    __repr__ = telling("value", "neurons", "factors")


@dataclass(frozen=True)
class Chain(Displayed):
    """How a gradient comes about: ∂L/∂W = ∂L/∂z · ∂z/∂W, and each ∂L/∂z from the next.

    Of a batch of so many samples it is one sample's; `whole` is the batch's gradient.
    `paths` counts the ways from the loss to it for one sample; the sum of all their products is
    the sample's share `value`, and `largest` the one that counts most.
    """

    kind, version = "chain", 1

    address: str
    sample: int
    value: float
    links: list[Link]
    paths: int
    largest: Path
    batch: int = 1
    whole: float = 0.0

    __repr__ = telling("address", "sample", "batch", "value", "whole", "paths")


def chain(ask: Ask, address: str | Address) -> Chain:
    """The chain of dW, db or delta at an address; of a batch that of the sample @k.

    Without @k the sample is taken whose share is the largest.
    """
    place = parse(address) if isinstance(address, str) else address
    if place.name not in ("dW", "db", "delta") or place.prefix:
        raise InputError(
            f"'{place}' has no chain of its own: ask for that of a gradient, as dW1[0,1], db1[0] "
            "or delta1[0]."
        )
    if place.name == "db" and ask.net.dense_layers[(place.layer or 1) - 1].bias == "layer":
        raise InputError(f"'{place}' sums the deltas of its layer: ask for the chain of a delta.")
    ask.at(_sampled(ask, place, place.sample or 0))  # says what is wrong with it, if anything
    k = _which(ask, place)
    at = None if ask.batch == 1 else k
    layer, i = place.layer or 1, place.index[0]
    last = len(ask.p.dense)
    steps = [_jacobian(ask, n, k) for n in range(layer, last)]
    neurons = _strongest(ask, steps, layer, i, k)
    links = [] if place.name == "delta" else [_first(ask, place, at)]
    for n, neuron in zip(range(layer, last + 1), neurons, strict=True):
        links.append(_link(_general(ask, n, neuron), ask.at(Address("delta", n, (neuron,), at))))
    path = _path(ask, place, neurons, steps, k, at)
    paths = math.prod(step.layer.n_out for step in ask.p.dense[layer:])
    share = _sampled(ask, place, k)
    value = ask.value(share)
    summed = place.name != "delta" and ask.batch > 1
    whole = ask.value(Address(place.name, place.layer, place.index)) if summed else value
    return Chain(str(share), k, value, links, paths, path, ask.batch, whole)


def _sampled(ask: Ask, place: Address, k: int) -> Address:
    sample = None if ask.batch == 1 else k
    return Address(place.name, place.layer, place.index, sample)


def _which(ask: Ask, place: Address) -> int:
    if place.sample is not None or ask.batch == 1:
        return ask.sample(place)
    shares = [abs(ask.value(_sampled(ask, place, k))) for k in range(ask.batch)]
    return int(np.argmax(shares))


def _slope(ask: Ask, layer: int, k: int) -> NDArray[Any]:
    """f′(z) of each neuron, dropout's factor in it."""
    step = ask.p.dense[layer - 1]
    slope = step.layer.activation.df(step.z[k], step.a[k]).astype(np.float64)
    return slope * ask.masks[layer][k] if layer in ask.masks else slope


def _jacobian(ask: Ask, layer: int, k: int) -> NDArray[np.float64]:
    """∂z of the next layer by ∂z of this one, (n_next, n)."""
    W, step = ask.parameters[f"W{layer + 1}"].astype(np.float64), ask.p.dense[layer - 1]
    if not isinstance(step.layer.activation, Softmax):
        return W * _slope(ask, layer, k)
    a = step.a[k].astype(np.float64)
    masked = W * ask.masks[layer][k] if layer in ask.masks else W
    return masked @ (np.diag(a) - np.outer(a, a))


def _strongest(ask: Ask, steps: list[NDArray[np.float64]], layer: int, i: int, k: int) -> list[int]:
    """The neurons of the largest path, from neuron i of the layer up to the outputs."""
    best = np.abs(
        ask.p.dense[-1].delta[k].astype(np.float64)
    )  # of the paths from the loss to each neuron
    choices: list[NDArray[np.intp]] = []
    for step in reversed(steps):
        products = best[:, None] * np.abs(step)
        choices.append(products.argmax(axis=0))
        best = products.max(axis=0)
    neurons = [i]
    for choice in reversed(choices):
        neurons.append(int(choice[neurons[-1]]))
    return neurons


def _path(
    ask: Ask, place: Address, neurons: list[int], steps: list[NDArray[np.float64]], k: int,
    at: int | None,
) -> Path:  # fmt: skip
    layer, last = place.layer or 1, len(ask.p.dense)
    output = Address("delta", last, (neurons[-1],), at)
    factors = [Factor(str(output), ask.value(output))]
    for n in range(last - 1, layer - 1, -1):
        above, below = neurons[n - layer + 1], neurons[n - layer]
        f = ask.net.dense_layers[n - 1].activation
        kept = f"·{Address('mask', n, (below,), at)}" if n in ask.masks else ""
        if isinstance(f, Softmax):
            text = f"∂z{n + 1}[{above}]/∂z{n}[{below}]"
        else:
            text = (
                f"{Address('W', n + 1, (above, below))}{kept}·f′({Address('z', n, (below,), at)})"
            )
        factors.append(Factor(text, float(steps[n - layer][above, below])))
    if place.name == "dW":
        j = place.index[1]
        before = Address("x", None, (j,), at) if layer == 1 else Address("a", layer - 1, (j,), at)
        kept = f"·{Address('mask', layer - 1, (j,), at)}" if layer - 1 in ask.masks else ""
        factors.append(Factor(f"{before}{kept}", float(ask.p.dense[layer - 1].x[k, j])))
    through = [str(Address("z", n, (neurons[n - layer],), at)) for n in range(last, layer - 1, -1)]
    return Path(through, factors, float(np.prod([value for _, value in factors])))


def _link(general: str, answer: Answer) -> Link:
    return Link(**vars(answer), general=general)


def _first(ask: Ask, place: Address, at: int | None) -> Link:
    n, i = place.layer or 1, place.index[0]
    answer = ask.at(Address(place.name, n, place.index, at))
    if place.name == "db":
        return _link(
            f"∂L/∂b{n}[{i}] = ∂L/∂z{n}[{i}] · ∂z{n}[{i}]/∂b{n}[{i}], and ∂z/∂b = 1", answer
        )
    j = place.index[1]
    before = f"x[{j}]" if n == 1 else f"a{n - 1}[{j}]"
    return _link(
        f"∂L/∂W{n}[{i},{j}] = ∂L/∂z{n}[{i}] · ∂z{n}[{i}]/∂W{n}[{i},{j}], and ∂z/∂W = {before}",
        answer,
    )


def _general(ask: Ask, n: int, i: int) -> str:
    f, last = ask.net.dense_layers[n - 1].activation, len(ask.p.dense)
    z = f"z{n}[{i}]"
    if n == last:
        if ask.net.loss.joint:
            return f"∂L/∂{z} = a{n}[{i}] − y[{i}]: {f.name} and {ask.net.loss.name} together"
        if not isinstance(f, Softmax):
            return f"∂L/∂{z} = ∂L/∂a{n}[{i}] · f′({z})"
        return f"∂L/∂{z} = Σⱼ ∂L/∂a{n}[j] · ∂a{n}[j]/∂{z}"
    mixed = isinstance(f, Softmax)
    of = "j" if mixed else i
    inner = f"∂L/∂a{n}[{of}] = Σₘ ∂L/∂z{n + 1}[m] · W{n + 1}[m,{i}]"
    slope = f"Σⱼ ∂L/∂a{n}[j] · ∂a{n}[j]/∂{z}" if mixed else f"∂L/∂a{n}[{i}] · f′({z})"
    return f"∂L/∂{z} = {slope}, and {inner}"
