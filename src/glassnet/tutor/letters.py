"""Data with arrays in it, written for another process: JSON beside one file of arrays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np


def write_letter(path: Path, content: Any) -> None:
    """Writes path.json and path.npz; equal arrays are written once.

    NumPy numbers become Python's; arrays keep their dtype and every bit.
    """
    arrays: dict[str, np.ndarray] = {}
    known: dict[tuple[Any, ...], str] = {}

    def packed(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            array = np.ascontiguousarray(value).reshape(value.shape)
            key = (array.dtype.str, array.shape, array.tobytes())
            if key not in known:
                known[key] = f"a{len(known)}"
                arrays[known[key]] = array
            return {"array": known[key]}
        if isinstance(value, Mapping):
            return {"map": {str(k): packed(v) for k, v in value.items()}}
        if isinstance(value, list | tuple):
            return [packed(item) for item in value]
        if isinstance(value, np.generic):
            return value.item()
        return value

    document = json.dumps(packed(content))
    with open(path.with_suffix(".npz"), "wb") as file:
        np.savez(file, **arrays)  # pyright: ignore[reportArgumentType]
    aside = path.with_suffix(".part")
    aside.write_text(document, encoding="utf-8")
    aside.replace(path.with_suffix(".json"))


def read_letter(path: Path) -> Any:
    """What `write_letter` wrote; nothing in it is run. Raises: OSError, ValueError, KeyError."""
    document = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    with np.load(path.with_suffix(".npz"), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}

    def unpacked(value: Any) -> Any:
        if isinstance(value, dict):
            if "array" in value:
                return arrays[value["array"]].copy()
            return {k: unpacked(v) for k, v in value["map"].items()}
        if isinstance(value, list):
            return [unpacked(item) for item in value]
        return value

    return unpacked(document)
