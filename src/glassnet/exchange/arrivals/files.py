"""Files of other tools, by their endings; pickles are told apart and refused."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.exchange.arrivals.keras_files import of_h5, of_keras
from glassnet.exchange.arrivals.named_arrays import of_safetensors
from glassnet.exchange.arrivals.objects import labelled
from glassnet.exchange.arrivals.unsaid import Unsaid
from glassnet.exchange.onnx.reading import read_network as of_onnx

N = TypeVar("N", bound=Network)
ENDINGS: dict[str, Callable[..., Any]] = {
    ".onnx": of_onnx, ".keras": of_keras, ".h5": of_h5, ".hdf5": of_h5,
}  # fmt: skip
_TORCH = "in Python, `gn.from_torch(module).save('net.safetensors')`, or torch.onnx.export it"
_SKLEARN = "in Python, `gn.from_sklearn(joblib.load('{name}')).save('net.safetensors')`"
PICKLES = {
    ".pt": _TORCH, ".pth": _TORCH, ".ckpt": _TORCH, ".bin": _TORCH, ".joblib": _SKLEARN,
    ".pkl": _SKLEARN, ".pickle": _SKLEARN,
}  # fmt: skip


def read_file(path: str | os.PathLike[str], kind: type[N], unsaid: Unsaid = Unsaid()) -> N | None:
    """The network in a file of another tool's; None where it is none of theirs by its ending.

    Args: unsaid, what the file does not say: with it, a safetensors file is another tool's.

    Raises: InputError where it holds no dense network, or is a pickle, which runs what stands in
        it: the line that converts it is told.
    """
    ending = Path(path).suffix.lower()
    if ending in PICKLES:
        instead = PICKLES[ending].format(name=Path(path).name)
        raise InputError(
            f"{path} is a pickle, which can run anything as it is opened, and is not read here: "
            f"convert it where you trust it, {instead}."
        )
    read = ENDINGS.get(ending)
    if read is None:
        return None if unsaid.nothing else of_safetensors(path, kind, unsaid)
    if unsaid.hidden is not None:
        raise InputError(
            f"{path} says the activations between its layers itself: leave hidden out, which goes "
            "with a safetensors file."
        )
    unsaid.check()
    net = read(path, kind)
    if not unsaid.nothing:
        labelled(net, unsaid.classes, unsaid.output)
    return net
