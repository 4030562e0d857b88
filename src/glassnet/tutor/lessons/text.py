"""The lessons as they are read: their templates filled in with numbers, code and sessions."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from glassnet.core.display.numbers import written
from glassnet.tutor.lessons.course import (
    COURSE,
    PROGRAM_FILE,
    Lesson,
    exercises_up_to,
    functions_up_to,
)
from glassnet.tutor.lessons.typed import (
    FOR_MANY,
    FOUR_SAMPLES,
    FUNCTIONS,
    LEARN_BIASES,
    PROGRAM,
    PROGRAM_ON_FOUR,
    typed_file,
)
from glassnet.tutor.lessons.values import TypedSession, derivation, number, told, worked_pass
from glassnet.tutor.published.examples import published

HEADINGS = (
    "What you will be able to do", "The idea", "In symbols", "With the numbers", "Type it",
    "Expect", "Check it", "Exercise", "In short", "Sources",
)  # fmt: skip


_PROGRAMS = {"the program": PROGRAM, "with four samples": PROGRAM_ON_FOUR}


@dataclass(frozen=True)
class FoldedPart:
    """What a reader unfolds when it is wanted: a hint, a solution, the usual slips."""

    title: str
    text: str


@dataclass(frozen=True)
class LessonSection:
    """A section in Markdown. picture: the name of the one that it shows, with alt, its words."""

    title: str
    text: str
    folded: Sequence[FoldedPart] = ()
    picture: str = ""
    alt: str = ""


@dataclass(frozen=True)
class LessonText:
    """A lesson as it is read; its sections have the same titles in every lesson.

    functions: what it asks for. before: the code of the lessons before it and their exercises;
    stub: its own, to be filled in; exercise: that of its exercise, "" where that asks for none.
    walk: the array at whose stage of the walk its numbers are met, or "".
    """

    kind, version = "lesson", 1

    number: int
    page: str
    title: str
    sections: Sequence[LessonSection]
    functions: Sequence[str]
    before: str
    stub: str
    exercise: str
    walk: str

    def section(self, title: str) -> LessonSection:
        return next(each for each in self.sections if each.title == title)


@cache
def lesson_text(number: int) -> LessonText:
    """The text of a lesson."""
    lesson = COURSE[number]
    text = _environment().get_template(f"{lesson.page}.md").render(**_words(lesson))
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    sections = [_section(*pair) for pair in zip(parts[1::2], parts[2::2])]
    known = [*functions_up_to(number - 1), *exercises_up_to(number - 1)]
    known = [name for name in known if name not in lesson.changed]
    asked = [FOR_MANY[name].stub for name in lesson.changed]
    asked += [FUNCTIONS[name].stub for name in lesson.functions]
    return LessonText(
        number,
        lesson.page,
        lesson.title,
        sections,
        [*lesson.changed, *lesson.functions],
        typed_file("mine.py", known),
        "\n\n".join(asked),
        FUNCTIONS[lesson.exercise].stub if lesson.exercise else "",
        lesson.walk,
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("glassnet.tutor.lessons", "text"),
        undefined=StrictUndefined,
        autoescape=False,  # Markdown, not HTML, and nobody's but ours
        trim_blocks=True,
        keep_trailing_newline=True,
    )


def _section(title: str, text: str) -> LessonSection:
    body, *folded = re.split(r"^### (.+)\n", text, flags=re.MULTILINE)
    picture = re.search(r"^!\[(.+?)\]\((\w[\w-]*)\)\n", body, flags=re.MULTILINE | re.DOTALL)
    if picture:
        body = body.replace(f"\n{picture[0]}", "")
    return LessonSection(
        title,
        body.strip(),
        [FoldedPart(name, part.strip()) for name, part in zip(folded[::2], folded[1::2])],
        picture[2] if picture else "",
        " ".join(picture[1].split()) if picture else "",
    )


def _words(lesson: Lesson) -> dict[str, Any]:
    """What a template may name."""
    session = TypedSession(lesson.number)
    file = "mine.py" if lesson.functions else PROGRAM_FILE

    def code(*names: str, many: bool = False) -> str:
        chosen = [FOR_MANY[name] if many else FUNCTIONS[name] for name in names]
        return _fenced("python", "\n\n".join(each.text for each in chosen))

    def value(expression: str, form: str | int = 9) -> str:
        found = session.value(expression)
        return told(float(found), form) if isinstance(form, int) else format(found, form)

    ask = worked_pass()
    return {
        "code": code,
        "stub": lambda name: _fenced("py", FUNCTIONS[name].stub),
        "session": lambda *lines: _fenced("pycon", session.answers(*lines)),
        "v": value,
        "published": _published,
        "work": lambda *addresses: _fenced("text", "\n\n".join(map(derivation, addresses))),
        "slips": lambda **said: _slips(lesson, said),
        "sheet": _sheet(lesson),
        "n": number,
        "file": file,
        "lesson": lesson.number,
        "rate": written(ask.learning_rate),
        "program": _fenced("python", PROGRAM),
        "program_lines": str(len(PROGRAM.splitlines())),
        "learn_biases": _fenced("py", LEARN_BIASES),
        "four_samples": _fenced("py", FOUR_SAMPLES),
        "after": _after,
    }


def _published(what: str) -> str:
    """A number as it was printed for the worked example elsewhere."""
    (found,) = (each.printed for each in published("worked").figures if each.what == what)
    return found


@cache
def ran(program: str) -> tuple[str, dict[str, Any]]:
    """What a program prints, and the names that it leaves."""
    printed, names = io.StringIO(), dict[str, Any]()
    with contextlib.redirect_stdout(printed):
        exec(program, names)
    return printed.getvalue().rstrip("\n"), names


def _after(program: str, *lines: str) -> str:
    """What the program of that name prints, or what Python answers after it to these lines."""
    printed, names = ran(_PROGRAMS[program])
    if not lines:
        return _fenced("text", printed)
    return _fenced("pycon", TypedSession.after(names).answers(*lines))


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```"


def _slips(lesson: Lesson, said: dict[str, str]) -> str:
    """The lesson's usual slips, each as it is known, or as the lesson says it by its name.

    What is known of a mistake may speak of what a later lesson brings.
    """
    names = {slip.name.replace("-", "_") for slip in lesson.slips}
    if not said.keys() <= names:
        raise ValueError(f"lesson {lesson.number} has no slip {', '.join(said.keys() - names)}.")
    lines: list[str] = []
    for slip in lesson.slips:
        known = slip.mistake
        usual = (f"{known.title[0].upper()}{known.title[1:]}: `{known.wrong}` instead of "
                f"`{known.right}`. {known.hint}")  # fmt: skip
        lines.append(f"- {said.get(slip.name.replace('-', '_'), usual)}")
    return "\n".join(lines)


def _sheet(lesson: Lesson) -> str:
    """Where there is more of it to do by hand; "" where there is no sheet to the lesson."""
    if not lesson.sheet[0]:
        return ""
    return (f"More with pencil and paper: `glassnet exercise --lesson {lesson.number} --out "
            "sheet.md` writes a worksheet with a network of its own, `--seed` another, and "
            "`glassnet exercise --check sheet.md` checks what you filled in; `--answers` has the "
            "solutions.")  # fmt: skip
