"""Which lesson a mistake sends to: what a learner reads again who made it."""

from __future__ import annotations

from dataclasses import replace

from glassnet.tutor.hints import step_of
from glassnet.tutor.lessons.course import COURSE
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.report import CheckReport, LessonToRead

# a step of the computation → its lesson
_STEPS = {
    "activation": 3, "forward": 4, "loss": 5, "derivative": 8, "output delta": 8,
    "hidden delta": 9, "gradients": 10, "update": 10, "training loop": 10, "inputs": 0,
    "initialisation": 9, "metric": 11,
}  # fmt: skip
# a lesson → the mistakes that it is about, rather than that of their step
_MISTAKES = {
    1: ("bias-left-out", "bias-subtracted"),
    2: ("weights-transposed", "weights-elementwise"),
    3: ("activation-left-off", "activation-twice", "huge-initial-weights"),
    5: ("labels-shifted",),
    7: (
        "update-adds", "rate-left-out", "rate-twice", "divided-by-rate", "weights-replaced",
        "weights-scaled-by-step", "bias-update-adds", "bias-rate-left-out", "bias-replaced",
    ),
    10: ("forward-only-once",),
    11: (
        "softmax-over-samples", "softmax-over-everything", "row-against-column", "axis-lost",
        "loss-summed-over-samples", "divided-twice", "divided-by-features", "divided-by-outputs",
        "divided-by-outputs-too", "divided-by-neurons", "bias-gradient-one-number",
        "bias-gradient-first-sample", "bias-gradient-first-sample-averaged",
        "bias-gradient-mean-of-all", "bias-gradient-not-averaged", "weight-gradient-not-averaged",
        "gradients-not-averaged", "only-last-sample", "only-first-sample",
    ),
    12: ("test-data-seen",),
}  # fmt: skip
_OWN = {name: number for number, names in _MISTAKES.items() for name in names}


def lesson_about(mistake: Mistake) -> int:
    """The number of the lesson that a mistake sends to."""
    return _OWN.get(mistake.name, _STEPS[mistake.stage])


def with_lesson(report: CheckReport) -> CheckReport:
    """The report with the lesson to read: of the mistake, else of the step that is wrong."""
    if report.verdict != "wrong":
        return report
    if report.mistakes:
        number = lesson_about(report.mistakes[0])
    else:
        number = _STEPS[step_of(report.wrong_step)]
    found = COURSE[number]
    return replace(report, lesson=LessonToRead(number, found.title, found.page))
