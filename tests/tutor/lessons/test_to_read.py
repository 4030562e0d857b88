"""Every mistake sends to a lesson, and one that is not known to that of its step."""

from glassnet.tutor.hints import STEPS, hinted
from glassnet.tutor.lessons.course import COURSE
from glassnet.tutor.lessons.to_read import _MISTAKES, lesson_about, with_lesson
from glassnet.tutor.mistakes.behaviour import SEEN
from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES, mistake_named
from glassnet.tutor.report import CheckReport, Wrong

EVERY = {mistake.name: mistake for mistake in (*KNOWN_MISTAKES, *SEEN)}


def test_every_mistake_has_a_lesson_that_there_is():
    for mistake in EVERY.values():
        assert lesson_about(mistake) in [each.number for each in COURSE]
    of_their_own = [name for names in _MISTAKES.values() for name in names]
    assert len(of_their_own) == len(set(of_their_own))
    assert set(of_their_own) <= EVERY.keys()


def test_the_lesson_is_told_with_the_report_and_with_hints():
    wrong = Wrong("delta1[0]", "hidden delta", "the first update", "1", "2")
    known = CheckReport("a.py", "script", [], wrong, [mistake_named("weights-transposed")])
    report = with_lesson(known)
    assert (report.lesson.number, report.lesson.title) == (2, "A layer is a matrix")
    assert report.lesson.page == "02-a-layer"
    told = "Lesson 2, 'A layer is a matrix', is about this: `glassnet learn --lesson 2`."
    assert told in str(report)
    assert not any(told in hint for hint in hinted(report, 1).hints)
    assert hinted(report, 2).hints[1].endswith(told)


def test_of_what_is_not_known_the_step_says_it():
    for step in STEPS:
        wrong = Wrong(step, step, "the first update", "1", "2")
        assert with_lesson(CheckReport("a.py", "script", [], wrong)).lesson
    unwritten = with_lesson(CheckReport("a.py", "functions", [], unwritten="hidden_delta"))
    assert unwritten.lesson.number == 9
    assert with_lesson(CheckReport("a.py", "script", [])).lesson is None
