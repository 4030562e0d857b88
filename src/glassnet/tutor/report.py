"""What `check` found, as records: the stages passed, the first wrong number, the mistake."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from glassnet.core.display.notebook import DisplayedText
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.process.source import PythonSource, source_line


@dataclass(frozen=True)
class CheckedStage:
    """A step that was looked at, in how many trials, and in how many it was right."""

    name: str
    trials: int
    right: int

    @property
    def passed(self) -> bool:
        return self.right == self.trials


# the steps of an update, in their order
STEPS = ("forward", "derivative", "output delta", "hidden delta", "gradients", "update")
_ALIKE = ("forward", "activation")  # the one holds the other


def steps_up_to(
    wrong: str, trials: int, looked_at: bool = True
) -> tuple[list[CheckedStage], tuple[str, ...]]:
    """The steps of an update as far as they are judged, and those that come later.

    wrong: the step that is wrong, right in no trial; "" where all are right. looked_at: whether
    those before it were; a step that was not is told neither right nor wrong.
    """
    if not looked_at:
        later = [name for name in STEPS if name != wrong and (name, wrong) != _ALIKE]
        return [CheckedStage(wrong, trials, 0)], tuple(later)
    if wrong == "metric" or not wrong:  # what comes after an update
        before, later = STEPS, ()
    else:
        at = STEPS.index(wrong) if wrong in STEPS else 0
        before, later = STEPS[:at], STEPS[at + (wrong in (STEPS[at], _ALIKE[1])) :]
    stages = [CheckedStage(name, trials, trials) for name in before]
    return stages + [CheckedStage(wrong, trials, 0)] * bool(wrong), later


@dataclass(frozen=True)
class CodePlace:
    """Where in the learner's file: "line 31" or "code cell 3, line 5", and the source there."""

    where: str
    source: str


def place_in(source: PythonSource, line: int) -> CodePlace:
    """A line of the learner's file, as a place."""
    return CodePlace(source.where(line), source_line(source, line))


@dataclass(frozen=True)
class Wrong:
    """The first wrong quantity. expected and got are of one entry, or say what shape or type."""

    quantity: str
    stage: str
    case: str
    expected: str
    got: str
    place: CodePlace | None = None


@dataclass(frozen=True)
class LessonToRead:
    """The lesson that is about what is wrong; page: what its files are called."""

    number: int
    title: str
    page: str

    @property
    def told(self) -> str:
        number = self.number
        return (
            f"Lesson {number}, '{self.title}', is about this: `glassnet learn --lesson {number}`."
        )


# what Python or the check says of itself: an error, None, a value of another kind
_TOLD = re.compile(r"\w+(Error|Exception|Iteration): |an error: |None: |a value of type ")
# of the worked example's numbers, two layers of two neurons, those that can be wrong
_ADDRESS = re.compile(
    r"((?:z|a|delta|db|new\.b)[12]\[[01]\]|(?:dW|new\.W)[12]\[[01],[01]\]|loss)(?:@\d+)?"
)


@dataclass(frozen=True, repr=False)
class CheckReport(DisplayedText):
    """The whole of it.

    mistakes: what gives the learner's numbers in all trials; several where no trial tells them
    apart; with `together` both of them at once. hints: what is said in place of all else. unknown:
    something is wrong that is not on the list. unwritten: the first function that is still to be
    filled in. notes say what is unusual but no mistake; remarks are about style. reason: what is
    asked for where it is wrong, in the learner's own names. partly: what could not be followed,
    and why; then it is right only as far as was looked. answer: one way to write the step that is
    wrong, or still to be written, where that was asked for. lesson: the one to read again.
    """

    kind, version = "check", 1

    file: str
    style: str
    stages: Sequence[CheckedStage]
    wrong: Wrong | None = None
    mistakes: Sequence[Mistake] = ()
    together: bool = False
    unwritten: str = ""
    later: Sequence[str] = ()
    notes: Sequence[str] = ()
    remarks: Sequence[str] = ()
    trials: int = 0
    found: Sequence[str] = ()
    hints: Sequence[str] = ()
    reason: str = ""
    partly: str = ""
    answer: str = ""
    lesson: LessonToRead | None = None

    @property
    def verdict(self) -> Literal["right", "wrong", "in part"]:
        """ "wrong" also where a function is still to be written."""
        if self.wrong is not None or self.unwritten or self.mistakes or self.hints:
            return "wrong"
        return "in part" if self.partly else "right"

    @property
    def passed(self) -> bool:
        return self.verdict == "right"

    @property
    def wrong_step(self) -> str:
        """The function or step that is wrong first, or still to be written."""
        return self.wrong.stage if self.wrong else self.unwritten

    def __repr__(self) -> str:
        place = self.wrong.place.where if self.wrong and self.wrong.place else ""
        where = ", ".join(filter(None, (self.wrong_step, place)))
        return f"CheckReport({self.file}: {self.verdict}{f'; {where}' if where else ''})"

    @property
    def unknown(self) -> bool:
        return self.wrong is not None and not (self.mistakes or self.hints)

    @property
    def address(self) -> str:
        """Where the worked example has the first wrong quantity, as `walk --at` takes it."""
        found = _ADDRESS.fullmatch(self.wrong.quantity) if self.wrong else None
        return found[1] if found else ""

    def unknown_in_words(self) -> str:
        """What is said where no known mistake was found; nothing where what came says it itself."""
        if self.reason or (self.wrong and _TOLD.match(self.wrong.got)):
            return self.reason
        return "This is no mistake that glassnet knows."
