"""Data by name: two classics that ship with the package, the generated problems, and one's own."""

import csv
import difflib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np

from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import Place, Seed, Several, Whole
from glassnet.data.checks import DataError
from glassnet.data.dataset import Dataset
from glassnet.data.images.folders import has_pictures
from glassnet.data.images.idx import is_idx_folder, read_idx, read_idx_folder
from glassnet.data.images.npz import read_npz
from glassnet.data.images.sets import read_image_folder, refit
from glassnet.data.sets import generated
from glassnet.data.sets.fetched import SETS, is_here
from glassnet.data.table.reading.names import is_address, shown

_SETS = Path(__file__).parent
_TRUTH_TABLES = ("xor", "and", "or")
_TABLES = (".csv", ".tsv", ".parquet", ".pq", ".feather", ".arrow", ".xlsx", ".xls")


@door
def load_data(
    name_or_path: str | os.PathLike[str],
    seed: Seed = 0,
    *,
    size: Annotated[tuple[int, int], Several(Whole(1), 2)] | None = None,
    colour: bool | None = None,
    like: Annotated[tuple[int, ...], Several(Whole(1))] | None = None,
) -> Dataset:
    """A data set by its name (see `NAMES`), or images and arrays of one's own.

    A path may lead to a folder with one folder of pictures a class (or `train` and `test` with
    such in each), a folder of IDX files, or an `.npz` file.

    Args:
        name_or_path: a name, or a path; a name comes first, so write `./digits` for a folder that
            has the name of a set.
        seed: for the generated sets; the others are always the same.
        size: (height, width) to bring one's own images to; None to choose.
        colour: one's own images in colour (True) or grey (False); None to choose.
        like: the image_shape of a trained network, which decides both.

    Returns:
        The data, raw: pixels as they are stored, columns in their own units.

    Raises:
        DataError: no such name or path, or a path that cannot be read.

    >>> load_data("iris")
    Dataset iris: 150 rows, 4 columns, 3 classes
    """
    if not isinstance(name_or_path, str | os.PathLike):
        raise DataError(
            f"expected the name of a data set or a path; got {type(name_or_path).__name__}: "
            "arrays go to fit as they are"
        )
    text = os.fsdecode(Place()("the data", name_or_path))
    if isinstance(name_or_path, str) and text in _ENTRIES:
        return _ENTRIES[text].load(seed)
    if text in SETS and isinstance(name_or_path, str) and not os.path.exists(text):
        return refit(_fetched(text), size, colour, like)
    if is_address(text):
        raise DataError(
            f"{shown(text)} is an address, and of those tables alone are read, by load_table: "
            "fetch the files, and give their place"
        )
    if text.lower().removesuffix(".gz").endswith(_TABLES) and not os.path.isdir(text):
        raise DataError(
            f"{text} is a table: load_table reads it, with a target; what is read here: "
            f"{_readable()}"
        )
    if text.lower().endswith(".npz") and os.path.isfile(text):
        return read_npz(text, size, colour, like)
    if os.path.isdir(text) and not is_idx_folder(text) and has_pictures(Path(text)):
        return read_image_folder(text, size, colour, like)
    if os.path.exists(text):
        return refit(read_idx_folder(text), size, colour, like)
    if Path(text).name != text or not isinstance(name_or_path, str):
        raise DataError(f"there is nothing at {text}; what can be read: {_readable()}")
    near = difflib.get_close_matches(text.lower(), _ENTRIES, n=1)
    raise DataError(
        f"there is no data set and no folder called {text!r}"
        + (f": did you mean {near[0]!r}?" if near else ";")
        + f" what can be read: {_readable()}"
    )


def _fetched(name: str) -> Dataset:
    """A set that is brought by `fetch_set`."""
    folder, of = is_here(name), SETS[name]
    if folder is None:
        raise DataError(
            f"{name} is not here yet: bring it by `glassnet fetch {name}`, or name a folder with "
            "its files"
        )
    return replace(read_idx_folder(folder), name=name, source=of.source, licence=of.licence)


def _readable() -> str:
    return (
        f"{', '.join(_ENTRIES)}, a folder with a folder of pictures a class, a folder of "
        "IDX files, or an .npz file"
    )


class _Entry(NamedTuple):
    about: str
    load: Callable[[int], Dataset]  # from a seed


def _iris(seed: int) -> Dataset:
    with open(_SETS / "iris.csv", newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return Dataset(
        name="iris",
        X=np.array([row[:-1] for row in rows], dtype=np.float64),  # (150, 4), centimetres
        y=np.array([row[-1] for row in rows]),
        features=tuple(header[:-1]),
        about=_ENTRIES["iris"].about,
        source="Fisher, R. A. (1936). Iris. UCI Machine Learning Repository. doi:10.24432/C56C76",
        licence="CC BY 4.0",
    )


def _digits(seed: int) -> Dataset:
    images = read_idx(_SETS / "digits-images-idx3-ubyte.gz")  # (1797, 8, 8), 0–16
    return Dataset(
        name="digits",
        X=images.reshape(len(images), 64),
        y=read_idx(_SETS / "digits-labels-idx1-ubyte.gz").astype(np.int64),
        features=tuple(f"pixel[{r},{c}]" for r in range(8) for c in range(8)),
        image_shape=(8, 8),
        about=_ENTRIES["digits"].about,
        source="Alpaydin, E. & Kaynak, C. (1998). Optical Recognition of Handwritten Digits. "
        "UCI Machine Learning Repository. doi:10.24432/C50P49",
        licence="CC BY 4.0",
    )


def _made(name: str, make: Callable[..., generated.Arrays], about: str) -> _Entry:
    def load_it(seed: int) -> Dataset:
        X, y = make(seed=seed)
        whole = name in _TRUTH_TABLES  # these rows are all there is: learned, and measured, entire
        return Dataset(
            name=name,
            X=X,
            y=y,
            X_test=X if whole else None,
            y_test=y if whole else None,
            task="number" if y.dtype.kind == "f" else "classes",
            about=about + ("; the test part is the same four rows" if whole else ""),
            source=f"made by glassnet, seed {seed}",
        )

    return _Entry(about, load_it)


_ENTRIES = {
    "iris": _Entry("150 irises of three species, four lengths of each in centimetres", _iris),
    "digits": _Entry("1,797 handwritten digits, 8 × 8 pixels from 0 to 16", _digits),
} | {
    name: _made(name, make, about)
    for name, make, about in [
        ("xor", generated.xor, "exclusive or, which no single neuron solves: 4 rows"),
        ("and", generated.and_, "logical and, which one neuron solves: 4 rows"),
        ("or", generated.or_, "logical or, which one neuron solves: 4 rows"),
        ("moons", generated.moons, "two half circles that reach into each other"),
        ("circles", generated.circles, "a circle within a circle"),
        ("spirals", generated.spirals, "two spirals wound into each other"),
        ("spirals3", generated.spirals3, "three spirals wound into each other"),
        ("blobs", generated.blobs, "three round clouds"),
        ("sine", generated.sine, "a noisy sine, to predict a number"),
    ]
}

NAMES: dict[str, str] = {name: entry.about for name, entry in _ENTRIES.items()}
"""Every name that `load_data` knows, with a line about it."""
