"""One pass and its update, whose every number has an address."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core import optimizers
from glassnet.core.display.notebook import Displayed
from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError, unknown
from glassnet.core.layers import DropoutStep
from glassnet.core.network import Network
from glassnet.core.optimizers import Optimizer
from glassnet.core.parts import as_written
from glassnet.core.passes import Pass
from glassnet.core.validation.arrays import array
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import FiniteNumber, Positive, Whole
from glassnet.explain.ask.addresses import KNOWN, LAYERED, OF_PARAMETERS, SAMPLED, Address
from glassnet.formula.updates import rules
from glassnet.training.settings import Settings

MOST_TERMS = 12  # of a sum that is told in full; a longer one shows its largest and their rest

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class ExplainedUpdate:
    """An update as the optimizer made it, on a network of its own.

    `arrays` holds by prefix what addresses point to: g, m, new.m, m_hat, ..., new. `clipped` is
    what clip_norm multiplied the gradient by, `scales` what max_norm each neuron's new weights.
    """

    network: Network
    arrays: dict[str, Arrays]
    clipped: float
    scales: dict[int, NDArray[Any]]

    __repr__ = telling()


class Quantities(Displayed):
    """One forward and backward pass and the update after it: every number by its address.

    Args: as those of `Ask`, which also says where a number comes from.
    """

    def __init__(
        self,
        net: Network,
        x: ArrayLike,
        y: ArrayLike,
        w: ArrayLike | None = None,
        *,
        learning_rate: Positive | None = None,
        optimizer: str | Mapping[str, Any] | Optimizer | None = None,
        factor: Annotated[float, FiniteNumber()] = 1.0,
        clip_norm: Positive | None = None,
        clip_value: Positive | None = None,
        rng: np.random.Generator | None = None,
        most_terms: Annotated[int, Whole(least=5)] = MOST_TERMS,
    ) -> None:
        x, y = array("x", x), array("y", y)
        if x.ndim == 1 and y.ndim < 2:
            y = y[None, :] if y.ndim == 1 and len(y) == net.n_out else y.reshape(-1)
        self.net, self.most_terms = net, most_terms
        which = "sgd" if optimizer is None else optimizer
        rule = Settings(optimizer=which, learning_rate=learning_rate).rule()
        if not isinstance(rule, Optimizer):
            raise InputError("L-BFGS makes no update of one pass: give 'sgd', 'adam' or the like.")
        self.rule = copy.deepcopy(rule)
        self.rate_is_given = learning_rate is not None or isinstance(optimizer, Optimizer)
        self.factor, self.clip_norm, self.clip_value = factor, clip_norm, clip_value
        self.learning_rate = float(self.rule.learning_rate * factor)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            self.p = net.backward(net.forward(x, rng), y, w)
            self.penalty = net.penalty()
        # the pass is a record: later passes of the network fill its gradient anew
        self._theta, self._grad = net.theta.copy(), net.grad.copy()
        self.parameters = net.split(self._theta)
        self.gradients = net.split(self._grad)
        self.masks = {} if rng is None else _masks(self.p)
        self.batch = len(self.p.x)

    __repr__ = telling("net", "batch", "rule")

    @property
    def t(self) -> int:
        """The number of the update that this pass makes, from 1."""
        return self.rule.t + 1

    def array(self, place: Address) -> NDArray[Any]:
        """The array that an address points into: the pass's own, of one sample where it has one."""
        name, layer = place.name, place.layer
        if layer is not None and not (name != "mask") <= layer <= len(self.net.dense_layers):
            raise InputError(
                f"'{place}' asks for layer {layer}; the layers are 1 to "
                f"{len(self.net.dense_layers)}."
            )
        if name in ("loss", "objective", "learning_rate"):
            return np.asarray(self._alone(place))
        if name in SAMPLED:
            return self._of_sample(place)
        if name in ("dW", "db") and place.sample is not None:
            return self._share(place)
        if place.prefix == "penalty":
            W = self.parameters[f"W{layer}"]
            return self.net.l1 * np.sign(W) + self.net.l2 * W
        key = f"{name}{layer}"
        if place.prefix in OF_PARAMETERS:
            return self._updated(place, key)
        return self.gradients[key[1:]] if name in ("dW", "db") else self.parameters[key]

    @door
    def addresses(self, name: str, layer: int | None = None) -> list[Address]:
        """Every scalar address of an array, sample by sample: the order in which to read.

        Args: name, with its prefix if it has one: "new.W".
        """
        prefix, _, plain = name.rpartition(".")
        if plain not in KNOWN:
            raise unknown("array", plain, KNOWN)
        if (layer is None) == (plain in LAYERED):
            needs = (
                "needs a layer's number, from 1" if layer is None else "has no layer: leave it out"
            )
            raise InputError(f"'{name}' {needs}.")
        samples: list[int | None] = [None]
        if plain in SAMPLED and self.batch > 1:
            samples = list(range(self.batch))
        found: list[Address] = []
        for sample in samples:
            whole = Address(plain, layer, (), sample, prefix)
            found += [whole.at(*index) for index in np.ndindex(self.array(whole).shape)]
        return found

    def is_learned(self, place: Address) -> bool:
        layer = self.net.dense_layers[(place.layer or 1) - 1]
        return not layer.frozen and (place.name == "W" or layer.bias != "frozen")

    def shortened(self, place: Address) -> float:
        """What max_norm multiplies the new weights of a neuron by."""
        layer, scales = place.layer or 1, self.update.scales
        if place.name != "W" or layer not in scales:
            return 1.0
        return float(scales[layer][place.index[0]])

    def largest(self, values: NDArray[Any]) -> NDArray[np.intp]:
        """Which terms of a sum are shown, in their order."""
        if len(values) <= self.most_terms:
            return np.arange(len(values))
        size = np.nan_to_num(np.abs(values), nan=np.inf, posinf=np.inf)
        top = np.argpartition(-size, self.most_terms - 5)[: self.most_terms - 4]
        told = top[size[top] > 0]  # a term of 0 says nothing
        return np.sort(told if len(told) else top[:1])

    # -- values --------------------------------------------------------------------------

    def value(self, place: Address) -> float:
        """The array's own entry."""
        return float(self.checked(place)[place.index])

    def checked(self, place: Address) -> NDArray[Any]:
        """The array, once it is sure that the address points to an entry of it."""
        array = self.array(place)
        if array.ndim and not place.index:
            at = "" if place.sample is None else f"@{place.sample}"
            zeros = ",".join("0" * array.ndim)
            raise InputError(
                f"'{place}' is an array of shape {array.shape}: ask for an entry, as "
                f"{place.array}[{zeros}]{at}."
            )
        if any(i >= n for i, n in zip(place.index, array.shape, strict=True)):
            raise InputError(
                f"'{place}' lies outside: {place.name}{'' if place.layer is None else place.layer} "
                f"has shape {array.shape}, counted from 0."
            )
        return array

    def sample(self, place: Address) -> int:
        """The sample that an address is about; the only one where there is no choice."""
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

    def _of_sample(self, place: Address) -> NDArray[Any]:
        k, layer = self.sample(place), place.layer
        match place.name:
            case "x":
                return self.p.x[k]
            case "y":
                return self.p.y[k]
            case "dx":
                return self.carried_back(0, k)
            case "da":
                return self._da(layer or 1, k)
            case "mask":
                if layer not in self.masks:
                    told = ", ".join(f"mask{n}" for n in self.masks) or "none"
                    raise InputError(f"'{place}': no dropout acts there; masks here: {told}.")
                return self.masks[layer][k]
            case _:
                return getattr(self.p.dense[(layer or 1) - 1], place.name)[k]

    def carried_back(self, layer: int, k: int) -> NDArray[Any]:
        """∂L/∂a of layer (0: of the data) for sample k: the next delta through its weights."""
        step = self.p.dense[layer]
        if as_written(step.layer):
            da = step.delta[k] @ self.parameters[f"W{layer + 1}"]
        else:
            da = step.layer.dx(step, step.delta)[k]
        return da * self.masks[layer][k] if layer in self.masks else da

    def _da(self, layer: int, k: int) -> NDArray[Any]:
        if layer < len(self.net.dense_layers):
            return self.carried_back(layer, k)
        last = self.p.dense[-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.net.loss.da(last.a[k], self.p.y[k]) * self.p.share[k]

    def _alone(self, place: Address) -> float:
        if place.name == "learning_rate":
            return self.learning_rate
        if place.sample is not None:
            return float(self.p.sample_loss[self.sample(place)])
        return self.p.loss + (self.penalty if place.name == "objective" else 0.0)

    def _share(self, place: Address) -> NDArray[Any]:
        """What one sample adds to a layer's dW or db."""
        step = self.p.dense[(place.layer or 1) - 1]
        k = self.sample(place)
        if place.name == "dW":
            return np.outer(step.delta[k], step.x[k])
        return step.delta[k] if step.layer.bias != "layer" else step.delta[k].sum(keepdims=True)

    def _updated(self, place: Address, key: str) -> NDArray[Any]:
        """g, the optimizer's state before and after, and the new parameters."""
        made = self.update.arrays
        arrays = made.get(place.prefix)
        if arrays is None:
            has = sorted(name for name in made if name not in ("new", "g"))
            raise InputError(
                f"'{place}': the optimizer here is {self.rule.name}, which keeps no "
                f"'{place.prefix}'; it has {', '.join(has) or 'no state'}."
            )
        if key not in arrays:
            raise InputError(f"'{place}': {key} is not learned, and so has no '{place.prefix}'.")
        return arrays[key]

    @cached_property
    def update(self) -> ExplainedUpdate:
        """The update, made by the optimizer itself on a copy of the network when first asked."""
        net, rule, clipped = self.net.copy(), copy.deepcopy(self.rule), 1.0
        net.theta[...], net.grad[...] = self._theta, self._grad
        learned, grad = net.theta[: net.n_learned], net.grad[: net.n_learned]
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            if rule.t == 0:
                rule.start(learned)
            found = {name: net.split(q.copy()) for name, q in rule.state.items()}
            net.penalize()
            if self.clip_norm is not None:
                norm = optimizers.clip_by_norm(grad, self.clip_norm)
                clipped = min(1.0, self.clip_norm / norm) if norm else 1.0
            if self.clip_value is not None:
                optimizers.clip_by_value(grad, self.clip_value)
            rule.step(learned, grad, self.factor)
            long = {n: layer.W.copy() for n, layer in enumerate(net.dense_layers, start=1)}
            net.constrain()
            scales: dict[int, NDArray[Any]] = {}
            if net.max_norm is not None:
                scales = {
                    n: np.linalg.norm(net.dense_layers[n - 1].W, axis=1) / np.linalg.norm(W, axis=1)
                    for n, W in long.items()
                }
            after = rule.state
            told = rules(rule, self.t)
            if "m_hat" in told:
                assert isinstance(rule, optimizers.Adam)
                found["m_hat"] = net.split(after["m"] / (1 - rule.beta1**rule.t))
                v = after["v_max" if "v_max" in after else "v"]
                found["v_hat"] = net.split(v / (1 - rule.beta2**rule.t))
        found |= {f"new.{name}": net.split(q.copy()) for name, q in after.items()}
        arrays = {**found, "g": net.split(grad), "new": net.split(net.theta)}
        return ExplainedUpdate(net, arrays, clipped, scales)

    def began(self) -> str | None:
        """Where the first number that is not finite stands, in the order of computing, if any."""
        arrays: list[tuple[str, NDArray[Any]]] = [("x", self.p.x)]
        for n, step in enumerate(self.p.dense, start=1):
            arrays += [(f"W{n}", self.parameters[f"W{n}"]), (f"b{n}", self.parameters[f"b{n}"])]
            arrays += [(f"z{n}", step.z), (f"a{n}", step.a)]
        arrays += [("y", self.p.y), ("loss", self.p.sample_loss)]
        for n in range(len(self.p.dense), 0, -1):
            arrays.append((f"delta{n}", self.p.dense[n - 1].delta))
        for name, found in arrays:
            if np.isfinite(found).all():
                continue
            index = np.argwhere(~np.isfinite(found))[0].tolist()
            at = ""
            if name[0] not in "Wb":
                k, *index = index
                at = f"@{k}" if self.batch > 1 else ""
            where = f"[{','.join(map(str, index))}]" if index else ""
            return f"{name}{where}{at}, which is {found[np.where(~np.isfinite(found))][0]}"
        return None


def _masks(p: Pass) -> dict[int, NDArray[Any]]:
    """Dropout's masks, (B, n), by the layer whose activations they act on; 0 for the data."""
    masks: dict[int, NDArray[Any]] = {}
    layer = 0
    for step in p.steps:
        if isinstance(step, DropoutStep):
            masks[layer] = masks[layer] * step.mask if layer in masks else step.mask
        else:
            layer += 1
    return masks
