"""Two columns of a table of one's own, as points in the plane, and a third as their target."""

import base64
import binascii
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.data import TablePreparation
from glassnet.data.table.inputs import NumberInput
from glassnet.data.table.reading.file import open_file
from glassnet.studio.messages import MOST_FILE
from glassnet.studio.scenes.play.played import MOST_LABELS, MOST_ROWS

if TYPE_CHECKING:
    import polars as pl

MOST_COLUMNS = 1_000


@dataclass(frozen=True)
class OwnColumns:
    """A table's columns: those that can be an axis, and those that can be what is predicted.

    targets: each with its classes, of which there are at most ten; a number has none.
    """

    kind, version = "own_columns", 1

    name: str
    rows: int
    axes: list[str]
    targets: dict[str, list[str]]


class OwnTable:
    """A table, and its columns as points."""

    def __init__(self, frame: "pl.DataFrame", name: str) -> None:
        if frame.width > MOST_COLUMNS:
            raise InputError(f"{name} has {frame.width:,} columns: at most {MOST_COLUMNS:,} here.")
        self.frame, self.name = frame, name
        self.preparation = TablePreparation.learn([frame])
        self.given: list[list[float]] = []  # the points that it gave, and their own numbers
        self.raw = np.empty((0, 2))

    @classmethod
    def at(cls, path: str) -> "OwnTable":
        return cls(open_file(Path(path)).read(), Path(path).name)

    @classmethod
    def brought(cls, name: str, content: str) -> "OwnTable":
        """Of a file's bytes, in base64, as a page sends them."""
        try:
            told = base64.b64decode(content[:MOST_FILE], validate=True)
        except (binascii.Error, ValueError):
            raise InputError("the file did not arrive whole: bring it once more.") from None
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / (Path(name).name or "table.csv")
            path.write_bytes(told)
            try:
                return cls(open_file(path).read(), path.name)
            except InputError as error:
                raise InputError(str(error).replace(str(path), path.name)) from None

    def columns(self) -> OwnColumns:
        axes = [column.name for column in self.preparation.columns if column.kind == "number"]
        if len(axes) < 2:
            raise InputError(
                f"{self.name} has {len(axes)} column{'s' * (len(axes) != 1)} of numbers: the plane "
                "needs two, for its axes."
            )
        targets: dict[str, list[str]] = {}
        for column in self.preparation.columns:
            classes = self._classes(column.name)
            if classes or column.kind == "number":
                targets[column.name] = classes
        return OwnColumns(self.name, self.frame.height, axes, targets)

    def points(self, x0: str, x1: str, target: str) -> dict[str, Any]:
        """The settings that make these columns the playground's points; rows that lack one are
        left out.
        """
        known = self.columns()
        for name in (x0, x1):
            if name not in known.axes:
                raise InputError(f"'{name[:60]}' is no column of numbers of {self.name}.")
        if target not in known.targets:
            raise InputError(f"'{target[:60]}' cannot be predicted in the plane: see the list.")
        x = [self._numbers(name) for name in (x0, x1)]
        levels = known.targets[target]
        if levels:
            place = {level: float(n) for n, level in enumerate(levels)}
            y = np.array([place.get(cell, np.nan) for cell in self._cells(target)])
        else:
            y = self._numbers(target)
        rows = np.stack([*x, y], axis=1)
        rows = rows[np.isfinite(rows).all(axis=1)][:MOST_ROWS]
        self.raw = rows[:, :2].copy()
        if len(rows):  # each axis on its own: metres and kilograms have no scale in common
            low, high = rows[:, :2].min(axis=0), rows[:, :2].max(axis=0)
            middle, reach = (low + high) / 2, (high - low) / 2
            rows[:, :2] = (rows[:, :2] - middle) / np.where(reach > 0, reach, 1)
        self.given = rows.tolist()
        return {
            "set": "own",
            "task": "classes" if levels else "number",
            "points": self.given,
        }

    def _numbers(self, name: str) -> NDArray[np.float64]:
        """A column's numbers, NaN where a cell is missing."""
        found = TablePreparation.learn([self.frame.select(name)], kinds={name: "number"})
        x = found.apply(self.frame.select(name), "float64")
        code = found.columns[0].code
        assert isinstance(code, NumberInput)
        numbers = x[:, 0] * code.scale + code.mean
        return np.where(x[:, 1] > 0, np.nan, numbers) if code.gaps else numbers

    def _cells(self, name: str) -> list[str]:
        return ["" if cell is None else str(cell).strip() for cell in self.frame[name]]

    def _classes(self, name: str) -> list[str]:
        """What its cells are, where that is two to ten things; else nothing."""
        found = sorted({cell for cell in self._cells(name) if cell})
        return found if 1 < len(found) <= MOST_LABELS else []
