"""From the columns of a raw table to the inputs of a network: learned once, kept in the model.

    number      (value − mean) / std; a missing cell is 0, the mean, and where training had any
                missing, an input of its own says so
    boolean     the same, of 0 and 1
    category    an input for each level that is not rare, 1 or 0; the rare ones, and what training
                never saw, are `other` where it had rare ones, else all inputs are 0
    date        its day, scaled, and the sine and cosine of its place in the year and in the week;
                of its time in the day, where there is one

Identifiers, constants and texts are left out, and said so.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from glassnet.data.checks import DataError
from glassnet.data.columns import (
    FALSE,
    LEVELS,
    TRUE,
    Column,
    Seen,
    as_days,
    as_numbers,
    as_words,
)
from glassnet.data.frames import as_polars, is_frame

if TYPE_CHECKING:
    import polars as pl

RARE = 0.005  # the share of rows below which a level goes to `other`
YEAR, WEEK = 365.2425, 7.0  # days


@dataclass(frozen=True)
class Feed:
    """One column that the network is fed with, and how.

    levels: of a category, what gets an input each; of a boolean, the words for 0 and for 1.
    missing: whether training had missing cells. other: whether it had rare levels.
    """

    name: str
    kind: str
    mean: float = 0.0
    scale: float = 1.0
    levels: tuple[str, ...] = ()
    missing: bool = False
    other: bool = False
    form: str = ""
    timed: bool = False

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs that it becomes."""
        named: list[str]
        if self.kind == "category":
            named = [f"{self.name} = {level}" for level in self.levels]
            named += [f"{self.name} = other"] if self.other else []
        elif self.kind == "date":
            turns = ["year", "week", *(["day"] if self.timed else [])]
            named = [
                self.name,
                *(f"{self.name}, {f} of {t}" for t in turns for f in ("sin", "cos")),
            ]
        else:
            named = [self.name]
        return tuple([*named, f"{self.name} missing"] if self.missing else named)

    def fill(self, cells: pl.Series, out: NDArray[Any], decimal: str) -> None:
        """Writes the inputs, (N, len(inputs)), which are 0 so far."""
        if self.kind == "category":
            known = self._levels(as_words(cells), out)
        elif self.kind == "date":
            known = self._date(as_days(cells, self.form), out)
        else:
            values = self._truth(cells) if self.kind == "boolean" else as_numbers(cells, decimal)
            x = values.fill_null(math.nan).to_numpy()
            known = np.isfinite(x)
            with np.errstate(over="ignore"):
                scaled = (x[known] - self.mean) / self.scale
            if not np.isfinite(scaled.astype(out.dtype)).all():
                raise DataError(
                    f"the column {self.name!r} holds {np.abs(x[known]).max():.3g}, too large for "
                    f"{out.dtype}: check its units."
                )
            out[known, 0] = scaled
        if self.missing:
            out[~known, -1] = 1

    def _truth(self, cells: pl.Series) -> pl.Series:
        import polars as pl

        words = as_words(cells)
        no, yes = self.levels
        return words.replace_strict({no: 0.0, yes: 1.0}, default=None, return_dtype=pl.Float64)

    def _levels(self, words: pl.Series, out: NDArray[Any]) -> NDArray[np.bool_]:
        import polars as pl

        known = words.is_not_null().to_numpy()
        last = len(self.levels) if self.other else -1
        places = {level: i for i, level in enumerate(self.levels)}
        if not places:
            at = np.full(len(words), last)
        else:
            at = words.replace_strict(places, default=last, return_dtype=pl.Int64).to_numpy()
        rows = np.flatnonzero(known & (at >= 0))
        out[rows, at[rows]] = 1
        return known

    def _date(self, days: pl.Series, out: NDArray[Any]) -> NDArray[np.bool_]:
        t = days.fill_null(math.nan).to_numpy()
        known = np.isfinite(t)
        t = t[known]
        out[known, 0] = (t - self.mean) / self.scale
        periods = [YEAR, WEEK, *([1.0] if self.timed else [])]
        for i, period in enumerate(periods):
            turn = 2 * np.pi * (t if period == 1.0 else np.floor(t)) / period
            out[known, 1 + 2 * i] = np.sin(turn)
            out[known, 2 + 2 * i] = np.cos(turn)
        return known


@dataclass(frozen=True)
class TablePreparation:
    """What turns the raw rows of a table into inputs, (N, n_inputs).

    feeds: the columns that are used, in their order; left_out: the others, each with the reason.
    """

    feeds: tuple[Feed, ...]
    columns: tuple[Column, ...] = ()
    decimal: str = "."

    @classmethod
    def learn(cls, frames: Any, decimal: str = ".") -> TablePreparation:
        """Learn from the training rows alone, in one pass; of each column little is kept.

        Args:
            frames: a polars, pandas or other frame, or an iterable of polars frames, rows in parts.
            decimal: what stands before the decimals where numbers came as text.

        Raises: DataError where no column is left to learn from, or a number is too large.
        """
        seen: dict[str, Seen] = {}
        timed: dict[str, list[float]] = {}
        for frame in [as_polars(frames)] if is_frame(frames) else frames:
            for cells in frame.iter_columns():
                seen.setdefault(cells.name, Seen(cells.name, decimal)).add(cells)
                own = seen[cells.name]
                if own.typed == "date" or (own.forms and own.worded and not own.typed):
                    _days_of(own, cells, timed)
        columns = tuple(each.found() for each in seen.values())
        rows = max((each.rows for each in seen.values()), default=0)
        feeds = tuple(_feed(column, rows, timed) for column in columns if column.used)
        if not feeds:
            reasons = "; ".join(f"{c.name}: {c.why}" for c in columns[:5])
            raise DataError(f"no column is left to learn from ({reasons}): add one that varies.")
        return cls(feeds, columns, decimal)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the network's inputs."""
        return tuple(name for feed in self.feeds for name in feed.inputs)

    @property
    def n_inputs(self) -> int:
        return sum(len(feed.inputs) for feed in self.feeds)

    def apply(self, X: Any, dtype: DTypeLike = np.float32) -> NDArray[Any]:
        """The inputs for raw rows.

        Args:
            X: a polars, pandas or other frame, its columns in any order and more of them than are
                used; cells may be missing and categories be new.
            dtype: of the result, a float type.

        Raises: DataError where a column is missing, or a value is too large.
        """
        frame = as_polars(X)
        out = np.zeros((len(frame), self.n_inputs), dtype)
        at = 0
        for feed in self.feeds:
            if feed.name not in frame.columns:
                raise DataError(_absent(feed.name, frame.columns))
            width = len(feed.inputs)
            feed.fill(frame.get_column(feed.name), out[:, at : at + width], self.decimal)
            at += width
        return out

    def shown(self) -> str:
        """The columns with their kinds, a line each, as before a training."""
        width = max((len(column.name) for column in self.columns), default=0)
        lines = []
        for column in self.columns:
            said = [column.kind if column.used else f"left out ({column.kind})"]
            if column.kind == "category":
                said.append(f"{len(column.levels)} levels")
            if column.missing and column.kind != "constant":
                said.append(f"{column.missing:,} missing")
            if column.why:
                said.append(column.why)
            lines.append(f"  {column.name:{min(width, 30)}}  {', '.join(said)}")
        return "\n".join(lines)

    def spec(self) -> dict[str, Any]:
        """Everything as plain JSON."""
        left_out = [{"name": c.name, "kind": c.kind, "why": c.why}
                    for c in self.columns if not c.used]  # fmt: skip
        return {
            "kind": "table",
            "decimal": self.decimal,
            "columns": [asdict(feed) for feed in self.feeds],
            "left_out": left_out,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> TablePreparation:
        """The preparation that `spec` describes.

        Raises: DataError where the description is incomplete or makes no sense.
        """
        try:
            feeds = tuple(_feed_from(each) for each in spec["columns"])
            decimal = spec["decimal"]
            left = tuple(
                Column(str(c["name"]), c["kind"], False, str(c["why"]), 0)
                for c in spec.get("left_out", ())
            )
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
            raise DataError(
                f"the description of a table's preparation is wrong: {error}."
            ) from None
        if decimal not in (".", ",") or not feeds:
            raise DataError("the description of a table's preparation names no columns.")
        used = tuple(Column(f.name, f.kind, True, "", 0) for f in feeds)  # type: ignore[arg-type]
        return cls(feeds, (*used, *left), decimal)


def _days_of(seen: Seen, cells: pl.Series, timed: dict[str, list[float]]) -> None:
    """Sums of a date's days: count, Σ, Σ², and whether any has a time."""
    days = as_days(cells, seen.forms[0] if not seen.typed else "").drop_nulls()
    if len(days):
        t = days.to_numpy()
        sums = timed.setdefault(cells.name, [0.0, 0.0, 0.0, 0.0])
        sums[0] += len(t)
        sums[1] += float(t.sum())
        sums[2] += float((t**2).sum())
        sums[3] += float((t != np.floor(t)).any())


def _feed(column: Column, rows: int, timed: Mapping[str, list[float]]) -> Feed:
    """How a column that is used goes in."""
    missing = column.missing > 0
    if column.kind == "category":
        least = max(2, RARE * rows) if len(column.levels) > 2 else 1
        kept = tuple(level for level, n in column.levels if n >= least)[:LEVELS]
        kept = kept or tuple(level for level, _ in column.levels[:LEVELS])
        other = len(kept) < len(column.levels)
        return Feed(column.name, "category", levels=kept, missing=missing, other=other)
    if column.kind == "boolean":
        counts = dict(column.levels)
        no = next(level for level in counts if level.lower() in FALSE)
        yes = next(level for level in counts if level.lower() in TRUE and level != no)
        p = counts[yes] / (counts[yes] + counts[no])
        scale = math.sqrt(p * (1 - p))
        return Feed(column.name, "boolean", p, scale, (no, yes), missing)
    if column.kind == "date":
        n, total, squares, hours = timed[column.name]
        mean = total / n
        std = math.sqrt(max(squares / n - mean**2, 0.0)) or 1.0
        return Feed(
            column.name, "date", mean, std, missing=missing, form=column.form, timed=hours > 0
        )
    strays = "taken as missing" in column.why
    return Feed(column.name, "number", column.mean, column.std, missing=missing or strays)


def _feed_from(spec: Mapping[str, Any]) -> Feed:
    feed = Feed(
        str(spec["name"]), str(spec["kind"]), float(spec["mean"]), float(spec["scale"]),
        tuple(str(level) for level in spec["levels"]), bool(spec["missing"]), bool(spec["other"]),
        str(spec["form"]), bool(spec["timed"]),
    )  # fmt: skip
    if feed.kind not in ("number", "boolean", "category", "date"):
        raise ValueError(f"{feed.kind!r} is no kind of column")
    if not (math.isfinite(feed.mean) and math.isfinite(feed.scale) and feed.scale > 0):
        raise ValueError(f"the scale of {feed.name!r} is not above 0")
    if feed.kind == "boolean" and len(set(feed.levels)) != 2:
        raise ValueError(f"{feed.name!r} needs two words, for no and for yes")
    return feed


def _absent(name: str, columns: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(columns), n=1)
    hint = f" (did you mean {near[0]!r}? Rename it)" if near else ""
    return f"the column {name!r} is missing{hint}: the model was trained with it."
