"""A safetensors file of another program: arrays by name, of which the layers are told.

PyTorch's state_dicts are so (0.weight, fc1.bias, layers.2.weight), Keras's and Flax's arrays
(dense_1/kernel), and our own net.state_dict() (W1, b1). Weights are (n_out, n_in), or turned over
where the shapes say so. The activations are in no such file, and are said beside it.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.exchange.arrivals.objects import labelled
from glassnet.exchange.arrivals.parts import sums
from glassnet.exchange.arrivals.rows_of_layers import SizedLayer, in_a_row
from glassnet.exchange.arrivals.unsaid import Unsaid, bent
from glassnet.exchange.flow import Flow, Sums
from glassnet.files.container import Content, read
from glassnet.files.whole import open_file

N = TypeVar("N", bound=Network)
MAX_LAYERS = 1000
WHAT = "the safetensors file"
ONNX = "export the network to ONNX, which says it, and give that file"
NAME = re.compile(
    r"(?P<stem>(?:.*[._/])?)(?P<kind>weights?|kernel|w|coefs?|bias(?:es)?|b|intercepts?)"
    r"_?(?P<number>\d*)", re.IGNORECASE,
)  # fmt: skip
FLOATS = {"F64": np.dtype("<f8"), "F32": np.dtype("<f4"), "F16": np.dtype("<f2")}


@dataclass(frozen=True, eq=False)
class NamedLayer:
    """A layer's arrays as they lie there: W of two dimensions, and b, or None where there is none.

    kernel: whether W bears the name that is usual where it is (n_in, n_out).
    """

    name: str
    W: NDArray[Any]
    b: NDArray[Any] | None
    kernel: bool

    @property
    def told(self) -> bool | None:
        """Whether W is (n_in, n_out), where its biases tell."""
        n, m = self.W.shape
        return None if self.b is None or n == m else len(self.b) == m

    def link(self, turned: bool) -> SizedLayer:
        n_out, n_in = self.W.shape[::-1] if turned else self.W.shape
        return SizedLayer(self.name, n_in, n_out)


def of_safetensors(path: str | os.PathLike[str], kind: type[N], unsaid: Unsaid) -> N:
    """The network of which a file holds the arrays.

    Raises: InputError where it holds no dense network's, or more than one fits them.
    """
    file, size = open_file(path, WHAT)
    with file:
        try:
            content = read(file, size, None)
        except InputError as error:
            raise InputError(f"{path} is no readable safetensors file: it {error}.") from None
    if "glassnet" in content.metadata:
        raise InputError(
            f"{path} is a model file of glassnet's, which says its activations itself: leave "
            "hidden, output and classes out."
        )
    unsaid.check()
    try:
        sheets = list(_sheets(content))
        row, turned = _in_a_row(sheets)
        flow = Flow(Sums(()))
        between = unsaid.between(len(row) - 1)
        for number, sheet in enumerate(row):
            flow = sums(flow, sheet.W.T if turned else sheet.W, sheet.b)
            flow = bent(flow, between[number]) if number < len(between) else flow
        double = any(sheet.W.dtype == np.float64 for sheet in row)
        net = flow.network(kind, "float64" if double else "float32")
    except InputError as error:
        raise InputError(f"of {path} no network is made: {str(error).rstrip('.')}.") from None
    labelled(net, unsaid.classes, unsaid.output)
    return net


def _in_a_row(sheets: list[NamedLayer]) -> tuple[list[NamedLayer], bool]:
    """The layers, first to last, and whether their W are (n_in, n_out)."""
    told = {sheet.told: sheet.name for sheet in sheets if sheet.told is not None}
    if len(told) == 2:
        raise InputError(
            f"the weights of {told[True]} are (inputs, neurons) and those of {told[False]} "
            "(neurons, inputs), by their biases: turn one over"
        )
    usual = [sheets[0].kernel] if len({sheet.kernel for sheet in sheets}) == 1 else []
    ways = list(told) or [*usual, *({True, False} - set(usual))]
    failed: list[InputError] = []
    for turned in ways:
        try:
            order = [link.name for link in in_a_row([sheet.link(bool(turned)) for sheet in sheets])]
        except InputError as error:
            failed.append(error)
            continue
        by_name = {sheet.name: sheet for sheet in sheets}
        return [by_name[name] for name in order], bool(turned)
    raise failed[0]


# -- which arrays are a layer's ----------------------------------------------------------------


def _sheets(content: Content) -> Iterator[NamedLayer]:
    """The layers that the names tell, in no order.

    Raises: InputError, half a sentence, for what no dense layer has.
    """
    W: dict[str, str] = {}
    b: dict[str, str] = {}
    kernels: set[str] = set()
    for name, place in content.places.items():
        match = NAME.fullmatch(name.removesuffix(":0"))
        if match is None:
            raise InputError(_strange(name, place.shape))
        stem = (match["stem"] + match["number"]).rstrip("._/") or "the layer"
        is_b = match["kind"][0].lower() in "bi"
        here = b if is_b else W
        if stem in here:
            raise InputError(f"{here[stem]!r:.80} and {name!r:.80} are both the layer {stem}'s")
        here[stem] = name
        kernels |= {stem} if match["kind"].lower() in ("kernel", "coef", "coefs") else set()
    if not W:
        raise InputError("it holds no weights of layers")
    if len(W) > MAX_LAYERS:
        raise InputError(f"it holds {len(W):,} layers: up to {MAX_LAYERS:,} are read")
    for stem in b:
        if stem not in W:
            raise InputError(f"{b[stem]!r:.80} are biases of a layer that has no weights")
    for stem, name in W.items():
        _check_matrix(name, content.places[name].shape, stem)
    for stem, name in W.items():
        biases = _biases(content, b[stem], stem, name) if stem in b else None
        yield NamedLayer(stem, _array(content, name), biases, stem in kernels)


def _check_matrix(name: str, shape: tuple[int, ...], stem: str) -> None:
    """Raises: InputError, half a sentence, where this is no dense layer's W."""
    if len(shape) > 2:
        raise InputError(
            f"{name!r:.80} has shape {shape}, as a convolution's kernel has: a dense layer's "
            "weights are a matrix"
        )
    if len(shape) == 1:
        raise InputError(
            f"{name!r:.80} has shape {shape}, one factor a neuron, as a layer normalisation has, "
            f"or a batch's: no dense layer is made of {stem}"
        )
    if len(shape) < 2 or 0 in shape:
        raise InputError(f"{name!r:.80} has shape {shape}: a dense layer's weights are a matrix")


def _strange(name: str, shape: tuple[int, ...]) -> str:
    """Why an array of this name is no dense layer's."""
    last = re.split(r"[./]", name)[-1]
    if last in ("running_mean", "running_var", "num_batches_tracked", "moving_mean",
                "moving_variance"):  # fmt: skip
        return (
            f"{name!r:.80} is a batch normalisation's, and on which side of the activation that "
            f"stands no name says: {ONNX}"
        )
    return (
        f"{name!r:.80}, of shape {shape}, is neither a layer's weights nor its biases by its name: "
        "a dense layer has weight and bias, or kernel and bias"
    )


def _biases(content: Content, name: str, stem: str, of: str) -> NDArray[Any]:
    array = _array(content, name)
    array = array[0] if array.ndim == 2 and len(array) == 1 else array
    sides = content.places[of].shape
    if array.ndim != 1 or len(array) not in sides:
        raise InputError(
            f"{name!r:.80} has shape {array.shape} beside weights of shape {sides}: the layer "
            f"{stem} has a bias for each neuron"
        )
    return array


def _array(content: Content, name: str) -> NDArray[Any]:
    """An array's numbers, those of half the width in float32, which holds each of them.

    Raises: InputError, half a sentence, where they are no numbers of floating point, or not finite.
    """
    place = content.places[name]
    raw = content.data[place.start : place.stop]
    if place.dtype not in (*FLOATS, "BF16"):
        raise InputError(
            f"{name!r:.80} holds {place.dtype[:20]}: weights are F64, F32, F16 or BF16"
        )
    try:
        if place.dtype == "BF16":  # the upper half of a float32
            found = (raw.view("<u2").astype(np.uint32) << 16).view(np.float32)
        else:
            found = raw.view(FLOATS[place.dtype])
            found = found.astype(np.float32) if place.dtype == "F16" else found
        found = found.reshape(place.shape)
    except ValueError:
        raise InputError(f"{name!r:.80} has not the bytes that its shape asks for") from None
    if not np.isfinite(found).all():
        raise InputError(f"{name!r:.80} holds NaN or infinity, with which nothing is predicted")
    return found
