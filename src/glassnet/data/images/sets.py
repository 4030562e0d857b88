"""From a folder of pictures to a Dataset: one size and one colour for all, in bounded memory.

size    that of all pictures where they agree and have at most 16,384 values each; else the
        median height and width, made smaller together until 3,072 values are enough
colour  grey where every pixel of every picture is grey, however it is stored
"""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.checks import DataError
from glassnet.data.dataset import Dataset
from glassnet.data.images.decode import Size, fit, picture_size, pillow, read_picture
from glassnet.data.images.folders import Found, find_pictures, pictures_below

MOST_VALUES = 3_072  # of a picture brought to a common size: 32 × 32 in colour
MOST_KEPT = 16_384  # of pictures that are all of one size: 128 × 128 in grey
LARGEST_SIDE = 4_096
CHANNELS = ("red", "green", "blue")

Shape = tuple[int, ...]  # (height, width) for grey, (height, width, 3) for colour


def read_image_folder(
    folder: str | os.PathLike[str],
    size: Size | None = None,
    colour: bool | None = None,
    like: Shape | None = None,
) -> Dataset:
    """The pictures of a folder that has one folder a class, or train and test with such in each.

    Args:
        folder: where they are; see `data/images/folders.py` for what is passed over.
        size: (height, width) to bring each to; None to choose, as the head of this module says.
        colour: False for grey, True for colour, None to choose.
        like: the image_shape of a trained network, which decides both.

    Returns:
        One flattened picture a row, uint8 from 0 to 255, (N, height · width) or for colour
        (N, height · width · 3); the classes are the folders' names, as numbers where all are.

    Raises:
        DataError: no pictures, one that cannot be read, or folders that make no sense.
    """
    folder = Path(folder)
    layout = find_pictures(folder)
    both = Found()
    both.extend(layout.train)
    if layout.test is not None:
        both.extend(layout.test)
    size, colour = wanted(size, colour, like)
    images = _read_all(both.paths, size, colour)
    n = len(layout.train.paths)
    labels = class_labels(both.labels)
    shape = images.pixels.shape[1:]
    flat = images.pixels.reshape(len(images.pixels), -1)
    remarks = [images.about, *layout.remarks]
    if both.left_out:
        kinds = ", ".join(f"{n:,} {ending}" for ending, n in both.left_out.most_common(5))
        remarks.append(f"files left out, being no pictures: {kinds}")
    has_test = layout.test is not None
    return Dataset(
        name=folder.resolve().name,
        X=flat[:n],
        y=labels[:n],
        X_test=flat[n:] if has_test else None,
        y_test=labels[n:] if has_test else None,
        features=pixel_names(shape),
        image_shape=shape,
        about="; ".join(remarks),
        source=str(folder),
    )


def read_images(
    path: str | os.PathLike[str], image_shape: Shape
) -> tuple[list[str], NDArray[np.uint8]]:
    """Pictures without a class, for a network that takes such: a file, or all below a folder.

    Args:
        path: a picture file or a folder.
        image_shape: of the network's training data, (height, width) or (height, width, 3).

    Returns:
        Each one's name, within the folder, and its pixels, (N, height · width [· 3]).

    Raises:
        DataError: nothing there, no pictures, or one that cannot be read.
    """
    path = Path(path)
    size, colour = wanted(None, None, image_shape)
    if not os.path.exists(path):
        raise DataError(f"there is nothing at {path}: name a picture or a folder of pictures")
    paths = pictures_below(path).paths if os.path.isdir(path) else [path]
    if not paths:
        raise DataError(f"{path} has no pictures: name a picture or a folder that has some")
    pixels = _read_all(paths, size, colour).pixels
    names = [str(p.relative_to(path)) if os.path.isdir(path) else p.name for p in paths]
    return names, pixels.reshape(len(pixels), -1)


def refit(
    data: Dataset, size: Size | None = None, colour: bool | None = None, like: Shape | None = None
) -> Dataset:
    """A data set of images brought to another size or colour; the same one where nothing differs.

    Args: as for `read_image_folder`.
    """
    size, colour = wanted(size, colour, like)
    if data.image_shape is None or (size is None and colour is None):
        return data
    now = data.image_shape
    coloured = len(now) == 3 if colour is None else colour
    shape = (*(size or now[:2]), *((3,) if coloured else ()))
    if shape == now:
        return data

    def flat(X: NDArray[Any]) -> NDArray[Any]:
        return like_shape(X.reshape(len(X), *now), shape).reshape(len(X), -1)

    return replace(
        data,
        X=flat(data.X),
        X_test=None if data.X_test is None else flat(data.X_test),
        features=pixel_names(shape),
        image_shape=shape,
        about=f"{len(data.X):,} images of {by(shape)}; brought to that from {by(now)}",
    )


def wanted(
    size: Size | None, colour: bool | None, like: Shape | None
) -> tuple[Size | None, bool | None]:
    """Size and colour as asked for, `like` taken apart; a DataError where they make no sense."""
    if like is not None:
        if size is not None or colour is not None:
            raise DataError("like decides size and colour: give it alone, or those two without it")
        like = tuple(like)
        if len(like) not in (2, 3) or like[2:] not in ((), (3,)):
            raise DataError(
                f"images are (height, width), or (height, width, 3) in colour; got {like}"
            )
        size, colour = (like[0], like[1]), len(like) == 3
    if size is not None:
        sides = tuple(size)
        if len(sides) != 2 or not all(
            isinstance(side, int | np.integer) and 1 <= side <= LARGEST_SIDE for side in sides
        ):
            raise DataError(
                f"size is {size!r}: give (height, width), each from 1 to {LARGEST_SIDE:,} pixels"
            )
        size = int(sides[0]), int(sides[1])
    return size, colour


def choose_size(sizes: NDArray[np.integer], channels: int) -> Size:
    """(height, width) for pictures of these sizes, (N, 2): the rule at this module's head.

    >>> choose_size(np.array([[28, 28], [28, 28]]), 1)
    (28, 28)
    >>> choose_size(np.array([[600, 800], [480, 640], [640, 480]]), 3)
    (31, 33)
    """
    if (sizes == sizes[0]).all() and sizes[0].prod() * channels <= MOST_KEPT:
        return int(sizes[0, 0]), int(sizes[0, 1])
    height, width = np.median(sizes, axis=0)
    factor = min((MOST_VALUES / (height * width * channels)) ** 0.5, 1.0)
    # whole pixels, and no more values than asked for
    h = min(max(round(height * factor), 1), MOST_VALUES // channels)
    w = min(max(round(width * factor), 1), MOST_VALUES // (h * channels))
    return h, w


def class_labels(names: Sequence[str]) -> NDArray[np.str_] | NDArray[np.int64]:
    """Folders' names as labels: numbers where each is written as 0, 1, 10 …, else text.

    >>> class_labels(["0", "10", "9"])
    array([ 0, 10,  9])
    >>> class_labels(["01", "2"])
    array(['01', '2'], dtype='<U2')
    """
    plain = all(
        name.isascii() and name.isdigit() and len(name) < 19 and str(int(name)) == name
        for name in set(names)
    )
    return np.array([int(name) for name in names]) if plain else np.array(names)


def pixel_names(shape: Shape) -> tuple[str, ...]:
    """A name for each value of a flattened image: pixel[row,column], with its channel in colour.

    >>> pixel_names((1, 2))
    ('pixel[0,0]', 'pixel[0,1]')
    >>> pixel_names((1, 1, 3))
    ('pixel[0,0,red]', 'pixel[0,0,green]', 'pixel[0,0,blue]')
    """
    height, width = shape[:2]
    names = (f"pixel[{r},{c}" for r in range(height) for c in range(width))
    if len(shape) == 2:
        return tuple(f"{name}]" for name in names)
    return tuple(f"{name},{channel}]" for name in names for channel in CHANNELS)


def like_shape(pixels: NDArray[Any], shape: Shape) -> NDArray[Any]:
    """Images (N, height, width [, 3]) brought to another shape, as pictures from files are.

    Raises:
        DataError: the shapes differ and the values are not uint8.
    """
    if pixels.shape[1:] == tuple(shape):
        return pixels
    if pixels.dtype != np.uint8:
        raise DataError(
            f"the images are {by(pixels.shape[1:])} and {by(shape)} are wanted; only values of "
            f"uint8 can be brought there, and these are {pixels.dtype}: convert them first"
        )
    image = pillow()
    size, mode = (shape[0], shape[1]), "RGB" if len(shape) == 3 else "L"
    out = np.empty((len(pixels), *shape), np.uint8)
    for k, one in enumerate(pixels):
        out[k] = np.asarray(fit(image.fromarray(one).convert(mode), size))
    return out


def by(shape: Shape) -> str:
    """A shape in words: 28 × 28 pixels in grey."""
    return f"{shape[0]} × {shape[1]} pixels in {'colour' if len(shape) == 3 else 'grey'}"


class _Images:
    """All pictures as one array, and what was done to them, for people."""

    def __init__(self, pixels: NDArray[np.uint8], about: str) -> None:
        self.pixels, self.about = pixels, about


def _read_all(paths: Sequence[Path], size: Size | None, colour: bool | None) -> _Images:
    """Reads the pictures into one array, as grey ones until one is met that is not."""
    sizes = np.array([picture_size(path) for path in paths] if size is None else [size])
    for coloured in (False, True) if colour is None else (colour,):
        target = size or choose_size(sizes, 3 if coloured else 1)
        done: Counter[str] = Counter()
        pixels = _fill(paths, target, coloured, colour is None and not coloured, done)
        if pixels is not None:
            return _Images(pixels, _about(pixels, sizes, target, size is None, done))
    raise AssertionError("colour takes every picture")


def _fill(
    paths: Sequence[Path], size: Size, colour: bool, may_differ: bool, done: Counter[str]
) -> NDArray[np.uint8] | None:
    """The pixels of all, (N, height, width [, 3]); None if a colour is met among grey ones."""
    shape = (*size, 3) if colour else size
    try:
        out = np.empty((len(paths), *shape), np.uint8)
    except (MemoryError, ValueError):
        raise DataError(
            f"{len(paths):,} pictures of {by(shape)} take more memory than there is: ask for a "
            "smaller size"
        ) from None
    for k, path in enumerate(paths):
        one = read_picture(path, size, None if may_differ else colour, done)
        if one.ndim != len(shape):
            return None
        out[k] = one
    return out


def _about(
    pixels: NDArray[np.uint8],
    sizes: NDArray[np.integer],
    target: Size,
    chosen: bool,
    done: Counter[str],
) -> str:
    parts = [f"{len(pixels):,} images of {by(pixels.shape[1:])}"]
    if chosen and (sizes != target).any():
        low, high = sizes.min(axis=0), sizes.max(axis=0)
        came = f"{low[0]} × {low[1]}"
        if (low != high).any():
            came = f"from {came} to {high[0]} × {high[1]}"
        parts.append(f"brought to that size ({came} before), aspect kept, edges filled")
    parts += [f"{n:,} {what}" for what, n in done.most_common()]
    return "; ".join(parts)
