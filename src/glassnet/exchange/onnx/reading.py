"""From an ONNX model to a network of ours, whose every number can be asked.

Each operation is gone through once, in the file's order, and what stands at each place is kept: a
constant, a `Flow` (layers so far), what a label is made of (`Ending`), or why it is none of these.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from glassnet.core.activations import GELU, GELUTanh, ReLU, Sigmoid, Softmax, Tanh
from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import FilePath
from glassnet.core.validation.specification import check_classes
from glassnet.data import TargetScale, preparation_from_spec
from glassnet.exchange.flow import Flow, Sums
from glassnet.exchange.onnx.file import OnnxFile, read_onnx
from glassnet.exchange.onnx.graph import import_onnx
from glassnet.exchange.onnx.writing import SPEC, to_onnx
from glassnet.files import bounded_json
from glassnet.formula.tree import (
    Comparison,
    Expression,
    Number,
    Symbol,
    erf,
    exp,
    ln,
    maximum,
    minimum,
    sign,
    sqrt,
)

N = TypeVar("N", bound=Network)


@dataclass(frozen=True)
class Ending:
    """What a label is made of, from a network's outputs."""

    flow: Flow


@dataclass(frozen=True)
class Strange:
    """Why a dense network does not go on here, the end of a sentence."""

    why: str


Place = NDArray[Any] | Flow | Ending | Strange


@dataclass
class Room:
    """How many numbers the arrays may hold that are made while a file is gone through."""

    left: int
    counted: dict[int, NDArray[Any]]  # kept, so that no other array gets its place in memory

    @classmethod
    def for_what_is_in(cls, file: OnnxFile) -> "Room":
        """Several times what the file holds: of each matrix a few forms are made."""
        arrays = list(file.arrays.values())
        return cls(2**22 + 16 * sum(a.size for a in arrays), {id(a): a for a in arrays})

    def taken(self, place: Place) -> Place:
        """The place itself, or why no more is made."""
        made = place.sums.W if isinstance(place, Flow) else place
        if not isinstance(made, np.ndarray) or made.base is not None or id(made) in self.counted:
            return place
        self.counted[id(made)] = made
        self.left -= made.size
        return place if self.left >= 0 else Strange("more is computed before its end than is read")


ONE = Number(1)
ENTRYWISE: dict[str, Callable[[Expression, Mapping[str, Any]], Expression]] = {
    "LeakyRelu": lambda f, s: maximum(f, 0) + s.get("alpha", 0.01) * minimum(f, 0),
    "Elu": lambda f, s: maximum(f, 0) + s.get("alpha", 1.0) * (exp(minimum(f, 0)) - 1),
    "Selu": lambda f, s: s.get("gamma", 1.0507009873554805) * (
        maximum(f, 0) + s.get("alpha", 1.6732632423543772) * (exp(minimum(f, 0)) - 1)
    ),
    "Softplus": lambda f, _: maximum(f, 0) + ln(ONE + exp(-abs(f))),
    "Softsign": lambda f, _: f / (ONE + abs(f)),
    "HardSigmoid": lambda f, s: maximum(
        0, minimum(1, s.get("alpha", 0.2) * f + s.get("beta", 0.5))
    ),
    "HardSwish": lambda f, _: f * maximum(0, minimum(1, f / 6 + 0.5)),
    "Swish": lambda f, s: f / (ONE + exp(-(s.get("alpha", 1.0) * f))),
    "Erf": lambda f, _: erf(f), "Exp": lambda f, _: exp(f), "Log": lambda f, _: ln(f),
    "Sqrt": lambda f, _: sqrt(f), "Abs": lambda f, _: abs(f), "Sign": lambda f, _: sign(f),
    "Neg": lambda f, _: -f, "Reciprocal": lambda f, _: ONE / f,
}  # fmt: skip
PLAIN = {"Sigmoid": Sigmoid, "Tanh": Tanh, "Relu": ReLU}
BETWEEN: dict[str, Callable[[Expression, Expression], Expression]] = {
    "Add": lambda f, g: f + g, "Sub": lambda f, g: f - g, "Mul": lambda f, g: f * g,
    "Div": lambda f, g: f / g, "Pow": lambda f, g: f**g, "Max": lambda f, g: maximum(f, g),
    "Min": lambda f, g: minimum(f, g),
    "Greater": lambda f, g: Comparison(f, ">", g), "LessOrEqual": lambda f, g: f <= g,
}  # fmt: skip
SAME = {"Identity", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Cast"}
ANSWERS = {
    "ArgMax", "Gather", "GreaterOrEqual", "Not", "Where", "ArrayFeatureExtractor", "ZipMap",
    "LabelEncoder", "Greater", "Cast", "Reshape", "Equal",
}  # fmt: skip


@door
def from_onnx(path: FilePath) -> Network:
    """The dense network in an ONNX file, made anywhere, as one of ours.

    Weighted sums (Gemm, MatMul, Add, BatchNormalization) and whatever is computed entry by entry
    between them are taken; scales in front are taken into the first weights. What glassnet wrote
    itself comes back with its preparation and classes.

    Returns: the network, in the file's float type; of a label that the file gives, `classes`.

    Raises: InputError where there is no such file, or it holds what no dense network has, which
        is named.
    """
    return read_network(path, Network)


def read_network(path: FilePath, kind: type[N]) -> N:
    """As `from_onnx`, as a network of this class."""
    file, model = read_onnx(path)
    net = _ours(file, model, kind)
    return _theirs(file, str(path), kind) if net is None else net


def _ours(file: OnnxFile, model: Any, kind: type[N]) -> N | None:
    """What glassnet wrote; None where the graph is not what it would write of what is told."""
    told = file.metadata.get(SPEC)
    if told is None:
        return None
    try:
        about = bounded_json.parse(told, 2**24)
        net = kind.from_spec(about["network"], draw=False)
        for number, layer in enumerate(net.dense_layers, start=1):
            layer.W = file.arrays[f"W{number}"]
            layer.b = file.arrays[f"b{number}"][: layer.b.size]
        if about.get("preparation") is not None:
            net.preparation = preparation_from_spec(about["preparation"])
        if about.get("target_scale") is not None:
            net.target_scale = TargetScale.from_spec(about["target_scale"])
        again = to_onnx(net)
    except Exception:  # a text that tells of no network, or of another
        return None
    return net if again.graph.SerializeToString() == model.graph.SerializeToString() else None


def _theirs(file: OnnxFile, name: str, kind: type[N]) -> N:
    """The chain of layers from the graph's input to its output."""
    if len(file.inputs) != 1:
        raise InputError(
            f"{name} takes {len(file.inputs)} inputs, and a dense network takes one array: export "
            "the network without what prepares its columns."
        )
    places: dict[str, Place] = {**file.arrays, file.inputs[0]: Flow(Sums(()))}
    room = Room.for_what_is_in(file)
    for node in file.nodes:
        for output, place in zip(node.output, _after(node, places), strict=False):
            places[output] = room.taken(place)
    flow = _end(file, places, name)
    dtype = "float64" if any(a.dtype == np.float64 for a in file.arrays.values()) else "float32"
    try:
        net = flow.network(kind, dtype)
    except RecursionError:
        raise InputError(
            f"{name} holds no dense network that can be read: more operations follow each other "
            "between two of its matrices than a formula here takes."
        ) from None
    except InputError as error:
        raise InputError(f"{name} holds no dense network: {error}.") from None
    net.classes = _classes(file, net.n_out)
    return net


def _end(file: OnnxFile, places: Mapping[str, Place], name: str) -> Flow:
    """The outputs of the network, as far as the graph's outputs lead back to them."""
    found = [places.get(output, Strange("an output of it comes from nowhere")) for output in
             file.outputs]  # fmt: skip
    flows = [place for place in found if isinstance(place, Flow)]
    if any(flow.sums is not flows[0].sums for flow in flows):
        given = f"{len(found)} outputs, {', '.join(file.outputs)}"
        raise InputError(
            f"{name} gives {given}, by layers of their own, "
            "and a dense network has one: export the part of the graph that leads to one of them."
        )
    if flows:
        return flows[0]
    for place in found:
        if isinstance(place, Ending):
            return place.flow
    why = next((p.why for p in found if isinstance(p, Strange)), "its outputs are constants")
    raise InputError(f"{name} holds no dense network: {why}.")


def _after(node: Any, places: Mapping[str, Place]) -> list[Place]:
    """What stands at a node's outputs; beside the first one nothing that is known."""
    if any(name and name not in places for name in node.input):
        return [Strange(f"{node.op_type} takes what no operation before it gives")]
    of = [places[name] for name in node.input if name]
    lost = next((each for each in of if isinstance(each, Strange)), None)
    if lost is not None:
        return [lost]
    try:
        with np.errstate(all="ignore"):
            made = _made(node, of)
    except RecursionError:
        made = Strange("more operations follow each other between its matrices than are read")
    except InputError as error:
        made = Strange(str(error).rstrip("."))
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, MemoryError):
        made = Strange(f"{node.op_type} is given what it does not take")
    return [made] * len(node.output)


def _made(node: Any, of: list[Any]) -> Place:
    """What an operation makes of what it is given.

    Raises: InputError where that is nothing of a dense network.
    """
    kind, settings = node.op_type, _settings(node)
    flows = [each for each in of if isinstance(each, Flow)]
    if of and all(isinstance(each, np.ndarray) for each in of):
        return _of_constants(kind, of, settings)
    if kind in SAME and isinstance(of[0], Flow):
        return of[0]
    if kind == "Softmax" and flows:
        if settings.get("axis", -1) not in (1, -1):
            return _odd("Softmax over the samples")
        return flows[0].activated(Softmax())
    if kind in ("Gemm", "MatMul"):
        return _sums(kind, of, settings)
    if kind == "BatchNormalization" and flows:
        factor, shift, mean, variance = of[1:5]
        factor = factor / np.sqrt(variance + settings.get("epsilon", 1e-5))
        return flows[0].by_neuron(factor, False).by_neuron(shift - mean * factor, True)
    if kind == "Clip" and flows:
        low, high = (float(each) for each in of[1:3]) if len(of) > 2 else (0.0, np.inf)
        return flows[0].bent(
            lambda f: maximum(f, low) if np.isinf(high) else minimum(maximum(f, low), high)
        )
    if kind == "PRelu" and flows:
        slope = np.unique(of[1])
        if slope.size != 1:
            return _odd("PRelu with a slope for each neuron")
        alpha = {"alpha": float(slope[0])}
        return flows[0].bent(lambda f: ENTRYWISE["LeakyRelu"](f, alpha))
    if kind == "Gelu" and flows:
        by_tanh = settings.get("approximate") in (b"tanh", "tanh")
        return flows[0].activated(GELUTanh() if by_tanh else GELU())
    if kind in PLAIN and flows:
        return flows[0].activated(PLAIN[kind]())
    if kind == "Scaler" and flows:  # scikit-learn's, as its exporter writes it
        offset, by = (np.asarray(settings[name], np.float64) for name in ("offset", "scale"))
        return flows[0].by_neuron(-offset, True).by_neuron(by, False)
    if kind == "Concat" and len(flows) == 2 and flows[0].is_rest_of(flows[1]):
        return Ending(flows[1])  # the probabilities of no and yes
    if kind in ENTRYWISE and flows:
        return flows[0].bent(lambda f: ENTRYWISE[kind](f, settings))
    if kind in BETWEEN and len(of) == 2:
        found = _between(kind, *of)
        if found is not None:
            return found
    if kind == "Where" and len(of) == 3:
        found = _one_or_the_other(*of)
        if found is not None:
            return found
    if kind in ANSWERS:
        ends = [each.flow for each in of if isinstance(each, Ending)] + flows
        return Ending(ends[0])
    return _odd(kind)


def _odd(kind: str) -> Strange:
    if kind in BETWEEN:
        return Strange(f"{kind} joins two ways through the network, and a dense network has one")
    return Strange(f"{kind} is none of a dense network's operations")


def _sums(kind: str, of: list[Any], settings: Mapping[str, Any]) -> Place:
    """Weighted sums: a matrix after the numbers of a row."""
    turned = False
    if isinstance(of[0], np.ndarray) and isinstance(of[1], Flow):
        return Strange(f"in {kind} the weights stand before the rows, and samples are columns")
    if not isinstance(of[0], Flow) or not isinstance(of[1], np.ndarray):
        return Strange(f"{kind} multiplies two things that both depend on the inputs")
    if kind == "Gemm":
        if settings.get("transA", 0):
            return Strange("its samples are columns")
        turned = bool(settings.get("transB", 0))
    W = of[1].astype(np.float64) * settings.get("alpha", 1.0)
    flow = of[0].times(W if turned else W.T)
    if len(of) > 2:
        flow = flow.by_neuron(settings.get("beta", 1.0) * of[2], True)
    return flow


def _between(kind: str, left: Any, right: Any) -> Place | None:
    """Two things, entry by entry; None where they are of no such kind."""
    if isinstance(left, Flow) and isinstance(right, Flow):
        if left.sums is not right.sums or left.softmax or right.softmax:
            return None
        parts = left.parts + right.parts + 2
        return Flow(left.sums, BETWEEN[kind](left.f, right.f), parts=parts)
    flow, given = (left, right) if isinstance(left, Flow) else (right, left)
    if not isinstance(flow, Flow) or not isinstance(given, np.ndarray) or flow.softmax:
        return None
    given = given.astype(np.float64)
    bias = kind == "Add" and given.ndim and flow.sums.width == 1 and flow.f == Symbol("z")
    if given.size == 1 and not bias:  # of one neuron a bias is one number too
        one = Number(float(given.reshape(())))
        if flow is left:
            return flow.bent(lambda f: BETWEEN[kind](f, one))
        return flow.bent(lambda f: BETWEEN[kind](one, f))
    if kind in ("Add", "Mul"):
        return flow.by_neuron(given, kind == "Add")
    if kind == "Sub" and flow is left:
        return flow.by_neuron(-given, True)
    if kind == "Sub":
        return flow.by_neuron(np.array(-1.0), False).by_neuron(given, True)
    if kind == "Div" and flow is left:
        return flow.by_neuron(1 / given, False)
    return Strange(f"{kind} with a number for each neuron is none of a dense network's operations")


def _one_or_the_other(where: Any, yes: Any, no: Any) -> Place | None:
    """An activation in two pieces, of which one or both bend; None where it is no such thing."""
    if not isinstance(where, Flow) or not isinstance(where.f, Comparison):
        return None
    pieces: list[Expression] = []
    parts = 2 * where.parts
    for piece in (yes, no):
        if isinstance(piece, np.ndarray) and piece.size == 1:
            pieces.append(Number(float(piece.reshape(()))))
        elif isinstance(piece, Flow) and piece.sums is where.sums and not piece.softmax:
            pieces.append(piece.f)
            parts += piece.parts
    if len(pieces) < 2 or all(isinstance(piece, Number) for piece in pieces):
        return None
    f = where.f * pieces[0] + (ONE - where.f) * pieces[1]
    return Flow(where.sums, f, parts=parts + 6)


def _of_constants(kind: str, of: list[NDArray[Any]], settings: Mapping[str, Any]) -> Place:
    """The few operations by which exporters write weights: turned, in another type or form."""
    a = of[0]
    if kind == "Transpose":
        return a.transpose(settings.get("perm"))
    if kind in ("Identity", "Cast"):
        return a
    if kind == "Reshape" and a.size < 2**28:
        try:
            return a.reshape([int(n) for n in of[1]])
        except ValueError:
            return Strange("an array of it cannot be brought to the shape that is asked for")
    simple: dict[str, Any] = {
        "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide,
        "Neg": np.negative, "Sqrt": np.sqrt,
    }  # fmt: skip
    if kind in simple and np.prod(np.broadcast_shapes(*(each.shape for each in of))) < 2**26:
        return simple[kind](*of)
    return Strange(f"{kind} of constants is none of the operations that are read")


def _settings(node: Any) -> dict[str, Any]:
    get = import_onnx().helper.get_attribute_value
    return {given.name: get(given) for given in node.attribute}


def _classes(file: OnnxFile, n_out: int) -> list[Any] | None:
    """The labels that the outputs stand for, where the file tells as many."""
    wanted = max(n_out, 2)
    for node in file.nodes:
        if node.op_type not in ("Gather", "ArrayFeatureExtractor", "ZipMap", "LabelEncoder"):
            continue
        told = [file.arrays[name].reshape(-1) for name in node.input if name in file.arrays]
        settings = _settings(node)
        told += [
            np.array(settings[key])
            for key in ("classlabels_strings", "classlabels_int64s", "values_strings")
            if key in settings
        ]
        for labels in told:
            if len(labels) == wanted and labels.dtype.kind in "iUS":
                texts = [v.decode() if isinstance(v, bytes) else v for v in labels.tolist()]
                if len(set(texts)) == wanted:
                    check_classes(texts)
                    return texts
    return None
