"""Of which form the tiny data are: told by the script's text, and by the error that they led to."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

ROWS, MORE, MOST, SMALL = 12, 40, 132, 8
# so many rows public sets of images have, whole and in their usual parts
KNOWN_SIZES = (70_000, 60_000, 50_000, 42_000, 41_000, 40_000, 28_000, 10_000)
_LABEL = re.compile(
    r"(.*[_\W])?(y|ys|t|labels?|lbls?|targets?|class|classes|digits?|outputs?|outcome|species|"
    r"diagnosis|survived|passed|spam|churn|fraud|purchased|approved|admit|admitted|result|category|quality)([_\W\d].*)?|y_?(train|test|val).*",
    re.I,
)
_IMAGES = re.compile(r"mnist|\b784\b|28\s*\*\s*28|28\s*,\s*28|digit-recognizer|idx[13]-ubyte", re.I)
_COLOURED = re.compile(r"cifar|\b3072\b|32\s*\*\s*32\s*\*\s*3", re.I)
_PICTURES = re.compile(r"\b(64|96|128)\s*\*\s*\1\s*\*\s*3\b|\b(12288)\b|(catvnoncat)")
_WORD = re.compile(r"(\w+)\s*=\s*(?:str\()?(?:sys\.)?argv\[(\d+)\]")
_ARGUMENTS = re.compile(r"len\(\s*(?:sys\.)?argv\s*\)\s*(<=|<|!=|==|>=|>)\s*(\d+)")


@dataclass(frozen=True)
class Form:
    """The tiny data: rows, columns beside the label, classes, the side and colours of an image.

    full: the side of an image as the script writes it.

    shrunk: an image is smaller than the script writes, and what it writes means that. sizes: the
    number of rows that a public set has means that of the tiny one, where the script writes
    it. arguments: the words on the command line.
    short: loops that take much and do not train end early. narrow: large whole numbers that the
    script writes mean smaller ones, so that wide layers are none.
    """

    rows: int = ROWS
    columns: int = 4
    classes: int = 2
    side: int = 28
    full: int = 28
    colours: int = 1
    images: bool = False
    shrunk: bool = False
    sizes: bool = False
    arguments: tuple[str, ...] = ()
    short: bool = False
    narrow: bool = False

    @property
    def rewrites(self) -> bool:
        """Whether numbers that the script writes mean others."""
        return self.sizes or self.shrunk or self.narrow

    def rows_of(self, size: int) -> int:
        """What a known size means among the tiny data: all, or three quarters, or the rest."""
        if size in (60_000, 70_000, 42_000, 10_000):
            return self.rows
        return self.rows * 3 // 4


def is_label(name: object) -> bool:
    """Whether a name is usual for what is to be learned."""
    return bool(_LABEL.fullmatch(str(name)))


def form_of(text: str) -> Form:
    """What a script's text tells: an image's pixels are written out, or the words of a call."""
    form = Form()
    if _COLOURED.search(text):
        form = replace(form, images=True, side=SMALL, full=32, colours=3, classes=10, shrunk=True)
    elif found := _PICTURES.search(text):
        full = int(found[1] or 64)
        form = replace(form, images=True, side=SMALL, full=full, colours=3, shrunk=True)
    elif _IMAGES.search(text):
        form = replace(form, images=True, side=SMALL, classes=10, shrunk=True)
    return replace(form, arguments=tuple(_arguments(text)))


def _arguments(text: str) -> list[str]:
    """As many words as are counted, each one that it is compared with: rather one that trains."""
    count = 0
    for how, number in _ARGUMENTS.findall(text):
        count = max(count, int(number) - {"<=": 0, ">": 0}.get(how, 1))
    words = ["3"] * min(count, 9)
    for name, place in _WORD.findall(text):
        asked = re.findall(rf"\b{name}\s*==\s*['\"]([^'\"]+)", text)
        at = int(place) - 1
        if asked and 0 <= at < 9:
            words += ["3"] * (at + 1 - len(words))
            words[at] = next((word for word in asked if "train" in word.lower()), asked[0])
    return words


def after(error: BaseException | None, form: Form, stood_in: bool) -> Form | None:
    """The form to try next, where tiny data may have kept a run from training."""
    if not stood_in:
        return None
    if error is not None and form.shrunk:
        return unshrunk(form) if form.sizes else replace(form, sizes=True, rows=MORE)
    if error is None or isinstance(error, SystemExit):
        return replace(form, rows=MOST) if form.rows < MOST else None
    said = str(error)
    if isinstance(error, IndexError):
        found = re.search(r"index (\d+) is out of bounds for axis 1 with size (\d+)", said)
        if found and int(found[1]) < 2000 and not form.images:
            return replace(form, columns=form.columns + int(found[1]) + 1 - int(found[2]))
    if isinstance(error, ValueError) and not form.images:
        wanted = _wanted(said, form)
        if wanted is not None:
            return wanted
    if not form.sizes:
        return replace(form, sizes=True)
    if form.rows < MOST:
        return replace(form, rows=MOST)
    return None


def sizes_that_differ(said: str) -> list[tuple[int, int]]:
    """The pairs of sizes that an error says do not fit."""
    pairs = [
        (int(a), int(b))
        for a, b in re.findall(r"(\d+) \(dim \d\) != (\d+) \(dim \d\)", said)
        + re.findall(r"size (\d+) is different from (\d+)", said)
    ]
    shapes = re.findall(r"\((\d+),(\d+)\)", said)
    if "broadcast" in said and len(shapes) == 2:
        pairs += [(int(a), int(b)) for a, b in zip(*shapes) if a != b]
    return pairs


def _wanted(said: str, form: Form) -> Form | None:
    """Of two sizes that do not fit, one is the tiny data's: the other is what was wanted."""
    for pair in sizes_that_differ(said):
        if min(pair) == 0 < max(pair) < 2000:  # the columns behind the last
            return replace(form, columns=form.columns + max(pair))
        for own, other in (pair, pair[::-1]):
            if own == form.columns and 0 < other < 2000:
                return replace(form, columns=other)
            if own in (form.columns + 1, form.columns + 2) and 0 < other < 2000:
                return replace(form, columns=form.columns + other - own)
            if own == form.classes and 1 < other < 200:
                return replace(form, classes=other)
    return None


def unshrunk(form: Form) -> Form:
    """The same with images as large as they are."""
    return replace(form, shrunk=False, sizes=False, rows=ROWS, side=form.full)


def narrower(size: int) -> int:
    """What a large round number of a script means where it is to be quick: an eighth, a tenth."""
    if not 24 <= size <= 8192 or size in (784, 3072):  # pixels
        return size
    most = 40 if size >= 500 else 10 if size % 50 == 0 else 8
    return size // most if size % 50 == 0 or size % 16 == 0 else size


class KnownSizes(ast.NodeTransformer):
    """A public set's number of rows or pixels, where a script writes it, becomes the tiny set's.

    narrowed: gets what wide layers, and other large numbers, were taken for.
    """

    def __init__(self, form: Form, narrowed: dict[int, int]) -> None:
        self._narrow, self._narrowed = form.narrow, narrowed
        self._sizes = {size: form.rows_of(size) for size in KNOWN_SIZES} if form.sizes else {}
        if form.shrunk:
            side = form.full
            for colours in (1, form.colours):
                self._sizes[side * side * colours] = form.side**2 * colours
                self._sizes[side * side * colours + 1] = form.side**2 * colours + 1
            self._sizes[side] = form.side

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if type(node.value) in (int, float) and node.value in self._sizes:
            return ast.copy_location(ast.Constant(self._sizes[int(node.value)]), node)  # type: ignore[arg-type]
        if self._narrow and type(node.value) is int and narrower(node.value) != node.value:
            self._narrowed[node.value] = narrower(node.value)
            return ast.copy_location(ast.Constant(self._narrowed[node.value]), node)
        return node


def within(on: Any, key: Any, rows: int) -> Any:
    """An index into tiny data that is meant for a large set: all of it, or what is there.

    Only what lies far beyond the end is changed, so that an error of the learner's stays one.
    """
    if isinstance(key, tuple) and isinstance(on, np.ndarray) and len(key) <= on.ndim:
        if any(not isinstance(part, slice | int | np.ndarray) for part in key):
            return key
        return tuple(_within(part, size, rows) for part, size in zip(key, on.shape))
    if isinstance(on, np.ndarray) and on.ndim and isinstance(key, slice | int | np.ndarray):
        return _within(key, len(on), rows)
    if isinstance(on, list) and isinstance(key, slice | int):
        return _within(key, len(on), rows)
    return key


def _within(part: Any, size: int, rows: int) -> Any:
    if not rows // 4 <= size <= rows:
        return part
    if isinstance(part, slice):
        start = part.start
        if isinstance(start, int | np.integer) and start >= 4 * size:
            return slice(None, None, part.step)  # the rest has every label, too
    elif isinstance(part, np.ndarray):
        if part.dtype.kind in "iu" and part.size and part.max() >= 4 * size:
            return part[part < size] if part.ndim == 1 and (part < size).any() else part % size
    elif type(part) is int and part >= 4 * size and size == rows:
        return part % size
    return part
