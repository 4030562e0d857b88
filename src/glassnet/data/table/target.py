"""What a network is to predict of a table: a class, a number, or several numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import telling
from glassnet.data.checks import CellError, DataError
from glassnet.data.table.cells import BOOLEANS, NO_NUMBER, plain, read_numbers, read_words
from glassnet.data.table.frames import as_polars, import_polars, is_frame, no_column
from glassnet.data.table.inputs import entry, text, texts, truth
from glassnet.data.table.kinds import MOSTLY
from glassnet.data.table.summaries import Summaries, Summary
from glassnet.data.yes_no import Label, YesNo, pairs_in

if TYPE_CHECKING:
    import polars as pl

Task = Literal["classes", "number", "yes_no"]

FEW = 20  # different whole numbers that may be classes
EACH = 5  # rows that each of them has on average, to be classes
MOST_CLASSES = 1_000


@dataclass(frozen=True)
class Target:
    """The columns to predict, and as what.

        classes  one column of texts, of true and false, or of whole numbers that are names: two
                 different ones; or at most 20, each in five rows on average or more
        number   one column of any other numbers, or several columns of numbers
        yes_no   several columns, each of two different values

    Attributes:
        names: of the columns.
        task: 'classes', 'number' or 'yes_no'.
        classes: the labels, in order, whole numbers or texts; none but for task 'classes'.
        pairs: of several yes/no targets (no, yes) of each.
        decimal: what stands before the fraction in cells of text, "." or ",".
        tidy: whether labels lose spaces and dots at their end, so that 'yes.' is 'yes'.

    >>> import polars as pl
    >>> table = pl.DataFrame({"kind": ["ape", "cat", "ape"], "age": [1.5, 3, 2]})
    >>> Target.learn(table, ["kind"]).classes
    ('ape', 'cat')
    >>> Target.learn(table, ["age"]).read(table)
    array([1.5, 3. , 2. ])
    """

    names: tuple[str, ...]
    task: Task
    classes: tuple[str, ...] | tuple[int, ...] = ()
    decimal: str = "."
    tidy: bool = False
    pairs: tuple[tuple[Label, Label], ...] = ()

    __repr__ = telling("names", "task", "classes", "decimal")

    @classmethod
    def learn(
        cls,
        frames: Any,
        names: str | Sequence[str],
        decimal: str = ".",
        task: Task | None = None,
        tidy: bool = False,
    ) -> "Target":
        """Finds out what there is to predict, in one pass over consecutive parts of a table.

        Rows in which a target is missing are passed over; `missing` tells which they are.

        Args:
            frames: a table, or its parts.
            names: of one column, or of several that hold numbers, or two values each.
            decimal: what stands before the fraction in cells of text.
            task: what is to be predicted, where it is known better than it can be found out.
            tidy: whether labels that differ by spaces and dots at their end are one.

        Raises:
            DataError: a column is not there, has no cell or a single value, is infinite, holds
                what is no number among numbers, or more than 1,000 classes.
        """
        names = (names,) if isinstance(names, str) else tuple(names)
        cls._check_asked(names, task)
        return cls.of(cls.seen(frames, names, decimal, tidy), names, task, tidy)

    @staticmethod
    def _check_asked(names: Sequence[str], task: Task | None) -> None:
        if not names or len(set(names)) != len(names):
            raise DataError(f"name the columns to predict, each once; got {list(names)}")
        if task not in (None, "classes", "number", "yes_no"):
            raise DataError(f"task must be 'classes', 'number' or 'yes_no'; got {task!r}")
        if task == "classes" and len(names) > 1:
            raise DataError(
                f"several targets are predicted as numbers, or as yes or no; got {len(names)} for "
                "task 'classes': name one"
            )
        if task == "yes_no" and len(names) == 1:
            raise DataError(
                "task 'yes_no' is of several targets; a single one of two values is predicted by "
                "task 'classes'"
            )

    @staticmethod
    def seen(
        frames: Any, names: Sequence[str], decimal: str = ".", tidy: bool = False
    ) -> Summaries:
        """What rows hold in the columns to predict, for `of`; see `learn`."""
        seen = Summaries(decimal, count=lambda name: True)
        for frame in [frames] if is_frame(frames) else frames:
            cells = _columns(as_polars(frame), names)
            seen.add(_tidied(cells) if tidy else cells)
        return seen

    @classmethod
    def of(
        cls, seen: Summaries, names: Sequence[str], task: Task | None = None, tidy: bool = False
    ) -> "Target":
        """The target by what was seen of all rows; see `learn`."""
        cls._check_asked(names, task)
        summaries = list(seen.summaries())
        if not seen.rows:
            raise DataError("the table has no rows; give at least one")
        for s in summaries:
            _check(s)
        if task is None:
            task = _task_of(summaries)
        classes: tuple[Any, ...] = ()
        if task == "classes":
            classes = _classes(summaries[0])
        for s in summaries if task == "number" else ():
            _check_number(s)
        pairs = tuple(_pair(s) for s in summaries) if task == "yes_no" else ()
        tidy = tidy and task != "number"
        return cls(tuple(names), task, classes, seen.decimal, tidy, pairs)

    @property
    def alike(self) -> list[tuple[str, ...]]:
        """Labels that differ by spaces and dots at their end alone, those of a kind together.

        >>> Target(("income",), "classes", ("<50K", ">50K", ">50K.")).alike
        [('>50K', '>50K.')]
        """
        kinds: dict[str, list[str]] = {}
        for label in self.classes:
            if isinstance(label, str):
                kinds.setdefault(tidied(label), []).append(label)
        return [tuple(labels) for labels in kinds.values() if len(labels) > 1]

    def missing(self, frame: Any) -> NDArray[np.bool_]:
        """Whether a target is missing in each row, (N,)."""
        pl = import_polars()
        cell = pl.all()
        gone = cell.is_null()
        if self.task == "number" or self._whole:
            gone = gone | cell.is_in(NO_NUMBER)
        if self.task == "yes_no":
            each = [one.missing(frame) for one in self._each]
            return np.logical_or.reduce(each)
        texts = read_words(_columns(as_polars(frame), self.names))
        return texts.select(pl.any_horizontal(gone)).to_series().to_numpy()

    def read(self, frame: Any) -> NDArray[Any]:
        """The targets of a table.

        Returns:
            Labels, (N,), whole numbers or strings as in `classes`, whether they are among those
            or not; or float64 numbers, (N,), of several targets (N, n_out); of several yes/no
            targets 1 for yes and 0 for no.

        Raises:
            DataError: a target is missing, no number where numbers are expected, or infinite;
                the message names column and row (from 0).
        """
        frame = _columns(as_polars(frame), self.names)
        absent = self.missing(frame)
        if absent.any():
            rows = "1 row" if absent.sum() == 1 else f"{absent.sum():,} rows"
            row = int(absent.argmax())
            name = next((n for n in self.names if frame[n][row] is None), self.names[0])
            raise CellError(
                f"the target {' or '.join(map(repr, self.names))} is missing in {rows}, first", row,
                ": fill it in, or leave those rows out", name, frame[name][row],
            )  # fmt: skip
        if self.task == "yes_no":
            cells = [one.read(frame).astype(object) for one in self._each]
            return YesNo.of(self.pairs).read(np.stack(cells, axis=1), self.names)
        if self.task == "classes" and not self._whole:
            words = read_words(_tidied(frame) if self.tidy else frame)
            return words.to_series().to_numpy().astype(np.str_)
        read = read_numbers(plain(frame), self.decimal)
        for i, misfit in read.misfits.items():
            raise _no_number(self.names[i], misfit.value, misfit.row)
        odd = np.argwhere(~np.isfinite(read.x))
        if len(odd):
            row, i = odd[0].tolist()
            raise _no_number(self.names[i], frame[self.names[i]][row], row)
        if self.task == "number":
            return read.x[:, 0] if len(self.names) == 1 else np.ascontiguousarray(read.x)
        y = read.x[:, 0]
        broken = np.flatnonzero((y != np.floor(y)) | (np.abs(y) > 2**53))
        if len(broken):
            row = int(broken[0])
            raise CellError(
                f"the target {self.names[0]!r} holds {y[row]:g}", row,
                ", which is none of the classes: they are whole numbers",
                self.names[0], str(frame[self.names[0]][row]),
            )  # fmt: skip
        return y.astype(np.int64)

    def spec(self) -> dict[str, Any]:
        """Everything as plain JSON."""
        return {
            "names": list(self.names),
            "task": self.task,
            "classes": list(self.classes),
            "decimal": self.decimal,
            **({"tidy": True} if self.tidy else {}),
            **({"pairs": [list(pair) for pair in self.pairs]} if self.pairs else {}),
        }

    @classmethod
    def from_spec(cls, spec: Any) -> "Target":
        """The target that `spec` describes; a DataError where it makes no sense."""
        if not isinstance(spec, Mapping):
            raise DataError(f"the description of a target must be an object; got {spec!r:.60}")
        names, task = entry(spec, "names", texts), entry(spec, "task", text)
        decimal, classes = entry(spec, "decimal", text), entry(spec, "classes", _labels)
        several = len(classes) > 1 and len(names) == 1 if task == "classes" else not classes
        if not names or decimal not in (".", ",") or task not in ("classes", "number", "yes_no"):
            raise DataError("the description of a target names no column, or no task")
        if not several:
            raise DataError(f"a target for task {task!r} cannot have {len(classes)} classes")
        pairs = pairs_in(spec.get("pairs")) if task == "yes_no" else ()
        if len(pairs) != (len(names) if task == "yes_no" else 0):
            raise DataError(f"{len(names)} yes/no targets have {len(pairs)} pairs of words")
        tidy = entry(spec, "tidy", truth) if "tidy" in spec else False
        return cls(names, cast("Task", task), classes, decimal, tidy, pairs)

    @property
    def _each(self) -> list["Target"]:
        """Of several yes/no targets each by itself."""
        return [
            Target((name,), "classes", cast("Any", pair), self.decimal, self.tidy)
            for name, pair in zip(self.names, self.pairs, strict=True)
        ]

    @property
    def meaning(self) -> YesNo | None:
        """What several yes/no targets mean; None of others."""
        return YesNo.of(self.pairs) if self.task == "yes_no" else None

    @property
    def _whole(self) -> bool:
        """Whether the labels are whole numbers."""
        return bool(self.classes) and isinstance(self.classes[0], int)


def tidied(label: str) -> str:
    """A label without spaces and dots at its end; one of nothing else stays.

    >>> tidied(">50K. "), tidied("...")
    ('>50K', '...')
    """
    return label.rstrip(" .\u00a0") or label


def _tidied(frame: "pl.DataFrame") -> "pl.DataFrame":
    """Columns of text without spaces and dots at the end of their cells."""
    pl = import_polars()
    return plain(frame).with_columns(
        pl.when(pl.col(pl.String).str.strip_chars_end(" .\u00a0") != "")
        .then(pl.col(pl.String).str.strip_chars_end(" .\u00a0"))
        .otherwise(pl.col(pl.String))
        .name.keep()
    )


def _columns(frame: "pl.DataFrame", names: Sequence[str]) -> "pl.DataFrame":
    known = set(frame.columns)
    for name in names:
        if name not in known:
            raise DataError(no_column(name, frame.columns))
    return frame.select(names)


def _check(s: Summary) -> None:
    if s.family in ("other", "date"):
        raise DataError(
            f"the target {s.name!r} holds {s.dtype}, which cannot be predicted: make a number or "
            "a class of it"
        )
    if not s.present:
        raise DataError(f"the target {s.name!r} has no cell that is not missing; give it values")


def _are_classes(s: Summary) -> bool:
    if s.family == "boolean" or not s.numbers.n:
        return not s.unfit
    if s.misfit is not None and s.family == "text":
        # words among many numbers are mistakes, and will be named
        return s.misfit.count > (1 - MOSTLY) * s.present or (
            s.levels is not None and len(s.levels) <= FEW
        )
    if s.unfit or s.misfit or not s.numbers.whole or s.levels is None:
        return False
    distinct = len(_whole_numbers(s.levels))
    return distinct <= 2 or (distinct <= FEW and s.numbers.n >= EACH * distinct)


def _task_of(summaries: Sequence[Summary]) -> Task:
    """What there is to predict, where nobody says it."""
    if len(summaries) == 1:
        return "classes" if _are_classes(summaries[0]) else "number"
    two = [s for s in summaries if _are_two(s)]
    if len(two) == len(summaries):
        return "yes_no"
    words = next((s for s in two if not s.numbers.n), None)
    if words is not None:
        other = next(s for s in summaries if s not in two)
        raise DataError(
            f"several targets are all numbers or all yes and no: {words.name!r} has two different "
            f"words, and {other.name!r} others than two values; name those of one kind"
        )
    return "number"


def _are_two(s: Summary) -> bool:
    """Whether a column has no more than two different values."""
    if not _are_classes(s) or s.levels is None:
        return s.family == "boolean"
    return len(_labels_of(s)) <= 2


def _pair(s: Summary) -> tuple[Label, Label]:
    """(no, yes) of a column of two different values.

    Raises: DataError where it has another number of them.
    """
    labels = _labels_of(s)
    if len(labels) != 2:
        values = "is the same in every row" if len(labels) == 1 else f"has {len(labels)} values"
        raise DataError(
            f"the target {s.name!r} {values}; of several yes/no targets each has two: name another"
        )
    no, yes = sorted(labels)
    if (str(yes).lower(), str(no).lower()) in BOOLEANS:
        return yes, no
    return no, yes


def _whole_numbers(levels: Iterable[str]) -> set[int]:
    return {int(float(level.replace(",", "."))) for level in levels if level not in NO_NUMBER}


def _classes(s: Summary) -> tuple[Any, ...]:
    if s.family == "number" and not s.numbers.whole:
        raise DataError(
            f"the target {s.name!r} holds numbers with fractions, which name no classes: "
            "predict it as a number, or make whole numbers or texts of it"
        )
    if s.levels is None or len(s.levels) > MOST_CLASSES:
        raise DataError(
            f"the target {s.name!r} has more than {MOST_CLASSES:,} different values, too many "
            "for classes: is it an identifier or a text? Name another, or group them"
        )
    labels = _labels_of(s)
    if len(labels) == 1:
        (label,) = labels
        raise DataError(
            f"the target {s.name!r} is {label!r} in every row; "
            "a classifier needs two classes or more: add rows of another"
        )
    if len(labels) > FEW and len(labels) > s.present / 2:
        raise DataError(
            f"the target {s.name!r} has {len(labels)} classes in {s.present} rows: is it an "
            "identifier or a text? Name another, or group them"
        )
    return tuple(sorted(labels))


def _labels_of(s: Summary) -> set[Any]:
    """The different values of a column, whole numbers where all are."""
    levels = s.levels or {}
    numbers = s.family != "boolean" and s.numbers.n and s.misfit is None and not s.unfit
    if numbers and s.numbers.whole and -(2**53) < s.numbers.least <= s.numbers.largest < 2**53:
        return _whole_numbers(levels)
    return set(levels)


def _check_number(s: Summary) -> None:
    if s.family == "boolean":
        raise DataError(f"the target {s.name!r} holds true and false, no numbers: make it 1 and 0")
    if s.misfit is not None:
        raise _no_number(s.name, s.misfit.value, s.misfit.row)
    if s.unfit is not None:
        raise _no_number(s.name, s.unfit[1], s.unfit[0])
    if s.numbers.least == s.numbers.largest:
        raise DataError(
            f"the target {s.name!r} is {s.numbers.least:g} in every row: "
            "there is nothing to learn; name another"
        )


def _no_number(name: str, value: Any, row: int) -> DataError:
    return CellError(
        f"the target {name!r} holds {str(value)[:40]!r}", row,
        ", which is no number that can be predicted; correct the cell, or leave the row out",
        name, str(value),
    )  # fmt: skip


def _labels(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    for kind in (str, int):
        if all(isinstance(label, kind) and not isinstance(label, bool) for label in value):
            if len(set(value)) != len(value):
                raise ValueError("not distinct")
            return tuple(value)
    raise ValueError("not labels of one type")
