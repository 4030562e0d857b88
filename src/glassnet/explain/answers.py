"""Answers: for any address its value, its formula, and the addresses it depends on."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.activations import Softmax
from glassnet.core.errors import InputError
from glassnet.core.network import Network, Pass
from glassnet.explain import formulas
from glassnet.explain.addresses import Address, parse

_HOLE = re.compile(r"\{([^{}]+)\}")
_MEANINGS = {
    "x": "input", "y": "target", "z": "weighted sum", "a": "activation", "delta": "delta, ∂L/∂z",
    "W": "weight", "b": "bias", "dW": "gradient, ∂L/∂W", "db": "gradient, ∂L/∂b",
    "dx": "gradient, ∂L/∂x", "loss": "loss", "objective": "loss with its penalty",
    "learning_rate": "learning rate",
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One number and where it came from.

    `template` is the formula with {addresses}, empty for what is given; `values` are theirs.
    """

    address: str
    symbol: str
    meaning: str
    value: float
    template: str
    values: dict[str, float]

    @property
    def depends_on(self) -> list[str]:
        return list(self.values)

    @property
    def formula(self) -> str:
        """The formula in addresses: W1[0,0]·x[0] + b1[0]."""
        return _HOLE.sub(lambda hole: hole[1], self.template)

    def substituted(self, digits: int | None = None) -> str:
        """The formula with its numbers put in, to so many significant digits; None for all."""

        def number(hole: re.Match[str]) -> str:
            value = self.values[hole[1]]
            text = f"{value!r}".removesuffix(".0") if digits is None else f"{value:.{digits}g}"
            return f"({text.replace('-', '−', 1)})" if text.startswith("-") else text

        return _HOLE.sub(number, self.template)

    def record(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "address": self.address,
            "symbol": self.symbol,
            "formula": self.formula,
            "substituted": self.substituted(),
            "value": self.value,
            "depends_on": self.depends_on,
        }


class Ask:
    """One forward and backward pass, whose every number can be asked for.

    Args:
        net, x, y, w: the network, a batch or a single sample, its targets and weights.
        learning_rate: of the gradient descent step that new.W and new.b tell of.

    >>> net = Network.dense([2, 1], output="sigmoid", dtype="float64")
    >>> Ask(net, [0.5, 1.0], [1.0]).at("z1[0]").formula
    'W1[0,0]·x[0] + W1[0,1]·x[1] + b1[0]'
    """

    def __init__(
        self,
        net: Network,
        x: ArrayLike,
        y: ArrayLike,
        w: ArrayLike | None = None,
        *,
        learning_rate: float = 0.5,
    ) -> None:
        y = np.asarray(y)
        if np.ndim(x) == 1 and y.ndim < 2:
            y = y[None, :] if y.ndim == 1 and len(y) == net.n_out else y.reshape(1)
        self.net, self.learning_rate = net, float(learning_rate)
        self.p: Pass = net.forward(x)
        net.backward(self.p, y, w)
        # the pass is a record: later passes of the network fill its gradient anew
        self._grads = {"d" + name: dvalues.copy() for name, _, dvalues in net.parameters()}
        self._parameters = {name: values.copy() for name, values, _ in net.parameters()}
        self._penalty = net.penalty()
        if len(self.p.steps) != len(self.p.dense):
            raise InputError("a network with dropout cannot be asked yet: only dense layers.")
        self.batch = len(self.p.x)

    def at(self, address: str | Address) -> Answer:
        """The answer for one number."""
        place = parse(address) if isinstance(address, str) else address
        array = self.array(place)
        if array.ndim and not place.index:
            what = str(place) if place.sample is None else str(place)[: -len(f"@{place.sample}")]
            zeros = ",".join("0" * array.ndim)
            raise InputError(
                f"'{place}' is an array of shape {array.shape}: ask for an entry, as "
                f"{what}[{zeros}]."
            )
        if any(i >= n for i, n in zip(place.index, array.shape, strict=True)):
            raise InputError(
                f"'{place}' lies outside: {place.name}{place.layer or ''} has shape "
                f"{array.shape}, counted from 0."
            )
        template = self._template(place)
        values = {hole: self._value(parse(hole)) for hole in _HOLE.findall(template)}
        return Answer(
            str(place), _symbol(place), _meaning(place), self._value(place), template, values
        )

    def array(self, place: Address) -> NDArray[Any]:
        """The array that an address points into: the pass's own, of one sample where it has one."""
        name, layer = place.name, place.layer
        if layer is not None and not 1 <= layer <= len(self.net.dense_layers):
            raise InputError(
                f"'{place}' asks for layer {layer}; the layers are 1 to "
                f"{len(self.net.dense_layers)}."
            )
        if name in ("loss", "objective", "learning_rate"):
            return np.asarray(self._alone(place))
        if name in ("x", "y", "z", "a", "delta", "dx"):
            return self._batch_array(place)[self._sample(place)]
        if name in ("dW", "db") and place.sample is not None:
            return self._share(place)
        if place.prefix == "penalty":
            W = self._parameters[f"W{layer}"]
            return self.net.l1 * np.sign(W) + self.net.l2 * W
        key = f"{name}{layer}"
        if place.prefix == "new":
            return self._updated(place)
        return self._grads[key] if name in ("dW", "db") else self._parameters[key]

    def addresses(self, name: str, layer: int | None = None) -> list[Address]:
        """Every scalar address of an array, sample by sample: the order in which to read."""
        samples: list[int | None] = [None]
        if name in ("x", "y", "z", "a", "delta", "dx") and self.batch > 1:
            samples = list(range(self.batch))
        found: list[Address] = []
        for sample in samples:
            whole = Address(name, layer, (), sample)
            found += [whole.at(*index) for index in np.ndindex(self.array(whole).shape)]
        return found

    # -- values --------------------------------------------------------------------------

    def _value(self, place: Address) -> float:
        return float(self.array(place)[place.index])

    def _sample(self, place: Address) -> int:
        if place.sample is None:
            if self.batch > 1:
                raise InputError(
                    f"'{place}' needs a sample, @0 to @{self.batch - 1}: this is a batch."
                )
            return 0
        if place.sample >= self.batch:
            raise InputError(
                f"'{place}' asks for sample {place.sample}; there are 0 to {self.batch - 1}."
            )
        return place.sample

    def _batch_array(self, place: Address) -> NDArray[Any]:
        if place.name == "x":
            return self.p.x
        if place.name == "y":
            assert self.p.y is not None
            return self.p.y
        if place.name == "dx":
            return self.p.dense[0].delta @ self._parameters["W1"]  # (B, n_in)
        return getattr(self.p.dense[(place.layer or 1) - 1], place.name)

    def _alone(self, place: Address) -> float:
        if place.name == "learning_rate":
            return self.learning_rate
        if place.sample is not None:
            return float(self.p.sample_loss[self._sample(place)])
        return self.p.loss + (self._penalty if place.name == "objective" else 0.0)

    def _share(self, place: Address) -> NDArray[Any]:
        """What one sample adds to a layer's dW or db."""
        step = self.p.dense[(place.layer or 1) - 1]
        k = self._sample(place)
        assert step.delta is not None
        if place.name == "dW":
            return np.outer(step.delta[k], step.x[k])
        return step.delta[k] if step.layer.bias != "layer" else step.delta[k].sum(keepdims=True)

    def _updated(self, place: Address) -> NDArray[Any]:
        key = f"{place.name}{place.layer}"
        values, step = self._parameters[key], self._grads["d" + key]
        if not self._is_learned(place):
            return values
        if self._has_penalty(place):
            step = step + self.array(Address("W", place.layer, (), None, "penalty"))
        return values - self.learning_rate * step

    def _is_learned(self, place: Address) -> bool:
        layer = self.net.dense_layers[(place.layer or 1) - 1]
        return not layer.frozen and (place.name == "W" or layer.bias != "frozen")

    def _has_penalty(self, place: Address) -> bool:
        return place.name == "W" and bool(self.net.l1 or self.net.l2)

    # -- formulas ------------------------------------------------------------------------

    def _template(self, place: Address) -> str:
        if place.prefix:
            return getattr(self, f"_{place.prefix}_template")(place)
        make: Callable[[Address], str] | None = getattr(self, f"_{place.name}_template", None)
        return "" if make is None else make(place)

    def _input(self, layer: int, j: int, sample: int | None) -> str:
        """The address of input j of a layer: x[j], or a of the layer before."""
        return _hole(
            Address("x", None, (j,), sample)
            if layer == 1
            else Address("a", layer - 1, (j,), sample)
        )

    def _row(self, name: str, layer: int | None, sample: int | None) -> list[str]:
        size = self.net.n_out if layer is None else self.net.dense_layers[layer - 1].n_out
        return [_hole(Address(name, layer, (i,), sample)) for i in range(size)]

    def _z_template(self, place: Address) -> str:
        layer, (i,) = place.layer or 1, place.index
        dense = self.net.dense_layers[layer - 1]
        terms = [
            f"{_hole(Address('W', layer, (i, j)))}·{self._input(layer, j, place.sample)}"
            for j in range(dense.n_in)
        ]
        bias = Address("b", layer, (0 if dense.bias == "layer" else i,))
        return " + ".join([*terms, _hole(bias)])

    def _a_template(self, place: Address) -> str:
        layer = place.layer or 1
        f = self.net.dense_layers[layer - 1].activation
        row = self._row("z", layer, place.sample)
        return formulas.activation(f, row[place.index[0]], row)

    def _loss_template(self, place: Address) -> str:
        if place.sample is not None or self.batch == 1:
            last = len(self.net.dense_layers)
            return formulas.sample_loss(
                self.net.loss,
                self._row("a", last, place.sample),
                self._row("y", None, place.sample),
            )
        parts = [_hole(Address("loss", None, (), k)) for k in range(self.batch)]
        if self._uniform():
            return f"({' + '.join(parts)})/{self.batch}"
        return " + ".join(f"{s!r}·{p}" for s, p in zip(self.p.share.tolist(), parts, strict=True))

    def _objective_template(self, place: Address) -> str:
        return "{loss}" + (f" + {self._penalty!r}" if self._penalty else "")

    def _uniform(self) -> bool:
        return bool((self.p.share == self.p.share[0]).all())

    def _counts(self, place: Address) -> str:
        """What a sample's loss counts in the mean, as a factor; nothing for a single sample."""
        if self.batch == 1:
            return ""
        return (
            f"/{self.batch}" if self._uniform() else f"·{self.p.share[place.sample or 0].item()!r}"
        )

    def _delta_template(self, place: Address) -> str:
        layer, (i,), k = place.layer or 1, place.index, place.sample
        dense = self.net.dense_layers[layer - 1]
        output = layer == len(self.net.dense_layers)
        a = self._row("a", layer, k)
        if output:
            y, loss = self._row("y", None, k), self.net.loss
            errors = [formulas.output_error(loss, p, q) for p, q in zip(a, y, strict=True)]
            if loss.joint:
                return errors[i] + self._counts(place)
        else:
            neurons = range(dense.n_out) if isinstance(dense.activation, Softmax) else [i]
            errors = [self._carried_back(layer, n, k) for n in neurons]
        counts = self._counts(place) if output else ""
        if isinstance(dense.activation, Softmax):
            mixed = " + ".join(f"{e}·{p}" for e, p in zip(errors, a, strict=True))
            return f"{a[i]}·({errors[i]} − ({mixed})){counts}"
        error = errors[i] if output else errors[0]
        slope = formulas.derivative(dense.activation, self._row("z", layer, k)[i], a[i])
        return error + (f"·{slope}" if slope else "") + counts

    def _carried_back(self, layer: int, n: int, sample: int | None) -> str:
        """∂L/∂a of a hidden neuron: every delta of the next layer through its weight."""
        terms = [
            f"{_hole(Address('delta', layer + 1, (m,), sample))}"
            f"·{_hole(Address('W', layer + 1, (m, n)))}"
            for m in range(self.net.dense_layers[layer].n_out)
        ]
        return f"({' + '.join(terms)})"

    def _samples(self, place: Address) -> list[int | None]:
        if self.batch == 1 or place.sample is not None:
            return [place.sample]
        return list(range(self.batch))

    def _dW_template(self, place: Address) -> str:
        layer, (i, j) = place.layer or 1, place.index
        return " + ".join(
            f"{_hole(Address('delta', layer, (i,), k))}·{self._input(layer, j, k)}"
            for k in self._samples(place)
        )

    def _db_template(self, place: Address) -> str:
        layer = place.layer or 1
        dense = self.net.dense_layers[layer - 1]
        neurons = range(dense.n_out) if dense.bias == "layer" else place.index
        return " + ".join(
            _hole(Address("delta", layer, (i,), k)) for k in self._samples(place) for i in neurons
        )

    def _dx_template(self, place: Address) -> str:
        (j,) = place.index
        return " + ".join(
            f"{_hole(Address('delta', 1, (i,), place.sample))}·{_hole(Address('W', 1, (i, j)))}"
            for i in range(self.net.dense_layers[0].n_out)
        )

    def _penalty_template(self, place: Address) -> str:
        W = _hole(Address("W", place.layer, place.index))
        return f"{self.net.l1!r}·sign({W}) + {self.net.l2!r}·{W}"

    def _new_template(self, place: Address) -> str:
        old = _hole(Address(place.name, place.layer, place.index))
        if not self._is_learned(place):
            return old
        step = _hole(Address("d" + place.name, place.layer, place.index))
        if self._has_penalty(place):
            step = f"({step} + {_hole(Address('W', place.layer, place.index, None, 'penalty'))})"
        return f"{old} − {{learning_rate}}·{step}"


def _hole(place: Address) -> str:
    return f"{{{place}}}"


_LOW = str.maketrans("0123456789,", "₀₁₂₃₄₅₆₇₈₉,")
_HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _symbol(place: Address) -> str:
    """As a textbook writes it: δ²₀, ∂L/∂W¹₀,₁."""
    layer = "" if place.layer is None else str(place.layer).translate(_HIGH)
    index = ",".join(map(str, place.index)).translate(_LOW)
    base = {"delta": "δ", "loss": "L", "objective": "J", "learning_rate": "η"}.get(
        place.name, place.name
    )
    if place.name in ("dW", "db", "dx"):
        return f"∂L/∂{base[1:]}{layer}{index}"
    sign = {"new": "′", "penalty": "ᴾ"}.get(place.prefix, "")
    return f"{base}{sign}{layer}{index}"


def _meaning(place: Address) -> str:
    words = {"new": "updated ", "penalty": "penalty's part of the gradient of "}.get(
        place.prefix, ""
    )
    where = "" if place.layer is None else f", layer {place.layer}"
    return words + _MEANINGS[place.name] + where
