"""An ONNX file as its graph and arrays, read within bounds; nothing in it is executed."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.exchange.onnx.graph import import_onnx
from glassnet.files.whole import read_bytes

LARGEST = 2**31  # bytes of a protocol buffer
LARGEST_ARRAYS = 2**33  # of arrays in files beside it
MOST_NODES = 20_000


@dataclass(frozen=True)
class OnnxFile:
    """What a file holds.

    nodes: the operations in their order. arrays: the constants, by name; of texts, (n,).
    inputs, outputs: the names of what goes in and comes out. metadata: text by key.
    """

    nodes: list[Any]
    arrays: Mapping[str, NDArray[Any]]
    inputs: list[str]
    outputs: list[str]
    metadata: Mapping[str, str]


def read_onnx(path: str | os.PathLike[str]) -> tuple[OnnxFile, Any]:
    """The graph in a file, and the model as onnx has it.

    Raises: InputError where there is none, or it holds less or other than it says.
    """
    onnx = import_onnx()
    data = read_bytes(path, "the ONNX file", LARGEST)
    try:
        model = onnx.load_model_from_string(data)
    except Exception as error:  # whatever protobuf says of bytes that are none of its messages
        raise InputError(f"{path} is no ONNX file, or is cut off: give a whole one.") from error
    if not len(model.graph.output):
        raise InputError(f"{path} is no ONNX file: no graph of it gives anything.")
    return opened(model, Path(path).parent, str(path)), model


def opened(model: Any, folder: Path | None, name: str) -> OnnxFile:
    """What a model holds.

    Args: folder, in which arrays of its may lie in files of their own; None for nowhere.

    Raises: InputError where an array is not what it says.
    """
    graph = model.graph
    if len(graph.node) > MOST_NODES:
        raise InputError(
            f"{name} has {len(graph.node):,} operations: up to {MOST_NODES:,} are read."
        )
    arrays = {t.name: _array(t, folder, name) for t in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            arrays |= {node.output[0]: _constant(node, folder, name)}
    taken = [value.name for value in graph.input if value.name not in arrays]
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    nodes = [node for node in graph.node if node.op_type != "Constant"]
    return OnnxFile(nodes, arrays, taken, [value.name for value in graph.output], metadata)


def _constant(node: Any, folder: Path | None, name: str) -> NDArray[Any]:
    for given in node.attribute:
        if given.name == "value":
            return _array(given.t, folder, name)
        if given.name in ("value_float", "value_int", "value_floats", "value_ints"):
            return np.asarray(import_onnx().helper.get_attribute_value(given))
    raise InputError(f"{name} has a constant {node.output[0]!r:.60} that is no array of numbers.")


def _array(tensor: Any, folder: Path | None, name: str) -> NDArray[Any]:
    onnx = import_onnx()
    called = f"the array {tensor.name!r:.60} of {name}"
    if tensor.data_type == onnx.TensorProto.STRING:
        texts = [text.decode("utf-8", "replace") for text in tensor.string_data]
        return np.array(texts, dtype=str)
    if min(tensor.dims, default=0) < 0:
        raise InputError(f"{called} has the shape {tuple(tensor.dims)}: none is below 0.")
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        return _beside(tensor, folder, called)
    try:
        return onnx.numpy_helper.to_array(tensor)
    except Exception as error:  # a shape that its numbers do not fill, a type of no array
        raise InputError(f"{called} does not hold what it says: {error!s:.120}.") from None


def _beside(tensor: Any, folder: Path | None, called: str) -> NDArray[Any]:
    """An array whose numbers lie in another file, in the same folder or below."""
    about = {entry.key: entry.value for entry in tensor.external_data}
    place = about.get("location", "")
    if folder is None:
        raise InputError(f"{called} lies in another file: read the model by its file's name.")
    file = (folder / place).resolve()
    if not place or os.path.isabs(place) or folder.resolve() not in file.parents:
        raise InputError(f"{called} lies in {place!r:.80}, outside the model's folder: not read.")
    dtype = import_onnx().helper.tensor_dtype_to_np_dtype(tensor.data_type)
    shape = tuple(tensor.dims)
    size = dtype.itemsize * int(np.prod([int(n) for n in shape], dtype=object))
    try:
        offset = int(about.get("offset", 0))
        length = int(about.get("length", size))
    except ValueError:
        offset = length = -1
    there = file.stat().st_size if file.is_file() else -1
    if length != size or not 0 <= offset <= there - size:
        raise InputError(
            f"{called} should have {size:,} bytes in {place!r:.80}: they are not there."
        )
    if size > LARGEST_ARRAYS:
        raise InputError(f"{called} has {size:,} bytes: up to {LARGEST_ARRAYS:,} are read.")
    return np.fromfile(file, dtype, count=size // dtype.itemsize, offset=offset).reshape(shape)
