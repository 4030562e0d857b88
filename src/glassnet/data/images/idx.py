"""IDX, the format of MNIST and its kin: a header of a few bytes, then the values as they are.

    byte 0, 1    zero
    byte 2       the type: 08 uint8, 09 int8, 0B int16, 0C int32, 0D float32, 0E float64
    byte 3       the number of dimensions d
    4 · d bytes  the size of each dimension, uint32
    the rest     the values, row by row; all numbers are big-endian

Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits", file formats.
"""

import gzip
import math
import os
import struct
import zlib
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.data.checks import DataError
from glassnet.data.dataset import Dataset
from glassnet.files.whole import open_file

_DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_KINDS = {"images": 3, "labels": 1}
_CHUNK = 1 << 20  # bytes
SMALL, RATIO = 32 << 20, 100  # bytes that any .gz may unpack to; and times its own size


def read_idx(path: str | os.PathLike[str]) -> NDArray[Any]:
    """The array in an IDX file, gzipped if the name ends in `.gz`, in the machine's byte order.

    Reads no more than the header announces and allocates no more than the file holds.

    Args:
        path: the file.

    Returns:
        An array of the shape and type the header says.

    Raises:
        DataError: not there, not IDX, cut off, damaged, or longer than its header says.
    """
    path = Path(path)
    try:
        opened, size = open_file(path, "the IDX file", "name one as MNIST has them")
        with opened as file:
            if path.suffix != ".gz":
                return _parse(file, path)
            start = file.read(2)
            file.seek(0)
            if start not in (b"", b"\x1f\x8b"):
                raise DataError(
                    f"{path} ends in .gz but is not gzipped (it starts with {start.hex(' ')}); "
                    "take the .gz off its name"
                )
            most = max(SMALL, RATIO * size)
            return _parse(cast(BinaryIO, gzip.GzipFile(fileobj=file)), path, most)
    except DataError:
        raise
    except InputError as error:
        raise DataError(str(error)) from None
    except EOFError:
        raise DataError(
            f"{path} is cut off: its gzip stream has no end; copy or fetch the file again"
        ) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            f"{path} is damaged, gzip says: {error}; copy or fetch the file again"
        ) from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None


def _parse(file: BinaryIO, path: Path, most: int = 1 << 62) -> NDArray[Any]:
    magic = file.read(4)
    zeros, code, ndim = struct.unpack(">HBB", magic.ljust(4, b"\0"))
    if magic[:2] == b"\x1f\x8b":
        raise DataError(f"{path} is gzipped; add .gz to its name")
    if len(magic) == 4 and (zeros or code not in _DTYPES or not ndim):
        raise DataError(
            f"{path} is no IDX file: it starts with {magic.hex(' ')}, expected 00 00, then a type "
            "(08, 09, 0b, 0c, 0d or 0e), then the number of dimensions; name an IDX file"
        )
    header = file.read(4 * ndim)
    if len(magic) < 4 or len(header) < 4 * ndim:
        raise DataError(
            f"{path} is cut off: expected a header of {4 + 4 * ndim} bytes, "
            f"got {len(magic) + len(header)}; copy or fetch the file again"
        )
    shape = struct.unpack(f">{ndim}I", header)
    dtype = np.dtype(_DTYPES[code])
    expected = math.prod(shape) * dtype.itemsize
    content = _read_at_most(file, min(expected, most) + 1)
    if len(content) > most:
        raise DataError(
            f"{path} unpacks to more than {RATIO} times its size: if its {expected:,} bytes are "
            "data, unpack it first and take the .gz off its name"
        )
    size = f"{' × '.join(map(str, shape))} values of {dtype.itemsize} bytes"
    if len(content) < expected:
        raise DataError(
            f"{path} is cut off: expected {expected} bytes ({size}), got {len(content)}; "
            "copy or fetch the file again"
        )
    if len(content) > expected:
        raise DataError(
            f"{path} goes on after its {expected} bytes of data ({size}); "
            "its header or its end is wrong: copy or fetch the file again"
        )
    try:
        array = np.frombuffer(content, dtype).reshape(shape)
    except ValueError as error:  # more dimensions, or larger ones, than NumPy has
        raise DataError(f"{path} holds an array that NumPy cannot: {error}") from None
    return array.astype(dtype.newbyteorder("="), copy=False)


def _read_at_most(file: BinaryIO, limit: int) -> bytearray:
    # in pieces: read(limit) would allocate whatever a wrong header asks for
    content = bytearray()
    while len(content) < limit and (piece := file.read(min(_CHUNK, limit - len(content)))):
        content += piece
    return content


def is_idx_folder(folder: str | os.PathLike[str]) -> bool:
    """Whether one of the files that `read_idx_folder` looks for is in the folder."""
    folder = Path(folder)
    return any(_find(folder, part, kind) for part in ("train", "t10k") for kind in _KINDS)


def read_idx_folder(folder: str | os.PathLike[str]) -> Dataset:
    """The images and labels of a folder laid out as MNIST is.

    Looks for `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`, and `t10k-…` for the test
    part, which may be absent; `.idx3-ubyte` for `-idx3-ubyte` and a `.gz` at the end will do.

    Args:
        folder: where the files are.

    Returns:
        One flattened image a row, (N, height · width), as stored (0–255 for uint8).

    Raises:
        DataError: a file is missing or wrong, or files do not fit each other.
    """
    folder = Path(folder)
    train = _read_pair(folder, "train")
    if train is None:
        there = sorted(p.name for p in folder.iterdir())[:5] if os.path.isdir(folder) else []
        raise DataError(
            f"{folder} is no folder with IDX files: looked for train-images-idx3-ubyte and "
            "train-labels-idx1-ubyte (or train-images.idx3-ubyte …, each with or without .gz), "
            f"found {', '.join(there) + ' …' if there else 'none'}; name the folder that has them"
        )
    images, labels = train
    test = _read_pair(folder, "t10k")
    if test is not None and test[0].shape[1:] != images.shape[1:]:
        raise DataError(
            f"the t10k images in {folder} are {_by(test[0])} pixels and the train images "
            f"{_by(images)}; both parts need the same size"
        )
    height, width = images.shape[1:]
    try:
        return Dataset(
            name=folder.resolve().name,
            X=_flat(images),
            y=labels,
            X_test=None if test is None else _flat(test[0]),
            y_test=None if test is None else test[1],
            features=tuple(f"pixel[{r},{c}]" for r in range(height) for c in range(width)),
            image_shape=(height, width),
            about=f"{len(images):,} images of {height} × {width} pixels",
            source=str(folder),
        )
    except DataError as error:
        raise DataError(f"{folder}: {error}") from None


def _read_pair(folder: Path, part: str) -> tuple[NDArray[Any], NDArray[np.int64]] | None:
    paths = {kind: _find(folder, part, kind) for kind in _KINDS}
    if not any(paths.values()):
        return None
    arrays: dict[str, NDArray[Any]] = {}
    for kind, ndim in _KINDS.items():
        path = paths[kind]
        if path is None:
            other = next(p for p in paths.values() if p)
            raise DataError(
                f"{folder} has {other.name} but no {part}-{kind}-idx{ndim}-ubyte to go with it "
                "(with or without .gz); put it beside it"
            )
        array = arrays[kind] = read_idx(path)
        if array.ndim != ndim:
            raise DataError(
                f"{path} holds {array.ndim}-dimensional data where {kind} "
                f"({ndim} dimension{'s' if ndim > 1 else ''}) were expected; "
                "check that the files' names are not mixed up"
            )
        if array.size == 0:
            raise DataError(f"{path} holds no {kind}: its shape is {array.shape}; get a full file")
    images, labels = arrays["images"], arrays["labels"]
    if labels.dtype.kind == "f":
        raise DataError(f"{paths['labels']} holds {labels.dtype}; labels are whole numbers")
    if len(images) != len(labels):
        raise DataError(
            f"{paths['images']} holds {len(images)} images and {paths['labels']} {len(labels)} "
            "labels; they must be equally many: take both from one source"
        )
    return images, labels.astype(np.int64)


def _find(folder: Path, part: str, kind: str) -> Path | None:
    names = [f"{part}-{kind}{dot}idx{_KINDS[kind]}-ubyte" for dot in "-."]
    candidates = (folder / (name + end) for end in ("", ".gz") for name in names)
    return next((path for path in candidates if os.path.isfile(path)), None)


def _flat(images: NDArray[Any]) -> NDArray[Any]:
    n, height, width = images.shape
    return images.reshape(n, height * width)


def _by(images: NDArray[Any]) -> str:
    return f"{images.shape[1]} × {images.shape[2]}"
