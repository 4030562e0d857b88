"""The form of a recorded run, for the recorder that writes it and the recording that reads it.

run.json and steps.bin, described in docs/recorded-runs.md: the header of a record, where each
number lies in it, and the digest by which rows are known again.
"""

import hashlib
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.files.whole import read_bytes
from glassnet.training.rows import Rows

FORMAT, VERSION = "glassnet-run", 1
ABOUT, STEPS = "run.json", "steps.bin"
LARGEST = 64 * 2**20  # bytes of run.json: of half a million epochs
INSTEAD = "give a folder that `train --record` wrote"

STEP, DIVERGED, STATE, END = 1, 2, 3, 4  # kinds of record
HEADER = np.dtype(
    [
        ("header_crc", "<u4"),  # of the header's other bytes
        ("body_crc", "<u4"),  # of all bytes after the header
        ("kind", "<u4"),
        ("batch", "<u4"),  # how many of `rows` count
        ("step", "<i8"),  # updates made before it
        ("t", "<i8"),  # the optimizer's own count
        ("loss", "<f8"),
        ("factor", "<f8"),
        ("rng_state", "<u8", 2),  # PCG64's, low half first
        ("rng_inc", "<u8", 2),
        ("rng_has_half", "<u4"),  # a 32-bit half that is left of the last draw
        ("rng_half", "<u4"),
    ]
)
PACKED = struct.Struct("<IIIIqqdd16s16sII")  # the same, to write in one call


def layout(net: Network, state: list[str], batch: int, n: int) -> np.dtype[Any]:
    """A record: the header, theta (P,), the optimizer's arrays, the batch's rows of n."""
    real = "<f4" if net.dtype == np.float32 else "<f8"
    fields: list[tuple[Any, ...]] = [("header", HEADER), ("theta", real, net.theta.shape)]
    fields += [(f"state.{name}", real, (net.n_learned,)) for name in state]
    if batch:
        fields.append(("rows", "<u4" if n <= 2**32 else "<u8", (batch,)))
    tail = -np.dtype(fields).itemsize % 8
    return np.dtype([*fields, ("", f"V{tail}")] if tail else fields)


def fields_of(record: np.dtype[Any]) -> list[dict[str, Any]]:
    """Where each number lies in a record, as plain JSON: name, type, shape, offset in bytes."""
    found: list[dict[str, Any]] = []
    for place in (HEADER, record):  # the header stands first, so its offsets are the record's
        places: Any = place.fields
        for name, (kind, offset, *_) in places.items():
            if kind.base.kind in "iuf":
                where = {"shape": list(kind.shape), "offset": offset}
                found.append({"name": name, "type": kind.base.str, **where})
    return found


def digest(rows: Rows, dtype: Any) -> dict[str, Any]:
    """What tells the rows from others: type, shape and SHA-256 of X, y and w, in memory's order.

    Labels count as int64, targets as the network's dtype.
    """
    y = rows.y.astype(np.int64 if rows.y.dtype.kind in "iu" else dtype, copy=False)
    return {"X": _of(rows.X), "y": _of(y), "w": None if rows.w is None else _of(rows.w)}


def _of(array: NDArray[Any]) -> dict[str, Any]:
    array = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    sha = hashlib.sha256(array.reshape(-1).view(np.uint8).data).hexdigest()
    return {"dtype": array.dtype.name, "shape": list(array.shape), "sha256": sha}


def is_run(path: Path) -> bool:
    """Whether a folder holds a recorded run, of whatever version."""
    try:
        about = read_json(path / ABOUT)
    except (InputError, ValueError, RecursionError):
        return False
    return isinstance(about, dict) and about.get("format") == FORMAT


def read_json(path: Path) -> Any:
    """What a run.json says. Raises: InputError as `read_bytes`; ValueError, RecursionError."""
    return json.loads(read_bytes(path, "the record", LARGEST, INSTEAD).decode("utf-8"))


def check_form(value: Any, form: Any, where: str = "run.json") -> None:
    """Raises an InputError where what a run.json says is not of a form, as `SAYS` is one.

    A form is a tuple of types; {name: form} for what must be there; [form] for a list of such;
    and in a tuple, one that a value other than of these types has.
    """
    if isinstance(form, tuple):
        types = tuple(each for each in form if isinstance(each, type))
        if isinstance(value, types) and (bool in types or not isinstance(value, bool)):
            return
        forms = [each for each in form if not isinstance(each, type)]
        if not forms:
            raise InputError(
                f"what {where} is, {value!r:.40}, is of another kind than was recorded"
            )
        check_form(value, forms[0], where)
    elif isinstance(form, list):
        if not isinstance(value, list):
            raise InputError(f"{where} is no list")
        for number, each in enumerate(value):
            check_form(each, form[0], f"{where}[{number}]")
    else:
        if not isinstance(value, dict):
            raise InputError(f"{where} has no names and values")
        for name, each in form.items():
            if name not in value:
                raise InputError(f"{where} has no {name!r}")
            check_form(value[name], each, f"{where}: {name}")


NONE, NUMBER = type(None), (int, float)
ARRAY = {"dtype": (str,), "shape": [(int,)], "sha256": (str,)}
# of what is read long after the run was opened; the rest is looked at as it is opened
SAYS = {
    "settings": {
        "epochs": (int,),
        "batch_size": (int, NONE),
        "clip_norm": (*NUMBER, NONE),
        "clip_value": (*NUMBER, NONE),
        "seed": (int, NONE),
        "validation": (*NUMBER, str, NONE),
        "sample_weight": (bool,),
        "class_weight": (list, dict, str, NONE),
        "optimizer": {"name": (str,)},
        "steps": (int,),
        "threads": (int, NONE),
    },
    "data": {"X": ARRAY, "y": ARRAY, "w": (NONE, ARRAY)},
    "source": (dict, NONE),
    "ended": (NONE, {"stopped": (str,), "epochs": [{"epoch": (int,), "loss": (object,)}]}),
}
