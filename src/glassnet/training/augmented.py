"""Rows that are pictures, each distorted anew whenever a batch takes it."""

import math
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.data.images.distortion import Distortion
from glassnet.training.rows import OnDemand


class DistortedRows(OnDemand):
    """Pictures as rows, (N, H·W) or (N, H·W·C), of which `take` gives distorted ones.

    What is drawn for a batch depends on the seed and on which rows it takes: so a training that
    goes on from a checkpoint, or is made again, meets the same pictures, and no state is kept.
    Whoever reads the rows otherwise meets them as they are.

    Raises: InputError where the rows are no pictures of that shape.
    """

    def __init__(self, X: Any, how: Distortion, seed: int) -> None:
        if isinstance(X, OnDemand):
            raise InputError(
                "only pictures are distorted, and these rows are sparse: leave augment out."
            )
        self.X, self.how, self.seed = X, how, seed
        self.shape, self.dtype = X.shape, X.dtype
        self.picture = shape_of_pictures(how.shape, X.shape[1])

    def __getitem__(self, index: Any) -> "DistortedRows":
        return DistortedRows(self.X[index], self.how, self.seed)

    def cast(self, dtype: Any) -> "DistortedRows":
        return DistortedRows(self.X.astype(dtype, copy=False), self.how, self.seed)

    def write(self, out: NDArray[Any]) -> None:
        np.copyto(out, self.X)

    def take(self, index: Any, axis: int, out: NDArray[Any], mode: str) -> NDArray[Any]:
        """The rows of these numbers, distorted, written to out."""
        rng = np.random.default_rng([self.seed, zlib.crc32(np.ascontiguousarray(index).data)])
        self.X.take(index, axis=0, out=out, mode=mode)
        height, width, *channels = self.picture
        pictures = out.reshape(len(out), height, width, -1 if channels else 1)
        out[...] = self.how(pictures, rng).reshape(out.shape)
        return out


def shape_of_pictures(shape: tuple[int, ...] | None, n_in: int) -> tuple[int, ...]:
    """Height, width and, of coloured ones, channels. Raises: InputError where they do not fit.

    >>> shape_of_pictures(None, 784)
    (28, 28)
    """
    side = math.isqrt(n_in)
    if shape is None and side * side != n_in:
        raise InputError(
            f"rows of {n_in} numbers are no square pictures: give augment their shape, as "
            "Distortion(shape=(height, width))."
        )
    shape = (side, side) if shape is None else tuple(shape)
    if math.prod(shape) != n_in:
        told = "×".join(map(str, shape))
        raise InputError(
            f"augment speaks of pictures of {told}, which are {math.prod(shape)} numbers, and a "
            f"row has {n_in}: give it the shape that they have."
        )
    return shape
