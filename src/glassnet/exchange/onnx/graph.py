"""An ONNX graph in the making: constants, operations in their order, and what they give."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np

from glassnet.core.errors import InputError

OPSET, IR = 23, 11  # operations as of ONNX 1.18, which onnxruntime knows from 1.22 on


def import_onnx() -> ModuleType:
    """onnx itself; an InputError that names the extra where it is absent."""
    try:
        import onnx
    except ImportError:
        raise InputError(
            "ONNX needs the package onnx: install it with pip install 'glassnet[onnx]'"
        ) from None
    return onnx


class OnnxGraph:
    """Values are known by name; `call` adds an operation and gives the name of its result."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.onnx = import_onnx()
        self.dtype = dtype
        self.inputs: list[Any] = []
        self.outputs: list[Any] = []
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}

    def kind(self, dtype: Any) -> int:
        """ONNX's number of an element type; str for texts."""
        if dtype is str:
            return self.onnx.TensorProto.STRING
        return self.onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))

    def take(self, name: str, dtype: Any, width: int) -> str:
        """An input, (N, width), any number of rows."""
        info = self.onnx.helper.make_tensor_value_info(name, self.kind(dtype), ["N", width])
        self.inputs.append(info)
        return name

    def give(self, name: str, dtype: Any, shape: Sequence[Any]) -> None:
        """An output: a value by its name."""
        info = self.onnx.helper.make_tensor_value_info(name, self.kind(dtype), list(shape))
        self.outputs.append(info)

    def constant(self, value: Any, dtype: Any = None, name: str | None = None) -> str:
        """A constant array or number, by default of the network's type; texts as str."""
        if dtype is str:
            texts = [str(text) for text in value]
            found = self.onnx.helper.make_tensor(
                "", self.kind(str), [len(texts)], [text.encode() for text in texts]
            )
        else:
            array = np.asarray(value, self.dtype if dtype is None else dtype)
            found = self.onnx.numpy_helper.from_array(array)
        if name is None:
            same = (n for n, known in self.constants.items() if _same(known, found))
            name = next(same, f"constant_{len(self.constants)}")
        found.name = name
        self.constants[name] = found
        return name

    def call(self, operation: str, *of: str, name: str | None = None, **settings: Any) -> str:
        """The name of what an operation gives."""
        name = name or f"{operation.lower()}_{len(self.nodes)}"
        made = self.onnx.helper.make_node(operation, list(of), [name], name=name, **settings)
        self.nodes.append(made)
        return name

    def cast(self, value: str, dtype: Any, name: str | None = None) -> str:
        return self.call("Cast", value, to=self.kind(dtype), name=name)

    def model(self, name: str, doc: str, metadata: dict[str, str]) -> Any:
        """The whole, checked.

        Raises: InputError where it is no valid ONNX, which is larger than 2 GB.
        """
        helper = self.onnx.helper
        graph = helper.make_graph(
            self.nodes, name, self.inputs, self.outputs, list(self.constants.values()), doc
        )
        model = helper.make_model(
            graph,
            producer_name="glassnet",
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR,
        )
        helper.set_model_props(model, metadata)
        self.onnx.checker.check_model(model, full_check=True)
        return model


def _same(a: Any, b: Any) -> bool:
    """Whether two small constants are one."""
    small = len(b.raw_data) <= 8 and not b.string_data
    return small and (a.data_type, a.raw_data, list(a.dims)) == (
        b.data_type, b.raw_data, list(b.dims),
    )  # fmt: skip
