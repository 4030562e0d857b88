"""Reading: from the copy, else from beside the script, else tiny data in the form of the file."""

from __future__ import annotations

import builtins
import glob
import gzip
import io
import json
import os
import pickle
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.tutor.process.folder import copy_file
from glassnet.tutor.process.standing_in.names import listed, matching
from glassnet.tutor.process.standing_in.originals import original
from glassnet.tutor.process.standing_in.tiny import AskedByName, TinyData

_TABLES = (".csv", ".txt", ".data")
LARGEST = 8 << 20  # bytes: a training on more is one on tiny data


class _Absent(io.BytesIO):
    """The bytes of a file that is not here: an idx file's, or what a loader is asked by names."""

    def __init__(self, data: TinyData, name: str) -> None:
        self.data, self.name = data, name
        super().__init__(_idx(data, name))


def _idx(data: TinyData, name: str) -> bytes:
    """The format of the MNIST files: a magic number, the sizes, the bytes."""
    images, labels = data.images()
    values = labels if "label" in name.lower() or "idx1" in name.lower() else images
    magic = 2048 + values.ndim
    return struct.pack(f">{1 + values.ndim}I", magic, *values.shape) + values.tobytes()


def near(data: TinyData, file: Any, mode: str = "r") -> Any:
    """Where a file is: in the copy of the learner's folder; or in that folder itself, to read.

    What is to be changed there comes into the copy first.
    """
    if not isinstance(file, str | Path):
        return file
    file = _as_on_windows(data, file)
    there = data.folder / file
    inside = there.is_relative_to(data.folder) and ".." not in there.parts
    own = data.copy / there.relative_to(data.folder) if inside else Path(file)
    changes = "r" not in mode or "+" in mode
    if inside and changes and own.is_symlink() and os.readlink(own) == str(there):
        own.unlink()  # it stood for a file that was not copied
    if own.exists() or not there.exists():
        return own if inside and (own.exists() or "r" not in mode) else file
    if "r" in mode and "+" not in mode:
        return there
    if inside:
        own.parent.mkdir(parents=True, exist_ok=True)
        if "w" not in mode and "x" not in mode:
            copy_file(there, own, 1 << 30)
    return own


def _as_on_windows(data: TinyData, file: str | Path) -> str | Path:
    """The path that is meant by backslashes between names, or by letters of the other case."""
    if os.name == "nt" or (data.copy / file).exists() or (data.folder / file).exists():
        return file
    parts = Path(str(file).replace("\\", "/")).parts
    for root in (data.copy, data.folder):
        at = root
        for part in parts:
            names = os.listdir(at) if at.is_dir() and not (at / part).exists() else []
            at /= next((n for n in names if n.casefold() == part.casefold()), part)
        if at.exists():
            return at
    return file


def absent(file: Any) -> bool:
    """Whether a file is asked for by a name, and is not there, or is larger than is trained on."""
    if not isinstance(file, str | Path):
        return False
    try:
        return Path(file).stat().st_size > LARGEST and not _is_of_python(file)
    except (OSError, ValueError):
        return True


def install_files(data: TinyData) -> None:
    """Puts the doors in place by which scripts read what they trained on."""
    _opening(data)
    _numpy_readers(data)
    _loaders(data)
    _listings(data)


def _opening(data: TinyData) -> None:
    real, real_gzip = original(io, "open"), original(gzip, "open")

    def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        file = near(data, file, mode)
        if absent(file) and "r" in mode and not _is_of_python(file):
            return _made(data, Path(file).name, binary="b" in mode)
        if absent(file) and "r" not in mode and "+" not in mode and not Path(file).exists():
            Path(file).parent.mkdir(parents=True, exist_ok=True)  # a folder of results
        return real(file, mode, *args, **kwargs)

    def unzipped(file: Any, mode: str = "rb", *args: Any, **kwargs: Any) -> Any:
        file = near(data, file, "r" if "r" in mode else "w")
        if isinstance(file, _Absent):
            return file
        if absent(file) and "r" in mode:
            return _made(data, Path(file).name, binary="t" not in mode)
        return real_gzip(file, mode, *args, **kwargs)

    builtins.open = io.open = opened  # type: ignore[assignment]  # Path.open takes io's
    gzip.open = unzipped  # type: ignore[assignment]


def _is_of_python(file: Any) -> bool:
    return str(file).endswith((".py", ".pyc", ".so", ".dist-info/METADATA"))


def _made(data: TinyData, name: str, binary: bool) -> Any:
    data.say_of(name)
    if binary and not name.endswith(_TABLES):
        return _Absent(data, name)
    return made_text(data, name)


def made_text(data: TinyData, name: str) -> io.StringIO:
    """A file of that name as text: a table."""
    data.say_of(name)
    rows, names = data.rows_of(name)
    lines = [",".join(f"{v:g}" for v in row) for row in rows]
    if data.form.images and name.endswith("csv") and "mnist" not in name.lower():
        lines = [",".join(names), *lines]
    made = io.StringIO("\n".join(lines) + "\n")
    made.tiny = data  # type: ignore[attr-defined]  # json asks it by names
    return made


def made_bytes(data: TinyData, name: str) -> io.BytesIO:
    """The same as bytes."""
    own = name.rpartition("/")[2]
    if own.endswith(_TABLES) or "." not in own:
        return io.BytesIO(made_text(data, own).read().encode())
    data.say_of(own)
    return _Absent(data, own)


def _numpy_readers(data: TinyData) -> None:
    def reader(real: Any) -> Any:
        def read(file: Any, *args: Any, **kwargs: Any) -> Any:
            file = near(data, file)
            if not absent(file):
                return real(file, *args, **kwargs)
            data.say_of(file)
            rows = data.rows_of(file)[0].astype(float)
            columns = kwargs.get("usecols")
            if columns is not None:
                rows = rows[:, columns]
            return rows.T if kwargs.get("unpack") else rows

        return read

    real_load = original(np, "load")

    def load(file: Any, *args: Any, **kwargs: Any) -> Any:
        file = near(data, file)
        if not absent(file) and not isinstance(file, _Absent):
            return real_load(file, *args, **kwargs)
        name = Path(str(getattr(file, "name", file))).name
        data.say_of(name)
        if name.endswith("npz"):
            return AskedByName(data, ("x_train", "y_train", "x_test", "y_test"))
        return data.named(Path(name).stem)

    for name in ("loadtxt", "genfromtxt"):
        setattr(np, name, reader(original(np, name)))
    np.load = load


def _loaders(data: TinyData) -> None:
    """pickle and json, of files that are not here."""
    real_load, real_loads = original(pickle, "load"), original(pickle, "loads")
    real_json, real_reader = original(json, "load"), original(pickle, "Unpickler")

    def load(file: Any, *args: Any, **kwargs: Any) -> Any:
        return AskedByName(data) if isinstance(file, _Absent) else real_load(file, *args, **kwargs)

    def loads(content: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return real_loads(content, *args, **kwargs)
        except pickle.UnpicklingError:
            return AskedByName(data)

    class Reader(real_reader):  # type: ignore[misc, valid-type]
        def __init__(self, file: Any, **kwargs: Any) -> None:
            super().__init__(file, **kwargs)
            self._absent = isinstance(file, _Absent)

        def load(self) -> Any:
            return AskedByName(data) if self._absent else super().load()

    def load_json(file: Any, *args: Any, **kwargs: Any) -> Any:
        return AskedByName(data) if hasattr(file, "tiny") else real_json(file, *args, **kwargs)

    pickle.load, pickle.loads, json.load = load, loads, load_json  # type: ignore[assignment]
    pickle.Unpickler, pickle._Unpickler = Reader, Reader  # type: ignore[attr-defined, misc]


def _listings(data: TinyData) -> None:
    """A folder of images that is not here, listed."""
    real_list, real_glob = original(os, "listdir"), original(glob, "iglob")

    def listdir(path: Any = ".") -> Any:
        where = near(data, path)
        there = Path(str(where)).exists()
        return real_list(where) if there else listed(data.text, data.form.rows)

    def globbed(pattern: Any, *args: Any, **kwargs: Any) -> Any:
        found = list(real_glob(pattern, *args, **kwargs))
        return iter(found or matching(data.text, str(pattern), data.form.rows))

    def in_folder(real: Any, below: str) -> Any:
        def found(self: Path, pattern: str = "*", *args: Any, **kwargs: Any) -> Any:
            asks = sys._getframe(1).f_code.co_filename.startswith(str(data.copy))
            if not asks or near(data, self).exists():
                given = () if below == "." else (pattern, *args)
                return real(near(data, self) if asks else self, *given, **kwargs)
            made = matching(data.text, str(self / below / pattern), data.form.rows)
            return map(Path, made)

        return found

    for name, below in (("glob", ""), ("rglob", "*"), ("iterdir", ".")):
        setattr(Path, name, in_folder(original(Path, name), below))
    os.listdir, glob.iglob = listdir, globbed  # type: ignore[assignment]  # glob.glob asks it
