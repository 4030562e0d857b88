"""A lesson as the cells of a notebook, whoever opens it: text, code to fill in, and checks."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from glassnet.tutor.lessons.text import LessonSection, LessonText
from glassnet.views.lesson.markdown import heading

BEFORE = "What you wrote in the lessons before this one; run it, and go on."
CHECKS = """\
from glassnet.tutor.lessons.check import check_functions
from glassnet.views.text.check import check_text"""
CHECK = "{tell}(check_text(check_functions({number}, {functions})))"
BETWEEN = "\n\n\n"  # two functions
PROGRAM_CHECK = """\
assert abs(loss(A2) / {loss} - 1) < 1e-8, "the loss should be {loss}"
{tell}("right: the loss is that of the worked example after ten thousand steps")"""


@dataclass(frozen=True)
class TextCell:
    """A section's words, with its picture and what it folds, or a line between two cells."""

    section: LessonSection


@dataclass(frozen=True)
class CodeCell:
    """given: whether there is nothing to do in it but to run it."""

    code: str
    given: bool = False


def lesson_cells(
    lesson: LessonText,
    functions: Callable[[Sequence[str]], str] = lambda _: "globals()",
    tell: str = "print",
) -> Iterator[TextCell | CodeCell]:
    """The cells in their order.

    Args:
        functions: the expression for these functions by name, for a check.
        tell: what shows a check's text.
    """

    def check(code: str) -> CodeCell:
        known = functions(re.findall(r"^def (\w+)", code, re.MULTILINE))
        told = CHECK.format(number=lesson.number, functions=known, tell=tell)
        return CodeCell(told, given=True)

    yield TextCell(LessonSection("", f"# {heading(lesson)}"))
    for section in lesson.sections:
        yield TextCell(section)
        if not lesson.functions:
            yield from _of_program(lesson, section, tell)
        elif section.title == "Type it":
            yield from _to_write(lesson)
        elif section.title == "Expect":
            yield from _typed(section)
        elif section.title == "Check it":
            yield CodeCell(CHECKS, given=True)
            yield check(lesson.before + lesson.stub)
        elif section.title == "Exercise":
            yield CodeCell(lesson.exercise.rstrip("\n"))
            yield check(lesson.before + lesson.stub + lesson.exercise)


def _of_program(lesson: LessonText, section: LessonSection, tell: str) -> Iterator[CodeCell]:
    """In the lesson that is about a whole program, what follows upon a section."""
    if section.title == "Type it":
        found = re.search(r"^```python\n(.*?)^```", section.text, re.DOTALL | re.MULTILINE)
        yield CodeCell(found[1].rstrip("\n") if found else "")
    elif section.title == "Expect":
        yield from _typed(section)
    elif section.title == "Check it":
        printed = re.search(r"^loss (\S+)", lesson.section("Expect").text, re.MULTILINE)
        loss = printed[1] if printed else ""
        yield CodeCell(PROGRAM_CHECK.format(loss=loss, tell=tell), given=True)


def _typed(section: LessonSection) -> Iterator[CodeCell]:
    return (CodeCell(lines, given=True) for lines in typed_lines(section.text))


def _to_write(lesson: LessonText) -> Iterator[TextCell | CodeCell]:
    """A cell for each function; what was written before ahead of them, but what calls these."""
    ahead, behind, called = list[str](), list[str](), set(lesson.functions)
    for part in lesson.before.rstrip("\n").split(BETWEEN):
        calls = called & set(re.findall(r"\b(\w+)\(", part))
        (behind if calls else ahead).append(part)
        if calls:
            called |= set(re.findall(r"^def (\w+)", part))
    yield TextCell(LessonSection("", BEFORE))
    yield CodeCell(BETWEEN.join(ahead), given=True)
    yield from (CodeCell(part) for part in lesson.stub.rstrip("\n").split(BETWEEN))
    if behind:
        yield CodeCell(BETWEEN.join(behind), given=True)


def typed_lines(text: str) -> list[str]:
    """What is typed in the sessions of a text, up to each answer, without what is answered."""
    found: list[str] = []
    for session in re.findall(r"^```pycon\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        answered = True
        for line in session.splitlines():
            typed = line[:4] in (">>> ", "... ")
            if typed and answered:
                found.append(line[4:])
            elif typed:
                found[-1] += "\n" + line[4:]
            answered = not typed
    return found
