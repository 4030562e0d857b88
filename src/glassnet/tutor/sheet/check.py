"""A learner's numbers checked: right, or following from an earlier wrong one, or wrong, or blank.

A number is right within half a unit of the last place that the sheet asks for, and what the
rounding of the numbers before it can move it by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from glassnet.explain import Answer
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.sheet.exercise import Exercise, Quantity, SheetSettings
from glassnet.tutor.sheet.filled_in import Filled
from glassnet.tutor.sheet.following import following, inputs, slack, solution
from glassnet.tutor.sheet.mistakes import Hand, explaining, gives
from glassnet.tutor.textbook import Array

Status = Literal["right", "follows", "wrong", "blank"]


@dataclass(frozen=True)
class Entry:
    """One blank: what was written, what came of it, and from which wrong ones it follows."""

    address: str
    status: Status
    written: float | None = None
    follows_from: tuple[str, ...] = ()


@dataclass(frozen=True)
class First:
    """The first mistake: where, what follows from the learner's own numbers, why it differs.

    written: the number, and as it stood there, `text`. formula, substituted: with the learner's
    numbers in it, which give what was `expected`. mistakes: each alone gives what was written;
    `here_alone` says that others of the same quantity are right, so that it was made in these
    entries only. also: later quantities, wrong too, that the one mistake explains. questions: that
    lead to it; unknown: it is none of the mistakes that are known.
    """

    address: str
    addresses: tuple[str, ...]
    written: float
    text: str
    formula: str = ""
    substituted: str = ""
    expected: float | None = None
    questions: Sequence[str] = ()
    mistakes: Sequence[Mistake] = ()
    here_alone: bool = False
    also: tuple[str, ...] = ()
    unknown: bool = False

    def hinted(self, level: int) -> First:
        """As much of it as a hint says: 1 where, 2 a question, 3 the formula and its value."""
        told = First(self.address, self.addresses, self.written, self.text)
        if level >= 2:
            told = replace(told, questions=self.questions)
        if level >= 3:
            formula = {"formula": self.formula, "substituted": self.substituted}
            told = replace(told, **formula, expected=self.expected)
        return told


@dataclass(frozen=True)
class SheetReport:
    """The whole of it: every blank in the order of the computation, and the first mistake."""

    kind, version = "worksheet_check", 1

    file: str
    settings: SheetSettings
    entries: Sequence[Entry]
    first: First | None

    @property
    def counts(self) -> dict[str, int]:
        """How many entries are right, follow, are wrong and are blank."""
        return {name: sum(e.status == name for e in self.entries) for name in get_args(Status)}

    @property
    def passed(self) -> bool:
        """Whether every blank is filled in and none is wrong."""
        return all(entry.status == "right" for entry in self.entries)

    def by_quantity(self) -> dict[str, list[Entry]]:
        """The entries of z1, of a1, and so on."""
        rows: dict[str, list[Entry]] = {}
        for entry in self.entries:
            rows.setdefault(entry.address.partition("[")[0], []).append(entry)
        return rows

    def told(self, hint: int | None = None, answers: bool = False) -> SheetReport:
        """As much of it as may be said: what the hint allows, and the value with the answers."""
        first = self.first
        if first is not None and hint is not None:
            first = first.hinted(hint)
        elif first is not None and not answers:
            first = replace(first, expected=None)
        return replace(self, first=first)


def check_worksheet(filled: Filled) -> SheetReport:
    """Every number of a filled-in worksheet checked, and its first mistake explained."""
    return _Check(filled).report()


class _Check:
    """The sheet gone through in the order of the computation, with the learner's numbers."""

    def __init__(self, filled: Filled) -> None:
        self.filled, self.exercise = filled, filled.exercise
        self.half = self.exercise.settings.unit / 2
        self.rounded = solution(self.exercise)
        self.having: dict[str, Array] = {}  # the learner's, blanks filled with what follows
        self.follow: dict[str, Array] = {}
        self.near: dict[str, Array] = {}  # how far off counts as the same
        self.entries: dict[str, Entry] = {}

    def report(self) -> SheetReport:
        for q in self.exercise.quantities:
            self._compute(q)
            for address, own, near in zip(q.addresses, self.follow[q.name].flat, self._near(q)):
                self.entries[address] = self._judged(address, float(own), near)
        entries = list(self.entries.values())
        return SheetReport(self.filled.file, self.exercise.settings, entries, self._first())

    def _compute(self, q: Quantity) -> None:
        own = following(self.exercise, self.having, q)
        self.near[q.name] = (
            self.half + slack(self.exercise, self.having, q, inputs(self.exercise, q))
        ) * (1 + 1e-6) + 1e-12
        mine = [self.filled.written.get(address) for address in q.addresses]
        values = [follows if w is None else w.value for w, follows in zip(mine, own.flat)]
        self.follow[q.name] = own
        self.having[q.name] = np.reshape(values, q.shape).astype(np.float64)

    def _near(self, q: Quantity) -> list[float]:
        return self.near[q.name].ravel().tolist()

    def _judged(self, address: str, own: float, near: float) -> Entry:
        written, roots = self.filled.written.get(address), self._roots(address)
        if written is None:
            return Entry(address, "blank", None, roots)
        exactly = self.half * (1 + 1e-6) + 1e-12
        known = (self.exercise.exact[address], self.rounded[address])
        if any(abs(written.value - value) <= exactly for value in known):
            return Entry(address, "right", written.value)
        if abs(written.value - own) <= near:
            return Entry(address, "follows" if roots else "right", written.value, roots)
        return Entry(address, "wrong", written.value)

    def _roots(self, address: str) -> tuple[str, ...]:
        """The wrong numbers that this one is computed from, directly or through others."""
        found: dict[str, None] = {}
        for name in self.exercise.answers[address].depends_on:
            before = self.entries.get(name)
            if before is not None:
                own = (name,) if before.status == "wrong" else before.follows_from
                found |= dict.fromkeys(own)
        return tuple(found)

    def _first(self) -> First | None:
        wrong = {
            q.name: found
            for q in self.exercise.quantities
            if (found := tuple(a for a in q.addresses if self.entries[a].status == "wrong"))
        }
        if not wrong:
            return None
        q, *later = (q for q in self.exercise.quantities if q.name in wrong)
        addresses = wrong[q.name]
        hand = Hand(self.exercise, self.having, self.follow, self.near, self.filled.written)
        mistakes, here_alone = explaining(hand, q, addresses)
        also: tuple[str, ...] = ()
        if len(mistakes) == 1 and not here_alone:
            also = tuple(other.name for other in later if gives(hand, other, mistakes[0]))
        written, answer = self.filled.written[addresses[0]], self._answer(addresses[0])
        return First(
            addresses[0],
            addresses,
            written.value,
            written.text,
            answer.formula,
            answer.substituted,
            answer.value,
            list(dict.fromkeys(mistake.hint for mistake in mistakes)),
            mistakes,
            here_alone,
            also,
            unknown=not mistakes,
        )

    def _answer(self, address: str) -> Answer:
        """The formula with the learner's numbers in it."""
        own = {a: v for q in self.having for a, v in self._entries_of(q, self.having)}
        follow = dict(self._entries_of(address.partition("[")[0], self.follow))
        return with_numbers(self.exercise, address, own, follow[address])

    def _entries_of(self, name: str, arrays: Mapping[str, Array]) -> list[tuple[str, float]]:
        (q,) = (q for q in self.exercise.quantities if q.name == name)
        return list(zip(q.addresses, arrays[name].ravel().tolist()))


def with_numbers(
    exercise: Exercise, address: str, own: Mapping[str, float], value: float
) -> Answer:
    """The answer for an address with other numbers in its formula, rounded as the sheet asks."""
    digits, answer = exercise.settings.digits, exercise.answers[address]
    values = {name: round(own.get(name, v), digits) for name, v in answer.values.items()}
    return replace(answer, value=round(value, digits), values=values)


def solved(exercise: Exercise) -> dict[str, Answer]:
    """The worked solution: each number with its formula, rounded at every step."""
    numbers = solution(exercise)
    return {
        address: with_numbers(exercise, address, numbers, value)
        for address, value in numbers.items()
    }


@dataclass(frozen=True)
class Blank:
    """A number to compute: its address, what it is, and with the answers what comes out.

    `value` is rounded at every step as the sheet asks, `exact` is not.
    """

    address: str
    title: str
    value: float | None = None
    exact: float | None = None
    formula: str | None = None
    substituted: str | None = None


@dataclass(frozen=True)
class Worksheet:
    """An exercise as a sheet has it: what is given, by address, and what is to be computed."""

    kind, version = "worksheet", 1

    settings: SheetSettings
    given: dict[str, float]
    learning_rate: float
    loss: str | None
    quantities: Sequence[Blank]


def worksheet(exercise: Exercise, answers: bool = False) -> Worksheet:
    """The sheet of an exercise; with the answers, or without."""
    blanks = [Blank(address, q.title) for q in exercise.quantities for address in q.addresses]
    if answers:
        found = solved(exercise)
        blanks = [
            replace(
                blank,
                value=found[blank.address].value,
                exact=exercise.exact[blank.address],
                formula=found[blank.address].formula,
                substituted=found[blank.address].substituted,
            )
            for blank in blanks
        ]
    example = exercise.example
    return Worksheet(exercise.settings, exercise.given, example.learning_rate, example.loss, blanks)
