"""What kind of column each is, and whether the network is given it: found out, and said.

number      every cell that is there is a number, or nearly every one (9 of 10: the others
            then count as missing). Whole numbers of few different values remain numbers
boolean     yes or no, by one pair of words, or by 0 and 1
date        every cell in one of the usual formats
category    texts that repeat: those seen in 1 of 1,000 rows and at least twice make up half
            of the rows or more; the rarer ones are 'other'
presence    would be left out as identifier or text, and is missing in half of the rows or more:
            whether it is there tells something
identifier  a name for the row: different in nearly every row, and called id or made of digits;
            or whole numbers that rise from row to row without large gaps. Left out
constant    one value only, or none. Left out
text        texts that hardly repeat, or are long, or values of other types. Left out
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

import numpy as np

from glassnet.data.checks import CellError, DataError
from glassnet.data.table.cells import BOOLEANS
from glassnet.data.table.inputs import (
    CategoryInput,
    ColumnInput,
    DateInput,
    NumberInput,
    count,
    entry,
    finite,
    input_from_spec,
    text,
)
from glassnet.data.table.said import Said
from glassnet.data.table.summaries import ColumnMoments, Summary

Kind = Literal[
    "number", "category", "boolean", "date", "presence", "identifier", "constant", "text"
]
KINDS: tuple[Kind, ...] = get_args(Kind)

MOSTLY = 0.9  # of the cells that are there
RARE = 1 / 1000  # of the rows: below, a level is one of the others
SEQUENCE = 20  # rows that a running number needs to be told from a number
HALF = 0.5  # of the rows, missing: then whether a column is there counts
FEW_CODES = 12  # whole numbers, as many as there are months: they may be names
EACH = 5  # rows that each of them has on average

_ID = re.compile(
    r"(^|[\W_])(id|ids|uuid|guid|rowid|index|row[\W_]?(nr|no|number))$|[a-z]I[dD]$|^(unnamed.*)?$",
)
_CODE = re.compile(
    r"(^|[\W_])(zip|postal|post|area|region|country|state|province|district|branch|store|shop|sex"
    r"|gender)?[\W_]?(code|codes|kode)$|(^|[\W_])(zip|zipcode|postcode|plz|postleitzahl|cep"
    r"|month|monat|mois|weekday|wochentag|sex|gender|[a-z]?class)$"
)


@dataclass(frozen=True)
class Column:
    """A column of a table: its kind, whether it is used, why, and the inputs that it gives.

    Attributes:
        name: in the table.
        kind: see the module's table.
        why: a part of a sentence: what was found, and for a column left out the reason.
        missing: cells missing in training.
        code: how it becomes inputs; None where it is left out.
        usual: of a category or a boolean the cell that was there most often; None where a model
            file from before does not tell.
        low, high: of a number or a date, in days since 1970-01-01, the range that it had.
        coded: whether it is of few whole numbers, or called like a code, and nobody has said that
            it is of numbers: they may be names. Known while it is learned alone.
        used: whether it is not left out.
    """

    name: str
    kind: Kind
    why: str
    missing: int
    code: ColumnInput | None
    usual: str | None = None
    low: float | None = None
    high: float | None = None
    coded: bool = field(default=False, compare=False)
    used: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "used", self.code is not None)  # the way into a frozen dataclass

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of its inputs."""
        return () if self.code is None else self.code.names(self.name)

    def clipped(self) -> "Column":
        """The same, clipped where it is a number."""
        if isinstance(self.code, NumberInput) and self.kind == "number":
            return replace(self, code=replace(self.code, clip=True))
        return self

    @property
    def typical(self) -> Any:
        """The cell of a typical row: the mean, or what was there most often; None if unknown."""
        if self.kind == "presence":
            return ""  # it is missing in most rows
        match self.code:
            case NumberInput(mean=mean) if self.kind == "number":
                return mean
            case DateInput(mean=days, clock=clock):
                try:
                    moment = datetime(1970, 1, 1) + timedelta(days=days)
                except OverflowError:  # before the year 1, or after 9999
                    return None
                return moment if clock else moment.date()
        return self.usual

    def spec(self) -> dict[str, Any]:
        """Everything as plain JSON."""
        return {
            "name": self.name,
            "kind": self.kind,
            "why": self.why,
            "missing": self.missing,
            "input": None if self.code is None else self.code.spec(),
            "usual": self.usual,
            "low": self.low,
            "high": self.high,
        }

    @classmethod
    def from_spec(cls, spec: Any) -> "Column":
        """The column that `spec` describes; a DataError where it makes no sense."""
        if not isinstance(spec, Mapping):
            raise DataError(f"the description of a column must be an object; got {spec!r:.60}")
        kind = entry(spec, "kind", text)
        if kind not in KINDS:
            raise DataError(f"a column's kind is one of {', '.join(KINDS)}; got {kind!r:.60}")
        code = None if spec.get("input") is None else input_from_spec(spec["input"])
        sort = {"boolean": "number", "presence": "category"}.get(kind, kind)
        if code is not None and code.sort != sort:
            raise DataError(f"a column of kind {kind} cannot have inputs of sort {code.sort}")
        return cls(
            entry(spec, "name", text), kind, entry(spec, "why", text),
            entry(spec, "missing", count), code,
            None if spec.get("usual") is None else entry(spec, "usual", text),
            None if spec.get("low") is None else entry(spec, "low", finite),
            None if spec.get("high") is None else entry(spec, "high", finite),
        )  # fmt: skip


def judge(s: Summary, wanted: Kind | Said | None = None, running: bool = True) -> Column:
    """The column that a summary tells of.

    Args:
        s: what one pass found out.
        wanted: the kind a person says it has, or 'ignore'; None to find it out.
        running: whether a number that runs with the rows is an identifier, whatever its name.

    Raises:
        DataError: a number that is infinite or too large, or the column cannot be of the kind
            that is wanted.
    """
    if wanted == "ignore":
        return _ignored(s)
    column = _judged(s, wanted, running)
    if wanted is None and not column.used:
        column = _presence(s, column)
    low, high = _range(s, column)
    usual = _usual(s, column)
    coded = wanted is None and _coded(s, column)
    column = replace(column, usual=usual, low=low, high=high, coded=coded)
    return _with_range(column)


def _judged(s: Summary, wanted: Kind | None, running: bool) -> Column:
    if wanted in ("identifier", "constant", "text", "presence"):
        return Column(s.name, wanted, "as you said", s.missing, None)
    if wanted is not None:
        column = _WANTED[wanted](s)
        if column is None or not s.present:
            raise DataError(
                f"column {s.name!r} cannot be a {wanted}: {_what(s, wanted)}; leave its kind to be "
                "found out, or leave it out with --ignore"
            )
        return replace(column, why=f"as you said, {column.why}".removesuffix(", "))
    if s.family in ("other", "null") or not s.present:
        empty = s.family != "other"
        why = "every cell is missing" if empty else f"holds {s.dtype}, of which no input is made"
        return Column(s.name, "constant" if empty else "text", why, s.missing, None)
    for find in (_constant, _date, _identifier(running), _boolean, _number, _category):
        column = find(s)
        if column is not None:
            return column
    return _unread(s)


def _ignored(s: Summary) -> Column:
    """Left out, whatever it holds."""
    try:
        kind = _judged(s, None, running=True).kind
    except DataError:  # numbers too large to be learned from
        kind = "number"
    return Column(s.name, kind, "as you said", s.missing, None)


def _presence(s: Summary, column: Column) -> Column:
    """Of a column that is left out and mostly missing, whether it is there."""
    tells = min(s.present, s.missing) >= max(2, math.ceil(RARE * s.rows))
    if not tells or s.missing < HALF * s.rows or column.kind not in ("identifier", "text"):
        return column
    why = "mostly missing, and whether it is there counts; what it holds does not"
    return replace(column, kind="presence", why=why, code=CategoryInput((), gaps=True))


def _coded(s: Summary, column: Column) -> bool:
    """Whether the whole numbers of a column may be names."""
    if column.kind != "number" or not s.numbers.whole:
        return False
    levels = s.levels or {}
    few = 2 < len(levels) <= FEW_CODES and s.present >= EACH * len(levels)
    padded = any(re.fullmatch(r"0\d+", level) for level in levels)
    return few or padded or _CODE.search(s.name.lower()) is not None


def _with_range(column: Column) -> Column:
    """A column of dates that tells from when to when they are."""
    if column.kind != "date" or column.low is None or column.high is None:
        return column
    told = f"from {day_of(column.low)} to {day_of(column.high)}"
    return replace(column, why=", ".join(filter(None, (column.why, told))))


def day_of(days: float) -> str:
    """A day since 1970-01-01, as it is written.

    >>> day_of(365.5)
    '1971-01-01'
    """
    return str(np.datetime64(math.floor(days), "D"))


def _usual(s: Summary, column: Column) -> str | None:
    """The cell that is there most often, of those that have inputs of their own."""
    if isinstance(column.code, CategoryInput) and column.code.levels and s.levels:
        return max(column.code.levels, key=s.levels.__getitem__)
    if column.kind != "boolean":
        return None
    if s.numbers.n:
        return str(int(s.numbers.mean >= 0.5))
    return max(sorted(s.levels), key=s.levels.__getitem__) if s.levels else None


def _range(s: Summary, column: Column) -> tuple[float | None, float | None]:
    """The least and the largest of a column of numbers or dates; None of others."""
    if column.code is None or column.kind not in ("number", "date"):
        return None, None
    found = s.numbers
    if isinstance(column.code, DateInput) and column.code.form is not None and s.dates:
        found = s.dates[column.code.form]
    return float(found.least), float(found.largest)


def called_identifier(name: str) -> bool:
    """Whether a column's name is one that identifiers have.

    >>> [called_identifier(name) for name in ("id", "customer_id", "PassengerId", "humid", "")]
    [True, True, True, False, True]
    """
    return any(_ID.search(spelled) for spelled in (name, name.lower()))


def _constant(s: Summary) -> Column | None:
    n = s.numbers
    if s.missing:
        return None  # whether it is there tells something
    if n.n == s.rows and n.least == n.largest:
        one = f"{n.least:.6g}" if s.family != "date" else "one day"
    elif s.levels is not None and len(s.levels) == 1:
        one = _short(*s.levels)
    else:
        return None
    return Column(s.name, "constant", "holds nothing but " + one, 0, None)


def _date(s: Summary) -> Column | None:
    if s.family == "date":
        form, days = None, s.numbers
    elif s.dates:
        form, days = next(iter(s.dates.items()))
    else:
        return None
    missing = s.rows - int(days.n)
    why = "" if form is None else f"as {form}"
    if len(s.dates or ()) > 1:
        why += ", though day and month could be the other way round"
    code = DateInput(float(days.mean), days.std or 1.0, form, clock=s.clock, gaps=missing > 0)
    return Column(s.name, "date", why, missing, code)


def _identifier(running: bool):
    def find(s: Summary) -> Column | None:
        named, n = called_identifier(s.name), s.numbers
        distinct = math.inf if s.levels is None else len(s.levels)
        unique = distinct >= MOSTLY * s.present and s.present > 1
        if n.n == s.present and not s.unfit and s.family in ("text", "number"):
            if not n.whole:
                return None
            rises = s.increasing and s.present > 1
            if rises and (named or (running and n.n >= SEQUENCE)) and _dense(n):
                why = "counts the rows"
            elif named and (rises or unique):
                why = "named like one, and different in nearly every row"
            else:
                return None
        elif s.family == "text" and unique and not _mostly_numbers(s):
            if not (named or _code_like(s)):
                return None
            why = "different in nearly every row"
        else:
            return None
        return Column(s.name, "identifier", why, s.missing, None)

    return find


def _dense(n: ColumnMoments) -> bool:
    """Whether numbers that rise have no large gaps: they may be a part of a table's rows."""
    return n.largest - n.least < 2 * n.n


def _boolean(s: Summary) -> Column | None:
    n = s.numbers
    gaps = s.missing > 0
    words = False
    if s.family == "boolean":
        why = "true or false"
        words = True
    elif n.n and n.n == s.present and n.whole and (n.least, n.largest) == (0, 1) and not s.unfit:
        why = "0 or 1"
    else:
        found = {level.lower() for level in s.levels or ()} if len(s.levels or ()) < 9 else set()
        pair = next((pair for pair in BOOLEANS if found == set(pair)), None)
        if pair is None:
            return None
        why, words = f"{pair[1]} or {pair[0]}", True
    return Column(s.name, "boolean", why, s.missing, NumberInput(0.5, 0.5, gaps, words))


def _number(s: Summary) -> Column | None:
    n = s.numbers
    if s.family not in ("text", "number") or not _mostly_numbers(s):
        return None
    if s.unfit:
        row, value = s.unfit
        raise CellError(
            f"column {s.name!r} holds {value:g}", row,
            ", too large to be squared; check its unit, correct the cell or empty it, or leave "
            "the row or the column out", s.name, repr(value),
        )  # fmt: skip
    missing = s.rows - int(n.n)
    why = ("whole, " if n.whole else "") + f"from {n.least:.6g} to {n.largest:.6g}"
    if s.misfit is not None:
        cells = f"{s.misfit.count} cells are" if s.misfit.count > 1 else "1 cell is"
        why += f"; {cells} no finite number ({_short(s.misfit.value)} the first), taken as missing"
    code = NumberInput(float(n.mean), n.std or 1.0, missing > 0, lenient=s.misfit is not None)
    return Column(s.name, "number", why, missing, code)


def _category(s: Summary, share: float = 0.5) -> Column | None:
    fractions = s.family == "number" and not s.numbers.whole
    if not s.levels or fractions or s.family == "date":
        return None
    least = max(2, math.ceil(RARE * s.rows))
    kept = tuple(sorted(level for level, n in s.levels.items() if n >= least))
    rare = len(s.levels) - len(kept)
    if not kept or sum(s.levels[level] for level in kept) < share * s.present:
        return None
    why = f"{len(kept)} level" + "s" * (len(kept) > 1)
    if rare:
        why += f", and {rare} rare one{'s' * (rare > 1)} as 'other'"
    code = CategoryInput(kept, other=rare > 0, gaps=s.missing > 0)
    return Column(s.name, "category", why, s.missing, code)


_WANTED = {
    "number": lambda s: _number(s) if s.family != "boolean" else None,
    "boolean": _boolean,
    "date": _date,
    "category": lambda s: _category(s, share=0.0),
}


def _unread(s: Summary) -> Column:
    return Column(s.name, "text", _what(s), s.missing, None)


def _what(s: Summary, wanted: Kind | None = None) -> str:
    """What a column holds that is neither numbers nor dates nor levels."""
    if not s.present:
        return "every cell is missing"
    if s.family == "number" and s.numbers.n:
        if wanted == "category" and not s.numbers.whole:
            return "its numbers have fractions"
        return f"it holds numbers from {s.numbers.least:.6g} to {s.numbers.largest:.6g}"
    if s.family == "number":
        return "no cell is a finite number"
    if s.family != "text":
        return f"it holds {s.dtype}"
    if s.misfit is not None and s.numbers.n > _misfits(s):
        return (
            f"{int(s.numbers.n)} of {s.present} cells are numbers, but not {_short(s.misfit.value)}"
        )
    if s.levels is None:
        return "texts that are long, or too many different ones"
    return f"{len(s.levels)} different texts in {s.present} rows"


def _misfits(s: Summary) -> int:
    return 0 if s.misfit is None else s.misfit.count


def _mostly_numbers(s: Summary) -> bool:
    n = int(s.numbers.n) + (s.unfit is not None)
    return n > 0 and (s.family == "number" or n >= MOSTLY * (n + _misfits(s)))


def _code_like(s: Summary) -> bool:
    """Whether the texts are made like codes, as far as one of them shows it."""
    sample = s.misfit.value if s.misfit is not None else ""
    return re.fullmatch(r"(?=.*\d)[\w.:/-]+", sample) is not None


def _short(value: Any) -> str:
    shown = repr(value) if not isinstance(value, float) else f"{value:g}"
    return shown if len(shown) <= 40 else shown[:39] + "…"
