"""A learner's numbers checked: right, or following from an earlier wrong one, or wrong, or blank.

A number is right within half a unit of the last place that the sheet asks for, and what the
rounding of the numbers before it can move it by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from glassnet.explain import Answer
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.sheet.exercise import Exercise, Quantity, Settings
from glassnet.tutor.sheet.filled_in import Filled
from glassnet.tutor.sheet.following import following, inputs, slack, solution
from glassnet.tutor.sheet.mistakes import Hand, explaining, gives
from glassnet.tutor.sheet.numbers import Written
from glassnet.tutor.textbook import Array

Status = Literal["right", "follows", "wrong", "blank"]


@dataclass(frozen=True)
class Entry:
    """One blank: what was written, what came of it, and from which wrong ones it follows."""

    address: str
    status: Status
    written: Written | None = None
    follows_from: tuple[str, ...] = ()


@dataclass(frozen=True)
class First:
    """The first mistake: where, what follows from the learner's own numbers, why it differs.

    answer holds the formula and the learner's numbers in it, and as its value what they give.
    mistakes: each alone gives what was written; `here_alone` says that others of the same
    quantity are right, so that it was made in these entries only. also: later quantities, wrong
    too, that the one mistake explains.
    """

    address: str
    addresses: tuple[str, ...]
    written: Written
    answer: Answer
    mistakes: Sequence[Mistake]
    here_alone: bool
    also: tuple[str, ...] = ()

    @property
    def unknown(self) -> bool:
        return not self.mistakes


@dataclass(frozen=True)
class SheetReport:
    """The whole of it; `rows` are the quantities in their order, each with its entries."""

    file: str
    settings: Settings
    rows: Sequence[tuple[str, str, Sequence[Entry]]]
    first: First | None

    @property
    def entries(self) -> dict[str, Entry]:
        return {entry.address: entry for _, _, row in self.rows for entry in row}

    @property
    def counts(self) -> Counter[str]:
        return Counter(entry.status for entry in self.entries.values())

    @property
    def passed(self) -> bool:
        """Whether every blank is filled in and none is wrong."""
        return set(self.counts) <= {"right"}

    def record(self, hint: int | None = None, answers: bool = False) -> dict[str, Any]:
        """As plain JSON: what the hint allows, and the value only with hint 3 or the answers."""
        counts = {name: self.counts[name] for name in ("right", "follows", "wrong", "blank")}
        return {
            "file": self.file,
            "settings": self.settings.record(),
            "passed": self.passed,
            "counts": counts,
            "entries": [
                {
                    "address": entry.address,
                    "status": entry.status,
                    "written": entry.written.value if entry.written else None,
                    "follows_from": list(entry.follows_from),
                }
                for entry in self.entries.values()
            ],
            "first": self._first(hint, answers),
        }

    def _first(self, hint: int | None, answers: bool) -> dict[str, Any] | None:
        first = self.first
        if first is None:
            return None
        told: dict[str, Any] = {"address": first.address, "written": first.written.value}
        told["addresses"] = list(first.addresses)
        if hint is None or hint >= 2:
            told["questions"] = list(dict.fromkeys(m.hint for m in first.mistakes))
        if hint is None or hint >= 3:
            told["formula"] = first.answer.formula
            told["substituted"] = first.answer.substituted()
        if hint is None:
            told["mistakes"] = [mistake.record() for mistake in first.mistakes]
            told["here_alone"] = first.here_alone
            told["also"] = list(first.also)
            told["unknown"] = first.unknown
        if answers or hint == 3:
            told["expected"] = first.answer.value
        return told


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
        rows = [
            (q.name, q.title, [self.entries[address] for address in q.addresses])
            for q in self.exercise.quantities
        ]
        return SheetReport(self.filled.file, self.exercise.settings, rows, self._first())

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
            return Entry(address, "right", written)
        if abs(written.value - own) <= near:
            return Entry(address, "follows" if roots else "right", written, roots)
        return Entry(address, "wrong", written)

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
        return First(addresses[0], addresses, written, answer, mistakes, here_alone, also)

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


def exercise_record(exercise: Exercise, answers: bool = False) -> dict[str, Any]:
    """An exercise as plain JSON; the values and formulas only with the answers."""
    found = solved(exercise)
    return {
        "settings": exercise.settings.record(),
        "given": exercise.given,
        "learning_rate": exercise.example.learning_rate,
        "loss": exercise.example.loss,
        "quantities": [
            {"address": address, "title": q.title}
            | (
                {
                    "value": found[address].value,
                    "exact": exercise.exact[address],
                    "formula": found[address].formula,
                    "substituted": found[address].substituted(),
                }
                if answers
                else {}
            )
            for q in exercise.quantities
            for address in q.addresses
        ],
    }
