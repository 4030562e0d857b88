"""Pictures moved, turned, sheared and bent a little at random, many at a time."""

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import NotNegative, Positive

Array = NDArray[Any]


@door
@dataclass(frozen=True)
class Distortion:
    """How far a picture may be distorted; each setting bounds a number drawn for each picture.

    Args:
        shift: pixels, up or down and left or right.
        rotate: degrees.
        scale: as a part of its size, .1 for nine tenths to eleven tenths; each way by itself.
        shear: degrees by which its upright lines lean.
        elastic: pixels; how far the picture is bent, as a field of displacements drawn from −1 to
            1, smoothed and multiplied by this, moves each pixel by itself.
        smooth: pixels; the standard deviation of the Gaussian that smooths that field.
        shape: (H, W) of a picture, or (H, W, C) in C colours, where it is a row of numbers; None
            for a square in one.

    A pixel of the result is read off the picture by bilinear interpolation; beyond its border the
    border goes on. Source: Simard, Steinkraus and Platt (2003), Best practices for convolutional
    neural networks, section 2, whose elastic distortion has elastic 34 and smooth 4.

    >>> import numpy as np
    >>> picture = np.eye(3, dtype=np.float32)[None]
    >>> Distortion()(picture, np.random.default_rng(0))[0].tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """

    shift: NotNegative = 0.0
    rotate: NotNegative = 0.0
    scale: NotNegative = 0.0
    shear: NotNegative = 0.0
    elastic: NotNegative = 0.0
    smooth: Positive = 4.0
    shape: tuple[int, ...] | None = None

    def shown(self) -> str:
        """What it does, in words.

        >>> Distortion(shift=1, rotate=10).shown()
        'shift 1, rotate 10'
        """
        told = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "shape"}
        if not self.elastic:
            del told["smooth"]
        return ", ".join(f"{name} {value:.3g}" for name, value in told.items() if value)

    def moves(self) -> bool:
        """Whether it distorts anything."""
        return any((self.shift, self.rotate, self.scale, self.shear, self.elastic))

    def __call__(self, pictures: Array, rng: np.random.Generator) -> Array:
        """Pictures, (B, H, W) or (B, H, W, C), distorted, each another way; new, of their dtype."""
        x = np.asarray(pictures)
        dtype = x.dtype if x.dtype.kind == "f" else np.dtype(np.float32)
        x = x.astype(dtype, copy=False)
        n, height, width = x.shape[:3]
        y, across = self.places(rng, n, height, width, dtype)
        if x.ndim == 3:
            return read_off(x, y, across)
        colours = np.moveaxis(x, 3, 0)
        return np.stack(
            [read_off(np.ascontiguousarray(c), y.copy(), across.copy()) for c in colours], axis=3
        )

    def places(
        self, rng: np.random.Generator, n: int, height: int, width: int, dtype: Any = np.float32
    ) -> tuple[Array, Array]:
        """Where in the picture each pixel of the result is read: rows and columns, (B, H, W)."""
        up = np.arange(height, dtype=dtype) - (height - 1) / 2
        along = np.arange(width, dtype=dtype) - (width - 1) / 2
        a = self._affine(rng, n).astype(dtype)[:, :, None, None]  # (B, 6, 1, 1)
        y = a[:, 0] * up[:, None] + a[:, 1] * along + (a[:, 2] + (height - 1) / 2)
        x = a[:, 3] * up[:, None] + a[:, 4] * along + (a[:, 5] + (width - 1) / 2)
        if self.elastic:
            field = rng.random((2, n, height, width), np.float32).astype(dtype, copy=False)
            field *= 2
            field -= 1
            bent = (
                gaussian(height, self.smooth, dtype) @ field @ gaussian(width, self.smooth, dtype).T
            )
            bent *= self.elastic
            y += bent[0]
            x += bent[1]
        return y, x

    def _affine(self, rng: np.random.Generator, n: int) -> Array:
        """The inverse maps: the row from (up, along, 1), then the column, (n, 6)."""
        drawn = rng.uniform(-1, 1, (6, n))
        turn, lean = np.radians(self.rotate) * drawn[0], np.radians(self.shear) * drawn[1]
        tall, wide = 1 / (1 + self.scale * drawn[2]), 1 / (1 + self.scale * drawn[3])
        cos, sin = np.cos(turn), np.sin(turn)
        # turned, then scaled, then sheared: column ← column + tan(lean)·row
        row = np.stack([tall * cos, -tall * sin])
        column = np.stack([wide * sin, wide * cos]) + np.tan(lean) * row
        shifts = self.shift * drawn[4:]
        return np.concatenate([row, shifts[:1], column, shifts[1:]]).T


def usual_distortion(shape: tuple[int, ...]) -> Distortion:
    """As far as digits may be distorted and still be told, in proportion to the picture's size.

    Of 28 × 28 pixels it is Simard's elastic distortion, with a pixel of shift, 10° of rotation, a
    tenth of scale and 8° of shear; chosen on the last 10,000 of MNIST's training images.

    >>> usual_distortion((28, 28)).elastic
    34.0
    """
    part = min(shape[:2]) / 28
    return Distortion(
        shift=part, rotate=10.0, scale=0.1, shear=8.0, elastic=34 * part**2, smooth=4 * part,
        shape=tuple(shape),
    )  # fmt: skip


def distortion_said(text: str) -> Distortion:
    """A distortion as a person writes it: 'rotate=10,elastic=34', or 'none'.

    >>> distortion_said("rotate=10, elastic=34").elastic
    34.0
    """
    names = [f.name for f in fields(Distortion) if f.name != "shape"]
    parts = [part.partition("=") for part in text.split(",")] if text.strip() != "none" else []
    given: dict[str, Any] = {name.strip(): _number(value) for name, _, value in parts}
    if not given.keys() <= set(names) or any(value is None for value in given.values()):
        raise InputError(
            f"augment is '{text[:60]}': give none, or numbers for some of {', '.join(names)}, with "
            "commas between, as rotate=10,elastic=34."
        )
    return Distortion(**given)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@lru_cache(maxsize=16)
def gaussian(n: int, deviation: float, dtype: Any) -> Array:
    """The matrix that smooths n numbers by a Gaussian, (n, n); what lies beyond them counts 0."""
    apart = np.arange(n)[:, None] - np.arange(n)
    reach = np.arange(-n, n + 1)
    weights = np.exp(-0.5 * (apart / deviation) ** 2)
    return (weights / np.exp(-0.5 * (reach / deviation) ** 2).sum()).astype(dtype)


def read_off(pictures: Array, y: Array, x: Array) -> Array:
    """The pictures, (B, H, W), at rows y and columns x between their pixels, (B, H', W')."""
    n, height, width = pictures.shape
    np.clip(y, 0, height - 1, out=y)
    np.clip(x, 0, width - 1, out=x)
    top, left = y.astype(np.int32), x.astype(np.int32)
    np.minimum(top, max(height - 2, 0), out=top)
    np.minimum(left, max(width - 2, 0), out=left)
    y -= top
    x -= left
    down, right = width if height > 1 else 0, 1 if width > 1 else 0
    at = (
        top * np.int32(width)
        + left
        + np.arange(n, dtype=np.int32)[:, None, None] * np.int32(height * width)
    )
    flat = pictures.reshape(-1)
    above, below = (_between(flat, at + step, right, x) for step in (0, down))
    below -= above
    below *= y
    below += above  # (1 − y)·above + y·below
    return below


def _between(flat: Array, at: Array, right: int, x: Array) -> Array:
    """(1 − x)·left + x·right of the pixels at these places."""
    left, told = flat.take(at), flat.take(at + right)
    told -= left
    told *= x
    told += left
    return told
