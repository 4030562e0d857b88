"""One picture file as pixels: whatever it holds becomes grey or colour values from 0 to 255.

    turned        as its EXIF orientation says
    transparency  laid on white
    16 bits       brought to 8: v / 257, rounded
    animation     its first picture
    other size    scaled to fit and centred, its aspect kept; what stays free at two sides takes
                  the median colour of the picture's own edge

By pillow, which is imported where a picture is read and nowhere else.
"""

import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.checks import DataError

if TYPE_CHECKING:
    from PIL import Image

ENDINGS = {
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".webp",
    ".ppm", ".pgm", ".pbm", ".pnm",
}  # fmt: skip
# Pictures too, of formats that are not read here: passing over them would hide a part of the data.
FOREIGN = {
    ".heic", ".heif", ".avif", ".svg", ".jxl", ".jp2", ".psd", ".dng", ".cr2", ".nef", ".arw",
    ".ico", ".eps",
}  # fmt: skip
MOST_PIXELS = 89_478_485  # of one picture: pillow's own bound against decompression bombs
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
_SWAPPED = (5, 6, 7, 8)  # EXIF orientations that exchange height and width
_GREY = ("1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "I;16N", "F")

Size = tuple[int, int]  # (height, width)


def pillow() -> Any:
    """The module PIL.Image."""
    from PIL import Image

    return Image


def picture_size(path: Path) -> Size:
    """(height, width) as it will be seen, from the file's header alone.

    Raises:
        DataError: as `read_picture`.
    """
    with _opened(path) as picture:
        if picture.format == "TIFF":
            picture.load()  # pillow turns a TIFF itself, some of its versions only now
        width, height = picture.size
        turned = picture.getexif().get(0x0112, 1) in _SWAPPED
        return (width, height) if turned else (height, width)


def read_picture(
    path: Path, size: Size | None, colour: bool | None, done: Counter[str]
) -> NDArray[np.uint8]:
    """The pixels of one picture file.

    Args:
        path: the file.
        size: (height, width) to bring it to; None for its own.
        colour: False for grey, True for colour, None for grey where all its pixels are grey.
        done: counts what had to be done to the picture, in words.

    Returns:
        (height, width) for grey or (height, width, 3) for colour.

    Raises:
        DataError: no picture, damaged, cut off, too large, or of values that are no pixels.
    """
    with _opened(path) as picture:
        if size is not None and picture.format == "JPEG":
            side = 2 * max(size)  # a JPEG is decoded at an eighth where that is enough
            picture.draft(None, (side, side))
        seen = _plain(picture, path, done)
        if seen.mode == "RGB" and not colour and (colour is False or _is_grey(seen)):
            seen = seen.convert("L")
        if seen.mode == "L" and colour:
            seen = seen.convert("RGB")
        if size is not None and (seen.height, seen.width) != size:
            seen = fit(seen, size)
        return np.asarray(seen, dtype=np.uint8)


def fit(picture: "Image.Image", size: Size) -> "Image.Image":
    """A picture of mode L or RGB scaled to fit into (height, width), centred, edges filled."""
    image = pillow()
    height, width = size
    factor = min(height / picture.height, width / picture.width)
    inner = (
        min(max(round(picture.width * factor), 1), width),
        min(max(round(picture.height * factor), 1), height),
    )
    scaled = picture.resize(inner, image.Resampling.BILINEAR)
    if inner == (width, height):
        return scaled
    out = image.new(picture.mode, (width, height), edge_colour(np.asarray(picture)))
    out.paste(scaled, ((width - inner[0]) // 2, (height - inner[1]) // 2))
    return out


def edge_colour(pixels: NDArray[np.uint8]) -> Any:
    """The median of the outermost pixels, channel by channel: a number, or three."""
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    middle = np.median(edge, axis=0).astype(int)
    return int(middle) if middle.ndim == 0 else tuple(middle.tolist())


@contextmanager
def _opened(path: Path) -> Iterator["Image.Image"]:
    """The file as pillow opens it; whatever goes wrong until it is closed, in a sentence."""
    image = pillow()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pillow warns of what it could read all the same
            # an open file: by its name pillow 13 maps a turned TIFF into memory the wrong way
            with open(path, "rb") as file, image.open(file, formats=_FORMATS) as picture:
                _check_pixels(path, picture.width * picture.height)
                yield picture
    except DataError:
        raise
    except image.DecompressionBombError:
        _check_pixels(path, 2 * MOST_PIXELS)
    except image.UnidentifiedImageError:
        raise DataError(
            f"{path} is no picture that can be read (PNG, JPEG, GIF, BMP, TIFF, WebP, PPM): "
            "take it out of the folder, or save it as one of these"
        ) from None
    except (MemoryError, RecursionError):
        raise DataError(f"{path} takes more memory than there is: make it smaller") from None
    except OSError as error:
        if error.errno is not None:
            raise DataError(f"{path} cannot be read: {error.strerror or error}") from None
        raise _damaged(path, error) from None
    except Exception as error:  # of a damaged file a decoder raises whatever it stumbles upon
        raise _damaged(path, error) from None


def _damaged(path: Path, error: Exception) -> DataError:
    return DataError(
        f"{path} is damaged ({error or type(error).__name__}): copy or fetch it again, or take "
        "it out of the folder"
    )


def _check_pixels(path: Path, pixels: int) -> None:
    if pixels > MOST_PIXELS:
        raise DataError(
            f"{path} says it has {'over ' * (pixels == 2 * MOST_PIXELS)}{pixels:,} pixels, more "
            f"than the {MOST_PIXELS:,} that are read of one picture: make it smaller"
        )


def _plain(picture: "Image.Image", path: Path, done: Counter[str]) -> "Image.Image":
    """The picture as mode L or RGB, upright."""
    from PIL import ImageOps

    if getattr(picture, "is_animated", False) and picture.format != "MPO":
        done["animated or of several pages, the first taken"] += 1
    turned = picture.getexif().get(0x0112, 1) not in (0, 1)
    if turned:
        done["turned upright (EXIF)"] += 1
        picture = ImageOps.exif_transpose(picture)
    picture.load()
    if picture.mode.startswith("I"):
        done["of 16 bits, brought to 8"] += 1
        return _of_16_bits(picture, path)
    if picture.mode == "F":
        raise DataError(f"{path} holds fractions for pixels: save it with 8 or 16 bits a pixel")
    if picture.has_transparency_data:
        alpha = picture.convert("RGBA")
        if np.asarray(alpha)[..., 3].min() < 255:
            done["with transparency, laid on white"] += 1
            ground = pillow().new("RGBA", alpha.size, "white")
            ground.alpha_composite(alpha)
            alpha = ground
        return alpha.convert("RGB")
    return picture.convert("L" if picture.mode in _GREY else "RGB")


def _of_16_bits(picture: "Image.Image", path: Path) -> "Image.Image":
    values = np.asarray(picture).astype(np.int64)
    if values.min() < 0 or values.max() > 65_535:
        raise DataError(
            f"{path} holds values from {values.min()} to {values.max()}, more than 16 bits: "
            "save it with 8 or 16 bits a pixel"
        )
    return pillow().fromarray(((values + 128) // 257).astype(np.uint8))  # 65,535 / 255 = 257


def _is_grey(picture: "Image.Image") -> bool:
    pixels = np.asarray(picture)
    return bool(
        (pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all()
    )
