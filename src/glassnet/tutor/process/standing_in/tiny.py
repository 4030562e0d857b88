"""Tiny data of the look that a script expects: images, a table, or what a name asks for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.tutor.process.standing_in.form import Form, is_label


class TinyData:
    """The data of one run. said: what they stood in for, and why."""

    def __init__(self, seed: int, form: Form, folder: Path, text: str = "") -> None:
        self.form, self.folder, self.copy, self.text = form, folder, Path.cwd(), text
        self.said: list[tuple[str, str]] = []
        self.missing: list[str] = []  # modules that were made up
        self.taken_for: dict[str, str] = {}  # files beside it, for names that are nearly theirs
        self.called_back: list[str] = []  # functions that a window would call
        self.narrowed: dict[int, int] = {}  # numbers of the script's, and what they were taken for
        self.used = False  # whether any were asked for
        self._rng = np.random.Generator(np.random.PCG64(seed))
        self._parts: dict[bool, Any] = {}

    def say(self, what: str, why: str = "") -> None:
        if (what, why) not in self.said:
            self.said.append((what, why))

    def say_of(self, file: object) -> None:
        """That they stand in for a file."""
        large = Path(str(file)).exists()
        name = str(file).replace("\\", "/").rpartition("/")[2]
        self.say(name, "too large" if large else "not here")

    def sentences(self) -> list[str]:
        """What stood in for what."""
        made = [f"what {name} holds, which is not here, was made up." for name in self.missing]
        taken = ", ".join(f"{size} as {few}" for size, few in sorted(self.narrowed.items()))
        narrow = [f"to be quick, large whole numbers were taken smaller: {taken}."] if taken else []
        made += [f"{file} was taken for {name}, which is not here." for name, file in
                 self.taken_for.items()]  # fmt: skip
        called = " and ".join(self.called_back)
        window = [f"{called} was called a few times, as a window would."] if called else []
        return [*self._stand_in(), *made, *narrow, *window]

    def _stand_in(self) -> list[str]:
        """One sentence on all that tiny data took the place of."""
        parts: list[str] = []
        for reason in dict.fromkeys(why for _, why in self.said):
            whats = [what for what, why in self.said if why == reason]
            few = whats if len(whats) <= 6 else [*whats[:3], f"{len(whats) - 3} more"]
            listed = " and ".join(filter(None, (", ".join(few[:-1]), few[-1])))
            which = "which is" if len(whats) == 1 else "which are"
            parts.append(f"{listed}, {which} {reason}" if reason else listed)
        if not parts and self.used:
            parts = ["what it loads"]
        return [f"tiny data stand in for {', and for '.join(parts)}."] if parts else []

    def images(self) -> tuple[np.ndarray, np.ndarray]:
        """(rows, 28, 28) pixels and labels that hold every digit; of colours where asked."""
        form, self.used = self.form, True
        shape = (form.rows, form.side, form.side) + ((form.colours,) if form.colours > 1 else ())
        pixels, classes = self.picture(shape), form.classes if form.images else 10
        return pixels, (np.arange(form.rows) % classes).astype(np.uint8)

    def picture(self, shape: tuple[int, ...]) -> np.ndarray:
        return self._rng.integers(0, 256, shape).astype(np.uint8)

    def pixels(self) -> tuple[np.ndarray, np.ndarray]:
        """The same, an image a row of numbers from 0 to 1."""
        images, labels = self.images()
        return images.reshape(len(images), -1) / 255.0, labels.astype(int)

    def table(
        self, columns: int | None = None, classes: int | None = None, rows: int | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """(rows, columns) numbers of two digits, and labels from 0."""
        rows, self.used = rows or self.form.rows, True
        X = np.round(self._rng.uniform(0.1, 3.0, (rows, columns or self.form.columns)), 2)
        return X, np.arange(rows) % (classes or self.form.classes)

    def whole(self) -> tuple[np.ndarray, np.ndarray]:
        """Samples as rows, and their labels: images where the script is about them."""
        return self.pixels() if self.form.images else self.table()

    def column(self, name: object) -> np.ndarray:
        """A column of a table by its name: labels, or numbers."""
        self.used = True
        labels = np.arange(self.form.rows) % self.form.classes
        return labels if is_label(name) else self.table(1)[0][:, 0]

    def rows_of(self, file: object) -> tuple[np.ndarray, list[str]]:
        """A table as a file holds it, and its columns' names: the label first beside pixels."""
        if self.form.images:
            pixels, labels = self.images()
            rows = np.column_stack([labels, pixels.reshape(len(pixels), -1)]).astype(int)
            if "test" in Path(str(file)).stem.lower() and "mnist" not in str(file).lower():
                rows = rows[:, 1:]  # the rows that are to be told have no label
                return rows, [f"pixel{i}" for i in range(rows.shape[1])]
            return rows, ["label", *(f"pixel{i}" for i in range(rows.shape[1] - 1))]
        X, y = self.table()
        names = [*(chr(97 + i % 26) * (1 + i // 26) for i in range(X.shape[1])), "target"]
        return np.column_stack([X, y]), names

    def named(self, name: object) -> np.ndarray:
        """What a name asks for: samples or labels."""
        low = str(name).lower()
        samples, labels = self._parts.setdefault("test" in low, self.whole())
        return labels if is_label(low) or "label" in low else samples


_HERE = Path(__file__).parent
_OURS = re.compile(r"'(Silent|SilentBase|AskedByName|LoadedParts|_\w+|Workbook|Sheet|Page)'")


def lacked(error: BaseException) -> str:
    """What a stand-in has not that was asked of it; "" where an error is the program's own.

    >>> lacked(AttributeError("no", name="pages", obj=TinyData)), lacked(ValueError("no"))
    ('an object that stands in for what is not here has no `pages`', '')
    """
    what = "an object that stands in for what is not here"
    if isinstance(error, AttributeError):
        on = getattr(error, "obj", None)
        kind = on if isinstance(on, type) else type(on)
        own = str(getattr(kind, "__module__", "")).startswith(__package__ or "?")
        return f"{what} has no `{error.name}`" if own else ""
    if not isinstance(error, TypeError | NotImplementedError):
        return ""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    file = Path(trace.tb_frame.f_code.co_filename) if trace is not None else Path()
    inside = file.parent == _HERE and file.stem not in ("files", "install", "keyboard", "tiny")
    if not inside and not _OURS.search(str(error)):
        return ""
    return f"{what} can't do what is asked of it ({' '.join(str(error).split())[:100]})"


class AskedByName(dict[Any, Any]):
    """What is loaded whole, and asked by names: `d["data"]`, `d[b"labels"]`, `d.target`."""

    def __init__(self, data: TinyData, names: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._data = data
        self.update({name: data.named(name) for name in names})

    files = property(lambda self: list(self))

    def __missing__(self, key: Any) -> Any:
        name = key.decode() if isinstance(key, bytes) else key
        if isinstance(name, int):  # a tuple of its parts, rather
            return self._data.whole()
        return self._data.named(name)

    def get(self, key: Any, default: Any = None) -> Any:
        return self[key]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __iter__(self) -> Any:
        """As a pickle of (train, validation, test), each of samples and labels."""
        return super().__iter__() if len(self) else iter([self._data.whole()] * 3)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None: ...

    def close(self) -> None: ...
