"""A network as an ONNX model: alone, or from raw columns to labels."""

from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.layers import Dense, Dropout
from glassnet.core.network import Network, widths
from glassnet.core.parts import of_core
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import FilePath
from glassnet.exchange.onnx.activations import activated
from glassnet.exchange.onnx.graph import OnnxGraph
from glassnet.exchange.onnx.preparation import inputs
from glassnet.files.plain import to_line
from glassnet.files.whole import write_whole

SPEC = "glassnet"  # the key under which a model tells what it was made of
LARGEST = 2**31 - 2**20  # bytes: what the format holds in one file


@door
def to_onnx(net: Network, path: FilePath | None = None, *, preparation: bool = True) -> Any:
    """The network as an ONNX model, which onnxruntime and many others run.

    Args:
        path: where it is written, by custom with the ending .onnx; None to write nothing.
        preparation: whether raw columns go in, as `predict` takes them, one input each for a
            table; False for the network alone, whose inputs are prepared.

    Returns: an `onnx.ModelProto`. Its inputs take any number of rows. Its outputs are
        `probabilities`, (N, classes), and `label`, (N,), the class itself; or `prediction`,
        (N, n_out), in the targets' units.

    Raises: InputError where onnx is not installed, the model would be larger than 2 GB, or a
        part is somebody's own and brings no formula.
    """
    if net.theta.nbytes > LARGEST:
        raise InputError(
            f"the network has {net.theta.nbytes:,} bytes; an ONNX file holds up to 2 GB."
        )
    g = OnnxGraph(net.dtype)
    x = inputs(g, net.preparation if preparation else None, net.n_in)
    _answers(g, net, _layers(g, net, x))
    kept = net.preparation if preparation else None
    about = {
        "network": net.spec(),
        "preparation": None if kept is None else kept.spec(),
        "target_scale": None if net.target_scale is None else net.target_scale.spec(),
    }
    model = g.model("network", _told(net), {SPEC: to_line(about)})
    if path is not None:
        write_whole(path, [model.SerializeToString(deterministic=True)])
    return model


def _layers(g: OnnxGraph, net: Network, x: str) -> str:
    """The network's outputs; W1, z1 and a1 are called as everywhere."""
    number = 0
    for layer in net.layers:
        if isinstance(layer, Dropout):
            continue  # acts while a network learns
        if of_core(layer) is None or not isinstance(layer, Dense):
            raise InputError(
                f"the layer {type(layer).__name__} is one of your own: no other tool knows it."
            )
        number += 1
        W = g.constant(layer.W, name=f"W{number}")
        b = g.constant(np.broadcast_to(layer.b, layer.n_out), name=f"b{number}")
        z = g.call("Gemm", x, W, b, transB=1, name=f"z{number}")
        x = activated(g, layer.activation, z, f"a{number}")
    return x


def _answers(g: OnnxGraph, net: Network, a: str) -> None:
    if net.classes is None:
        _numbers(g, net, a)
        return
    if net.n_out == 1:
        both = [g.call("Sub", g.constant([1]), a), a]
        probabilities = g.call("Concat", *both, axis=1, name="probabilities")
        chosen = g.call("GreaterOrEqual", a, g.constant([0.5]))
        place = g.call("Reshape", g.cast(chosen, np.int64), g.constant([-1], np.int64))
    else:
        probabilities = g.call("Identity", a, name="probabilities")
        place = g.call("ArgMax", a, axis=1, keepdims=0)
    texts = any(isinstance(label, str) for label in net.classes)
    kind = str if texts else np.int64
    labels = g.constant(net.classes, kind, "classes")
    g.give(g.call("Gather", labels, place, name="label"), kind, ["N"])
    g.give(probabilities, g.dtype, ["N", len(net.classes)])


def _numbers(g: OnnxGraph, net: Network, a: str) -> None:
    scale: Any = net.target_scale
    if scale is None:
        name = g.call("Identity", a, name="prediction")
    else:
        times = g.call("Mul", a, g.constant(np.atleast_1d(scale.scale)))
        name = g.call("Add", times, g.constant(np.atleast_1d(scale.mean)), name="prediction")
    g.give(name, g.dtype, ["N", net.n_out])


def _told(net: Network) -> str:
    sizes = "-".join(map(str, widths(net)))
    return f"A dense network, {sizes}, of {net.theta.size:,} parameters, made with glassnet."
