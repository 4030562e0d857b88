"""What a layer of any tool comes to, by its name there and its settings.

One table serves objects and files, PyTorch and Keras: names that mean two things in the two are
told apart by their settings, as ReLU's.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core import activations as core
from glassnet.core.activations import Activation
from glassnet.core.errors import InputError
from glassnet.exchange.flow import Flow
from glassnet.formula.tree import Expression, exp, ln, maximum, minimum

Settings = Mapping[str, Any]
Arrays = Sequence[NDArray[Any]]

NONE: Settings = MappingProxyType({})
NOTHING = {
    "InputLayer", "Dropout", "AlphaDropout", "FeatureAlphaDropout", "GaussianNoise",
    "GaussianDropout", "SpatialDropout1D", "ActivityRegularization", "Flatten", "Identity",
    "Unflatten", "Reshape",
}  # fmt: skip
BY_NAME: dict[str, str] = {
    "linear": "identity", "logistic": "sigmoid", "swish": "silu", "negative_slope": "leaky_relu",
}  # fmt: skip
KERAS_SLOPE = 0.2  # of the function leaky_relu; its layer LeakyReLU tells its own, 0.3 by default


def activation(name: str, settings: Settings = NONE) -> Activation | Callable[[Expression], Any]:
    """An activation by what it is called in any of the tools, or f as a tree where we have none.

    Raises: InputError where it has no name that is known.
    """
    key = name.lower().replace("_", "").removesuffix("layer")
    slope = _first(settings, "negative_slope", "alpha")
    match key:
        case "relu6":
            return lambda z: minimum(maximum(z, 0), 6)
        case "relu" if settings.get("max_value") is not None and not slope:
            return lambda z: minimum(maximum(z, 0), float(settings["max_value"]))
        case "relu" if slope:
            return core.LeakyReLU(float(slope))
        case "leakyrelu":
            usual = 0.3 if "alpha" in settings else 0.01
            return core.LeakyReLU(float(usual if slope is None else slope))
        case "elu":
            return core.ELU(float(settings.get("alpha", 1.0)))
        case "gelu":
            tanh = settings.get("approximate") in (True, "tanh")
            return core.GELUTanh() if tanh else core.GELU()
        case "softplus" if settings.get("beta", 1) != 1:
            beta = float(settings["beta"])
            return lambda z: maximum(z, 0) + ln(1 + exp(-abs(beta * z))) / beta
        case "softsign":
            return lambda z: z / (1 + abs(z))
        case "hardtanh":
            low, high = (float(settings.get(n, d)) for n, d in (("min_val", -1), ("max_val", 1)))
            return lambda z: minimum(maximum(z, low), high)
        case "hardsigmoid":
            return lambda z: minimum(maximum(z / 6 + 0.5, 0), 1)
        case "hardswish" | "hardsilu":
            return lambda z: z * minimum(maximum(z / 6 + 0.5, 0), 1)
        case "exponential":
            return exp
    plain = BY_NAME.get(name.lower(), key)
    known = {kind.replace("_", ""): kind for kind in core.ACTIVATIONS}
    if plain not in known:
        raise InputError(f"the layer {name} is none of a dense network's")
    return core.get(known[plain])


def _first(settings: Settings, *names: str) -> Any:
    return next((settings[n] for n in names if settings.get(n) is not None), None)


def bent(flow: Flow, name: str, settings: Settings = NONE) -> Flow:
    """An activation, by its name, of what is there."""
    f = activation(name, settings)
    return flow.activated(f) if isinstance(f, Activation) else flow.bent(f)


def sums(flow: Flow, W: NDArray[Any], b: NDArray[Any] | None) -> Flow:
    """Weighted sums, W as (n_out, n_in)."""
    flow = flow.times(np.asarray(W, np.float64))
    return flow if b is None else flow.by_neuron(np.asarray(b, np.float64), True)


def standardised(
    flow: Flow,
    mean: Any,
    variance: Any,
    eps: float,
    factor: Any = None,
    shift: Any = None,
) -> Flow:
    """factor·(x − mean)/√(variance + eps) + shift, a number of each for each neuron."""
    by = 1 / np.sqrt(np.asarray(variance, np.float64) + eps)
    by = by if factor is None else by * np.asarray(factor, np.float64)
    moved = -np.asarray(mean, np.float64) * by
    moved = moved if shift is None else moved + np.asarray(shift, np.float64)
    return flow.by_neuron(by, False).by_neuron(moved, True)


def keras_layer(flow: Flow, kind: str, settings: Settings, arrays: Arrays) -> Flow:
    """A layer of Keras's, by its class, its settings, and its arrays in their order.

    Raises: InputError where it is none of a dense network's, or the arrays do not fit it.
    """
    if kind in NOTHING:
        return flow
    if kind == "Dense":
        _expect(kind, arrays, 1 + bool(settings.get("use_bias", True)))
        flow = sums(flow, arrays[0].T, arrays[1] if len(arrays) > 1 else None)
        return _keras_activation(flow, settings.get("activation"))
    if kind == "Activation":
        return _keras_activation(flow, settings.get("activation"))
    if kind == "BatchNormalization":
        has = settings.get("scale", True), settings.get("center", True)
        _expect(kind, arrays, 2 + sum(has))
        given = list(arrays)
        factor, shift = (given.pop(0) if there else None for there in has)
        eps = float(settings.get("epsilon", 1e-3))
        return standardised(flow, given[0], given[1], eps, factor, shift)
    if kind == "Normalization":
        if len(arrays) >= 2:
            return standardised(flow, arrays[0].ravel(), arrays[1].ravel(), 0.0)
        mean, variance = (np.ravel(settings.get(n) or ()) for n in ("mean", "variance"))
        if not len(mean) or not len(variance):
            raise InputError("its layer Normalization was not adapted to any rows")
        return standardised(flow, mean, variance, 0.0)
    if kind == "Rescaling":
        by, moved = (
            np.asarray(settings.get(n, d), float) for n, d in (("scale", 1), ("offset", 0))
        )
        return flow.by_neuron(by, False).by_neuron(moved, True)
    return bent(flow, kind, settings)


def _keras_activation(flow: Flow, told: Any) -> Flow:
    if told is None:
        return flow
    if isinstance(told, Mapping):  # a layer, or a function of somebody's own
        name = told.get("class_name", "")
        inner = told.get("config")
        if name == "function" or not isinstance(inner, Mapping):
            raise InputError(f"the activation {str(inner or name)!r:.60} is somebody's own")
        return bent(flow, str(name), inner)
    leaky = str(told) == "leaky_relu"
    return bent(flow, str(told), {"negative_slope": KERAS_SLOPE} if leaky else NONE)


def _expect(kind: str, arrays: Arrays, number: int) -> None:
    if len(arrays) != number:
        raise InputError(f"its layer {kind} has {len(arrays)} arrays where {number} were expected")
