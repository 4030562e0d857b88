"""What a table's network is to predict: classes, a number, or several numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.data.checks import DataError
from glassnet.data.columns import Seen, as_numbers, as_words

if TYPE_CHECKING:
    import polars as pl

FEW = 20  # different whole numbers that are taken for classes, where few rows have each
CLASSES = 1_000


@dataclass(frozen=True)
class Target:
    """The target columns of a table.

    task: classes or number. classes: the labels, sorted; whole numbers where all are.
    """

    names: tuple[str, ...]
    task: Literal["classes", "number"]
    classes: tuple[str, ...] | tuple[int, ...] = ()
    decimal: str = "."

    @classmethod
    def learn(
        cls,
        frames: pl.DataFrame | Iterable[pl.DataFrame],
        names: Sequence[str],
        decimal: str = ".",
        task: Literal["classes", "number"] | None = None,
    ) -> Target:
        """What there is to predict.

        Classes: words and booleans; whole numbers of at most 20 kinds, each in five rows on
        average. Anything else that is all numbers is a number; several columns are numbers.

        Raises: DataError where nothing can be predicted: no cell, one class alone, thousands.
        """
        import polars as pl

        seen = [Seen(name, decimal) for name in names]
        for frame in [frames] if isinstance(frames, pl.DataFrame) else frames:
            for each in seen:
                each.add(frame.get_column(each.name))
        for each in seen:
            present = each.rows - each.missing
            if not present:
                raise DataError(f"the target {each.name!r} has no cell that is not missing.")
            if each.typed:
                raise DataError(f"the target {each.name!r} holds no numbers and no words.")
        (first, *more), levels = seen, seen[0].levels
        numeric = all(each.numbers == each.rows - each.missing for each in seen)
        few = levels is not None and len(levels) <= FEW
        few = few and 5 * len(levels or ()) <= first.rows - first.missing
        if task is None:
            task = "number" if more or (numeric and not (first.whole and few)) else "classes"
        if task == "number":
            for each in seen:
                if each.numbers < each.rows - each.missing:
                    raise DataError(
                        f"the target {each.name!r} holds {each.stray!r}, which is no number."
                    )
                if each.infinite:
                    raise DataError(f"the target {each.name!r} holds an infinity.")
                if each.square == 0:
                    raise DataError(f"the target {each.name!r} is {each.mean:g} in every row.")
            return cls(tuple(names), "number", (), decimal)
        if more:
            raise DataError("several targets are predicted as numbers: name one to get classes.")
        if levels is None or len(levels) > CLASSES:
            raise DataError(
                f"the target {first.name!r} has more than {CLASSES:,} different values: too many "
                "for classes; is it an identifier?"
            )
        if len(levels) == 1:
            raise DataError(
                f"the target {first.name!r} is {next(iter(levels))!r} in every row: there is "
                "nothing to tell apart; add rows of another class."
            )
        if numeric and first.whole:
            return cls(
                tuple(names), "classes", tuple(sorted(int(float(v)) for v in levels)), decimal
            )
        return cls(tuple(names), "classes", tuple(sorted(levels)), decimal)

    def missing(self, frame: pl.DataFrame) -> NDArray[np.bool_]:
        """Which rows have no target, (N,)."""
        gone = np.zeros(len(frame), dtype=bool)
        for name in self.names:
            cells = frame.get_column(name)
            found = as_words(cells) if self.task == "classes" else as_numbers(cells, self.decimal)
            gone |= found.is_null().to_numpy()
        return gone

    def read(self, frame: pl.DataFrame) -> NDArray[Any]:
        """The labels, (N,), or the numbers, (N,) or (N, n_out), of rows that all have them."""
        for name in self.names:
            if name not in frame.columns:
                raise DataError(f"the target {name!r} is not among the columns.")
        gone = self.missing(frame)
        if gone.any():
            raise DataError(
                f"the target {', '.join(self.names)} is missing in {gone.sum():,} rows, the first "
                f"of them row {int(gone.argmax())}: leave them out."
            )
        if self.task == "number":
            columns = [as_numbers(frame.get_column(n), self.decimal).to_numpy() for n in self.names]
            y = np.stack(columns, axis=1)
            if not np.isfinite(y).all():
                row = int(np.argwhere(~np.isfinite(y))[0][0])
                raise DataError(f"the target holds an infinity at row {row}: leave that row out.")
            return y[:, 0] if len(columns) == 1 else y
        cells = frame.get_column(self.names[0])
        if self.classes and isinstance(self.classes[0], int):
            return as_numbers(cells, self.decimal).to_numpy().astype(np.int64)
        return as_words(cells).to_numpy().astype(str)

    def spec(self) -> dict[str, Any]:
        """Everything as plain JSON."""
        return {"names": list(self.names), "task": self.task, "decimal": self.decimal,
                "classes": list(self.classes)}  # fmt: skip

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Target:
        """The target that `spec` describes; a DataError where it makes no sense."""
        try:
            names, task = tuple(str(n) for n in spec["names"]), spec["task"]
            if task not in ("classes", "number") or not names:
                raise ValueError(f"task {task!r}")
            return cls(names, task, tuple(spec["classes"]), str(spec["decimal"]))
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"the description of a target is wrong: {error}.") from None
