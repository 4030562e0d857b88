"""Objects in memory: a PyTorch module, an estimator of scikit-learn's, a Keras model.

What came in is held against the object itself on some rows before it is handed out: where the two
differ, as when a module's forward does what its layers do not tell, that is said instead.
"""

import sys
from collections.abc import Iterator
from itertools import product
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from glassnet.core.activations import get as get_activation
from glassnet.core.errors import InputError
from glassnet.core.losses import natural_loss
from glassnet.core.network import Network
from glassnet.core.validation.specification import check_classes
from glassnet.data import Preparation
from glassnet.exchange.arrivals.parts import NOTHING, bent, keras_layer, standardised, sums
from glassnet.exchange.flow import Flow, Sums, affine

N = TypeVar("N", bound=Network)
ROWS = 64  # to compare by
NEAR = 1e-4  # of the largest output: float32 through several layers
UNSAID = ("identity", "relu", "tanh", "sigmoid", "gelu", "silu", "leaky_relu", "elu", "gelu_tanh",
          "selu", "softplus")  # fmt: skip


def labelled(net: Network, classes: Any, output: str | None) -> None:
    """The labels that its outputs stand for; several sums then go through softmax."""
    if classes is not None:
        classes = np.asarray(classes).tolist()
        check_classes(classes)
        if len(classes) != max(net.n_out, 2):
            raise InputError(
                f"there are {len(classes)} classes, and the network's outputs stand for "
                f"{max(net.n_out, 2)}: give as many."
            )
        if output is None and net.dense_layers[-1].activation.name == "identity":
            output = "softmax" if net.n_out > 1 else "sigmoid"
    if output is not None:
        last = net.dense_layers[-1]
        if last.activation.name != "identity":
            raise InputError(
                f"the network ends in {last.activation.name} already: leave the output out."
            )
        last.activation = get_activation(output)
        net.loss = natural_loss(last.activation)
    net.classes = classes


# -- PyTorch ---------------------------------------------------------------------------------


def from_torch(module: Any, kind: type[N], hidden: str | None = None) -> N:
    """A module of Linear layers and what stands between them, in evaluation mode.

    Args: hidden, the activation between Linear layers where the module's forward calls it and no
        layer tells; None to find it by the module's own outputs.

    Raises: InputError where a part is none of a dense network's, or the outputs differ.
    """
    parts = list(_parts_of(module))
    if not any(type(part).__name__ == "Linear" for part in parts):
        raise InputError(
            f"this {type(module).__name__} has no Linear layer: give a module of PyTorch's that "
            "has some."
        )
    dtype = str(next(p for p in parts if type(p).__name__ == "Linear").weight.dtype)
    dtype = "float64" if dtype.endswith("float64") else "float32"
    first = _torch_flow(parts, None)
    n_in = (first.sums.layers[0].W if first.sums.layers else first.sums.W).shape[1]  # type: ignore
    x = _rows(n_in, dtype)
    expected = _asked_torch(module, x)
    between = [hidden] if hidden is not None else [None, *UNSAID]
    for inner, last in product(between, (None, "softmax", "sigmoid")):
        net = _torch_flow(parts, inner, last).network(kind, dtype)
        if _agrees(net, x, expected):
            return net
    raise InputError(
        f"this {type(module).__name__} computes something else in its forward than its layers "
        "tell: export it to ONNX, which holds what is computed, and read that."
    )


def _parts_of(module: Any) -> Iterator[Any]:
    """The layers, those of inner modules in their place."""
    inner = list(module.children()) if hasattr(module, "children") else None
    if inner is None:
        raise InputError(f"a {type(module).__name__} is no module of PyTorch's: give one.")
    if not inner:
        yield module
    for child in inner:
        yield from _parts_of(child)


def _torch_flow(parts: list[Any], hidden: str | None, last: str | None = None) -> Flow:
    flow = Flow(Sums(()))
    for part in parts:
        name = type(part).__name__
        if name == "Linear":
            straight = flow.sums.W is not None and not flow.softmax and affine(flow.f) is not None
            if hidden not in (None, "identity") and straight:
                flow = bent(flow.put_in(), str(hidden))
            flow = sums(flow, _array(part.weight), _array(part.bias))
        elif name.startswith("BatchNorm"):
            flow = standardised(
                flow, _array(part.running_mean), _array(part.running_var), float(part.eps),
                _array(part.weight), _array(part.bias),
            )  # fmt: skip
        elif name not in NOTHING and not name.startswith("Dropout"):
            flow = bent(flow, name, vars(part))
    return flow if last is None else bent(flow, last)


def _array(parameter: Any) -> Any:
    """A parameter's numbers; None where there is none."""
    return None if parameter is None else parameter.detach().cpu().numpy().astype(np.float64)


def _asked_torch(module: Any, x: NDArray[Any]) -> NDArray[Any]:
    torch = sys.modules["torch"]
    learning = module.training
    module.eval()
    try:
        with torch.no_grad():
            device = next(module.parameters()).device
            return _numbers(module(torch.from_numpy(x).to(device)))
    except Exception as error:
        raise InputError(
            f"this {type(module).__name__} does not take rows of {x.shape[1]} numbers "
            f"({str(error)[:80]}): give a module that does."
        ) from None
    finally:
        module.train(learning)


def _numbers(out: Any) -> NDArray[Any]:
    out = out.detach().cpu().numpy() if hasattr(out, "detach") else np.asarray(out)
    return out.reshape(len(out), -1)


# -- Keras -----------------------------------------------------------------------------------


def from_keras(model: Any, kind: type[N]) -> N:
    """A model whose layers stand in one row.

    Raises: InputError where a layer is none of a dense network's, or the outputs differ.
    """
    layers = getattr(model, "layers", None)
    if not layers or not hasattr(model, "get_config"):
        raise InputError(f"a {type(model).__name__} is no model of Keras's: give one.")
    flow = Flow(Sums(()))
    for layer in _in_a_row(layers):
        arrays = [np.asarray(array) for array in layer.get_weights()]
        flow = keras_layer(flow, type(layer).__name__, layer.get_config(), arrays)
    dtype = "float64" if "float64" in str(getattr(model, "compute_dtype", "")) else "float32"
    net = flow.network(kind, dtype)
    x = _rows(net.n_in, dtype)
    try:
        expected = _numbers(model(x, training=False))
    except Exception as error:
        raise InputError(
            f"the model does not take rows of {net.n_in} numbers ({str(error)[:80]}): give one "
            "that does."
        ) from None
    if not _agrees(net, x, expected):
        raise InputError(
            "the model computes something else than its layers in a row do: give one without "
            "branches."
        )
    return net


def _in_a_row(layers: Any) -> Iterator[Any]:
    for layer in layers:
        if hasattr(layer, "layers"):
            yield from _in_a_row(layer.layers)
        else:
            yield layer


# -- scikit-learn ----------------------------------------------------------------------------


def from_sklearn(estimator: Any, kind: type[N]) -> N:
    """A fitted MLPClassifier or MLPRegressor, alone or behind a scaler in a Pipeline.

    Raises: InputError where it is something else, or not fitted.
    """
    steps = _steps_of(estimator)
    there = [step for step in steps if not (step is None or isinstance(step, str))]
    *before, last = there or [estimator]
    if hasattr(last, "network_") and not before:
        return last.network_
    if not hasattr(last, "coefs_"):
        fitted = "is not fitted yet: fit it" if hasattr(last, "hidden_layer_sizes") else "has none"
        raise InputError(
            f"layers are taken from an MLP of scikit-learn's; this {type(last).__name__} {fitted}."
        )
    if type(last).__name__ == "MLPClassifier" and last.out_activation_ == "logistic":
        several = last.n_outputs_ > 1
    else:
        several = False
    flow = Flow(Sums(()))
    for number, (W, b) in enumerate(zip(last.coefs_, last.intercepts_, strict=True), start=1):
        flow = sums(flow, W.T, b)
        name = last.activation if number < len(last.coefs_) else last.out_activation_
        flow = bent(flow, name)
    net = flow.network(kind, "float32" if last.coefs_[0].dtype == np.float32 else "float64")
    if hasattr(last, "classes_") and not several:
        net.classes = last.classes_.tolist()
    net.preparation = _scaler(before, net.n_in)
    return net


def _scaler(before: list[Any], n_in: int) -> Preparation | None:
    if not before:
        return None
    scaler = before[0]
    mean, scale = getattr(scaler, "mean_", None), getattr(scaler, "scale_", None)
    if len(before) > 1 or type(scaler).__name__ not in ("StandardScaler", "MinMaxScaler"):
        raise InputError(
            f"before the network stands a {type(before[-1]).__name__}, which no preparation of "
            "ours is: give the network alone, or behind a StandardScaler or MinMaxScaler."
        )
    if type(scaler).__name__ == "MinMaxScaler":  # x·scale + min = (x − (−min/scale))/(1/scale)
        mean, scale = -scaler.min_ / scaler.scale_, 1 / scaler.scale_
    mean = np.zeros(n_in) if mean is None else mean
    scale = np.ones(n_in) if scale is None else scale
    return Preparation("standardize", n_in, tuple(mean.tolist()), tuple(scale.tolist()))


# -- all -------------------------------------------------------------------------------------


def _rows(n_in: int, dtype: str) -> NDArray[Any]:
    return np.random.default_rng(0).normal(size=(ROWS, n_in)).astype(dtype)


def _agrees(net: Network, x: NDArray[Any], expected: NDArray[Any]) -> bool:
    own = net.predict_proba(x)
    if own.shape != expected.shape:
        return False
    return bool(np.abs(own - expected).max() <= NEAR * max(np.abs(expected).max(), 1.0))


def _steps_of(estimator: Any) -> list[Any]:
    """The steps of a pipeline, which are pairs of a name and an estimator; else itself alone."""
    named = getattr(estimator, "steps", None)
    if not isinstance(named, list) or not all(
        isinstance(each, tuple) and len(each) == 2 for each in named
    ):
        return [estimator]
    return [step for _, step in named]
