"""The model file: safetensors for the numbers, JSON in its metadata for everything else.

One metadata entry, `glassnet`, holds {"format": 1, "network": specification, "preparation",
"target_scale", "training"}; the tensors are W1, b1, W2, ... as the network has them. Nothing in
it depends on the time, the place or the machine's paths, and nothing read from it is executed.
"""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError, safe_open

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.data import Preparation, TargetScale
from glassnet.exchange.files import write_whole

FORMAT = 1
KEY = "glassnet"


def save(
    net: Network, path: str | os.PathLike[str], training: dict[str, Any] | None = None
) -> Path:
    """Writes net to a file; the same network gives the same bytes.

    Args:
        path: where to, by custom with the ending .safetensors.
        training: what else to remember, plain JSON: the data's name, how it was split.

    Raises: InputError where it cannot be written.
    """
    about = {
        "format": FORMAT,
        "network": net.spec(),
        "preparation": None if net.preparation is None else net.preparation.spec(),
        "target_scale": None if net.target_scale is None else net.target_scale.spec(),
        "training": training,
    }
    # safetensors writes what lies in memory, whatever the strides: a transposed view would be
    # stored as other numbers, so every array is laid out anew
    tensors = {name: np.ascontiguousarray(values) for name, values, _ in net.parameters()}
    text = json.dumps(about, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return write_whole(path, safetensors.numpy.save(tensors, {KEY: text}))


def load(path: str | os.PathLike[str]) -> Network:
    """The network in a file that `save` wrote, ready to predict from raw rows.

    Raises: InputError where there is no such file, or it is no model of glassnet's.
    """
    about, tensors = _read(path)
    try:
        net = Network.from_spec(about["network"])
        if net.classes is not None and len(net.classes) != max(net.n_out, 2):
            raise InputError(f"{len(net.classes)} classes for {net.n_out} outputs.")
        if about.get("preparation") is not None:
            net.preparation = Preparation.from_spec(about["preparation"])
        if about.get("target_scale") is not None:
            net.target_scale = TargetScale.from_spec(about["target_scale"])
    except (InputError, KeyError, TypeError, ValueError, AttributeError, MemoryError) as error:
        raise InputError(f"the model file {path} describes no network: {error}") from None
    names = [name for name, _, _ in net.parameters()]
    if sorted(names) != sorted(tensors):
        raise InputError(f"the model file {path} is damaged: its arrays are {sorted(tensors)}.")
    for name, values, _ in net.parameters():
        stored = tensors[name]
        if stored.shape != values.shape or stored.dtype != values.dtype:
            raise InputError(
                f"the model file {path} is damaged: {name} should be {values.shape} of "
                f"{values.dtype}, and is {stored.shape} of {stored.dtype}."
            )
        values[...] = stored
    return net


def read_training(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What `save` was given to remember about the training; empty where that was nothing."""
    return _read(path)[0].get("training") or {}


def _read(path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    path = Path(path)
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise InputError(f"the model file {path} {what}: give a file that `train --out` wrote.")
    try:
        with safe_open(path, framework="numpy") as file:
            text = (file.metadata() or {}).get(KEY)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, TypeError, ValueError, AttributeError, KeyError) as error:
        raise InputError(f"{path} is no readable model file: {error}.") from None
    if text is None:
        raise InputError(f"{path} is a safetensors file of another program, not a glassnet model.")
    try:
        about = json.loads(text)
    except (ValueError, RecursionError):
        about = None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise InputError(
            f"{path} is of another format than {FORMAT}, the one that this glassnet reads: "
            "a newer version wrote it, or it is damaged."
        )
    return about, tensors
