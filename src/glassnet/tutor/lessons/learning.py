"""The course: the lesson that a learner is at, what they wrote checked, and on to the next."""

from dataclasses import dataclass, replace
from pathlib import Path

from glassnet.tutor.lessons.check import check_lesson
from glassnet.tutor.lessons.course import COURSE, Lesson, lesson
from glassnet.tutor.lessons.figures import LessonFigure, lesson_figures
from glassnet.tutor.lessons.place import begin, file_of, grow, keep_place, place_of
from glassnet.tutor.lessons.text import LessonText, lesson_text
from glassnet.tutor.process.sandbox import Sandbox
from glassnet.tutor.report import CheckReport


@dataclass(frozen=True)
class LearningStep:
    """Where the course is now. report: on what was written, None where nothing was checked.

    text: the lesson to read now, None where what was written is wrong, or all are done. fresh:
    whether one has come to it just now. passed: how many lessons are done. file: the one to
    write in.
    """

    kind, version = "learning", 1

    file: str
    passed: int
    report: CheckReport | None
    text: LessonText | None
    fresh: bool = False

    @property
    def wrong(self) -> bool:
        return self.report is not None and self.text is None and not self.report.passed

    @property
    def finished(self) -> bool:
        return self.passed == len(COURSE) and not self.wrong


def learn(file: Path, sandbox: Sandbox | None = None) -> LearningStep:
    """Begins the course in this file, or checks the lesson it is at and goes on where it is right.

    Whoever is through with it is checked as in its last lesson.

    Raises: InputError where the file is none of the course's, or cannot be run.
    """
    place = place_of(file)
    if place is None:
        begin(file)
        return LearningStep(str(file), 0, None, lesson_text(0), fresh=True)
    now = COURSE[min(place.lesson, len(COURSE) - 1)]
    if not now.functions:  # the program has a file of its own, and the growing one holds exercises
        grown = check_lesson(file, COURSE[now.number - 1], sandbox)
        if not grown.passed:
            return LearningStep(str(file), place.lesson, grown, None)
    written = file_of(file, now)
    if not written.exists():
        return LearningStep(str(written), now.number, None, lesson_text(now.number))
    report = _brief(check_lesson(written, now, sandbox), now)
    if not report.passed:
        # what is not written yet is not wrong: the lesson is to be read
        to_do = report.unwritten in (*now.functions, *now.changed)
        text = lesson_text(now.number) if to_do else None
        return LearningStep(str(written), place.lesson, report, text)
    if now.number + 1 == len(COURSE):
        keep_place(file, len(COURSE))
        return LearningStep(str(written), len(COURSE), report, None)
    following = COURSE[now.number + 1]
    grow(file, following)
    text = lesson_text(following.number)
    return LearningStep(str(file_of(file, following)), following.number, report, text, fresh=True)


def _brief(report: CheckReport, now: Lesson) -> CheckReport:
    """The report with what is right of earlier lessons in one line."""
    own = [*now.changed, *now.functions, *(each.exercise for each in COURSE[now.number - 1 :][:2])]
    before = [s.name for s in report.stages if s.passed and s.name not in own]
    if not now.functions or not before:
        return report
    stages = [s for s in report.stages if s.name not in before]
    return replace(report, stages=stages, found=[f"right: {', '.join(before)}"])


def lesson_to_read(number: int) -> LessonText:
    """A lesson by its number. Raises: InputError where there is none."""
    return lesson_text(lesson(number).number)


def lessons() -> list[LessonText]:
    """All lessons, in their order."""
    return [lesson_text(each.number) for each in COURSE]


def passed(file: Path) -> int:
    """How many lessons are done in this file; none where it is not there."""
    place = place_of(file)
    return 0 if place is None else place.lesson


def pictures() -> tuple[LessonFigure, ...]:
    """What the picture of each lesson shows, in their order."""
    return lesson_figures()
