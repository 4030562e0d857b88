"""NumPy's own archives: rows and targets are found among an `.npz` file's arrays by their names.

    x, images, data, features …    rows      y, labels, target, classes …    a target a row
    x_train, train_images, …       with `train`, `test` or `val` before or behind

Where no name says it and there are two arrays, the one of fewer dimensions is the targets.
Arrays of objects are refused: reading them would run whatever code the file holds.
"""

import os
import re
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.checks import DataError
from glassnet.data.dataset import Dataset
from glassnet.data.images.decode import Size
from glassnet.data.images.sets import Shape, by, like_shape, pixel_names, wanted

_ROWS = {"x", "image", "images", "img", "imgs", "data", "features", "inputs", "pixels", "samples"}
_TARGETS = {"y", "label", "labels", "target", "targets", "class", "outputs", "annotations"}
_PARTS = {
    "train": "train", "training": "train", "test": "test", "testing": "test",
    "val": "validation", "valid": "validation", "validation": "validation",
}  # fmt: skip

Arrays = dict[str, NDArray[Any]]


def read_npz(
    path: str | os.PathLike[str],
    size: Size | None = None,
    colour: bool | None = None,
    like: Shape | None = None,
) -> Dataset:
    """The rows and targets of an `.npz` file; images where the rows have a height and a width.

    Args:
        path: the file.
        size: (height, width) that rows of plain columns are images of, or that images of uint8
            are brought to; None for the arrays as they are.
        colour: False for grey, True for colour, None for grey where all pixels are grey.
        like: the image_shape of a trained network, which decides both.

    Returns:
        Images of (N, height, width), with one or three channels first or last, or columns
        (N, n_features); targets of (N,), (N, 1) or one-hot.

    Raises:
        DataError: no `.npz` file, damaged, objects in it, or no rows and targets to be found.
    """
    path = Path(path)
    size, colour = wanted(size, colour, like)
    arrays = _load(path)
    parts = _pairs(arrays, path)
    X, y = parts["train"]
    X, shape = _as_images(X, size, path)
    if shape is not None:
        colour = _has_colour(X) if colour is None and len(shape) == 3 else colour
        shape = (*(size or shape[:2]), *((3,) if colour else ()))
        X = _of_shape(X, shape)
    test = parts.get("test") or parts.get("validation")
    X_test = y_test = None
    if test is not None:
        X_test, y_test = test
        X_test, other = _as_images(X_test, size, path)
        if (shape is None) != (other is None):
            raise DataError(f"{path} holds images in one part and columns in the other")
        if shape is not None:
            X_test = _of_shape(X_test, shape)
        X_test = X_test.reshape(len(X_test), -1)
    used = "; validation rows are left out" * ("test" in parts and "validation" in parts)
    number = y.ndim == 2 or (y.dtype.kind == "f" and not (np.isfinite(y) & (y % 1 == 0)).all())
    try:
        return Dataset(
            name=path.stem,
            X=X.reshape(len(X), -1),
            y=y,
            X_test=X_test,
            y_test=y_test,
            task="number" if number else "classes",
            features=() if shape is None else pixel_names(shape),
            image_shape=shape,
            about=(f"{len(X):,} rows" if shape is None else f"{len(X):,} images of {by(shape)}")
            + used,
            source=str(path),
        )
    except DataError as error:
        raise DataError(f"{path}: {error}") from None


def _load(path: Path) -> Arrays:
    arrays: Arrays = {}
    try:
        with open(path, "rb") as opened, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a damaged header says
            file = np.load(opened, allow_pickle=False)
            if not isinstance(file, np.lib.npyio.NpzFile):
                raise DataError(f"{path} is a single array: save rows and targets as x and y")
            for name in file.files:
                try:
                    array = file[name]
                except ValueError as error:
                    if "allow_pickle" not in str(error):
                        raise
                    raise DataError(
                        f"{path} holds Python objects in {name!r}, which are never read, since "
                        "reading them runs code: save numbers or strings of one type"
                    ) from None
                if isinstance(array, np.ndarray):  # bytes are a file of another kind
                    arrays[name] = array
    except DataError:
        raise
    except (MemoryError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as e:
        what = str(e).split("\n")[0] or type(e).__name__
        raise DataError(
            f"{path} is no sound .npz file ({what}): copy or fetch it again, or save it with "
            "numpy.savez"
        ) from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None
    except Exception as error:  # a damaged header is read as Python's own text
        raise DataError(
            f"{path} is damaged ({type(error).__name__}): copy or fetch it again"
        ) from None
    return arrays


def _pairs(arrays: Arrays, path: Path) -> dict[str, tuple[NDArray[Any], NDArray[Any]]]:
    """Rows and targets of each part: train, test, validation."""
    found: dict[str, dict[str, str]] = {}
    for name in arrays:
        part, role = _meaning(name)
        if role and arrays[name].ndim:
            other = found.setdefault(part, {}).setdefault(role, name)
            if other != name:
                raise DataError(f"{path} holds {other!r} and {name!r}, of which one must go")
    if not any(len(roles) == 2 for roles in found.values()) and len(arrays) == 2:
        targets, rows = sorted(arrays, key=lambda name: (arrays[name].ndim, arrays[name].size))
        found = {"train": {"rows": rows, "targets": targets}}
    pairs = {
        part: (arrays[roles["rows"]], _targets(arrays[roles["targets"]]))
        for part, roles in found.items()
        if len(roles) == 2
    }
    if "train" not in pairs:
        there = ", ".join(f"{name} {array.shape}" for name, array in arrays.items()) or "nothing"
        raise DataError(
            f"{path} has no rows and targets that are told by their names; it holds {there}: name "
            "them x and y, or x_train, y_train, x_test and y_test"
        )
    for part, (X, y) in pairs.items():
        if X.ndim < 2 or len(X) != len(y) or not len(X):
            raise DataError(
                f"{path} has rows of shape {X.shape} and targets of shape {y.shape} ({part}): "
                "each row needs one target, and at least one column"
            )
    return pairs


def _meaning(name: str) -> tuple[str, str]:
    """Which part and what of it a name stands for: 'test_images' is ('test', 'rows').

    >>> _meaning("xTrain"), _meaning("y"), _meaning("class_names")
    (('train', 'rows'), ('train', 'targets'), ('train', ''))
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    words = re.findall(r"[a-z]+", spaced.lower())
    words = [
        part for word in words for part in re.sub("^(x|y)(?=train|test|val)", r"\1 ", word).split()
    ]
    part = next((_PARTS[word] for word in words if word in _PARTS), "train")
    rest = [word for word in words if word not in _PARTS]
    role = (
        "rows" if rest and rest[0] in _ROWS else "targets" if rest and rest[0] in _TARGETS else ""
    )
    return part, role if len(rest) == 1 else ""


def _targets(y: NDArray[Any]) -> NDArray[Any]:
    """(N,) where they are a column or one-hot; bytes as text."""
    if y.dtype.kind == "S":
        y = np.char.decode(y, "utf-8", "replace")
    if y.ndim == 2 and y.shape[1] == 1:
        return y[:, 0]
    if y.ndim != 2 or y.dtype.kind not in "biuf" or not ((y == 0) | (y == 1)).all():
        return y
    return y.argmax(axis=1) if (y.sum(axis=1) == 1).all() else y


def _as_images(X: NDArray[Any], size: Size | None, path: Path) -> tuple[NDArray[Any], Shape | None]:
    """Rows as (N, height, width [, 3]), and their shape; columns as they are, and None."""
    if X.ndim == 2 and size is not None:
        pixels = size[0] * size[1]
        if X.shape[1] not in (pixels, 3 * pixels):
            raise DataError(
                f"{path} holds rows of {X.shape[1]} columns; {size[0]} × {size[1]} pixels take "
                f"{pixels}, or {3 * pixels} in colour"
            )
        X = X.reshape(len(X), *size, *((3,) if X.shape[1] == 3 * pixels else ()))
    if X.ndim == 2:
        return X, None
    if X.ndim == 4 and X.shape[-1] not in (1, 3) and X.shape[1] in (1, 3):
        X = np.moveaxis(X, 1, -1)  # channels first
    if X.ndim == 4 and X.shape[-1] == 1:
        X = X[..., 0]
    if X.ndim != 3 and (X.ndim != 4 or X.shape[-1] != 3):
        raise DataError(
            f"{path} holds rows of shape {X.shape}; expected (N, columns), (N, height, width), or "
            "with 1 or 3 channels first or last: reshape them"
        )
    if X.dtype.kind == "b":
        X = X.astype(np.uint8)
    return X, X.shape[1:]


def _has_colour(X: NDArray[Any]) -> bool:
    # in parts: the comparison of everything would be a third as large as the data
    return any((X[k : k + 4096] != X[k : k + 4096, ..., :1]).any() for k in range(0, len(X), 4096))


def _of_shape(X: NDArray[Any], shape: Shape) -> NDArray[Any]:
    if X.ndim == 4 and len(shape) == 2 and X.shape[1:3] == shape:
        grey = X[..., 0]
        if not _has_colour(X):
            return grey
    return like_shape(X, shape)
